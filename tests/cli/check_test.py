#!/usr/bin/python3
"""check against real handlers: good ones pass all, and of each broken one exactly what it gets wrong.

check_test.py BINARY HANDLERS_FOLDER [few]
`few` tries a handful of the broken handlers: enough for builds that are slow.
Exits with 77 where node cannot be had; with CI=true that is a failure.
"""

import concurrent.futures
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import xml.etree.ElementTree as xml

SKIPPED = 77
PATIENCE = 300
SECRET = "whsec_k8J2mQ4xR7vN1pL5tY9w"
BINARY, HANDLERS = (os.path.abspath(argument) for argument in sys.argv[1:3])
FEW = "few" in sys.argv[3:]
PYTHON = "/usr/bin/python3"  # the one that Debian's python3-flask belongs to

GOOD = {
    "express": ["node", "express/good.js"],
    "flask": [PYTHON, "flask_good.py"],
    "node": ["node", "node/good.js"],
    "python": [PYTHON, "python/good.py"],
    "stripe": ["node", "express/stripe.js"],
}

ACCEPTS_ALL = {"signature." + name for name in (
    "missing", "empty", "malformed", "wrong", "tampered-body", "tampered-timestamp", "body-alone",
    "other-scheme", "other-secret", "stale", "future", "cut-v1", "upper-case-names", "trailing-garbage")}
TWO_V1 = {"signature.first-of-two", "signature.second-of-two"}
AGE = {"signature.stale", "signature.future"}
TWICE = {"idempotency.thrice", "idempotency.at-once", "idempotency.lost-answer"}

