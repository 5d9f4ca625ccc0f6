# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slope: what one more task costs in a playbook that runs anyway."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks.bench import SHIPPED, WORKER, Bench, drifted
from benchmarks.measure import Case, Row, middle
from sandbox.client import Sandbox

DEBUG, PING, URI, OURS, OURS_SHIPPED = "debug", "ping", "uri", "profile", "profile_shipped"
ALL = (DEBUG, PING, URI, OURS, OURS_SHIPPED)

FULL: tuple[int, Sequence[str]] = (11, ALL)
QUICK: tuple[int, Sequence[str]] = (6, (DEBUG, OURS, URI))
"""Number of tasks, and who takes part."""

ITEMS = 10


def slope(bench: Bench, setting: tuple[int, Sequence[str]]) -> list[Row]:
    """One task and many, in turns."""
    many, contenders = setting
    return bench.measured([_case(bench, who, tasks) for who in contenders for tasks in (1, many)])


def per_task(rows: Sequence[Row], contender: str) -> float:
    """Seconds for each task after the first."""
    few, many = sorted((row for row in rows if row["contender"] == contender), key=lambda row: int(row["tasks"]))
    return (middle(many) - middle(few)) / (int(many["tasks"]) - int(few["tasks"]))


def _case(bench: Bench, contender: str, tasks: int) -> Case:
    def prepare(sandbox: Sandbox) -> None:
        sandbox.set_profiles(drifted(ITEMS, 0))

    def check(sandbox: Sandbox) -> bool:
        requests = 0 if contender in (DEBUG, PING) else tasks
        return [entry["method"] for entry in sandbox.log()] == ["GET"] * requests

    where = SHIPPED if contender == OURS_SHIPPED else WORKER
    command = bench.playbook(_playbook(bench, contender, tasks), bench.connection(), fast_path=where)
    return Case(contender, {"tasks": tasks}, command, prepare, check)


def _playbook(bench: Bench, contender: str, tasks: int) -> Path:
    play: dict[str, Any] = {
        "name": "Many tasks",
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [{"name": f"Task {number}", **_task(contender, number)} for number in range(1, tasks + 1)],
    }
    return bench.write("playbook.yml", yaml.safe_dump([play], sort_keys=False))


def _task(contender: str, number: int) -> dict[str, Any]:
    name = (number - 1) % ITEMS + 1
    if contender == DEBUG:
        return {"ansible.builtin.debug": {"msg": f"Task {number}"}}
    if contender == PING:
        return {"ansible.builtin.ping": {}}
    if contender == URI:
        url = "{{ bench_url }}/accounts/{{ bench_account }}/integrations/events/profiles?limit=500"
        return {"ansible.builtin.uri": {"url": url, "headers": {"Authorization": "Bearer {{ bench_token }}"}}}
    options = {"api_url": "{{ bench_url }}", "account_id": "{{ bench_account }}", "api_token": "{{ bench_token }}"}
    return {"commops.events.phonecom_event_profile": {**options, "name": f"Profile {name}"}}
