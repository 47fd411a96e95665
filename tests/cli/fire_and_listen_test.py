"""fire and listen of the built binary, alone and together.

Usage: fire_and_listen_test.py BINARY [-k NAME]
"""

import json
import signal
import socket
import subprocess

from support import LIMIT, CommandTest, run_tests, take_arguments

[BINARY] = take_arguments(1)
SECRET = "whsec_k8J2mN4pQ7rS1tU5vW9xY3zA6bC0dE2f"


class FireAndListenTest(CommandTest):
    binary = BINARY

    def listen(self, *args):
        process = self.start("listen", "--port", "0", "--json", *args)
        return process, json.loads(process.stdout.readline())["url"]

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
                    "mine", f"slotflow-hooks: seed {seed} (repeat this booking with the "
                            f"same options and --seed {seed})\n"))

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
                                       "seed": None, "distinct": 1, "expect": 1,
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


if __name__ == "__main__":
    run_tests()
