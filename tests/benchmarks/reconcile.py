# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reconcile: an account has so many profiles, one in ten with another address than declared; afterwards none has."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.bench import FIRST_ID, NO_WAIT, SHIPPED, WORKER, Bench, as_declared, declared, drifted
from benchmarks.measure import Case, Command, Row
from sandbox.client import Sandbox

PING, RAW, URI, URI_EXPERT, URI_RETRIES = "ping", "raw", "uri", "uri_expert", "uri_retries"
LOOP, LOOP_ENV, LOOP_SHIPPED = "loop", "loop_env", "loop_shipped"
PLURAL, PLURAL_SHIPPED = "plural", "plural_shipped"

ALL = (PING, RAW, PLURAL, PLURAL_SHIPPED, LOOP, LOOP_ENV, LOOP_SHIPPED, URI_EXPERT, URI)

EVERY = 10
"""One profile in so many has drifted."""

Setting = tuple[int, float, Sequence[str]]
"""Number of profiles, latency in seconds, and who takes part: who would take minutes does not."""

FULL: tuple[Setting, ...] = (
    (10, 0.0, ALL),
    (100, 0.0, (PING, RAW, PLURAL, PLURAL_SHIPPED, LOOP, LOOP_ENV, URI_EXPERT, URI)),
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


def command(bench: Bench, contender: str, items: int, window_scale: float = NO_WAIT) -> Command:
    """How a contender keeps so many profiles. window_scale: by what the windows of the request budget are shorter."""
    with_ids = contender in (URI, URI_RETRIES)
    variables = bench.connection(bench_profiles=declared(items, FIRST_ID if with_ids else None))
    if contender == PING:
        return bench.playbook("ping", {})
    if contender == RAW:
        return bench.script("reconcile", variables)
    if contender == URI_RETRIES:
        # What people wait between two tries (Ansible's default), shorter by the same factor
        variables["bench_delay"] = 5 * window_scale
    where = SHIPPED if contender in (LOOP_SHIPPED, PLURAL_SHIPPED) else WORKER
    environment = {}
    if contender == LOOP_ENV:
        environment = {
            "PHONECOM_API_URL": variables["bench_url"],
            "PHONECOM_ACCOUNT_ID": variables["bench_account"],
            "PHONECOM_API_TOKEN": variables["bench_token"],
        }
    playbook = contender.removesuffix("_shipped")
    return bench.playbook(playbook, variables, fast_path=where, environment=environment, window_scale=window_scale)