# What each broken handler must fail, and nothing else.
BROKEN = {
    "confirmed-500": {"delivery.confirmed"},
    "cancelled-500": {"delivery.cancelled", "idempotency.confirm-then-cancel",
                      "idempotency.cancel-before-confirm"},
    "slow-3s": {"delivery.at-once"},
    "slow-12s": {"delivery.in-time"},
    "endless-answer": {"delivery.in-time"},
    "redirect-slash": {"delivery.no-redirect"},
    "redirect-tells": {"delivery.no-redirect"},
    "ends-when-hung-up": {"delivery.hung-up"},
    "user-agent": {"delivery.user-agent"},
    "get-counts": {"delivery.get"},
    "get-500": {"delivery.get"},
    "small-pool": {"delivery.concurrent"},
    "keep-alive": {"delivery.keep-alive"},
    "keep-alive-reset": {"delivery.keep-alive"},
    "no-length": {"delivery.keep-alive"},
    "first-chunk": {"delivery.in-pieces", "payload.metadata-large"},
    "text-chunks": {"delivery.in-pieces"},
    "expect-only": {"delivery.without-expect", "payload.metadata-nested", "payload.metadata-large"},
    "csrf": {"signature.valid"},
    "reserializes": {"signature.raw-body"},
    "trims-body": {"signature.raw-body"},
    "latin1": {"payload.metadata-unicode", "payload.attendee-name"},
    "prefix-compare": {"signature.cut-v1"},
    "trailing-garbage": {"signature.trailing-garbage"},
    "upper-case-names": {"signature.upper-case-names"},
    "order-matters": {"signature.swapped-order"},
    "rejects-unknown-scheme": {"signature.unknown-scheme"},
    "first-v1-only": {"signature.second-of-two"},
    "last-v1-only": {"signature.first-of-two"},
    "every-v1": TWO_V1 | {"signature.other-scheme"},
    "no-tolerance": AGE,
    "no-future-check": {"signature.future"},
    "no-past-check": {"signature.stale"},
    "tight-tolerance": {"signature.four-minutes-old", "signature.four-minutes-ahead"},
    "milliseconds": {"signature.valid"},
    "tolerance-in-milliseconds": AGE,
    "unbound-t": {"signature.tampered-timestamp"},
    "reuses-signature": {"signature.tampered-body"},
    "secret-without-prefix": {"signature.valid"},
    "verification-off": ACCEPTS_ALL,
    "accepts-bad-signature": ACCEPTS_ALL,
    "no-future-at-all": {"signature.four-minutes-ahead"},
    "case-sensitive-header": {"signature.header-case"},
    "body-alone": {"signature.body-alone"},
    "any-scheme": {"signature.other-scheme"},
    "known-unverified": {"signature.forged-copy"},
    "forgery-remembered": {"signature.forged-copy"},
    "forgery-blocks": {"signature.forged-copy"},
    "unread-refusal": {"signature.keep-alive"},
    "silent-refusal": {"signature.missing"},
    "cancels-unverified": {"signature.every-request"},
    "large-unverified": {"signature.every-request"},
    "text-unverified": {"signature.every-request"},
    "empty-unverified": {"signature.every-request"},
    "empty-key": {"signature.other-secret"},
    "undefined-key": {"signature.other-secret"},
    "suffix-compare": {"signature.wrong"},
    "sum-compare": {"signature.wrong"},
    "ten-minutes": {"signature.six-minutes-old"},
    "redirects-bad-signature": {"signature.refusal-status"},
    "closes-on-bad-signature": {"signature.refusal-status"},
    "accepts-missing": {"signature.missing"},
    "accepts-empty": {"signature.empty"},
    "accepts-malformed": {"signature.malformed", "signature.upper-case-names"},
    "500-on-missing": {"signature.refusal-status"},
    "500-on-empty": {"signature.refusal-status"},
    "500-on-malformed": {"signature.refusal-status"},
    "500-on-short-v1": {"signature.refusal-status"},
    "null-metadata": {"payload.metadata-null"},
    "missing-metadata": {"payload.metadata-absent"},
    "empty-metadata": {"payload.metadata-empty"},
    "deep-metadata": {"payload.metadata-nested"},
    "small-limit": {"payload.metadata-large"},
    "unicode-500": {"payload.metadata-unicode"},
    "proto": {"payload.metadata-prototype"},
    "text-metadata": {"payload.metadata-values"},
    "mongo-keys": {"payload.metadata-keys"},
    "jsonb-nul": {"payload.metadata-nul"},
    "firewall": {"payload.metadata-text"},
    "xml-name": {"payload.attendee-name"},
    "half-character": {"payload.metadata-half-character"},
    "past": {"payload.past"},
    "usual-durations": {"payload.duration"},
    "created-at-window": {"payload.third-attempt"},
    "two-names": {"payload.attendee-name"},
    "sql-name": {"payload.attendee-name"},
    "narrow-email": {"payload.attendee-email"},
    "over-midnight": {"payload.over-midnight"},
    "leap-day": {"payload.leap-day"},
    "null-email": {"payload.email-null"},
    "unknown-member": {"payload.unknown-members"},
    "unknown-event-500": {"payload.unknown-event"},
    "unknown-event-400": {"payload.unknown-event"},
    "midnight": {"payload.midnight"},
    "last-day-of-year": {"payload.last-day-of-year"},
    "not-json-500": {"malformed.not-json", "malformed.truncated", "malformed.empty"},
    "malformed-hang": {"malformed.not-json"},
    "truncated-500": {"malformed.truncated"},
    "empty-500": {"malformed.empty"},
    "array-500": {"malformed.array"},
    "null-500": {"malformed.other-json"},
    "utf-8-500": {"malformed.not-utf-8"},
    "content-type-500": {"malformed.content-type"},
    "big-body-500": {"malformed.large"},
    "big-body-hang": {"malformed.large"},
    "big-body-reset": {"malformed.large"},
    "dies-after-malformed": {"malformed.recovers"},
    "silent-about-duplicates": {"idempotency.thrice"},
    "duplicate-500": TWICE,
    "duplicate-409": TWICE,
    "duplicate-race": {"idempotency.at-once"},
    "lost-answer": {"idempotency.lost-answer"},
    "dedup-by-id": {"idempotency.confirm-then-cancel", "idempotency.cancel-before-confirm"},
    "cancel-before-confirm": {"idempotency.cancel-before-confirm"},
    "confirm-after-cancel": {"idempotency.cancel-before-confirm"},
    "leaks-secret": {"leaks.secret"},
    "leaks-half-secret": {"leaks.secret"},
    "leaks-when-accepted": {"leaks.secret"},
    "echoes-expected": {"leaks.signature"},
    "echoes-expected-in-capitals": {"leaks.signature"},
    "stack-trace": {"leaks.stack-trace"},
    # One fault, told once: what comes after it is skipped.
    "crashes-on-malformed": {"malformed.not-json"},
    "crashes-after-malformed": {"malformed.not-json"},
    "crashes-later": {"malformed.a-second-later"},
    "crashes-on-get": {"delivery.get"},
    "crashes-after-null": {"payload.metadata-null"},
    "crashes-on-cancellation": {"delivery.cancelled"},
    "rate-limit": {"delivery.concurrent"},
    "short-rate-limit": {"delivery.concurrent"},
    "bans": {"signature.missing"},
    "login": {"delivery.confirmed"},
}
# Neither capitals, nor what the caller has sent himself, do harm.
HARMLESS = {"upper-case-digits", "echoes-request", "replay-guard"}

