#!/usr/bin/env python3
"""A handler for Slotflow webhooks in Python alone, as Slotflow's guide describes one.

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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATH = "/webhooks/slotflow"
TOLERANCE_SECONDS = 300
MOST_BYTES = 1024 * 1024
EVENTS = ("booking.confirmed", "booking.cancelled")
ROUTES = {"ai_sdr": "sales", "ai_support": "support", "ai_recruiter": "recruiting"}

SECRET = os.environ["SLOTFLOW_WEBHOOK_SECRET"].encode()
lines = queue.SimpleQueue()
seen = set()
seen_lock = threading.Lock()


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
    # As bytes: compare_digest throws for text that is not ASCII. Without "replace", encode() throws
    # for the surrogates that aiohttp decodes invalid UTF-8 to.
    return any(hmac.compare_digest(hex_digits.encode(errors="replace"), expected)
               for hex_digits in v1)


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


def is_new(event, data):
    # A confirmation and a cancellation share the booking's id. (A real handler notes the pair in
    # its database, under a unique key.)
    key = (event, data["id"])
    with seen_lock:
        duplicate = key in seen
        seen.add(key)
    return not duplicate


def report(event, data, body):
    """What the work is, in this handler: a line on stdout."""
    if event not in EVENTS:
        return {"verdict": "ignored", "event": event, "booking_id": None, "route": None}
    metadata = data.get("metadata")
    source = metadata.get("source") if isinstance(metadata, dict) else None
    return {
        "verdict": "accepted" if is_new(event, data) else "duplicate",
        "event": event,
        "booking_id": data["id"],
        "route": ROUTES.get(source, "default") if isinstance(source, str) else "default",
        "metadata": metadata,
        "body_sha256": hashlib.sha256(body).hexdigest(),
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections open
    timeout = 60  # seconds that a connection may be idle, or a body be late

    def do_POST(self):
        if "Transfer-Encoding" in self.headers or "Content-Length" not in self.headers:
            return self.reject(411, close=True)
        length = self.headers["Content-Length"]
        if not re.fullmatch("[0-9]{1,12}", length):
            return self.reject(400, close=True)
        body = self.read_body(int(length))
        if self.path.partition("?")[0] != PATH:
            return self.reject(404)
        if body is None:
            return self.reject(413)
        if self.headers.get_content_type() != "application/json":
            return self.reject(415)
        header = self.headers.get("X-Slotflow-Signature", "")
        if not is_authentic(header, body, time.time()):
            return self.reject(401)
        received = parse_event(body)
        if received is None:
            return self.reject(400)
        # Slotflow waits 10 s, and takes slowness for failure: the work is left to another thread.
        lines.put(lambda: report(*received, body))
        return self.answer(200)

    def refuse_method(self):
        self.reject(405, close=True)

    do_GET = do_HEAD = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = refuse_method

    def read_body(self, length):
        """The bytes as they came, or None for too many of them.

        Those are read all the same, and dropped: left unread they would be taken for the next
        request, or reset the connection before the answer is seen.
        """
        if length <= MOST_BYTES:
            return self.rfile.read(length)
        while length > 0 and (piece := self.rfile.read(min(length, MOST_BYTES))):
            length -= len(piece)
        return None

    def reject(self, status, close=False):
        lines.put(
            lambda: {"verdict": "rejected", "event": None, "booking_id": None, "route": None}
        )
        self.answer(status, close)

    def answer(self, status, close=False):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status == 405:
            self.send_header("Allow", "POST")
        if close:
            self.send_header("Connection", "close")  # which http.server heeds, too
        self.end_headers()

    def log_message(self, *_):
        """Says nothing: there is a line on stdout for each request."""


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # the default of 5 makes the rest of a burst wait for seconds


def work():
    while True:
        job = lines.get()
        try:
            print(json.dumps(job()), flush=True)
        except RecursionError as error:
            print(error, file=sys.stderr)  # metadata too deep to be printed


def main():
    server = Server(("127.0.0.1", int(os.environ.get("PORT", "0"))), Handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(json.dumps({"port": server.server_port}), flush=True)
    threading.Thread(target=work, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
