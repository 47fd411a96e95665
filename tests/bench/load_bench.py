"""How fast and how honest `load` is, beside wrk, ab, hey and autocannon in the same run.

Usage: load_bench.py [BINARY] [ROUNDS]      (default: build/demo/slotflow-hooks and 3)

1. Into nginx (one worker, `return 200`), on 16 kept connections for 3 seconds each, ROUNDS times:
   wrk (one thread), ab -k, hey and autocannon with one fixed body and signature, and
   `load --concurrency 16`, whose events are unique and signed when they are sent. Those that are
   not installed are left out. nginx has one processor to itself and the sender another.
2. `load --rate 20000` for 10 seconds into the same nginx: the rate reached, and how late the starts
   were.
3. 2,000 events a second for 10 seconds to an endpoint that answers after 1 second: the memory.
4. A million events: the memory after a tenth of them, and at the end.
5. 500 events a second for 10 seconds, in which the endpoint stalls for 2: the percentiles beside
   those that the stall has in closed form; and the same with --concurrency, which hides it.

Bounded: three minutes, loopback only. Exits with 1 when something was not answered 200; how quick
is fast enough is for who reads the table.
"""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from peers import await_port, free_port, nginx_command

BINARY = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/demo/slotflow-hooks")
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
SECONDS = 3
CONNECTIONS = 16
SECRET = "whsec_bench"
SIGNATURE = "t=1773151500,v1=" + "0" * 64
# As large as the events that load makes are on average.
BODY = ('{"event":"booking.confirmed","created_at":"2026-03-10T14:05:00.000Z","data":{'
        '"id":"b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b",'
        '"human_id":"f47ac10b-58cc-4372-a567-0e02b2c3d479",'
        '"starts_at":"2026-03-10T14:00:00.000Z","ends_at":"2026-03-10T14:30:00.000Z",'
        '"duration_minutes":30,"attendee_name":"Alex Rivera",'
        '"attendee_email":"alex.rivera@example.com","status":"confirmed",'
        '"metadata":{"lead_id":"lead_8294","conversation_id":"conv_1847","source":"ai_sdr"}}}')


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.environment = {**os.environ, "HOME": folder, "XDG_CONFIG_HOME": folder,
                            "XDG_DATA_HOME": folder}
        self.bad = 0

    def start_nginx(self):
        """nginx on the first processor; this process and its senders go to the others."""
        port = free_port()
        processors = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
        if len(processors) > 1:
            os.sched_setaffinity(0, {min(processors)})
        process = subprocess.Popen(nginx_command(self.folder, port), stderr=subprocess.DEVNULL)
        if len(processors) > 1:
            os.sched_setaffinity(0, processors - {min(processors)})
        await_port(port)
        return process, f"http://127.0.0.1:{port}/"

    def start_listen(self, *options):
        process = subprocess.Popen([BINARY, "listen", "--port", "0", "--json", "--secret", SECRET,
                                    *options], env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL)
        url = json.loads(process.stdout.readline())["url"]
        threading.Thread(target=lambda: process.stdout.read(), daemon=True).start()
        return process, url

    def load(self, url, *options, watch=None):
        """The report; `watch` is called with the process while it runs."""
        process = subprocess.Popen([BINARY, "load", "confirmed", url, "--secret", SECRET, "--json",
                                    "-q", *options], env=self.environment, stdout=subprocess.PIPE)
        if watch:
            watch(process)
        report = json.loads(process.communicate()[0])
        report["process"] = process.pid
        return report

    def run(self, *command):
        return subprocess.run(command, capture_output=True, text=True, check=True,
                              env=self.environment).stdout

    def wrk(self, url):
        script = os.path.join(self.folder, "wrk.lua")
        with open(script, "w", encoding="ascii") as file:
            file.write(f'wrk.method = "POST"\nwrk.body = [[{BODY}]]\n'
                       'wrk.headers["Content-Type"] = "application/json"\n'
                       f'wrk.headers["X-Slotflow-Signature"] = "{SIGNATURE}"\n')
        out = self.run("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", script, url)
        return float(next(line for line in out.splitlines() if "Requests/sec" in line).split()[1])

    def body_file(self):
        path = os.path.join(self.folder, "event.json")
        with open(path, "w", encoding="ascii") as file:
            file.write(BODY)
        return path

    def ab(self, url):
        out = self.run("ab", "-q", "-k", f"-c{CONNECTIONS}", f"-t{SECONDS}", "-n10000000", "-p",
                       self.body_file(), "-T", "application/json", "-H",
                       f"X-Slotflow-Signature: {SIGNATURE}", url)
        return float(next(line for line in out.splitlines() if "Requests per" in line).split()[3])

    def hey(self, url):
        out = self.run("hey", "-z", f"{SECONDS}s", "-c", str(CONNECTIONS), "-m", "POST", "-T",
                       "application/json", "-H", f"X-Slotflow-Signature: {SIGNATURE}", "-D",
                       self.body_file(), url)
        return float(next(line for line in out.splitlines() if "Requests/sec" in line).split()[1])

    def autocannon(self, url):
        out = self.run("autocannon", "-j", "-c", str(CONNECTIONS), "-d", str(SECONDS), "-m", "POST",
                       "-H", "Content-Type=application/json", "-H",
                       f"X-Slotflow-Signature={SIGNATURE}", "-i", self.body_file(), url)
        return json.loads(out)["requests"]["average"]

    def ours(self, url):
        report = self.load(url, "--concurrency", str(CONNECTIONS), "--duration", f"{SECONDS}s")
        self.bad += report["failed"]
        return report["rate"]


