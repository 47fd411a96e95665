#!/usr/bin/python3
"""`deliveries resume` makes the attempts that are left of deliveries that were interrupted.

deliveries_resume_test.py BINARY [-k NAME]
"""

import hashlib
import hmac
import json
import os
import re
import signal
import sqlite3
import threading

from histories import AT_ONCE, ERROR, OK, HistoryTest
from peers import LIMIT, Lines
from support import run_tests

SECRET = "whsec_Kp7Zq2Vx9Rb4Tn6Wm1"
NONE_PENDING = "slotflow-hooks: no delivery is pending\n"


class Resume(HistoryTest):
    def answering_in_turn(self, *answers):
        """An endpoint with these answers; the last one repeats."""
        left = list(answers)

        def behave(connection):
            server.read(connection)
            connection.sendall(left.pop(0) if len(left) > 1 else left[0])
        server = self.endpoint(behave)
        return server

    def resume(self, *args, **environment):
        """Exit code, the JSON of standard output, and standard error."""
        self.environment.update(environment)
        speed = [] if "--speed" in args else AT_ONCE
        code, out, err = self.run_to_end("deliveries", "resume", "--json", *speed, *args)
        for name in environment:
            del self.environment[name]
        return code, [json.loads(line) for line in out.splitlines()], err

    def expect_signed(self, request, secret):
        head, body = request.split(b"\r\n\r\n", 1)
        [(t, v1)] = re.findall(rb"X-Slotflow-Signature: t=(\d+),v1=([0-9a-f]+)", head)
        digest = hmac.new(secret.encode(), t + b"." + body, hashlib.sha256).hexdigest()
        self.assertEqual(v1.decode(), digest)

    def test_nothing_to_resume(self):
        self.assertEqual(self.run_to_end("deliveries", "resume"), (0, "", NONE_PENDING))
        self.assertEqual(os.listdir(self.folder), [])
        self.deliver("confirmed", "--to", self.answering(OK).url)
        self.assertEqual(self.run_to_end("deliveries", "resume"), (0, "", NONE_PENDING))
        self.assertEqual(self.resume(), (0, [], NONE_PENDING))

    def test_what_is_left_is_made(self):
        server = self.answering_in_turn(ERROR, ERROR, OK)
        id = self.interrupt("confirmed", "--to", server.url, "--header", "X-Mine: 1")
        code, lines, err = self.resume()
        self.assertEqual((code, err), (0, "slotflow-hooks: resuming 1 delivery\n"))
        self.assertEqual([(line["attempt"], line["delivery_id"], line["status"], line["outcome"])
                          for line in lines[:-1]],
                         [(2, id, 500, "retrying"), (3, id, 200, "delivered")])
        self.assertEqual((lines[-1]["type"], lines[-1]["delivered"], lines[-1]["attempts"]),
                         ("summary", 1, 2))
        delivery, attempts = self.show(id)
        self.assertEqual((delivery["state"], delivery["attempts"], delivery["next_attempt_at"]),
                         ("delivered", 3, None))
        self.assertEqual([attempt["trigger"] for attempt in attempts],
                         ["schedule", "resume", "resume"])
        self.assertEqual(len(server.requests), 3)
        self.assertEqual(len(set(server.requests)), 1)  # unsigned: the same bytes each time
        self.assertEqual(self.resume(), (0, [], NONE_PENDING))

    def test_what_fails_again(self):
        server = self.answering(ERROR)
        id = self.interrupt("confirmed", "--to", server.url)
        code, lines, err = self.resume()
        self.assertEqual((code, err, lines[-1]["failed"]),
                         (1, "slotflow-hooks: resuming 1 delivery\n", 1))
        self.assertEqual([delivery["id"] for delivery in self.lines("--failed")], [id])
        self.assertEqual(len(server.requests), 3)

    def test_a_secret_that_is_not_kept(self):
        server = self.answering_in_turn(ERROR, OK)
        id = self.interrupt("confirmed", "--to", server.url, "--secret", SECRET)
        code, lines, err = self.resume()
        self.assertEqual(code, 1)
        self.assertEqual(
            err, f"slotflow-hooks: warning: delivery {id} was signed with the secret of an "
                 "option, which is not kept: give it again with --secret, --secret-file or "
                 "SLOTFLOW_WEBHOOK_SECRET\n")
        self.assertEqual(len(server.requests), 1)
        [pending] = self.lines("--pending")
        self.assertEqual((pending["id"], pending["attempts"]), (id, 1))
        self.assertEqual(self.resume(SLOTFLOW_WEBHOOK_SECRET=SECRET)[0], 0)
        self.expect_signed(server.requests[1], SECRET)
        with open(self.path("store.db"), "rb") as file:
            self.assertNotIn(SECRET[6:].encode(), file.read())

    def test_the_secret_of_a_webhook(self):
        server = self.answering_in_turn(ERROR, OK)
        code, out, _ = self.run_to_end("register", server.url, "--json")
        self.assertEqual(code, 0)
        webhook = json.loads(out)
        id = self.interrupt("confirmed")
        os.rename(self.path("store.json"), self.path("moved"))
        code, _, err = self.resume()
        self.assertEqual(code, 1)
        self.assertIn(f"slotflow-hooks: warning: delivery {id}: its webhook {webhook['id']} is not "
                      "in the store any more", err)
        self.assertEqual(len(self.lines("--pending")), 1)
        os.rename(self.path("moved"), self.path("store.json"))
        self.assertEqual(self.resume()[0], 0)
        self.expect_signed(server.requests[1], webhook["signing_secret"])

    def test_another_name_of_the_history_has_the_same_owners(self):
        server = self.answering_in_turn(ERROR, OK)
        os.mkdir(self.path("other"))
        os.symlink("../store.db", self.path("other/store.db"))
        process = self.start("fire", "confirmed", "--json", "--speed", "1", "--to", server.url)
        Lines(process.stdout).wait_for('"attempt"')
        code, _, err = self.run_to_end("deliveries", "resume", "--store",
                                       self.path("other/store.json"))
        self.assertEqual((code, err.splitlines()[0]),
                         (0, "slotflow-hooks: 1 delivery is being made by another process"))
        process.kill()

    def test_a_webhook_that_was_deleted_ends_the_delivery(self):
        server = self.answering_in_turn(ERROR, OK)
        self.assertEqual(self.run_to_end("register", server.url)[0], 0)
        id = self.interrupt("confirmed")
        self.assertEqual(self.run_to_end("delete", "--all", "--yes")[0], 0)
        self.assertEqual(self.resume()[0], 1)
        [delivery] = self.lines("--failed")
        self.assertEqual((delivery["id"], delivery["attempts"], delivery["next_attempt_at"]),
                         (id, 1, None))
        self.assertEqual(self.resume()[0], 0)  # nothing is left
        code, _, err = self.run_to_end("deliveries", "resend", id, "--to", server.url, "--json")
        self.assertEqual(code, 0, err)

    def test_what_cannot_be_made_does_not_keep_the_others(self):
        server = self.answering_in_turn(ERROR, OK)
        with open(self.path("cert.pem"), "wb"):
            pass
        id = self.interrupt("confirmed", "--to", server.url)
        self.change("UPDATE delivery SET plan = replace(plan, '\"cacert\":\"\"', ?)",
                    '"cacert":"' + self.path("cert.pem") + '"')
        other = self.answering_in_turn(ERROR, OK)
        self.interrupt("confirmed", "--to", other.url)
        self.assertEqual(self.resume()[0], 1)
        self.assertEqual([delivery["id"] for delivery in self.lines("--pending")], [id])
        self.assertEqual((len(server.requests), len(other.requests)), (1, 2))

    def test_of_many_that_cannot_be_made_the_first_are_named(self):
        server = self.answering(ERROR)
        ids = [self.interrupt("confirmed", "--to", server.url, "--secret", SECRET)
               for _ in range(7)]
        code, lines, err = self.resume()
        self.assertEqual((code, lines), (1, []))
        self.assertEqual([line.split(" ")[3] for line in err.splitlines()[:5]], ids[:5])
        self.assertEqual(err.splitlines()[5:], ["slotflow-hooks: warning: and 2 more"])

    def test_a_header_that_is_not_kept(self):
        server = self.answering_in_turn(ERROR, OK)
        id = self.interrupt("confirmed", "--to", server.url, "--header",
                            "Authorization: Bearer t0k3n")
        code, _, err = self.resume()
        self.assertEqual(code, 1)
        self.assertEqual(
            err, f"slotflow-hooks: warning: delivery {id} had a header Authorization, whose value "
                 "is not kept: give it again with --header 'Authorization: VALUE'\n")
        self.assertEqual(len(server.requests), 1)
        self.assertEqual(self.resume("--header", "authorization: Bearer again")[0], 0)
        self.assertIn(b"Bearer again", server.requests[1])

    def test_what_is_said_first(self):
        server = self.answering_in_turn(ERROR, OK)
        id = self.interrupt("confirmed", "--to", server.url, "--secret", SECRET, "--skew=-10m")
        code, lines, err = self.resume("--header", "X-Key: 1", SLOTFLOW_WEBHOOK_SECRET=SECRET)
        self.assertEqual((code, lines[0]["delivery_id"]), (0, id))
        self.assertEqual(
            err, "slotflow-hooks: warning: --header X-Key is not used: none of the deliveries had "
                 "this header\n"
                 "slotflow-hooks: signed with the secret of SLOTFLOW_WEBHOOK_SECRET\n"
                 "slotflow-hooks: resuming 1 delivery\n"
                 "slotflow-hooks: invalid on purpose: the timestamp (t) is 10m in the past, "
                 "beyond the tolerance of 5m; a good handler rejects it with a 4xx status\n"
                 "slotflow-hooks: warning: an endpoint accepted a request that is invalid on "
                 "purpose\n")

    def test_one_that_cannot_be_made_stops_no_other(self):
        good, lost = self.answering_in_turn(ERROR, OK), self.answering(ERROR)
        self.interrupt("confirmed", "--to", lost.url, "--secret", SECRET)
        id = self.interrupt("confirmed", "--to", good.url)
        code, lines, err = self.resume()
        self.assertEqual((code, [line["delivery_id"] for line in lines[:-1]]), (1, [id]), err)
        self.assertEqual(len(lost.requests), 1)

    def test_in_order_at_one_endpoint(self):
        server = self.answering_in_turn(ERROR, OK)
        self.interrupt("lifecycle", "--to", server.url)
        self.assertEqual(len(self.lines("--pending")), 2)
        code, lines, err = self.resume()
        self.assertEqual((code, err), (0, "slotflow-hooks: resuming 2 deliveries\n"))
        self.assertEqual([line["event"] for line in lines[:-1]],
                         ["booking.confirmed", "booking.cancelled"])

    def test_what_another_process_is_making(self):
        reached, released = threading.Event(), threading.Event()
        self.addCleanup(released.set)

        def behave(connection):
            server.read(connection)
            reached.set()
            released.wait(LIMIT)
            connection.sendall(OK)
        server = self.endpoint(behave)
        firing = self.start("fire", "confirmed", "--to", server.url, "--timeout", "1h", "-q")
        self.assertTrue(reached.wait(LIMIT))
        self.assertEqual(
            self.run_to_end("deliveries", "resume"),
            (0, "", "slotflow-hooks: 1 delivery is being made by another process\n"
                    "slotflow-hooks: no other delivery is pending\n"))
        released.set()
        firing.communicate(timeout=LIMIT)
        self.assertEqual((firing.returncode, len(server.requests)), (0, 1))

    def test_interrupted_again(self):
        server = self.answering(ERROR)
        id = self.interrupt("confirmed", "--to", server.url, "--retry-delays", "10m,80000h")
        process = self.start("deliveries", "resume", "--json", *AT_ONCE)  # 288 s are left
        Lines(process.stdout).wait_for('"attempt":2')
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(LIMIT), 130)
        delivery, attempts = self.show(id)
        self.assertEqual((delivery["state"], len(attempts)), ("pending", 2))
        self.assertEqual(self.resume("--speed", "1000000000")[0], 1)
        self.assertEqual(len(self.show(id)[1]), 3)

    def test_a_damaged_delivery_is_left_out(self):
        server = self.answering_in_turn(ERROR, ERROR, OK)
        damaged, id = (self.interrupt("confirmed", "--to", server.url) for _ in range(2))
        file = self.path("store.db")
        with sqlite3.connect(file) as database:
            database.create_function("history_sum", -1, lambda *_: 1, deterministic=True)
            database.execute("UPDATE delivery SET url = 'x' WHERE id = ?", [damaged])
        database.close()
        warning = ("slotflow-hooks: warning: 1 delivery is damaged in the history, and cannot be "
                   "resumed\n")
        code, lines, err = self.resume()
        self.assertEqual((code, err), (1, warning + "slotflow-hooks: resuming 1 delivery\n"))
        self.assertEqual({line["delivery_id"] for line in lines[:-1]}, {id})
        self.assertEqual(lines[-1]["delivered"], 1)
        self.assertEqual(self.resume(), (1, [], warning + NONE_PENDING))

    def test_no_history(self):
        os.mkdir(self.path("store.db"))
        self.assertEqual(
            self.run_to_end("deliveries", "resume"),
            (3, "", f"slotflow-hooks: error: {self.path('store.db')}: expected a regular file, "
                    "got a directory\nhint: choose another file with --store\n"))


if __name__ == "__main__":
    run_tests()
