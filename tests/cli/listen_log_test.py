#!/usr/bin/python3
"""The file of listen's --log when it is renamed, full, or torn.

listen_log_test.py BINARY [-k NAME]
"""

import json
import os
import select
import signal
import subprocess

from peers import LIMIT, ProgramTest, ask, event, post
from support import run_tests


class Rotation(ProgramTest):
    def lines(self, path):
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def has_request(self, path):
        return os.path.exists(path) and any(line["type"] == "request" for line in self.lines(path))

    def test_hangup_reopens_the_log(self):
        for under in ((), ("nohup",)):
            with self.subTest(under=under):
                log, old = self.path("log"), self.path("old")
                listener = self.listen("--log", log, under=under)
                ask(listener.port, post(event()))
                listener.out.wait_for('"n":1')
                os.rename(log, old)
                listener.process.send_signal(signal.SIGHUP)
                sent = 1
                while not self.has_request(log):
                    sent += 1
                    ask(listener.port, post(event()))
                    listener.out.wait_for(f'"n":{sent}')
                ended = listener.end()
                self.assertEqual((ended.code, ended.summary["requests"]), (0, sent))
                written = self.lines(old) + self.lines(log)
                self.assertEqual([line["type"] for line in written],
                                 ["listening"] + ["request"] * sent + ["summary"])
                self.assertEqual([line["n"] for line in written[1:-1]],
                                 list(range(1, sent + 1)))
                os.remove(log)

    def test_a_log_that_cannot_be_reopened_goes_on(self):
        log, old = self.path("log"), self.path("old")
        listener = self.listen("--log", log)
        os.rename(log, old)
        os.mkdir(log)
        listener.process.send_signal(signal.SIGHUP)
        listener.err.wait_for(f"warning: cannot reopen {log} (--log): ")
        ask(listener.port, post(event()))
        listener.end()
        self.assertEqual([line["type"] for line in self.lines(old)],
                         ["listening", "request", "summary"])

    def test_a_full_disk_has_room_again(self):
        disk = self.small_disk(64)
        log = os.path.join(disk.folder, "log")
        listener = self.listen("--log", log)
        ask(listener.port, post(event()))
        listener.out.wait_for('"n":1')
        disk.fill()
        sent = 1
        while not listener.err.lines:  # until the last page of the log is full, too
            sent += 1
            ask(listener.port, post(event("x" * 500)))
            listener.out.wait_for(f'"n":{sent}')
        disk.make_room()
        ask(listener.port, post(event("last")))
        listener.err.wait_for("is written again")
        ended = listener.end()
        self.assertEqual((ended.code, len(ended.requests)), (0, sent + 1))
        with open(log, encoding="utf-8") as file:
            lines = file.read().splitlines()
        whole = []
        for line in lines:
            try:
                whole.append(json.loads(line))
            except ValueError:
                self.assertTrue(line.startswith('{"type":"request","n":'), line)
        self.assertLessEqual(len(lines), len(whole) + 1)
        self.assertEqual((whole[-2]["booking_id"], whole[-1]["type"]), ("last", "summary"))
        missing = sent + 1 - len([line for line in whole if line["type"] == "request"])
        self.assertGreater(missing, 0)
        # A line that was written whole beside a torn one may count, too.
        told = whole[-1]["not_shown"]
        self.assertGreaterEqual(told, missing)
        self.assertEqual(ended.err[0],
                         f"slotflow-hooks: warning: cannot write {log} (--log): No space left on "
                         "device; requests are missing there until it can be written")
        self.assertRegex(ended.err[-1], f"^slotflow-hooks: warning: {told} requests? (was|were) "
                                        "not written to the log: No space left on device$")

    def test_a_fifo_gets_another_reader(self):
        log = self.path("log")
        os.mkfifo(log)
        first = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
        listener = self.listen("--log", log)
        select.select([first], [], [], LIMIT)  # the first line comes before the requests
        self.assertIn(b'"listening"', os.read(first, 65536))
        os.close(first)
        ask(listener.port, post(event("lost")))
        listener.err.wait_for(f"cannot write {log} (--log): Broken pipe; ")
        second = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, second)
        ask(listener.port, post(event("kept")))
        listener.err.wait_for(f"{log} (--log) is written again")
        last = os.read(second, 65536).splitlines()[-1]
        self.assertEqual(json.loads(last)["booking_id"], "kept")
        self.assertIn("1 request was not written to the log: Broken pipe", listener.end().err[-1])

    def test_hangup_without_a_log_ends(self):
        listener = self.listen()
        listener.process.send_signal(signal.SIGHUP)
        self.assertEqual(listener.wait().code, 0)

    def test_a_torn_line_is_not_continued(self):
        for before, after in ((b"", b""), (b"{}\n", b"{}\n"), (b'{"type":"requ', b'{"type":"requ\n')):
            with self.subTest(before=before):
                with open(self.path("log"), "wb") as file:
                    file.write(before)
                self.listen("--log", self.path("log")).end()
                with open(self.path("log"), "rb") as file:
                    content = file.read()
                self.assertTrue(content.startswith(after + b'{"type":"listening"'), content)


if __name__ == "__main__":
    run_tests()
