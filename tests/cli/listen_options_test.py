#!/usr/bin/python3
"""Options of listen: probes, preflights, and options that have no effect together.

listen_options_test.py BINARY [-k NAME]
"""

import json

from peers import LIMIT, Client, ProgramTest, ask, event, post
from support import run_tests

PREFLIGHT = (b"OPTIONS / HTTP/1.1\r\nHost: x\r\nOrigin: http://localhost:5173\r\n"
             b"Access-Control-Request-Method: POST\r\n"
             b"Access-Control-Request-Headers: content-type\r\n\r\n")
ANY_ORIGIN = (b"Access-Control-Allow-Origin", b"*")


def get(path, method=b"GET"):
    return b"%s %s HTTP/1.1\r\nHost: x\r\n\r\n" % (method, path)


class Health(ProgramTest):
    def test_probes_do_not_count(self):
        listener = self.listen("--health", "/up", "--count", "2", "--expect", "1",
                               "--script", "500,200")
        for request in [get(b"/up"), get(b"/up?ready")] * 5:
            self.assertEqual(ask(listener.port, request).status, 200)
        with Client(listener.port) as client:
            client.send(get(b"/up", b"HEAD").replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            head = client.rest()
            self.assertTrue(head.startswith(b"HTTP/1.1 200 ") and head.endswith(b"\r\n\r\n"), head)
        self.assertEqual(ask(listener.port, post(event())).status, 500)
        self.assertEqual(ask(listener.port, post(event())).status, 200)
        ended = listener.wait()
        self.assertEqual((ended.code, ended.summary["requests"]), (0, 2))
        self.assertEqual([request["n"] for request in ended.requests], [1, 2])

    def test_with_a_path_and_a_handler(self):
        handler = self.answering(b"HTTP/1.1 204 No Content\r\n\r\n")
        listener = self.listen("--path", "/hook", "--health", "/up", "--forward-to", handler.url)
        self.assertEqual(ask(listener.port, get(b"/up")).status, 200)
        self.assertEqual(handler.requests, [])
        self.assertEqual(ask(listener.port, get(b"/up/")).status, 404)
        self.assertEqual(ask(listener.port, post(event(), target=b"/up")).status, 404)
        self.assertEqual(listener.end().summary["requests"], 2)

    def test_bad_paths(self):
        for value in ("up", "/up?x", "/a b", "http://localhost/up"):
            with self.subTest(value=value):
                code, out, err = self.run_to_end("listen", "--port", "0", "--health", value)
                self.assertEqual((code, out), (2, ""))
                self.assertIn(f"--health: expected a path such as /hook, got '{value}'", err)
        code, _, err = self.run_to_end("listen", "--port", "0", "--health", "")
        self.assertEqual(code, 2)
        self.assertIn("--health: expected a value, got nothing", err)


class Values(ProgramTest):
    def refused(self, option, value):
        code, out, err = self.run_to_end("listen", "--port", "0", "--tls", option, value)
        self.assertEqual((code, out), (2, ""))
        return err.removeprefix(f"slotflow-hooks: error: {option}: expected ").splitlines()

    def test_a_host_is_no_url(self):
        for value, hint in (("localhost:80", "--host localhost --port 80"),
                            ("http://localhost", "--host localhost"),
                            ("https://127.0.0.1:8443/hook?x",
                             "--host 127.0.0.1 --port 8443 --path /hook"),
                            ("localhost/hook", "--host localhost --path /hook"),
                            ("[::1]:80", "--host ::1 --port 80"),
                            ("http://[::1]/", "--host ::1"), ("3000", "--port 3000"),
                            ("1", "--port 1"), ("65535", "--port 65535"),
                            ("http://localhost/$(id);b", "--host localhost --path '/$(id);b'"),
                            ("0", "--host 0.0.0.0 for all addresses"),
                            ("*", "--host 0.0.0.0 for all addresses"),
                            ("0:80", "--host 0.0.0.0 --port 80"),
                            ("*:80", "--host 0.0.0.0 --port 80")):
            with self.subTest(value=value):
                self.assertEqual(self.refused("--host", value),
                                 [f"a name or an address, got '{value}'", f"hint: give {hint}"])
        for value in ("65536", "00"):
            with self.subTest(value=value):
                self.assertEqual(self.refused("--host", value),
                                 [f"a name or an address, got '{value}'"])
        for value in ("a b", "user@localhost", "[::1", "localhost:"):
            with self.subTest(value=value):
                self.assertEqual(self.refused("--host", value)[0],
                                 f"a name or an address, got '{value}'")
        for value in ("localhost", "127.0.0.1", "::1", "[::1]"):
            with self.subTest(value=value):
                code, _, err = self.run_to_end("listen", "--host", value, "--port", "0", "--for",
                                               "0")
                self.assertTrue(code == 0 or "Cannot assign requested address" in err, err)

    def test_a_file_to_write_has_a_name(self):
        self.assertEqual(self.refused("--log", "-"),
                         ["a file, got '-'",
                          "hint: give --json for standard output, or ./- for a file of that name"])
        self.assertEqual(self.refused("--tls-cert-out", "-"),
                         ["a file, got '-'", "hint: give ./- for a file of that name"])


class Summary(ProgramTest):
    def test_what_ended_it(self):
        for args, ended, code in ((["--for", "0"], "time", 0),
                                  (["--for", "0", "--expect", "2"], "time", 1),
                                  (["--count", "1"], "count", 0),
                                  (["--count", "1", "--expect", "1"], "expectation", 0),
                                  (["--expect", "1"], "expectation", 0),
                                  ([], "signal", 0), (["--expect", "2"], "signal", 1)):
            with self.subTest(args=args):
                listener = self.listen(*args)
                sent = 0
                if ended != "time":
                    self.assertEqual(ask(listener.port, post(event())).status, 200)
                    listener.out.wait_for('"request"')
                    sent = 1
                result = listener.end() if ended == "signal" else listener.wait()
                expected = int(args[-1]) if "--expect" in args else None
                self.assertEqual((result.code, result.summary["ended"], result.summary["distinct"],
                                  result.summary["expect"]), (code, ended, sent, expected))
                self.assertEqual([f"slotflow-hooks: accepted {sent} of 2 expected events"] * code,
                                 [line for line in result.err if "expected" in line])
        process = self.start("listen", "--port", "0", "--json", "--log", self.path("log"))
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(LIMIT), 0)
        with open(self.path("log"), encoding="utf-8") as log:
            self.assertEqual(json.loads(log.readlines()[-1])["ended"], "reader")
        code, out, _ = self.run_to_end("listen", "--port", "0", "--json", "--", "true")
        self.assertEqual((code, json.loads(out.splitlines()[-1])["ended"]), (0, "command"))

    def test_in_text(self):
        for args, line in ((["--for", "0"], "ended by --for"),
                           (["--for", "0", "--expect", "2"],
                            "ended by --for; accepted 0 of 2 expected events"),
                           (["--expect", "1", "--for", "0", "-q"],
                            "ended by --for; accepted 0 of 1 expected event")):
            code, out, err = self.run_to_end("listen", "--port", "0", *args)
            self.assertEqual((code, err), ("--expect" in args, ""))
            self.assertEqual(out.splitlines()[-1], line)

    def test_in_text_that_nobody_reads(self):
        process = self.start("listen", "--port", "0", "--expect", "2")
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(LIMIT), 1)
        self.assertEqual(process.stderr.read(),
                         b"slotflow-hooks: accepted 0 of 2 expected events\n")


