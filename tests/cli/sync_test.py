#!/usr/bin/python3
"""sync between the local store and the organisation of a serve.

sync_test.py BINARY [-k NAME]
"""

import json
import os
import signal

from peers import BINARY
from served import KEY, ServeTest
from support import run_tests
from terminals import Terminal

BOTH = ["booking.confirmed", "booking.cancelled"]


class Sync(ServeTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve("--ephemeral")
        self.url = self.server.ready["url"]
        self.where = ("--api", self.url)
        self.environment["SLOTFLOW_API_KEY"] = KEY

    def finish(self, *args):
        """Exit code, JSON lines and standard error of sync."""
        code, out, err = self.run_to_end("sync", "--json", *self.where, *args)
        self.assertNotIn(KEY, out + err)
        self.assertNotIn("whsec_", out + err)
        return code, [json.loads(line) for line in out.splitlines()], err

    def sync(self, *args, code=0):
        found, lines, err = self.finish(*args, "--yes")
        self.assertEqual(found, code, err)
        return lines

    def local(self, port, events="all", *args):
        code, out, err = self.run_to_end("register", str(port), "--json", "--events", events,
                                         *args)
        self.assertEqual(code, 0, err)
        return json.loads(out)

    def remote(self, port, events=BOTH):
        return self.create(self.server, f"http://localhost:{port}/", events).body

    def here(self):
        if not os.path.exists(self.path("store.json")):
            return []
        with open(self.path("store.json"), encoding="utf-8") as file:
            return json.load(file)["webhooks"]

    def there(self):
        return self.server.call("GET", "/v1/webhooks").body["webhooks"]

    def plan(self, name):
        self.assertEqual(self.run_to_end("plan", name)[0], 0)

    def limit(self, name):
        """Sets the plan of the organisation."""
        state = self.server.call("GET", "/_emulator/state").body
        self.assertIn("plan", state)
        reply = self.server.call("PUT", "/_emulator/state", {**state, "plan": name})
        self.assertEqual(reply.status, 200, reply)

    def faults(self, *faults):
        self.assertEqual(self.server.call("PUT", "/_emulator/faults", list(faults)).status, 200)

    def actions(self, lines, kind="planned"):
        return [(line["action"], line["url"].rpartition(":")[2][:-1])
                for line in lines if line["type"] == kind]

    def assert_same(self):
        def seen(webhooks):
            return sorted((webhook["url"], sorted(webhook["events"]))
                          for webhook in webhooks if webhook["active"])
        self.assertEqual(seen(self.here()), seen(self.there()))

    # What is created, deleted and left, in both directions

    def test_from_the_api_with_ids_and_secrets(self):
        self.remote(3000)
        self.remote(3001, ["booking.cancelled"])
        self.local(3001, "cancelled")
        self.local(3009)
        lines = self.sync("--from-api")
        self.assertEqual(self.actions(lines),
                         [("delete", "3009"), ("create", "3000"), ("update", "3001")])
        self.assertEqual(self.actions(lines, "changed"), self.actions(lines))
        self.assertEqual(lines[-1], {"type": "summary", "created": 1, "deleted": 1, "updated": 1,
                                     "unchanged": 0, "left": 0})
        first, second = self.there()
        self.assertEqual(self.here(), [first, second])
        again = self.sync("--from-api")
        self.assertEqual(self.actions(again), [("unchanged", "3000"), ("unchanged", "3001")])
        self.assertEqual(self.here(), [first, second])

    def test_to_the_api_with_new_secrets(self):
        kept = self.remote(3001, ["booking.cancelled"])
        self.remote(3009)
        created = self.local(3000)
        self.local(3001, "cancelled")
        code, lines, err = self.finish("--to-api", "--yes")
        self.assertEqual(code, 0, err)
        self.assertEqual(self.actions(lines),
                         [("delete", "3009"), ("create", "3000"), ("unchanged", "3001")])
        self.assertEqual([line["webhook_id"] for line in lines[1:3]], [None, kept["id"]])
        self.assertEqual(self.actions(lines, "changed"), [("delete", "3009"), ("create", "3000")])
        self.assertEqual(lines[-1], {"type": "summary", "created": 1, "deleted": 1, "updated": 0,
                                     "unchanged": 1, "left": 0})
        first, second = self.there()
        self.assertEqual(first, kept)
        self.assertEqual((second["url"], second["events"]), ("http://localhost:3000/", BOTH))
        self.assertEqual(lines[-2]["webhook_id"], second["id"])
        self.assertNotEqual(second["signing_secret"], created["signing_secret"])
        self.assertIn("new signing secret", err)
        command = f"slotflow-hooks secret http://localhost:3000/ --api {self.url}"
        self.assertIn(command, err)
        code, out, _ = self.run_to_end(*command.split()[1:])
        self.assertEqual((code, out.strip()), (0, second["signing_secret"]))
        self.assertEqual(self.actions(self.sync("--to-api")),
                         [("unchanged", "3000"), ("unchanged", "3001")])

    def test_the_new_secrets_come_back(self):
        self.local(3000)
        self.sync("--to-api")
        self.assertEqual(self.actions(self.sync("--from-api")), [("update", "3000")])
        self.assertEqual(self.here(), self.there())

    def test_other_events_are_another_webhook(self):
        self.local(3000, "confirmed")
        self.local(3001)
        self.remote(3000, ["booking.cancelled"])
        self.remote(3001, BOTH[::-1])
        lines = self.sync("--to-api")
        self.assertEqual(self.actions(lines), [("delete", "3000"), ("create", "3000"),
                                               ("unchanged", "3001")])
        self.assert_same()

    def test_nothing_on_one_side(self):
        for direction in ("--from-api", "--to-api"):
            with self.subTest(direction=direction):
                self.local(3000)
                self.remote(3001)
                if direction == "--from-api":
                    self.server.call("DELETE", f"/v1/webhooks/{self.there()[0]['id']}")
                else:
                    self.run_to_end("delete", "--all", "--yes")
                self.sync(direction)
                self.assertEqual((self.here(), self.there()), ([], []))

    def test_nothing_on_both_sides(self):
        for direction in ("--from-api", "--to-api"):
            code, lines, err = self.finish(direction, "--yes")
            self.assertEqual((code, lines), (0, []))
            self.assertIn("there is nothing to change", err)
        self.assertFalse(os.path.exists(self.path("store.json")))

    def test_the_plan_of_the_store_is_kept_and_does_not_limit(self):
        self.limit("growth")
        for port in range(3000, 3004):
            self.remote(port)
        self.local(3000)
        self.sync("--from-api")
        with open(self.path("store.json"), encoding="utf-8") as file:
            store = json.load(file)
        self.assertEqual(store["plan"], "free")
        self.assertCountEqual(store["webhooks"], self.there())

    def test_inactive_webhooks_of_the_store_are_left_alone(self):
        self.local(3000)
        self.local(3001)
        with open(self.path("store.json"), encoding="utf-8") as file:
            store = json.load(file)
        store["webhooks"][0] |= {"active": False, "note": "paused"}
        self.write("store.json", json.dumps(store).encode())
        code, lines, err = self.finish("--to-api", "--yes")
        self.assertEqual((code, self.actions(lines)), (0, [("create", "3001")]), err)
        self.assertIn("1 webhook of the local store is not active, and left alone", err)
        self.server.call("DELETE", f"/v1/webhooks/{self.there()[0]['id']}")
        self.assertEqual(self.actions(self.sync("--from-api")), [("delete", "3001")])
        self.assertEqual(self.here(), [store["webhooks"][0]])

    # Whether it is done

    def test_a_dry_run_changes_nothing(self):
        self.local(3000)
        self.remote(3001)
        before = self.here(), self.there()
        for direction, created in (("--from-api", "3001"), ("--to-api", "3000")):
            code, lines, err = self.finish(direction, "--dry-run")
            deleted = "3000" if created == "3001" else "3001"
            self.assertEqual((code, self.actions(lines)),
                             (0, [("delete", deleted), ("create", created)]))
            self.assertEqual(len(lines), 2)
            self.assertIn("nothing was changed (--dry-run)", err)
            self.assertEqual((self.here(), self.there()), before)

    def test_without_a_terminal_it_requires_yes(self):
        self.local(3000)
        code, lines, err = self.finish("--to-api")
        self.assertEqual((code, lines), (2, []))
        self.assertEqual(json.loads(err)["error"], {
            "code": "USAGE", "status": None,
            "message": "sync requires --yes when there is no terminal to ask for confirmation"})
        self.assertEqual(self.there(), [])

    def test_a_terminal_is_asked(self):
        self.local(3000)
        self.remote(3001)
        for keys, code in ((b"n\n", 1), (b"\x03", 130), (b"y\n", 0)):
            terminal = Terminal(BINARY, 160, self.environment, "sync", "--to-api", *self.where)
            terminal.wait_for("Change the webhooks of the organisation (delete 1, create 1)? "
                              "[y/N]")
            self.assertEqual(self.there()[0]["url"], "http://localhost:3001/")
            terminal.type(keys)
            self.assertEqual(terminal.finish(), code, terminal.text)
            self.assertRegex(terminal.text, r"ACTION +ID +URL +EVENTS")
            self.assertNotIn(KEY, terminal.text)
        self.assertIn("1 deleted, 1 created, 0 unchanged\n", terminal.text)
        self.assert_same()

    def test_usage(self):
        for args, message in (
                ((), "sync requires --from-api or --to-api"),
                (("--from-api", "--to-api"), "--from-api cannot be combined with --to-api")):
            code, _, err = self.finish(*args, "--yes")
            self.assertEqual((code, json.loads(err)["error"]["message"]), (2, message))
        self.where = ()
        code, _, err = self.finish("--to-api", "--yes")
        self.assertEqual((code, json.loads(err)["error"]["message"]), (2, "sync requires --api"))
        self.environment["SLOTFLOW_API_URL"] = self.url
        self.local(3000)
        self.sync("--to-api")
        self.assert_same()

    # Failures

    def test_over_the_limit_what_was_done_is_told(self):
        self.plan("growth")
        for port in (3000, 3001, 3002):
            self.local(port)
        self.remote(3009)
        code, lines, err = self.finish("--to-api", "--yes")
        self.assertEqual(code, 1)
        self.assertEqual(self.actions(lines, "changed"),
                         [("delete", "3009"), ("create", "3000"), ("create", "3001")])
        self.assertEqual(lines[-1], {"type": "summary", "created": 2, "deleted": 1, "updated": 0,
                                     "unchanged": 0, "left": 1})
        error = json.loads(err.splitlines()[-1])["error"]
        self.assertEqual((error["code"], error["status"]), ("LIMIT_REACHED", 402))
        self.assertEqual(error["message"], "cannot create http://localhost:3002/: plan free allows "
                                           "2 webhooks, and 2 are registered (3 of 4 changes made)")
        self.assertIn("the handlers of 2 webhooks need them", err)
        self.limit("starter")
        lines = self.sync("--to-api")
        self.assertEqual(self.actions(lines, "changed"), [("create", "3002")])
        self.assert_same()

    def test_at_the_limit_it_deletes_before_it_creates(self):
        self.plan("growth")
        for port in (3000, 3001):
            self.local(port, "confirmed")
            self.remote(port, ["booking.cancelled"])
        self.assertEqual(self.actions(self.sync("--to-api")),
                         [(action, port) for port in ("3000", "3001")
                          for action in ("delete", "create")])
        self.assert_same()

    def test_a_failure_in_the_middle(self):
        self.plan("growth")
        for fault, code, error_code in (("POST /v1/webhooks 401*1", 1, "UNAUTHORIZED"),
                                        ("DELETE /v1/webhooks/:id 422*1", 1, "VALIDATION_ERROR"),
                                        ("GET /v1/webhooks 401*1", 1, "UNAUTHORIZED")):
            with self.subTest(fault=fault):
                self.run_to_end("delete", "--all", "--yes")
                self.server.call("POST", "/_emulator/reset")
                self.local(3000)
                self.local(3001)
                self.remote(3008)
                self.remote(3009)
                before = len(self.there())
                self.faults(fault)
                found, lines, err = self.finish("--to-api", "--yes")
                self.assertEqual(found, code, err)
                error = json.loads(err.splitlines()[-1])["error"]
                self.assertEqual(error["code"], error_code)
                made = self.actions(lines, "changed")
                if "GET" not in fault:
                    self.assertIn(f"({len(made)} of 4 changes made)", error["message"])
                    self.assertEqual(lines[-1]["left"], 4 - len(made))
                self.assertEqual(len(made), 2 if "POST" in fault else 0)
                self.assertEqual(len(self.there()), before - len(made))
                lines = self.sync("--to-api")
                self.assertEqual(len(self.actions(lines, "changed")), 4 - len(made))
                self.assert_same()

    def test_the_hint_goes_on(self):
        self.local(3000)
        self.server = self.serve("--ephemeral", "--fail", "POST /v1/webhooks 422*1")
        self.url = self.server.ready["url"]
        self.where = ("--api", self.url)
        code, out, err = self.run_to_end("sync", "--to-api", "--yes", *self.where)
        self.assertEqual(code, 1)
        self.assertIn("0 deleted, 0 created, 0 unchanged, 1 change not made\n", out)
        self.assertIn(f"hint: run 'slotflow-hooks sync --to-api --api {self.url}' again", err)
        self.assertNotIn(KEY, out + err)
        self.assertEqual(self.actions(self.sync("--to-api"), "changed"), [("create", "3000")])
        self.assert_same()

    def test_failures_that_pass(self):
        self.local(3000)
        self.remote(3009)
        self.faults("POST /v1/webhooks commit-then-reset*1", "GET /v1/webhooks 503*2",
                    "DELETE /v1/webhooks/:id commit-then-500*1")
        self.assertEqual(self.actions(self.sync("--to-api"), "changed"),
                         [("delete", "3009"), ("create", "3000")])
        self.assert_same()

    def test_a_failure_of_the_list_leaves_the_store_alone(self):
        self.local(3000)
        before = self.here()
        self.faults("GET /v1/webhooks 401*1")
        code, lines, err = self.finish("--from-api", "--yes")
        self.assertEqual((code, lines), (1, []), err)
        self.assertEqual(self.here(), before)

    def test_a_store_that_cannot_be_written_says_that_nothing_was_done(self):
        self.remote(3000)
        self.write("file", b"")
        self.environment["SLOTFLOW_HOOKS_STORE"] = self.path("file/store.json")
        code, lines, err = self.finish("--from-api", "--yes")
        self.assertEqual(code, 3, err)
        self.assertEqual(json.loads(err.splitlines()[-1])["error"]["code"], "STORE_ERROR")
        self.assertEqual(self.actions(lines, "changed"), [])

    def test_an_interrupt_in_the_middle(self):
        self.local(3000)
        self.local(3001)
        server = self.server

        def created():
            calls = server.call("GET", "/_emulator/requests").body["requests"]
            return [call for call in calls if call["route"] == "POST /v1/webhooks"]
        process = None

        def behave(connection):
            # The second create is answered with a long wait, and the user does not wait.
            request = proxy.read(connection)
            head, _, body = request.partition(b"\r\n\r\n")
            method, path, _ = head.split(b" ", 2)
            if method == b"POST" and created():
                connection.sendall(b"HTTP/1.1 503 X\r\nRetry-After: 20\r\nContent-Length: 0\r\n"
                                   b"Connection: close\r\n\r\n")
                process.send_signal(signal.SIGINT)
                return
            reply = server.call(method.decode(), path.decode(), body or None,
                                **({"Content-Type": "application/json"} if body else {}))
            content = json.dumps(reply.body).encode()
            connection.sendall(b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\n"
                               b"Connection: close\r\nContent-Length: %d\r\n\r\n%s"
                               % (reply.status, len(content), content))
        proxy = self.endpoint(behave)
        process = self.start("sync", "--to-api", "--yes", "--json", "--api", proxy.url)
        out, err = (stream.decode() for stream in process.communicate())
        self.assertEqual(process.returncode, 130, err)
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(self.actions(lines, "changed"), [("create", "3000")])
        self.assertEqual(lines[-1], {"type": "summary", "created": 1, "deleted": 0, "updated": 0,
                                     "unchanged": 0, "left": 1})
        self.assertIn("warning: interrupted: run 'slotflow-hooks sync --to-api", err)
        self.assertIn("the handler of 1 webhook needs it", err)
        self.assertNotIn(KEY, out + err)
        self.assertEqual(self.actions(self.sync("--to-api"), "changed"), [("create", "3001")])
        self.assert_same()


if __name__ == "__main__":
    run_tests()
