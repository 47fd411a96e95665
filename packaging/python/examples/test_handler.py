"""A handler of Slotflow's events, and its tests with the fixtures of slotflow_hooks."""

import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

SECRET = "whsec_for_tests_only_0123"


def is_from_slotflow(body, header):
    pairs = [pair.partition("=") for pair in header.split(",")]
    timestamps = [value for name, _, value in pairs if name == "t"]
    if not timestamps or not timestamps[0].isdecimal():
        return False
    if abs(time.time() - int(timestamps[0])) > 300:
        return False
    signed = timestamps[0].encode() + b"." + body
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest().encode()
    signatures = [value.encode() for name, _, value in pairs if name == "v1"]
    return any(hmac.compare_digest(value, expected) for value in signatures)


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not is_from_slotflow(body, self.headers.get("X-Slotflow-Signature", "")):
            self.respond(401)
            return
        event = json.loads(body)
        key = (event["event"], event["data"]["id"])
        if key not in self.server.seen:  # in production: a unique key in the database
            self.server.seen.add(key)
            self.server.work.append(event)
        self.respond(200)

    def respond(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def handler():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.work = set(), []
    server.url = f"http://127.0.0.1:{server.server_port}/webhooks/slotflow"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_works_on_an_event(handler, slotflow_fire):
    result = slotflow_fire("confirmed", to=handler.url, secret=SECRET, set={"attendee_name": "Zoe"})
    assert result.ok
    assert handler.work[0]["data"]["attendee_name"] == "Zoe"


def test_works_once_on_duplicates(handler, slotflow_fire):
    assert slotflow_fire("cancelled", to=handler.url, secret=SECRET, duplicate=3).ok
    assert len(handler.work) == 1


@pytest.mark.parametrize("wrong", [{"tamper": "body"}, {"skew": "-10m"}])
def test_rejects_forged_and_old_events(handler, slotflow_fire, wrong):
    assert slotflow_fire(to=handler.url, secret=SECRET, expect_status="4xx", **wrong).ok
    assert handler.work == []


def test_works_once_although_the_first_response_is_lost(handler, slotflow_listen, slotflow_fire):
    # The receiver passes each request on, and replaces the first response by a 500.
    receiver = slotflow_listen(forward_to=handler.url, fail_first=1)
    result = slotflow_fire(to=receiver.url, secret=SECRET, speed=3000)
    assert [attempt["outcome"] for attempt in result.attempts] == ["retrying", "delivered"]
    assert len(handler.work) == 1
