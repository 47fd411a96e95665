"""Where secrets come from: options, files, the environment, the store; and what is said of them.

Usage: secrets_test.py BINARY [-k NAME]
"""

import json
import os

from support import CommandTest, run_tests, take_arguments

[BINARY] = take_arguments(1)
VARIABLE = "SLOTFLOW_WEBHOOK_SECRET"
URL = "http://localhost:3999/hook"
BODY = b'{"event":"booking.confirmed"}'
AT = ["--at", "1773151500"]


class SecretsTest(CommandTest):
    binary = BINARY

    def signed(self, *args, **environment):
        """The header that sign makes, and standard error."""
        code, out, err = self.run_it("sign", *AT, *args, stdin=BODY, **environment)
        self.assertEqual(code, 0, err)
        return out.strip(), err

    def verified(self, header, *args, **environment):
        return self.run_it("verify", *AT, "--signature", header, *args, stdin=BODY, **environment)

    def register(self, url=URL):
        code, out, err = self.run_it("register", "--url", url, "--json", "-q")
        self.assertEqual(code, 0, err)
        return json.loads(out)

    def test_the_variable_is_read_wherever_secret_is_taken(self):
        env = {VARIABLE: "whsec_env"}
        header = self.signed("--secret", "whsec_env")[0]
        self.assertEqual(self.signed(**env)[0], header)
        self.assertNotEqual(self.signed("--secret", "whsec_other", **env)[0], header)
        self.assertEqual(self.verified(header, **env)[:2], (0, "valid\n"))
        self.assertEqual(self.verified(header, "--secret", "whsec_other", **env)[0], 1)
        code, out, _ = self.run_it("fire", "confirmed", "--to", URL, "--curl", "--seed", "7", **env)
        self.assertEqual(code, 0)
        self.assertIn("X-Slotflow-Signature: t=", out)
        code, out, err = self.run_it("register", "--url", URL, "--json", **env)
        self.assertEqual((code, json.loads(out)["signing_secret"]), (0, "whsec_env"))
        self.assertIn(f"the signing secret is that of {VARIABLE}", err)
        code, _, err = self.run_it("listen", "--port", "0", "--for", "0", **env)
        self.assertEqual(code, 0)
        self.assertIn(f"signatures are verified with the secret of {VARIABLE}", err)

    def test_registered_webhooks_keep_their_own_secret(self):
        secret = self.register()["signing_secret"]
        env = {VARIABLE: "whsec_env"}
        code, out, _ = self.run_it("fire", "confirmed", "--dry-run", "--json", **env)
        self.assertEqual(code, 0)
        preview = json.loads(out)
        header = dict(preview["headers"])["X-Slotflow-Signature"]
        self.assertEqual(self.run_it("verify", "--secret", secret, "--signature", header,
                                     stdin=preview["body"].encode())[:2], (0, "valid\n"))

    def test_a_registered_url_has_its_secret(self):
        webhook = self.register()
        secret = webhook["signing_secret"]
        code, out, err = self.run_it("fire", "confirmed", "--to", URL, "--dry-run", "--seed", "7")
        self.assertEqual(code, 0)
        self.assertIn("X-Slotflow-Signature", out)
        self.assertIn(f"signed with the secret of {webhook['id']}, which is registered with {URL}",
                      err)
        self.assertNotIn(secret, out + err)
        code, out, err = self.run_it("fire", "confirmed", "--to", "http://localhost:1/", "--dry-run",
                                     "--seed", "7")
        self.assertNotIn("X-Slotflow-Signature", out)
        self.assertIn("are not signed: give --secret", err)
        code, _, err = self.run_it("check", URL, "--timeout", "1s")
        self.assertEqual(code, 3)  # nobody listens
        self.assertIn(f"events are signed with the secret of {webhook['id']}", err)

    def test_sign_and_verify_know_webhooks(self):
        webhook = self.register()
        header = self.signed("--secret", webhook["signing_secret"])[0]
        for name in (webhook["id"], webhook["id"][:8], URL, "localhost:3999/hook"):
            self.assertEqual(self.signed("--webhook", name)[0], header)
            self.assertEqual(self.verified(header, "--webhook", name)[0], 0)
        code, out, err = self.run_it("sign", "--webhook", "http://localhost:1/", stdin=BODY)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("expected the id or URL of a registered webhook", err)

    def test_secret_prints_it_alone(self):
        webhook = self.register()
        secret = webhook["signing_secret"]
        self.assertEqual(self.run_it("secret", webhook["id"][:4]), (0, secret + "\n", ""))
        self.assertEqual(self.run_it("secret", URL), (0, secret + "\n", ""))
        code, out, _ = self.run_it("secret", URL, "--json")
        self.assertEqual((code, json.loads(out)),
                         (0, {"type": "secret", "webhook_id": webhook["id"],
                              "signing_secret": secret}))
        code, out, err = self.run_it("secret", "http://localhost:1/")
        self.assertEqual((code, out), (1, ""))
        self.assertNotIn(secret, err)
        self.assertEqual(self.run_it("secret")[0], 2)

    def test_files_of_windows_are_read(self):
        header = self.signed("--secret", "whsec_a")[0]
        for content in (b"whsec_a\r\n", b"\xef\xbb\xbfwhsec_a", b"\xef\xbb\xbfwhsec_a\r\n",
                        "\ufeffwhsec_a\r\n".encode("utf-16-le"), "\ufeffwhsec_a".encode("utf-16-be")):
            file = self.write("secret.txt", content)
            self.assertEqual(self.signed("--secret-file", file), (header, ""))

    def test_other_utf16_is_no_secret(self):
        for content in ("\ufeffwhsec_\u0101".encode("utf-16-le"), b"\xff\xfe", b"\xff\xfea"):
            code, out, err = self.run_it("sign", "--payload", os.devnull, "--secret-file",
                                         self.write("secret.txt", content))
            self.assertEqual((code, out), (2, ""))
            self.assertIn("--secret-file: expected a secret such as whsec_..., got ", err)

    def test_a_damaged_secret_is_told_by_every_command_and_never_shown(self):
        damaged = (("'whsec_hidden'", "is in quotes"), ("NAME=whsec_hidden", "begins with NAME="),
                   ("whsec_hidden...", "is a masked secret, such as list shows"),
                   ("hidden", "does not start with whsec_"),
                   ("whsec_hidden\u200b", "has characters that are not ASCII"))
        header = self.signed("--secret", "whsec_a")[0]
        for secret, damage in damaged:
            commands = (("sign",), ("verify", "--signature", header),
                        ("fire", "confirmed", "--to", URL, "--dry-run"),
                        ("check", "http://localhost:1/", "--only", "delivery.confirmed"),
                        ("listen", "--port", "0", "--for", "0"))
            for args in commands:
                for source in (["--secret", secret], ["--secret-file", "-"], []):
                    if args[0] in ("sign", "verify") and source[:1] == ["--secret-file"]:
                        source = ["--secret-file", self.write("secret.txt", secret.encode())]
                    env = {} if source else {VARIABLE: secret}
                    stdin = secret.encode() if source == ["--secret-file", "-"] else BODY
                    with self.subTest(command=args[0], secret=secret, source=source):
                        _, out, err = self.run_it(*args, *source, stdin=stdin, **env)
                        self.assertIn("is used as it is, although it " + damage, err)
                        self.assertNotIn("hidden", out + err)

    def test_verify_names_the_damage(self):
        for used, given, text in (
                ("whsec_a", "'whsec_a'", "the secret given here is in quotes"),
                ("whsec_a", "X=whsec_a", "the secret given here begins with NAME="),
                ("whsec_a", "X=\"whsec_a\"", "the secret given here is in quotes"),
                ("whsec_a", "\ufeffwhsec_a", "the secret given here has characters that are not"),
                ("'whsec_a'", "whsec_a", "the secret was used with quotes around it"),
                ("\"whsec_a\"", "whsec_a", "the secret was used with quotes around it"),
                ("\ufeffwhsec_a", "whsec_a", "the secret was used with a byte order mark")):
            with self.subTest(used=used, given=given):
                header = self.signed("--secret", used, "-q")[0]
                code, out, _ = self.verified(header, "--secret", given)
                self.assertEqual(code, 1)
                self.assertIn("diagnosis: " + text, out)

    def test_listen_names_the_secret_that_the_handler_needs(self):
        listen = ("listen", "--register", "--forward-to", URL, "--for", "0", "--port", "0")
        needs = "the handler needs the secret "
        for options, env, origin in [(("--secret", "whsec_a"), {}, "--secret"),
                                     ((), {VARIABLE: "whsec_a"}, VARIABLE),
                                     (("--secret-file", self.write("s", b"whsec_a")), {},
                                      "--secret-file")]:
            code, _, err = self.run_it(*listen, *options, **env)
            self.assertEqual(code, 0, err)
            self.assertIn(f"{needs}of {origin}\n", err)
            self.assertNotIn("whsec_a", err)
        code, _, err = self.run_it(*listen)
        self.assertEqual(code, 0, err)
        self.assertIn(f"{needs}that this prints: slotflow-hooks secret ", err)
        self.assertNotIn("whsec_", err)
        self.assertNotIn(needs, self.run_it("listen", "--register", "--for", "0", "--port", "0")[2])
        self.assertNotIn(needs, self.run_it("-q", *listen)[2])

    def test_without_a_home_only_what_needs_a_store_fails(self):
        del self.environment["HOME"]
        del self.environment["SLOTFLOW_HOOKS_STORE"]
        for args in (("sign", "--secret", "whsec_a"), ("completion", "bash"), ("demo",),
                     ("check", "--list"), ("fire", "confirmed", "--to", URL, "--dry-run"),
                     ("listen", "--secret", "whsec_a", "--port", "0", "--for", "0")):
            code, _, err = self.run_it(*args, stdin=BODY)
            self.assertEqual(code, 0, f"{args}: {err}")
            self.assertNotIn("HOME", err)
        for args in (("list",), ("plan",), ("register", "--url", URL), ("fire", "confirmed"),
                     ("secret", URL), ("sign", "--webhook", URL)):
            code, out, err = self.run_it(*args, stdin=BODY)
            self.assertEqual((code, out), (3, ""), args)
            self.assertIn("error: cannot locate the store: HOME is not set\nhint: set --store FILE",
                          err)


if __name__ == "__main__":
    run_tests()
