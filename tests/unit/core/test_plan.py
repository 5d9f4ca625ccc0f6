# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the planner, one by one: finding, renaming, claiming, creating, changing, purging."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from ansible_collections.commops.events.plugins.module_utils._errors import Refused
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE
from ansible_collections.commops.events.plugins.module_utils._plan import (
    CREATED,
    DELETED,
    UNCHANGED,
    UNVERIFIABLE,
    UPDATED,
    Difference,
    Operation,
    Plan,
    Purge,
    plan,
)
from ansible_collections.commops.events.plugins.module_utils._values import Raw
from unit.core.lists import declare, profile, webhook

THERE = [profile("a", 1, support_email="a@example.com"), profile("b", 2), profile("c", 3), profile("c", 4)]


def profiles(*items: dict[str, Any], current: list[Raw] | None = None, **options: Any) -> Plan:
    there = THERE if current is None else current
    return plan(there, declare(EVENT_PROFILE, *items), resource=EVENT_PROFILE, **options)


def actions(current: list[Raw], *items: dict[str, Any], **options: Any) -> Plan:
    return plan(current, declare(WEBHOOK_ACTION, *items), resource=WEBHOOK_ACTION, **options)


@pytest.mark.parametrize(
    ("item", "kind", "number", "payload"),
    [
        ({"name": "a"}, UNCHANGED, 1, {}),
        ({"name": "A"}, CREATED, None, {"name": "A", "support_email": None}),
        ({"name": "a "}, CREATED, None, {"name": "a ", "support_email": None}),
        ({"name": "new", "support_email": "n@example.com"}, CREATED, None, {"support_email": "n@example.com"}),
        ({"name": "a", "support_email": "a@example.com"}, UNCHANGED, 1, {}),
        ({"name": "a", "support_email": "A@example.com"}, UPDATED, 1, {"support_email": "A@example.com"}),
        ({"name": "a", "support_email": None}, UPDATED, 1, {"support_email": None}),
        ({"name": "a", "support_email": ""}, UPDATED, 1, {"support_email": None}),
        ({"name": "b", "support_email": None}, UNCHANGED, 2, {}),
        ({"id": 1}, UNCHANGED, 1, {}),
        ({"id": 1, "name": None}, UNCHANGED, 1, {}),
        ({"id": 1, "name": "a2"}, UPDATED, 1, {"name": "a2"}),
        ({"id": 4, "support_email": "c@example.com"}, UPDATED, 4, {"support_email": "c@example.com"}),
        ({"name": "new", "formerly": ["x", "a"]}, UPDATED, 1, {"name": "new"}),
        ({"name": "new", "formerly": ["a", "a"]}, UPDATED, 1, {"name": "new"}),
        ({"name": "b", "formerly": ["a", "c"]}, UNCHANGED, 2, {}),
        ({"name": "new", "formerly": ["x"]}, CREATED, None, {"name": "new", "support_email": None}),
        ({"name": "new", "formerly": []}, CREATED, None, {"name": "new", "support_email": None}),
        ({"name": "a", "state": "absent"}, DELETED, 1, {}),
        ({"name": "x", "state": "absent"}, UNCHANGED, None, {}),
        ({"id": 4, "state": "absent"}, DELETED, 4, {}),
        ({"id": 9, "state": "absent"}, UNCHANGED, None, {}),
        ({"name": "x", "formerly": ["a"], "state": "absent"}, DELETED, 1, {}),
        ({"name": "a", "formerly": ["x"], "state": "absent"}, DELETED, 1, {}),
        ({"name": "a", "formerly": ["a"], "state": "absent"}, DELETED, 1, {}),
    ],
)
def test_one_entry(item: dict[str, Any], kind: str, number: int | None, payload: Raw) -> None:
    made = profiles(item)
    (operation,) = made.operations
    assert operation.kind == kind
    assert (operation.live or {}).get("id") == number
    assert {key: operation.payload.get(key) for key in payload} == payload
    assert kind not in (UNCHANGED, DELETED) or operation.payload == {}
    assert made.changed == (kind != UNCHANGED)
    assert made.refusal is None and made.warnings == ()


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"name": "c"}, '2 event profiles match name "c" (ids 3, 4); nothing was changed. Say which one by id,'),
        ({"name": "c", "state": "absent"}, '2 event profiles match name "c" (ids 3, 4)'),
        ({"name": "x", "formerly": ["b", "c"]}, '3 event profiles match formerly "b", "c" (ids 2, 3, 4)'),
        (
            {"name": "a", "formerly": ["b"], "state": "absent"},
            '2 event profiles match name "a" or formerly "b" (ids 1, 2)',
        ),
        ({"id": 9}, "There is no event profile with id 9 here; leave id out to find it by name or to create it."),
        ({"id": 9, "name": "a"}, "There is no event profile with id 9 here"),
    ],
)
def test_what_is_not_one_object_is_refused(item: dict[str, Any], message: str) -> None:
    with pytest.raises(Refused) as caught:
        profiles(item)
    assert caught.value.message.startswith(message)
    with pytest.raises(Refused) as caught:
        profiles({"name": "b"}, item, indexed=True)
    assert caught.value.message.startswith(f"profiles[1]: {message}")


