#!/usr/bin/python3
"""The API of the inspector over what listen received.

inspector_test.py BINARY [-k NAME]
"""

import json
import signal
import socket
import subprocess
import threading

from inspected import Inspector, InspectorTest, SECRET, WRONG
from peers import LIMIT, Client, ask, event, post
from support import run_tests


class Requests(InspectorTest):
    def test_a_request_is_an_entry_with_all_about_it(self):
        listener, inspector = self.listening("--status", "503")
        self.send(listener, "--header", "X-Own: yes", secret=WRONG)
        inspector.wait_for(1)
        [row] = inspector.get("/api/entries")["entries"]
        self.assertEqual((row["id"], row["status"], row["signature"], row["failed"], row["path"]),
                         ("r1", 503, "invalid", True, "/hook"))
        details = inspector.get("/api/entries/r1")
        self.assertEqual(details["entry"], row)
        self.assertEqual(details["related"], [row])
        self.assertEqual(details, inspector.get("/api/entries/latest"))
        printed = json.loads(listener.out.wait_for('"request"'))
        self.assertEqual(details["request"], printed)
        self.assertEqual(inspector.ask("GET", "/api/entries/r1/body").body,
                         printed["body"].encode())
        state = inspector.get("/api/state")
        self.assertEqual((state["mode"], state["total"], state["url"]),
                         ("listen", 1, f"http://127.0.0.1:{listener.port}/"))
        listener.end()

    def test_a_request_is_there_before_its_response(self):
        listener, inspector = self.listening("--delay", "1h")
        with Client(listener.port) as client:
            client.send(post(event("one")))
            inspector.wait_for(1)
            [row] = inspector.get("/api/entries")["entries"]
            self.assertEqual((row["state"], row["status"], row["error"], row["failed"],
                              row["booking_id"]), ("pending", None, None, False, "one"))
            self.assertEqual(inspector.ids("is:pending"), ["r1"])
            self.assertEqual(inspector.ask("GET", "/api/export.jsonl").body, b"")
            self.assertEqual(len(inspector.get("/api/export.har")["log"]["entries"]), 1)
            events = self.follow(inspector)
            events.next("hello")
        _, changed = events.next("entry")
        self.assertEqual((changed["id"], changed["state"], changed["error"], changed["failed"]),
                         ("r1", None, "given_up", True))
        self.assertEqual(inspector.get("/api/state")["total"], 1)
        self.assertEqual(len(listener.end().requests), 1)

    def test_a_row_stays_short(self):
        listener, inspector = self.listening()
        ask(listener.port, post(event("\u00e9" * 5_000)))
        inspector.wait_for(1)
        [row] = inspector.get("/api/entries")["entries"]
        self.assertEqual(row["booking_id"], "\u00e9" * 250 + "\u2026")
        details = inspector.get("/api/entries/r1")
        self.assertEqual(details["request"]["booking_id"], "\u00e9" * 5_000)
        listener.end()

    def test_exports_are_the_bytes_of_the_log(self):
        listener, inspector = self.listening("--log", self.path("log"))
        for booking in range(3):
            self.assertEqual(ask(listener.port, post(event(f"b{booking}"))).status, 200)
        self.assertEqual(ask(listener.port, post(b"\xff\x00 not JSON")).status, 200)
        inspector.wait_for(4)
        exported = inspector.ask("GET", "/api/export.jsonl")
        self.assertIn("attachment", exported.headers["Content-Disposition"])
        some = inspector.ask("GET", "/api/export.jsonl?q=booking:b1").body
        har = inspector.get("/api/export.har")["log"]
        self.assertEqual(har["version"], "1.2")
        self.assertEqual([entry["request"]["method"] for entry in har["entries"]], ["POST"] * 4)
        self.assertEqual(har["entries"][3]["request"]["postData"]["_encoding"], "base64")
        self.assertEqual(inspector.get("/api/export.har", q="nothing")["log"]["entries"], [])
        listener.end()
        with open(self.path("log"), "rb") as log:
            lines = log.readlines()
        self.assertEqual(exported.body, b"".join(lines[1:-1]))
        self.assertEqual(some, lines[2])

    def test_the_curl_commands_send_what_was_received(self):
        listener, inspector = self.listening()
        self.send(listener, "--skew=-10m", "--header", "X-Own: it's")
        inspector.wait_for(1)
        for path in ("/api/entries/r1/curl", "/api/entries/r1/curl?fresh=1"):
            command = inspector.ask("GET", path).body.decode()
            subprocess.run(["sh", "-c", command], check=True, timeout=LIMIT,
                           stdout=subprocess.DEVNULL, env=self.environment)
        inspector.wait_for(3)
        rows = inspector.get("/api/entries")["entries"]
        self.assertEqual([row["signature"] for row in rows], ["valid", "stale", "stale"])
        ended = listener.end()
        self.assertEqual(len({request["body"] for request in ended.requests}), 1)
        self.assertTrue(all(["X-Own", "it's"] in request["headers"]
                            for request in ended.requests))

    def test_a_search_names_what_is_wrong_with_it(self):
        listener, inspector = self.listening()
        for booking in ("one", "two", "one"):
            ask(listener.port, post(event(booking)))
        inspector.wait_for(3)
        self.assertEqual(inspector.ids("booking:one"), ["r3", "r1"])
        self.assertEqual(inspector.ids("is:duplicate"), ["r3"])
        self.assertEqual(inspector.ids("!one"), ["r2"])
        self.assertIn("before", inspector.get("/api/entries", 404, before="nothing")["error"])
        page = inspector.get("/api/entries", limit=1, before="r3")
        self.assertEqual(([row["id"] for row in page["entries"]], page["more"], page["matching"]),
                         (["r2"], True, 3))
        for path, error in [
                ("/api/entries?q=status:abc", "status: expected statuses from 200 to 599"),
                ("/api/events?q=is:bad", "is: expected duplicate, failed, pinned, pending or"),
                ("/api/entries?limit=0", "limit: expected a number from 1 to 25000, got '0'"),
                ("/api/export.har?q=since:x", "since: expected an age such as 10m")]:
            with self.subTest(path=path):
                self.assertIn(error, inspector.get(path, status=400)["error"])
        for path in ("/api/entries/r9", "/api/entries/r9/body", "/api/entries/latest?q=nothing",
                     "/nothing", "/api", "//api/state"):
            with self.subTest(path=path):
                self.assertRegex(inspector.get(path, status=404)["error"], "there is no|no entry")

    def test_pins_and_clearing(self):
        listener, inspector = self.listening()
        for booking in range(3):
            ask(listener.port, post(event(f"b{booking}")))
        inspector.wait_for(3)
        self.assertEqual(inspector.post("/api/entries/r2/pin", pinned=True), {"pinned": True})
        self.assertIn("true or false", inspector.post("/api/entries/r2/pin", 400)["error"])
        self.assertEqual(inspector.ids("is:pinned"), ["r2"])
        self.assertEqual(inspector.post("/api/clear"), {"removed": 2})
        self.assertEqual(inspector.ids(), ["r2"])


