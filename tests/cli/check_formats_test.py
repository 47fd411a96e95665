#!/usr/bin/python3
"""JUnit and TAP, as those that consume them read them.

check_formats_test.py BINARY HANDLERS_FOLDER [-k NAME]
Exits with 77 where node cannot be had; with CI=true that is a failure.
"""

import os
import shutil
import signal
import subprocess
import xml.etree.ElementTree as xml

from check_support import (BINARY, GOOD, HANDLERS, PATIENCE, PYTHON, SECRET, CheckTest, Handler,
                           all_at_once, all_ids, broken, environment, run_check_tests)


class Formats(CheckTest):
    def test_what_makes_it_1_is_a_failure_everywhere(self):
        with broken("confirmed-500") as handler:
            report = self.path("junit.xml")
            code, out, _ = self.check(handler.url, "--only", "leaks", "--tap", "--junit", report)
            self.assertEqual(code, 1)
            reason = ("the handler did not accept valid events (500 Internal Server Error). The "
                      "results of this run mean little")
            self.assertEqual(out.splitlines()[-1], "Bail out! " + reason)
            self.assertEqual(xml.parse(report).getroot().find(".//error").get("message"), reason)
        with broken("crashes-on-get") as handler:
            code, out, err = self.check(handler.url, "--tap", "--junit", report)
            self.assertEqual(code, 1)
            self.assertIn("not ok 6 - delivery.get still accepts valid events afterwards\n", out)
            self.assertEqual(xml.parse(report).getroot().find(".//failure").get("type"), "must")
            self.assertIn("no valid event was accepted since delivery.get (connection refused)\n", err)

    def test_junit_is_what_consumers_read(self):
        with broken("no-tolerance") as handler:
            report = self.path("junit.xml")
            self.check(handler.url, "--junit", report)
            root = xml.parse(report).getroot()
            cases = {case.get("name"): case for case in root.iter("testcase")}
            self.assertEqual(set(cases), set(all_ids()))
            self.assertIsNotNone(cases["signature.stale"].find("failure"))
            self.assertIsNone(cases["signature.future"].find("failure"))
            self.assertIsNotNone(cases["signature.future"].find("skipped"))
            self.check(handler.url, "--junit", report, "--strict")
            self.validate_junit(report, failures=2, skipped=6)  # five are about times, too

    def test_junit_says_when_a_run_did_not_come_to_its_end(self):
        report = self.path("junit.xml")
        with open(report, "w", encoding="ascii") as file:
            file.write("of an earlier run")
        code, _, _ = self.check("http://127.0.0.1:1/", "--junit", report)
        self.assertEqual(code, 3)
        error = xml.parse(report).getroot().find(".//error")
        self.assertIn("connection refused", error.get("message"))
        with broken("slow-3s") as handler:
            process = self.start_check(handler.url, "--json", "--only", "payload",
                                       "--junit", report, stderr=subprocess.DEVNULL)
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=PATIENCE)
        root = xml.parse(report).getroot()
        self.assertEqual(root.find(".//error").get("message"),
                         "interrupted before all checks were run")
        self.assertGreater(len(list(root.iter("testcase"))), 1)

    def test_junit_is_tried_before_anything_is_sent(self):
        with Handler(GOOD) as handler:
            code, out, err = self.check(handler.url, "-q", "--junit",
                                        self.path("no/such/folder.xml"))
            self.assertEqual((code, out), (3, ""))
            self.assertIn("--junit: cannot write", err)
            code, _, err = self.check(handler.url, "--junit", "-")
            self.assertEqual(code, 2)
            self.assertIn("expected a file, got '-'", err)

    def validate_junit(self, report, failures, skipped):
        if shutil.which("xmllint"):
            schema = os.path.join(HANDLERS, "..", "data", "junit.xsd")
            done = subprocess.run(["xmllint", "--noout", "--schema", schema, report],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
        else:
            self.assertIsNone(os.environ.get("CI"), "CI has xmllint")
        program = ("import sys\nfrom junitparser import JUnitXml\n"
                   "suites = list(JUnitXml.fromfile(sys.argv[1]))\n"
                   "print(sum(suite.failures for suite in suites),"
                   " sum(case.is_passed for suite in suites for case in suite))\n")
        done = subprocess.run([PYTHON, "-c", program, report], capture_output=True, text=True,
                              check=False)
        if done.returncode and not os.environ.get("CI"):
            return  # without Debian's python3-junitparser
        self.assertEqual(done.stderr, "")
        found, passed = done.stdout.split()
        self.assertEqual((int(found), int(passed)),
                         (failures, len(all_ids()) - failures - skipped))

    def test_tap_is_what_prove_reads(self):
        with open(self.path("secret"), "w", encoding="ascii") as file:
            file.write(SECRET)
        for name, strict, good in (("no-future-check", [], True),
                                   ("no-future-check", ["--strict"], False),
                                   ("reserializes", [], False)):
            with broken(name) as handler:
                command = " ".join([BINARY, "check", "--tap", "-q", "--secret-file",
                                    self.path("secret"), *strict])
                done = subprocess.run(["prove", "--exec", command, handler.url],
                                      capture_output=True, text=True, timeout=PATIENCE,
                                      env=environment(self.folder), check=False)
                self.assertEqual(done.returncode == 0, good, done.stdout + done.stderr)
                self.assertIn("Result: " + ("PASS" if good else "FAIL"), done.stdout)
                self.assertIn(f"Tests={len(all_ids())}", done.stdout)


load_tests = all_at_once

if __name__ == "__main__":
    run_check_tests()
