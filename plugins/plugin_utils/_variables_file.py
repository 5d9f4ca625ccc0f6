# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The live state of accounts as the variables file of the playbooks: what stands in it, in which order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.commops.events.plugins.plugin_utils._entries import telling_apart
from ansible_collections.commops.events.plugins.plugin_utils._yaml_text import Reference, write

#: The options that name a booking page, and what the info module calls them.
PAGE_KEYS = {"profile_id": "id", "profile_subdomain": "subdomain", "profile_title": "title"}

_ENTRY_KEYS = (
    *("name", "title", "id", "match_by", "support_email", "anchor", "validate_anchor", "url", "method"),
    *("offset_minutes", "body", "attach_ics", "headers", "secret_headers"),
)
_COMMENT = (
    "The live state of these accounts, as commops.events.apply and commops.events.audit take it.",
    "Secrets are not in it. It needs these variables, for example from a vault:",
)


@dataclass(frozen=True)
class Names:
    """Patterns of the names of the variables that hold secrets. header: None for no such variables.

    `{name}` stands for the account's name, in `header` also `{page}` and `{header}` for what their names say.
    """

    token: str
    key: str
    header: str | None = None

    def reference(self, pattern: str, **parts: str) -> Reference:
        """A reference to the variable that a pattern names. Raises ValueError where that can be no variable."""
        name = pattern
        for part, text in parts.items():
            name = name.replace(f"{{{part}}}", re.sub(r"[^A-Za-z0-9_]", "_", text))
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise ValueError(f"{pattern} is no pattern for the name of a variable, such as vault_{{name}}_token.")
        return Reference(name)


def variables_file(accounts: Mapping[str, Any], names: Names, page_key: str) -> str:
    """The variables file of these accounts. Raises ValueError for what can't be written.

    accounts: by name, `{phonecom: {account_id, profiles}, caligraph: {account_id, pages, actions}}`; either may be
    left out, each may hold more keys, which are written unless null. pages: what the info module tells of booking
    pages, or options that name one; actions: the declared entries of each, in the same order.
    """
    written = {name: _account(name, accounts[name], names, page_key) for name in sorted(accounts)}
    needed = sorted(_references(written))
    return write({"commops_events_accounts": written}, (*_COMMENT, *(f"  {name}" for name in needed)))


def _account(name: str, account: Mapping[str, Any], names: Names, page_key: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    phonecom, caligraph = account.get("phonecom"), account.get("caligraph")
    if phonecom:
        token = names.reference(names.token, name=name)
        profiles = sorted(map(_entry, phonecom["profiles"]), key=_order)
        found["phonecom"] = {**_access(phonecom, {"api_token": token}), "profiles": profiles}
    if caligraph:
        key = names.reference(names.key, name=name)
        pages = _pages(caligraph["pages"], caligraph["actions"], page_key)
        if names.header is not None:
            pages = [_with_header_names(page, name, names, names.header) for page in pages]
        found["caligraph"] = {**_access(caligraph, {"api_key": key}), "pages": pages}
    return found


def _access(service: Mapping[str, Any], secret: Mapping[str, Any]) -> dict[str, Any]:
    """How the account is reached: its id, the reference to its secret, and whatever else was given."""
    rest = {
        key: value
        for key, value in service.items()
        if key not in ("account_id", "profiles", "pages", "actions") and value is not None
    }
    return {"account_id": service["account_id"], **secret, **rest}


def _pages(
    pages: Sequence[Mapping[str, Any]], actions: Sequence[Iterable[Mapping[str, Any]]], page_key: str
) -> list[dict[str, Any]]:
    if len(pages) != len(actions):
        raise ValueError(f"There are {len(pages)} booking pages, and lists of actions of {len(actions)}.")
    selectors = [{key: page.get(key, page.get(short)) for key, short in PAGE_KEYS.items()} for page in pages]
    often = Counter(selector[page_key] for selector in selectors if isinstance(selector[page_key], str))
    found = []
    for selector, entries in sorted(zip(selectors, actions), key=_page_order):
        chosen = page_key if selector[page_key] and often[selector[page_key]] == 1 else "profile_id"
        if not selector[chosen]:
            chosen = next((key for key in PAGE_KEYS if selector[key]), chosen)
        found.append({chosen: selector[chosen], "actions": sorted(map(_entry, _without_ids(entries)), key=_order)})
    return found


def _without_ids(entries: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The entries found by what else tells them apart, where that will do: an API may renew ids."""
    given = list(entries)
    return [
        {**{key: item for key, item in entry.items() if key != "id"}, "match_by": list(names)}
        if names and "id" in entry
        else entry
        for entry, names in zip(given, telling_apart(given))
    ]


def _page_order(page: tuple[Mapping[str, Any], Any]) -> tuple[str, ...]:
    return tuple(str(page[0][key] or "") for key in ("profile_title", "profile_subdomain", "profile_id"))


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with its keys in our order, and its headers in that of their names."""
    keys = [key for key in _ENTRY_KEYS if key in entry] + sorted(key for key in entry if key not in _ENTRY_KEYS)
    found = {key: entry[key] for key in keys}
    for key in ("headers", "secret_headers"):
        if isinstance(found.get(key), Mapping):
            found[key] = {name: found[key][name] for name in sorted(found[key], key=lambda name: (name.lower(), name))}
    return found


def _order(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Entries by name, and equal names by what else tells them apart, their ids last: an API may renew those."""
    number = f"{entry.get('id', '')!s:>20}"
    keys = ("name", "title", "anchor", "url", "method", "offset_minutes", "body")
    return (*(str(entry.get(key) or "") for key in keys), number)


def _with_header_names(page: Mapping[str, Any], name: str, names: Names, pattern: str) -> dict[str, Any]:
    selector = next(str(page[key]) for key in PAGE_KEYS if key in page)
    actions = []
    for action in page["actions"]:
        headers = action.get("secret_headers") or {}
        wanted = {
            header: names.reference(pattern, name=name, page=selector, header=header.lower()) for header in headers
        }
        often = Counter(wanted.values())
        # Two headers never get one variable because their names look alike: such ones are kept, as without a pattern.
        found = {header: item if often[item] == 1 else headers[header] for header, item in wanted.items()}
        actions.append({**action, "secret_headers": found} if found else action)
    return {**page, "actions": actions}


def _references(data: Any) -> set[str]:
    if isinstance(data, Reference):
        return {str(data)}
    items: Iterable[Any] = data.values() if isinstance(data, Mapping) else data if isinstance(data, list) else ()
    return {name for item in items for name in _references(item)}
