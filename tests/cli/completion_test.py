#!/usr/bin/python3
"""Presses the Tab key in a real shell that has read our completion script.

completion_test.py BINARY COMPLETIONS_FOLDER bash|zsh|fish [-k NAME]
Exits with 77 where the shell cannot be had; with CI=true that is a failure.
"""

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from shells import SHELLS, Bash, World
from support import run_tests, skip_all, take_arguments

BINARY, FOLDER, SHELL = take_arguments(3)
FOLDER = os.path.abspath(FOLDER)  # the shells run in folders of their own


class Completion(unittest.TestCase):
    """Made concrete below, once for each way of reading the script."""

    settings = ""

    def setUp(self):
        self.world = World(self.binary)
        self.addCleanup(self.world.folder.cleanup)
        self.shell = self.kind(self.world, self.settings)
        self.addCleanup(self.shell.close)

    def candidates(self, line):
        return set(self.shell.tab(f"slotflow-hooks {line}")[0])

    def completed(self, line, back=0):
        completed = self.shell.tab(f"slotflow-hooks {line}", back)[1]
        return completed.removeprefix("slotflow-hooks ").rstrip(" ")

    def test_commands(self):
        commands = ("register list delete secret plan fire deliveries listen verify sign demo "
                    "completion")
        found = self.candidates("")
        self.assertLessEqual(set(commands.split()), found)
        self.assertEqual([name for name in found if name.startswith("_")], [])
        self.assertEqual(self.candidates("li"), {"list", "listen"})
        self.assertEqual(self.completed("ver"), "verify")
        self.assertEqual(self.completed("--json ver"), "--json verify")

    def test_options_of_the_program(self):
        found = self.candidates("--")
        self.assertLessEqual({"--store", "--json", "--color", "--quiet", "--version"}, found)
        self.assertNotIn("--tamper", found)

    def test_options_of_a_command(self):
        found = self.candidates("fire --")
        self.assertLessEqual({"--webhook", "--to", "--tamper", "--json", "--store"}, found)
        self.assertTrue(found.isdisjoint({"--fail-first", "--version"}), found)
        self.assertEqual(self.completed("fire confirmed --tam"), "fire confirmed --tamper")

    def test_options_already_given(self):
        found = self.candidates("fire --no-retry --to localhost:1 --timeout=3s --json -q --")
        given = {"--no-retry", "--timeout", "--json", "--quiet"}
        self.assertTrue(found.isdisjoint(given), found)
        self.assertLessEqual({"--to", "--webhook", "--header"}, found)  # can be repeated

    def test_values(self):
        events = {"confirmed", "cancelled", "booking.confirmed", "booking.cancelled"}
        cases = {
            "fire ": events | {"lifecycle"},
            "fire --json ": events | {"lifecycle"},
            "fire --dry-run b": {"booking.confirmed", "booking.cancelled"},
            "list --event ": events,
            "register --events ": events | {"all"},
            "plan ": {"free", "starter", "growth"},
            "fire --preset ": {"sales", "support", "recruiting"},
            "fire confirmed --tamper ": {"body", "signature", "timestamp", "missing"},
            "deliveries --error ": {
                "timeout", "connection_refused", "unreachable", "connection_reset",
                "connection_closed", "dns", "tls", "bad_response",
            },
            "deliveries --status ": {"2xx", "3xx", "4xx", "5xx"},
            "deliveries l": {"list"},
            "--color ": {"auto", "always", "never"},
            "completion ": {"bash", "zsh", "fish"},
        }
        for line, expected in cases.items():
            with self.subTest(line):
                self.assertEqual(self.candidates(line), expected)

    def test_nothing_where_nothing_is_known(self):
        lines = (
            "nonsense ",
            "nonsense --",
            "nonsense fi",
            "plan free ",
            "fire confirmed ",
            "--nonsense=",
            "register --url ",
            "fire --seed ",
            "fire --metadata ",
            "listen --delay ",
            "fire nonsens",
        )
        for line in lines:
            with self.subTest(line):
                self.assertEqual(self.candidates(line), set())

    def test_value_after_an_equals_sign(self):
        self.assertEqual(
            self.candidates("--color="), {"--color=auto", "--color=always", "--color=never"}
        )
        self.assertEqual(self.completed("--color=al"), "--color=always")
        self.assertEqual(self.completed("fire --tamper=b"), "fire --tamper=body")

    def test_list_of_events(self):
        found = self.candidates("register --events confirmed,")
        self.assertLessEqual({"confirmed,cancelled", "confirmed,booking.cancelled"}, found)
        self.assertNotIn("confirmed,confirmed", found)
        self.assertEqual(
            self.completed("register --events confirmed,ca"),
            "register --events confirmed,cancelled",
        )
        self.assertEqual(
            self.completed("register --events=confirmed,ca"),
            "register --events=confirmed,cancelled",
        )

    def test_ids_and_urls_of_the_store(self):
        urls = ["http://localhost:3000/", "https://hooks.example.com:8443/slotflow"]
        ids = self.world.write_store(urls)
        for line in ("delete ", "fire --webhook ", "fire confirmed --webhook="):
            with self.subTest(line):
                option = re.search(r"\S*$", line).group()
                expected = {option + value for value in ids + urls}
                self.assertEqual(self.candidates(line), expected)
        self.assertEqual(self.completed("delete a0000002"), f"delete {ids[1]}")
        for begin in ("http:", "http://", "http://localhost", "http://localhost:30"):
            with self.subTest(begin):
                self.assertEqual(self.completed(f"delete {begin}"), f"delete {urls[0]}")
        self.assertEqual(
            self.completed("fire --webhook https://hooks.example.com:8"),
            f"fire --webhook {urls[1]}",
        )
        self.assertEqual(self.completed(f"delete {urls[0]} https:"), f"delete {urls[0]} {urls[1]}")
        self.assertEqual(self.completed("fire --webhook=https:"), f"fire --webhook={urls[1]}")

    def test_the_store_that_the_line_names(self):
        self.world.write_store(["http://localhost:1111/"])
        other = self.world.home / "other 'store'"
        self.world.write_store(["http://localhost:2222/"], other)
        plain = self.world.home / "plain"
        self.world.write_store(["http://localhost:3333/"], plain)
        two = "http://localhost:2222/"
        for word in (str(other).replace(" ", r"\ ").replace("'", r"\'"), f'"{other}"'):
            for divider in (" ", "="):
                line = f"--store{divider}{word} delete http:"
                with self.subTest(line):
                    self.assertEqual(self.completed(line), line.replace("http:", two))
        self.assertEqual(
            self.completed("--store ~/plain delete http:"),
            "--store ~/plain delete http://localhost:3333/",
        )

    def test_unreadable_store(self):
        self.world.write_store(["http://localhost:3000/"])
        self.world.store.write_text('{"version": 1, "webhooks": [')
        self.assertEqual(self.candidates("delete "), set())
        self.assertEqual(self.completed("delete http:"), "delete http:")
        self.assertEqual(self.completed("fire --webho"), "fire --webhook")
        shown = self.shell.shown().lower()
        self.assertNotIn("error", shown)
        self.assertNotIn("store.json", shown)

    def test_files(self):
        for name in ("booking.json", "two words.json", "at:colon=equals.json"):
            self.world.work.joinpath(name).write_text("{}")
        self.world.work.joinpath("folder").mkdir()
        self.world.work.joinpath("folder", "inner").write_text("{}")
        cases = {
            "fire --payload boo": "fire --payload booking.json",
            "fire --payload=boo": "fire --payload=booking.json",
            "fire --secret-file boo": "fire --secret-file booking.json",
            "verify --payload ./boo": "verify --payload ./booking.json",
            "--config boo": "--config booking.json",
            "--store=boo": "--store=booking.json",
            "fire --payload fol": "fire --payload folder/",
            "fire --payload folder/": "fire --payload folder/inner",
            "fire --payload two": r"fire --payload two\ words.json",
            "fire --payload=two": r"fire --payload=two\ words.json",
            r"fire --payload two\ ": r"fire --payload two\ words.json",
        }
        for line, expected in cases.items():
            with self.subTest(line):
                self.assertEqual(self.completed(line), expected)
        for line in ("fire --payload at", "fire --payload at:", "fire --payload=at:colon="):
            with self.subTest(line):
                completed = self.completed(line).replace("\\", "")
                begin = re.sub("at[^ ]*$", "", line)
                self.assertEqual(completed, f"{begin}at:colon=equals.json")

    def test_descriptions(self):
        if not self.kind.describes:
            self.skipTest("bash shows no descriptions")
        ids = self.world.write_store(["http://localhost:3000/a:b"])
        found = self.shell.tab("slotflow-hooks ")[0]
        self.assertEqual(found["plan"].strip(), self.description_of("plan"))
        found = self.shell.tab("slotflow-hooks fire --")[0]
        self.assertEqual(found["--no-retry"].strip(), "Make one attempt only")
        found = self.shell.tab("slotflow-hooks delete ")[0]
        self.assertEqual(found[ids[0]].strip(), "http://localhost:3000/a:b")

    def description_of(self, command):
        text = subprocess.run(
            [self.binary, command, "--help"], capture_output=True, text=True, check=True
        ).stdout
        return text.splitlines()[0]

    def test_hostile_urls_are_only_words(self):
        hostile = [
            "http://localhost:1/?a=1&b=2;touch${IFS}ran",
            "http://localhost:2/$(touch${IFS}ran)",
            "http://localhost:3/`touch${IFS}ran`",
            "http://localhost:4/'\"|touch${IFS}ran;",
            "http://localhost:5/>ran",
            "http://localhost:6/{a,b}*?[c]~!!\\",
            "http://localhost:7/(touch)<(touch${IFS}ran)%41",
        ]
        for number, url in enumerate(hostile, 1):
            with self.subTest(url):
                self.world.write_store([url, "http://localhost:99/"])
                self.shell.run_completed(f"slotflow-hooks delete http://localhost:{number}")
                self.assertEqual(self.world.urls(), ["http://localhost:99/"])
                self.assertEqual(list(self.world.work.iterdir()), [])

    def test_control_characters_never_reach_the_terminal(self):
        self.world.write_store(["http://localhost:1/\x1b]0;title\x07", "http://localhost:1/\u202e"])
        self.candidates("delete ")
        self.shell.tab("slotflow-hooks delete http://localhost:1")
        self.assertNotIn("title\x07", self.shell.shown())
        self.assertNotIn("\u202e", self.shell.shown())

    def test_words_are_never_run(self):
        line = 'fire --booking-id "$(touch ran)`touch ran`" --set a=$(touch${IFS}ran) --tam'
        self.assertEqual(self.completed(line), f"{line}per")
        self.assertEqual(list(self.world.work.iterdir()), [])

    def test_the_cursor_may_stand_within_the_line(self):
        completed = self.completed("pla free", back=len(" free"))
        self.assertEqual(completed.removesuffix(" free").rstrip(" "), "plan")

    def test_the_program_by_its_path(self):
        path = self.world.path.partition(":")[0]
        self.assertEqual(
            self.shell.tab(f"{path}/slotflow-hooks ver")[1].rstrip(" "),
            f"{path}/slotflow-hooks verify",
        )


