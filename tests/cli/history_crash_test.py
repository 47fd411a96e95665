#!/usr/bin/python3
"""The history after `fire` and `deliveries resume` were killed at random moments, and as a power
cut would leave it: nothing is lost, and no attempt but one that was under way is repeated.

history_crash_test.py BINARY [-k NAME]

SLOTFLOW_CRASH_SEED repeats the moments of a run, as far as the machine allows; SLOTFLOW_CRASH_KILLS
is the number of kills.
"""

import collections
import os
import random
import shutil
import signal
import socket
import sqlite3
import threading
import time

from histories import HistoryTest
from peers import LIMIT
from support import run_tests

SEED = int(os.environ.get("SLOTFLOW_CRASH_SEED") or random.SystemRandom().randrange(1 << 32))
KILLS = int(os.environ.get("SLOTFLOW_CRASH_KILLS") or 40)
OF_ONE_HISTORY = 40  # kills: each is followed by a look at all of it
ENDPOINTS = 20
ATTEMPTS = 4
RETRIES = ["--retry-delays", "1s,2s,3s", "--speed", "1000"]  # the delays are 1, 2 and 3 ms
ENDED = ("delivered", "failed")


class Endpoints:
    """A server whose paths are the endpoints; it notes what arrives, and what it answers.

    `statuses[path]` are the statuses of the answers to this path, in the order of the requests.
    """

    def __init__(self, test, rng):
        self.rng = rng
        self.changed = threading.Condition()
        self.statuses = collections.defaultdict(list)
        self.arrived = 0
        self.ended = 0  # connections
        self.server = test.endpoint(self._behave)
        self.url = self.server.url

    def _behave(self, connection):
        try:
            self._answer(connection)
        finally:
            with self.changed:
                self.ended += 1
                self.changed.notify_all()

    def _answer(self, connection):
        request = self.server.read(connection)
        if b"\r\n\r\n" not in request:
            return  # killed while it sent
        path = request.split(b" ")[1].decode()
        with self.changed:
            status = self.rng.choice((200, 500, 500, 500, 500))
            self.statuses[path].append(status)
            self.arrived += 1
            self.changed.notify_all()
        connection.sendall(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                           % status)

    def wait_for(self, count, process):
        """Waits for so many requests, or until there can be no more."""
        with self.changed:
            while self.arrived < count and process.poll() is None:
                self.changed.wait(0.01)

    def settle(self):
        """Waits until all has arrived that was sent by processes that have ended."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=LIMIT) as last:
            last.shutdown(socket.SHUT_WR)
            last.recv(1)  # it is accepted, and so are all before it
        with self.changed:
            self.changed.wait_for(lambda: self.ended == len(self.server.open), LIMIT)

    def forget(self):
        with self.changed:
            self.statuses.clear()

    def seen(self):
        with self.changed:
            return {path: list(statuses) for path, statuses in self.statuses.items()}


class Crashes(HistoryTest):
    def setUp(self):
        super().setUp()
        self.rng = random.Random(SEED)
        self.endpoints = Endpoints(self, random.Random(SEED + 1))
        self.started = []  # the paths to which each `fire` delivers
        self.lost = collections.Counter()  # attempts of each path that were under way at a kill

    def fire_at(self, paths):
        self.started.append(paths)
        targets = [word for path in paths for word in ("--to", self.endpoints.url[:-1] + path)]
        return self.start("fire", "confirmed", "--timeout", "1h", "--json", "-q", *RETRIES,
                          *targets)

    def resume(self, *args):
        return self.start("deliveries", "resume", "--json", "-q", *args)

    def wait_for_a_moment(self, process, before):
        """Returns some time after something that shows how far it is; `before` requests are old."""
        kind = self.rng.choice(("start", "request", "request", "result"))
        count = self.rng.randint(1, 3 * len(self.started[-1]))  # most fail as often, or more
        if kind == "request":
            self.endpoints.wait_for(before + count, process)
        elif kind == "result":
            for _ in range(count):
                if not process.stdout.readline():
                    break
        else:
            time.sleep(self.rng.uniform(0, 0.03))
        time.sleep(self.rng.choice((0, 0, self.rng.uniform(0, 0.004))))

    def rows(self, folder):
        """What the history in this folder has, by path; it must be whole."""
        file = os.path.join(folder, "store.db")
        if not os.path.exists(file):
            return {}
        database = sqlite3.connect(file, timeout=LIMIT)
        try:
            if database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
                return {}  # killed while it was made
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            self.assertEqual(database.execute("PRAGMA foreign_key_check").fetchall(), [])
            attempts = collections.defaultdict(list)
            for seq, *attempt in database.execute(
                    "SELECT delivery, number, status, outcome FROM attempt JOIN exchange USING "
                    "(delivery, number) ORDER BY delivery, number"):
                attempts[seq].append(attempt)
            deliveries = {}
            for seq, url, state, count, last, due, payload in database.execute(
                    "SELECT seq, url, state, attempts, last_status, next_attempt_at, payload "
                    "FROM delivery JOIN event ON event.id = event_id"):
                made = attempts[seq]
                self.assertEqual([one[0] for one in made], list(range(1, count + 1)), url)
                self.assertEqual(last, made[-1][1] if made else None, url)
                self.assertEqual(due is None, state in ENDED, url)
                self.assertIn(b'"booking.confirmed"', payload)
                path = "/" + url.split("/", 3)[3]
                self.assertNotIn(path, deliveries)
                deliveries[path] = (state, made)
            self.assertEqual(database.execute("SELECT count(*) FROM attempt").fetchone(),
                             (sum(len(made) for _, made in deliveries.values()),))
            return deliveries
        finally:
            database.close()

    def check_history(self, folder, seen, killed=1):
        """The history in this folder knows of all requests that had been `seen`.

        `killed`: how many attempts of each delivery may have been under way since the last check.
        """
        kept = self.rows(folder)
        for paths in self.started:  # all deliveries of an event are there, or none
            self.assertIn(sum(path in kept for path in paths), (0, len(paths)))
        for path in seen:
            self.assertIn(path, kept, "a request arrived, and its delivery is not kept")
        now = self.endpoints.seen()
        for path, (state, made) in kept.items():
            got = [status for _, status, _ in made]
            # An attempt that is kept was made, and one that was followed by another is kept.
            answers = iter(now.get(path, []))
            self.assertTrue(all(status in answers for status in got), (path, got, now.get(path)))
            self.assertLessEqual(len(seen.get(path, [])) - len(got), self.lost[path] + killed,
                                 (path, got, now.get(path)))
            outcome = made[-1][2] if made else "retrying"
            self.assertEqual(state, "pending" if outcome == "retrying" else outcome, path)
            self.assertEqual(outcome in ENDED, 200 in got or len(got) == ATTEMPTS, path)
        return kept

    def check_killed(self, killed=1):
        """Nothing was lost of the history itself; all processes have ended."""
        self.endpoints.settle()
        seen = self.endpoints.seen()
        kept = self.check_history(self.folder, seen, killed)
        for path, (_, made) in kept.items():
            self.lost[path] = len(seen.get(path, [])) - len(made)
        return kept

    def check_resumed(self):
        """No delivery is pending any more, and no attempt was repeated since the last check."""
        self.endpoints.settle()
        kept = self.check_history(self.folder, self.endpoints.seen(), killed=0)
        self.assertEqual([path for path, (state, _) in kept.items() if state not in ENDED], [])
        for path, (_, made) in kept.items():
            self.assertEqual(len(self.endpoints.seen()[path]) - len(made), self.lost[path], path)
        return kept

    def check_opens(self, folder, deliveries):
        """The program reads this history, too, and finds nothing to complain about."""
        store = os.path.join(folder, "store.json")
        code, out, err = self.run_to_end("deliveries", "--json", "-q", "--limit", "0", "--store",
                                         store)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(len(out.splitlines()), deliveries)
        self.assertEqual([name for name in os.listdir(folder) if "corrupt" in name], [])

    def copy_while_stopped(self, process, name):
        """Copies the files of the history as they are at one moment, as after a power cut."""
        process.send_signal(signal.SIGSTOP)  # unless it has ended
        if process.returncode is None:
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        seen = self.endpoints.seen()
        os.mkdir(self.path(name))
        for file in os.listdir(self.folder):
            if file in ("store.db", "store.db-wal", "store.db-shm"):
                shutil.copy(self.path(file), self.path(name))
        process.send_signal(signal.SIGCONT)
        return seen

    def end(self, process):
        out, err = process.communicate(timeout=LIMIT)
        self.assertIn(process.returncode, (0, 1), (out, err))

    def kill(self, process):
        process.kill()
        process.communicate(timeout=LIMIT)

    def test_killed_at_random_moments(self):
        with self.subTest(seed=SEED):  # stops at the first failure
            deliveries = 0
            for first in range(0, KILLS, OF_ONE_HISTORY):
                self.begin_history()
                for number in range(first, min(first + OF_ONE_HISTORY, KILLS)):
                    self.kill_one(number)
                deliveries += self.end_history()
            self.assertGreater(deliveries, KILLS)

    def begin_history(self):
        shutil.rmtree(self.folder)
        os.mkdir(self.folder)
        self.endpoints.forget()
        self.started.clear()
        self.lost.clear()

    def end_history(self):
        """Finishes all deliveries, and returns how many there are."""
        self.end(self.resume())
        kept = self.check_resumed()
        self.check_opens(self.folder, len(kept))
        self.assertEqual(self.run_to_end("deliveries", "resume"),
                         (0, "", "slotflow-hooks: no delivery is pending\n"))
        # The killed ones have left nothing behind.
        self.assertEqual([name for name in os.listdir(self.folder) if "owner" in name], [])
        return len(kept)

    def kill_one(self, number):
        size = self.rng.choice((1, ENDPOINTS))
        before = self.endpoints.arrived
        process = self.fire_at([f"/{number}/{i}" for i in range(size)])
        copied = None
        if number % 4 == 0:
            self.wait_for_a_moment(process, before)
            copied = self.copy_while_stopped(process, f"copy{number}")
        self.wait_for_a_moment(process, before)
        self.kill(process)
        if number % 3 == 0:  # the program is the first one to open it
            self.run_to_end("deliveries")
        self.check_killed()
        if copied is not None:
            there = self.check_history(self.path(f"copy{number}"), copied)
            self.check_opens(self.path(f"copy{number}"), len(there))
        if number % 3 == 1:
            process = self.resume()
            self.wait_for_a_moment(process, self.endpoints.arrived)
            self.kill(process)
            self.check_killed()
        if number % 3 == 2:
            for process in [self.resume() for _ in range(self.rng.choice((1, 2)))]:
                self.end(process)
            self.check_resumed()

    def test_two_at_once_beside_a_running_fire(self):
        with self.subTest(seed=SEED):
            for number in range(4):
                before = self.endpoints.arrived
                firing = self.fire_at([f"/{number}/{i}" for i in range(ENDPOINTS)])
                self.endpoints.wait_for(before + self.rng.randint(1, ENDPOINTS), firing)
                resuming = [self.resume() for _ in range(2)]
                if number % 2:
                    self.wait_for_a_moment(firing, before)
                    self.kill(firing)
                for process in (firing, *resuming):
                    process.communicate(timeout=LIMIT)
                self.check_killed(killed=number % 2)
                for process in [self.resume() for _ in range(2)]:
                    self.end(process)
                self.check_resumed()

    def test_one_that_is_not_killed(self):
        process = self.fire_at([f"/0/{i}" for i in range(ENDPOINTS)])
        process.communicate(timeout=LIMIT)
        self.check_resumed()
        self.assertEqual(os.listdir(self.folder), ["store.db"])


if __name__ == "__main__":
    run_tests()
