# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many workers of one machine at once: nothing is lost, nothing is made twice."""

from __future__ import annotations

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION, WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE
from sandbox import seeds
from sandbox.client import Sandbox
from unit.services.writers import (
    EMAILS,
    TITLE,
    hook,
    titles,
    workers,
)


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
