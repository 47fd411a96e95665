"""The history that `fire` keeps, for the scripts that look into it."""

import json
import signal

from history_sum import writable
from peers import LIMIT, Lines, ProgramTest

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ERROR = b"HTTP/1.1 500 Oops\r\nX-Reason: \xc2\x9b31m\r\nContent-Length: 5\r\n\r\n\x1b[2J\x07"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
AT_ONCE = ["--speed", "1000000"]  # divides the delays between attempts


class HistoryTest(ProgramTest):
    def deliver(self, *args, code=0):
        """The id of the one delivery that this `fire` makes."""
        ended, attempts, _, err = self.fire(*args)
        self.assertEqual(ended, code, err)
        ids = {attempt["delivery_id"] for attempt in attempts}
        self.assertEqual(len(ids), 1)
        return ids.pop()

    def interrupt(self, *args):
        """The id of the delivery of this `fire`, interrupted after its first attempt."""
        process = self.start("fire", "--json", "--speed", "1", *args)
        attempt = json.loads(Lines(process.stdout).wait_for('"attempt"'))
        self.assertEqual(attempt["outcome"], "retrying")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(LIMIT), 130)
        return attempt["delivery_id"]

    def change(self, sql, *values):
        """Changes the history, as no command does: a test cannot wait for an hour."""
        with writable(self.path("store.db")) as database:
            database.execute(sql, values)
        database.close()

    def lines(self, *args):
        code, out, err = self.run_to_end("deliveries", "--json", *args)
        self.assertEqual(code, 0, err)
        return [json.loads(line) for line in out.splitlines()]

    def show(self, id):
        delivery, *attempts = self.lines("show", id)
        return delivery, attempts