# Where a handler hangs, waiting for it need not take ten seconds each time; a slow one would be
# waited for in every check.
OPTIONS = {
    "slow-12s": ["--timeout", "2s"],
    "endless-answer": ["--timeout", "2s", "--only", "delivery.confirmed,delivery.in-time"],
    "no-length": ["--timeout", "2s"],
    "crashes-later": ["--only", "malformed.a-second-later"],
    "malformed-hang": ["--timeout", "2s", "--skip", "leaks"],
    "big-body-hang": ["--timeout", "2s"],
    "silent-refusal": ["--timeout", "2s"],
    "silent-about-duplicates": ["--timeout", "2s"],
    "crashes-after-null": ["--only", "payload.metadata-null"],
    "slow-3s": ["--only", "delivery.confirmed,delivery.at-once,delivery.in-time"],
}
SOME = ["reserializes", "slow-12s", "keep-alive-reset", "big-body-reset", "lost-answer",
        "echoes-expected"]


class Handler:
    """A handler that runs as long as the block."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, cwd=HANDLERS, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, "PORT": "0", "SLOTFLOW_WEBHOOK_SECRET": SECRET})
        port = json.loads(self.process.stdout.readline())["port"]
        self.url = f"http://127.0.0.1:{port}/webhooks/slotflow"
        self.reader = threading.Thread(target=self.process.stdout.read, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stdout.close()


class Checks(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="slotflow-check-")
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": self.folder.name,
                "SLOTFLOW_HOOKS_STORE": self.path("store.json")}

    def check(self, *args, secret=True):
        command = [BINARY, "check", *args, *(["--secret", SECRET] if secret else [])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE,
                              env=self.environment(), check=False)
        return done.returncode, done.stdout, done.stderr

    def results(self, *args, secret=True):
        """The exit code, the result of each check by its id, and the summary."""
        code, out, err = self.check("--json", *args, secret=secret)
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertTrue(lines, err)
        self.assertEqual(lines[-1]["type"], "summary")
        return code, {line["id"]: line for line in lines[:-1]}, lines[-1]

    def all_ids(self):
        code, out, _ = self.check("--list", "--json", secret=False)
        self.assertEqual(code, 0)
        return [json.loads(line)["id"] for line in out.splitlines()]

    # --- handlers -----------------------------------------------------------------------------

    def test_good_handlers_pass_everything(self):
        for name, command in GOOD.items():
            with self.subTest(name), Handler(command) as handler:
                code, results, summary = self.results(handler.url, "--strict")
                failed = {id: line["observed"] for id, line in results.items()
                          if line["result"] == "failed"}
                self.assertEqual((failed, code), ({}, 0))
                self.assertEqual([id for id, line in results.items() if line["result"] == "skipped"],
                                 ["delivery.https"])
                self.assertEqual(summary["passed"], len(self.all_ids()) - 1)

    def failures_of(self, name):
        with Handler(["node", "broken.js", name]) as handler:
            code, results, _ = self.results(handler.url, "--strict", *OPTIONS.get(name, []))
        return code, {id for id, line in results.items() if line["result"] == "failed"}

    def test_broken_handlers_fail_exactly_what_they_get_wrong(self):
        names = SOME if FEW else BROKEN
        # Most of the time is spent waiting, by handlers or by us.
        with concurrent.futures.ThreadPoolExecutor(2 if FEW else 4) as pool:
            for name, (code, failed) in zip(names, pool.map(self.failures_of, names)):
                with self.subTest(name):
                    self.assertEqual(failed, BROKEN[name])
                    self.assertEqual(code, 1)

    def test_what_does_no_harm_fails_nothing(self):
        for name in HARMLESS:
            with self.subTest(name):
                self.assertEqual(self.failures_of(name), (0, set()))

    @unittest.skipIf(FEW, "tells of the tables, not of the program")
    def test_every_check_is_failed_by_some_handler_and_every_handler_is_tried(self):
        out = subprocess.run(["node", "broken.js", "--list"], cwd=HANDLERS, capture_output=True,
                             text=True, check=True).stdout
        self.assertEqual({row["name"] for row in json.loads(out)}, BROKEN.keys() | HARMLESS)
        found = set().union(*BROKEN.values()) | {"delivery.https"}  # see test_https
        self.assertEqual(found, set(self.all_ids()))

    def test_a_check_finds_the_same_alone(self):
        with Handler(["node", "broken.js", "dies-after-malformed"]) as handler:
            for only, expected in (("delivery.confirmed", "passed"), ("malformed.recovers", "failed"),
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
                                             "malformed.a-second-later"])

    def test_without_a_secret_the_signature_section_is_skipped_and_said_so(self):
        with Handler(["node", "broken.js", "verification-off"]) as handler:
            code, results, _ = self.results(handler.url, secret=False)
            self.assertEqual(code, 0)
            skipped = {id for id, line in results.items()
                       if line["observed"] == "no secret was given"}
            self.assertEqual(skipped, {id for id in self.all_ids() if id.startswith("signature.")} |
                             {"leaks.secret", "leaks.signature"})
            _, _, err = self.check(handler.url, "--only", "delivery.get", secret=False)
            self.assertIn("without --secret the signature checks are skipped", err)
            self.assertIn("warning: it takes events without a signature", err)

    def test_a_handler_that_takes_nothing_is_never_called_good(self):
        with Handler(["node", "broken.js", "confirmed-500"]) as handler:
            for selection in (["--only", "leaks"], ["--skip", "delivery"]):
                code, _, summary = self.results(handler.url, *selection)
                self.assertEqual((code, summary["failed_must"]), (1, 0))
                _, _, err = self.check(handler.url, *selection)
                self.assertIn("plain valid events were not taken (500 Internal Server Error)", err)
        with Handler(["node", "node/good.js"]) as handler:
            code, results, _ = self.results(handler.url, secret=False)
            self.assertEqual(code, 1)
            self.assertEqual(results["delivery.confirmed"]["observed"],
                             "it refuses events without a signature, as it should: give --secret")
            code, _, err = self.check(handler.url, "--only", "leaks", "--skip", "leaks")
            self.assertEqual((code, err), (2, "slotflow-hooks: error: --only and --skip: expected "
                                              "some check to be left\n"))

    def test_what_makes_it_1_is_a_failure_everywhere(self):
        with Handler(["node", "broken.js", "confirmed-500"]) as handler:
            report = self.path("junit.xml")
            code, out, _ = self.check(handler.url, "--only", "leaks", "--tap", "--junit", report)
            self.assertEqual(code, 1)
            reason = ("plain valid events were not taken (500 Internal Server Error), so the checks "
                      "that ran say little")
            self.assertEqual(out.splitlines()[-1], "Bail out! " + reason)
            self.assertEqual(xml.parse(report).getroot().find(".//error").get("message"), reason)
        with Handler(["node", "broken.js", "crashes-on-get"]) as handler:
            code, out, err = self.check(handler.url, "--tap", "--junit", report)
            self.assertEqual(code, 1)
            self.assertIn("not ok 6 - delivery.get valid events are still taken afterwards\n", out)
            self.assertEqual(xml.parse(report).getroot().find(".//failure").get("type"), "must")
            self.assertIn("valid events are not taken since delivery.get (connection_refused), so "
                          "the checks after it were skipped", err)

    def test_the_code_in_the_manual_verifies_as_it_should(self):
        page = os.path.join(HANDLERS, "..", "..", "man", "slotflow-webhooks.7.in")
        with open(page, encoding="utf-8") as file:
            blocks = [block.split(".Ed\n")[0].partition("\n")[2].replace("\\e", "\\")
                      for block in file.read().split(".Bd -literal")[1:]]
        node = next(block for block in blocks if "function isFromSlotflow" in block)
        python = next(block for block in blocks if "def is_from_slotflow" in block)
        with open(self.path("handler.js"), "w", encoding="utf-8") as file:
            file.write(node + """
