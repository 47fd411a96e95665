#!/usr/bin/python3
"""load --export: what other programs send, and what is in the files.

load_export_test.py BINARY [-k NAME]
"""

import base64
import json
import os
import re
import unittest

from load_exports import HOSTILE, OTHER, SECRET, SIGNATURE, URL, Export
from peers import SANITIZED
from support import run_tests


class K6(Export):
    def test_each_event_has_another_booking_and_a_valid_signature(self):
        _, err = self.export("k6", "load.js", "--rate", "50", "--duration", "10s", "--secret",
                             SECRET, "--preset", "support", "--set", "metadata.tier=2")
        self.assertEqual(err, f"slotflow-hooks: wrote {self.path('load.js')}; run it with: "
                              f"k6 run {self.path('load.js')}\n"
                              "slotflow-hooks: the secret is not in the file: set "
                              "SLOTFLOW_WEBHOOK_SECRET when you run it\n")
        events, other = self.run_script("k6", "load.js", 8, SLOTFLOW_WEBHOOK_SECRET=SECRET)
        bodies = self.assert_verified(events)
        self.assert_bookings(bodies)
        self.assertEqual({body["data"]["metadata"]["source"] for body in bodies}, {"ai_support"})
        self.assertEqual({body["data"]["metadata"]["tier"] for body in bodies}, {2})
        self.assertEqual(events[0]["headers"]["Content-Type"], "application/json")
        self.assertEqual(other["options"]["scenarios"], {"load": {
            "executor": "constant-arrival-rate", "rate": 50, "duration": "10000ms",
            "timeUnit": "1s", "preAllocatedVUs": 50, "maxVUs": 10000}})
        self.assertEqual((other["redirects"], other["timeout"], other["tags"], other["expected"]),
                         (0, 10000, {"phase": "measured"}, {"min": 200, "max": 299}))
        self.assertEqual(other["counters"], {"slotflow_errors": 8, "slotflow_failed": 8})

    def test_credentials_in_headers_are_warned_of(self):
        for engine, name in (("k6", "a.js"), ("artillery", "a.yml"), ("vegeta", "a.json")):
            _, err = self.export(engine, name, "--rate", "1", "--count", "1", "--header",
                                 "Authorization: Bearer sesame", "--header", "X-Mine: 1")
            self.assertIn("warning: the value of the header Authorization is in the file: keep it "
                          "secret\n", err)
            self.assertNotIn("sesame", err)
            self.assertNotIn("X-Mine", err)

    def test_without_the_secret_it_fails_with_a_sentence(self):
        self.export("k6", "load.js", "--rate", "1", "--count", "1", "--secret", SECRET)
        self.assertIn("Set the environment variable SLOTFLOW_WEBHOOK_SECRET to the signing secret "
                      f"of {URL}", self.run_script("k6", "load.js", 1, code=1))

    def test_endpoints_take_turns_with_their_own_secrets(self):
        for name, secret in (("one", SECRET), ("two", OTHER)):
            self.run_to_end("register", f"http://127.0.0.1:9/{name}", "--secret", secret)
        _, err = self.export("k6", "load.js", "--concurrency", "2", "--count", "5", url=None)
        self.assertIn("the secrets are not in the file: set SLOTFLOW_WEBHOOK_SECRET_1 to "
                      "SLOTFLOW_WEBHOOK_SECRET_2 when you run it (ENDPOINTS says which", err)
        events, other = self.run_script("k6", "load.js", 4, SLOTFLOW_WEBHOOK_SECRET_1=SECRET,
                                        SLOTFLOW_WEBHOOK_SECRET_2=OTHER)
        self.assertEqual([event["url"][-4:] for event in events], ["/one", "/two"] * 2)
        self.assert_verified(events[::2])
        self.assert_verified(events[1::2], OTHER)
        self.assertEqual(other["options"]["scenarios"]["load"], {
            "executor": "shared-iterations", "vus": 2, "iterations": 5, "maxDuration": "24h"})

    def test_texts_of_arguments_are_never_code(self):
        text, _ = self.export("k6", "load.js", "--rate", "1", "--count", "1", "--secret", SECRET,
                              "--set", "attendee_name=" + HOSTILE, "--metadata", "x=" + HOSTILE,
                              "--header", "X-Text: " + HOSTILE.split("\\")[0],
                              url="http://127.0.0.1:9/'${process.exit(9)}`\"*/")
        self.assertTrue(text.isascii())
        events, _ = self.run_script("k6", "load.js", 1, SLOTFLOW_WEBHOOK_SECRET=SECRET)
        body = self.assert_verified(events)[0]
        self.assertEqual(body["data"]["attendee_name"], HOSTILE)
        self.assertEqual(body["data"]["metadata"]["x"], HOSTILE)
        self.assertEqual(events[0]["headers"]["X-Text"], HOSTILE.split("\\")[0])
        self.assertEqual(events[0]["url"], "http://127.0.0.1:9/'${process.exit(9)}`\"*/")

    def test_fields_of_set_are_kept_and_numbers_keep_their_digits(self):
        self.export("k6", "load.js", "--rate", "1", "--count", "2", "--set", "id=mine", "--set",
                    "data.starts_at=2030-01-01T10:00:00Z", "--set",
                    "metadata.n=12345678901234567890.10")
        events, _ = self.run_script("k6", "load.js", 2)
        self.assertIn(b'"n":12345678901234567890.10', events[0]["body"])
        for event in events:
            data = json.loads(event["body"])["data"]
            self.assertEqual((data["id"], data["starts_at"]), ("mine", "2030-01-01T10:00:00Z"))
            self.assertNotIn(SIGNATURE, event["headers"])

    def test_a_payload_is_sent_unchanged(self):
        body = '{ "a": "ü{{ b }}\\ud83c", "a": 1.0 }\n'.encode()
        with open(self.path("body.json"), "wb") as file:
            file.write(body)
        for engine, name in (("k6", "load.js"), ("artillery", "load.yml")):
            self.export(engine, name, "--rate", "1", "--count", "2", "--payload",
                        self.path("body.json"))
            events, _ = self.run_script(engine, name, 2)
            self.assertEqual([event["body"] for event in events], [body] * 2)
        with open(self.path("body.json"), "wb") as file:
            file.write(b"\xff")
        code, _, err = self.run_to_end("load", "confirmed", URL, "--rate", "1", "--count", "1",
                                       "--payload", self.path("body.json"), "--export",
                                       f"k6={self.path('new.js')}")
        self.assertEqual(code, 2)
        self.assertIn("error: --payload: expected UTF-8 for --export, got other bytes\n", err)
        self.assertFalse(os.path.exists(self.path("new.js")))

    def test_ramp_warmup_and_gates(self):
        _, err = self.export(
            "k6", "load.js", "--rate", "30/m", "--duration", "60s", "--ramp", "20s", "--warmup",
            "10s", "--max-in-flight", "5", "--timeout", "2s", "--no-keepalive", "--insecure",
            *[word for gate in ("p99<200ms", "p50<=50ms", "mean<1s", "success>=99.9%", "errors<5",
                                "failed<=1", "dropped<1", "late<5", "rate>=99%")
              for word in ("--gate", gate)])
        self.assertEqual(re.findall(r"--gate '(.*?)' is left out: k6 cannot check it", err),
                         ["late<5", "rate>=99%"])
        events, other = self.run_script("k6", "load.js", 100)
        self.assertEqual(len(events), 30)  # those of the warm-up included
        self.assertEqual(other["options"], {
            "scenarios": {"load": {
                "executor": "ramping-arrival-rate", "startRate": 0,
                "stages": [{"target": 5, "duration": "20000ms"},
                           {"target": 5, "duration": "50000ms"}],
                "timeUnit": "10s", "preAllocatedVUs": 1, "maxVUs": 5}},
            "thresholds": {
                "http_req_duration{phase:measured}": ["p(99)<200", "p(50)<=50", "avg<1000"],
                "http_req_failed{phase:measured}": ["rate<=0.001"],
                "slotflow_errors{phase:measured}": ["count<5"],
                "slotflow_failed{phase:measured}": ["count<=1"],
                "dropped_iterations": ["count<1"]},
            "discardResponseBodies": True, "noConnectionReuse": True,
            "insecureSkipTLSVerify": True})
        self.assertEqual((other["tags"], other["timeout"]), ({"phase": "warmup"}, 2000))

    def test_a_closed_model(self):
        self.export("k6", "load.js", "--concurrency", "9", "--duration", "1m", "--warmup", "5s")
        _, other = self.run_script("k6", "load.js", 1)
        self.assertEqual(other["options"]["scenarios"], {"load": {
            "executor": "constant-vus", "vus": 9, "duration": "65000ms"}})
        self.export("k6", "load.js", "--concurrency", "9", "--count", "4", "--warmup", "5s")
        _, other = self.run_script("k6", "load.js", 1)
        self.assertEqual(other["options"]["scenarios"], {
            "warmup": {"executor": "constant-vus", "vus": 9, "duration": "5000ms"},
            "load": {"executor": "shared-iterations", "vus": 4, "iterations": 4,
                     "maxDuration": "24h", "startTime": "5000ms"}})


