#!/usr/bin/python3
"""What counts as a request of listen, and what as an answer that somebody got.

counting_test.py BINARY [-k NAME]
"""

import socket
import ssl
import struct

from peers import Client, ProgramTest, ask, event, post
from support import run_tests


def leave(client, how):
    """Closes in order, with a reset, or only the client's own side."""
    if how == "reset":
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if how == "shutdown":
        client.socket.shutdown(socket.SHUT_WR)
    else:
        client.close()


class GivenUp(ProgramTest):
    def check(self, how, *args, content=post(event())):
        """Whoever leaves before the answer got none, and is told at once to have given up."""
        listener = self.listen("--count", "1", *args)
        with Client(listener.port) as client:
            client.send(content)
            leave(client, how)
            ended = listener.wait()  # long before the delay is over
        self.assertEqual(ended.code, 0)
        request, = ended.requests
        self.assertIsNone(request["answer"]["status"])
        self.assertIsInstance(request["answer"]["given_up_after_ms"], (int, float))
        self.assertEqual((ended.summary["requests"], ended.summary["accepted"],
                          ended.summary["failed"]), (1, 0, 1))

    def test_within_the_delay(self):
        for how in ("close", "reset", "shutdown"):
            for args in (["--delay", "1h"], ["--delay", "1h", "--fail-first", "1"],
                         ["--delay", "1h", "--fault", "drip"]):
                with self.subTest(how=how, args=args):
                    self.check(how, *args)

    def test_the_retry_is_no_duplicate(self):
        for handler, duplicates in ((None, [False, False, True]), (200, [False, True, True])):
            with self.subTest(handler=handler):
                args = ["--script", "200@1h,200,200", "--count", "3"]
                if handler:
                    args += ["--forward-to", self.answering(
                        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").url]
                listener = self.listen(*args)
                with Client(listener.port) as client:
                    client.send(post(event()))
                    leave(client, "shutdown")
                    listener.out.wait_for('"given_up_after_ms"')
                for _ in range(2):
                    self.assertEqual(ask(listener.port, post(event())).status, 200)
                ended = listener.wait()
                self.assertEqual([request["duplicate"] for request in ended.requests], duplicates)
                self.assertEqual(ended.summary["duplicates"], sum(duplicates))

    def test_who_waits_gets_it_and_is_told_to(self):
        listener = self.listen("--delay", "300ms", "--count", "1")
        answer = ask(listener.port, post(event()))
        self.assertEqual(answer.status, 200)
        request, = listener.wait().requests
        self.assertEqual(request["answer"]["status"], 200)
        self.assertIsNone(request["answer"].get("given_up_after_ms"))

    def test_an_answer_larger_than_the_network_holds(self):
        server = self.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
                                + b"x" * 1_000_000)
        for how in ("close", "reset"):
            with self.subTest(how=how):
                listener = self.listen("--forward-to", server.url, "--count", "1")
                client = Client(listener.port)
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                client.send(post(event()))
                client.socket.recv(100)
                leave(client, how)
                request, = listener.wait().requests
                self.assertIsNone(request["answer"]["status"])
                self.assertEqual(request["forwarded"]["status"], 200)

    def test_with_an_empty_line_sent_behind_the_request(self):
        listener = self.listen("--delay", "1h", "--count", "2")
        with Client(listener.port) as client:
            client.send(post(event()))
            # The request has been read when somebody who came later is answered.
            self.assertEqual(ask(listener.port, b"GET / HTTP/1.1\r\n\r\n").status, 400)
            client.send(b"\r\n")
        ended = listener.wait()
        self.assertEqual([line["answer"]["status"] for line in ended.requests], [400, None])

    def test_while_the_handler_works(self):
        def behave(connection):
            server.read(connection)
            client.close()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        server = self.endpoint(behave)
        listener = self.listen("--forward-to", server.url, "--count", "1")
        client = Client(listener.port)
        client.send(post(event()))
        ended = listener.wait()
        request, = ended.requests
        self.assertIsNone(request["answer"]["status"])
        self.assertEqual(request["forwarded"]["status"], 200)
        self.assertEqual(ended.summary["accepted"], 0)


class Count(ProgramTest):
    def test_no_more_than_so_many_are_answered(self):
        listener = self.listen("--count", "2")
        with Client(listener.port) as client:
            client.send(post(event()) * 20)
            for _ in range(2):
                self.assertEqual(client.answer().status, 200)
            self.assertEqual(client.rest(), b"")
        ended = listener.wait()
        self.assertEqual((len(ended.requests), ended.summary["requests"]), (2, 2))

    def test_nor_of_those_that_come_at_once(self):
        listener = self.listen("--count", "3", "--delay", "100ms")
        clients = [Client(listener.port) for _ in range(8)]
        for client in clients:
            client.send(post(event(), b"Connection: close\r\n"))
        rests = [client.rest() for client in clients]
        self.assertEqual(sorted(rest[:12] for rest in rests), [b""] * 5 + [b"HTTP/1.1 200"] * 3)
        for client in clients:
            client.close()
        self.assertEqual(listener.wait().summary["requests"], 3)


class Looks(ProgramTest):
    def probes(self, port):
        """Connections that say nothing: in order, with a reset, half closed, many at once."""
        for how in ("close", "reset", "shutdown"):
            client = Client(port)
            leave(client, how)
            if how == "shutdown":
                self.assertEqual(client.rest(), b"")
            client.close()
        for client in [Client(port) for _ in range(50)]:
            client.close()

    def test_a_look_at_the_port_is_no_request(self):
        certificate = self.path("c.pem")
        for tls in (False, True):
            with self.subTest(tls=tls):
                args = ["--tls", "--tls-cert-out", certificate] if tls else []
                listener = self.listen("--count", "1", *args)
                self.probes(listener.port)
                client = Client(listener.port)
                if tls:
                    context = ssl.create_default_context(cafile=certificate)
                    client.socket = context.wrap_socket(client.socket, server_hostname="localhost")
                client.send(post(event()))
                self.assertEqual(client.answer().status, 200)
                client.close()
                ended = listener.wait()
                self.assertEqual((ended.code, ended.summary["requests"],
                                  ended.summary["accepted"]), (0, 1, 1))

    def test_a_handshake_alone_is_no_request(self):
        certificate = self.path("c.pem")
        listener = self.listen("--tls", "--tls-cert-out", certificate)
        context = ssl.create_default_context(cafile=certificate)
        for _ in range(3):
            client = Client(listener.port)
            client.socket = context.wrap_socket(client.socket, server_hostname="localhost")
            client.close()
        client = Client(listener.port)
        client.socket = context.wrap_socket(client.socket, server_hostname="localhost")
        client.send(post(event(), b"Connection: close\r\n"))
        self.assertEqual(client.answer().status, 200)
        client.close()
        self.assertEqual(listener.end().summary["requests"], 1)

    def test_a_handshake_that_fails_is_no_request(self):
        listener = self.listen("--tls", "--count", "1")
        for content in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01", b"\0"):
            with self.subTest(content=content), Client(listener.port) as client:
                client.send(content)
                client.socket.shutdown(socket.SHUT_WR)
                client.rest()
        strict = ssl.create_default_context()
        for _ in range(3):
            with Client(listener.port) as client, self.assertRaises(ssl.SSLError):
                strict.wrap_socket(client.socket, server_hostname="localhost")
        lax = ssl._create_unverified_context()
        with Client(listener.port) as client:
            client.socket = lax.wrap_socket(client.socket)
            client.send(post(event()))
            self.assertEqual(client.answer().status, 200)
        ended = listener.wait()
        self.assertEqual((ended.code, ended.summary["requests"], len(ended.requests)), (0, 1, 1))
        refused = [line for line in ended.err if "client does not trust the certificate" in line]
        self.assertEqual(len(refused), 1, ended.err)
        self.assertEqual(len([line for line in ended.err if "client speaks plain HTTP" in line]), 1)


if __name__ == "__main__":
    run_tests()
