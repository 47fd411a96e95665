"""The built binary as scripts and people see it: exact bytes, exit codes, pipes and terminals.

Usage: cli_test.py BINARY [-k NAME]
"""

import json
import os
import pty
import select
import signal
import socket
import subprocess

from support import CommandTest, run_tests, take_arguments

[BINARY] = take_arguments(1)
LIMIT = 60  # seconds; only a hang reaches it
SECRET = "whsec_k8J2mN4pQ7rS1tU5vW9xY3zA6bC0dE2f"


class CliTest(CommandTest):
    binary = BINARY

    def start(self, *args, **options):
        process = subprocess.Popen([BINARY, *args], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=self.environment, **options)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait(LIMIT)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()

    def listen(self, *args):
        process = self.start("listen", "--port", "0", "--json", *args)
        return process, json.loads(process.stdout.readline())["url"]

    # --- errors -------------------------------------------------------------------------------

    def test_mistakes_are_answered_with_what_is_valid(self):
        cases = [
            (["fier"], "command: expected register, list, delete, secret, plan, fire, listen, check, "
                       "wait, verify, sign, demo or completion, got 'fier'", "did you mean 'fire'?"),
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

    def test_lost_output_is_an_error(self):
        for args in (["list", "--json"], ["plan", "--json"], ["--version"], ["completion", "bash"],
                     ["fire", "confirmed", "--to", "1", "--dry-run"]):
            with self.subTest(args=args), open("/dev/full", "wb") as full:
                result = subprocess.run([BINARY, *args], stdout=full, stderr=subprocess.PIPE,
                                        timeout=LIMIT, env=self.environment, check=False)
                self.assertEqual(result.returncode, 3)
                self.assertIn(b"cannot write standard output", result.stderr)

    def test_a_reader_that_leaves_is_no_error(self):
        process = self.start("completion", "bash", bufsize=0)
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        self.assertEqual(process.wait(LIMIT), 0)

    def test_fire_ends_when_its_reader_leaves(self):
        process = self.start("fire", "confirmed", "http://127.0.0.1:1", "--secret", "whsec_x",
                             "--speed", "1", "--retry-delays", ",".join(["300ms"] * 200))
        self.assertIn(b"booking.confirmed", process.stdout.readline())
        process.stdout.close()
        self.assertNotIn(b"error", process.stderr.read())
        self.assertEqual(process.wait(LIMIT), 141)

    def test_closed_standard_streams_take_nothing_over(self):
        def shell(command):
            return subprocess.run(["sh", "-c", command, BINARY], capture_output=True,
                                  timeout=LIMIT, env=self.environment, check=False)
        self.assertEqual(shell('"$0" list --json <&- | cat').stdout,
                         b'{"webhooks":[],"total":0}\n')
        self.assertEqual(shell('"$0" list --json >&-').returncode, 3)
        self.assertEqual(shell('"$0" plan <&- >&- 2>&-').returncode, 3)
        # Its own pipes must not be taken for the output: it would end at once.
        result = shell('"$0" listen --port 0 --for 300ms --expect 1 <&- 2>&-')
        self.assertIn(b"0 requests", result.stdout)

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

    def test_what_was_typed_cannot_reach_the_terminal_raw(self):
        _, _, err = self.run_it("fire", "\x1b]0;owned\x07")
        self.assertNotIn("\x1b", err)
        self.assertNotIn("\x07", err)

    def test_a_secret_never_shows_up_in_errors(self):
        for args in (["register", "--url", "ftp://x", "--secret", SECRET],
                     ["fire", "confirmed", "--secret", SECRET],
                     ["verify", "--signature", "x", "--secret", SECRET, "--payload", "nowhere"],
                     ["sign", "--secret", SECRET + " "]):
            code, out, err = self.run_it(*args)
            self.assertNotEqual(code, 0)
            self.assertNotIn(SECRET, out + err)

    # --- results ------------------------------------------------------------------------------

    def test_version_and_help(self):
        code, out, err = self.run_it("--version")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, r"^slotflow-hooks \d+\.\d+\.\d+\n$")
        for args in (["--help"], ["fire", "--help"], ["help"]):
            code, out, err = self.run_it(*args)
            self.assertEqual((code, err), (0, ""))
            self.assertIn("Usage: slotflow-hooks", out)

    def test_register_list_delete(self):
        code, out, _ = self.run_it("register", "--url", "localhost:3000/hook", "--events",
                                   "confirmed", "--json")
        webhook = json.loads(out)
        self.assertEqual(code, 0)
        self.assertEqual(list(webhook), ["id", "url", "events", "signing_secret", "active",
                                         "created_at"])
        self.assertEqual(webhook["url"], "http://localhost:3000/hook")
        self.assertEqual(webhook["events"], ["booking.confirmed"])
        self.assertRegex(webhook["signing_secret"], r"^whsec_[A-Za-z0-9]{32}$")
        code, out, _ = self.run_it("list", "--json")
        self.assertNotIn(webhook["signing_secret"], out)
        self.assertEqual(json.loads(out)["total"], 1)
        self.assertIn(webhook["signing_secret"], self.run_it("list", "--show-secrets")[1])
        self.assertEqual(json.loads(self.run_it("list", "--event", "cancelled", "--json")[1]),
                         {"webhooks": [], "total": 0})
        code, out, _ = self.run_it("delete", webhook["id"][:4], "--json")
        self.assertEqual((code, json.loads(out)), (0, {"deleted": True, "id": webhook["id"]}))

    def test_delete_deletes_all_or_none(self):
        self.run_it("register", "--url", "3000")
        self.assertEqual(self.run_it("delete", "3000", "3001")[0], 1)
        self.assertEqual(json.loads(self.run_it("list", "--json")[1])["total"], 1)
        self.assertEqual(self.run_it("delete", "--all", "--yes")[0], 0)
        self.assertEqual(json.loads(self.run_it("list", "--json")[1])["total"], 0)

    def test_words_of_other_tools(self):
        self.assertEqual(self.run_it("help"), self.run_it("--help"))
        self.assertEqual(self.run_it("help", "fire"), self.run_it("fire", "--help"))
        self.assertEqual(self.run_it("help", "ls")[0], 0)
        self.assertEqual(self.run_it("version"), self.run_it("--version"))
        self.assertEqual(self.run_it("-V"), self.run_it("--version"))
        self.run_it("register", "3000")
        self.assertEqual(self.run_it("ls"), self.run_it("list"))
        self.assertEqual(self.run_it("--color", "never", "ls"), self.run_it("list"))
        self.assertIn("http://localhost:3000/", self.run_it("__complete", "rm", "")[1])
        self.assertEqual(self.run_it("--config", "/dev/null", "rm", "3000")[0], 0)
        self.assertEqual(self.run_it("ls")[1], "")

    def test_urls_need_no_option(self):
        code, out, _ = self.run_it("register", "3000", "--json", "-q")
        self.assertEqual((code, json.loads(out)["url"]), (0, "http://localhost:3000/"))
        code, out, _ = self.run_it("fire", "confirmed", "1", "[::1]:2/a", "--to", "3",
                                   "--dry-run", "--json")
        self.assertEqual((code, {json.loads(line)["url"] for line in out.splitlines()}),
                         (0, {"http://localhost:1/", "http://[::1]:2/a",
                              "http://localhost:3/"}))
        self.assertEqual(self.run_it("fire", "confirmed", "ftp://a", "--dry-run")[2],
                         "slotflow-hooks: error: URL: expected an http or https URL, got 'ftp://a'\n")

    def test_plan(self):
        self.assertEqual(self.run_it("plan", "--json")[1], '{"plan":"free","limit":2,"used":0}\n')
        self.assertEqual(self.run_it("plan", "growth", "--json")[1],
                         '{"plan":"growth","limit":null,"used":0}\n')
        self.assertEqual(self.run_it("plan")[1], "Plan growth: 0 webhooks used, no limit\n")

    def test_a_plan_that_is_smaller_than_the_store(self):
        self.run_it("plan", "growth")
        for number in (1, 2, 3):
            self.run_it("register", "-q", f"https://example.com/{number}")
            self.assertEqual(self.run_it("plan")[2], "")
        over = "slotflow-hooks: the webhooks over the limit of this plan stay registered\n"
        self.assertEqual(self.run_it("plan", "free"),
                         (0, "Plan free: 3 webhooks used, limit 2\n", over))
        self.assertEqual(self.run_it("plan")[2], over)
        self.assertEqual(self.run_it("plan", "-q")[2], "")
        self.run_it("delete", "https://example.com/1")
        self.assertEqual(self.run_it("plan")[2], "")

    def test_sign_and_verify_agree(self):
        body = "Zoë 🎉\n".encode()
        _, header, _ = self.run_it("sign", "--secret", SECRET, "--at", "5", stdin=body)
        self.assertRegex(header, r"^X-Slotflow-Signature: t=5,v1=[0-9a-f]{64}\n$")
        verify = ["verify", "--secret", SECRET, "--at", "5", "--signature"]
        self.assertEqual(
            self.run_it(*verify, header.strip(), stdin=body),
            (0, "valid\n", "slotflow-hooks: --signature: the header's name before the value is ignored; "
                           "a handler must verify the value alone\n"))
        value = header.strip().split(": ")[1]
        self.assertEqual(self.run_it(*verify, value, stdin=body), (0, "valid\n", ""))
        code, out, _ = self.run_it(*verify, value, stdin=body.strip())
        self.assertEqual(code, 1)
        self.assertIn("diagnosis: the signed body ended with a newline", out)
        self.assertEqual(self.run_it("verify", "--secret", SECRET, "--at", "1000", "--signature",
                                     value, stdin=body)[0], 1)

    def test_a_secret_from_a_file_or_standard_input(self):
        file = self.write("secret", (SECRET + "\n").encode())
        body = self.write("body", b"x")
        expected = self.run_it("sign", "--secret", SECRET, "--at", "5", "--payload", body)[1]
        self.assertEqual(self.run_it("sign", "--secret-file", file, "--at", "5", "--payload",
                                     body)[1], expected)
        self.assertEqual(self.run_it("sign", "--secret-file", "-", "--at", "5", "--payload", body,
                                     stdin=(SECRET + "\n").encode())[1], expected)

    # --- fire and listen ----------------------------------------------------------------------

    def test_a_seed_repeats_the_booking_but_for_its_id(self):
        def fire(*args):
            code, out, err = self.run_it("fire", "confirmed", "--to", "localhost:1", "--json",
                                         "--dry-run", "--tamper", "missing", *args)
            self.assertEqual(code, 0)
            data = json.loads(json.loads(out)["body"])["data"]
            return data.pop("id"), data["attendee_name"], data["metadata"], err

        first, name, metadata, notice = fire()
        seed = notice.split()[2]
        self.assertEqual(notice, f"slotflow-hooks: seed {seed} (repeat this booking, except for "
                                 f"its id, with --seed {seed})\n")
        second, again, same, notice = fire("--seed", seed)
        self.assertEqual((again, same, notice), (name, metadata, ""))
        self.assertNotEqual(first, second)
        self.assertEqual(fire("--seed", seed)[0], second)
        for args in (["--booking-id", "mine"], ["--set", "id=mine"]):
            with self.subTest(args=args):
                booking, _, _, notice = fire(*args)
                notice = notice.splitlines(keepends=True)[-1]
                seed = notice.split()[2]
                self.assertEqual((booking, notice), (
                    "mine", f"slotflow-hooks: seed {seed} (repeat this booking with --seed "
                            f"{seed})\n"))

    def test_no_two_deliveries_have_the_same_id(self):
        ids = set()
        for _ in range(2):
            code, out, _ = self.run_it("fire", "confirmed", "--seed", "7", "--duplicate", "3",
                                       "--to", "localhost:1", "--json", "--no-retry")
            self.assertEqual(code, 1)
            ids |= {json.loads(line)["delivery_id"] for line in out.splitlines()[:-1]}
        self.assertEqual(len(ids), 6)

    def test_dry_run_prints_the_request_and_sends_nothing(self):
        code, out, _ = self.run_it("fire", "confirmed", "--to", "http://localhost:1/hook?a=b",
                                   "--secret", SECRET, "--seed", "7", "--dry-run")
        self.assertEqual(code, 0)
        head, body = out.split("\n\n")
        self.assertTrue(head.startswith("# to http://localhost:1/hook?a=b\n"
                                        "POST /hook?a=b HTTP/1.1\n"))
        self.assertIn(f"\nContent-Length: {len(body.strip().encode())}\n", head)
        self.assertRegex(head, r"\nX-Slotflow-Signature: t=\d+,v1=[0-9a-f]{64}")
        self.assertEqual(list(json.loads(body)), ["event", "created_at", "data"])

    def test_the_curl_command_sends_the_same_bytes(self):
        listener, url = self.listen("--count", "1", "--secret", SECRET)
        payload = self.write("payload", b"@it's \\ %s \0 \xff\n")
        code, command, _ = self.run_it("fire", "confirmed", "--to", url, "--secret", SECRET,
                                       "--payload", payload, "--curl")
        self.assertEqual(code, 0)
        sent = subprocess.run(["sh", "-c", command], capture_output=True, timeout=LIMIT,
                              check=False)
        self.assertEqual(sent.returncode, 0, sent)
        request = json.loads(listener.stdout.readline())
        self.assertEqual(request["signature"], "valid")
        self.assertIsNone(request["body"])  # no UTF-8

    def test_a_header_of_the_user_replaces_ours(self):
        _, out, _ = self.run_it("fire", "confirmed", "--to", "1", "--secret", SECRET, "--dry-run",
                                "--header", "Host: example.com", "--header", "content-type: a/b",
                                "--header", "X-Slotflow-Signature: t=1")
        head = out.split("\n\n")[0].lower().splitlines()
        for name, value in (("host", "example.com"), ("content-type", "a/b"),
                            ("x-slotflow-signature", "t=1")):
            self.assertEqual([line for line in head if line.startswith(name + ":")],
                             [f"{name}: {value}"])

    def test_listen_registers_the_secret_it_checks(self):
        listener, _ = self.listen("--register", "--secret", SECRET, "--count", "1")
        self.assertEqual(self.run_it("fire", "confirmed", "-q")[0], 0)
        self.assertEqual(json.loads(listener.stdout.readline())["signature"], "valid")

    def test_a_signal_told_twice_is_one_wish(self):
        process, _ = self.listen("--register")
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertEqual(json.loads(self.run_it("list", "--json")[1])["total"], 0)

    def test_fire_and_listen_together(self):
        listener, url = self.listen("--expect", "1", "--fail-first", "2", "--register")
        code, out, err = self.run_it("fire", "confirmed", "--speed", "100000", "--json", "-q")
        self.assertEqual((code, err), (0, ""))
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([line["type"] for line in lines], ["attempt"] * 3 + ["summary"])
        self.assertEqual([line["status"] for line in lines[:3]], [500, 500, 200])
        self.assertEqual([line["outcome"] for line in lines[:3]],
                         ["retrying", "retrying", "delivered"])
        self.assertEqual(lines[0]["next_attempt_in_ms"], 3)
        self.assertEqual(lines[3], {"type": "summary", "deliveries": 1, "delivered": 1,
                                    "failed": 0, "expected": 0, "unfinished": 0,
                                    "attempts": 3})
        self.assertEqual(listener.wait(LIMIT), 0)
        received = [json.loads(line) for line in listener.stdout]
        self.assertEqual([line.get("signature") for line in received[:3]], ["valid"] * 3)
        self.assertEqual(received[3], {"type": "summary", "requests": 3, "accepted": 1,
                                       "failed": 2, "duplicates": 0, "bad_signatures": 0,
                                       "answers": {"200": 1, "500": 2}, "faults": {},
                                       "seed": None, "distinct": 1, "expected": 1,
                                       "ended": "expectation"})
        self.assertEqual(json.loads(self.run_it("list", "--json")[1])["total"], 0)  # taken out

    def test_exit_codes_of_fire(self):
        _, url = self.listen("--status", "503")
        self.assertEqual(self.run_it("fire", "confirmed", "--to", url, "--no-retry")[0], 1)
        code, _, err = self.run_it("fire", "confirmed")
        self.assertEqual(code, 1)
        self.assertEqual(err.splitlines()[-2:], [
            "slotflow-hooks: error: no active webhook is subscribed to booking.confirmed",
            "hint: register one (slotflow-hooks register URL), or give a URL with "
            "--to"])

    def test_listen_ends_with_1_when_the_time_runs_out_first(self):
        process, _ = self.listen("--expect", "1", "--for", "100ms")
        self.assertEqual(process.wait(LIMIT), 1)

    def test_an_answer_that_nobody_waited_for_is_not_accepted(self):
        process, url = self.listen("--delay", "600ms", "--count", "1", "--expect", "1")
        self.assertEqual(self.run_it("fire", "confirmed", "--to", url, "--timeout", "300ms",
                                     "--no-retry")[0], 1)
        self.assertEqual(process.wait(LIMIT), 1)
        self.assertEqual(json.loads(process.stdout.read().splitlines()[-1])["accepted"], 0)

    def test_a_port_in_use_is_3(self):
        taken = socket.socket()
        self.addCleanup(taken.close)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        self.assertEqual(self.run_it("listen", "--port", str(port)), (
            3, "", f"slotflow-hooks: error: cannot listen on 127.0.0.1 port {port}: Address already "
                   "in use\nhint: use --port 0 for a free port: another process listens on this one\n"))

    def test_signals_end_listen_with_its_summary(self):
        for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process, _ = self.listen()
            process.send_signal(signal_number)
            self.assertEqual(process.wait(LIMIT), 0)
            self.assertEqual(json.loads(process.stdout.read())["type"], "summary")
        process, _ = self.listen("--expect", "1")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 1)

    def test_an_interrupted_fire_is_130_with_what_is_unfinished(self):
        listener, url = self.listen("--status", "500")
        process = self.start("fire", "confirmed", "--to", url, "--speed", "1", "--json")
        self.assertEqual(json.loads(process.stdout.readline())["outcome"], "retrying")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(LIMIT), 130)
        self.assertEqual(json.loads(process.stdout.read()), {
            "type": "summary", "deliveries": 1, "delivered": 0, "failed": 0, "expected": 0,
            "unfinished": 1, "attempts": 1})
        self.assertIn(f"interrupted before this delivery ended: {url}", process.stderr.read().decode())
        self.assertIsNone(listener.poll())

    def test_listen_ends_quietly_when_nobody_reads_any_more(self):
        process = self.start("listen", "--port", "0", "--json")
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        process.stdout = process.stderr = None

    def test_escape_sequences_from_the_network_stay_out_of_the_terminal(self):
        hostile = b"\x1b]0;owned\x07\x1b[2J\xc2\x9b31m\xe2\x80\xae\x9b"
        process = self.start("listen", "--port", "0", "--count", "4")
        url = process.stdout.readline().decode().split()[-1]
        port = int(url.rsplit(":", 1)[1].strip("/"))
        body = json.dumps({"event": "x\x1b[31m", "data": {"attendee_name": "\x1b[1m\u009b\u202e",
                                                         "metadata": {"\x1b": "\x07"}}}).encode()
        raw_body = b'{"event":"' + hostile + b'"}'
        for request in (
                b"POST /" + hostile + b" HTTP/1.1\r\n\r\n",
                b"POST / HTTP/1.1\r\nX: " + hostile + b"\r\n\r\n",
                b"POST /\xc2\x9b HTTP/1.1\r\nX: \xc2\x9b\r\nContent-Length: %d\r\n\r\n" % len(body)
                + body,
                b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(raw_body) + raw_body):
            with socket.create_connection(("127.0.0.1", port), LIMIT) as client:
                client.sendall(request)
                client.shutdown(socket.SHUT_WR)
                while client.recv(4096):
                    pass
        output, _ = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(output.count(b"\n") > 4, True)
        text = output.decode()  # so it is UTF-8
        for danger in ("\x1b", "\x07", "\x9b", "\u202e"):
            self.assertNotIn(danger, text)

    def test_deeply_nested_json_crashes_nothing(self):
        brackets = self.write("brackets", b"[" * 100_000)
        listener, url = self.listen("--count", "1")
        fire = self.start("fire", "confirmed", "--to", url, "--payload", brackets)
        # The line is longer than a pipe: it has to be read for the answer to come.
        self.assertEqual(len(json.loads(listener.stdout.readline())["body"]), 100_000)
        _, err = fire.communicate(timeout=LIMIT)
        self.assertEqual(fire.returncode, 0)
        self.assertIn(b"the payload is nested too deeply (line 1, column 513: expected at most 512 "
                      b"levels of nesting); it is sent unchanged", err)
        self.assertEqual(listener.wait(LIMIT), 0)
        code, _, err = self.run_it("fire", "confirmed", "--to", url, "--metadata", "@" + brackets)
        self.assertEqual(code, 2)
        self.assertIn("at most 512 levels of nesting", err)

    def test_the_same_seed_fails_the_same_requests(self):
        def statuses(seed):
            process, url = self.listen("--fail-rate", "0.5", "--seed", seed, "--count", "40")
            self.run_it("fire", "confirmed", "--to", url, "--duplicate", "40", "--no-retry", "-q")
            return [json.loads(line)["answer"]["status"] for line in process.stdout
                    if b'"request"' in line]
        first = statuses("7")
        self.assertEqual(len(first), 40)
        self.assertEqual(set(first), {200, 500})
        self.assertEqual(statuses("7"), first)
        self.assertNotEqual(statuses("8"), first)

    # --- terminals ----------------------------------------------------------------------------

    def on_terminal(self, args, stdin=b"", **environment):
        """What the binary writes when standard input, output and error are one terminal."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(BINARY, [BINARY, *args], {**self.environment, **environment})
        if stdin:
            os.write(terminal, stdin)
        output = b""
        while select.select([terminal], [], [], LIMIT)[0]:
            try:
                chunk = os.read(terminal, 4096)
            except OSError:  # how a terminal whose other side has ended answers
                break
            if not chunk:
                break
            output += chunk
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), output.decode()

    def test_colour_is_for_terminals(self):
        verify = ["verify", "--secret", SECRET, "--signature", "t=5,v1=00", "--payload",
                  self.write("body", b"x")]
        self.assertIn("\x1b[", self.on_terminal(verify)[1])
        self.assertNotIn("\x1b[", self.run_it(*verify)[1])
        self.assertNotIn("\x1b[", self.on_terminal(verify, NO_COLOR="1")[1])
        self.assertNotIn("\x1b[", self.on_terminal([*verify, "--color", "never"])[1])
        self.assertNotIn("\x1b[", self.on_terminal([*verify, "--json"])[1])
        self.assertIn("\x1b[", self.run_it(*verify, "--color", "always")[1])
        self.assertNotIn("\x1b[", self.run_it(*verify, "--color", "always", "--json")[1])

    def test_delete_all_asks_on_a_terminal(self):
        self.run_it("register", "--url", "3000")
        code, output = self.on_terminal(["delete", "--all"], stdin=b"n\n")
        self.assertEqual(code, 1)
        self.assertIn("Delete all webhooks (1)? [y/N]", output)
        self.assertEqual(json.loads(self.run_it("list", "--json")[1])["total"], 1)
        self.assertEqual(self.on_terminal(["delete", "--all"], stdin=b"y\n")[0], 0)
        self.assertEqual(json.loads(self.run_it("list", "--json")[1])["total"], 0)

    def test_demo(self):
        self.environment["TMPDIR"] = self.folder.name
        code, out, err = self.run_it("demo")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("1 delivery: 1 delivered, 0 failed in 3 attempts", out)
        self.assertIn("signature valid", out)
        self.assertEqual(os.listdir(self.folder.name), [])
        code, out, _ = self.run_it("demo", "--json")
        types = [json.loads(line).get("type") for line in out.splitlines()]
        self.assertEqual(types, ["listening", None, "attempt", "attempt", "attempt", "summary",
                                 "request"])

    def test_completion_prints_the_script(self):
        for shell, words in (("bash", "complete -F"), ("zsh", "#compdef slotflow-hooks"),
                             ("fish", "complete -c slotflow-hooks")):
            code, out, err = self.run_it("completion", shell)
            self.assertEqual((code, err), (0, ""))
            self.assertIn(words, out)


if __name__ == "__main__":
    run_tests()
