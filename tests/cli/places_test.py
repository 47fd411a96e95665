"""Where the program runs: as the first process, and without a folder for temporary files.

places_test.py BINARY [-k NAME]
"""

import os
import signal
import subprocess

from support import LIMIT, CommandTest, run_tests, take_arguments

[BINARY] = take_arguments(1)
UNSHARE = ["unshare", "--pid", "--fork", "--kill-child"]


def first_child(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
        return int(children.read().split()[0])


class PlacesTest(CommandTest):
    binary = BINARY

    def test_as_the_first_process(self):
        if subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("a process namespace cannot be made here")
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                # The notice shows that the program has begun; then it reads standard input.
                process = subprocess.Popen([*UNSHARE, BINARY, "sign", "--secret", "x"],
                                           stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                           stderr=subprocess.PIPE, env=self.environment)
                self.addCleanup(process.stderr.close)
                self.addCleanup(process.stdin.close)
                self.addCleanup(process.kill)
                self.assertIn(b"is used as it is", process.stderr.readline())
                os.kill(first_child(process.pid), number)
                self.assertEqual(process.wait(LIMIT), 128 + number)

    def assert_left(self, *args):
        """An interrupt ends this command, which waits for the other end of a pipe."""
        process = subprocess.Popen([BINARY, *args], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, env=self.environment)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        for line in process.stderr:
            if b"seed " in line or b"not signed" in line:  # the last notice before the pipe is opened
                break
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(LIMIT), -signal.SIGINT)

    def test_a_pipe_that_nobody_writes_can_be_left(self):
        os.mkfifo(self.path("pipe"))
        self.assert_left("fire", "confirmed", "--to", "https://127.0.0.1:1", "--cacert",
                         self.path("pipe"))

    def test_a_pipe_that_nobody_reads_can_be_left(self):
        os.mkfifo(self.path("pipe"))
        self.assert_left("check", "http://127.0.0.1:1", "--secret", "whsec_x", "--junit",
                         self.path("pipe"))

    def test_a_pipe_has_the_whole_report(self):
        os.mkfifo(self.path("pipe"))
        process = subprocess.Popen([BINARY, "check", "http://127.0.0.1:1", "-q", "--secret",
                                    "whsec_x", "--junit", self.path("pipe")],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                   env=self.environment)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        with open(self.path("pipe"), encoding="utf-8") as pipe:
            report = pipe.read()
        self.assertEqual(process.wait(LIMIT), 3)
        self.assertIn("connection refused", process.stderr.read().decode())
        self.assertIn("connection refused", report)
        self.assertTrue(report.endswith("</testsuites>\n"), report)

    def test_demo_without_a_folder_for_temporary_files(self):
        missing = self.path("missing")
        self.assertEqual(
            self.run_it("demo", TMPDIR=missing),
            (3, "", f"slotflow-hooks: error: cannot create a temporary folder in {missing}: No such "
                    "file or directory\nhint: set the environment variable TMPDIR to a folder that "
                    "exists and that you may write\n"))


if __name__ == "__main__":
    run_tests()
