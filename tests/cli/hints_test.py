"""Commands in hints and notices: they can be copied, and are about the same store.

hints_test.py BINARY [-k NAME]
"""

import os
import re
import shlex
import shutil
import subprocess

from peers import BINARY, LIMIT, ProgramTest, ask, event, post
from support import run_tests

COMMAND = re.compile(r"slotflow-hooks (?:list|delete|secret|register|plan|fire)\b[^\n]*")


class Hints(ProgramTest):
    def setUp(self):
        super().setUp()
        self.other = self.path("it's my store.json")
        os.symlink(os.path.abspath(BINARY), self.path("slotflow-hooks"))

    def hint(self, *args):
        """What follows `slotflow-hooks` in the message about this command."""
        _, _, err = self.run_to_end(*args)
        found = COMMAND.search(err)
        self.assertTrue(found, err)
        return found.group()

    def copy(self, command):
        """Runs the command as a user copies it into a shell."""
        result = subprocess.run(["sh", "-c", command], stdin=subprocess.DEVNULL,
                                capture_output=True, timeout=LIMIT, text=True,
                                env={**self.environment, "PATH": f"{self.folder}:{os.environ['PATH']}"}, check=False)
        return result.returncode, result.stdout, result.stderr

    def add_two(self, *store):
        for url in ("3000", "3001"):
            self.assertEqual(self.run_to_end("register", url, *store)[0], 0)

    def commands(self, *store):
        """The command of each hint, of a store with two webhooks."""
        listed = self.run_to_end("list", "--json", *store)[1]
        identifier = re.search(r'"id":"([^"]*)"', listed).group(1)
        return [
            (f"slotflow-hooks delete {identifier}", self.hint("register", "3000", *store)),
            ("slotflow-hooks plan starter", self.hint("register", "3002", *store)),
            ("slotflow-hooks list", self.hint("secret", "nothing", *store)),
            ("slotflow-hooks list", self.hint("verify", "--signature", "x", "--webhook", "nothing",
                                              "--payload", os.devnull, *store)),
            ("slotflow-hooks list", self.hint("fire", "confirmed", "--webhook", "nothing", *store)),
            ("slotflow-hooks list", self.hint("delete", "nothing", *store)),
            ("slotflow-hooks list", self.hint("delete", *store)),
            ("slotflow-hooks fire confirmed --payload /dev/null",
             self.hint("fire", "--payload", os.devnull, *store)),
            ("slotflow-hooks fire confirmed http://localhost:1",
             self.hint("fire", "http://localhost:1", *store)),
        ]

    def test_a_store_of_the_command_line_is_named(self):
        store = ["--store", self.other]
        empty = [self.hint("list", *store), self.hint("fire", "confirmed", *store)]
        self.add_two(*store)
        wanted = f"--store {shlex.quote(self.other)}".replace("\"'\"", "\\'")
        for plain, command in self.commands(*store) + [
                ("slotflow-hooks register URL", command) for command in empty]:
            with self.subTest(command=command):
                self.assertTrue(command.startswith(f"{plain} {wanted}"), command)

    def test_other_stores_are_not(self):
        empty = [self.hint("list"), self.hint("fire", "confirmed")]
        self.add_two()
        for plain, command in self.commands() + [
                ("slotflow-hooks register URL", command) for command in empty]:
            with self.subTest(command=command):
                self.assertTrue(command.startswith(plain), command)
                self.assertNotIn("--store", command)

    def test_a_config_file_of_the_command_line_counts_too(self):
        del self.environment["SLOTFLOW_HOOKS_STORE"]
        config = self.path(".config/slotflow-hooks/config.toml")
        os.makedirs(os.path.dirname(config))
        with open(config, "w", encoding="utf-8") as file:
            file.write(f'store = "{self.path("configured")}"\n')
        self.assertEqual(self.hint("list"), "slotflow-hooks register URL")
        self.assertEqual(self.hint("list", "--config", config), "slotflow-hooks register URL")
        config = shutil.copy(config, self.path("other.toml"))
        self.assertEqual(self.hint("list", "--config", config),
                         f"slotflow-hooks register URL --store {self.path('configured')}")

    def test_listen_and_its_handler(self):
        handler = self.answering(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        process = self.start("listen", "--port", "0", "--register", "--forward-to", handler.url,
                             "--store", self.other, "--count", "1")
        notices = [process.stderr.readline().decode() for _ in range(2)]
        told = COMMAND.search(notices[1]).group()
        code, secret, err = self.copy(told)
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(secret.startswith("whsec_"), secret)
        code, _, err = self.run_to_end("fire", "confirmed", "--no-retry", "--store", self.other)
        self.assertEqual(code, 1, err)
        out, err = process.communicate(timeout=LIMIT)
        shown = COMMAND.search(out.decode())
        self.assertTrue(shown, out)
        self.assertEqual(shown.group(), told)

    def test_the_way_to_keep_a_secret(self):
        handler = self.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        for path in ("/", "/a;b&c"):
            with self.subTest(path=path):
                process, _, port = self.on_a_port(lambda port: self.start(
                    "listen", "--port", str(port), "--path", path, "--register", "--forward-to",
                    handler.url, "--store", self.other, "--count", "1"))
                notices = [process.stderr.readline().decode() for _ in range(3)]
                self.assertEqual(ask(port, post(event(), target=path.encode())).status, 200)
                self.assertEqual(process.wait(LIMIT), 0)
                code, _, err = self.copy(COMMAND.search(notices[2]).group())
                self.assertEqual((code, err.count("\n")), (0, 1), err)
                code, out, _ = self.run_to_end("list", "--json", "--store", self.other)
                self.assertIn(f'"http://127.0.0.1:{port}{path}"', out)

    def test_files_that_look_like_options(self):
        with open(self.path("--x.json"), "w", encoding="utf-8") as file:
            file.write("{}")
        result = subprocess.run(
            [os.path.abspath(BINARY), "fire", "--payload=--x.json"], cwd=self.folder,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, text=True,
            env=self.environment, check=False)
        self.assertEqual(COMMAND.search(result.stderr).group(),
                         "slotflow-hooks fire confirmed --payload ./--x.json")
        self.assertEqual(self.hint("fire", "--payload", "-"),
                         "slotflow-hooks fire confirmed --payload -")


if __name__ == "__main__":
    run_tests()
