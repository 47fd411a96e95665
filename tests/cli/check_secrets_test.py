#!/usr/bin/python3
"""check prints no secrets, neither its own nor those that a handler returns.

check_secrets_test.py BINARY HANDLERS_FOLDER [-k NAME]
Exits with 77 where node cannot be had; with CI=true that is a failure.
"""

from check_support import SECRET, CheckTest, all_at_once, broken, run_check_tests


class Secrets(CheckTest):
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
                for text in ("sesame", SECRET, SECRET.removeprefix("whsec_")):
                    self.assertNotIn(text, out + err)
                self.assertIn("Location: /login?secret=<the secret>&header=<the value of X-Token>",
                              " ".join(out.replace("\\u003c", "<").replace("\\u003e", ">").split()))
        with open(report, encoding="utf-8") as file:
            text = file.read()
        self.assertIn("the secret", text)
        self.assertNotIn("sesame", text)
        self.assertNotIn(SECRET, text)

    def test_secrets_are_never_printed(self):
        with broken("leaks-secret") as handler:
            for form in ([], ["-v"], ["--json"], ["--tap"]):
                _, out, err = self.check(handler.url, "--skip", "signature.clock,payload", *form)
                self.assertNotIn(SECRET, out + err)


load_tests = all_at_once

if __name__ == "__main__":
    run_check_tests()
