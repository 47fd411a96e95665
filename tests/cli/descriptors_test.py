#!/usr/bin/python3
"""With few descriptors the program does less at once; what it lacks is not the endpoint's failure.

descriptors_test.py BINARY [-k NAME]
"""

import json
import threading

from peers import LIMIT, Client, ProgramTest, event, post
from support import run_tests

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
WAITING = ("slotflow-hooks: warning: connections wait, because they cannot be accepted: Too many open "
           "files")


def limited(count, at_most=None):
    """At most so many descriptors; if at_most is given, the program may raise its limit so far."""
    return ["prlimit", f"--nofile={count}:{at_most or count}"]


class Descriptors(ProgramTest):
    def test_sixty_endpoints(self):
        servers = [self.answering(OK) for _ in range(60)]
        for limit in (16, 20, 32, 64):
            for host in ("127.0.0.1", "localhost"):
                with self.subTest(limit=limit, host=host):
                    urls = [part for server in servers
                            for part in ("--to", f"http://{host}:{server.port}/")]
                    code, attempts, summary, err = self.fire("confirmed", *urls,
                                                             under=limited(limit))
                    self.assertEqual((code, summary["delivered"], len(attempts)), (0, 60, 60), err)

    def test_where_not_one_connection_can_be_had(self):
        server = self.answering(OK)
        code, out, err = self.run_to_end("fire", "confirmed", "--to", server.url,
                                         under=limited(12))
        self.assertEqual(code, 3, out)
        self.assertIn("slotflow-hooks: error: cannot open another connection: Too many open files",
                      err)
        self.assertIn("ulimit -n", err)
        self.assertEqual(server.requests, [])

    def test_more_webhooks_than_the_hard_limit(self):
        server = self.answering(OK)
        code, _, err = self.run_to_end("plan", "growth")
        self.assertEqual(code, 0, err)
        code, out, err = self.run_to_end("register", "--json", "--url", server.url + "0")
        self.assertEqual(code, 0, err)
        with open(self.path("store.json"), encoding="utf-8") as file:
            store = json.load(file)
        first, = store["webhooks"]
        for number in range(1, 1100):
            store["webhooks"].append(dict(first, url=server.url + str(number),
                                          id=f"{first['id'][:-4]}{number:04}"))
        with open(self.path("store.json"), "w", encoding="utf-8") as file:
            json.dump(store, file)
        code, attempts, summary, err = self.fire("confirmed", under=limited(1024))
        self.assertEqual((code, summary["delivered"], len(attempts)), (0, 1100, 1100), err)
        self.assertEqual(len(server.requests), 1100)

    def test_check_is_not_wrong_about_the_handler(self):
        listener = self.listen("--secret", "whsec_x")
        for limit in (16, 24, 32, 64):
            with self.subTest(limit=limit):
                code, out, err = self.run_to_end(
                    "check", f"http://127.0.0.1:{listener.port}/", "--secret", "whsec_x",
                    "--only", "delivery.concurrent", under=limited(limit))
                self.assertNotIn("FAILED", out)
                self.assertIn(code, (0, 3), err)
                if code == 3:
                    self.assertIn("ulimit -n", err)

    def exhaust(self, listener):
        """Connections that the listener has accepted, and more that it cannot."""
        clients = [Client(listener.port) for _ in range(60)]
        listener.err.wait_for(WAITING)
        return clients

    def test_whoever_waits_is_answered_in_the_end(self):
        listener = self.listen(under=limited(32))
        clients = self.exhaust(listener)
        for number, client in enumerate(clients):
            client.send(post(event(f"b{number}"), b"Connection: close\r\n"))
        for client in clients:
            self.assertEqual(client.answer().status, 200)
            client.close()
        ended = listener.end()
        self.assertEqual((ended.summary["requests"], ended.summary["accepted"]), (60, 60))

    def test_a_forwarder_keeps_descriptors_for_its_handler(self):
        server = self.answering(OK)
        listener = self.listen("--forward-to", server.url, under=limited(32))
        clients = self.exhaust(listener)
        for client in clients:
            client.send(post(event(), b"Connection: close\r\n"))
        for client in clients:
            self.assertEqual(client.answer().status, 200)
            client.close()
        self.assertEqual(listener.end().summary["accepted"], 60)

    def test_a_handler_is_waited_for(self):
        server = self.answering(OK)
        listener = self.listen("--forward-to", server.url, under=limited(32))
        clients = self.exhaust(listener)
        clients[0].send(post(event()))
        for client in clients[1:]:
            client.close()
        self.assertEqual(clients[0].answer().status, 200)
        clients[0].close()


class RaisedLimits(ProgramTest):
    """Many systems give a program few descriptors, and let it have more: it takes them."""

    def test_listen(self):
        server = self.answering(OK)
        for args in ([], ["--forward-to", server.url]):
            with self.subTest(args=args):
                listener = self.listen(*args, under=limited(32, 1024))
                clients = [Client(listener.port) for _ in range(60)]  # all before the first ends
                for client in clients:
                    client.send(post(event(), b"Connection: close\r\n"))
                for client in clients:
                    self.assertEqual(client.answer().status, 200)
                    client.close()
                self.assertEqual(listener.end().err, [])

    def test_fire(self):
        all_there = threading.Barrier(60)

        def behave(connection):
            server.read(connection)
            try:
                all_there.wait(LIMIT)
            except threading.BrokenBarrierError:
                return
            connection.sendall(OK)
        server = self.endpoint(behave)
        self.addCleanup(all_there.abort)
        urls = [part for number in range(60) for part in ("--to", f"{server.url}{number}")]
        code, attempts, summary, err = self.fire("confirmed", "--no-retry", *urls,
                                                 under=limited(32, 1024))
        self.assertEqual((code, summary["delivered"], len(attempts)), (0, 60, 60), err)


if __name__ == "__main__":
    run_tests()
