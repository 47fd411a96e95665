#!/usr/bin/python3
"""`deliveries stats` and `deliveries prune`: what is in the history as a whole, and less of it.

deliveries_stats_test.py BINARY [-k NAME]
"""

import contextlib
import glob
import os
import sqlite3
import time

from histories import AT_ONCE, ERROR, OK, HistoryTest
from history_sum import writable
from support import run_tests

ERROR_LINE = "slotflow-hooks: error: "


class Stats(HistoryTest):
    def stats(self, *args):
        """The endpoints by URL, and the line of the history."""
        *endpoints, history = self.lines("stats", *args)
        self.assertEqual(history["type"], "history")
        self.assertEqual({endpoint["type"] for endpoint in endpoints} - {"endpoint"}, set())
        return {endpoint["url"]: endpoint for endpoint in endpoints}, history

    def test_of_nothing(self):
        self.assertEqual(self.run_to_end("deliveries", "stats"),
                         (0, "History: 0 deliveries\n", ""))
        endpoints, history = self.stats()
        self.assertEqual((endpoints, history["deliveries"], history["oldest"]), ({}, 0, None))
        self.assertEqual(os.listdir(self.folder), [])

    def test_the_log_belongs_to_the_size(self):
        url = self.answering(OK).url
        self.deliver("confirmed", "--to", url)
        reader = sqlite3.connect(self.path("store.db"))  # keeps the log
        self.addCleanup(reader.close)
        reader.execute("SELECT count(*) FROM delivery").fetchone()
        self.deliver("confirmed", "--to", url)
        sizes = [os.path.getsize(self.path(name)) for name in ("store.db", "store.db-wal")]
        self.assertGreater(sizes[1], 0)
        self.assertEqual(self.stats()[1]["bytes"], sum(sizes))

    def test_of_each_endpoint(self):
        answers = [ERROR, OK]

        def behave(connection):
            mixed.read(connection)
            connection.sendall(answers.pop(0) if len(answers) > 1 else answers[0])
        mixed = self.endpoint(behave)
        broken, waiting = self.answering(b"garbage\r\n\r\n").url, self.answering(ERROR).url
        first = self.deliver("confirmed", "--to", mixed.url, *AT_ONCE)
        for _ in range(8):
            self.deliver("confirmed", "--to", mixed.url)
        self.deliver("cancelled", "--to", broken, *AT_ONCE, code=1)
        self.interrupt("confirmed", "--to", waiting)
        # The attempts to this endpoint took 1 ms, 2 ms, ... 10 ms.
        with writable(self.path("store.db")) as database:
            for n, (delivery, number) in enumerate(database.execute(
                    "SELECT delivery, number FROM attempt JOIN delivery ON seq = delivery WHERE "
                    "url = ? ORDER BY delivery, number", (mixed.url,)).fetchall(), 1):
                database.execute("UPDATE attempt SET duration_us = ? WHERE delivery = ? AND "
                                 "number = ?", (n * 1000, delivery, number))
        database.close()
        endpoints, history = self.stats()
        self.assertEqual(endpoints[mixed.url], {
            "type": "endpoint", "url": mixed.url, "deliveries": 9, "delivered": 9, "failed": 0,
            "expected": 0, "pending": 0, "success_rate": 1.0, "attempts": 10,
            "response_ms": {"p50": 5.0, "p90": 9.0, "p99": 10.0}, "failures": {"500": 1}})
        self.assertEqual(endpoints[broken], {
            "type": "endpoint", "url": broken, "deliveries": 1, "delivered": 0, "failed": 1,
            "expected": 0, "pending": 0, "success_rate": 0.0, "attempts": 3,
            "response_ms": {"p50": None, "p90": None, "p99": None},
            "failures": {"bad_response": 3}})
        found = endpoints[waiting]
        self.assertEqual((found["pending"], found["success_rate"], found["failures"]),
                         (1, None, {"500": 1}))
        [oldest] = [line for line in self.lines("--limit", "0") if line["id"] == first]
        self.assertEqual((history["deliveries"], history["oldest"], history["path"]),
                         (11, oldest["created_at"], self.path("store.db")))
        self.assertEqual(history["bytes"], os.path.getsize(self.path("store.db")))
        self.assertEqual(list(self.stats("--event", "cancelled")[0]), [broken])
        self.assertEqual(self.stats("--event", "cancelled")[1]["deliveries"], 11)
        code, out, err = self.run_to_end("deliveries", "stats", "--to", mixed.url)
        self.assertEqual((code, err), (0, ""))
        heading, row, whole = out.splitlines()
        self.assertEqual(heading.split(), "URL DELIVERIES SUCCESS ATTEMPTS P50 P90 P99 "
                                          "FAILURES".split())
        self.assertEqual(row.split(), [mixed.url, "9", "100.0%", "10", "5.0ms", "9.0ms", "10.0ms",
                                       "500:1"])
        self.assertRegex(whole, r"History: 11 deliveries since .*, \d+ KiB in .*/store\.db")


