"""listen, serve and fire, as a test of a user calls them."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import slotflow_hooks
from slotflow_hooks import SlotflowHooksError, fire, listen, serve

SECRET = "whsec_for_tests_only_0123"
FOLDER = Path(slotflow_hooks.__file__).parent


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A user who has no store yet."""
    for name in ("SLOTFLOW_HOOKS_STORE", "SLOTFLOW_WEBHOOK_SECRET", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def state_of(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except FileNotFoundError:
        return "X"


def wait_for_end(pid):
    deadline = time.monotonic() + 10
    while state_of(pid) not in "ZX":
        assert time.monotonic() < deadline, f"process {pid} still runs"
        time.sleep(0.02)


def test_gives_the_lines_in_order_and_ends_with_the_program():
    with listen(secret=SECRET, fail_first=1) as receiver:
        assert receiver.url == f"http://127.0.0.1:{receiver.port}/"
        result = fire(to=receiver.url, secret=SECRET, speed=3000)
        assert result.ok
        assert [each["outcome"] for each in result.attempts] == ["retrying", "delivered"]
        assert result.summary["attempts"] == 2
        first = receiver.next()
        assert (first["n"], first["signature"], first["answer"]["status"]) == (1, "valid", 500)
        assert receiver.next()["answer"]["status"] == 200
        with pytest.raises(TimeoutError):
            receiver.next(timeout=0.05)
    assert (receiver.summary["accepted"], receiver.summary["failed"]) == (1, 1)
    assert [line["type"] for line in receiver.events()] == ["summary"]
    with pytest.raises(SlotflowHooksError, match="ended before a line of type request"):
        receiver.next()
    assert receiver.stop() == 0


def test_makes_options_of_all_kinds_of_values():
    with listen(header={"X-A": "b: c"}, fault=[], status=202, for_="60s") as receiver:
        result = fire(
            "cancelled", to=[receiver.url, receiver.url + "second"], secret=SECRET, skew="-10m",
            set={"attendee_name": "Zoe", "metadata.n": 7}, metadata={"team": {"id": 1}},
            header=["X-Test: 1"], args=["--timeout", "5s"],
        )
        assert len(result.attempts) == 2
        assert ["X-A", "b: c"] in result.attempts[0]["response_headers"]
        request = receiver.next()
        assert '"attendee_name":"Zoe"' in request["body"]
        assert "X-Test" in [name for name, _ in request["headers"]]


def test_sends_payloads_as_they_are():
    with listen() as receiver:
        fire(to=receiver.url, payload={"event": "booking.cancelled", "data": {"id": "a"}})
        assert receiver.next()["body"] == '{"event": "booking.cancelled", "data": {"id": "a"}}'
        fire("confirmed", to=receiver.url, payload=b"\xff\x00")
        assert receiver.next()["body_base64"] == "/wA="


def test_keeps_secrets_out_of_the_arguments():
    with listen(secret=SECRET) as receiver:
        arguments = Path(f"/proc/{receiver._process.pid}/cmdline").read_text()
        assert "listen" in arguments
        assert SECRET not in arguments
    with pytest.raises(TypeError):
        listen(secret=["a", "b"])


def ends_slowly(folder, *lines, then="exec >&- 2>&-"):
    """A program that prints lines, closes its output or does as told, and ends a little later."""
    program = folder / "program"
    prints = "".join(f"echo '{line}'\n" for line in lines)
    program.write_text(f"#!/bin/sh\n{prints}{then}\nsleep 0.3\nexit 7\n")
    program.chmod(0o755)
    return program


def test_does_not_disturb_a_program_that_is_ending(monkeypatch, tmp_path):
    ready = '{"type": "listening", "url": "http://127.0.0.1:9", "port": 9}'
    monkeypatch.setenv("SLOTFLOW_HOOKS_BINARY", str(ends_slowly(tmp_path, ready)))
    server = listen()
    with pytest.raises(SlotflowHooksError, match="ended before a line of type request") as caught:
        server.next()
    assert caught.value.exit_code == 7
    server = listen()
    assert list(server.events()) == []
    assert server.stop() == 7
    monkeypatch.setenv(
        "SLOTFLOW_HOOKS_BINARY", str(ends_slowly(tmp_path, ready, '{"type": "summary"}', then=":"))
    )
    server = listen()
    server.next("summary")
    assert server.stop() == 7


def test_raises_the_error_of_the_program(monkeypatch, tmp_path):
    with pytest.raises(SlotflowHooksError) as caught:
        listen(fail_rate=2)
    assert str(caught.value) == "--fail-rate: expected a probability from 0 to 1, got '2'"
    assert (caught.value.code, caught.value.exit_code) == ("USAGE", 2)
    with pytest.raises(SlotflowHooksError, match="EVENT: expected"):
        fire("booked")
    with pytest.raises(SlotflowHooksError) as caught:
        fire()
    assert caught.value.code == "NOT_FOUND"
    with listen() as receiver, pytest.raises(SlotflowHooksError, match="in use"):
        listen(port=receiver.port)
    monkeypatch.setenv("SLOTFLOW_HOOKS_BINARY", "/bin/echo")
    with pytest.raises(SlotflowHooksError, match="^slotflow-hooks ended with 0$"):
        listen()
    monkeypatch.setenv("SLOTFLOW_HOOKS_BINARY", str(ends_slowly(tmp_path)))
    with pytest.raises(SlotflowHooksError, match="^slotflow-hooks ended with 7$"):
        listen()
    monkeypatch.setenv("SLOTFLOW_HOOKS_BINARY", "/missing/program")
    with pytest.raises(SlotflowHooksError, match="^cannot start /missing/program: No such file"):
        listen()
    monkeypatch.delenv("SLOTFLOW_HOOKS_BINARY")
    monkeypatch.setenv("PATH", "/missing")
    with pytest.raises(SlotflowHooksError, match="not in PATH: install it, or set SLOTFLOW"):
        fire()


def test_a_failed_delivery_is_a_result():
    result = fire(to="http://127.0.0.1:9", no_retry=True)
    assert (result.ok, result.exit_code, result.summary["failed"]) == (False, 1, 1)
    assert result.attempts[0]["error"] == "connection_refused"
    assert fire(to="9", dry_run=True).previews[0]["method"] == "POST"


def test_keeps_a_history_only_on_request(home):
    fire(to="9", no_retry=True, store=home / "s.json")
    assert not (home / "s.db").exists()
    fire(to="9", no_retry=True, store=home / "s.json", history=True)
    assert (home / "s.db").exists()


def test_starts_an_api_with_a_state_and_a_key():
    def state(key):
        request = urllib.request.Request(api.url + "/_emulator/state")
        request.add_header("Authorization", f"Bearer {key}")
        return urllib.request.urlopen(request).read()

    with serve(load={"plan": "growth"}, api_key="sk_live_x") as api:
        assert b'"growth"' in state("sk_live_x")
        with pytest.raises(urllib.error.HTTPError):
            state("sk_live_y")
    with pytest.raises(urllib.error.URLError):
        state("sk_live_x")


def test_kills_a_program_that_does_not_stop(home, monkeypatch):
    program = home / "stubborn"
    line = '{"type":"listening","url":"http://127.0.0.1:1/","port":1}'
    program.write_text(f"#!/bin/sh\ntrap '' TERM\necho '{line}'\nwhile :; do sleep 0.1; done\n")
    program.chmod(0o755)
    monkeypatch.setenv("SLOTFLOW_HOOKS_BINARY", str(program))
    assert listen().stop(grace=0.1) == -9


@pytest.mark.parametrize("last", ["", "raise Exception('crashed')", "os.kill(os.getpid(), 9)"])
def test_no_program_outlives_the_test_process(last):
    code = f"""
import os
from slotflow_hooks import listen, serve
print(listen()._process.pid, serve()._process.pid, flush=True)
{last}
"""
    env = {**os.environ, "PYTHONPATH": str(FOLDER)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, timeout=30)
    pids = done.stdout.split()
    assert len(pids) == 2
    for pid in pids:
        wait_for_end(int(pid))


def test_the_fixtures_stop_what_they_start(slotflow_listen, slotflow_serve, slotflow_fire, home):
    assert slotflow_fire(to=slotflow_listen().url).ok
    test = home / "test_left_open.py"
    test.write_text(
        "def test(slotflow_listen, slotflow_serve):\n"
        "    print('PIDS', slotflow_listen()._process.pid, slotflow_serve()._process.pid, 'END')\n"
    )
    env = {**os.environ, "PYTHONPATH": str(FOLDER)}
    command = [sys.executable, "-m", "pytest", "-sq", "-p", "slotflow_hooks", str(test)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    for pid in done.stdout.partition("PIDS ")[2].partition(" END")[0].split():
        assert state_of(pid) == "X"


def test_is_importable_without_pytest():
    code = "import sys; sys.modules['pytest'] = None; import slotflow_hooks as s; s.fire(to='9', dry_run=True)"
    env = {**os.environ, "PYTHONPATH": str(FOLDER)}
    subprocess.run([sys.executable, "-c", code], env=env, check=True, timeout=30)
