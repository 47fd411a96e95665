"""What Artillery sends when it runs the exports of `load`, each into a `listen` that verifies it.

Usage: artillery_bench.py [BINARY] [ARTILLERY]      (default: build/demo/slotflow-hooks, artillery)

Artillery has a thousand packages, so that the tests run its scripts in Node with stand-ins; here it
runs itself (npm install artillery --ignore-scripts). It sends nothing about its use
(ARTILLERY_DISABLE_TELEMETRY). Bounded: some two minutes, loopback only. Exits with 1 when a run had another
exit code, number of events or number of valid signatures than it should.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading

BINARY = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/demo/slotflow-hooks")
ARTILLERY = sys.argv[2] if len(sys.argv) > 2 else "artillery"
SECRET = "whsec_bench"
# What runs, the options of `load`, those of `listen`, the exit code of Artillery, and the events.
RUNS = (
    ("a rate, with a warm-up", ["--rate", "50", "--duration", "3s", "--warmup", "1s"], [], 0, 200),
    ("a ramp", ["--rate", "40", "--count", "100", "--ramp", "2s"], [], 0, 100),
    ("a number of users", ["--concurrency", "4", "--count", "40", "--no-keepalive"], [], 0, 40),
    ("users for a time", ["--concurrency", "2", "--duration", "2s"], ["--delay", "50ms"], 0, None),
    ("gates that hold", ["--rate", "20", "--count", "40", "--gate", "success>=99%", "--gate",
                         "failed<1", "--gate", "p99<5s"], [], 0, 40),
    ("a gate on the status that does not", ["--rate", "20", "--count", "40", "--gate", "failed<1"],
     ["--fail-first", "1"], 1, 40),
    ("a gate on the latency that does not", ["--rate", "20", "--count", "40", "--gate", "p50<20ms"],
     ["--delay", "100ms"], 1, 40),
    ("what is set", ["--rate", "20", "--count", "20", "--set", "attendee_name={{ x }} ü\u2028",
                     "--preset", "support", "--header", "X-Mine: 1"], [], 0, 20),
)


class Listener:
    def __init__(self, folder, environment, options):
        self.process = subprocess.Popen(
            [BINARY, "listen", "--port", "0", "--json", "--secret", SECRET, *options], cwd=folder,
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.requests = []
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            line = json.loads(line)
            if line["type"] == "request":
                self.requests.append(line)

    def end(self):
        self.process.terminate()
        self.process.wait(30)
        self.thread.join(30)
        return self.requests


def run(folder, environment, options, listening):
    """Artillery's exit code and what arrived."""
    listener = Listener(folder, environment, listening)
    try:
        subprocess.run([BINARY, "load", "confirmed", listener.url, "--secret", SECRET, "--export",
                        "artillery=load.yml", *options], cwd=folder, env=environment, check=True,
                       stderr=subprocess.DEVNULL, timeout=60)
        ended = subprocess.run([ARTILLERY, "run", "--quiet", "load.yml"], cwd=folder,
                               env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                               check=False, timeout=60)
    finally:
        requests = listener.end()
    return ended.returncode, requests


def main():
    bad = 0
    with tempfile.TemporaryDirectory(prefix="slotflow-bench-") as folder:
        environment = {**os.environ, "HOME": folder, "XDG_CONFIG_HOME": folder,
                       "XDG_DATA_HOME": folder, "ARTILLERY_DISABLE_TELEMETRY": "true",
                       "SLOTFLOW_WEBHOOK_SECRET": SECRET}
        print(f"{'':36} exit  events  valid  bookings")
        for name, options, listening, code, count in RUNS:
            got, requests = run(folder, environment, options, listening)
            valid = sum(request["signature"] == "valid" for request in requests)
            bookings = len({json.loads(request["body"])["data"]["id"] for request in requests})
            is_good = (got == code and len(requests) == valid == bookings
                       and (count == valid if count else valid > 1))
            bad += not is_good
            print(f"{name:36} {got:4}  {len(requests):6}  {valid:5}  {bookings:8}"
                  f"{'' if is_good else f'   expected exit code {code}, {count} events'}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
