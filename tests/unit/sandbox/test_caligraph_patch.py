"""Caligraph's PATCH: the list is replaced as a whole, or refused as a whole without a word."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import seeds
from sandbox.actions import ANCHORS, STATUSES, TYPES
from sandbox.client import Sandbox

NEW: dict[str, Any] = {**seeds.WEBHOOK, "title": "New"}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in NEW.items() if name != key}


def refused(answer: Any) -> None:
    assert answer.status_code == 400
    assert answer.json() == {
        "type": "CaligraphException",
        "code": "caligraph_invalid_payload",
        "message": "Invalid payload",
        "status": "BAD_REQUEST",
        "errors": [],
        "httpStatusCode": 400,
    }


def test_what_was_read_goes_back_unchanged(sandbox: Sandbox, caligraph: Any) -> None:
    before = sandbox.actions()
    assert caligraph.patch(caligraph.actions()).status_code == 200
    assert sandbox.actions() == before


def test_left_out_is_deleted(sandbox: Sandbox, caligraph: Any) -> None:
    before = caligraph.actions()
    caligraph.patch(before[2:])
    assert sandbox.actions() == before[2:]
    caligraph.patch([])
    assert sandbox.actions() == []


def test_new_action(sandbox: Sandbox, caligraph: Any) -> None:
    caligraph.patch([NEW], seeds.PAGE_EMPTY)
    (made,) = sandbox.actions(seeds.PAGE_EMPTY)
    assert {key: made[key] for key in NEW} == NEW
    assert (made["accountId"], made["profileId"]) == (seeds.CALIGRAPH_ACCOUNT, seeds.PAGE_EMPTY)
    assert made["id"]
    assert made["created"] == made["updated"]
    assert set(seeds.SERVER_SET) <= set(made)


def test_changed_action(sandbox: Sandbox, caligraph: Any) -> None:
    before = caligraph.actions()
    changed = {**before[3], "to": "https://new.example.org/", "headers": {"test": "new"}}
    caligraph.patch([*before[:3], changed])
    after = sandbox.actions()
    assert after[:3] == before[:3]
    assert after[3]["updated"] != before[3]["updated"]
    assert {**after[3], "updated": before[3]["updated"]} == changed


def test_shells_wipe(sandbox: Sandbox, caligraph: Any) -> None:
    """The trap of `fields=actions`: its answer written back makes blank actions of all."""
    shells = caligraph.page("actions").json()["actions"]
    old = {action["id"] for action in sandbox.actions()}
    assert caligraph.patch(shells).status_code == 200
    after = sandbox.actions()
    assert len(after) == 4
    assert all(action["type"] is None and action["title"] is None for action in after)
    assert not old & {action["id"] for action in after}


def test_server_set_keys_are_not_taken(sandbox: Sandbox, caligraph: Any) -> None:
    before = caligraph.actions()
    caligraph.patch([{**before[0], "created": "x", "profileId": "y", "withinQuota": False}])
    assert sandbox.actions() == before[:1]
    caligraph.patch([{**NEW, "created": "x", "colour": "red"}])
    (made,) = sandbox.actions()
    assert made["created"] != "x"
    assert "colour" not in made


@pytest.mark.parametrize("anchor", sorted(ANCHORS))
def test_anchors(caligraph: Any, anchor: str) -> None:
    assert caligraph.patch([{**NEW, "anchor": anchor}]).status_code == 200


@pytest.mark.parametrize("key,values", [("type", TYPES), ("status", STATUSES)])
def test_types_and_statuses(caligraph: Any, key: str, values: set[str]) -> None:
    assert caligraph.patch([{**NEW, key: value} for value in sorted(values)]).status_code == 200


BAD_VALUES: list[tuple[str, Any]] = [
    ("anchor", "BOOKING_CANCELED"),
    ("anchor", "booking_created"),
    ("anchor", 5),
    ("anchor", []),
    ("type", "FAX"),
    ("type", {}),
    ("status", "DRAFT"),
    ("body", {"a": 1}),
    ("body", []),
    ("body", 5),
    ("headers", [{"name": "a", "value": "b"}]),
    ("headers", {"a": 1}),
    ("headers", {"a": None}),
    ("headers", {"a": True}),
    ("headers", "a: b"),
    ("offsetMinutes", "5"),
    ("offsetMinutes", 1.5),
    ("offsetMinutes", True),
    ("offsetMinutes", 2**31),
    ("subject", "post"),
    ("subject", "TRACE"),
    ("subject", 5),
    ("attachIcs", "yes"),
    ("attachIcs", 0),
    ("title", 5),
    ("to", ["https://a.example.org"]),
]


@pytest.mark.parametrize("key,value", BAD_VALUES)
def test_one_bad_action_refuses_all(sandbox: Sandbox, caligraph: Any, key: str, value: Any) -> None:
    before = sandbox.actions()
    refused(caligraph.patch([*caligraph.actions()[1:], NEW, {**NEW, key: value}]))
    assert sandbox.actions() == before
    changed = {**caligraph.actions()[3], key: value}
    refused(caligraph.patch([*caligraph.actions()[:3], changed]))
    assert sandbox.actions() == before


@pytest.mark.parametrize("actions", [None, {}, "x", 5, [None], ["x"], [[]], [5]])
def test_no_list_of_objects(sandbox: Sandbox, caligraph: Any, actions: Any) -> None:
    before = sandbox.actions()
    refused(caligraph.patch(actions))
    assert sandbox.actions() == before


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'"x"', b'{"actions": [NaN]}'])
def test_no_object(caligraph: Any, raw: bytes) -> None:
    refused(caligraph.call("PATCH", f"profiles/{seeds.PAGE_WEBHOOK}", data=raw))


@pytest.mark.parametrize("action_id", [5, [], {"a": 1}])
def test_bad_id(caligraph: Any, action_id: Any) -> None:
    refused(caligraph.patch([{**NEW, "id": action_id}]))


def test_double_id(caligraph: Any) -> None:
    action = caligraph.actions()[0]
    refused(caligraph.patch([action, action]))


def test_an_email_may_have_any_subject(caligraph: Any) -> None:
    assert caligraph.patch([{**NEW, "type": "EMAIL", "subject": "Hello"}]).status_code == 200


@pytest.mark.parametrize(
    "odd",
    [
        {"anchor": "BOOKING_TELEPORTED"},
        {"type": "FAX", "subject": "anything"},
        {"status": "DRAFT"},
        {"subject": "BREW"},
        {"colour": "red", "nested": {"a": [1, None]}},
        {"headers": None},
        {"headers": {"a": 1}},
        {"offsetMinutes": None},
        {"offsetMinutes": 1.5},
        {"body": {"a": 1}},
        {"title": None, "to": None},
    ],
)
def test_odd_stored_values_go_back_as_they_are(sandbox: Sandbox, caligraph: Any, odd: dict[str, Any]) -> None:
    """What is on the page already is accepted unchanged, and only there."""
    sandbox.set_actions([{**seeds.WEBHOOK, **odd}, seeds.WEBHOOK])
    before = sandbox.actions()
    read = caligraph.actions()
    assert caligraph.patch([*read, NEW]).status_code == 200
    assert sandbox.actions()[:2] == before
    assert sandbox.actions()[2]["title"] == "New"


def test_an_unknown_anchor_can_not_spread(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.set_actions([{**seeds.WEBHOOK, "anchor": "BOOKING_TELEPORTED"}, seeds.WEBHOOK])
    first, second = caligraph.actions()
    refused(caligraph.patch([first, {**second, "anchor": "BOOKING_TELEPORTED"}]))
    refused(caligraph.patch([{**first, "anchor": "BOOKING_BEAMED"}, second]))
    assert caligraph.patch([{**first, "to": "https://x.example.org"}, second]).status_code == 200


def test_answer_follows_fields(caligraph: Any) -> None:
    read = caligraph.actions()
    assert "actions" not in caligraph.patch(read).json()
    assert caligraph.patch(read, fields="actions").json() == {"actions": [{}] * 4}
    assert caligraph.patch(read, fields="actions.id").json()["actions"][0] == {"id": read[0]["id"]}


def test_other_keys_of_the_page(sandbox: Sandbox, caligraph: Any) -> None:
    path = f"profiles/{seeds.PAGE_WEBHOOK}"
    before = sandbox.page()
    answer = caligraph.call("PATCH", path, json={"title": "Renamed", "unknown": 1})
    assert answer.json()["title"] == "Renamed"
    assert sandbox.page() == {**before, "title": "Renamed"}
    refused(caligraph.call("PATCH", path, json={"title": 5}))
    refused(caligraph.call("PATCH", path, json={"title": "Again", "actions": "x"}))
    assert sandbox.page()["title"] == "Renamed"


TEXT = st.text(max_size=20)
ACTIONS = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(sorted(TYPES)),
            "anchor": st.sampled_from(sorted(ANCHORS)),
            "title": st.none() | TEXT,
            "subject": st.sampled_from(["GET", "POST"]),
            "body": TEXT,
            "headers": st.dictionaries(TEXT, TEXT, max_size=3),
            "offsetMinutes": st.integers(-(2**31) + 1, 2**31 - 1),
        }
    ),
    max_size=5,
)


@settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTIONS)
def test_any_list_comes_back_as_sent_and_stays(caligraph: Any, actions: list[dict[str, Any]]) -> None:
    assert caligraph.patch(actions).status_code == 200
    read = caligraph.actions()
    assert [{key: row[key] for key in sent} for row, sent in zip(read, actions, strict=True)] == actions
    assert caligraph.patch(read).status_code == 200
    assert caligraph.actions() == read
