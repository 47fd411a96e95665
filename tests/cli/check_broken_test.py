#!/usr/bin/python3
"""check against broken handlers: each fails exactly the checks of its mistake.

check_broken_test.py BINARY HANDLERS_FOLDER [few] [-k NAME]
-k broken_signature. runs the handlers of one file in broken/, -k keep-alive-reset one of them.
`few` tries a handful of the handlers: enough for builds that are slow.
Exits with 77 where node cannot be had; with CI=true that is a failure.
"""

import json
import os
import subprocess
import tempfile
import unittest

from check_support import (HANDLERS, AtOnce, Crowd, HandlerTest, all_ids, results_of,
                           run_check_tests, take_flag)

FEW = take_flag("few")

ACCEPTS_ALL = {"signature." + name for name in (
    "missing", "empty", "malformed", "wrong", "tampered-body", "tampered-timestamp", "body-only",
    "other-scheme", "other-secret", "stale", "future", "truncated-v1", "upper-case-names",
    "trailing-garbage")}
TWO_V1 = {"signature.first-of-two", "signature.second-of-two"}
SIMILAR = {"idempotency.similar-bookings"}
AGE = {"signature.stale", "signature.future"}

# What each broken handler must fail, and nothing else; by the file in broken/ that it is in.
# Handlers with an empty set are harmless.
BROKEN = {
    "delivery": {
        "confirmed-500": {"delivery.confirmed"},
        "cancelled-500": {"delivery.cancelled"},
        "slow-3s": {"delivery.at-once"},
        "slow-12s": {"delivery.in-time"},
        "endless-answer": {"delivery.in-time"},
        "redirect-slash": {"delivery.no-redirect"},
        "redirect-tells": {"delivery.no-redirect"},
        "ends-on-aborted-request": {"delivery.aborted-request"},
        "unhandled-abort": {"delivery.aborted-request"},
        "closes-each": set(),
        "user-agent": {"delivery.user-agent"},
        "get-counts": {"delivery.get"},
        "get-500": {"delivery.get"},
        "get-page": set(),  # harmless
        "small-pool": {"delivery.concurrent"},
        "keep-alive": {"delivery.keep-alive"},
        "keep-alive-reset": {"delivery.keep-alive"},
        "body-with-204": {"delivery.keep-alive"},
        "no-length": {"delivery.keep-alive"},
        "first-chunk": {"delivery.split-body", "payload.metadata-large"},
        "text-chunks": {"delivery.split-body"},
        "expect-only": {"delivery.without-expect", "payload.metadata-deep",
                        "payload.metadata-large"},
        "blocks": {"delivery.concurrent-at-once"},
        "blocks-for-long": {"delivery.concurrent"},
        "csrf-in-layout": {"signature.valid"},
        "django-page": {"signature.valid"},
        "tiny-limit": {"delivery.without-expect", "payload.metadata-large"},
        "allowed-hosts": {"delivery.confirmed"},
        "csrf-page": {"delivery.confirmed"},
        "csrf": {"signature.valid"},
        "one-at-a-time": {"delivery.stalled"},
        "eight-workers": {"delivery.stalled"},
        "more-workers": set(),  # harmless
    },
    "signature": {
        "reserializes": {"signature.raw-body"},
        "trims-body": {"signature.raw-body"},
        "latin1": {"payload.metadata-unicode", "payload.attendee-name"},
        "prefix-compare": {"signature.truncated-v1"},
        "trailing-garbage": {"signature.trailing-garbage"},
        "upper-case-names": {"signature.upper-case-names"},
        "order-matters": {"signature.swapped-order"},
        "v1-first-is-trusted": {"signature.swapped-order"},
        "rejects-unknown-scheme": {"signature.unknown-scheme"},
        "first-v1-only": {"signature.second-of-two"},
        "last-v1-only": {"signature.first-of-two"},
        "every-v1": TWO_V1 | {"signature.other-scheme", "signature.odd-header"},
        "no-tolerance": AGE,
        "no-future-check": {"signature.future"},
        "no-past-check": {"signature.stale"},
        "tight-tolerance": {"signature.four-minutes-old", "signature.four-minutes-ahead"},
        "clock-read-once": {"signature.clock"},
        "milliseconds": {"signature.valid"},
        "key-with-line-break": {"signature.valid"},
        "body-before-t": {"signature.valid"},
        "base64-digest": {"signature.valid"},
        "zone-behind": {"signature.valid"},
        "rejects-all": {"signature.valid"},
        "tolerance-in-milliseconds": AGE,
        "unbound-t": {"signature.tampered-timestamp"},
        "reuses-signature": {"signature.tampered-body"},
        "secret-without-prefix": {"signature.valid"},
        "verification-off": ACCEPTS_ALL,
        "accepts-bad-signature": ACCEPTS_ALL,
        "no-future-at-all": {"signature.four-minutes-ahead"},
        "case-sensitive-header": {"signature.header-case"},
        "body-only": {"signature.body-only"},
        "any-scheme": {"signature.other-scheme"},
        "known-unverified": {"signature.forged-copy"},
        "forgery-remembered": {"signature.forged-copy", "signature.every-request"},
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
        "accepts-malformed": {"signature.malformed", "signature.upper-case-names",
                              "signature.disguised-timestamp", "signature.every-request"},
        "500-on-missing": {"signature.refusal-status"},
        "500-on-empty": {"signature.refusal-status"},
        "500-on-malformed": {"signature.refusal-status"},
        "500-on-short-v1": {"signature.refusal-status"},
        "upper-case-digits": set(),  # harmless
    },
    "forgeries": {
        "first-t-signed": {"signature.two-timestamps"},
        "last-t-signed": {"signature.two-timestamps"},
        "first-header-signed": {"signature.two-timestamps"},
        "days-ignored": {"signature.day-old"},
        "not-a-number": {"signature.disguised-timestamp"},
        "puts-unverified": {"signature.other-methods"},
        "chunks-unverified": {"signature.chunked"},
        "typeless-unverified": {"signature.every-request"},
        "debug-unverified": {"signature.every-request"},
        "proxied-unverified": {"signature.every-request"},
        "garbage-unverified": {"signature.every-request"},
        "connection-verified": {"signature.after-valid"},
        "compares-text": {"signature.odd-header"},
        "compares-text-and-catches": {"signature.odd-header"},
        "ends-on-odd-byte": {"signature.odd-header"},
        "ends-on-chunks": {"signature.chunked"},
        "silent-after-valid": {"signature.after-valid"},
        "big-t-500": {"signature.odd-header"},
        "decodes-nothing": {"signature.odd-header"},
        "object-members": {"signature.odd-header"},
        "ends-with": {"signature.truncated-v1"},
        "first-line": {"signature.tampered-body"},
        "placeholder-key": {"signature.other-secret"},
        "header-list": {"signature.every-request", "signature.two-timestamps"},
        "test-events": {"signature.every-request"},
        "catches-all": {"signature.odd-header"},
        "prefixed-t": {"signature.two-timestamps"},
        "date-header": {"signature.two-timestamps"},
        "half-days": {"signature.day-old"},
        "overflowing-age": {"signature.day-old"},
        "too-large-to-verify": {"signature.every-request"},
        "charset-unverified": {"signature.every-request"},
        "gzip-unverified": {"signature.every-request"},
        "not-utf8-unverified": {"signature.every-request"},
        "example-unverified": {"signature.every-request"},
        "past-unverified": {"signature.every-request"},
        "real-ip-unverified": {"signature.every-request"},
        "get-with-body": {"signature.other-methods"},
    },
    "payload": {
        "cancelled-null-metadata": {"payload.metadata-null"},
        "cancelled-empty-metadata": {"payload.metadata-empty"},
        "cancelled-null-email": {"payload.email-null"},
        "cancelled-past": {"payload.past"},
        "varchar-255-name": {"payload.attendee-name"},
        "short-email": {"payload.attendee-email"},
        "varchar-255-metadata": {"payload.metadata-large"},
        "few-keys": {"payload.metadata-many"},
        "short-source": {"payload.metadata-source"},
        "half-hours": {"payload.any-time"},
        "opening-hours": {"payload.any-time"},
        "weekdays": {"payload.any-time"},
        "horizon": {"payload.far-ahead"},
        "year-ahead": {"payload.far-ahead"},
        "short-durations": {"payload.duration"},
        "null-metadata": {"payload.metadata-null"},
        "missing-metadata": {"payload.metadata-absent"},
        "empty-metadata": {"payload.metadata-empty"},
        "deep-metadata": {"payload.metadata-nested"},
        "dotnet-depth": {"payload.metadata-deep"},
        "small-limit": {"payload.metadata-large"},
        "unicode-500": {"payload.metadata-unicode"},
        "proto": {"payload.metadata-prototype"},
        "text-metadata": {"payload.metadata-values"},
        "mongo-keys": {"payload.metadata-keys"},
        "jsonb-nul": {"payload.metadata-nul"},
        "firewall": {"payload.metadata-markup"},
        "xml-name": {"payload.attendee-name"},
        "lone-surrogate": {"payload.metadata-lone-surrogate"},
        "past": {"payload.past"},
        "usual-durations": {"payload.duration"},
        "created-at-ahead": {"signature.four-minutes-ahead"},
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
    },
    "malformed": {
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
    },
    "idempotency": {
        "silent-about-duplicates": {"idempotency.repeated"},
        "duplicate-500": {"idempotency.repeated"},
        "duplicate-409": {"idempotency.repeated"},
        "duplicate-race": {"idempotency.at-once"},
        "lost-response": {"idempotency.lost-response"},
        "dedup-by-id": {"idempotency.confirm-then-cancel", "idempotency.cancel-before-confirm"},
        "ends-when-left": {"idempotency.repeated", "idempotency.lost-response"},
        "cancel-before-confirm": {"idempotency.cancel-before-confirm"},
        "confirm-after-cancel": {"idempotency.cancel-before-confirm"},
        "human-key": SIMILAR,
        "slot-key": SIMILAR,
        "slot-key-freed": set(),  # harmless
        "email-key": SIMILAR,
        "lead-key": SIMILAR,
        "created-at-key": SIMILAR,
        "short-id": SIMILAR,
        "cancelled-again": {"idempotency.repeated"},
        "cancellation-race": {"idempotency.at-once"},
        "replay-guard": set(),  # harmless
    },
    "leaks": {
        "leaks-secret": {"leaks.secret"},
        "leaks-half-secret": {"leaks.secret"},
        "leaks-when-accepted": {"leaks.secret"},
        "echoes-expected": {"leaks.signature"},
        "echoes-expected-in-capitals": {"leaks.signature"},
        "stack-trace": {"leaks.stack-trace"},
        "echoes-request": set(),  # harmless
        "long-refusals": set(),  # the checks cannot look
        "drops-get": {"delivery.get"},
        "leaks-elsewhere": {"leaks.secret"},
        "leaks-in-hex": {"leaks.secret"},
        "echoes-expected-in-base64": {"leaks.signature"},
        "python-trace": {"leaks.stack-trace"},
        "source-path": {"leaks.stack-trace"},
        "tells-position": {"leaks.oracle"},
        "echoes-beginning": set(),  # harmless
        "looks-like-source": set(),  # harmless
        "tells-half": {"leaks.oracle"},
        "tells-in-header": {"leaks.oracle"},
        "tells-number": {"leaks.oracle"},
        "request-ids": set(),  # harmless
        "echoes-parts": set(),  # harmless
        "echoes-everything": set(),  # harmless
        "echoes-expected-bytes": {"leaks.signature"},
        "echoes-shortened": {"leaks.signature", "leaks.oracle"},
    },
    # One defect, reported once: later checks are skipped.
    "lifetime": {
        "crashes-on-malformed": {"malformed.not-json"},
        "crashes-after-malformed": {"malformed.not-json"},
        "crashes-later": {"malformed.delayed-crash"},
        "crashes-on-get": {"delivery.get"},
        "crashes-after-null": {"payload.metadata-null"},
        "crashes-on-cancellation": {"delivery.cancelled"},
        "rate-limit": {"delivery.concurrent"},
        "short-rate-limit": {"delivery.concurrent"},
        "bans": {"signature.missing"},
        "bans-for-a-moment": {"signature.missing"},
        "bans-after-the-last": {"signature.missing"},
        "holds-up": {"signature.missing"},
        "tenth-500": {"delivery.concurrent"},
        "tenth-hangs": {"delivery.concurrent"},
        "tenth-resets": {"delivery.concurrent"},
        "login": {"delivery.confirmed"},
    },
}