class Resends(InspectorTest):
    def test_what_is_sent_again_arrives_as_another_entry(self):
        listener, inspector = self.listening()
        self.send(listener, "--skew=-1h", "--header", "X-Own: yes")
        inspector.wait_for(1)
        same = inspector.post("/api/entries/r1/resend")
        self.assertEqual((same["status"], same["signed"], same["error"], same["entry"]),
                         (200, True, None, "r2"))
        inspector.post("/api/entries/r1/resend", payload="{not JSON")
        for n, tamper in enumerate(("body", "signature", "timestamp", "missing"), 4):
            sent = inspector.post("/api/entries/r1/resend", tamper=tamper)
            self.assertEqual(sent["entry"], f"r{n}")
        inspector.wait_for(7)
        details = inspector.get("/api/entries/r2")
        self.assertEqual(details["request"]["signature"], "valid")
        self.assertEqual(details["request"]["body"],
                         inspector.get("/api/entries/r1")["request"]["body"])
        self.assertIn(["X-Own", "yes"], details["request"]["headers"])
        self.assertEqual(inspector.get("/api/entries/r3")["request"]["body"], "{not JSON")
        rows = inspector.get("/api/entries")["entries"]
        self.assertEqual([row["signature"] for row in rows],
                         ["missing", "invalid", "invalid", "invalid", "valid", "valid", "stale"])
        # Those of the same booking are related, but what is no JSON has none.
        self.assertEqual([row["id"] for row in details["related"] if row["id"] in ("r1", "r2")],
                         ["r1", "r2"])

    def test_to_another_url(self):
        listener, inspector = self.listening()
        self.send(listener)
        inspector.wait_for(1)
        handler = self.answering(b"HTTP/1.1 418 No\r\nX-Reply: yes\r\nContent-Length: 5\r\n\r\nshort")
        sent = inspector.post("/api/entries/r1/resend", url=handler.url)
        self.assertEqual((sent["status"], sent["body"], sent["entry"]), (418, "short", None))
        self.assertIn(["X-Reply", "yes"], sent["headers"])
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        refused = inspector.post("/api/entries/r1/resend", url=f"http://127.0.0.1:{port}/")
        self.assertEqual((refused["status"], refused["error"]), (None, "connection_refused"))
        for body, error in [({"url": "ftp://x"}, "url: expected"),
                            ({"tamper": "all"}, "tamper: expected none, body, signature"),
                            ({"other": 1}, "got 'other'"), ({"payload": 7}, "payload: expected a string or null")]:
            with self.subTest(body=body):
                self.assertIn(error, inspector.post("/api/entries/r1/resend", 400, **body)["error"])

    def test_the_end_of_the_command_ends_it(self):
        listener, inspector = self.listening()
        self.send(listener)
        inspector.wait_for(1)
        asked = threading.Event()

        def hang(connection):
            asked.set()
            connection.recv(1)
            while connection.recv(65536):
                pass
        handler = self.endpoint(hang)
        replies = []
        sender = threading.Thread(target=lambda: replies.append(
            inspector.post("/api/entries/r1/resend", url=handler.url)))
        sender.start()
        self.assertTrue(asked.wait(LIMIT))
        self.assertEqual(listener.end().code, 0)
        sender.join(LIMIT)
        self.assertEqual((replies[0]["status"], replies[0]["message"]),
                         (None, "the command ended before the response came"))

    def test_without_a_secret(self):
        listener = self.listen("--ui", "0")
        inspector = Inspector(json.loads(listener.out.wait_for('"listening"'))["ui"])
        ask(listener.port, post(event()))
        inspector.wait_for(1)
        self.assertIn("no secret is known",
                      inspector.post("/api/entries/r1/resend", 404)["error"])
        sent = inspector.post("/api/entries/r1/resend", tamper="missing")
        self.assertEqual((sent["status"], sent["signed"]), (200, False))

    def test_over_tls_with_a_certificate_of_its_own(self):
        listener, inspector = self.listening("--tls")
        self.fire("confirmed", "--to", f"https://127.0.0.1:{listener.port}/", "--insecure",
                  "--secret", SECRET)
        inspector.wait_for(1)
        self.assertEqual(inspector.post("/api/entries/r1/resend")["status"], 200)
        self.assertIn("--insecure", inspector.ask("GET", "/api/entries/r1/curl").body.decode())