class Artillery(Export):
    def test_each_event_has_another_booking_and_a_valid_signature(self):
        _, err = self.export("artillery", "load.yml", "--rate", "50", "--duration", "10s",
                             "--warmup", "2s", "--secret", SECRET, "--set",
                             "attendee_name=" + HOSTILE, "--gate", "p99.9<200ms", "--gate",
                             "success>=99.9%", "--gate", "failed<5", "--gate", "rate>1")
        file, processor = self.path("load.yml"), self.path("load.processor.js")
        self.assertEqual(err.splitlines(), [
            f"slotflow-hooks: wrote {processor}, which {file} needs in the same folder",
            f"slotflow-hooks: wrote {file}; run it with: artillery run {file}",
            "slotflow-hooks: the secret is not in the file: set SLOTFLOW_WEBHOOK_SECRET when you "
            "run it",
            "slotflow-hooks: warning: --gate 'rate>1' is left out: Artillery cannot check it",
            "slotflow-hooks: warning: Artillery measures the warm-up, too"])
        with open(processor, encoding="utf-8") as opened:
            self.assertNotIn(SECRET, opened.read())
        events, other = self.run_script("artillery", "load.yml", 6, SLOTFLOW_WEBHOOK_SECRET=SECRET)
        bodies = self.assert_verified(events)
        self.assert_bookings(bodies)
        self.assertEqual({body["data"]["attendee_name"] for body in bodies}, {HOSTILE})
        self.assertEqual(other["config"], {
            "target": URL, "processor": "./load.processor.js",
            "http": {"timeout": 10.0, "pool": 10000},
            "phases": [
                {"name": "warm-up", "duration": "2000ms", "arrivalCount": 100,
                 "maxVusers": 10000},
                {"name": "load", "duration": "10000ms", "arrivalCount": 500,
                 "maxVusers": 10000}],
            "plugins": {"ensure": {}},
            "ensure": {"conditions": [
                {"expression": "http.response_time.p999 < 200"},
                {"expression": "slotflow.succeeded / slotflow.sent * 100 >= 99.9"},
                {"expression": "slotflow.sent - slotflow.succeeded < 5"}]}})
        self.assertEqual(other["scenarios"], [{"name": "events", "flow": [{"post": {
            "url": "/", "followRedirect": False, "beforeRequest": "makeEvent",
            "afterResponse": "countResponse"}}]}])
        self.assertEqual(other["counters"], {"slotflow.sent": 6, "slotflow.answered": 6,
                                             "slotflow.succeeded": 5})

    def test_without_the_secret_it_fails_with_a_sentence(self):
        self.export("artillery", "load.json", "--rate", "1", "--count", "1", "--secret", SECRET)
        self.assertIn("Set the environment variable SLOTFLOW_WEBHOOK_SECRET to the signing secret "
                      f"of {URL}", self.run_script("artillery", "load.json", 1, code=1))

    def test_a_ramp_in_steps(self):
        self.export("artillery", "load.yml", "--rate", "100", "--count", "1000", "--ramp", "4s")
        _, other = self.run_script("artillery", "load.yml", 1)
        phases = other["config"]["phases"]
        self.assertEqual((len(phases), phases[19]["name"], phases[20]["name"]),
                         (21, "ramp", "load"))
        self.assertEqual(sum(phase.get("arrivalCount", 0) for phase in phases), 1000)
        self.export("artillery", "load.yml", "--rate", "0.5", "--duration", "4s", "--ramp", "2s",
                    "--warmup", "10s")
        _, other = self.run_script("artillery", "load.yml", 1)
        phases = other["config"]["phases"]
        self.assertEqual(phases[1], {"name": "ramp", "pause": "100ms"})
        self.assertEqual([phase["name"] for phase in phases[20:]], ["warm-up", "load"])

    def test_a_closed_model(self):
        _, err = self.export("artillery", "load.yml", "--concurrency", "4", "--count", "10",
                             "--warmup", "1s", "--no-keepalive")
        self.assertEqual(err.splitlines()[-2:], [
            "slotflow-hooks: warning: Artillery sends 12 events: each virtual user sends the same "
            "number",
            "slotflow-hooks: warning: --warmup is left out: Artillery has none with --count"])
        events, other = self.run_script("artillery", "load.yml", 1)
        self.assertEqual(events[0]["headers"]["Connection"], "close")
        self.assertEqual(other["config"]["phases"],
                         [{"name": "load", "duration": 1, "arrivalCount": 4}])
        self.assertEqual(other["scenarios"][0]["flow"][0]["count"], 3)
        _, err = self.export("artillery", "load.yml", "--concurrency", "4", "--duration", "10s")
        self.assertNotIn("warning", err)
        _, other = self.run_script("artillery", "load.yml", 1)
        self.assertEqual(other["scenarios"][0]["flow"][0]["whileTrue"], "isNotOver")

    def test_what_artillery_cannot_do(self):
        for words, error in (
                (["--export", "artillery=load.js"],
                 "--export: expected a file whose name ends in .yml, .yaml or .json for Artillery, "
                 "got 'load.js'"),
                (["--export", f"artillery={self.path('x.yml')}", "--header", "X: a{{b"],
                 "--header: Artillery would replace the {{ in 'a{{b'")):
            code, out, err = self.run_to_end("load", "confirmed", URL, "--rate", "1", "--count",
                                             "1", *words)
            self.assertEqual((code, out), (2, ""))
            self.assertEqual(err.splitlines()[-1], f"slotflow-hooks: error: {error}")
        self.assertEqual(os.listdir(self.folder), [])


