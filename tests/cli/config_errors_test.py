"""Errors of the config file: each names the file and the line.

Usage: config_errors_test.py BINARY [-k NAME]
"""

import json
import os
import shutil
import socket
import subprocess

from support import CommandTest, run_tests, take_arguments

BINARY = os.path.abspath(take_arguments(1)[0])


class ConfigErrorsTest(CommandTest):
    binary = BINARY

    def test_an_option_that_is_set_twice(self):
        config = self.write("config.toml", b"""[fire]
timeout = "10s"
# again
timeout = "5s"
""")
        code, out, err = self.run_it("--config", config, "fire", "confirmed", "--to", "1")
        self.assertEqual((code, out), (2, ""))
        self.assertEqual(err, f"slotflow-hooks: error: {config}:4: option 'timeout' is already set "
                              "in line 2\nhint: keep one of the two lines\n")
        config = self.write("config.toml", b"[fire]\nheader = 'A: 1'\nheader = 'B: 2'\n")
        self.assertIn("hint: give several values as an array, such as option = [a, b]\n",
                      self.run_it("--config", config, "fire", "confirmed", "--to", "1")[2])

    def test_a_value_that_does_not_end_with_its_quote(self):
        for value in ("'a.json' b", "'a.json", '"a.json', "a.json b"):
            config = self.write("config.toml", f"store = {value}\n".encode())
            code, out, err = self.run_it("--config", config, "list")
            self.assertEqual((code, out), (2, ""), value)
            self.assertEqual(err, f"slotflow-hooks: error: {config}:1: store: expected one value, "
                                  "in quotes or without spaces\n")
        config = self.write("config.toml", b"[fire]\nheader = 'A: 1' 'B: 2'\n")
        self.assertIn("hint: write several values as an array, such as [a, b]\n",
                      self.run_it("--config", config, "fire", "confirmed", "--to", "1")[2])

    def test_an_empty_array(self):
        config = self.write("config.toml", b"[fire]\nheader = []\n")
        code, out, err = self.run_it("--config", config, "fire", "confirmed", "--to", "1")
        self.assertEqual((code, out), (2, ""))
        self.assertEqual(err, f"slotflow-hooks: error: {config}:2: header: expected a value, got "
                              "an empty array\n")

    def test_errors_name_the_file_and_the_line(self):
        form = ("the line is not of the form option = value",
                "write one option = value per line, and option = true for an option without a value")
        no_text = ("expected UTF-8 text, got other bytes", "save the file as UTF-8")
        cases = [
            ("fooo = 1", 1, "unknown option 'fooo'", None),
            ("# one\n\ncolour = 1", 3, "unknown option 'colour'", "did you mean 'color'?"),
            ("[list]\nshow-secret = true", 2, "unknown option 'show-secret'", None),
            ("[list]\nshow-secrets = true", 2,
             "option 'show-secrets' cannot be set in the config file",
             "give --show-secrets on the command line"),
            ("list.evnt = 'confirmed'", 1, "unknown option 'evnt'", "did you mean 'event'?"),
            ("seed = 7", 1, "unknown option 'seed'",
             "write the options of a command into its table, such as [fire]"),
            ("[list]\njson = true", 2, "unknown option 'json'",
             "write global options at the top of the file, before the first table"),
            ("config = 'x'", 1, "unknown option 'config'", None),
            ("x=", 1, "unknown option 'x'", None),
            ("help = true", 1, "unknown option 'help'", None),
            ("[list.more]", 1, "unknown table 'list.more'", "did you mean 'list'?"),
            ("json", 1, *form),
            ("color = 'auto'\nwhsec_k8J2mN4pQ7rS1tU5", 2, *form),
            ("= 1", 1, *form),
            ("json = maybe", 1, "json: expected true or false, got 'maybe'", None),
            ("color = 'blue'", 1, "color: expected auto, always or never, got 'blue'", None),
            ("color =", 1, "color: expected a value, got nothing", None),
            ("[list]\n\nevent = 'confirmd'", 3,
             "event: expected confirmed, cancelled, booking.confirmed or booking.cancelled, got "
             "'confirmd'", "did you mean 'confirmed'?"),
            ("color = [\n'auto',", 1, "the array does not end with ']'", None),
            ("color = ['auto', 'never']", 1, "color: expected one value, got an array",
             "write the value without brackets"),
            ("json = [true]", 1, "json: expected true or false, got an array", None),
            ("[fire]\n[list\nevent = 'confirmed'", 2,
             "the name of the table does not end with ']'", None),
            ("[list]\nevent = [\n'confirmed',\n[fire]\nseed = 7", 2,
             "the array does not end with ']'", None),
            ("list.event = [", 1, "the array does not end with ']'", None),
            ("\ufeff\nfooo = 1", 2, "unknown option 'fooo'", None),
            ("\ufefffooo = 1\r", 1, "unknown option 'fooo'", None),
            ("\njson = true\0", 2, *no_text),
            ("# \udcff", 1, *no_text),
            ("; \0", 1, *no_text),
            ("[list]\n\udcff", 2, *no_text),
            ("[list] # \udcff\nevent = 'confirmed'", 1, *no_text),
            ("[list]\nevent = ['confirmed',\n'can\0celled']", 3, *no_text),
            ("[list]\nevent = ['confirmed',\n'can\udcffcelled',\n]", 3, *no_text),
        ]
        for content, line, message, hint in cases:
            with self.subTest(content):
                config = self.write("config.toml",
                                    content.encode(errors="surrogateescape") + b"\n")
                hint_line = f"hint: {hint}\n" if hint else ""
                self.assertEqual(
                    self.run_it("list", "--config", config),
                    (2, "", f"slotflow-hooks: error: {config}:{line}: {message}\n{hint_line}"))

    def test_errors_of_the_default_file_name_it(self):
        os.makedirs(self.path("xdg/slotflow-hooks"))
        config = self.write("xdg/slotflow-hooks/config.toml", b"fooo = 1\n")
        self.assertEqual(
            self.run_it("list", XDG_CONFIG_HOME=self.path("xdg")),
            (2, "", f"slotflow-hooks: error: {config}:1: unknown option 'fooo'\n"))

    def test_a_table_concerns_its_command_alone(self):
        config = self.write("config.toml", b"[fire]\nsed = 7\nwhat\nheader = []\nspeed = 1 2\n[listen]\n"
                            b"port = 'x'\n")
        self.assertEqual(self.run_it("--config", config, "plan")[0], 0)
        self.assertEqual(
            self.run_it("--config", config, "fire", "confirmed"),
            (2, "", f"slotflow-hooks: error: {config}:2: unknown option 'sed'\n"
                    "hint: did you mean 'seed'?\n"))
        self.assertEqual(
            self.run_it("--config", config, "listen"),
            (2, "", f"slotflow-hooks: error: {config}:7: port: expected a number from 0 to 65535, "
                    "got 'x'\n"))

    def test_a_line_that_is_no_setting_concerns_the_command_of_its_table_alone(self):
        for wrong in (b"header = [\n'A: 1',\n", b"header = [", b"header = ['A: 1',\n'B\0: 2']",
                      b"seed = \xff", b"# \xff", b"\0", b"what", b"[fire", b"[fire.more]",
                      b"[fire] # \xff"):
            with self.subTest(wrong):
                config = self.write("config.toml", b"json = true\n[fire]\n" + wrong +
                                    b"\n[plan]\n")
                code, out, err = self.run_it("--config", config, "plan")
                self.assertEqual((code, json.loads(out)["plan"], err), (0, "free", ""))
                code, out, err = self.run_it("--config", config, "fire", "confirmed", "--to", "1")
                self.assertEqual((code, out), (2, ""))
                self.assertIn(f"{config}:", err)

    def test_a_table_of_no_command_is_noticed(self):
        config = self.write("config.toml", b"[lst]\nevent = 1\nwhat\n\xff\nmore = [\n[nonsense.a]\n"
                            b"[lst]\n[li\xff\n[plan]\n")
        code, out, err = self.run_it("--config", config, "plan")
        self.assertEqual((code, out), (0, "Plan free: 0 webhooks used, limit 2\n"))
        self.assertEqual(
            err,
            f"slotflow-hooks: {config}:1: unknown table 'lst' is ignored; did you mean 'list'?\n"
            f"slotflow-hooks: {config}:6: unknown table 'nonsense' is ignored; name a table after a "
            "command\n"
            f"slotflow-hooks: {config}:8: unknown table 'li\\xff' is ignored; name a table after a "
            "command\n")
        self.assertEqual(self.run_it("--config", config, "plan", "--quiet")[2], "")
        config = self.write("config.toml", b"lst.event = 'confirmed'\n")
        self.assertIn(":1: unknown table 'lst' is ignored", self.run_it("--config", config, "list")[2])

    def test_an_option_on_the_command_line_is_not_blamed_on_the_file(self):
        config = self.write("config.toml", b"[list]\nevent = 'nonsense'\n")
        self.assertEqual(self.run_it("--config", config, "list", "--event", "confirmed")[0], 0)
        code, _, err = self.run_it("--config", config, "list", "--event", "x")
        self.assertEqual(code, 2)
        self.assertIn("error: --event: expected ", err)

    def test_an_error_after_parsing_names_the_line_too(self):
        config = self.write("config.toml", b"[sign]\nsecret-file = 'nowhere'\n")
        self.assertEqual(
            self.run_it("--config", config, "sign"),
            (3, "", f"slotflow-hooks: error: {config}:2: secret-file: cannot read nowhere: No such "
                    "file or directory\n"))

    def test_errors_of_combinations_name_the_line_of_the_most_important_option(self):
        fire = ("fire", "confirmed")
        cases = [
            # the file, the line, the arguments
            ("[listen]\nfail-rate = 0.5\nscript = '200'", 3, ["listen"]),
            ("[listen]\nfault = ['reset:0.6', 'drip:0.6']", 2, ["listen"]),
            ("[listen]\nfail-status = '500'\nretry-after = '1s'", 3, ["listen"]),
            ("[listen]\ncert = 'c'", 2, ["listen"]),
            ("[listen]\nport = 0\nhost = '192.0.2.1'", 3, ["listen"]),
            ("[sign]\nsecret = 'a'\nsecret-file = 'b'", 2, ["sign"]),
            ("[fire]\ntamper = 'body'", 2, [*fire, "--to", "1"]),
            ("[fire]\nwebhook = 'abcd'", 2, fire),
            ("[fire]\nspeed = 0.001", 2, [*fire, "--to", "1", "--retry-delays", "200h"]),
            ("[check]\nsecret = 'a'\nwebhook = 'abcd'", 3, ["check"]),
            ("[check]\nlist = true\ntap = true", 2, ["check"]),
            ("[check]\nonly = 'leaks'", 2, ["check", "1", "--skip", "leaks"]),
            ("json = true\n[check]\n\ntap = true", 4, ["check", "1"]),
        ]
        for content, line, args in cases:
            with self.subTest(content):
                config = self.write("config.toml", content.encode() + b"\n")
                code, out, err = self.run_it("--config", config, *args)
                self.assertNotEqual(code, 0)
                self.assertEqual(out, "")
                self.assertIn(f"{config}:{line}: ", err)

    def test_a_file_that_cannot_be_read(self):
        os.symlink("missing", self.path("dangling"))
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(self.path("socket"))
        for path, reason in ((self.path("nowhere"), "No such file or directory"),
                             (self.path("dangling"), "No such file or directory"),
                             (self.path("socket"), "No such device or address"),
                             (self.folder.name, "Is a directory")):
            with self.subTest(path):
                self.assertEqual(
                    self.run_it("list", "--config", path),
                    (3, "", f"slotflow-hooks: error: --config: cannot read {path}: {reason}\n"))

    def test_a_default_file_that_cannot_be_read(self):
        os.makedirs(self.path("xdg/slotflow-hooks/config.toml"))
        xdg = {"XDG_CONFIG_HOME": self.path("xdg")}
        self.assertEqual(self.run_it("list", **xdg),
                         (3, "", "slotflow-hooks: error: cannot read the config file "
                                 f"{self.path('xdg/slotflow-hooks/config.toml')}: Is a directory\n"))
        self.assertEqual(self.run_it("list", "--config", "/dev/null", **xdg)[0], 0)
        self.assertEqual(self.run_it("list", "--help", **xdg)[0], 0)

    def test_a_default_file_without_permission(self):
        os.makedirs(self.path("xdg/slotflow-hooks"))
        config = self.write("xdg/slotflow-hooks/config.toml", b"json = true\n")
        os.chmod(config, 0)
        os.chmod(self.folder.name, 0o755)
        binary = shutil.copy(BINARY, self.folder.name)  # the build may be its owner's alone
        user = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
        result = subprocess.run([binary, "list"], capture_output=True, text=True, check=False,
                                env={**self.environment, "XDG_CONFIG_HOME": self.path("xdg")},
                                **user)
        self.assertEqual((result.returncode, result.stdout, result.stderr),
                         (3, "", f"slotflow-hooks: error: cannot read the config file {config}: "
                                 "Permission denied\n"))

    def test_an_empty_path(self):
        for args in (["--config", ""], ["--config="]):
            self.assertEqual(self.run_it("list", *args),
                             (2, "", "slotflow-hooks: error: --config: expected a value, got "
                                     "nothing\nhint: to read no config file, give --config "
                                     "/dev/null\n"))

    def test_a_file_without_an_end(self):
        self.assertEqual(self.run_it("list", "--config", "/dev/zero"),
                         (3, "", "slotflow-hooks: error: --config: expected at most 1 MiB, got "
                                 "more from /dev/zero\n"))

    def test_what_would_be_dangerous_as_a_default(self):
        self.assertEqual(self.run_it("register", "3000")[0], 0)
        for option in ("all", "yes"):
            config = self.write("config.toml", f"[delete]\n{option} = true\n".encode())
            self.assertEqual(
                self.run_it("--config", config, "delete"),
                (2, "", f"slotflow-hooks: error: {config}:2: option '{option}' cannot be set in the "
                        f"config file\nhint: give --{option} on the command line\n"))
        self.assertIn("3000", self.run_it("list")[1])


if __name__ == "__main__":
    run_tests()
