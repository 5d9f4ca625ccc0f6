# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run shows: operations, diffs and drift, the same in both modes, and no secret in any of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION, WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._errors import EventsError
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE, EVENT_PROFILES
from ansible_collections.commops.events.plugins.module_utils._plan import CREATED, DELETED, UNCHANGED, Purge, plan
from ansible_collections.commops.events.plugins.module_utils._report import Report
from ansible_collections.commops.events.plugins.module_utils._resource import INFO, Field, Resource
from ansible_collections.commops.events.plugins.module_utils._secrets import Masker
from ansible_collections.commops.events.plugins.module_utils._service import Outcome, Wanted
from ansible_collections.commops.events.plugins.module_utils._values import Raw
from unit.core.lists import action_items, actions, applied, declare, profile, webhook

SECRET, OLD, NEW = "(secret)", "(secret, old value)", "(secret, new value)"


class Page:
    """A service as far as a report asks it."""

    def scope(self) -> str:
        return "page-1"

    def read(self) -> list[Raw]:
        raise NotImplementedError

    def predict(self, wanted: Wanted) -> Outcome:
        raise NotImplementedError

    apply = predict

    def purge(self, only: Mapping[str, Any], guard: int) -> Purge:
        raise NotImplementedError

    def selected(self, raw: Raw) -> bool:
        raise NotImplementedError

    def known_secrets(self, raw: Raw) -> list[str]:
        raise NotImplementedError

    def described(self, raw: Raw) -> tuple[Raw, dict[str, Masker]]:
        return {**raw, "whole": True}, {"to": Masker()}


def report(resource: Resource, *, live: bool = False, diff: bool = True) -> Report:
    return Report(resource, Page(), "account-1", live=live, diff=diff)


def outcome(resource: Resource, current: list[Raw], *items: dict[str, Any], purge: Purge | None = None) -> Outcome:
    return Outcome(plan(current, declare(resource, *items), resource=resource, purge=purge, indexed=True))


def single(current: list[Raw], item: dict[str, Any]) -> Raw:
    """The result of a singular module in check mode."""
    return report(WEBHOOK_ACTION).success(outcome(WEBHOOK_ACTION, current, item))


BASE = {"service": "caligraph", "account_id": "account-1", "scope": "page-1", "resource": "webhook_action"}


# Operations


def test_an_unchanged_resource_shows_itself_and_no_drift() -> None:
    result = single([webhook("a", headers={"X-A": "hunter2"})], {"title": "a"})
    assert (result["changed"], result["operation"], result["drift"]) == (False, "unchanged", [])
    assert result["action"]["id"] == "a1"
    assert result["action"]["secret_headers"] == {"X-A": SECRET}
    assert result["diff"]["before"] == result["diff"]["after"]
    assert "verified" not in result


def test_a_new_resource_is_missing_and_has_no_id_yet() -> None:
    item = {"title": "n", "anchor": "NO_SHOW", "url": "https://h/?a=hunter2", "secret_headers": {"X-A": "hunter2"}}
    result = single([], item)
    assert (result["changed"], result["operation"], result["action"]["id"]) == (True, "created", None)
    assert result["action"]["url"] == "https://h/?a=(secret)"
    assert result["diff"]["before"] == {}
    assert result["diff"]["after"]["secret_headers"] == {"X-A": SECRET}
    assert result["diff"]["before_header"] == result["diff"]["after_header"] == 'webhook action "n"'
    assert result["drift"] == [
        {**BASE, "key": "n", "id": None, "field": None, "from": None, "to": None, "kind": "missing"}
    ]


def test_a_deleted_resource_is_unexpected() -> None:
    result = single([webhook("a", to="https://h/?a=hunter2")], {"title": "a", "state": "absent"})
    assert (result["changed"], result["operation"], result["action"]) == (True, "deleted", None)
    assert result["diff"]["after"] == {}
    assert result["diff"]["before"]["url"] == "https://h/?a=(secret)"
    assert result["drift"] == [
        {**BASE, "key": "a", "id": "a1", "field": None, "from": None, "to": None, "kind": "unexpected"}
    ]


