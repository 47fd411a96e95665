#!/usr/bin/python3
"""Fires at a real handler, written as Slotflow's guide describes, and compares what it says.

handlers_test.py BINARY HANDLERS_FOLDER express|flask [-k NAME]
Exits with 77 where the handler's framework cannot be had; with CI=true that is a failure.
"""

import hashlib
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from support import run_tests, skip_all, take_arguments

PATIENCE = 30  # seconds, for whatever is waited for
SECRET = "whsec_k8J2mQ4xR7vN1pL5tY9w"
FLASK_PYTHON = "/usr/bin/python3"  # the one that Debian's python3-flask belongs to


class Lines:
    """The lines of a pipe, each waited for no longer than PATIENCE."""

    def __init__(self, pipe):
        self.lines = queue.SimpleQueue()
        threading.Thread(target=self.read, args=(pipe,), daemon=True).start()

    def read(self, pipe):
        for line in pipe:
            self.lines.put(line)
        self.lines.put(None)

    def next(self):
        """The next line as JSON; None at the end."""
        line = self.lines.get(timeout=PATIENCE)
        return None if line is None else json.loads(line)


class Handler(unittest.TestCase):
    binary = ""
    command = []

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.secret_file = Path(cls.folder.name, "secret")
        cls.secret_file.write_text(SECRET + "\n")
        cls.process = subprocess.Popen(
            cls.command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "SLOTFLOW_WEBHOOK_SECRET": SECRET, "PORT": "0"},
        )
        cls.addClassCleanup(cls.stop)
        cls.output = Lines(cls.process.stdout)
        ready = cls.output.next()
        assert ready is not None, "the handler ended before it was ready"
        cls.url = f"http://127.0.0.1:{ready['port']}/webhooks/slotflow"

    @classmethod
    def stop(cls):
        cls.process.terminate()
        try:
            code = cls.process.wait(timeout=PATIENCE)
        finally:
            cls.process.kill()
        # A line too many is a request that no test knows of.
        rest = cls.output.next()
        cls.process.stdout.close()
        assert rest is None, f"expected no further line of the handler, got {rest}"
        assert code == 0, f"expected SIGTERM to end the handler with 0, got {code}"

    def run_hooks(self, *arguments, stdin=b""):
        environment = {**os.environ, "SLOTFLOW_HOOKS_STORE": str(Path(self.folder.name, "store"))}
        environment["XDG_CONFIG_HOME"] = self.folder.name
        return subprocess.run(
            [self.binary, *arguments],
            input=stdin,
            capture_output=True,
            timeout=PATIENCE,
            env=environment,
        )

    def fire(self, event, *options, signed=True):
        """The exit code and the attempts of one `fire` without retries."""
        secret = ["--secret-file", str(self.secret_file)] if signed else []
        done = self.run_hooks(
            "--json", "fire", event, "--to", self.url, "--no-retry", *secret, *options
        )
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertTrue(lines, done.stderr.decode())
        self.assertEqual([line["type"] for line in lines[:-1]], ["attempt"] * (len(lines) - 1))
        self.assertEqual(lines[-1]["type"], "summary")
        return done.returncode, lines[:-1]

    def accepted(self, event, *options, signed=True):
        """Fires one event, which the handler must accept; what the handler then says of it."""
        code, attempts = self.fire(event, *options, signed=signed)
        self.assertEqual([attempt["status"] for attempt in attempts], [200])
        self.assertEqual(attempts[0]["outcome"], "delivered")
        self.assertEqual(code, 0)
        verdict = self.output.next()
        self.assertEqual(verdict["verdict"], "accepted")
        self.assertEqual(verdict["event"], attempts[0]["event"])
        self.assertEqual(verdict["booking_id"], attempts[0]["booking_id"])
        return verdict

    def rejected(self, status, *options, signed=True):
        code, attempts = self.fire("confirmed", *options, signed=signed)
        self.assertEqual([attempt["status"] for attempt in attempts], [status])
        self.assertEqual(attempts[0]["outcome"], "failed")
        self.assertEqual(code, 1)
        self.assertEqual(
            self.output.next(),
            {"verdict": "rejected", "event": None, "booking_id": None, "route": None},
        )

    def payload(self, body):
        file = Path(self.folder.name, "payload.json")
        file.write_bytes(body)
        return str(file)

    def test_both_events_are_accepted(self):
        self.assertEqual(self.accepted("confirmed")["event"], "booking.confirmed")
        self.assertEqual(self.accepted("cancelled")["event"], "booking.cancelled")

    def test_whatever_is_tampered_with_is_rejected(self):
        for what in ("body", "signature", "timestamp", "missing"):
            with self.subTest(what):
                self.rejected(401, "--tamper", what)

    def test_another_secret_is_rejected(self):
        self.rejected(401, "--secret", SECRET.removeprefix("whsec_"), signed=False)

    def test_an_unsigned_event_is_rejected(self):
        self.rejected(401, signed=False)

    def test_skew_is_accepted_up_to_the_tolerance(self):
        for skew in ("-4m", "4m"):
            with self.subTest(skew):
                self.accepted("confirmed", f"--skew={skew}")
        for skew in ("-10m", "10m"):
            with self.subTest(skew):
                self.rejected(401, f"--skew={skew}")

    def test_malformed_signature_headers_are_rejected(self):
        digits = "0" * 64
        for header in ("nonsense", f"v1={digits}", "t=1", f"t=soon,v1={digits}", "t=,v1="):
            with self.subTest(header):
                self.rejected(401, "--header", f"X-Slotflow-Signature: {header}", signed=False)

    def test_one_right_v1_among_several_is_enough(self):
        body = b'{"event":"booking.confirmed","data":{"id":"several"}}'
        signed = self.run_hooks("sign", "--secret-file", str(self.secret_file), stdin=body)
        name, value = signed.stdout.decode().strip().split(": ")
        self.assertEqual(name, "X-Slotflow-Signature")
        t, v1 = value.split(",")
        header = f"{name}: {t},v0=unknown,v1={'0' * 64},{v1},v1=short"
        file = self.payload(body)
        self.accepted("confirmed", "--payload", file, "--header", header, signed=False)

    def test_the_same_event_counts_once(self):
        code, attempts = self.fire("confirmed", "--duplicate", "3")
        self.assertEqual(code, 0)
        self.assertEqual([attempt["status"] for attempt in attempts], [200] * 3)
        verdicts = [self.output.next() for _ in range(3)]
        self.assertEqual(
            [verdict["verdict"] for verdict in verdicts], ["accepted", "duplicate", "duplicate"]
        )
        bookings = {verdict["booking_id"] for verdict in verdicts}
        self.assertEqual(bookings, {attempts[0]["booking_id"]})

    def test_a_cancellation_is_no_duplicate_of_its_confirmation(self):
        booking = "0d4e8f3a-6b1c-4c59-9a57-2f8e7d6c5b4a"
        self.accepted("confirmed", "--booking-id", booking)
        self.assertEqual(self.accepted("cancelled", "--booking-id", booking)["booking_id"], booking)

    def test_metadata_arrives_untouched(self):
        metadata = {
            "source": "my_agent",
            "name": "Zoë Müller 予約 مرحبا",
            "emoji": "👩🏽‍💻💡",
            "separators": "a\u2028b\u2029c",
            "escapes": 'quote " backslash \\ newline \n tab \t bell \u0007 null \u0000',
            "markup": "<script>&amp;</script>",
            "nested": {"list": [1, [2, {"deep": None}], -0.5, True, ""], "empty": {}, "": []},
            "safe_integer": 9007199254740991,
        }
        verdict = self.accepted(
            "confirmed",
            "--metadata",
            "null",
            "--metadata",
            json.dumps(metadata, ensure_ascii=False),
        )
        self.assertEqual(verdict["metadata"], metadata)
        self.assertEqual(verdict["route"], "default")

    def test_presets_reach_their_routes(self):
        for preset in ("sales", "support", "recruiting"):
            with self.subTest(preset):
                self.assertEqual(self.accepted("confirmed", "--preset", preset)["route"], preset)

    def test_other_sources_reach_the_default_route(self):
        for metadata in ("null", "source=constructor", '{"source":["ai_sdr"]}', '{"source":null}'):
            with self.subTest(metadata):
                verdict = self.accepted("confirmed", "--metadata", metadata)
                self.assertEqual(verdict["route"], "default")

    def test_payload_files_arrive_byte_for_byte(self):
        pretty = {
            "event": "booking.confirmed",
            "created_at": "2026-03-10T14:05:00.000Z",
            "data": {"id": "pretty", "metadata": {"source": "ai_sdr"}},
        }
        odd = (
            rb'{ "event":"booking.\u0063onfirmed" , "z":1.0,"a":1e2,"n":-0,'
            rb'"big":12345678901234567890,"twice":1,"twice":2,'
            rb'"data":{"metadata":null,"id":"\u006fdd \ud83d\udca1 \/"}}'
        )
        bodies = {
            "pretty": json.dumps(pretty, indent=4).encode() + b"\n",
            "pretty, with CR LF": json.dumps(pretty, indent=2)
            .replace('"pretty"', '"crlf"')
            .replace("\n", "\r\n")
            .encode(),
            "odd": odd,
            "odd, with white space around it": b"\n\t " + odd.replace(b"dd ", b"dd2 ") + b" \n\n",
        }
        for name, body in bodies.items():
            with self.subTest(name):
                verdict = self.accepted("confirmed", "--payload", self.payload(body))
                self.assertEqual(verdict["body_sha256"], hashlib.sha256(body).hexdigest())

    def test_a_payload_that_is_no_event_is_refused_though_it_is_signed(self):
        for body in (b"", b"no JSON", b"[]", b"null", b'{"event":"booking.confirmed"}'):
            with self.subTest(body):
                self.rejected(400, "--payload", self.payload(body))


def missing_reason(handler, folder):
    """Why the handler cannot be run here, or None."""
    if handler == "flask":
        found = os.access(FLASK_PYTHON, os.X_OK) and succeeds([FLASK_PYTHON, "-c", "import flask"])
        return None if found else f"expected Flask for {FLASK_PYTHON} (Debian: python3-flask)"
    if shutil.which("node") is None:
        return "expected node (Debian: nodejs)"
    found = succeeds(["node", "-e", "require.resolve('express')"], cwd=folder)
    return None if found else f"expected Express in {folder}: run npm ci there"


def succeeds(command, **options):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.run(command, **quiet, **options).returncode == 0


def main():
    binary, folder, handler = take_arguments(3)
    commands = {
        "express": ["node", str(Path(folder, "express", "good.js"))],
        "flask": [FLASK_PYTHON, str(Path(folder, "flask_good.py"))],
    }
    Handler.binary, Handler.command = binary, commands[handler]
    reason = missing_reason(handler, folder)
    if reason:
        skip_all(reason)
    run_tests()


if __name__ == "__main__":
    main()