def test_two_of_one_id_are_refused() -> None:
    with pytest.raises(Refused, match=r"2 event profiles match id 1 \(ids 1, 1\)"):
        profiles({"id": 1}, current=[profile("a", 1), profile("b", 1)])


@pytest.mark.parametrize(
    "items",
    [
        [{"name": "a"}, {"name": "a"}],
        [{"name": "new"}, {"name": "new"}],
        [{"name": "a"}, {"id": 1}],
        [{"id": 1}, {"id": 1}],
        [{"name": "a", "state": "absent"}, {"name": "a"}],
        [{"name": "x", "state": "absent"}, {"name": "x", "state": "absent"}],
        [{"name": "new", "formerly": ["a"]}, {"name": "a"}],
        [{"id": 3, "name": "new"}, {"name": "new"}],
        [{"name": "new"}, {"id": 3, "name": "new"}],
    ],
)
def test_two_entries_for_one_object_are_refused(items: list[dict[str, Any]]) -> None:
    with pytest.raises(Refused) as caught:
        profiles(*items)
    assert caught.value.message == (
        "profiles[0] and profiles[1] both stand for the same event profile; leave one of them out."
    )


@pytest.mark.parametrize(
    "items",
    [
        # Each matches one object or none before, and both would match one afterwards.
        [{"title": "x", "anchor": "NO_SHOW", "url": "https://h"}, {"title": "x", "match_by": ["title", "url"]}],
        [{"title": "a", "anchor": "NO_SHOW"}, {"title": "n", "anchor": "NO_SHOW", "match_by": ["anchor"]}],
        [{"title": "n", "anchor": "NO_SHOW", "match_by": ["title", "anchor"]}, {"title": "n", "state": "absent"}],
        [{"id": "a1", "title": "x"}, {"title": "x", "anchor": "NO_SHOW", "match_by": ["title", "anchor"]}],
        [{"title": "y", "formerly": ["a"]}, {"title": "z", "formerly": ["y"], "state": "absent"}],
    ],
)
def test_entries_that_could_not_be_told_apart_afterwards_are_refused(items: list[dict[str, Any]]) -> None:
    whole = [{"anchor": "BOOKING_ENDS", "url": "https://h", **item} for item in items]
    if "id" in items[0]:
        whole[0] = {**items[0], "anchor": "NO_SHOW"}
    with pytest.raises(Refused, match="would also match the webhook action of actions"):
        actions([webhook("a")], *whole)


def test_two_objects_may_share_a_name_if_each_is_declared_by_its_id() -> None:
    made = profiles({"id": 3, "name": "c"}, {"id": 4, "name": "c", "support_email": "c@example.com"})
    assert [operation.kind for operation in made.operations] == [UNCHANGED, UPDATED]
    assert made.warnings == ()


