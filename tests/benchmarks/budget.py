# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Budget: the whole time where Phone.com's limits count, with windows that are shorter by a factor on both sides."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.bench import Bench, as_declared, drifted
from benchmarks.limits_model import least_seconds
from benchmarks.measure import Case, Row
from benchmarks.reconcile import LOOP, PLURAL, RAW, command
from sandbox.client import Sandbox

SCALE = 0.1

FULL: tuple[int, int, Sequence[str]] = (100, 2, (RAW, PLURAL, LOOP))
QUICK: tuple[int, int, Sequence[str]] = (40, 1, (RAW, PLURAL))
"""Number of profiles, which part of them has drifted (1: all, 2: every second), and who takes part."""


def budget(bench: Bench, setting: tuple[int, int, Sequence[str]]) -> list[Row]:
    """Profiles that are changed faster than the limits allow."""
    items, every, contenders = setting
    least: dict[str, float] = {}

    def prepare(sandbox: Sandbox) -> None:
        sandbox.set_profiles(drifted(items, every))
        sandbox.limits("documented", window_scale=SCALE)

    def check_of(contender: str) -> Case:
        def check(sandbox: Sandbox) -> bool:
            allowed = [entry for entry in sandbox.log() if entry["status"] != 429]
            least[contender] = least_seconds(allowed, SCALE)
            return as_declared(sandbox, items)

        setting_ = {"items": items, "writes_wanted": items // every, "scale": SCALE}
        run = command(bench, contender, items, **({} if contender == RAW else {"window_scale": SCALE}))
        return Case(contender, setting_, run, prepare, check)

    rows = bench.measured([check_of(contender) for contender in contenders])
    for row in rows:
        row["least_seconds"] = least[row["contender"]]
    return rows
