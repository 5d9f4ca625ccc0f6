# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an info module declares of a live account applies to that account with no change, whatever stands in it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._arguments import argument_spec
from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION, WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE, EVENT_PROFILES
from ansible_collections.commops.events.plugins.module_utils._plan import UNCHANGED, Plan, Purge, plan
from ansible_collections.commops.events.plugins.module_utils._report import declared
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from ansible_collections.commops.events.plugins.module_utils._spec import (
    constraints,
    entries,
    provided_paths,
    without_nulls,
)
from ansible_collections.commops.events.plugins.module_utils._values import Raw
from unit.core.lists import profile, webhook

ODD: list[Any] = [None, "", " ", 5, 0, True, False, 1.5, [], ["x"], {"a": 1}, "\ud800", "(secret)", "********", "true"]
TITLES = st.sampled_from(["a", "a", "b", "A", "ä", " a", "{{ x }}", "a\nb", *ODD])
ANCHORS = st.sampled_from(["BOOKING_CREATED", "NO_SHOW", "start", "BOOKING_PAID", "booking_created", *ODD])
URLS = st.sampled_from(
    [
        "https://h.example/a",
        "https://h.example",
        "https://h.example/?a=",
        "https://h.example/#x",
        "HTTP://h.example/{ID}",
    ]
    + ["https://h.example/?token=hunter2", "https://u:hunter2@h.example/", "u:hunter2@h", "https://[::1", "h.example"]
    + ["https://h.example/?a=(secret)", "https://h.example/a b", "https://h.example:0/", *ODD]
)
METHODS = st.sampled_from(["POST", "GET", "DELETE", "post", "New booking", *ODD])
OFFSETS = st.sampled_from([0, -60, 10**30, "5", *ODD])
BODIES = st.sampled_from(
    ['{"a": 1}', '{ "a":1, "a": 2 }', '{"a": ', '{"a": NaN}', "[1, 2", "{FNAME} booked", '{"a": {DURATION}}', "text"]
    + ["[" * 5000, '{"a": 1}\n', "null", *ODD]
)
FLAGS = st.sampled_from([True, False, "yes", *ODD])
HEADER_NAMES = st.sampled_from(["X-A", "x-a", "Authorization", "authorization", "bad name", "", "X:Y", "Ä", "X-B"])
HEADERS = st.one_of(
    st.dictionaries(HEADER_NAMES, st.sampled_from(["hunter2", *ODD]), max_size=4),
    st.sampled_from([None, {}, [], [{"name": "X-A", "value": "hunter2"}], "X-A: hunter2"]),
)
ACTION = st.builds(
    webhook,
    title=TITLES,
    anchor=ANCHORS,
    to=URLS,
    subject=METHODS,
    offsetMinutes=OFFSETS,
    body=BODIES,
    attachIcs=FLAGS,
    headers=HEADERS,
    type=st.sampled_from(["WEBHOOK", "WEBHOOK", "WEBHOOK", "EMAIL"]),
)
NAMES = st.sampled_from(["a", "a", "b", "A", " a", "a\nb", "{{ x }}", "", " ", "\ud800", "true"])
MAILS = st.sampled_from(["x@example.com", "no address", "a b@c", "x@y\x00", *ODD])


def exported(resource: Resource, current: list[Raw]) -> list[Raw]:
    """What an info module declares."""
    candidates = [raw for raw in current if resource.candidate(raw)]
    names = Counter(repr(resource.label(raw)) for raw in candidates)
    return [declared(resource, raw, names[repr(resource.label(raw))] > 1) for raw in candidates]


def applied(resource: Resource, current: list[Raw], items: list[Raw], **scope: Any) -> Plan:
    """The plan of a task with these items, which are validated as Ansible does."""
    spec = argument_spec(resource)
    arguments = {**scope, resource.many: items}
    validated = ArgumentSpecValidator(spec, **constraints(resource)).validate(without_nulls(spec, arguments))
    assert not validated.error_messages, validated.error_messages
    wanted = entries(resource, validated.validated_parameters, provided_paths(spec, arguments))
    return plan(current, wanted, resource=resource, purge=Purge(lambda raw: True, 0), indexed=True)


def check(resource: Resource, made: Plan, count: int) -> None:
    assert made.refusal is None
    assert [operation.kind for operation in made.operations] == [UNCHANGED] * count
    assert all(raw is before for raw, before in zip(made.merged(), made.current, strict=True))
    assert all(
        difference.kind == "unverifiable" for operation in made.operations for difference in operation.differences
    )


