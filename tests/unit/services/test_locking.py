# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks between the tasks of one machine: who waits, who reads again, and who need not wait."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from ansible_collections.commops.events.plugins.module_utils._cache import Cache
from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from ansible_collections.commops.events.plugins.module_utils._locks import Locks
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call
from unit.services.writers import (
    EMAILS,
    FORK,
    RIVALS_HOOK,
    TITLE,
    held,
    hook,
    in_thread,
    titles,
    under_way,
    wait_for_reads,
)


def test_who_had_to_wait_reads_again_before_it_writes(sandbox: Sandbox) -> None:
    with held(WEBHOOK_ACTION, sandbox) as release:
        thread, found = in_thread(lambda: call(WEBHOOK_ACTION, hook(sandbox)))
        wait_for_reads(sandbox, 1)
        sandbox.rival("caligraph", "add", page_id=seeds.PAGE_WEBHOOK, action=RIVALS_HOOK)
        # A list that is older than a second is not written.
        time.sleep(1.05)
        release.set()
        thread.join(10)
    assert found[0]["changed"] is True
    assert titles(sandbox) == [*EMAILS, TITLE, "Rival 1", "Ours"]
    assert [entry["method"] for entry in sandbox.log()] == ["GET", "GET", "PATCH", "GET"]


def test_who_reads_while_another_one_writes_reads_again(sandbox: Sandbox) -> None:
    """What was read while a write was under way may be what was there before it."""
    sandbox.fault("slow", method="PATCH", seconds=0.4)
    first, _found = in_thread(lambda: call(WEBHOOK_ACTION, hook(sandbox, "First")))
    under_way(sandbox, "PATCH")
    second, found = in_thread(lambda: call(WEBHOOK_ACTION, hook(sandbox, "Second")))
    first.join(10)
    second.join(10)
    assert found[0]["operation"] == "created"
    assert titles(sandbox) == [*EMAILS, TITLE, "First", "Second"]


def test_a_profile_that_another_one_is_just_making_is_not_made_again(sandbox: Sandbox) -> None:
    sandbox.fault("slow", method="POST", seconds=0.4)
    arguments = sandbox.phonecom_options(name="Once")
    first, _found = in_thread(lambda: call(EVENT_PROFILE, arguments))
    under_way(sandbox, "POST")
    second, found = in_thread(lambda: call(EVENT_PROFILE, arguments))
    first.join(10)
    second.join(10)
    assert found[0]["operation"] == "unchanged"
    assert [row["name"] for row in sandbox.profiles()].count("Once") == 1


@pytest.mark.parametrize("resource", [WEBHOOK_ACTION, EVENT_PROFILE])
def test_check_mode_waits_for_nobody(sandbox: Sandbox, resource: Resource) -> None:
    arguments = hook(sandbox) if resource is WEBHOOK_ACTION else sandbox.phonecom_options(name="New")
    with held(resource, sandbox):
        thread, found = in_thread(lambda: call(resource, arguments, check=True))
        thread.join(10)
        assert not thread.is_alive()
    assert found[0]["operation"] == "created"


def test_what_is_unchanged_waits_for_nobody(sandbox: Sandbox) -> None:
    with held(WEBHOOK_ACTION, sandbox):
        thread, found = in_thread(
            lambda: call(WEBHOOK_ACTION, sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK, title=TITLE))
        )
        thread.join(10)
        assert not thread.is_alive()
    assert found[0]["changed"] is False


def test_pages_are_locked_one_by_one(sandbox: Sandbox) -> None:
    with held(WEBHOOK_ACTION, sandbox):
        arguments = {**hook(sandbox), "profile_id": seeds.PAGE_EMPTY}
        thread, found = in_thread(lambda: call(WEBHOOK_ACTION, arguments))
        thread.join(10)
        assert not thread.is_alive()
    assert found[0]["operation"] == "created"


def test_a_worker_that_was_killed_holds_no_lock(sandbox: Sandbox) -> None:
    key = (sandbox.caligraph_url, seeds.CALIGRAPH_ACCOUNT, "page", seeds.PAGE_WEBHOOK)
    taken = FORK.Event()

    def hold() -> None:
        with Locks(Cache(os.environ), print).hold(*key, noted=0) as lock:
            lock.wrote()
            taken.set()
            time.sleep(60)

    holder = FORK.Process(target=hold)
    holder.start()
    assert taken.wait(10)
    thread, found = in_thread(lambda: call(WEBHOOK_ACTION, hook(sandbox)))
    wait_for_reads(sandbox, 1)
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGKILL)
    thread.join(10)
    holder.join(10)
    assert found[0]["operation"] == "created"


@pytest.mark.parametrize("how", ["file", "open to all", "link"])
@pytest.mark.parametrize("resource", [WEBHOOK_ACTION, EVENT_PROFILE])
def test_without_a_folder_for_locks_a_task_works_and_warns(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, resource: Resource, how: str
) -> None:
    folder = tmp_path / "locks"
    if how == "file":
        folder.write_text("", encoding="utf-8")
    elif how == "open to all":
        folder.mkdir()
        folder.chmod(0o777)
    else:
        (tmp_path / "real").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "real")
    monkeypatch.setenv("COMMOPS_EVENTS_CACHE_DIR", str(folder))
    arguments = hook(sandbox) if resource is WEBHOOK_ACTION else sandbox.phonecom_options(name="New")
    called = call(resource, arguments, sandbox=sandbox)
    assert called["operation"] == "created"
    told = [text for text in called.warnings if "can't be used" in text]
    assert len(told) == 1
    assert "COMMOPS_EVENTS_CACHE_DIR" in told[0]
    assert str(folder) in told[0]


def test_a_webhook_that_another_one_is_just_making_is_not_made_again(sandbox: Sandbox) -> None:
    sandbox.fault("slow", method="PATCH", seconds=0.4)
    first, _found = in_thread(lambda: call(WEBHOOK_ACTION, hook(sandbox)))
    under_way(sandbox, "PATCH")
    second, found = in_thread(lambda: call(WEBHOOK_ACTION, hook(sandbox)))
    first.join(10)
    second.join(10)
    assert found[0]["operation"] == "unchanged"
    assert [entry["method"] for entry in sandbox.log()].count("PATCH") == 1
