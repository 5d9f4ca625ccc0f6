# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup as entries: applied, they make the webhooks of the page what they were when it was written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.commops.events.plugins.filter.backup_entries import FilterModule
from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION_INFO, WEBHOOK_ACTIONS
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import Called, call

Obj = dict[str, Any]
backup_entries = FilterModule().filters()["backup_entries"]

SECRET_URL = "https://crm.example.org/hook?token=receiver-token-1"
WEBHOOKS = [
    {**seeds.WEBHOOK, "title": "New", "headers": {"X-Auth-Token": "old-secret-value", "X-Source": "bookings"}},
    {**seeds.WEBHOOK, "title": "Gone", "to": SECRET_URL, "headers": {"X-Auth-Token": "other-secret-value"}},
    {**seeds.WEBHOOK, "title": "Twice", "headers": {}},
    {**seeds.WEBHOOK, "title": "Twice", "anchor": "NO_SHOW", "headers": {}},
]


class Page:
    """A booking page with webhooks, of which backups are written and restored."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self._folder = folder
        self.stored = sandbox.set_actions([*seeds.default_emails(1), *WEBHOOKS])

    def options(self, **changes: Any) -> Obj:
        return self.sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK, **changes)

    def change(self, actions: list[Obj], *, secrets: bool) -> str:
        """Apply something; the text of the backup that is written before."""
        options = self.options(actions=actions, backup_dir=str(self._folder), backup_secrets=secrets)
        changed = call(WEBHOOK_ACTIONS, options)
        assert changed["changed"], changed.result
        return Path(changed["backup_file"]).read_text()

    def restore(self, backup: str, **changes: Any) -> Called:
        live = call(WEBHOOK_ACTION_INFO, self.options(type="WEBHOOK"))["actions"]
        found = backup_entries(backup, live_ids=[item["id"] for item in live])
        assert (found["account_id"], found["profile_id"]) == (seeds.CALIGRAPH_ACCOUNT, seeds.PAGE_WEBHOOK)
        return call(WEBHOOK_ACTIONS, self.options(actions=found["actions"], **changes))

    def now(self) -> list[Obj]:
        return [self.plain(item) for item in self.sandbox.actions()]

    @staticmethod
    def plain(item: Obj) -> Obj:
        """An action without what the server sets."""
        return {key: value for key, value in item.items() if key not in (*seeds.SERVER_SET, "id")}


@pytest.fixture
def page(sandbox: Sandbox, tmp_path: Path) -> Page:
    return Page(sandbox, tmp_path / "backups")


@pytest.mark.parametrize("ids", ["keep", "renew"])
def test_webhooks_that_were_changed_and_deleted_are_as_they_were(page: Page, ids: str) -> None:
    page.sandbox.quirks(caligraph_ids=ids)
    backup = page.change(
        [
            {
                "title": "Renamed",
                "formerly": ["New"],
                "url": "https://new.example.org",
                "secret_headers": {"X-New": "n" * 9},
            },
            {"title": "Gone", "state": "absent"},
            {"title": "Twice", "anchor": "NO_SHOW", "match_by": ["title", "anchor"], "state": "absent"},
        ],
        secrets=True,
    )
    restored = page.restore(backup)
    assert restored["changed"], restored.result
    was = [page.plain(item) for item in page.stored]
    left = [item for item in page.now() if item not in was]
    # Without its id, nobody can tell that a webhook of another title is the same one: it stays beside the old one.
    assert [item["title"] for item in left] == ([] if ids == "keep" else ["Renamed"])
    assert [item for item in was if item not in page.now()] == []
    assert page.restore(backup)["changed"] is False
    assert "receiver-token-1" not in json.dumps(restored.result)


def test_without_secrets_what_is_there_is_kept(page: Page) -> None:
    entry = {
        "title": "New",
        "body": "changed",
        "secret_headers": {"X-Auth-Token": "new-secret-value", "X-Extra": "x" * 9},
    }
    backup = page.change([entry, {"title": "Gone", "anchor": "NO_SHOW"}], secrets=False)
    restored = page.restore(backup)
    assert [item["operation"] for item in restored["operations"]] == ["updated", "updated", "unchanged", "unchanged"]
    new, gone = page.now()[-4:-2]
    assert new == {
        **page.plain(page.stored[-4]),
        "headers": {"X-Auth-Token": "new-secret-value", "X-Source": "bookings"},
    }
    assert gone == page.plain(page.stored[-3])


def test_without_secrets_a_deleted_webhook_is_refused_and_says_what_is_missing(page: Page) -> None:
    backup = page.change([{"title": "New", "state": "absent"}], secrets=False)
    before = page.now()
    restored = page.restore(backup)
    assert "X-Auth-Token" in restored["msg"]
    assert "has no value" in restored["msg"]
    assert page.now() == before


def test_values_that_stand_for_masked_ones_are_never_written(page: Page) -> None:
    backup = json.loads(page.change([{"title": "New", "body": "x"}], secrets=True))
    backup["actions"][-4].update(
        to="https://crm.example.org/?token=(secret)",
        body="(secret)",
        headers={"X-Auth-Token": True, "X-Source": "********"},
    )
    entry = backup_entries(json.dumps(backup), live_ids=[backup["actions"][-4]["id"]])["actions"][0]
    assert "body" not in entry
    assert "url" not in entry
    assert entry["secret_headers"] == {"X-Auth-Token": None, "X-Source": None}


def test_what_ansible_can_not_take_is_kept(page: Page) -> None:
    backup = json.loads(page.change([{"title": "New", "body": "x"}], secrets=True))
    action = backup["actions"][-4]
    action.update(title="half \ud800", body="half \udfff", subject="BREW", anchor="BOOKING_TELEPORTED")
    (entry, *_others) = backup_entries(json.dumps(backup), live_ids=[action["id"]])["actions"]
    assert entry["id"] == action["id"]
    assert {"title", "body", "method"}.isdisjoint(entry)
    assert (entry["anchor"], entry["validate_anchor"]) == ("BOOKING_TELEPORTED", False)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (None, "it is no JSON"),
        ([], "of the format commops.events.caligraph_actions/1"),
        ({"format": "commops.events.caligraph_actions/2"}, "of the format commops.events.caligraph_actions/1"),
        ({"account_id": None}, "damaged"),
        ({"profile_id": "../x"}, "damaged"),
        ({"actions": None}, "damaged"),
        ({"actions": [{}]}, "not all of its actions are whole"),
        ({"actions": ["secret-text"]}, "not all of its actions are whole"),
    ],
)
def test_what_is_no_backup_is_refused(page: Page, change: Any, problem: str) -> None:
    text = page.change([{"title": "New", "body": "x"}], secrets=True)
    if change is None:
        text = text[: len(text) // 2]
    else:
        text = json.dumps({**json.loads(text), **change} if isinstance(change, dict) else change)
    with pytest.raises(AnsibleFilterError, match=problem) as caught:
        backup_entries(text)
    assert "secret-" not in str(caught.value)


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="takes the text of a backup"):
        backup_entries({"format": "x"})
    with pytest.raises(AnsibleFilterError, match="live_ids has to be a list"):
        backup_entries("{}", live_ids="x")
