# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writers outside of our locks: between our read, our write and our verification."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call
from unit.services.scenario import assert_told, writes
from unit.services.writers import (
    EMAILS,
    RIVALS_HOOK,
    TITLE,
    hook,
    titles,
)


def edit(op: str, **given: Any) -> dict[str, Any]:
    return {"service": "caligraph", "page_id": seeds.PAGE_WEBHOOK, "op": op, **given}


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


def test_what_a_rival_writes_between_read_and_write_is_not_noticed(sandbox: Sandbox) -> None:
    """The API has no way to notice it; the documentation says so."""
    sandbox.rival_on(edit("add", action=RIVALS_HOOK), method="PATCH")
    called = call(WEBHOOK_ACTION, hook(sandbox), sandbox=sandbox)
    assert called["verified"] is True
    assert "Rival 1" not in titles(sandbox)
