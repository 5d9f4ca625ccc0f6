# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Maskers: which parts of a value are secret, what is shown in their place, and that nothing else is changed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._secrets import (
    NEW_SECRET,
    OLD_SECRET,
    SECRET,
    GuessingMasker,
    MapMasker,
    Masker,
    Secrets,
    UrlMasker,
    smells_secret,
)

MARKS = (SECRET, OLD_SECRET, NEW_SECRET)
PLAIN = Masker()
URL = UrlMasker()
HOST = UrlMasker(host_only=True)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
SECRETS = st.text(st.characters(exclude_categories=()), min_size=6, max_size=12)
#: Text that may stand in user info or a query as it is.
SAFE = st.text("abcXYZ0189-_.~!$*(),;%é", min_size=6, max_size=12)


def hides(shown: Any, *secrets: str) -> bool:
    """Whether a shown value holds none of the secrets in any encoding, apart from what the marks say anyway."""
    known = Secrets()
    known.add(secrets)
    assume(not any(map(known.holds, (*MARKS, "https://h.example/path?a=&b=#top"))))
    return not known.holds(str(shown))


# A whole value


@pytest.mark.parametrize(
    ("value", "shown", "secrets"),
    [
        (None, None, []),
        ("", SECRET, [""]),
        ("x", SECRET, ["x"]),
        (5, SECRET, ["5"]),
        (False, SECRET, ["false"]),
        ({"ä": ["x"]}, SECRET, ['{"ä": ["x"]}']),
    ],
)
def test_a_whole_value_is_one_secret(value: Any, shown: Any, secrets: list[str]) -> None:
    assert PLAIN.mask(value) == shown
    assert PLAIN.secrets(value) == secrets


@pytest.mark.parametrize("masker", [PLAIN, MapMasker(), URL, HOST])
@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (None, None, (None, None)),
        (None, 5, (None, SECRET)),
        (5, None, (SECRET, None)),
        (5, 5, (SECRET, SECRET)),
        (5, 6, (OLD_SECRET, NEW_SECRET)),
        (1, True, (OLD_SECRET, NEW_SECRET)),
        ([1], [1], (SECRET, SECRET)),
    ],
)
def test_a_value_that_is_not_what_the_masker_is_for_is_one_secret(
    masker: Masker, before: Any, after: Any, shown: tuple[Any, Any]
) -> None:
    assert masker.pair(before, after) == shown


@given(JSON, JSON)
def test_a_change_is_visible_and_no_value_is(before: Any, after: Any) -> None:
    assume(before is not None and after is not None)
    shown = PLAIN.pair(before, after)
    assert shown in ((SECRET, SECRET), (OLD_SECRET, NEW_SECRET))
    assert (shown[0] == shown[1]) == (PLAIN.secrets(before) == PLAIN.secrets(after))


# Mappings


def test_only_selected_names_are_masked() -> None:
    masker = MapMasker(smells_secret)
    value = {"Authorization": "x", "X-A": "y", "X-Token": None, "Cookie": 5}
    assert masker.mask(value) == {"Authorization": SECRET, "X-A": "y", "X-Token": None, "Cookie": SECRET}
    assert masker.secrets(value) == ["x", "5"]
    assert list(masker.mask(value)) == list(value)
    assert MapMasker().mask(value) == {"Authorization": SECRET, "X-A": SECRET, "X-Token": None, "Cookie": SECRET}


def test_a_mask_of_the_api_is_no_secret() -> None:
    assert MapMasker().secrets({"X": True, "Y": False, "Z": "true"}) == ["true"]
    assert MapMasker().mask({"X": True}) == {"X": SECRET}


def test_values_of_other_types_are_secrets_as_json() -> None:
    assert MapMasker().secrets({"X": {"a": "ä"}, "Y": [1]}) == ['{"a": "ä"}', "[1]"]


def test_a_pair_of_mappings_tells_for_each_name_what_changed() -> None:
    before = {"same": "1", "changed": "2", "gone": "3", "set": None, "unset": "5"}
    after = {"same": "1", "changed": "9", "new": "4", "set": "6", "unset": None}
    assert MapMasker().pair(before, after) == (
        {"same": SECRET, "changed": OLD_SECRET, "gone": SECRET, "set": OLD_SECRET, "unset": OLD_SECRET},
        {"same": SECRET, "changed": NEW_SECRET, "new": SECRET, "set": NEW_SECRET, "unset": NEW_SECRET},
    )
    plain = MapMasker(lambda name: False)
    assert plain.pair(before, after) == (before, after)


@pytest.mark.parametrize(("before", "after"), [({"a": "x"}, "x"), ("x", {"a": "x"}), ({"a": "x"}, None)])
def test_a_mapping_and_something_else_are_two_values(before: Any, after: Any) -> None:
    shown = MapMasker().pair(before, after)
    assert shown[0] != shown[1]
    assert "x" not in str(shown)


