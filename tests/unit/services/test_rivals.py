# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other writers: between our read, our write and our verification; and many workers of one machine at once."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.commops.events.plugins.module_utils._cache import Cache
from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION, WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._locks import Locks
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE
from ansible_collections.commops.events.plugins.module_utils._resource import Resource

from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import Called, call
from unit.services.scenario import assert_told, writes

EMAILS = [raw["title"] for raw in seeds.default_emails(1)]
TITLE = seeds.WEBHOOK["title"]
FORK = multiprocessing.get_context("fork")


def hook(sandbox: Sandbox, title: str = "Ours", **given: Any) -> dict[str, Any]:
    url = f"https://hooks.example/{title.replace(' ', '-')}"
    return sandbox.caligraph_options(
        profile_id=seeds.PAGE_WEBHOOK, title=title, anchor="NO_SHOW", url=url, **given
    )


def titles(sandbox: Sandbox) -> list[Any]:
    return [raw["title"] for raw in sandbox.actions()]


def edit(op: str, **given: Any) -> dict[str, Any]:
    return {"service": "caligraph", "page_id": seeds.PAGE_WEBHOOK, "op": op, **given}


RIVALS_HOOK = {**seeds.WEBHOOK, "title": "Rival {n}"}


# Between our write and our verification


def test_what_a_rival_adds_after_our_write_stays(sandbox: Sandbox) -> None:
    sandbox.rival_on(edit("add", action=RIVALS_HOOK), method="PATCH", when="after")
    called = call(WEBHOOK_ACTION, hook(sandbox), sandbox=sandbox)
    assert called["verified"] is True
    assert called.methods == ["GET", "PATCH", "GET"]
    assert titles(sandbox) == [*EMAILS, TITLE, "Ours", "Rival 1"]


