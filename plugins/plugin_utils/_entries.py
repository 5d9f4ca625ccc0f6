# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What entries of `caligraph_webhook_actions` are found by, where their titles don't tell them apart."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

#: Ids come last: the API may give an action another one whenever its page is written.
_CANDIDATES = (
    ("title",),
    ("title", "anchor"),
    ("title", "anchor", "url"),
    ("title", "anchor", "url", "offset_minutes"),
)


def telling_apart(entries: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...] | None]:
    """For each entry the fewest options that no other one has the same values of; None where there are none."""
    counters = {names: Counter(_values(entry, names) for entry in entries) for names in _CANDIDATES}
    return [
        next(
            (
                names
                for names in _CANDIDATES
                if all(entry.get(name) is not None for name in names) and counters[names][_values(entry, names)] == 1
            ),
            None,
        )
        for entry in entries
    ]


def _values(entry: Mapping[str, Any], names: Sequence[str]) -> str:
    return json.dumps([entry.get(name) for name in names])
