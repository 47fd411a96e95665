#!/usr/bin/python3
"""A handler for Slotflow webhooks in Flask, as Slotflow's guide describes one.

SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
PORT                      0 takes a free one
Prints {"port"} on stdout once it can be reached, then a JSON line for each request.
"""

import hashlib
import hmac
import json
import os
import queue
import re
import signal
import sys
import threading
import time

import flask
from werkzeug.serving import make_server

TOLERANCE_SECONDS = 300
MOST_BYTES = 1024 * 1024
EVENTS = ("booking.confirmed", "booking.cancelled")
ROUTES = {"ai_sdr": "sales", "ai_support": "support", "ai_recruiter": "recruiting"}

SECRET = os.environ["SLOTFLOW_WEBHOOK_SECRET"].encode()
app = flask.Flask(__name__)
received_events = queue.SimpleQueue()
output = threading.Lock()


def parse_signature(header):
    """X-Slotflow-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">.

    There can be several v1; schemes of other names are not ours to judge.
    """
    t, v1 = "", []
    for pair in header.split(","):
        name, equals, value = pair.partition("=")
        if not equals:
            return "", []
        if name == "t":
            t = value
        elif name == "v1":
            v1.append(value)
    return t, v1


def is_authentic(header, body, now):
    t, v1 = parse_signature(header)
    # Not isdigit(), which takes other scripts' digits too.
    if not re.fullmatch("[0-9]{1,12}", t) or abs(int(now) - int(t)) > TOLERANCE_SECONDS:
        return False
    # The key is the secret exactly as issued, its whsec_ prefix included.
    expected = hmac.new(SECRET, t.encode() + b"." + body, hashlib.sha256).hexdigest().encode()
    # As bytes: compare_digest throws at text that is not ASCII.
    return any(hmac.compare_digest(hex_digits.encode(), expected) for hex_digits in v1)


def parse_event(body):
    try:
        payload = json.loads(body)
        event = payload["event"]
        if isinstance(event, str) and event not in EVENTS:
            return event, {}  # what comes with an event of tomorrow is not known today
        data = payload["data"]
        return (event, data) if event in EVENTS and isinstance(data["id"], str) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None  # no JSON, no object, or too deep for Python: not one of Slotflow's events


def print_line(line):
    with output:
        print(json.dumps(line), flush=True)


def read_body():
    """The bytes as they came, or None for too many of them.

    The signature is over them: get_json() would leave only what they mean. Bytes over the limit
    are read all the same, and dropped: the server closes the connection with its answer, and what
    it had not read by then would reset the connection before the answer is seen.
    """
    body = flask.request.stream.read(MOST_BYTES + 1)
    if len(body) <= MOST_BYTES:
        return body
    while flask.request.stream.read(MOST_BYTES):
        pass
    return None


def reject(status):
    print_line({"verdict": "rejected", "event": None, "booking_id": None, "route": None})
    return "", status


@app.post("/webhooks/slotflow")
def handle():
    body = read_body()
    if body is None:
        return reject(413)
    if flask.request.mimetype != "application/json":
        return reject(415)
    header = flask.request.headers.get("X-Slotflow-Signature", "")
    authentic = is_authentic(header, body, time.time())
    received = parse_event(body) if authentic else None
    if received is None:
        return reject(400 if authentic else 401)
    # Slotflow waits 10 s, and takes slowness for failure: answer first, work later.
    received_events.put((*received, body))
    return "", 200


def work():
    seen = set()
    while True:
        event, data, body = received_events.get()
        if event not in EVENTS:
            print_line({"verdict": "ignored", "event": event, "booking_id": None, "route": None})
            continue
        metadata = data.get("metadata")
        source = metadata.get("source") if isinstance(metadata, dict) else None
        # A confirmation and a cancellation share the booking's id.
        key = (event, data["id"])
        line = {
            "verdict": "duplicate" if key in seen else "accepted",
            "event": event,
            "booking_id": data["id"],
            "route": ROUTES.get(source, "default") if isinstance(source, str) else "default",
            "metadata": metadata,
            "body_sha256": hashlib.sha256(body).hexdigest(),
        }
        seen.add(key)
        try:
            print_line(line)
        except RecursionError as error:
            print(error, file=sys.stderr)  # metadata too deep to be printed


def main():
    server = make_server("127.0.0.1", int(os.environ.get("PORT", "0")), app, threaded=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=work, daemon=True).start()
    print_line({"port": server.server_port})
    server.serve_forever()


if __name__ == "__main__":
    main()
