# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The goals of the collection's speed and thrift, each with what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.limits import ONE
from benchmarks.measure import middle
from benchmarks.reconcile import LOOP, PING, PLURAL, PLURAL_SHIPPED, RAW, URI, URI_EXPERT
from benchmarks.results import NotMeasured, Results
from benchmarks.slope import per_task


@dataclass(frozen=True)
class Goal:
    """`measured` has to be at most `limit`, or at least it where `least`. unit: stands behind both."""

    text: str
    limit: float
    measured: Callable[[Results], float]
    unit: str = ""
    least: bool = False
    digits: int = 2

    def outcome(self, results: Results) -> tuple[float, bool] | None:
        """What was measured and whether that is good enough; None where a figure is missing."""
        try:
            value = self.measured(results)
        except NotMeasured:
            return None
        return value, (value >= self.limit if self.least else value <= self.limit)

    def shown(self, value: float) -> str:
        """A value with its unit."""
        return f"{value:.{self.digits}f}{self.unit}"


def _times(contender: str, other: str, items: int) -> Callable[[Results], float]:
    def ratio(results: Results) -> float:
        mine, theirs = (results.figure("reconcile", who, items=items, latency=0.0) for who in (contender, other))
        return mine / theirs

    return ratio


def _requests(contender: str) -> Callable[[Results], float]:
    return lambda results: results.figure("reconcile", contender, "requests", items=100, latency=0.0)


def _slope(results: Results) -> float:
    rows = results.rows("slope")
    if not rows:
        raise NotMeasured("slope")
    return per_task(rows, "profile") / per_task(rows, "uri")


def _audit(results: Results) -> float:
    setting: dict[str, Any] = {"hosts": 100, "forks": 20, "strategy": "linear"}
    return results.figure("audit", "plural", **setting) / results.figure("audit", "plural_shipped", **setting)


def _pages(results: Results) -> float:
    return results.figure("pages", "pages", pages=100) / results.figure("pages", RAW, pages=100)


def _memory(results: Results) -> float:
    return results.figure("lists", PLURAL, "peak_mib", items=10000) - results.figure("lists", "nothing", "peak_mib")


def _linear(results: Results) -> float:
    """Seconds for each of the profiles from 5,000 to 10,000, as a multiple of those from 1,000 to 5,000."""
    few, some, many = (results.figure("lists", PLURAL, items=items) for items in (1000, 5000, 10000))
    return (many - some) / 5000 / ((some - few) / 4000)


def _refused(results: Results) -> float:
    return float(max(results.row("limits", ONE, hosts=200)["refused"]))


def _limits(results: Results) -> float:
    row = results.row("limits", ONE, hosts=200)
    return middle(row, "span_seconds") / middle(row, "least_seconds")


X = " x"

GOALS = (
    Goal("Plural module, 100 profiles, 10 drifted: whole playbook to `ping`", 0.85, _times(PLURAL, PING, 100), X),
    Goal("the same: requests", 12, _requests(PLURAL), digits=0),
    Goal("Plural module, 1,000 profiles, 100 drifted: to `ping`", 1.4, _times(PLURAL, PING, 1000), X),
    Goal("Singular module in a loop of 100: to `ping`", 1.5, _times(LOOP, PING, 100), X),
    Goal("the same: requests", 12, _requests(LOOP), digits=0),
    Goal("One more task: to one more `uri` task", 0.1, _slope, X),
    Goal("Shipped plural module, 100 profiles: to `ping`", 1.3, _times(PLURAL_SHIPPED, PING, 100), X),
    Goal("Audit of 100 accounts as hosts: to the shipped module", 0.15, _audit, X),
    Goal("100 booking pages at 50 ms latency: to the sequential raw script", 0.3, _pages, X),
    Goal("`uri` loop, 100 profiles: to the plural module", 40, _times(URI, PLURAL, 100), X, least=True, digits=0),
    Goal("An expert's `uri`, 100 profiles: to the plural module", 5, _times(URI_EXPERT, PLURAL, 100), X, True, 1),
    Goal("10,000 profiles: peak memory over that of an empty task", 150, _memory, " MiB", digits=0),
    Goal("10,000 profiles: time for each one more, to that with fewer", 1.25, _linear, X),
    Goal("200 hosts, one machine: answers 429 (most in any run)", 0, _refused, digits=0),
    Goal("the same: time to the least that the limits allow", 1.15, _limits, X),
)
