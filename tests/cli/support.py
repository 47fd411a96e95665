"""What the scripts of this folder share: their arguments, and how their tests are run."""

import os
import signal
import subprocess
import sys
import tempfile
import unittest

LIMIT = 60  # seconds; only a hang reaches it
SKIPPED = 77  # the exit code that ctest takes for "skipped"


def take_arguments(count):
    """Takes so many arguments of the script off sys.argv; what is left is unittest's: -k NAME."""
    taken = sys.argv[1:count + 1]
    if len(taken) < count or any(argument.startswith("-") for argument in taken):
        sys.exit(sys.modules["__main__"].__doc__)
    del sys.argv[1:count + 1]
    return taken


def is_sanitized(binary):
    """Whether each start of the program takes about ten times as long."""
    with open(binary, "rb") as file:
        content = file.read()
    return b"__asan_init" in content or b"__tsan_init" in content


def skip_all(reason):
    """Ends the script, as what it needs is not there; in CI that is a failure."""
    in_ci = bool(os.environ.get("CI"))
    print(f"{'failed' if in_ci else 'skipped'}: {reason}")
    sys.exit(1 if in_ci else SKIPPED)


class Result(unittest.TextTestResult):
    """Fails the test that runs when SLOTFLOW_TEST_LIMIT (seconds, for all tests) is over.

    ctest kills a script that runs longer than its own limit, a little later, and nobody would see
    where it hung. Without the variable, as under a debugger, there is no limit.
    """

    def startTestRun(self):
        super().startTestRun()
        signal.signal(signal.SIGALRM, self.give_up)
        signal.alarm(int(os.environ.get("SLOTFLOW_TEST_LIMIT", "0")))

    def stopTestRun(self):
        signal.alarm(0)
        super().stopTestRun()

    def give_up(self, *_):
        self.stop()
        raise TimeoutError("SLOTFLOW_TEST_LIMIT is over: hung here, or too slow before")


def start_process(test, command, **options):
    """Starts the command in the environment of the test, with which it ends."""
    process = subprocess.Popen(command, env=test.environment, **options)

    def end():
        if process.poll() is None:
            process.kill()
        process.wait(LIMIT)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
    test.addCleanup(end)
    return process


class CommandTest(unittest.TestCase):
    """Runs the program, `binary`, with a folder of its own for its home and its store."""

    binary = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="slotflow-cli-")
        self.addCleanup(self.folder.cleanup)
        self.store = self.path("store.json")
        self.environment = {"PATH": os.environ["PATH"], "HOME": self.folder.name,
                            "SLOTFLOW_HOOKS_STORE": self.store}

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def run_it(self, *args, stdin=b"", **environment):
        """Exit code, standard output and standard error."""
        result = subprocess.run([self.binary, *args], input=stdin, capture_output=True,
                                timeout=LIMIT, env={**self.environment, **environment},
                                check=False)
        return result.returncode, result.stdout.decode(), result.stderr.decode()

    def start(self, *args, **options):
        return start_process(self, [self.binary, *args], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, **options)


class Runner(unittest.TextTestRunner):
    resultclass = Result


def run_tests():
    """Runs the script's tests, each named as it begins, and ends it; to find none is a failure."""
    result = unittest.main(testRunner=Runner, verbosity=2, exit=False).result
    if not result.testsRun:
        sys.exit("expected a test of that name, found none")
    sys.exit(0 if result.wasSuccessful() else 1)