class OpenQuotes(unittest.TestCase):
    """Only bash leaves the quoting of candidates to the script."""

    setUp = Completion.setUp
    settings = ""

    def test_open_quotes(self):
        url = "http://localhost:1/?a=1&b='$(touch${IFS}ran)\"\\`"
        for quote in ("'", '"'):
            with self.subTest(quote):
                self.world.write_store([url, "http://localhost:99/"])
                self.shell.run_completed(f"slotflow-hooks delete {quote}http://localhost:1/?a=1")
                self.assertEqual(self.world.urls(), ["http://localhost:99/"])
                self.assertEqual(list(self.world.work.iterdir()), [])

    def test_redirections_name_files(self):
        self.world.work.joinpath("booking.json").write_text("{}")
        for line, expected in {
            "slotflow-hooks sign < boo": "slotflow-hooks sign < booking.json",
            "slotflow-hooks sign <boo": "slotflow-hooks sign <booking.json",
            "slotflow-hooks sign >out.txt --payl": "slotflow-hooks sign >out.txt --payload",
            "slotflow-hooks sign 2> out.txt --payl": "slotflow-hooks sign 2> out.txt --payload",
        }.items():
            with self.subTest(line):
                self.assertEqual(self.shell.tab(line)[1].rstrip(" "), expected)


