#!/usr/bin/python3
"""What the inspector refuses, and what it never says.

inspector_safety_test.py BINARY [-k NAME]
"""

import json
import os
import socket
import subprocess

from inspected import InspectorTest, SECRET
from peers import LIMIT, ask, post
from support import run_tests


class Safety(InspectorTest):
    def test_nothing_of_a_request_is_run_by_the_shell(self):
        listener, inspector = self.listening("--max-body", "1MiB")
        ran = self.path("ran")
        text = f"$(touch${{IFS}}{ran})`touch ${{IFS}}{ran}`';touch {ran};'\"\\%n"
        body = json.dumps({"a": text}).encode()
        ask(listener.port, post(body, headers=b"X-A: " + text.encode() + b"\r\n"))
        ask(listener.port, post(b"@" + ran.encode()))
        ask(listener.port, post(b"x" * 1_000_000))
        odd = b"P`touch${IFS}" + ran.encode() + b"`"
        for method in (b"A`id`|id&x", b"M!#$%&'*+-.^_`|~", odd.replace(b"/", b"|").split(b"{")[0]):
            ask(listener.port, method + b" / HTTP/1.1\r\nHost: x\r\n\r\n")
        ask(listener.port, odd + b" / HTTP/1.1\r\nHost: x\r\n\r\n")
        inspector.wait_for(7)
        for row in inspector.get("/api/entries")["entries"]:
            with self.subTest(row=row):
                reply = inspector.ask("GET", f"/api/entries/{row['id']}/curl")
                if row["error"] == "malformed":
                    self.assertEqual(reply.status, 400)
                    continue
                with open(self.path("command"), "wb") as command:
                    command.write(reply.body)
                subprocess.run(["sh", self.path("command")], check=True, timeout=LIMIT,
                               stdout=subprocess.DEVNULL, env=self.environment)
        self.assertFalse(os.path.exists(ran))
        listener.out.wait_for('"type":"request"', 13)  # a signal limits how long listen waits for its reader
        requests = listener.end().requests
        sent, again = requests[:6], requests[7:]
        self.assertEqual(sorted(request["body"] for request in sent),
                         sorted(request["body"] for request in again))
        self.assertEqual(sorted(request["method"] for request in sent),
                         sorted(request["method"] for request in again))

    def test_other_hosts_origins_and_a_missing_token(self):
        listener, inspector = self.listening()
        self.send(listener)
        inspector.wait_for(1)
        for path in ("/", "/latest", "/entries/r1", "/api/state", "/api/entries", "/api/events",
                     "/api/entries/r1/body", "/api/export.har", "/%61pi/state", "/nothing"):
            for headers in ({"Host": "evil.example"}, {"Host": f"evil.example:{inspector.port}"},
                            {"Origin": "http://evil.example"}, {"Origin": "null"},
                            {"Sec_Fetch_Site": "cross-site"}):
                with self.subTest(path=path, headers=headers):
                    reply = inspector.ask("GET", path, **headers)
                    self.assertEqual(reply.status, 403)
                    self.assertNotIn(b"booking", reply.body)
        for path in ("/api/clear", "/api/entries/r1/pin", "/api/entries/r1/resend"):
            for headers in ({}, {"X_Inspector_Token": "x"}, {"X_Inspector_Token": ""}):
                with self.subTest(path=path, headers=headers):
                    self.assertEqual(inspector.ask("POST", path, b"{}", **headers).status, 403)
            wrong = inspector.ask("GET", path)
            self.assertEqual((wrong.status, wrong.headers["Allow"]), (405, "POST"))
        self.assertEqual(inspector.ids(), ["r1"])

    def test_every_response_forbids_other_uses(self):
        listener, inspector = self.listening()
        self.send(listener)
        inspector.wait_for(1)
        for path in ("/", "/api/state", "/api/entries/r1/body", "/api/export.jsonl", "/nothing"):
            with self.subTest(path=path):
                headers = inspector.ask("GET", path).headers
                policy = headers["Content-Security-Policy"]
                self.assertTrue(policy.startswith("default-src 'none'"), policy)
                self.assertNotIn("unsafe", policy)
                self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                self.assertEqual(headers["Cache-Control"], "no-store")
                self.assertIsNone(headers["Access-Control-Allow-Origin"])
        page = inspector.ask("GET", "/")
        self.assertRegex(page.headers["Content-Security-Policy"], "script-src 'sha256-[^']+'")
        self.assertLess(len(page.body), 120_000)

    def test_no_secret_is_in_any_response(self):
        listener, inspector = self.listening()
        self.run_to_end("register", f"http://127.0.0.1:{listener.port}/registered")
        secret = self.run_to_end("secret", f"http://127.0.0.1:{listener.port}/registered")[1]
        self.send(listener)
        self.send(listener, "--tamper", "body")
        inspector.wait_for(2)
        for path in ("/api/state", "/api/entries", "/api/entries/r1", "/api/entries/r2",
                     "/api/entries/r2/curl?fresh=1", "/api/export.har", "/api/export.jsonl"):
            inspector.ask("GET", path)
        inspector.post("/api/entries/r1/resend")
        inspector.post("/api/entries/r1/resend", url=f"http://127.0.0.1:{listener.port}/registered")
        for reply in inspector.seen:
            self.assertNotIn(SECRET.encode(), reply.body)
            self.assertNotIn(secret.strip().encode(), reply.body)

    def test_options_and_ports_that_cannot_be_used(self):
        code, _, err = self.run_to_end("listen", "--port", "0", "--ui-host", "127.0.0.1")
        self.assertEqual((code, err.splitlines()[0]),
                         (2, "slotflow-hooks: error: --ui-host requires --ui"))
        for value in ("x", "70000", "-1"):
            with self.subTest(value=value):
                code, _, err = self.run_to_end("listen", "--port", "0", f"--ui={value}")
                self.assertEqual(code, 2)
                self.assertIn("--ui: expected a number from 0 to 65535", err)
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            code, _, err = self.run_to_end("listen", "--port", "0", "--ui", port)
            self.assertEqual(code, 3)
            self.assertIn(f"cannot listen on 127.0.0.1 port {port}", err)
            self.assertIn("hint: use --ui 0 for a free port", err)
            code, _, err = self.run_to_end("deliveries", "ui", port)
            self.assertEqual(code, 3)
            self.assertIn("hint: use deliveries ui 0 for a free port", err)
        code, _, err = self.run_to_end("deliveries", "ui", "1", "2")
        self.assertEqual((code, "takes one PORT" in err), (2, True))
        code, _, err = self.run_to_end("deliveries", "list", "--ui-host", "127.0.0.1")
        self.assertEqual(code, 2)

    def test_another_address_is_announced(self):
        listener = self.listen("--ui", "0", "--ui-host", "0.0.0.0")
        listener.err.wait_for("the inspector has no password")

if __name__ == "__main__":
    run_tests()