@settings(max_examples=3 * settings().max_examples)
@given(st.lists(ACTION, max_size=6), st.booleans())
def test_declared_webhooks_apply_with_no_change(rows: list[Raw], numbers: bool) -> None:
    current = [{**row, "id": number if numbers else f"id-{number}"} for number, row in enumerate(rows, 1)]
    items = exported(WEBHOOK_ACTION, current)
    assert "hunter2" not in str([{name: item for name, item in entry.items() if name != "title"} for entry in items])
    check(WEBHOOK_ACTION, applied(WEBHOOK_ACTIONS, current, items, profile_id="p"), len(items))


@given(st.lists(st.tuples(NAMES, MAILS), max_size=6))
def test_declared_profiles_apply_with_no_change(rows: list[tuple[Any, Any]]) -> None:
    current = [profile(name, number, support_email=mail) for number, (name, mail) in enumerate(rows, 1)]
    items = exported(EVENT_PROFILE, current)
    check(EVENT_PROFILE, applied(EVENT_PROFILES, current, items), len(items))


def test_all_that_is_known_and_not_secret_is_declared() -> None:
    raw = webhook("a", body='{"a": 1}', headers={"X-A": "hunter2", "X-Key": True}, attachIcs=True, offsetMinutes=-60)
    assert declared(WEBHOOK_ACTION, raw, ambiguous=False) == {
        "title": "a",
        "anchor": "BOOKING_CREATED",
        "url": "https://hooks.example.com/a",
        "method": "POST",
        "offset_minutes": -60,
        "body": '{"a": 1}',
        "attach_ics": True,
        "secret_headers": {"X-A": None, "X-Key": None},
    }
    assert declared(EVENT_PROFILE, profile("a", 7), ambiguous=False) == {"name": "a", "support_email": None}
    assert declared(EVENT_PROFILE, profile("a", 7), ambiguous=True) == {"name": "a", "support_email": None, "id": 7}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"to": "https://h.example/?token=hunter2"}, {"url"}),
        ({"to": "https://h.example/?token="}, set()),
        ({"subject": "New booking"}, {"method"}),
        ({"offsetMinutes": True}, {"offset_minutes"}),
        ({"offsetMinutes": 1.0}, {"offset_minutes"}),
        ({"attachIcs": 1}, {"attach_ics"}),
        ({"body": '{"a": '}, {"body"}),
        ({"body": {"a": 1}}, {"body"}),
        ({"body": None}, set()),
        ({"anchor": None}, {"anchor"}),
        ({"title": " "}, {"title"}),
        ({"title": None}, {"title"}),
    ],
)
def test_what_the_module_would_refuse_is_not_declared(changes: Raw, missing: set[str]) -> None:
    usual = {"title", "anchor", "url", "method", "offset_minutes", "body", "attach_ics"}
    entry = declared(WEBHOOK_ACTION, {**webhook("a", "7"), **changes}, ambiguous=False)
    assert set(entry) == usual - missing | ({"id"} if "title" in missing else set())
    assert entry.get("id", "7") == "7"


def test_an_unknown_anchor_is_declared_with_what_lets_it_through() -> None:
    entry = declared(WEBHOOK_ACTION, webhook("a", anchor="BOOKING_PAID"), ambiguous=False)
    assert (entry["anchor"], entry["validate_anchor"]) == ("BOOKING_PAID", False)
    assert "validate_anchor" not in declared(WEBHOOK_ACTION, webhook("a"), ambiguous=False)


def test_headers_are_declared_once_each_and_only_by_names_that_can_be() -> None:
    raw = webhook("a", headers={"X-A": "1", "x-a": "2", "bad name": "3", "Y": "4"})
    assert declared(WEBHOOK_ACTION, raw, ambiguous=False)["secret_headers"] == {"X-A": None, "Y": None}
    for headers in ({}, None, {"bad name": "3"}, [{"name": "X"}]):
        assert "secret_headers" not in declared(WEBHOOK_ACTION, webhook("a", headers=headers), ambiguous=False)


def test_what_is_not_shown_whole_is_not_declared() -> None:
    raw = webhook("a", body="hunter2", headers={"X-A": "1", "hunter2": "2"})
    entry = declared(WEBHOOK_ACTION, raw, ambiguous=False, shown_whole=lambda value: "hunter2" not in str(value))
    assert "body" not in entry
    assert entry["secret_headers"] == {"X-A": None}
    hidden = declared(WEBHOOK_ACTION, webhook("hunter2", "7"), False, lambda value: "hunter2" not in str(value))
    assert "title" not in hidden and hidden["id"] == "7"
