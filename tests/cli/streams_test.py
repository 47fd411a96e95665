"""Standard input, output and error of the built binary: pipes, lost readers and terminals.

Usage: streams_test.py BINARY [-k NAME]
"""

import json
import os
import pty
import select
import socket
import subprocess

from support import LIMIT, CommandTest, run_tests, take_arguments

[BINARY] = take_arguments(1)
SECRET = "whsec_k8J2mN4pQ7rS1tU5vW9xY3zA6bC0dE2f"


class StreamsTest(CommandTest):
    binary = BINARY

    def on_terminal(self, args, stdin=b"", **environment):
        """What the binary writes when standard input, output and error are one terminal."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(BINARY, [BINARY, *args], {**self.environment, **environment})
        if stdin:
            os.write(terminal, stdin)
        output = b""
        while select.select([terminal], [], [], LIMIT)[0]:
            try:
                chunk = os.read(terminal, 4096)
            except OSError:  # how a terminal whose other side has ended answers
                break
            if not chunk:
                break
            output += chunk
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), output.decode()

    def test_lost_output_is_an_error(self):
        for args in (["list", "--json"], ["plan", "--json"], ["--version"], ["completion", "bash"],
                     ["fire", "confirmed", "--to", "1", "--dry-run"]):
            with self.subTest(args=args), open("/dev/full", "wb") as full:
                result = subprocess.run([BINARY, *args], stdout=full, stderr=subprocess.PIPE,
                                        timeout=LIMIT, env=self.environment, check=False)
                self.assertEqual(result.returncode, 3)
                self.assertIn(b"cannot write standard output", result.stderr)

    def test_a_reader_that_leaves_is_no_error(self):
        process = self.start("completion", "bash", bufsize=0)
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        self.assertEqual(process.wait(LIMIT), 0)

    def test_fire_ends_when_its_reader_leaves(self):
        process = self.start("fire", "confirmed", "http://127.0.0.1:1", "--secret", "whsec_x",
                             "--speed", "1", "--retry-delays", ",".join(["300ms"] * 200))
        self.assertIn(b"booking.confirmed", process.stdout.readline())
        process.stdout.close()
        self.assertNotIn(b"error", process.stderr.read())
        self.assertEqual(process.wait(LIMIT), 141)

    def test_the_reader_of_a_socket_left_before(self):
        """As Node starts programs: their output is a socket."""
        ours, theirs = socket.socketpair()
        ours.close()
        with theirs:
            result = subprocess.run([BINARY, "fire", "confirmed", "http://127.0.0.1:1", "--secret",
                                     "whsec_x", "--retry-delays", "1h"], stdin=subprocess.DEVNULL,
                                    stdout=theirs, stderr=subprocess.PIPE, env=self.environment,
                                    timeout=LIMIT, check=False)
        self.assertNotIn(b"error", result.stderr)
        self.assertEqual(result.returncode, 141)

    def test_listen_ends_quietly_when_nobody_reads_any_more(self):
        process = self.start("listen", "--port", "0", "--json")
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        process.stdout = process.stderr = None

    def test_closed_standard_streams_take_nothing_over(self):
        def shell(command):
            return subprocess.run(["sh", "-c", command, BINARY], capture_output=True,
                                  timeout=LIMIT, env=self.environment, check=False)
        self.assertEqual(shell('"$0" list --json <&- | cat').stdout,
                         b'{"webhooks":[],"total":0}\n')
        self.assertEqual(shell('"$0" list --json >&-').returncode, 3)
        self.assertEqual(shell('"$0" plan <&- >&- 2>&-').returncode, 3)
        # Its own pipes must not be taken for the output: it would end at once.
        result = shell('"$0" listen --port 0 --for 300ms --expect 1 <&- 2>&-')
        self.assertIn(b"0 requests", result.stdout)

    def test_what_was_typed_cannot_reach_the_terminal_raw(self):
        _, _, err = self.run_it("fire", "\x1b]0;owned\x07")
        self.assertNotIn("\x1b", err)
        self.assertNotIn("\x07", err)

    def test_escape_sequences_from_the_network_stay_out_of_the_terminal(self):
        hostile = b"\x1b]0;owned\x07\x1b[2J\xc2\x9b31m\xe2\x80\xae\x9b"
        process = self.start("listen", "--port", "0", "--count", "4")
        url = process.stdout.readline().decode().split()[-1]
        port = int(url.rsplit(":", 1)[1].strip("/"))
        body = json.dumps({"event": "x\x1b[31m", "data": {"attendee_name": "\x1b[1m\u009b\u202e",
                                                         "metadata": {"\x1b": "\x07"}}}).encode()
        raw_body = b'{"event":"' + hostile + b'"}'
        for request in (
                b"POST /" + hostile + b" HTTP/1.1\r\n\r\n",
                b"POST / HTTP/1.1\r\nX: " + hostile + b"\r\n\r\n",
                b"POST /\xc2\x9b HTTP/1.1\r\nX: \xc2\x9b\r\nContent-Length: %d\r\n\r\n" % len(body)
                + body,
                b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(raw_body) + raw_body):
            with socket.create_connection(("127.0.0.1", port), LIMIT) as client:
                client.sendall(request)
                client.shutdown(socket.SHUT_WR)
                while client.recv(4096):
                    pass
        output, _ = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(output.count(b"\n") > 4, True)
        text = output.decode()  # so it is UTF-8
        for danger in ("\x1b", "\x07", "\x9b", "\u202e"):
            self.assertNotIn(danger, text)

    def test_colour_is_for_terminals(self):
        verify = ["verify", "--secret", SECRET, "--signature", "t=5,v1=00", "--payload",
                  self.write("body", b"x")]
        self.assertIn("\x1b[", self.on_terminal(verify)[1])
        self.assertNotIn("\x1b[", self.run_it(*verify)[1])
        self.assertNotIn("\x1b[", self.on_terminal(verify, NO_COLOR="1")[1])
        self.assertNotIn("\x1b[", self.on_terminal([*verify, "--color", "never"])[1])
        self.assertNotIn("\x1b[", self.on_terminal([*verify, "--json"])[1])
        self.assertIn("\x1b[", self.run_it(*verify, "--color", "always")[1])
        self.assertNotIn("\x1b[", self.run_it(*verify, "--color", "always", "--json")[1])

    def test_delete_all_asks_on_a_terminal(self):
        self.run_it("register", "--url", "3000")
        code, output = self.on_terminal(["delete", "--all"], stdin=b"n\n")
        self.assertEqual(code, 1)
        self.assertIn("Delete all webhooks (1)? [y/N]", output)
        self.assertEqual(json.loads(self.run_it("list", "--json")[1])["total"], 1)
        self.assertEqual(self.on_terminal(["delete", "--all"], stdin=b"y\n")[0], 0)
        self.assertEqual(json.loads(self.run_it("list", "--json")[1])["total"], 0)


if __name__ == "__main__":
    run_tests()
