"""The built binary, whose output nobody reads any more.

Usage: stalled_test.py BINARY
"""

import http.client
import http.server
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

from support import start_process

BINARY = sys.argv.pop(1)
LIMIT = 60  # seconds; only a hang reaches it
LARGE = 500_000  # bytes of a body
MANY = 32 * 1024 * 1024 // LARGE + 20  # so many are more than listen keeps for a slow reader


def full_pipe():
    """The two ends of a pipe into which nothing fits any more."""
    reader, writer = os.pipe()
    while select.select([], [writer], [], 0)[1]:
        os.write(writer, b"." * 4096)
    return reader, writer


def read_all(descriptor):
    parts = []
    while part := os.read(descriptor, 65536):
        parts.append(part)
    return b"".join(parts)


class StalledTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="slotflow-stalled-")
        self.addCleanup(self.folder.cleanup)
        self.environment = {"PATH": os.environ["PATH"], "HOME": self.folder.name,
                            "SLOTFLOW_HOOKS_STORE": self.path("store.json")}

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def start(self, *args, **options):
        return start_process(self, [BINARY, *args], **options)

    def listen(self, *args, stderr=subprocess.PIPE):
        """A listener of whose output the first line is read, and its port."""
        process = self.start("listen", "--port", "0", "--json", *args, stdout=subprocess.PIPE,
                             stderr=stderr, bufsize=0)
        line = process.stdout.readline()
        while b'"listening"' not in line:
            self.assertTrue(line, "it has ended")
            line = process.stdout.readline()
        return process, json.loads(line)["port"]

    def send(self, port, count, notes=20_000):
        """So many events with these notes, or as many bytes; each has to be answered 200."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
        self.addCleanup(connection.close)
        for number in range(count):
            text = notes if isinstance(notes, str) else "y" * notes
            body = json.dumps({"event": "booking.confirmed",
                               "data": {"id": f"b{number}", "notes": text}})
            connection.request("POST", "/", body)
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, 200)

    def fill(self, port):
        """More requests than listen keeps."""
        self.send(port, MANY, LARGE)

    def missing(self, process, sent, stderr):
        """Of `sent` requests all are on stdout, or told to be missing there."""
        lines = [line for line in read_all(process.stdout.fileno()).split(b"\n")[:-1]
                 if b'"type":"request"' in line]
        self.assertLess(len(lines), sent)
        count = sent - len(lines)
        self.assertIn(f"slotflow-hooks: warning: {count} requests were not shown: nobody reads "
                      "standard output\n", stderr)

    def test_the_end_comes_although_nobody_reads(self):
        for args, code in ((["--for", "5s"], 0), (["--for", "5s", "--expect", "1000"], 1),
                           (["--expect", "50"], 0), (["--count", "50"], 0)):
            with self.subTest(args=args):
                process, port = self.listen(*args)
                self.send(port, 50)
                self.assertEqual(process.wait(LIMIT), code)
                self.missing(process, 50, process.stderr.read().decode())

    def test_one_signal_ends_it_and_its_url_leaves_the_store(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                process, port = self.listen("--register")
                self.send(port, 50)
                process.send_signal(number)
                self.assertEqual(process.wait(LIMIT), 0)
                self.missing(process, 50, process.stderr.read().decode())
                listed = subprocess.run([BINARY, "list", "--json"], env=self.environment,
                                        capture_output=True, timeout=LIMIT, check=True)
                self.assertEqual(json.loads(listed.stdout)["total"], 0)

    def test_a_reader_that_reads_again_is_told_what_it_missed(self):
        process, port = self.listen()
        self.fill(port)
        self.assertEqual(process.stderr.readline().decode(),
                         "slotflow-hooks: warning: requests get their responses, but are no "
                         "longer shown until somebody reads standard output\n")
        sent = MANY
        content = bytearray()  # of many megabytes, in small parts
        stdout = process.stdout.fileno()
        while b"the end" not in content[-70_000:]:
            if select.select([stdout], [], [], 0.1)[0]:
                content += os.read(stdout, 65536)
            else:  # all that was kept has come: there is room for another one
                self.send(port, 1, "the end")
                sent += 1
        process.send_signal(signal.SIGTERM)
        content += read_all(stdout)  # on a busy machine, more was sent than a pipe can hold
        self.assertEqual(process.wait(LIMIT), 0)
        lines = [json.loads(line) for line in content.splitlines()]
        summary = lines[-1]
        self.assertEqual((summary["type"], summary["requests"]), ("summary", sent))
        self.assertEqual(summary["not_shown"], sent - (len(lines) - 1))
        self.assertGreater(summary["not_shown"], 0)
        self.assertEqual(process.stderr.read().decode(),
                         f"slotflow-hooks: warning: {summary['not_shown']} requests were not "
                         "shown: standard output was read too slowly\n")

    def test_a_log_that_nobody_reads_keeps_nothing_from_the_screen(self):
        log = self.path("log")
        os.mkfifo(log)
        reader = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        with open(self.path("out"), "w+b") as out:
            process = self.start("listen", "--port", "0", "--json", "--log", log, "--count", "50",
                                 stdout=out, stderr=subprocess.PIPE)
            while not select.select([reader], [], [], 0)[0]:  # the log has the first line, too
                self.assertIsNone(process.poll())
            port = json.loads(os.read(reader, 4096).splitlines()[0])["port"]
            self.send(port, 50)
            self.assertEqual(process.wait(LIMIT), 0)
            out.seek(0)
            lines = [json.loads(line) for line in out]
        self.assertEqual(len(lines), 52)
        self.assertNotIn("not_shown", lines[-1])
        stderr = process.stderr.read().decode()
        self.assertRegex(stderr, r"^slotflow-hooks: warning: \d+ requests were not written to the "
                                 f"log: nobody reads {log}\n$")

    def test_a_log_that_was_written_again_and_is_then_not_read(self):
        log = self.path("log")
        os.mkfifo(log)
        first = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
        process, port = self.listen("--log", log)
        select.select([first], [], [], LIMIT)  # the first line comes before the requests
        self.assertIn(b'"listening"', os.read(first, 65536))
        os.close(first)
        self.send(port, 1)
        self.assertIn(b"Broken pipe; ", process.stderr.readline())
        second = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, second)
        self.send(port, 1)
        self.assertIn(b"is written again", process.stderr.readline())
        self.send(port, 50)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertRegex(process.stderr.read().decode(),
                         rf"warning: \d+ requests were not written to the log: Broken pipe, and "
                         rf"later nobody reads {log}\n")

    def test_standard_error_that_nobody_reads_either(self):
        for args, send in (([], self.fill), (["--count", "50"], lambda port: self.send(port, 50))):
            with self.subTest(args=args):
                process, port = self.listen("--register", *args, stderr=subprocess.STDOUT)
                send(port)
                if not args:
                    process.send_signal(signal.SIGTERM)
                self.assertEqual(process.wait(LIMIT), 0)

    def test_a_first_line_that_nobody_reads_ends_too(self):
        reader, writer = full_pipe()
        self.addCleanup(os.close, reader)
        process = self.start("listen", "--port", "0", "--for", "100ms", stdout=writer,
                             stderr=writer)
        os.close(writer)
        self.assertEqual(process.wait(LIMIT), 0)

    def test_fire_ends_with_the_first_signal(self):
        answered = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.send_response(200)
                self.end_headers()
                answered.set()

            def log_message(self, *args):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.shutdown)
        reader, writer = full_pipe()
        self.addCleanup(os.close, reader)
        process = self.start("fire", "confirmed", "--json", "--to",
                             f"http://127.0.0.1:{server.server_port}/", stdout=writer,
                             stderr=subprocess.PIPE)
        os.close(writer)
        self.assertTrue(answered.wait(LIMIT))
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(LIMIT), 3)
        self.assertIn(b"cannot write standard output: part of the output is lost",
                      process.stderr.read())

    def test_a_reader_that_left_ends_listen_without_a_word(self):
        process, port = self.listen()
        process.stdout.close()
        process.stdout = None
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertEqual(process.stderr.read(), b"")


if __name__ == "__main__":
    unittest.main()
