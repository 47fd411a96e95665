#!/usr/bin/python3
"""What fire says of answers that it was told to expect, and of requests that are invalid on purpose.

fire_expect_test.py BINARY [-k NAME]
"""

import os

from peers import ProgramTest
from support import run_tests


def response(status):
    return b"HTTP/1.1 %d X\r\nContent-Length: 2\r\n\r\nno" % status


class Expect(ProgramTest):
    def statuses(self, *statuses):
        """An endpoint that answers with these statuses in turn, and then with the last."""
        left = list(statuses)

        def behave(connection):
            server.read(connection)
            connection.sendall(response(left.pop(0) if len(left) > 1 else left[0]))
        server = self.endpoint(behave)
        return server

    def test_an_expected_status_ends_the_delivery(self):
        for expected in ("401", "4xx", "403,401", "500,4XX"):
            with self.subTest(expected=expected):
                server = self.statuses(401)
                code, attempts, summary, err = self.fire(
                    "confirmed", "--to", server.url, "--expect-status", expected)
                self.assertEqual(code, 0, err)
                self.assertEqual([(one["status"], one["outcome"], one["next_attempt_in_ms"])
                                  for one in attempts], [(401, "expected", None)])
                self.assertEqual(summary, {"type": "summary", "deliveries": 1, "delivered": 0,
                                           "failed": 0, "expected": 1, "unfinished": 0,
                                           "attempts": 1})

    def test_the_option_can_be_repeated(self):
        server = self.statuses(500, 404)
        code, attempts, summary, _ = self.fire(
            "confirmed", "--to", server.url, "--speed", "100000", "--expect-status", "401",
            "--expect-status", "404")
        self.assertEqual((code, [one["outcome"] for one in attempts]),
                         (0, ["retrying", "expected"]))
        self.assertEqual(summary["expected"], 1)

    def test_other_statuses_are_treated_as_usual(self):
        for statuses, outcomes, counts in (((200,), ["delivered"], (1, 0, 0)),
                                           ((500, 204), ["retrying", "delivered"], (1, 0, 0)),
                                           ((500,), ["retrying"] * 2 + ["failed"], (0, 1, 0))):
            with self.subTest(statuses=statuses):
                server = self.statuses(*statuses)
                code, attempts, summary, _ = self.fire(
                    "confirmed", "--to", server.url, "--speed", "100000", "--expect-status", "4xx")
                self.assertEqual((code, [one["outcome"] for one in attempts]), (1, outcomes))
                self.assertEqual((summary["delivered"], summary["failed"], summary["expected"]),
                                 counts)

    def test_every_delivery_must_end_so(self):
        good, bad = self.statuses(200), self.statuses(401)
        code, _, summary, _ = self.fire("confirmed", "--to", good.url, "--to", bad.url,
                                        "--expect-status", "401")
        self.assertEqual((code, summary["delivered"], summary["expected"]), (1, 1, 1))
        code, _, summary, _ = self.fire("confirmed", "--to", good.url, "--to", bad.url,
                                        "--expect-status", "200,401", "--no-retry")
        self.assertEqual((code, summary["delivered"], summary["expected"]), (0, 0, 2))

    def test_an_error_is_not_a_status(self):
        server = self.endpoint(lambda connection: server.read(connection))
        code, attempts, summary, _ = self.fire("confirmed", "--to", server.url, "--no-retry",
                                               "--expect-status", "2xx,3xx,4xx,5xx")
        self.assertEqual((code, attempts[0]["outcome"], summary["failed"]), (1, "failed", 1))

    def test_as_text(self):
        server = self.statuses(401)
        code, out, _ = self.run_to_end("fire", "confirmed", "--to", server.url,
                                       "--expect-status", "401")
        self.assertEqual(code, 0)
        self.assertIn("  expected\n1 delivery: 1 expected, 0 delivered, 0 failed in 1 attempt\n",
                      out)
        code, out, _ = self.run_to_end("fire", "confirmed", "--to", server.url, "--no-retry",
                                       "--expect-status", "403,2xx")
        self.assertEqual(code, 1)
        self.assertIn("  failed\n    expected 403 or 2xx\n    no\n", out)

    def test_bad_values(self):
        expected = "expected statuses from 200 to 599, or 2xx, 3xx, 4xx or 5xx, got "
        for value, wrong in (("", None), ("40x", "40x"), ("401,,403", ""), ("1xx", "1xx"),
                             ("timeout", "timeout")):
            with self.subTest(value=value):
                code, out, err = self.run_to_end("fire", "confirmed", "--to", "9",
                                                 "--expect-status", value)
                self.assertEqual((code, out), (2, ""))
                self.assertIn("--expect-status: " + (f"{expected}'{wrong}'" if wrong is not None
                                                     else "expected a value, got nothing"), err)
        for option in ("--dry-run", "--curl"):
            code, out, err = self.run_to_end("fire", "confirmed", "--to", "9", option,
                                             "--expect-status", "401")
            self.assertEqual((code, out), (2, ""))
            self.assertIn("--expect-status cannot be combined with --dry-run or --curl", err)


class OnPurpose(ProgramTest):
    SECRET = ("--secret", "whsec_test_0123456789abcdef0123456789")

    def test_says_first_what_is_wrong(self):
        for option, flaw in (("--tamper=body", "the body differs from the signed body"),
                             ("--tamper=missing", "there is no signature header"),
                             ("--skew=-10m", "the timestamp (t) is 10m in the past")):
            with self.subTest(option=option):
                server = self.answering(response(401))
                code, out, err = self.run_to_end("fire", "confirmed", "--to", server.url,
                                                 "--no-retry", option, *self.SECRET)
                self.assertEqual(code, 1)
                self.assertIn(f"invalid on purpose: {flaw}", err)
                self.assertIn("rejects it with a 4xx status (to exit with 0 then, give "
                              "--expect-status 4xx)", err)
                self.assertNotIn("warning", err)
                self.assertIn("  rejected, as it should be\n", out)
                self.assertIn("0 delivered, 1 failed (rejected, as it should be)", out)

    def test_an_empty_payload(self):
        server = self.answering(response(401))
        err = self.run_to_end("fire", "confirmed", "--to", server.url, "--no-retry", "--payload",
                              os.devnull, "--tamper=body", *self.SECRET)[2]
        self.assertIn("slotflow-hooks: the payload is empty\n", err)
        self.assertNotIn("unchanged", err)

    def test_an_acceptance_is_red_and_a_warning(self):
        server = self.answering(response(200))
        code, out, err = self.run_to_end("fire", "confirmed", "--to", server.url, "--color",
                                         "always", "--skew=10m", *self.SECRET)
        self.assertEqual(code, 0)
        self.assertIn("\x1b[31m200 X\x1b[0m", out.replace("200 OK", "200 X"))
        self.assertIn("warning: an endpoint accepted a request that is invalid on purpose", err)

    def test_within_the_tolerance_nothing_is_wrong(self):
        server = self.answering(response(200))
        code, _, err = self.run_to_end("fire", "confirmed", "--to", server.url, "--skew=-4m",
                                       *self.SECRET)
        self.assertEqual(code, 0)
        self.assertNotIn("invalid on purpose", err)


if __name__ == "__main__":
    run_tests()
