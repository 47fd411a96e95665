"""How long the store's commands take, beside jq doing comparable work in the same run.

Usage: store_bench.py BINARY [ROUNDS]

Prints the medians in milliseconds, and the median of the ratios of the pairs: each round runs ours
and jq one after the other, so that a machine that slows down slows down both. The issue that asked
for it wants at most 3 on a store of 10,000 webhooks, and on a small one at most twice jq --version
or 10 ms. Bounded: ROUNDS (15) times 8 processes.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

BINARY = sys.argv[1]
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 15


def webhook(i):
    return {"id": f"{i:08d}-7d1c-4a4e-8a56-0f5b5c0c0001",
            "url": f"https://host{i}.example.com/hook",
            "events": ["booking.confirmed", "booking.cancelled"],
            "signing_secret": f"whsec_{i:032d}", "active": True,
            "created_at": "2026-03-10T14:05:00.000Z"}


def timed(command):
    begin = time.perf_counter()
    subprocess.run(command, shell=isinstance(command, str), stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - begin) * 1000


def compare(name, ours, theirs):
    ours_times, theirs_times = [], []
    for i in range(ROUNDS + 1):
        a, b = timed(ours(i)), timed(theirs)
        if i > 0:  # the first warms up
            ours_times.append(a)
            theirs_times.append(b)
    ratio = statistics.median(a / b for a, b in zip(ours_times, theirs_times))
    print(f"{name:34}{statistics.median(ours_times):10.1f}{statistics.median(theirs_times):10.1f}"
          f"{ratio:8.2f}")


def main():
    version = subprocess.run(["jq", "--version"], capture_output=True, text=True, check=True)
    print(f"{'':34}{'ours/ms':>10}{version.stdout.strip() + '/ms':>10}{'ratio':>8}")
    with tempfile.TemporaryDirectory(prefix="slotflow-bench-") as folder:
        big, small = os.path.join(folder, "big.json"), os.path.join(folder, "small.json")
        for path, count in ((big, 10_000), (small, 2)):
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"version": 1, "plan": "growth",
                           "webhooks": [webhook(i) for i in range(count)]}, file, indent=2)
        rewrite = f"jq . {big} > {folder}/copy && mv {folder}/copy {folder}/rewritten"
        base = [BINARY, "--store", big, "-q"]
        compare("register, 10,000 webhooks",
                lambda i: [*base, "register", "--url", f"https://new{i}.example.com"], rewrite)
        compare("list, 10,000 webhooks", lambda i: [*base, "list"], rewrite)
        compare("delete, 10,000 webhooks",
                lambda i: [*base, "delete", webhook(i)["id"]], rewrite)
        compare("list, 2 webhooks; jq --version",
                lambda i: [BINARY, "--store", small, "list"], ["jq", "--version"])


main()
