# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns of the info modules: shell-style, on the whole text, upper and lower case told apart."""

from __future__ import annotations

import fnmatch
from typing import Any


def matches(text: Any, pattern: str | None) -> bool:
    """Whether a text matches a pattern (`*`, `?`, `[...]`); anything matches no pattern."""
    if pattern is None:
        return True
    return isinstance(text, str) and fnmatch.fnmatchcase(text, pattern)
