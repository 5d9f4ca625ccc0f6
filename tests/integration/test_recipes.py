# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recipes of docs/recipes.md run as they stand, and do what they say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox import seeds
from sandbox.client import Sandbox
from support.playbooks import CHECKOUT, Played
from support.recipes import PAGE, Recipe, titles

OLD_TOKEN, NEW_TOKEN = "old-crm-token-4c1d", "new-crm-token-9e0a"
SECRETS = {
    "vault_clinic_phonecom_api_token": seeds.PHONECOM_TOKEN,
    "vault_clinic_caligraph_api_key": seeds.CALIGRAPH_KEY,
    "vault_crm_token": OLD_TOKEN,
}
HIDDEN = [*SECRETS.values(), NEW_TOKEN, *seeds.WEBHOOK["headers"].values()]
PAGES = [seeds.PAGE_WEBHOOK, seeds.PAGE_DEFAULT, seeds.PAGE_EMPTY]


class Kitchen:
    """A recipe, and what the local API saw of it."""

    def __init__(self, recipe: Recipe, sandbox: Sandbox) -> None:
        self.recipe = recipe
        self.sandbox = sandbox

    def next(self, code: int = 0) -> Played:
        """Call the next command. In check mode, and by playbooks that only read, nothing may be written."""
        command = self.recipe.commands[self.recipe.played]
        before = self.sandbox.mark()
        played = self.recipe.next()
        assert played.code == code, played.output
        assert [secret for secret in HIDDEN if secret in played.output] == []
        if "--check" in command or command[1] in ("commops.events.audit", "commops.events.export"):
            assert self.sandbox.unsafe_requests(before) == []
        return played

    def last(self, code: int = 0) -> Played:
        """Call the last command of the recipe."""
        assert self.recipe.played == len(self.recipe.commands) - 1
        return self.next(code)

    def writes(self) -> int:
        return len(self.sandbox.unsafe_requests())

    def webhooks(self, page: str = seeds.PAGE_WEBHOOK) -> list[dict[str, Any]]:
        return [action for action in self.sandbox.actions(page) if action["type"] == "WEBHOOK"]

    def emails(self) -> list[dict[str, Any]]:
        return [action for page in PAGES for action in self.sandbox.actions(page) if action["type"] == "EMAIL"]


Prepare = Callable[[str], Kitchen]


@pytest.fixture
def prepare(sandbox: Sandbox, tmp_path: Path) -> Prepare:
    def prepared(title: str) -> Kitchen:
        return Kitchen(Recipe(title, sandbox, tmp_path, SECRETS), sandbox)

    return prepared


def test_adopt_an_existing_account(prepare: Prepare) -> None:
    kitchen = prepare("Adopt an existing account")
    state = kitchen.sandbox.state()
    kitchen.next()
    assert [path.name for path in kitchen.recipe.path("exported").iterdir()] == ["clinic.yml"]
    assert "clinic: clean" in kitchen.next().output
    applied = kitchen.last()
    assert "Show what changes" not in [item["task"] for item in applied.tasks if item["status"] == "ok"]
    assert kitchen.sandbox.state() == state


def test_roll_one_webhook_out_to_all_booking_pages(prepare: Prepare) -> None:
    kitchen = prepare("Roll one webhook out to all booking pages")
    kept = [kitchen.webhooks(), kitchen.emails()]
    assert kitchen.next().output.count("created: webhook action 'Bookings to the CRM'") == 9
    before = kitchen.sandbox.mark()
    kitchen.last()
    for page in PAGES:
        new = kitchen.webhooks(page)[-3:]
        assert [item["anchor"] for item in new] == ["BOOKING_CREATED", "BOOKING_RESCHEDULED", "BOOKING_CANCELLED"]
        assert {item["headers"]["X-Auth-Token"] for item in new} == {OLD_TOKEN}
        # one read, one write, one verification
        calls = [method for method, path, _status in kitchen.sandbox.calls(before) if path.endswith(page)]
        assert calls == ["GET", "PATCH", "GET"]
    assert [kitchen.webhooks()[:-3], kitchen.emails()] == kept


@pytest.mark.parametrize("masked", [False, True])
def test_rotate_a_webhook_s_header_secret(prepare: Prepare, masked: bool) -> None:
    kitchen = prepare("Rotate a webhook's header secret")
    headers = {"X-Source": "bookings", "X-Auth-Token": OLD_TOKEN}
    kitchen.sandbox.set_actions([*seeds.default_emails(1), {**seeds.WEBHOOK, "headers": headers}])
    if masked:
        kitchen.sandbox.quirks(caligraph_mask_headers="true")
    kitchen.recipe.secrets(**{**SECRETS, "vault_crm_token": NEW_TOKEN})
    first = kitchen.next()
    token = OLD_TOKEN if masked else NEW_TOKEN
    assert kitchen.webhooks()[0]["headers"] == {"X-Source": "bookings", "X-Auth-Token": token}
    assert ("(secret, new value)" in first.output) is not masked
    if masked:
        kitchen.last()
        assert kitchen.webhooks()[0]["headers"] == {"X-Source": "bookings", "X-Auth-Token": NEW_TOKEN}


