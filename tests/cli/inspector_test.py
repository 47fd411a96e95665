#!/usr/bin/python3
"""The API of the inspector: listen --ui, serve --ui and deliveries ui.

inspector_test.py BINARY [-k NAME]
"""

import json
import os
import signal
import socket
import subprocess
import threading

from inspected import Events, Inspector
from peers import LIMIT, Client, Lines, ProgramTest, ask, event, post
from support import run_tests

SECRET = "whsec_0123456789abcdefghijklmnopqrstuv"
WRONG = "whsec_wrongwrongwrongwrongwrongwrong12"


class InspectorTest(ProgramTest):
    def listening(self, *args):
        """A listener and its inspector."""
        listener = self.listen("--ui", "0", "--secret", SECRET, *args)
        ready = json.loads(listener.out.wait_for('"listening"'))
        return listener, Inspector(ready["ui"])

    def follow(self, inspector, query="", last=None):
        """The live events, until the end of the test."""
        events = Events(inspector, query, last)
        self.addCleanup(events.close)
        return events

    def send(self, listener, *args, secret=SECRET):
        return self.fire("confirmed", "--to", f"http://127.0.0.1:{listener.port}/hook", "--secret",
                         secret, "--no-retry", *args)

    def deliveries(self, *args):
        """`deliveries ui`, and its inspector."""
        process = self.start("deliveries", "ui", "0", "--json", *args)
        out = Lines(process.stdout)
        return process, Inspector(json.loads(out.wait_for('"inspecting"'))["ui"])


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
        listener.out.wait_for('"type":"request"', 13)  # two of them are long: do not hurry them
        requests = listener.end().requests
        sent, again = requests[:6], requests[7:]
        self.assertEqual(sorted(request["body"] for request in sent),
                         sorted(request["body"] for request in again))
        self.assertEqual(sorted(request["method"] for request in sent),
                         sorted(request["method"] for request in again))

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


class Safety(InspectorTest):
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


