#!/usr/bin/python3
"""Which event fire sends: that of the payload, or the two of a lifecycle.

fire_events_test.py BINARY [-k NAME]
"""

import json
import threading

from peers import ProgramTest, event
from support import run_tests

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CANCELLED = event().replace(b"booking.confirmed", b"booking.cancelled")


def body_of(request):
    return json.loads(request.partition(b"\r\n\r\n")[2])


class Payload(ProgramTest):
    def given(self, content):
        with open(self.path("payload"), "wb") as file:
            file.write(content)
        return "--payload", self.path("payload")

    def test_the_payload_says_which_event_it_is(self):
        server = self.answering(OK)
        for args in ([server.url], ["--to", server.url], [server.url.replace("http://", "")],
                     ["cancelled", server.url], ["booking.cancelled", "--to", server.url]):
            with self.subTest(args=args):
                code, attempts, _, err = self.fire(*args, *self.given(CANCELLED))
                self.assertEqual((code, attempts[0]["event"]), (0, "booking.cancelled"), err)
                self.assertNotIn("warning", err)
                self.assertEqual(attempts[0]["url"], server.url)
        _, out, _ = self.run_to_end("fire", server.url, *self.given(CANCELLED))
        self.assertTrue(out.startswith("booking.cancelled"), out)

    def test_another_event_than_the_payloads_is_a_warning(self):
        server = self.answering(OK)
        code, attempts, _, err = self.fire("confirmed", server.url, *self.given(CANCELLED))
        self.assertEqual((code, attempts[0]["event"]), (0, "booking.cancelled"))
        self.assertIn("warning: the payload's event is 'booking.cancelled', not booking.confirmed",
                      err)
        unknown = event().replace(b"booking.confirmed", b"booking.moved")
        code, attempts, _, err = self.fire("confirmed", server.url, *self.given(unknown))
        self.assertEqual((code, attempts[0]["event"]), (0, "booking.moved"))
        self.assertIn("warning: the payload's event is 'booking.moved'", err)

    def test_the_payload_chooses_the_webhooks(self):
        servers = {name: self.answering(OK) for name in ("confirmed", "cancelled")}
        for name, server in servers.items():
            self.run_to_end("register", server.url, "--events", name)
        for args in ([], ["confirmed"]):
            _, attempts, _, err = self.fire(*args, *self.given(CANCELLED))
            self.assertEqual([one["url"] for one in attempts], [servers["cancelled"].url], err)

    def test_without_any_event(self):
        server = self.answering(OK)
        for content, why in ((b"not JSON", "the payload is not JSON"),
                             (b"{}", "the payload does not name an event"),
                             (b'{"event":7}', "the payload does not name an event"),
                             (b'{"event":"booking.moved"}', "the payload's event is "
                              "'booking.moved', which Slotflow does not send")):
            with self.subTest(content=content):
                code, out, err = self.run_to_end("fire", "--to", server.url, *self.given(content))
                self.assertEqual((code, out), (2, ""))
                self.assertIn("error: fire requires EVENT: " + why, err)
                code, attempts, _, err = self.fire("cancelled", server.url, *self.given(content))
                self.assertEqual(code, 0, err)
        self.assertEqual(attempts[0]["event"], "booking.moved")

    def test_what_is_neither_event_nor_url(self):
        for word in ("confirmd", "booking.confirmd", "nonsense"):
            code, _, err = self.run_to_end("fire", word, *self.given(CANCELLED))
            self.assertEqual(code, 2)
            self.assertIn(f"EVENT: expected confirmed, cancelled, booking.confirmed, "
                          f"booking.cancelled or lifecycle, got '{word}'", err)

    def test_options_that_have_no_effect(self):
        for args, message in ((["--seed", "7"], "--payload cannot be combined with --seed"),
                              (["--preset", "sales"], "--payload cannot be combined with")):
            code, _, err = self.run_to_end("fire", "--to", "9", *args, *self.given(CANCELLED))
            self.assertEqual(code, 2)
            self.assertIn(message, err)
        for args, message in (
                (["--no-retry", "--speed", "2"], "--no-retry cannot be combined with"),
                (["--no-retry", "--retry-delays", "1s"], "--no-retry cannot be combined with"),
                (["--tamper", "missing", "--skew", "1h"], "--skew cannot be combined with"),
                (["--header", "host: a", "--header", "Host: b"], "expected Host once")):
            with self.subTest(args=args):
                code, out, err = self.run_to_end("fire", "confirmed", "--to", "9", *args)
                self.assertEqual((code, out), (2, ""))
                self.assertIn(message, err)