class Cors(ProgramTest):
    def test_a_page_may_send_and_read(self):
        listener = self.listen("--cors", "--count", "1")
        answer = ask(listener.port, PREFLIGHT)
        self.assertEqual((answer.status, answer.body), (204, b""))
        self.assertIn(ANY_ORIGIN, answer.headers)
        self.assertIn((b"Access-Control-Allow-Methods", b"POST"), answer.headers)
        self.assertIn((b"Access-Control-Allow-Headers", b"content-type"), answer.headers)
        headers = ask(listener.port, post(event())).headers
        self.assertIn(ANY_ORIGIN, headers)
        self.assertIn((b"Access-Control-Expose-Headers", b"*"), headers)
        self.assertEqual(listener.wait().summary["requests"], 1)

    def test_not_unless_it_is_asked_for(self):
        listener = self.listen()
        answer = ask(listener.port, PREFLIGHT)
        self.assertEqual(answer.status, 405)
        for answer in (answer, ask(listener.port, post(event()))):
            self.assertFalse([name for name, _ in answer.headers
                              if name.lower().startswith(b"access-control-")])
        self.assertEqual(listener.end().summary["requests"], 2)

    def test_the_header_of_a_handler_or_the_user_stays(self):
        mine = (b"Access-Control-Allow-Origin", b"http://mine")
        handler = self.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n%s: %s\r\n\r\n" % mine)
        for args in (["--forward-to", handler.url],
                     ["--header", "Access-Control-Allow-Origin: http://mine"]):
            with self.subTest(args=args):
                listener = self.listen("--cors", *args)
                answer = ask(listener.port, post(event()))
                self.assertEqual([header for header in answer.headers
                                  if header[0].lower().startswith(b"access-control-allow-")],
                                 [mine])
        preflight = ask(listener.port, PREFLIGHT)
        self.assertEqual([value for name, value in preflight.headers if name == mine[0]],
                         [mine[1]])


if __name__ == "__main__":
    run_tests()
