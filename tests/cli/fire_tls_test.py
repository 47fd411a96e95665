#!/usr/bin/python3
"""What fire, check and listen say where the two sides do not speak the same, or do not trust.

fire_tls_test.py BINARY [-k NAME]
"""

import shutil
import ssl
import subprocess
import unittest

from peers import LIMIT, Client, ProgramTest, post
from support import run_tests

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@unittest.skipUnless(shutil.which("openssl"), "there is no openssl to make a certificate with")
class Tls(ProgramTest):
    def context(self, names="DNS:localhost"):
        """The server's side of TLS, with c.pem as its certificate."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                        self.path("k.pem"), "-out", self.path("c.pem"), "-days", "10", "-subj",
                        "/CN=x", "-addext", "subjectAltName=" + names],
                       check=True, capture_output=True, timeout=LIMIT)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path("c.pem"), self.path("k.pem"))
        return context

    def server(self, context):
        def behave(connection):
            with context.wrap_socket(connection, server_side=True) as stream:
                server.read(stream)
                stream.sendall(OK)
        server = self.endpoint(behave)
        return server

    def failure(self, url, *args):
        """The JSON of the only attempt, and its text."""
        code, attempts, _, err = self.fire("confirmed", "--no-retry", "--to", url, *args)
        self.assertEqual((code, len(attempts)), (1, 1), err)
        _, text, _ = self.run_to_end("fire", "confirmed", "--no-retry", "--to", url, *args)
        return attempts[0], text

    def no_certificate_hint(self, text):
        self.assertNotIn("--insecure", text)
        self.assertNotIn("--cacert", text)
        self.assertNotIn("crashed", text)

    def test_https_at_an_http_port(self):
        for content, detail in (
                (b"HTTP/1.1 400 Bad Request\r\n\r\n",
                 "the server speaks plain HTTP at this port, not TLS"),
                (b"<!DOCTYPE HTML>\n", "the server does not speak TLS at this port"),
                (b"220 mail ESMTP\r\n", "the server does not speak TLS at this port")):
            with self.subTest(content=content):
                def behave(connection):
                    connection.recv(65536)
                    connection.sendall(content)
                    connection.recv(1)
                port = self.endpoint(behave).port
                attempt, text = self.failure(f"https://127.0.0.1:{port}/")
                self.assertEqual((attempt["error"], attempt["detail"]), ("tls", detail))
                self.assertIn("use http in the URL", text)
                self.no_certificate_hint(text)

    def test_http_at_a_tls_port(self):
        server = self.answering(b"\x15\x03\x01\x00\x02\x02\x46", True)
        attempt, text = self.failure(server.url)
        self.assertEqual((attempt["error"], attempt["detail"]),
                         ("bad_response", "the server speaks TLS at this port, not plain HTTP"))
        self.assertIn("use https in the URL", text)
        self.no_certificate_hint(text)
        leaves = self.endpoint(lambda connection: leaves.read(connection))
        _, text = self.failure(leaves.url)
        self.assertIn("or this port expects https", text)

    def test_a_client_certificate_is_wanted(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.subTest(version=version):
                context = self.context()
                context.minimum_version = context.maximum_version = version
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(self.path("c.pem"))
                server = self.server(context)
                attempt, text = self.failure(f"https://localhost:{server.port}/", "--cacert",
                                             self.path("c.pem"))
                self.assertIn(attempt["error"], ("tls", "connection_closed", "connection_reset"))
                self.assertEqual(attempt["detail"], "the server asks for a client certificate")
                self.assertIn("let this URL do without", text)
                self.no_certificate_hint(text)

    def test_a_client_certificate_that_is_not_required(self):
        context = self.context()
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(self.path("c.pem"))
        server = self.server(context)
        code, _, _, err = self.fire("confirmed", "--to", f"https://localhost:{server.port}/",
                                    "--cacert", self.path("c.pem"))
        self.assertEqual(code, 0, err)

    def test_another_name(self):
        server = self.server(self.context())
        attempt, text = self.failure(f"https://127.0.0.1:{server.port}/", "--cacert",
                                     self.path("c.pem"))
        self.assertEqual((attempt["error"], attempt["detail"]),
                         ("tls", "the certificate is not valid for 127.0.0.1"))
        self.assertIn("use a name that is in the certificate", text)

    def test_not_trusted(self):
        server = self.server(self.context())
        attempt, text = self.failure(f"https://localhost:{server.port}/")
        self.assertEqual((attempt["error"], attempt["detail"]), ("tls", "self-signed certificate"))
        self.assertIn("--cacert FILE", text)

    def test_nothing_in_common(self):
        # RFC 8446, section 6: fatal alerts. What OpenSSL offers here depends on its configuration.
        for alert, detail in ((b"\x46", "the two sides have no TLS version in common"),
                              (b"\x28", "the server refused the handshake: handshake failure")):
            with self.subTest(detail):
                def behave(connection):
                    connection.recv(65536)
                    connection.sendall(b"\x15\x03\x01\x00\x02\x02" + alert)
                    connection.recv(1)
                port = self.endpoint(behave).port
                attempt, text = self.failure(f"https://localhost:{port}/")
                self.assertEqual((attempt["error"], attempt["detail"]), ("tls", detail))
                self.assertIn("check the TLS versions and ciphers", text)
                self.no_certificate_hint(text)

    def test_a_name_that_the_server_does_not_know(self):
        def refuse(*_):
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        context = self.context()
        context.sni_callback = refuse
        server = self.server(context)
        attempt, text = self.failure(f"https://localhost:{server.port}/")
        self.assertEqual((attempt["error"], attempt["detail"]),
                         ("tls", "the server knows no host named localhost"))
        self.no_certificate_hint(text)

    def test_check_says_the_same(self):
        context = self.context()
        server = self.server(context)
        code, _, err = self.run_to_end("check", f"https://127.0.0.1:{server.port}/", "--cacert",
                                       self.path("c.pem"), "--secret", "whsec_x")
        self.assertEqual(code, 3)
        self.assertIn("the certificate is not valid for 127.0.0.1", err)
        self.assertIn("use a name that is in the certificate", err)


if __name__ == "__main__":
    run_tests()
