# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits: many hosts that each keep one profile of the same account, against Phone.com's limits with shorter windows.

Once on one machine, and once as on two, which know nothing of each other: two runs with half of the hosts and a folder
for the budget each.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.bench import Bench, as_declared, declared, drifted
from benchmarks.limits_model import Log, least_seconds
from benchmarks.measure import Command, Failed, Row, Running, add, traffic
from sandbox.wire import Obj

ONE, TWO = "one_machine", "two_machines"


@dataclass(frozen=True)
class Setting:
    """How many hosts and forks, how much shorter the windows are, and on how many machines."""

    hosts: int
    forks: int
    scale: float
    machines: Sequence[str] = (ONE, TWO)


FULL = Setting(200, 20, 0.1)
QUICK = Setting(60, 20, 0.1, (ONE,))


def limits(bench: Bench, setting: Setting) -> list[Row]:
    """One machine as often as wanted, two machines once."""
    rows: list[Row] = [
        {"contender": machines, "hosts": setting.hosts, "forks": setting.forks, "scale": setting.scale}
        for machines in setting.machines
    ]
    for run in range(bench.runs):
        for row in rows:
            if row["contender"] == TWO and run:
                # It takes long, and that all tasks succeed shows in one run.
                continue
            log = _run(bench, setting, row)
            span = log[-1]["monotonic"] + log[-1]["seconds"] - log[0]["monotonic"]
            bench.tell(
                f"run {run + 1}: {row['contender']}: {span:.2f} s, {row['refused'][-1]} refused, at least"
                f" {row['least_seconds'][-1]:.2f} s"
            )
    return rows


def _run(bench: Bench, setting: Setting, row: Row) -> Log:
    sandbox = bench.sandbox
    sandbox.reset()
    sandbox.set_profiles(drifted(setting.hosts, 1))
    sandbox.limits("documented", window_scale=setting.scale)
    profiles = declared(setting.hosts)
    parts = [profiles] if row["contender"] == ONE else [profiles[::2], profiles[1::2]]
    running = [Running(_command(bench, setting, part), bench.folder) for part in parts]
    costs = [one.wait() for one in running]
    log = sorted(sandbox.log(), key=lambda entry: float(entry["monotonic"]))
    if not as_declared(sandbox, setting.hosts):
        raise Failed(f"{row['contender']}: not all profiles are as declared")
    allowed = [entry for entry in log if entry["status"] != 429]
    slowest = max(costs, key=lambda cost: cost.seconds)
    add(
        row,
        slowest,
        seconds=slowest.seconds,
        # What Ansible needs before the first request is no matter of the limits.
        span_seconds=allowed[-1]["monotonic"] + allowed[-1]["seconds"] - allowed[0]["monotonic"],
        least_seconds=least_seconds(allowed, setting.scale),
        **traffic(log),
    )
    return log


def _command(bench: Bench, setting: Setting, profiles: Sequence[Obj]) -> Command:
    hosts = {
        profile["name"].replace(" ", "-").lower(): {
            "bench_name": profile["name"],
            "bench_email": profile["support_email"],
        }
        for profile in profiles
    }
    inventory = {"all": {"vars": {"ansible_connection": "local"}, "hosts": hosts}}
    return bench.playbook(
        "one_each",
        bench.connection(),
        forks=setting.forks,
        window_scale=setting.scale,
        inventory=bench.write("inventory.json", json.dumps(inventory)),
    )
