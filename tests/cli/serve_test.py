#!/usr/bin/python3
"""serve: Slotflow's API over the local store.

serve_test.py BINARY [-k NAME]
"""

import json
import os
import re
import signal
import socket
import stat

from peers import LIMIT, Client
from served import KEY, ServeTest
from support import run_tests

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


class Serve(ServeTest):
    def json_of(self, *args, code=0):
        found, out, err = self.run_to_end(*args, "--json")
        self.assertEqual(found, code, err)
        return json.loads(out)

    def error(self, reply, status, code):
        self.assertEqual(reply.type, "application/json")
        self.assertEqual(reply.status, status, reply)
        self.assertEqual(list(reply.body), ["error"])
        error = reply.body["error"]
        self.assertEqual(list(error), ["code", "message", "status"])
        self.assertEqual((error["code"], error["status"]), (code, status))
        return error["message"]

    def test_the_ready_line(self):
        server = self.serve()
        self.assertEqual(server.ready, {"type": "serving", "port": server.port,
                                        "url": f"http://127.0.0.1:{server.port}",
                                        "store": self.path("store.json"), "ui": None})
        self.assertEqual(server.end(), (0, [], [], {"type": "summary", "requests": 0,
                                                    "succeeded": 0, "failed": 0, "simulated": 0,
                                                    "attempts": 0, "delivered": 0,
                                                    "undelivered": 0,
                                                    "seed": server.wait().summary["seed"]}, []))

    def test_a_webhook_field_by_field(self):
        server = self.serve()
        created = self.create(server, events=["booking.cancelled", "booking.confirmed"])
        self.assertEqual((created.status, created.type), (201, "application/json"))
        webhook = created.body
        self.assertEqual(list(webhook), ["id", "url", "events", "signing_secret", "active",
                                         "created_at"])
        self.assertRegex(webhook["id"], UUID)
        self.assertRegex(webhook["signing_secret"], r"^whsec_[0-9A-Za-z]{32}$")
        self.assertRegex(webhook["created_at"], INSTANT)
        self.assertEqual((webhook["url"], webhook["events"], webhook["active"]),
                         ("http://localhost:3000/hook", ["booking.cancelled",
                                                         "booking.confirmed"], True))
        self.assertEqual(server.call("GET", "/v1/webhooks"),
                         (200, {"webhooks": [webhook], "total": 1}, "application/json"))
        path = "/v1/webhooks/" + "".join(f"%{byte:02X}" for byte in webhook["id"].encode())
        self.assertEqual(server.call("DELETE", path),
                         (200, {"deleted": True, "id": webhook["id"]}, "application/json"))
        self.assertEqual(self.error(server.call("DELETE", path), 404, "NOT_FOUND"),
                         "Webhook not found.")
        self.assertEqual(server.call("GET", "/v1/webhooks").body, {"webhooks": [], "total": 0})

    def test_commands_and_api_see_the_same_at_once(self):
        server = self.serve()
        by_api = self.create(server).body
        self.assertEqual(self.json_of("list", "--show-secrets")["webhooks"], [by_api])
        by_command = self.json_of("register", "http://localhost:3001/")
        self.assertEqual(server.call("GET", "/v1/webhooks").body["webhooks"],
                         [by_api, by_command])
        message = self.error(self.create(server, "http://localhost:3002/"), 402, "LIMIT_REACHED")
        self.assertEqual(message, "plan free allows 2 webhooks, and 2 are registered")
        self.json_of("plan", "starter")
        self.assertEqual(self.create(server, "http://localhost:3002/").status, 201)
        self.json_of("delete", by_api["id"])
        self.assertEqual(server.call("DELETE", f"/v1/webhooks/{by_api['id']}").status, 404)
        server.call("DELETE", f"/v1/webhooks/{by_command['id']}")
        self.assertEqual(self.json_of("list")["total"], 1)

    def test_what_sdks_send(self):
        server = self.serve()
        # Python's sends a Content-Type with every request, and closes nothing.
        connection = server.connect()
        self.addCleanup(connection.close)
        python = {"User-Agent": "slotflow-python", "Content-Type": "application/json",
                  "connection": connection}
        webhook = self.create(server, **python).body
        for method, path in (("GET", "/v1/webhooks"), ("DELETE", f"/v1/webhooks/{webhook['id']}"),
                             ("GET", "/v1/webhooks")):
            self.assertEqual(server.call(method, path, **python).status, 200)
        # Node's sends headers of its own; unknown fields are ignored.
        node = {"X-Fern-Language": "JavaScript", "X-Fern-Runtime": "node"}
        self.assertEqual(server.call("POST", "/v1/webhooks",
                                     {"url": "https://example.com/hook", "name": None,
                                      "events": ["booking.confirmed"]}, **node).status, 201)

    def test_keys(self):
        server = self.serve()
        for key in (None, "sk_test_x", "sk_live_", ""):
            message = self.error(server.call("GET", "/v1/webhooks", key=key), 401, "UNAUTHORIZED")
            self.assertEqual(message, "Missing or invalid API key.")
        self.assertEqual(server.call("GET", "/v1/webhooks", key="sk_live_any").status, 200)
        file = self.write("key", b"sk_live_from_file\r\n")
        with_file = self.serve("--api-key-file", file)
        self.environment["SLOTFLOW_API_KEY"] = "sk_live_from_environment"
        with_variable = self.serve()
        both = self.serve("--api-key-file", file)
        for own, key in ((with_file, "sk_live_from_file"), (both, "sk_live_from_file"),
                         (with_variable, "sk_live_from_environment")):
            self.assertEqual(own.call("GET", "/v1/webhooks", key=key).status, 200)
            self.assertEqual(own.call("GET", "/v1/webhooks", key=KEY).status, 401)
            ended = own.end()
            self.assertNotIn(key, json.dumps([ended.calls, ended.err]))

    def test_keys_that_cannot_be(self):
        missing = self.path("missing")
        for content, error in (
                (b"", "--api-key-file: expected an API key, got nothing"),
                (b"sk_live_secret x\n", "--api-key-file: expected an API key, got text with "
                                        "white space or other characters")):
            code, out, err = self.run_to_end("serve", "--port", "0", "--api-key-file",
                                             self.write("key", content))
            self.assertEqual((code, out), (2, ""))
            self.assertEqual(err.splitlines()[0], f"slotflow-hooks: error: {error}")
            self.assertNotIn("secret", err)
        code, _, err = self.run_to_end("serve", "--port", "0", "--api-key-file", missing)
        self.assertEqual(code, 3)
        self.assertIn(f"--api-key-file: cannot read {missing}", err)

    def test_the_lines_of_calls(self):
        server = self.serve()
        self.create(server)
        server.call("POST", "/v1/webhooks?a=%20", b"\xff", key=None)
        server.call("PATCH", "/v1/webhooks")
        server.call("GET", "/_emulator/ready")
        ended = server.end()
        first, second, third = ended.calls
        self.assertEqual(list(first), ["type", "n", "at", "method", "path", "route", "headers",
                                       "body", "body_base64", "answer"])
        self.assertEqual((first["n"], first["method"], first["path"], first["route"]),
                         (1, "POST", "/v1/webhooks", "POST /v1/webhooks"))
        self.assertRegex(first["at"], INSTANT)
        self.assertIn(["Authorization", "(hidden)"], first["headers"])
        self.assertEqual(json.loads(first["body"])["url"], "http://localhost:3000/hook")
        self.assertEqual(first["answer"], {"status": 201, "error": None, "message": None,
                                           "fault": None, "delay_ms": 0})
        self.assertEqual((second["path"], second["body"], second["body_base64"]),
                         ("/v1/webhooks?a=%20", None, "/w=="))
        self.assertEqual(second["answer"], {"status": 401, "error": "UNAUTHORIZED",
                                            "message": "Missing or invalid API key.",
                                            "fault": None, "delay_ms": 0})
        self.assertEqual((third["route"], third["answer"]["message"]),
                         (None, "No such route: PATCH /v1/webhooks."))
        del ended.summary["seed"]
        self.assertEqual(ended.summary, {"type": "summary", "requests": 3, "succeeded": 1,
                                         "failed": 2, "simulated": 0, "attempts": 0,
                                         "delivered": 0, "undelivered": 0})
        self.assertNotIn(KEY, json.dumps(ended.calls))

    def test_the_text_for_people(self):
        process = self.start("serve", "--port", "0")
        self.assertRegex(process.stdout.readline().decode(),
                         r"^Serving Slotflow's API on http://127\.0\.0\.1:\d+\n$")
        self.assertEqual(process.stdout.readline().decode(),
                         f"Webhooks are those of {self.path('store.json')}\n")
        self.assertEqual(process.stdout.readline().decode(), "(Ctrl-C to stop)\n")

    def test_the_text_of_calls(self):
        self.environment["TZ"] = "UTC"
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process = self.start("serve", "--port", str(port), "--seed", "7",
                             "--fail", "DELETE /v1/webhooks/:id reset*1")
        process.stdout.readline()
        with Client(port) as client:
            for line in (b"GET /v1/webhooks", b"GET /x\x1b"):
                client.send(line + b" HTTP/1.1\r\nAuthorization: Bearer sk_live_x\r\n\r\n")
                client.answer()
            client.send(b"DELETE /v1/webhooks/1 HTTP/1.1\r\n\r\n")
            self.assertIsNone(client.answer())
        process.send_signal(signal.SIGINT)
        lines = [re.sub(r"^\d\d:\d\d:\d\d  ", "", line)
                 for line in process.stdout.read().decode().splitlines()]
        self.assertEqual(lines[2:], [
            "#1  GET /v1/webhooks  -> 200",
            "#2  GET /x\\x1b  -> 404 NOT_FOUND  No such route: GET /x\\x1b.",
            "#3  DELETE /v1/webhooks/1  -> no response (simulated: reset)",
            "3 requests: 1 succeeded, 2 failed; 1 simulated failure (seed 7)"])

    def test_ephemeral_uses_no_store_and_leaves_nothing(self):
        server = self.serve("--ephemeral")
        store = server.ready["store"]
        self.assertTrue(store.startswith(self.path("slotflow-hooks-serve-")))
        self.create(server)
        self.assertEqual(self.json_of("list")["total"], 0)
        self.assertEqual(self.json_of("list", "--store", store)["total"], 1)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(store)).st_mode), 0o700)
        message = self.error(self.create(server), 422, "VALIDATION_ERROR")
        self.assertTrue(message.startswith("http://localhost:3000/hook is already registered"))
        server.end()
        self.assertEqual(os.listdir(self.folder), [])

    def test_ephemeral_needs_no_home(self):
        del self.environment["HOME"], self.environment["SLOTFLOW_HOOKS_STORE"]
        server = self.serve("--ephemeral")
        self.assertEqual(self.create(server).status, 201)
        code, _, err = self.run_to_end("serve", "--port", "0")
        self.assertEqual(code, 3, err)

    def test_two_of_them_are_two_organisations(self):
        first, second = self.serve("--ephemeral"), self.serve("--ephemeral")
        self.create(first)
        self.assertEqual(second.call("GET", "/v1/webhooks").body["total"], 0)

    def test_options_that_do_not_fit(self):
        for args, error in (
                (["--ephemeral", "--store", "x"], "--ephemeral cannot be combined with --store"),
                (["--port", "65536"],
                 "--port: expected a number from 0 to 65535, got '65536'"),
                (["--host", "localhost:1"],
                 "--host: expected a name or an address, got 'localhost:1'"),
                (["--latency", "x"], "--latency: expected a duration such as 250ms, 10s or "
                                     "1h30m, got 'x'")):
            with self.subTest(args=args):
                code, out, err = self.run_to_end("serve", *args)
                self.assertEqual((code, out), (2, ""))
                self.assertEqual(err.splitlines()[0], f"slotflow-hooks: error: {error}")

    def test_an_unknown_route(self):
        code, out, err = self.run_to_end("serve", "--fail", "POST /v1/webhook 500")
        self.assertEqual((code, out), (2, ""))
        self.assertIn("--fail: expected a call of the API such as 'POST /v1/humans', or *, ", err)
        self.assertIn("hint: did you mean 'POST /v1/webhooks'?", err)

    def test_a_port_in_use(self):
        server = self.serve()
        code, out, err = self.run_to_end("serve", "--port", str(server.port))
        self.assertEqual((code, out), (3, ""))
        self.assertEqual(err, f"slotflow-hooks: error: cannot listen on 127.0.0.1 port "
                              f"{server.port}: Address already in use\nhint: use --port 0 for a "
                              "free port: another process listens on this one\n")

    def test_a_store_that_cannot_be_read(self):
        store = self.write("store.json", b"[]")
        code, out, err = self.run_to_end("serve", "--port", "0")
        self.assertEqual((code, out), (3, ""))
        self.assertIn(store, err)
        self.write("store.json", b"")
        server = self.serve()
        self.write("store.json", b"[]")
        message = self.error(server.call("GET", "/v1/webhooks"), 500, "INTERNAL_ERROR")
        self.assertIn(store, message)
        self.write("store.json", b"")
        self.assertEqual(server.call("GET", "/v1/webhooks").status, 200)

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            server = self.serve("--fail", "GET /v1/webhooks timeout")
            with Client(server.port) as idle, Client(server.port) as held:
                idle.send(b"GET /_emulator/ready HTTP/1.1\r\n\r\n")
                self.assertEqual(idle.answer().status, 200)
                held.send(b"GET /v1/webhooks HTTP/1.1\r\n\r\n")
                server.out.wait_for('"request"')
                ended = server.end(number)
                self.assertIsNone(held.answer())
            self.assertEqual((ended.code, ended.err), (0, []))
            self.assertEqual(ended.summary["requests"], 1)

    def test_it_ends_with_its_reader(self):
        process = self.start("serve", "--port", "0", "--json")
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(LIMIT), 0)

    def test_calls_do_not_wait_for_the_reader(self):
        process = self.start("serve", "--port", "0", "--json")
        port = json.loads(process.stdout.readline())["port"]
        request = (b"POST /x HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000)
        with Client(port) as client:
            for _ in range(20):  # more than a pipe holds
                client.send(request)
                self.assertEqual(client.answer().status, 404)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 0)
        # On a busy machine, the pipe may have been filled only a moment ago.
        self.assertRegex(process.stderr.read().decode(),
                         r"^slotflow-hooks: warning: \d+ lines were not shown: (nobody reads "
                         r"standard output|standard output was read too slowly)\n$")


if __name__ == "__main__":
    run_tests()
