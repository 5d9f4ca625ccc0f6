# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of webhook actions as one plan and one write, on one booking page or on many; and the info module."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import (
    WEBHOOK_ACTION_INFO,
    WEBHOOK_ACTIONS,
)
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import Called, call, check_live_again
from unit.services.scenario import assert_told, refused, writes

TITLE = seeds.WEBHOOK["title"]


def hook(title: str, **given: Any) -> dict[str, Any]:
    return {"title": title, "anchor": "BOOKING_ENDS", "url": f"https://hooks.example/team/{title}", **given}


def declare(sandbox: Sandbox, *actions: dict[str, Any], **options: Any) -> dict[str, Any]:
    return sandbox.caligraph_options(**{"profile_id": seeds.PAGE_WEBHOOK, "actions": list(actions), **options})


def kinds(called: Called) -> list[str]:
    return [item["operation"] for item in called["operations"]]


def titles(sandbox: Sandbox, page: str = seeds.PAGE_WEBHOOK) -> list[Any]:
    return [raw["title"] for raw in sandbox.actions(page)]


EMAILS = [raw["title"] for raw in seeds.default_emails(1)]


def test_everything_in_one_write(sandbox: Sandbox) -> None:
    sandbox.set_actions([*sandbox.actions(), {**seeds.WEBHOOK, "title": "Old"}, {**seeds.WEBHOOK, "title": "Theirs"}])
    arguments = declare(
        sandbox,
        hook("New"),
        {"title": TITLE, "offset_minutes": 10},
        {"title": "Old", "state": "absent"},
        hook("Newer", headers={"a": "b"}),
        {"title": "Never", "state": "absent"},
    )
    predicted, live, again = check_live_again(WEBHOOK_ACTIONS, arguments, sandbox)
    assert kinds(predicted) == ["created", "updated", "deleted", "created", "unchanged"]
    assert live.methods == ["GET", "PATCH", "GET"]
    assert again.methods == ["GET"]
    assert titles(sandbox) == [*EMAILS, TITLE, "Theirs", "New", "Newer"]
    assert live["verified"] is True
    assert len(live["diff"]) == 4
    assert [item["kind"] for item in live["drift"]] == ["missing", "different", "unexpected", "missing"]


def test_nothing_declared_changes_nothing(sandbox: Sandbox) -> None:
    _predicted, live, _again = check_live_again(WEBHOOK_ACTIONS, declare(sandbox), sandbox)
    assert live["operations"] == []


def test_purge_sees_webhooks_only(sandbox: Sandbox) -> None:
    arguments = declare(sandbox, hook("New"), purge=True, purge_only={"everything": True}, max_deletions=1)
    _predicted, live, _again = check_live_again(WEBHOOK_ACTIONS, arguments, sandbox)
    assert kinds(live) == ["created", "deleted"]
    assert titles(sandbox) == [*EMAILS, "New"]


@pytest.mark.parametrize(
    ("only", "left"),
    [
        ({"title_prefix": "team "}, ["other", "team/c"]),
        ({"url_prefix": "https://hooks.example/team"}, ["team b"]),
        ({"url_prefix": "https://HOOKS.example:443/team/"}, ["team b"]),
        ({"url_prefix": "https://hooks.example/te"}, ["team a", "team b", "other", "team/c"]),
        ({"title_prefix": "team ", "url_prefix": "https://hooks.example/team"}, ["team b", "other", "team/c"]),
    ],
)
def test_purge_by_prefix(sandbox: Sandbox, only: dict[str, str], left: list[str]) -> None:
    def there(title: str, url: str) -> dict[str, Any]:
        return {**seeds.WEBHOOK, "title": title, "to": url}

    sandbox.set_actions(
        [
            *sandbox.actions()[:3],
            there("team a", "https://hooks.example/team/a"),
            there("team b", "https://hooks.example/teams/b"),
            there("other", "https://hooks.example/team"),
            there("team/c", "https://hooks.example/team?x=1"),
        ]
    )
    arguments = declare(sandbox, purge=True, purge_only=only, max_deletions=9)
    check_live_again(WEBHOOK_ACTIONS, arguments, sandbox)
    assert titles(sandbox) == [*EMAILS, *left]


@pytest.mark.parametrize("check", [True, False])
def test_more_deletions_than_allowed_are_refused_whole(sandbox: Sandbox, check: bool) -> None:
    state = sandbox.state()
    arguments = declare(sandbox, hook("New"), purge=True, purge_only={"everything": True}, max_deletions=0)
    called = call(WEBHOOK_ACTIONS, arguments, check=check, sandbox=sandbox)
    assert_told(called, "max_deletions", "1 webhook action", "raise max_deletions to 1")
    assert called["changed"] is False
    assert called.methods == ["GET"]
    assert [item["kind"] for item in called["drift"]] == ["missing", "unexpected"]
    assert ("diff" in called.result) == check
    assert sandbox.state() == state


