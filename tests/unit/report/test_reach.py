# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audits that were never reached, told from Ansible's own plays and tasks. Includes are tried in real runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play import Play
from ansible.vars.manager import VariableManager

from ansible_collections.commops.events.plugins.plugin_utils._drift_reach import Reach


class Run:
    """A play whose tasks are named after what they are: those that begin with `audit` are audits."""

    def __init__(self, tasks: Sequence[Any], **keys: Any) -> None:
        loader = DataLoader()
        manager = VariableManager(loader, InventoryManager(loader, sources=["one,two,"]))
        data = {"hosts": "all", "gather_facts": False, "tasks": [self._task(item) for item in tasks], **keys}
        self.play = Play.load(data, variable_manager=manager, loader=loader)
        self.reach = Reach(lambda task: task.name.startswith("audit"), lambda task: task.name.startswith("include"))
        self.reach.begin(self.play)
        self._failed: set[str] = set()
        self._tasks = {task.name: task for task in self._all(self.play.tasks)}

    def _task(self, item: Any) -> Any:
        if isinstance(item, str):
            return {"name": item, "debug": {"msg": ""}}
        if "name" in item:
            return {"debug": {"msg": ""}, **item}
        return {part: [self._task(inner) for inner in tasks] for part, tasks in item.items()}

    def _all(self, nodes: Any) -> Any:
        for node in nodes:
            if hasattr(node, "block"):
                yield from self._all([*node.block, *node.rescue, *node.always])
            else:
                yield node

    def ok(self, host: str, *names: str) -> Run:
        for name in names:
            self.reach.seen(host, self._tasks[name])
        return self

    def failed(self, host: str, name: str) -> Run:
        self.ok(host, name)
        self._failed.add(host)
        self.reach.stopped(host, self._tasks[name])
        return self

    def restricted(self, *hosts: str) -> Run:
        """As Ansible begins a batch of hosts."""
        inventory = self.play.get_variable_manager()._inventory
        inventory.restrict_to_hosts([inventory.get_host(host) for host in hosts])
        return self

    @property
    def unreached(self) -> list[tuple[str | None, str | None]]:
        return [(item.host, item.task) for item in self.reach.unreached(self._failed)]


def test_what_ran_was_reached() -> None:
    run = Run(["prepare", "audit a", "audit b"]).ok("one", "prepare", "audit a", "audit b")
    assert run.unreached == []


def test_a_host_that_fails_leaves_out_what_comes_after() -> None:
    run = Run(["prepare", "audit a", "other", "include files", "audit b"])
    run.ok("two", "prepare", "audit a", "other", "include files", "audit b")
    run.ok("one", "prepare", "audit a").failed("one", "other")
    assert run.unreached == [("one", "include files"), ("one", "audit b")]


def test_a_failure_after_the_last_audit_leaves_out_nothing() -> None:
    run = Run(["audit a", "judge", "notify"]).ok("one", "audit a").failed("one", "judge")
    assert run.unreached == []


def test_a_rescue_saves_the_host_and_not_the_audit() -> None:
    run = Run([{"block": ["prepare", "audit a"], "rescue": ["go on", "audit again"], "always": ["audit b"]}])
    run.failed("one", "prepare").ok("one", "go on", "audit b")
    assert run.unreached == [("one", "audit a")]


def test_an_audit_that_runs_once_is_reached_by_one_host() -> None:
    tasks = [{"name": "audit a", "run_once": True}, "other", "audit b"]
    run = Run(tasks).ok("one", "audit a").failed("two", "other")
    assert run.unreached == [("two", "audit b")]


@pytest.mark.parametrize("keys", [{"any_errors_fatal": True}, {"max_fail_percentage": 0}, {}])
def test_where_one_failure_ends_the_play_all_hosts_count(keys: Mapping[str, Any]) -> None:
    run = Run(["prepare", "audit a"], **keys).failed("one", "prepare").ok("two", "prepare")
    left = [("one", "audit a"), ("two", "audit a")]
    assert run.unreached == (left if keys else left[:1])


def test_tags_that_leave_a_task_out_are_respected() -> None:
    run = Run(["prepare", {"name": "audit a", "tags": "wanted"}, {"name": "audit b", "tags": "other"}])
    run.play.only_tags = {"wanted"}
    run.reach.begin(run.play)
    run.failed("one", "prepare")
    assert run.unreached == [("one", "audit a")]


def test_each_play_is_looked_at_by_itself() -> None:
    run = Run(["prepare", "audit a"]).ok("one", "prepare", "audit a")
    later = Run(["judge"])
    run.reach.begin(later.play)
    run.reach.stopped("one", next(later._all(later.play.tasks)))
    assert run.unreached == []


def test_a_host_that_failed_in_an_earlier_play_is_left_out_of_the_next() -> None:
    run = Run(["prepare"]).failed("one", "prepare").ok("two", "prepare")
    later = Run(["audit a"])
    run.reach.begin(later.play)
    run.reach.seen("two", later._tasks["audit a"])
    assert run.unreached == [("one", "audit a")]


def test_batches_that_did_not_begin_are_left_out() -> None:
    run = Run(["audit a"]).restricted("one")
    run.reach = Reach(lambda task: task.name.startswith("audit"), lambda task: False)
    run.reach.begin(run.play)
    run.ok("one", "audit a")
    assert run.unreached == [("two", "audit a")]
    run.restricted("two").reach.begin(run.play)
    assert run.ok("two", "audit a").unreached == []


def test_plays_that_did_not_begin_are_left_out_for_all() -> None:
    run = Run(["audit a"]).ok("one", "audit a")
    later = Run(["prepare", "audit b"])
    run.reach.announce([run.play, later.play])
    assert run.unreached == [(None, "audit b")]
    run.reach.begin(later.play)
    assert run.unreached == []


def test_nothing_is_known_before_a_play() -> None:
    reach = Reach(bool, bool)
    assert reach.unreached([]) == []
