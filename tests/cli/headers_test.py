#!/usr/bin/python3
"""Headers arrive in the order, with the names and values, in which they were sent, and no others.

headers_test.py BINARY [-k NAME]
"""

import re

from peers import Client, ProgramTest, event, post
from support import run_tests

SENT = ("Z-First: 1", "a-second: 2", "Z-First: 3", "X-Empty:", "M: %0D%0A", "B: a,  b")
ANSWER = (b"HTTP/1.1 200 Fine\r\nZeta: 1\r\nServer: h\r\nalpha: 2\r\nSet-Cookie: b=1\r\nX-A: q\r\n"
          b"Set-Cookie: a=2\r\nContent-Length: 2\r\n\r\nok")


def lines_of(request):
    return request.partition(b"\r\n\r\n")[0].decode().split("\r\n")


class Fire(ProgramTest):
    def options(self, names=SENT):
        return [part for name in names for part in ("--header", name)]

    def names(self, lines):
        return [line.partition(":")[0] for line in lines[1:]]

    def test_the_order_of_the_contract_and_nothing_added(self):
        server = self.answering(ANSWER)
        code, out, err = self.run_to_end("fire", "confirmed", "--secret", "whsec_x", "--to",
                                         server.url, *self.options())
        self.assertEqual(code, 0, out + err)
        request, = server.requests
        lines = lines_of(request)
        self.assertEqual(lines[0], "POST / HTTP/1.1")
        self.assertEqual(self.names(lines),
                         ["Host", "Content-Type", "User-Agent", "X-Slotflow-Signature", "Z-First",
                          "a-second", "Z-First", "X-Empty", "M", "B", "Content-Length",
                          "Connection"])
        self.assertEqual([line.rstrip() for line in lines[5:11]], list(SENT))
        self.assertEqual(lines[1], f"Host: 127.0.0.1:{server.port}")
        self.assertEqual(lines[-1], "Connection: close")

    def test_dry_run_shows_what_is_sent(self):
        server = self.answering(ANSWER)
        args = ["fire", "confirmed", "-q", "--secret", "whsec_x", "--seed", "1", "--to", server.url,
                *self.options()]
        code, out, err = self.run_to_end(*args, "--dry-run")
        self.assertEqual(code, 0, err)
        self.assertEqual(self.run_to_end(*args)[0], 0)
        shown = [line.strip() for line in out.partition("\n\n")[0].splitlines()]
        sent = [line.strip() for line in lines_of(server.requests[0])]
        self.assertEqual(len(server.requests), 1)

        def without_time(lines):
            return [re.sub(r"t=\d+,v1=\w+", "", line) for line in lines]
        begin = next(i for i, line in enumerate(shown) if line.startswith("POST "))
        self.assertEqual(without_time(shown[begin:begin + len(sent)]), without_time(sent))

    def test_without_a_secret(self):
        server = self.answering(ANSWER)
        self.fire("confirmed", "--to", server.url)
        self.assertEqual(self.names(lines_of(server.requests[0])),
                         ["Host", "Content-Type", "User-Agent", "Content-Length", "Connection"])


class Forward(ProgramTest):
    def exchange(self, headers, answer=ANSWER):
        """What the handler gets, and the whole answer that comes back."""
        server = self.answering(answer)
        listener = self.listen("--forward-to", server.url)
        with Client(listener.port) as client:
            client.send(post(event(), headers))
            response = client.answer()
        return lines_of(server.requests[0]), response, server

    def test_requests(self):
        lines, _, server = self.exchange("".join(line + "\r\n" for line in SENT).encode())
        via = next(line for line in lines if line.startswith("Via"))
        self.assertRegex(via, "^Via: 1.1 slotflow-hooks-[0-9a-f-]{36}$")
        self.assertEqual([line.rstrip() for line in lines],
                         ["POST / HTTP/1.1", f"Host: 127.0.0.1:{server.port}", *SENT,
                          f"Content-Length: {len(event())}", via, "Connection: close"])

    def test_answers(self):
        _, answer, _ = self.exchange(b"")
        self.assertEqual((answer.status, answer.reason, answer.body), (200, b"Fine", b"ok"))
        self.assertEqual(answer.headers, [(b"Zeta", b"1"), (b"Server", b"h"), (b"alpha", b"2"),
                                          (b"Set-Cookie", b"b=1"), (b"X-A", b"q"),
                                          (b"Set-Cookie", b"a=2"), (b"Content-Length", b"2")])

    def test_headers_of_one_connection_stay_there(self):
        hop = (b"Connection: X-Own, keep-alive\r\nX-Own: 1\r\nKeep-Alive: timeout=5\r\n"
               b"Proxy-Connection: x\r\nTE: trailers\r\nUpgrade: h2c\r\nTrailer: A\r\n")
        lines, answer, _ = self.exchange(
            hop + b"X-Keep: 1\r\n",
            b"HTTP/1.1 200 OK\r\n" + hop + b"X-Keep: 1\r\nContent-Length: 2\r\n\r\nok")
        names = [line.partition(":")[0] for line in lines[1:]]
        self.assertEqual(names, ["Host", "X-Keep", "Content-Length", "Via", "Connection"])
        self.assertEqual([name for name, _ in answer.headers], [b"X-Keep", b"Content-Length"])

    def test_chunks_become_a_length(self):
        _, answer, _ = self.exchange(b"", b"HTTP/1.1 200 OK\r\nZ: 1\r\nTransfer-Encoding: chunked"
                                          b"\r\nA: 1\r\n\r\n2\r\nok\r\n0\r\nT: 1\r\n\r\n")
        self.assertEqual((answer.headers, answer.body),
                         ([(b"Z", b"1"), (b"A", b"1"), (b"Content-Length", b"2")], b"ok"))


if __name__ == "__main__":
    run_tests()
