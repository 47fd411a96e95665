#!/usr/bin/python3
"""The history as `deliveries` lists it and shows one delivery of it.

deliveries_test.py BINARY [-k NAME]
"""

import base64
import datetime
import json
import os
import re
import subprocess
import time

from histories import AT_ONCE, ERROR, NOT_FOUND, OK, HistoryTest
from peers import LIMIT
from support import run_tests

NONE_YET = ("slotflow-hooks: no delivery is in the history: make one with slotflow-hooks fire "
            "confirmed URL\n")
NO_MATCH = "slotflow-hooks: no delivery matches\n"
EXPECTED_ID = ("slotflow-hooks: error: ID: expected the id of a delivery, or its first characters "
               "(at least 4), got '{}'\nhint: see the ids with slotflow-hooks deliveries "
               "--limit 0\n")


def iso(milliseconds):
    moment = datetime.datetime.fromtimestamp(milliseconds // 1000, datetime.timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"


class Listing(HistoryTest):
    def test_before_the_first_delivery(self):
        self.assertEqual(self.run_to_end("deliveries"), (0, "", NONE_YET))
        self.assertEqual(self.run_to_end("deliveries", "list", "--json"), (0, "", NONE_YET))
        self.assertEqual(self.run_to_end("deliveries", "-q"), (0, "", ""))
        self.assertEqual(self.run_to_end("deliveries", "--failed"), (0, "", NO_MATCH))
        self.assertEqual(self.run_to_end("deliveries", "show", "abcd"),
                         (1, "", EXPECTED_ID.format("abcd")))
        self.assertEqual(os.listdir(self.folder), [])  # to look makes nothing

    def test_the_fields_of_a_delivery(self):
        url = self.answering(OK).url
        before = time.time() * 1000
        id = self.deliver("confirmed", "--to", url, "--booking-id", "b 1")
        after = time.time() * 1000
        [line] = self.lines()
        created = line["created_at"]
        self.assertEqual(line, {
            "type": "delivery", "id": id, "event": "booking.confirmed", "booking_id": "b 1",
            "webhook_id": None, "url": url, "state": "delivered", "attempts": 1,
            "last_status": 200, "last_error": None, "created_at": created,
            "next_attempt_at": None, "source": "fire", "resends": None})
        self.assertLessEqual(iso(int(before)), created)
        self.assertLessEqual(created, iso(int(after)))

    def test_the_table_and_its_limit(self):
        good, bad = self.answering(OK).url, self.answering(ERROR).url
        ids = [self.deliver("confirmed", "--to", good),
               self.deliver("cancelled", "--to", bad, "--no-retry", code=1)]
        ids += [self.deliver("confirmed", "--to", bad, *AT_ONCE, code=1)]
        for id, age in zip(ids, (50 * 3600, 7300, 61)):
            self.change("UPDATE delivery SET created_at = ? WHERE id = ?",
                        int((time.time() - age) * 1000), id)
        rows = ["ID        AGE  EVENT              STATE      ATTEMPTS  LAST  URL",
                f"{ids[2][:8]}  1m   booking.confirmed  failed     3         500   {bad}",
                f"{ids[1][:8]}  2h   booking.cancelled  failed     1         500   {bad}",
                f"{ids[0][:8]}  2d   booking.confirmed  delivered  1         200   {good}"]
        everything = "\n".join(rows) + "\n"
        self.assertEqual(self.run_to_end("deliveries"), (0, everything, ""))
        self.assertEqual(self.run_to_end("deliveries", "list", "--limit", "3"),
                         (0, everything, ""))
        self.assertEqual(self.run_to_end("deliveries", "--limit", "0"), (0, everything, ""))
        code, out, err = self.run_to_end("deliveries", "--limit", "1")
        self.assertEqual((code, len(out.splitlines()), err), (0, 2, ""))
        self.assertIn("\n" + ids[2][:8], out)
        code, out, err = self.run_to_end("deliveries", "--json", "--failed", "--limit", "1")
        self.assertEqual((code, json.loads(out)["id"], err), (0, ids[2], ""))

    def test_20_are_listed_by_default(self):
        url = self.answering(OK).url
        self.fire("confirmed", "--to", url, "--duplicate", "21")
        code, out, err = self.run_to_end("deliveries", "--json")
        self.assertEqual((code, len(out.splitlines())), (0, 20))
        self.assertEqual(err, "slotflow-hooks: the newest 20 of 21 deliveries (all of them with "
                              "--limit 0)\n")
        self.assertEqual(len(self.lines("--limit", "0")), 21)

    def test_each_filter(self):
        answers = iter([ERROR, OK])

        def behave(connection):
            mixed.read(connection)
            connection.sendall(next(answers))
        mixed = self.endpoint(behave)
        good, bad = self.answering(OK).url, self.answering(ERROR).url
        broken, missing = self.answering(b"garbage\r\n\r\n").url, self.answering(NOT_FOUND).url
        code, out, _ = self.run_to_end("register", missing, "--json", "--events", "cancelled")
        self.assertEqual(code, 0)
        webhook = json.loads(out)["id"]
        ids = {
            "good": self.deliver("confirmed", "--to", good, "--booking-id", "b1"),
            "failed": self.deliver("cancelled", "--to", bad, "--no-retry", "--booking-id", "b1",
                                   code=1),
            "recovered": self.deliver("confirmed", "--to", mixed.url, *AT_ONCE),
            "broken": self.deliver("confirmed", "--to", broken, "--no-retry", code=1),
            "missing": self.deliver("cancelled", "--webhook", webhook, "--no-retry", code=1),
            "expected": self.deliver("confirmed", "--to", missing, "--expect-status", "404"),
            "pending": self.interrupt("confirmed", "--to", bad),
        }
        for hours, (name, slowest) in enumerate({"good": 10, "failed": 900, "recovered": 2100,
                                                 "broken": 2000, "missing": 1, "expected": 1,
                                                 "pending": 1}.items()):
            created = int(time.time() - (10 - hours) * 3600) * 1000  # 10 h ago, 9 h ago, ...
            self.change("UPDATE delivery SET created_at = ?, slowest_us = ? WHERE id = ?", created,
                        slowest * 1000, ids[name])
            if name == "recovered":
                its_time = iso(created)
        names = {id: name for name, id in ids.items()}

        def expect(expected, *filters):
            with self.subTest(filters):
                self.assertEqual([names[line["id"]] for line in self.lines(*filters)],
                                 expected.split())

        expect("pending expected missing broken recovered failed good")
        expect("missing broken failed", "--failed")
        expect("pending", "--pending")
        expect("recovered good", "--delivered")
        expect("recovered", "--recovered")
        expect("pending recovered", "--pending", "--recovered")  # one of them must hold
        expect("missing failed", "--event", "cancelled")
        expect("failed", "--event", "booking.cancelled", "--booking", "b1")  # all must hold
        expect("failed good", "--booking", "b1")
        expect("", "--booking", "b")
        expect("missing", "--webhook", webhook)
        expect("missing", "--webhook", webhook[:10])
        expect("", "--webhook", "nobody")
        expect("pending failed", "--to", bad)
        expect("pending failed good", "--to", bad, "--to", good.replace("http:", "HTTP:"))
        expect("pending failed", "--status", "5xx")
        expect("expected missing", "--status", "404")
        expect("pending expected missing failed", "--status", "404,5xx")
        expect("recovered good", "--status", "200")
        expect("broken", "--error", "bad_response")
        expect("", "--error", "timeout")
        expect("broken", "--error", "timeout", "--error", "bad_response")
        expect("recovered", "--slower", "2s")
        expect("broken recovered failed", "--slower", "500ms")
        expect("pending expected missing broken", "--since", "7h30m")
        expect("pending expected missing broken recovered", "--since", its_time)
        expect("recovered failed good", "--until", its_time)
        expect("recovered", "--since", its_time, "--until", its_time)
        expect("failed good", "--until", "510m")
        expect("pending expected missing broken recovered failed good", "--since", "1d")
        expect("", "--until", "2000-01-01T00:00:00Z")
        expect("pending expected missing broken recovered failed good", "--since", "946684800")

    def test_what_came_from_outside_is_escaped(self):
        id = self.deliver("confirmed", "--booking-id", "\x1b[2J\x9b1m", "--header",
                          "X-Odd: \x9b1m", "--to", self.answering(ERROR).url, "--no-retry", code=1)
        for command in (["deliveries"], ["deliveries", "show", id]):
            code, out, err = self.run_to_end(*command)
            self.assertEqual((code, err), (0, ""))
            self.assertIn(id[:8], out)
            for character in ("\x1b", "\x07", "\x9b"):
                self.assertNotIn(character, out)


class Showing(HistoryTest):
    def test_a_delivery_and_its_attempts(self):
        answers = iter([ERROR, OK])

        def behave(connection):
            server.read(connection)
            connection.sendall(next(answers))
        server = self.endpoint(behave)
        code, fired, _, err = self.fire("confirmed", "--to", server.url, "--secret", "whsec_abc",
                                        *AT_ONCE)
        self.assertEqual(code, 0, err)
        delivery, attempts = self.show(fired[0]["delivery_id"])
        self.assertEqual([{**attempt, "trigger": None, "signed_at": None} for attempt in attempts],
                         [{**attempt, "trigger": None, "signed_at": None} for attempt in fired])
        for attempt, request in zip(attempts, server.requests):
            self.assertEqual(attempt["trigger"], "schedule")
            self.assertIn(b"X-Slotflow-Signature: t=%d," % attempt["signed_at"], request)
        self.assertEqual(delivery["payload"].encode(), server.requests[0].split(b"\r\n\r\n")[1])
        self.assertEqual((delivery["payload_base64"], delivery["resent_as"]), (None, []))
        code, out, err = self.run_to_end("deliveries", "show", delivery["id"])
        self.assertEqual((code, err), (0, ""))
        for line in (f"Delivery {delivery['id']}", "  event      booking.confirmed",
                     f"  url        {server.url}", "  state      delivered after 2 attempts",
                     '    "event": "booking.confirmed",', "    > POST / HTTP/1.1",
                     "    < HTTP/1.1 500 Oops", "    < X-Reason: \\u{9b}31m",
                     "    < HTTP/1.1 200 OK"):
            self.assertIn(line, out.splitlines())

    def test_the_exact_bytes_of_the_payload(self):
        for content in (b"", b"\n", b"\0\xff\xfe\r\n{}\r\n\r\n", b"\xef\xbb\xbf{}", b"{}",
                        bytes(range(256)) * 300):
            with self.subTest(content=content[:40]):
                with open(self.path("payload"), "wb") as file:
                    file.write(content)
                server = self.answering(OK)
                id = self.deliver("confirmed", "--payload", self.path("payload"), "--to",
                                  server.url)
                self.assertEqual(server.requests[0].partition(b"\r\n\r\n")[2], content)
                process = self.start("deliveries", "show", "--payload", id)
                self.assertEqual((*process.communicate(timeout=LIMIT), process.returncode),
                                 (content, b"", 0))
                delivery, _ = self.show(id)
                if delivery["payload"] is None:
                    self.assertEqual(base64.b64decode(delivery["payload_base64"]), content)
                else:
                    self.assertEqual(delivery["payload"].encode(), content)

    def test_the_curl_command_makes_the_request_signed_now(self):
        server = self.answering(OK)
        secret = ["--secret", "whsec_k8J2mQ4xR7vN1pL5tY9w"]
        id = self.deliver("confirmed", "--to", server.url, "--header", "X-Api-Key: sesame", *secret)
        self.assertEqual(
            self.run_to_end("deliveries", "show", id, "--curl", *secret),
            (2, "", f"slotflow-hooks: error: delivery {id} had a header X-Api-Key, whose value is "
                    "not kept\nhint: give it again with --header 'X-Api-Key: VALUE'\n"))
        code, command, _ = self.run_to_end("deliveries", "show", id, "--curl", *secret,
                                           "--header", "X-Api-Key: sesame")
        self.assertEqual(code, 0)
        subprocess.run(["sh", "-c", command], capture_output=True, check=True, timeout=LIMIT)
        first, again = (request.partition(b"\r\n\r\n") for request in server.requests)
        self.assertEqual(first[2], again[2])
        self.assertIn(b"X-Api-Key: sesame\r\n", again[0] + b"\r\n")
        signature = re.search(rb"X-Slotflow-Signature: (\S+)", again[0])[1].decode()
        with open(self.path("body"), "wb") as file:
            file.write(again[2])
        self.assertEqual(self.run_to_end("verify", "--signature", signature, "--payload",
                                         self.path("body"), *secret)[0], 0)

    def test_the_beginning_of_an_id(self):
        url = self.answering(OK).url
        ids = [self.deliver("confirmed", "--to", url) for _ in range(2)]
        known = ["abcd0000-0000-4000-8000-000000000001", "abcd1111-0000-4000-8000-000000000002"]
        for old, new in zip(ids, known):
            self.change("UPDATE delivery SET id = ? WHERE id = ?", new, old)
        for text in ("abcd0", "abcd0000", known[0]):
            self.assertEqual(self.show(text)[0]["id"], known[0])
        expected = {
            "abc": EXPECTED_ID.format("abc"),
            "zzzz": EXPECTED_ID.format("zzzz"),
            "%bcd": EXPECTED_ID.format("%bcd"),
            known[0] + "0": EXPECTED_ID.format(known[0] + "0"),
            "abcd": "slotflow-hooks: error: ID: more than one delivery begins with 'abcd'\n"
                    "hint: give more of its characters\n",
        }
        for text, err in expected.items():
            with self.subTest(text):
                self.assertEqual(self.run_to_end("deliveries", "show", text), (1, "", err))
        code, out, err = self.run_to_end("deliveries", "show", "zzzz", "--json")
        self.assertEqual((code, out), (1, ""))
        self.assertEqual(json.loads(err), {"error": {
            "code": "NOT_FOUND", "status": 404,
            "message": "ID: expected the id of a delivery, or its first characters (at least 4), "
                       "got 'zzzz'"}})


class Usage(HistoryTest):
    def test_what_is_no_question(self):
        program = "slotflow-hooks: error: "
        for args, err in (
                (["sho"], "ACTION: expected list, show, resend, stats, prune, resume or ui, got 'sho'\n"
                          "hint: did you mean 'show'?"),
                (["show"], "deliveries show requires one ID\nhint: see the ids with "
                           "slotflow-hooks deliveries"),
                (["show", "abcd", "efgh"], "deliveries show requires one ID\nhint: see the ids "
                                           "with slotflow-hooks deliveries"),
                (["list", "abcd"], "deliveries list takes no ID\nhint: show one delivery with "
                                   "slotflow-hooks deliveries show abcd"),
                (["--payload"], "--payload cannot be combined with the action list"),
                (["show", "abcd", "--failed"],
                 "--failed cannot be combined with the action show"),
                (["show", "abcd", "--limit", "3"],
                 "--limit cannot be combined with the action show"),
                (["--limit", "-1"], "--limit: expected a number from 0 to 4294967295, got '-1'"),
                (["--status", "99"], "--status: expected statuses from 200 to 599, or 2xx, 3xx, "
                                     "4xx or 5xx, got '99'"),
                (["--slower", "2x"], "--slower: expected a duration such as 250ms, 10s or 1h30m, "
                                     "got '2x'"),
                (["--error", "timeot"], "--error: expected timeout, connection_refused, "
                                        "unreachable, connection_reset, connection_closed, dns, "
                                        "tls or bad_response, got 'timeot'\nhint: did you mean "
                                        "'timeout'?"),
                (["--event", "foo"], "--event: expected confirmed, cancelled, booking.confirmed "
                                     "or booking.cancelled, got 'foo'"),
                (["--webhook", ""], "--webhook: expected a value, got nothing"),
                (["--since", "yesterday"],
                 "--since: expected a duration such as 1h30m, or a time such as "
                 "2026-03-10T14:05:00Z or 1773151500, got 'yesterday'"),
                (["--until", "2w"],
                 "--until: expected a duration such as 1h30m, or a time such as "
                 "2026-03-10T14:05:00Z or 1773151500, got '2w'"),
                (["--until", "2 days"],
                 "--until: expected a duration such as 1h30m, or a time such as "
                 "2026-03-10T14:05:00Z or 1773151500, got '2 days'\nhint: did you mean '2d'?"),
                (["--since", "1 day"],
                 "--since: expected a duration such as 1h30m, or a time such as "
                 "2026-03-10T14:05:00Z or 1773151500, got '1 day'\nhint: did you mean '1d'?"),
                (["--since", "h"],
                 "--since: expected a duration such as 1h30m, or a time such as "
                 "2026-03-10T14:05:00Z or 1773151500, got 'h'"),
        ):
            with self.subTest(args):
                self.assertEqual(self.run_to_end("deliveries", *args),
                                 (2, "", f"{program}{err}\n"))
        code, out, err = self.run_to_end("deliveries", "show", "abcd", "--payload", "--json")
        self.assertEqual((code, out), (2, ""))
        self.assertEqual(json.loads(err), {"error": {
            "code": "USAGE", "message": "--payload cannot be combined with --json",
            "status": None}})


if __name__ == "__main__":
    run_tests()
