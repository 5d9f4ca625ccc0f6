# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts of one variables file that declare the same thing: each would undo what the other one does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: How an entry of `pages` can name booking pages.
SELECTORS = (
    "profile_id",
    "profile_subdomain",
    "profile_title",
    "profile_ids",
    "profile_subdomains",
    "profile_title_pattern",
    "all_profiles",
)


def twins(accounts: Mapping[str, Any]) -> list[str]:
    """In words, what several accounts declare: the profiles of one account or extension, or a booking page.

    Only what is named the same way is known to be the same. An account whose values can't be looked up is passed over;
    it is reported where it is used.
    """
    owners: dict[tuple[str, str, str], dict[str, None]] = {}
    for name in accounts:
        for place in _places(_get(accounts, name)):
            owners.setdefault(place, {}).setdefault(str(name))
    # Without the number: a token that was put there by mistake would show.
    return [
        f"{' and '.join(names)} declare {what} of the same {service} account"
        for (what, service, _number), names in owners.items()
        if len(names) > 1
    ]


def _places(account: Any) -> Iterator[tuple[str, str, str]]:
    """What an account declares: a part, and of which account of which service."""
    phonecom, caligraph = _get(account, "phonecom"), _get(account, "caligraph")
    number = _name(_get(phonecom, "account_id"))
    if number is not None:
        extension = _name(_get(phonecom, "extension_id"))
        whose = "the event profiles" if extension is None else f"the event profiles of extension {extension}"
        yield whose, "Phone.com", number
    number, pages = _name(_get(caligraph, "account_id")), _get(caligraph, "pages")
    if number is not None and _is_list(pages):
        for index in range(len(pages)):
            for selector in SELECTORS:
                for page in _chosen(selector, _get(_get(pages, index), selector)):
                    yield page, "Caligraph", number.lower()


def _chosen(selector: str, value: Any) -> Iterator[str]:
    """The booking pages that an entry names, each by itself where it names several."""
    if selector == "all_profiles":
        if value is True:
            yield "all booking pages"
    elif _is_list(value):
        for index in range(len(value)):
            yield from _chosen(selector[:-1], _get(value, index))
    elif _name(value) is not None:
        yield f"the booking page with {selector} {_name(value)}"


def _get(container: Any, key: Any) -> Any:
    """A value, or None where there is none. Ansible looks values up here, and fails with whatever a lookup raises."""
    try:
        return container[key] if isinstance(container, Mapping) or _is_list(container) else None
    except Exception:  # pylint: disable=broad-except
        return None


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _name(value: Any) -> str | None:
    """A text or number as a text; None for anything else, which names nothing."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else None
