# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs real playbooks: `ansible-playbook` as a user calls it, with every task's result read back as data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
CALLBACKS = Path(__file__).resolve().parent / "callback_plugins"


@dataclass
class Played:
    """One run: exit code, output, and the results of all tasks, `{task, host, result}` in order."""

    code: int
    stdout: str
    stderr: str
    tasks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    def result(self, task: str, host: str | None = None) -> dict[str, Any]:
        """The result of the only task of this name (on this host)."""
        found = [item["result"] for item in self.tasks if item["task"] == task and host in (None, item["host"])]
        assert len(found) == 1, (task, [item["task"] for item in self.tasks], self.output)
        result: dict[str, Any] = found[0]
        return result


def play(
    playbook: str | Path | Sequence[Mapping[str, Any]],
    folder: Path,
    *arguments: str,
    variables: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    fast_path: str = "auto",
    inventory: str | Path | None = None,
    timeout: float = 300,
) -> Played:
    """Run a playbook: a path, a name such as `commops.events.audit`, or its plays as data.

    folder: where files of the run go (a test's tmp_path), the folder for locks and budgets among them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not isinstance(playbook, (str, Path)):
        path = folder / "playbook.yml"
        path.write_text(yaml.safe_dump(list(playbook), sort_keys=False), encoding="utf-8")
        playbook = path
    results = folder / "results.jsonl"
    results.unlink(missing_ok=True)
    command = ["ansible-playbook", str(playbook), *arguments]
    if inventory is not None:
        command += ["-i", str(inventory)]
    if variables is not None:
        given = folder / "variables.json"
        given.write_text(json.dumps(dict(variables)), encoding="utf-8")
        command += ["-e", f"@{given}"]
    base = {
        "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / ".collections"),
        "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
        "ANSIBLE_CALLBACKS_ENABLED": "record_results",
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_NOCOLOR": "1",
        "COMMOPS_EVENTS_CACHE_DIR": str(folder / "cache"),
        "COMMOPS_EVENTS_FAST_PATH": fast_path,
        "RECORD_RESULTS": str(results),
    }
    ran = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **base, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    tasks = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    return Played(ran.returncode, ran.stdout, ran.stderr, tasks)
