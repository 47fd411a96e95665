#!/usr/bin/python3
"""load: what it sends, what it reports, and how it ends.

load_test.py BINARY [-k NAME]
"""

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import threading
import time

from peers import BINARY, LIMIT, Lines, ProgramTest
from support import run_tests, start_process

try:
    import jsonschema
except ImportError:  # Debian's python3-jsonschema
    jsonschema = None

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "report",
                      "load.schema.json")
SECRET = "whsec_0123456789abcdefghijklmnopqrstuv"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Load(ProgramTest):
    def load(self, *args, url=None):
        """Exit code, the lines of standard output, and standard error."""
        return self.run_to_end("load", "confirmed", *([url] if url else []), *args)

    def report(self, *args, url=None, code=0):
        got, out, err = self.load("--json", *args, url=url)
        self.assertEqual(got, code, err)
        report = json.loads(out)
        if jsonschema:
            with open(SCHEMA, encoding="utf-8") as file:
                jsonschema.validate(report, json.load(file))
        return report

    def keeping(self, answer=OK):
        """An endpoint that answers every request of a connection."""
        def behave(connection):
            while server.read(connection):
                connection.sendall(answer)
        server = self.endpoint(behave)
        return server

    def holding(self):
        """An endpoint that answers nothing until the end of the test."""
        held = threading.Event()
        self.addCleanup(held.set)

        def hold(connection):
            server.read(connection)
            held.wait(LIMIT)
        server = self.endpoint(hold)
        return server

    def test_each_event_has_another_booking_and_a_valid_signature(self):
        listener = self.listen("--secret", SECRET)
        url = f"http://127.0.0.1:{listener.port}/"
        report = self.report("--rate", "500", "--count", "100", "--secret", SECRET, "--set",
                             "metadata.tier=2", "--seed", "7", url=url)
        self.assertEqual((report["asked"], report["started"], report["succeeded"]),
                         (100, 100, 100))
        self.assertEqual((report["settings"]["seed"], report["event"]), (7, "booking.confirmed"))
        requests = listener.end().requests
        self.assertEqual({request["signature"] for request in requests}, {"valid"})
        self.assertEqual(len({request["booking_id"] for request in requests}), 100)
        bodies = [json.loads(request["body"]) for request in requests]
        self.assertEqual({body["data"]["metadata"]["tier"] for body in bodies}, {2})
        self.assertEqual({body["event"] for body in bodies}, {"booking.confirmed"})

    def test_statuses_errors_and_gates(self):
        server = self.keeping(b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n")
        report = self.report("--concurrency", "2", "--count", "20", "--gate", "failed<=20",
                             "--gate", "success>0%", url=server.url, code=1)
        self.assertEqual((report["statuses"], report["failed"], report["rate_asked"]),
                         ({"302": 20}, 20, None))
        self.assertEqual(report["gates"], [
            {"gate": "failed<=20", "measured": "20", "met": True},
            {"gate": "success>0%", "measured": "0.00 %", "met": False}])
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        report = self.report("--rate", "200", "--count", "10", "--gate", "p99<1s",
                             url=f"http://127.0.0.1:{port}/", code=1)
        self.assertEqual(report["errors"]["connection_refused"]["count"], 10)
        self.assertEqual(report["gates"],
                         [{"gate": "p99<1s", "measured": None, "met": False}])
        self.assertIsNone(report["latency_ms"]["p99"])

    def test_without_a_success_gates_are_not_enough(self):
        server = self.keeping(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
        report = self.report("--concurrency", "1", "--count", "3", "--gate", "p99<9s",
                             url=server.url, code=1)
        self.assertTrue(report["gates"][0]["met"])

    def test_without_gates_one_success_is_enough(self):
        bad = self.keeping(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
        self.assertEqual(self.report("--rate", "100", "--count", "5", url=bad.url, code=1)["failed"],
                         5)
        good = self.keeping()
        report = self.report("--rate", "100", "--count", "6", "--to", good.url, url=bad.url)
        self.assertEqual(report["statuses"], {"200": 3, "500": 3})

    def test_the_report_for_people(self):
        server = self.keeping()
        code, out, err = self.load("--rate", "200", "--duration", "250ms", "--gate", "errors<1",
                                   "--secret", SECRET, url=server.url)
        self.assertEqual((code, err), (0, ""))
        first, second, *_ = out.splitlines()
        self.assertEqual(first, f"booking.confirmed to {server.url}")
        self.assertEqual(second, "200.0/s for 250ms")
        self.assertIn("Answered     50   200: 50\nSucceeded    50, 100.00 %\n", out)
        self.assertIn("Gate         met  errors<1, measured 0\n", out)

    def test_the_rate_asked_is_that_of_the_option_or_what_a_ramp_makes_of_it(self):
        server = self.keeping()
        report = self.report("--rate", "10/m", "--duration", "100ms", url=server.url)
        self.assertAlmostEqual(report["rate_asked"], 1 / 6)
        report = self.report("--rate", "200", "--ramp", "1s", "--duration", "1s", "--gate",
                             "rate>=1%", url=server.url)
        self.assertEqual((report["asked"], report["rate_asked"]), (100, 100))

    def test_a_closed_model_says_what_it_hides(self):
        server = self.keeping()
        code, out, _ = self.load("--concurrency", "2", "--count", "10", "--secret", SECRET,
                                 url=server.url)
        self.assertEqual(code, 0)
        self.assertIn("their latency does not show that.\n--rate does.\n", out)

    def test_a_limit_in_flight_drops_and_says_so(self):
        server = self.holding()
        report = self.report("--rate", "100", "--count", "10", "--max-in-flight", "2",
                             "--timeout", "300ms", "--gate", "dropped<1", url=server.url, code=1)
        self.assertGreater(report["dropped"], 0)
        self.assertEqual(report["started"] + report["dropped"], 10)
        self.assertEqual(report["errors"]["timeout"]["count"], report["started"])
        self.assertTrue(any("were not sent, because 2 were waiting" in warning
                            for warning in report["warnings"]), report["warnings"])
        # A time-out counts as a latency.
        self.assertGreaterEqual(report["latency_ms"]["min"], 300)

    def test_a_signal_ends_the_starts_and_waits_for_what_is_in_flight(self):
        arrived = threading.Event()
        go_on = threading.Event()

        def behave(connection):
            while server.read(connection):  # more may start before the signal is noticed
                arrived.set()
                go_on.wait(LIMIT)
                connection.sendall(OK)
        server = self.endpoint(behave)
        process = self.start("load", "confirmed", server.url, "--rate", "1000", "--duration", "1h",
                             "--max-in-flight", "3", "--json")
        out = Lines(process.stdout)
        self.assertTrue(arrived.wait(LIMIT))
        process.send_signal(signal.SIGINT)
        self.assertIsNone(process.poll())
        go_on.set()
        self.assertEqual(process.wait(LIMIT), 130)
        report = json.loads(out.all()[0])
        self.assertEqual((report["unfinished"], report["succeeded"]), (0, report["started"]))

    def test_a_second_signal_does_not_wait(self):
        server = self.holding()
        process = self.start("load", "confirmed", server.url, "--concurrency", "3", "--duration",
                             "1h", "--timeout", "1h", "--json")
        out = Lines(process.stdout)
        while len(server.requests) < 3:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        while process.poll() is None:  # signals that come too soon after the first have no effect
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
            if out.lines:
                break
        self.assertEqual(process.wait(LIMIT), 130)
        report = json.loads(out.all()[0])
        self.assertEqual((report["started"], report["unfinished"]), (3, 3))

    def test_a_terminal_shows_a_bar_that_goes_away(self):
        server = self.keeping()
        ours, theirs = pty.openpty()
        os.set_blocking(ours, False)
        process = start_process(self, [BINARY, "load", "confirmed", server.url, "--rate", "100",
                                       "--duration", "1s", "--secret", SECRET], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        shown = b""
        while process.poll() is None or shown[-3:] != b"\x1b[K":
            if not select.select([ours], [], [], 0.1)[0]:
                continue
            try:
                shown += os.read(ours, 4096)
            except OSError:
                break
        self.assertRegex(shown, rb"\r\x1b\[K\[[#-]{16}\] \d")
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown)

    def test_the_files_for_other_programs(self):
        server = self.keeping()
        results, hdr, page = self.path("r.jsonl"), self.path("p.hdr"), self.path("report.html")
        report = self.report("--rate", "500", "--count", "50", "--results", results, "--hdr", hdr,
                             "--report", page, url=server.url)
        with open(results, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        self.assertEqual(sorted(line["seq"] for line in lines), list(range(50)))
        self.assertEqual({(line["code"], line["error"], line["url"], line["method"])
                          for line in lines}, {(200, "", server.url, "POST")})
        self.assertAlmostEqual(max(line["latency"] for line in lines) / 1e6,
                               report["latency_ms"]["max"])
        due = sorted(line["timestamp"] for line in lines)
        self.assertRegex(due[0], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        with open(hdr, encoding="utf-8") as file:
            self.assertIn(f"Total count    = {50:12d}]", file.read())
        with open(page, encoding="utf-8") as file:
            data = re.search(r'<script type="application/json" id="report">(.*?)</script>',
                             file.read())[1]
        self.assertEqual(json.loads(data)["report"]["started"], 50)

    def test_files_that_cannot_be_written_are_known_before_anything_is_sent(self):
        server = self.keeping()
        for option in ("--results", "--hdr", "--report"):
            with self.subTest(option=option):
                code, out, err = self.load("--rate", "5", "--count", "1", option,
                                           self.path("none/file"), url=server.url)
                self.assertEqual((code, out), (3, ""))
                self.assertIn(f"error: {option}: cannot write {self.path('none/file')}: No such",
                              err)
                self.assertEqual(self.load("--rate", "5", "--count", "1", option, "-",
                                           url=server.url)[0], 2)
        self.assertEqual(server.requests, [])

    def test_a_long_response_is_read_to_its_end(self):
        body = b"x" * 100_000
        server = self.keeping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + body)
        results = self.path("r.jsonl")
        self.report("--concurrency", "2", "--count", "30", "--results", results, url=server.url)
        self.assertLessEqual(len(server.open), 2)
        with open(results, encoding="utf-8") as file:
            self.assertEqual({json.loads(line)["bytes_in"] for line in file}, {100_000})

    def test_idle_connections_to_other_endpoints_make_room(self):
        urls = [self.keeping().url for _ in range(3)]
        code, out, err = self.run_to_end(
            "load", "confirmed", *urls, "--concurrency", "100", "--count", "300", "--json",
            under=("prlimit", "--nofile=40:40"))
        self.assertEqual(code, 0, err)
        report = json.loads(out)
        self.assertEqual((report["succeeded"], report["dropped"]), (300, 0))
        self.assertIn("--concurrency was lowered", "".join(report["warnings"]))

    def test_metadata_from_a_pipe_is_read_once(self):
        server = self.keeping()
        with open(self.path("m"), "w", encoding="ascii") as file:
            file.write('{"a": 1}')
        reader, writer = os.pipe()
        os.write(writer, b'{"b": 2}')
        os.close(writer)
        process = start_process(
            self, [BINARY, "load", "confirmed", server.url, "--rate", "100", "--count", "3",
                   "-q", "--metadata", f"@/dev/fd/{reader}", "--metadata", "@" + self.path("m")],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, pass_fds=[reader])
        os.close(reader)
        self.assertEqual(process.wait(LIMIT), 0)
        for request in server.requests:
            metadata = json.loads(request.partition(b"\r\n\r\n")[2])["data"]["metadata"]
            self.assertEqual((metadata["a"], metadata["b"]), (1, 2))

    def test_a_signal_ends_the_wait_for_the_reader_of_a_fifo(self):
        for option in ("--results", "--report", "--hdr"):
            with self.subTest(option):
                fifo = self.path("fifo" + option)
                os.mkfifo(fifo)
                process = self.start("load", "confirmed", "http://127.0.0.1:1/", "--rate", "1",
                                     "--count", "1", option, fifo)
                while not self.catches_signals(process.pid):
                    time.sleep(0.01)
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(LIMIT), 130)

    def catches_signals(self, pid):
        """SIGINT is blocked, so that a thread waits for it."""
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            blocked = next(line.split()[1] for line in file if line.startswith("SigBlk"))
        return int(blocked, 16) >> (signal.SIGINT - 1) & 1

    def test_what_the_disk_does_not_take_is_an_error(self):
        server = self.keeping()
        for option in ("--results", "--report", "--hdr"):
            with self.subTest(option):
                code, out, err = self.load("--rate", "200", "--count", "20", option, "/dev/full",
                                           url=server.url)
                self.assertEqual(code, 3)
                self.assertIn("Answered     20   200: 20\n", out)
                self.assertIn(f"error: {option}: cannot write /dev/full: No space left on device\n",
                              err)
        # A busy machine may have a warning of its own.
        self.assertIn("20 results are missing in /dev/full (--results): No space left on device",
                      self.report("--rate", "200", "--count", "20", "--results", "/dev/full",
                                  url=server.url, code=3)["warnings"])

    def test_a_reader_of_the_results_that_has_stopped_costs_no_report(self):
        server = self.keeping()
        fifo = self.path("fifo")
        os.mkfifo(fifo)
        reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        report = self.report("--concurrency", "8", "--count", "2000", "--results", fifo,
                             url=server.url)
        self.assertEqual(report["succeeded"], 2000)
        self.assertIn("missing in " + fifo, "".join(report["warnings"]))

    def test_options_that_do_not_fit(self):
        for options, error in [
                (["--duration", "1s"], "load requires --rate or --concurrency"),
                (["--rate", "5"], "load requires --duration or --count"),
                (["--rate", "5", "--concurrency", "5", "--count", "1"],
                 "--rate cannot be combined with --concurrency"),
                (["--rate", "5", "--count", "1", "--duration", "1s"],
                 "--duration cannot be combined with --count"),
                (["--concurrency", "5", "--ramp", "1s", "--count", "1"], "--ramp requires --rate"),
                (["--concurrency", "5", "--gate", "rate>=99%", "--count", "1"],
                 "--gate: a percentage of the rate requires --rate"),
                (["--rate", "5", "--count", "1", "--hdr", "/tmp/x", "--report", "/tmp/x"],
                 "--report, --results and --hdr: expected different files, got '/tmp/x' twice"),
                (["--rate", "0", "--count", "1"],
                 "--rate: expected events a second from 1/h to 1000000, such as 500, 0.5 or "
                 "30/m, got '0'"),
                (["--rate", "nan", "--count", "1"],
                 "--rate: expected events a second from 1/h to 1000000, such as 500, 0.5 or "
                 "30/m, got 'nan'"),
                (["--rate", "5", "--count", "1", "--gate", "p99"],
                 "--gate: expected a gate such as 'p99<200ms', 'success>=99.9%', 'rate>=99%', "
                 "'errors<5' or 'service.p99<50ms', got 'p99'")]:
            with self.subTest(options=options):
                code, out, err = self.load(*options, url="http://127.0.0.1:1/")
                self.assertEqual((code, out), (2, ""))
                self.assertEqual(err.splitlines()[0], "slotflow-hooks: error: " + error)
        code, _, err = self.run_to_end("load", "lifecycle", "--rate", "1", "--count", "1")
        self.assertEqual(code, 2)
        self.assertRegex(err, re.compile(r"EVENT: expected .*, got 'lifecycle'"))


if __name__ == "__main__":
    run_tests()
