#!/usr/bin/python3
"""Which cause check gives for what it observed, and which remedy.

check_causes_test.py BINARY HANDLERS_FOLDER [-k NAME]
Exits with 77 where node cannot be had; with CI=true that is a failure.
"""

import re

from check_support import CheckTest, all_at_once, broken, run_check_tests


class Causes(CheckTest):
    def test_what_a_response_says_is_shown(self):
        for name, check, observed, remedy in (
                ("csrf-page", "delivery.confirmed",
                 '403 Forbidden ("Forbidden (403) CSRF verification failed. Key: <the secret>.")',
                 "exempt this path from CSRF protection"),
                ("allowed-hosts", "delivery.confirmed",
                 "400 Bad Request (\"DisallowedHost Invalid HTTP_HOST header: '127.0.0.1'. You may "
                 'need to add it to ALLOWED_HOSTS.")',
                 "check the URL under a host name that the server allows"),
                ("body-with-204", "delivery.keep-alive", "204 No Content, with a body",
                 "send no body with status 204"),
                ("tiny-limit", "delivery.without-expect", "413 Content Too Large",
                 "raise the limit on the size of a body")):
            with self.subTest(name), broken(name) as handler:
                _, results, _ = self.results(handler.url, "--only", check)
                self.assertEqual(results[check]["observed"], observed)
                self.assertIn(remedy, results[check]["remedy"])
        # Nor is a page about CSRF mistaken for a verdict on the signature.
        with broken("csrf-page") as handler:
            _, results, _ = self.results(handler.url, "--only", "delivery.confirmed", secret=False)
            self.assertEqual(results["delivery.confirmed"]["result"], "failed")

    def test_a_crash_by_half_a_request_is_told_by_its_check(self):
        with broken("unhandled-abort") as handler:
            _, results, _ = self.results(handler.url, "--only", "delivery")
            line = results["delivery.aborted-request"]
            self.assertEqual(line["result"], "failed")
            self.assertIn("the handler stopped listening during this check", line["observed"])
            self.assertIn("a rejection in an async handler", line["remedy"])

    def test_a_pool_that_aborted_requests_use_up_is_told_by_its_check(self):
        with broken("keeps-connections", fresh=True) as handler:
            _, results, _ = self.results(handler.url, "--only", "delivery.aborted-request")
            line = results["delivery.aborted-request"]
            self.assertIn("after halves of 20 others", line["observed"])
            self.assertIn("such as a connection of a pool", line["remedy"])

    def test_bodies_that_are_mixed_are_told_from_senders_that_are_waited_for(self):
        for name, words in (("one-buffer", "in a variable of its request"),
                            ("one-at-a-time", "reads many requests at once")):
            with self.subTest(name), broken(name) as handler:
                _, results, _ = self.results(handler.url, "--timeout", "2s", "--only",
                                             "delivery.stalled")
                self.assertIn(words, results["delivery.stalled"]["remedy"])

    def test_events_that_wait_for_each_other_are_told_as_that(self):
        with broken("blocks") as handler:
            # While the machine is busy, one alone can take too long to tell.
            for _ in range(3):
                _, results, _ = self.results(handler.url, "--only",
                                             "delivery.concurrent,delivery.concurrent-at-once")
                line = results["delivery.concurrent-at-once"]
                if line["observed"].endswith("they are processed one after the other"):
                    break
            self.assertRegex(line["observed"], r"^50 of 50 at once were accepted, the slowest "
                             r"after \d+\.\d\d s, one alone \d+ ms: they are processed one after "
                             r"the other$")
            self.assertIn("do not block", line["remedy"])
            self.assertRegex(results["delivery.concurrent"]["observed"],
                             r"^50 of 50 at once were accepted, the slowest after [\d.]+ m?s$")

        with broken("blocks-for-long") as handler:
            _, results, _ = self.results(handler.url, "--timeout", "3s", "--only",
                                         "delivery.concurrent,delivery.concurrent-at-once")
            line = results["delivery.concurrent"]
            self.assertRegex(line["observed"], r"^\d+ of 50 at once were accepted, .*: they are "
                             r"processed one after the other$")
            self.assertIn("do not block", line["remedy"])
            self.assertEqual(results["delivery.concurrent-at-once"]["observed"],
                             "it would probably fail for the same reason as delivery.concurrent")

    def test_a_wrong_signature_is_not_told_as_another_cause(self):
        for name in ("csrf-in-layout", "django-page"):
            with self.subTest(name), broken(name) as handler:
                _, results, _ = self.results(handler.url, "--only",
                                             "delivery.confirmed,signature.valid")
                self.assertEqual(results["delivery.confirmed"]["observed"],
                                 "the handler rejects the signature: see signature.valid")
                self.assertTrue(results["signature.valid"]["remedy"].startswith(
                    "compute the HMAC over t"))
                self.assertEqual("Django shows this page" in results["signature.valid"]["remedy"],
                                 name == "django-page")

    def test_an_inconsistent_handler_is_told_as_that(self):
        for name, got in (("tenth-500", '500 Internal Server Error ("pool exhausted")'),
                          ("tenth-resets", "connection reset by peer")):
            with self.subTest(name), broken(name) as handler:
                _, results, _ = self.results(handler.url, "--only", "delivery,idempotency")
                failed = [id for id, line in results.items() if line["result"] == "failed"]
                self.assertEqual(failed, ["delivery.concurrent"])
                self.assertRegex(results["delivery.concurrent"]["observed"],
                                 r", number \d+ got " + re.escape(got) +
                                 ": the handler is inconsistent$")

    def test_an_answer_without_an_end_is_told_from_a_slow_one(self):
        with broken("no-length") as handler:
            _, results, _ = self.results(handler.url, "--only", "delivery.keep-alive", "--timeout",
                                         "2s")
            line = results["delivery.keep-alive"]
            self.assertIn("responded with 200, but the body never ended", line["observed"])
            self.assertIn("Content-Length", line["remedy"])


load_tests = all_at_once

if __name__ == "__main__":
    run_check_tests()
