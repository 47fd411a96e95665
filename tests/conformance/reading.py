"""What can be asked without a change of anything."""

import itertools
from datetime import date, datetime, timedelta, timezone

import objects
from case import NOBODY, Case
from expected_slots import expected_slots

FEW = 3  # people who are looked at one by one
DAYS = 7
PAGE = 100  # bookings, the most that are answered at once


def milliseconds(instant):
    return round(datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp() * 1000)


def is_documented(override):
    """Whether Slotflow's documentation says on which times it has an effect."""
    rule = override["recurrence"] or {}
    return not (override["type"] == "open" and override["all_day"]
                or rule and override["end_date"] or rule.get("interval", 1) != 1
                or rule.get("day_of_month", 1) > 28)


class Reader(Case):
    def humans(self):
        humans = self.accepted(objects.HUMANS, "GET", "/v1/humans")["humans"]
        if not humans:
            self.skipTest("the organisation has no humans")
        return humans[:FEW]

    def bookings(self, query=""):
        return self.accepted(objects.BOOKINGS, "GET", f"/v1/bookings?{query}")

    def all_bookings(self, query):
        found = []
        while True:
            page = self.bookings(f"{query}&limit={PAGE}&offset={len(found)}")
            found += page["bookings"]
            if not page["bookings"] or len(found) >= page["total"]:
                return found

    def humans_with_rules(self):
        for human in self.humans():
            path = f"/v1/humans/{human['id']}"
            found = self.accepted(objects.HUMAN_WITH_AVAILABILITY, "GET", path)
            if found["availability_rules"] is not None:
                yield human, found["availability_rules"]

    def booked_between(self, human, first, last):
        """The starts and ends of confirmed bookings."""
        query = f"human_id={human['id']}&status=confirmed&date_from={first}&date_to={last}"
        return [[milliseconds(booking["starts_at"]), milliseconds(booking["ends_at"])]
                for booking in self.all_bookings(query)]

    def starts(self, human, first, last, duration):
        """The starts of the free slots."""
        query = f"date_from={first}&date_to={last}&duration={duration}"
        found = self.accepted(objects.SLOTS, "GET", f"/v1/humans/{human['id']}/slots?{query}")
        slots = found.pop("slots")
        self.assertEqual(found, {"human_id": human["id"], "duration": duration,
                                 "timezone": human["timezone"], "total": len(slots)})
        starts = [milliseconds(slot["starts_at"]) for slot in slots]
        ends = [milliseconds(slot["ends_at"]) for slot in slots]
        self.assertEqual(ends, [start + duration * 60_000 for start in starts])
        self.assertEqual(starts, sorted(set(starts)), "sorted, each once")
        return starts


