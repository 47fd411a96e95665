"""The inspector of a child, as a script talks to it."""

import collections
import http.client
import json
import re
import time
import urllib.parse

from peers import LIMIT, Lines, ProgramTest

SECRET = "whsec_0123456789abcdefghijklmnopqrstuv"
WRONG = "whsec_wrongwrongwrongwrongwrongwrong12"

Reply = collections.namedtuple("Reply", "status headers body")


class Inspector:
    """The API at this URL. Every response is kept, so that a test can search all of them."""

    def __init__(self, url):
        self.url = url
        self.port = urllib.parse.urlsplit(url).port
        self.seen = []
        self.token = re.search(rb'<meta name="token" content="([^"]+)"',
                               self.ask("GET", "/").body)[1].decode()

    def ask(self, method, path, body=None, **headers):
        """A response whose body is bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        try:
            connection.request(method, path, body,
                               {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            reply = Reply(response.status, response.headers, response.read())
        finally:
            connection.close()
        self.seen.append(reply)
        return reply

    def get(self, path, status=200, **query):
        """The JSON of a response."""
        if query:
            path += "?" + urllib.parse.urlencode(query)
        reply = self.ask("GET", path)
        assert reply.status == status, reply
        return json.loads(reply.body)

    def post(self, path, status=200, **body):
        reply = self.ask("POST", path, json.dumps(body).encode(), X_Inspector_Token=self.token)
        assert reply.status == status, reply
        return json.loads(reply.body)

    def wait_for(self, count):
        """Waits until so many entries are there: a request is one when its response has ended."""
        deadline = time.monotonic() + LIMIT
        while self.get("/api/state")["total"] < count:
            assert time.monotonic() < deadline, self.get("/api/state")

    def ids(self, query=""):
        return [row["id"] for row in self.get("/api/entries", q=query)["entries"]]


class Events:
    """Follows the live events of an inspector."""

    def __init__(self, inspector, query="", last=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", inspector.port, timeout=LIMIT)
        headers = {"Last-Event-ID": last} if last else {}
        self.connection.request("GET", "/api/events?" + urllib.parse.urlencode({"q": query}),
                                headers=headers)
        self.response = self.connection.getresponse()
        self.status = self.response.status
        self.last = last

    def next(self, *names):
        """The name and the data of the next event that has one of these names."""
        fields = {}
        while True:
            line = self.response.readline().decode().rstrip("\n")
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                self.last = fields["id"]
                if not names or fields["event"] in names:
                    return fields["event"], json.loads(fields["data"])
                fields = {}
            else:
                raise AssertionError("the events ended")

    def close(self):
        self.response.close()
        self.connection.close()


class InspectorTest(ProgramTest):
    def listening(self, *args):
        """A listener and its inspector."""
        listener = self.listen("--ui", "0", "--secret", SECRET, *args)
        ready = json.loads(listener.out.wait_for('"listening"'))
        return listener, Inspector(ready["ui"])

    def follow(self, inspector, query="", last=None):
        """The live events, until the end of the test."""
        events = Events(inspector, query, last)
        self.addCleanup(events.close)
        return events

    def send(self, listener, *args, secret=SECRET):
        return self.fire("confirmed", "--to", f"http://127.0.0.1:{listener.port}/hook", "--secret",
                         secret, "--no-retry", *args)

    def deliveries(self, *args):
        """`deliveries ui`, and its inspector."""
        process = self.start("deliveries", "ui", "0", "--json", *args)
        out = Lines(process.stdout)
        return process, Inspector(json.loads(out.wait_for('"inspecting"'))["ui"])
