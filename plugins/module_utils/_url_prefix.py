# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a URL lies under another one: by origin and whole path segments, never by leading characters."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

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
    wanted, found = theirs.path.rstrip("/").split("/"), ours.path.split("/")
    # A path that steps up again may lead anywhere.
    return found[: len(wanted)] == wanted and not any(unquote(segment) in (".", "..") for segment in found)


def prefix_problem(prefix: str) -> str | None:
    """What is wrong with a URL as a prefix, or None: what selects nothing must not look as if it did."""
    if "?" in prefix or "#" in prefix or "@" in prefix:
        return "must not hold user info, a query or a fragment; scheme, host and path select."
    return None


def _origin(parts: Any) -> tuple[str, str, Any]:
    scheme = parts.scheme.lower()
    port = _PORTS.get(scheme) if parts.port is None else parts.port
    return scheme, (parts.hostname or "").lower(), port