def memory(process, field="VmHWM"):
    """MiB."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        line = next(line for line in file if line.startswith(field))
    return int(line.split()[1]) / 1024


def beside_peers(bench, url):
    peers = [name for name in ("wrk", "ab", "hey", "autocannon") if shutil.which(name)]
    rates = {name: [] for name in [*peers, "ours"]}
    for _ in range(ROUNDS):
        for name in rates:
            rates[name].append(getattr(bench, name)(url))
    mine = rates["ours"]
    print(f"{CONNECTIONS} kept connections, {SECONDS} s each, medians of {ROUNDS} rounds")
    print(f"{'':14}{'events/s':>10}{'load to it':>12}")
    for name in peers:
        ratios = [ours / theirs for ours, theirs in zip(mine, rates[name])]
        print(f"{name:14}{statistics.median(rates[name]):10.0f}{statistics.median(ratios):12.2f}"
              f"   ({', '.join(f'{ratio:.2f}' for ratio in ratios)})")
    print(f"{'load':14}{statistics.median(mine):10.0f}\n")


def at_a_rate(bench, url):
    report = bench.load(url, "--rate", "20000", "--duration", "10s")
    bench.bad += report["failed"]
    print(f"--rate 20000 for 10 s: {report['rate']:.0f}/s, starts late by p50 "
          f"{report['start_delay_ms']['p50']} ms, p99 {report['start_delay_ms']['p99']} ms; latency "
          f"p50 {report['latency_ms']['p50']} ms, p99 {report['latency_ms']['p99']} ms\n")


def many_in_flight(bench):
    listen, url = bench.start_listen("--delay", "1s")
    seen = []

    def watch(process):
        while process.poll() is None:
            try:
                seen.append(memory(process))
            except (FileNotFoundError, StopIteration, ProcessLookupError):
                pass
            time.sleep(0.2)

    report = bench.load(url, "--rate", "2000", "--duration", "10s", watch=watch)
    listen.send_signal(signal.SIGINT)
    bench.bad += report["failed"]
    print(f"2,000/s to an endpoint that answers after 1 s: {report['rate']:.0f}/s, "
          f"{report['failed']} failed, service time p50 {report['service_ms']['p50']:.0f} ms, p99 "
          f"{report['service_ms']['p99']:.0f} ms, {max(seen):.0f} MiB\n")


def a_million(bench, url):
    seen = []

    def watch(process):
        while process.poll() is None:
            try:
                seen.append(memory(process, "VmRSS"))
            except (FileNotFoundError, StopIteration, ProcessLookupError):
                pass
            time.sleep(0.2)

    report = bench.load(url, "--concurrency", str(CONNECTIONS), "--count", "1000000", watch=watch)
    bench.bad += report["failed"]
    print(f"1,000,000 events: {report['duration_ms'] / 1000:.0f} s, "
          f"{seen[len(seen) // 10]:.1f} MiB after a tenth, {seen[-1]:.1f} MiB at the end\n")


def stalled(bench):
    """The endpoint stalls from 4 s to 6 s of 10 s: a fifth of the events wait from 2 s to 0."""
    for name, options in (("--rate 500", ("--rate", "500")),
                          ("--concurrency 16", ("--concurrency", "16"))):
        listen, url = bench.start_listen()

        stall = []

        def watch(process, listen=listen, stall=stall):
            time.sleep(4)
            begin = time.monotonic()
            listen.send_signal(signal.SIGSTOP)
            time.sleep(2)
            listen.send_signal(signal.SIGCONT)
            stall.append((time.monotonic() - begin) * 1000)

        report = bench.load(url, *options, "--duration", "10s", watch=watch)
        listen.send_signal(signal.SIGINT)
        cells = []
        for label, percent in (("p50", 50), ("p90", 90), ("p95", 95), ("p99", 99), ("max", 100)):
            expected = max(0, stall[0] - (100 - percent) * 100)  # milliseconds
            got = report["latency_ms"][label]
            off = f" ({(got / expected - 1) * 100:+.1f} %)" if expected and "rate" in name else ""
            cells.append(f"{label} {got:.0f} ms of {expected:.0f} ms{off}")
        print(f"a stall of 2 s, {name}: " + ", ".join(cells))


def main():
    with tempfile.TemporaryDirectory(prefix="slotflow-bench-") as folder:
        bench = Bench(folder)
        nginx, url = bench.start_nginx()
        try:
            beside_peers(bench, url)
            at_a_rate(bench, url)
            a_million(bench, url)
        finally:
            nginx.terminate()
            nginx.wait(30)
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, range(os.cpu_count()))
        many_in_flight(bench)
        stalled(bench)
    if bench.bad:
        print(f"{bench.bad} were not answered 200")
    return 1 if bench.bad else 0


if __name__ == "__main__":
    sys.exit(main())
