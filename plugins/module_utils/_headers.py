# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers of a webhook: two options, one plain and one secret, that make up one map on the wire.

Header names are compared without regard to case, as HTTP does; where a name is there already, its spelling stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ._errors import InvalidOption
from ._resource import Field, Merged, Option
from ._secrets import MapMasker, is_placeholder, shown_name, smells_secret
from ._values import ABSENT, Given, listed, quoted, same

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
ON_CREATE, ALWAYS = "on_create", "always"


@dataclass(frozen=True)
class HeaderWish:
    """The declared headers. values: by name. kept: secret ones that have to be there and stay as they are."""

    values: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    purge: bool = False
    update_secret: str = ON_CREATE

    def names(self) -> tuple[str, ...]:
        """All declared names."""
        return (*self.values, *self.kept)


def compose(given: Given) -> Any:
    """The wish that the options make up, or ABSENT where they say nothing. Raises InvalidOption."""
    plain, secret = given.get("headers"), given.get("secret_headers")
    purge = bool(given.get("purge_headers"))
    if plain is None and secret is None and not purge:
        return ABSENT
    plain, secret = plain or {}, secret or {}
    values = {}
    for name, value in plain.items():
        values[_name("headers", name)] = _value("headers", name, value)
    kept = []
    for name, value in secret.items():
        if value is None:
            kept.append(_name("secret_headers", name))
        else:
            values[_name("secret_headers", name)] = _value("secret_headers", name, value)
    seen: set[str] = set()
    for name in (*plain, *secret):
        if str(name).lower() in seen:
            raise InvalidOption(
                "secret_headers" if name in secret else "headers",
                f"the header {name} is declared twice (names differ in more than case, or stand in one option only).",
            )
        seen.add(str(name).lower())
    return HeaderWish(values, tuple(kept), purge, given.get("update_secret") or ON_CREATE)


def _name(option: str, name: Any) -> str:
    if not isinstance(name, str) or not _TOKEN.match(name):
        raise InvalidOption(
            option, f"{quoted(shown_name(name))} is no header name (letters, digits and !#$%&'*+-.^_`|~)."
        )
    return name


def _value(option: str, name: str, value: Any) -> str:
    """A header's value as text. The value itself stands in no message: it may be a secret."""
    if is_placeholder(value):
        raise InvalidOption(
            option,
            f"the value of {name} is what stands for a masked value (or a plain true), not a value to send. In"
            " secret_headers, null keeps the value that is there.",
        )
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise InvalidOption(option, f"the value of {name} is no text; put it in quotes.")
    if not value.strip():
        raise InvalidOption(option, f"the value of {name} is empty; leave the header out, or use purge_headers.")
    if any(char in value for char in "\r\n\0"):
        raise InvalidOption(option, f"the value of {name} holds a line break or a NUL, which no header can carry.")
    return value


def merge(wish: Any, live: Any) -> Merged:
    """The whole map as it is to be. Raises ValueError where a header that is to be kept is not there."""
    if not isinstance(wish, HeaderWish):
        return Merged(wish)
    if live and not isinstance(live, Mapping):
        raise ValueError("headers: the API gave them in a form that is not known, so they can't be changed here.")
    there: Mapping[str, Any] = live or {}
    spelling = {name.lower(): name for name in there}
    lost = [name for name in wish.kept if name.lower() not in spelling]
    if lost:
        raise ValueError(
            f"secret_headers: {listed(lost)} has no value (null keeps the value that is there), but the webhook has no"
            " such header yet; give its value."
        )
    declared = {name.lower() for name in wish.names()}
    merged = {name: value for name, value in there.items() if not wish.purge or name.lower() in declared}
    unverifiable = []
    for name, value in wish.values.items():
        known = name if name in there else spelling.get(name.lower(), name)
        if is_masked(there.get(known)) and wish.update_secret == ON_CREATE:
            unverifiable.append(known)
        else:
            merged[known] = value
    return Merged(merged, tuple(unverifiable))


def is_masked(value: Any) -> bool:
    """Whether an API gave a mask in place of a header's value: a header's value is a text, a mask is `true`."""
    return value is True


def with_declared(live: Mapping[str, Any], wish: Any) -> dict[str, Any]:
    """A map in which masked values are replaced by the declared ones, where there are such."""
    values = {name.lower(): value for name, value in wish.values.items()} if isinstance(wish, HeaderWish) else {}
    return {name: values.get(name.lower(), value) if is_masked(value) else value for name, value in live.items()}


def same_headers(left: Any, right: Any) -> bool:
    """Whether two maps are equal, whatever the case of their names; none at all is an empty one."""
    return same(_folded(left or {}), _folded(right or {}))


def as_shown(wanted: Any, shown: Any) -> Any:
    """What is shown, with each masked value taken for the wanted one, since nobody can tell the two apart."""
    if not isinstance(wanted, Mapping) or not isinstance(shown, Mapping):
        return shown
    values = {name.lower(): value for name, value in wanted.items()}
    return {name: values.get(name.lower(), value) if is_masked(value) else value for name, value in shown.items()}


def _folded(headers: Any) -> Any:
    if not isinstance(headers, Mapping):
        return headers
    # A list and not a mapping: a name may stand twice, in different spellings.
    return sorted(([name.lower(), value] for name, value in headers.items()), key=json.dumps)


def show(value: Any, given: Given) -> dict[str, Any]:
    """A map as the two options: what `headers` lists there, the rest, unknown ones included, as secret."""
    plain = {str(name).lower() for name in given.get("headers") or ()}
    found: dict[str, dict[str, Any]] = {"headers": {}, "secret_headers": {}}
    for name, item in value.items() if isinstance(value, Mapping) else ():
        found["headers" if name.lower() in plain else "secret_headers"][name] = item
    return dict(found)


def smelling(names: Iterable[str]) -> list[str]:
    """Those names that most likely carry secrets."""
    return [name for name in names if smells_secret(name)]


HEADERS = Field(
    "headers",
    "headers",
    default=HeaderWish(),
    merge=merge,
    equal=same_headers,
    compose=compose,
    show=show,
    parts=(
        Option("headers", {"type": "dict"}, MapMasker(smells_secret)),
        Option("secret_headers", {"type": "dict", "no_log": True}, MapMasker()),
        Option("purge_headers", {"type": "bool"}),
        Option("update_secret", {"type": "str", "choices": [ON_CREATE, ALWAYS], "no_log": False}),
    ),
)
