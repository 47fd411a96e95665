"""Runs slotflow-hooks in tests: listen, serve and fire, and pytest fixtures of them.

    from slotflow_hooks import fire, listen

    with listen(secret="whsec_x", fail_first=1) as receiver:
        result = fire(to=receiver.url, secret="whsec_x", speed=3000)
        assert result.ok
        assert receiver.next()["signature"] == "valid"

Each option of the command line is an argument in snake_case: fail_first=2 is --fail-first=2, True
is an option without a value, a list repeats the option, and ``for_`` is --for. ``args`` is a list of
further arguments. The program is the one at SLOTFLOW_HOOKS_BINARY, or the one in PATH.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import shutil
import subprocess
import threading
import weakref
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

__all__ = ["FireResult", "Server", "SlotflowHooksError", "fire", "listen", "serve"]

Line = Dict[str, Any]

# Other users of the machine can see arguments, but not the environment.
_SECRETS = {"secret": "SLOTFLOW_WEBHOOK_SECRET", "api_key": "SLOTFLOW_API_KEY"}

_running: "weakref.WeakSet[subprocess.Popen[bytes]]" = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    for process in list(_running):
        if process.poll() is None:
            process.terminate()


class SlotflowHooksError(Exception):
    """The program could not do it; the message is its own."""

    def __init__(
        self,
        message: str,
        code: Optional[str] = None,
        exit_code: Optional[int] = None,
        stderr: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.exit_code = exit_code
        self.stderr = stderr


def _binary() -> str:
    path = os.environ.get("SLOTFLOW_HOOKS_BINARY") or shutil.which("slotflow-hooks")
    if path is None:
        raise SlotflowHooksError(
            "slotflow-hooks is not in PATH: install it, or set SLOTFLOW_HOOKS_BINARY to its path"
        )
    return path


def _arguments(name: str, value: Any) -> List[str]:
    option = "--" + name.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return []
    if value is True:
        return [option]
    if isinstance(value, (list, tuple)):
        return [argument for item in value for argument in _arguments(name, item)]
    if isinstance(value, Mapping):
        if name == "header":
            return [f"{option}={key}: {text}" for key, text in value.items()]
        if name == "set":
            return [f"{option}={key}={json.dumps(item)}" for key, item in value.items()]
        return [f"{option}={json.dumps(value)}"]
    return [f"{option}={value}"]


def _start(
    command: str, options: Mapping[str, Any], args: Sequence[str]
) -> "Tuple[subprocess.Popen[bytes], bytes]":
    """Starts the program. Returns it, and what is to be written to its standard input."""
    env = dict(os.environ)
    # The config file of the user would make tests differ from machine to machine.
    line = [_binary(), command, "--json"]
    given = b""
    for name, value in {"config": "/dev/null", **options}.items():
        if name in _SECRETS:
            if value is not None and not isinstance(value, str):
                raise TypeError(f"{name}: expected a string")
            env.update({_SECRETS[name]: value} if value is not None else {})
        elif name in ("payload", "load") and isinstance(value, (bytes, Mapping)):
            given = value if isinstance(value, bytes) else json.dumps(value).encode()
            line.append(f"--{name}=-")
        else:
            line += _arguments(name, value)
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen([*line, *args], env=env, stdin=pipe, stdout=pipe, stderr=pipe)
    except OSError as error:
        raise SlotflowHooksError(f"cannot start {line[0]}: {error.strerror}") from None
    _running.add(process)
    return process, given


def _error(stderr: str, exit_code: int) -> SlotflowHooksError:
    for line in stderr.splitlines():
        if line.startswith('{"error"'):
            error = json.loads(line)["error"]
            return SlotflowHooksError(error["message"], error["code"], exit_code, stderr)
    message = stderr.strip() or f"slotflow-hooks ended with {exit_code}"
    if exit_code < 0:
        message = f"slotflow-hooks was ended by signal {-exit_code}: {stderr.strip()}"
    return SlotflowHooksError(message, None, exit_code, stderr)


class Server:
    """A ``listen`` or ``serve`` that runs. At the end of a ``with`` block it is stopped."""

    url: str
    port: int
    #: The line that the program printed when the port was open.
    ready: Line
    #: The last line, with the totals, once it has been printed.
    summary: Optional[Line] = None

    def __init__(self, command: str, options: Mapping[str, Any], args: Sequence[str]) -> None:
        self._lines: "queue.Queue[Optional[Line]]" = queue.Queue()
        self._stderr: List[bytes] = []
        self._output_ended = threading.Event()
        self._process, given = _start(
            command, {**options, "port": options.get("port") or 0}, args
        )
        self._threads = [
            threading.Thread(target=self._write, args=(given,), daemon=True),
            threading.Thread(target=self._read_stderr, daemon=True),
            threading.Thread(target=self._read_lines, daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        ready = self._lines.get()
        if ready is None or "url" not in ready:
            exit_code = self.stop()
            raise _error(self.stderr, exit_code)
        self.ready, self.url, self.port = ready, ready["url"], ready["port"]

    def _write(self, given: bytes) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(given)
            self._process.stdin.close()
        except OSError:
            pass  # it ended without reading

    def _read_stderr(self) -> None:
        assert self._process.stderr
        with self._process.stderr as pipe:
            for line in pipe:
                self._stderr.append(line)

    def _read_lines(self) -> None:
        assert self._process.stdout
        with self._process.stdout as pipe:
            for text in pipe:
                if not text.startswith(b"{"):
                    continue
                try:
                    line = json.loads(text)
                except ValueError:
                    continue  # the program was killed in the middle of a line
                if line.get("type") == "summary":
                    self.summary = line
                self._lines.put(line)
        self._output_ended.set()
        self._lines.put(None)

    @property
    def stderr(self) -> str:
        """The notices and warnings so far."""
        return b"".join(self._stderr).decode(errors="replace")

    def events(self, timeout: Optional[float] = 10) -> Iterator[Line]:
        """Yields each further line until the program ends. Each line is read once.

        If no line comes for `timeout` seconds, raises TimeoutError; with None, it waits.
        """
        while True:
            try:
                line = self._lines.get(timeout=timeout)
            except queue.Empty:
                raise TimeoutError(f"slotflow-hooks printed nothing for {timeout} s") from None
            if line is None:
                self._lines.put(None)  # for the next reader
                return
            yield line

    def next(self, type: str = "request", timeout: Optional[float] = 10) -> Line:
        """Returns the next line of this type, and drops those before it."""
        for line in self.events(timeout):
            if line["type"] == type:
                return line
        raise SlotflowHooksError(
            f"slotflow-hooks ended before a line of type {type}",
            exit_code=self._ended(5),
            stderr=self.stderr,
        )

    def stop(self, grace: float = 5) -> int:
        """Sends SIGTERM, and SIGKILL after `grace` seconds. Returns the exit code.

        A program that has printed its summary, or closed its output, is ending by itself: SIGTERM is
        not sent then. As in `subprocess`, the exit code is -N if signal N ended the program.
        """
        if self.summary is None and not self._output_ended.is_set():
            if self._process.poll() is None:
                self._process.terminate()
        if self._ended(grace) is None:
            self._process.kill()
            self._ended(None)
        return self._process.returncode

    def _ended(self, limit: Optional[float]) -> Optional[int]:
        """Returns the exit code, or None if the program still runs after `limit` seconds."""
        try:
            self._process.wait(limit)
        except subprocess.TimeoutExpired:
            return None
        for thread in self._threads:
            thread.join(5)  # longer only if another process has its output, too
        return self._process.returncode

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def listen(*, args: Sequence[str] = (), **options: Any) -> Server:
    """Starts a receiver on a free port. Returns when the port is open."""
    return Server("listen", options, args)


def serve(*, args: Sequence[str] = (), **options: Any) -> Server:
    """Starts Slotflow's API on a free port. It begins empty, or with the object ``load``."""
    ephemeral = "store" not in options and "state" not in options
    return Server("serve", {"ephemeral": ephemeral, **options}, args)


