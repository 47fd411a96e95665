"""The config file: what it sets, and what overrides it.

Usage: config_test.py BINARY [-k NAME]
"""

import json
import os
import subprocess

from support import LIMIT, CommandTest, run_tests, take_arguments

BINARY = os.path.abspath(take_arguments(1)[0])  # tests change the directory


class ConfigTest(CommandTest):
    binary = BINARY

    def test_precedence_of_flag_environment_and_config(self):
        config = self.write("config.toml", f'store = "{self.path("c.json")}"\n'.encode())
        for store in ("flag", "env"):
            self.run_it("register", "--url", f"https://{store}.example.com", "--store",
                        self.path(store + ".json"))
        self.run_it("register", "--url", "https://config.example.com", "--store",
                    self.path("c.json"))
        del self.environment["SLOTFLOW_HOOKS_STORE"]
        env = {"SLOTFLOW_HOOKS_STORE": self.path("env.json")}
        self.assertIn("config.", self.run_it("list", "--config", config)[1])
        self.assertIn("env.", self.run_it("list", "--config", config, **env)[1])
        self.assertIn("flag.", self.run_it("--config", config, "list", "--store",
                                           self.path("flag.json"), **env)[1])
        os.makedirs(self.path("xdg/slotflow-hooks"))
        self.write("xdg/slotflow-hooks/config.toml", b"json = true\n[listen]\nport = 4243\n")
        xdg = {"XDG_CONFIG_HOME": self.path("xdg"), **env}
        self.assertEqual(json.loads(self.run_it("plan", **xdg)[1])["plan"], "free")

    def test_precedence_of_secrets(self):
        config = self.write("config.toml", b'[sign]\nsecret = "whsec_in_the_file"\n')
        other = self.write("secret", b"whsec_other_one")

        def signed(*args, **environment):
            code, out, err = self.run_it("sign", "--at", "5", "--payload", config, *args,
                                         **environment)
            self.assertEqual((code, err), (0, ""))
            return out

        by_file = signed("--secret", "whsec_in_the_file")
        by_other = signed("--secret", "whsec_other_one")
        self.assertEqual(signed("--config", config), by_file)
        variable = {"SLOTFLOW_WEBHOOK_SECRET": "whsec_other_one"}
        self.assertEqual(signed("--config", config, **variable), by_other)
        self.assertEqual(signed("--config", config, "--secret", "whsec_in_the_file", **variable),
                         by_file)
        self.assertEqual(signed("--config", config, "--secret-file", other), by_other)

    def test_a_command_s_defaults_come_from_its_section_of_the_config(self):
        config = self.write("config.toml", b'[fire]\nseed = 7\nheader = ["A: 1", "B: 2"]\n')
        args = ["fire", "confirmed", "--to", "1", "--dry-run"]
        code, out, err = self.run_it("--config", config, *args)
        self.assertEqual(code, 0)
        self.assertNotIn("seed", err)
        self.assertIn("A: 1\n", out)
        self.assertIn("B: 2\n", out)

    def test_json_in_the_config_makes_errors_json_too(self):
        config = self.write("config.toml", b"json = true\n")
        code, _, err = self.run_it("--config", config, "delete", "abcd")
        self.assertEqual((code, json.loads(err)["error"]["code"]), (1, "NOT_FOUND"))

    def test_json_in_the_config_makes_errors_of_the_file_and_the_command_line_json(self):
        config = self.write("config.toml", b"[fire]\nheader = 1\n[list]\nevnt = 1\n")
        self.assertTrue(self.run_it("--config", config, "list")[2].startswith("slotflow-hooks: "))
        config = self.write("config.toml", b"json = true\n[list]\nevnt = 1\n[plan]\nwhat\n")
        for args in (["list"], ["plan"], ["register"], ["fire", "--nothing"], ["wait", "--for", "x"],
                     ["nonsense"]):
            with self.subTest(args):
                code, out, err = self.run_it("--config", config, *args)
                self.assertEqual((code, out, json.loads(err)["error"]["code"]), (2, "", "USAGE"))
        # The command line wins.
        self.assertTrue(self.run_it("--config", config, "--json=false", "list")[2]
                        .startswith("slotflow-hooks: error: "))

    def test_escapes_in_double_quotes_are_those_of_toml(self):
        config = self.write("config.toml", rb"""[ fire ]
header = ["A: \"\u00e9\" \\ \U0001F389 # ]", 'B: \n\', 'C: "']  # a "comment"
booking-id = "\"#"
""")
        code, out, err = self.run_it("--config", config, "fire", "confirmed", "--to", "1", "--dry-run")
        self.assertEqual(code, 0, err)
        self.assertIn('A: "\u00e9" \\ \U0001f389 # ]\n', out)
        self.assertIn("B: \\n\\\n", out)
        self.assertIn('C: "\n', out)
        self.assertIn('"\\"#"', out)

    def test_other_escapes_are_refused(self):
        for escape, shown in (("\\d", "\\d"), ("\\u12", "\\u"), ("\\u0000", "\\u"), ("\\ud83c", "\\u"),
                              ("\\U00110000", "\\U"), ("\\x41", "\\x"), ("\\'", "\\'")):
            for value in (f'"a{escape}z"', f'["b", "a{escape}"]'):
                with self.subTest(value):
                    config = self.write("config.toml", f"[fire]\nheader = {value}\n".encode())
                    self.assertEqual(
                        self.run_it("--config", config, "fire", "confirmed", "--to", "1"),
                        (2, "", f"slotflow-hooks: error: {config}:2: header: TOML has no escape "
                                f"{shown} in double quotes\nhint: write the value in single quotes, "
                                "or each backslash twice\n"))

    def test_an_array_with_something_else_in_it(self):
        for value in ("['A: 1' 'B: 2']", "['A: 1]", "['A: 1'] x]", '["A: 1]'):
            config = self.write("config.toml", f"[fire]\nheader = {value}\n".encode())
            code, out, err = self.run_it("--config", config, "fire", "confirmed", "--to", "1")
            self.assertEqual((code, out), (2, ""), value)
            self.assertIn(f"{config}:2: header: expected an array of values separated by commas\n",
                          err)

    def test_blanks_in_the_name_of_a_table(self):
        for table in ("[ plan ]", "[\tplan]", "[plan ] # c", "[[ plan ]]"):
            config = self.write("config.toml", f"{table}\nwhat\n".encode())
            self.assertIn(f"{config}:2: the line is not", self.run_it("plan", "--config", config)[2],
                          table)

    def listen_with(self, table, *args):
        config = self.write("config.toml", table.encode())
        return self.run_it("listen", "--port", "0", "--for", "0s", "--config", config, *args)

    def test_a_default_need_not_have_an_effect(self):
        for setting in ("fail-status = 503", "seed = 7", "verbose = true", "insecure = true",
                        "fault-on = 'request'", "script-per = 'booking'", "drip-duration = '1s'",
                        "tls-cert-out = 'cert.pem'", "key = 'key.pem'"):
            with self.subTest(setting=setting):
                code, out, err = self.listen_with(f"[listen]\n{setting}\n")
                self.assertEqual((code, err), (0, ""), out)
        both = "[listen]\nverbose = true\nseed = 7\nfail-status = 503\n"
        self.assertEqual(self.listen_with(both)[0], 0)
        # An option of the command line must still have one.
        self.assertEqual(self.listen_with("[listen]\nseed = 7\n", "--fail-status", "500")[0], 2)

    def test_a_default_that_has_an_effect_stays(self):
        table = "[listen]\nseed = 7\nscript = '500'\nstatus = 201\n"
        code, out, err = self.listen_with(table, "--fail-rate", "0.5")
        self.assertEqual((code, err), (0, ""), out)  # without the seed, one would be printed

    def test_a_flag_wins_over_defaults_that_contradict_it(self):
        for table, flags in (
                ("[listen]\ncompact = true", ["--json"]),
                ("[listen]\ncompact = true", ["--verbose", "--forward-to", "1"]),
                ("json = true", ["--compact"]),
                ("[listen]\nscript = '500'", ["--fail-first", "1"]),
                ("[listen]\nfail-first = 1", ["--script", "500"]),
                ("[listen]\nforward-to = '1'", ["--status", "503"]),
                ("[listen]\nstatus = 503", ["--forward-to", "1"]),
                ("[listen]\nfail-status = 500", ["--retry-after", "1s"]),
                ("[listen]\nexpect = 3", ["--count", "2"])):
            with self.subTest(table=table, flags=flags):
                code, _, err = self.listen_with(table + "\n", *flags)
                self.assertEqual((code, err), (0, ""))
        config = self.write("config.toml", b"[listen]\ncount = 3\nport = 0\n")
        code, _, err = self.run_it("listen", "--config", config, "--", "true")
        self.assertEqual((code, err), (0, ""))
        out = self.listen_with("[listen]\ncompact = true\n", "--json")[1]
        self.assertEqual([json.loads(line)["type"] for line in out.splitlines()],
                         ["listening", "summary"])
        self.assertTrue(self.listen_with("json = true\n", "--compact")[1].startswith("Listening"))

    def test_a_file_that_contradicts_itself_is_named(self):
        code, out, err = self.listen_with("[listen]\ncompact = true\nscript = '500'\n"
                                          "fail-first = 1\n")
        self.assertEqual((code, out), (2, ""))
        self.assertIn("config.toml:3: --script cannot be combined with ", err)
        for flags in (["--compact", "--json"], ["--script", "500", "--fail-first", "1"]):
            code, _, err = self.listen_with("[listen]\nfail-first = 1\nverbose = true\n", *flags)
            self.assertEqual(code, 2, flags)

    def test_flags_of_fire_and_check_win_too(self):
        payload = self.write("payload.json", b"{}")
        for table, flags in (
                ("[fire]\nspeed = 10\nretry-delays = '5m'", ["--no-retry"]),
                ("[fire]\nno-retry = true", ["--speed", "10"]),
                ("[fire]\nseed = 7\nset = ['a=1']\npreset = 'sales'", ["--payload", payload]),
                ("[fire]\nskew = '5m'", ["--tamper", "missing"]),
                ("[fire]\nexpect-status = '401'", [])):
            with self.subTest(table=table, flags=flags):
                config = self.write("config.toml", table.encode() + b"\n")
                code, _, err = self.run_it("fire", "confirmed", "--to", "1", "--dry-run",
                                           "--config", config, *flags)
                self.assertEqual(code, 0, err)
        config = self.write("config.toml", b"quiet = true\n")
        for flag, refused in (("-v", 3), ("-qv", 2)):
            self.assertEqual(self.run_it("check", "http://127.0.0.1:1", flag, "--secret", "whsec_x",
                                         "--config", config)[0], refused)
        config = self.write("config.toml", b"json = true\n[fire]\nsecret = 'whsec_x'\n")
        self.assertIn("NOT_FOUND", self.run_it("fire", "confirmed", "--config", config)[2])
        out = self.run_it("check", "1", "--tap", "--config", config)[1]
        self.assertTrue(out.startswith("TAP version"), out)

    def test_a_pipe_is_read_once(self):
        read, write = os.pipe()
        os.write(write, b"json = true\n[listen]\nverbose = true\nfor = '0s'\n")
        os.close(write)
        self.addCleanup(os.close, read)
        done = subprocess.run([BINARY, "listen", "--port", "0", "--config", f"/dev/fd/{read}"],
                              pass_fds=[read], env=self.environment, capture_output=True,
                              timeout=LIMIT, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertTrue(done.stdout.startswith(b'{"type":"listening"'), done.stdout)

    def test_an_array_is_the_repeated_option(self):
        config = self.write("config.toml", b"""# Arrays may have several lines.
[fire]
header = [
  "A: 1",  # and comments
  "B: 2",
]
no-retry = true
""")
        code, out, err = self.run_it("--config", config, "fire", "confirmed", "--to", "1",
                                     "--dry-run")
        self.assertEqual(code, 0, err)
        self.assertIn("A: 1\n", out)
        self.assertIn("B: 2\n", out)

    def test_comments_end_settings_but_not_quoted_values(self):
        config = self.write("config.toml", b"""[fire]  # a table
header = ["A: #1", 'B: #2']  # an array
booking-id = "#3"  # "a value"
; a line
""")
        code, out, err = self.run_it("--config", config, "fire", "confirmed", "--to", "1",
                                     "--dry-run")
        self.assertEqual(code, 0, err)
        self.assertIn("A: #1\n", out)
        self.assertIn("B: #2\n", out)
        self.assertIn('"#3"', out)

    def test_help_and_version_ignore_the_file(self):
        config = self.write("config.toml", b"fooo = 1\n")
        for args in (["--help"], ["--version"], ["fire", "--help"]):
            with self.subTest(args=args):
                self.assertEqual(self.run_it("--config", config, *args)[0], 0)

    def test_a_pipe(self):
        os.mkfifo(self.path("pipe"))
        reader = subprocess.Popen([BINARY, "plan", "--config", self.path("pipe")],
                                  stdout=subprocess.PIPE, env=self.environment)
        with open(self.path("pipe"), "wb") as pipe:  # waits for the reader
            pipe.write(b"json = true\n")
        out, _ = reader.communicate(timeout=LIMIT)
        self.assertEqual((reader.returncode, json.loads(out)["plan"]), (0, "free"))

    def test_a_path_begins_at_home(self):
        config = self.write("config.toml", b"""store = "~/mine/store.json"
[fire]
metadata = "@~/metadata.json"
[sign]
secret-file = '~/secret'
""")
        self.write("metadata.json", b'{"from": "home"}')
        self.write("secret", b"whsec_test")
        del self.environment["SLOTFLOW_HOOKS_STORE"]
        cwd = os.getcwd()
        os.chdir(self.folder.name)
        self.addCleanup(os.chdir, cwd)
        self.assertEqual(self.run_it("--config", config, "register", "3000")[0], 0)
        self.assertTrue(os.path.exists(self.path("mine/store.json")))
        self.assertFalse(os.path.exists(self.path("~")))
        self.assertIn('"from":"home"', self.run_it("--config", config, "fire", "confirmed", "--to",
                                                   "1", "--dry-run")[1])
        self.assertEqual(self.run_it("--config", config, "sign", stdin=b"{}")[0], 0)
        code, _, err = self.run_it("--config", config, "sign", stdin=b"{}", HOME="")
        self.assertEqual((code, err.splitlines()[0]),
                         (2, f"slotflow-hooks: error: {config}:1: store: cannot replace the ~ in "
                             "'~/mine/store.json': HOME is not set"))

    def test_a_store_whose_home_no_shell_has_replaced(self):
        cwd = os.getcwd()
        os.chdir(self.folder.name)
        self.addCleanup(os.chdir, cwd)
        for args, environment in ((["--store=~/s"], {}), ([], {"SLOTFLOW_HOOKS_STORE": "~/s"})):
            code, out, err = self.run_it("register", "3000", *args, **environment)
            self.assertEqual((code, out), (3, ""))
            self.assertIn("cannot use the store ~/s: the shell did not replace the ~\n", err)
            self.assertEqual(os.listdir("."), [])

    def test_lists_can_be_repeated_arrays_or_separated_by_commas(self):
        config = self.write("config.toml", b"[fire]\nretry-delays = ['1h', '2h']\n")
        args = ["fire", "confirmed", "--to", "1", "--speed", "1e9"]
        for more in (["--config", config], ["--retry-delays", "1h", "--retry-delays", "2h"],
                     ["--retry-delays", "1h,2h"]):
            self.assertIn("attempt 3/3", self.run_it(*args, *more)[1])
        config = self.write("config.toml", b"[listen]\nport = 0\ncount = 1\nfail-rate = 1\n"
                                           b"fail-status = [500, 999]\n")
        self.assertIn(f"{config}:5: fail-status: expected ",
                      self.run_it("listen", "--config", config)[2])


if __name__ == "__main__":
    run_tests()