def test_what_is_absent_already_shows_nothing() -> None:
    result = single([], {"title": "a", "state": "absent"})
    assert (result["changed"], result["operation"], result["action"], result["drift"]) == (False, "unchanged", None, [])
    assert result["diff"] == {
        "before": {},
        "after": {},
        "before_header": 'webhook action "a"',
        "after_header": 'webhook action "a"',
    }


def test_each_field_that_changes_drifted() -> None:
    live = webhook("old", anchor="NO_SHOW", body='{"a": 1}', to="https://h/?a=hunter2&b=hunter3")
    item = {
        "title": "new",
        "formerly": ["old"],
        "anchor": "BOOKING_ENDS",
        "body": {"a": 1},
        "url": "https://h/?a=hunter4&b=hunter3",
    }
    result = single([live], item)
    drift = {entry["field"]: (entry["from"], entry["to"], entry["kind"]) for entry in result["drift"]}
    assert drift == {
        "title": ("old", "new", "different"),
        "anchor": ("NO_SHOW", "BOOKING_ENDS", "different"),
        "url": (f"https://h/?a={OLD}&b={OLD}", f"https://h/?a={NEW}&b={NEW}", "different"),
    }
    assert {entry["key"] for entry in result["drift"]} == {"new"}
    assert result["diff"]["before"]["title"] == "old"


def test_headers_drift_one_by_one_and_without_their_values() -> None:
    live = webhook("a", headers={"X-A": "1", "X-B": "2", "X-C": "hunter2", "Gone": "hunter3", "Masked": True})
    item = {
        "title": "a",
        "headers": {"x-a": "1", "X-B": "9", "X-New": "8", "X-Api-Key": "hunter6"},
        "secret_headers": {"X-C": "hunter4", "masked": "hunter5"},
        "purge_headers": True,
    }
    result = single([live], item)
    drift = {entry["field"]: (entry["from"], entry["to"], entry["kind"]) for entry in result["drift"]}
    assert drift == {
        "headers.Masked": (None, None, "unverifiable"),
        "headers.X-B": ("2", "9", "different"),
        "headers.X-New": (None, "8", "different"),
        "headers.X-Api-Key": (None, SECRET, "different"),
        "secret_headers.X-C": (OLD, NEW, "different"),
        "secret_headers.Gone": (SECRET, None, "different"),
    }
    assert "hunter" not in json.dumps(result)


def test_what_can_not_be_compared_is_told_without_a_change() -> None:
    live = webhook("a", headers={"X-A": True})
    result = single([live], {"title": "a", "secret_headers": {"X-A": "hunter2"}})
    assert (result["changed"], result["operation"]) == (False, "unchanged")
    assert [(entry["field"], entry["kind"]) for entry in result["drift"]] == [("headers.X-A", "unverifiable")]


def test_a_body_that_is_secret_drifts_without_its_text() -> None:
    item = {"title": "a", "body": "hunter3", "secret_fields": ["body"]}
    result = single([webhook("a", body="hunter2")], item)
    assert result["action"]["body"] == SECRET
    assert [(entry["from"], entry["to"]) for entry in result["drift"]] == [(OLD, NEW)]
    assert "hunter" not in json.dumps(result)


@pytest.mark.parametrize("body", [{"a": 1}, [1], 5])
def test_a_live_value_of_an_odd_type_is_shown_as_it_is(body: Any) -> None:
    result = single([webhook("a", body=body)], {"title": "a", "method": "PUT"})
    assert result["action"]["body"] == body
    assert [entry["field"] for entry in result["drift"]] == ["method"]
    result = single([webhook("a", body=body)], {"title": "a", "body": "x"})
    assert [(entry["field"], entry["from"], entry["to"]) for entry in result["drift"]] == [("body", body, "x")]


# Several


