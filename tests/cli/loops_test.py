#!/usr/bin/python3
"""listen --forward-to what forwards back to it: a request ends when it returns the first time.

loops_test.py BINARY [-k NAME]
"""

import socket

from peers import ProgramTest, ask, event, post
from support import run_tests

# Nobody is asked for them. Others are refused when it starts.
OWN_NAMES = ("0.0.0.0", "0", "localhost.", "a.localhost", "2130706433", "0x7f.1", "0177.0.0.1",
             "0x7f000001", "[::ffff:127.0.0.1]")


def free_port(host):
    """A port that is most likely free still when it is bound the next time."""
    with socket.create_server((host, 0)) as server:
        return server.getsockname()[1]


class Loops(ProgramTest):
    def check(self, first, *others):
        """A request to the first one comes back once, and that is what everybody is told."""
        answer = ask(first.port, post(event()))
        self.assertEqual(answer.status, 508)
        self.assertEqual(answer.body,
                         b"this receiver has forwarded this request before: it is in a loop\n")
        ended = [listener.end() for listener in (first, *others)]
        self.assertEqual([one.code for one in ended], [0] * len(ended))
        self.assertEqual([[request["answer"]["status"] for request in one.requests]
                          for one in ended], [[508, 508]] + [[508]] * len(others))

    def to_itself(self, name, host="127.0.0.1"):
        port = free_port(host)
        self.check(self.listen("--host", host, "--forward-to", f"http://{name}:{port}/",
                               port=port))

    def test_itself_by_any_of_its_names(self):
        for name in OWN_NAMES:
            with self.subTest(name=name):
                self.to_itself(name)

    def test_itself_by_the_name_of_the_machine(self):
        name = socket.gethostname()
        try:
            socket.getaddrinfo(name, 1, socket.AF_INET)
        except OSError:
            self.skipTest(f"nobody knows the address of {name}")
        self.to_itself(name, "0.0.0.0")

    def test_rings(self):
        for size in (2, 3, 5):
            with self.subTest(size=size):
                target = port = free_port("127.0.0.1")
                others = []
                for _ in range(size - 1):
                    others.append(self.listen("--forward-to", f"http://127.0.0.1:{target}/"))
                    target = others[-1].port
                self.check(self.listen("--forward-to", f"http://127.0.0.1:{target}/", port=port),
                           *others)

    def test_a_handler_on_the_same_port_of_another_address(self):
        for host, listen_on in (("127.0.0.2", "127.0.0.1"), ("127.0.0.1", "::1")):
            with self.subTest(host=host):
                with socket.create_server((host, 0)) as server:
                    port = server.getsockname()[1]
                    listener = self.listen("--host", listen_on, "--forward-to",
                                           f"http://{host}:{port}/", port=port)
                self.assertEqual(listener.end().code, 0)

    def test_a_chain_is_no_loop(self):
        last = self.listen()
        target = last.port
        for _ in range(5):
            target = self.listen("--forward-to", f"http://127.0.0.1:{target}/").port
        self.assertEqual(ask(target, post(event(), b"Via: 1.1 slotflow-hooks-1, 1.0 x\r\n")).status,
                         200)
        request, = last.end().requests
        via = [value for name, value in request["headers"] if name == "Via"]
        self.assertEqual(via[0], "1.1 slotflow-hooks-1, 1.0 x")
        self.assertEqual(len(set(via)), 6)


if __name__ == "__main__":
    run_tests()
