# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tasks run in Ansible's worker and which are shipped, and that both kinds don't get into each other's way."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.client import Sandbox
from support.playbooks import Played, play
from support.scenarios import tasks_shipped

INFO = "commops.events.phonecom_event_profile_info"
PROFILE = "commops.events.phonecom_event_profile"

#: Keywords of a task, and whether it is shipped.
CASES: dict[str, tuple[dict[str, Any], bool]] = {
    "nothing special": ({}, False),
    "the interpreter of the playbook": (
        {"vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}},
        False,
    ),
    "any interpreter": ({"vars": {"ansible_python_interpreter": "auto_silent"}}, False),
    "an empty interpreter": ({"vars": {"ansible_python_interpreter": ""}}, False),
    "another interpreter": ({"vars": {"ansible_python_interpreter": "{{ other_python }}"}}, True),
    "the local connection by its full name": ({"connection": "ansible.builtin.local"}, False),
    "delegation": ({"delegate_to": "plain"}, False),
    "delegation to another interpreter": ({"delegate_to": "other"}, True),
    "an environment": ({"environment": [{}, {"EXAMPLE": "1"}]}, True),
    "empty environments": ({"environment": [{}, {}]}, False),
    "become": ({"become": True, "become_user": "{{ me }}"}, True),
    "become by a variable": ({"vars": {"ansible_become": True, "ansible_become_user": "{{ me }}"}}, True),
    "in the background": ({"async": 60, "poll": 1}, True),
    "off": ({"vars": {"commops_events_fast_path": "off"}}, True),
    "off by a template": ({"vars": {"commops_events_fast_path": "{{ 'OFF' }}"}}, True),
    "off as YAML reads it": ({"vars": {"commops_events_fast_path": False}}, True),
    "on as YAML reads it": ({"vars": {"commops_events_fast_path": True}}, False),
    "auto": ({"vars": {"commops_events_fast_path": "auto"}}, False),
}


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """Two hosts that are reached from here, one of them with another Python."""
    python = Path(sys.executable)
    other = next(str(path) for path in sorted(python.parent.glob("python*")) if path != python)
    hosts = {
        "plain": {"ansible_connection": "local"},
        "other": {"ansible_connection": "local", "ansible_python_interpreter": other},
    }
    file = tmp_path / "hosts.yml"
    file.write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": {"other_python": other}}}))
    return file


def run(tasks: list[dict[str, Any]], sandbox: Sandbox, folder: Path, inventory: Path, **keywords: Any) -> Played:
    """One play that has to succeed."""
    defaults = {"group/commops.events.phonecom": {**sandbox.phonecom_options(), "request_budget": "off"}}
    plays = [{"hosts": "plain", "gather_facts": False, "module_defaults": defaults, **keywords, "tasks": tasks}]
    variables = {"me": "{{ lookup('ansible.builtin.pipe', 'id -un') }}"}
    played = play(plays, folder, "-vvv", inventory=inventory, variables=variables)
    assert played.code == 0, played.output
    return played


def test_what_is_shipped(sandbox: Sandbox, tmp_path: Path, inventory: Path) -> None:
    tasks = [{"name": name, INFO: {}, **keywords} for name, (keywords, _shipped) in CASES.items()]
    played = run(tasks, sandbox, tmp_path, inventory)
    assert tasks_shipped(played) == {name for name, (_keywords, shipped) in CASES.items() if shipped}
    # each came to the same result
    assert {len(played.result(name)["profiles"]) for name in CASES} == {2}


def test_a_short_name_of_the_collections_keyword(sandbox: Sandbox, tmp_path: Path, inventory: Path) -> None:
    tasks = [{"name": "short", "phonecom_event_profile_info": {}}]
    played = run(tasks, sandbox, tmp_path, inventory, collections=["commops.events"])
    assert tasks_shipped(played) == set()
    assert len(played.result("short")["profiles"]) == 2


@pytest.mark.parametrize("strategy", ["linear", "free"])
def test_the_same_task_on_several_hosts_makes_one_profile(
    strategy: str, sandbox: Sandbox, tmp_path: Path, inventory: Path
) -> None:
    """One host in the worker, one shipped: both ways share their locks."""
    tasks = [{"name": "create", PROFILE: {"name": "Shared"}}]
    if strategy == "linear":
        tasks.append({"name": "once", PROFILE: {"name": "Once"}, "run_once": True})
    played = run(tasks, sandbox, tmp_path, inventory, hosts="plain,other", strategy=strategy)
    assert [row["name"] for row in sandbox.profiles()].count("Shared") == 1
    operations = sorted(item["result"]["operation"] for item in played.tasks if item["task"] == "create")
    assert operations == ["created", "unchanged"]
    if strategy == "linear":
        assert [row["name"] for row in sandbox.profiles()].count("Once") == 1


def test_a_time_limit_ends_a_task_in_the_worker(sandbox: Sandbox, tmp_path: Path, inventory: Path) -> None:
    sandbox.fault("slow", seconds=20, method="GET")
    tasks = [
        {"name": "slow", INFO: {}, "timeout": 1, "ignore_errors": True},
        {"name": "next", INFO: {}},
    ]
    played = run(tasks, sandbox, tmp_path, inventory)
    assert tasks_shipped(played) == set()
    # which time that is, ansible-core has told in different words
    assert re.search(r"timed out|time frame", played.result("slow")["msg"], re.IGNORECASE)
    assert len(played.result("next")["profiles"]) == 2
