"""How long the history takes: a large one to read, and what keeping it costs fire.

Usage: history_bench.py BINARY [DELIVERIES] [ROUNDS]

Makes a history of DELIVERIES (1,000,000) with four attempts each, by inserting rows into a database
that fire has made, and prints the median of ROUNDS (5) runs of each command, with the most memory
that one took. The issue that asked for it wants: list 100 ms and 50 MiB, each filter 300 ms, show
50 ms, stats 3 s. Then it fires at a listener of its own, with and without --no-history in turns,
and prints when the first byte arrives: at most 15 ms later on the median of 30.

Bounded: ten minutes, and about 2 GiB of disk in a temporary folder.
"""

import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid

sys.path.append(str(pathlib.Path(__file__).parent.parent / "cli"))
from history_sum import writable  # noqa: E402

BINARY = os.path.abspath(sys.argv[1])
DELIVERIES = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 5
PAIRS = 30
HEAD = b"POST /hook HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nContent-Type: application/json\r\n\r\n"


def run(folder, *args):
    """The milliseconds and the MiB that the command takes."""
    begin = time.perf_counter()
    process = subprocess.Popen([BINARY, *args], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL,
                               env={"HOME": folder, "SLOTFLOW_HOOKS_STORE": f"{folder}/store.json"})
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return (time.perf_counter() - begin) * 1000, usage.ru_maxrss / 1024


def fill(path):
    """Deliveries of which every tenth failed, to 50 endpoints."""
    database = writable(path)
    database.executescript("PRAGMA synchronous = OFF; DELETE FROM exchange; DELETE FROM attempt; "
                           "DELETE FROM delivery; DELETE FROM event;")
    begin = int(time.time() * 1000) - DELIVERIES
    plan = database_plan()
    for first in range(1, DELIVERIES + 1, 10_000):
        numbers = range(first, min(first + 10_000, DELIVERIES + 1))
        database.executemany(
            "INSERT INTO event VALUES (?, 'booking.confirmed', ?, ?, ?)",
            ((n, f"b{n}", b'{"event":"booking.confirmed"}', begin + n) for n in numbers))
        database.executemany(
            "INSERT INTO delivery (seq, id, event_id, event, booking_id, url, lane, source, plan, "
            "created_at, state, attempts, last_status, last_error, slowest_us) VALUES "
            "(?, ?, ?, 'booking.confirmed', ?, ?, ?, 'fire', ?, ?, ?, 4, ?, ?, ?)",
            ((n, str(uuid.UUID(int=n * 0x9e3779b97f4a7c15 % 2**128)), n, f"b{n}",
              f"http://127.0.0.1:3000/{n % 50}", n, plan, begin + n,
              "failed" if n % 10 == 0 else "delivered", None if n % 20 == 0 else 200 + n % 10 // 9,
              "timeout" if n % 20 == 0 else None, 1000 + n % 5000) for n in numbers))
        database.executemany(
            "INSERT INTO attempt VALUES (?, ?, 'schedule', ?, ?, '127.0.0.1:3000', ?, ?, NULL, "
            "?, ?, 'retrying', 1, 500)",
            ((n, i, begin + n, 1000 + (n + i) % 5000, None if i == 1 else 500,
              "timeout" if i == 1 else None, "head" if i == 1 else None,
              "unknown" if i == 1 else None) for n in numbers for i in range(1, 5)))
        database.executemany(
            "INSERT INTO exchange (delivery, number, request_head, response_head, response_body, "
            "response_cut) VALUES (?, ?, ?, NULL, NULL, 0)",
            ((n, i, HEAD) for n in numbers for i in range(1, 5)))
        database.commit()
    ids = [row[0] for row in database.execute(
        "SELECT id FROM delivery WHERE seq = ?", (DELIVERIES // 2,))]
    database.close()
    return ids[0]


def database_plan():
    return ('{"retry_delays_ms":[300000,3600000],"speed":300.0,"timeout_ms":10000,'
            '"signed_by":"nobody","skew_ms":0,"tamper":"none","headers":[],"withheld":[],'
            '"expected":[],"insecure":false,"cacert":"","label":"","after_previous":false}')


class FirstByte:
    """Listens, and says how long after `begin` the first byte arrives."""

    def __init__(self):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.arrived = None

    def wait(self):
        connection, _ = self.listening.accept()
        with connection:
            connection.recv(1)
            self.arrived = time.perf_counter()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def first_byte(folder, server, *args):
    thread = threading.Thread(target=server.wait)
    thread.start()
    begin = time.perf_counter()
    run(folder, "fire", "confirmed", f"127.0.0.1:{server.port}", "--no-retry", *args)
    thread.join()
    return (server.arrived - begin) * 1000


def main():
    with tempfile.TemporaryDirectory(prefix="slotflow-bench-") as folder:
        run(folder, "fire", "confirmed", "127.0.0.1:1", "--no-retry")
        one = fill(f"{folder}/store.db")
        print(f"{DELIVERIES} deliveries, {os.path.getsize(folder + '/store.db') >> 20} MiB")
        print(f"{'':34}{'ms':>10}{'MiB':>10}")
        for args in ([], ["--failed"], ["--recovered"], ["--pending"], ["--event", "cancelled"],
                     ["--to", "127.0.0.1:3000/7"], ["--booking", "b77"], ["--status", "5xx"],
                     ["--status", "201"], ["--error", "timeout"], ["--error", "dns"],
                     ["--slower", "5900ms"], ["--since", "1s"], ["--until", "2000-01-01T00:00Z"],
                     ["--failed", "--to", "127.0.0.1:3000/7", "--since", "1h"],
                     ["show", one], ["stats"]):
            results = [run(folder, "deliveries", *args) for _ in range(ROUNDS)]
            print(f"{' '.join(args) or 'list':34}{statistics.median(ms for ms, _ in results):10.1f}"
                  f"{max(mib for _, mib in results):10.1f}")
    with tempfile.TemporaryDirectory(prefix="slotflow-bench-") as folder:
        server = FirstByte()
        kept, not_kept = [], []
        for i in range(PAIRS + 1):
            a = first_byte(folder, server)
            b = first_byte(folder, server, "--no-history")
            if i > 0:  # the first one makes the file
                kept.append(a)
                not_kept.append(b)
        print(f"first byte: {statistics.median(kept):.1f} ms, without history "
              f"{statistics.median(not_kept):.1f} ms")


main()
