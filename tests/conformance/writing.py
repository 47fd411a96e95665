"""What makes things, and deletes them again: a human, its availability, overrides and bookings, a
webhook. A cancelled booking stays in the list, and counts for the plan of its month.
"""

from datetime import date, datetime, timedelta

import objects
from case import NOBODY, STATUSES, Case

NAME = "slotflow-hooks conformance test"
ZONE = "America/New_York"
RULES = {"working_days": [1, 2, 3, 4, 5], "work_start": "09:00", "work_end": "17:00",
         "meeting_durations": [30, 60]}
# Nobody answers there (RFC 2606, section 2).
URL = "https://slotflow-hooks-conformance.invalid/hook"

# Far enough away that nothing depends on what time it is.
MONDAY = date.today() + timedelta(days=28 - date.today().weekday())


class Writer(Case):
    def created(self, kind, path, body):
        """What was created; skips the test where the plan does not allow it."""
        reply = self.api.call("POST", path, body)
        if reply.status == STATUSES["LIMIT_REACHED"]:
            self.assertEqual(self.code(reply), "LIMIT_REACHED")
            self.skipTest(f"the plan allows no more: POST {path}")
        self.assertEqual(reply.status, 201, f"POST {path}: {self.code(reply)}")
        self.expect(kind, reply.body, f"POST {path}")
        return reply.body

    def deleted_at_the_end(self, path):
        self.addCleanup(lambda: self.api.call("DELETE", path))

    def human(self, rules=RULES):
        human = self.created(objects.HUMAN, "/v1/humans", {"name": NAME, "timezone": ZONE})
        self.deleted_at_the_end(f"/v1/humans/{human['id']}")
        if rules is not None:
            self.accepted(objects.HUMAN_WITH_AVAILABILITY, "PUT",
                          f"/v1/humans/{human['id']}/availability", rules)
        return human["id"]

    def override(self, human, **fields):
        return self.created(objects.OVERRIDE, f"/v1/humans/{human}/overrides", {
            "type": "block", "title": NAME, "all_day": True,
            "start_date": MONDAY.isoformat(), **fields})

    def starts(self, human, days=1, duration=30):
        first, last = MONDAY, MONDAY + timedelta(days=days - 1)
        query = f"date_from={first}&date_to={last}&duration={duration}"
        found = self.accepted(objects.SLOTS, "GET", f"/v1/humans/{human}/slots?{query}")
        return [slot["starts_at"] for slot in found["slots"]]

    def booking(self, human, starts_at, **fields):
        return {"human_id": human, "starts_at": starts_at, "duration": 30, "attendee_name": NAME,
                **fields}

    def book(self, human, starts_at, **fields):
        booking = self.created(objects.BOOKING, "/v1/bookings",
                               self.booking(human, starts_at, **fields))
        self.deleted_at_the_end(f"/v1/bookings/{booking['id']}")
        return booking


