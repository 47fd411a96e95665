#!/usr/bin/python3
"""serve: the events of bookings, from the booking to the handler, also after a crash.

serve_events_test.py BINARY [-k NAME]

SLOTFLOW_SERVE_KILLS is the number of kills; SLOTFLOW_CRASH_SEED repeats their moments, as far as
the machine allows.
"""

import http.client
import json
import os
import random
import signal
import threading

from peers import LIMIT
from served import Handler, Office, ServeTest
from support import run_tests

SEED = int(os.environ.get("SLOTFLOW_CRASH_SEED") or random.SystemRandom().randrange(1 << 32))
KILLS = int(os.environ.get("SLOTFLOW_SERVE_KILLS") or 10)
AT_ONCE = "1000000"  # --speed: retries follow after less than a millisecond


class Events(ServeTest):
    def setUp(self):
        super().setUp()
        self.handler = Handler(self)

    def open(self, *args):
        server = self.serve(*args)
        return server, Office(server)

    def plan(self, name):
        self.assertEqual(self.run_to_end("plan", name)[0], 0)

    def deliveries(self, *args):
        code, out, err = self.run_to_end("deliveries", "--limit", "0", "--json", *args)
        self.assertEqual(code, 0, err)
        return [json.loads(line) for line in out.splitlines()]

    def test_a_booking_and_its_cancellation_are_events(self):
        server, office = self.open()
        webhook = office.webhook(self.handler.url)
        booking = office.book(office.human(), metadata={"lead_id": "l1", "score": 1})
        office.cancel(booking)
        confirmed, cancelled = self.handler.wait_for(2)
        self.assertEqual((confirmed.event, cancelled.event),
                         ("booking.confirmed", "booking.cancelled"))
        data = {key: value for key, value in booking.items() if key != "created_at"}
        self.assertEqual(list(confirmed.payload), ["event", "created_at", "data"])
        self.assertEqual(list(confirmed.payload["data"].items()), list(data.items()))
        self.assertEqual(confirmed.payload["created_at"], booking["created_at"])
        self.assertEqual(cancelled.payload["data"], {**data, "status": "cancelled"})
        ended = server.end()
        self.assertEqual((ended.code, ended.err), (0, []))
        self.assertEqual([(line["event"], line["attempt"], line["outcome"], line["booking_id"])
                          for line in ended.attempts],
                         [("booking.confirmed", 1, "delivered", booking["id"]),
                          ("booking.cancelled", 1, "delivered", booking["id"])])
        self.assertEqual((ended.summary["attempts"], ended.summary["delivered"],
                          ended.summary["undelivered"]), (2, 2, 0))
        kept = self.deliveries()
        self.assertEqual([(line["event"], line["state"], line["source"], line["webhook_id"])
                          for line in kept],
                         [("booking.cancelled", "delivered", "serve", webhook["id"]),
                          ("booking.confirmed", "delivered", "serve", webhook["id"])])

    def test_signatures_are_valid(self):
        listener = self.listen("--register", "--count", "1")
        server, office = self.open()
        office.book(office.human())
        _, requests = listener.wait()[:2]
        self.assertEqual([line["signature"] for line in requests], ["valid"])
        server.end()

    def test_only_those_that_want_the_event_get_it(self):
        server, office = self.open()
        office.webhook(self.handler.url, ["booking.cancelled"])
        office.cancel(office.book(office.human()))
        self.assertEqual([sent.event for sent in self.handler.wait_for(1)], ["booking.cancelled"])
        self.assertEqual(server.end().summary["attempts"], 1)

    def test_a_cancellation_waits_until_the_confirmation_has_ended(self):
        server, office = self.open("--speed", AT_ONCE)
        office.webhook(self.handler.url)
        self.handler.statuses = [500, 503, 500]
        self.handler.accepts.clear()
        booking = office.book(office.human())
        self.handler.wait_for(1)
        office.cancel(booking)  # is answered although the handler does not answer
        self.handler.accepts.set()
        sent = self.handler.wait_for(4)
        self.assertEqual([each.event for each in sent],
                         ["booking.confirmed"] * 3 + ["booking.cancelled"])
        summary = server.end().summary
        self.assertEqual((summary["delivered"], summary["undelivered"]), (1, 1))

    def test_a_booking_for_which_many_compete_is_one_event_for_each_webhook(self):
        others = [Handler(self) for _ in range(2)]
        self.plan("starter")
        server, office = self.open()
        for handler in (self.handler, *others):
            office.webhook(handler.url)
        human = office.human()
        statuses = []

        def book():
            statuses.append(server.call("POST", "/v1/bookings", {
                "human_id": human, "starts_at": "2026-03-16T14:00:00Z", "duration": 30,
                "attendee_name": "Sam"}).status)

        threads = [threading.Thread(target=book) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LIMIT)
        self.assertEqual(sorted(statuses), [201] + [409] * 99)
        for handler in (self.handler, *others):
            handler.wait_for(1)
        server.end()
        self.assertEqual([len(handler.sent) for handler in (self.handler, *others)], [1, 1, 1])

    def test_what_is_pending_at_the_end_is_told_and_resumed(self):
        server, office = self.open("--speed", "1")
        office.webhook(self.handler.url)
        self.handler.statuses = [500]
        booking = office.book(office.human())
        office.cancel(booking)
        server.out.wait_for('"attempt"')
        ended = server.end()
        self.assertEqual((ended.code, ended.err),
                         (0, ["slotflow-hooks: 2 deliveries are pending: made by the next serve, "
                              "or by 'slotflow-hooks deliveries resume'"]))
        code, out, err = self.run_to_end("deliveries", "resume", "--speed", AT_ONCE, "--json")
        self.assertEqual(code, 0, err)
        self.assertEqual([each.event for each in self.handler.sent],
                         ["booking.confirmed"] * 2 + ["booking.cancelled"], out)

    def test_a_deleted_webhook_gets_no_more_attempts(self):
        server, office = self.open("--speed", "1")
        webhook = office.webhook(self.handler.url)
        self.handler.statuses = [500]
        office.cancel(office.book(office.human()))
        server.out.wait_for('"attempt"')
        office.ok("DELETE", f"/v1/webhooks/{webhook['id']}")
        office.clock(advance="65m")
        self.assertEqual({line["state"] for line in self.deliveries()}, {"failed"})
        self.assertEqual(len(self.handler.sent), 1)
        server.end()

    def test_no_booking_or_event_is_lost_by_a_kill(self):
        rng = random.Random(SEED)
        self.plan("growth")
        answered, cancelled = [], []
        for kill in range(KILLS):
            server, office = self.open("--speed", AT_ONCE, "--no-limits")
            if kill == 0:
                office.webhook(self.handler.url)
                human = office.human()
            begun = len(answered)

            def call():
                try:
                    for slot in range(begun, begun + 40):
                        answered.append(office.book(human, slot))
                        if slot % 3 == 0:
                            cancelled.append(office.cancel(answered[-1]))
                except (OSError, AssertionError, ValueError, http.client.HTTPException):
                    pass  # it was killed

            thread = threading.Thread(target=call)
            thread.start()
            thread.join(rng.uniform(0, 0.15))  # a moment at random
            server.process.send_signal(signal.SIGKILL)
            server.process.wait(LIMIT)
            thread.join(LIMIT)
            # A slot that was booked without an answer is taken.
            answered += [None] * (begun + 40 - len(answered))
        server, office = self.open("--speed", AT_ONCE, "--no-limits")
        office.clock(advance="65m")  # everything that was left
        server.end()
        kept = self.deliveries()
        self.assertEqual({line["state"] for line in kept} - {"delivered"}, set(), f"seed {SEED}")
        events = [(each.event, each.booking) for each in self.handler.sent]
        for booking in filter(None, answered):
            self.assertIn(("booking.confirmed", booking["id"]), events, f"seed {SEED}")
        for booking in cancelled:
            self.assertIn(("booking.cancelled", booking["id"]), events, f"seed {SEED}")
            self.assertLess(events.index(("booking.confirmed", booking["id"])),
                            events.index(("booking.cancelled", booking["id"])), f"seed {SEED}")
        # A kill repeats at most what was under way.
        self.assertLessEqual(len(events), len(kept) + KILLS * 45)
        self.assertEqual(len(set(events)), len(kept), f"seed {SEED}")


run_tests()
