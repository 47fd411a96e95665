#!/usr/bin/python3
"""What `fire` keeps in the history, and what it never keeps: secrets.

history_kept_test.py BINARY [-k NAME]
"""

import datetime
import glob
import json
import os
import signal
import threading

from histories import AT_ONCE, ERROR, OK, HistoryTest
from peers import LIMIT, Lines
from support import run_tests

SECRET = b"whsec_Kp7Zq2Vx9Rb4Tn6Wm1"
CREDENTIALS = {  # headers, and what of them must not be kept
    "Authorization: Bearer tok_3f9a8b7c6d5e": b"tok_3f9a8b7c6d5e",
    "Proxy-Authorization: Basic dXNlcjpzZXNhbWU=": b"dXNlcjpzZXNhbWU=",
    "X-Api-Key: ak_live_5511": b"ak_live_5511",
    "Cookie: theme=dark; session=c00k1ev4lue": b"c00k1ev4lue",
    "x-vendor-TOKEN: vt_778899": b"vt_778899",
}


class Secrets(HistoryTest):
    def echoing(self, secrets):
        """An endpoint that repeats all it knows wherever it can; it holds the second request."""
        self.held, self.released = threading.Event(), threading.Event()
        self.addCleanup(self.released.set)

        def behave(connection):
            request = server.read(connection)
            if len(server.requests) == 2:
                self.held.set()
                self.released.wait(LIMIT)
            everything = b" ".join(secrets)
            body = b"the echo: " + request + everything + json.dumps(
                [secret.decode() for secret in secrets]).encode()
            lines = [line for line in request.split(b"\r\n\r\n")[0].split(b"\r\n")[1:]]
            connection.sendall(b"HTTP/1.1 500 No " + everything + b"\r\n" + b"\r\n".join(
                b"X-Echo-" + line for line in lines) + b"\r\nX-All: " + everything +
                b"\r\nX-" + secrets[0] + b": name\r\nConnection: close\r\n\r\n" + body)
        server = self.endpoint(behave)
        return server

    def expect_none(self, secrets):
        """None of them is in a file that SQLite has written."""
        files = sorted(glob.glob(self.path("store.db*")))
        content = b""
        for file in files:
            with open(file, "rb") as opened:
                content += opened.read()
        self.assertIn(b"the echo", content)  # it is not that nothing was kept
        self.assertIn(b"(not kept)", content)
        for secret in secrets:
            for form in {secret, secret.removeprefix(b"whsec_")}:
                self.assertNotIn(form, content)
        return [os.path.basename(file) for file in files]

    def expect_kept_without(self, secrets, server, *args, **environment):
        process = self.start("fire", "--json", "confirmed", "--speed", "1000000", *args)
        out = Lines(process.stdout)
        self.assertTrue(self.held.wait(LIMIT), process.stderr)
        # Before the second attempt began, the first one was written: into the write-ahead log.
        self.assertIn("store.db-wal", self.expect_none(secrets))
        self.released.set()
        self.assertEqual(process.wait(LIMIT), 1)
        self.assertEqual(self.expect_none(secrets), ["store.db"])
        id = json.loads(out.all()[0])["delivery_id"]
        for command in (["deliveries", "show", id], ["deliveries", "show", id, "--json"]):
            code, shown, err = self.run_to_end(*command)
            self.assertEqual((code, err), (0, ""))
            for secret in secrets:
                self.assertNotIn(secret.decode(), shown)
        for request in server.requests:  # the endpoint got all of it
            self.assertIn(b"X-Slotflow-Signature: t=", request)

    def test_secrets_from_everywhere(self):
        for source in ("--secret", "--secret-file", "environment", "--webhook", "--to"):
            with self.subTest(source):
                self.setUp()
                server = self.echoing([SECRET])
                args = {
                    "--secret": ["--secret", SECRET.decode(), "--to", server.url],
                    "--secret-file": ["--secret-file", self.path("secret"), "--to", server.url],
                    "environment": ["--to", server.url],
                    "--webhook": [],
                    "--to": ["--to", server.url],
                }[source]
                with open(self.path("secret"), "wb") as file:
                    file.write(SECRET + b"\n")
                if source in ("--webhook", "--to"):
                    self.assertEqual(self.run_to_end("register", server.url, "--secret-file",
                                                     self.path("secret"))[0], 0)
                if source == "environment":
                    self.environment["SLOTFLOW_WEBHOOK_SECRET"] = SECRET.decode()
                self.expect_kept_without([SECRET], server, *args)

    def test_credentials_in_headers(self):
        secrets = [SECRET, *CREDENTIALS.values()]
        server = self.echoing(secrets)
        headers = [word for header in [*CREDENTIALS, "X-Plain: kept"]
                   for word in ("--header", header)]
        self.expect_kept_without(secrets, server, "--secret", SECRET.decode(), "--to", server.url,
                                 *headers)
        for secret in secrets[1:]:
            self.assertIn(secret, server.requests[1])
        _, attempts = self.show(self.lines()[0]["id"])
        self.assertIn(["X-Echo-X-Plain", "kept"], attempts[0]["response_headers"])
        _, shown, _ = self.run_to_end("deliveries", "show", attempts[0]["delivery_id"])
        for line in ("    > Authorization: (not kept)", "    > X-Plain: kept"):
            self.assertIn(line, shown.splitlines())

    def test_what_is_no_http(self):
        for begin in (b"HTTP/9 ", b"", b"HTTP/1.1 200 OK\r\n"):
            with self.subTest(begin):
                server = self.answering(begin + SECRET + b"\r\n\r\n")
                id = self.deliver("confirmed", "--secret", SECRET.decode(), "--no-retry", "--to",
                                  server.url, code=1)
                self.assertEqual(self.show(id)[1][0]["error"], "bad_response")
                with open(self.path("store.db"), "rb") as file:
                    self.assertNotIn(SECRET.removeprefix(b"whsec_"), file.read())

    def test_a_response_that_is_cut_within_the_secret(self):
        for left in range(0, len(SECRET) + 1, 3):  # characters of it that are kept as a response
            with self.subTest(left):
                self.setUp()
                body = b"." * (65536 - left) + SECRET + b"." * 5000
                server = self.answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
                                        + body)
                self.deliver("confirmed", "--secret", SECRET.decode(), "--to", server.url)
                with open(self.path("store.db"), "rb") as file:
                    content = file.read()
                self.assertIn(b"." * 1000, content)
                for at in range(len(SECRET) - 4):
                    self.assertNotIn(SECRET[at:at + 5], content)

