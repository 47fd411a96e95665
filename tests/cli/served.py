"""`serve --json` as the child of a test, and calls of its API as SDKs make them."""

import collections
import datetime
import http.client
import json
import re
import signal
import threading

from peers import LIMIT, Lines, ProgramTest

Reply = collections.namedtuple("Reply", "status body type")
Sent = collections.namedtuple("Sent", "event booking signed_at payload")  # to a handler
Ended = collections.namedtuple("Ended", "code calls attempts summary err")
KEY = "sk_live_0123456789abcdefghij"


class Served:
    """A server that is ready."""

    def __init__(self, process):
        self.process = process
        self.out = Lines(process.stdout)
        self.err = Lines(process.stderr)
        try:
            self.ready = json.loads(self.out.wait_for('"serving"'))
        except AssertionError:
            raise AssertionError(self.err.all()) from None
        self.port = self.ready["port"]

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)

    def call(self, method, path, body=None, key=KEY, connection=None, **headers):
        """The reply to one call; a body that is not bytes is sent as JSON."""
        own = connection or self.connect()
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        try:
            own.request(method, path, body, headers)
            response = own.getresponse()
            content = response.read()
            return Reply(response.status, json.loads(content) if content else None,
                         response.getheader("Content-Type"))
        finally:
            if connection is None:
                own.close()

    def wait(self):
        """Waits until it ends by itself."""
        code = self.process.wait(LIMIT)
        lines = [json.loads(line) for line in self.out.all()]
        return Ended(code, [line for line in lines if line["type"] == "request"],
                     [line for line in lines if line["type"] == "attempt"], lines[-1],
                     self.err.all())

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.wait()


class ServeTest(ProgramTest):
    def setUp(self):
        super().setUp()
        # What a server leaves that a test has to kill goes with the folder.
        self.environment["TMPDIR"] = self.folder

    def serve(self, *args, **options):
        return Served(self.start("serve", "--port", "0", "--json", *args, **options))

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def create(self, server, url="http://localhost:3000/hook", events=("booking.confirmed",),
               **options):
        return server.call("POST", "/v1/webhooks", {"url": url, "events": list(events)},
                           **options)


class Handler:
    """A webhook handler that notes the events and answers as it is told.

    `statuses` are those of the next answers; when there are none left, it is 200. `accepts` can be
    cleared to let requests wait.
    """

    def __init__(self, test):
        self.changed = threading.Condition()
        self.statuses = []
        self.sent = []
        self.accepts = threading.Event()
        self.accepts.set()
        self.endpoint = test.endpoint(self._answer)
        self.url = self.endpoint.url

    def _answer(self, connection):
        request = self.endpoint.read(connection)
        head, _, body = request.partition(b"\r\n\r\n")
        if not body:
            return  # it was killed while it sent
        payload = json.loads(body)
        signature = re.search(rb"X-Slotflow-Signature: t=(\d+),v1=[0-9a-f]{64}\r\n", head)
        with self.changed:
            status = self.statuses.pop(0) if self.statuses else 200
            self.sent.append(Sent(payload["event"], payload["data"]["id"], int(signature[1]),
                                  payload))
            self.changed.notify_all()
        self.accepts.wait(LIMIT)
        connection.sendall(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                           % status)

    def wait_for(self, count):
        with self.changed:
            came = self.changed.wait_for(lambda: len(self.sent) >= count, LIMIT)
            assert came, f"expected {count} requests, got {self.sent}"
            return list(self.sent)


class Office:
    """The calls that book a human who works at any time."""

    def __init__(self, server):
        self.server = server

    def ok(self, method, path, body=None, status=200):
        reply = self.server.call(method, path, body)
        assert (reply.status, reply.type) == (status, "application/json"), reply
        return reply.body

    def webhook(self, url, events=("booking.confirmed", "booking.cancelled")):
        return self.ok("POST", "/v1/webhooks", {"url": url, "events": list(events)}, 201)

    def human(self):
        human = self.ok("POST", "/v1/humans", {"name": "Ada", "timezone": "UTC"}, 201)
        self.ok("PUT", f"/v1/humans/{human['id']}/availability",
                {"working_days": [1, 2, 3, 4, 5, 6, 7], "work_start": "00:00",
                 "work_end": "23:59", "meeting_durations": [30]})
        return human["id"]

    def book(self, human, slot=0, **fields):
        start = datetime.datetime(2026, 3, 16) + slot * datetime.timedelta(hours=1)
        return self.ok("POST", "/v1/bookings",
                       {"human_id": human, "starts_at": start.isoformat() + "Z", "duration": 30,
                        "attendee_name": "Sam", **fields}, 201)

    def cancel(self, booking):
        return self.ok("DELETE", f"/v1/bookings/{booking['id']}")

    def clock(self, **change):
        return self.ok("POST" if change else "GET", "/_emulator/clock", change or None)
