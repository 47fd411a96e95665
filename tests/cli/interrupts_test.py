#!/usr/bin/python3
"""The first Ctrl-C ends every wait for the network, whatever the peer is doing.

interrupts_test.py BINARY [-k NAME]
"""

import json
import signal
import ssl
import threading

from peers import LIMIT, Client, ProgramTest, post
from support import run_tests

SECRET = ["--secret", "whsec_x"]


class Deaf(ProgramTest):
    """Endpoints that take a connection and stop at some point."""

    def interrupted(self, process):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 130, (out, err))
        return out.decode(), err.decode()

    def stalling(self, begin=b"", read=True):
        """An endpoint that sends this much, and tells that it has."""
        reached = threading.Event()

        def behave(connection):
            if read:
                server.read(connection)
            connection.sendall(begin)
            reached.set()
            connection.recv(1)
        server = self.endpoint(behave)
        return server, reached

    def test_fire_at_any_point(self):
        for scheme, begin, read in (("http", b"", True), ("http", b"", False),
                                    ("http", b"HTTP/1.1 2", True),
                                    ("http", b"HTTP/1.1 200 OK\r\nA:", True),
                                    ("http", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1",
                                     True),
                                    ("https", b"", False), ("https", b"\x16\x03\x03", False)):
            with self.subTest(scheme=scheme, begin=begin, read=read):
                server, reached = self.stalling(begin, read)
                process = self.start("fire", "confirmed", "--json", "--timeout", "1h", "--to",
                                     f"{scheme}://127.0.0.1:{server.port}/")
                self.assertTrue(reached.wait(LIMIT))
                out, _ = self.interrupted(process)
                self.assertEqual(json.loads(out.splitlines()[-1])["unfinished"], 1)

    def test_check_of_a_deaf_handler(self):
        server, reached = self.stalling()
        process = self.start("check", server.url, *SECRET, "--timeout", "1h")
        self.assertTrue(reached.wait(LIMIT))
        self.interrupted(process)

    def test_check_of_https_that_goes_deaf(self):
        certificate = self.path("c.pem")
        listener = self.listen("--tls", "--tls-cert-out", certificate, "--script", "200,timeout")
        process = self.start("check", f"https://localhost:{listener.port}/", "--cacert",
                             certificate, *SECRET, "--only", "delivery.https", "--timeout", "1h",
                             "-q")
        # The first request is answered. The second one has been read when its connection is held.
        listener.out.wait_for('"type":"request"')
        self.interrupted(process)
        listener.end()

    def test_listen_while_clients_and_the_handler_are_silent(self):
        server, reached = self.stalling()
        listener = self.listen("--forward-to", server.url)
        clients = [Client(listener.port) for _ in range(4)]
        clients[1].send(b"POST / HT")
        clients[2].send(post(b"{}")[:-1])
        clients[3].send(post(b"{}"))
        self.assertTrue(reached.wait(LIMIT))
        ended = listener.end()
        self.assertEqual(ended.code, 0)
        for client in clients:
            client.close()

    def test_listen_in_the_middle_of_handshakes(self):
        listener = self.listen("--tls")
        clients = [Client(listener.port) for _ in range(2)]
        clients[1].send(b"\x16\x03\x01\x02\0")
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        third = Client(listener.port)
        third.socket = context.wrap_socket(third.socket)
        third.send(post(b"{}"))
        self.assertEqual(third.answer().status, 200)
        self.assertEqual(listener.end().code, 0)
        for client in (*clients, third):
            client.close()


if __name__ == "__main__":
    run_tests()