@given(
    st.dictionaries(st.sampled_from("abcd"), SECRETS | st.none() | st.booleans()),
    st.dictionaries(st.sampled_from("abcd"), SECRETS | st.none() | st.booleans()),
)
def test_a_change_of_mappings_is_visible_and_no_value_is(before: dict[str, Any], after: dict[str, Any]) -> None:
    masker = MapMasker()
    shown = masker.pair(before, after)
    assert (shown[0] == shown[1]) == (before == after)
    assert (list(shown[0]), list(shown[1])) == (list(before), list(after))
    assert hides(shown, *masker.secrets(before), *masker.secrets(after))


# URLs


@pytest.mark.parametrize(
    ("url", "shown", "host_only", "secrets"),
    [
        ("https://h.example", None, None, []),
        ("https://h.example/", None, None, []),
        ("https://h.example/p", None, "https://h.example/(secret)", []),
        ("https://h.example?", None, "https://h.example/(secret)", []),
        ("https://h.example/p;a=b/c@d:e", None, "https://h.example/(secret)", []),
        ("https://h.example/p#top", None, "https://h.example/(secret)", []),
        ("https://h.example/p?#", None, "https://h.example/(secret)", []),
        ("HTTPS://H.example:443/P", None, "HTTPS://H.example:443/(secret)", []),
        ("https://h/?a=b", "https://h/?a=(secret)", "https://h/(secret)", ["b"]),
        ("https://h/?a=b&c=d=e&f=&g", "https://h/?a=(secret)&c=(secret)&f=&(secret)", None, ["b", "d=e", "g"]),
        ("https://h/?&&a=b&", "https://h/?&&a=(secret)&", None, ["b"]),
        ("https://h/?TOKEN", "https://h/?(secret)", None, ["TOKEN"]),
        ("https://h?TOKEN#x", "https://h?(secret)#x", None, ["TOKEN"]),
        ("https://h/?a=b?c#d?e=f", "https://h/?a=(secret)#d?e=f", None, ["b?c"]),
        ("https://h/p#?a=b", None, None, []),
        ("https://u:p@h/", "https://(secret)@h/", "https://(secret)@h/", ["u:p", "u", "p"]),
        ("https://u@h/", "https://(secret)@h/", None, ["u"]),
        ("https://u:@h/", "https://(secret)@h/", None, ["u:", "u"]),
        ("https://:p@h/", "https://(secret)@h/", None, [":p", "p"]),
        ("https://@h/", None, None, []),
        ("https://u:p:q@r@h:8080/x", "https://(secret)@h:8080/x", None, ["u:p:q@r", "u", "p:q@r"]),
        ("https://u:p@[::1]:8080/?a=b", "https://(secret)@[::1]:8080/?a=(secret)", None, ["u:p", "u", "p", "b"]),
        ("https://[2001:db8::1]/x", None, None, []),
        ("//u:p@h/x", "//(secret)@h/x", None, ["u:p", "u", "p"]),
        (" ", None, None, []),
        ("", None, None, []),
        ("https://h/\n?x=y", "https://h/\n?x=(secret)", None, ["y"]),
        (" https://h/?x=y", " https://h/?x=(secret)", None, ["y"]),
    ],
)
def test_user_info_and_values_of_the_query_are_secret(
    url: str, shown: str | None, host_only: str | None, secrets: list[str]
) -> None:
    assert URL.mask(url) == (url if shown is None else shown)
    assert URL.secrets(url) == secrets
    if host_only is not None:
        assert HOST.mask(url) == host_only


@pytest.mark.parametrize(
    "url",
    [
        "https://[::1/x?a=hunter2",
        "https://u:hunter2@[::1/",
        "https://u:hun/ter2@h/",
        "https://u:hun?ter2@h/",
        "https://u:hun#ter2@h/",
        "https://h:99999/?hunter2",
        "hunter2",
        "h.example/hunter2",
        "/hunter2?a=b",
        "file:///hunter2",
        "mailto:hunter2",
        "u:hunter2@h/x",
        "https:u:hunter2@h/x",
        "https:/u:hunter2@h/x",
        "https:///u:hunter2@h/x",
        "https:\\\\u:hunter2@h/x",
        "\\\\u:hunter2@h",
        "https://h．example／u:hunter2@x/",
    ],
)
@pytest.mark.parametrize("masker", [URL, HOST])
def test_a_broken_url_is_a_secret_as_a_whole(masker: UrlMasker, url: str) -> None:
    assert masker.mask(url) == SECRET
    assert masker.mask(url, OLD_SECRET) == OLD_SECRET
    assert masker.secrets(url) == [url]


