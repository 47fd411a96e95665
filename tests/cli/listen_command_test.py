#!/usr/bin/python3
"""listen ... -- COMMAND, and the file of --log when it is renamed.

listen_command_test.py BINARY [-k NAME]
"""

import json
import os
import re
import select
import signal
import subprocess
import sys

from peers import BINARY, LIMIT, Lines, ProgramTest, ask, event, post
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


class Rotation(ProgramTest):
    def lines(self, path):
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def has_request(self, path):
        return os.path.exists(path) and any(line["type"] == "request" for line in self.lines(path))

    def test_hangup_reopens_the_log(self):
        for under in ((), ("nohup",)):
            with self.subTest(under=under):
                log, old = self.path("log"), self.path("old")
                listener = self.listen("--log", log, under=under)
                ask(listener.port, post(event()))
                listener.out.wait_for('"n":1')
                os.rename(log, old)
                listener.process.send_signal(signal.SIGHUP)
                sent = 1
                while not self.has_request(log):
                    sent += 1
                    ask(listener.port, post(event()))
                    listener.out.wait_for(f'"n":{sent}')
                ended = listener.end()
                self.assertEqual((ended.code, ended.summary["requests"]), (0, sent))
                written = self.lines(old) + self.lines(log)
                self.assertEqual([line["type"] for line in written],
                                 ["listening"] + ["request"] * sent + ["summary"])
                self.assertEqual([line["n"] for line in written[1:-1]],
                                 list(range(1, sent + 1)))
                os.remove(log)

    def test_a_log_that_cannot_be_reopened_goes_on(self):
        log, old = self.path("log"), self.path("old")
        listener = self.listen("--log", log)
        os.rename(log, old)
        os.mkdir(log)
        listener.process.send_signal(signal.SIGHUP)
        listener.err.wait_for(f"warning: cannot reopen {log} (--log): ")
        ask(listener.port, post(event()))
        listener.end()
        self.assertEqual([line["type"] for line in self.lines(old)],
                         ["listening", "request", "summary"])

    def full_disk(self):
        """A folder on a disk of its own, and a file that fills it."""
        folder = self.path("disk")
        os.mkdir(folder)
        try:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder],
                           capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            self.skipTest("a tmpfs cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=True)
        return folder

    def test_a_full_disk_has_room_again(self):
        folder = self.full_disk()
        log, filler = os.path.join(folder, "log"), os.path.join(folder, "filler")
        listener = self.listen("--log", log)
        ask(listener.port, post(event()))
        listener.out.wait_for('"n":1')
        with open(filler, "wb", buffering=0) as file, self.assertRaises(OSError):
            while True:
                file.write(b"x" * 4096)
        sent = 1
        while not listener.err.lines:  # until the last page of the log is full, too
            sent += 1
            ask(listener.port, post(event("x" * 500)))
            listener.out.wait_for(f'"n":{sent}')
        os.remove(filler)
        ask(listener.port, post(event("last")))
        listener.err.wait_for("is written again")
        ended = listener.end()
        self.assertEqual((ended.code, len(ended.requests)), (0, sent + 1))
        with open(log, encoding="utf-8") as file:
            lines = file.read().splitlines()
        whole = []
        for line in lines:
            try:
                whole.append(json.loads(line))
            except ValueError:
                self.assertTrue(line.startswith('{"type":"request","n":'), line)
        self.assertLessEqual(len(lines), len(whole) + 1)
        self.assertEqual((whole[-2]["booking_id"], whole[-1]["type"]), ("last", "summary"))
        missing = sent + 1 - len([line for line in whole if line["type"] == "request"])
        self.assertGreater(missing, 0)
        # A line that was written whole beside a torn one may count, too.
        told = whole[-1]["not_shown"]
        self.assertGreaterEqual(told, missing)
        self.assertEqual(ended.err[0],
                         f"slotflow-hooks: warning: cannot write {log} (--log): No space left on "
                         "device; requests are missing there until it can be written")
        self.assertRegex(ended.err[-1], f"^slotflow-hooks: warning: {told} requests? (was|were) "
                                        "not written to the log: No space left on device$")

    def test_a_fifo_gets_another_reader(self):
        log = self.path("log")
        os.mkfifo(log)
        first = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
        listener = self.listen("--log", log)
        select.select([first], [], [], LIMIT)  # the first line comes before the requests
        self.assertIn(b'"listening"', os.read(first, 65536))
        os.close(first)
        ask(listener.port, post(event("lost")))
        listener.err.wait_for(f"cannot write {log} (--log): Broken pipe; ")
        second = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, second)
        ask(listener.port, post(event("kept")))
        listener.err.wait_for(f"{log} (--log) is written again")
        last = os.read(second, 65536).splitlines()[-1]
        self.assertEqual(json.loads(last)["booking_id"], "kept")
        self.assertIn("1 request was not written to the log: Broken pipe", listener.end().err[-1])

    def test_hangup_without_a_log_ends(self):
        listener = self.listen()
        listener.process.send_signal(signal.SIGHUP)
        self.assertEqual(listener.wait().code, 0)

    def test_a_torn_line_is_not_continued(self):
        for before, after in ((b"", b""), (b"{}\n", b"{}\n"), (b'{"type":"requ', b'{"type":"requ\n')):
            with self.subTest(before=before):
                with open(self.path("log"), "wb") as file:
                    file.write(before)
                self.listen("--log", self.path("log")).end()
                with open(self.path("log"), "rb") as file:
                    content = file.read()
                self.assertTrue(content.startswith(after + b'{"type":"listening"'), content)


