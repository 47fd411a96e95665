"""What an agent does, with a client as Slotflow's Python SDK: scenario.py URL HANDLER_URL"""

import sys

from slotflow_client import (AuthenticationError, ConflictError, NotFoundError,
                             PaymentRequiredError, Slotflow, ValidationError)

URL, HANDLER = sys.argv[1:]


def raised(kind, call):
    try:
        call()
    except kind as error:
        assert error.body["error"]["status"] == error.status_code, error.body
        return error
    raise AssertionError(f"expected {kind.__name__}")


with Slotflow("sk_live_python", base_url=URL) as slotflow:
    hook = slotflow.call("POST", "/v1/webhooks",
                         {"url": HANDLER, "events": ["booking.confirmed", "booking.cancelled"]})
    assert slotflow.call("GET", "/v1/webhooks") == {"webhooks": [hook], "total": 1}
    human = slotflow.call("POST", "/v1/humans", {"name": "Ada", "timezone": "America/New_York"})
    path = f"/v1/humans/{human['id']}"
    assert slotflow.call("GET", path)["availability_rules"] is None
    slotflow.call("PUT", path + "/availability",
                  {"working_days": [1, 2, 3, 4, 5], "work_start": "09:00", "work_end": "17:00",
                   "meeting_durations": [30]})
    day = {"date_from": "2026-03-16", "date_to": "2026-03-16", "duration": 30}
    slots = slotflow.call("GET", path + "/slots", **day)
    assert slots["total"] == 16 and slots["slots"][0]["starts_at"] == "2026-03-16T13:00:00.000Z"
    wanted = {"human_id": human["id"], "starts_at": slots["slots"][0]["starts_at"], "duration": 30,
              "attendee_name": "Sam", "metadata": {"lead_id": "l1"}}
    booking = slotflow.call("POST", "/v1/bookings", wanted)
    assert booking["status"] == "confirmed" and booking["metadata"] == {"lead_id": "l1"}
    assert raised(ConflictError, lambda: slotflow.call("POST", "/v1/bookings", wanted)
                  ).code == "SLOT_UNAVAILABLE"
    override = slotflow.call("POST", path + "/overrides",
                             {"type": "block", "title": "Day off", "all_day": True,
                              "start_date": "2026-03-17", "recurrence": None})
    tuesday = {**wanted, "starts_at": "2026-03-17T14:00:00Z"}
    assert raised(ValidationError, lambda: slotflow.call("POST", "/v1/bookings", tuesday)
                  ).code == "SCHEDULE_BLOCKED"
    slotflow.call("DELETE", f"{path}/overrides/{override['id']}")
    missing = {**wanted, "starts_at": None}
    assert "starts_at" in raised(ValidationError,
                                 lambda: slotflow.call("POST", "/v1/bookings", missing)).message
    assert raised(PaymentRequiredError, lambda: slotflow.call(
        "POST", "/v1/humans", {"name": "Bo", "timezone": "UTC"})).code == "LIMIT_REACHED"
    listed = slotflow.call("GET", "/v1/bookings", human_id=human["id"], status=None, limit=10)
    assert listed == {"bookings": [booking], "total": 1, "limit": 10, "offset": 0}
    cancelled = slotflow.call("DELETE", f"/v1/bookings/{booking['id']}")
    assert cancelled == {"id": booking["id"], "status": "cancelled"}
    raised(NotFoundError, lambda: slotflow.call("DELETE", f"/v1/bookings/{booking['id']}"))
    assert slotflow.call("DELETE", f"/v1/webhooks/{hook['id']}") == {"deleted": True,
                                                                     "id": hook["id"]}
with Slotflow("wrong", base_url=URL) as stranger:
    raised(AuthenticationError, lambda: stranger.call("GET", "/v1/humans"))
