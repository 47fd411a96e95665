"""When a person can be booked, computed in another way than the program does: minute by minute,
from what the clocks of the zone show.
"""

import calendar
import zoneinfo
from datetime import date, datetime, timedelta

EPOCH = datetime(1970, 1, 1)
MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE


def milliseconds(when):
    """Of a naive time since 1970."""
    return (when - EPOCH) // timedelta(milliseconds=1)


def applies_on(override, day):
    start = date.fromisoformat(override["start_date"])
    end = override["end_date"] and date.fromisoformat(override["end_date"])
    rule = override["recurrence"]
    if day < start or (end and day > end):
        return False
    if not rule:
        return bool(end) or day == start
    interval = rule.get("interval", 1)
    if rule["freq"] == "weekly":
        monday = lambda d: d - timedelta(days=d.weekday())
        weeks = (monday(day) - monday(start)).days // 7
        return weeks % interval == 0 and day.isoweekday() in rule.get("days", [start.isoweekday()])
    months = (day.year - start.year) * 12 + day.month - start.month
    if months % interval:
        return False
    if "week" in rule:
        weeks = calendar.monthcalendar(day.year, day.month)
        days = [week[rule["day"] - 1] for week in weeks if week[rule["day"] - 1]]
        chosen = days[-1] if rule["week"] == 5 else days[rule["week"] - 1]
        return day.day == chosen
    return day.day == rule.get("day_of_month", start.day)


class Clock:
    """What clocks show in each minute of some days; the first minute at which they show a time."""

    def __init__(self, zone, first, last):
        self.zone = zoneinfo.ZoneInfo(zone)
        self.begin = datetime.combine(first, datetime.min.time()) - timedelta(days=3)
        self.end = datetime.combine(last, datetime.min.time()) + timedelta(days=4)
        self.shown = {}
        self.reached = []  # (local time, UTC): later and later ones
        utc = self.begin
        while utc < self.end:
            # No zone changes twice within an hour.
            ahead = self.ahead(utc)
            is_steady = ahead == self.ahead(utc + HOUR)
            for _ in range(60):
                local = utc + (ahead if is_steady else self.ahead(utc))
                self.shown.setdefault(local, utc)
                if not self.reached or local > self.reached[-1][0]:
                    self.reached.append((local, utc))
                utc += MINUTE

    def ahead(self, utc):
        return self.zone.fromutc(utc.replace(tzinfo=self.zone)).replace(tzinfo=None) - utc

    def from_then_on(self, local):
        low, high = 0, len(self.reached)
        while low < high:
            middle = (low + high) // 2
            if self.reached[middle][0] < local:
                low = middle + 1
            else:
                high = middle
        return self.reached[low][1]


def at(day, text):
    hours, minutes = text.split(":")
    midnight = datetime.combine(day, datetime.min.time())
    return midnight + timedelta(hours=int(hours), minutes=int(minutes))


def part_of(override):
    if override["all_day"]:
        return "00:00", "24:00"
    return override["start_time"], override["end_time"]


def expected_slots(case):
    first = date.fromisoformat(case["date_from"])
    last = date.fromisoformat(case["date_to"])
    clock = Clock(case["zone"], first, last)
    rules = case["rules"]
    step = timedelta(minutes=case["duration"])
    taken = set()

    def take(begin, end):
        while begin < end:
            taken.add(begin)
            begin += MINUTE

    for begin, end in case["booked"]:
        take(EPOCH + timedelta(milliseconds=begin), EPOCH + timedelta(milliseconds=end))
    starts = set()
    days = [first + timedelta(days=n) for n in range(-1, (last - first).days + 2)]
    for day in days:
        parts = []
        if day.isoweekday() in rules["working_days"]:
            parts.append((rules["work_start"], rules["work_end"]))
        for override in case["overrides"]:
            if not applies_on(override, day):
                continue
            begin, end = (at(day, text) for text in part_of(override))
            if override["type"] == "block":
                take(clock.from_then_on(begin), clock.from_then_on(end))
            else:
                parts.append(part_of(override))
        if not first <= day <= last:
            continue
        for part in parts:
            begin, end = (at(day, text) for text in part)
            while begin < end:
                start = clock.shown.get(begin)
                if start and start + step <= clock.from_then_on(end):
                    starts.add(start)
                begin += step
    free = [
        start
        for start in sorted(starts)
        if not any(start + n * MINUTE in taken for n in range(case["duration"]))
    ]
    return [milliseconds(start) for start in free]
