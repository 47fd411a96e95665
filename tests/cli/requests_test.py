#!/usr/bin/python3
"""What listen takes for a request, what it refuses, and when it knows (RFC 9112).

requests_test.py BINARY [-k NAME]
"""

from peers import Client, ProgramTest, ask, event, post
from support import run_tests

GOOD = post(event())


class Between(ProgramTest):
    def setUp(self):
        super().setUp()
        self.listener = self.listen()

    def ended(self, count):
        """The listener ends with so many requests, of which none was malformed."""
        ended = self.listener.end()
        self.assertEqual((ended.code, ended.summary["requests"], ended.summary["accepted"]),
                         (0, count, count))
        self.assertEqual([line for line in ended.requests if "malformed" in line], [])

    def test_empty_lines_behind_a_body(self):
        for extra in (b"\r\n", b"\n", b"\r\n\r\n", b"\r\n" * 1000, b"\n\r\n"):
            with self.subTest(extra=extra[:8]), Client(self.listener.port) as client:
                client.send(GOOD + extra + GOOD)  # in one packet
                self.assertEqual([client.answer().status for _ in range(2)], [200, 200])
                client.send(GOOD)
                self.assertEqual(client.answer().status, 200)
                client.send(extra)  # later
                client.send(GOOD)
                self.assertEqual(client.answer().status, 200)
                client.send(extra[:1])  # cut in the middle
                client.send(extra[1:] + GOOD + extra)
                self.assertEqual(client.answer().status, 200)
        self.ended(25)

    def test_empty_lines_alone_are_no_request(self):
        for content in (b"", b"\r", b"\n", b"\r\n", b"\r\n\r\n\r"):
            with self.subTest(content=content):
                with Client(self.listener.port) as client:
                    client.send(content)
                with Client(self.listener.port) as client:
                    client.send(GOOD)
                    self.assertEqual(client.answer().status, 200)
                    client.send(content)
        self.ended(5)

    def test_requests_in_one_packet_and_byte_by_byte(self):
        with Client(self.listener.port) as client:
            client.send(GOOD * 50)
            self.assertEqual([client.answer().status for _ in range(50)], [200] * 50)
            for byte in GOOD:
                client.send(bytes([byte]))
            self.assertEqual(client.answer().status, 200)
        self.ended(51)


