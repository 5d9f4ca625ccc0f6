# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a prefix of a URL selects, and what a pattern of an info module matches: nothing by accident."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._glob import matches
from ansible_collections.commops.events.plugins.module_utils._url_prefix import (
    prefix_problem,
    under_prefix,
)

SEGMENT = st.text("ab-_~é", min_size=1, max_size=3) | st.just("...")
PATH = st.lists(SEGMENT, max_size=4)


@pytest.mark.parametrize(
    ("url", "prefix"),
    [
        ("https://h.example", "https://h.example"),
        ("https://h.example/", "https://h.example"),
        ("https://h.example", "https://h.example/"),
        ("https://h.example/a", "https://h.example"),
        ("https://h.example/a", "https://h.example/a"),
        ("https://h.example/a/", "https://h.example/a"),
        ("https://h.example/a", "https://h.example/a/"),
        ("https://h.example/a/b?c=d#e", "https://h.example/a"),
        ("https://h.example:443/a", "https://h.example/a"),
        ("http://h.example/a", "http://h.example:80/a"),
        ("HTTPS://H.Example/a", "https://h.example/a"),
        ("https://u:p@h.example/a", "https://h.example/a"),
        ("https://[::1]:8443/a", "https://[::1]:8443"),
    ],
)
def test_a_url_under_a_prefix(url: str, prefix: str) -> None:
    assert under_prefix(url, prefix)


@pytest.mark.parametrize(
    ("url", "prefix"),
    [
        ("https://h.example/ab", "https://h.example/a"),
        ("https://h.example/A", "https://h.example/a"),
        ("https://h.example/", "https://h.example/a"),
        ("https://h.example/b/a", "https://h.example/a"),
        ("https://h.example.evil.example/a", "https://h.example"),
        ("https://h.example@evil.example/a", "https://h.example"),
        ("https://h.example:8443/a", "https://h.example"),
        ("https://h.example:0/a", "https://h.example"),
        ("http://h.example/a", "https://h.example/a"),
        ("http://h.example:443/a", "https://h.example/a"),
        ("https://x.h.example/a", "https://h.example"),
        ("https://h.example./a", "https://h.example"),
        ("//h.example/a", "https://h.example/a"),
        ("h.example/a", "https://h.example/a"),
        ("https://h.example/%61", "https://h.example/a"),
        ("https://h.example/a/../b", "https://h.example/a"),
        ("https://h.example/a/%2E%2e/b", "https://h.example/a"),
        ("https://h.example/a/./b", "https://h.example/a"),
        ("https://[::1/a", "https://h.example"),
        ("https://h.example:x/a", "https://h.example"),
        ("https://h.example:99999/a", "https://h.example"),
        ("", "https://h.example"),
    ],
)
def test_a_url_that_only_looks_as_if(url: str, prefix: str) -> None:
    assert not under_prefix(url, prefix)


@pytest.mark.parametrize("value", [None, 5, True, ["https://h.example"], {"https://h.example": 1}])
def test_what_is_no_text_is_under_no_prefix(value: Any) -> None:
    assert not under_prefix(value, "https://h.example")


@given(PATH, PATH)
def test_a_prefix_selects_by_whole_segments(prefix: list[str], path: list[str]) -> None:
    def url(segments: list[str]) -> str:
        return "/".join(["https://h.example", *segments])

    assert under_prefix(url(path), url(prefix)) == (path[: len(prefix)] == prefix)
    assert under_prefix(url(prefix + path), url(prefix))
    assert under_prefix(url(prefix + path), url(prefix) + "/")


@given(st.text(max_size=20))
def test_any_text_gets_an_answer(text: str) -> None:
    assert under_prefix(f"https://{text}", "https://h.example") in (True, False)
    assert not under_prefix(text, "https://h.example")


@pytest.mark.parametrize("prefix", ["https://h.example?a=b", "https://h.example/#a", "https://u:p@h.example/"])
def test_a_prefix_holds_nothing_that_would_not_select(prefix: str) -> None:
    assert prefix_problem(prefix) == "must not hold user info, a query or a fragment; scheme, host and path select."
    assert prefix_problem("https://h.example:8443/a") is None


@pytest.mark.parametrize(
    ("text", "pattern", "matched"),
    [
        ("sales", None, True),
        (None, None, True),
        ("sales", "sales", True),
        ("sales", "Sales", False),
        ("sales", "sale", False),
        ("sales", "s*", True),
        ("sales", "?ales", True),
        ("sales", "[rs]ales", True),
        ("sales", "[!s]ales", False),
        ("sales\nnorth", "sales*", True),
        ("", "", True),
        ("", "*", True),
        ("a*b", "a[*]b", True),
        ("axb", "a[*]b", False),
        ("a[b", "a[b", True),
        (r"a\b", r"a\b", True),
        ("a.b", "a.b", True),
        ("axb", "a.b", False),
        (None, "*", False),
        (5, "5", False),
    ],
)
def test_a_pattern_matches_the_whole_text(text: Any, pattern: str | None, matched: bool) -> None:
    assert matches(text, pattern) is matched


def test_a_hostile_pattern_takes_no_time_to_speak_of() -> None:
    assert not matches("a" * 200 + "b", "*a" * 40 + "c")


@given(st.text(max_size=10), st.text("*?[]!ab-\\", max_size=8))
def test_any_pattern_gets_an_answer(text: str, pattern: str) -> None:
    assert matches(text, "*")
    assert matches(text, pattern) in (True, False)
