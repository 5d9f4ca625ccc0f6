# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the items of one loop share in Ansible's worker: connections, and lists that were read a moment ago.

A shipped module makes one for itself. Nothing here outlives the task: without it, a loop over a hundred profiles would
read the same list a hundred times and spend the API's request budget on that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from ._values import Raw

#: A list is taken for current this long, in seconds.
LIFETIME = 30.0


@dataclass
class Listing:
    """A list that was read. noted: the count of writes (see `_locks`) that was current before it was read."""

    rows: list[Raw]
    noted: int = -1
    read_at: float = field(default_factory=time.monotonic)

    @property
    def age(self) -> float:
        """Seconds since it was read."""
        return time.monotonic() - self.read_at


class Shared:
    """Connections and lists of one task. Keys hold the credentials, so that no account sees another's."""

    def __init__(self) -> None:
        self._sessions: dict[Hashable, Any] = {}
        self._listings: dict[Hashable, Listing] = {}
        self._lock = threading.Lock()

    def session(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The session for one way to reach one API, opened once."""
        with self._lock:
            if key not in self._sessions:
                self._sessions[key] = make()
            return self._sessions[key]

    def listing(self, key: Hashable) -> Listing | None:
        """The list of this key, if it was read a moment ago."""
        found = self._listings.get(key)
        return found if found is not None and found.age < LIFETIME else None

    def keep(self, key: Hashable, listing: Listing) -> Listing:
        """Keep a list that was just read, or that our own write just changed."""
        self._listings[key] = listing
        return listing

    def forget(self) -> None:
        """Forget all lists: after a failure nobody knows whether they still hold."""
        self._listings.clear()

    def close(self) -> None:
        """Close the connections."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()