def test_move_webhooks_to_a_new_receiver(prepare: Prepare) -> None:
    kitchen = prepare("Move webhooks to a new receiver")
    pages = (seeds.PAGE_WEBHOOK, seeds.PAGE_DEFAULT)
    old = [
        {**seeds.WEBHOOK, "title": "New booking", "to": "https://crm.example.org/bookings"},
        {
            **seeds.WEBHOOK,
            "title": "Cancelled booking",
            "anchor": "BOOKING_CANCELLED",
            "to": "https://crm.example.org/cancellations",
        },
        {**seeds.WEBHOOK, "title": "Not ours", "to": "https://erp.example.org"},
    ]
    for page in pages:
        kitchen.sandbox.set_actions(old, page)
    shown = kitchen.next().output
    assert (
        shown.count('-    "url": "https://crm.example.org/')
        == shown.count('+    "url": "https://crm.new.example.org/')
        == 4
    )
    kitchen.last()
    for page in pages:
        assert [item["to"] for item in kitchen.webhooks(page)] == [
            "https://crm.new.example.org/bookings",
            "https://crm.new.example.org/cancellations",
            "https://erp.example.org",
        ]
    assert len(list(kitchen.recipe.backups.glob("*.json"))) == 2
    assert kitchen.writes() == 2


def test_audit_every_night(prepare: Prepare) -> None:
    kitchen = prepare("Audit every night")
    entry = {"title": "Booking created API call", "url": "https://webhookURL.com"}
    page = {"profile_id": seeds.PAGE_WEBHOOK, "actions": [entry]}
    account = {"caligraph": kitchen.sandbox.caligraph_options(pages=[page])}
    kitchen.recipe.path("events.yml").write_text(json.dumps({"commops_events_accounts": {"clinic": account}}))
    assert "clinic: clean" in kitchen.last().output
    edit = {"title": entry["title"], "action": {"to": "https://elsewhere.example.org"}}
    kitchen.sandbox.rival("caligraph", "replace", page_id=seeds.PAGE_WEBHOOK, **edit)
    kitchen.recipe.played = 0
    assert "different: webhook action 'Booking created API call'" in kitchen.last(code=2).output


def test_hand_over_from_the_dashboard_to_code(prepare: Prepare) -> None:
    kitchen = prepare("Hand over from the dashboard to code")
    kept = [kitchen.webhooks(), kitchen.emails()]
    kitchen.next()
    exported = kitchen.recipe.path("exported") / "clinic.yml"
    (part,) = kitchen.recipe.parts
    first = part.splitlines(keepends=True)[0]
    assert exported.read_text().count(first) == 1
    exported.write_text(exported.read_text().replace(first, part))

    added = {**seeds.WEBHOOK, "title": "Quick test"}
    kitchen.sandbox.rival("caligraph", "add", page_id=seeds.PAGE_WEBHOOK, action=added)
    assert "unexpected: webhook action 'Quick test'" in kitchen.next(code=2).output
    assert "deleted: webhook action 'Quick test'" in kitchen.next().output
    kitchen.last()
    assert [kitchen.webhooks(), kitchen.emails()] == kept


def test_undo_from_a_backup(prepare: Prepare) -> None:
    kitchen = prepare("Undo from a backup")
    old = kitchen.webhooks()
    kitchen.next()
    assert kitchen.webhooks()[0]["to"] == "https://wrong.example.org"
    later = {**seeds.WEBHOOK, "title": "Made since"}
    kitchen.sandbox.rival("caligraph", "add", page_id=seeds.PAGE_WEBHOOK, action=later)
    assert '+    "url": "https://webhookURL.com"' in kitchen.next().output
    kitchen.last()
    restored, since = kitchen.webhooks()
    assert {**restored, "updated": None} == {**old[0], "updated": None}
    assert since["title"] == "Made since"


def test_decommission_an_account(prepare: Prepare) -> None:
    kitchen = prepare("Decommission an account")
    kitchen.sandbox.set_actions(
        [*seeds.default_emails(3), {**seeds.WEBHOOK, "title": "Not declared"}], seeds.PAGE_EMPTY
    )
    emails = kitchen.emails()
    assert "deleted: event profile 'My special profile'" in kitchen.next().output
    kitchen.next()
    assert [profile["id"] for profile in kitchen.sandbox.profiles()] == [seeds.PROFILE_IN_USE]
    assert [len(kitchen.webhooks(page)) for page in PAGES] == [0, 0, 1]
    kitchen.last()
    assert [len(kitchen.webhooks(page)) for page in PAGES] == [0, 0, 0]
    assert kitchen.emails() == emails
    assert [profile["id"] for profile in kitchen.sandbox.profiles()] == [seeds.PROFILE_IN_USE]


def test_every_recipe_has_a_test() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert titles()
    assert [title for title in titles() if f'prepare("{title}")' not in source] == []


def test_pages_name_no_variable_that_no_playbook_knows() -> None:
    folder = CHECKOUT / "playbooks"
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.yml"))
    callback = (CHECKOUT / "plugins" / "callback" / "drift_report.py").read_text(encoding="utf-8")
    for page in (folder / "README.md", PAGE):
        named = set(re.findall(r"\bcommops_events_\w+", page.read_text(encoding="utf-8")))
        known = set(re.findall(r"\bcommops_events_\w+", sources + callback))
        assert named - known == set()
