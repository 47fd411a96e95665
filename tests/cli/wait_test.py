#!/usr/bin/python3
"""wait, and check --wait: until a handler accepts connections.

wait_test.py BINARY [-k NAME]
"""

import json
import signal
import socket
import threading

from peers import LIMIT, ProgramTest
from support import run_tests

UNKNOWN = "a" * 64 + ".example"  # no resolver knows it: a label has at most 63 characters


class Wait(ProgramTest):
    def nobody(self, host="127.0.0.1"):
        """A port that nothing listens on, as its socket is only bound."""
        server = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.addCleanup(server.close)
        server.bind((host, 0))
        return server, server.getsockname()[1]

    def ports(self, *args):
        """The exit code, and the JSON of each port by its URL."""
        code, out, err = self.run_to_end("wait", "--json", *args)
        self.assertEqual(err, "")
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual({line["type"] for line in lines}, {"port"})
        return code, {line["url"]: line for line in lines}

    def test_a_listener_is_not_sent_a_request(self):
        listener = self.listen()
        code, out, err = self.run_to_end("wait", str(listener.port))
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, rf"^http://localhost:{listener.port}/  accepts connections "
                              rf"\(127.0.0.1:{listener.port}\) after .* ms\n$")
        ended = listener.end()
        self.assertEqual((ended.requests, ended.summary["requests"]), ([], 0))

    def test_no_byte_is_sent_and_the_connection_ends(self):
        received = []
        over = threading.Event()

        def behave(connection):
            received.append(connection.recv(1))
            over.set()
        server = self.endpoint(behave)
        self.assertEqual(self.run_to_end("wait", server.url)[0], 0)
        self.assertTrue(over.wait(LIMIT))
        self.assertEqual(received, [b""])

    def test_it_ends_when_the_last_one_listens(self):
        first, first_port = self.nobody()
        second, second_port = self.nobody()
        process = self.start("wait", "--json", str(first_port), f"localhost:{second_port}/hook",
                             "--for", "1h")
        first.listen()
        self.assertEqual(json.loads(process.stdout.readline())["url"],
                         f"http://localhost:{first_port}/")
        self.assertIsNone(process.poll())
        second.listen()
        self.assertEqual(json.loads(process.stdout.readline())["url"],
                         f"http://localhost:{second_port}/hook")
        self.assertEqual(process.wait(LIMIT), 0)

    def test_ipv6(self):
        try:
            server, port = self.nobody("::1")
        except OSError:
            self.skipTest("this machine has no ::1")
        server.listen()
        code, ports = self.ports(f"http://[::1]:{port}/")
        self.assertEqual((code, ports[f"http://[::1]:{port}/"]["address"]), (0, f"[::1]:{port}"))

    def test_the_time_runs_out(self):
        _, port = self.nobody()
        code, ports = self.ports(str(port), "--for", "300ms")
        refused = ports[f"http://localhost:{port}/"]
        self.assertEqual((code, refused["accepts"]), (1, False))
        self.assertGreaterEqual(refused["duration_ms"], 300)

    def test_one_try(self):
        _, port = self.nobody()
        server = self.endpoint(lambda connection: None)
        code, ports = self.ports(server.url, str(port), f"http://{UNKNOWN}/", "--for", "0")
        self.assertEqual(code, 1)
        self.assertTrue(ports[server.url]["accepts"])
        refused = ports[f"http://localhost:{port}/"]
        self.assertEqual((refused["accepts"], refused["error"], refused["address"]),
                         (False, "connection_refused", f"127.0.0.1:{port}"))
        unknown = ports[f"http://{UNKNOWN}/"]
        self.assertEqual((unknown["accepts"], unknown["error"]), (False, "dns"))
        self.assertEqual({one["tries"] for one in ports.values()}, {1})
        code, out, err = self.run_to_end("wait", f"127.0.0.1:{port}", "--for", "0")
        self.assertEqual((code, err), (1, ""))
        self.assertRegex(out, rf"^http://127.0.0.1:{port}/  no connection in .*: "
                              r"connection refused\n"
                              rf"    check that the server is running and listens on port {port}; "
                              r"from inside a container, the host is host\.docker\.internal\n$")

    def test_an_interrupt(self):
        _, port = self.nobody()
        listener = self.listen()
        process = self.start("wait", "--json", str(port), str(listener.port), "--for", "1h")
        self.assertIn(f":{listener.port}/", process.stdout.readline().decode())
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LIMIT)
        self.assertEqual((process.returncode, out), (130, b""))
        self.assertIn(b"1 of 2 did not accept a connection", err)
        listener.end()

    def test_usage(self):
        for args, message in (
                ([], "wait requires URL\nhint: see slotflow-hooks wait --help\n"),
                (["ftp://x/"], "URL: expected an http or https URL, got 'ftp://x/'\n"),
                (["1", "--for", "5x"], "--for: expected a duration such as 250ms, 10s or 1h30m, "
                                       "got '5x'\n"),
                (["1", "70000"], None), (["1", "--for", "-1s"], None), (["1", "--fro", "1"], None)):
            with self.subTest(args):
                code, out, err = self.run_to_end("wait", *args)
                self.assertEqual((code, out), (2, ""))
                if message:
                    self.assertEqual(err, f"slotflow-hooks: error: {message}")

    def test_a_lack_of_descriptors_is_not_the_ports_failure(self):
        _, port = self.nobody()
        code, out, err = self.run_to_end("wait", "--for", "1h", *[str(port)] * 60,
                                         under=["prlimit", "--nofile=24:24"])
        self.assertEqual((code, out), (3, ""))
        self.assertIn("Too many open files\nhint: ", err)

    def test_check_waits_first(self):
        server, port = self.nobody()
        report = self.path("junit.xml")
        check = ["check", f"http://127.0.0.1:{port}/", "-q", "--only", "delivery.confirmed",
                 "--secret", "whsec_x", "--junit", report]
        code, out, err = self.run_to_end(*check, "--wait", "1s")
        self.assertEqual((code, out), (3, ""))
        self.assertEqual(err, "slotflow-hooks: error: cannot reach the handler at "
                              f"http://127.0.0.1:{port}/ within 1s: connection refused\n"
                              "hint: check that the server is running and listens on port "
                              f"{port}; from inside a container, the host is "
                              "host.docker.internal\n")
        with open(report, encoding="utf-8") as file:
            self.assertIn("within 1s: connection refused", file.read())
        # The plan is printed before the wait, so the handler may come up before or during it.
        check = ["check", f"http://127.0.0.1:{port}/", "--only", "delivery.confirmed", "--tap",
                 "--secret", "whsec_x", "--wait", "1h"]
        process = self.start(*check)
        self.assertEqual(process.stdout.readline(), b"TAP version 13\n")
        server.listen()
        handler = threading.Thread(target=self.answer_all, args=(server,), daemon=True)
        handler.start()
        out, err = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 0, (out, err))
        self.assertRegex(out, rb"(?m)^ok 1 - delivery.confirmed")
        server.shutdown(socket.SHUT_RDWR)
        handler.join(LIMIT)

    def answer_all(self, server):
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(LIMIT)
                # A connection of the wait ends without a byte.
                if connection.recv(65536):
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):
                        pass

    def test_an_interrupt_while_check_waits(self):
        _, port = self.nobody()
        process = self.start("check", str(port), "--tap", "--wait", "1h", "--secret", "whsec_x")
        self.assertEqual(process.stdout.readline(), b"TAP version 13\n")
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 130)
        self.assertIn(b"Bail out! interrupted before all checks were run\n", out)


if __name__ == "__main__":
    run_tests()
