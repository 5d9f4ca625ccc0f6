# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Items of a loop that run in one worker share a connection and the list that was read, and nothing that is stale."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE, EVENT_PROFILE_INFO
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from ansible_collections.commops.events.plugins.module_utils._shared import Shared
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import Called, call
from unit.services.scenario import assert_told


@pytest.fixture
def shared() -> Iterator[Shared]:
    found = Shared()
    yield found
    found.close()


def loop(resource: Resource, items: list[dict[str, Any]], shared: Shared, **options: Any) -> list[Called]:
    return [call(resource, item, shared=shared, **options) for item in items]


def hook(sandbox: Sandbox, title: str, **given: Any) -> dict[str, Any]:
    return sandbox.caligraph_options(
        profile_id=seeds.PAGE_WEBHOOK,
        **{"title": title, "anchor": "NO_SHOW", "url": "https://hooks.example/", **given},
    )


def test_profiles_of_a_loop_are_read_once(sandbox: Sandbox, shared: Shared) -> None:
    items: list[dict[str, Any]] = [
        {"name": "One"},
        {"name": "Two"},
        {"id": 389, "name": "Other"},
        {"name": "One", "state": "absent"},
    ]
    found = loop(EVENT_PROFILE, [sandbox.phonecom_options(**item) for item in items], shared)
    assert [called["operation"] for called in found] == ["created", "created", "updated", "deleted"]
    assert [entry["method"] for entry in sandbox.log()] == ["GET", "POST", "POST", "PATCH", "GET", "DELETE"]
    assert sandbox.connections() == 1
    again = loop(EVENT_PROFILE, [sandbox.phonecom_options(**item) for item in items], shared)
    assert [called["operation"] for called in again] == ["created", "unchanged", "unchanged", "deleted"]


def test_a_check_of_a_loop_reads_once_too(sandbox: Sandbox, shared: Shared) -> None:
    items = [sandbox.phonecom_options(name=f"New {number}") for number in range(10)]
    found = loop(EVENT_PROFILE, items, shared, check=True)
    assert all(called["operation"] == "created" for called in found)
    assert len(sandbox.log()) == 1


def test_what_another_worker_made_meanwhile_is_seen(sandbox: Sandbox, shared: Shared) -> None:
    call(EVENT_PROFILE, sandbox.phonecom_options(name="One"), shared=shared)
    call(EVENT_PROFILE, sandbox.phonecom_options(name="Two"))
    called = call(EVENT_PROFILE, sandbox.phonecom_options(name="Two"), shared=shared)
    assert called["operation"] == "unchanged"
    assert [row["name"] for row in sandbox.profiles()].count("Two") == 1


def test_accounts_and_scopes_share_nothing(sandbox: Sandbox, shared: Shared) -> None:
    other = {"account_id": str(seeds.PHONECOM_OTHER_ACCOUNT), "api_token": seeds.PHONECOM_OTHER_TOKEN}
    items = [
        sandbox.phonecom_options(name="One"),
        sandbox.phonecom_options(name="One", extension_id=seeds.PHONECOM_EXTENSION),
        sandbox.phonecom_options(name="One", **other),
    ]
    assert [called["operation"] for called in loop(EVENT_PROFILE, items, shared)] == ["created"] * 3
    stolen = sandbox.phonecom_options(name="One", account_id=str(seeds.PHONECOM_OTHER_ACCOUNT))
    assert_told(call(EVENT_PROFILE, stolen, shared=shared), "status 403")


def test_after_a_failure_the_list_is_read_again(sandbox: Sandbox, shared: Shared) -> None:
    call(EVENT_PROFILE, sandbox.phonecom_options(name="One"), shared=shared)
    sandbox.fault("drop", method="POST", when="after")
    failed = call(EVENT_PROFILE, sandbox.phonecom_options(name="Two", max_retries=0, read_timeout=1), shared=shared)
    assert failed["changed"] is True
    sandbox.rival("phonecom", "create", account=seeds.PHONECOM_ACCOUNT, fields={"name": "Three"})
    failed = call(EVENT_PROFILE, sandbox.phonecom_options(name=" "), shared=shared)
    assert failed.failed
    assert call(EVENT_PROFILE, sandbox.phonecom_options(name="Three"), shared=shared)["operation"] == "unchanged"