def test_a_plural_module_shows_one_item_each() -> None:
    current = [
        webhook("same", "1"),
        webhook("old", "2"),
        webhook("gone", "3"),
        webhook("purged", "4", to="https://h/hunter2"),
    ]
    new = {"title": "new", "anchor": "NO_SHOW", "url": "https://h"}
    items = [{"title": "same"}, new, {"title": "old", "method": "PUT"}, {"title": "gone", "state": "absent"}]
    purge = Purge(lambda raw: True, 9)
    result = report(WEBHOOK_ACTIONS).success(outcome(WEBHOOK_ACTIONS, current, *items, purge=purge))
    assert result["operations"] == [
        {"index": index, "operation": operation, "key": key, "id": number, "scope": "page-1"}
        for index, operation, key, number in (
            (0, "unchanged", "same", "1"),
            (1, "created", "new", None),
            (2, "updated", "old", "2"),
            (3, "deleted", "gone", "3"),
            (None, "deleted", "purged", "4"),
        )
    ]
    assert [action and action["title"] for action in result["actions"]] == ["same", "new", "old", None]
    assert [(diff["before"].get("title"), diff["after"].get("title")) for diff in result["diff"]] == [
        (None, "new"),
        ("old", "old"),
        ("gone", None),
        ("purged", None),
    ]
    assert result["diff"][3]["before"]["url"] == "https://h/(secret)"
    assert [entry["kind"] for entry in result["drift"]] == ["missing", "different", "unexpected", "unexpected"]
    assert not {"results", "items", "keys", "operation", "action"} & set(result)


def test_without_diff_mode_there_is_no_diff() -> None:
    made = outcome(EVENT_PROFILES, [profile("a")], {"name": "b"})
    assert "diff" not in report(EVENT_PROFILES, diff=False).success(made)
    assert "diff" not in report(EVENT_PROFILES, diff=False).failure(EventsError("x"))


def test_what_was_carried_out_shows_what_the_server_made_of_it() -> None:
    made = outcome(EVENT_PROFILES, [profile("old", 7)], {"name": "a"}, {"id": 7, "name": "new"})
    made.done = {0: profile("a", 9, created_at=5), 1: profile("new!", 7)}
    made.verified = True
    made.extra = {"backup_file": "/x"}
    result = report(EVENT_PROFILES, live=True).success(made)
    assert [item["id"] for item in result["operations"]] == [9, 7]
    assert [shown["name"] for shown in result["profiles"]] == ["a", "new!"]
    assert result["profiles"][0]["created_at"] == 5
    assert (result["verified"], result["backup_file"]) == (True, "/x")
    assert "created_at" not in result["diff"][0]["after"]


# Failures


def test_a_failure_before_a_plan_changed_nothing() -> None:
    assert report(EVENT_PROFILES).failure(EventsError("x")) == {"changed": False}


def failed(made: Outcome, resource: Resource, live: bool) -> Raw:
    error = EventsError("x")
    error.outcome = made
    return report(resource, live=live).failure(error)


def test_a_failure_half_way_tells_what_was_done() -> None:
    made = outcome(EVENT_PROFILES, [profile("old", 7)], {"name": "a"}, {"name": "old", "state": "absent"})
    made.done = {0: profile("a", 9)}
    made.extra = {"backup_file": "/x"}
    result = failed(made, EVENT_PROFILES, live=True)
    assert result["changed"] is True
    assert [(item["id"], item["done"]) for item in result["operations"]] == [(9, True), (7, False)]
    assert result["backup_file"] == "/x"
    assert len(result["drift"]) == 2
    assert "diff" not in result


@pytest.mark.parametrize("uncertain", [True, False])
def test_a_failure_of_which_nobody_knows_counts_as_a_change(uncertain: bool) -> None:
    made = outcome(EVENT_PROFILE, [], {"name": "a"})
    made.uncertain = uncertain
    result = failed(made, EVENT_PROFILE, live=True)
    assert result["changed"] is uncertain
    assert [(item["operation"], item["key"], item["done"]) for item in result["operations"]] == [
        ("created", "a", False)
    ]


def test_a_refusal_in_check_mode_still_shows_the_difference() -> None:
    made = outcome(EVENT_PROFILES, [profile("a", 7)], purge=Purge(lambda raw: True, 0))
    result = failed(made, EVENT_PROFILES, live=False)
    assert result["changed"] is False
    assert [entry["kind"] for entry in result["drift"]] == ["unexpected"]
    assert result["diff"][0]["after"] == {}


