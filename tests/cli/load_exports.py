"""What `load --export` writes, run with stand-ins for the programs that it is for."""

import base64
import http.client
import json
import os
import shutil
import subprocess
import urllib.parse

from peers import LIMIT, ProgramTest

SECRET = "whsec_0123456789abcdefghijklmnopqrstuv"
OTHER = "whsec_zyxwvutsrqponmlkjihgfedcba987654"
URL = "http://127.0.0.1:9/hook?a=1"
RUNNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "load_scripts.mjs")
SIGNATURE = "X-Slotflow-Signature"
# Nothing of it may be read as code, or as a template.
HOSTILE = "'\"`${process.exit(9)}</script>\\u2028 */ {{ x }} \u2028\u202e"


class Export(ProgramTest):
    def export(self, form, name, *args, url=URL, code=0):
        """The text of the file, and standard error."""
        file = self.path(name)
        got, out, err = self.run_to_end("load", "confirmed", *([url] if url else []),
                                        "--export", f"{form}={file}", *args)
        self.assertEqual((got, out), (code, ""), err)
        with open(file, encoding="utf-8") as opened:
            text = opened.read()
        for content in (text, err):
            self.assertNotIn(SECRET, content)
            self.assertNotIn(OTHER, content)
        return text, err

    def run_script(self, engine, name, count, code=0, **secrets):
        """What the script sends in Node, and its other lines as one object."""
        if not shutil.which("node"):
            self.assertNotIn("SLOTFLOW_TEST_FRAMEWORKS", os.environ)
            self.skipTest("node is not installed")
        run = subprocess.run(["node", RUNNER, engine, self.path(name), str(count)],
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT,
                             env={"PATH": os.environ["PATH"], **secrets}, check=False)
        self.assertEqual(run.returncode, code, run.stderr.decode())
        if code:
            return run.stderr.decode()
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        events = [line for line in lines if "url" in line]
        other = {}
        for line in lines:
            if "url" not in line:
                other.update(line)
        for event in events:
            event["body"] = base64.b64decode(event["body"])
        return events, other

    def send(self, event, port):
        url = urllib.parse.urlsplit(event["url"])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
        connection.request("POST", f"{url.path}?{url.query}", event["body"], event["headers"])
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()

    def assert_verified(self, events, secret=SECRET):
        """Sends the events to listen, which knows this secret."""
        listener = self.listen("--secret", secret)
        for event in events:
            self.send(event, listener.port)
        requests = listener.end().requests
        self.assertEqual([request["signature"] for request in requests], ["valid"] * len(events))
        ids = {request["booking_id"] for request in requests}
        self.assertEqual(len(ids), len(events))
        return [json.loads(request["body"]) for request in requests]

    def assert_bookings(self, bodies):
        for body in bodies:
            self.assertEqual(list(body), ["event", "created_at", "data"])
            self.assertEqual(list(body["data"]), [
                "id", "human_id", "starts_at", "ends_at", "duration_minutes", "attendee_name",
                "attendee_email", "status", "metadata"])
            self.assertRegex(body["data"]["id"], r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-"
                                                 r"[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
            self.assertRegex(body["data"]["starts_at"], r"^20\d\d-\d\d-\d\dT\d\d:[03]0:00.000Z$")
            self.assertLess(body["created_at"], body["data"]["starts_at"])
            self.assertLess(body["data"]["starts_at"], body["data"]["ends_at"])
        self.assertEqual(len({body["data"]["human_id"] for body in bodies}), len(bodies))