class History(InspectorTest):
    def test_deliveries_appear_and_change_while_others_make_them(self):
        process, inspector = self.deliveries()
        self.assertEqual(inspector.ids(), [])
        events = self.follow(inspector)
        events.next("hello")
        listener = self.listen("--fail-first", "1", "--secret", SECRET)
        url = f"http://127.0.0.1:{listener.port}/"
        self.fire("confirmed", "--to", url, "--secret", SECRET, "--speed", "100000")
        state = None
        while state != "delivered":
            state = events.next("entry")[1]["state"]
        [row] = inspector.get("/api/entries")["entries"]
        self.assertEqual((row["kind"], row["attempt"], row["status"], row["path"]),
                         ("delivery", 2, 200, url))
        details = inspector.get("/api/entries/" + row["id"])
        self.assertEqual([attempt["status"] for attempt in details["attempts"]], [500, 200])
        self.assertEqual(details["delivery"]["id"], row["id"])
        self.assertEqual(inspector.ask("GET", f"/api/entries/{row['id']}/body").body.decode(),
                         details["delivery"]["payload"])
        self.assertEqual(inspector.ids("is:delivered status:200 !status:500"), [row["id"]])
        self.assertEqual(inspector.ids("x-slotflow-signature attendee_name"), [row["id"]])
        self.assertEqual(len(inspector.get("/api/export.har")["log"]["entries"]), 1)
        self.assertEqual(inspector.ask("GET", "/api/export.jsonl").body.count(b"\n"), 3)
        self.assertIn("deliveries prune", inspector.post("/api/clear", 400)["error"])
        # As the ids that `deliveries` prints.
        self.assertEqual(inspector.get("/api/entries/" + row["id"][:8])["entry"]["id"], row["id"])
        self.assertEqual(inspector.ids("id:" + row["id"][:8]), [row["id"]])
        self.assertIn("before", inspector.get("/api/entries", 404, before="nothing")["error"])
        process.send_signal(signal.SIGINT)
        self.assertEqual(events.next("ended")[0], "ended")
        self.assertEqual(process.wait(LIMIT), 0)

    def test_a_resend_is_a_new_delivery(self):
        listener = self.listen("--status", "503", "--secret", SECRET)
        url = f"http://127.0.0.1:{listener.port}/"
        self.fire("confirmed", "--to", url, "--secret", SECRET, "--no-retry")
        _, inspector = self.deliveries("--secret-file", self.secret_file())
        [first] = inspector.ids()
        sent = inspector.post(f"/api/entries/{first}/resend")
        self.assertEqual((sent["status"], sent["signed"]), (503, True))
        other = inspector.post(f"/api/entries/{first}/resend", payload='{"event":"x"}', url=url)
        rows = inspector.get("/api/entries")["entries"]
        self.assertEqual([row["id"] for row in rows], [other["entry"], sent["entry"], first])
        self.assertEqual({row["state"] for row in rows}, {"failed"})
        details = inspector.get("/api/entries/" + sent["entry"])
        self.assertEqual((details["delivery"]["source"], details["delivery"]["resends"]),
                         ("resend", first))
        self.assertEqual([row["id"] for row in details["related"]], [first, sent["entry"]])
        self.assertEqual([request["signature"] for request in listener.end().requests],
                         ["valid"] * 3)

    def test_what_cannot_be_sent_again_says_why(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        fired = self.start("fire", "confirmed", "--to", f"http://127.0.0.1:{port}/", "--secret",
                           SECRET, "--speed", "1", "--json")
        Lines(fired.stdout).wait_for('"attempt"')
        _, inspector = self.deliveries()
        [pending] = inspector.ids("is:pending")
        self.assertIn("is pending", inspector.post(f"/api/entries/{pending}/resend", 400)["error"])
        fired.send_signal(signal.SIGINT)
        fired.wait(LIMIT)

    def test_what_was_signed_with_an_option_needs_it_again(self):
        handler = self.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        self.fire("confirmed", "--to", handler.url, "--secret", SECRET)
        _, inspector = self.deliveries()
        [first] = inspector.ids()
        self.assertIn("was signed with the secret of an option",
                      inspector.post(f"/api/entries/{first}/resend", 400)["error"])
        sent = inspector.post(f"/api/entries/{first}/resend", tamper="missing")
        self.assertEqual((sent["status"], sent["signed"]), (200, False))

    def test_serve_shows_the_deliveries_of_its_bookings(self):
        listener = self.listen()
        state = {"webhooks": [{"url": f"http://127.0.0.1:{listener.port}/"}],
                 "humans": [{"id": "ada", "name": "Ada", "timezone": "UTC",
                             "availability_rules": {"working_days": [1, 2, 3, 4, 5, 6, 7],
                                                    "work_start": "00:00", "work_end": "23:30",
                                                    "meeting_durations": [30]}}],
                 "bookings": [{"id": "b1", "human_id": "ada", "starts_at": "2099-03-16T09:00:00Z",
                               "duration_minutes": 30, "attendee_name": "Sam"}]}
        with open(self.path("state.json"), "w", encoding="utf-8") as file:
            json.dump(state, file)
        served = self.start("serve", "--ephemeral", "--port", "0", "--ui", "0", "--json", "--load",
                            self.path("state.json"))
        ready = json.loads(Lines(served.stdout).wait_for('"serving"'))
        inspector = Inspector(ready["ui"])
        self.assertEqual(inspector.get("/api/state")["url"], ready["url"])
        events = self.follow(inspector)
        events.next("hello")
        with Client(ready["port"]) as client:
            client.send(b"DELETE /v1/bookings/b1 HTTP/1.1\r\nHost: x\r\n"
                        b"Authorization: Bearer sk_live_x\r\nContent-Length: 0\r\n\r\n")
            self.assertEqual(client.answer().status, 200)
        row = {"state": None}
        while row["state"] != "delivered":
            row = events.next("entry")[1]
        self.assertEqual((row["event"], row["booking_id"]), ("booking.cancelled", "b1"))
        sent = inspector.post(f"/api/entries/{row['id']}/resend")
        self.assertEqual(sent["status"], 200)
        self.assertEqual(len(listener.end().requests), 2)
        served.send_signal(signal.SIGINT)
        self.assertEqual(served.wait(LIMIT), 0)

    def secret_file(self):
        with open(self.path("secret"), "w", encoding="utf-8") as file:
            file.write(SECRET)
        return self.path("secret")


if __name__ == "__main__":
    run_tests()