class Old(ProgramTest):
    def test_keep_alive_of_http_1_0(self):
        listener = self.listen()
        for asked in (b"Keep-Alive", b"keep-alive", b"x, Keep-Alive"):
            with self.subTest(asked=asked), Client(listener.port) as client:
                for _ in range(3):  # as `ab -k` does
                    client.send(post(event(), b"Connection: %s\r\n" % asked, version=b"1.0"))
                    answer = client.answer()
                    self.assertEqual(answer.status, 200)
                    self.assertIn((b"Connection", b"keep-alive"), answer.headers)
        for headers in (b"", b"Connection: close\r\n", b"Connection: Keep-Alive, close\r\n"):
            with self.subTest(headers=headers), Client(listener.port) as client:
                client.send(post(event(), headers, version=b"1.0"))
                answer = client.answer()
                self.assertIn((b"Connection", b"close"), answer.headers)
                self.assertEqual(client.rest(), b"")
        self.assertEqual(listener.end().summary["accepted"], 12)

    def test_keep_alive_of_http_1_0_through_a_forwarder(self):
        def behave(connection):
            server.read(connection)
            connection.sendall(b"HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nuntil the end")
        server = self.endpoint(behave)
        listener = self.listen("--forward-to", server.url)
        with Client(listener.port) as client:
            for _ in range(3):
                client.send(post(event(), b"Connection: Keep-Alive\r\n", version=b"1.0"))
                answer = client.answer()
                self.assertEqual((answer.status, answer.body), (200, b"until the end"))
                self.assertIn((b"Connection", b"keep-alive"), answer.headers)

    def test_http_1_0_is_not_asked_to_continue(self):
        listener = self.listen()
        with Client(listener.port) as client:
            head, _, body = post(event(), b"Expect: 100-continue\r\n",
                                 version=b"1.0").partition(b"\r\n\r\n")
            client.send(head + b"\r\n\r\n")
            client.send(body)
            self.assertEqual(client.answer().status, 200)
            self.assertEqual(client.rest(), b"")
        with Client(listener.port) as client:  # and HTTP/1.1 is, once
            head, _, body = post(event(), b"Expect: 100-continue\r\n").partition(b"\r\n\r\n")
            client.send(head + b"\r\n\r\n")
            self.assertEqual(client.answer().status, 100)
            client.send(body)
            self.assertEqual(client.answer().status, 200)

    def test_chunks_in_http_1_0_end_the_connection(self):
        listener = self.listen()
        with Client(listener.port) as client:
            client.send(b"POST / HTTP/1.0\r\nConnection: keep-alive\r\n"
                        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
            self.assertIn((b"Connection", b"close"), client.answer().headers)
            self.assertEqual(client.rest(), b"")
        self.assertEqual(listener.end().requests[0]["body"], "{}")


class Forms(ProgramTest):
    def test_host(self):
        listener = self.listen()
        for lines, status in ((b"", 400), (b"Host: a\r\nHost: a\r\n", 400),
                              (b"Host: a\r\nHost: b\r\n", 400), (b"Host: a b\r\n", 400),
                              (b"Host: a/b\r\n", 400), (b"Host: a:b\r\n", 400),
                              (b"Host: u@h\r\n", 400), (b"Host: [::1\r\n", 400),
                              (b"Host:\r\n", 200), (b"host: [::1]:80\r\n", 200),
                              (b"Host: a.b:80\r\n", 200), (b"HOST:a\r\n", 200)):
            with self.subTest(lines=lines):
                answer = ask(listener.port, b"POST / HTTP/1.1\r\n%sContent-Length: 2\r\n\r\n{}"
                             % lines)
                self.assertEqual(answer.status, status)
        self.assertEqual(ask(listener.port, b"POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}")
                         .status, 200)

    def test_targets(self):
        listener = self.listen()
        for line, status in ((b"GET http://h?q=1", 405), (b"GET HTTP://h", 405),
                             (b"OPTIONS *", 405), (b"GET *", 400), (b"POST *", 400),
                             (b"GET foo/bar", 400), (b"GET ?q", 400), (b"GET ftp://h/", 400),
                             (b"GET http:///x", 400), (b"GET http://u@h/", 400),
                             (b"GET /a b", 400), (b"GET  /", 400), (b"CONNECT h:1", 405),
                             (b"CONNECT h", 400), (b"CONNECT /", 400), (b"POST http://h/x", 200),
                             (b"POST https://h?", 200), (b"POST //h/x", 200)):
            with self.subTest(line=line):
                answer = ask(listener.port, line + b" HTTP/1.1\r\nHost: h\r\n"
                             b"Content-Length: 2\r\n\r\n{}")
                self.assertEqual(answer.status, status)
        paths = [request["path"] for request in listener.end().requests
                 if "malformed" not in request]
        self.assertEqual(paths, ["http://h?q=1", "HTTP://h", "*", "h:1", "http://h/x", "https://h?",
                                 "//h/x"])

    def test_the_path_in_any_form(self):
        listener = self.listen("--path", "/hook")
        for target, status in ((b"/hook", 200), (b"/hook?x=1", 200), (b"http://h/hook?x=1", 200),
                               (b"HTTPS://h:1/hook", 200), (b"/", 404), (b"/hook/", 404),
                               (b"/hookx", 404), (b"http://h/", 404), (b"http://h?/hook", 404),
                               (b"//hook", 404), (b"/Hook", 404)):
            with self.subTest(target=target):
                self.assertEqual(ask(listener.port, post(event(), target=target)).status, status)

    def test_options_of_a_whole_server(self):
        server = self.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        listener = self.listen("--forward-to", server.url)
        for target in (b"*", b"http://h", b"http://h/", b"http://h?q"):
            ask(listener.port, b"OPTIONS %s HTTP/1.1\r\nHost: h\r\n\r\n" % target)
        self.assertEqual([request.split(b" ")[1] for request in server.requests],
                         [b"*", b"*", b"/", b"/?q"])

    def test_forms_that_go_on_to_a_handler(self):
        server = self.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        listener = self.listen("--forward-to", server.url)
        for line in (b"GET http://h?q=1", b"GET http://h", b"OPTIONS *", b"POST http://h/a?b",
                     b"GET /%2f?", b"GET //x"):
            self.assertEqual(ask(listener.port, line + b" HTTP/1.1\r\nHost: h\r\n\r\n").status,
                             200)
        self.assertEqual([request.split(b" HTTP")[0] for request in server.requests],
                         [b"GET /?q=1", b"GET /", b"OPTIONS *", b"POST /a?b", b"GET /%2f?",
                          b"GET //x"])


if __name__ == "__main__":
    run_tests()
