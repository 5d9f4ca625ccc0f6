# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reconcile: an account has so many profiles, one in ten with another address than declared; afterwards none has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.bench import FIRST_ID, SHIPPED, WORKER, Bench, as_declared, declared, drifted
from benchmarks.measure import Case, Command, Row
from sandbox.client import Sandbox

PING, RAW, URI, URI_EXPERT = "ping", "raw", "uri", "uri_expert"
LOOP, LOOP_SHIPPED, PLURAL, PLURAL_SHIPPED = "loop", "loop_shipped", "plural", "plural_shipped"

ALL = (PING, RAW, PLURAL, PLURAL_SHIPPED, LOOP, LOOP_SHIPPED, URI_EXPERT, URI)

EVERY = 10
"""One profile in so many has drifted."""

Setting = tuple[int, float, Sequence[str]]
"""Number of profiles, latency in seconds, and who takes part: who would take minutes does not."""

FULL: tuple[Setting, ...] = (
    (10, 0.0, ALL),
    (100, 0.0, (PING, RAW, PLURAL, PLURAL_SHIPPED, LOOP, URI_EXPERT, URI)),
    (1000, 0.0, (PING, RAW, PLURAL, PLURAL_SHIPPED, LOOP)),
    (10, 0.05, (PING, RAW, PLURAL, PLURAL_SHIPPED, LOOP, URI_EXPERT)),
    (100, 0.05, (PING, RAW, PLURAL, PLURAL_SHIPPED, LOOP, URI_EXPERT)),
    (1000, 0.05, (PING, RAW, PLURAL)),
)
QUICK: tuple[Setting, ...] = (
    (10, 0.0, (PING, RAW, PLURAL, PLURAL_SHIPPED, LOOP, URI_EXPERT)),
    (100, 0.0, (PING, RAW, PLURAL, PLURAL_SHIPPED, LOOP)),
)


def reconcile(bench: Bench, settings: Sequence[Setting]) -> list[Row]:
    """All settings in turns."""
    return bench.measured([_case(bench, who, items, latency) for items, latency, all_ in settings for who in all_])


def _case(bench: Bench, contender: str, items: int, latency: float) -> Case:
    def prepare(sandbox: Sandbox) -> None:
        sandbox.set_profiles(drifted(items, EVERY))
        sandbox.latency(latency)

    def check(sandbox: Sandbox) -> bool:
        return contender == PING or as_declared(sandbox, items)

    return Case(contender, {"items": items, "latency": latency}, command(bench, contender, items), prepare, check)


def command(bench: Bench, contender: str, items: int, **options: Any) -> Command:
    """How a contender keeps so many profiles."""
    with_ids = contender == URI
    variables: Mapping[str, Any] = bench.connection(bench_profiles=declared(items, FIRST_ID if with_ids else None))
    if contender == PING:
        return bench.playbook("ping", {})
    if contender == RAW:
        return bench.script("reconcile", variables)
    where = SHIPPED if contender in (LOOP_SHIPPED, PLURAL_SHIPPED) else WORKER
    return bench.playbook(contender.removesuffix("_shipped"), variables, fast_path=where, **options)