@pytest.mark.parametrize(
    ("entries", "parts"),
    [
        ([hook("A"), hook("A", anchor="NO_SHOW")], ("actions[0] and actions[1]",)),
        ([{"title": TITLE}, {"id": seeds.WEBHOOK_ID, "title": "X"}], ("actions[0] and actions[1]",)),
        ([hook("A"), {"title": "B"}], ("actions[1]", "is needed to create")),
        ([hook("A"), hook("B", anchor="BOOKING_START")], ("actions[1].anchor", "BOOKING_STARTS?")),
        ([hook("A"), hook("B", body="{")], ("actions[1].body", "broken")),
        ([hook("A"), hook("B", headers={"a": "\n"})], ("actions[1].headers", "the value of a")),
        ([hook("A"), hook("B", url="hooks.example")], ("actions[1].url", "is no URL")),
        ([hook("A"), {"anchor": "NO_SHOW"}], ("actions[1].title", "needed")),
        ([hook("A"), {"id": "no-such-id"}], ("actions[1]: ", "no webhook action with id")),
        ([hook("A"), {"title": ""}], ("actions[1].title", "must not be empty")),
    ],
)
def test_a_refusal_names_the_entry_and_nothing_is_written(
    sandbox: Sandbox, entries: list[dict[str, Any]], parts: tuple[str, ...]
) -> None:
    refused(WEBHOOK_ACTIONS, declare(sandbox, *entries), sandbox, *parts)


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"purge": True, "max_deletions": 1}, "purge_only"),
        ({"purge": True, "purge_only": {"title_prefix": ""}, "max_deletions": 1}, "empty prefix"),
        ({"purge": True, "purge_only": {"url_prefix": "hooks.example"}, "max_deletions": 1}, "purge_only.url_prefix"),
        ({"purge": True, "purge_only": {"url_prefix": "https://a.example/?x=1"}, "max_deletions": 1}, "url_prefix"),
        ({"purge": True, "purge_only": {"everything": True}}, "max_deletions"),
        ({"purge": True, "purge_only": {"everything": True}, "max_deletions": -1}, "max_deletions: -1"),
        ({"purge": True, "purge_only": {"everything": True}, "max_deletions": 1, "state": "absent"}, "state: absent"),
    ],
)  # fmt: skip
def test_a_purge_that_is_not_bounded_is_refused(sandbox: Sandbox, options: dict[str, Any], part: str) -> None:
    refused(WEBHOOK_ACTIONS, declare(sandbox, **options), sandbox, part)


def test_an_entry_outside_of_purge_only_is_refused(sandbox: Sandbox) -> None:
    arguments = declare(
        sandbox, hook("A"), purge=True, purge_only={"url_prefix": "https://hooks.example/other"}, max_deletions=9
    )
    refused(WEBHOOK_ACTIONS, arguments, sandbox, "actions[0]", "outside purge_only")


@pytest.mark.parametrize("carried_out", [False, True])
def test_a_failed_write_leaves_all_or_nothing_and_the_next_run_converges(sandbox: Sandbox, carried_out: bool) -> None:
    arguments = declare(sandbox, hook("A"), hook("B"), {"title": TITLE, "state": "absent"}, max_retries=0)
    when = "after" if carried_out else "before"
    sandbox.fault("drop", method="PATCH", when=when)
    called = call(WEBHOOK_ACTIONS, arguments, sandbox=sandbox)
    assert called.failed is not carried_out
    assert titles(sandbox) == ([*EMAILS, "A", "B"] if carried_out else [*EMAILS, TITLE])
    if not carried_out:
        assert_told(called, "may or may not", "does not show the change")
        assert [item["done"] for item in called["operations"]] == [False, False, False]
    assert call(WEBHOOK_ACTIONS, arguments, sandbox=sandbox)["changed"] is not carried_out
    assert titles(sandbox) == [*EMAILS, "A", "B"]


# Many pages


def test_one_declaration_for_all_pages(sandbox: Sandbox) -> None:
    arguments = sandbox.caligraph_options(all_profiles=True, actions=[hook("Everywhere")])
    _predicted, live, _again = check_live_again(WEBHOOK_ACTIONS, arguments, sandbox)
    pages = [seeds.PAGE_WEBHOOK, seeds.PAGE_DEFAULT, seeds.PAGE_EMPTY]
    assert kinds(live) == ["created"] * 3
    assert {item["scope"] for item in live["drift"]} == set(pages)
    assert all(titles(sandbox, page)[-1] == "Everywhere" for page in pages)
    assert titles(sandbox, seeds.PAGE_FOREIGN) == [raw["title"] for raw in seeds.default_emails(3)]


