"""What viewers of the inspector cost `listen`, as ratios in one run on one machine.

Usage: inspector_bench.py BINARY [ROUNDS]

Requests a second: 16 connections send a signed body for 3 seconds to `listen` without an inspector,
with one that nobody looks at, with one viewer that reads, with one that has stopped reading, and
with nine that have stopped and one that reads. All in turns, ROUNDS (5) times; medians are printed, and the ratio to the
inspector that nobody looks at. The client is this script, so that
rates are those of both.

Then the time in which the first page of 20,000 entries is answered, and a search in all of them.

Bounded: some two minutes, loopback only.
"""

import hashlib
import hmac
import json
import os
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

BINARY = os.path.abspath(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
SECRET = "whsec_bench"
SECONDS = 3
CONNECTIONS = 16
BODY = json.dumps({"event": "booking.confirmed", "created_at": "2026-03-10T14:05:00.000Z",
                   "data": {"id": "b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b", "status": "confirmed",
                            "metadata": {"source": "x" * 200}}}).encode()


class Listener:
    def __init__(self, folder, *args):
        environment = dict(os.environ, HOME=folder, SLOTFLOW_HOOKS_STORE=folder + "/store.json")
        self.process = subprocess.Popen(
            [BINARY, "listen", "--port", "0", "--secret", SECRET, "--json", *args],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        ready = json.loads(self.process.stdout.readline())
        self.port, self.ui = ready["port"], ready["ui"]
        self.sink = subprocess.Popen(["cat"], stdin=self.process.stdout, stdout=subprocess.DEVNULL)

    def end(self):
        self.process.terminate()
        self.process.wait(20)
        self.sink.wait(20)


def request():
    t = str(int(time.time()))
    v1 = hmac.new(SECRET.encode(), t.encode() + b"." + BODY, hashlib.sha256).hexdigest()
    return (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"X-Slotflow-Signature: t=%s,v1=%s\r\nContent-Length: %d\r\n\r\n"
            % (t.encode(), v1.encode(), len(BODY))) + BODY


def rate(port, seconds=SECONDS, at_most=None):
    """Requests a second: each connection sends the next one when it has its response."""
    content = request()
    selector = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(content)
        selector.register(connection, selectors.EVENT_READ)
    answered, began = 0, time.monotonic()
    while time.monotonic() - began < seconds and answered != at_most:
        for key, _ in selector.select(1):
            if not key.fileobj.recv(65536):
                raise SystemExit("a connection was closed")
            answered += 1
            key.fileobj.sendall(content)
    took = time.monotonic() - began
    for key in list(selector.get_map().values()):
        key.fileobj.close()
    return answered / took


def viewer(ui, reads):
    host, port = ui.split("//")[1].rstrip("/").rsplit(":", 1)
    if reads:
        return subprocess.Popen(["curl", "-sN", ui + "api/events"], stdout=subprocess.DEVNULL)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((host, int(port)))
    connection.sendall(b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return connection


def measure(folder, ui, reading, stuck):
    listener = Listener(folder, *(["--ui", "0"] if ui else []))
    readers = [viewer(listener.ui, True) for _ in range(reading)]
    sleepers = [viewer(listener.ui, False) for _ in range(stuck)]
    result = rate(listener.port)
    for reader in readers:
        reader.terminate()
        reader.wait(10)
    for sleeper in sleepers:
        sleeper.close()
    listener.end()
    return result


CASES = {"no inspector": (False, 0, 0), "nobody looks": (True, 0, 0), "1 viewer": (True, 1, 0),
         "1 stuck viewer": (True, 0, 1),
         "9 stuck viewers, 1 viewer": (True, 1, 9)}


def main():
    if not shutil.which("curl"):
        raise SystemExit("curl is needed")
    folder = tempfile.mkdtemp(prefix="slotflow-bench-")
    try:
        rates = {name: [] for name in CASES}
        for _ in range(ROUNDS):
            for name, case in CASES.items():
                rates[name].append(measure(folder, *case))
        base = statistics.median(rates["nobody looks"])
        for name, each in rates.items():
            median = statistics.median(each)
            print(f"{name:28} {median:8.0f} requests/s  {median / base:5.2f}")
        listener = Listener(folder, "--ui", "0")
        rate(listener.port, 60, 20_000)
        for path in ("api/entries?limit=100", "api/entries?limit=20000",
                     "api/entries?q=nothing-has-this"):
            began = time.monotonic()
            with urllib.request.urlopen(listener.ui + path) as response:
                size = len(response.read())
            print(f"{path:34} {(time.monotonic() - began) * 1000:6.0f} ms  {size} bytes")
        listener.end()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
