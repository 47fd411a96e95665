"""The store through the real binary: many processes at once, kill -9, and every kind of bad file.

Usage: store_test.py BINARY [-k NAME]
"""

import errno
import fcntl
import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

from support import is_sanitized, run_tests, take_arguments

[BINARY] = take_arguments(1)
KILLS = 60 if is_sanitized(BINARY) else 300
UNPRIVILEGED = 65534  # nobody
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")


def run(store, *args, user=None, binary=BINARY, **options):
    command = [binary, "--store", store, *args]
    if user is not None:
        options["user"] = user
        options["group"] = user
        options["extra_groups"] = []
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


def slurp(path):
    with open(path, "rb") as file:
        return file.read()


def fill_disk(path):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        while True:
            os.write(descriptor, b"x" * 4096)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
    finally:
        os.close(descriptor)


class StoreTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="slotflow-store-")
        self.addCleanup(self.folder.cleanup)
        self.store = os.path.join(self.folder.name, "store.json")

    def webhooks(self):
        result = run(self.store, "list", "--json", "--show-secrets")
        webhooks = json.loads(result.stdout)["webhooks"]
        empty = ("slotflow-hooks: no webhook is registered: register one with slotflow-hooks "
                 f"register URL --store {self.store}\n")
        self.assertEqual((result.returncode, result.stderr), (0, "" if webhooks else empty))
        return webhooks

    def assert_refused_untouched(self, path, message, *args):
        before = slurp(path) if os.path.isfile(path) else None
        for command in (args,) if args else (("list",), ("register", "--url", "3000"),
                                             ("delete", "abcd"), ("plan", "growth")):
            result = run(path, *command)
            self.assertEqual(result.returncode, 3, (command, result))
            self.assertEqual(result.stdout, "")
            self.assertIn("slotflow-hooks: error: ", result.stderr)
            self.assertIn(message, result.stderr)
            self.assertIn(path, result.stderr)
        if before is not None:
            self.assertEqual(slurp(path), before)

    def test_a_store_of_0_1_0_works_as_it_is(self):
        """Written by that version's register and plan."""
        shutil.copy(os.path.join(DATA, "store-0.1.0.json"), self.store)
        written = json.loads(slurp(self.store))
        self.assertEqual(self.webhooks(), written["webhooks"])
        first, second, third = written["webhooks"]
        secret = run(self.store, "secret", second["url"])
        self.assertEqual(secret.stdout, second["signing_secret"] + "\n")
        preview = run(self.store, "fire", "cancelled", "--dry-run", "--json", "--seed", "1")
        self.assertEqual([json.loads(line)["url"] for line in preview.stdout.splitlines()],
                         [second["url"], third["url"]])
        # Growth is kept: the free plan would not allow a fourth.
        self.assertEqual(run(self.store, "register", "https://more.example.com/").returncode, 0)
        self.assertEqual(run(self.store, "delete", third["id"]).returncode, 0)
        after = json.loads(slurp(self.store))
        self.assertEqual(after["version"], written["version"])
        self.assertEqual(after["webhooks"][:2], [first, second])

    def test_64_processes_register_at_once_and_none_is_lost(self):
        self.assertEqual(run(self.store, "plan", "growth").returncode, 0)
        processes = [
            subprocess.Popen([BINARY, "--store", self.store, "-q", "register", "--url",
                              f"https://host{i}.example.com/hook"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            for i in range(64)
        ]
        for process in processes:
            _, errors = process.communicate(timeout=300)
            self.assertEqual((process.returncode, errors), (0, b""))
        webhooks = self.webhooks()
        self.assertEqual(len({webhook["url"] for webhook in webhooks}), 64)
        self.assertEqual(len({webhook["id"] for webhook in webhooks}), 64)
        self.assertEqual(os.listdir(self.folder.name), ["store.json"])

    def test_killed_at_random_moments_it_stays_a_valid_store(self):
        draw = random.Random(7)
        begin = time.monotonic()
        self.assertEqual(run(self.store, "plan", "growth").returncode, 0)
        usual = time.monotonic() - begin  # so that the kills fall all over a process's life
        finished = 0
        for i in range(KILLS):
            if i % 3 == 2 and self.webhooks():
                args = ["delete", self.webhooks()[0]["id"]]
            else:
                args = ["register", "--url", f"https://host{i}.example.com/hook"]
            process = subprocess.Popen([BINARY, "--store", self.store, "-q", *args],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(draw.uniform(0, 1.5 * usual))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
            finished += process.returncode == 0
            self.assertLessEqual(set(os.listdir(self.folder.name)),
                                 {"store.json", "store.json.tmp"})
            document = json.loads(slurp(self.store))
            self.assertEqual(document["version"], 1)
        # A later change cleans up what a killed one has left.
        self.assertEqual(run(self.store, "register", "--url", "https://last.example.com").returncode,
                         0)
        self.assertEqual(os.listdir(self.folder.name), ["store.json"])
        print(f"{finished} of {KILLS} finished before they were killed", file=sys.stderr)

    def test_a_new_store_is_private_and_its_folders_are_made(self):
        path = os.path.join(self.folder.name, "a", "b", "store.json")
        self.assertEqual(run(path, "register", "--url", "3000").returncode, 0)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)

    def test_a_missing_and_an_empty_file_are_an_empty_store(self):
        for store in (self.store, tempfile.mkstemp(dir=self.folder.name)[1]):
            self.assertEqual(run(store, "list", "--json").stdout, '{"webhooks":[],"total":0}\n')
            self.assertEqual(run(store, "register", "--url", "3000").returncode, 0)
            self.assertEqual(json.loads(run(store, "list", "--json").stdout)["total"], 1)

    def test_reading_makes_nothing(self):
        run(self.store, "list")
        run(self.store, "delete", "abcd")
        self.assertEqual(os.listdir(self.folder.name), [])

    def test_unknown_members_survive(self):
        document = {"version": 1, "note": {"by": "hand"}, "plan": "growth", "webhooks": [
            {"id": "0b29c2c4-7d1c-4a4e-8a56-0f5b5c0c0001", "url": "https://a.example.com/",
             "events": ["booking.confirmed"], "signing_secret": "whsec_a", "active": True,
             "created_at": "2026-03-10T14:05:00.000Z", "label": "mine"}]}
        with open(self.store, "w", encoding="utf-8") as file:
            json.dump(document, file)
        self.assertEqual(run(self.store, "register", "--url", "3000").returncode, 0)
        document = json.loads(slurp(self.store))
        self.assertEqual(document["note"], {"by": "hand"})
        self.assertEqual(document["webhooks"][0]["label"], "mine")
        self.assertEqual(len(document["webhooks"]), 2)

    def test_what_is_no_store_is_never_overwritten(self):
        cases = {
            '{"version": 1, "webhooks": [': "1:",
            "hello": "1:1",
            '{"version":2,"webhooks":[]}': "version",
            "[" * 100_000: "nesting",
            '{"version":1,"webhooks":[{"id":7}]}': "webhooks[0]",
        }
        for text, message in cases.items():
            with self.subTest(text=text[:40]):
                with open(self.store, "w", encoding="utf-8") as file:
                    file.write(text)
                self.assert_refused_untouched(self.store, message)
        self.assertEqual(os.listdir(self.folder.name), ["store.json"])

    def test_a_folder_is_no_store(self):
        os.mkdir(self.store)
        self.assert_refused_untouched(self.store, "directory")
        self.assertEqual(os.listdir(self.store), [])

    def test_a_read_only_folder(self):
        self.assertEqual(run(self.store, "register", "--url", "3000").returncode, 0)
        os.chmod(self.store, 0o644)
        # The build may be where only its owner may look.
        binary = shutil.copy(BINARY, self.folder.name)
        os.chmod(binary, 0o755)
        os.chmod(self.folder.name, 0o555)
        self.addCleanup(os.chmod, self.folder.name, 0o755)
        before = slurp(self.store)
        user = UNPRIVILEGED if os.getuid() == 0 else None
        result = run(self.store, "register", "--url", "3001", user=user, binary=binary)
        self.assertEqual(result.returncode, 3, result)
        self.assertIn("slotflow-hooks: error: ", result.stderr)
        self.assertIn(self.store, result.stderr)
        self.assertEqual(slurp(self.store), before)

    def test_a_full_disk(self):
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs",
                                  self.folder.name], capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("a tmpfs cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", self.folder.name], check=True)
        self.assertEqual(run(self.store, "register", "--url", "3000").returncode, 0)
        before = slurp(self.store)
        fill_disk(os.path.join(self.folder.name, "filler"))
        result = run(self.store, "register", "--url", "3001")
        self.assertEqual(result.returncode, 3, result)
        self.assertIn("No space left on device", result.stderr)
        self.assertEqual(slurp(self.store), before)
        self.assertNotIn("store.json.tmp", os.listdir(self.folder.name))

    def hold(self):
        """Locks the store, as a process that is stuck."""
        holder = open(self.store, "a", encoding="utf-8")
        self.addCleanup(holder.close)
        fcntl.flock(holder, fcntl.LOCK_EX)
        return holder

    def begin_waiting(self, *args):
        process = subprocess.Popen([BINARY, "--store", self.store, *args], text=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        self.addCleanup(process.stderr.close)
        for line in process.stderr:
            if line == (f"slotflow-hooks: warning: waiting for {self.store}, which another process "
                        "has locked\n"):
                return process
        self.fail("it did not wait")

    def test_a_wait_for_the_lock_is_said_and_ends_with_the_lock(self):
        holder = self.hold()
        process = self.begin_waiting("plan", "growth")
        holder.close()
        self.assertEqual(process.wait(60), 0)
        self.assertIn("growth", slurp(self.store).decode())

    def test_a_wait_for_the_lock_can_be_interrupted(self):
        self.hold()
        for args, code in ((["register", "3000"], -signal.SIGINT),
                           (["listen", "--port", "0", "--register"], 130)):
            process = self.begin_waiting(*args)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(60), code)
        self.assertEqual(slurp(self.store), b"")

    def test_a_store_that_others_may_change(self):
        self.assertEqual(run(self.store, "register", "3000").returncode, 0)
        for mode, expected in ((0o644, ""),
                               (0o666, "slotflow-hooks: warning: users besides the owner may change "
                                       f"{self.store}: run 'chmod go-w {self.store}'\n")):
            os.chmod(self.store, mode)
            result = run(self.store, "list")
            self.assertEqual((result.returncode, result.stderr), (0, expected))
            self.assertEqual(stat.S_IMODE(os.stat(self.store).st_mode), mode)

    def test_a_store_that_is_a_mount_point(self):
        self.assertEqual(run(self.store, "register", "3000").returncode, 0)
        mounted = subprocess.run(["mount", "--bind", self.store, self.store], capture_output=True,
                                 check=False)
        if mounted.returncode != 0:
            self.skipTest("a file cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", self.store], check=True)
        result = run(self.store, "register", "3001")
        self.assertEqual((result.returncode, result.stderr.splitlines()[-2:]),
                         (3, [f"slotflow-hooks: error: cannot write {self.store}: Device or resource "
                              "busy", "hint: mount the folder of the store instead of the file, or "
                              "choose another file with --store"]))


if __name__ == "__main__":
    run_tests()
