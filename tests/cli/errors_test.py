"""What the built binary says of mistakes: exact messages, hints and exit codes.

Usage: errors_test.py BINARY [-k NAME]
"""

import json
import os

from support import CommandTest, run_tests, take_arguments

[BINARY] = take_arguments(1)
SECRET = "whsec_k8J2mN4pQ7rS1tU5vW9xY3zA6bC0dE2f"


class ErrorsTest(CommandTest):
    binary = BINARY

    def test_mistakes_are_answered_with_what_is_valid(self):
        cases = [
            (["fier"], "command: expected register, list, delete, secret, plan, sync, fire, "
                       "deliveries, listen, serve, check, load, wait, verify, sign, demo or "
                       "completion, got 'fier'",
             "did you mean 'fire'?"),
            (["fire", "confirmd"], "EVENT: expected confirmed, cancelled, booking.confirmed, "
                                   "booking.cancelled or lifecycle, got 'confirmd'",
             "did you mean 'confirmed'?"),
            (["plan", "fre"], "PLAN: expected free, starter or growth, got 'fre'",
             "did you mean 'free'?"),
            (["fire", "confirmed", "--sed", "3"], "unknown option '--sed' for fire",
             "did you mean '--seed'?"),
            (["fire", "confirmed", "--tamper", "boddy"],
             "--tamper: expected body, signature, timestamp or missing, got 'boddy'",
             "did you mean 'body'?"),
            (["listen", "--port", "99999"],
             "--port: expected a number from 0 to 65535, got '99999'", None),
            (["listen", "--fail-rate", "1.5"],
             "--fail-rate: expected a probability from 0 to 1, got '1.5'", None),
            (["listen", "--fail-rate", "50%"],
             "--fail-rate: expected a probability from 0 to 1, got '50%'", "did you mean '0.5'?"),
            (["listen", "--fault", "reset:50%"],
             "--fault: expected KIND:P with a probability from 0 to 1, got 'reset:50%'",
             "did you mean 'reset:0.5'?"),
            (["listen", "--max-body", "1mb"],
             "--max-body: expected a size up to 1GiB such as 512KiB or 1MiB, got '1mb'",
             "did you mean '1MB'?"),
            (["listen", "--max-body", "2gib"],
             "--max-body: expected a size up to 1GiB such as 512KiB or 1MiB, got '2gib'", None),
            (["listen", "--delay", "1s-5sec"],
             "--delay: expected a duration such as 10s, or a range such as 1s..5s, got '1s-5sec'",
             "did you mean '1s..5s'?"),
            (["fire", "confirmed", "--timeout", "10min"],
             "--timeout: expected a duration such as 250ms, 10s or 1h30m, got '10min'",
             "did you mean '10m'?"),
            (["list", "--json=x"], "--json: expected no value, true or false, got 'x'",
             "see slotflow-hooks list --help"),
            (["fire", "confirmed", "--no-retry=x"],
             "--no-retry: expected no value, true or false, got 'x'",
             "see slotflow-hooks fire --help"),
            (["fire", "confirmed", "--timeout"], "--timeout: expected DURATION, got nothing",
             "see slotflow-hooks fire --help"),
            (["list", "--store"], "--store: expected FILE, got nothing",
             "see slotflow-hooks list --help"),
            (["fire", "confirmed", "[a,b]"],
             "URL: expected an IPv6 address in brackets such as [::1], got '[a,b]'", None),
            (["listen", "--fail-rate", "nan"],
             "--fail-rate: expected a probability from 0 to 1, got 'nan'", None),
            (["listen", "--max-body", "1GB"],
             "--max-body: expected a size up to 1GiB such as 512KiB or 1MiB, got '1GB'", None),
            (["listen", "--path", "/\u00fc"],
             "--path: expected a path such as /hook, got '/\u00fc'", None),
            (["listen", "--path", "hook"],
             "--path: expected a path such as /hook, got 'hook'", None),
            (["fire", "confirmed", "--timeout", "10x"],
             "--timeout: expected a duration such as 250ms, 10s or 1h30m, got '10x'", None),
            (["fire", "confirmed", "--header", "no colon"],
             "--header: expected 'Name: value', got 'no colon'", None),
            (["fire", "confirmed", "--header", "Content-Length: 3"],
             "--header: Content-Length cannot be set: it follows from the request", None),
            (["fire", "confirmed", "--speed", "0"],
             "--speed: expected a number from 0.001 to 1e9, got '0'", None),
            (["fire", "confirmed", "--retry-delays", "87600h", "--speed", "0.02"],
             "--retry-delays and --speed: expected retry delays of at most 87600h (10 years), got "
             "4380000h (87600h divided by 0.02)", None),
            (["fire", "confirmed", "--timeout", "0"],
             "--timeout: expected a duration above 0, got '0'", None),
            (["list", "--color", "sometimes"],
             "--color: expected auto, always or never, got 'sometimes'", None),
            (["delete"], "delete requires an id, a URL or --all",
             "run 'slotflow-hooks list' to see the webhooks"),
            (["delete", "abcd", "--all"], "--all cannot be combined with ids or URLs",
             "run 'slotflow-hooks list' to see the webhooks"),
            (["delete", "--all"],
             "--all requires --yes when there is no terminal to ask for confirmation", None),
            (["list", "extra"], "unexpected argument 'extra'",
             "see slotflow-hooks list --help"),
            (["fire"], "fire requires EVENT", "see slotflow-hooks fire --help"),
            (["register"], "register requires URL", "see slotflow-hooks register --help"),
            (["register", "3000", "--url", "3001"], "URL cannot be combined with --url", None),
            (["register", "--ulr", "3000"], "unknown option '--ulr' for register",
             "did you mean '--url'?"),
            (["fire", "confirmed", "--tiemout", ".2"], "unknown option '--tiemout' for fire",
             "did you mean '--timeout'?"),
            (["wait", "1", "--timeout", "1s"], "unknown option '--timeout' for wait",
             "did you mean '--for'?"),
            (["send", "confirmed"], "command: expected register, list, delete, secret, "
             "plan, sync, fire, deliveries, listen, serve, check, load, wait, verify, sign, demo or "
             "completion, got 'send'",
             "did you mean 'fire'?"),
            (["test", "3000"], "command: expected register, list, delete, secret, plan, sync, "
             "fire, deliveries, listen, serve, check, load, wait, verify, sign, demo or "
             "completion, got 'test'",
             "did you mean 'check'?"),
            (["fire", "booking.created"], "EVENT: expected confirmed, cancelled, booking.confirmed, "
             "booking.cancelled or lifecycle, got 'booking.created'", "did you mean 'confirmed'?"),
            (["fire", "--hlep"], "unknown option '--hlep' for fire", "did you mean '--help'?"),
            (["fire", "confirmed", "--url", "1"], "unknown option '--url' for fire",
             "did you mean '--to'?"),
            (["fire", "--data=x"], "unknown option '--data' for fire", "did you mean '--payload'?"),
            (["listen", "--bind", "::1"], "unknown option '--bind' for listen",
             "did you mean '--host'?"),
            (["delete", "--force"], "unknown option '--force' for delete",
             "did you mean '--yes'?"),
            (["sign", "--payload", "-"], "sign requires --secret, --secret-file or --webhook",
             "or set the environment variable SLOTFLOW_WEBHOOK_SECRET"),
            (["register", "--url", "3000", "--secret", "two words"],
             "--secret: expected a secret such as whsec_..., got a value with white space or "
             "control characters", None),
        ]
        for args, message, hint in cases:
            with self.subTest(args=args):
                hint_line = f"hint: {hint}\n" if hint else ""
                self.assertEqual(self.run_it(*args),
                                 (2, "", f"slotflow-hooks: error: {message}\n{hint_line}"))

    def test_errors_with_json_are_one_line_in_slotflows_shape(self):
        code, out, err = self.run_it("--json", "delete", "abcdef")
        self.assertEqual((code, out), (1, ""))
        self.assertEqual(json.loads(err), {"error": {
            "code": "NOT_FOUND", "message": "expected the id or URL of a registered webhook, got "
                                            "'abcdef'", "status": 404}})
        code, out, err = self.run_it("list", "--json", "--bad")
        self.assertEqual((code, out, json.loads(err)["error"]["code"]), (2, "", "USAGE"))
        self.assertIsNone(json.loads(err)["error"]["status"])

    def test_slotflows_rules_refuse_with_1(self):
        self.assertEqual(self.run_it("-q", "register", "--url", "3000")[0], 0)
        code, _, err = self.run_it("-q", "register", "--url", "http://LOCALHOST:3000")
        self.assertEqual(code, 1)
        self.assertIn("http://localhost:3000/ is already registered", err)
        self.assertEqual(self.run_it("-q", "register", "--url", "3001")[0], 0)
        code, _, err = self.run_it("-q", "register", "--url", "3002", "--json")
        self.assertEqual((code, json.loads(err)["error"]["code"]), (1, "LIMIT_REACHED"))
        code, _, err = self.run_it("-q", "register", "--url", "3002")
        self.assertIn("hint: ", err)
        self.assertIn("slotflow-hooks plan starter", err)
        code, _, err = self.run_it("register", "--url", "3003", "--strict", "--json")
        self.assertEqual((code, json.loads(err)["error"]["code"]), (1, "VALIDATION_ERROR"))

    def test_a_missing_file_is_3(self):
        code, out, err = self.run_it("fire", "confirmed", "--to", "1", "--payload", "nowhere.json")
        self.assertEqual((code, out), (3, ""))
        self.assertEqual(err, "slotflow-hooks: error: --payload: cannot read nowhere.json: "
                              "No such file or directory\n")
        self.assertEqual(self.run_it("list", "--config", "nowhere.toml")[0], 3)

    def test_empty_values_are_refused(self):
        for args in (["--store", "", "list"], ["--store=", "list"], ["list", "--store="],
                     ["fire", "confirmed", "--to=", "--no-retry"], ["fire", "confirmed", "--to", ""],
                     ["sign", "--secret=", "--at", "1"], ["listen", "--host", ""],
                     ["register", "--url="], ["fire", "confirmed", "--cacert", ""]):
            with self.subTest(args=args):
                code, out, err = self.run_it(*args)
                self.assertEqual((code, out), (2, ""))
                self.assertIn("expected a value, got nothing", err)
        self.assertEqual(os.listdir(self.folder.name), [])

    def test_brackets_are_text(self):
        _, out, _ = self.run_it("fire", "confirmed", "--to", "[::1]", "--header", "X: [a,b]",
                                "--dry-run")
        self.assertIn("# to http://[::1]/\n", out)
        self.assertIn("\nX: [a,b]\n", out)
        code, _, err = self.run_it("fire", "confirmed", "--to", "[1,2]", "--dry-run")
        self.assertEqual(code, 2)
        self.assertIn("[1,2]", err)
        self.assertEqual(self.run_it("register", "--url", "1", "--events", "[confirmed]")[0], 2)

    def test_a_device_that_never_ends_is_refused(self):
        code, _, err = self.run_it("sign", "--secret-file", "/dev/zero")
        self.assertEqual((code, err), (3, "slotflow-hooks: error: --secret-file: expected at most "
                                          "64 MiB, got more from /dev/zero\n"))

    def test_a_secret_never_shows_up_in_errors(self):
        for args in (["register", "--url", "ftp://x", "--secret", SECRET],
                     ["fire", "confirmed", "--secret", SECRET],
                     ["verify", "--signature", "x", "--secret", SECRET, "--payload", "nowhere"],
                     ["sign", "--secret", SECRET + " "]):
            code, out, err = self.run_it(*args)
            self.assertNotEqual(code, 0)
            self.assertNotIn(SECRET, out + err)


if __name__ == "__main__":
    run_tests()
