#!/usr/bin/python3
"""serve: the calls under /_emulator that set the clock and the state, --load and --state.

serve_control_test.py BINARY [-k NAME]
"""

import datetime
import json
import os
import time

from served import KEY, Handler, Office, ServeTest
from support import run_tests

DAY = {
    "plan": "starter",
    "webhooks": [{"url": "http://localhost:3000/hook"}],
    "humans": [{"id": "ada", "name": "Ada", "timezone": "Europe/Berlin",
                "availability_rules": {"working_days": [1, 2, 3, 4, 5], "work_start": "09:00",
                                       "work_end": "17:00", "meeting_durations": [30, 60]}}],
    "overrides": [{"human_id": "ada", "type": "block", "title": "Dentist", "all_day": True,
                   "start_date": "2026-03-17"}],
    "bookings": [{"id": "b1", "human_id": "ada", "starts_at": "2026-03-16T09:00:00Z",
                  "duration_minutes": 30, "attendee_name": "Sam",
                  "metadata": {"n": 12345678901234567890123}}],
}


class Clock(ServeTest):
    def test_advancing_runs_both_retries_in_order(self):
        handler = Handler(self)
        server = self.serve("--ephemeral", "--speed", "1")
        office = Office(server)
        office.webhook(handler.url)
        handler.statuses = [500, 500, 500]
        before = office.clock()
        self.assertEqual((list(before), before["frozen"]), (["now", "frozen"], False))
        booking = office.book(office.human())
        office.cancel(booking)
        after = office.clock(advance="65m")
        self.assertFalse(after["frozen"])
        sent = [each.event for each in handler.sent]
        self.assertEqual(sent, ["booking.confirmed"] * 3 + ["booking.cancelled"])
        # A handler compares it with its own clock.
        self.assertTrue(all(abs(each.signed_at - time.time()) < 60 for each in handler.sent))
        attempts = server.end().attempts
        at = [datetime.datetime.fromisoformat(line["at"]) for line in attempts]
        minutes = [round((moment - at[0]).total_seconds() / 60) for moment in at]
        self.assertEqual(minutes, [0, 5, 65, 65])
        self.assertEqual([line["outcome"] for line in attempts],
                         ["retrying", "retrying", "failed", "delivered"])

    def test_a_time_that_is_not_reached_makes_no_attempt(self):
        handler = Handler(self)
        server = self.serve("--ephemeral", "--speed", "1")
        office = Office(server)
        office.webhook(handler.url)
        handler.statuses = [500, 500]
        office.book(office.human())
        office.clock(freeze=True)
        for advance, sent in (("4m", 1), ("2m", 2), ("58m", 2), ("2m", 3)):
            office.clock(advance=advance)
            self.assertEqual(len(handler.sent), sent, advance)
        server.end()

    def test_a_frozen_clock_stands_still(self):
        server = self.serve("--ephemeral")
        office = Office(server)
        self.assertEqual(office.clock(freeze=True, set="2026-03-10T14:05:00Z", advance="90s"),
                         {"now": "2026-03-10T14:06:30.000Z", "frozen": True})
        human = office.human()
        self.assertEqual(office.ok("GET", f"/v1/humans/{human}")["created_at"],
                         "2026-03-10T14:06:30.000Z")
        self.assertFalse(office.clock(freeze=False)["frozen"])
        server.end()

    def test_equal_runs_are_equal_to_the_byte(self):
        runs = []
        for _ in range(2):
            handler = Handler(self)
            # Two handlers have two ports: the payloads do not tell.
            server = self.serve("--ephemeral", "--seed", "7", "--fail", "* 503@0.3")
            office = Office(server)
            office.clock(freeze=True, set="2026-03-10T14:05:00Z")
            office.ok("PUT", "/_emulator/faults", [])
            webhook = office.webhook(handler.url)
            human = office.human()
            office.ok("PUT", "/_emulator/faults", ["* 503@0.5"])
            answers = []
            for slot in range(10):
                reply = server.call("POST", "/v1/bookings", {
                    "human_id": human, "duration": 30, "attendee_name": "Sam",
                    "starts_at": f"2026-03-16T{slot:02}:00:00Z"})
                answers.append((reply.status, json.dumps(reply.body)))
            booked = sum(status == 201 for status, _ in answers)
            self.assertNotIn(booked, (0, 10))
            handler.wait_for(booked)
            signed = sorted((each.signed_at, json.dumps(each.payload)) for each in handler.sent)
            runs.append((webhook["id"], webhook["signing_secret"], answers, signed))
            server.end()
        self.assertEqual(runs[0], runs[1])

    def test_a_clock_that_was_centuries_ahead(self):
        handler = Handler(self)
        server = self.serve("--speed", "1")
        office = Office(server)
        office.webhook(handler.url)
        handler.statuses = [500, 500]
        office.clock(set="2400-01-01T00:00:00Z")
        office.book(office.human())
        server.out.wait_for('"attempt"')
        self.assertLess(office.clock(set="2026-12-01T00:00:00Z")["now"], "2027")
        office.clock(advance="65m")
        self.assertEqual(len(handler.sent), 1)  # it is due in 2400
        self.assertIn("1 delivery is pending", server.end().err[0])
        again = self.serve("--speed", "1")  # whose clock is that of the system
        Office(again).clock(advance="65m")
        self.assertEqual(len(handler.sent), 3)
        self.assertEqual(again.end().err, ["slotflow-hooks: resuming 1 delivery"])

    def test_an_end_does_not_wait_for_a_change(self):
        handler = Handler(self)
        server = self.serve("--ephemeral", "--speed", "1")
        office = Office(server)
        office.webhook(handler.url)
        handler.accepts.clear()
        office.book(office.human())
        handler.wait_for(1)
        change = server.connect()
        change.request("POST", "/_emulator/clock", b'{"advance": "65m"}')
        server.call("GET", "/_emulator/ready")
        self.assertEqual(server.end().code, 0)  # before the handler answers
        handler.accepts.set()
        change.close()

    def test_wrong_changes(self):
        server = self.serve("--ephemeral")
        for body, message in (
                ({}, "body: expected freeze, set or advance"),
                ({"advance": "soon"}, "advance: expected a duration"),
                ({"advance": "-5m"}, "advance: expected a duration"),
                ({"advance": 5}, "advance: expected a string, got a number"),
                ({"set": "now"}, "set: expected a time such as"),
                ({"set": "9999-12-31T00:00:00Z"}, "set: expected a time before"),
                ({"freeze": "yes"}, "freeze: expected true or false, got a string")):
            reply = server.call("POST", "/_emulator/clock", body)
            self.assertEqual((reply.status, reply.body["error"]["code"]), (422, "VALIDATION_ERROR"))
            self.assertTrue(reply.body["error"]["message"].startswith(message), reply.body)
        server.end()


