#!/usr/bin/python3
"""The API of the inspector over the history: deliveries ui and serve --ui.

inspector_history_test.py BINARY [-k NAME]
"""

import json
import os
import signal
import socket
import sqlite3

from inspected import Inspector, InspectorTest, SECRET
from peers import LIMIT, Client, Lines
from support import run_tests


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

    def test_a_secret_that_a_handler_repeats_is_not_shown(self):
        said = b"X-Said: " + SECRET.encode() + b"\r\n"
        body = json.dumps({"secret": SECRET}).encode()
        handler = self.answering(b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s"
                                 % (said, len(body), body))
        self.fire("confirmed", "--to", handler.url, "--secret", SECRET)
        _, inspector = self.deliveries("--secret-file", self.secret_file())
        [first] = inspector.ids()
        sent = inspector.post(f"/api/entries/{first}/resend")
        self.assertEqual(sent["status"], 200)
        self.assertIn("secret", sent["body"])
        inspector.get("/api/entries/" + sent["entry"])
        for reply in inspector.seen:
            self.assertNotIn(SECRET.encode(), reply.body)

    def test_a_history_that_is_replaced_is_read_anew(self):
        listener = self.listen("--secret", SECRET)
        url = f"http://127.0.0.1:{listener.port}/"
        self.fire("confirmed", "--to", url, "--secret", SECRET)
        _, inspector = self.deliveries()
        [old] = inspector.ids()
        events = self.follow(inspector)
        events.next("hello")
        for end in ("", "-wal", "-shm"):
            path = self.path("store.db" + end)
            if os.path.exists(path):
                os.remove(path)
        self.fire("cancelled", "--to", url, "--secret", SECRET)
        events.next("resync")
        [new] = inspector.ids()
        self.assertNotEqual(new, old)
        self.assertEqual(inspector.ids("event:cancelled id:" + new[:3]), [new])
        inspector.get("/api/entries/" + old, 404)

    def test_nothing_is_sent_unsigned_by_chance(self):
        handler = self.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        self.fire("confirmed", "--to", handler.url, "--secret", SECRET)
        _, inspector = self.deliveries()
        [first] = inspector.ids()
        path = f"/api/entries/{first}/resend"
        self.assertIn("is not kept", inspector.post(path, 400, url=handler.url)["error"])
        for tamper in ("none", "body"):
            error = inspector.post(path, 404, url=handler.url + "other", tamper=tamper)["error"]
            self.assertIn("no secret is known to sign with", error)
        self.assertEqual(len(handler.requests), 1)
        sent = inspector.post(path, url=handler.url + "other", tamper="missing")
        self.assertEqual((sent["status"], sent["signed"], sent["notice"]), (200, False, None))

    def test_a_resend_says_if_the_history_does_not_keep_it(self):
        handler = self.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        self.fire("confirmed", "--to", handler.url, "--secret", SECRET)
        _, inspector = self.deliveries("--secret-file", self.secret_file())
        [first] = inspector.ids()
        database = sqlite3.connect(self.path("store.db"))
        database.execute("BEGIN IMMEDIATE")
        self.addCleanup(database.close)
        sent = inspector.post(f"/api/entries/{first}/resend")
        self.assertEqual((sent["status"], sent["entry"]), (200, None))
        self.assertIn("the history of deliveries is not kept", sent["notice"])

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
