#!/usr/bin/python3
"""Options of listen: probes, preflights, --compact, and options that have no effect together.

listen_options_test.py BINARY [-k NAME]
"""

import json
import re

from peers import LIMIT, Client, Lines, ProgramTest, ask, event, post
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


class Compact(ProgramTest):
    def test_one_line_a_request(self):
        process = self.start("listen", "--port", "0", "--compact", "--count", "3", "--secret",
                             "whsec_x", "--script", "200,500,timeout")
        out = Lines(process.stdout)
        port = int(re.search(r":(\d+)/", out.wait_for("Listening"))[1])
        long = b"/" + b"x" * 300
        self.assertEqual(ask(port, post(event("b1"), target=long)).status, 200)
        self.assertEqual(ask(port, b"GET /x\n HTTP/1.1\r\nHost: x\r\n\r\n").status, 400)
        self.assertEqual(ask(port, post(b"\x1b[1m")).status, 500)
        self.assertEqual(process.wait(LIMIT), 0)
        lines = [re.sub(r"^\d\d:\d\d:\d\d  #\d  ", "", line) for line in out.all()[2:5]]
        self.assertEqual(lines[0], f"POST {long.decode()}  booking.confirmed  b1  missing  -> 200")
        self.assertTrue(lines[1].startswith("rejected: "), lines)
        self.assertTrue(lines[1].endswith("  -> 400"), lines)
        self.assertEqual(lines[2], "POST /  -  -  missing  -> 500 (simulated)")

    def test_the_handler_is_shown_and_a_secret_that_differs(self):
        handler = self.answering(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        process = self.start("listen", "--port", "0", "--compact", "--count", "3", "--register",
                             "--forward-to", handler.url, "--script", "200,200,500")
        out = Lines(process.stdout)
        url = re.search(r"http://\S*/", out.wait_for("Listening"))[0]
        for _ in range(3):
            self.assertEqual(self.fire("confirmed", "--no-retry", "--to", url)[0], 1)
        self.assertEqual(process.wait(LIMIT), 0)
        lines = out.all()[2:5]
        self.assertTrue(lines[0].endswith("  valid  -> 401"), lines)
        self.assertTrue(lines[1].endswith("  valid  -> 401"), lines)
        self.assertTrue(lines[2].endswith("  valid  -> 500 (simulated) (handler 401)"), lines)
        warnings = [line for line in Lines(process.stderr).all() if "warning" in line]
        self.assertEqual(len(warnings), 1, warnings)
        self.assertRegex(warnings[0], "^slotflow-hooks: warning: the signature of #1 is valid here, "
                                      "but the handler returned 401: it may have another secret; "
                                      "give it the one that this prints: slotflow-hooks secret ")

    def test_not_with_json(self):
        code, _, err = self.run_to_end("listen", "--port", "0", "--compact", "--json")
        self.assertEqual(code, 2)
        self.assertIn("--compact cannot be combined with --json", err)

    def test_not_with_verbose(self):
        code, _, err = self.run_to_end("listen", "--port", "0", "--compact", "-v", "--forward-to",
                                       "localhost:1")
        self.assertEqual(code, 2)
        self.assertIn("--compact cannot be combined with --verbose", err)


class WithoutEffect(ProgramTest):
    def test_each_is_refused(self):
        for args, message in (
                (["--fail-status", "502"],
                 "--fail-status requires --fail-rate, --fail-first or --retry-after"),
                (["--seed", "7"], "--seed requires --fail-rate, --fail-first, --retry-after, "
                 "--fault, --delay or --script"),
                (["--drip-duration", "1s"], "--drip-duration requires the fault drip"),
                (["--fault", "reset", "--drip-duration", "1s"], "--drip-duration requires"),
                (["--script", "500,reset", "--drip-duration", "1s"], "--drip-duration requires"),
                (["--forward-to", "3000", "--fault-on", "request"],
                 "--fault-on requires --fault, --fail-rate, --fail-first, "),
                (["--forward-to", "3000", "--status", "201"],
                 "--status cannot be combined with --forward-to"),
                (["--forward-to", "3000", "--body", "x"],
                 "--body cannot be combined with --forward-to"),
                (["--script", "200,500", "--status", "201"],
                 "--status cannot be combined with --script"),
                (["--status", "204", "--body", "x"],
                 "--body cannot be combined with --status 204"),
                (["--forward-to", "http://x", "--insecure"],
                 "--insecure requires an https URL in --forward-to"),
                (["--expect", "3", "--count", "2"],
                 "--expect 3 cannot be combined with --count 2"),
                (["--script-per", "booking"], "--script-per requires --script"),
                (["--fault-on", "request"], "--fault-on requires --forward-to URL")):
            with self.subTest(args=args):
                code, out, err = self.run_to_end("listen", "--port", "0", *args)
                self.assertEqual((code, out), (2, ""))
                self.assertIn("error: " + message, err)

    def test_what_has_an_effect_is_accepted(self):
        for args in (["--fail-rate", "0", "--fail-status", "502", "--seed", "7"],
                     ["--retry-after", "1s", "--fail-status", "429, 503"],
                     ["--script", "drip", "--drip-duration", "1s", "--status", "201"],
                     ["--fault", "drip:0.5", "--drip-duration", "1s"],
                     ["--forward-to", "3000", "--fault-on", "request", "--fault", "truncate",
                      "--status", "201", "--body", "x"],
                     ["--forward-to", "3000", "--gone-after", "1", "--fault-on", "request"],
                     ["--forward-to", "https://x", "--insecure"],
                     ["--expect", "2", "--count", "2"], ["--status", "204"],
                     ["--header", "A: b", "--delay", "1s", "--forward-to", "3000"]):
            with self.subTest(args=args):
                ended = self.run_to_end("listen", "--port", "0", "--for", "0s", *args)
                self.assertNotEqual(ended[0], 2, ended)


if __name__ == "__main__":
    run_tests()
