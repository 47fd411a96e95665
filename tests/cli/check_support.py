"""What the tests of `check` share: handlers that run as long as a block, and runs of it."""

import atexit
import concurrent.futures
import contextlib
import functools
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import types
import unittest

from broken_handlers import ALONE
from support import run_tests, skip_all, take_arguments

PATIENCE = 120  # seconds, for whatever is waited for
SECRET = "whsec_k8J2mQ4xR7vN1pL5tY9w"
BINARY, HANDLERS = (os.path.abspath(argument) for argument in take_arguments(2))
PYTHON = "/usr/bin/python3"  # the one that Debian's python3-flask belongs to
# Most handlers live for some hundred requests: V8's compilers would take longer than they save. There
# is no WebAssembly then, and so neither fetch() nor Response.
NODE = ["node", "--jitless"]
GOOD = [*NODE, "node/good.js"]
KEEP_ALIVE = {"delivery.keep-alive", "signature.after-valid", "signature.keep-alive"}


def take_flag(name):
    """Whether the next argument is this one, which is taken then."""
    given = sys.argv[1:2] == [name]
    del sys.argv[1:1 + given]
    return given


def start_handler(command, errors, **settings):
    """The process of a handler, which writes its errors to the file `errors`."""
    return subprocess.Popen(
        command, cwd=HANDLERS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
        text=True,
        env={**os.environ, "PORT": "0", "SLOTFLOW_WEBHOOK_SECRET": SECRET, **settings})


def url_at(port):
    return f"http://127.0.0.1:{port}/webhooks/slotflow"


def not_started(what, errors):
    errors.seek(0)
    return RuntimeError(f"{what} did not start: {errors.read().strip()}")