# Info


def test_an_info_module_shows_whole_objects_and_what_to_declare() -> None:
    rows = [webhook("a", "1"), webhook("mail", "2", type="EMAIL"), webhook("b", "3")]
    result = report(WEBHOOK_ACTION.as_form(INFO)).info(rows, rows, lambda value: True)
    assert [action["to"] for action in result["actions"]] == [SECRET] * 3
    assert all(action["whole"] for action in result["actions"])
    assert [entry["title"] for entry in result["declared"]] == ["a", "b"]
    assert result["changed"] is False


def test_a_name_is_told_from_those_that_a_filter_left_out() -> None:
    rows = [webhook("a", "1"), webhook("a", "2", anchor="NO_SHOW"), webhook("b", "3"), webhook("b", "4", type="EMAIL")]
    result = report(WEBHOOK_ACTION.as_form(INFO)).info([rows[0], rows[2]], rows, lambda value: True)
    assert [entry.get("id") for entry in result["declared"]] == ["1", None]


def test_what_has_no_fields_to_declare_is_not_declared() -> None:
    resource = EVENT_PROFILE.as_form(INFO, fields=(Field("name", "name", server_set=True),))
    assert set(report(resource).info([profile("a")], [profile("a")], lambda value: True)) == {"changed", "profiles"}


# Properties


def marked(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same items with secrets that can be recognised."""
    for item in items:
        for name, value in (item.get("secret_headers") or {}).items():
            if value is not None:
                item["secret_headers"][name] = f"hunter2-{value}"
        item["secret_fields"] = ["body"]
        if isinstance(item.get("body"), str) and item["body"] == "text":
            item["body"] = "hunter2 is the text"
        if "url" in item:
            item["url"] += "?token=hunter2"
    return items


@given(actions(), action_items().map(marked), st.booleans())
def test_no_secret_is_in_any_result(current: list[Raw], items: list[dict[str, Any]], purge: bool) -> None:
    rows = [
        {
            **raw,
            "to": f"https://u:hunter2@h/?a={raw['to']}",
            "headers": dict.fromkeys(raw.get("headers") or {}, "hunter2"),
        }
        for raw in current
    ]
    try:
        made = outcome(WEBHOOK_ACTIONS, rows, *items, purge=Purge(lambda raw: True, 9) if purge else None)
    except EventsError as error:
        assert "hunter2" not in error.message
        return
    results = [report(WEBHOOK_ACTIONS).success(made), failed(made, WEBHOOK_ACTIONS, live=False)]
    text = json.dumps(results)
    # Headers that an entry lists as plain ones are shown: their old values were not known to be secret.
    listed = {name.lower() for item in items for name in item.get("headers") or {}}
    if not listed & {name.lower() for raw in rows for name in raw["headers"]}:
        assert "hunter2" not in text


@given(actions(), action_items())
def test_a_live_run_shows_what_was_predicted(current: list[Raw], items: list[dict[str, Any]]) -> None:
    try:
        made = outcome(WEBHOOK_ACTIONS, current, *items)
    except EventsError:
        return
    predicted = report(WEBHOOK_ACTIONS).success(made)
    after = applied(made.plan)
    created = iter(after[len(after) - len(made.plan.of_kind(CREATED)) :])
    for position, operation in enumerate(made.plan.operations):
        if operation.kind != UNCHANGED:
            made.done[position] = None if operation.kind == DELETED else operation.after
        if operation.kind == CREATED:
            made.done[position] = next(created)
    live = report(WEBHOOK_ACTIONS, live=True).success(made)
    for key in ("changed", "diff", "drift"):
        assert live[key] == predicted[key]
    for told, done in zip(predicted["operations"], live["operations"], strict=True):
        assert told == {**done, "id": None} if done["operation"] == "created" else told == done
    assert predicted["changed"] == any(item["operation"] != "unchanged" for item in predicted["operations"])
    assert len(predicted["diff"]) == sum(item["operation"] != "unchanged" for item in predicted["operations"])
