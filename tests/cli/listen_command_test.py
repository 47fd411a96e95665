#!/usr/bin/python3
"""listen ... -- COMMAND: how it runs, and how it ends.

listen_command_test.py BINARY [-k NAME]
"""

import json
import os
import signal
import subprocess
import sys

from peers import BINARY, LIMIT, Lines, ProgramTest
from support import run_tests
from terminals import Terminal

POST = ("import os, urllib.request as r;"
        "r.urlopen(os.environ['SLOTFLOW_LISTEN_URL'], b'{}').read();")


class Running(ProgramTest):
    def run_command(self, *words, options=()):
        return self.run_to_end("listen", "--port", "0", *options, "--", *words)

    def python(self, code, options=()):
        return self.run_command(sys.executable, "-c", code, options=options)

    def test_the_status_is_that_of_the_command(self):
        for status in (0, 1, 7, 255):
            code, out, _ = self.run_command("sh", "-c", f"exit {status}")
            self.assertEqual(code, status)
            self.assertIn("0 requests: ", out)
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGPIPE):
            self.assertEqual(self.run_command("sh", "-c", f"kill -{int(number)} $$")[0],
                             128 + number)

    def test_the_command_sends_to_the_url(self):
        code, out, _ = self.python(POST + "print('sent')", ["--expect", "1"])
        self.assertEqual(code, 0)
        self.assertIn("sent\n", out)
        self.assertIn("1 request: 1 accepted", out)

    def test_an_unmet_expectation(self):
        for code in ("", "raise SystemExit(5)"):
            status, out, err = self.python(POST + code, ["--expect", "2"])
            self.assertEqual(status, 1)
            self.assertIn("accepted 1 of 2 expected events", out)
            self.assertEqual("the command has ended with status 5" in err, bool(code))

    def test_an_expectation_does_not_end_the_command(self):
        code, out, _ = self.python(POST + POST + "raise SystemExit(3)", ["--expect", "1"])
        self.assertEqual(code, 3)
        self.assertIn("2 requests: ", out)

    def test_words_are_passed_untouched(self):
        words = ["--", "--json", "--body=", "-x", "", "help", "a b"]
        code, out, _ = self.run_command("printf", "%s|", *words)
        self.assertEqual(code, 0)
        self.assertIn("|".join(words[1:]) + "|", out)
        code, out, err = self.run_command("nosuchprogram", "--json")
        self.assertEqual(code, 3)
        self.assertIn("error: cannot run 'nosuchprogram': No such file or directory", err)
        code, _, _ = self.run_to_end("listen", "--port", "0", "--body", "--", "--", "true")
        self.assertEqual(code, 0)

    def test_json_is_alone_on_standard_output(self):
        code, out, err = self.python("print('mine')", ["--json"])
        self.assertEqual(code, 0)
        self.assertEqual([json.loads(line)["type"] for line in out.splitlines()],
                         ["listening", "summary"])
        self.assertIn("mine\n", err)

    def test_what_the_command_inherits(self):
        # Python itself ignores SIGPIPE and SIGXFSZ.
        script = ("import os, signal; print('open', sorted(map(int, os.listdir('/dev/fd')))[:-1]);"
                  "print('blocked', list(signal.pthread_sigmask(signal.SIG_BLOCK, [])));"
                  "print('ignored', [int(s) for s in signal.valid_signals()"
                  " if signal.getsignal(s) == signal.SIG_IGN"
                  " and s not in (signal.SIGPIPE, signal.SIGXFSZ)])")
        for under, ignored in (((), []), (("nohup",), [int(signal.SIGHUP)])):
            for options in (["--log", self.path("log"), "--tls"], []):
                with self.subTest(under=under, options=options):
                    process = self.start("listen", "--port", "0", *options, "--", sys.executable,
                                         "-c", script, under=under)
                    out = Lines(process.stdout).all()
                    self.assertEqual(process.wait(LIMIT), 0)
                    self.assertIn("open [0, 1, 2]", out)
                    self.assertIn("blocked []", out)
                    self.assertIn(f"ignored {ignored}", out)

    def test_sigpipe_is_as_usual(self):
        # `yes` ends by SIGPIPE when `head` has left; it would complain if the signal were ignored.
        code, _, err = self.run_command("sh", "-c", "yes | head -n 1")
        self.assertEqual((code, err), (0, ""))

    def test_commands_that_cannot_be_started(self):
        plain = self.write_file("plain", "text", 0o644)
        for word, reason, hint in (
                ("nosuchprogram", "No such file or directory", "give a program in PATH"),
                ("npm test", "No such file or directory", "as a word of its own"),
                (plain, "Permission denied", "give an executable file")):
            with self.subTest(word=word):
                code, _, err = self.run_command(word)
                self.assertEqual(code, 3)
                self.assertIn(f"error: cannot run '{word}': {reason}\n", err)
                self.assertIn("hint: ", err)
                self.assertIn(hint, err)

    def write_file(self, name, text, mode):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def test_usage(self):
        for args, message, hint in (
                (["--"], "--: expected a command, got nothing", "such as -- npm test"),
                (["npm", "test"], "unexpected argument 'npm'", "write -- before a command"),
                (["3000"], "unexpected argument '3000'", "did you mean '--port 3000'?"),
                (["http://localhost"], "unexpected argument 'http://localhost'", "--forward-to"),
                (["--count", "1", "--", "true"], "--count cannot be combined with a command", "")):
            with self.subTest(args=args):
                code, out, err = self.run_to_end("listen", "--port", "0", *args)
                self.assertEqual((code, out), (2, ""))
                self.assertIn(message, err)
                self.assertIn(hint, err)

    def test_completion(self):
        for words, expected in ((["--", "--he"], ":file\n"), (["--", "npm", "x"], ":file\n")):
            self.assertEqual(self.run_to_end("__complete", "listen", *words)[1], expected)


