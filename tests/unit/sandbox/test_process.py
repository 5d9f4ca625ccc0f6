"""The command line: serve, start, stop; the files it keeps; TLS."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme

import sandbox as package
from sandbox import seeds
from sandbox.client import Sandbox, running, unused_port
from sandbox.process import NotStarted, is_ours

FOLDER = Path(package.__file__).parent


def command(*arguments: object, timeout: float = 30) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(FOLDER), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def alive(pid: int) -> bool:
    return is_ours(pid)


def test_start_and_stop(tmp_path: Path) -> None:
    pid_file, ready, log = tmp_path / "pid", tmp_path / "sub" / "ready", tmp_path / "sub" / "log"
    files = ("--pid-file", pid_file, "--ready-file", ready, "--log-file", log)
    started = command("start", "--limits", "off", *files)
    try:
        assert (started.returncode, started.stderr) == (0, "")
        line = json.loads(started.stdout)
        assert json.loads(ready.read_text()) == line
        assert int(pid_file.read_text()) == line["pid"]
        assert Sandbox(line["url"]).ping() == line["pid"]
        again = command("start", "--pid-file", pid_file)
        assert again.returncode == 1
        assert "running already" in again.stderr
        assert Sandbox(line["url"]).ping() == line["pid"]
    finally:
        began = time.monotonic()
        stopped = command("stop", "--pid-file", pid_file)
    assert time.monotonic() - began < 2
    assert (stopped.returncode, stopped.stdout) == (0, "stopped\n")
    assert not alive(line["pid"])
    assert not pid_file.exists()
    assert not ready.exists()
    assert log.read_text() == ""
    again = command("stop", "--pid-file", pid_file)
    assert (again.returncode, again.stdout) == (0, "not running\n")


def test_stop_spares_strangers(tmp_path: Path) -> None:
    """The number in a pid file left behind may be another program's by now."""
    pid_file = tmp_path / "pid"
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        pid_file.write_text(str(stranger.pid))
        stopped = command("stop", "--pid-file", pid_file)
        assert (stopped.returncode, stopped.stdout) == (0, "not running\n")
        assert stranger.poll() is None
        stranger.kill()
    assert not pid_file.exists()
    for number in (0, 1, -1):
        assert not is_ours(number)
    pid_file.write_text("nonsense")
    assert command("stop", "--pid-file", pid_file).returncode == 1


def test_start_fails_with_the_reason(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("old line\n")
    with running() as other:
        port = other.url.rsplit(":", 1)[1]
        failed = command("start", "--port", port, "--pid-file", tmp_path / "pid", "--log-file", log)
    assert failed.returncode == 1
    assert "didn't start" in failed.stderr
    assert "address already in use" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert "old line" not in failed.stderr
    assert not (tmp_path / "pid").exists()
    (tmp_path / "state").write_text("{")
    failed = command("start", "--state", tmp_path / "state")
    assert failed.returncode == 1
    assert "is no JSON" in failed.stderr


def test_bad_arguments() -> None:
    assert command().returncode == 2
    assert command("serve", "--cert", "x").returncode == 2
    assert command("serve", "--limits", "some").returncode == 2
    with pytest.raises(NotStarted):
        running(host="192.0.2.1").__enter__()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_within_a_second(tmp_path: Path, number: int) -> None:
    with running(state=tmp_path / "state") as sandbox:
        server = sandbox.server
        assert server is not None
        options: dict[str, Any] = {"headers": {"Authorization": f"Bearer {seeds.PHONECOM_TOKEN}"}, "timeout": 5}
        session = requests.Session()
        session.get(f"{sandbox.phonecom_url}/accounts/1000002/integrations/events/profiles", **options)
        sandbox.fault("slow", seconds=30)  # a request under way doesn't hold it up
        with pytest.raises(requests.exceptions.ReadTimeout):
            session.get(f"{sandbox.phonecom_url}/accounts/1000002", **{**options, "timeout": 0.1})
        began = time.monotonic()
        os.kill(server.pid, number)
        assert server.process.wait(5) == 0
        assert time.monotonic() - began < 2  # about 0.3 s on an idle machine


def test_max_seconds() -> None:
    with running(max_seconds=0.1) as sandbox:
        assert sandbox.server is not None
        assert sandbox.server.process.wait(5) == 0


def test_state_file(tmp_path: Path) -> None:
    state = tmp_path / "folder" / "state.json"
    with running(state=state) as sandbox:
        sandbox.add_profiles(1, name="Kept")
        sandbox.set_actions([{"title": "Kept"}])
        end = time.monotonic() + 5
        while not (state.exists() and "Kept" in state.read_text()) and time.monotonic() < end:
            time.sleep(0.02)
        assert json.loads(state.read_text()) == sandbox.state()
        sandbox.add_profiles(1, name="Last moment")
        expected = sandbox.state()
    assert json.loads(state.read_text()) == expected
    assert os.listdir(state.parent) == ["state.json"]
    with running(state=state) as sandbox:
        assert sandbox.state() == expected
        sandbox.reset()
        assert sandbox.state() == seeds.first_state()
    assert json.loads(state.read_text()) == seeds.first_state()


def test_two_servers_are_two_worlds() -> None:
    with running() as one, running() as other:
        one.add_profiles(1)
        assert len(one.profiles()) == 3
        assert len(other.profiles()) == 2
        assert one.limits()["mode"] == "off"


def test_documented_limits_are_the_default_of_the_command_line(tmp_path: Path) -> None:
    started = command("start", "--pid-file", tmp_path / "pid")
    try:
        assert Sandbox(json.loads(started.stdout)["url"]).limits()["mode"] == "documented"
    finally:
        command("stop", "--pid-file", tmp_path / "pid")


def test_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    options = {"cert": tmp_path / "server.pem", "key": tmp_path / "server.pem", "ca": tmp_path / "ca.pem"}
    with running(**options) as sandbox:
        assert sandbox.url.startswith("https://127.0.0.1:")
        assert sandbox.ping()
        url = f"{sandbox.phonecom_url}/accounts/1000002/integrations/events/profiles"
        headers = {"Authorization": f"Bearer {seeds.PHONECOM_TOKEN}"}
        answer = requests.get(url, headers=headers, verify=str(tmp_path / "ca.pem"), timeout=5)
        assert answer.json()["items"][0]["id"] == 389
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(url, headers=headers, timeout=5)
        for how in ("reset", "close"):
            sandbox.fault("drop", how=how)
            with pytest.raises(requests.exceptions.ConnectionError):
                requests.get(url, headers=headers, verify=str(tmp_path / "ca.pem"), timeout=5)


def test_nothing_is_said_on_stderr(tmp_path: Path) -> None:
    """Faults are no errors of the server: its log stays empty."""
    log = tmp_path / "log"
    with running(log_file=log) as sandbox:
        url = f"{sandbox.phonecom_url}/accounts/1000002/integrations/events/profiles"
        for kind in ("drop", "truncate", "huge", "slow", "drip"):
            params: dict[str, Any] = {"slow": {"seconds": 0.1}, "drip": {"delay": 0.05}}.get(kind, {})
            sandbox.fault(kind, **params)
            try:
                requests.get(url, timeout=0.05, stream=True).close()
            except requests.exceptions.RequestException:
                continue
        time.sleep(0.2)
    assert log.read_text() == ""


def test_unused_port() -> None:
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(f"http://127.0.0.1:{unused_port()}", timeout=5)
