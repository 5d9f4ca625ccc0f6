# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers of a webhook: two options that make up one map, whose names are told apart as HTTP does."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._errors import InvalidOption
from ansible_collections.commops.events.plugins.module_utils._headers import (
    HEADERS,
    HeaderWish,
    as_shown,
    compose,
    is_masked,
    merge,
    same_headers,
    show,
    smelling,
    with_declared,
)
from ansible_collections.commops.events.plugins.module_utils._resource import Merged
from ansible_collections.commops.events.plugins.module_utils._secrets import PLACEHOLDERS
from ansible_collections.commops.events.plugins.module_utils._values import ABSENT

NAMES = st.sampled_from(["X-A", "x-a", "X-B", "x-b", "Authorization", "authorization", "X-C"])
VALUES = st.sampled_from(["1", "2", "3"])
LIVE = st.dictionaries(NAMES, VALUES | st.just(True), max_size=5)


def _declared() -> st.SearchStrategy[HeaderWish]:
    """Wishes as `compose` makes them: each name once, whatever its case."""
    items = st.lists(st.tuples(NAMES, VALUES | st.none()), max_size=4, unique_by=lambda item: item[0].lower())
    return st.builds(
        lambda chosen, purge, update: compose({"secret_headers": dict(chosen), "purge_headers": purge, **update}),
        items,
        st.booleans(),
        st.sampled_from([{}, {"update_secret": "always"}, {"update_secret": "on_create"}]),
    )


def folded(headers: dict[str, Any]) -> set[str]:
    return {name.lower() for name in headers}


# From options to a wish


@pytest.mark.parametrize(
    ("given_options", "wish"),
    [
        ({"headers": {"X-A": "1", "x_b.c": "a, b"}}, HeaderWish({"X-A": "1", "x_b.c": "a, b"})),
        ({"headers": {"X-A": 5, "X-B": -1}}, HeaderWish({"X-A": "5", "X-B": "-1"})),
        ({"secret_headers": {"X-A": "s", "X-B": None}}, HeaderWish({"X-A": "s"}, ("X-B",))),
        ({"headers": {"X-A": "1"}, "secret_headers": None}, HeaderWish({"X-A": "1"})),
        (
            {"headers": None, "secret_headers": {"X-A": "1"}, "update_secret": "always"},
            HeaderWish({"X-A": "1"}, (), False, "always"),
        ),
        ({"headers": {}, "purge_headers": True, "update_secret": None}, HeaderWish({}, (), True)),
        ({"headers": {"!#$%&'*+-.^_`|~09": " x "}}, HeaderWish({"!#$%&'*+-.^_`|~09": " x "})),
        ({"headers": {"X-A": "ä\t{FNAME}"}}, HeaderWish({"X-A": "ä\t{FNAME}"})),
    ],
)
def test_both_options_make_up_one_wish(given_options: dict[str, Any], wish: HeaderWish) -> None:
    assert compose(given_options) == wish


@pytest.mark.parametrize("nothing", [{}, {"headers": None}, {"purge_headers": False}, {"update_secret": "always"}])
def test_options_that_say_nothing_are_no_wish(nothing: dict[str, Any]) -> None:
    assert compose(nothing) is ABSENT


