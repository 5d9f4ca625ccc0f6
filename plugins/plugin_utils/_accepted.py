# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drift as results hold it, with the accepted deviations marked: by the same rules as in the drift report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from . import _drift_waivers as waivers
from ._drift_model import Audited, Drift, plain

#: What tells one deviation from another. The rest of an item has to be there, and no more.
_PLACE = ("service", "account_id", "scope", "resource", "key")


def marked(drift: Sequence[Any], accepted: Any, today: date) -> list[dict[str, Any]]:
    """The same items, each with one key more: accepted, {until, reason}, or None where nobody accepts it.

    The values of the items stay as they are: text from an API keeps whatever says that it is no template.
    Raises ValueError for malformed items and accepted deviations.
    """
    known, problems = waivers.parse(accepted)
    if problems:
        raise ValueError(" ".join(problems))
    run = waivers.Waivers({"": known}, today)
    return [{**item, "accepted": _accepted(item, run)} for item in map(_checked, drift)]


def _checked(item: Any) -> Mapping[str, Any]:
    if not isinstance(item, Mapping) or any(name not in item for name in (*_PLACE, "field", "kind")):
        raise ValueError("each item of drift has to be as results of this collection's modules hold it.")
    return item


def _accepted(item: Mapping[str, Any], run: waivers.Waivers) -> dict[str, str] | None:
    service, account, scope, resource, key = (plain(item[name]) for name in _PLACE)
    found = run.waiver(
        Audited(service, account, scope, resource, key),
        Drift(plain(item["kind"]), plain(item["field"]), None, None, hosts=[""]),
    )
    return None if found is None else {"until": found.until.isoformat(), "reason": found.reason}
