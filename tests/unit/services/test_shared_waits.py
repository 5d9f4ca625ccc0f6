# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits within the limits of an API: those that it documents, and one that it asks another task of the machine for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE, EVENT_PROFILES
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from sandbox.client import Sandbox
from support.modules import call
from unit.services.writers import hook, in_thread, wait_for_reads

SERVICES = [pytest.param(EVENT_PROFILE, id="phonecom"), pytest.param(WEBHOOK_ACTION, id="caligraph")]


def task(sandbox: Sandbox, resource: Resource, name: str, **given: Any) -> dict[str, Any]:
    return sandbox.phonecom_options(name=name, **given) if resource is EVENT_PROFILE else hook(sandbox, name, **given)


def waits(sandbox: Sandbox, resource: Resource, **given: Any) -> list[float]:
    """How long after the 429 that one task got each request of it and of another task came."""
    sandbox.fault("status", status=429, method="GET", retry_after=1, retry_after_form="header")
    thread, found = in_thread(lambda: call(resource, task(sandbox, resource, "One", **given)))
    wait_for_reads(sandbox, 1)
    other = call(resource, task(sandbox, resource, "Other", **given), check=True)
    thread.join(30)
    assert [called["operation"] for called in (*found, other)] == ["created", "created"]
    first, *later = sandbox.log()
    assert first["status"] == 429
    return [float(entry["monotonic"] - first["monotonic"]) for entry in later]


@pytest.mark.parametrize("resource", SERVICES)
def test_one_tasks_429_makes_the_others_wait(sandbox: Sandbox, resource: Resource) -> None:
    assert min(waits(sandbox, resource)) > 0.95


@pytest.mark.parametrize("resource", SERVICES)
def test_without_a_budget_each_task_is_on_its_own(sandbox: Sandbox, resource: Resource) -> None:
    assert min(waits(sandbox, resource, request_budget="off")) < 0.9


def test_an_api_without_limits_of_its_own_needs_no_file_until_it_asks_for_a_wait(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    call(WEBHOOK_ACTION, hook(sandbox), check=True)
    assert not list(tmp_path.rglob("*.budget"))
    sandbox.fault("status", status=429, method="GET")
    call(WEBHOOK_ACTION, hook(sandbox), check=True)
    assert len(list(tmp_path.rglob("*.budget"))) == 1


# Phone.com's limits, of which one is 30 requests in 30 s to one endpoint


def many(sandbox: Sandbox, count: int, **given: Any) -> dict[str, Any]:
    return sandbox.phonecom_options(profiles=[{"name": f"Profile {number}"} for number in range(count)], **given)


@pytest.mark.parametrize(
    ("given", "waits_"), [({}, False), ({"request_budget_share": 0.1}, True), ({"request_budget": "off"}, False)]
)
def test_a_task_waits_where_its_share_of_the_limits_is_spent(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], waits_: bool
) -> None:
    monkeypatch.setenv("COMMOPS_EVENTS_WINDOW_SCALE", "0.02")
    arguments = many(sandbox, 4, **{"request_budget_share": 1.0, **given})
    called = call(EVENT_PROFILES, arguments, sandbox=sandbox, predict=False)
    assert called.methods == ["GET", *["POST"] * 4]
    assert (called["api"]["waited"] > 0.5) is waits_


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("count", "given", "told"),
    [(301, {}, 0), (421, {}, 1), (421, {"request_budget": "off"}, 0), (211, {"request_budget_share": 0.5}, 1)],
)
def test_writes_that_take_longer_than_ten_minutes_are_told_before_the_first_one(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, count: int, given: dict[str, Any], told: int, check: bool
) -> None:
    # Windows of 50 s, so that 421 writes take 700 s; the first one fails, so that nobody waits for it.
    monkeypatch.setenv("COMMOPS_EVENTS_WINDOW_SCALE", str(50 / 30))
    sandbox.fault("status", status=403, method="POST")
    called = call(EVENT_PROFILES, many(sandbox, count, **given), check=check, sandbox=sandbox)
    assert called.failed is not check
    assert called.methods == (["GET"] if check else ["GET", "POST"])
    warnings = [text for text in called.warnings if "minutes within" in text]
    assert len(warnings) == told
    assert all(f"{count} profiles have to be written, which takes at least 12 minutes" in text for text in warnings)
