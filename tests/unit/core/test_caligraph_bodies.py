# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies of webhooks: what is sent, what is refused, and when two of them mean the same."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._caligraph_values import body, same_body
from ansible_collections.commops.events.plugins.module_utils._secrets import PLACEHOLDERS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


# What is sent


@pytest.mark.parametrize(
    "text",
    [
        "plain text\r\n",
        " ",
        "true",
        "{FNAME} booked",
        "{FNAME}",
        '{ "startsAt": "{START-LOCAL-DATE}" }',
        '{"minutes": {DURATION}}',
        '{"minutes": -{DURATION}, "list": [{ID}, {REF}]}',
        '{"number": {ID}5}',
        '{"number": 1.{ID}}',
        "[{ID}]",
        '[\n {"a" : 1.50 , "a": 2}]\n',
        '{"a": 1e999}',
        f'{{"a": {"9" * 5000}}}',
        "a [list]",
        'x {"broken": ',
        '{"a": "\ud800"}',
        "\ufeff{",
        "<xml/>",
        "a=b&c=d",
    ],
)
def test_a_text_is_kept_byte_for_byte(text: str) -> None:
    assert body(text, {}) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": "{FNAME}", "ä": [1, 1.5, None, True]}, '{"a": "{FNAME}", "ä": [1, 1.5, null, true]}'),
        ([], "[]"),
        ({}, "{}"),
        (["é😀"], '["é😀"]'),
        (5, "5"),
        (0, "0"),
        (False, "false"),
        (1.5, "1.5"),
    ],
)
def test_anything_else_is_written_as_json(value: Any, text: str) -> None:
    assert body(value, {}) == text


@given(JSON)
def test_what_is_written_is_valid_and_means_the_same(value: Any) -> None:
    assume(not isinstance(value, str))
    assert json.loads(body(value, {})) == value
    assert body(body(value, {}), {}) == body(value, {})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": }', "line 1, column 7"),
        ('{"a": 1', "line 1, column 8"),
        ('{\n "a": 1,\n}', "line 2, column 8"),
        ("{'a': 1}", "line 1, column 2"),
        ("[1, 2", "line 1, column 6"),
        (" \n{a: 1}", "line 2, column 2"),
        ('{"a": {FNAME} b}', "line 1, column 9"),
        ('{"a": 01}', "line 1, column 8"),
        ('["a", ]', "line 1, column 7"),
        ("[ true, x]", "line 1, column 9"),
        ('[{"a": 1}', "line 1, column 10"),
        ('{"a": 1} {"b": 2}', "line 1, column 10"),
    ],
)
def test_broken_json_is_refused_by_its_place(text: str, place: str) -> None:
    with pytest.raises(ValueError) as caught:
        body(text, {})
    message = str(caught.value)
    if place != "line 2, column 8":  # Python 3.13 points to the comma instead
        assert message == f"looks like JSON but is broken at {place}; write it as a mapping, or correct it."
    assert message.startswith("looks like JSON but is broken at line ")


@pytest.mark.parametrize(
    "text", ["[New] {FNAME}", "[{FNAME}] has booked", " [ x", "[truely]", "{FNAME}: new", "[{REF}]"]
)
def test_a_text_may_begin_with_a_bracket(text: str) -> None:
    assert body(text, {}) == text


@pytest.mark.parametrize("text", ['{"a": NaN}', "[Infinity]", "[1, -Infinity]"])
def test_what_only_python_takes_for_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="(NaN|Infinity) is no JSON"):
        body(text, {})


@pytest.mark.parametrize("value", [math.nan, [math.inf], {"a": {"b": -math.inf}}])
def test_a_value_that_json_has_no_word_for_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="JSON"):
        body(value, {})


@pytest.mark.parametrize("text", sorted(PLACEHOLDERS))
def test_what_stands_for_a_masked_value_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="^is what stands for a masked value"):
        body(text, {})
    assert body(f"{text}!", {}) == f"{text}!"


def test_what_is_nested_too_deeply_is_refused() -> None:
    deep: Any = []
    for _level in range(200_000):
        deep = [deep]
    with pytest.raises(ValueError, match=r"^is nested too deeply\.$"):
        body(deep, {})
    with pytest.raises(ValueError, match=r"^is nested too deeply\.$"):
        body("[" * 200_000 + "]" * 200_000, {})
    while deep:  # else Python would free it level by level, each on the stack
        deep = deep.pop()


# What means the same


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (None, "", True),
        (None, None, True),
        ("", " ", False),
        ("a", "a ", False),
        ("text", "TEXT", False),
        ('{"a": 1, "b": 2}', '{"b":2,"a":1}', True),
        ('{"a": [1, 2]}', '{"a": [2, 1]}', False),
        ('{"a": 1}', '{"a": true}', False),
        ('{"a": 1}', '{"a": 1.0}', True),
        ('{"a": 1.50}', '{"a": 1.5}', True),
        ('{"a": 1e2}', '{"a": 100}', True),
        ('{"a": 1}', '{"a": "1"}', False),
        ('{"a": null}', "{}", False),
        ('{"a": 0.1}', '{"a": 0.10000000000000000001}', False),
        ('{"a": 1e400}', '{"a": 1e401}', False),
        ('{"a": 12345678901234567890}', '{"a": 12345678901234567891}', False),
        ("[]", "{}", False),
        ("5", "5.0", True),
        ('"\\u00e4"', '"ä"', True),
        ('{"a": 1, "a": 2}', '{"a": 2}', False),
        ('{"a": 1, "a": 2}', '{"a": 1, "a": 2} ', False),
        ('{"a": 1, "a": 2}', '{"a": 1, "a": 2}', True),
        ("[NaN]", "[NaN] ", False),
        ("[NaN]", "[NaN]", True),
        ("[1", "[1 ", False),
        ('{"minutes": {DURATION}}', '{"minutes":{DURATION}}', False),
        ({"a": 1}, '{"a": 1}', False),
        (5, "5", False),
        ("text", '"text"', False),
        (f"[{'9' * 5000}]", f"[{'9' * 5000} ]", False),
    ],
)
def test_bodies_are_compared_as_json_if_both_are_json(left: Any, right: Any, equal: bool) -> None:
    for one, other in ((left, right), (right, left)):
        assert same_body(one, other) is equal


@given(JSON, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_the_spelling_of_json_does_not_matter(value: Any, indent: Any, ascii_only: bool) -> None:
    other = json.dumps(value, indent=indent, ensure_ascii=ascii_only, sort_keys=True)
    assert same_body(json.dumps(value), other)


@given(JSON, JSON)
def test_what_differs_as_json_differs(left: Any, right: Any) -> None:
    assume(json.dumps(left, sort_keys=True) != json.dumps(right, sort_keys=True) and left != right)
    assert not same_body(json.dumps(left), json.dumps(right))


@pytest.mark.parametrize("depth", [300, 490, 600, 950, 5_000, 200_000])
def test_deep_nesting_is_no_reason_to_fail(depth: int) -> None:
    left = '{"a":' * depth + "1" + "}" * depth
    assert same_body(left, left)
    # Whether so deep a text can still be read depends on the version of Python; a different one is never the same.
    assert same_body(left, f"{left} ") in (True, False)
    assert not same_body(left, left.replace("1", "2"))
