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

from sandbox import seeds
from sandbox.client import Sandbox
from support.playbooks import Played, play
from support.scenarios import tasks_shipped

ACTION = "commops.events.caligraph_webhook_action"
ACTIONS = "commops.events.caligraph_webhook_actions"
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


@pytest.mark.parametrize(
    ("environment", "variable", "shipped"), [("off", "on", False), ("on", "off", True), ("OFF", None, True)]
)
def test_the_variable_wins_over_the_environment(
    environment: str, variable: str | None, shipped: bool, sandbox: Sandbox, tmp_path: Path
) -> None:
    task = {"name": "read", INFO: sandbox.phonecom_options(), "vars": {"commops_events_fast_path": variable}}
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]
    played = play(plays, tmp_path, "-vvv", fast_path=environment)
    assert len(played.result("read")["profiles"]) == 2
    assert tasks_shipped(played) == ({"read"} if shipped else set())


def test_an_environment_that_says_neither_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": [{"name": "x", INFO: sandbox.phonecom_options()}]}]
    played = play(plays, tmp_path, fast_path="of")
    assert played.result("x")["msg"] == "COMMOPS_EVENTS_FAST_PATH: 'of' is none of auto, on and off."
    assert sandbox.log() == []


def test_without_requests_on_the_controller_tasks_are_shipped(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "requests.py").write_text("raise ImportError('not here')\n")
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": [{"name": "x", INFO: sandbox.phonecom_options()}]}]
    played = play(plays, tmp_path, "-vvv", environment={"PYTHONPATH": str(tmp_path)})
    assert tasks_shipped(played) == {"x"}
    assert "requests" in played.result("x")["msg"]
    assert played.result("x")["error"] == {"kind": "library"}


def test_credentials_and_settings_of_the_environment_count_alike_both_ways(sandbox: Sandbox, tmp_path: Path) -> None:
    options = sandbox.phonecom_options()
    environment = {
        **{f"PHONECOM_{name}".upper(): str(value) for name, value in options.items()},
        "COMMOPS_EVENTS_MAX_RETRIES": "0",
    }
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": [{"name": "x", INFO: {}, "ignore_errors": True}]}]
    for fault in (None, 503):
        found: list[dict[str, Any]] = []
        for fast_path in ("on", "off"):
            sandbox.reset()
            if fault:
                sandbox.fault("status", status=fault, method="GET")
            found.append(play(plays, tmp_path, fast_path=fast_path, environment=environment).result("x"))
            assert len(sandbox.log()) == 1
        for result in found:
            result["api"].pop("waited")
        assert found[0] == found[1]
        assert found[0].get("error", {}).get("status") == fault


def test_only_the_items_of_one_loop_on_one_host_share_what_was_read(
    sandbox: Sandbox, tmp_path: Path, inventory: Path
) -> None:
    new = {"name": "{{ item }}"}
    tasks: list[dict[str, Any]] = [
        {"name": "loop", PROFILE: new, "loop": ["One", "Two", "Three"]},
        {"name": "again", PROFILE: new, "loop": ["One", "Two", "Three"]},
        # The condition never holds, so that each attempt is made, the first and the retries, and looks for itself.
        {
            "name": "attempts",
            PROFILE: {"name": "Four"},
            "check_mode": True,
            "register": "found",
            "until": "found is not changed",
            "retries": 2,
            "delay": 0,
            "ignore_errors": True,
        },
        {"name": "to another", PROFILE: new, "loop": ["One", "Two"], "delegate_to": "plain2"},
    ]
    hosts = yaml.safe_load(inventory.read_text())
    hosts["all"]["hosts"]["plain2"] = {"ansible_connection": "local"}
    inventory.write_text(yaml.safe_dump(hosts))
    played = run(tasks, sandbox, tmp_path, inventory, hosts="plain,plain2", check_mode=True)
    assert tasks_shipped(played) == set()
    # Of two hosts: one read for each loop and each attempt.
    assert len(sandbox.log()) == 2 * (1 + 1 + 3 + 1)
    assert sandbox.connections() == 2 * (1 + 1 + 1 + 1)