@pytest.mark.parametrize(
    ("method", "kind", "fault"),
    [
        ("POST", "drop", {"when": "after"}),
        ("POST", "status", {"status": 503, "when": "after"}),
        ("POST", "status", {"status": 200, "json": {}}),
        ("PATCH", "drop", {"when": "after"}),
        ("PATCH", "status", {"status": 200, "json": {}, "when": "after"}),
        ("DELETE", "drop", {"when": "after"}),
        ("DELETE", "status", {"status": 200, "json": {}, "when": "after"}),
    ],
)
def test_after_a_write_that_nobody_was_sure_of_the_list_is_read_again(
    method: str, kind: str, fault: dict[str, Any], sandbox: Sandbox, shared: Shared
) -> None:
    items = {"POST": {"name": "Two"}, "PATCH": {"name": "One", "support_email": "a@example.org"}}
    item = items.get(method, {"name": "One", "state": "absent"})
    assert call(EVENT_PROFILE, sandbox.phonecom_options(name="One"), shared=shared)["operation"] == "created"
    sandbox.fault(kind, method=method, **fault)
    assert call(EVENT_PROFILE, sandbox.phonecom_options(**item), shared=shared)["changed"] is True
    sandbox.rival("phonecom", "create", account=seeds.PHONECOM_ACCOUNT, fields={"name": "Three"})
    assert call(EVENT_PROFILE, sandbox.phonecom_options(name="Three"), shared=shared)["operation"] == "unchanged"


def test_webhooks_of_a_loop_do_not_lose_each_other(sandbox: Sandbox, shared: Shared) -> None:
    theirs = {**seeds.WEBHOOK, "title": "Theirs", "headers": {"Authorization": "Bearer theirs"}}
    sandbox.set_actions([*sandbox.actions(), theirs])
    before = [json.dumps(raw) for raw in sandbox.actions()]
    items = [hook(sandbox, f"Hook {number}", secret_headers={"X-Auth": f"s3cr3t-{number}"}) for number in range(4)]
    found = loop(WEBHOOK_ACTION, [*items, items[0]], shared)
    assert [called["operation"] for called in found] == [*["created"] * 4, "unchanged"]
    assert [json.dumps(raw) for raw in sandbox.actions()[:5]] == before
    assert [raw["title"] for raw in sandbox.actions()[5:]] == [f"Hook {number}" for number in range(4)]


def test_a_later_item_knows_the_secrets_of_the_list_that_an_earlier_one_read(sandbox: Sandbox, shared: Shared) -> None:
    theirs = {**seeds.WEBHOOK, "title": "Theirs", "headers": {"Authorization": "Bearer theirs-s3cr3t"}}
    sandbox.set_actions([*sandbox.actions(), theirs])
    call(WEBHOOK_ACTION, hook(sandbox, seeds.WEBHOOK["title"], anchor="BOOKING_CREATED", url=None), shared=shared)
    message = {"code": "caligraph_invalid_payload", "message": "bad header Bearer theirs-s3cr3t"}
    sandbox.fault("status", status=400, method="PATCH", json=message)
    called = call(WEBHOOK_ACTION, hook(sandbox, "New"), shared=shared)
    assert_told(called, "status 400")
    assert "s3cr3t" not in json.dumps(called.result)


def test_an_info_module_reads_for_itself(sandbox: Sandbox, shared: Shared) -> None:
    call(EVENT_PROFILE, sandbox.phonecom_options(name="One"), shared=shared)
    sandbox.rival("phonecom", "create", account=seeds.PHONECOM_ACCOUNT, fields={"name": "Rival"})
    called = call(EVENT_PROFILE_INFO, sandbox.phonecom_options(), shared=shared)
    assert "Rival" in [row["name"] for row in called["profiles"]]
