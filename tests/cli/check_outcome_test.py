#!/usr/bin/python3
"""Which checks run, and which exit code they lead to.

check_outcome_test.py BINARY HANDLERS_FOLDER [-k NAME]
Exits with 77 where node cannot be had; with CI=true that is a failure.
"""

import json
import re
import signal
import subprocess

from check_support import (BINARY, GOOD, PATIENCE, SECRET, CheckTest, Handler, all_at_once, all_ids,
                           broken, environment, run_check_tests)


class Outcome(CheckTest):
    def test_a_check_finds_the_same_alone(self):
        with broken("dies-after-malformed") as handler:
            for only, expected in (("delivery.confirmed", "passed"),
                                   ("malformed.recovers", "failed"),
                                   ("malformed.empty", "passed")):
                _, results, _ = self.results(handler.url, "--only", only)
                self.assertEqual({id: line["result"] for id, line in results.items()},
                                 {only: expected})
            _, results, _ = self.results(handler.url, "--only", "malformed", "--skip",
                                         "malformed.recovers, malformed.large")
            self.assertEqual(list(results), ["malformed.not-json", "malformed.truncated",
                                             "malformed.empty", "malformed.array",
                                             "malformed.other-json", "malformed.not-utf-8",
                                             "malformed.content-type",
                                             "malformed.delayed-crash"])

    def test_without_a_secret_a_notice_says_that_signatures_are_skipped(self):
        with broken("verification-off") as handler:
            code, results, _ = self.results(handler.url, secret=False)
            self.assertEqual(code, 0)
            skipped = {id for id, line in results.items()
                       if line["observed"] == "no secret was given"}
            self.assertEqual(skipped, {id for id in all_ids() if id.startswith("signature.")} |
                             {"leaks.secret", "leaks.signature", "leaks.oracle",
                              "leaks.known-bookings"})
            _, _, err = self.check(handler.url, "--only", "delivery.get", secret=False)
            self.assertIn("the signature checks are skipped, because there is no --secret", err)
            self.assertIn("warning: the handler accepts unsigned events", err)

    def test_a_handler_that_verifies_nothing_passes_no_check_of_verification(self):
        with broken("verification-off") as handler:
            code, results, _ = self.results(handler.url, "--only", "signature")
            self.assertEqual(code, 1)
            passed = {id for id, line in results.items() if line["result"] == "passed"}
            self.assertEqual(passed, {"signature.valid", "signature.four-minutes-old",
                                      "signature.four-minutes-ahead"})
            for id in ("every-request", "forged-copy", "keep-alive", "refusal-status", "raw-body",
                       "other-methods", "chunked", "after-valid", "at-once"):
                line = results[f"signature.{id}"]
                self.assertEqual((line["result"], line["observed"]),
                                 ("skipped",
                                  "the handler accepts forged events: see signature.missing"))

    def test_the_mistake_of_a_handler_that_rejects_valid_signatures_is_named(self):
        for name, words in (
                ("secret-without-prefix", "with the secret without its whsec_ prefix as key"),
                ("key-with-line-break", "with white space, such as a line break, after the secret "
                                        "in its key"),
                ("body-before-t", "over the body before t"),
                ("base64-digest", "with v1 in base64, not hex"),
                ("milliseconds", "with t in milliseconds"),
                ("zone-behind", "with a clock that is about 5 hours behind")):
            with self.subTest(name), broken(name) as handler:
                _, results, _ = self.results(handler.url, "--only", "signature.valid")
                self.assertEqual(results["signature.valid"]["observed"],
                                 f"401 Unauthorized; the handler verifies {words}")
        with broken("rejects-all") as handler:
            _, results, _ = self.results(handler.url, "--only", "signature.valid")
            self.assertEqual(results["signature.valid"]["observed"], "401 Unauthorized")

    def test_a_check_that_could_not_look_is_skipped(self):
        long = "a response was longer than 64 KiB, so not all of it could be searched"
        silent = "a request got no response, so not every response could be searched"
        for name, expected in (
                ("closes-each",
                 {"delivery.keep-alive": "the connection was closed after each response",
                  "signature.after-valid": "the connection was closed after each response",
                  "signature.keep-alive":
                      "the connection was closed after the rejected event"}),
                ("long-refusals",
                 {**{f"leaks.{id}": long
                     for id in ("secret", "signature", "stack-trace", "bookings")},
                  "signature.keep-alive": "the connection was closed after the rejected event"}),
                ("drops-get", {f"leaks.{id}": silent
                               for id in ("secret", "signature", "stack-trace")})):
            with self.subTest(name), broken(name) as handler:
                _, results, _ = self.results(handler.url, "--only", "leaks", "--only",
                                             "delivery.keep-alive,signature.keep-alive,"
                                             "signature.after-valid")
                skipped = {id: line["observed"] for id, line in results.items()
                           if line["result"] == "skipped"}
                self.assertEqual(skipped, expected)

    def test_a_handler_that_accepts_nothing_never_passes(self):
        with broken("confirmed-500") as handler:
            for selection in (["--only", "leaks"], ["--skip", "delivery"]):
                code, _, summary = self.results(handler.url, *selection)
                self.assertEqual((code, summary["failed_must"]), (1, 0))
                self.assertIn("the handler did not accept valid events (500", summary["reason"])
                _, _, err = self.check(handler.url, *selection)
                self.assertIn("the handler did not accept valid events (500 Internal Server Error)", err)
        with Handler(GOOD) as handler:
            code, results, summary = self.results(handler.url, secret=False)
            self.assertEqual(code, 1)
            self.assertIn("did not accept unsigned events (401 Unauthorized): give --secret",
                          summary["reason"])
            self.assertEqual(results["leaks.stack-trace"]["observed"],
                             "the handler rejects unsigned events (401 Unauthorized): give "
                             "--secret")
            self.assertEqual(results["delivery.confirmed"]["observed"],
                             "the handler rejects unsigned events, as it should: give --secret")
            code, _, err = self.check(handler.url, "--only", "leaks", "--skip", "leaks")
            self.assertEqual((code, err), (2, "slotflow-hooks: error: --only and --skip leave no "
                                              "check to run\n"))

    def test_should_fails_only_when_strict(self):
        with broken("no-future-check") as handler:
            code, _, summary = self.results(handler.url)
            self.assertEqual((code, summary["reason"]), (0, None))
            code, _, summary = self.results(handler.url, "--strict")
            self.assertEqual((code, summary["reason"]), (1, "1 check failed"))

    def test_a_handler_that_is_lost_is_in_the_reason(self):
        with broken("crashes-on-malformed") as handler:
            code, _, summary = self.results(handler.url, "--only", "malformed")
        self.assertEqual(code, 1)
        self.assertRegex(summary["reason"], r"^\d checks? failed; no valid event was accepted "
                                            r"since malformed\.[a-z-]+ \(.*\), so the "
                                            r"remaining checks were skipped$")

    def test_what_cannot_be_reached_is_3(self):
        code, out, err = self.check("http://127.0.0.1:1/", "-q")
        self.assertEqual((code, out), (3, ""))
        self.assertEqual(err, "slotflow-hooks: error: cannot reach the handler at "
                              "http://127.0.0.1:1/: connection refused\n"
                              "hint: check that the server is running and listens on port 1; from "
                              "inside a container, the host is host.docker.internal\n")

    def test_usage(self):
        for args, message in (
                (["1", "--only", "signature.vald"],
                 "--only: expected the id of a check, or a section, got 'signature.vald'\n"
                 "hint: did you mean 'signature.valid'?"),
                (["1", "--skip", "nothing-like-it"],
                 "--skip: expected the id of a check, or a section, got 'nothing-like-it'\n"
                 "hint: run 'slotflow-hooks check --list' to see the ids"),
                ([], "check requires URL or --webhook\n"
                     "hint: see slotflow-hooks check --help"),
                (["1", "--tap", "--json"], None),
                (["--list", "--tap"], "--list cannot be combined with --junit or --tap"),
                (["--explain", "signature.stal"],
                 "--explain: expected the id of a check, got 'signature.stal'\n"
                 "hint: did you mean 'signature.stale'?"),
                (["1", "--explain", "signature.stale"],
                 "--explain cannot be combined with URL, --only, --skip, --list, --junit or "
                 "--tap"),
                (["1", "--header", "content-type: text/plain"],
                 "--header: Content-Type cannot be set, because the checks change it"),
                (["1", "--header", "X-Slotflow-Signature: t=1,v1=00"],
                 "--header: X-Slotflow-Signature cannot be set, because the checks change it"),
                (["1", "--webhook", "x"],
                 "--webhook cannot be combined with --secret or --secret-file")):
            code, out, err = self.check(*args)
            self.assertEqual((code, out), (2, ""))
            if message:
                self.assertEqual(err, f"slotflow-hooks: error: {message}\n")

    def test_explain_prints_one_entry_of_the_catalogue(self):
        code, out, err = self.check("--explain", "signature.stale", secret=False)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(out, "signature.stale (must): rejects a timestamp 10 minutes in the past\n"
                              "  rule      Receivers reject a t more than 5 minutes (300 s) old.\n"
                              "            (Slotflow's webhook guide, signature)\n"
                              "  fix       compare t (in seconds) with the clock, and reject a "
                              "difference over 300 s: it may be a replay\n"
                              "  run it    slotflow-hooks check URL --secret-file FILE --only "
                              "signature.stale\n")
        listed = self.check("--list", "--json", "--only", "signature.stale", secret=False)
        explained = self.check("--explain", "signature.stale", "--json", secret=False)
        self.assertEqual(explained, listed)
        done = subprocess.run([BINARY, "__complete", "check", "--explain", ""], text=True,
                              env=environment(self.folder), capture_output=True, check=True)
        self.assertEqual([line.split("\t")[0] for line in done.stdout.splitlines()], all_ids())

    def test_the_secret_of_a_registered_webhook(self):
        with Handler(GOOD) as handler:
            subprocess.run([BINARY, "-q", "register", "--url", handler.url, "--secret", SECRET],
                           env=environment(self.folder), stdout=subprocess.DEVNULL, check=True)
            code, results, _ = self.results(handler.url, "--webhook", handler.url, "--only",
                                            "signature.valid", secret=False)
            self.assertEqual((code, results["signature.valid"]["result"]), (0, "passed"))
            code, results, _ = self.results("--webhook", handler.url, "--only", "signature.valid",
                                            secret=False)
            self.assertEqual((code, results["signature.valid"]["result"]), (0, "passed"))

    def test_an_interrupt_reports_what_ran(self):
        with broken("slow-3s") as handler:
            process = self.start_check(handler.url, "--json", "--only", "payload",
                                       stderr=subprocess.PIPE)
            json.loads(process.stdout.readline())  # the first check has been run
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 130)
            summary = json.loads(out.splitlines()[-1])
            self.assertEqual((summary["type"], summary["passed"] + summary["unfinished"]),
                             ("summary", len([id for id in all_ids()
                                              if id.startswith("payload.")])))
            self.assertEqual(summary["reason"], "interrupted before all checks were run")
            took = re.search(r"because the first response took (\d+\.\d) s ", err)
            self.assertGreaterEqual(float(took.group(1)), 3, err)
            self.assertIn("interrupted before all checks were run", err)

    def test_https(self):
        certificate = self.path("cert.pem")
        listener = subprocess.Popen(
            [BINARY, "listen", "--port", "0", "--json", "--tls", "--tls-cert-out", certificate,
             "--secret", SECRET, "--require-signature"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=environment(self.folder))
        try:
            url = json.loads(listener.stdout.readline())["url"]
            code, _, err = self.check(url, "-q")
            self.assertEqual(code, 3)
            self.assertIn("hint: trust your own certificate with --cacert FILE", err)
            code, _, err = self.check(url.replace("https", "http"), "-q")
            self.assertEqual(code, 3)
            self.assertIn(": the server speaks https there\n"
                          f"hint: give {url} instead", err)
            for trust, result in ((["--insecure"], "failed"),
                                  (["--cacert", certificate], "passed")):
                _, results, _ = self.results(url, "--only", "delivery", *trust)
                self.assertEqual(results["delivery.https"]["result"], result)
                confirmed = results["delivery.confirmed"]
                self.assertEqual(confirmed["result"], "passed", confirmed)
            self.assertEqual(results["delivery.https"]["observed"], "trusted, 29 days left")
        finally:
            listener.kill()
            listener.wait(PATIENCE)
            listener.stdout.close()


load_tests = all_at_once

if __name__ == "__main__":
    run_check_tests()
