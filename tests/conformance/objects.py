"""The objects of Slotflow's API, as its documentation and its SDKs' types show them.

A table has the members in the documented order. What differs is told with the names of members and
the types of values, never with a value: a webhook has a secret, a booking a person's name.
"""

import re

TYPES = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer",
         float: "a number", type(None): "null"}


class Kind:
    def __init__(self, name, accepts):
        self.name = name
        self.accepts = accepts

    def differences(self, value, where):
        if self.accepts(value):
            return []
        found = TYPES[type(value)]
        return [f"{where}: expected {self.name}, got {found}"
                f"{' that is not one' if found.split()[-1] in self.name else ''}"]


class Or(Kind):
    """A kind, or null."""

    def __init__(self, kind):
        super().__init__(f"{kind.name} or null", lambda value: value is None)
        self.kind = kind

    def differences(self, value, where):
        return [] if value is None else self.kind.differences(value, where)


class Array(Kind):
    def __init__(self, kind):
        super().__init__("an array", lambda value: isinstance(value, list))
        self.kind = kind

    def differences(self, value, where):
        found = super().differences(value, where)
        if not found:
            for i, each in enumerate(value):
                found += self.kind.differences(each, f"{where}[{i}]")
        return found


class Object(Kind):
    """`optional` names members that may be missing."""

    def __init__(self, members, optional=()):
        super().__init__("an object", lambda value: isinstance(value, dict))
        self.members = members
        self.optional = optional

    def differences(self, value, where):
        found = super().differences(value, where)
        if found:
            return found
        for name, kind in self.members.items():
            if name in value:
                found += kind.differences(value[name], f"{where}.{name}")
            elif name not in self.optional:
                found.append(f"{where}.{name} is missing")
        found += [f"{where}.{name} is not documented" for name in value if name not in self.members]
        known = [name for name in value if name in self.members]
        if known != [name for name in self.members if name in value]:
            found.append(f"{where}: expected the order {list(self.members)}, got {list(value)}")
        return found


def matching(name, pattern):
    return Kind(name, lambda value: isinstance(value, str) and bool(re.fullmatch(pattern, value)))


def one_of(*values):
    return Kind(" or ".join(values), lambda value: value in values)


STRING = Kind("a string", lambda value: isinstance(value, str))
BOOLEAN = Kind("a boolean", lambda value: isinstance(value, bool))
INTEGER = Kind("an integer", lambda value: isinstance(value, int) and not isinstance(value, bool))
ANY_OBJECT = Kind("an object", lambda value: isinstance(value, dict))
TRUE = Kind("true", lambda value: value is True)
UUID = matching("a UUID as a string", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
INSTANT = matching("a time such as 2026-03-10T14:00:00.000Z as a string",
                   r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
DATE = matching("a date as a string", r"\d{4}-\d\d-\d\d")
TIME_OF_DAY = matching("a time of day as a string", r"\d\d:\d\d")
SECRET = matching("a secret as a string that begins with whsec_", r"whsec_.+")

RULES = Object({"working_days": Array(INTEGER), "work_start": TIME_OF_DAY, "work_end": TIME_OF_DAY,
                "meeting_durations": Array(INTEGER)})
HUMAN = Object({"id": UUID, "name": STRING, "email": Or(STRING), "role": Or(STRING),
                "timezone": STRING, "active": BOOLEAN, "created_at": INSTANT})
HUMAN_WITH_AVAILABILITY = Object({**HUMAN.members, "availability_rules": Or(RULES)})
RECURRENCE = Object({"freq": one_of("weekly", "monthly"), "interval": INTEGER,
                     "days": Array(INTEGER), "day_of_month": INTEGER, "week": INTEGER,
                     "day": INTEGER},
                    optional=("freq", "interval", "days", "day_of_month", "week", "day"))
OVERRIDE = Object({"id": UUID, "human_id": UUID, "type": one_of("block", "open"), "title": STRING,
                   "all_day": BOOLEAN, "start_date": DATE, "end_date": Or(DATE),
                   "start_time": Or(TIME_OF_DAY), "end_time": Or(TIME_OF_DAY),
                   "recurrence": Or(RECURRENCE), "created_at": INSTANT})
SLOTS = Object({"human_id": UUID, "duration": INTEGER, "timezone": STRING,
                "slots": Array(Object({"starts_at": INSTANT, "ends_at": INSTANT})),
                "total": INTEGER})
BOOKING = Object({"id": UUID, "human_id": UUID, "starts_at": INSTANT, "ends_at": INSTANT,
                  "duration_minutes": INTEGER, "attendee_name": STRING,
                  "attendee_email": Or(STRING), "status": one_of("confirmed", "cancelled"),
                  "metadata": ANY_OBJECT, "created_at": INSTANT})
CANCELLED = Object({"id": UUID, "status": one_of("cancelled")})
WEBHOOK = Object({"id": UUID, "url": STRING,
                  "events": Array(one_of("booking.confirmed", "booking.cancelled")),
                  "signing_secret": SECRET, "active": BOOLEAN, "created_at": INSTANT})
DELETED = Object({"deleted": TRUE, "id": UUID})
ERROR = Object({"error": Object({"code": STRING, "message": STRING, "status": INTEGER})})

HUMANS = Object({"humans": Array(HUMAN), "total": INTEGER})
OVERRIDES = Object({"overrides": Array(OVERRIDE), "total": INTEGER})
BOOKINGS = Object({"bookings": Array(BOOKING), "total": INTEGER, "limit": INTEGER,
                   "offset": INTEGER})
WEBHOOKS = Object({"webhooks": Array(WEBHOOK), "total": INTEGER})
