#!/usr/bin/python3
"""What can never become a request is refused at its first wrong line, and not waited for.

refusals_test.py BINARY [-k NAME]
"""

from peers import Client, ProgramTest, ask, event, post
from support import run_tests

HEADER = b"POST / HTTP/1.1\r\nHost: x\r\n"

# Each of them is sent, and the connection kept open.
WRONG = (
    (b"GET /\r\n", 400), (b"GET / \r\n", 400), (b"GET\r\n", 400), (b"GET / HTTP/2.0\r\n", 505),
    (b"GET / HTTP/1.x\r\n", 505), (b"GET / http/1.1\r\n", 400), (b"GET / HTTP/1.1 x\r\n", 400),
    (b"SSH-2.0-OpenSSH_9.2\r\n", 400), (b"EHLO mail.example.com\r\n", 400),
    (b"HELO x\n", 400), (b"QUIT\r\n", 400), (b"USER anonymous\r\n", 400),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    (b"\0\0\0\x08\x04\xd2\x16\x2f", 400), (b"\x03\0\0\x13\x0e\xe0", 400), (b"{", 400),
    (b"*1\r\n$4\r\nPING\r\n", 400), (b"G\xc3\x89T / HTTP/1.1\r\n", 400), (b" GET", 400),
    (b"\r\n\r\n:", 400), (b"HTTP/1.1 200 OK\r\n", 400),
    (HEADER + b"no colon\r\n", 400), (HEADER + b": x\r\n", 400), (HEADER + b"A : x\r\n", 400),
    (HEADER + b"A: 1\r\n folded\r\n", 400), (HEADER + b"A: a\0b\r\n", 400),
    (HEADER + b"A: a\rb\r\n", 400), (HEADER + b"A\xff: x\r\n", 400),
    (HEADER + b"Content-Length: -1\r\n\r\n", 400), (HEADER + b"Content-Length: +1\r\n\r\n", 400),
    (HEADER + b"Content-Length: 0x1\r\n\r\n", 400), (HEADER + b"Content-Length: 1 1\r\n\r\n", 400),
    (HEADER + b"Content-Length: \r\n\r\n", 400), (HEADER + b"Content-Length: 1,2\r\n\r\n", 400),
    (HEADER + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    (HEADER + b"Content-Length: 99999999999999999999\r\n\r\n", 400),
    (HEADER + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    (HEADER + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    (HEADER + b"Transfer-Encoding: chunked, gzip\r\n\r\n", 501),
    (HEADER + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n", 400),
    (HEADER + b"Transfer-Encoding: chunked\r\n\r\n1\r\nok\r\n", 400),
    (HEADER + b"Transfer-Encoding: chunked\r\n\r\n1\r\no0\r\n", 400),
    (HEADER + b"Transfer-Encoding: chunked\r\n\r\nx\r\n", 400),
    (HEADER + b"Transfer-Encoding: chunked\r\n\r\n\r\n", 400),
    (HEADER + b"Transfer-Encoding: chunked\r\n\r\n11111111111111111\r\n", 400),
)


class Refusals(ProgramTest):
    def test_refused_at_the_first_wrong_line(self):
        listener = self.listen()
        for content, status in WRONG:
            for in_pieces in (False, True):
                with self.subTest(content=content, in_pieces=in_pieces), \
                        Client(listener.port) as client:
                    if in_pieces:
                        for byte in content[:-1]:
                            client.send(bytes([byte]))
                        client.send(content[-1:])
                    else:
                        client.send(content)
                    answer = client.answer()  # nothing more is sent
                    self.assertEqual((answer.status, (b"Connection", b"close") in answer.headers),
                                     (status, True))
                    self.assertEqual(client.rest(), b"")
        self.assertEqual(ask(listener.port, post(event())).status, 200)
        ended = listener.end()
        self.assertEqual((ended.code, ended.summary["requests"], ended.summary["accepted"]),
                         (0, 2 * len(WRONG) + 1, 1))

    def test_tls_at_a_plain_port_is_closed_without_a_word(self):
        listener = self.listen()
        with Client(listener.port) as client:
            client.send(bytes.fromhex("16030100"))
            self.assertEqual(client.rest(), b"")
        self.assertIn("the client speaks TLS", listener.end().requests[0]["malformed"])

    def test_what_is_not_wrong_yet_is_waited_for(self):
        listener = self.listen()
        for begin in (b"G", b"GET", b"GET /", b"GET / HTTP/1.1", b"GET / HTTP/1.1\r\n",
                      b"GET / HTTP/1.1\r\nHost: x\r\n", b"SSH-2.0", b"EHLO x", b"\r\n\r\nPOST / H"):
            with self.subTest(begin=begin), Client(listener.port) as client:
                client.send(begin)
                # Whoever comes later is answered, and this one has still got nothing.
                self.assertEqual(ask(listener.port, post(event())).status, 200)
                client.socket.setblocking(False)
                with self.assertRaises(BlockingIOError):
                    client.socket.recv(1)

    def test_behind_a_good_request_too(self):
        listener = self.listen()
        with Client(listener.port) as client:
            client.send(post(event()) + b"{}\r\n")
            self.assertEqual([client.answer().status for _ in range(2)], [200, 400])
            self.assertEqual(client.rest(), b"")


if __name__ == "__main__":
    run_tests()
