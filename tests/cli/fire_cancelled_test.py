#!/usr/bin/python3
"""`fire cancelled --booking-id last|ID` cancels a booking that the history knows.

fire_cancelled_test.py BINARY [-k NAME]
"""

import json
import os

from histories import ERROR, OK, HistoryTest
from support import run_tests

TOLD = "slotflow-hooks: this booking was fired before: the data is the same\n"


class Cancelled(HistoryTest):
    def setUp(self):
        super().setUp()
        self.server = self.answering(OK)

    def fire_plain(self, *args):
        """Exit code and standard error."""
        code, _, err = self.run_to_end("fire", *args, "--to", self.server.url, "--secret",
                                       "whsec_abcdef")
        return code, err

    def bodies(self):
        return [json.loads(request.split(b"\r\n\r\n", 1)[1]) for request in self.server.requests]

    def expect_cancelled(self, confirmed, cancelled):
        self.assertEqual((confirmed["event"], cancelled["event"]),
                         ("booking.confirmed", "booking.cancelled"))
        self.assertEqual(cancelled["data"], {**confirmed["data"], "status": "cancelled"})

    def test_the_last_booking(self):
        self.assertEqual(self.fire_plain("confirmed", "--seed", "1")[0], 0)
        self.assertEqual(self.fire_plain("confirmed", "--set", "attendee_name=Ada", "--metadata",
                                         '{"lead_id": "7"}')[0], 0)
        self.assertEqual(self.fire_plain("cancelled", "--booking-id", "last"), (0, TOLD))
        _, confirmed, cancelled = self.bodies()
        self.assertEqual(confirmed["data"]["attendee_name"], "Ada")
        self.expect_cancelled(confirmed, cancelled)
        self.assertEqual(self.lines()[0]["booking_id"], confirmed["data"]["id"])

    def test_a_booking_by_its_id(self):
        for name in ("Ada", "Bob"):
            self.assertEqual(self.fire_plain("confirmed", "--set", f"attendee_name={name}")[0], 0)
        first = self.bodies()[0]
        self.assertEqual(self.fire_plain("cancelled", "--booking-id", first["data"]["id"]),
                         (0, TOLD))
        self.expect_cancelled(first, self.bodies()[2])

    def test_with_other_data(self):
        self.assertEqual(self.fire_plain("confirmed")[0], 0)
        self.assertEqual(self.fire_plain("cancelled", "--booking-id", "last", "--set", "why=ill"),
                         (0, TOLD))
        confirmed, cancelled = self.bodies()
        confirmed["data"]["why"] = "ill"
        self.expect_cancelled(confirmed, cancelled)

    def test_one_whose_confirmation_failed(self):
        failed = self.answering(ERROR)
        self.deliver("confirmed", "--to", failed.url, "--no-retry", code=1)
        self.assertEqual(self.fire_plain("cancelled", "--booking-id", "last"), (0, TOLD))
        self.expect_cancelled(json.loads(failed.requests[0].split(b"\r\n\r\n", 1)[1]),
                              self.bodies()[0])

    def test_an_id_that_is_not_in_the_history(self):
        code, err = self.fire_plain("cancelled", "--booking-id",
                                    "8e29d65e-6a9c-4d0c-9f6b-6f5a8b1f2d11", "--seed", "1")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(self.bodies()[0]["data"]["id"], "8e29d65e-6a9c-4d0c-9f6b-6f5a8b1f2d11")

    def test_there_is_none(self):
        missing = ("slotflow-hooks: error: --booking-id last: no confirmed booking is in the "
                   "history of deliveries\nhint: confirm one with slotflow-hooks fire confirmed\n")
        self.assertEqual(self.fire_plain("cancelled", "--booking-id", "last"), (1, missing))
        self.assertEqual(os.listdir(self.folder), [])
        self.assertEqual(self.fire_plain("cancelled")[0], 0)
        self.assertEqual(self.fire_plain("cancelled", "--booking-id", "last"), (1, missing))
        self.assertEqual(self.fire_plain("confirmed", "--booking-id", "last"), (
            2, "slotflow-hooks: error: --booking-id last requires the event cancelled: it names "
               "the booking that was confirmed last\n"))

    def test_the_history_cannot_be_read(self):
        os.mkdir(self.path("store.db"))
        code, err = self.fire_plain("cancelled", "--booking-id", "last")
        self.assertEqual(code, 3)
        self.assertIn(f"{self.path('store.db')}: expected a regular file, got a directory", err)
        self.assertEqual(self.server.requests, [])


if __name__ == "__main__":
    run_tests()