class Documented(Writer):
    def test_a_human(self):
        fields = {"name": NAME, "timezone": ZONE, "email": "nobody@slotflow-hooks.invalid",
                  "role": "none"}
        human = self.created(objects.HUMAN, "/v1/humans", fields)
        path = f"/v1/humans/{human['id']}"
        self.deleted_at_the_end(path)
        self.assertEqual(({name: human[name] for name in fields}, human["active"]), (fields, True))
        found = self.accepted(objects.HUMAN_WITH_AVAILABILITY, "GET", path)
        self.assertEqual(found, {**human, "availability_rules": None})
        found = self.accepted(objects.HUMAN_WITH_AVAILABILITY, "PUT", path + "/availability", RULES)
        self.assertEqual(found, {**human, "availability_rules": RULES})
        self.assertEqual(self.accepted(objects.HUMAN_WITH_AVAILABILITY, "GET", path), found)
        ids = [each["id"] for each in self.accepted(objects.HUMANS, "GET", "/v1/humans")["humans"]]
        self.assertIn(human["id"], ids)
        found = self.accepted(objects.DELETED, "DELETE", path)
        self.assertEqual(found["id"], human["id"])
        ids = [each["id"] for each in self.accepted(objects.HUMANS, "GET", "/v1/humans")["humans"]]
        self.assertNotIn(human["id"], ids)

    def test_a_human_without_email_and_role(self):
        human = self.created(objects.HUMAN, "/v1/humans", {"name": NAME, "timezone": ZONE})
        self.deleted_at_the_end(f"/v1/humans/{human['id']}")
        self.assertEqual((human["email"], human["role"]), (None, None))

    def test_overrides_change_the_slots_at_once(self):
        human = self.human()
        path = f"/v1/humans/{human}/overrides"
        before = self.starts(human)
        self.assertEqual(len(before), 16)
        block = self.override(human, all_day=False, start_time="10:00", end_time="11:00")
        self.assertEqual((block["start_time"], block["end_time"], block["end_date"],
                          block["recurrence"]), ("10:00", "11:00", None, None))
        self.assertEqual(self.starts(human), before[:2] + before[4:])
        rule = {"freq": "weekly", "days": [6]}
        opened = self.override(human, type="open", all_day=False, start_time="10:00",
                               end_time="14:00", recurrence=rule)
        self.assertEqual({name: opened["recurrence"][name] for name in rule}, rule)
        self.assertEqual(len(self.starts(human, days=6)), 14 + 4 * 16 + 8)
        listed = self.accepted(objects.OVERRIDES, "GET", path)["overrides"]
        self.assertEqual(sorted(each["id"] for each in listed),
                         sorted([block["id"], opened["id"]]))
        for override in (block, opened):
            found = self.accepted(objects.DELETED, "DELETE", f"{path}/{override['id']}")
            self.assertEqual(found["id"], override["id"])
        self.assertEqual(self.accepted(objects.OVERRIDES, "GET", path)["overrides"], [])
        self.assertEqual(self.starts(human), before)

    def test_a_booking(self):
        human = self.human()
        before = self.starts(human)
        metadata = {"plan": "test", "list": [1, {"deep": None}], "text": "ä\U0001f600"}
        booking = self.book(human, before[0], metadata=metadata, attendee_email=None)
        self.assertEqual(
            (booking["human_id"], booking["starts_at"], booking["ends_at"],
             booking["duration_minutes"], booking["attendee_name"], booking["attendee_email"],
             booking["status"], booking["metadata"]),
            (human, before[0], before[1], 30, NAME, None, "confirmed", metadata))
        self.assertEqual(self.starts(human), before[1:])
        listed = self.accepted(objects.BOOKINGS, "GET", f"/v1/bookings?human_id={human}")
        self.assertEqual(listed["bookings"], [booking])
        found = self.accepted(objects.CANCELLED, "DELETE", f"/v1/bookings/{booking['id']}")
        self.assertEqual(found["id"], booking["id"])
        self.assertEqual(self.starts(human), before)
        listed = self.accepted(objects.BOOKINGS, "GET", f"/v1/bookings?human_id={human}")
        self.assertEqual(listed["bookings"], [{**booking, "status": "cancelled"}])

    def test_bookings_that_are_refused(self):
        human = self.human()
        free = self.starts(human)
        self.override(human, all_day=False, start_time="16:00", end_time="17:00")
        self.book(human, free[0])

        def refuse(code, starts_at, **fields):
            self.refused(code, "POST", "/v1/bookings", self.booking(human, starts_at, **fields))
        refuse("SLOT_UNAVAILABLE", free[0])
        refuse("SLOT_UNAVAILABLE", free[0], duration=60)
        refuse("SCHEDULE_BLOCKED", free[-1])
        refuse("INVALID_DURATION", free[1], duration=7)
        evening = datetime.fromisoformat(free[-1].replace("Z", "+00:00")) + timedelta(hours=4)
        refuse("OUTSIDE_WORKING_HOURS", evening.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
        refuse("NOT_FOUND", free[1], human_id=NOBODY)

    def test_values_that_are_refused(self):
        human = self.human()
        for method, path, body in (
                ("POST", "/v1/humans", {"timezone": ZONE}),
                ("POST", "/v1/humans", {"name": NAME}),
                ("PUT", f"/v1/humans/{human}/availability", {"working_days": [1]}),
                ("POST", f"/v1/humans/{human}/overrides", {"type": "block", "title": NAME}),
                ("POST", "/v1/bookings", {"human_id": human, "duration": 30,
                                          "attendee_name": NAME}),
                ("POST", "/v1/webhooks", {"url": URL}),
                ("POST", "/v1/webhooks", {"url": URL, "events": ["booking.moved"]})):
            self.refused("VALIDATION_ERROR", method, path, body)

    def test_unknown_ids(self):
        human = self.human()
        self.refused("NOT_FOUND", "DELETE", f"/v1/humans/{NOBODY}")
        self.refused("NOT_FOUND", "PUT", f"/v1/humans/{NOBODY}/availability", RULES)
        self.refused("NOT_FOUND", "DELETE", f"/v1/humans/{human}/overrides/{NOBODY}")
        self.refused("NOT_FOUND", "DELETE", f"/v1/bookings/{NOBODY}")
        self.refused("NOT_FOUND", "DELETE", f"/v1/webhooks/{NOBODY}")

    def test_a_webhook(self):
        webhook = self.created(objects.WEBHOOK, "/v1/webhooks",
                               {"url": URL, "events": ["booking.confirmed"]})
        path = f"/v1/webhooks/{webhook['id']}"
        self.deleted_at_the_end(path)
        self.assertEqual((webhook["url"], webhook["events"], webhook["active"]),
                         (URL, ["booking.confirmed"], True))
        listed = self.accepted(objects.WEBHOOKS, "GET", "/v1/webhooks")["webhooks"]
        same = [each == webhook for each in listed if each["id"] == webhook["id"]]
        self.assertEqual(same, [True], "the list has it, with its secret")
        self.assertEqual(self.accepted(objects.DELETED, "DELETE", path)["id"], webhook["id"])
        listed = self.accepted(objects.WEBHOOKS, "GET", "/v1/webhooks")["webhooks"]
        self.assertNotIn(webhook["id"], [each["id"] for each in listed if each["active"]])
