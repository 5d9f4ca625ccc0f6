# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a URL lies under another one: by origin and whole path segments, never by leading characters."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def under_prefix(url: Any, prefix: str) -> bool:
    """Whether `url` has the origin of `prefix` and its path begins with the segments of that one's."""
    if not isinstance(url, str):
        return False
    try:
        ours, theirs = urlsplit(url), urlsplit(prefix)
        if _origin(ours) != _origin(theirs):
            return False
    except ValueError:
        return False
    wanted = theirs.path.rstrip("/").split("/")
    return ours.path.split("/")[: len(wanted)] == wanted


def _origin(parts: Any) -> tuple[str, str, Any]:
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme)