# Short timeouts for handlers that hang, and few checks for slow ones.
OPTIONS = {
    "one-at-a-time": ["--timeout", "2s"],
    "eight-workers": ["--timeout", "2s"],
    "more-workers": ["--timeout", "2s"],
    "slow-12s": ["--timeout", "2s"],
    "tenth-hangs": ["--timeout", "1s", "--only", "delivery"],
    "bans-for-a-moment": ["--only", "signature.missing,signature.empty,signature.forged-copy"],
    "bans-after-the-last": ["--only", "signature.missing"],
    "holds-up": ["--timeout", "1s", "--only", "signature.missing,signature.empty"],
    "blocks-for-long": ["--timeout", "3s", "--only",
                        "delivery.concurrent,delivery.concurrent-at-once"],
    "ends-when-left": ["--only", "idempotency"],
    # In each burst are events of the same millisecond.
    "created-at-key": ["--only", "idempotency.similar-bookings"],
    "blocks": ["--only", "delivery.at-once,delivery.concurrent,delivery.concurrent-at-once"],
    "endless-answer": ["--timeout", "2s", "--only", "delivery.confirmed,delivery.in-time"],
    "no-length": ["--timeout", "2s"],
    "crashes-later": ["--only", "malformed.delayed-crash"],
    "malformed-hang": ["--timeout", "2s", "--skip", "leaks"],
    "big-body-hang": ["--timeout", "2s"],
    "silent-refusal": ["--timeout", "2s"],
    "silent-after-valid": ["--timeout", "2s"],
    "silent-about-duplicates": ["--timeout", "2s"],
    "crashes-after-null": ["--only", "payload.metadata-null"],
    "slow-3s": ["--only", "delivery.confirmed,delivery.at-once,delivery.in-time"],
}
SOME = {"reserializes", "slow-12s", "keep-alive-reset", "big-body-reset", "lost-response",
        "echoes-expected"}


