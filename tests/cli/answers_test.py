#!/usr/bin/python3
"""Answers of a handler, to fire and through listen --forward-to: kept as they are, or refused.

answers_test.py BINARY [-k NAME]
"""

import base64
import json

from peers import Client, ProgramTest, event, post
from support import run_tests

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

# Answers that are refused although the connection stays open, and the reason.
BROKEN = (
    (HEAD + b"Content-Length: -1\r\n\r\n", "the Content-Length does not consist of digits"),
    (HEAD + b"Content-Length: abc\r\n\r\n", "the Content-Length does not consist of digits"),
    (HEAD + b"Content-Length: 2, 3\r\n\r\nok", "there are different Content-Lengths"),
    (HEAD + b"Content-Length: 2\r\ncontent-length: 3\r\n\r\nok",
     "there are different Content-Lengths"),
    (HEAD + b"no colon\r\n", "a header line has no colon"),
    (HEAD + b"A: 1\r\n folded\r\n", "a header is folded into several lines"),
    (HEAD + b"A: x\0y\r\n", "a header's value has a NUL byte"),
    (HEAD + b"A: x\ry\r\n", "a header line has a CR without an LF"),
    (CHUNKED + b"-2\r\n", "a chunk's size is not a hexadecimal number"),
    (CHUNKED + b"\r\n", "a chunk's size is not a hexadecimal number"),
    (CHUNKED + b"1\r\nok\r\n", "a chunk does not end where its size says"),
    (CHUNKED + b"2\r\nok0\r\n", "a chunk does not end where its size says"),
    (CHUNKED + b"10000000000000000\r\n", "a chunk's size is larger than 64 bits"),
    (HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n", "the Transfer-Encoding is not chunked"),
    (HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n",
     "there is both a Content-Length and a Transfer-Encoding"),
    (b"HTTP/1.1 101 Switching Protocols\r\n", ""), (b"HTTP/2 200\r\n", ""),
    (b"HTTP/1.1 20 OK\r\n", ""), (b"HTTP/1.1 2000 OK\r\n", ""), (b"HTTP/1.1 abc\r\n", ""),
    (b"SSH-2.0-OpenSSH\r\n", ""), (b"220 mail ESMTP\r\n", ""), (b"\x15\x03\x01\0\x02", ""),
)

# Good ones: what comes behind the status line, the status, the reason phrase, headers, body.
KEPT = (
    (b"200 Fine\r\nZ-First: 1\r\nX-Empty:\r\nA-Last: 2\r\nContent-Length: 2\r\n\r\nok", 200,
     [["Z-First", "1"], ["X-Empty", ""], ["A-Last", "2"], ["Content-Length", "2"]], b"ok"),
    (b"302 Moved\r\nLocation: /l?next=%2Fa%3Fb%3D1\r\nSet-Cookie: s=s%3Aabc\r\n"
     b"X-A: Zoe%0D%0ASet-Cookie: admin=1\r\nset-cookie: b=%\r\nContent-Length: 0\r\n\r\n", 302,
     [["Location", "/l?next=%2Fa%3Fb%3D1"], ["Set-Cookie", "s=s%3Aabc"],
      ["X-A", "Zoe%0D%0ASet-Cookie: admin=1"], ["set-cookie", "b=%"], ["Content-Length", "0"]],
     b""),
    (b"200 OK\r\nX-Long: " + b"a" * 9000 + b"\r\nContent-Length: 1\r\n\r\n1", 200,
     [["X-Long", "a" * 9000], ["Content-Length", "1"]], b"1"),
    (b"200 OK\r\nX-Long: " + b"a" * 60_000 + b"\r\nContent-Length: 1\r\n\r\n1", 200,
     [["X-Long", "a" * 60_000], ["Content-Length", "1"]], b"1"),
    (b"200 OK\nContent-Length: 8\n\nreceived", 200, [["Content-Length", "8"]], b"received"),
    (b"200\r\nContent-Length: 0\r\n\r\n", 200, [["Content-Length", "0"]], b""),
    (b"200 \r\nContent-Length: 2, 2\r\n\r\nok", 200, [["Content-Length", "2, 2"]], b"ok"),
)


class Broken(ProgramTest):
    def test_fire_knows_at_once_and_says_why(self):
        for content, reason in BROKEN:
            with self.subTest(content=content):
                server = self.answering(content, hold=True)
                code, out, err = self.run_to_end("fire", "confirmed", "--no-retry", "--timeout",
                                                 "1h", "--to", server.url)
                self.assertEqual(code, 1, err)
                self.assertIn("bad_response", out)
                self.assertIn(reason, out)

    def test_a_forwarder_answers_502(self):
        for content, reason in BROKEN:
            with self.subTest(content=content):
                server = self.answering(content, hold=True)
                listener = self.listen("--forward-to", server.url)
                with Client(listener.port) as client:
                    client.send(post(event()))
                    answer = client.answer()
                self.assertEqual((answer.status, answer.body),
                                 (502, b"the handler behind this receiver gave no response: "
                                       b"bad_response\n"))
                request, = listener.end().requests
                self.assertEqual(request["forwarded"]["error"], "bad_response")
                self.assertIn(reason, request["forwarded"]["detail"])

    def test_a_line_that_never_ends(self):
        def behave(begin):
            def send(connection):
                server.read(connection)
                connection.sendall(begin)
                while True:
                    connection.sendall(b"1" * 65536)
            return send
        for begin, reason in ((b"", "not HTTP/1.1"), (b"HTTP/1.1 200 ", "over 64 KiB"),
                              (HEAD + b"A: ", "over 64 KiB"), (HEAD + b"A", "over 64 KiB"),
                              (CHUNKED, "a chunk's size line is over 8 KiB"),
                              (CHUNKED + b"2;", "a chunk's size line is over 8 KiB"),
                              (CHUNKED + b"0\r\nA: ", "over")):
            with self.subTest(begin=begin):
                server = self.endpoint(behave(begin))
                code, out, err = self.run_to_end("fire", "confirmed", "--no-retry", "--timeout",
                                                 "1h", "--to", server.url)
                self.assertEqual(code, 1, err)
                self.assertIn("bad_response", out)
                self.assertIn(reason, out)


class Kept(ProgramTest):
    def test_fire_takes_them(self):
        for content, status, _, body in KEPT:
            for hold in (False, True):
                with self.subTest(content=content[:60], hold=hold):
                    _, attempt = self.attempt(b"HTTP/1.1 " + content, hold)
                    self.assertEqual((attempt["status"], attempt["error"]), (status, None))
                    self.assertEqual(attempt["response_body"].encode(), body)

    def test_fire_shows_the_location_that_was_sent(self):
        for location in ("/l?next=%2Fa%3Fb%3D1", "/a%0D%0AX: 1", "http://h/%zz%", "//h/ä"):
            with self.subTest(location=location):
                server = self.answering(b"HTTP/1.1 302 Found\r\nLocation: %s\r\n"
                                        b"Content-Length: 0\r\n\r\n" % location.encode())
                _, out, _ = self.run_to_end("fire", "confirmed", "--no-retry", "--to", server.url)
                self.assertIn(location, out)

    def test_a_forwarder_passes_on_what_was_sent(self):
        for content, status, headers, body in KEPT:
            with self.subTest(content=content[:60]):
                server = self.answering(b"HTTP/1.1 " + content)
                listener = self.listen("--forward-to", server.url)
                with Client(listener.port) as client:
                    client.send(post(event()))
                    answer = client.answer()
                self.assertEqual((answer.status, answer.body), (status, body))
                # A list of equal lengths goes on as one (RFC 9110, section 8.6).
                expected = [[name, "2" if value == "2, 2" else value] for name, value in headers]
                self.assertEqual([[name.decode(), value.decode()]
                                  for name, value in answer.headers], expected)

    def test_head_keeps_its_content_length(self):
        server = self.answering(b"HTTP/1.1 200 Fine\r\nContent-Length: 123\r\n\r\n", hold=True)
        listener = self.listen("--forward-to", server.url)
        with Client(listener.port) as client:
            client.send(b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            self.assertEqual(client.rest(), b"HTTP/1.1 200 Fine\r\nContent-Length: 123\r\n"
                                            b"Connection: close\r\n\r\n")

    def test_a_body_without_end_line_or_length_is_taken(self):
        for content in (b"HTTP/1.1 200 OK\n\nreceived", b"HTTP/1.1 200 OK\r\n\r\nreceived",
                        b"HTTP/1.0 200 OK\n\nreceived"):
            with self.subTest(content=content):
                code, attempt = self.attempt(content)
                self.assertEqual((code, attempt["status"], attempt["response_body"]),
                                 (0, 200, "received"))

    def test_bytes_that_are_no_utf_8_are_exact_in_json(self):
        content = b"HTTP/1.1 200 OK\r\nX-L: caf\xe9\r\nContent-Length: 3\r\n\r\n\xff\xfe\0"
        _, attempt = self.attempt(content)
        self.assertEqual(attempt["response_body_base64"],
                         base64.b64encode(b"\xff\xfe\0").decode())
        server = self.answering(content)
        listener = self.listen("--forward-to", server.url)
        with Client(listener.port) as client:
            client.send(post(event(), b"X-R: \xe4\r\n", b"/\xff"))
            answer = client.answer()
        self.assertEqual((answer.headers[0], answer.body), ((b"X-L", b"caf\xe9"), b"\xff\xfe\0"))
        self.assertIn(b"X-R: \xe4\r\n", server.requests[0])
        self.assertTrue(server.requests[0].startswith(b"POST /\xff HTTP"))
        line = json.dumps(listener.end().requests[0])
        for value in (b"\xe4", b"/\xff"):
            self.assertIn(base64.b64encode(value).decode(), line)


if __name__ == "__main__":
    run_tests()