class Printed(unittest.TestCase):
    def test_the_program_prints_the_installed_script(self):
        name = {
            "bash": "slotflow-hooks.bash",
            "zsh": "_slotflow-hooks",
            "fish": "slotflow-hooks.fish",
        }[self.shell_name]
        printed = subprocess.run(
            [self.binary, "completion", self.shell_name], capture_output=True, check=True
        ).stdout
        self.assertEqual(printed.decode(), Path(self.scripts, name).read_text())


def load_tests(loader, _tests, _pattern):
    """The protocol of unittest: the tests are those of one shell, in each of its variants."""
    kind = SHELLS[SHELL]
    members = {"kind": kind, "binary": BINARY, "scripts": FOLDER, "shell_name": SHELL}
    load = loader.loadTestsFromTestCase
    suite = unittest.TestSuite([load(type("Printed", (Printed,), members))])
    for variant, settings in kind.variants(FOLDER):
        for case in (Completion, OpenQuotes) if kind is Bash else (Completion,):
            title = f"{case.__name__} {variant}"
            suite.addTest(load(type(title, (case,), {**members, "settings": settings})))
    return suite


def main():
    if shutil.which(SHELL) is None:
        skip_all(f"expected the shell {SHELL}")
    run_tests()


if __name__ == "__main__":
    main()