# Those that end their process, keep it busy, or must have started just now, have one of their own.
ALONE = {*BROKEN["lifetime"], *OPTIONS, "ends-on-aborted-request", "unhandled-abort",
         "ends-on-odd-byte", "ends-on-chunks", "clock-read-once"}
TOGETHER = [name for handlers in BROKEN.values() for name in handlers if name not in ALONE]
CROWDS = [Crowd(TOGETHER[::2]), Crowd(TOGETHER[1::2])]


class Broken(HandlerTest):
    expected = {}

    def find_results(self):
        for crowd in CROWDS:
            if self.name in crowd.names:
                with tempfile.TemporaryDirectory(prefix="slotflow-check-") as folder:
                    return results_of(folder, crowd.url(self.name), "--strict")
        return super().find_results()

    def command(self):
        return ["node", "broken.js", self.name]

    @property
    def options(self):
        return OPTIONS.get(self.name, ())

    def judge(self):
        code, results, _ = self.results.result()
        failed = {id for id, line in results.items() if line["result"] == "failed"}
        self.assertEqual(failed, self.expected[self.name])
        self.assertEqual(code, 1 if failed else 0)


class Tables(unittest.TestCase):
    """Tests the tables above, not the program."""

    def test_every_check_is_failed_by_some_handler(self):
        found = {id for handlers in BROKEN.values() for ids in handlers.values() for id in ids}
        self.assertEqual(found | {"delivery.https"}, set(all_ids()))  # which has a test of its own

    def test_every_handler_is_tried(self):
        self.assertEqual({file.removesuffix(".js")
                          for file in os.listdir(os.path.join(HANDLERS, "broken"))}, set(BROKEN))
        for section, handlers in BROKEN.items():
            program = f"console.log(JSON.stringify(Object.keys(require('./broken/{section}.js'))))"
            out = subprocess.run(["node", "-e", program], cwd=HANDLERS, capture_output=True,
                                 text=True, check=True).stdout
            self.assertEqual(set(json.loads(out)), set(handlers), section)


def load_tests(loader, _tests, _pattern):
    """The protocol of unittest: a class for each section, with a test for each handler."""
    at_once = AtOnce()
    if FEW:
        at_once.workers = 3
    for section, handlers in BROKEN.items():
        tests = {f"test_{name}": Broken.judge for name in handlers if not FEW or name in SOME}
        case = type(f"broken_{section}", (Broken,), {"expected": handlers, **tests})
        at_once.addTests(loader.loadTestsFromTestCase(case))
    if FEW:
        return at_once
    return unittest.TestSuite([loader.loadTestsFromTestCase(Tables), at_once])


if __name__ == "__main__":
    run_check_tests()
