#!/usr/bin/python3
"""check prints no secrets, neither its own nor those that a handler returns.

check_secrets_test.py BINARY HANDLERS_FOLDER [-k NAME]
Exits with 77 where node cannot be had; with CI=true that is a failure.
"""

import base64
import json

from check_support import SECRET, CheckTest, all_at_once, broken, run_check_tests

KEY = SECRET.removeprefix("whsec_")  # as useful as the whole


def numbers(data):
    return ",".join(str(byte) for byte in data)


FORMS = [KEY, KEY.encode().hex(), base64.b64encode(SECRET.encode()).decode().rstrip("="),
         base64.b64encode(KEY.encode()).decode().rstrip("="), numbers(KEY.encode())]


class Secrets(CheckTest):
    def assert_tells_no_secret(self, text):
        """Not even a part of it, which would be longer than its key in any form."""
        dense = "".join(text.split())
        for form in FORMS:
            for begin in range(len(form) - 11):
                self.assertNotIn(form[begin:begin + 12], dense)

    def test_values_of_header_are_not_printed(self):
        with broken("no-tolerance") as handler:
            for form in (["-v"], ["--json"], ["--tap"]):
                _, out, err = self.check(handler.url, "--header", "Authorization: Bearer sesame",
                                         "--only", "signature.stale", *form)
                self.assertNotIn("sesame", out + err)
                if form != ["--tap"]:
                    self.assertIn("$HEADER_AUTHORIZATION", out)

    def test_what_an_answer_holds_of_secrets_is_not_printed(self):
        report = self.path("junit.xml")
        with broken("redirect-tells") as handler:
            for form in (["-v"], ["--json"], ["--tap", "--junit", report]):
                _, out, err = self.check(handler.url, "--header", "X-Token: Bearer sesame",
                                         "--skip", "signature", *form)
                self.assertNotIn("sesame", out + err)
                self.assert_tells_no_secret(out + err)
                self.assertIn("Location: /login?secret=<the secret>&header=<the value of X-Token>",
                              " ".join(out.replace("\\u003c", "<").replace("\\u003e", ">").split()))
        with open(report, encoding="utf-8") as file:
            text = file.read()
        self.assertIn("the secret", text)
        self.assertNotIn("sesame", text)
        self.assert_tells_no_secret(text)

    def assert_prints_no_secret(self, name, *form):
        with broken(name) as handler:
            code, out, err = self.check(handler.url, "--skip", "signature.clock,payload", *form)
        self.assertEqual(code, 1)
        self.assertIn("with the secret in it", " ".join(out.split()))
        self.assert_tells_no_secret(out + err)

    def test_expected_signatures_are_never_printed(self):
        with broken("fails-with-expected") as handler:
            _, out, _ = self.check(handler.url, "--only", "signature.refusal-status", "--json")
        self.assertEqual(json.loads(out.splitlines()[0])["observed"].partition(" for ")[0],
                         '500 Internal Server Error ("expected <a signature> <a signature>...")')


def add_tests():
    """A test for each handler and form of output, so that they run at once."""
    for name in ("leaks-secret", "fails-with-key"):
        for form in ([], ["-v"], ["--json"], ["--tap"]):
            title = "_".join(["test", name, "in", *(form or ["text"])]).replace("-", "_")
            setattr(Secrets, title,
                    lambda self, args=(name, *form): self.assert_prints_no_secret(*args))


add_tests()
load_tests = all_at_once

if __name__ == "__main__":
    run_check_tests()
