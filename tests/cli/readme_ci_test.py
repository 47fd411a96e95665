#!/usr/bin/python3
"""Runs what the README's section "In CI" says: its handler, its shell session and its workflow.

readme_ci_test.py BINARY HANDLERS_FOLDER README [-k NAME]
Exits with 77 where node cannot be had; with CI=true that is a failure.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as xml

from readme_parts import blocks, free_ports
from support import run_tests, skip_all, take_arguments

PATIENCE = 120  # seconds, for whatever is waited for
BINARY, HANDLERS, README = (os.path.abspath(argument) for argument in take_arguments(3))
PORT = "3000"  # in the README


def block(language, part=""):
    """The only code block of this language with this part."""
    found = [code for code in blocks(README, "In CI", language) if part in code]
    assert len(found) == 1, f"README: expected one block of {language}, got {len(found)}"
    return found[0]


def steps_of(workflow):
    """The script of each `run`, and the variables of `env`: as much YAML as the README uses."""
    lines = workflow.splitlines()
    variables, scripts = {}, []
    for number, line in enumerate(lines):
        inside = []
        for below in lines[number + 1:]:
            if below.strip() and indent(below) <= indent(line):
                break
            inside.append(below)
        if line.strip() == "env:":
            variables.update(part.strip().split(": ", 1) for part in inside)
        if line.strip() == "run: |":
            scripts.append("\n".join(part.strip() for part in inside) + "\n")
        elif line.strip().startswith("run: "):
            scripts.append(line.strip().removeprefix("run: ") + "\n")
    return variables, scripts


def indent(line):
    return len(line) - len(line.lstrip())


class ReadmeInCi(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="slotflow-readme-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.port = None
        self.groups = []
        self.addCleanup(self.end_all)
        os.symlink(os.path.join(HANDLERS, "node_modules"), self.path("node_modules"))
        os.mkdir(self.path("bin"))
        os.symlink(BINARY, self.path("bin/slotflow-hooks"))
        # Nothing is installed: what is needed is there.
        for name in ("npm", "sudo"):
            with open(self.path(f"bin/{name}"), "w", encoding="ascii") as file:
                file.write(f'#!/bin/sh\necho {name} "$@" >>{self.path("installed")}\n')
            os.chmod(self.path(f"bin/{name}"), 0o755)
        self.environment = {"PATH": self.path("bin") + ":" + os.environ["PATH"],
                            "HOME": self.folder}

    def path(self, name):
        return os.path.join(self.folder, name)

    def end_all(self):
        for group in self.groups:
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.groups.clear()

    def with_port(self, text):
        self.assertIn(PORT, text)
        return text.replace(PORT, self.port)

    def run_with_handler(self, scripts, variables=(), change=lambda source: source,
                         ports=free_ports):
        """The exit code of the last script that ran, as one that fails is, and all output.

        server.js is there for them. If another program has taken its port, another is tried.
        """
        for self.port in ports():
            with open(self.path("server.js"), "w", encoding="utf-8") as file:
                file.write(self.with_port(change(block("js"))))
            for script in scripts:
                code, output = self.run_script(script.replace(PORT, self.port), variables)
                if code != 0:
                    break
            if "EADDRINUSE" not in output:
                return code, output
            self.end_all()
            os.remove(self.path("output"))
        raise AssertionError("no port is free")

    def run_script(self, script, variables=()):
        """The exit code of a script that bash runs as GitHub's runner does, and all output so far."""
        with open(self.path("output"), "a+", encoding="utf-8") as output:
            process = subprocess.Popen(["bash", "-e", "-c", script], cwd=self.folder,
                                       stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                       env={**self.environment, **dict(variables)},
                                       start_new_session=True)
            self.groups.append(process.pid)
            code = process.wait(PATIENCE)
            output.seek(0)
            return code, output.read()

    def results(self):
        """How many checks the report has, and the names of those that failed."""
        root = xml.parse(self.path("slotflow.xml")).getroot()
        self.assertEqual(root.findall(".//error"), [])
        return (len(root.findall(".//testcase")),
                [case.get("name") for case in root.iter("testcase")
                 if case.find("failure") is not None])

    def assert_good(self):
        count, failed = self.results()
        self.assertEqual(failed, [])
        self.assertGreater(count, 50)
        with open(self.path("installed"), encoding="utf-8") as file:
            self.assertIn("npm install express\n", file.read())

    def assert_passes(self, scripts, variables=()):
        code, output = self.run_with_handler(scripts, variables)
        self.assertEqual(code, 0, output)
        self.assert_good()

    def test_the_shell_session(self):
        self.assertIn(PORT, block("sh"))
        self.assert_passes([block("sh")])

    def test_the_workflow(self):
        variables, scripts = steps_of(block("yaml", "slotflow-hooks wait"))
        self.assertEqual((len(variables), len(scripts)), (2, 3))
        self.assertIn(PORT, "".join(scripts))
        self.assert_passes(scripts, variables.items())

    def test_no_check_of_any_level_fails(self):
        self.assert_passes([block("sh").replace("--junit", "--strict --junit")])

    def test_a_handler_that_does_not_verify_is_found_out(self):
        good = "crypto.timingSafeEqual(given, expected)"

        def change(source):
            self.assertIn(good, source)
            return source.replace(good, "true")
        code, output = self.run_with_handler([block("sh")], change=change)
        self.assertEqual(code, 1, output)
        self.assertIn("signature.other-secret", self.results()[1])

    def test_a_port_that_another_program_takes(self):
        with socket.socket() as other:
            other.bind(("", 0))
            other.listen()
            taken = str(other.getsockname()[1])
            free = next(port for port in free_ports() if PORT not in port)
            code, output = self.run_with_handler([f"[ {PORT} = {free} ] || SLOTFLOW_WEBHOOK_SECRET=x node server.js"],
                                                 ports=lambda: [taken, free])
        self.assertEqual((code, output, self.port), (0, "", free))


if __name__ == "__main__":
    modules = os.path.join(HANDLERS, "node_modules", "express")
    if not shutil.which("node") or not os.path.isdir(modules):
        skip_all(f"expected node, and npm ci run in {HANDLERS}")
    run_tests()
