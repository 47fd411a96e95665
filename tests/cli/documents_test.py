#!/usr/bin/env python3
"""The manual pages and the README against what the program itself says.

Usage: documents_test.py BINARY SOURCE_FOLDER README [-k NAME]

A test fails with all the differences that it found. The help is the truth for options and
commands, `__complete` for the values they take.
"""

import contextlib
import difflib
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from documented import Differences, Page, Program
from support import run_tests, take_arguments

BINARY, SOURCE, README = take_arguments(3)
BINARY, SOURCE, README = os.path.abspath(BINARY), Path(SOURCE), Path(README)
COLUMNS = 80  # of a terminal
OTHER_PAGES = {"slotflow-hooks", "slotflow-hooks-checks", "slotflow-hooks-history", "slotflow-hooks-inspector",
               "slotflow-hooks-json", "slotflow-hooks-store", "slotflow-webhooks"}


def check_page_options(page, about, differences):
    differences.compare(page.name, about.options, page.options, "option")
    for option, value in about.options.items():
        documented = page.options.get(option, value)
        if documented != value:
            differences.add(f"{page.name}: {option} takes {value!r}, documented is {documented!r}")


def check_page_values(program, page, command, about, elsewhere, differences):
    """`elsewhere` are values that another page describes."""
    offered = set()
    if about.positionals:
        offered.update(program.candidates(command, ""))
    for option in about.options:
        if about.options[option]:
            offered.update(program.candidates(command, option, ""))
    offered.discard(":file")
    offered -= elsewhere
    for value in sorted(value for value in offered if value.upper() == value):
        differences.add(f"__complete {command}: offers the placeholder {value} as a value")
        offered.discard(value)
    for value in sorted(offered - page.values):
        differences.add(f"{page.name}: the value {value} is missing (.Cm {value})")
    for value in sorted(page.listed_values - offered):
        differences.add(f"{page.name}: the value {value} is not one the program offers")


def words_of(command):
    """The words of a command line on one line, without what is behind a #."""
    lines = command.replace("\\\n", " ").splitlines()
    return " ".join(word for line in lines for word in line.split("#")[0].split())


def check_examples(program, name, page, about, differences):
    """The help ends with two examples, which the page has too and the program understands."""
    if len(about.examples) != 2:
        differences.add(f"{name} --help: expected two examples, got {len(about.examples)}")
    documented = words_of("\n".join(page.shown))
    for example in about.examples:
        if words_of(example) not in documented:
            differences.add(f"{page.name}: the example of the help is missing: {example}")
        # With --help, the options and their values are checked, and nothing runs.
        command = re.search(r"""slotflow-hooks('[^']*'|"[^"]*"|[^|)>'"])*""", words_of(example))
        if command is None:
            differences.add(f"{name} --help: an example without slotflow-hooks: {example}")
            continue
        words = [word.replace("$HEADER", "t=1,v1=0") for word in shlex.split(command[0])[1:]]
        result = program.run(*words, "--help")
        if result.returncode != 0:
            differences.add(f"{name} --help: {example}: {result.stderr}")


def check_completion(program, command, about, global_options, differences):
    where = f"__complete {command} --"
    # --version is for the program alone.
    expected = set(about.options) | (set(global_options) - {"--version", "-V"})
    differences.compare(where, sorted(expected), program.candidates(command, "--"), "option")


def check_references(pages, every_option, differences):
    for page in pages.values():
        for option in sorted(page.mentioned - every_option):
            differences.add(f"{page.name}: mentions {option}, which no command has")
        for name in sorted(page.references):
            if name.startswith("slotflow") and name not in pages:
                differences.add(f"{page.name}: refers to {name}, which is no page")


def check_main_page(program, page, main, expected_pages, differences):
    check_page_options(page, main, differences)
    for value in program.candidates("--color", ""):
        if value not in page.values:
            differences.add(f"{page.name}: the value {value} is missing (.Cm {value})")
    for name in sorted(expected_pages - page.references - {page.name.removesuffix(".1.in")}):
        differences.add(f"{page.name}: does not refer to {name}")


