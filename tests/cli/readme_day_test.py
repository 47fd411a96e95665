#!/usr/bin/python3
"""Runs the README's section "A whole day of Slotflow in one terminal".

readme_day_test.py BINARY README [-k NAME]
"""

import json
import os
import re
import subprocess
import tempfile
import unittest

from readme_parts import blocks, free_ports
from support import run_tests, take_arguments

PATIENCE = 120  # seconds
BINARY, README = (os.path.abspath(argument) for argument in take_arguments(2))
TITLE = "A whole day of Slotflow in one terminal"
API, HANDLER = "4010", "3000"  # ports in the README


def only(language):
    found = blocks(README, TITLE, language)
    assert len(found) == 1, f"README: expected one block of {language}, got {len(found)}"
    return found[0]


def without_ids(listing):
    """The columns that are the same in each run: all but the id and the age."""
    return [re.sub(r"^[0-9a-f]{8} +\S+ +", "ID ", re.sub(" +", " ", line))
            for line in listing.splitlines() if line.strip()]


class Day(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="slotflow-readme-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.group = None
        self.addCleanup(self.end)
        os.mkdir(self.path("bin"))
        os.symlink(BINARY, self.path("bin/slotflow-hooks"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def end(self):
        if self.group is not None:  # the session's jobs have groups of their own
            subprocess.run(["pkill", "-KILL", "-s", str(self.group)], check=False)

    def session(self, api, handler):
        """Exit code and output of the session on these ports."""
        def on_ports(text):
            return text.replace(HANDLER, handler).replace(API, api)
        with open(self.path("day.json"), "w", encoding="utf-8") as file:
            file.write(on_ports(only("json")))
        script = on_ports(only("sh")).replace("serve --load", f"serve --port {api} --load")
        with open(self.path("output"), "w+", encoding="utf-8") as output:
            # With job control, as in a terminal: the session names its jobs.
            process = subprocess.Popen(["bash", "-m", "-c", script + "wait\n"], cwd=self.folder,
                                       stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT, start_new_session=True,
                                       env={"PATH": self.path("bin") + ":" + os.environ["PATH"],
                                            "HOME": self.folder})
            self.group = process.pid
            code = process.wait(PATIENCE)
            output.seek(0)
            return code, output.read()

    def test_the_session_does_what_the_readme_says(self):
        ports = free_ports()
        for _ in range(10):
            api, handler = next(ports), next(ports)
            code, output = self.session(api, handler)
            if "is in use" not in output:
                break
        self.assertEqual(code, 0, output)
        slots, booking, cancelled = self.replies(output)
        self.assertEqual((slots["human_id"], slots["total"]), ("ada", 7))
        self.assertEqual((booking["attendee_name"], booking["status"]), ("Sam Doe", "confirmed"))
        self.assertEqual(cancelled, {"id": "monday", "status": "cancelled"})
        shown = without_ids(only("console").replace(HANDLER, handler))
        for line in shown:
            self.assertIn(line, without_ids(output))

    @staticmethod
    def replies(output):
        """The JSON objects of the API in the output, which have no line break after them."""
        decoder = json.JSONDecoder()
        found, at = [], 0
        while (at := output.find("{", at)) >= 0:
            value, at = decoder.raw_decode(output, at)
            found.append(value)
        return found[:3]


run_tests()