@pytest.mark.parametrize("option", ["headers", "secret_headers"])
@pytest.mark.parametrize(
    "name", ["", " ", "X A", "X:A", "X-Ä", "X\n", "X-A\r\nX-B", "(x)", "x/y", "x@y", "{X}", 5, None]
)
def test_what_is_no_header_name_is_refused(option: str, name: Any) -> None:
    with pytest.raises(InvalidOption) as caught:
        compose({option: {name: "hunter2"}})
    assert caught.value.option == option
    assert "is no header name (letters, digits and !#$%&'*+-.^_`|~)." in caught.value.message
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize("name", ["X-Api-Key: hunter2", "Authorization=hunter2", "a b:\nhunter2"])
def test_a_value_that_came_to_stand_in_the_name_is_not_shown(name: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        compose({"headers": {name: "x"}})
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize("option", ["headers", "secret_headers"])
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "the value of X-A is empty; leave the header out, or use purge_headers."),
        (" \t", "the value of X-A is empty"),
        ("hunter2\n", "the value of X-A holds a line break or a NUL"),
        ("hunter2\r\nX-B: 1", "the value of X-A holds a line break or a NUL"),
        ("hunter2\0", "the value of X-A holds a line break or a NUL"),
        (1.5, "the value of X-A is no text; put it in quotes."),
        (["hunter2"], "the value of X-A is no text"),
        ({"a": "hunter2"}, "the value of X-A is no text"),
        (False, "the value of X-A is no text"),
        (True, "the value of X-A is what stands for a masked value (or a plain true)"),
        ("true", "the value of X-A is what stands for a masked value"),
        (" True ", "the value of X-A is what stands for a masked value"),
        *((mark, "the value of X-A is what stands for a masked value") for mark in sorted(PLACEHOLDERS)),
    ],
)
def test_a_value_that_can_not_be_sent_is_refused_without_being_shown(option: str, value: Any, problem: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        compose({option: {"X-A": value}})
    assert caught.value.option == option
    assert caught.value.message.startswith(f"{option}: {problem}")
    assert "hunter2" not in caught.value.message


def test_null_is_a_value_for_secret_headers_only() -> None:
    with pytest.raises(InvalidOption, match="^headers: the value of X-A is no text"):
        compose({"headers": {"X-A": None}})


@pytest.mark.parametrize(
    ("options", "option", "name"),
    [
        ({"headers": {"X-A": "1", "x-a": "2"}}, "headers", "x-a"),
        ({"secret_headers": {"X-A": "1", "x-a": None}}, "secret_headers", "x-a"),
        ({"headers": {"X-A": "1"}, "secret_headers": {"X-A": "2"}}, "secret_headers", "X-A"),
        ({"headers": {"X-A": "1"}, "secret_headers": {"x-A": None}}, "secret_headers", "x-A"),
    ],
)
def test_a_header_declared_twice_is_refused(options: dict[str, Any], option: str, name: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        compose(options)
    assert caught.value.message.startswith(f"{option}: the header {name} is declared twice")


@given(st.dictionaries(st.text(string.ascii_letters + "-", min_size=1, max_size=4), st.text("ab", min_size=1)))
def test_each_declared_header_is_wished_for_or_one_is_declared_twice(headers: dict[str, str]) -> None:
    if len(folded(headers)) == len(headers):
        assert compose({"headers": headers}) == HeaderWish(headers)
    else:
        with pytest.raises(InvalidOption, match="declared twice"):
            compose({"headers": headers})


# From a wish and what is there to what is to be there


@pytest.mark.parametrize(
    ("wish", "live", "merged", "unverifiable"),
    [
        (HeaderWish({"X-A": "1"}), ABSENT, {"X-A": "1"}, ()),
        (HeaderWish({"X-A": "1"}), None, {"X-A": "1"}, ()),
        (HeaderWish({"X-A": "1"}), {}, {"X-A": "1"}, ()),
        (HeaderWish({"X-A": "1"}), [], {"X-A": "1"}, ()),
        (HeaderWish({"x-a": "1"}), {"X-A": "0", "Y": "y"}, {"X-A": "1", "Y": "y"}, ()),
        (HeaderWish({"x-a": "1"}, purge=True), {"X-A": "0", "Y": "y"}, {"X-A": "1"}, ()),
        (HeaderWish(purge=True), {"Y": "y"}, {}, ()),
        (HeaderWish(kept=("x-a",)), {"X-A": "0", "Y": "y"}, {"X-A": "0", "Y": "y"}, ()),
        (HeaderWish(kept=("x-a",), purge=True), {"X-A": "0", "Y": "y"}, {"X-A": "0"}, ()),
        (HeaderWish({"x-a": "1"}), {"X-A": True}, {"X-A": True}, ("X-A",)),
        (HeaderWish({"x-a": "1"}, update_secret="always"), {"X-A": True}, {"X-A": "1"}, ()),
        (HeaderWish({"x-a": "1"}), {"X-A": "true"}, {"X-A": "1"}, ()),
        (HeaderWish(kept=("x-a",)), {"X-A": True}, {"X-A": True}, ()),
        # Two spellings of one name: the one that was meant.
        (HeaderWish({"X-A": "1"}), {"X-A": "0", "x-a": "9"}, {"X-A": "1", "x-a": "9"}, ()),
        (HeaderWish({"x-a": "1"}), {"X-A": "0", "x-a": "9"}, {"X-A": "0", "x-a": "1"}, ()),
    ],
)
def test_what_is_there_and_what_is_wished_for_become_one_map(
    wish: HeaderWish, live: Any, merged: dict[str, Any], unverifiable: tuple[str, ...]
) -> None:
    assert merge(wish, live) == Merged(merged, unverifiable)


@pytest.mark.parametrize("live", [None, {}, {"X-B": "1"}])
def test_a_header_that_is_to_be_kept_has_to_be_there(live: Any) -> None:
    with pytest.raises(ValueError) as caught:
        merge(HeaderWish({"X-C": "hunter2"}, ("X-A", "Y")), live)
    assert str(caught.value) == (
        "secret_headers: X-A, Y has no value (null keeps the value that is there), but the webhook has no such header"
        " yet; give its value."
    )


@pytest.mark.parametrize("live", [[{"name": "X-A", "value": "hunter2"}], "X-A: hunter2", 5])
def test_headers_of_an_unknown_form_are_left_alone(live: Any) -> None:
    with pytest.raises(ValueError, match="^headers: the API gave them in a form that is not known"):
        merge(HeaderWish({"X-A": "1"}), live)
    assert show(live, {}) == {"headers": {}, "secret_headers": {}}


def test_what_is_no_wish_is_taken_as_it_is() -> None:
    assert merge({"X": "1"}, {"Y": "2"}) == Merged({"X": "1"})


@given(_declared(), LIVE)
def test_merging_loses_and_invents_nothing(wish: HeaderWish, live: dict[str, Any]) -> None:
    before = dict(live)
    try:
        merged = merge(wish, live)
    except ValueError:
        assert not {name.lower() for name in wish.kept} <= folded(live)
        return
    assert live == before
    declared = {name.lower(): value for name, value in wish.values.items()}
    expected = folded(live) | set(declared)
    if wish.purge:
        expected &= {name.lower() for name in wish.names()}
    assert folded(merged.value) == expected
    for name, value in merged.value.items():
        assert value in (live.get(name), declared.get(name.lower()))
    for name, value in wish.values.items():
        held = [merged.value[known] for known in merged.value if known.lower() == name.lower()]
        assert value in held or True in held
    # What was there keeps its place and spelling, and a second time changes nothing.
    assert [name for name in merged.value if name in live] == [name for name in live if name in merged.value]
    assert merge(wish, merged.value) == Merged(merged.value, merged.unverifiable)


@given(_declared(), LIVE)
def test_only_masked_values_can_not_be_compared(wish: HeaderWish, live: dict[str, Any]) -> None:
    assume({name.lower() for name in wish.kept} <= folded(live))
    merged = merge(wish, live)
    assert all(live[name] is True and merged.value[name] is True for name in merged.unverifiable)
    assert not merged.unverifiable or wish.update_secret == "on_create"


# Comparing and showing


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (None, {}, True),
        ([], {}, True),
        ({"X-A": "1"}, {"x-a": "1"}, True),
        ({"X-A": "1", "Y": "2"}, {"y": "2", "X-a": "1"}, True),
        ({"X-A": "1"}, {"X-A": "1 "}, False),
        ({"X-A": "1"}, {"X-A": 1}, False),
        ({"X-A": True}, {"X-A": 1}, False),
        ({"X-A": True}, {"X-A": True}, True),
        ({"X-A": "1"}, {"X-A": "1", "x-a": "1"}, False),
        ({"X-A": "1", "x-a": "2"}, {"X-A": "2", "x-a": "1"}, True),
        ({"X-A": "1"}, None, False),
        ("x", "x", True),
    ],
)
def test_maps_are_equal_whatever_the_case_of_their_names(left: Any, right: Any, equal: bool) -> None:
    for one, other in ((left, right), (right, left)):
        assert same_headers(one, other) is equal