def check_catalogue(program, source, readme, differences):
    """The page of the checks is what .ci/checks-page writes, and the README has their number."""
    written = subprocess.run([sys.executable, source / ".ci" / "checks-page", "--print",
                              program.binary], env=program.environment, capture_output=True,
                             text=True, encoding="utf-8", timeout=60, check=True).stdout
    committed = (source / "man" / "slotflow-hooks-checks.7.in").read_text(encoding="utf-8")
    for line in difflib.unified_diff(committed.splitlines(), written.splitlines(),
                                     "slotflow-hooks-checks.7.in", ".ci/checks-page", lineterm=""):
        differences.add(line)
    count = written.count("\n.It Cm ")
    if f"{count} checks" not in readme.read_text(encoding="utf-8"):
        differences.add(f"{readme.name}: there are {count} checks")


def items_by_section(page):
    """The names that `.It Va` marks, by section or subsection."""
    section, items = "", {}
    for line in page.read_text(encoding="utf-8").splitlines():
        words = line.replace(" ,", "").split()
        if words[:1] in ([".Sh"], [".Ss"]):
            section = " ".join(words[1:])
        if words[:2] == [".It", "Va"]:
            items.setdefault(section, []).extend(word for word in words[2:] if word != "Va")
    return items


def check_history_page(program, page, differences):
    """The page has the tables and columns of a new history, and the fields of a plan."""
    program.run("fire", "confirmed", "http://127.0.0.1:9/", "--no-retry")
    path = program.environment["SLOTFLOW_HOOKS_STORE"].replace(".json", ".db")
    documented = items_by_section(page)
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as history:
        tables = [name for (name,) in history.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
        found = {table: [row[1] for row in history.execute(f"PRAGMA table_xinfo({table})")]
                 for table in tables}
        [(plan,)] = history.execute("SELECT plan FROM delivery")
        [(number,)] = history.execute("PRAGMA user_version")
    found["The plan"] = list(json.loads(plan))
    for section in sorted(found.keys() | documented.keys()):
        if found.get(section) != documented.get(section):
            differences.add(f"{page.name}: {section}: expected {found.get(section)}, "
                            f"got {documented.get(section)}")
    if f"This page describes format {number}." not in page.read_text(encoding="utf-8"):
        differences.add(f"{page.name}: the format is {number}")


def command_of(cell):
    """`fire EVENT` or `slotflow-hooks fire EVENT` in backquotes: fire."""
    code = re.match(r"`(?:slotflow-hooks )?([a-z-]+)[^`]*`", cell)
    return code[1] if code else None


def tables_of(text):
    table = []
    for line in text.splitlines() + [""]:
        if line.lstrip().startswith("|"):
            cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
            table.append([cell.strip() for cell in cells])
        elif table:
            yield table
            table = []


def check_readme(path, helps, faults, differences):
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        differences.add(f"README: cannot read {path}: {error.strerror}")
        return
    # The table that names most commands.
    named = max(({command_of(row[0]) for row in table} for table in tables_of(text)),
                key=lambda names: len(names & helps.keys()), default=set())
    differences.compare(path.name, sorted(helps), sorted(named - {None}), "command")
    listed = [[row[0].strip("`") for row in table[2:]] for table in tables_of(text)]
    table = next((names for names in listed if "reset" in names), [])
    differences.compare(path.name, sorted(faults), sorted(table), "fault")


def check_mandoc(mandoc, folder, differences):
    for path in sorted(folder.glob("*.in")):
        result = subprocess.run([mandoc, "-T", "lint", "-W", "warning", str(path)], text=True,
                                capture_output=True, encoding="utf-8", check=False)
        for line in result.stdout.splitlines():
            differences.add(line)


def check_width(mandoc, folder, differences):
    """Only literal lines can be too wide: mandoc fills all others."""
    for path in sorted(folder.glob("*.in")):
        result = subprocess.run([mandoc, "-T", "utf8", "-O", f"width={COLUMNS}", str(path)],
                                text=True, capture_output=True, encoding="utf-8", check=False)
        for line in re.sub(".\b", "", result.stdout).splitlines():
            if len(line.expandtabs()) > COLUMNS:
                differences.add(f"{path.name}: wider than {COLUMNS} columns: {line.strip()}")


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="slotflow-documents-")
        cls.addClassCleanup(folder.cleanup)
        cls.program = Program(BINARY, folder.name)
        cls.main = cls.program.help()
        cls.helps = {command: cls.program.help(command) for command in cls.main.commands}
        cls.man = SOURCE / "man"
        cls.pages = {path.name.removesuffix(".in")[:-2]: Page(path)
                     for path in cls.man.glob("*.[157].in")}
        cls.expected_pages = OTHER_PAGES | {f"slotflow-hooks-{name}" for name in cls.helps}

    def setUp(self):
        self.differences = Differences()

    def assert_none(self):
        self.assertFalse(self.differences.found, "\n" + "\n".join(self.differences.found))

    def test_the_help_has_commands_and_options(self):
        self.assertTrue(self.main.commands)
        self.assertTrue(self.main.options)

    def test_every_command_has_a_page(self):
        self.differences.compare("man", sorted(self.expected_pages), sorted(self.pages), "page")
        self.assert_none()

    def test_pages_refer_to_what_there_is(self):
        every_option = set(self.main.options).union(*(about.options
                                                      for about in self.helps.values()))
        check_references(self.pages, every_option, self.differences)
        self.assert_none()

    def test_the_page_of_the_program(self):
        check_main_page(self.program, self.pages["slotflow-hooks"], self.main,
                        self.expected_pages, self.differences)
        self.assert_none()

    def test_the_pages_of_the_commands(self):
        for command, about in self.helps.items():
            if page := self.pages.get(f"slotflow-hooks-{command}"):
                check_page_options(page, about, self.differences)
                checks = self.pages["slotflow-hooks-checks"].listed_values
                check_page_values(self.program, page, command, about,
                                  checks if command == "check" else set(), self.differences)
        self.assert_none()

    def test_completion_offers_the_options_of_the_help(self):
        for command, about in self.helps.items():
            check_completion(self.program, command, about, self.main.options, self.differences)
        self.assert_none()

    def test_the_examples_of_the_help(self):
        for command, about in self.helps.items():
            if page := self.pages.get(f"slotflow-hooks-{command}"):
                check_examples(self.program, command, page, about, self.differences)
        check_examples(self.program, "slotflow-hooks", self.pages["slotflow-hooks"], self.main,
                       self.differences)
        self.assert_none()

    def test_the_help_fits_the_terminal(self):
        for command in ["", *self.helps]:
            for columns in (80, 60):
                text = self.program.output_of(*command.split(), "--help", COLUMNS=str(columns))
                for line in text.splitlines():
                    if len(line) > columns:
                        self.differences.add(f"{command} --help at {columns} columns: {line}")
        self.assert_none()

    def test_the_catalogue_of_checks(self):
        check_catalogue(self.program, SOURCE, README, self.differences)
        self.assert_none()

    def test_the_page_of_the_history(self):
        check_history_page(self.program, self.man / "slotflow-hooks-history.5.in",
                           self.differences)
        self.assert_none()

    def test_the_tables_of_the_readme(self):
        faults = self.program.candidates("listen", "--fault", "")
        check_readme(README, self.helps, faults, self.differences)
        self.assert_none()

    def test_the_version_is_the_same_everywhere(self):
        version = subprocess.run([BINARY, "--version"], env=self.program.environment, check=True,
                                 capture_output=True, text=True, timeout=60).stdout.split()[1]
        named = re.findall(r"slotflow-hooks[-_/@]v?(\d+\.\d+\.\d+)",
                           README.read_text(encoding="utf-8"))
        self.assertGreater(len(named), 3)
        self.assertEqual(set(named), {version})
        changes = (SOURCE / "CHANGELOG.md").read_text(encoding="utf-8")
        self.assertEqual(re.search(r"(?m)^## (\S+)", changes)[1], version)
        module = (SOURCE / "packaging" / "python" / "pyproject.toml").read_text(encoding="utf-8")
        self.assertEqual(re.search(r'(?m)^version = "(.*)"', module)[1], version)

    def mandoc(self):
        mandoc = shutil.which("mandoc")
        if mandoc is None:
            self.skipTest("mandoc is not installed: the pages' form was not checked")
        return mandoc

    def test_mandoc_finds_no_fault(self):
        check_mandoc(self.mandoc(), self.man, self.differences)
        self.assert_none()

    def test_the_pages_fit_the_terminal(self):
        check_width(self.mandoc(), self.man, self.differences)
        self.assert_none()


if __name__ == "__main__":
    run_tests()
