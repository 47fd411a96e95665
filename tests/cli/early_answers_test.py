#!/usr/bin/python3
"""An endpoint that answers before it has read the body, and closes: its answer is seen.

early_answers_test.py BINARY [-k NAME]
"""

import shutil
import socket
import ssl
import subprocess

from peers import LIMIT, ProgramTest, ask, post
from support import run_tests

LARGE = 6_000_000  # bytes: more than the network holds
ANSWER = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbig\n"


class EarlyAnswers(ProgramTest):
    def setUp(self):
        super().setUp()
        with open(self.path("payload"), "wb") as file:
            file.write(b"x" * LARGE)

    def context(self):
        """The server's side of TLS, with c.pem as its certificate."""
        if not shutil.which("openssl"):
            self.skipTest("there is no openssl to make a certificate with")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                        self.path("k.pem"), "-out", self.path("c.pem"), "-days", "10", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                       check=True, capture_output=True, timeout=LIMIT)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path("c.pem"), self.path("k.pem"))
        return context

    def early(self, read, context=None, in_order=False):
        """Reads so many bytes, answers and closes; in order: once the client has."""
        def behave(connection):
            # Otherwise the answer could wait here for the client's machine to confirm what was
            # sent before it, and closing would throw it away.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if context:
                connection = context.wrap_socket(connection, server_side=True)
            with connection:
                count = 0
                while count < read:
                    count += len(connection.recv(65536))
                connection.sendall(ANSWER)
                if in_order:
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):
                        pass
        return self.endpoint(behave)

    def check(self, port, body, scheme="http", *args):
        code, attempts, _, err = self.fire("confirmed", "--payload", self.path("payload"),
                                           "--no-retry", "--to", f"{scheme}://localhost:{port}/",
                                           *args)
        attempt, = attempts
        self.assertEqual((code, attempt["status"], attempt["error"], attempt["response_body"]),
                         (1, 413, None, body), err)

    def test_plain(self):
        for read in (1, 1000, 100_000, 1_000_000):
            for in_order in (False, True):
                with self.subTest(read=read, in_order=in_order):
                    self.check(self.early(read, in_order=in_order).port, "big\n")

    def test_tls(self):
        context = self.context()
        for read in (1, 1000, 100_000, 1_000_000):
            with self.subTest(read=read):
                self.check(self.early(read, context).port, "big\n", "https", "--cacert",
                           self.path("c.pem"))

    def test_through_a_forwarder(self):
        listener = self.listen("--max-body", "8MiB", "--forward-to",
                               f"http://127.0.0.1:{self.early(1000).port}/")
        answer = ask(listener.port, post(b"x" * LARGE))
        self.assertEqual((answer.status, answer.body), (413, b"big\n"))

    def test_of_listen_itself(self):
        certificate = self.path("c.pem")
        for scheme, args in (("http", []), ("https", ["--tls", "--tls-cert-out", certificate])):
            with self.subTest(scheme=scheme):
                listener = self.listen(*args)
                self.check(listener.port, "the body is over 1048576 bytes\n", scheme,
                           *(["--cacert", certificate] if args else []))
                request, = listener.end().requests
                self.assertEqual(request["answer"]["status"], 413)


if __name__ == "__main__":
    run_tests()
