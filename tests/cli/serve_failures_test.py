#!/usr/bin/python3
"""serve: simulated failures, and the calls under /_emulator.

serve_failures_test.py BINARY [-k NAME]
"""

import http.client
import json
import threading

from peers import Client
from served import ServeTest
from support import run_tests


class Failures(ServeTest):
    def statuses(self, server, method, path, count):
        """The status of each call; None where the connection ended instead."""
        found = []
        for _ in range(count):
            try:
                found.append(server.call(method, path).status)
            except (ConnectionError, http.client.RemoteDisconnected):
                found.append(None)
        return found

    def test_the_next_calls_of_a_route(self):
        server = self.serve("--fail", "GET /v1/webhooks 503*2", "--fail",
                            "GET /v1/webhooks reset*1")
        self.assertEqual(self.create(server).status, 201)
        self.assertEqual(self.statuses(server, "GET", "/v1/webhooks", 5),
                         [503, 503, None, 200, 200])
        ended = server.end()
        self.assertEqual([call["answer"]["fault"] for call in ended.calls],
                         [None, "503", "503", "reset", None, None])
        self.assertEqual(ended.summary["simulated"], 3)

    def test_every_status_has_the_shape_of_errors(self):
        server = self.serve()
        for status, code in ((400, "REQUEST_FAILED"), (401, "UNAUTHORIZED"), (405, "REQUEST_FAILED"),
                             (429, "RATE_LIMITED"), (500, "INTERNAL_ERROR"), (599, "INTERNAL_ERROR")):
            server.call("PUT", "/_emulator/faults", [f"* {status}*1"])
            reply = server.call("GET", "/v1/webhooks")
            self.assertEqual((reply.status, reply.type), (status, "application/json"))
            self.assertEqual(reply.body, {"error": {
                "code": code, "message": f"Simulated failure: {status}.", "status": status}})

    def test_a_lost_response_after_the_commit(self):
        server = self.serve("--fail", "POST /v1/webhooks commit-then-reset*1",
                            "--fail", "POST /v1/webhooks commit-then-500*1")
        with self.assertRaises(ConnectionError):
            self.create(server)
        self.assertEqual(server.call("GET", "/v1/webhooks").body["total"], 1)
        # As Node's SDK does, which then meets its own webhook.
        self.assertEqual(self.create(server).status, 422)
        self.assertEqual(self.create(server, "http://localhost:3001/").status, 500)
        self.assertEqual(server.call("GET", "/v1/webhooks").body["total"], 2)

    def test_a_seed_repeats_the_failures(self):
        def run(seed):
            server = self.serve("--ephemeral", "--fail", "* 503@0.5", "--seed", str(seed))
            self.addCleanup(server.process.kill)
            return self.statuses(server, "GET", "/v1/webhooks", 30)
        first = run(1)
        self.assertEqual(run(1), first)
        self.assertNotEqual(run(2), first)
        self.assertEqual(set(first), {200, 503})

    def test_without_a_seed_one_is_printed_that_repeats_them(self):
        first = self.serve("--ephemeral", "--fail", "* 503@0.5")
        found = self.statuses(first, "GET", "/v1/webhooks", 20)
        ended = first.end()
        seed = ended.summary["seed"]
        self.assertEqual(ended.err, [f"slotflow-hooks: seed {seed} (repeat these failures with "
                                     f"--seed {seed})"])
        second = self.serve("--ephemeral", "--fail", "* 503@0.5", "--seed", str(seed))
        self.assertEqual(self.statuses(second, "GET", "/v1/webhooks", 20), found)
        self.assertEqual(second.end().err, [])

    def test_a_timeout_holds_up_only_its_client(self):
        server = self.serve("--fail", "GET /v1/webhooks timeout*1")
        with Client(server.port) as held:
            held.send(b"GET /v1/webhooks HTTP/1.1\r\n\r\n")
            server.out.wait_for('"fault":"timeout"')
            self.assertEqual(server.call("GET", "/v1/webhooks").status, 200)

    def test_latency(self):
        server = self.serve("--latency", "20ms")
        self.assertEqual(server.call("GET", "/v1/webhooks").status, 200)
        self.assertEqual(server.end().calls[0]["answer"]["delay_ms"], 20)

    def test_control(self):
        server = self.serve("--fail", "* 500")
        self.assertEqual(server.call("GET", "/_emulator/ready", key=None).body, {"ready": True})
        self.assertEqual(server.call("GET", "/_emulator/faults", key=None).body, ["* 500"])
        server.call("GET", "/v1/webhooks")
        self.assertEqual(server.call("PUT", "/_emulator/faults", []).body, [])
        server.call("GET", "/v1/webhooks?n=2")
        shown = server.call("GET", "/_emulator/requests").body
        self.assertEqual(shown["total"], 2)
        ended = server.end()
        self.assertEqual(shown["requests"], ended.calls)

    def test_wrong_failures_change_nothing(self):
        server = self.serve("--fail", "* 500")
        for body, message in (
                (b"", 'body: expected a JSON array of failures such as '
                      '["POST /v1/webhooks 500*2"]'),
                ({"a": 1}, 'body: expected a JSON array of failures such as '
                           '["POST /v1/webhooks 500*2"]'),
                (["* 500", None], "[1]: expected a string, got null"),
                (["* 700"], "[0]: expected a status from 400 to 599, got '700'")):
            reply = server.call("PUT", "/_emulator/faults", body)
            self.assertEqual((reply.status, reply.body["error"]["message"]), (422, message))
        self.assertEqual(server.call("GET", "/_emulator/faults").body, ["* 500"])

    def test_a_web_page_cannot_use_it(self):
        server = self.serve()
        reply = server.call("GET", "/_emulator/requests", Origin="http://example.com")
        self.assertEqual((reply.status, reply.body["error"]["code"]), (401, "UNAUTHORIZED"))

    def test_many_clients_at_once_register_within_the_plan(self):
        server = self.serve("--ephemeral")
        found = []

        def register(number):
            found.append(self.create(server, f"http://localhost:{number}/").status)
        threads = [threading.Thread(target=register, args=(3000 + i,)) for i in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(found), [201] * 2 + [402] * 38)
        calls = server.end().calls
        self.assertEqual(sorted(call["n"] for call in calls), list(range(1, 41)))
        self.assertEqual(json.dumps(calls).count("sk_live"), 0)


if __name__ == "__main__":
    run_tests()
