"""What Slotflow's documentation does not say, and `serve` had to decide.

A difference here is no fault of the API: it is news, and `serve` should then do as the API does.
"""

from datetime import timedelta

import objects
from case import NOBODY, STATUSES
from reading import Reader
from writing import MONDAY, NAME, RULES, URL, ZONE, Writer


class Reading(Reader):
    def test_calls_that_do_not_exist(self):
        for path in ("/v1", "/v1/nothing", f"/v1/bookings/{NOBODY}", f"/v1/webhooks/{NOBODY}",
                     f"/v1/humans/{NOBODY}/availability"):
            self.refused("NOT_FOUND", "GET", path)

    def test_an_id_that_is_no_uuid(self):
        self.refused("NOT_FOUND", "GET", "/v1/humans/x")

    def test_pages_out_of_range(self):
        for query in ("limit=101", "limit=0", "limit=x", "offset=-1", "status=x", "date_from=x"):
            self.refused("VALIDATION_ERROR", "GET", f"/v1/bookings?{query}")

    def test_an_unknown_human_has_no_bookings(self):
        page = self.bookings(f"human_id={NOBODY}")
        self.assertEqual((page["bookings"], page["total"]), ([], 0))

    def test_ranges_of_slots(self):
        path = f"/v1/humans/{self.humans()[0]['id']}/slots"
        for first, last in (("2026-03-16", "2026-03-15"), ("2026-03-16", "2027-03-18")):
            self.refused("VALIDATION_ERROR", "GET",
                         f"{path}?date_from={first}&date_to={last}&duration=30")


class Writing(Writer):
    def test_a_human_without_rules(self):
        human = self.human(rules=None)
        self.assertEqual(self.starts(human), [])
        self.refused("INVALID_DURATION", "POST", "/v1/bookings",
                     self.booking(human, f"{MONDAY}T15:00:00Z"))

    def test_zones(self):
        for zone in ("America/San_Francisco", "Nowhere/Nothing", ""):
            self.refused("VALIDATION_ERROR", "POST", "/v1/humans",
                         {"name": NAME, "timezone": zone})

    def test_starts(self):
        human = self.human()
        self.book(human, "2020-03-16T14:00:00Z")  # in the past
        self.assertEqual(self.book(human, f"{MONDAY}T17:10:00+02:00")["starts_at"],
                         f"{MONDAY}T15:10:00.000Z")  # between two slots, in another zone

    def test_a_booking_without_metadata(self):
        self.assertEqual(self.book(self.human(), f"{MONDAY}T15:00:00Z")["metadata"], {})

    def test_a_second_cancellation(self):
        booking = self.book(self.human(), f"{MONDAY}T15:00:00Z")
        path = f"/v1/bookings/{booking['id']}"
        self.accepted(objects.CANCELLED, "DELETE", path)
        self.refused("NOT_FOUND", "DELETE", path)

    def test_unknown_members_are_ignored(self):
        human = self.created(objects.HUMAN, "/v1/humans",
                             {"name": NAME, "timezone": ZONE, "favourite_colour": "green"})
        self.deleted_at_the_end(f"/v1/humans/{human['id']}")

    def test_a_human_who_was_deleted(self):
        human = self.human()
        booking = self.book(human, f"{MONDAY}T15:00:00Z")
        self.accepted(objects.DELETED, "DELETE", f"/v1/humans/{human}")
        self.refused("NOT_FOUND", "GET", f"/v1/humans/{human}/overrides")
        self.refused("NOT_FOUND", "POST", "/v1/bookings",
                     self.booking(human, f"{MONDAY}T16:00:00Z"))
        listed = self.accepted(objects.BOOKINGS, "GET", f"/v1/bookings?human_id={human}")
        self.assertEqual(listed["bookings"], [booking])

    def test_blocks_win_over_opens(self):
        human = self.human()
        for kind in ("open", "block"):
            self.override(human, type=kind, all_day=False, start_time="18:00", end_time="19:00")
        self.assertEqual(len(self.starts(human)), 16)
        self.refused("SCHEDULE_BLOCKED", "POST", "/v1/bookings",
                     self.booking(human, f"{MONDAY}T{self.hour_of(human) + 9:02}:00:00Z"))

    def hour_of(self, human):
        """The hour in UTC at which the human's work starts."""
        return int(self.starts(human)[0][11:13])

    def test_recurrences(self):
        human = self.human({**RULES, "working_days": []})
        for rule, fields, days, count in (
                ({"freq": "weekly", "days": [1], "interval": 2}, {}, 28, 2),
                ({"freq": "weekly", "days": [1]},
                 {"end_date": (MONDAY + timedelta(days=7)).isoformat()}, 28, 2),
                ({"freq": "monthly", "day_of_month": MONDAY.day}, {}, 7, 1),
                ({"freq": "monthly", "week": (MONDAY.day - 1) // 7 + 1, "day": 1}, {}, 7, 1)):
            override = self.override(human, type="open", all_day=False, start_time="10:00",
                                     end_time="10:30", recurrence=rule, **fields)
            with self.subTest(rule=rule):
                self.assertEqual(len(self.starts(human, days)), count)
            self.accepted(objects.DELETED, "DELETE",
                          f"/v1/humans/{human}/overrides/{override['id']}")

    def test_the_url_of_a_webhook_is_there_once(self):
        body = {"url": URL, "events": ["booking.confirmed"]}
        webhook = self.created(objects.WEBHOOK, "/v1/webhooks", body)
        self.deleted_at_the_end(f"/v1/webhooks/{webhook['id']}")
        reply = self.api.call("POST", "/v1/webhooks", body)
        if reply.status == STATUSES["LIMIT_REACHED"]:
            self.skipTest("the plan allows no more webhooks")
        self.assertEqual((reply.status, self.code(reply)), (422, "VALIDATION_ERROR"))
