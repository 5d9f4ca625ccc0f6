# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures: each case as often as asked, all cases of a benchmark in turns, so that a slow minute hits them alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.limits_model import within_limits
from sandbox.client import Sandbox

CHILD = Path(__file__).resolve().parent / "child.py"

Row = dict[str, Any]
"""What was measured of one case: `contender`, its setting, and a list with one value per run for each measure."""


class Failed(Exception):
    """A contender did not do its work, so its time says nothing."""


@dataclass(frozen=True)
class Command:
    """What is run. environment: beside the one that all have."""

    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cost:
    """What one command cost: seconds, seconds of CPU, and the peak memory (MiB) of its largest process."""

    seconds: float
    cpu: float
    peak_mib: float


@dataclass(frozen=True)
class Case:
    """A contender in a setting. prepare: puts the local API into its state; check: whether the work was done.

    at_most: runs, for who takes so long that more of them would take longer than they are worth.
    """

    contender: str
    setting: Mapping[str, Any]
    command: Command
    prepare: Callable[[Sandbox], None]
    check: Callable[[Sandbox], bool] = field(default=lambda sandbox: True)
    at_most: int | None = None


class Running:
    """A command that runs in a folder of its own, with locks and budgets of its own."""

    def __init__(self, command: Command, folder: Path) -> None:
        self._command = command
        self._folder = Path(tempfile.mkdtemp(dir=folder))
        self._report = self._folder / "cost.json"
        self._output = self._folder / "output.txt"
        environment = {**plain_environment(), "COMMOPS_EVENTS_CACHE_DIR": str(self._folder / "cache")}
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(CHILD), str(self._report), *command.arguments],
                cwd=self._folder,
                env={**environment, **command.environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    def wait(self) -> Cost:
        """What it cost. Raises Failed unless it ended well."""
        self._process.wait()
        cost = json.loads(self._report.read_text(encoding="utf-8"))
        if cost["code"] != 0:
            output = self._output.read_text(encoding="utf-8", errors="replace")
            raise Failed(f"{' '.join(self._command.arguments)} ended with {cost['code']}:\n{output[-4000:]}")
        return Cost(cost["seconds"], cost["cpu"], cost["peak_kib"] / 1024)


def plain_environment() -> dict[str, str]:
    """The environment without settings of the person who runs the benchmarks."""
    prefixes = ("ANSIBLE_", "COMMOPS_EVENTS_", "PHONECOM_", "CALIGRAPH_", "PYTHON")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(prefixes) and not name.lower().endswith("_proxy")
    }


def traffic(log: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """What a run sent, of the local API's log."""
    return {
        "requests": len(log),
        "writes": sum(entry["method"] != "GET" for entry in log),
        "refused": sum(entry["status"] == 429 for entry in log),
        "connections": len({entry["connection"] for entry in log}),
    }


def measured(
    cases: Sequence[Case], runs: int, sandbox: Sandbox, folder: Path, tell: Callable[[str], None]
) -> list[Row]:
    """Run all cases in turns. Raises Failed where a contender does not do its work."""
    rows: list[Row] = [{"contender": case.contender, **case.setting} for case in cases]
    for run in range(runs):
        for case, row in zip(cases, rows, strict=True):
            if case.at_most is not None and run >= case.at_most:
                continue
            sandbox.reset()
            case.prepare(sandbox)
            cost = Running(case.command, folder).wait()
            log = sandbox.log()
            if not case.check(sandbox):
                raise Failed(f"{case.contender} {dict(case.setting)} did not do its work")
            add(row, cost, seconds=cost.seconds, **traffic(log), limited_seconds=within_limits(log, cost.seconds))
            tell(f"run {run + 1}: {case.contender} {_words(case.setting)}: {cost.seconds:.2f} s")
    return rows


def add(row: Row, cost: Cost, **values: float) -> None:
    """Add one run to a row."""
    for name, value in {**values, "cpu": cost.cpu, "peak_mib": cost.peak_mib}.items():
        row.setdefault(name, []).append(round(value, 4))


def middle(row: Row, name: str = "seconds") -> float:
    """The median of one measure over all runs."""
    return float(median(row[name]))


def _words(setting: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in setting.items())
