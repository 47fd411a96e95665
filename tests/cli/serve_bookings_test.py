#!/usr/bin/python3
"""serve: humans, availability, overrides, slots and bookings, member by member.

serve_bookings_test.py BINARY [-k NAME]
"""

import re
import threading

from served import ServeTest
from support import run_tests

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
RULES = {"working_days": [1, 2, 3, 4, 5], "work_start": "09:00", "work_end": "17:00",
         "meeting_durations": [30]}
NOBODY = "00000000-0000-4000-8000-000000000000"


class Bookings(ServeTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve("--ephemeral")

    def ok(self, method, path, body=None, status=200):
        reply = self.server.call(method, path, body)
        self.assertEqual((reply.status, reply.type), (status, "application/json"), reply)
        return reply.body

    def error(self, method, path, body=None):
        """The status, code and message of an error, which has the one shape."""
        reply = self.server.call(method, path, body)
        self.assertEqual(reply.type, "application/json")
        error = reply.body["error"]
        self.assertEqual((list(reply.body), list(error)), (["error"], ["code", "message", "status"]))
        self.assertEqual(error["status"], reply.status)
        return reply.status, error["code"], error["message"]

    def human(self, rules=None, timezone="America/New_York"):
        human = self.ok("POST", "/v1/humans", {"name": "Alex", "timezone": timezone}, 201)
        if rules:
            self.ok("PUT", f"/v1/humans/{human['id']}/availability", rules)
        return human["id"]

    def book(self, human, starts_at="2026-03-16T14:00:00.000Z", **fields):
        return self.server.call("POST", "/v1/bookings",
                                {"human_id": human, "starts_at": starts_at, "duration": 30,
                                 "attendee_name": "Sam", **fields})

    def slots(self, human, first, last=None, duration=30):
        return self.ok("GET", f"/v1/humans/{human}/slots?date_from={first}&date_to={last or first}"
                              f"&duration={duration}")

    def test_a_human(self):
        created = self.ok("POST", "/v1/humans", {"name": "Alex Rivera", "email": "a@example.com",
                                                 "role": None, "timezone": "Europe/Berlin",
                                                 "unknown": 1}, 201)
        self.assertEqual(list(created), ["id", "name", "email", "role", "timezone", "active",
                                         "created_at"])
        self.assertRegex(created["id"], UUID)
        self.assertRegex(created["created_at"], INSTANT)
        self.assertEqual([created[name] for name in ("name", "email", "role", "timezone", "active")],
                         ["Alex Rivera", "a@example.com", None, "Europe/Berlin", True])
        path = f"/v1/humans/{created['id']}"
        self.assertEqual(self.ok("GET", "/v1/humans"), {"humans": [created], "total": 1})
        self.assertEqual(self.ok("GET", path), {**created, "availability_rules": None})
        with_rules = {**created, "availability_rules": RULES}
        self.assertEqual(self.ok("PUT", f"{path}/availability", RULES), with_rules)
        self.assertEqual(self.ok("GET", path), with_rules)
        self.assertEqual(list(self.ok("GET", path)["availability_rules"]), list(RULES))
        self.assertEqual(self.ok("DELETE", path), {"deleted": True, "id": created["id"]})
        self.assertEqual(self.ok("GET", "/v1/humans"), {"humans": [], "total": 0})
        self.assertEqual(self.error("DELETE", path), (404, "NOT_FOUND", "Human not found."))

    def test_an_override(self):
        human = self.human(RULES)
        path = f"/v1/humans/{human}/overrides"
        block = self.ok("POST", path, {"type": "block", "title": "Team", "all_day": False,
                                       "start_date": "2026-03-17", "start_time": "14:00",
                                       "end_time": "15:00",
                                       "recurrence": {"freq": "weekly", "days": [2]}}, 201)
        self.assertEqual(list(block), ["id", "human_id", "type", "title", "all_day", "start_date",
                                       "end_date", "start_time", "end_time", "recurrence",
                                       "created_at"])
        self.assertRegex(block["id"], UUID)
        self.assertRegex(block["created_at"], INSTANT)
        self.assertEqual({**block, "id": 0, "created_at": 0}, {
            "id": 0, "human_id": human, "type": "block", "title": "Team", "all_day": False,
            "start_date": "2026-03-17", "end_date": None, "start_time": "14:00",
            "end_time": "15:00", "recurrence": {"freq": "weekly", "days": [2]}, "created_at": 0})
        day = self.ok("POST", path, {"type": "open", "title": "Day", "all_day": True,
                                     "start_date": "2026-03-14", "recurrence": None}, 201)
        self.assertEqual(self.ok("GET", path), {"overrides": [day, block], "total": 2})
        self.assertEqual(self.ok("DELETE", f"{path}/{day['id']}"),
                         {"deleted": True, "id": day["id"]})
        self.assertEqual(self.error("DELETE", f"{path}/{day['id']}")[:2], (404, "NOT_FOUND"))
        self.assertEqual(self.ok("GET", path)["total"], 1)

    def test_the_documented_trace_of_slots(self):
        human = self.human(RULES)
        path = f"/v1/humans/{human}/overrides"
        self.ok("POST", path, {"type": "block", "title": "b", "all_day": False,
                               "start_date": "2026-03-01", "start_time": "14:00",
                               "end_time": "15:00",
                               "recurrence": {"freq": "weekly", "days": [2]}}, 201)
        self.ok("POST", path, {"type": "open", "title": "o", "all_day": False,
                               "start_date": "2026-03-01", "start_time": "10:00",
                               "end_time": "14:00",
                               "recurrence": {"freq": "weekly", "days": [6]}}, 201)
        self.assertEqual(self.book(human).status, 201)
        found = self.slots(human, "2026-03-16", "2026-03-21")
        self.assertEqual(list(found), ["human_id", "duration", "timezone", "slots", "total"])
        self.assertEqual((found["human_id"], found["duration"], found["timezone"], found["total"]),
                         (human, 30, "America/New_York", 85))
        self.assertEqual(found["slots"][0], {"starts_at": "2026-03-16T13:00:00.000Z",
                                             "ends_at": "2026-03-16T13:30:00.000Z"})
        self.assertEqual(len(found["slots"]), 85)
        for day, count in (("16", 15), ("17", 14), ("18", 16), ("21", 8)):
            self.assertEqual(self.slots(human, f"2026-03-{day}")["total"], count)

    def test_a_booking(self):
        human = self.human(RULES)
        reply = self.server.call("POST", "/v1/bookings", (
            b'{"human_id":"%s","starts_at":"2026-03-16T10:00:00-04:00","duration":30,'
            b'"attendee_name":"Sam","attendee_email":"s@example.com",'
            b'"metadata":{"n":12345678901234567890,"x":1.0}}' % human.encode()))
        self.assertEqual(reply.status, 201)
        booking = reply.body
        self.assertEqual(list(booking), ["id", "human_id", "starts_at", "ends_at",
                                         "duration_minutes", "attendee_name", "attendee_email",
                                         "status", "metadata", "created_at"])
        self.assertRegex(booking["id"], UUID)
        self.assertRegex(booking["created_at"], INSTANT)
        self.assertEqual({**booking, "id": 0, "created_at": 0}, {
            "id": 0, "human_id": human, "starts_at": "2026-03-16T14:00:00.000Z",
            "ends_at": "2026-03-16T14:30:00.000Z", "duration_minutes": 30, "attendee_name": "Sam",
            "attendee_email": "s@example.com", "status": "confirmed",
            "metadata": {"n": 12345678901234567890, "x": 1.0}, "created_at": 0})
        second = self.book(human, "2026-03-16T15:10:00Z").body  # between two slots
        self.assertEqual((second["attendee_email"], second["metadata"]), (None, {}))
        self.assertEqual(self.ok("GET", "/v1/bookings"), {
            "bookings": [second, booking], "total": 2, "limit": 50, "offset": 0})
        path = f"/v1/bookings/{booking['id']}"
        self.assertEqual(self.ok("DELETE", path), {"id": booking["id"], "status": "cancelled"})
        self.assertEqual(self.error("DELETE", path), (404, "NOT_FOUND", "Booking not found."))
        self.assertEqual(self.book(human).status, 201)

    def test_the_list_of_bookings(self):
        human = self.human(RULES)
        starts = [f"2026-03-{day}T14:00:00.000Z" for day in (16, 17, 18)]
        ids = [self.book(human, start).body["id"] for start in starts]
        self.ok("DELETE", f"/v1/bookings/{ids[1]}")

        def listed(query):
            page = self.ok("GET", f"/v1/bookings?{query}")
            return [ids.index(booking["id"]) for booking in page["bookings"]], page["total"]
        self.assertEqual(listed(""), ([2, 1, 0], 3))
        self.assertEqual(listed("status=confirmed"), ([2, 0], 2))
        self.assertEqual(listed("status=cancelled&status="), ([2, 1, 0], 3))
        self.assertEqual(listed("date_from=2026-03-17"), ([2, 1], 2))
        self.assertEqual(listed("date_to=2026-03-17"), ([1, 0], 2))
        self.assertEqual(listed("date_from=2026-03-16T14:00:00Z&date_to=2026-03-17T14:00:00Z"),
                         ([1, 0], 2))
        self.assertEqual(listed("limit=1"), ([2], 3))
        self.assertEqual(listed("limit=1&offset=2"), ([0], 3))
        self.assertEqual(listed(f"human_id={NOBODY}"), ([], 0))
        for query, message in (
                ("limit=101", "limit: expected a number from 1 to 100, got '101'"),
                ("limit=0", "limit: expected a number from 1 to 100, got '0'"),
                ("offset=-1", "offset: expected a number from 0 to 2147483647, got '-1'"),
                ("status=x", "status: expected confirmed or cancelled, got 'x'"),
                ("date_to=x", "date_to: expected a date such as 2026-03-16, or a time, got 'x'")):
            self.assertEqual(self.error("GET", f"/v1/bookings?{query}"),
                             (422, "VALIDATION_ERROR", message))

    def test_the_order_of_the_rules(self):
        human = self.human(RULES)
        self.ok("POST", f"/v1/humans/{human}/overrides",
                {"type": "block", "title": "b", "all_day": True, "start_date": "2026-03-18"}, 201)
        self.book(human)

        def refused(**fields):
            reply = self.book(fields.pop("human", human), **fields)
            return reply.status, reply.body["error"]["code"]
        self.assertEqual(refused(human=NOBODY, duration=7), (404, "NOT_FOUND"))
        self.assertEqual(refused(duration=7, starts_at="2026-03-15T14:00:00Z"),
                         (422, "INVALID_DURATION"))
        self.assertEqual(refused(starts_at="2026-03-15T14:00:00Z"), (422, "OUTSIDE_WORKING_HOURS"))
        self.assertEqual(refused(starts_at="2026-03-18T14:00:00Z"), (422, "SCHEDULE_BLOCKED"))
        self.assertEqual(refused(starts_at="2026-03-16T14:10:00Z"), (409, "SLOT_UNAVAILABLE"))

    def test_wrong_values_name_their_field(self):
        human = self.human(RULES)
        for method, path, body, message in (
                ("POST", "/v1/humans", {"name": "x"}, "timezone: expected a string, got nothing"),
                ("POST", "/v1/humans", {"name": 1, "timezone": "UTC"},
                 "name: expected a string, got a number"),
                ("PUT", f"/v1/humans/{human}/availability", {**RULES, "working_days": "1"},
                 "working_days: expected an array of integers, got a string"),
                ("POST", "/v1/bookings", {"human_id": human},
                 "starts_at: expected a string, got nothing"),
                ("POST", "/v1/bookings", {"human_id": human, "starts_at": "tomorrow"},
                 "starts_at: expected a time such as 2026-03-10T14:00:00.000Z, got 'tomorrow'"),
                ("POST", "/v1/bookings", {"human_id": human, "starts_at": "2026-03-16T14:00:00Z"},
                 "duration: expected an integer, got nothing"),
                ("POST", "/v1/bookings", {"human_id": human, "starts_at": "2026-03-16T14:00:00Z",
                                          "duration": 30, "attendee_name": "x", "metadata": []},
                 "metadata: expected an object, got an array"),
                ("GET", f"/v1/humans/{human}/slots?date_to=2026-03-16&duration=30", None,
                 "date_from: expected a value in the query, got nothing"),
                ("GET", f"/v1/humans/{human}/slots?date_from=2026-03-16&date_to=2026-03-16", None,
                 "duration: expected a value in the query, got nothing"),
                ("GET", f"/v1/humans/{human}/slots?date_from=2026-03-16&date_to=2026-03-15"
                        "&duration=30", None,
                 "date_to: expected a date not before 2026-03-16, got '2026-03-15'")):
            with self.subTest(path=path, body=body):
                self.assertEqual(self.error(method, path, body),
                                 (422, "VALIDATION_ERROR", message))
        status, code, message = self.error("POST", "/v1/humans", {
            "name": "x", "timezone": "America/San_Francisco"})
        self.assertEqual((status, code), (422, "VALIDATION_ERROR"))
        self.assertIn(": did you mean 'America/Los_Angeles'?", message)

    def test_a_duration_that_the_human_does_not_have(self):
        human = self.human(RULES)
        self.assertEqual(self.error("GET", f"/v1/humans/{human}/slots?date_from=2026-03-16"
                                           "&date_to=2026-03-16&duration=7")[:2],
                         (422, "INVALID_DURATION"))

    def test_a_human_without_rules_has_no_slots(self):
        human = self.human()
        self.assertEqual(self.slots(human, "2026-03-16")["slots"], [])
        self.assertEqual(self.book(human).body["error"]["code"], "INVALID_DURATION")

    def test_unknown_ids(self):
        human = self.human(RULES)
        for method, path, body in (
                ("GET", "/v1/humans/{}", None), ("DELETE", "/v1/humans/{}", None),
                ("PUT", "/v1/humans/{}/availability", RULES),
                ("GET", "/v1/humans/{}/overrides", None),
                ("DELETE", "/v1/humans/" + human + "/overrides/{}", None),
                ("GET", "/v1/humans/{}/slots?date_from=2026-03-16&date_to=2026-03-16&duration=30",
                 None),
                ("DELETE", "/v1/bookings/{}", None)):
            for unknown in (NOBODY, "x", "%00", "a%2Fb"):
                with self.subTest(path=path, id=unknown):
                    self.assertEqual(self.error(method, path.format(unknown), body)[:2],
                                     (404, "NOT_FOUND"))

    def test_calls_that_do_not_exist(self):
        human = self.human(RULES)
        booking = self.book(human).body["id"]
        for method, path in (("GET", f"/v1/bookings/{booking}"), ("PATCH", f"/v1/humans/{human}"),
                             ("GET", f"/v1/humans/{human}/availability"), ("PUT", "/v1/bookings")):
            self.assertEqual(self.error(method, path), (
                404, "NOT_FOUND", f"No such route: {method} {path}."))

    def test_the_plan(self):
        human = self.human(RULES)
        self.assertEqual(self.error("POST", "/v1/humans", {"name": "x", "timezone": "UTC"}),
                         (402, "LIMIT_REACHED",
                          "plan free allows 1 active human, and 1 is active"))
        self.ok("DELETE", f"/v1/humans/{human}")
        self.human()

    def test_one_hundred_clients_after_one_slot(self):
        human = self.human(RULES)
        found = []
        threads = [threading.Thread(target=lambda: found.append(self.book(human).status))
                   for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(found), [201] + [409] * 99)

    def test_state_is_beside_the_store_and_survives(self):
        first = self.serve()
        made = first.call("POST", "/v1/humans", {"name": "Alex", "timezone": "UTC"}).body
        first.process.kill()
        first.process.wait()
        second = self.serve()
        self.assertEqual(second.call("GET", "/v1/humans").body["humans"], [made])


if __name__ == "__main__":
    run_tests()