@pytest.mark.parametrize(
    ("items", "ids"),
    [
        ([{"id": 1, "name": "b"}], "2"),
        ([{"id": 1, "name": "c"}], "3, 4"),
        # The other is declared too, but not renamed.
        ([{"id": 1, "name": "b"}, {"id": 2}], "2"),
    ],
)
def test_a_rename_to_a_name_that_is_taken_earns_a_warning(items: list[dict[str, Any]], ids: str) -> None:
    (warning,) = profiles(*items).warnings
    name = items[0]["name"]
    assert warning == f'Another event profile has the name "{name}" too (id {ids}); by name both are ambiguous.'


@pytest.mark.parametrize(
    "items",
    [
        [{"id": 1, "name": "new"}],
        [{"id": 1, "support_email": "b@example.com"}],
        # The name is given up in the same task.
        [{"id": 1, "name": "b"}, {"id": 2, "name": "a"}],
        [{"id": 1, "name": "b"}, {"id": 2, "state": "absent"}],
    ],
)
def test_a_rename_to_a_name_that_is_free_earns_no_warning(items: list[dict[str, Any]]) -> None:
    assert profiles(*items).warnings == ()


def test_two_renames_to_one_name_earn_a_warning_each() -> None:
    assert len(profiles({"id": 1, "name": "x"}, {"id": 2, "name": "x"}).warnings) == 2


@pytest.mark.parametrize("number", ["7", 7])
def test_an_id_is_the_same_as_text_and_as_number(number: Any) -> None:
    (operation,) = actions([webhook("a", "6"), webhook("a", number)], {"id": "7"}).operations
    assert operation.position == 1


@pytest.mark.parametrize(
    "foreign",
    [
        webhook("a", type="EMAIL"),
        webhook("a", type="webhook"),
        webhook("a", status="PREDICTION"),
        webhook("a", status=None),
        {"id": "a1", "title": "a"},
    ],
)
def test_only_webhook_templates_are_found(foreign: Raw) -> None:
    new = {"title": "a", "anchor": "NO_SHOW", "url": "https://h"}
    made = actions([foreign], new)
    assert [operation.kind for operation in made.operations] == [CREATED]
    assert made.merged()[0] is foreign
    assert made.foreign() == [foreign]
    assert actions([foreign], {"title": "a", "state": "absent"}).operations[0].kind == UNCHANGED
    with pytest.raises(Refused, match="no webhook action with id a1"):
        actions([foreign], {"id": "a1"})
    assert actions([foreign], purge=Purge(lambda raw: True, 9)).operations == ()


@pytest.mark.parametrize(
    ("match_by", "position"),
    [(["anchor"], 1), (["url"], 2), (["offset_minutes"], 3), (["title", "url"], 4), (["anchor", "url"], None)],
)
def test_match_by_says_by_what_an_action_is_found(match_by: list[str], position: int | None) -> None:
    there = [
        webhook("a", "0"),
        webhook("a", "1", anchor="NO_SHOW"),
        webhook("a", "2", to="https://h"),
        webhook("a", "3", offsetMinutes=-5),
        webhook("x", "4", to="https://h"),
    ]
    if position is not None:
        there[2 if position == 4 else 4] = webhook("other", "9")
    item = {"title": "x", "anchor": "NO_SHOW", "url": "https://h", "offset_minutes": -5, "match_by": match_by}
    assert actions(there, item).operations[0].position == position


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("anchor", 'anchor: is needed to create webhook action "n", which is not there yet.'),
        ("url", 'url: is needed to create webhook action "n", which is not there yet.'),
    ],
)
def test_a_field_without_a_default_is_needed_to_create(missing: str, message: str) -> None:
    item = {"title": "n", "anchor": "NO_SHOW", "url": "https://h"}
    del item[missing]
    with pytest.raises(Refused) as caught:
        actions([], item)
    assert caught.value.message == message
    with pytest.raises(Refused) as caught:
        actions([], item, indexed=True)
    assert caught.value.message == f"actions[0]: {message}"


def test_a_new_webhook_gets_the_documented_defaults() -> None:
    (operation,) = actions([], {"title": "n", "anchor": "NO_SHOW", "url": "https://h"}).operations
    assert operation.payload == {
        "type": "WEBHOOK",
        "status": "TEMPLATE",
        "title": "n",
        "anchor": "NO_SHOW",
        "to": "https://h",
        "subject": "POST",
        "offsetMinutes": 0,
        "body": "",
        "attachIcs": False,
        "headers": {},
    }


