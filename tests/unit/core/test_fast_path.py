# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The adapter for Ansible's worker beside that of shipped modules: the same resources, what is loaded, and faults."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.commops.events.plugins.action.phonecom_event_profile import ActionModule
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE
from ansible_collections.commops.events.plugins.plugin_utils._worker import run_task
from sandbox.client import Sandbox

CHECKOUT = Path(__file__).resolve().parents[3]
PLUGINS = "ansible_collections.commops.events.plugins"
MODULES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_and_its_action_plugin_are_of_one_resource(name: str) -> None:
    action = importlib.import_module(f"{PLUGINS}.action.{name}").ActionModule
    file, resource = action.resource
    source = (CHECKOUT / "plugins" / "modules" / f"{name}.py").read_text(encoding="utf-8")
    assert f"module_utils.{file} import {resource}\n" in source
    assert f"run_module({resource})" in source


def test_there_is_no_action_plugin_without_a_module() -> None:
    assert sorted(path.stem for path in (CHECKOUT / "plugins" / "action").glob("*.py")) == MODULES


def loaded(statements: str, **environment: str) -> set[str]:
    """The Python modules that a new Python has loaded after these statements."""
    code = f"import sys\n{statements}\nprint('\\n'.join(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / ".collections"), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ran.stdout.splitlines())


def test_the_action_plugin_loads_before_the_fork_what_its_tasks_need() -> None:
    action = f"import {PLUGINS}.action.phonecom_event_profile"
    found = loaded(action)
    assert {"requests", f"{PLUGINS}.plugin_utils._worker", f"{PLUGINS}.module_utils._phonecom_profiles"} <= found
    assert f"{PLUGINS}.module_utils._caligraph" not in found


def test_switched_off_it_loads_nothing_of_that() -> None:
    found = loaded(f"import {PLUGINS}.action.phonecom_event_profile", COMMOPS_EVENTS_FAST_PATH="off")
    assert {"requests", f"{PLUGINS}.plugin_utils._worker", f"{PLUGINS}.module_utils._phonecom"}.isdisjoint(found)


@pytest.mark.parametrize("name", MODULES)
def test_a_shipped_module_loads_requests_only_for_its_first_request(name: str) -> None:
    found = loaded(f"import {PLUGINS}.modules.{name}")
    assert f"{PLUGINS}.module_utils._module" in found
    assert {"requests", "urllib3", "http.client", "concurrent.futures"}.isdisjoint(found)


# Where to run


@pytest.mark.parametrize(
    ("platform", "mode", "expected"),
    [("linux", "auto", True), ("darwin", "auto", False), ("darwin", "on", True), ("linux", "off", False)],
)
def test_on_a_mac_only_who_asks_for_it_runs_in_the_worker(
    platform: str, mode: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forked process that touches the network may be killed there."""
    monkeypatch.setattr(sys, "platform", platform)
    loader = DataLoader()
    task = SimpleNamespace(async_val=0, environment=[], delegate_to=None)
    shell = SimpleNamespace(env_prefix=lambda **environment: "")
    connection = SimpleNamespace(transport="local", become=None, _shell=shell)
    action = ActionModule(task, connection, None, loader, Templar(loader=loader), None)
    assert action._in_worker(mode, {"ansible_python_interpreter": sys.executable}) is expected


# Faults


def task_of(sandbox: Sandbox) -> Any:
    args = sandbox.phonecom_options(name="a")
    return SimpleNamespace(args=args, action="x", check_mode=False, diff=False, delegate_to=None, _uuid="a")


@pytest.mark.parametrize("error", [SystemExit(1), ZeroDivisionError("s3cr3t")])
def test_a_fault_is_a_failure_of_the_task_and_shows_no_text_of_it(error: BaseException, sandbox: Sandbox) -> None:
    def connect(resource: Any, connection: Any) -> Any:
        raise error

    result = run_task(replace(EVENT_PROFILE, connect=connect), task_of(sandbox), "localhost", {}, "/")
    assert (result["failed"], result["changed"]) == (True, False)
    assert result["msg"].startswith(f"Unexpected {type(error).__name__} in ")
    assert "s3cr3t" not in json.dumps(result)


class TimeLimit(BaseException):
    """As Ansible ends a task with it."""


def test_a_time_limit_of_the_task_passes_through(sandbox: Sandbox) -> None:
    def connect(resource: Any, connection: Any) -> Any:
        raise TimeLimit

    with pytest.raises(TimeLimit):
        run_task(replace(EVENT_PROFILE, connect=connect), task_of(sandbox), "localhost", {}, "/")
