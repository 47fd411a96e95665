#!/usr/bin/python3
"""register, list, delete, secret, fire and check: on the local store, and the same with --api
against serve.

organisations_test.py BINARY [-k NAME]
"""

import json
import os
import re
import signal

from peers import LIMIT, Lines
from served import KEY, Handler, ServeTest
from support import run_tests


class Same:
    """What holds for both; `self.where` are the options that select the organisation."""

    where = ()

    def run_json(self, *args, code=0):
        found, out, err = self.run_to_end(*args, "--json", *self.where)
        self.assertEqual(found, code, err)
        self.assertNotIn(KEY, out + err)
        return [json.loads(line) for line in out.splitlines()]

    def refused(self, *args, code=1):
        found, out, err = self.run_to_end(*args, "--json", *self.where)
        self.assertEqual((found, out), (code, ""), err)
        self.assertNotIn(KEY, err)
        return json.loads(err.splitlines()[-1])["error"]

    def register(self, url="http://localhost:3000/hook", *args):
        return self.run_json("register", url, *args)[0]

    def test_register(self):
        webhook = self.register("3000", "--events", "confirmed")
        self.assertEqual(list(webhook), ["id", "url", "events", "signing_secret", "active",
                                         "created_at"])
        self.assertEqual((webhook["url"], webhook["events"], webhook["active"]),
                         ("http://localhost:3000/", ["booking.confirmed"], True))
        self.assertRegex(webhook["signing_secret"], r"^whsec_\w{32}$")
        self.assertEqual(self.run_json("list", "--show-secrets"),
                         [{"webhooks": [webhook], "total": 1}])

    def test_register_twice(self):
        webhook = self.register()
        self.assertEqual(self.refused("register", "http://LOCALHOST:3000/hook"), {
            "code": "VALIDATION_ERROR", "status": 422,
            "message": f"http://localhost:3000/hook is already registered (id {webhook['id']})"})

    def test_register_over_the_limit(self):
        self.register("3000")
        self.register("3001")
        self.assertEqual(self.refused("register", "3002"), {
            "code": "LIMIT_REACHED", "status": 402,
            "message": "plan free allows 2 webhooks, and 2 are registered"})

    def test_register_a_wrong_url(self):
        self.assertEqual(self.refused("register", "ftp://x/", code=2)["code"], "USAGE")

    def test_list_by_event(self):
        self.register("3000", "--events", "confirmed")
        cancelled = self.register("3001", "--events", "cancelled")
        [listed] = self.run_json("list", "--event", "cancelled")
        self.assertEqual([webhook["id"] for webhook in listed["webhooks"]], [cancelled["id"]])
        self.assertNotEqual(listed["webhooks"][0]["signing_secret"], cancelled["signing_secret"])

    def test_list_nothing(self):
        code, out, err = self.run_to_end("list", *self.where)
        self.assertEqual((code, out), (0, ""))
        self.assertIn("no webhook is registered: register one with slotflow-hooks register URL",
                      err)

    def test_delete(self):
        first, second = self.register("3000"), self.register("3001")
        self.assertEqual(self.run_json("delete", first["id"][:8]),
                         [{"deleted": True, "id": first["id"]}])
        self.assertEqual(self.run_json("delete", "localhost:3001"),
                         [{"deleted": True, "id": second["id"]}])
        error = self.refused("delete", first["id"])
        self.assertEqual((error["code"], error["message"]), (
            "NOT_FOUND", f"expected the id or URL of a registered webhook, got '{first['id']}'"))

    def test_delete_all(self):
        ids = [self.register(port)["id"] for port in ("3000", "3001")]
        self.assertEqual(self.refused("delete", "--all", code=2)["code"], "USAGE")
        self.assertEqual(self.run_json("delete", "--all", "--yes"),
                         [{"deleted": True, "id": webhook} for webhook in ids])
        self.assertEqual(self.run_json("delete", "--all", "--yes"), [])

    def test_secret(self):
        webhook = self.register()
        for name in (webhook["id"], webhook["id"][:4], "localhost:3000/hook"):
            code, out, err = self.run_to_end("secret", name, *self.where)
            self.assertEqual((code, out, err), (0, webhook["signing_secret"] + "\n", ""))
        error = self.refused("secret", "3999")
        self.assertEqual((error["code"], error["message"]), (
            "NOT_FOUND", "ID|URL: expected the id or URL of a registered webhook, got '3999'"))


    def test_fire_to_a_webhook(self):
        handler = Handler(self)
        webhook = self.register(handler.url, "--events", "cancelled")
        attempt = self.run_json("fire", "confirmed", "--webhook", webhook["id"][:8])[0]
        self.assertEqual((attempt["webhook_id"], attempt["status"]), (webhook["id"], 200))
        signature = re.search(r"X-Slotflow-Signature: (\S+)", self.head_of(handler))[1]
        self.assertEqual(self.verify(handler, signature, webhook["signing_secret"]), 0)
        self.assertEqual(self.refused("fire", "confirmed", "--webhook", "nowhere")["code"],
                         "NOT_FOUND")

    def test_check_a_webhook(self):
        webhook = self.register(Handler(self).url)
        self.assertEqual([line["result"] for line in
                          self.run_json("check", "--webhook", webhook["id"], "--only",
                                        "delivery.confirmed") if line["type"] == "check"], ["passed"])
        self.assertEqual(self.refused("check", "--webhook", "nowhere")["code"], "NOT_FOUND")

    @staticmethod
    def head_of(handler):
        return handler.endpoint.requests[0].partition(b"\r\n\r\n")[0].decode()

    def verify(self, handler, signature, secret):
        payload = self.write("payload", handler.endpoint.requests[0].partition(b"\r\n\r\n")[2])
        return self.run_to_end("verify", "--signature", signature, "--payload", payload,
                               "--secret-file", self.write("secret", secret.encode()))[0]


