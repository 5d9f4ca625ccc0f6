# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of webhook actions: anchors and near misses, titles, URLs, placeholders."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils import _caligraph_values as values

KNOWN = (
    "Known are BOOKING_CREATED, BOOKING_RESCHEDULED, BOOKING_CANCELLED, BOOKING_RESCHEDULED_BY_OWNER,"
    " BOOKING_RESCHEDULED_BY_BOOKER, BOOKING_CANCELLED_BY_OWNER, BOOKING_CANCELLED_BY_BOOKER, BOOKING_ACCEPTED,"
    " BOOKING_REJECTED, BOOKING_STARTS, BOOKING_ENDS, NO_SHOW."
)


@pytest.mark.parametrize("anchor", values.ANCHORS)
def test_known_anchors_are_taken(anchor: str) -> None:
    assert values.anchor_problem(anchor) is None
    assert values.anchor(anchor, {}) == anchor


@pytest.mark.parametrize(
    ("anchor", "meant"),
    [
        ("BOOKING_CANCELED", "BOOKING_CANCELLED"),
        ("booking_canceled", "BOOKING_CANCELLED"),
        ("booking_created", "BOOKING_CREATED"),
        ("Booking-Created", "BOOKING_CREATED"),
        ("BOOKING_CREATE", "BOOKING_CREATED"),
        ("BOOKING_RESHEDULED", "BOOKING_RESCHEDULED"),
        ("BOOKING_CANCELED_BY_BOOKER", "BOOKING_CANCELLED_BY_BOOKER"),
        ("BOOKING_RESCHEDULED_BY_OWNERS", "BOOKING_RESCHEDULED_BY_OWNER"),
        ("BOOKING_START", "BOOKING_STARTS"),
        ("BOOKING_END", "BOOKING_ENDS"),
        ("no-show", "NO_SHOW"),
        ("NOSHOW", "NO_SHOW"),
        ("BOOKED", "booked"),
        ("canceled", "cancelled"),
        (" BOOKING_CREATED", "BOOKING_CREATED"),
    ],
)
def test_a_near_miss_is_named(anchor: str, meant: str) -> None:
    assert values.anchor_problem(anchor) == f"{anchor} is no known anchor. Did you mean {meant}?"
    with pytest.raises(ValueError, match=f"Did you mean {meant}\\? If it is new, set validate_anchor: false"):
        values.anchor(anchor, {})


@pytest.mark.parametrize(("anchor", "shown"), [("PAID", "PAID"), ("", ""), (None, "null"), (5, "5"), (["x"], '["x"]')])
def test_what_is_no_anchor_at_all_earns_the_list_of_them(anchor: Any, shown: str) -> None:
    assert values.anchor_problem(anchor) == f"{shown} is no known anchor. {KNOWN}"


@pytest.mark.parametrize(("validate", "taken"), [(False, True), (True, False), (None, False)])
def test_an_unknown_anchor_can_be_let_through(validate: bool | None, taken: bool) -> None:
    given = {"validate_anchor": validate}
    if taken:
        assert values.anchor("BOOKING_PAID", given) == "BOOKING_PAID"
    else:
        with pytest.raises(ValueError, match="^BOOKING_PAID is no known anchor"):
            values.anchor("BOOKING_PAID", given)


@given(st.text(max_size=30) | st.integers() | st.lists(st.text()))
def test_any_value_gets_an_answer_about_anchors(value: Any) -> None:
    assert (values.anchor_problem(value) is None) == (value in values.ANCHORS)


@pytest.mark.parametrize("title", ["a", " a ", "0", "Ä\n"])
def test_titles_are_taken_as_they_are(title: str) -> None:
    assert values.title(title, {}) == title


@pytest.mark.parametrize("title", [" ", "\t\n", "\u00a0"])
def test_blank_titles_are_refused(title: str) -> None:
    with pytest.raises(ValueError, match=r"^must not be blank\.$"):
        values.title(title, {})


@pytest.mark.parametrize(
    "url",
    [
        "https://webhookURL.com",
        "https://h.example/a?b=c#d",
        "HTTP://h.example:8080/",
        "https://user:pass@h.example/{BOOKING-TITLE}",
        "https://[::1]/",
        "https://bücher.example/ä",
        "http://localhost",
    ],
)
def test_urls_are_taken_as_they_are(url: str) -> None:
    assert values.url(url, {}) == url


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("h.example/hunter2", "is no URL of the form https://HOST/PATH; it needs http:// or https:// and a host."),
        ("ftp://h.example/hunter2", "it needs http:// or https:// and a host."),
        ("mailto:hunter2@h.example", "it needs http:// or https:// and a host."),
        ("https:///hunter2", "it needs http:// or https:// and a host."),
        ("https://?hunter2", "it needs http:// or https:// and a host."),
        ("https://:443/hunter2", "it needs http:// or https:// and a host."),
        ("https://h.example:0/hunter2", "it needs http:// or https:// and a host."),
        ("https://[::1/hunter2", "is no URL of the form https://HOST/PATH."),
        ("https://h.example:99999/hunter2", "is no URL of the form https://HOST/PATH."),
        ("https://h.example:x/hunter2", "is no URL of the form https://HOST/PATH."),
        ("https://h.example/hunter2 ", "must not hold blanks, line breaks or control characters."),
        ("https://h.example/\nhunter2", "must not hold blanks, line breaks or control characters."),
        ("https://h.example/\0hunter2", "must not hold blanks, line breaks or control characters."),
        ("https://h.example/?a=(secret)&hunter2", "holds what stands for a masked value"),
        ("https://(secret)@h.example/hunter2", "holds what stands for a masked value"),
        ("https://h.example/********/hunter2", "holds what stands for a masked value"),
        ("https://h.example/?a=$REDACTED$&hunter2", "holds what stands for a masked value"),
        ("(secret)", "it needs http:// or https:// and a host."),
    ],
)
def test_urls_are_refused_without_being_shown(url: str, problem: str) -> None:
    with pytest.raises(ValueError) as caught:
        values.url(url, {})
    assert problem in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "no code", "{FNAME} {LNAME}", "{ FNAME }", "{fname}", "{}", "{a: 1}"])
def test_known_placeholders_and_other_text_earn_no_warning(text: str) -> None:
    assert values.unknown_placeholders(text) == []


def test_each_known_placeholder_is_known() -> None:
    assert values.unknown_placeholders("".join(f"{{{code}}}" for code in values.PLACEHOLDERS)) == []


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("{F_NAME} {F_NAME}", ["body: {F_NAME} is no placeholder that every booking page knows. Did you mean FNAME?"]),
        ("{MY-FIELD}", ["body: {MY-FIELD} is no placeholder that every booking page knows."]),
        (
            "{START-LOCAL-DATES}{A}",
            [
                "body: {A} is no placeholder that every booking page knows.",
                "body: {START-LOCAL-DATES} is no placeholder that every booking page knows."
                " Did you mean START-LOCAL-DATE?",
            ],
        ),
    ],
)
def test_unknown_placeholders_earn_a_warning_each(text: str, warnings: list[str]) -> None:
    assert values.unknown_placeholders(text) == warnings
