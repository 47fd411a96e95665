"""How much `listen` can take, beside peers in the same run on the same machine.

Usage: listen_bench.py BINARY [ROUNDS]

Requests a second: wrk with one thread and 16 connections sends a signed body of some 450 bytes for
3 seconds to nginx (one worker, `return 200`), adnanh/webhook (a hook that runs nothing), Express
(verifies nothing, answers 200) and us (signatures verified, JSON lines written to a file), each
after the other, ROUNDS (3) times; medians are printed. What is not installed is left out.

Scale: 10,000 connections opened over 2 seconds, each held by --delay 5s; delays of 200 clients at
once; 2,000 idle connections; 1,000 slow-loris connections; memory after a million requests.

Bounded: a few minutes, loopback only. Exits with 1 when something was not answered as it should
be; how quick is fast enough is for who reads the table.
"""

import hashlib
import hmac
import json
import os
import resource
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from peers import await_port, free_port, nginx_command

BINARY = os.path.abspath(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
HANDLERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "handlers")
SECRET = "whsec_bench"
SECONDS = 3
TICKS = os.sysconf("SC_CLK_TCK")

BODY = json.dumps({
    "event": "booking.confirmed", "created_at": "2026-03-10T14:05:00.000Z",
    "data": {"id": "b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b",
             "human_id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
             "starts_at": "2026-03-10T14:00:00.000Z", "ends_at": "2026-03-10T14:30:00.000Z",
             "duration_minutes": 30, "attendee_name": "Alex Rivera",
             "attendee_email": "alex@startup.io", "status": "confirmed",
             "metadata": {"lead_id": "lead_8294", "conversation_id": "conv_1847",
                          "source": "ai_sdr"}}}, separators=(",", ":"))

EXPRESS = """const app = require('express')();
app.post('/', (request, response) => { response.sendStatus(200); });
app.listen(Number(process.argv[1]), '127.0.0.1');
"""


class Listener:
    """`listen` with more arguments, its JSON lines going to a file."""

    def __init__(self, folder, *args):
        self.output = os.path.join(folder, "lines.json")
        self.port = free_port()
        with open(self.output, "wb") as out:
            self.process = subprocess.Popen(
                [BINARY, "--store", os.path.join(folder, "store.json"), "listen", "--json",
                 "--port", str(self.port), *args], stdout=out, stderr=subprocess.DEVNULL)
        await_port(self.port)

    def status(self, field):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith(field + ":"):
                    return int(line.split()[1])
        return 0

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def end(self):
        self.process.terminate()
        self.process.wait(30)
        return self

    def summary(self):
        with open(self.output, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 4096))
            return json.loads(file.read().splitlines()[-1])


def version_of(command, *args):
    result = subprocess.run([command, *args], capture_output=True, text=True, check=False)
    return (result.stdout + result.stderr).strip().splitlines()[0]


def express_version():
    try:
        with open(os.path.join(HANDLERS, "node_modules/express/package.json"),
                  encoding="utf-8") as file:
            return "Express " + json.load(file)["version"] + ", node " + version_of("node", "-v")
    except OSError:
        return None


def peers(folder):
    """Name, version and the command that serves on a port, of those that are installed."""
    if shutil.which("nginx"):
        yield ("nginx", version_of("nginx", "-v"),
               lambda port: nginx_command(folder, port), "/")
    if shutil.which("webhook"):
        def webhook(port):
            path = os.path.join(folder, "hooks.json")
            with open(path, "w", encoding="ascii") as file:
                json.dump([{"id": "x", "execute-command": "/bin/true",
                            "trigger-rule": {"match": {"type": "value", "value": "never",
                                                       "parameter": {"source": "url",
                                                                     "name": "run"}}}}], file)
            return ["webhook", "-hooks", path, "-ip", "127.0.0.1", "-port", str(port)]
        yield "webhook", version_of("webhook", "-version"), webhook, "/hooks/x"
    express = express_version()
    if express and shutil.which("node"):
        yield "Express", express, lambda port: ["node", "-e", EXPRESS, str(port)], "/"


