#!/usr/bin/python3
"""How check reports failures: commands that reproduce them, their list, readers that leave.

check_report_test.py BINARY HANDLERS_FOLDER [-k NAME]
Exits with 77 where node cannot be had; with CI=true that is a failure.
"""

import os
import subprocess
import xml.etree.ElementTree as xml

from check_support import (BINARY, GOOD, PATIENCE, SECRET, CheckTest, Handler, all_at_once,
                           broken, run_check_tests)
from terminals import Terminal


class Report(CheckTest):
    def test_a_failure_says_how_to_reproduce_and_fix_it(self):
        with broken("reserializes") as handler:
            _, results, _ = self.results(handler.url, "--only", "signature.raw-body")
            line = results["signature.raw-body"]
            self.assertEqual(line["expected"], "a 2xx status")
            self.assertEqual(line["observed"], "401 Unauthorized for pretty-printed JSON")
            self.assertIn("before any parser", line["remedy"])
            code, out, _ = self.check(handler.url, "--only", "signature.raw-body", "-v")
            self.assertEqual(code, 1)
            self.assertIn("FAILED   signature.raw-body", out)
            self.assertIn("\n1 check: 0 passed, 1 failed (1 must, 0 should), 0 skipped\n", out)
            # The command that is printed shows the failure: its bytes are those that were signed.
            begin, end = out.index("curl --disable"), out.index("\n\nFailed (must):")
            seen = subprocess.run(["sh", "-c", out[begin:end]], capture_output=True, text=True,
                                  timeout=PATIENCE, check=False)
            self.assertIn("401 Unauthorized", seen.stdout)
        broken_url = handler.url
        with Handler(GOOD) as handler:
            again = out[begin:end].replace(broken_url, handler.url)
            seen = subprocess.run(["sh", "-c", again], capture_output=True, text=True,
                                  timeout=PATIENCE, check=False)
            self.assertIn("200 OK", seen.stdout)

    def test_a_failure_of_several_requests_is_shown_by_as_many(self):
        for name, check, statuses in (
                ("keep-alive", "delivery.keep-alive", ["200", "401"]),
                ("duplicate-409", "idempotency.repeated", ["200", "409"]),
                ("duplicate-409", "idempotency.at-once", ["200", *["409"] * 9])):
            with self.subTest(check), broken(name) as handler:
                _, results, _ = self.results(handler.url, "--only", check)
            command = results[check]["curl"]
            with broken(name, fresh=True) as fresh:
                command = command.replace(handler.url, fresh.url)
                seen = subprocess.run(["sh", "-c", command], capture_output=True, text=True,
                                      timeout=PATIENCE, check=False)
            self.assertEqual(sorted(line.split()[1] for line in seen.stdout.splitlines()
                                    if line.startswith("HTTP/1.1")), statuses)

    def test_what_is_too_large_to_paste_is_not_printed(self):
        with broken("small-limit") as handler:
            _, results, _ = self.results(handler.url, "--only", "payload.metadata-large")
            self.assertIsNone(results["payload.metadata-large"]["curl"])

    def test_the_list_of_failures_stands_last(self):
        report = self.path("junit.xml")
        end = ("Failed (must):\n"
               "  signature.stale  rejects a timestamp 10 minutes in the past\n"
               "Failed (should):\n"
               "  signature.future  rejects a timestamp 10 minutes in the future\n"
               "2 checks: 0 passed, 2 failed (1 must, 1 should), 0 skipped\n")
        only = ("--only", "signature.stale,signature.future")
        with broken("no-tolerance") as handler:
            code, out, err = self.check(handler.url, *only, "--junit", report)
            self.assertEqual(code, 1)
            self.assertTrue(out.endswith("\n\n" + end), out)
            self.assertIn("\nsignature.stale (must): rejects", out)
            self.assertNotIn("curl ", out)
            self.assertIn("-v prints commands that reproduce the failures\n", err)
            self.assertEqual(self.check(handler.url, *only, "-q"), (1, end, ""))
            _, out, err = self.check(handler.url, *only, "-v")
            self.assertEqual(out.count("\ncurl --disable"), 2)
            self.assertTrue(out.endswith("\n\n" + end), out)
            self.assertNotIn("-v prints", err)
        failure = xml.parse(report).getroot().find(".//failure")
        self.assertIn("\ncurl --disable", failure.text)

    def test_the_report_fits_a_terminal(self):
        for name in ("no-tolerance", "verification-off", "confirmed-500"):
            with self.subTest(name), broken(name) as handler:
                terminal = Terminal(BINARY, 80, {"PATH": os.environ["PATH"], "TERM": "dumb",
                                                 "SLOTFLOW_WEBHOOK_SECRET": SECRET},
                                    "check", handler.url)
                self.assertEqual(terminal.finish(), 1)
                lines = terminal.text.splitlines()
                self.assertEqual([line for line in lines if len(line) > 80], [])
                self.assertIn("Failed (must):", lines)

    def test_a_reader_that_leaves_ends_it(self):
        with broken("slow-3s") as handler:
            checking = self.start_check(handler.url, "--seed", "7", "--only", "payload",
                                        stderr=subprocess.PIPE)
            self.assertIn("payload.metadata-null", checking.stdout.readline())
            checking.stdout.close()
            self.assertNotIn("error", checking.stderr.read())
            checking.stderr.close()
            self.assertEqual(checking.wait(PATIENCE), 141)
        # Not where the results are read elsewhere.
        report = self.path("junit.xml")
        with Handler(GOOD) as handler:
            checking = self.start_check(handler.url, "--only", "payload",
                                        "--junit", report, stderr=subprocess.DEVNULL)
            checking.stdout.close()
            self.assertEqual(checking.wait(PATIENCE), 0)
        self.assertGreater(len(xml.parse(report).getroot().findall(".//testcase")), 20)


load_tests = all_at_once

if __name__ == "__main__":
    run_check_tests()
