# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which accounts declare the same, whatever their variables look like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._arguments import argument_spec
from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.plugin_utils._twins import SELECTORS, twins

PHONECOM = "declare the event profiles of the same Phone.com account"
CALIGRAPH = "of the same Caligraph account"


def phonecom(account: Any, **more: Any) -> dict[str, Any]:
    return {"phonecom": {"account_id": account, **more}}


def caligraph(account: Any, *pages: Any) -> dict[str, Any]:
    return {"caligraph": {"account_id": account, "pages": list(pages)}}


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (phonecom("7"), phonecom(7), [f"a and b {PHONECOM}"]),
        (phonecom("7"), phonecom("8"), []),
        (phonecom("7"), phonecom("7", extension_id=101), []),
        (
            phonecom("7", extension_id="101"),
            phonecom("7", extension_id=101),
            ["a and b declare the event profiles of extension 101 of the same Phone.com account"],
        ),
        (caligraph("X", {"profile_id": "1"}), caligraph("x", {"profile_id": "2"}), []),
        (caligraph("x", {"profile_id": "1"}), caligraph("y", {"profile_id": "1"}), []),
        (caligraph("x", {"profile_id": "1"}), caligraph("x", {"profile_title": "1"}), []),
        (
            caligraph("X", {"profile_subdomains": ["s", "t"]}),
            caligraph("x", {"profile_subdomain": "t"}),
            [f"a and b declare the booking page with profile_subdomain t {CALIGRAPH}"],
        ),
        (
            caligraph("x", {"all_profiles": True}),
            caligraph("x", {"all_profiles": True}),
            [f"a and b declare all booking pages {CALIGRAPH}"],
        ),
        (caligraph("x", {"all_profiles": False}), caligraph("x", {"all_profiles": False}), []),
        # Twice in one account is that account's own business.
        (caligraph("x", {"profile_id": "1"}, {"profile_id": "1"}), {}, []),
    ],
)
def test_what_two_accounts_declare(one: Any, other: Any, found: list[str]) -> None:
    assert twins({"a": one, "b": other}) == found


def test_all_ways_to_name_pages_are_looked_at() -> None:
    spec = argument_spec(WEBHOOK_ACTIONS)
    assert {name for name in spec if name.startswith("profile_") or name == "all_profiles"} == set(SELECTORS)


class Lazy(Mapping[str, Any]):
    """Looks values up when they are asked for, as Ansible does, and fails for some."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        value = self._values[name]
        if isinstance(value, Exception):
            raise value
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def test_what_can_not_be_looked_up_is_passed_over_and_secrets_are_not_looked_up() -> None:
    secret = RuntimeError("nobody may ask for this")
    accounts = Lazy(
        {
            "broken": RuntimeError("no lookup"),
            "half": Lazy({"phonecom": RuntimeError("no lookup"), "caligraph": RuntimeError("no lookup")}),
            "a": Lazy({"phonecom": Lazy({"account_id": "7", "api_token": secret, "profiles": secret})}),
            "b": Lazy({"phonecom": Lazy({"account_id": "7", "api_token": secret, "profiles": secret})}),
        }
    )
    assert twins(accounts) == [f"a and b {PHONECOM}"]


shapes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["phonecom", "caligraph", "account_id", "extension_id", "pages", *SELECTORS]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(accounts=st.dictionaries(st.text(max_size=2), shapes, max_size=4))
def test_no_shape_of_variables_is_an_error(accounts: Any) -> None:
    """What is malformed is told by the check of the variables."""
    assert all(" and " in found for found in twins(accounts))
