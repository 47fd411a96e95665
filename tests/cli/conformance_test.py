#!/usr/bin/python3
"""serve: what tests/conformance compares of Slotflow's API holds for it.

conformance_test.py BINARY CONFORMANCE_FOLDER [-k NAME]
"""

import json
import os
import subprocess
import sys

from peers import LIMIT
from served import KEY, ServeTest
from support import run_tests, take_arguments

(FOLDER,) = take_arguments(1)
ADA = "11111111-1111-4111-8111-111111111111"
DAY = {
    "plan": "growth",
    "webhooks": [{"url": "http://localhost:3000/hook"}],
    "humans": [{"id": ADA, "name": "Ada", "timezone": "Europe/Berlin",
                "availability_rules": {"working_days": [1, 2, 3, 4, 5], "work_start": "09:00",
                                       "work_end": "17:00", "meeting_durations": [30, 60]}}],
    "overrides": [{"human_id": ADA, "type": "block", "title": "Lunch", "all_day": False,
                   "start_time": "12:00", "end_time": "13:00", "start_date": "2026-03-17",
                   "recurrence": {"freq": "weekly", "days": [1, 2, 3, 4, 5]}}],
    "bookings": [{"human_id": ADA, "starts_at": f"2026-03-16T{hour:02}:00:00Z",
                  "duration_minutes": 30, "attendee_name": "Sam"} for hour in (9, 10, 13)],
}


class Conformance(ServeTest):
    def setUp(self):
        super().setUp()
        self.write("key", KEY.encode())
        self.write("day.json", json.dumps(DAY).encode())

    def compare(self, url, *options):
        """The exit code and the output of the comparison."""
        done = subprocess.run([sys.executable, os.path.join(FOLDER, "conformance.py"), *options, url],
                              env={**self.environment, "SLOTFLOW_API_KEY": KEY,
                                   "PYTHONDONTWRITEBYTECODE": "1"},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=LIMIT, check=False)
        self.assertNotIn(KEY, done.stdout)
        return done.returncode, done.stdout

    def serve_a_day(self):
        return self.serve("--ephemeral", "--load", self.path("day.json"), "--api-key-file",
                          self.path("key"))

    def test_by_default_it_reads_only(self):
        server = self.serve_a_day()
        code, out = self.compare(server.ready["url"])
        self.assertEqual(code, 0, out)
        self.assertNotIn("skipped", out)
        calls = server.end().calls
        self.assertEqual({call["method"] for call in calls}, {"GET"})
        self.assertGreater(len(calls), 20)

    def test_all_of_it(self):
        server = self.serve_a_day()
        code, out = self.compare(server.ready["url"], "--write", "--assumptions")
        self.assertEqual(code, 0, out)
        self.assertNotIn("skipped", out)
        # What it made is deleted.
        for path, name in (("/v1/humans", "humans"), ("/v1/webhooks", "webhooks"),
                           ("/v1/bookings?status=confirmed&limit=3", "bookings")):
            self.assertEqual(server.call("GET", path).body["total"], len(DAY[name]), path)
        server.end()

    def test_what_differs_is_told_without_secrets(self):
        answers = {
            b"/v1/webhooks": {"webhooks": [{"id": ADA, "url": "https://example.com/", "events": [],
                                            "secret": "whsec_private", "active": "yes",
                                            "created_at": "2026-03-16T10:00:00.000Z"}],
                              "total": 1},
            b"/v1/humans": {"total": 0, "humans": []},
        }

        def answer(connection):
            path = self.differing.read(connection).split(b" ")[1]
            body = json.dumps(answers.get(path, {})).encode()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                               b"Content-Length: %d\r\nConnection: close\r\n\r\n%s"
                               % (len(body), body))
        self.differing = self.endpoint(answer)
        code, out = self.compare(f"http://127.0.0.1:{self.differing.port}")
        self.assertEqual(code, 1, out)
        for line in ("GET /v1/webhooks.webhooks[0].signing_secret is missing",
                     "GET /v1/webhooks.webhooks[0].secret is not documented",
                     "GET /v1/webhooks.webhooks[0].active: expected a boolean, got a string",
                     "GET /v1/humans: expected the order ['humans', 'total'], "
                     "got ['total', 'humans']"):
            self.assertIn(line + "\n", out)
        self.assertNotIn("whsec_private", out)


run_tests()