class Handler:
    """A handler that runs as long as the block."""

    def __init__(self, command):
        with tempfile.TemporaryFile("w+") as errors:
            self.process = start_handler(command, errors)
            try:
                port = json.loads(self.process.stdout.readline())["port"]
            except json.JSONDecodeError as error:
                self.process.kill()
                self.process.wait(PATIENCE)
                self.process.stdin.close()
                self.process.stdout.close()
                raise not_started(" ".join(command), errors) from error
        self.url = url_at(port)
        self.reader = threading.Thread(target=self.process.stdout.read, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stdin.close()
        self.process.stdout.close()


class Crowd:
    """A process that plays many broken handlers. It starts at the first use, and ends with this one.

    Node takes longer to start, and to compile a handler, than a handler needs for all checks.
    """

    def __init__(self):
        self.process = None
        self.errors = tempfile.TemporaryFile("w+")
        self.ports = queue.SimpleQueue()  # of the handlers in their order, and None at the end
        self.lock = threading.Lock()

    def start(self, name):
        """The URL of the handler."""
        with self.lock:
            if self.process is None:
                self.process = start_handler(["node", "broken.js", "-"], self.errors, QUIET="1")
                atexit.register(self.end)
                threading.Thread(target=self.read, daemon=True).start()
            try:
                self.process.stdin.write(name + "\n")
                self.process.stdin.flush()
                port = self.ports.get(timeout=PATIENCE)
            except (OSError, queue.Empty):
                port = None
            if port is None:
                self.process.kill()  # a port that came later would be taken for another handler's
                self.process.wait(PATIENCE)
                raise not_started(name, self.errors)
            return url_at(port)

    def end(self):
        if self.process.poll() is not None:
            self.errors.seek(0)
            print("The process of the broken handlers has ended: " + self.errors.read(),
                  file=sys.stderr)
        self.process.kill()

    def read(self):
        for line in self.process.stdout:
            if line.startswith('{"port":'):
                self.ports.put(json.loads(line)["port"])
        self.ports.put(None)


CROWD = Crowd()


def broken(name, fresh=False):
    """The handler, with its `url`, for a block. What it has seen may be what one of the same name
    saw earlier, unless it is fresh.
    """
    if fresh or name in ALONE:
        return Handler([*NODE, "broken.js", name])
    return contextlib.nullcontext(types.SimpleNamespace(url=CROWD.start(name)))


def environment(folder):
    return {"PATH": os.environ["PATH"], "HOME": folder,
            "SLOTFLOW_HOOKS_STORE": os.path.join(folder, "store.json")}


def run_check(folder, *args, secret=True):
    """The exit code, the output and the messages."""
    command = [BINARY, "check", *args, *(["--secret", SECRET] if secret else [])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE,
                          env=environment(folder), check=False)
    return done.returncode, done.stdout, done.stderr


def results_of(folder, *args, secret=True):
    """The exit code, the result of each check by its id, and the summary."""
    code, out, err = run_check(folder, "--json", *args, secret=secret)
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines and lines[-1]["type"] == "summary", out + err
    return code, {line["id"]: line for line in lines[:-1]}, lines[-1]


@functools.cache
def all_ids():
    with tempfile.TemporaryDirectory() as folder:
        code, out, err = run_check(folder, "--list", "--json", secret=False)
    assert code == 0, err
    return [json.loads(line)["id"] for line in out.splitlines()]


class CheckTest(unittest.TestCase):
    """Has a folder of its own, with the store in it."""

    options = ()

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="slotflow-check-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def check(self, *args, secret=True):
        return run_check(self.folder, *args, secret=secret)

    def results(self, *args, secret=True):
        return results_of(self.folder, *args, secret=secret)

    def start_check(self, *args, **options):
        """The running program, which the caller waits for."""
        return subprocess.Popen([BINARY, "check", *args, "--secret", SECRET],
                                stdout=subprocess.PIPE, text=True,
                                env=environment(self.folder), **options)


class HandlerTest(unittest.TestCase):
    """A test of the results for one handler."""

    options = ()

    def handler(self):
        """The handler, with its `url`, for a block."""
        raise NotImplementedError

    def find_results(self, *options):
        with tempfile.TemporaryDirectory(prefix="slotflow-check-") as folder:
            with self.handler() as handler:
                return results_of(folder, handler.url, "--strict", *options)

    @property
    def name(self):
        """The test's own, without test_."""
        return self.id().rpartition(".")[2].removeprefix("test_")


class GoodTest(HandlerTest):
    """A test of a good handler: it passes all checks that can be run on it."""

    closes = False  # whether its server closes the connection after each response

    def judge(self):
        # How long 50 at once take says nothing while other tests keep the machine busy.
        left_out = "delivery.concurrent-at-once"
        code, results, summary = self.find_results("--skip", left_out)
        failed = {id: line["observed"] for id, line in results.items()
                  if line["result"] == "failed"}
        self.assertEqual((failed, code), ({}, 0))
        cannot_look = {"delivery.https"} | (KEEP_ALIVE if self.closes else set())
        self.assertEqual({id for id, line in results.items() if line["result"] == "skipped"},
                         cannot_look)
        self.assertEqual(summary["passed"], len(all_ids()) - len(cannot_look) - 1)


class Recorder:
    """Takes what happens in a test, and tells it to a result later."""

    shouldStop = failfast = False

    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        if name.startswith("add"):
            return lambda *arguments: self.calls.append((name, arguments))
        return lambda *_: None  # startTest and stopTest

    def tell(self, result):
        for name, arguments in self.calls:
            getattr(result, name)(*arguments)


def record(test):
    recorder = Recorder()
    test.run(recorder)
    return recorder


class AtOnce(unittest.TestSuite):
    """Runs its tests in threads: nearly all of the time, handlers or the program are waited for."""

    workers = 10  # twenty can keep two processors so busy that a request takes over a second

    def run(self, result, debug=False):
        pool = concurrent.futures.ThreadPoolExecutor(self.workers)
        try:
            # Those with many options are the ones that keep us waiting: they come first.
            recorders = {test: pool.submit(record, test)
                         for test in sorted(self, key=lambda test: -len(test.options))}
            for test in self:
                if result.shouldStop:
                    break
                result.startTest(test)
                try:
                    recorders[test].result().tell(result)
                except TimeoutError:  # of Result
                    result.addError(test, sys.exc_info())
                result.stopTest(test)
            return result
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def all_at_once(loader, tests, _pattern):
    """For load_tests, the protocol of unittest."""
    return AtOnce(test for suite in tests for test in suite)


def run_check_tests():
    if not shutil.which("node"):
        skip_all("expected node")
    with open(os.path.join(HANDLERS, "package.json"), encoding="utf-8") as file:
        needed = json.load(file)["dependencies"]
    missing = [name for name in needed
               if not os.path.isdir(os.path.join(HANDLERS, "node_modules", name))]
    if missing:
        skip_all(f"expected npm ci run in {HANDLERS}: {', '.join(missing)} cannot be found there")
    run_tests()