class Kept(HistoryTest):
    def test_an_interrupted_delivery_stays_pending(self):
        server = self.answering(ERROR)
        id = self.interrupt("confirmed", "--to", server.url)
        delivery, [attempt] = self.show(id)
        self.assertEqual((delivery["state"], delivery["attempts"], delivery["last_status"]),
                         ("pending", 1, 500))
        self.assertEqual((attempt["outcome"], attempt["next_attempt_in_ms"]),
                         ("retrying", 300_000))

        def milliseconds(text):
            return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000
        wait = milliseconds(delivery["next_attempt_at"]) - milliseconds(attempt["at"])
        self.assertAlmostEqual(wait, 300_000 + attempt["duration_ms"], delta=2)
        code, out, _ = self.run_to_end("deliveries", "show", id)
        self.assertEqual(code, 0)
        self.assertIn("pending after 1 attempt, the next one is due at ", out)
        self.assertEqual(os.listdir(self.folder), ["store.db"])  # nobody owns it any more

    def test_interrupted_within_the_first_attempt(self):
        reached = threading.Event()

        def behave(connection):
            server.read(connection)
            reached.set()
            connection.recv(1)
        server = self.endpoint(behave)
        process = self.start("fire", "confirmed", "--timeout", "1h", "--to", server.url)
        self.assertTrue(reached.wait(LIMIT))
        [delivery] = self.lines()  # while it is under way
        self.assertEqual((delivery["state"], delivery["attempts"]), ("pending", 0))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 130)
        [delivery] = self.lines()
        self.assertEqual((delivery["state"], delivery["attempts"], delivery["last_status"]),
                         ("pending", 0, None))
        self.assertEqual(delivery["next_attempt_at"], delivery["created_at"])

    def test_a_booking_and_its_cancellation(self):
        url = self.answering(OK).url
        code, attempts, _, err = self.fire("lifecycle", "--to", url)
        self.assertEqual(code, 0, err)
        newest, oldest = self.lines()
        self.assertEqual((oldest["event"], newest["event"]),
                         ("booking.confirmed", "booking.cancelled"))
        self.assertEqual([attempt["delivery_id"] for attempt in attempts],
                         [oldest["id"], newest["id"]])
        self.assertEqual(oldest["booking_id"], newest["booking_id"])
        self.assertEqual(json.loads(self.show(newest["id"])[0]["payload"])["data"]["status"],
                         "cancelled")

    def test_duplicates_are_deliveries_of_their_own(self):
        server = self.answering(ERROR)
        code, attempts, _, err = self.fire("confirmed", "--duplicate", "3", "--to", server.url,
                                           *AT_ONCE)
        self.assertEqual(code, 1, err)
        kept = self.lines()
        self.assertEqual(len({delivery["id"] for delivery in kept}), 3)
        self.assertEqual({delivery["id"] for delivery in kept},
                         {attempt["delivery_id"] for attempt in attempts})
        self.assertEqual({delivery["booking_id"] for delivery in kept},
                         {attempts[0]["booking_id"]})
        self.assertEqual(len({self.show(delivery["id"])[0]["payload"] for delivery in kept}), 1)
        self.assertEqual([delivery["attempts"] for delivery in kept], [3, 3, 3])

    def test_one_event_to_many_endpoints(self):
        urls = [self.answering(OK).url for _ in range(5)]
        code, _, _, err = self.fire("confirmed", *(word for url in urls for word in ("--to", url)))
        self.assertEqual(code, 0, err)
        self.assertEqual([delivery["url"] for delivery in self.lines()], urls[::-1])

    def test_what_sends_nothing_keeps_nothing(self):
        url = self.answering(OK).url
        for option in ("--dry-run", "--curl"):
            self.assertEqual(self.run_to_end("fire", "confirmed", "--to", url, option)[0], 0)
        self.assertEqual(self.fire("confirmed", "--to", url, "--no-history")[0], 0)
        self.assertEqual(self.fire("confirmed", "--to", url, "--timeout", "x")[0], 2)
        self.assertEqual(os.listdir(self.folder), [])
        self.deliver("confirmed", "--to", url)
        self.deliver("confirmed", "--to", url, "--no-history")
        self.assertEqual(len(self.lines()), 1)

    def test_the_file_belongs_to_its_user(self):
        self.environment["SLOTFLOW_HOOKS_STORE"] = self.path("new/folder/hooks")
        previous = os.umask(0)
        self.addCleanup(os.umask, previous)
        self.deliver("confirmed", "--to", self.answering(OK).url)
        self.assertEqual(os.listdir(self.path("new/folder")), ["hooks.db"])
        self.assertEqual(os.stat(self.path("new/folder/hooks.db")).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(self.path("new/folder")).st_mode & 0o777, 0o700)
        self.assertEqual(len(self.lines()), 1)


if __name__ == "__main__":
    run_tests()
