"""Starting and stopping the server as a process of its own. Standard library only: any Python can do it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

FOLDER = Path(__file__).resolve().parent
START_WAIT = 20.0
"""Seconds that a start may take (it takes about one)."""
STOP_WAIT = 5.0
"""Seconds between asking a server to stop and killing it."""
TAIL = 2_000
"""Bytes of the log that a failed start shows."""


class NotStarted(Exception):
    """The server didn't get ready: the message holds the end of its log."""


@dataclass
class Running:
    """A started server."""

    url: str
    pid: int
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """Ask it to stop, wait, kill it if it doesn't."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_WAIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(STOP_WAIT)


def launch(
    arguments: Sequence[str],
    *,
    python: str = sys.executable,
    log_file: Path | None = None,
    detached: bool = False,
    wait: float = START_WAIT,
) -> Running:
    """Start `serve` with `arguments` and wait until it listens.

    Its error output goes to `log_file` (else to an unnamed file). `detached` puts it into a session of its own, so that
    it outlives the caller's terminal.
    """
    if log_file is not None:
        log_file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile() if log_file is None else log_file.open("a+b") as log:
        log.seek(0, os.SEEK_END)
        start = log.tell()
        process = subprocess.Popen(
            [python, str(FOLDER), "serve", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=detached,
            # The server is no part of what a test run measures; measuring it would only slow it down.
            env={name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "COV_CORE_"))},
        )
        assert process.stdout is not None
        with process.stdout as output:
            line = output.readline() if _readable(output, wait) else ""
        try:
            ready = json.loads(line)
            return Running(ready["url"], ready["pid"], process)
        except (ValueError, KeyError):
            process.kill()
            process.wait()
            log.seek(max(start, log.seek(0, os.SEEK_END) - TAIL))
            tail = log.read().decode("utf-8", "replace").strip()
            raise NotStarted(f"the local API didn't start: {tail or f'no answer in {wait:g} s'}") from None


def _readable(output: IO[str], wait: float) -> bool:
    return bool(select.select([output], [], [], wait)[0])


def _command(pid: int) -> list[str] | None:
    """The command line of a process; empty if there is none, None if this system doesn't tell."""
    proc = Path("/proc")
    if (proc / "self" / "cmdline").exists():
        try:
            # A zombie's command line is empty: it counts as gone, for it will never answer.
            return [p.decode("utf-8", "replace") for p in (proc / str(pid) / "cmdline").read_bytes().split(b"\0") if p]
        except OSError:
            return []
    try:
        shown = subprocess.run(
            ["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return shown.stdout.split()


def is_ours(pid: int) -> bool:
    """Whether `pid` is a running server of this kind, as far as the system tells."""
    if pid <= 1:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # Somebody else's process: its number was used again.
        return False
    command = _command(pid)
    if command is None:
        return True
    return "serve" in command and any(Path(part).name == "sandbox" or "sandbox/__main__" in part for part in command)


def stop(pid_file: Path, wait: float = STOP_WAIT) -> str:
    """Stop the server that `pid_file` names and wait until it is gone. Returns what was done, in words."""
    try:
        pid = int(pid_file.read_text(encoding="ascii"))
    except FileNotFoundError:
        return "not running"
    except (OSError, ValueError) as error:
        raise NotStarted(f"{pid_file} names no process: {error}") from error
    if not is_ours(pid):
        pid_file.unlink(missing_ok=True)
        return "not running"
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            break
        end = time.monotonic() + wait
        while is_ours(pid) and time.monotonic() < end:
            time.sleep(0.02)
        if not is_ours(pid):
            break
    pid_file.unlink(missing_ok=True)
    return "stopped"