def test_pages_that_fail_are_told_and_those_that_were_written_too(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=400, method="PATCH", path_regex=seeds.PAGE_DEFAULT, times=None)
    pages = [seeds.PAGE_WEBHOOK, seeds.PAGE_DEFAULT, seeds.PAGE_EMPTY]
    arguments = sandbox.caligraph_options(profile_ids=pages, actions=[hook("Everywhere")], stop_after_failures=3)
    called = call(WEBHOOK_ACTIONS, arguments, sandbox=sandbox)
    assert_told(called, "1 of 3 lists failed", seeds.PAGE_DEFAULT, "status 400")
    assert called["changed"] is True
    assert [item["scope"] for item in called["failures"]] == [seeds.PAGE_DEFAULT]
    assert titles(sandbox, seeds.PAGE_DEFAULT) == [raw["title"] for raw in seeds.default_emails(2)]
    sandbox.clear_faults()
    rest = call(WEBHOOK_ACTIONS, arguments, sandbox=sandbox)
    assert sorted(kinds(rest)) == ["created", "unchanged", "unchanged"]


# Info


def test_info_shows_all_actions_masked_and_the_declaration_of_webhooks(sandbox: Sandbox) -> None:
    secret = {**seeds.WEBHOOK, "title": "Secret", "to": "https://a.example/?k=s3cr3t", "headers": {"X": "s3cr3t"}}
    sandbox.set_actions([*sandbox.actions(), secret, {**seeds.WEBHOOK, "anchor": "NEW_KIND"}])
    called = call(WEBHOOK_ACTION_INFO, sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK), sandbox=sandbox)
    assert called.methods == ["GET"]
    assert [item["title"] for item in called["actions"]] == [*EMAILS, TITLE, "Secret", TITLE]
    assert "s3cr3t" not in json.dumps(called.result)
    assert "headerhere" not in json.dumps(called.result)
    declared = called["declared"]
    assert [item.get("id") for item in declared] == [seeds.WEBHOOK_ID, None, sandbox.actions()[-1]["id"]]
    assert declared[0]["secret_headers"] == {"test": None, "another": None}
    assert "url" not in declared[1]
    assert declared[2]["validate_anchor"] is False
    _predicted, live, _again = check_live_again(WEBHOOK_ACTIONS, declare(sandbox, *declared), sandbox)
    assert live["changed"] is False
    assert writes(live) == []


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({"type": "WEBHOOK"}, 1),
        ({"type": "EMAIL"}, 3),
        ({"anchor": "BOOKING_CREATED"}, 4),
        ({"anchor": "NO_SHOW"}, 0),
        ({"title_pattern": "*to the*"}, 3),
        ({"title": TITLE, "id": "other"}, 0),
    ],
)
def test_info_filters(sandbox: Sandbox, given: dict[str, str], count: int) -> None:
    arguments = sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK, **given)
    called = call(WEBHOOK_ACTION_INFO, arguments, sandbox=sandbox)
    assert len(called["actions"]) == count


@pytest.mark.parametrize("state", ["401", "404"])
def test_info_of_a_page_that_may_not_be_read_fails(sandbox: Sandbox, state: str) -> None:
    sandbox.quirks(caligraph_foreign_profile_status=int(state))
    called = call(WEBHOOK_ACTION_INFO, sandbox.caligraph_options(profile_id=seeds.PAGE_FOREIGN), sandbox=sandbox)
    assert_told(called, f"status {state}", "Check profile_id")


def test_a_declaration_of_strange_webhooks_applies_with_no_change(sandbox: Sandbox) -> None:
    base = seeds.WEBHOOK
    strange = [
        {**base, "title": "no body", "body": None},
        {**base, "title": "broken body", "body": "{ not json"},
        {**base, "title": "no url", "to": None},
        {**base, "title": "no real url", "to": "hooks.example"},
        {**base, "title": "user in the url", "to": "https://me@a.example/"},
        {**base, "title": "empty verb", "subject": ""},
        {**base, "title": "other verb", "subject": "HEAD"},
        {**base, "title": "float offset", "offsetMinutes": 1.5},
        {**base, "title": "text offset", "offsetMinutes": "1"},
        {**base, "title": "no headers", "headers": None},
        {**base, "title": "empty header", "headers": {"a": ""}},
        {**base, "title": "odd names", "headers": {"a b": "1", "": "2"}},
        {**base, "title": "headers twice", "headers": {"a": "1", "A": "2"}},
        {**base, "title": None},
        {**base, "title": ""},
        {**base, "title": "   "},
        {**base, "title": 7},
    ]
    sandbox.set_actions([{"id": f"id-{number}", **raw} for number, raw in enumerate(strange)], exact=True)
    found = call(WEBHOOK_ACTION_INFO, sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK), sandbox=sandbox)
    assert len(found["declared"]) == len(strange)
    _predicted, live, _again = check_live_again(WEBHOOK_ACTIONS, declare(sandbox, *found["declared"]), sandbox)
    assert live["changed"] is False
