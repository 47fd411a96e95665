"""What `fire` takes for many deliveries at once: time, memory, threads and descriptors.

Usage: fire_bench.py BINARY

Herd: --duplicate 100, 300, 1000 and 3000 to our own `listen`. Memory: a payload of 133 KB with
--duplicate 10000, to an endpoint that reads all and answers 204. Hanging: 2,000 endpoints of which
every second one accepts and never answers, --timeout 2s; the same with 64 descriptors and, where
this runs as root, as another user with 8 processes and threads.

Bounded: about a minute, loopback only. Prints figures and judges nothing, except that it exits
with 1 when an endpoint that answers was reported as failed.
"""

import json
import os
import resource
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

BINARY = os.path.abspath(sys.argv[1])
ENDPOINTS = 2000
LONGEST = 60  # seconds for one run
NOBODY = 65534


class Endpoints:
    """Listens on `count` ports; those whose number is odd never answer if `hang`."""

    def __init__(self, count, hang):
        self.selector = selectors.DefaultSelector()
        self.ports = []
        self.stopped = False
        for n in range(count):
            server = socket.socket()
            server.bind(("127.0.0.1", 0))
            server.listen(4096)
            server.setblocking(False)
            self.ports.append(server.getsockname()[1])
            self.selector.register(server, selectors.EVENT_READ, (True, hang and n % 2 == 1))
        self.hanging = [port for n, port in enumerate(self.ports) if hang and n % 2 == 1]
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def work(self):
        left = {}  # bytes of the request that have not come, None before its header has
        while not self.stopped:
            for key, _ in self.selector.select(0.1):
                listens, hangs = key.data
                if listens:
                    try:
                        client, _ = key.fileobj.accept()
                    except OSError:
                        continue
                    client.setblocking(False)
                    self.selector.register(client, selectors.EVENT_READ, (False, hangs))
                    left[client] = None
                elif not self.read(key.fileobj, hangs, left):
                    del left[key.fileobj]
                    self.selector.unregister(key.fileobj)
                    key.fileobj.close()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()

    @staticmethod
    def read(client, hangs, left):
        try:
            data = client.recv(1 << 18)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not data:
            return False
        if hangs:
            return True
        if left[client] is None:  # a header of ours is small, and comes in one piece
            head, _, body = data.partition(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
            left[client] = int(length or 0) - len(body)
        else:
            left[client] -= len(data)
        if left[client] > 0:
            return True
        client.send(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        return False

    def stop(self):
        self.stopped = True
        self.thread.join()


def peak(pid, seen):
    """Notes the most memory (KiB) and threads of a process, until it has ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    seen["memory"] = max(seen["memory"], int(line.split()[1]))
        seen["threads"] = max(seen["threads"], len(os.listdir(f"/proc/{pid}/task")))
    except OSError:
        pass


def fire(folder, args, before=()):
    """Runs it, `before` in front of its command line; returns what was seen, and its attempts."""
    seen = {"memory": 0, "threads": 0}
    out, err = os.path.join(folder, "out"), os.path.join(folder, "err")
    begin = time.monotonic()
    with open(out, "wb") as out_file, open(err, "wb") as err_file:
        process = subprocess.Popen(
            [*before, BINARY, "--store", os.path.join(folder, "none.json"), "fire", "confirmed",
             "--no-retry", "--json", *args], stdout=out_file, stderr=err_file)
        while process.poll() is None and time.monotonic() - begin < LONGEST:
            peak(process.pid, seen)
            time.sleep(0.005)
        process.kill()
        process.wait()
    seen["seconds"] = time.monotonic() - begin
    seen["exit"] = process.returncode
    with open(err, encoding="utf-8") as file:
        seen["error"] = (file.read().strip().splitlines() or [""])[-1]
    with open(out, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.startswith("{")]
    return seen, [line for line in lines if line.get("type") == "attempt"]


def show(name, seen, more):
    print(f"{name:38}{seen['seconds']:8.2f} s{seen['memory'] / 1024:7.0f} MiB"
          f"{seen['threads']:4} threads  exit {seen['exit']}  {more}", flush=True)


def herd(folder):
    with open(os.path.join(folder, "lines"), "wb") as out:
        listener = subprocess.Popen([BINARY, "--store", os.path.join(folder, "l.json"), "listen",
                                     "--json", "--port", "0"], stdout=out, stderr=out)
    port = 0
    for _ in range(500):
        with open(os.path.join(folder, "lines"), encoding="utf-8") as file:
            line = file.readline()
        if line.endswith("\n"):
            port = json.loads(line)["port"]
            break
        time.sleep(0.01)
    failed = 0
    for count in (100, 300, 1000, 3000):
        seen, attempts = fire(folder, ["--to", f"http://127.0.0.1:{port}", "--secret", "whsec_x",
                                       "--duplicate", str(count)])
        failed += sum(attempt["outcome"] != "delivered" for attempt in attempts)
        show(f"--duplicate {count}", seen, f"{len(attempts)} attempts")
    listener.terminate()
    listener.wait(30)
    return failed


def memory(folder):
    endpoints = Endpoints(1, False)
    payload = os.path.join(folder, "payload.json")
    with open(payload, "w", encoding="ascii") as file:
        json.dump({"event": "booking.confirmed", "data": {"id": "x", "metadata": {
            "text": "x" * 133_000}}}, file)
    seen, attempts = fire(folder, ["--to", f"http://127.0.0.1:{endpoints.ports[0]}", "--secret",
                                   "whsec_x", "--payload", payload, "--duplicate", "10000",
                                   "--timeout", "60s"])
    endpoints.stop()
    failed = [attempt for attempt in attempts if attempt["outcome"] != "delivered"]
    show("133 KB, --duplicate 10000", seen,
         f"{len(attempts)} attempts, {len(failed)} failed {seen['error']}")
    return len(failed)


def hanging(folder):
    endpoints = Endpoints(ENDPOINTS, True)
    args = ["--secret", "whsec_x", "--timeout", "2s"]
    for port in endpoints.ports:
        args += ["--to", f"http://127.0.0.1:{port}"]
    limits = [("", ())]
    if shutil.which("prlimit"):
        limits.append((", 64 descriptors", ("prlimit", "--nofile=64", "--")))
        if os.getuid() == 0 and shutil.which("setpriv"):
            os.chmod(folder, 0o755)
            limits.append((", 8 processes",
                           ("prlimit", "--nproc=8", "--", "setpriv", f"--reuid={NOBODY}",
                            "--clear-groups", "--")))
    wrong = 0
    for name, before in limits:
        seen, attempts = fire(folder, args, before)
        slow = {f":{port}/" for port in endpoints.hanging}
        failed = [attempt["url"] for attempt in attempts if attempt["outcome"] != "delivered"]
        false = [url for url in failed if url[url.rindex(":"):].rstrip("/") + "/" not in slow]
        wrong += len(false)
        show(f"{ENDPOINTS} endpoints, half hang{name}", seen,
             f"{len(attempts)} attempts, {len(failed)} failed, {len(false)} of them falsely  "
             f"{seen['error'][:120]}")
    endpoints.stop()
    return wrong


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    wrong = 0
    for measure in (herd, memory, hanging):
        with tempfile.TemporaryDirectory(prefix="slotflow-bench-") as folder:
            wrong += measure(folder)
    return 1 if wrong else 0


sys.exit(main())
