#!/usr/bin/python3
"""JSON that users and senders give is passed on as it was written.

values_test.py BINARY [-k NAME]
"""

import json

from peers import ProgramTest
from support import run_tests

AS_WRITTEN = [
    "12345678901234567890123", "9007199254740993", "1e2", "1E+2", "1.0", "0.1000", "-0", "-0.0",
    "1e400", "-1e-400", r'"\ud83c"', r'"\udf89\ud83c"', r'"\u00e9\/"', '"Zoë"',
    '[1.0,{"a":1,"a":1e0}]', r'{"\ud83c":1e0,"b":[]}']
LONE = (r'{"event":"booking.cancelled","created_at":"2026-03-10T14:05:00.000Z","data":{"id":"b9",'
        r'"attendee_name":"Zo\ud83c","metadata":{"z":1.0,"n":1e400,"s":"\ud83c"}}}')


class Values(ProgramTest):
    def body(self, *args):
        """The body that fire sends, and what it says."""
        seed = () if "--payload" in args else ("--seed", "1")
        code, out, err = self.run_to_end(
            "fire", "confirmed", "--to", "http://localhost:1", "--secret", "whsec_test", *seed,
            "--dry-run", "--json", *args)
        self.assertEqual(code, 0, err)
        return json.loads(out)["body"], err

    def refusal(self, *args):
        code, out, err = self.run_to_end("fire", "confirmed", "--to", "http://localhost:1",
                                         "--dry-run", *args)
        self.assertEqual((code, out), (2, ""))
        return err

    def file(self, name, content):
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def test_values_are_sent_as_written(self):
        for value in AS_WRITTEN:
            whole = f'{{ "v": {value} }}'
            path = self.file("metadata.json", whole.encode())
            for args in (["--metadata", whole], ["--metadata", "@" + path],
                         ["--metadata", "v=" + value], ["--set", "metadata.v=" + value],
                         ["--metadata", whole, "--metadata", "{}", "--set", "attendee_name=x"]):
                with self.subTest(value=value, args=args):
                    body, err = self.body("--metadata", "null", *args)
                    self.assertIn(f'"metadata":{{"v":{value}}}', body)
                    self.assertEqual(err, "")

    def test_merged_values_are_sent_as_written(self):
        body, _ = self.body("--metadata", '{"a":1e2,"b":1.0}', "--metadata", '{"c":-0,"a":1E2}',
                            "--set", "metadata.d.e=0.10")
        self.assertIn(',"a":1E2,"b":1.0,"c":-0,"d":{"e":0.10}}}}', body)

    def test_a_nul_byte_ends_no_json(self):
        for content in (b'{"a":1}\0', b'{"a":1}\0x', b'\0{"a":1}', b'{"a":\0 1}'):
            path = self.file("metadata.json", content)
            with self.subTest(content=content):
                self.assertIn(f"--metadata: {path}:1:", self.refusal("--metadata", "@" + path))
                _, err = self.body("--payload", path)
                self.assertIn("the payload is not JSON (line 1, column ", err)

    def test_a_store_with_a_nul_byte_is_left_alone(self):
        content = b'{"version":1,"plan":"free","webhooks":[]}\0 tail'
        store = self.file("store-with-nul.json", content)
        for args in (["list"], ["register", "http://localhost:3000/"], ["plan", "growth"]):
            with self.subTest(args=args):
                code, out, err = self.run_to_end("--store", store, *args)
                self.assertEqual((code, out), (3, ""))
                self.assertIn(f"error: {store}:1:42: expected the end of the text", err)
                with open(store, "rb") as file:
                    self.assertEqual(file.read(), content)

    def test_paths_begin_in_data(self):
        body, err = self.body("--set", "data.attendee_name=Zoe")
        self.assertEqual(json.loads(body)["data"]["attendee_name"], "Zoe")
        self.assertNotIn("data", json.loads(body)["data"])
        self.assertIn("'data.attendee_name' sets 'attendee_name'", err)
        self.assertIn("hint: choose the event with the argument EVENT",
                      self.refusal("--set", "event=booking.moved"))
        self.assertIn("hint: send a payload of your own", self.refusal("--set", "data={}"))

    def test_an_id_is_utf8(self):
        self.assertIn(r"--booking-id: expected UTF-8, got '\xff'",
                      self.refusal("--booking-id", b"\xff"))

    def test_half_of_a_character_is_json_everywhere(self):
        payload = self.file("lone.json", LONE.encode())
        listener = self.listen("--count", "2", "--secret", "whsec_test")
        code, _, err = self.run_to_end(
            "fire", "cancelled", "--to", f"http://127.0.0.1:{listener.port}", "--secret",
            "whsec_test", "--payload", payload, "--duplicate", "2")
        self.assertEqual(code, 0, err)
        self.assertNotIn("not JSON", err)
        requests = listener.wait().requests
        for request in requests:
            self.assertEqual((request["body"], request["event"], request["booking_id"],
                              request["signature"]),
                             (LONE, "booking.cancelled", "b9", "valid"))
        self.assertEqual(sorted(request["duplicate"] for request in requests), [False, True])

    def test_the_diagnosis_knows_half_of_a_character(self):
        payload = self.file("lone.json", LONE.encode())
        _, header, _ = self.run_to_end("sign", "--secret", "whsec_test", "--payload", payload)
        spaced = self.file("spaced.json", LONE.replace('":', '": ').replace(',"', ', "').encode())
        code, out, _ = self.run_to_end("verify", "--secret", "whsec_test", "--signature",
                                       header.strip(), "--payload", spaced)
        self.assertEqual(code, 1)
        self.assertIn("re-serialized", out)


if __name__ == "__main__":
    run_tests()