@given(LIVE)
def test_a_map_is_shown_as_two_options(live: dict[str, Any]) -> None:
    shown = show(live, {"headers": {"x-A": None, "Y": "1"}})
    assert folded(shown["headers"]) <= {"x-a"} and "x-a" not in folded(shown["secret_headers"])
    assert {**shown["headers"], **shown["secret_headers"]} == live
    assert show(live, {})["secret_headers"] == live
    assert show(live, {"headers": None})["headers"] == {}
    assert show(None, {}) == {"headers": {}, "secret_headers": {}}


def test_a_mask_is_true_and_nothing_else() -> None:
    assert is_masked(True)
    assert not any(map(is_masked, (1, "true", "********", None, False)))


def test_masked_values_are_replaced_by_declared_ones() -> None:
    wish = HeaderWish({"x-a": "1", "Y": "2"})
    live = {"X-A": True, "Y": "old", "Z": True}
    assert with_declared(live, wish) == {"X-A": "1", "Y": "old", "Z": True}
    assert with_declared(live, ABSENT) == live
    assert as_shown({"x-a": "1", "Y": "2"}, live) == {"X-A": "1", "Y": "old", "Z": True}
    assert as_shown(None, live) is live
    assert as_shown({"x-a": "1"}, None) is None


def test_names_that_smell_of_secrets_are_told() -> None:
    assert smelling(["Accept", "X-Token", "cookie"]) == ["X-Token", "cookie"]


def test_a_plain_header_that_smells_of_a_secret_is_masked() -> None:
    maskers = {option.name: option.masker for option in HEADERS.parts if option.masker is not None}
    value = {"Authorization": "hunter2", "Accept": "text"}
    assert maskers["headers"].mask(value) == {"Authorization": "(secret)", "Accept": "text"}
    assert maskers["secret_headers"].mask(value) == dict.fromkeys(value, "(secret)")
    assert [option.name for option in HEADERS.parts if option.spec.get("no_log")] == ["secret_headers"]