class Ending(ProgramTest):
    def started(self, script, *options, number=signal.SIGTERM):
        """Sends the signal to listen alone once the command is ready; its status and output."""
        process = self.start("listen", "--port", "0", *options, "--", "sh", "-c", script)
        out = Lines(process.stdout)
        out.wait_for("ready")
        process.send_signal(number)
        return process.wait(LIMIT), out.all()

    def test_signals_are_passed_on(self):
        for name in ("TERM", "HUP", "INT"):
            with self.subTest(name=name):
                code, out = self.started(
                    f"trap 'echo got {name}; exit 5' {name}; echo ready; "
                    "while :; do sleep 0.05; done", number=getattr(signal, "SIG" + name))
                self.assertEqual(code, 5)
                self.assertIn(f"got {name}", out)
        self.assertEqual(self.started("echo ready; exec sleep 60")[0], 128 + signal.SIGTERM)

    def test_ctrl_c_reaches_both(self):
        process = self.start("listen", "--port", "0", "--", "sh", "-c",
                             "trap 'echo cleaned; exit 9' INT; echo ready; "
                             "while :; do sleep 0.05; done", start_new_session=True)
        out = Lines(process.stdout)
        out.wait_for("ready")
        os.killpg(process.pid, signal.SIGINT)
        self.assertEqual(process.wait(LIMIT), 9)
        self.assertIn("cleaned", out.all())

    def test_ctrl_c_on_a_terminal_is_not_doubled(self):
        count = ("import signal, sys, time; got = [];"
                 "signal.signal(signal.SIGINT, lambda *_: got.append(1));"
                 "signal.signal(signal.SIGTERM, lambda *_: sys.exit(10 + len(got)));"
                 "print('ready', flush=True)\nwhile True: time.sleep(0.01)")
        terminal = Terminal(BINARY, 80, self.environment, "listen", "--port", "0", "--",
                            sys.executable, "-c", count)
        terminal.wait_for("ready")
        terminal.type(b"\x03")
        self.assertEqual(terminal.finish(), 11)  # SIGTERM comes when it does not end

    def test_a_command_that_ignores_signals_is_killed_in_the_end(self):
        code, _ = self.started("trap '' TERM INT; echo ready; while :; do sleep 0.05; done")
        self.assertEqual(code, 128 + signal.SIGKILL)

    def test_a_second_signal_says_what_stays_registered(self):
        for stays in (False, True):
            with self.subTest(stays=stays):
                def begin(port):
                    if stays:
                        code, _, err = self.run_to_end("register", f"127.0.0.1:{port}")
                        self.assertEqual(code, 0, err)
                    return self.start("listen", "--register", "--port", str(port), "--", "sh", "-c",
                                      "trap '' INT TERM; echo pid=$$; exec sleep 600")

                process, out, port = self.on_a_port(begin)
                url = f"http://127.0.0.1:{port}/"
                pid = int(out.wait_for("pid=").removeprefix("pid="))
                err = Lines(process.stderr)
                while process.poll() is None:  # signals that come at once are one
                    process.send_signal(signal.SIGINT)
                    try:
                        process.wait(0.05)
                    except subprocess.TimeoutExpired:
                        pass
                os.kill(pid, signal.SIGKILL)  # it still has the streams
                self.assertEqual(process.returncode, 130)
                last = err.all()[-1]
                listed = json.loads(self.run_to_end("list", "--json")[1])["webhooks"]
                self.assertEqual([webhook["url"] for webhook in listed][-1:], [url])
                if stays:
                    self.assertIn("stays registered when listen ends", last)
                    continue
                self.assertEqual(
                    last, f"slotflow-hooks: warning: {url} stays registered: to remove it, run "
                          f"'slotflow-hooks delete {listed[-1]['id']}'")

    def test_the_time_ends_the_command(self):
        for args, code in (([], 128 + signal.SIGTERM), (["--expect", "1"], 1)):
            with self.subTest(args=args):
                self.assertEqual(
                    self.run_to_end("listen", "--port", "0", "--for", "100ms", *args, "--", "sleep",
                                    "60")[::2],
                    (code, "slotflow-hooks: the command has ended with status 143, after --for "
                           "sent it SIGTERM\n"))

    def test_no_process_is_left(self):
        process = self.start("listen", "--port", "0", "--", "sh", "-c", "echo pid $$; exec sleep 60")
        out = Lines(process.stdout)
        pid = int(out.wait_for("pid ").split()[1])
        process.terminate()
        process.wait(LIMIT)
        with self.assertRaises(ProcessLookupError):
            os.kill(pid, 0)


if __name__ == "__main__":
    run_tests()