class Lifecycle(ProgramTest):
    def test_the_same_booking_is_confirmed_and_cancelled(self):
        server = self.answering(OK)
        code, attempts, summary, err = self.fire("lifecycle", server.url, "--seed", "7",
                                                 "--metadata", "tier=2")
        self.assertEqual((code, summary["deliveries"], summary["delivered"]), (0, 2, 2), err)
        self.assertEqual([one["event"] for one in attempts],
                         ["booking.confirmed", "booking.cancelled"])
        first, second = map(body_of, server.requests)
        self.assertEqual([first["event"], second["event"]],
                         ["booking.confirmed", "booking.cancelled"])
        self.assertEqual([first["data"].pop("status"), second["data"].pop("status")],
                         ["confirmed", "cancelled"])
        self.assertEqual(first["data"], second["data"])
        self.assertLess(first["created_at"], second["created_at"])

    def test_the_cancellation_waits_for_the_confirmation(self):
        for failures, outcome in ((2, "delivered"), (3, "failed")):
            for copies in (1, 2):
                with self.subTest(failures=failures, copies=copies):
                    self.waits(failures, outcome, copies)

    def waits(self, failures, outcome, copies):
        seen = []
        lock = threading.Lock()

        def behave(connection):
            name = body_of(server.read(connection))["event"]
            with lock:
                seen.append(name)
                fails = name.endswith("confirmed") and len(seen) <= failures * copies
            connection.sendall(OK.replace(b"200 OK", b"500 No") if fails else OK)
        server = self.endpoint(behave)
        code, attempts, summary, err = self.fire("lifecycle", server.url, "--speed", "100000",
                                                 "--duplicate", str(copies))
        self.assertEqual(code, 0 if outcome == "delivered" else 1, err)
        self.assertEqual(seen, ["booking.confirmed"] * 3 * copies + ["booking.cancelled"] * copies)
        self.assertEqual([one["outcome"] for one in attempts][-copies - 1:],
                         [outcome] + ["delivered"] * copies)
        self.assertEqual(summary["deliveries"], 2 * copies)

    def test_webhooks_get_what_they_are_subscribed_to(self):
        servers = {name: self.answering(OK) for name in ("cancelled", "all")}
        code, _, err = self.run_to_end("fire", "lifecycle")
        self.assertEqual(code, 1)
        self.assertIn("subscribed to booking.confirmed or booking.cancelled", err)
        for name, server in servers.items():
            self.run_to_end("register", server.url, "--events", name)
        _, _, summary, _ = self.fire("lifecycle")
        self.assertEqual(summary["delivered"], 3)
        self.assertEqual([body_of(one)["event"] for one in servers["cancelled"].requests],
                         ["booking.cancelled"])
        _, _, summary, _ = self.fire("lifecycle", "--webhook", servers["cancelled"].url)
        self.assertEqual(summary["delivered"], 2)

    def test_not_with_a_payload(self):
        code, _, err = self.run_to_end("fire", "lifecycle", "--to", "9", "--payload", "x")
        self.assertEqual(code, 2)
        self.assertIn("lifecycle cannot be combined with --payload", err)

    def test_as_text_and_without_sending(self):
        server = self.answering(OK)
        _, out, _ = self.run_to_end("fire", "lifecycle", server.url)
        self.assertTrue(out.startswith("booking.confirmed, then booking.cancelled  "), out)
        self.assertIn("2 deliveries", out)
        _, out, _ = self.run_to_end("fire", "lifecycle", server.url, "--dry-run", "--json")
        self.assertEqual([json.loads(json.loads(line)["body"])["event"]
                          for line in out.splitlines()],
                         ["booking.confirmed", "booking.cancelled"])


if __name__ == "__main__":
    run_tests()
