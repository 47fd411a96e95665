#!/usr/bin/python3
"""Options of listen: probes, preflights, and options that have no effect together.

listen_options_test.py BINARY [-k NAME]
"""

from peers import Client, ProgramTest, ask, event, post
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
