# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Budget: the whole time where Phone.com's limits count, with windows that are shorter by a factor on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.bench import Bench, as_declared, drifted
from benchmarks.limits_model import least_seconds
from benchmarks.measure import Case, Row
from benchmarks.reconcile import LOOP, PLURAL, RAW, URI_RETRIES, command
from sandbox.client import Sandbox


@dataclass(frozen=True)
class Setting:
    """Number of profiles, one in how many has drifted, by what the windows are shorter, and who takes part."""

    items: int
    every: int
    scale: float
    contenders: Sequence[str]


FULL = (
    Setting(100, 2, 0.1, (RAW, PLURAL, LOOP)),
    # Much shorter windows would never be full, so slow is `uri`.
    Setting(60, 10, 0.4, (RAW, PLURAL, LOOP, URI_RETRIES)),
)
QUICK = (Setting(40, 1, 0.1, (RAW, PLURAL)),)


def budget(bench: Bench, settings: Sequence[Setting]) -> list[Row]:
    """Profiles that are changed faster than the limits allow, or read so."""
    least: dict[tuple[str, int], float] = {}
    cases = [_case(bench, who, setting, least) for setting in settings for who in setting.contenders]
    rows = bench.measured(cases)
    for row in rows:
        row["least_seconds"] = least[row["contender"], row["items"]]
    return rows


def _case(bench: Bench, contender: str, setting: Setting, least: dict[tuple[str, int], float]) -> Case:
    def prepare(sandbox: Sandbox) -> None:
        sandbox.set_profiles(drifted(setting.items, setting.every))
        sandbox.limits("documented", window_scale=setting.scale)

    def check(sandbox: Sandbox) -> bool:
        allowed = [entry for entry in sandbox.log() if entry["status"] != 429]
        least[contender, setting.items] = least_seconds(allowed, setting.scale)
        return as_declared(sandbox, setting.items)

    shown = {"items": setting.items, "writes_wanted": setting.items // setting.every, "scale": setting.scale}
    run = command(bench, contender, setting.items, setting.scale)
    return Case(contender, shown, run, prepare, check, at_most=1 if contender == URI_RETRIES else None)
