#!/usr/bin/python3
"""How `serve` answers under load: bookings, cancellations and lists at a fixed rate, with webhooks.

serve_bench.py BINARY [SECONDS] [RATE] [ENDPOINTS]   (default: 60 s, 500 a second, 20 endpoints)

Requests start by the clock, whether or not the ones before have been answered, on at most 64
connections; latency counts from the moment at which a request was due. Then it waits until all
events have arrived, and checks that each booking's are in order at each endpoint.
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

BINARY = os.path.abspath(sys.argv[1])
SECONDS, RATE, ENDPOINTS = (int(value) for value in
                            (sys.argv[2:] + ["60", "500", "20"][len(sys.argv) - 2:]))
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


class Connections:
    def __init__(self, port):
        self.port = port
        self.idle = asyncio.LifoQueue()
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


async def handler(arrived):
    """Endpoints that note the event and the booking by path."""
    async def serve(reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                            if line.lower().startswith(b"content-length"))
                body = await reader.readexactly(size)
                path = head.split(b" ", 2)[1]
                event = body[10:body.index(b'"', 10)]
                booking = body[body.index(b'"id":"') + 6:][:36]
                arrived[path, booking].append(event)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
                writer.close()
                return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
    return await asyncio.start_server(serve, "127.0.0.1", 0, backlog=4096)


async def main():
    arrived = collections.defaultdict(list)
    server = await handler(arrived)
    port = server.sockets[0].getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HOME": folder, "SLOTFLOW_HOOKS_STORE": folder + "/s.json"}
        serve, ready = start(environment, "serve", "--port", "0", "--json", "--no-limits")
        with open(folder + "/lines", "wb") as lines:
            sink = subprocess.Popen(["cat"], stdin=serve.stdout, stdout=lines)
            await measure(serve, ready["port"], port, arrived)
            serve.terminate()
            serve.wait()
            sink.wait()


async def measure(serve, api_port, handler_port, arrived):
    api = Connections(api_port)
    for number in range(ENDPOINTS):
        await api.call("POST", "/v1/webhooks",
                       {"url": f"http://127.0.0.1:{handler_port}/{number}",
                        "events": ["booking.confirmed", "booking.cancelled"]})
    _, human = await api.call("POST", "/v1/humans", {"name": "Ada", "timezone": "UTC"})
    await api.call("PUT", f"/v1/humans/{human['id']}/availability",
                   {"working_days": [1, 2, 3, 4, 5, 6, 7], "work_start": "00:00",
                    "work_end": "23:59", "meeting_durations": [5]})
    slots = itertools.count()
    booked, cancelled, latencies = collections.deque(), [], []
    statuses = collections.Counter()
    before = memory(serve)
    began = time.monotonic()

    async def one(number):
        due = began + number / RATE
        await asyncio.sleep(due - time.monotonic())
        if number % 4 == 3 and booked:
            booking = booked.popleft()
            status, _ = await api.call("DELETE", f"/v1/bookings/{booking}")
            cancelled.append(booking)
        elif number % 4 == 1:
            status, _ = await api.call("GET", "/v1/bookings?limit=20")
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
          f"{sum(map(len, arrived.values()))} of {events} events had arrived")
    until = time.monotonic() + PATIENCE
    while sum(map(len, arrived.values())) < events and time.monotonic() < until:
        await asyncio.sleep(0.1)
    print(f"all {sum(map(len, arrived.values()))} of {events} events after "
          f"{time.monotonic() - began:.1f} s; memory {memory(serve):.0f} MiB")
    both = [b"booking.confirmed", b"booking.cancelled"]
    wrong = [key for key, names in arrived.items() if names != both[:len(names)]]
    print(f"{len(wrong)} bookings out of order")


asyncio.run(main())