class Documented(Reader):
    def test_humans(self):
        listed = self.accepted(objects.HUMANS, "GET", "/v1/humans")
        self.assertEqual(listed["total"], len(listed["humans"]))
        self.assertTrue(all(human["active"] for human in listed["humans"]), "an inactive one")

    def test_a_human(self):
        for human in self.humans():
            path = f"/v1/humans/{human['id']}"
            found = self.accepted(objects.HUMAN_WITH_AVAILABILITY, "GET", path)
            del found["availability_rules"]
            self.assertTrue(found == human, "it is another in the list")

    def test_overrides(self):
        for human in self.humans():
            path = f"/v1/humans/{human['id']}/overrides"
            listed = self.accepted(objects.OVERRIDES, "GET", path)
            self.assertEqual(listed["total"], len(listed["overrides"]))
            starts = [override["start_date"] for override in listed["overrides"]]
            self.assertEqual(starts, sorted(starts))
            for override in listed["overrides"]:
                self.assertEqual(override["human_id"], human["id"])
                times = {override["start_time"], override["end_time"]}
                self.assertEqual(times == {None}, override["all_day"], "all_day and the times")

    def test_slots(self):
        first = date.today() + timedelta(days=1)
        last = first + timedelta(days=DAYS - 1)
        compared = 0
        for human, rules in self.humans_with_rules():
            path = f"/v1/humans/{human['id']}/overrides"
            overrides = self.accepted(objects.OVERRIDES, "GET", path)["overrides"]
            booked = self.booked_between(human, first - timedelta(days=3), last + timedelta(days=3))
            kinds = {override["type"] for override in overrides}
            is_known = all(map(is_documented, overrides)) and kinds != {"block", "open"}
            for duration in rules["meeting_durations"]:
                starts = self.starts(human, first, last, duration)
                if is_known:
                    compared += 1
                    self.assertEqual(starts, expected_slots({
                        "zone": human["timezone"], "rules": rules, "overrides": overrides,
                        "booked": booked, "date_from": str(first), "date_to": str(last),
                        "duration": duration}))
        if not compared:
            self.skipTest("nobody has availability rules whose slots are documented")

    def test_bookings(self):
        page = self.bookings()
        self.assertEqual((page["limit"], page["offset"]), (50, 0), "the defaults")
        self.assertEqual(len(page["bookings"]), min(50, page["total"]))
        starts = [booking["starts_at"] for booking in page["bookings"]]
        self.assertEqual(starts, sorted(starts, reverse=True), "newest start first")
        for booking in page["bookings"]:
            lasts = milliseconds(booking["ends_at"]) - milliseconds(booking["starts_at"])
            self.assertEqual(lasts, booking["duration_minutes"] * 60_000)

    def test_pages_of_bookings(self):
        first = self.bookings("limit=2")
        self.assertEqual((first["limit"], len(first["bookings"])), (2, min(2, first["total"])))
        if first["total"] < 2:
            self.skipTest("the organisation has fewer than two bookings")
        second = self.bookings("limit=1&offset=1")
        self.assertEqual((second["limit"], second["offset"]), (1, 1))
        # Where two start at the same time, either may be the first.
        self.assertEqual([booking["starts_at"] for booking in second["bookings"]],
                         [first["bookings"][1]["starts_at"]])
        self.assertEqual(self.bookings(f"limit=1&offset={first['total']}")["bookings"], [])

    def test_filters_of_bookings(self):
        newest = self.bookings("limit=1")["bookings"]
        if not newest:
            self.skipTest("the organisation has no bookings")
        booking = newest[0]
        for status in ("confirmed", "cancelled"):
            found = self.bookings(f"status={status}&limit={PAGE}")["bookings"]
            self.assertTrue(all(each["status"] == status for each in found), status)
        found = self.bookings(f"human_id={booking['human_id']}&limit={PAGE}")["bookings"]
        self.assertEqual({each["human_id"] for each in found}, {booking["human_id"]})
        day = booking["starts_at"][:10]
        found = self.bookings(f"date_from={day}&limit={PAGE}")["bookings"]
        self.assertTrue(found and all(each["starts_at"][:10] >= day for each in found))
        before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
        found = self.bookings(f"date_to={before}&limit={PAGE}")["bookings"]
        self.assertTrue(all(each["starts_at"][:10] <= before for each in found))

    def test_webhooks(self):
        listed = self.accepted(objects.WEBHOOKS, "GET", "/v1/webhooks")
        self.assertEqual(listed["total"], len(listed["webhooks"]))
        for webhook in listed["webhooks"]:
            self.assertIn(len(set(webhook["events"])), (1, 2))

    def test_keys(self):
        for headers in ({}, {"Authorization": "Bearer sk_live_slotflow-hooks-conformance"},
                        {"Authorization": "Basic c2xvdGZsb3c6aG9va3M="}):
            self.refused("UNAUTHORIZED", "GET", "/v1/humans", headers=headers)

    def test_unknown_humans(self):
        self.refused("NOT_FOUND", "GET", f"/v1/humans/{NOBODY}")
        self.refused("NOT_FOUND", "GET", f"/v1/humans/{NOBODY}/overrides")
        today = datetime.now(timezone.utc).date()
        self.refused("NOT_FOUND", "GET", f"/v1/humans/{NOBODY}/slots?date_from={today}"
                                         f"&date_to={today}&duration=30")

    def test_questions_that_cannot_be_answered(self):
        human, rules = next(self.humans_with_rules(), (None, None))
        if human is None:
            self.skipTest("nobody has availability rules")
        path = f"/v1/humans/{human['id']}/slots"
        other = next(n for n in itertools.count(7) if n not in rules["meeting_durations"])
        today = date.today()
        self.refused("INVALID_DURATION", "GET",
                     f"{path}?date_from={today}&date_to={today}&duration={other}")
        for query in (f"date_to={today}&duration=30", f"date_from={today}&duration=30",
                      f"date_from={today}&date_to={today}", "date_from=x&date_to=x&duration=30"):
            self.refused("VALIDATION_ERROR", "GET", f"{path}?{query}")
