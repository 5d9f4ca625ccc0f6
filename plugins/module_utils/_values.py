# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as JSON has them: what an object is, when two are equal, and how a message shows one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

#: An object as an API sends it, and options as a user gave them.
Raw = dict[str, Any]
Given = Mapping[str, Any]


class _Mark:
    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name

    def __bool__(self) -> bool:
        return False


#: No value at all, where None is a value.
ABSENT: Any = _Mark("ABSENT")
#: A field without a default: it has to be given on create.
REQUIRED: Any = _Mark("REQUIRED")


def same(left: Any, right: Any) -> bool:
    """Equality as JSON knows it: unlike Python's, it tells true from 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def quoted(value: Any) -> str:
    """A value for a message: JSON text, so that blanks, quotes and control characters can be seen."""
    return json.dumps(value, ensure_ascii=False, default=str)


def listed(values: Iterable[Any]) -> str:
    """Values for a message, separated by commas."""
    return ", ".join(str(value) for value in values)