@pytest.mark.parametrize("task", ["create", "update", "delete"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_rival_who_writes_an_older_list_is_noticed_and_keeps_what_it_added(
    sandbox: Sandbox, task: str, times: int
) -> None:
    """The rival read before our write, and writes its own action and all else as it was."""
    old = sandbox.actions()
    sandbox.rival_on(edit("set", actions=[*old, RIVALS_HOOK]), method="PATCH", when="after", times=times)
    arguments = {
        "create": hook(sandbox),
        "update": hook(sandbox, TITLE),
        "delete": {**hook(sandbox, TITLE), "state": "absent"},
    }[task]
    called = call(WEBHOOK_ACTION, arguments, sandbox=sandbox)
    assert called["changed"] is True
    assert len(writes(called)) == times + 1
    assert f"Rival {times}" in titles(sandbox)
    assert (TITLE in titles(sandbox)) is (task != "delete")
    assert ("Ours" in titles(sandbox)) is (task == "create")
    assert [raw for raw in sandbox.actions() if raw["title"] in EMAILS] == old[:3]
    assert call(WEBHOOK_ACTION, arguments, sandbox=sandbox)["changed"] is False


def test_a_rival_who_never_stops_is_given_up_and_named(sandbox: Sandbox) -> None:
    old = sandbox.actions()
    sandbox.rival_on(edit("set", actions=[*old, RIVALS_HOOK]), method="PATCH", when="after", times=None)
    called = call(WEBHOOK_ACTION, hook(sandbox), sandbox=sandbox)
    assert_told(
        called, "Another writer changed booking page", 'webhook action "Ours" is not there', "Tried 5 times over "
    )
    assert called["error"] == {"kind": "conflict"}
    assert called["changed"] is True
    assert len(writes(called)) == 5
    assert titles(sandbox) == [*EMAILS, TITLE, "Rival 5"]


def test_on_conflict_fail_writes_once(sandbox: Sandbox) -> None:
    sandbox.rival_on(edit("set", actions=[*sandbox.actions(), RIVALS_HOOK]), method="PATCH", when="after")
    called = call(WEBHOOK_ACTION, hook(sandbox, on_conflict="fail"), sandbox=sandbox)
    assert_told(called, "Another writer", "on_conflict is fail")
    assert len(writes(called)) == 1
    assert "Rival 1" in titles(sandbox)
    assert call(WEBHOOK_ACTION, hook(sandbox, on_conflict="fail"), sandbox=sandbox)["changed"] is True


def test_a_rival_who_makes_what_we_want_ends_the_matter(sandbox: Sandbox) -> None:
    """Our write is lost, and before we plan anew the other writer has made the same."""
    old = sandbox.actions()
    ours = {"title": "Ours", "anchor": "NO_SHOW", "to": "https://hooks.example/Ours", "subject": "POST", "body": ""}
    sandbox.rival_on(edit("set", actions=old), method="PATCH", when="after")
    sandbox.rival_on(edit("add", action=ours), method="GET", nth=3)
    called = call(WEBHOOK_ACTION, hook(sandbox), sandbox=sandbox)
    assert called["changed"] is True
    assert called["verified"] is True
    assert len(writes(called)) == 1
    assert titles(sandbox).count("Ours") == 1


def test_a_rival_who_changes_our_own_value_is_not_fought(sandbox: Sandbox) -> None:
    """Nothing tells it from a server that stores the value otherwise, so the value is told and left alone."""
    sandbox.rival_on(edit("replace", title="Ours", action={"subject": "PUT"}), method="PATCH", when="after")
    called = call(WEBHOOK_ACTION, hook(sandbox), sandbox=sandbox)
    assert called["verified"] is False
    assert any('stores method of webhook action "Ours" as "PUT"' in text for text in called.warnings)
    assert len(writes(called)) == 1


def test_a_value_that_changes_from_read_to_read_is_a_rivals(sandbox: Sandbox) -> None:
    sandbox.rival_on(edit("replace", title="Ours", action={"subject": "PUT"}), method="PATCH", when="after")
    sandbox.rival_on(edit("add", action=RIVALS_HOOK), method="GET", when="after", nth=2)
    called = call(WEBHOOK_ACTION, hook(sandbox, method="POST"), sandbox=sandbox)
    assert called["verified"] is True
    assert len(writes(called)) == 2
    assert "Rival 2" in titles(sandbox)


def test_a_foreign_action_that_is_gone_is_told(sandbox: Sandbox) -> None:
    sandbox.rival_on(edit("remove", title=EMAILS[0]), method="PATCH", when="after")
    called = call(WEBHOOK_ACTION, hook(sandbox), sandbox=sandbox)
    assert called["verified"] is True
    assert any(EMAILS[0] in text and "not on the page any more" in text for text in called.warnings)


def test_a_rival_who_makes_our_title_ambiguous_stops_the_next_attempt(sandbox: Sandbox) -> None:
    twins = [{**seeds.WEBHOOK, "title": "Ours"}, {**seeds.WEBHOOK, "title": "Ours", "anchor": "BOOKING_ENDS"}]
    sandbox.rival_on(edit("set", actions=[*sandbox.actions(), *twins]), method="PATCH", when="after")
    called = call(WEBHOOK_ACTION, hook(sandbox), sandbox=sandbox)
    assert_told(called, "2 webhook actions match")
    assert called["changed"] is True


# Between our read and our write


def test_what_a_rival_writes_between_read_and_write_is_not_noticed(sandbox: Sandbox) -> None:
    """The API has no way to notice it; the documentation says so."""
    sandbox.rival_on(edit("add", action=RIVALS_HOOK), method="PATCH")
    called = call(WEBHOOK_ACTION, hook(sandbox), sandbox=sandbox)
    assert called["verified"] is True
    assert "Rival 1" not in titles(sandbox)


@contextmanager
def held(resource: Resource, sandbox: Sandbox) -> Iterator[threading.Event]:
    """The lock that a task of this service would take, held by another process until the event is set."""
    release = FORK.Event()
    taken = FORK.Event()
    key: tuple[str, ...] = (sandbox.phonecom_url, str(seeds.PHONECOM_ACCOUNT), "account")
    if resource.service == "caligraph":
        key = (sandbox.caligraph_url, seeds.CALIGRAPH_ACCOUNT, "page", seeds.PAGE_WEBHOOK)

    def hold() -> None:
        with Locks(Cache(os.environ), print).hold(*key, noted=0):
            taken.set()
            release.wait(30)

    holder = FORK.Process(target=hold)
    holder.start()
    assert taken.wait(10)
    yield release
    release.set()
    holder.join(10)


def in_thread(work: Callable[[], Called]) -> tuple[threading.Thread, list[Called]]:
    found: list[Called] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    return thread, found


def wait_for_reads(sandbox: Sandbox, count: int) -> None:
    end = time.monotonic() + 10
    while len(sandbox.log()) < count:
        assert time.monotonic() < end
        time.sleep(0.01)
    sandbox.settle()


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


# Many workers of one machine


def workers(resource: Resource, tasks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Run each task in a forked process of its own, all at once; their results, none of which is a failure."""
    start = FORK.Event()
    pipes = []
    processes = []
    for task in tasks:
        ours, theirs = FORK.Pipe(duplex=False)

        def work(arguments: dict[str, Any] = task, pipe: Any = theirs) -> None:
            start.wait(60)
            called = call(resource, arguments)
            pipe.send(json.dumps({**called.result, "told": called.warnings}))

        process = FORK.Process(target=work)
        process.start()
        theirs.close()
        pipes.append(ours)
        processes.append(process)
    start.set()
    try:
        results = [json.loads(pipe.recv()) for pipe in pipes]
    finally:
        for process in processes:
            process.join(60)
    assert not [result["msg"] for result in results if result.get("failed")]
    return results


def test_fifty_workers_each_add_a_webhook_to_one_page(sandbox: Sandbox) -> None:
    emails = sandbox.actions()[:3]
    results = workers(WEBHOOK_ACTION, [hook(sandbox, f"Hook {number}") for number in range(50)])
    assert [result["operation"] for result in results] == ["created"] * 50
    assert sorted(titles(sandbox)) == sorted([*EMAILS, TITLE, *(f"Hook {number}" for number in range(50))])
    assert sandbox.actions()[:3] == emails
    patches = [entry for entry in sandbox.log() if entry["method"] == "PATCH"]
    assert len(patches) == 50
    assert {entry["status"] for entry in patches} == {200}


def test_twenty_workers_add_change_and_delete_on_one_page(sandbox: Sandbox) -> None:
    there = [{**seeds.WEBHOOK, "title": f"Hook {number}"} for number in range(14)]
    before = sandbox.set_actions([*sandbox.actions(), *there])
    tasks = [hook(sandbox, f"New {number}") for number in range(6)]
    tasks += [hook(sandbox, f"Hook {number}", headers={"X-New": str(number)}) for number in range(7)]
    tasks += [{**hook(sandbox, f"Hook {number}"), "state": "absent"} for number in range(7, 14)]
    results = workers(WEBHOOK_ACTION, tasks)
    assert [result["operation"] for result in results] == ["created"] * 6 + ["updated"] * 7 + ["deleted"] * 7
    left = {raw["title"]: raw for raw in sandbox.actions()}
    assert set(left) == {*EMAILS, TITLE, *(f"New {n}" for n in range(6)), *(f"Hook {n}" for n in range(7))}
    assert all(left[f"Hook {number}"]["headers"]["X-New"] == str(number) for number in range(7))
    assert all(left[f"Hook {number}"]["id"] == before[4 + number]["id"] for number in range(7))
    assert [left[title] for title in (*EMAILS, TITLE)] == before[:4]


def test_the_same_profile_from_twenty_workers_is_made_once(sandbox: Sandbox) -> None:
    arguments = sandbox.phonecom_options(name="Once", support_email="once@example.org", request_budget="off")
    results = workers(EVENT_PROFILE, [arguments] * 20)
    assert sorted(result["operation"] for result in results) == ["created", *["unchanged"] * 19]
    assert {result["profile"]["id"] for result in results} == {390}
    assert [row["name"] for row in sandbox.profiles()].count("Once") == 1
    assert [entry["method"] for entry in sandbox.log()].count("POST") == 1


def test_the_same_webhook_from_twenty_workers_is_made_once(sandbox: Sandbox) -> None:
    results = workers(WEBHOOK_ACTION, [hook(sandbox)] * 20)
    assert sorted(result["operation"] for result in results) == ["created", *["unchanged"] * 19]
    assert titles(sandbox).count("Ours") == 1


def test_workers_with_lost_answers_still_make_it_once(sandbox: Sandbox) -> None:
    sandbox.fault("drop", method="POST", when="after")
    sandbox.fault("status", status=503, method="GET", nth=5, times=3)
    arguments = sandbox.phonecom_options(name="Once", request_budget="off")
    workers(EVENT_PROFILE, [arguments] * 8)
    assert [row["name"] for row in sandbox.profiles()].count("Once") == 1


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


def test_pages_are_locked_one_by_one(sandbox: Sandbox) -> None:
    with held(WEBHOOK_ACTION, sandbox):
        arguments = {**hook(sandbox), "profile_id": seeds.PAGE_EMPTY}
        thread, found = in_thread(lambda: call(WEBHOOK_ACTION, arguments))
        thread.join(10)
        assert not thread.is_alive()
    assert found[0]["operation"] == "created"


def test_many_pages_and_many_workers_at_once(sandbox: Sandbox) -> None:
    tasks = [
        sandbox.caligraph_options(
            all_profiles=True,
            assume_headers_read=True,
            actions=[{"title": f"Hook {n}", "anchor": "NO_SHOW", "url": "https://hooks.example/"}],
        )
        for n in range(6)
    ]
    workers(WEBHOOK_ACTIONS, tasks)
    for page in (seeds.PAGE_WEBHOOK, seeds.PAGE_DEFAULT, seeds.PAGE_EMPTY):
        found = [raw["title"] for raw in sandbox.actions(page)]
        assert {f"Hook {n}" for n in range(6)} <= set(found)
        assert len(found) == len(set(found))