class Compact(ProgramTest):
    def test_one_line_a_request(self):
        process = self.start("listen", "--port", "0", "--compact", "--count", "3", "--secret",
                             "whsec_x", "--script", "200,500,timeout")
        out = Lines(process.stdout)
        port = int(re.search(r":(\d+)/", out.wait_for("Listening"))[1])
        long = b"/" + b"x" * 300
        self.assertEqual(ask(port, post(event("b1"), target=long)).status, 200)
        self.assertEqual(ask(port, b"GET /x\n HTTP/1.1\r\nHost: x\r\n\r\n").status, 400)
        self.assertEqual(ask(port, post(b"\x1b[1m")).status, 500)
        self.assertEqual(process.wait(LIMIT), 0)
        lines = [re.sub(r"^\d\d:\d\d:\d\d  #\d  ", "", line) for line in out.all()[2:5]]
        self.assertEqual(lines[0], f"POST {long.decode()}  booking.confirmed  b1  missing  -> 200")
        self.assertTrue(lines[1].startswith("rejected: "), lines)
        self.assertTrue(lines[1].endswith("  -> 400"), lines)
        self.assertEqual(lines[2], "POST /  -  -  missing  -> 500 (simulated)")

    def test_the_handler_is_shown_and_a_secret_that_differs(self):
        handler = self.answering(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        process = self.start("listen", "--port", "0", "--compact", "--count", "3", "--register",
                             "--forward-to", handler.url, "--script", "200,200,500")
        out = Lines(process.stdout)
        url = re.search(r"http://\S*/", out.wait_for("Listening"))[0]
        for _ in range(3):
            self.assertEqual(self.fire("confirmed", "--no-retry", "--to", url)[0], 1)
        self.assertEqual(process.wait(LIMIT), 0)
        lines = out.all()[2:5]
        self.assertTrue(lines[0].endswith("  valid  -> 401"), lines)
        self.assertTrue(lines[1].endswith("  valid  -> 401"), lines)
        self.assertTrue(lines[2].endswith("  valid  -> 500 (simulated) (handler 401)"), lines)
        warnings = [line for line in Lines(process.stderr).all() if "warning" in line]
        self.assertEqual(len(warnings), 1, warnings)
        self.assertRegex(warnings[0], "^slotflow-hooks: warning: the signature of #1 is valid here, "
                                      "but the handler returned 401: it may have another secret; "
                                      "give it the one that this prints: slotflow-hooks secret ")

    def test_not_with_json(self):
        code, _, err = self.run_to_end("listen", "--port", "0", "--compact", "--json")
        self.assertEqual(code, 2)
        self.assertIn("--compact cannot be combined with --json", err)

    def test_not_with_verbose(self):
        code, _, err = self.run_to_end("listen", "--port", "0", "--compact", "-v", "--forward-to",
                                       "localhost:1")
        self.assertEqual(code, 2)
        self.assertIn("--compact cannot be combined with --verbose", err)


class WithoutEffect(ProgramTest):
    def test_each_is_refused(self):
        for args, message in (
                (["--fail-status", "502"],
                 "--fail-status requires --fail-rate, --fail-first or --retry-after"),
                (["--seed", "7"], "--seed requires --fail-rate, --fail-first, --retry-after, "
                 "--fault, --delay or --script"),
                (["--drip-duration", "1s"], "--drip-duration requires the fault drip"),
                (["--fault", "reset", "--drip-duration", "1s"], "--drip-duration requires"),
                (["--script", "500,reset", "--drip-duration", "1s"], "--drip-duration requires"),
                (["--forward-to", "3000", "--fault-on", "request"],
                 "--fault-on requires --fault, --fail-rate, --fail-first, "),
                (["--forward-to", "3000", "--status", "201"],
                 "--status cannot be combined with --forward-to"),
                (["--forward-to", "3000", "--body", "x"],
                 "--body cannot be combined with --forward-to"),
                (["--script", "200,500", "--status", "201"],
                 "--status cannot be combined with --script"),
                (["--status", "204", "--body", "x"],
                 "--body cannot be combined with --status 204"),
                (["--forward-to", "http://x", "--insecure"],
                 "--insecure requires an https URL in --forward-to"),
                (["--expect", "3", "--count", "2"],
                 "--expect 3 cannot be combined with --count 2"),
                (["--script-per", "booking"], "--script-per requires --script"),
                (["--fault-on", "request"], "--fault-on requires --forward-to URL")):
            with self.subTest(args=args):
                code, out, err = self.run_to_end("listen", "--port", "0", *args)
                self.assertEqual((code, out), (2, ""))
                self.assertIn("error: " + message, err)

    def test_what_has_an_effect_is_accepted(self):
        for args in (["--fail-rate", "0", "--fail-status", "502", "--seed", "7"],
                     ["--retry-after", "1s", "--fail-status", "429, 503"],
                     ["--script", "drip", "--drip-duration", "1s", "--status", "201"],
                     ["--fault", "drip:0.5", "--drip-duration", "1s"],
                     ["--forward-to", "3000", "--fault-on", "request", "--fault", "truncate",
                      "--status", "201", "--body", "x"],
                     ["--forward-to", "3000", "--gone-after", "1", "--fault-on", "request"],
                     ["--forward-to", "https://x", "--insecure"],
                     ["--expect", "2", "--count", "2"], ["--status", "204"],
                     ["--header", "A: b", "--delay", "1s", "--forward-to", "3000"]):
            with self.subTest(args=args):
                ended = self.run_to_end("listen", "--port", "0", "--for", "0s", *args)
                self.assertNotEqual(ended[0], 2, ended)



if __name__ == "__main__":
    run_tests()