const server = require("node:http").createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const header = request.headers["x-slotflow-signature"];
  const good = isFromSlotflow(Buffer.concat(chunks), header, process.env.SLOTFLOW_WEBHOOK_SECRET);
  response.writeHead(good ? 200 : 401).end();
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
""")
        with open(self.path("handler.py"), "w", encoding="utf-8") as file:
            file.write(python + """
import http.server, json, os

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        good = is_from_slotflow(body, self.headers["X-Slotflow-Signature"],
                                os.environ["SLOTFLOW_WEBHOOK_SECRET"])
        self.send_response(200 if good else 401)
        self.end_headers()

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(json.dumps({"port": server.server_port}), flush=True)
server.serve_forever()
""")
        for command in (["node", self.path("handler.js")], [PYTHON, self.path("handler.py")]):
            with self.subTest(command[0]), Handler(command) as handler:
                code, results, _ = self.results(handler.url, "--strict", "--only", "signature")
                failed = {id: line["observed"] for id, line in results.items()
                          if line["result"] != "passed"}
                self.assertEqual((failed, code), ({}, 0))

    def test_should_fails_only_when_strict(self):
        with Handler(["node", "broken.js", "no-future-check"]) as handler:
            self.assertEqual(self.results(handler.url)[0], 0)
            self.assertEqual(self.results(handler.url, "--strict")[0], 1)

    # --- how it is told -------------------------------------------------------------------------

    def test_a_failure_says_how_to_see_it_and_how_to_mend_it(self):
        with Handler(["node", "broken.js", "reserializes"]) as handler:
            _, results, _ = self.results(handler.url, "--only", "signature.raw-body")
            line = results["signature.raw-body"]
            self.assertEqual(line["expected"], "a 2xx status")
            self.assertEqual(line["observed"], "401 Unauthorized to JSON pretty-printed")
            self.assertIn("before any parser has seen them", line["remedy"])
            code, out, _ = self.check(handler.url, "--only", "signature.raw-body")
            self.assertEqual(code, 1)
            self.assertIn("FAILED   signature.raw-body", out)
            self.assertIn("\n1 check: 0 passed, 1 must failed, 0 should failed, 0 skipped\n", out)
            # The command that is printed shows the failure: its bytes are those that were signed.
            begin, end = out.index("curl --disable"), out.index("\n\n1 check:")
            seen = subprocess.run(["sh", "-c", out[begin:end]], capture_output=True, text=True,
                                  timeout=PATIENCE, check=False)
            self.assertIn("401 Unauthorized", seen.stdout)
        with Handler(["node", "node/good.js"]) as handler:
            port = handler.url.split(":")[2].split("/")[0]
            again = out[begin:end].replace(out[begin:end].split("127.0.0.1:")[1].split("/")[0], port)
            seen = subprocess.run(["sh", "-c", again], capture_output=True, text=True,
                                  timeout=PATIENCE, check=False)
            self.assertIn("200 OK", seen.stdout)

    def test_an_answer_without_an_end_is_told_from_a_slow_one(self):
        with Handler(["node", "broken.js", "no-length"]) as handler:
            _, results, _ = self.results(handler.url, "--only", "delivery.keep-alive", "--timeout",
                                         "2s")
            line = results["delivery.keep-alive"]
            self.assertIn("answered 200, but the body never ended", line["observed"])
            self.assertIn("Content-Length", line["remedy"])

    def test_a_failure_of_several_requests_is_shown_by_as_many(self):
        for name, check, statuses in (
                ("keep-alive", "delivery.keep-alive", ["200", "401"]),
                ("duplicate-409", "idempotency.thrice", ["200", "409"]),
                ("duplicate-409", "idempotency.at-once", ["200", *["409"] * 9])):
            with self.subTest(check), Handler(["node", "broken.js", name]) as handler:
                _, results, _ = self.results(handler.url, "--only", check)
            command = results[check]["curl"]
            port = handler.url.split(":")[2].split("/")[0]
            with Handler(["node", "broken.js", name]) as fresh:
                command = command.replace(port, fresh.url.split(":")[2].split("/")[0])
                seen = subprocess.run(["sh", "-c", command], capture_output=True, text=True,
                                      timeout=PATIENCE, check=False)
            self.assertEqual(sorted(line.split()[1] for line in seen.stdout.splitlines()
                                    if line.startswith("HTTP/1.1")), statuses)

    def test_what_is_too_large_to_paste_is_not_printed(self):
        with Handler(["node", "broken.js", "small-limit"]) as handler:
            _, results, _ = self.results(handler.url, "--only", "payload.metadata-large")
            self.assertIsNone(results["payload.metadata-large"]["curl"])

    def test_values_of_header_are_not_printed(self):
        with Handler(["node", "broken.js", "no-tolerance"]) as handler:
            for form in ([], ["--json"], ["--tap"]):
                _, out, err = self.check(handler.url, "--header", "Authorization: Bearer sesame",
                                         "--only", "signature.stale", *form)
                self.assertNotIn("sesame", out + err)
                if form != ["--tap"]:
                    self.assertIn("Authorization: $HEADER_AUTHORIZATION", out)

    def test_what_an_answer_holds_of_secrets_is_not_printed(self):
        report = self.path("junit.xml")
        with Handler(["node", "broken.js", "redirect-tells"]) as handler:
            for form in ([], ["--json"], ["--tap", "--junit", report]):
                _, out, err = self.check(handler.url, "--header", "X-Token: Bearer sesame", *form)
                for text in ("sesame", SECRET, SECRET.removeprefix("whsec_")):
                    self.assertNotIn(text, out + err)
                self.assertIn("Location: /login?secret=<the secret>&header=<the value of X-Token>",
                              out.replace("\\u003c", "<").replace("\\u003e", ">"))
        with open(report, encoding="utf-8") as file:
            text = file.read()
        self.assertIn("the secret", text)
        self.assertNotIn("sesame", text)
        self.assertNotIn(SECRET, text)

    def test_a_reader_that_leaves_ends_it(self):
        with Handler(["node", "broken.js", "slow-3s"]) as handler:
            checking = subprocess.Popen(
                [BINARY, "check", handler.url, "-q", "--secret", SECRET, "--only", "payload"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment())
            self.assertIn("payload.metadata-null", checking.stdout.readline())
            checking.stdout.close()
            self.assertEqual(checking.stderr.read(), "")
            checking.stderr.close()
            self.assertEqual(checking.wait(PATIENCE), 1)
        # Not where the results are read elsewhere.
        report = self.path("junit.xml")
        with Handler(["node", "node/good.js"]) as handler:
            checking = subprocess.Popen(
                [BINARY, "check", handler.url, "-q", "--secret", SECRET, "--only", "payload",
                 "--junit", report],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self.environment())
            checking.stdout.close()
            self.assertEqual(checking.wait(PATIENCE), 0)
        self.assertGreater(len(xml.parse(report).getroot().findall(".//testcase")), 20)

    def test_secrets_are_never_printed(self):
        with Handler(["node", "broken.js", "leaks-secret"]) as handler:
            for form in ([], ["--json"], ["--tap"]):
                _, out, err = self.check(handler.url, *form)
                self.assertNotIn(SECRET, out + err)

    def test_junit_is_what_consumers_read(self):
        with Handler(["node", "broken.js", "no-tolerance"]) as handler:
            report = self.path("junit.xml")
            self.check(handler.url, "--junit", report)
            root = xml.parse(report).getroot()
            cases = {case.get("name"): case for case in root.iter("testcase")}
            self.assertEqual(set(cases), set(self.all_ids()))
            self.assertIsNotNone(cases["signature.stale"].find("failure"))
            self.assertIsNone(cases["signature.future"].find("failure"))
            self.assertIsNotNone(cases["signature.future"].find("skipped"))
            self.check(handler.url, "--junit", report, "--strict")
            self.validate_junit(report, failures=2, skipped=2)  # and six-minutes-old

    def test_junit_says_when_a_run_did_not_come_to_its_end(self):
        report = self.path("junit.xml")
        with open(report, "w", encoding="ascii") as file:
            file.write("of an earlier run")
        code, _, _ = self.check("http://127.0.0.1:1/", "--junit", report)
        self.assertEqual(code, 3)
        self.assertIn("connection_refused", xml.parse(report).getroot().find(".//error").get("message"))
        with Handler(["node", "broken.js", "slow-3s"]) as handler:
            process = subprocess.Popen(
                [BINARY, "check", handler.url, "--secret", SECRET, "--json", "--only", "payload",
                 "--junit", report],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                env=self.environment())
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=PATIENCE)
        root = xml.parse(report).getroot()
        self.assertEqual(root.find(".//error").get("message"),
                         "interrupted before all checks were run")
        self.assertGreater(len(list(root.iter("testcase"))), 1)

    def test_junit_is_tried_before_anything_is_sent(self):
        with Handler(["node", "node/good.js"]) as handler:
            code, out, err = self.check(handler.url, "-q", "--junit", self.path("no/such/folder.xml"))
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
                         (failures, len(self.all_ids()) - failures - skipped))

    def test_tap_is_what_prove_reads(self):
        with open(self.path("secret"), "w", encoding="ascii") as file:
            file.write(SECRET)
        for name, strict, good in (("no-future-check", [], True),
                                   ("no-future-check", ["--strict"], False),
                                   ("reserializes", [], False)):
            with Handler(["node", "broken.js", name]) as handler:
                command = " ".join([BINARY, "check", "--tap", "-q", "--secret-file",
                                    self.path("secret"), *strict])
                done = subprocess.run(["prove", "--exec", command, handler.url],
                                      capture_output=True, text=True, timeout=PATIENCE,
                                      env=self.environment(), check=False)
                self.assertEqual(done.returncode == 0, good, done.stdout + done.stderr)
                self.assertIn("Result: " + ("PASS" if good else "FAIL"), done.stdout)
                self.assertIn(f"Tests={len(self.all_ids())}", done.stdout)

    # --- trouble --------------------------------------------------------------------------------

    def test_what_cannot_be_reached_is_3(self):
        code, out, err = self.check("http://127.0.0.1:1/", "-q")
        self.assertEqual((code, out), (3, ""))
        self.assertEqual(err, "slotflow-hooks: error: expected a handler at http://127.0.0.1:1/, got "
                              "connection_refused\n"
                              "hint: is it running, and is that its port?\n")

    def test_usage(self):
        for args, message in (
                (["1", "--only", "signature.vald"],
                 "--only: expected the id of a check, or a section, got 'signature.vald'\n"
                 "hint: did you mean 'signature.valid'?"),
                (["1", "--skip", "nothing-like-it"],
                 "--skip: expected the id of a check, or a section, got 'nothing-like-it'\n"
                 "hint: slotflow-hooks check --list shows them"),
                ([], "expected the URL of a handler, got nothing\n"
                     "hint: see slotflow-hooks check --help"),
                (["1", "--tap", "--json"], None),
                (["--list", "--tap"], "expected --list, or --junit and --tap, got both"),
                (["1", "--header", "content-type: text/plain"],
                 "--header: Content-Type is what the checks change, and cannot be set"),
                (["1", "--header", "X-Slotflow-Signature: t=1,v1=00"],
                 "--header: X-Slotflow-Signature is what the checks change, and cannot be set"),
                (["1", "--webhook", "x"], "expected --webhook or a secret, got both")):
            code, out, err = self.check(*args)
            self.assertEqual((code, out), (2, ""))
            if message:
                self.assertEqual(err, f"slotflow-hooks: error: {message}\n")

    def test_the_secret_of_a_registered_webhook(self):
        with Handler(["node", "node/good.js"]) as handler:
            subprocess.run([BINARY, "-q", "register", "--url", handler.url, "--secret", SECRET],
                           env=self.environment(), stdout=subprocess.DEVNULL, check=True)
            code, results, _ = self.results(handler.url, "--webhook", handler.url, "--only",
                                            "signature.valid", secret=False)
            self.assertEqual((code, results["signature.valid"]["result"]), (0, "passed"))
            code, results, _ = self.results("--webhook", handler.url, "--only", "signature.valid",
                                            secret=False)
            self.assertEqual((code, results["signature.valid"]["result"]), (0, "passed"))

    def test_an_interrupt_reports_what_ran(self):
        with Handler(["node", "broken.js", "slow-3s"]) as handler:
            process = subprocess.Popen(
                [BINARY, "check", handler.url, "--secret", SECRET, "--json", "--only", "payload"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                env=self.environment())
            json.loads(process.stdout.readline())  # the first check has been run
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 130)
            summary = json.loads(out.splitlines()[-1])
            self.assertEqual((summary["type"], summary["passed"] + summary["unfinished"]),
                             ("summary", len([id for id in self.all_ids()
                                              if id.startswith("payload.")])))
            self.assertIn("the first answer took 3.", err)
            self.assertIn("interrupted before all checks were run", err)

    def test_https(self):
        certificate = self.path("cert.pem")
        listener = subprocess.Popen(
            [BINARY, "listen", "--port", "0", "--json", "--tls", "--tls-cert-out", certificate,
             "--secret", SECRET, "--require-signature"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=self.environment())
        try:
            url = json.loads(listener.stdout.readline())["url"]
            code, _, err = self.check(url, "-q")
            self.assertEqual(code, 3)
            self.assertIn("hint: --cacert FILE trusts", err)
            code, _, err = self.check(url.replace("https", "http"), "-q")
            self.assertEqual(code, 3)
            self.assertIn(f"got one that speaks https there\nhint: slotflow-hooks check {url}", err)
            for trust, result in ((["--insecure"], "failed"), (["--cacert", certificate], "passed")):
                _, results, _ = self.results(url, "--only", "delivery", *trust)
                self.assertEqual(results["delivery.https"]["result"], result)
                self.assertEqual(results["delivery.confirmed"]["result"], "passed")
            self.assertEqual(results["delivery.https"]["observed"], "trusted, 29 days left")
        finally:
            listener.kill()
            listener.wait(PATIENCE)
            listener.stdout.close()


def main():
    modules = os.path.join(HANDLERS, "node_modules", "express")
    if not shutil.which("node") or not os.path.isdir(modules):
        print("skipped: expected node, and npm ci run in", HANDLERS)
        sys.exit(1 if os.environ.get("CI") else SKIPPED)
    unittest.main(argv=sys.argv[:1])


main()
