# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of each module run as they stand: in check mode, live, and again without a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox import seeds
from sandbox.client import Sandbox
from support.documents import COLLECTION, MODULES, documentation, resource
from support.playbooks import play

#: What the examples take from a vault.
SECRETS = {
    "vault_phonecom_api_token": seeds.PHONECOM_TOKEN,
    "vault_caligraph_api_key": seeds.CALIGRAPH_KEY,
    "vault_crm_token": "crm-receiver-5b1c",
    "vault_calendar_token": "calendar-receiver-3d20",
    "vault_door_hook": "door-hook-77aa",
}


def named(tasks: list[dict[str, Any]], run: str) -> list[dict[str, Any]]:
    """The same tasks with names that tell in which run they are."""
    return [
        {
            **task,
            "name": f"{run}: {task['name']}",
            **{key: named(task[key], run) for key in ("block", "rescue", "always") if key in task},
        }
        for task in tasks
    ]


def flat(tasks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All tasks that are no blocks."""
    for task in tasks:
        if "block" in task:
            yield from flat(task["block"])
        else:
            yield task


class Examples:
    """The examples of one module, and how they went: results of our modules' tasks by name."""

    def __init__(self, module: str, sandbox: Sandbox, folder: Path) -> None:
        self._tasks: list[dict[str, Any]] = yaml.safe_load(documentation()[module]["examples"])
        self._url = sandbox.phonecom_url if resource(module).service == "phonecom" else sandbox.caligraph_url
        self._folder = folder
        self._variables = {
            **SECRETS,
            "phonecom_account_id": str(seeds.PHONECOM_ACCOUNT),
            "caligraph_account_id": seeds.CALIGRAPH_ACCOUNT,
            "intake_page_id": seeds.PAGE_WEBHOOK,
            "backup_folder": str(folder / "backups"),
        }

    def run(self, *runs: str, check: bool = False) -> list[dict[str, Mapping[str, Any]]]:
        """Play the examples once for each name in `runs`; the results of each by the names of tasks."""
        plays = [
            {
                "name": name,
                "hosts": "localhost",
                "gather_facts": False,
                # A group of its own, so that the examples' own defaults stay whole.
                "module_defaults": {"group/commops.events.all": {"api_url": self._url}},
                "tasks": named(self._tasks, name),
            }
            for name in runs
        ]
        arguments = ("-v", "--diff", *(("--check",) if check else ()))
        played = play(plays, self._folder, *arguments, variables=self._variables)
        assert played.code == 0, played.output
        for secret in SECRETS.values():
            assert secret not in played.output
        ours = [task["name"] for task in flat(self._tasks) if any(key.startswith(COLLECTION) for key in task)]
        return [{task: played.result(f"{name}: {task}") for task in ours} for name in runs]


@pytest.mark.parametrize("module", MODULES)
def test_examples_run(module: str, sandbox: Sandbox, tmp_path: Path) -> None:
    examples = Examples(module, sandbox, tmp_path)

    (predicted,) = examples.run("check", check=True)
    assert sandbox.unsafe_requests() == []

    live, again = examples.run("live", "again")
    changing = [task for task, result in live.items() if result["changed"]]
    assert bool(changing) != module.endswith("_info")
    for task, result in live.items():
        for key in ("changed", "operation", "diff", "drift"):
            assert predicted[task].get(key) == result.get(key), (task, key)
    # What an example only checks stays as it is; all others have nothing left to do.
    only_checked = {task for task in changing if "without changing it" in task or "would change" in task}
    assert {task for task, result in again.items() if result["changed"]} == only_checked
