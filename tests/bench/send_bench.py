"""How many events the client of `fire` sends, beside wrk in the same run on the same machine.

Usage: send_bench.py BUILD [ROUNDS]

BUILD is the folder that `cmake --preset demo && cmake --build build/demo` has filled: build/demo.
send_bench.cpp is compiled against its library. Then wrk (1 thread, one fixed body and signature)
and send_bench (each event built and signed anew) send to nginx (one worker, `return 200`) on 16
kept connections for 3 seconds, each after the other, ROUNDS (3) times; the medians of the rates and
of the rounds' ratios are printed. nginx has one processor to itself and the sender another, if
there are two (Linux): otherwise the scheduler moves them, and rounds differ by a quarter.

Bounded: half a minute and the compiler, loopback only. Exits with 1 when something was not answered
200; how quick is fast enough is for who reads the table.
"""

import os
import statistics
import subprocess
import sys
import tempfile

from peers import await_port, free_port, nginx_command

BUILD = os.path.abspath(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
SECONDS = 3
CONNECTIONS = 16
HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.join(HERE, "..", "..", "src")

# As large as the events that send_bench makes are on average.
BODY = ('{"event":"booking.confirmed","created_at":"2026-03-10T14:05:00.000Z","data":{'
        '"id":"b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b",'
        '"human_id":"f47ac10b-58cc-4372-a567-0e02b2c3d479",'
        '"starts_at":"2026-03-10T14:00:00.000Z","ends_at":"2026-03-10T14:30:00.000Z",'
        '"duration_minutes":30,"attendee_name":"Alex Rivera",'
        '"attendee_email":"alex.rivera@example.com","status":"confirmed",'
        '"metadata":{"lead_id":"lead_8294","conversation_id":"conv_1847","source":"ai_sdr"}}}')


def compiled(folder):
    binary = os.path.join(folder, "send_bench")
    subprocess.run(
        [os.environ.get("CXX", "c++"), "-std=c++20", "-O3", "-DNDEBUG", "-DASIO_STANDALONE",
         "-DASIO_SEPARATE_COMPILATION", "-DASIO_NO_DEPRECATED",
         "-DASIO_DISABLE_STD_ALIGNED_ALLOC", "-I" + SOURCE,
         "-I" + os.path.join(BUILD, "generated"), os.path.join(HERE, "send_bench.cpp"),
         os.path.join(BUILD, "libhooks.a"), "-lssl", "-lcrypto", "-pthread", "-o", binary],
        check=True)
    return binary


def start_nginx(folder):
    """Starts nginx on the first processor; this process and its senders go to the others."""
    port = free_port()
    processors = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if len(processors) > 1:
        os.sched_setaffinity(0, {min(processors)})
    process = subprocess.Popen(nginx_command(folder, port), stderr=subprocess.DEVNULL)
    if len(processors) > 1:
        os.sched_setaffinity(0, processors - {min(processors)})
    await_port(port)
    return process, port


def wrk(folder, port):
    """Requests a second, and how many were not answered 2xx."""
    script = os.path.join(folder, "wrk.lua")
    with open(script, "w", encoding="ascii") as file:
        file.write(f'wrk.method = "POST"\nwrk.body = [[{BODY}]]\n'
                   'wrk.headers["Content-Type"] = "application/json"\n'
                   'wrk.headers["User-Agent"] = "slotflow-hooks/0.1.0"\n'
                   f'wrk.headers["X-Slotflow-Signature"] = "t=1773151500,v1={"0" * 64}"\n'
                   'done = function(summary, latency, requests)\n'
                   '  io.write(string.format("DATA %f %d\\n", summary.requests * 1e6 /\n'
                   '    summary.duration, summary.errors.status))\n'
                   'end\n')
    result = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", script,
                             f"http://127.0.0.1:{port}/"],
                            capture_output=True, text=True, check=True)
    data = next(line for line in result.stdout.splitlines() if line.startswith("DATA"))
    _, rate, bad = data.split()
    return float(rate), int(bad)


def ours(binary, port):
    result = subprocess.run([binary, f"http://127.0.0.1:{port}/", str(SECONDS), str(CONNECTIONS)],
                            capture_output=True, text=True, check=False)
    words = result.stdout.split()  # "12345 requests/s, 0 not answered 2xx"
    return float(words[0]), int(words[2])


def main():
    rows = []
    with tempfile.TemporaryDirectory(prefix="slotflow-bench-") as folder:
        binary = compiled(folder)
        nginx, port = start_nginx(folder)
        try:
            for _ in range(ROUNDS):
                rows.append((wrk(folder, port), ours(binary, port)))
        finally:
            nginx.terminate()
            nginx.wait(30)
    theirs = statistics.median(row[0][0] for row in rows)
    mine = statistics.median(row[1][0] for row in rows)
    ratios = [row[1][0] / row[0][0] for row in rows]
    print(f"{CONNECTIONS} kept connections into nginx, {SECONDS} s each, a body of some {len(BODY)} "
          f"bytes, {ROUNDS} rounds")
    print(f"{'':16}{'requests/s':>12}{'to wrk':>9}")
    print(f"{'wrk -t1':16}{theirs:12.0f}{1:9.2f}")
    print(f"{'slotflow-hooks':16}{mine:12.0f}{statistics.median(ratios):9.2f}"
          f"   ({', '.join(f'{ratio:.2f}' for ratio in ratios)})")
    bad = sum(row[0][1] + row[1][1] for row in rows)
    if bad:
        print(f"{bad} were not answered 200")
    return 1 if bad else 0


sys.exit(main())
