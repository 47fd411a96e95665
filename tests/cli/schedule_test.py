#!/usr/bin/env python3
"""Compares time zones and free slots with what Python's zoneinfo says.

Usage: schedule_test.py SCHEDULE_PROGRAM
"""

import json
import random
import subprocess
import sys
import unittest
import zoneinfo
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "conformance"))
from expected_slots import EPOCH, MINUTE, at, expected_slots, milliseconds  # noqa: E402

PROGRAM = sys.argv.pop(1)
# Changes at midnight, of half an hour, of a whole day; the largest offsets; odd ones.
ZONES = {
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1), date(2040, 3, 11)],
    "Europe/London": [date(2026, 3, 29), date(2026, 10, 25)],
    "Europe/Dublin": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/Sao_Paulo": [date(2017, 10, 15), date(2018, 2, 18), date(2018, 11, 4)],
    "Asia/Beirut": [date(2024, 3, 31), date(2024, 10, 27)],
    "Africa/Cairo": [date(2025, 4, 25), date(2025, 10, 31)],
    "America/Havana": [date(2025, 3, 9), date(2025, 11, 2)],
    "America/St_Johns": [date(2006, 4, 2), date(2006, 10, 29)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "Pacific/Apia": [date(2011, 12, 30), date(2011, 9, 24)],
    "Pacific/Kiritimati": [date(2026, 1, 1)],
    "Pacific/Pago_Pago": [date(2026, 1, 1)],
    "Pacific/Chatham": [date(2026, 4, 5), date(2026, 9, 27)],
    "Asia/Kathmandu": [date(2026, 6, 1)],
    "Africa/Casablanca": [date(2026, 2, 15), date(2026, 3, 22)],
    "Asia/Gaza": [date(2026, 3, 28), date(2026, 10, 24)],
}


