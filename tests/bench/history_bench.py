"""How long the history takes: a large one to read, and what keeping it costs fire.

Usage: history_bench.py BINARY [DELIVERIES] [ROUNDS]

Makes a history of DELIVERIES (1,000,000) with four attempts each, by inserting rows into a database
that fire has made (history_sql.cpp), and prints the median of ROUNDS (5) runs of each command, with
the most memory that one took. The issue that asked for it wants: list 100 ms and 50 MiB, each filter
300 ms, show 50 ms, stats 3 s. Then it fires at a listener of its own, with and without --no-history in turns,
and prints when the first byte arrives: at most 15 ms later on the median of 30.

The history is made in a temporary folder, or in the folder SLOTFLOW_BENCH_HISTORY, where it stays
for the next run. A C++ compiler and SQLite are needed for that. About 3 GiB of disk.
"""

import contextlib
import os
import pathlib
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

BINARY = os.path.abspath(sys.argv[1])
DELIVERIES = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 5
PAIRS = 30
HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent / "src"
HEAD = "POST /hook HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nContent-Type: application/json\r\n\r\n"
PLAN = ('{"retry_delays_ms":[300000,3600000],"speed":300.0,"timeout_ms":10000,'
        '"signed_by":"nobody","skew_ms":0,"tamper":"none","headers":[],"withheld":[],'
        '"expected":[],"insecure":false,"cacert":"","label":"","after_previous":false}')


def run(folder, *args):
    """The milliseconds, those of the processors and the MiB that the command takes."""
    begin = time.perf_counter()
    process = subprocess.Popen([BINARY, *args], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL,
                               env={"HOME": folder, "SLOTFLOW_HOOKS_STORE": f"{folder}/store.json"})
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    milliseconds = (time.perf_counter() - begin) * 1000
    return milliseconds, (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024


def fill(folder):
    """Deliveries of which every tenth failed, to 50 endpoints."""
    run(folder, "fire", "confirmed", "127.0.0.1:1", "--no-retry")
    with tempfile.TemporaryDirectory(prefix="slotflow-bench-") as built:
        program = f"{built}/history_sql"
        subprocess.run([os.environ.get("CXX", "c++"), "-std=c++20", "-O2", "-I" + str(SOURCE),
                        HERE / "history_sql.cpp", SOURCE / "store/row_sum.cpp", "-lsqlite3",
                        "-o", program], check=True)
        begin = int(time.time() * 1000) - DELIVERIES
        # The first half of an id has no order, as that of a random UUID.
        subprocess.run([program, f"{folder}/store.db"], check=True, text=True, input=f"""
            PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;
            DELETE FROM exchange; DELETE FROM attempt; DELETE FROM delivery; DELETE FROM event;
            CREATE TEMP TABLE numbers AS
              WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one LIMIT {DELIVERIES})
              SELECT n FROM one;
            CREATE TEMP TABLE attempts AS SELECT column1 AS i FROM (VALUES (1), (2), (3), (4));
            BEGIN;
            INSERT INTO event (id, name, booking_id, payload, created_at)
              SELECT n, 'booking.confirmed', 'b' || n,
                CAST('{{"event":"booking.confirmed"}}' AS BLOB), {begin} + n FROM numbers;
            INSERT INTO delivery (seq, id, event_id, event, booking_id, url, lane, source, plan,
                created_at, state, attempts, last_status, last_error, slowest_us)
              SELECT n, format('%08x-1234-4234-8234-%012x', n * 2654435769 & 0xffffffff, n), n,
                'booking.confirmed', 'b' || n, 'http://127.0.0.1:3000/' || (n % 50), n, 'fire',
                '{PLAN}', {begin} + n, iif(n % 10 = 0, 'failed', 'delivered'), 4,
                iif(n % 20 = 0, NULL, 200 + n % 10 / 9), iif(n % 20 = 0, 'timeout', NULL),
                1000 + n % 5000 FROM numbers;
            INSERT INTO attempt (delivery, number, trigger, at, duration_us, address, status, error,
                detail, stage, cause, outcome, signed_at, sent)
              SELECT n, i, 'schedule', {begin} + n, 1000 + (n + i) % 5000, '127.0.0.1:3000',
                iif(i = 1, NULL, 500), iif(i = 1, 'timeout', NULL), NULL, iif(i = 1, 'head', NULL),
                iif(i = 1, 'unknown', NULL), 'retrying', 1, 500 FROM numbers, attempts;
            INSERT INTO exchange (delivery, number, request_head, response_cut)
              SELECT n, i, CAST('{HEAD}' AS BLOB), 0 FROM numbers, attempts;
            COMMIT;
            PRAGMA wal_checkpoint(TRUNCATE);
        """)


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


@contextlib.contextmanager
def filled_folder():
    """A folder with a history; one that is kept is filled once."""
    kept = os.environ.get("SLOTFLOW_BENCH_HISTORY")
    if kept:
        if not os.path.exists(f"{kept}/store.db"):
            os.makedirs(kept, exist_ok=True)
            fill(kept)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="slotflow-bench-") as folder:
        fill(folder)
        yield folder


def id_in_the_middle(folder):
    database = sqlite3.connect(f"file:{folder}/store.db?mode=ro", uri=True)
    try:
        return database.execute("SELECT id FROM delivery WHERE seq = ?",
                                (DELIVERIES // 2,)).fetchone()[0]
    finally:
        database.close()


def main():
    with filled_folder() as folder:
        one = id_in_the_middle(folder)
        print(f"{DELIVERIES} deliveries, {os.path.getsize(folder + '/store.db') >> 20} MiB")
        print(f"{'':40}{'ms':>10}{'CPU ms':>10}{'MiB':>10}")
        for args in ([], ["--failed"], ["--recovered"], ["--pending"], ["--event", "cancelled"],
                     ["--to", "127.0.0.1:3000/7"], ["--booking", "b77"], ["--status", "5xx"],
                     ["--status", "201"], ["--error", "timeout"], ["--error", "dns"],
                     ["--slower", "5900ms"], ["--since", "1s"], ["--until", "2000-01-01T00:00Z"],
                     ["--failed", "--to", "127.0.0.1:3000/7", "--since", "1h"],
                     ["show", one], ["stats"], ["stats", "--failed"]):
            results = [run(folder, "deliveries", *args) for _ in range(ROUNDS)]
            ms, cpu, mib = zip(*results)
            print(f"{' '.join(args) or 'list':40}{statistics.median(ms):10.1f}"
                  f"{statistics.median(cpu):10.1f}{max(mib):10.1f}")
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
