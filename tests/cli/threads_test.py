#!/usr/bin/python3
"""Where the user may start no more threads, listen and fire go on, or say so.

threads_test.py BINARY [-k NAME]
Exits with 77 where that cannot be tried: when it is not root who can become another user, and
under sanitizers, which start threads of their own.
"""

import os
import shutil
import subprocess

from peers import BINARY, LIMIT, SANITIZED, Client, ProgramTest, event, post
from support import SKIPPED, run_tests

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
# Somebody who has no other process.
USER = 60_000 + os.getpid() % 4000


def limited(count):
    return ["setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups",
            "prlimit", f"--nproc={count}"]


def can_be_limited():
    """False, too, where others than root may not run the binary."""
    if os.geteuid() != 0 or not shutil.which("setpriv") or not shutil.which("prlimit"):
        return False
    return subprocess.run([*limited(10), BINARY, "--version"], capture_output=True, timeout=LIMIT,
                          check=False).returncode == 0


class Threads(ProgramTest):
    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o777)

    def test_requests_in_two_packets_at_once(self):
        listener = self.listen(under=limited(4))
        clients = [Client(listener.port) for _ in range(100)]
        content = [post(event(f"b{number}")) for number in range(100)]
        for client, whole in zip(clients, content):
            client.send(whole[:50])
        for client, whole in zip(clients, content):
            client.send(whole[50:])
        for client in clients:
            self.assertEqual(client.answer().status, 200)
            client.close()
        ended = listener.end()
        self.assertEqual((ended.code, ended.summary["accepted"], ended.err), (0, 100, []))

    def test_through_a_forwarder(self):
        server = self.answering(OK)
        listener = self.listen("--forward-to", server.url, under=limited(4))
        clients = [Client(listener.port) for _ in range(30)]
        for client in clients:
            client.send(post(event()))
        for client in clients:
            self.assertEqual(client.answer().status, 200)
            client.close()
        self.assertEqual(listener.end().summary["accepted"], 30)

    def test_fire_to_many_endpoints(self):
        servers = [self.answering(OK) for _ in range(60)]
        urls = [part for server in servers for part in ("--to", server.url)]
        code, attempts, summary, err = self.fire("confirmed", *urls, under=limited(3))
        self.assertEqual((code, summary["delivered"], len(attempts)), (0, 60, 60), err)

    def test_not_one_thread(self):
        for command in (["listen", "--port", "0"], ["fire", "confirmed", "--to",
                                                    "http://127.0.0.1:9"]):
            with self.subTest(command=command):
                code, _, err = self.run_to_end(*command, under=limited(1))
                self.assertEqual(code, 3, err)
                self.assertIn("slotflow-hooks: error: cannot start a thread: ", err)
                self.assertIn("hint: raise the limit on processes and threads: ulimit -u", err)


if __name__ == "__main__":
    if SANITIZED or not can_be_limited():
        raise SystemExit(SKIPPED)
    run_tests()
