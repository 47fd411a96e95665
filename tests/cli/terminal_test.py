#!/usr/bin/env python3
"""What people see: widths, local times, and what is said on a terminal.

Usage: terminal_test.py BINARY [-k NAME]
"""

import json
import os
import re
import signal
import termios
import unittest
import urllib.request

from support import CommandTest, run_tests, take_arguments
from terminals import Terminal

BINARY, = take_arguments(1)
BINARY = os.path.abspath(BINARY)


class TerminalTest(CommandTest):
    binary = BINARY

    def setUp(self):
        super().setUp()
        self.environment["TZ"] = "UTC0"

    def on_terminal(self, columns, *args):
        terminal = Terminal(BINARY, columns, {**self.environment, "TERM": "dumb"}, *args)
        code = terminal.finish()
        return code, terminal.text

    def registered(self):
        ids = []
        for url in ("http://localhost:3000/webhooks/slotflow", "https://example.com/a"):
            ids.append(json.loads(self.run_it("register", url, "--json")[1])["id"])
        return ids

    def test_a_list_fits_the_terminal_and_ids_and_urls_stay_whole(self):
        ids = self.registered()
        for columns in (80, 60):
            code, text = self.on_terminal(columns, "list")
            self.assertEqual(code, 0)
            self.assertLessEqual(max(map(len, text.splitlines())), columns, text)
            for whole in (*ids, "http://localhost:3000/webhooks/slotflow",
                          "booking.confirmed,booking.cancelled"):
                self.assertIn(whole, text)

    def test_a_list_in_a_pipe_is_a_table_whatever_the_width(self):
        ids = self.registered()
        lines = self.run_it("list", COLUMNS="60")[1].splitlines()
        self.assertEqual(lines[0].split(), ["ID", "URL", "EVENTS", "SECRET", "CREATED"])
        self.assertEqual([line.split()[0] for line in lines[1:]], ids)

    def test_attempts_fit_the_terminal(self):
        code, text = self.on_terminal(60, "fire", "confirmed", "http://127.0.0.1:1/", "--no-retry",
                                      "--quiet")
        self.assertEqual(code, 1)
        self.assertLessEqual(max(map(len, text.splitlines())), 60, text)
        self.assertIn("connection_refused", text)

    def test_messages_fit_the_terminal_and_commands_stay_whole(self):
        code, text = self.on_terminal(60, "list")
        self.assertEqual((code, text), (0, "slotflow-hooks: no webhook is registered: register one "
                                           "with\n    slotflow-hooks register URL\n"))
        code, text = self.on_terminal(60, "plan", "growt")
        self.assertEqual((code, text),
                         (2, "slotflow-hooks: error: PLAN: expected free, starter or\n"
                             "    growth, got 'growt'\nhint: did you mean 'growth'?\n"))
        os.mkdir(self.path("a folder"))
        store = self.path("a folder/store.json")
        code, text = self.on_terminal(60, "list", "--store", store)
        self.assertEqual((code, text), (0, "slotflow-hooks: no webhook is registered: register one "
                                           "with\n"
                                           f"    slotflow-hooks register URL --store '{store}'\n"))
        # The width is that of the terminal, whatever is piped.
        self.assertEqual(self.run_it("list", COLUMNS="20")[2],
                         "slotflow-hooks: no webhook is registered: register one with "
                         "slotflow-hooks register URL\n")

    def test_compact_lines_have_the_columns_of_the_environment(self):
        for variable, columns in ({"COLUMNS": "70"}, 70), ({}, 90):
            terminal = Terminal(BINARY, 90, {**self.environment, **variable, "TERM": "dumb"},
                                "listen", "--port", "0", "--compact", "--count", "1")
            terminal.wait_for("Ctrl-C to stop")
            port = re.search(r":(\d+)/", terminal.text)[1]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{'x' * 200}", b"{}"):
                pass
            self.assertEqual(terminal.finish(), 0)
            line, = [line for line in terminal.text.splitlines() if "POST" in line]
            self.assertEqual(len(line), columns, line)

    def test_times_are_local_and_json_is_in_utc(self):
        webhook = json.loads(self.run_it("register", "3000", "--json")[1])
        self.assertTrue(webhook["created_at"].endswith("Z"))
        listed = self.run_it("list", TZ="JST-9")[1].split()[-1]
        self.assertRegex(listed, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$")
        payload = self.write("event.json", json.dumps(
            {"event": "booking.confirmed", "data": {"starts_at": "2026-03-10T18:00:00Z"}}).encode())
        for zone, start in (("JST-9", "2026-03-11 03:00 +09:00"), ("UTC0", "2026-03-10 18:00 UTC"),
                            ("Nowhere/City", "2026-03-10 18:00 UTC")):
            text = self.run_it("fire", "confirmed", "http://127.0.0.1:1/", "--no-retry",
                               "--payload", payload, TZ=zone)[1]
            self.assertIn(start, text)

    def test_an_interrupt_does_not_leave_text_behind_it(self):
        terminal = Terminal(BINARY, 80, self.environment, "listen", "--port", "0", "--secret", "whsec_x")
        terminal.wait_for("Ctrl-C to stop")
        terminal.type(b"\x03")
        self.assertEqual(terminal.finish(), 0)
        self.assertIn("^C\n", terminal.text)
        self.assertIn("\n0 requests", terminal.text)

    def test_an_interrupt_ends_the_line_of_a_question(self):
        self.run_it("register", "3000")
        terminal = Terminal(BINARY, 80, self.environment, "delete", "--all")
        terminal.wait_for("[y/N] ")
        terminal.type(b"\x03")
        self.assertEqual(terminal.finish(), 130)
        self.assertTrue(terminal.text.endswith("^C\n"), terminal.text)
        self.assertIn("3000", self.run_it("list")[1])

    def test_a_question_fits_the_terminal(self):
        self.run_it("register", "3000")
        terminal = Terminal(BINARY, 20, self.environment, "delete", "--all")
        terminal.wait_for("[y/N] ")
        terminal.type(b"n\n")
        terminal.finish()
        self.assertIn("Delete all webhooks\n    (1)? [y/N] ", terminal.text)
        self.assertIn("3000", self.run_it("list")[1])

    @unittest.skipUnless(os.path.exists("/proc/self/fd"), "needs the name of a terminal")
    def test_a_terminal_that_is_stopped_delays_no_interrupt(self):
        terminal = Terminal(BINARY, 80, self.environment, "listen", "--port", "0", "--secret", "whsec_x")
        self.addCleanup(os.close, terminal.fd)
        terminal.wait_for("Ctrl-C to stop")
        stopped = os.open(f"/proc/{terminal.pid}/fd/0", os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, stopped)
        termios.tcflow(stopped, termios.TCOOFF)
        os.kill(terminal.pid, signal.SIGINT)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]), 0)

    def test_waiting_for_input_is_said_on_a_terminal_only(self):
        terminal = Terminal(BINARY, 80, self.environment, "sign", "--secret", "whsec_x", "--at", "1")
        terminal.wait_for("Ctrl-D")
        terminal.type(b"{}\n\x04")
        self.assertEqual(terminal.finish(), 0)
        self.assertIn("X-Slotflow-Signature: t=1,v1=", terminal.text)
        code, _, errors = self.run_it("sign", "--secret", "whsec_x", "--at", "1", stdin=b"{}")
        self.assertEqual((code, errors), (0, ""))

    def test_an_empty_list_says_what_to_do(self):
        code, text, errors = self.run_it("list")
        self.assertEqual((code, text), (0, ""))
        self.assertIn("no webhook is registered: register one", errors)
        self.assertIn("no webhook is subscribed to booking.cancelled",
                      self.run_it("list", "--event", "cancelled")[2])
        self.assertEqual(self.run_it("list", "--quiet"), (0, "", ""))
        self.assertEqual(self.run_it("list", "--json", "-q"),
                         (0, '{"webhooks":[],"total":0}\n', ""))

    def test_json_without_a_command_is_an_error_in_json(self):
        code, text, errors = self.run_it("--json")
        self.assertEqual((code, text), (2, ""))
        self.assertEqual(json.loads(errors)["error"]["code"], "USAGE")

    def test_errors_in_json_escape_what_a_terminal_would_obey(self):
        code, _, errors = self.run_it("delete", "a\u202eb\u200bc\u009bd", "--json")
        self.assertEqual(code, 1)
        self.assertTrue(errors.isascii(), errors)
        self.assertEqual(json.loads(errors)["error"]["code"], "NOT_FOUND")

    def test_an_empty_signature_is_malformed(self):
        code, text, _ = self.run_it("verify", "--secret", "whsec_x", "--signature", "")
        self.assertEqual(code, 1)
        self.assertTrue(text.startswith("malformed"), text)

    def test_ids_of_bookings(self):
        arguments = ["fire", "confirmed", "http://127.0.0.1:1/", "--dry-run", "--booking-id"]
        code, _, errors = self.run_it(*arguments, b"\xff")
        self.assertEqual(code, 2)
        self.assertIn("--booking-id: expected UTF-8, got '\\xff'", errors)
        code, text, errors = self.run_it(*arguments, "123")
        self.assertEqual(code, 0)
        self.assertIn('"id":"123"', text)
        self.assertIn("not a UUID", errors)

    def test_an_address_in_brackets_keeps_them(self):
        text = self.run_it("fire", "confirmed", "[::1]", "[::1]:3000", "--dry-run")[1]
        self.assertIn("# to http://[::1]/\n", text)
        self.assertIn("# to http://[::1]:3000/\n", text)
        code, _, errors = self.run_it("delete", "[::1]")
        self.assertEqual(code, 1)
        self.assertIn("got '[::1]'", errors)


if __name__ == "__main__":
    run_tests()