def test_a_task_left_in_the_background_is_found_done(sandbox: Sandbox, tmp_path: Path, inventory: Path) -> None:
    tasks = [
        {"name": "start", PROFILE: {"name": "Later"}, "async": 60, "poll": 0, "register": "job"},
        {
            "name": "wait",
            "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"},
            "register": "done",
            "until": "done is finished",
            "retries": 100,
            "delay": 0.1,
        },
    ]
    played = run(tasks, sandbox, tmp_path, inventory, vars={"ansible_async_dir": str(tmp_path / "jobs")})
    assert played.result("wait")["operation"] == "created"
    assert "Later" in [row["name"] for row in sandbox.profiles()]


@pytest.mark.parametrize("strategy", ["linear", "free", "host_pinned", "debug"])
def test_the_same_task_on_several_hosts_makes_one_profile(
    strategy: str, sandbox: Sandbox, tmp_path: Path, inventory: Path
) -> None:
    """One host in the worker, one shipped: both ways share their locks."""
    tasks: list[dict[str, Any]] = [{"name": "create", PROFILE: {"name": "Shared"}}]
    at_once = strategy in ("linear", "debug")
    if at_once:
        tasks.append({"name": "once", PROFILE: {"name": "Once"}, "run_once": True})
    played = run(tasks, sandbox, tmp_path, inventory, hosts="plain,other", strategy=strategy)
    assert [row["name"] for row in sandbox.profiles()].count("Shared") == 1
    operations = sorted(item["result"]["operation"] for item in played.tasks if item["task"] == "create")
    assert operations == ["created", "unchanged"]
    if at_once:
        assert [row["name"] for row in sandbox.profiles()].count("Once") == 1


def test_relative_paths_begin_at_the_playbook_however_the_task_runs(sandbox: Sandbox, tmp_path: Path) -> None:
    """As Ansible does it for a module of the local connection, wherever the user stands."""
    playbook = tmp_path / "plays" / "playbook.yml"
    playbook.parent.mkdir()
    hook = {"profile_id": seeds.PAGE_WEBHOOK, "title": "New", "anchor": "NO_SHOW", "url": "https://crm.example.org"}
    tasks = [
        {"name": "backup", ACTION: {**sandbox.caligraph_options(), **hook, "backup_dir": "backups"}},
        {
            "name": "certificates",
            INFO: {**sandbox.phonecom_options(), "ca_path": "none.pem"},
            "ignore_errors": True,
        },
    ]
    playbook.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    for fast_path, shipped in (("on", set()), ("off", {"backup", "certificates"})):
        sandbox.reset()
        played = play(playbook, tmp_path / "elsewhere", "-vvv", fast_path=fast_path)
        assert played.code == 0, played.output
        assert tasks_shipped(played) == shipped
        assert Path(played.result("backup")["backup_file"]).parent == playbook.parent / "backups"
        missing = str(playbook.parent / "none.pem")
        assert played.result("certificates")["msg"] == f'ca_path: there is no file or folder "{missing}".'


def test_a_time_limit_ends_a_task_in_the_worker(sandbox: Sandbox, tmp_path: Path, inventory: Path) -> None:
    sandbox.fault("slow", seconds=20, method="GET")
    tasks: list[dict[str, Any]] = [
        {"name": "slow", INFO: {}, "timeout": 1, "ignore_errors": True},
        {"name": "next", INFO: {}},
    ]
    played = run(tasks, sandbox, tmp_path, inventory)
    assert tasks_shipped(played) == set()
    # which time that is, ansible-core has told in different words
    assert re.search(r"timed out|time frame", played.result("slow")["msg"], re.IGNORECASE)
    assert len(played.result("next")["profiles"]) == 2


def test_a_time_limit_ends_a_task_that_works_on_many_pages(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.fault("slow", seconds=50, path_regex="/profiles/", times=None)
    hook = {"title": "New", "anchor": "NO_SHOW", "url": "https://crm.example.org"}
    options = {**sandbox.caligraph_options(), "all_profiles": True, "actions": [hook]}
    task = {"name": "slow", ACTIONS: options, "timeout": 2, "ignore_errors": True}
    following = {"name": "next", INFO: sandbox.phonecom_options()}
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": [task, following]}]
    # Less than the local API takes for one page
    played = play(plays, tmp_path, "-vvv", timeout=40)
    assert tasks_shipped(played) == set()
    assert re.search(r"timed out|time frame", played.result("slow")["msg"], re.IGNORECASE)
    assert len(played.result("next")["profiles"]) == 2
    assert sandbox.unsafe_requests() == []
