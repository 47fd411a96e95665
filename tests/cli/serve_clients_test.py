#!/usr/bin/python3
"""serve: clients that call as Slotflow's SDKs do, in Python and Node.

serve_clients_test.py BINARY CLIENTS_FOLDER [-k NAME]
"""

import os
import shutil
import subprocess

from served import Handler, ServeTest
from support import run_tests, take_arguments

(CLIENTS,) = take_arguments(1)
PATIENCE = 60  # seconds
PYTHON = "/usr/bin/python3"  # Debian's has Debian's httpx
HAS_HTTPX = os.path.exists(PYTHON) and subprocess.run([PYTHON, "-c", "import httpx"], check=False,
                                                      capture_output=True).returncode == 0


class Clients(ServeTest):
    def run_scenario(self, *command, events):
        handler = Handler(self)
        server = self.serve("--ephemeral", "--speed", "1000000")
        done = subprocess.run([*command, server.ready["url"], handler.url], cwd=CLIENTS,
                              capture_output=True, text=True, timeout=PATIENCE, check=False,
                              env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sorted(each.event for each in handler.wait_for(len(events))), events)
        server.end()

    def test_python(self):
        if not HAS_HTTPX:
            self.assertNotIn("SLOTFLOW_TEST_FRAMEWORKS", os.environ)
            self.skipTest(f"{PYTHON} has no httpx")
        self.run_scenario(PYTHON, "scenario.py", events=["booking.cancelled", "booking.confirmed"])

    def test_node(self):
        node = shutil.which("node")
        if node is None:
            self.assertNotIn("SLOTFLOW_TEST_FRAMEWORKS", os.environ)
            self.skipTest("node is not installed")
        self.run_scenario(node, "scenario.mjs", events=["booking.confirmed"] * 2)


run_tests()