def test_differences_tell_live_and_wanted_values() -> None:
    current = [webhook("a", headers={"Authorization": True, "X": "1"})]
    item = {"title": "a", "method": "PUT", "headers": {"x": "2"}, "secret_headers": {"authorization": "s"}}
    (operation,) = actions(current, item).operations
    assert operation.differences == (
        Difference("method", "POST", "PUT"),
        Difference("headers.Authorization", None, None, UNVERIFIABLE),
        Difference("headers", {"Authorization": True, "X": "1"}, {"Authorization": True, "X": "2"}),
    )
    assert operation.payload == {"subject": "PUT", "headers": {"Authorization": True, "X": "2"}}


def test_a_header_that_is_to_be_kept_has_to_be_there() -> None:
    with pytest.raises(Refused, match=r"^actions\[0\]: secret_headers: X-Key has no value"):
        actions([webhook("a")], {"title": "a", "secret_headers": {"X-Key": None}}, indexed=True)


def test_an_absent_key_of_an_object_counts_as_null() -> None:
    there = profile("a")
    del there["support_email"]
    assert not profiles({"name": "a", "support_email": None}, current=[there]).changed
    assert profiles({"name": "a", "support_email": "n@example.com"}, current=[there]).changed


def test_purge_takes_what_is_selected_and_not_declared() -> None:
    made = profiles({"name": "a"}, purge=Purge(lambda raw: raw["name"] in "abc", 2))
    assert [(operation.kind, operation.position, operation.entry) for operation in made.operations[1:]] == [
        (DELETED, 1, None),
        (DELETED, 2, None),
        (DELETED, 3, None),
    ]
    assert made.refusal == (
        "max_deletions: 3 event profiles would be purged, more than the 2 allowed; nothing was changed. Check the list,"
        " or raise max_deletions to 3."
    )
    assert profiles({"name": "a"}, purge=Purge(lambda raw: raw["name"] in "ab", 1)).refusal is None
    assert profiles(purge=Purge(lambda raw: False, 0)).refusal is None
    assert profiles(purge=Purge(lambda raw: raw["name"] == "b", 0)).refusal is not None


@pytest.mark.parametrize(
    "item", [{"name": "b"}, {"name": "x"}, {"id": 2, "support_email": "n@example.com"}, {"id": 3, "name": "x"}]
)
def test_an_entry_outside_of_what_is_purged_is_refused(item: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r'profiles\[1\]: event profile "[bx]" lies outside purge_only; widen'):
        profiles({"name": "a"}, item, purge=Purge(lambda raw: raw["name"] == "a", 9))


def test_what_is_absent_already_can_not_lie_outside_of_what_is_purged() -> None:
    items = [{"name": "x", "state": "absent"}, {"name": "b", "state": "absent"}]
    made = profiles(*items, purge=Purge(lambda raw: raw["name"] == "a", 1))
    assert [operation.position for operation in made.operations] == [None, 1, 0]


def test_an_operation_without_a_live_object_shows_an_empty_one() -> None:
    assert Operation(CREATED, None).live == {}
    assert Operation(UPDATED, None, before={"id": 1}).live == {"id": 1}


def test_merged_lets_the_caller_finish_our_objects_only() -> None:
    current = [webhook("foreign", "1", type="EMAIL"), webhook("gone", "2"), webhook("same", "3"), webhook("new", "4")]
    made = actions(
        current,
        {"title": "added", "anchor": "NO_SHOW", "url": "https://h"},
        {"title": "new", "method": "PUT"},
        {"title": "same"},
        {"title": "gone", "state": "absent"},
    )
    merged = made.merged(lambda operation: {"finished": operation.kind})
    assert merged == [current[0], {"finished": UNCHANGED}, {"finished": UPDATED}, {"finished": CREATED}]
    assert made.merged()[1] is current[2]
    assert [operation.kind for operation in made.of_kind(DELETED)] == [DELETED]