def wrk(folder, port, path):
    """Requests a second, the 99th percentile in ms, and how many answers were not 2xx."""
    moment = int(time.time())
    digest = hmac.new(SECRET.encode(), f"{moment}.{BODY}".encode(), hashlib.sha256).hexdigest()
    script = os.path.join(folder, "wrk.lua")
    with open(script, "w", encoding="ascii") as file:
        file.write(f'wrk.method = "POST"\nwrk.body = [[{BODY}]]\n'
                   'wrk.headers["Content-Type"] = "application/json"\n'
                   f'wrk.headers["X-Slotflow-Signature"] = "t={moment},v1={digest}"\n'
                   'done = function(summary, latency, requests)\n'
                   '  io.write(string.format("DATA %f %f %d\\n", summary.requests * 1e6 /\n'
                   '    summary.duration, latency:percentile(99) / 1000, summary.errors.status))\n'
                   'end\n')
    result = subprocess.run(["wrk", "-t1", "-c16", f"-d{SECONDS}s", "-s", script,
                             f"http://127.0.0.1:{port}{path}"],
                            capture_output=True, text=True, check=True)
    data = next(line for line in result.stdout.splitlines() if line.startswith("DATA"))
    rate, p99, bad = data.split()[1:]
    return float(rate), float(p99), int(bad)


