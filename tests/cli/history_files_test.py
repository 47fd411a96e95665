#!/usr/bin/python3
"""Where no history can be kept, or the file is damaged: `fire` delivers nevertheless, and says so.

history_files_test.py BINARY [-k NAME]
"""

import contextlib
import glob
import json
import os
import random
import re
import signal
import socket
import sqlite3

from histories import AT_ONCE, ERROR, OK, HistoryTest
from history_sum import writable
from peers import LIMIT, Lines
from support import run_tests

NOT_KEPT = "the history of deliveries is not kept: "
NONE_YET = ("slotflow-hooks: no delivery is in the history: make one with slotflow-hooks fire "
            "confirmed URL")
PAGE = 4096  # bytes


class Files(HistoryTest):
    def setUp(self):
        super().setUp()
        self.file = self.path("store.db")

    def expect_delivered(self, reason, under=(), kind="warning: "):
        """`fire` delivers as if there were no history, says once why, and ends as it would."""
        told = f"slotflow-hooks: {kind}{NOT_KEPT}{reason}\n"
        for answer, code in ((OK, 0), (ERROR, 1)):
            server = self.answering(answer)
            args = ["fire", "confirmed", "--no-retry", "--seed", "1", "--secret", "whsec_abcdef",
                    "--to", server.url]
            ended, out, err = self.run_to_end(*args, under=under)
            self.assertEqual((ended, err), (code, told))
            self.assertIn("1 attempt", out)
            self.assertEqual(len(server.requests), 1)
            # JSON says the same on standard error, and nothing more on standard output.
            ended, out, err = self.run_to_end(*args, "--json", under=under)
            self.assertEqual((ended, err), (code, told))
            self.assertEqual([json.loads(line)["type"] for line in out.splitlines()],
                             ["attempt", "summary"])
            self.assertEqual(self.run_to_end(*args, "--no-history", under=under)[::2], (code, ""))

    def expect_refused(self, reason, hint, under=()):
        """`deliveries` can do nothing."""
        for args in ([], ["list"], ["show", "abcd"]):
            self.assertEqual(self.run_to_end("deliveries", *args, under=under),
                             (3, "", f"slotflow-hooks: error: {reason}\nhint: {hint}\n"))
        code, out, err = self.run_to_end("deliveries", "--json", under=under)
        self.assertEqual((code, out), (3, ""))
        self.assertEqual(json.loads(err), {"error": {"code": "STORE_ERROR", "message": reason,
                                                     "status": None}})

    def test_without_a_home(self):
        del self.environment["HOME"], self.environment["SLOTFLOW_HOOKS_STORE"]
        # It was not meant to be kept: this is no more than a notice.
        self.expect_delivered("HOME is not set", kind="")
        self.expect_refused("cannot locate the store: HOME is not set",
                            "set --store FILE or SLOTFLOW_HOOKS_STORE")

    def test_something_that_is_no_file(self):
        os.mkdir(self.path("directory.db"))
        os.mkfifo(self.path("pipe.db"))
        sock = socket.socket(socket.AF_UNIX)
        self.addCleanup(sock.close)
        sock.bind(self.path("socket.db"))
        os.symlink("/dev/null", self.path("device.db"))
        for name, kind in (("directory", "a directory"), ("pipe", "a FIFO"),
                           ("socket", "a socket"), ("device", "a device")):
            with self.subTest(name):
                self.environment["SLOTFLOW_HOOKS_STORE"] = self.path(name + ".json")
                file = "/dev/null" if name == "device" else self.path(name) + ".db"
                reason = f"{file}: expected a regular file, got {kind}"
                self.expect_delivered(reason)
                self.expect_refused(reason, "choose another file with --store")

    def make(self, *statements):
        database = sqlite3.connect(self.file)
        for statement in statements:
            database.execute(statement)
        database.commit()
        database.close()

    def expect_left_alone(self, reason, hint):
        with open(self.file, "rb") as file:
            before = file.read()
        self.expect_delivered(reason)
        self.expect_refused(reason, hint)
        with open(self.file, "rb") as file:
            self.assertEqual(file.read(), before)
        self.assertEqual(os.listdir(self.folder), ["store.db"])

    def test_the_file_of_another_program(self):
        for content in (b"a diary\n", b"SQLite format 2\0" + bytes(5000), bytes(5000), b"\n"):
            with self.subTest(content[:20]):
                with open(self.file, "wb") as file:
                    file.write(content)
                self.expect_left_alone(
                    f"{self.file}: expected a history of slotflow-hooks, got another file",
                    "choose another store with --store: its history is beside it")

    def test_the_database_of_another_program(self):
        for statements in (["CREATE TABLE t (x)", "PRAGMA application_id = 7"],
                           ["CREATE TABLE t (x)"],
                           ["PRAGMA application_id = 7"],
                           ["CREATE TABLE t (x)", "PRAGMA user_version = 1"]):
            with self.subTest(statements):
                self.make(*statements)
                self.expect_left_alone(
                    f"{self.file}: expected a history of slotflow-hooks, got another file",
                    "choose another store with --store: its history is beside it")
                os.remove(self.file)

    def test_a_later_format(self):
        self.deliver("confirmed", "--to", self.answering(OK).url)
        self.make("PRAGMA user_version = 99", "CREATE TABLE later (x)")
        reason = f"{self.file}: expected a history of format 3 or earlier, got format 99"
        hint = ("use the version of slotflow-hooks that wrote it, or choose another store with "
                "--store")
        self.expect_delivered(reason)
        self.expect_refused(reason, hint)
        self.make("PRAGMA user_version = -1")
        self.expect_refused(f"{self.file}: expected a history of format 3 or earlier, got format "
                            "-1", hint)
        self.make("PRAGMA user_version = 2")
        self.assertEqual(len(self.lines()), 1)  # it has not lost anything

    def test_an_empty_file_becomes_the_history(self):
        open(self.file, "wb").close()
        self.assertEqual(self.run_to_end("deliveries")[0], 0)
        self.deliver("confirmed", "--to", self.answering(OK).url)
        self.assertEqual(len(self.lines()), 1)

    def protect(self):
        """Makes the folder and its files read-only. Returns the words before the command."""
        under = []
        if os.geteuid() == 0:
            # The superuser may write everywhere, so it must be somebody else.
            under = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        for name in os.listdir(self.folder):
            os.chmod(self.path(name), 0o444)
        os.chmod(self.folder, 0o555)
        self.addCleanup(os.chmod, self.folder, 0o755)
        if self.start("sign", "--secret", "x", under=under).wait() != 0:
            self.skipTest("the program cannot be run as another user here")
        return under

    def expect_read(self, ids, under):
        """`deliveries` finds these, the newest first, and leaves the folder as it is."""
        names = os.listdir(self.folder)
        code, out, err = self.run_to_end("deliveries", "--json", under=under)
        self.assertEqual((code, [json.loads(line)["id"] for line in out.splitlines()], err),
                         (0, ids, ""))
        for args in (["show", ids[-1]], ["stats"]):
            code, _, err = self.run_to_end("deliveries", *args, under=under)
            self.assertEqual((code, err), (0, ""))
        self.assertEqual(os.listdir(self.folder), names)

    def test_what_may_not_be_written_can_be_read(self):
        url = self.answering(OK).url
        ids = [self.deliver("confirmed", "--to", url)]
        self.expect_read(ids, self.protect())
        os.chmod(self.folder, 0o755)
        os.chmod(self.file, 0o644)
        with sqlite3.connect(self.file) as other:  # keeps the log
            self.addCleanup(other.close)
            other.execute("SELECT count(*) FROM delivery").fetchone()
            ids.insert(0, self.deliver("confirmed", "--to", url))
        under = self.protect()
        self.expect_read(ids, under)
        os.chmod(self.folder, 0o755)
        os.rename(self.file + "-shm", self.path("index"))
        self.protect()
        self.expect_refused(
            f"cannot read {self.file}: its last changes are in files beside it, and their folder "
            "may not be written", f"copy {self.file}* to a folder that you may write, and name a "
            "store there with --store", under)

    def test_what_may_not_be_written_cannot_be_mended(self):
        self.deliver("confirmed", "--to", self.answering(OK).url)
        self.make("PRAGMA user_version = 0")
        under = self.protect()
        code, out, err = self.run_to_end("deliveries", under=under)
        self.assertEqual((code, out), (3, ""))
        self.assertRegex(err, f"error: {self.file} has format 0, and may not be written, to bring "
                              "it to format \\d+\nhint: run 'slotflow-hooks deliveries' once as a "
                              "user who may write it\n$")

    def test_damage_that_may_not_be_moved_aside(self):
        self.deliver("confirmed", "--to", self.answering(OK).url)
        self.damage_rows()
        under = self.protect()
        self.expect_refused(
            f"cannot read {self.file}: database disk image is malformed",
            "run 'slotflow-hooks deliveries' as a user who may write it: what is damaged is moved "
            "aside", under)
        self.assertEqual(os.listdir(self.folder), ["store.db"])

    def test_a_place_that_may_not_be_written(self):
        self.deliver("confirmed", "--to", self.answering(OK).url)
        under = self.protect()
        self.expect_delivered(f"cannot open {self.file}: attempt to write a readonly database",
                              under)
        os.chmod(self.folder, 0o755)
        os.remove(self.file)
        os.chmod(self.folder, 0o555)
        self.expect_delivered(f"cannot create {self.file}: Permission denied", under)
        self.assertEqual(os.listdir(self.folder), [])

    def locked(self):
        """Locks the history as another process that writes, and returns what ends that."""
        self.deliver("confirmed", "--to", self.answering(OK).url)
        other = sqlite3.connect(self.file, isolation_level=None)
        self.addCleanup(other.close)
        other.execute("BEGIN IMMEDIATE")
        return other

    def test_what_another_process_has_locked_is_waited_for(self):
        other, server = self.locked(), self.answering(OK)
        process = self.start("fire", "confirmed", "--to", server.url, "--secret", "whsec_abcdef",
                             "--seed", "1")
        err = Lines(process.stderr)
        told = f"waiting for {self.file}, which another process has locked"
        err.wait_for(told)
        self.assertEqual(server.requests, [])  # nothing is sent that is not on the disk
        self.assertEqual(len(self.lines()), 1)  # to read needs no lock
        other.execute("ROLLBACK")
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertEqual(err.all(), [f"slotflow-hooks: warning: {told}"])
        self.assertEqual(len(self.lines()), 2)

    def test_the_wait_can_be_left(self):
        self.locked()
        server = self.answering(OK)
        process = self.start("fire", "confirmed", "--to", server.url)
        Lines(process.stderr).wait_for("waiting for ")
        process.send_signal(signal.SIGINT)
        self.assertIn(process.wait(LIMIT), (130, -signal.SIGINT))
        self.assertEqual(server.requests, [])
        self.assertEqual(len(self.lines()), 1)

    def damage_rows(self):
        """Overwrites the first page of each table and index, but not the list of them."""
        database = sqlite3.connect(self.file)
        pages = [page for page, in database.execute("SELECT rootpage FROM sqlite_schema")]
        database.close()
        with open(self.file, "r+b") as file:
            for page in pages:
                file.seek((page - 1) * PAGE)
                file.write(b"\xff" * PAGE)

    def aside(self):
        """The databases that were moved aside."""
        return sorted(glob.glob(self.path("*.corrupt-*Z")))

    def test_a_damaged_history_is_moved_aside(self):
        url = self.answering(OK).url
        for name, place, content in (("its header", 16, b"\xff" * 40),
                                     ("its tables", 100, b"\xff" * 2000),
                                     ("its rows", None, None),
                                     ("its end", 2 * PAGE, None)):
            for finder in ("fire", "deliveries"):
                with self.subTest(name, finder=finder):
                    self.setUp()
                    self.deliver("confirmed", "--to", url)
                    if place is None:
                        self.damage_rows()
                    else:
                        with open(self.file, "r+b") as file:
                            file.seek(place)
                            if content is None:
                                file.truncate()
                            else:
                                file.write(content)
                    with open(self.file, "rb") as file:
                        damaged = file.read()
                    # To open a file, SQLite does not read the rows of the tables.
                    found_late = finder == "deliveries" and place is None
                    args = (["confirmed", "--to", url, "--secret", "whsec_abcdef", "--seed", "1"]
                            if finder == "fire" else [])
                    code, _, err = self.run_to_end(finder, *args)
                    first, *others = err.splitlines()
                    self.assertEqual(code, 3 if found_late else 0, err)
                    found = re.fullmatch(
                        "slotflow-hooks: warning: (.*) is damaged: it is now (.*), and a new "
                        "history begins", first)
                    self.assertTrue(found, err)
                    self.assertEqual(found[1], self.file)
                    self.assertRegex(found[2], re.escape(self.file) + r"\.corrupt-\d{8}T\d{6}")
                    with open(found[2], "rb") as file:
                        self.assertEqual(file.read(), damaged)
                    self.assertEqual(self.aside(), [found[2]])
                    self.assertEqual(
                        others, [] if finder == "fire" else
                        [f"slotflow-hooks: error: cannot read {self.file}: database disk image is "
                         "malformed",
                         "hint: try again: what is damaged is moved aside; if the error stays, "
                         "move the file away"] if found_late else [NONE_YET])
                    self.assertEqual(len(self.lines()), 1 if finder == "fire" else 0)
                    self.assertEqual(self.run_to_end("deliveries", "-q")[2], "")  # it was said once

    def ask_of(self, content, *args):
        """What the command prints of a history with these bytes; None if it says that it cannot."""
        for path in glob.glob(self.file + "*"):
            os.remove(path)
        with open(self.file, "wb") as file:
            file.write(content)
        code, out, err = self.run_to_end("deliveries", "--json", *args)
        if " is damaged: it is now " in err:
            return None
        if code == 3:
            self.assertEqual(json.loads(err)["error"]["code"], "STORE_ERROR")
            return None
        self.assertEqual((code, err), (0, ""))
        return out

    def test_what_is_shown_is_what_was_written(self):
        server = self.answering(ERROR)
        id = self.deliver("confirmed", "--to", server.url, "--set", "notes=as it was", code=1,
                          *AT_ONCE)
        self.deliver("cancelled", "--to", server.url, "--no-retry", code=1)
        with open(self.file, "rb") as file:
            whole = file.read()
        questions = (["list"], ["show", id], ["stats"])
        truth = [self.ask_of(whole, *question) for question in questions]
        self.assertIn("as it was", truth[1])
        rng = random.Random(7)
        changes = [bytes(whole[:at]) + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1:]
                   for at in (rng.randrange(len(whole)) for _ in range(12))]
        changes += [whole[:rng.randrange(1, len(whole) - PAGE)] for _ in range(3)]
        for number, damaged in enumerate(changes):
            with self.subTest(number):
                for question, answer in zip(questions, truth):
                    self.assertIn(self.ask_of(damaged, *question), (None, answer))
        # A bit of a payload is in no index, and no part of the structure.
        damaged = whole.replace(b"as it was", b"as it wat")
        self.assertEqual(self.ask_of(damaged, "list"), truth[0])
        self.assertIsNone(self.ask_of(damaged, "show", id))
        self.assertEqual(len(self.aside()), 1)

    def test_what_only_a_damaged_index_says_is_not_believed(self):
        self.deliver("confirmed", "--to", self.answering(OK).url)
        with open(self.file, "rb") as file:
            whole = file.read()
        for question in (["--delivered"], ["stats", "--delivered"]):
            with open(self.file, "wb") as file:
                file.write(whole)
            with contextlib.closing(writable(self.file)) as database, database:
                database.execute("PRAGMA writable_schema = ON")
                index = database.execute(
                    "SELECT * FROM sqlite_schema WHERE name = 'delivery_filter'").fetchone()
                database.execute("DELETE FROM sqlite_schema WHERE name = 'delivery_filter'")
            with contextlib.closing(writable(self.file)) as database, database:
                database.execute("UPDATE delivery SET state = 'failed'")
                # The structure of a large history is not checked.
                database.execute("CREATE TABLE large AS SELECT zeroblob(17 << 20)")
                database.execute("PRAGMA writable_schema = ON")
                database.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", index)
            code, out, err = self.run_to_end("deliveries", *question)
            self.assertEqual((code, out), (3, ""), err)
            self.assertIn(": a row in it is damaged\n", err)
            self.assertEqual(len(self.aside()), 1)
            os.remove(self.aside()[0])

    def test_its_log_is_moved_with_it(self):
        url = self.answering(OK).url
        self.deliver("confirmed", "--to", url)
        reader = sqlite3.connect(self.file)
        self.addCleanup(reader.close)
        self.assertEqual(reader.execute("SELECT count(*) FROM delivery").fetchone(), (1,))
        self.deliver("confirmed", "--to", url)  # the log stays, as somebody still has it open
        with open(self.file + "-wal", "rb") as file:
            log = file.read()
        self.assertTrue(log)
        copy = self.path("copy")
        os.mkdir(copy)
        with open(self.file, "rb") as file, open(copy + "/store.db", "wb") as damaged:
            damaged.write(file.read()[:100] + b"\xff" * (PAGE - 100))
        with open(copy + "/store.db-wal", "wb") as file:
            file.write(log[:32] + bytes(len(log) - 32))  # none of its changes is valid
        self.environment["SLOTFLOW_HOOKS_STORE"] = copy + "/store.json"
        code, _, err = self.run_to_end("deliveries")
        self.assertEqual(code, 0, err)
        self.assertIn("is damaged: it is now ", err)
        names = sorted(os.listdir(copy))
        moved = [name for name in names if ".corrupt-" in name]
        self.assertEqual([name.split("Z")[-1] for name in moved if not name.endswith("-shm")],
                         ["", "-wal"])
        with open(f"{copy}/{moved[-1]}", "rb") as file:
            self.assertEqual(len(file.read()), len(log))


if __name__ == "__main__":
    run_tests()