class Live(InspectorTest):
    def test_events_follow_and_continue(self):
        listener, inspector = self.listening()
        events = self.follow(inspector)
        self.assertEqual(events.next()[0], "hello")
        ask(listener.port, post(event("one")))
        self.assertEqual(events.next("entry")[1]["id"], "r1")
        events.close()
        ask(listener.port, post(event("two")))
        inspector.wait_for(2)
        again = self.follow(inspector, last=events.last)
        self.assertEqual(again.next("entry")[1]["id"], "r2")
        inspector.post("/api/clear")
        self.assertEqual(again.next("removed")[1], {"ids": ["r1", "r2"]})
        some = self.follow(inspector, "booking:four")
        some.next("hello")
        for booking in ("three", "four"):
            ask(listener.port, post(event(booking)))
        self.assertEqual(some.next("entry")[1]["id"], "r4")
        listener.process.send_signal(signal.SIGINT)
        self.assertEqual(again.next("ended")[1], {})
        self.assertEqual(listener.wait().summary["requests"], 4)

    def test_an_id_of_another_run_begins_now(self):
        listener, inspector = self.listening()
        ask(listener.port, post(event("one")))
        inspector.wait_for(1)
        events = self.follow(inspector, last="00000000-0")
        events.next("hello")
        ask(listener.port, post(event("two")))
        self.assertEqual(events.next("entry")[1]["id"], "r2")

    def test_the_eleventh_viewer_is_refused(self):
        _, inspector = self.listening()
        viewers = [self.follow(inspector) for _ in range(10)]
        for viewer in viewers:
            viewer.next("hello")
        refused = self.follow(inspector)
        self.assertEqual(refused.status, 503)
        self.assertIn("10 viewers are connected already", refused.response.read().decode())

    def test_a_viewer_that_does_not_read_holds_up_nobody(self):
        listener, inspector = self.listening()
        with Client(inspector.port) as stuck:
            stuck.send(b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            with Client(listener.port) as client:
                for _ in range(2000):
                    client.send(post(event("b" * 3000)))
                    self.assertEqual(client.answer().status, 200)
            inspector.wait_for(2000)

if __name__ == "__main__":
    run_tests()
