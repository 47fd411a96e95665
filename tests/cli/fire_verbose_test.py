#!/usr/bin/python3
"""What fire --verbose prints: the requests that were sent, and the responses.

fire_verbose_test.py BINARY [-k NAME]
"""

import socket
import threading

from peers import ProgramTest
from support import run_tests

SECRET = "whsec_k8J2mN4pQ7rS9tU1vW3xY5zA6bC8dE0f"
OK = b"HTTP/1.1 200 OK\r\nX-b: 1\r\nx-A: 2\r\nContent-Length: 6\r\n\r\nok\x1b[2J"


def sent_lines(request):
    """How a request is shown whose body is one line."""
    head, _, body = request.decode().partition("\r\n\r\n")
    return [f"    > {line}" for line in head.split("\r\n")] + ["    >", f"    > {body}"]


def lines_with(out, mark):
    return [line for line in out.splitlines() if line.startswith(mark)]


class Verbose(ProgramTest):
    def fire_verbose(self, url, *args):
        return self.run_to_end("fire", "confirmed", "--to", url, "-v", *args)

    def test_the_bytes_that_arrive_are_shown_and_the_secret_is_not(self):
        server = self.answering(OK)
        code, out, err = self.fire_verbose(server.url, "--secret", SECRET, "--header", "X-Mine: 1")
        self.assertEqual(code, 0, err)
        self.assertEqual(lines_with(out, "    >"), sent_lines(server.requests[0]))
        self.assertIn("    > X-Slotflow-Signature: t=", out)
        self.assertIn("    > X-Mine: 1\n", out)
        self.assertEqual(lines_with(out, "    <"),
                         ["    < HTTP/1.1 200 OK", "    < X-b: 1", "    < x-A: 2",
                          "    < Content-Length: 6", "    <", "    < ok\\x1b[2J"])
        self.assertNotIn(SECRET[6:], out + err)
        _, out, _ = self.run_to_end("fire", "confirmed", "--to", server.url)
        self.assertEqual(lines_with(out, "    "), [])

    def test_each_retry_shows_its_own_request(self):
        server = self.answering(b"HTTP/1.1 500 No\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000)
        code, out, err = self.fire_verbose(server.url, "--secret", SECRET,
                                           "--retry-delays", "1s", "--speed", "1")
        self.assertEqual((code, len(server.requests)), (1, 2), err)
        self.assertEqual(lines_with(out, "    >"),
                         sent_lines(server.requests[0]) + sent_lines(server.requests[1]))
        signatures = lines_with(out, "    > X-Slotflow-Signature")
        self.assertNotEqual(signatures[0], signatures[1])
        self.assertEqual(lines_with(out, "    < x"), ["    < " + "x" * 4096] * 2)
        self.assertEqual(out.count("    … (the first 4096 bytes of the body)\n"), 2)

    def test_what_was_changed_on_purpose_is_shown_as_sent(self):
        server = self.answering(OK)
        for tamper in ("body", "signature", "timestamp", "missing"):
            _, out, err = self.fire_verbose(server.url, "--secret", SECRET, "--tamper", tamper)
            self.assertEqual(lines_with(out, "    >"), sent_lines(server.requests[-1]), err)

    def test_nothing_was_sent(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
            code, out, _ = self.fire_verbose(url, "--no-retry")
        self.assertEqual(code, 1)
        self.assertIn("\n    the request was not sent\n", out)
        self.assertEqual(lines_with(out, "    >") + lines_with(out, "    <"), [])

    def test_only_a_part_was_sent(self):
        ended = threading.Event()
        self.addCleanup(ended.set)

        def behave(connection):
            connection.recv(100)
            connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")
            ended.wait()  # the rest stays unread

        with open(self.path("payload"), "wb") as file:
            file.write(b"x" * (16 << 20))  # more than the buffers of a connection take
        code, out, err = self.fire_verbose(self.endpoint(behave).url, "--no-retry", "--payload",
                                           self.path("payload"))
        self.assertEqual(code, 1, err)
        self.assertRegex(out, r"\n    > x{16384}\n    … \(the first 16384 bytes of the body\)\n"
                              r"    only \d+ of the 1677\d{4} bytes of the request were sent\n"
                              r"    < HTTP/1\.1 413 Too Large\n")

    def test_no_whole_response(self):
        for content, note in ((b"", "no response"),
                              (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
                               "the response is not complete, and is not shown"),
                              (b"SSH-2.0-x\r\n",
                               "the response is not valid HTTP, and is not shown")):
            with self.subTest(content=content):
                server = self.answering(content)
                code, out, _ = self.fire_verbose(server.url, "--no-retry")
                self.assertEqual(code, 1)
                self.assertEqual(lines_with(out, "    >"), sent_lines(server.requests[0]))
                self.assertIn(f"\n    {note}\n", out)

    def test_many_copies(self):
        server = self.answering(OK)
        code, out, err = self.fire_verbose(server.url, "--duplicate", "200")
        self.assertEqual((code, len(server.requests)), (0, 200), err)
        self.assertEqual(len(lines_with(out, "    > POST / HTTP/1.1")), 200)
        self.assertEqual(len(lines_with(out, "    < HTTP/1.1 200 OK")), 200)

    def test_options_that_do_not_fit(self):
        for option, message in (("--dry-run", " or --curl: they send nothing"),
                                ("--curl", ": they send nothing"), ("--json", "")):
            with self.subTest(option=option):
                code, out, err = self.fire_verbose("9", option)
                self.assertEqual(code, 2)
                said = out + err
                self.assertIn("--verbose cannot be combined with ", said)
                self.assertIn(option, said)
                self.assertIn(message, said)


if __name__ == "__main__":
    run_tests()