class Access(ServeTest):
    def test_a_key_that_was_given_is_needed(self):
        server = self.serve("--ephemeral", "--api-key-file", self.write("key", b"sk_live_other"))
        for path, key, status in (("ready", None, 200), ("state", None, 401), ("state", KEY, 401),
                                  ("state", "sk_live_other", 200), ("clock", None, 401)):
            self.assertEqual(server.call("GET", f"/_emulator/{path}", key=key).status, status, path)
        server.end()

    def test_only_requests_that_name_this_machine(self):
        server = self.serve("--ephemeral")
        for host, status in (("localhost:4010", 200), ("127.0.0.1", 200), ("[::1]:80", 200),
                             ("rebound.example", 401), ("rebound.example:4010", 401)):
            self.assertEqual(server.call("GET", "/_emulator/state", Host=host).status, status, host)
        server.end()


class State(ServeTest):
    def day(self, **changes):
        return self.write("day.json", json.dumps({**DAY, **changes}).encode())

    def test_a_state_is_loaded_and_gone_back_to(self):
        server = self.serve("--ephemeral", "--load", self.day())
        office = Office(server)
        state = office.ok("GET", "/_emulator/state")
        self.assertEqual(list(state), ["plan", "webhooks", "humans", "overrides", "bookings"])
        self.assertEqual(state["plan"], "starter")
        self.assertEqual([hook["events"] for hook in state["webhooks"]],
                         [["booking.confirmed", "booking.cancelled"]])
        self.assertTrue(state["webhooks"][0]["signing_secret"].startswith("whsec_"))
        self.assertEqual(state["bookings"][0]["metadata"], DAY["bookings"][0]["metadata"])
        slots = office.ok("GET", "/v1/humans/ada/slots?date_from=2026-03-16&date_to=2026-03-17"
                                 "&duration=60")
        self.assertEqual(slots["total"], 7)  # of 8, without that of the booking; Tuesday is blocked
        office.cancel({"id": "b1"})
        office.ok("PUT", "/_emulator/faults", ["* 500*100"])
        server.call("GET", "/v1/humans")
        office.clock(freeze=True, set="2020-01-01T00:00:00Z")
        self.assertEqual(office.ok("POST", "/_emulator/reset"), state)
        self.assertEqual(office.ok("GET", "/_emulator/state"), state)
        self.assertEqual(office.ok("GET", "/_emulator/faults"), [])
        self.assertEqual(office.ok("GET", "/_emulator/requests")["total"], 0)
        clock = office.clock()
        self.assertFalse(clock["frozen"])
        self.assertGreater(clock["now"], "2026")
        server.end()

    def test_a_state_is_put_as_it_was_got(self):
        server = self.serve("--ephemeral", "--load", self.day())
        office = Office(server)
        state = office.ok("GET", "/_emulator/state")
        self.assertEqual(office.ok("PUT", "/_emulator/state", state), state)
        empty = {"plan": "starter", "webhooks": [], "humans": [], "overrides": [], "bookings": []}
        self.assertEqual(office.ok("PUT", "/_emulator/state", {}), empty)
        self.assertEqual(office.ok("PUT", "/_emulator/state", state), state)
        server.end()

    def test_a_reset_ends_what_is_pending(self):
        handler = Handler(self)
        server = self.serve("--speed", "1")
        office = Office(server)
        office.webhook(handler.url)
        handler.statuses = [500]
        office.cancel(office.book(office.human()))
        server.out.wait_for('"attempt"')
        office.ok("POST", "/_emulator/reset")
        office.clock(advance="65m")
        self.assertEqual(len(handler.sent), 1)
        ended = server.end()
        self.assertEqual(ended.err, [])  # nothing is pending
        code, out, _ = self.run_to_end("deliveries", "--pending", "--json")
        self.assertEqual((code, out), (0, ""))
        self.assertEqual(json.loads(self.run_to_end("list", "--json")[1])["total"], 0)

    def test_an_organisation_that_is_not_empty_is_not_replaced(self):
        first = self.serve("--load", self.day())
        self.assertEqual(first.end().err, [])
        again = self.serve("--load", self.day(plan="growth"))
        office = Office(again)
        self.assertEqual(office.ok("GET", "/_emulator/state")["plan"], "starter")
        self.assertEqual(office.ok("POST", "/_emulator/reset")["plan"], "growth")
        self.assertEqual(again.end().err, [
            f"slotflow-hooks: '{self.path('day.json')}' is not loaded, as there are 1 webhook, "
            "1 person and 1 booking already: POST /_emulator/reset replaces them"])

    def test_people_can_be_kept_elsewhere(self):
        for args, humans in ((("--state", self.path("a.db")), 1), (("--state", self.path("b.db")), 0),
                             (("--state", self.path("a.db")), 1), ((), 0)):
            server = self.serve(*args)
            office = Office(server)
            if humans and not office.ok("GET", "/v1/humans")["total"]:
                office.human()
            self.assertEqual(office.ok("GET", "/v1/humans")["total"], humans)
            server.end()
        self.assertTrue(os.path.exists(self.path("store.db")))

    def test_files_that_are_no_state(self):
        for change, message in (
                ({"humans": [{}]}, "humans[0].name: expected a string, got nothing"),
                ({"humans": {}}, "humans: expected an array, got an object"),
                ({"humans": [1]}, "humans[0]: expected an object, got a number"),
                ({"humans": [{"name": "A", "timezone": "Mars"}]}, "humans[0].timezone: "),
                ({"humans": [{**DAY["humans"][0], "availability_rules": {}}]},
                 "humans[0].availability_rules.working_days: "),
                ({"humans": [{**DAY["humans"][0], "availability_rules": "x"}]},
                 "humans[0].availability_rules: expected an object, got a string"),
                ({"bookings": [{**DAY["bookings"][0], "human_id": "bob"}]},
                 "bookings[0].human_id: expected the id of one of humans, got 'bob'"),
                ({"bookings": [{**DAY["bookings"][0], "metadata": []}]},
                 "bookings[0].metadata: expected an object, got an array"),
                ({"bookings": DAY["bookings"] * 2}, "bookings[1].id: expected an id that nothing "
                                                    "else has, got 'b1'"),
                ({"overrides": [{"human_id": "ada", "title": "x"}]}, "overrides[0].type: "),
                ({"webhooks": DAY["webhooks"] * 2}, "webhooks[1].url: expected a URL that no other "
                                                    "webhook has"),
                ({"webhooks": [{"url": "ftp://x"}]}, "webhooks[0].url: "),
                ({"webhook": []}, "state: expected fields such as plan, got 'webhook'"),
                ({"webhooks": [{"url": "http://a", "evnts": []}]},
                 "webhooks[0]: expected fields such as url, got 'evnts'"),
                ({"webhooks": [{"url": "http://a", "signing_secret": "a b"}]},
                 "webhooks[0].signing_secret: expected a secret without white space"),
                ({"plan": "huge"}, "plan: expected free, starter or growth, got 'huge'")):
            with self.subTest(change=change):
                code, _, err = self.run_to_end("serve", "--ephemeral", "--port", "0", "--load",
                                               self.day(**change))
                self.assertEqual(code, 2, err)
                self.assertTrue(err.startswith("slotflow-hooks: error: --load: "
                                               f"'{self.path('day.json')}': {message}"), err)
        self.assertEqual(self.run_to_end("serve", "--ephemeral", "--load", self.path("none"))[0], 3)

    def test_a_start_that_fails_loads_nothing(self):
        other = self.serve("--ephemeral")
        code, _, err = self.run_to_end("serve", "--port", str(other.port), "--load", self.day())
        self.assertEqual(code, 3, err)
        other.end()
        again = self.serve()
        self.assertEqual(Office(again).ok("GET", "/_emulator/state")["humans"], [])
        again.end()
        code, _, err = self.run_to_end("serve", "--host", "nowhere.invalid", "--port", "0")
        self.assertEqual(code, 3)
        self.assertIn("cannot listen on nowhere.invalid: ", err)

    def test_ids_begin_again_with_a_reset(self):
        # The ids of what is loaded are not in the way.
        server = self.serve("--ephemeral", "--seed", "7", "--no-limits", "--load", self.day(
            humans=[{"name": "Ada", "timezone": "UTC"}] * 20, overrides=[], bookings=[]))
        office = Office(server)
        ids = []
        for _ in range(2):
            webhook = office.webhook("http://127.0.0.1:9/")
            ids.append((webhook["id"], webhook["signing_secret"],
                        office.book(office.human())["id"]))
            # All differ, whatever they are of.
            state = office.ok("GET", "/_emulator/state")
            self.assertEqual(office.ok("PUT", "/_emulator/state", state), state)
            office.ok("POST", "/_emulator/reset")
        self.assertEqual(ids[0], ids[1])
        server.end()

    def test_limits(self):
        server = self.serve("--ephemeral", "--no-limits")
        office = Office(server)
        for _ in range(3):
            office.human()
        for port in range(1, 5):
            office.webhook(f"http://localhost:{port}/")
        self.assertIn("no limit of a plan holds (--no-limits)", server.end().err[0])


run_tests()
