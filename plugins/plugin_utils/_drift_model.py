# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a drift report is made of: resources, their drift, and what could not be audited. No Ansible, no I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

MISSING, DIFFERENT, UNEXPECTED, UNVERIFIABLE = "missing", "different", "unexpected", "unverifiable"
#: The kinds that count as drift, in the order of reports.
DRIFTS = (DIFFERENT, MISSING, UNEXPECTED)

OK, FAILED, SKIPPED, UNREACHABLE = "ok", "failed", "skipped", "unreachable"

#: Deeper than this a value is cut off: an API's nesting must not end the report.
_DEPTH = 40


def plain(value: Any, depth: int = 0) -> Any:
    """A value as JSON has it, without types of Ansible and without what JSON can't hold."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        number = float(value)
        return number if number - number == 0 else str(number)
    if isinstance(value, str):
        # Not str(), which subclasses may override.
        return "".join(value)
    if depth > _DEPTH:
        return "(nested too deeply to be shown)"
    if isinstance(value, Mapping):
        return {str(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, depth + 1) for item in value]
    return str(value)


def exact(value: Any) -> str:
    """A value as a text that is equal only for what JSON calls equal."""
    return json.dumps(value, sort_keys=True)


@dataclass(frozen=True)
class Observation:
    """One result of one of this collection's modules: of a task, or of one item of its loop (`item` counts from 1).

    module: its name without the collection's. result: only the keys that a report reads. broken: the module itself says
    that it failed, whatever `failed_when` makes of it. check: the task only looked, in check mode.
    """

    host: str
    task: str
    module: str
    status: str
    result: Mapping[str, Any] = default(default_factory=dict)
    item: int | None = None
    broken: bool = False
    check: bool = True

    @property
    def place(self) -> str:
        """The task as people know it."""
        return self.task if self.item is None else f"{self.task} (item {self.item})"


@dataclass
class Drift:
    """One deviation. hosts: who found it. corrected: whether this run put it right."""

    kind: str
    field: str | None
    live: Any
    declared: Any
    hosts: list[str] = default(default_factory=list)
    corrected: bool = False

    @property
    def identity(self) -> str:
        """What makes it the same deviation when somebody else finds it."""
        return exact([self.kind, self.field, self.live, self.declared])


@dataclass
class Audited:
    """One resource that was compared with its declaration.

    key: None where the result did not tell it. drift: by its identity.
    """

    service: str
    account_id: str | None
    scope: str | None
    resource: str
    key: Any = None
    id: Any = None
    operation: str | None = None
    hosts: list[str] = default(default_factory=list)
    tasks: list[str] = default(default_factory=list)
    drift: dict[str, Drift] = default(default_factory=dict)
    unverifiable: list[str] = default(default_factory=list)
    audits: int = 0


@dataclass(frozen=True)
class Problem:
    """A failure, or an audit whose outcome is unknown; `reason` is a word for programs, `message` for people."""

    reason: str
    message: str
    host: str | None = None
    task: str | None = None
    service: str | None = None
    resource: str | None = None
    account_id: str | None = None
    changed: bool = False