@dataclass
class FireResult:
    #: Whether every delivery was delivered, or ended as ``expect_status`` says.
    ok: bool
    exit_code: int
    attempts: List[Line]
    #: The requests of ``dry_run`` and ``curl``.
    previews: List[Line]
    summary: Optional[Line]
    stderr: str


def fire(
    event: Optional[str] = None,
    *,
    history: bool = False,
    args: Sequence[str] = (),
    **options: Any,
) -> FireResult:
    """Sends an event. Returns when its deliveries have ended, also if they failed.

    `event` is "confirmed" by default, or what ``payload`` says. With `history`, the deliveries are
    kept in the history.
    """
    if event is None and options.get("payload") is None:
        event = "confirmed"
    rest = [*([event] if event is not None else []), *args]
    process, given = _start("fire", {"no_history": not history, **options}, rest)
    try:
        out, err = process.communicate(given)
    finally:
        if process.poll() is None:  # an exception, such as KeyboardInterrupt
            process.terminate()
    stderr = err.decode(errors="replace")
    lines = [json.loads(line) for line in out.splitlines() if line.startswith(b"{")]
    if not lines or process.returncode not in (0, 1):
        raise _error(stderr, process.returncode)

    def of_type(name: str) -> List[Line]:
        return [line for line in lines if line["type"] == name]

    return FireResult(
        ok=process.returncode == 0,
        exit_code=process.returncode,
        attempts=of_type("attempt"),
        previews=of_type("preview"),
        summary=next(iter(of_type("summary")), None),
        stderr=stderr,
    )


try:
    import pytest
except ImportError:
    pass
else:

    def _starter(start: Callable[..., Server]) -> Iterator[Callable[..., Server]]:
        servers: List[Server] = []

        def begin(**options: Any) -> Server:
            servers.append(start(**options))
            return servers[-1]

        try:
            yield begin
        finally:
            for server in reversed(servers):
                server.stop()

    @pytest.fixture
    def slotflow_listen() -> Iterator[Callable[..., Server]]:
        """`listen`; what it starts is stopped at the end of the test."""
        yield from _starter(listen)

    @pytest.fixture
    def slotflow_serve() -> Iterator[Callable[..., Server]]:
        """`serve`; what it starts is stopped at the end of the test."""
        yield from _starter(serve)

    @pytest.fixture
    def slotflow_fire() -> Callable[..., FireResult]:
        """`fire`."""
        return fire