class Prune(HistoryTest):
    def setUp(self):
        super().setUp()
        self.server = self.answering(OK)

    def deliver_aged(self, *days):
        """The ids of deliveries of these ages, in this order."""
        ids = []
        for age in days:
            ids.append(self.deliver("confirmed", "--to", self.server.url))
            self.change("UPDATE delivery SET created_at = ? WHERE id = ?",
                        int((time.time() - age * 86400 - 60) * 1000), ids[-1])
        return ids

    def left(self):
        return [line["id"] for line in self.lines("--limit", "0")][::-1]

    def rows(self):
        database = sqlite3.connect(self.path("store.db"))
        try:
            return [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                    for table in ("event", "delivery", "attempt", "exchange")]
        finally:
            database.close()

    def test_by_age(self):
        ids = self.deliver_aged(9, 7, 6, 0)
        self.assertEqual(self.run_to_end("deliveries", "prune", "--older-than", "7d", "--dry-run"),
                         (0, "Would remove 2 deliveries\n", ""))
        self.assertEqual(self.left(), ids)
        self.assertEqual(self.run_to_end("deliveries", "prune", "--older-than", "7d"),
                         (0, "Removed 2 deliveries\n", ""))
        self.assertEqual(self.left(), ids[2:])
        self.assertEqual(self.rows(), [2, 2, 2, 2])
        self.assertEqual(self.lines("prune", "--older-than", "7d"),
                         [{"type": "pruned", "deliveries": 0, "dry_run": False}])

    def test_by_age_when_the_clock_was_wrong(self):
        ids = self.deliver_aged(0, 400, 0)
        self.assertEqual(self.run_to_end("deliveries", "prune", "--older-than", "7d"),
                         (0, "Removed 1 delivery\n", ""))
        self.assertEqual(self.left(), [ids[0], ids[2]])

    def test_by_number(self):
        ids = self.deliver_aged(0, 0, 0)
        self.assertEqual(self.lines("prune", "--keep", "1", "--dry-run"),
                         [{"type": "pruned", "deliveries": 2, "dry_run": True}])
        self.assertEqual(self.lines("prune", "--keep", "1"),
                         [{"type": "pruned", "deliveries": 2, "dry_run": False}])
        self.assertEqual(self.left(), ids[2:])
        self.assertEqual(self.run_to_end("deliveries", "prune", "--keep", "0"),
                         (0, "Removed 1 delivery\n", ""))
        self.assertEqual(self.rows(), [0, 0, 0, 0])

    def test_never_what_is_pending(self):
        failing = self.answering(ERROR)
        pending = self.interrupt("confirmed", "--to", failing.url)
        self.deliver_aged(0)
        self.change("UPDATE delivery SET created_at = 0 WHERE id = ?", pending)
        for option in (["--keep", "0"], ["--older-than", "1d"]):
            self.assertEqual(self.run_to_end("deliveries", "prune", *option)[0], 0)
            self.assertEqual(self.left(), [pending])
        self.assertEqual(len(self.show(pending)[1]), 1)

    def damage(self, sql, *values):
        """Changes rows, but not their checksums."""
        with sqlite3.connect(self.path("store.db")) as database:
            sums = dict(database.execute("SELECT seq, sum FROM delivery"))
            database.create_function("history_sum", -1, lambda seq, *_: sums[seq],
                                     deterministic=True)
            database.execute(sql, values)
        database.close()

    def test_what_is_damaged_is_not_removed(self):
        for damage in ("created_at = created_at - 99 * 86400000",
                       "state = 'failed', created_at = 0"):
            for option in (["--older-than", "7d"], ["--keep", "1"]):
                with self.subTest(damage=damage, option=option):
                    _, changed, _ = self.deliver_aged(8, 0, 0)
                    self.damage(f"UPDATE delivery SET {damage} WHERE id = ?", changed)
                    before = self.rows()
                    code, out, err = self.run_to_end("deliveries", "prune", *option)
                    self.assertEqual((code, out), (3, ""))
                    self.assertIn(": a row in it is damaged\n", err)
                    [aside] = glob.glob(self.path("store.db.corrupt-*Z"))
                    os.rename(aside, self.path("store.db"))
                    self.assertEqual(self.rows(), before)
                    os.remove(self.path("store.db"))

    def test_fire_leaves_what_is_damaged(self):
        old, new = self.deliver_aged(0, 0)
        self.damage("UPDATE delivery SET created_at = 0 WHERE id = ?", old)
        code, _, _, err = self.fire("confirmed", "--to", self.server.url,
                                    "--history-keep", "1")
        self.assertEqual(code, 0, err)
        self.assertNotIn("not kept", err)
        with contextlib.closing(sqlite3.connect(self.path("store.db"))) as database:
            left = {id for id, in database.execute("SELECT id FROM delivery")}
        self.assertEqual((old in left, new in left, len(left)), (True, False, 2))

    def test_fire_keeps_the_newest(self):
        pending = self.interrupt("confirmed", "--to", self.answering(ERROR).url)
        ids = self.deliver_aged(0, 0, 0)
        ids.append(self.deliver("confirmed", "--to", self.server.url, "--history-keep", "2"))
        self.assertEqual(self.left(), [pending, *ids[2:]])
        self.assertEqual(self.rows(), [3, 3, 3, 3])
        ids.append(self.deliver("confirmed", "--to", self.server.url, "--history-keep", "0"))
        self.assertEqual(self.left(), [pending, *ids[2:]])  # 0 keeps all
        os.mkdir(self.path("slotflow-hooks"))
        with open(self.path("slotflow-hooks/config.toml"), "w", encoding="ascii") as file:
            file.write("history-keep = 1\n")
        self.environment["XDG_CONFIG_HOME"] = self.folder
        ids.append(self.deliver("confirmed", "--to", self.server.url))
        self.assertEqual(self.left(), [pending, ids[-1]])
        self.fire("confirmed", "--to", self.server.url, "--duplicate", "250")
        for _ in range(3):  # each removes at least 100
            ids.append(self.deliver("confirmed", "--to", self.server.url))
        self.assertEqual(self.left(), [pending, ids[-1]])

    def test_an_event_stays_as_long_as_a_delivery_of_it(self):
        urls = [self.answering(OK).url for _ in range(3)]
        code, *_ = self.fire("confirmed", *(word for url in urls for word in ("--to", url)))
        self.assertEqual(code, 0)
        self.assertEqual(self.run_to_end("deliveries", "prune", "--keep", "1")[0], 0)
        self.assertEqual(self.rows(), [1, 1, 1, 1])
        self.assertIn("booking.confirmed", self.show(self.left()[0])[0]["payload"])

    def test_without_a_history(self):
        self.assertEqual(self.run_to_end("deliveries", "prune", "--keep", "1"),
                         (0, "Removed 0 deliveries\n", ""))
        self.assertEqual(os.listdir(self.folder), [])

    def test_usage(self):
        for args, err in (
                ([], "deliveries prune requires --older-than or --keep\nhint: for example "
                     "slotflow-hooks deliveries prune --older-than 7d"),
                (["--keep", "1", "--older-than", "1d"],
                 "--older-than cannot be combined with --keep"),
                (["--keep", "1", "--failed"],
                 "--failed cannot be combined with the action prune")):
            self.assertEqual(self.run_to_end("deliveries", "prune", *args),
                             (2, "", f"{ERROR_LINE}{err}\n"))


if __name__ == "__main__":
    run_tests()
