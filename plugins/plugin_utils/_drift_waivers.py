# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accepted deviations: drift that somebody answers for until a date; it is shown, but does not count until then."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ._drift_model import Audited, Drift, plain

VARIABLE = "commops_events_accepted"

_NEEDED = ("resource", "key", "until")
_NARROWING = ("service", "account_id", "scope")
_KNOWN = (*_NEEDED, "field", "reason", *_NARROWING)


@dataclass(frozen=True)
class Waiver:
    """One accepted deviation. field: None for whatever drifts of the resource. until: the last day, in UTC."""

    resource: str
    key: str
    until: date
    field: str | None = None
    reason: str = ""
    service: str | None = None
    account_id: str | None = None
    scope: str | None = None

    def covers(self, resource: Audited, drift: Drift) -> bool:
        """Whether it means this drift, whatever the date."""
        narrowed = all(getattr(self, name) in (None, getattr(resource, name)) for name in _NARROWING)
        return (
            narrowed
            and self.resource == resource.resource
            and self.key == resource.key
            and self.field in (None, drift.field)
        )

    def active(self, today: date) -> bool:
        """Whether it counts on this day."""
        return today <= self.until


def parse(value: Any) -> tuple[list[Waiver], list[str]]:
    """The waivers of a variable's value, and what is wrong with it; what is malformed waives nothing."""
    if value is None:
        return [], []
    if not isinstance(value, (list, tuple)):
        return [], [f"{VARIABLE} is no list; it waives nothing."]
    waivers, warnings = [], []
    for number, item in enumerate(value, 1):
        try:
            waivers.append(_waiver(item))
        except ValueError as error:
            warnings.append(f"{VARIABLE}, entry {number}: {error}; it waives nothing.")
    return waivers, warnings


def _waiver(item: Any) -> Waiver:
    if not isinstance(item, Mapping):
        raise ValueError("it is no mapping")
    unknown = [str(name) for name in item if name not in _KNOWN]
    if unknown:
        # A misspelt `field` would make it wider than it is meant.
        raise ValueError(f"there is no {', '.join(sorted(unknown))}")
    missing = [name for name in _NEEDED if item.get(name) in (None, "")]
    if missing:
        raise ValueError(f"{' and '.join(missing)} must be given")
    texts = {name: _text(name, item.get(name)) for name in _KNOWN if name != "until"}
    return Waiver(
        resource=str(texts["resource"]),
        key=str(texts["key"]),
        until=_date(item["until"]),
        field=texts["field"],
        reason=texts["reason"] or "",
        **{name: texts[name] for name in _NARROWING},
    )


def _text(name: str, value: Any) -> str | None:
    if name in _NARROWING and isinstance(value, int) and not isinstance(value, bool):
        # Account ids are digits, which YAML reads as a number.
        return str(int(value))
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} must be a text")
    if value == "" and name != "reason":
        raise ValueError(f"{name} must not be empty")
    text: str | None = plain(value)
    return text


def _date(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return date(value.year, value.month, value.day)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date(int(value[:4]), int(value[5:7]), int(value[8:]))
        except ValueError:
            pass
    raise ValueError("until must be a date, such as 2030-12-31")


class Waivers:
    """The waivers of a run, by host: a drift is waived if each host that found it accepts it."""

    def __init__(self, by_host: Mapping[str, Iterable[Waiver]], today: date) -> None:
        self._by_host = {host: list(waivers) for host, waivers in by_host.items()}
        self._today = today
        self._matches: dict[Waiver, int] = {}
        for waiver in (item for waivers in self._by_host.values() for item in waivers):
            self._matches.setdefault(waiver, 0)

    def waiver(self, resource: Audited, drift: Drift) -> Waiver | None:
        """The waiver of a drift: the one that ends first, of those by which each host accepts it. Counts the match."""
        found = []
        for host in drift.hosts:
            covering = [item for item in self._by_host.get(host, ()) if item.covers(resource, drift)]
            for item in covering:
                self._matches[item] += 1
            active = [item for item in covering if item.active(self._today)]
            if not active:
                return None
            found.append(max(active, key=lambda item: item.until))
        return min(found, key=lambda item: item.until, default=None)

    def listed(self) -> list[dict[str, Any]]:
        """All waivers, as the report lists them, with how much drift each of them covers."""
        return [
            {
                "resource": waiver.resource,
                "key": waiver.key,
                "field": waiver.field,
                "until": waiver.until.isoformat(),
                "reason": waiver.reason,
                **{name: getattr(waiver, name) for name in _NARROWING},
                "hosts": [host for host, waivers in self._by_host.items() if waiver in waivers],
                "state": "active" if waiver.active(self._today) else "expired",
                "matches": matches,
            }
            for waiver, matches in sorted(self._matches.items(), key=lambda item: (item[0].until, item[0].key))
        ]