def test_all_after_the_host_is_secret_where_only_the_host_is_shown() -> None:
    assert HOST.secrets("https://u:p@h/a/b/?c=d#e") == ["u:p", "u", "p", "d", "/a/b", "e"]
    assert HOST.mask("https://h", NEW_SECRET) == "https://h"


@given(st.text(max_size=40))
def test_a_url_without_secrets_is_shown_as_it_is(text: str) -> None:
    for url in (text, f"https://h.example/{text}", f"https://{text}"):
        if not URL.secrets(url):
            assert URL.mask(url) == url


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_text_can_be_masked(text: str, other: str) -> None:
    for masker in (URL, HOST):
        for before, after in ((text, other), (f"https://{text}", f"https://{text}{other}")):
            shown = masker.pair(before, after)
            assert (shown[0] == shown[1]) == (before == after)


def _url(user: str, password: str, query: str, token: str) -> str:
    return f"https://{user}:{password}@h.example/path?a={query}&b=&{token}#top"


@given(st.tuples(SAFE, SAFE, SAFE, SAFE), st.tuples(SAFE, SAFE, SAFE, SAFE))
def test_only_secret_parts_of_a_url_are_replaced(first: tuple[str, ...], second: tuple[str, ...]) -> None:
    before, after = _url(*first), _url(*second)
    assert URL.mask(before) == f"https://{SECRET}@h.example/path?a={SECRET}&b=&{SECRET}#top"
    assert set(first) <= {*URL.secrets(before)}
    shown = URL.pair(before, after)
    old, new = (SECRET, SECRET) if before == after else (OLD_SECRET, NEW_SECRET)
    assert shown == (URL.mask(before, old), URL.mask(after, new))
    assert hides(shown, *first, *second)
    assert hides(HOST.pair(before, after), *first, *second)
    assert HOST.mask(before) == f"https://{SECRET}@h.example/{SECRET}"


@given(SECRETS)
def test_an_encoded_secret_in_a_url_is_hidden_in_all_its_forms(secret: str) -> None:
    encoded = quote(secret, safe="", errors="surrogatepass")
    shown = URL.mask(f"https://{encoded}@h.example/?a={encoded}")
    assert shown == f"https://{SECRET}@h.example/?a={SECRET}"
    assert hides(shown, secret, encoded)


# Secrets within secrets


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("Bearer hunter2-token", ["hunter2-token"]),
        ("Basic  abcdefgh ", ["abcdefgh"]),
        ("Bearer short", []),
        ("https://u:p@h.example/hunter2-path?a=hunter2-query#top", ["hunter2-query", "/hunter2-path"]),
        ('{"a":["hunter2",{"b":"hunter3"}],"c":1234567,"d":"{FNAME}"}', ["hunter2", "hunter3"]),
        ('[{ID},"hunter2"]', ["hunter2"]),
        ('{"a":"hunter2"', []),
        ("[" * 100_000, []),
        (["hunter2-item"], ["hunter2-item"]),
        (5, []),
    ],
)
def test_what_would_tell_as_much_as_a_secret_is_one_too(value: Any, parts: list[str]) -> None:
    assert PLAIN.told(value) == [*PLAIN.secrets(value), *parts]


def test_parts_of_headers_and_urls_are_told_too() -> None:
    assert MapMasker().told({"Authorization": "Bearer hunter2-token"}) == ["Bearer hunter2-token", "hunter2-token"]
    assert URL.told("https://h.example/?a=b") == ["b"]
    assert PLAIN.told(None) == []


# What nobody knows anything about


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (5, 5),
        ("plain text: https://h.example/?a=b", "plain text: https://h.example/?a=b"),
        ("https://u:p@h.example/x?a=b", f"https://{SECRET}@h.example/x?a={SECRET}"),
        ("ftp://u:p@h.example", f"ftp://{SECRET}@h.example"),
        (
            ["https://h.example/?a=b", ("https://h.example/?a",)],
            [f"https://h.example/?a={SECRET}", [f"https://h.example/?{SECRET}"]],
        ),
        (
            {"id": 1, "apiKey": "x", "deeper": {"clientSecret": ["x"], "note": "x"}, 5: "x"},
            {"id": 1, "apiKey": SECRET, "deeper": {"clientSecret": SECRET, "note": "x"}, 5: "x"},
        ),
    ],
)
def test_what_is_unknown_is_guessed_by_names_and_by_looks(value: Any, shown: Any) -> None:
    assert GuessingMasker().mask(value) == shown


def test_a_name_decides_on_all_that_stands_under_it() -> None:
    guessing = GuessingMasker()
    assert guessing.named("accessToken").mask({"a": 1}) == SECRET
    assert guessing.named("title") is guessing