class Vegeta(Export):
    def targets(self, text):
        targets = [json.loads(line) for line in text.splitlines()]
        for target in targets:
            self.assertEqual((set(target), target["method"]),
                             ({"method", "url", "header", "body"}, "POST"))
        return [{"url": target["url"], "body": base64.b64decode(target["body"]),
                 "headers": {name: values[0] for name, values in target["header"].items()}}
                for target in targets]

    def test_the_targets_are_signed(self):
        text, err = self.export("vegeta", "targets.json", "--rate", "25", "--duration", "2s",
                                "--secret", SECRET, "--set", "attendee_name=" + HOSTILE,
                                "--header", "X-Two: 1", "--header", "X-Two: 2")
        file = self.path("targets.json")
        self.assertEqual(err, f"slotflow-hooks: wrote 50 targets to {file}; send them with: "
                              f"vegeta attack -format=json -targets={file} -rate=25/1s "
                              "-max-workers=10000 -duration=2000ms -timeout=10000ms "
                              "-redirects=0 -http2=false | vegeta report\n"
                              "slotflow-hooks: the signatures are valid for 5m from now on\n")
        bodies = self.assert_verified(self.targets(text))
        self.assert_bookings(bodies)
        self.assertEqual({body["data"]["attendee_name"] for body in bodies}, {HOSTILE})
        self.assertEqual(json.loads(text.splitlines()[0])["header"]["X-Two"], ["1", "2"])

    def test_what_vegeta_does_not_have(self):
        text, err = self.export(
            "vegeta", "targets.json", "--rate", "0.5", "--count", "3", "--ramp", "5s", "--warmup",
            "4s", "--gate", "p99<1s", "--no-keepalive", "--insecure", "--cacert", "my ca.pem")
        self.assertEqual(len(text.splitlines()), 5)
        self.assertIn("-rate=5/10s -max-workers=10000 -duration=10000000us -timeout=10000ms "
                      "-redirects=0 -http2=false -keepalive=false -insecure -root-certs='my ca.pem' | vegeta report\n", err)
        self.assertEqual(err.splitlines()[2:], [
            "slotflow-hooks: warning: --ramp is left out: vegeta has none",
            "slotflow-hooks: warning: vegeta measures the warm-up, too",
            "slotflow-hooks: warning: --gate 'p99<1s' is left out: vegeta cannot check it"])
        self.assertNotIn(SIGNATURE, text)

    @unittest.skipIf(SANITIZED, "100,000 signatures take minutes")
    def test_more_events_than_targets(self):
        with open(self.path("small"), "wb") as file:
            file.write(b"x")
        text, err = self.export("vegeta", "targets.json", "--rate", "1000", "--duration", "10m",
                                "--payload", self.path("small"), "--secret", SECRET)
        self.assertEqual(text.count("\n"), 100_000)
        self.assertEqual(err.splitlines()[-2:], [
            "slotflow-hooks: warning: the test takes longer than the signatures are valid",
            "slotflow-hooks: warning: the test has 600000 events, but the file only 100000: vegeta "
            "sends them again"])
        text, err = self.export("vegeta", "targets.json", "--concurrency", "7", "--duration", "1s",
                                "--payload", self.path("small"))
        self.assertEqual(text.count("\n"), 10_000)
        self.assertIn("-rate=0 -max-workers=7 -duration=1000ms -timeout", err)
        self.assertIn("warning: vegeta sends the targets again after the last one\n", err)
        _, err = self.export("vegeta", "targets.json", "--concurrency", "7", "--count", "9")
        self.assertIn("wrote 9 targets", err)
        self.assertIn("-rate=0 -max-workers=7 -lazy -timeout", err)
        self.assertIn("warning: vegeta counts the end of the targets as errors: 'no targets to "
                      "attack'\n", err)


