#!/usr/bin/python3
"""check against good handlers in many frameworks, with recommended settings: they pass all checks.

check_frameworks_test.py BINARY HANDLERS_FOLDER [-k NAME]
Frameworks that are not installed are skipped (`.ci/install-deps ci` installs all). With
SLOTFLOW_TEST_FRAMEWORKS=all, a missing framework is a failure.
"""

import dataclasses
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

from check_support import (GOOD, HANDLERS, PATIENCE, PYTHON, SECRET, AtOnce, GoodTest, results_of,
                           run_check_tests, url_at)

GSON = "/usr/share/java/gson.jar"
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin") or "nginx"
HAS_NGINX = [NGINX, "-v"]
HAS_SINATRA = ["ruby", "-rsinatra/base", "-e", 'require "rackup" if Sinatra::VERSION.to_i >= 4']


def has_python(*modules):
    return [PYTHON, "-c", "import sys; from importlib.util import find_spec; "
            "sys.exit(not all(map(find_spec, sys.argv[1:])))", *modules]


@dataclasses.dataclass
class Setup:
    folder: str  # below HANDLERS; the command runs there
    command: list
    needs: list  # commands that fail if the framework is not installed, tried if its server fails
    environment: dict = dataclasses.field(default_factory=dict)
    behind_nginx: bool = False
    closes: bool = False  # closes the connection after each response


FRAMEWORKS = {
    "aiohttp": Setup("python", [PYTHON, "aiohttp_good.py"], [has_python("aiohttp")]),
    "django": Setup("python", [PYTHON, "django_good.py"], [has_python("django")]),
    "fastapi": Setup("python", [PYTHON, "-m", "uvicorn", "--port", "0", "fastapi_good:app"],
                     [has_python("fastapi", "uvicorn")]),
    # Gunicorn's guide recommends a proxy in front of it: slow clients would block its workers.
    "gunicorn": Setup("python", [PYTHON, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--threads",
                                 "4", "django_good:application"],
                      [has_python("django", "gunicorn"), HAS_NGINX], behind_nginx=True),
    # The C1 compiler alone halves the time that the JVM needs here.
    "java": Setup("java", ["java", "-XX:TieredStopAtLevel=1", "-cp", GSON, "Good.java"],
                  [["java", "--describe-module", "jdk.compiler"], ["test", "-e", GSON]]),
    "mojolicious": Setup("perl", ["perl", "mojolicious.pl", "daemon", "--listen",
                                  "http://127.0.0.1:0", "--mode", "production"],
                         [["perl", "-MMojolicious", "-e", ""]]),
    "nginx": Setup(".", GOOD, [HAS_NGINX], behind_nginx=True),
    "php": Setup("php", ["php", "-S", "127.0.0.1:0", "webhook.php"], [["php", "-v"]], closes=True),
    "php_workers": Setup("php", ["php", "-S", "127.0.0.1:0", "webhook.php"], [["php", "-v"]],
                         {"PHP_CLI_SERVER_WORKERS": "4"}, closes=True),
    "rack": Setup("ruby", ["puma", "--bind", "tcp://127.0.0.1:0", "--environment", "production",
                           "--threads", "5:5", "config.ru"],
                  [["ruby", "-rrack", "-e", ""], ["puma", "--version"]]),
    "sinatra": Setup("ruby", ["ruby", "sinatra.rb", "-o", "127.0.0.1", "-p", "0", "-s", "puma"],
                     [HAS_SINATRA, ["puma", "--version"]]),
    "tornado": Setup("python", [PYTHON, "tornado_good.py"], [has_python("tornado")]),
    "webrick": Setup("ruby", ["ruby", "sinatra.rb", "-o", "127.0.0.1", "-p", "0", "-s", "webrick"],
                     [HAS_SINATRA, ["ruby", "-rwebrick", "-e", ""]]),
}


def can(command):
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode == 0
    except FileNotFoundError:
        return False


class Server:
    """A server that runs until the block ends, with all the processes that it starts."""

    def __init__(self, command, folder, environment, **options):
        self.lines = []
        self.process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            start_new_session=True, **options)
        self.reader = threading.Thread(target=self.read_all, daemon=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        if self.reader.is_alive():
            self.reader.join(PATIENCE)
        self.process.stdout.close()

    def read_all(self):
        self.lines.extend(self.process.stdout)

    def wait_for_port(self):
        """Returns the port that the server prints when it listens."""
        for line in self.process.stdout:
            self.lines.append(line)
            port = re.search(r"""("port": ?|port=|127\.0\.0\.1:)([1-9][0-9]*)""", line)
            if port:
                self.reader.start()
                return int(port[2])
        raise AssertionError("expected the handler to listen, got " + "".join(self.lines))


def handler(setup, folder):
    return Server(setup.command, os.path.join(HANDLERS, setup.folder),
                  {"PORT": "0", "PYTHONUNBUFFERED": "1", "SLOTFLOW_WEBHOOK_SECRET": SECRET,
                   "TMPDIR": folder, **setup.environment})


def proxy(listening, upstream, folder):
    """nginx with an inherited listening socket: its configuration cannot ask for any free port."""
    with open(os.path.join(HANDLERS, "nginx", "nginx.conf"), encoding="ascii") as file:
        config = file.read()
    for name, port in (("LISTEN", listening.getsockname()[1]), ("UPSTREAM", upstream)):
        config = config.replace(name, f"127.0.0.1:{port}")
    path = os.path.join(folder, "nginx.conf")
    with open(path, "w", encoding="ascii") as file:
        file.write(config)
    return Server([NGINX, "-p", folder, "-c", path, "-e", "stderr"], folder,
                  {"NGINX": f"{listening.fileno()};"}, pass_fds=[listening.fileno()])


class Framework(GoodTest):
    @property
    def setup(self):
        return FRAMEWORKS[self.name]

    @property
    def closes(self):
        return self.setup.closes

    def find_results(self, *options):
        try:
            return self.results_where_installed(*options)
        except (AssertionError, FileNotFoundError):
            self.skip_unless_installed()
            raise

    def skip_unless_installed(self):
        for command in self.setup.needs:
            if not can(command):
                reason = f"not installed: {shlex.join(command)} fails"
                if os.environ.get("SLOTFLOW_TEST_FRAMEWORKS") == "all":
                    raise AssertionError(reason)
                raise unittest.SkipTest(reason)

    def results_where_installed(self, *options):
        with tempfile.TemporaryDirectory(prefix="slotflow-check-") as folder:
            with handler(self.setup, folder) as server:
                port = server.wait_for_port()
                if not self.setup.behind_nginx:
                    return results_of(folder, url_at(port), "--strict", *options)
                with socket.create_server(("127.0.0.1", 0), backlog=511) as listening:
                    with proxy(listening, port, folder):
                        port = listening.getsockname()[1]
                        return results_of(folder, url_at(port), "--strict", *options)


def load_tests(loader, _tests, _pattern):
    """The protocol of unittest: a test for each framework."""
    tests = {f"test_{name}": Framework.judge for name in FRAMEWORKS}
    case = type("frameworks", (Framework,), tests)
    return AtOnce(loader.loadTestsFromTestCase(case))


if __name__ == "__main__":
    run_check_tests()
