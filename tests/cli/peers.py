"""The built binary as the child of a test, and plain sockets as its peers."""

import collections
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

from support import is_sanitized, start_process, take_arguments

BINARY, = take_arguments(1)
LIMIT = 60  # seconds; only a hang reaches it
SANITIZED = is_sanitized(BINARY)


def event(booking="b1", **data):
    """The bytes of an event about this booking."""
    return json.dumps({"event": "booking.confirmed", "data": {"id": booking, **data}}).encode()


def post(body=b"{}", headers=b"", target=b"/", version=b"1.1"):
    """The bytes of a POST request; each line of `headers` ends in CRLF."""
    return (b"POST %s HTTP/%s\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n"
            % (target, version, headers, len(body))) + body


Answer = collections.namedtuple("Answer", "status reason headers body")


class Client:
    """One connection to a server, whose bytes a test writes and reads itself."""

    def __init__(self, port, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), timeout=LIMIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.unread = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, content):
        self.socket.sendall(content)

    def _more(self):
        part = self.socket.recv(65536)
        self.unread += part
        return bool(part)

    def answer(self):
        """The next response; None where the connection ends instead."""
        try:
            while b"\r\n\r\n" not in self.unread:
                if not self._more():
                    return None
            head, _, self.unread = self.unread.partition(b"\r\n\r\n")
            first, *lines = head.split(b"\r\n")
            _, status, reason = first.split(b" ", 2)
            headers = [tuple(line.split(b": ", 1)) for line in lines]
            size = int(dict(headers).get(b"Content-Length", b"0").split(b",")[0])
            while len(self.unread) < size:
                if not self._more():
                    return None
        except ConnectionError:
            return None
        body, self.unread = self.unread[:size], self.unread[size:]
        return Answer(int(status), reason, headers, body)

    def rest(self):
        """What still comes until the server ends the connection."""
        try:
            while self._more():
                pass
        except ConnectionError:
            pass
        rest, self.unread = self.unread, b""
        return rest


def ask(port, content):
    """The response to these bytes on a connection of their own."""
    with Client(port) as client:
        client.send(content)
        return client.answer()


class Lines:
    """Follows a stream of a child; nothing is lost, and the child never waits for its reader."""

    def __init__(self, stream):
        self.lines = []
        self.changed = threading.Condition()
        self.ended = False
        self.stream = stream
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        for line in self.stream:
            with self.changed:
                self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait_for(self, part, count=1):
        """The first line with this part, once there are so many of them."""
        def found():
            return [line for line in self.lines if part in line]
        with self.changed:
            self.changed.wait_for(lambda: len(found()) >= count or self.ended, LIMIT)
            if len(found()) < count:
                raise AssertionError(f"expected {part!r} {count} times, got {self.lines}")
            return found()[0]

    def all(self):
        """All lines, once the stream has ended."""
        self.thread.join(LIMIT)
        return list(self.lines)


Ended = collections.namedtuple("Ended", "code requests summary err")


class Listener:
    """`listen --json`, which listens already."""

    def __init__(self, process):
        self.process = process
        self.out = Lines(process.stdout)
        self.err = Lines(process.stderr)
        try:
            self.port = json.loads(self.out.wait_for('"listening"'))["port"]
        except AssertionError:
            raise AssertionError(self.err.all()) from None

    def wait(self):
        """Waits until it ends by itself."""
        code = self.process.wait(LIMIT)
        lines = [json.loads(line) for line in self.out.all()]
        return Ended(code, [line for line in lines if line["type"] == "request"], lines[-1],
                     self.err.all())

    def end(self):
        self.process.send_signal(signal.SIGINT)
        return self.wait()


