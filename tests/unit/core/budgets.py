# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the request budget share: budgets on one folder, and a clock of our own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.commops.events.plugins.module_utils._budget import SPREAD, Limit, SharedBudget
from ansible_collections.commops.events.plugins.module_utils._cache import Cache

API = "https://api.example/v4"
EPSILON = 1e-5


def crowded(times: Sequence[float], requests: int, window: float) -> bool:
    """Whether some window holds more than so many requests."""
    ordered = sorted(times)
    return any(late - early < window - EPSILON for early, late in zip(ordered, ordered[requests:], strict=False))


@dataclass
class Clock:
    """Stands in for the module `time`: nobody really sleeps, and what was slept is told."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass
class Shop:
    """Makes budgets that share one folder."""

    folder: Path
    warnings: list[str]

    def budget(self, limits: Sequence[Limit], account: str = "1", share: float = 1.0, api: str = API) -> SharedBudget:
        cache = Cache({"COMMOPS_EVENTS_CACHE_DIR": str(self.folder)})
        return SharedBudget(limits, api, account, share, cache, self.warnings.append)

    def file(self) -> Path:
        (found,) = self.folder.iterdir()
        return found


ONE = (Limit(1, 30.0, per_endpoint=True, per_account=True),)


def after(seconds: float) -> tuple[float, float]:
    """What is waited after a pause of so many seconds: a little longer, and not everybody the same."""
    return seconds, seconds * (1 + SPREAD)


def within(waited: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] - EPSILON <= waited <= bounds[1] + EPSILON
