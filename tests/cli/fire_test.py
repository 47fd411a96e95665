#!/usr/bin/python3
"""What fire promises beyond its answers: waits that can be, ids of their own, errors by their names.

fire_test.py BINARY [-k NAME]
"""

import os
import uuid

from peers import ProgramTest
from support import run_tests

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Fire(ProgramTest):
    def test_waits_longer_than_any_clock_can_hold(self):
        server = self.answering(OK)
        for args in (["--retry-delays", "87600h", "--speed", "0.02"],
                     ["--retry-delays", "9223372036854775807ms"],
                     ["--retry-delays", "1s,100000h", "--speed", "0.001"],
                     ["--retry-delays", "2562047788015215h"]):
            with self.subTest(args=args):
                code, out, err = self.run_to_end("fire", "confirmed", "--to", server.url, *args)
                self.assertEqual((code, out), (2, ""))
                self.assertIn("slotflow-hooks: error: ", err)
        self.assertEqual(server.requests, [])

    def test_ids_are_never_the_same(self):
        server = self.answering(OK)
        for seed in ([], ["--seed", "7"]):
            deliveries, bookings = [], []
            for _ in range(5):
                _, attempts, _, err = self.fire("confirmed", "--duplicate", "4", "--to",
                                                server.url, *seed)
                deliveries += [attempt["delivery_id"] for attempt in attempts]
                bookings.append(attempts[0]["booking_id"])
            with self.subTest(seed=seed):
                self.assertEqual(len(set(deliveries)), 20)
                self.assertEqual(len(set(bookings)), 1 if seed else 5)
                for one in deliveries + bookings:
                    self.assertEqual(uuid.UUID(one).version, 4)

    def test_plain_http_needs_no_certificates(self):
        """Whoever opened this bundle would wait for ever."""
        bundle = self.path("bundle")
        os.mkfifo(bundle)
        self.environment["SSL_CERT_FILE"] = bundle
        server = self.answering(OK)
        self.assertEqual(self.fire("confirmed", "--to", server.url)[0], 0)
        listener = self.listen("--forward-to", server.url)
        self.assertEqual(self.fire("confirmed", "--to", f"http://127.0.0.1:{listener.port}/")[0],
                         0)

    def test_a_link_local_address_without_its_interface_is_unreachable(self):
        code, attempts, _, err = self.fire("confirmed", "--no-retry", "--to", "http://[fe80::1]:9/")
        self.assertEqual((code, attempts[0]["error"]), (1, "unreachable"), err)

    def test_no_way_to_an_address_is_unreachable(self):
        for host in ("255.255.255.255", "224.0.0.1", "[ff02::1]"):
            with self.subTest(host=host):
                code, attempts, _, err = self.fire("confirmed", "--no-retry", "--timeout", "1h",
                                                   "--to", f"http://{host}:9/")
                self.assertEqual((code, attempts[0]["error"]), (1, "unreachable"), err)


if __name__ == "__main__":
    run_tests()
