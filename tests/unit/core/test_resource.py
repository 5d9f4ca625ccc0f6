# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types that descriptions are made of: equality, showing, masking, naming."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE
from ansible_collections.commops.events.plugins.module_utils._resource import INFO, MANY, ONE, Field, Merged, Option
from ansible_collections.commops.events.plugins.module_utils._secrets import MapMasker, Masker, UrlMasker
from ansible_collections.commops.events.plugins.module_utils._values import ABSENT, REQUIRED, listed, quoted, same
from unit.core.lists import profile, webhook

NAN = float("nan")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (True, 1, False),
        (False, 0, False),
        (True, True, True),
        (True, "true", False),
        (True, False, False),
        (1, 1.0, True),
        (0, -0.0, True),
        (1, "1", False),
        (None, None, True),
        (None, "", False),
        (None, False, False),
        ("a", "A", False),
        ([], {}, False),
        ([], (), True),
        ([1], [True], False),
        ([1, 2], [2, 1], False),
        ([1], [1, 1], False),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1, "b": [{"c": 0}]}, {"b": [{"c": 0}], "a": 1}, True),
        ({"a": 1, "b": [{"c": 0}]}, {"b": [{"c": False}], "a": 1}, False),
        ({"a": {}}, {"a": None}, False),
        (NAN, NAN, False),
    ],
)
def test_equality_is_that_of_json(left: Any, right: Any, equal: bool) -> None:
    for one, other in ((left, right), (right, left)):
        assert same(one, other) is equal


@given(JSON)
def test_a_value_equals_itself(value: Any) -> None:
    assert same(value, value)
    assert same([value], (value,))
    assert not same(value, [value])


def test_marks_are_no_values() -> None:
    assert repr(ABSENT) == "ABSENT"
    assert repr(REQUIRED) == "REQUIRED"
    assert not ABSENT
    assert not same(ABSENT, None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", '"a b"'),
        ('say "hi"\n', r'"say \"hi\"\n"'),
        ("ä", '"ä"'),
        (None, "null"),
        (5, "5"),
        (["a", 1], '["a", 1]'),
        (b"x", "\"b'x'\""),
    ],
)
def test_values_in_messages_are_json_texts(value: Any, text: str) -> None:
    assert quoted(value) == text


def test_lists_in_messages_are_separated_by_commas() -> None:
    assert listed([1, "b", None]) == "1, b, None"
    assert listed(()) == ""


def test_objects_are_shown_in_terms_of_options() -> None:
    raw = webhook("a", headers={"X-A": "1", "x-b": "2", "X-Key": True}, more=1)
    plain = {"headers": {"x-a": "declared"}}
    assert WEBHOOK_ACTION.shown(raw, plain, server_set=True) == {
        "id": "a1",
        "title": "a",
        "anchor": "BOOKING_CREATED",
        "url": "https://hooks.example.com/a",
        "method": "POST",
        "offset_minutes": 0,
        "body": "",
        "attach_ics": False,
        "headers": {"X-A": "1"},
        "secret_headers": {"x-b": "2", "X-Key": True},
    }
    assert "id" not in WEBHOOK_ACTION.shown(raw, {}, server_set=False)
    assert EVENT_PROFILE.shown({"id": 1}, {}, server_set=False) == {"name": None, "support_email": None}
    assert EVENT_PROFILE.shown(profile("a", 7), {}, server_set=True)["id"] == 7


def test_each_secret_option_has_a_masker() -> None:
    maskers = WEBHOOK_ACTION.maskers({})
    assert set(maskers) == {"url", "headers", "secret_headers"}
    assert isinstance(maskers["url"], UrlMasker) and isinstance(maskers["secret_headers"], MapMasker)
    for option in (option for item in WEBHOOK_ACTION.fields for option in item.options()):
        assert not option.spec.get("no_log") or option.name in maskers
    assert EVENT_PROFILE.maskers({}) == {}


def test_what_nobody_declared_is_shown_up_to_its_host_only() -> None:
    url = "https://h.example/secret/path?a=b"
    assert WEBHOOK_ACTION.maskers({})["url"].mask(url) == "https://h.example/secret/path?a=(secret)"
    assert WEBHOOK_ACTION.maskers({}, foreign=True)["url"].mask(url) == "https://h.example/(secret)"


@pytest.mark.parametrize("names", [["url", "body"], ("url", "body"), "url, body"])
def test_a_task_can_ask_for_more_masking(names: Any) -> None:
    maskers = WEBHOOK_ACTION.maskers({"secret_fields": names})
    assert {maskers["url"].mask("https://h"), maskers["body"].mask("x")} == {"(secret)"}
    assert maskers["url"].__class__ is Masker


@pytest.mark.parametrize("names", [None, [], 5, {"a": 1}, [["a"]]])
def test_arguments_that_make_no_sense_can_be_shown_all_the_same(names: Any) -> None:
    assert WEBHOOK_ACTION.maskers({"secret_fields": names})["url"].mask("https://h/?a=b") == "https://h/?a=(secret)"


def test_a_form_is_the_same_resource_for_another_module() -> None:
    plural = EVENT_PROFILE.as_form(MANY, noun="thing")
    assert (EVENT_PROFILE.form, plural.form, plural.noun) == (ONE, MANY, "thing")
    assert plural.fields is EVENT_PROFILE.fields
    assert EVENT_PROFILE.as_form(INFO).form == INFO


def test_fields_are_found_by_option_name() -> None:
    assert WEBHOOK_ACTION.field("url").api == "to"
    assert WEBHOOK_ACTION.field("headers").api == "headers"
    with pytest.raises(KeyError):
        WEBHOOK_ACTION.field("to")


def test_resources_are_named_for_people() -> None:
    assert WEBHOOK_ACTION.describe("a") == 'webhook action "a"'
    assert EVENT_PROFILE.label(profile("a")) == "a"
    assert EVENT_PROFILE.label({}) is None


def test_a_field_is_one_option_or_several_or_none() -> None:
    assert Field("a", "b").options() == (Option("a", {"type": "str"}),)
    assert Field("a", "b", {"type": "int"}).options()[0].spec == {"type": "int"}
    assert Field("a", "b", server_set=True).options() == ()
    assert [option.name for option in WEBHOOK_ACTION.field("headers").options()][:2] == ["headers", "secret_headers"]


def test_a_field_takes_values_as_they_are_unless_it_says_more() -> None:
    field = Field("a", "b")
    assert field.normalise("x", {}) == "x"
    assert field.merge("x", "y") == Merged("x")
    assert field.default is REQUIRED
