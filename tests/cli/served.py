"""`serve --json` as the child of a test, and calls of its API as SDKs make them."""

import collections
import http.client
import json
import signal

from peers import LIMIT, Lines, ProgramTest

Reply = collections.namedtuple("Reply", "status body type")
Ended = collections.namedtuple("Ended", "code calls summary err")
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
        return Ended(code, [line for line in lines if line["type"] == "request"], lines[-1],
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
