#!/usr/bin/python3
"""With few descriptors: what listen says of it, and what needs one besides connections.

shortage_test.py BINARY [-k NAME]
"""

import socket
import threading

from peers import Client, ProgramTest, ask, event, post
from support import run_tests

WAITING = ("slotflow-hooks: warning: connections wait, because they cannot be accepted: Too many open "
           "files")
OVER = "slotflow-hooks: warning: connections are accepted again"


def limited(count):
    return ["prlimit", f"--nofile={count}"]


class Warnings(ProgramTest):
    def exhaust(self, listener, number=1):
        """Connections that the listener has accepted, and more that it cannot."""
        clients = [Client(listener.port) for _ in range(60)]
        listener.err.wait_for(WAITING, number)
        return clients

    def test_listen_says_so_once_and_when_it_is_over(self):
        listener = self.listen(under=limited(32))
        for number in (1, 2):
            for client in self.exhaust(listener, number):
                client.close()
            self.assertEqual(ask(listener.port, post(event())).status, 200)
            listener.err.wait_for(OVER, number)
        ended = listener.end()
        self.assertEqual(ended.code, 0)
        self.assertEqual(ended.err, [WAITING, OVER] * 2)
        self.assertEqual(ended.summary["requests"], 2)

    def test_a_crowd_that_comes_and_goes_is_one_shortage(self):
        listener = self.listen(under=limited(24))

        def visit():
            for _ in range(30):
                ask(listener.port, post(headers=b"Connection: close\r\n"))
        visitors = [threading.Thread(target=visit) for _ in range(60)]
        clients = self.exhaust(listener)  # so that there is one for sure
        for visitor in visitors:
            visitor.start()
        for client in clients:
            client.close()
        for visitor in visitors:
            visitor.join()
        listener.err.wait_for(OVER)
        ended = listener.end()
        self.assertEqual((ended.code, ended.summary["requests"]), (0, 1800))
        pairs = len(ended.err) // 2
        self.assertEqual(ended.err, [WAITING, OVER] * pairs)
        self.assertLess(pairs, 5)  # a machine that is busy with others may make pauses


class OtherNeeds(ProgramTest):
    def test_so_few_that_it_cannot_begin(self):
        for limit in range(5, 13):  # with fewer its libraries cannot be opened
            with self.subTest(limit=limit):
                code, _, err = self.run_to_end("fire", "confirmed", "--to", "http://127.0.0.1:9",
                                               under=limited(limit))
                self.assertEqual(code, 3, err)
                self.assertIn("slotflow-hooks: error: ", err)
                self.assertIn("ulimit -n", err)

    def test_so_few_that_no_file_can_be_opened(self):
        payload = self.path("payload")
        with open(payload, "wb") as file:
            file.write(b"{}")
        for args in (["sign", "--secret", "whsec_x", "--payload", payload], ["register", "3000"],
                     ["demo"]):
            for limit in range(5, 9):
                with self.subTest(args=args, limit=limit):
                    code, _, err = self.run_to_end(*args, under=limited(limit))
                    self.assertEqual(code, 3, err)
                    self.assertIn("slotflow-hooks: error: ", err)
                    self.assertIn("hint: raise the limit on open files: ulimit -n", err)

    def test_a_name_is_looked_up(self):
        name = socket.gethostname()
        try:
            socket.getaddrinfo(name, 1, socket.AF_INET)
        except OSError:
            self.skipTest(f"nobody knows the address of {name}")
        for limit in range(11, 16):
            with self.subTest(limit=limit):
                code, attempts, _, err = self.fire("confirmed", "--no-retry", "--to",
                                                   f"http://{name}:1/", under=limited(limit))
                self.assertNotIn("dns", [attempt["error"] for attempt in attempts], err)
        listener = self.listen("--forward-to", f"http://{name}:1/", under=limited(32))
        clients = [Client(listener.port) for _ in range(60)]
        listener.err.wait_for(WAITING)
        for client in clients[:5]:
            client.send(post(event()))
        for client in clients[5:]:
            client.close()
        for client in clients[:5]:
            answer = client.answer()
            self.assertNotIn(b"dns", answer.body)
            client.close()

    def test_https_with_the_bundle_of_the_system(self):
        bundle = self.path("c.pem")
        listener = self.listen("--tls", "--tls-cert-out", bundle)
        self.environment["SSL_CERT_FILE"] = bundle
        for limit in range(14, 20):
            with self.subTest(limit=limit):
                code, attempts, _, err = self.fire("confirmed", "--no-retry", "--to",
                                                   f"https://localhost:{listener.port}/",
                                                   under=limited(limit))
                self.assertIn(code, (0, 3), [attempt["error"] for attempt in attempts])


if __name__ == "__main__":
    run_tests()
