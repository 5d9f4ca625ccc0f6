# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How reports name things, the same in each format. What it returns is not escaped yet."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ._drift_document import Document

_RANKS = {"drifted": 2, "waived": 1, "clean": 0}
_SERVICES = {"phonecom": "Phone.com", "caligraph": "Caligraph"}


def service(name: str) -> str:
    """A service as its customers know it."""
    return _SERVICES.get(name, name)


def kind(resource: str) -> str:
    """`event_profile` in words."""
    return resource.replace("_", " ")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`1 resource`, `2,000 resources`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def account(item: Document) -> str:
    """An account, or the hosts that stand for it where results did not tell it."""
    if item["account_id"] is not None:
        return str(item["account_id"])
    return f"account of {', '.join(item['hosts'])}" if item.get("hosts") else "unknown account"


def name(resource: Document) -> str:
    """A resource's name, or the task that audited it where its result did not tell one."""
    if resource["key"] is None:
        return resource["tasks"][0] if resource["tasks"] else "(no name)"
    return resource["key"] if isinstance(resource["key"], str) else value(resource["key"])


def worst_first(items: Iterable[Document]) -> list[Document]:
    """Resources or accounts with drift before those without, else in their order."""
    return sorted(items, key=lambda item: -(item["drifted"] if "drifted" in item else _RANKS[item["state"]]))


def where(resource: Document) -> str:
    """The part of the account that a resource belongs to; empty for the account itself."""
    scope = resource["scope"]
    if scope is None or scope == "account":
        return ""
    return f"page {scope}" if resource["service"] == "caligraph" else str(scope)


def value(item: Any) -> str:
    """A field's value: text as it is, anything else as JSON."""
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False, sort_keys=True)


def place(problem: Document) -> str:
    """Where a failure or an unknown was, as far as that is known."""
    parts = [problem["host"], problem["task"]]
    return ": ".join(part for part in parts if part)


def headline(document: Document) -> str:
    """The verdict in one sentence."""
    totals = document["totals"]
    if document["status"] != "complete":
        return "The audit has not finished"
    if document["verdict"] == "failed":
        return f"{counted(totals['failures'], 'audit')} failed"
    if document["verdict"] == "incomplete":
        return "The audit is incomplete"
    if document["verdict"] == "drift":
        verb = "has" if totals["drifted"] == 1 else "have"
        return f"{totals['drifted']:,} of {counted(totals['resources'], 'resource')} {verb} drifted"
    return "Everything is as declared"


def summary(document: Document) -> str:
    """What was found, in a few words behind the headline."""
    totals = document["totals"]
    parts = [
        f"{counted(totals['resources'], 'resource')} audited on {counted(totals['hosts'], 'host')}",
        f"{totals['drifted']:,} drifted",
    ]
    for count, word in ((totals["waived"], "waived"), (totals["failures"], "failed"), (totals["unknown"], "unknown")):
        if count:
            parts.append(f"{count:,} {word}")
    return ", ".join(parts)