def throughput(folder):
    if not shutil.which("wrk"):
        print("requests a second: left out, wrk is not installed")
        return True
    servers = list(peers(folder))
    figures = {name: [] for name, *_ in servers}
    figures["slotflow-hooks"] = []
    for _ in range(ROUNDS):
        for name, _, command, path in servers:
            port = free_port()
            process = subprocess.Popen(command(port), cwd=HANDLERS, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            await_port(port)
            figures[name].append(wrk(folder, port, path))
            process.terminate()
            process.wait(30)
        ours = Listener(folder, "--secret", SECRET)
        figures["slotflow-hooks"].append(wrk(folder, ours.port, "/"))
        summary = ours.end().summary()
        if summary["bad_signatures"] or figures["slotflow-hooks"][-1][2]:
            print("not all were answered 200 with a valid signature:", summary)
            return False
    versions = {name: version for name, version, *_ in servers}
    versions["slotflow-hooks"] = version_of(BINARY, "--version")
    ours = statistics.median(rate for rate, *_ in figures["slotflow-hooks"])
    print(f"wrk -t1 -c16 -d{SECONDS}s, a signed body of {len(BODY)} bytes, "
          f"median of {ROUNDS} rounds")
    print(f"{'':16}{'requests/s':>12}{'p99 ms':>9}{'ours/theirs':>13}  version")
    for name, rows in figures.items():
        rate = statistics.median(row[0] for row in rows)
        p99 = statistics.median(row[1] for row in rows)
        print(f"{name:16}{rate:12.0f}{p99:9.2f}{ours / rate:13.2f}  {versions[name]}")
    return True


def post(body=b"{}"):
    return b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def connected(port):
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def latencies(port, count, over):
    """Of `count` requests on connections of their own, opened evenly over `over` seconds."""
    selector = selectors.DefaultSelector()
    begin, sent, found = time.monotonic(), {}, []
    while len(found) < count and time.monotonic() - begin < over + 60:
        share = (time.monotonic() - begin) / over if over else 1
        while len(sent) < min(count, share * count):
            client = connected(port)
            client.sendall(post())
            client.setblocking(False)
            sent[client] = time.monotonic()
            selector.register(client, selectors.EVENT_READ)
        for key, _ in selector.select(0.002):
            if key.fileobj.recv(4096).startswith(b"HTTP/1.1 200 "):
                found.append(time.monotonic() - sent[key.fileobj])
            selector.unregister(key.fileobj)
            key.fileobj.close()
    return sorted(found)


def held(folder):
    listener = Listener(folder, "--delay", "5s")
    found = latencies(listener.port, 10_000, 2)
    print(f"10,000 connections over 2 s, --delay 5s: {len(found)} answered, "
          f"the last after {found[-1]:.2f} s, peak memory {listener.status('VmHWM') / 1024:.1f} MiB")
    listener.end()
    return len(found) == 10_000


def delays(folder):
    if not shutil.which("wrk"):
        return True
    listener = Listener(folder, "--delay", "100ms")
    script = os.path.join(folder, "late.lua")
    with open(script, "w", encoding="ascii") as file:
        file.write('wrk.method = "POST"\nwrk.body = "{}"\n'
                   'done = function(summary, latency, requests)\n'
                   '  io.write(string.format("DATA %f %f %d\\n", latency:percentile(50) / 1000,\n'
                   '    latency:percentile(99) / 1000, summary.requests))\nend\n')
    result = subprocess.run(["wrk", "-t1", "-c200", "-d4s", "-s", script,
                             f"http://127.0.0.1:{listener.port}/"],
                            capture_output=True, text=True, check=True)
    data = next(line for line in result.stdout.splitlines() if line.startswith("DATA"))
    median, p99, count = (float(word) for word in data.split()[1:])
    print(f"200 connections, --delay 100ms, {count:.0f} requests: {median - 100:.1f} ms late at the "
          f"median, {p99 - 100:.1f} ms at p99")
    listener.end()
    return count > 0


def idle(folder):
    listener = Listener(folder)
    clients = [connected(listener.port) for _ in range(2000)]
    for client in clients:
        client.sendall(post())
        client.recv(4096)
    before, seconds = listener.cpu_seconds(), 5
    time.sleep(seconds)
    used = listener.cpu_seconds() - before
    print(f"2,000 idle connections: {100 * used / seconds:.1f} % of a core, "
          f"{listener.status('VmRSS') / 1024:.1f} MiB")
    for client in clients:
        client.close()
    listener.end()
    return True


def slow_loris(folder):
    listener = Listener(folder)
    slow = [connected(listener.port) for _ in range(1000)]
    found, begin, period = [], time.monotonic(), 5
    # Each sends a byte every 5 s, at a time of its own.
    for n in range(2 * len(slow)):
        pause = begin + n * period / len(slow) - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        slow[n % len(slow)].sendall(b"PO"[n // len(slow):][:1])
        if n % 20 == 0:
            found += latencies(listener.port, 1, 0)
    found.sort()
    print(f"1,000 connections of a byte every 5 s: others wait {1000 * found[len(found) // 2]:.1f} "
          f"ms at the median, {1000 * found[-1]:.1f} ms at most")
    for client in slow:
        client.close()
    listener.end()
    return len(found) == 100


def memory(folder):
    if not shutil.which("wrk"):
        return True
    listener = Listener(folder)
    script = os.path.join(folder, "ids.lua")
    with open(script, "w", encoding="ascii") as file:
        file.write('local n = 0\nrequest = function()\n  n = n + 1\n'
                   '  return wrk.format("POST", "/", {}, string.format(\n'
                   '    \'{"event":"booking.confirmed","data":{"id":"booking-%012d"}}\', n))\n'
                   'end\n')
    rows, served = [], 0
    for _ in range(40):
        subprocess.run(["wrk", "-t1", "-c16", "-d2s", "-s", script,
                        f"http://127.0.0.1:{listener.port}/"], capture_output=True, check=True)
        with open(listener.output, "rb") as file:
            file.seek(max(0, os.path.getsize(listener.output) - 4096))
            lines = file.read().splitlines()
        served = json.loads(lines[-1])["n"]
        rows.append((served, listener.status("VmRSS") / 1024))
        os.truncate(listener.output, 0)
        if served >= 1_000_000:
            break
    print(f"memory: {rows[0][1]:.0f} MiB after {rows[0][0]:,} requests, {rows[-1][1]:.0f} MiB after "
          f"{rows[-1][0]:,} (100,000 events are remembered)")
    listener.end()
    return served >= 1_000_000


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    good = True
    for measure in (throughput, held, delays, idle, slow_loris, memory):
        with tempfile.TemporaryDirectory(prefix="slotflow-bench-") as folder:
            good = measure(folder) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
