# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many hosts at once against the documented limits, with shorter windows: on one machine, and as on two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.client import Sandbox
from support.playbooks import Played, play

HOSTS = 20
#: Requests to one endpoint that a window takes, and how much shorter windows are than the real ones.
REQUESTS, SCALE = 30, 0.1


@pytest.fixture
def limited(sandbox: Sandbox) -> Sandbox:
    """The local API with Phone.com's limits, in windows of a tenth."""
    sandbox.limits("documented", window_scale=SCALE)
    return sandbox


def keep(sandbox: Sandbox, folder: Path, name: str, hosts: int, **given: Any) -> Played:
    """Let so many hosts keep a profile each, all at once."""
    folder.mkdir()
    inventory = folder / "hosts.yml"
    known = {f"host-{number}": {"ansible_connection": "local", "number": number} for number in range(hosts)}
    inventory.write_text(yaml.safe_dump({"all": {"hosts": known}}))
    tasks = [{"name": "keep", "commops.events.phonecom_event_profile": {"name": name, **given}}]
    plays: list[dict[str, Any]] = [
        {
            "hosts": "all",
            "gather_facts": False,
            "module_defaults": {"group/commops.events.phonecom": sandbox.phonecom_options()},
            "tasks": tasks,
        }
    ]
    scale = {"COMMOPS_EVENTS_WINDOW_SCALE": str(SCALE)}
    return play(plays, folder / "run", "--forks", str(hosts), inventory=inventory, environment=scale)


def refused(sandbox: Sandbox) -> int:
    return len([entry for entry in sandbox.log() if entry["status"] == 429])


def test_the_same_profile_on_many_hosts_is_made_once(limited: Sandbox, tmp_path: Path) -> None:
    # So that all have read before the first one writes.
    limited.fault("slow", method="GET", times=HOSTS, seconds=1.0, when="after")
    played = keep(limited, tmp_path / "machine", "Once", HOSTS)
    assert played.code == 0, played.output
    operations = [item["result"]["operation"] for item in played.tasks]
    assert sorted(operations) == ["created", *["unchanged"] * (HOSTS - 1)]
    assert [row["name"] for row in limited.profiles()].count("Once") == 1


def test_one_machine_keeps_to_the_limits(limited: Sandbox, tmp_path: Path) -> None:
    hosts = REQUESTS + 8
    limited.add_profiles(hosts, name="Profile {n}")
    played = keep(limited, tmp_path / "machine", "Profile {{ number + 1 }}", hosts, support_email="new@example.org")
    assert played.code == 0, played.output
    assert [item["result"]["operation"] for item in played.tasks] == ["updated"] * hosts
    assert len([entry for entry in limited.log() if entry["method"] == "GET"]) >= hosts
    # A machine that is busy may let a request arrive later than it left.
    assert refused(limited) <= 2


def test_machines_that_know_nothing_of_each_other_are_refused_at_times_and_succeed(
    limited: Sandbox, tmp_path: Path
) -> None:
    half = HOSTS // 2
    with ThreadPoolExecutor() as pool:
        runs = [
            pool.submit(keep, limited, tmp_path / str(number), f"Machine {number}, host {{{{ number }}}}", half)
            for number in range(2)
        ]
    for run in runs:
        played = run.result()
        assert played.code == 0, played.output
        assert [item["result"]["operation"] for item in played.tasks] == ["created"] * half
    made = [row["name"] for row in limited.profiles() if row["name"].startswith("Machine ")]
    assert len(made) == len(set(made)) == HOSTS
    assert refused(limited) > 0