class Files(Export):
    def test_bad_values(self):
        for words, error in (
                (["--export", "k6"], "--export: expected k6=FILE, vegeta=FILE or artillery=FILE, "
                                     "got 'k6'"),
                (["--export", "k6="], "--export: expected k6=FILE, vegeta=FILE or artillery=FILE, "
                                      "got 'k6='"),
                (["--export", "wrk=x"], "--export: expected k6=FILE, vegeta=FILE or "
                                        "artillery=FILE, got 'wrk=x'"),
                (["--export", "k6=-"], "--export: expected a file, got '-'"),
                (["--export", "k6=x", "--report", "y"],
                 "--export cannot be combined with --report"),
                (["--export", "k6=x", "--hdr", "y"], "--export cannot be combined with --hdr"),
                (["--export", "k6=x", "--record"], "--export cannot be combined with --record"),
                (["--export", "k6=x", "--results", "y"],
                 "--export cannot be combined with --results")):
            with self.subTest(words=words):
                code, out, err = self.run_to_end("load", "confirmed", URL, "--rate", "1",
                                                 "--count", "1", *words)
                self.assertEqual((code, out), (2, ""))
                self.assertEqual(err.splitlines()[0], f"slotflow-hooks: error: {error}")

    def test_a_file_is_replaced_whole_or_not_at_all(self):
        file = self.path("load.js")
        with open(file, "w", encoding="utf-8") as old:
            old.write("old")
        os.symlink(file, self.path("link.js"))
        self.export("k6", "link.js", "--rate", "1", "--count", "1")
        self.assertTrue(os.path.islink(self.path("link.js")))
        with open(file, encoding="utf-8") as new:
            self.assertTrue(new.read().startswith("// Sends the events"))
        for path, reason in ((self.path("none/load.js"), "No such file or directory"),
                             (self.folder, "it is not a file"), ("/dev/null", "it is not a file")):
            code, out, err = self.run_to_end("load", "confirmed", URL, "--rate", "1", "--count",
                                             "1", "--export", f"k6={path}")
            self.assertEqual((code, out), (3, ""))
            self.assertIn(f"slotflow-hooks: error: --export: cannot write {path}: {reason}\n", err)
        self.assertEqual(sorted(os.listdir(self.folder)), ["link.js", "load.js"])

    def test_nothing_is_sent_and_nothing_printed(self):
        server = self.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        _, err = self.export("k6", "load.js", "--rate", "1", "--count", "1", "--json", "--quiet",
                             url=server.url)
        self.assertEqual((err, server.requests), ("", []))


if __name__ == "__main__":
    run_tests()
