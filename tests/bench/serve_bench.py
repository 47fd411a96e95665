#!/usr/bin/python3
"""How `serve` answers under load: bookings, cancellations and lists at a fixed rate, with webhooks.

serve_bench.py BINARY [SECONDS] [RATE] [ENDPOINTS] [CHANGES]
                                (default: 60 s, 500 a second, 20 endpoints, 2000 changes)

CHANGES of the requests, evenly spread, book and cancel in turn; the others list bookings and slots.

Requests start by the clock, whether or not the ones before have been answered, on at most 64
connections; latency counts from the moment at which a request was due. Then it waits until all
events have arrived, and tells whether each booking's were in order at each endpoint.
"""

import asyncio
import collections
import datetime
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
BINARY = os.path.abspath(sys.argv[1])
SECONDS, RATE, ENDPOINTS, CHANGES = (
    int(value) for value in sys.argv[2:] + ["60", "500", "20", "2000"][len(sys.argv) - 2:])
CONNECTIONS = 64
PATIENCE = 600  # seconds, for the events
START = datetime.datetime(2026, 3, 16)


def start(environment, *args):
    process = subprocess.Popen([BINARY, *args], env=environment, stdout=subprocess.PIPE)
    return process, json.loads(process.stdout.readline())


def memory(process):
    """Resident memory in MiB."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024


def cpu(process):
    """Seconds of CPU so far."""
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Connections:
    def __init__(self, port):
        self.port = port
        self.idle = asyncio.Queue()  # a server closes connections that idle for long
        for _ in range(CONNECTIONS):
            self.idle.put_nowait(None)

    async def call(self, method, path, body=None):
        connection = await self.idle.get() or await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = connection
        content = b"" if body is None else json.dumps(body).encode()
        writer.write((f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
                      "Authorization: Bearer sk_live_bench\r\nContent-Type: application/json\r\n"
                      f"Content-Length: {len(content)}\r\n\r\n").encode() + content)
        head = await reader.readuntil(b"\r\n\r\n")
        size = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length"))
        answer = json.loads(await reader.readexactly(size))
        self.idle.put_nowait(connection)
        return int(head.split(b" ")[1]), answer


class Handler:
    """serve_handler.cpp, in a process of its own."""

    def __init__(self, folder):
        program = f"{folder}/serve_handler"
        subprocess.run(["c++", "-std=c++20", "-O2", "-o", program, HERE / "serve_handler.cpp"],
                       check=True)
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())

    def counts(self):
        """The events that came, and how many of them were out of order."""
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()
        return [int(number) for number in self.process.stdout.readline().split()]


async def main():
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HOME": folder, "SLOTFLOW_HOOKS_STORE": folder + "/s.json"}
        handler = Handler(folder)
        serve, ready = start(environment, "serve", "--port", "0", "--json", "--no-limits")
        with open(folder + "/lines", "wb") as lines:
            sink = subprocess.Popen(["cat"], stdin=serve.stdout, stdout=lines)
            try:
                await measure(serve, ready["port"], handler)
            finally:
                serve.terminate()
                serve.wait()
                sink.wait()


async def measure(serve, api_port, handler):
    api = Connections(api_port)
    for number in range(ENDPOINTS):
        await api.call("POST", "/v1/webhooks",
                       {"url": f"http://127.0.0.1:{handler.port}/{number}",
                        "events": ["booking.confirmed", "booking.cancelled"]})
    _, human = await api.call("POST", "/v1/humans", {"name": "Ada", "timezone": "UTC"})
    await api.call("PUT", f"/v1/humans/{human['id']}/availability",
                   {"working_days": [1, 2, 3, 4, 5, 6, 7], "work_start": "00:00",
                    "work_end": "23:59", "meeting_durations": [5]})
    lists = ["/v1/bookings?limit=20", f"/v1/humans/{human['id']}/slots?duration=5"
             f"&date_from={START.date()}&date_to={START.date()}", "/v1/humans", "/v1/webhooks"]
    slots = itertools.count()
    booked, cancelled, latencies = collections.deque(), [], []
    statuses = collections.Counter()
    before = memory(serve)
    began = time.monotonic() + 2  # the tasks take a while to make

    async def one(number):
        due = began + number / RATE
        await asyncio.sleep(due - time.monotonic())
        change = number * CHANGES // (SECONDS * RATE)
        if change == (number - 1) * CHANGES // (SECONDS * RATE) and number > 0:
            status, _ = await api.call("GET", lists[number % len(lists)])
        elif change % 2 == 1 and booked:
            booking = booked.popleft()
            status, _ = await api.call("DELETE", f"/v1/bookings/{booking}")
            cancelled.append(booking)
        else:
            slot = next(slots)
            at = START + datetime.timedelta(days=slot // 200, minutes=slot % 200 * 5)
            status, answer = await api.call("POST", "/v1/bookings", {
                "human_id": human["id"], "starts_at": at.isoformat() + "Z", "duration": 5,
                "attendee_name": "Sam"})
            if status == 201:
                booked.append(answer["id"])
        statuses[status] += 1
        latencies.append(time.monotonic() - due)

    await asyncio.gather(*(one(number) for number in range(SECONDS * RATE)))
    took = time.monotonic() - began
    latencies.sort()
    events = (len(booked) + 2 * len(cancelled)) * ENDPOINTS
    print(f"{len(latencies)} requests in {took:.1f} s, {dict(statuses)}; latency p50 "
          f"{latencies[len(latencies) // 2] * 1000:.1f} ms, p99 "
          f"{latencies[len(latencies) * 99 // 100] * 1000:.1f} ms, max {latencies[-1] * 1000:.0f} ms")
    print(f"memory {before:.0f} MiB before, {memory(serve):.0f} MiB after; "
          f"{handler.counts()[0]} of {events} events had arrived; "
          f"serve took {cpu(serve):.1f} s of CPU")
    until = time.monotonic() + PATIENCE
    while handler.counts()[0] < events and time.monotonic() < until:
        await asyncio.sleep(0.1)
    came, misplaced = handler.counts()
    print(f"{came} of {events} events after {time.monotonic() - began:.1f} s, {misplaced} out of "
          f"order; memory {memory(serve):.0f} MiB")


asyncio.run(main())