class Endpoint:
    """A server on a free port; `behaviour(client)` runs on a thread for each connection.

    `requests` holds what has been read of each request with read().
    """

    def __init__(self, behaviour, host="127.0.0.1"):
        self.behaviour = behaviour
        self.requests = []
        self.open = []
        self.server = socket.create_server((host, 0), backlog=2048)
        self.port = self.server.getsockname()[1]
        self.url = f"http://{host}:{self.port}/"
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            self.open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            try:
                self.behaviour(connection)
            except OSError:
                pass

    def read(self, connection):
        """One request, its body by Content-Length."""
        content = b""
        while b"\r\n\r\n" not in content:
            part = connection.recv(65536)
            if not part:
                return content
            content += part
        head, _, body = content.partition(b"\r\n\r\n")
        size = next((int(line.split(b":")[1]) for line in head.split(b"\r\n")
                     if line.lower().startswith(b"content-length:")), 0)
        while len(body) < size:
            part = connection.recv(65536)
            if not part:
                break
            body += part
        self.requests.append(head + b"\r\n\r\n" + body)
        return self.requests[-1]

    def close(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for connection in self.open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.thread.join(LIMIT)


class Disk:
    """A disk of its own in `folder`, in memory, of so many KiB."""

    def __init__(self, test, folder, size):
        self.folder = folder
        self.filler = os.path.join(folder, "filler")
        os.mkdir(folder)
        try:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", folder],
                           capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            test.skipTest("a tmpfs cannot be mounted here")
        test.addCleanup(subprocess.run, ["umount", "-l", folder], check=True)

    def fill(self):
        with open(self.filler, "ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass

    def make_room(self):
        os.remove(self.filler)


class ProgramTest(unittest.TestCase):
    """Has a home of its own for the program, and ends what it starts."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="slotflow-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.environment = {"PATH": os.environ["PATH"], "HOME": self.folder,
                            "SLOTFLOW_HOOKS_STORE": self.path("store.json")}

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, *args, under=(), **options):
        """The program; `under` is a command that starts it, such as prlimit."""
        return start_process(self, [*under, BINARY, *args], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def small_disk(self, size):
        """A disk of so many KiB, in memory; skips the test where none can be made."""
        return Disk(self, self.path("disk"), size)

    def listen(self, *args, port=0, under=()):
        return Listener(self.start("listen", "--port", str(port), "--json", *args, under=under))

    def on_a_port(self, begin):
        """What `begin(port)` has started, the lines it prints, and the port on which it listens.

        It begins again if another program has taken the port meanwhile.
        """
        for _ in range(10):
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            process = begin(port)
            out = Lines(process.stdout)
            try:
                out.wait_for("Listening")
                return process, out, port
            except AssertionError:
                if process.wait(LIMIT) != 3:
                    raise
        raise AssertionError("no port stays free")

    def run_to_end(self, *args, under=()):
        """Exit code, standard output and standard error."""
        process = self.start(*args, under=under)
        out, err = process.communicate(timeout=LIMIT)
        return process.returncode, out.decode(), err.decode()

    def fire(self, *args, under=()):
        """Exit code, the JSON of the attempts, of the summary, and standard error."""
        code, out, err = self.run_to_end("fire", "--json", *args, under=under)
        lines = [json.loads(line) for line in out.splitlines()]
        return (code, [line for line in lines if line["type"] == "attempt"],
                next((line for line in lines if line["type"] == "summary"), None), err)

    def endpoint(self, behaviour):
        server = Endpoint(behaviour)
        self.addCleanup(server.close)
        return server

    def answering(self, content, hold=False):
        """An endpoint that answers each request with these bytes, and closes or stays."""
        def behave(connection):
            server.read(connection)
            connection.sendall(content)
            if hold:
                connection.recv(1)
        server = self.endpoint(behave)
        return server

    def attempt(self, content, hold=False, *args):
        """What fire says of an endpoint that answers so."""
        server = self.answering(content, hold)
        code, attempts, _, err = self.fire("confirmed", "--no-retry", "--to", server.url, *args)
        self.assertEqual(len(attempts), 1, err)
        return code, attempts[0]
