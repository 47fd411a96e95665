#!/usr/bin/python3
"""load --record: what is in the history afterwards.

load_record_test.py BINARY [-k NAME]
"""

import json
import os
import signal
import sqlite3
import time

from peers import LIMIT, Lines, ProgramTest
from support import run_tests

SECRET = "whsec_0123456789abcdefghijklmnopqrstuv"


class Record(ProgramTest):
    def load(self, *args, code=0):
        """Standard error."""
        got, _, err = self.run_to_end("load", "confirmed", "--json", *args)
        self.assertEqual(got, code, err)
        return err

    def deliveries(self, *args):
        code, out, err = self.run_to_end("deliveries", *args, "--json")
        self.assertEqual(code, 0, err)
        return [json.loads(line) for line in out.splitlines()]

    def rows(self, sql, *values):
        database = sqlite3.connect(self.path("store.db"))
        self.addCleanup(database.close)
        return database.execute(sql, values).fetchall()

    def head_of(self, delivery):
        """The head of the request of its only attempt."""
        [(head,)] = self.rows("SELECT request_head FROM exchange JOIN delivery ON seq = delivery "
                              "WHERE delivery.id = ?", delivery["id"])
        return head.decode()

    def test_what_was_sent_is_kept_and_can_be_sent_again(self):
        listener = self.listen("--secret", SECRET, "--fail-first", "2")
        url = f"http://127.0.0.1:{listener.port}/"
        self.run_to_end("register", url, "--secret", SECRET)
        err = self.load("--concurrency", "2", "--count", "20", "--record", "--header",
                        "Authorization: Bearer sesame")
        self.assertEqual(err, "")
        deliveries = self.deliveries("--limit", "0")
        self.assertEqual(len(deliveries), 20)
        self.assertEqual({(one["url"], one["attempts"], one["source"]) for one in deliveries},
                         {(url, 1, "fire")})
        failed = self.deliveries("--failed")
        self.assertEqual({one["last_status"] for one in failed}, {500})
        self.assertEqual(len(failed), 2)
        self.assertEqual(self.deliveries("--pending"), [])
        self.assertEqual(self.rows("SELECT count(*) FROM delivery WHERE owner IS NOT NULL OR "
                                   "lane <> seq"), [(0,)])
        code, _, err = self.run_to_end("deliveries", "resend", failed[0]["id"], "--header",
                                       "Authorization: Bearer again")
        self.assertEqual(code, 0, err)
        requests = listener.end().requests
        self.assertEqual(requests[-1]["booking_id"], failed[0]["booking_id"])
        requests = {request["booking_id"]: request for request in requests[:-1]}
        for one in deliveries:
            shown, attempt = self.deliveries("show", one["id"])
            request = requests[one["booking_id"]]
            self.assertEqual(shown["payload"], request["body"])
            self.assertEqual(attempt["status"], one["last_status"])
            head = self.head_of(one)
            sent = dict(request["headers"])
            self.assertIn(f"\r\nX-Slotflow-Signature: {sent['X-Slotflow-Signature']}\r\n", head)
            self.assertNotIn("\r\nConnection:", head)
            self.assertNotIn("sesame", head)

    def test_only_what_is_measured_is_kept(self):
        listener = self.listen("--secret", SECRET)
        url = f"http://127.0.0.1:{listener.port}/"
        self.load(url, "--secret", SECRET, "--rate", "100", "--count", "20", "--warmup", "100ms",
                  "--no-keepalive", "--record")
        deliveries = self.deliveries("--limit", "0")
        self.assertEqual((len(deliveries), len(listener.end().requests)), (20, 30))
        self.assertIn("\r\nConnection: close\r\n", self.head_of(deliveries[0]))

    def test_what_cannot_be_kept_stops_nothing(self):
        listener = self.listen("--secret", SECRET)
        url = f"http://127.0.0.1:{listener.port}/"
        test = (url, "--secret", SECRET, "--concurrency", "1", "--count", "3")
        self.load(*test)
        self.assertFalse(os.path.exists(self.path("store.db")))
        with open(self.path("store.db"), "w", encoding="ascii") as file:
            file.write("not a history")
        code, out, err = self.run_to_end("load", "confirmed", "--json", *test, "--record")
        self.assertEqual(code, 0)
        self.assertIn("warning: the history of deliveries is not kept: ", err)
        self.assertEqual(json.loads(out)["warnings"], [
            "3 events are missing from the history (--record): it could not be written, or not "
            "fast enough"])
        self.assertEqual(len(listener.end().requests), 6)

    def test_a_lock_that_stays_for_long_costs_nothing(self):
        listener = self.listen("--secret", SECRET)
        test = (f"http://127.0.0.1:{listener.port}/", "--secret", SECRET, "--record")
        self.load(*test, "--concurrency", "1", "--count", "1")
        lock = sqlite3.connect(self.path("store.db"), isolation_level=None)
        self.addCleanup(lock.close)
        process = self.start("load", "confirmed", *test, "--rate", "5", "--duration", "1h")
        err = Lines(process.stderr)
        while listener.out.wait_for('"n":2') and not err.lines:
            lock.execute("BEGIN IMMEDIATE")
            time.sleep(1.5)  # the program says so after a second
            if not err.lines:
                lock.execute("ROLLBACK")
        process.send_signal(signal.SIGINT)
        lock.execute("ROLLBACK")
        self.assertEqual(process.wait(LIMIT), 130)
        self.assertNotIn("not kept", "".join(err.all()))
        self.assertEqual(len(self.deliveries("--limit", "0")), len(listener.end().requests))

    def test_the_newest_ones_stay(self):
        listener = self.listen("--secret", SECRET)
        self.load(f"http://127.0.0.1:{listener.port}/", "--secret", SECRET, "--concurrency", "1",
                  "--count", "500", "--record", "--history-keep", "10")
        listener.end()
        self.assertEqual(len(self.deliveries("--limit", "0")), 10)


if __name__ == "__main__":
    run_tests()
