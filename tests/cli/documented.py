"""The help of the program and its manual pages, as tests compare them."""

import os
import re
import subprocess
import sys

OPTION = re.compile(r"--[a-z][a-z-]*")
ESCAPES = {r"\(aq": "'", r"\(ga": "`", r"\(dq": '"', r"\(ti": "~", r"\(ha": "^", r"\-": "-",
           r"\&": "", r"\e": "\\"}


class Program:
    """The binary, with no store and no config file of its user's."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.environment = {"HOME": folder, "PATH": os.environ.get("PATH", ""),
                            "SLOTFLOW_HOOKS_STORE": os.path.join(folder, "store.json")}

    def run(self, *args, **environment):
        return subprocess.run([self.binary, *args], env={**self.environment, **environment},
                              capture_output=True, text=True, encoding="utf-8", timeout=60,
                              check=False)

    def output_of(self, *args, **environment):
        result = self.run(*args, **environment)
        if result.returncode != 0:
            sys.exit(f"{self.binary} {' '.join(args)}: exit {result.returncode}: {result.stderr}")
        return result.stdout

    def help(self, *command):
        return Help(self.output_of(*command, "--help"))

    def candidates(self, *words):
        lines = self.output_of("__complete", *words).splitlines()
        return [line.split("\t")[0] for line in lines]


class Help:
    def __init__(self, text):
        self.options = {}  # "--port": "N"
        self.commands = []
        self.examples = []  # command lines
        self.positionals = False
        section = ""
        for line in text.splitlines():
            if re.fullmatch(r"\S.*:", line):
                section = line[:-1]
                self.positionals = self.positionals or section == "Arguments"
            elif section == "Commands" and re.match(r"  \S", line):
                self.commands.append(line.split()[0])
            elif section == "Examples":
                self.add_to_examples(line)
            elif section.startswith("Global options (see"):
                # Only their names; the manual page of a command describes one of them.
                self.options.update({"--help": ""} if "--help" in line else {})
            elif section not in ("", "Arguments") and re.match(r"  -", line):
                self.add_option(line.strip())

    def add_to_examples(self, line):
        if re.match(r"    \S", line):
            self.examples.append(line.strip())
        elif line.startswith("      "):
            self.examples[-1] += "\n" + line.strip()

    def add_option(self, line):
        # The help stands in a column of its own, or on the next line.
        match = re.match(r"(?:-\w,)?(--[a-z-]+) ?(.*)", line)
        if match is None:
            sys.exit(f"--help: expected an option, got {line!r}")
        value = "" if match[2].startswith(" ") else re.split(r" {2,}", match[2])[0]
        if not re.search(r" {2,}", line):
            # The option is as wide as its column, or wider: the value ends at its first space.
            value = re.match(r"'.*?'|\S*", match[2])[0]
        self.options[match[1]] = value.removesuffix("REQUIRED").strip()


class Page:
    """A manual page's source."""

    def __init__(self, path):
        self.name = path.name
        self.options = {}  # "--port": "N"
        self.mentioned = set()  # options
        self.values = set()     # marked as .Cm
        self.listed_values = set()  # those with an item of their own
        self.references = set()
        self.shown = []  # lines of examples
        literal = False
        text = path.read_text(encoding="utf-8")
        for escape, character in ESCAPES.items():
            text = text.replace(escape, character)
        for line in text.splitlines():
            literal = line.startswith(".Bd -literal") or (literal and not line.startswith(".Ed"))
            shown = literal or line.startswith(".Dl ")
            if shown:
                self.shown.append(line.removeprefix(".Dl "))
            if shown and "slotflow-hooks" in line:
                self.mentioned.update(OPTION.findall(line))
            elif line.startswith(".") and not shown:
                self.read_macros(line)

    def read_macros(self, line):
        words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line[1:])]
        names = [words[i + 1] for i in range(len(words) - 1) if words[i] == "Fl"]
        longs = ["-" + name for name in names if name.startswith("-")]
        self.mentioned.update(longs)
        if words[:2] == ["It", "Fl"]:
            value = " ".join(words[words.index("Ar") + 1:]) if "Ar" in words else ""
            for name in longs:
                self.options[name] = f"[{value}]" if "Op" in words else value
        values = [words[i + 1] for i in range(len(words) - 1) if words[i] == "Cm"]
        self.values.update(values)
        if words[:2] == ["It", "Cm"]:
            self.listed_values.update(values)
        if "Xr" in words:
            self.references.add(words[words.index("Xr") + 1])


class Differences:
    def __init__(self):
        self.found = []

    def add(self, text):
        self.found.append(text)

    def compare(self, where, expected, found, what):
        for item in expected:
            if item not in found:
                self.add(f"{where}: {what} {item} is missing")
        for item in found:
            if item not in expected:
                self.add(f"{where}: {what} {item} is not in the program's help")