class Local(Same, ServeTest):
    def test_delete_several_all_or_none(self):
        webhook = self.register()
        self.assertEqual(self.refused("delete", webhook["id"], "x" * 8)["code"], "NOT_FOUND")
        self.assertEqual(self.run_json("list")[0]["total"], 1)

    def test_own_secret(self):
        self.assertEqual(self.register("3000", "--secret", "whsec_own")["signing_secret"],
                         "whsec_own")

    def test_a_key_alone_selects_nothing(self):
        code, _, err = self.run_to_end("list", "--api-key-file", "key")
        self.assertEqual((code, err), (
            2, "slotflow-hooks: error: --api-key-file requires --api\n"))


class Remote(Same, ServeTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve("--ephemeral")
        self.where = ("--api", self.server.ready["url"])
        self.environment["SLOTFLOW_API_KEY"] = KEY

    def faults(self, *faults):
        self.server.call("PUT", "/_emulator/faults", list(faults))

    def created(self):
        """The calls that have tried to create a webhook."""
        calls = self.server.call("GET", "/_emulator/requests").body["requests"]
        return [call for call in calls if call["route"] == "POST /v1/webhooks"]

    def test_the_local_store_is_left_alone(self):
        self.register()
        self.run_json("delete", "--all", "--yes")
        self.assertFalse(os.path.exists(self.path("store.json")))

    def test_the_environment_selects_it_with_a_notice(self):
        url = self.server.ready["url"]
        self.environment["SLOTFLOW_API_URL"] = url
        self.where = ()
        self.register()
        code, out, err = self.run_to_end("list", "--json")
        self.assertEqual((code, json.loads(out)["total"]), (0, 1))
        self.assertEqual(err, f"slotflow-hooks: the webhooks are those of {url}/ "
                              "(SLOTFLOW_API_URL)\n")

    def test_each_call_begins_with_v1(self):
        self.where = ("--api", self.server.ready["url"] + "/v1")
        self.assertEqual(self.refused("list", code=2)["message"],
                         "--api: expected a URL without /v1, with which each call begins")

    def test_it_is_for_webhooks(self):
        for command in (("fire", "confirmed", "--to", "3000"), ("check", "3000")):
            self.assertEqual(self.refused(*command, code=2)["message"], "--api requires --webhook")

    def test_a_fired_event_is_resumed_with_its_secret(self):
        handler = Handler(self)
        webhook = self.register(handler.url)
        handler.statuses = [500]
        process = self.start("fire", "confirmed", "--webhook", webhook["id"], "--speed", "1",
                             "--json", *self.where)
        Lines(process.stdout).wait_for('"attempt"')
        process.send_signal(signal.SIGINT)
        process.wait(LIMIT)
        code, _, err = self.run_to_end("deliveries", "resume", "--speed", "1000000")
        self.assertEqual(code, 1)
        self.assertIn("was signed with the secret of an option", err)
        secret = self.write("secret", webhook["signing_secret"].encode())
        code, _, err = self.run_to_end("deliveries", "resume", "--speed", "1000000",
                                       "--secret-file", secret)
        self.assertEqual((code, len(handler.sent)), (0, 2), err)

    def test_a_key_from_a_file(self):
        del self.environment["SLOTFLOW_API_KEY"]
        self.assertEqual(self.refused("list", code=2)["message"], "--api requires an API key")
        self.where += ("--api-key-file", self.write("key", KEY.encode() + b"\n"))
        self.register()

    def test_a_wrong_key(self):
        strict = self.serve("--ephemeral", "--api-key-file", self.write("key", b"sk_live_other"))
        self.where = ("--api", strict.ready["url"])
        self.assertEqual(self.refused("list"), {
            "code": "UNAUTHORIZED", "status": 401, "message": "Missing or invalid API key."})

    def test_what_only_the_local_store_can_do(self):
        first, second = self.register("3000"), self.register("3001")
        self.assertEqual(self.refused("delete", first["id"], second["id"], code=2)["message"],
                         "delete with --api accepts one webhook at a time: Slotflow cannot delete "
                         "either all of them or none")
        self.assertEqual(self.run_json("list")[0]["total"], 2)
        self.assertEqual(self.refused("register", "3002", "--secret", "whsec_x", code=2)["message"],
                         "--secret and --secret-file cannot be combined with --api: Slotflow makes "
                         "the secret")

    def test_a_secret_in_the_environment_is_for_other_commands(self):
        self.environment["SLOTFLOW_WEBHOOK_SECRET"] = "whsec_own"
        self.assertNotEqual(self.register()["signing_secret"], "whsec_own")

    def test_failures_that_pass(self):
        self.faults("GET /v1/webhooks 503*1", "GET /v1/webhooks reset*1",
                    "GET /v1/webhooks 429*1")
        self.register()
        self.assertEqual(self.run_json("list")[0]["total"], 1)

    def test_a_lost_response_creates_nothing_twice(self):
        for fault in ("commit-then-reset", "commit-then-500"):
            with self.subTest(fault=fault):
                before = len(self.created())
                self.faults(f"POST /v1/webhooks {fault}*1")
                webhook = self.register()
                self.assertEqual(self.run_json("list", "--show-secrets")[0]["webhooks"], [webhook])
                self.assertEqual(len(self.created()) - before, 1)
                self.run_json("delete", webhook["id"])

    def test_a_create_that_did_not_happen_is_tried_again(self):
        self.faults("POST /v1/webhooks 429*1", "POST /v1/webhooks 500*1",
                    "POST /v1/webhooks reset*1")
        self.register()
        self.assertEqual(len(self.created()), 4)
        self.assertEqual(self.run_json("list")[0]["total"], 1)

    def test_a_delete_whose_response_is_lost_is_done(self):
        webhook = self.register()
        self.faults("DELETE /v1/webhooks/:id commit-then-reset*1")
        self.assertEqual(self.run_json("delete", webhook["id"]),
                         [{"deleted": True, "id": webhook["id"]}])

    def test_answers_that_are_none(self):
        for body, message in (
                (b"<html>", "line 1, column 1: expected a value"),
                (b"[]", "webhooks: expected an array, got nothing"),
                (b'{"webhooks":[{}]}', "webhooks[0].id: expected a string, got nothing"),
                (b'{"webhooks":[{"id":"1","url":"http://x/","signing_secret":"%s","active":true}]}'
                 % KEY.encode(), "webhooks[0].created_at: expected a string, got nothing")):
            with self.subTest(body=body):
                server = self.answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                                        % (len(body), body))
                self.where = ("--api", server.url)
                self.assertEqual(self.refused("list", code=3), {
                    "code": "NETWORK_ERROR", "status": None,
                    "message": f"cannot use the response of {server.url[:-1]} to GET /v1/webhooks: "
                               f"{message}"})
                self.assertIn(b"authorization: bearer " + KEY.encode(),
                              server.requests[0].lower())

    def test_a_message_with_the_key_is_shown_without_it(self):
        body = (b'{"error":{"code":"UNAUTHORIZED","message":"no key %s","status":401}}'
                % KEY.encode())
        server = self.answering(b"HTTP/1.1 401 X\r\nContent-Length: %d\r\n\r\n%s"
                                % (len(body), body))
        self.where = ("--api", server.url)
        self.assertEqual(self.refused("list")["message"], "no key (hidden)")

    def test_other_statuses_and_redirects_are_no_api(self):
        for status, headers in ((404, b""), (302, b"Location: http://127.0.0.1:1/\r\n")):
            server = self.answering(b"HTTP/1.1 %d X\r\n%sContent-Length: 0\r\n\r\n"
                                    % (status, headers))
            self.where = ("--api", server.url)
            self.assertEqual(self.refused("list", code=3)["message"],
                             "expected a response of Slotflow's API from "
                             f"{server.url[:-1]}, got {status}")
            self.assertEqual(len(server.requests), 1)

    def test_certificates_are_verified(self):
        certificate = self.path("certificate.pem")
        listener = self.listen("--tls", "--tls-cert-out", certificate)
        url = f"https://127.0.0.1:{listener.port}"
        self.where = ("--api", url)
        self.assertEqual(self.refused("list", code=3), {
            "code": "NETWORK_ERROR", "status": None,
            "message": f"cannot call {url}: the certificate is not trusted, or is for another "
                       "host"})
        self.environment["SSL_CERT_FILE"] = certificate
        self.assertEqual(self.refused("list", code=3)["message"],
                         f"expected a response of Slotflow's API from {url}, got 405")
        self.assertEqual(len(listener.end().requests), 1)

    def test_a_wait_that_is_too_long_ends_it_at_once(self):
        server = self.answering(b"HTTP/1.1 429 X\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n")
        self.where = ("--api", server.url)
        self.assertEqual(self.refused("list", code=3)["message"],
                         f"cannot call {server.url[:-1]}: it returns 429, and asks to wait "
                         "(Retry-After: '3600')")
        self.assertEqual(len(server.requests), 1)

    def test_a_retry_waits_as_long_as_it_is_asked(self):
        webhooks = b'{"webhooks":[],"total":0}'
        answers = [b"HTTP/1.1 503 X\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"] * 20 + [
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(webhooks), webhooks)]
        server = None

        def behave(connection):
            server.read(connection)
            connection.sendall(answers.pop(0))
        server = self.endpoint(behave)
        self.where = ("--api", server.url)
        self.assertEqual(self.run_json("list"), [{"webhooks": [], "total": 0}])


if __name__ == "__main__":
    run_tests()
