#!/usr/bin/python3
"""The history on a disk that is full, or becomes full.

history_full_disk_test.py BINARY [-k NAME]
"""

import os

from histories import AT_ONCE, ERROR, OK, HistoryTest
from support import run_tests

WARNING = "slotflow-hooks: warning: the history of deliveries is not kept: "


class FullDisk(HistoryTest):
    def setUp(self):
        super().setUp()
        self.disk = self.small_disk(2048)
        self.file = os.path.join(self.disk.folder, "store.db")
        self.environment["SLOTFLOW_HOOKS_STORE"] = os.path.join(self.disk.folder, "store.json")

    def warnings(self, err):
        return [line for line in err.splitlines() if "warning" in line]

    def test_what_is_fired_arrives_and_one_warning_says_that_it_is_not_kept(self):
        server = self.answering(OK)
        self.disk.fill()
        code, [attempt], _, err = self.fire("confirmed", "--to", server.url)
        self.assertEqual((code, attempt["outcome"], len(server.requests)), (0, "delivered", 1))
        self.assertEqual(self.warnings(err),
                         [f"{WARNING}cannot open {self.file}: database or disk is full"])
        for command in ("list", "stats", "resume"):
            code, out, err = self.run_to_end("deliveries", command)
            self.assertEqual((code, out), (3, ""))
            self.assertEqual(err, f"slotflow-hooks: error: cannot open {self.file}: database or "
                                  "disk is full\nhint: free some space, and try again\n")
        self.disk.make_room()
        kept = self.deliver("confirmed", "--to", server.url)
        self.assertEqual([one["id"] for one in self.lines()], [kept])

    def test_a_disk_that_becomes_full_loses_the_attempts_and_nothing_else(self):
        def behave(connection):
            server.read(connection)
            if len(server.requests) == 2:
                self.disk.fill()
            connection.sendall(ERROR)
        server = self.endpoint(behave)
        code, attempts, summary, err = self.fire("confirmed", "--to", server.url, *AT_ONCE)
        self.assertEqual((code, len(attempts), summary["failed"], len(server.requests)),
                         (1, 3, 1, 3))
        self.assertEqual(self.warnings(err),
                         [f"{WARNING}cannot write {self.file}: database or disk is full"])
        self.disk.make_room()
        [delivery] = self.lines()
        self.assertEqual((delivery["state"], delivery["attempts"]), ("pending", 1))
        code, _, err = self.run_to_end("deliveries", "resume", *AT_ONCE)
        self.assertEqual(code, 1, err)
        [delivery] = self.lines()
        self.assertEqual((delivery["state"], delivery["attempts"], len(server.requests)),
                         ("failed", 3, 5))


if __name__ == "__main__":
    run_tests()
