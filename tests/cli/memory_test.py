#!/usr/bin/python3
"""What peers send, or do not read, cannot make the program take more and more memory.

memory_test.py BINARY [-k NAME]
Exits with 77 where sanitizers change what memory is taken.
"""

import json
import threading

from peers import LIMIT, SANITIZED, Client, ProgramTest, ask, event, post
from support import SKIPPED, run_tests

MIB = 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\n"


def memory_of(pid):
    """The most memory that the process has had so far, in bytes."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        line = next(line for line in file if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


class Fire(ProgramTest):
    def test_answers_that_never_end(self):
        enough = 64 * MIB  # more than it reads, and than the network holds
        for begin, part in ((b"", b"1" * 65536), (b"HTTP/1.1 200 ", b"x" * 65536),
                            (HEAD + b"A: ", b"x" * 65536), (HEAD, b"A:\r\n" * 16384),
                            (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1" * 65536),
                            (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;", b"x" * 65536),
                            (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"A:\r\n" * 16384),
                            (b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, b"1" * 65536),
                            (HEAD + b"\r\n", b"x" * 65536),
                            (HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
                             b"x" * 65536)):
            with self.subTest(begin=begin[:60], part=part[:4]):
                all_of_it = threading.Event()

                def behave(connection):
                    server.read(connection)
                    connection.sendall(begin)
                    for _ in range(enough // len(part)):
                        connection.sendall(part)
                    all_of_it.set()
                server = self.endpoint(behave)
                process = self.start("fire", "confirmed", "--no-retry", "--json", "--to",
                                     server.url, under=["prlimit", "--as=300000000"])
                out, err = process.communicate(timeout=LIMIT)
                self.assertIn(process.returncode, (0, 1), err)
                self.assertFalse(all_of_it.is_set())
                self.assertEqual(json.loads(out.splitlines()[-1])["type"], "summary")

    def fire_copies(self, server, count, *args):
        """The running `fire` of a large event, so many times."""
        payload = self.path("payload")
        with open(payload, "wb") as file:
            file.write(event(notes="y" * 500_000))
        return self.start("fire", "confirmed", "--payload", payload, "--duplicate", str(count),
                          "--to", server.url, *args)

    def test_duplicates_share_their_body(self):
        count = 1000
        most = []

        def behave(connection):
            server.read(connection)
            server.requests.clear()
            most.append(memory_of(process.pid))
            connection.sendall(HEAD + b"Content-Length: 0\r\n\r\n")
        server = self.endpoint(behave)
        process = self.fire_copies(server, count, "--no-retry", "--json")
        out, err = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(json.loads(out.splitlines()[-1])["delivered"], count)
        self.assertLess(max(most), 100 * MIB)

    def test_deliveries_of_the_history_share_their_body(self):
        count = 400
        most = []

        def behave(connection):
            server.read(connection)
            server.requests.clear()
            if "fire" in process.args:
                process.kill()  # all of them are in the history now
                return
            most.append(memory_of(process.pid))
            connection.sendall(HEAD + b"Content-Length: 0\r\n\r\n")
        server = self.endpoint(behave)
        process = self.fire_copies(server, count)
        process.wait(LIMIT)
        for args in (["resume"], ["resend", "--delivered", "--yes"]):
            with self.subTest(args):
                process = self.start("deliveries", *args, "--json")
                out, err = process.communicate(timeout=LIMIT)
                self.assertEqual(process.returncode, 0, err)
                self.assertEqual(json.loads(out.splitlines()[-1])["delivered"], count)
        self.assertEqual(len(most), 2 * count)
        self.assertLess(max(most), 100 * MIB)

    def test_check_without_memory_for_threads(self):
        listener = self.listen()
        for limit in (100_000_000, 150_000_000, 200_000_000):
            with self.subTest(limit=limit):
                code, out, err = self.run_to_end(
                    "check", f"http://127.0.0.1:{listener.port}/", "--secret", "whsec_x", "--only",
                    "delivery.concurrent", under=["prlimit", f"--as={limit}"])
                self.assertIn(code, (0, 3), out + err)


class Listen(ProgramTest):
    def test_long_ids_are_not_remembered(self):
        listener = self.listen("--expect", "150")
        with Client(listener.port) as client:
            for number in range(149):
                client.send(post(event(f"{number}" + "y" * 1_000_000)))
                self.assertEqual(client.answer().status, 200)
            # What waits for the output is 32 MiB at most.
            self.assertLess(memory_of(listener.process.pid), 100 * MIB)
            client.send(post(event("149")))
            self.assertEqual(client.answer().status, 200)
        # None was a duplicate. The lines are not looked at: this reader is too slow for all of them.
        self.assertEqual(listener.process.wait(LIMIT), 0)

    def test_idle_connections_keep_nothing(self):
        listener = self.listen()
        both = post(event("a" * 1100)) + post(event("b" * 60_000))
        clients = [Client(listener.port) for _ in range(800)]
        for client in clients:
            client.send(both)
        for client in clients:
            self.assertEqual([client.answer().status for _ in "ab"], [200, 200])
        with open(f"/proc/{listener.process.pid}/status", encoding="ascii") as file:
            now = next(line for line in file if line.startswith("VmRSS"))
        self.assertLess(int(now.split()[1]) * 1024, 85 * MIB)
        for client in clients:
            client.close()

    def test_where_an_event_ends_and_its_id_begins(self):
        listener = self.listen()
        for name, booking in (("a", "b c"), ("a b", "c"), ("a b c", ""), ("", "a b c")):
            body = json.dumps({"event": name, "data": {"id": booking}}).encode()
            self.assertEqual(ask(listener.port, post(body)).status, 200)
        self.assertEqual(listener.end().summary["duplicates"], 0)

    def test_a_reader_that_pauses(self):
        process = self.start("listen", "--port", "0", "--json")
        port = json.loads(process.stdout.readline())["port"]
        for _ in range(100):
            self.assertEqual(ask(port, post(b"\x01" * MIB)).status, 200)
        self.assertLess(memory_of(process.pid), 150 * MIB)

    def test_requests_that_never_end(self):
        listener = self.listen()
        chunked = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        for begin, part, status in ((b"", b"G" * 65536, 414), (b"GET /", b"x" * 65536, 414),
                                    (b"GET / HTTP/1.1\r\nA: ", b"x" * 65536, 431),
                                    (b"GET / HTTP/1.1\r\n", b"A:\r\n" * 16000, 431),
                                    (b"", b"\r\n" * 16000, 400),
                                    (chunked, b"1" * 65536, 400),
                                    (chunked + b"1;", b"x" * 65536, 400),
                                    (chunked + b"0\r\n", b"A:\r\n" * 16000, 431),
                                    (chunked, b"1000\r\n" + b"x" * 4096 + b"\r\n", 413)):
            with self.subTest(begin=begin[:60], part=part[:4]), Client(listener.port) as client:
                try:
                    client.send(begin)
                    for _ in range(32 * MIB // len(part)):
                        client.send(part)
                except ConnectionError:
                    pass
        self.assertLess(memory_of(listener.process.pid), 100 * MIB)
        ended = listener.end()
        self.assertEqual([request["answer"]["status"] for request in ended.requests],
                         [414, 414, 431, 431, 400, 400, 400, 431, 413])

    def test_so_many_headers_that_they_are_refused(self):
        server = self.answering(HEAD + b"Content-Length: 0\r\n\r\n")
        listener = self.listen("--forward-to", server.url)
        for name, status in ((b"a", 431), (b"", 400), (b"x-y", 431)):
            content = b"POST / HTTP/1.1\r\nHost: x\r\n" + (name + b":\r\n") * 16_000 + b"\r\n"
            self.assertEqual(ask(listener.port, content).status, status)
        self.assertEqual(server.requests, [])

    def test_answers_of_as_many_headers(self):
        server = self.answering(HEAD + b"a:\r\n" * 16_000 + b"Content-Length: 0\r\n\r\n")
        listener = self.listen("--forward-to", server.url)
        self.assertEqual(ask(listener.port, post(event())).status, 502)


if __name__ == "__main__":
    if SANITIZED:
        raise SystemExit(SKIPPED)
    run_tests()