class Program:
    def __init__(self):
        self.process = subprocess.Popen(
            [PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Generated:
    """Makes cases around the days on which something happens to the clocks."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def part(self, all_day):
        if all_day:
            return "00:00", "24:00"
        minutes = sorted(self.random.sample(range(0, 24 * 60 + 1, 5), 2))
        return tuple(f"{m // 60:02}:{m % 60:02}" for m in minutes)

    def rule(self):
        choose = self.random
        rule = {}
        if choose.random() < 0.5:
            rule["freq"] = "weekly"
            if choose.random() < 0.8:
                rule["days"] = choose.sample(range(1, 8), choose.randint(1, 3))
        else:
            rule["freq"] = "monthly"
            kind = choose.random()
            if kind < 0.4:
                rule["week"] = choose.randint(1, 5)
                rule["day"] = choose.randint(1, 7)
            elif kind < 0.8:
                rule["day_of_month"] = choose.choice([1, 14, 15, 28, 29, 30, 31])
        if choose.random() < 0.5:
            rule["interval"] = choose.randint(1, 3)
        return rule

    def override(self, first, days):
        choose = self.random
        all_day = choose.random() < 0.2
        begin, end = self.part(all_day)
        recurs = choose.random() < 0.6
        earlier = choose.randint(0, 90) if recurs else choose.randint(-days, 2)
        start = first - timedelta(days=earlier)
        last = None
        if choose.random() < 0.4:
            last = start + timedelta(days=choose.randint(0, 100 if recurs else 3))
        return {
            "type": choose.choice(["block", "open"]),
            "all_day": all_day,
            "start_date": start.isoformat(),
            "end_date": last and last.isoformat(),
            "start_time": None if all_day else begin,
            "end_time": None if all_day else end,
            "recurrence": self.rule() if recurs else None,
        }

    def case(self):
        choose = self.random
        zone = choose.choice(list(ZONES))
        days = choose.choice([1, 2, 6, 35])
        first = choose.choice(ZONES[zone]) - timedelta(days=choose.randint(0, min(days, 3)))
        begin, end = self.part(choose.random() < 0.2)
        duration = choose.choice([5, 15, 20, 30, 45, 60, 90, 120])
        booked = []
        midnight = milliseconds(datetime.combine(first, datetime.min.time()))
        for _ in range(choose.randint(0, 8)):
            start = midnight + choose.randrange(-24 * 12, (days + 1) * 24 * 12) * 300_000
            booked.append([start, start + choose.choice([15, 30, 60, 240]) * 60_000])
        return {
            "zone": zone,
            "rules": {
                "working_days": choose.sample(range(1, 8), choose.randint(0, 7)),
                "work_start": begin,
                "work_end": end,
                "meeting_durations": [duration],
            },
            "overrides": [self.override(first, days) for _ in range(choose.randint(0, 6))],
            "booked": booked,
            "date_from": first.isoformat(),
            "date_to": (first + timedelta(days=days - 1)).isoformat(),
            "duration": duration,
        }


class ScheduleTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program()

    @classmethod
    def tearDownClass(cls):
        cls.program.close()

    def test_200_generated_schedules(self):
        generated = Generated(20260316)
        found = 0
        for number in range(200):
            case = generated.case()
            with self.subTest(number=number, case=case):
                slots = expected_slots(case)
                found += len(slots)
                self.assertEqual(self.program.ask(case), slots)
        self.assertGreater(found, 10_000)

    def test_local_times_of_every_zone(self):
        generated = random.Random(7)
        zones = sorted(zoneinfo.available_timezones() - {"localtime"})
        self.assertGreater(len(zones), 400)
        for name in zones:
            zone = zoneinfo.ZoneInfo(name)
            times = [generated.randrange(-2_000_000_000, 4_500_000_000) for _ in range(200)]
            local = [
                datetime.fromtimestamp(t, timezone.utc).astimezone(zone).replace(tzinfo=None)
                for t in times
            ]
            answer = self.program.ask({"zone": name, "utc": [t * 1000 for t in times]})
            self.assertEqual(answer, [milliseconds(t) for t in local], name)

    def test_times_that_clocks_skip_or_show_twice(self):
        skipped = twice = 0
        for name, days in ZONES.items():
            zone = zoneinfo.ZoneInfo(name)
            times = [at(day, "00:00") + n * MINUTE for day in days for n in range(-1500, 2900, 5)]
            expected = []
            for local in times:
                first = local.replace(tzinfo=zone).astimezone(timezone.utc)
                second = local.replace(tzinfo=zone, fold=1).astimezone(timezone.utc)
                exists = first.astimezone(zone).replace(tzinfo=None) == local
                expected.append(milliseconds(first.replace(tzinfo=None)) if exists else None)
                skipped += not exists
                twice += exists and first != second
            answer = self.program.ask({"zone": name, "local": [milliseconds(t) for t in times]})
            self.assertEqual(answer, expected, name)
        self.assertGreater(skipped, 300)
        self.assertGreater(twice, 100)

    def test_the_documented_trace(self):
        def override(kind, day, begin, end):
            return {
                "type": kind,
                "all_day": False,
                "start_date": "2026-03-01",
                "end_date": None,
                "start_time": begin,
                "end_time": end,
                "recurrence": {"freq": "weekly", "days": [day]},
            }

        monday = datetime(2026, 3, 16, 14)
        slots = self.program.ask(
            {
                "zone": "America/New_York",
                "rules": {
                    "working_days": [1, 2, 3, 4, 5],
                    "work_start": "09:00",
                    "work_end": "17:00",
                    "meeting_durations": [30],
                },
                "overrides": [
                    override("block", 2, "14:00", "15:00"),
                    override("open", 6, "10:00", "14:00"),
                ],
                "booked": [[milliseconds(monday), milliseconds(monday + 30 * MINUTE)]],
                "date_from": "2026-03-16",
                "date_to": "2026-03-21",
                "duration": 30,
            }
        )
        days = [(EPOCH + timedelta(milliseconds=t)).date().day for t in slots]
        self.assertEqual([days.count(d) for d in range(16, 22)], [15, 14, 16, 16, 16, 8])
        self.assertEqual(slots[0], milliseconds(datetime(2026, 3, 16, 13)))


if __name__ == "__main__":
    unittest.main()
