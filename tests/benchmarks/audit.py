# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audit: each host stands for an account with ten profiles, one of which has drifted; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench import SHIPPED, WORKER, Bench, declared, drifted
from benchmarks.measure import Case, Row
from sandbox.client import Sandbox
from sandbox.wire import Obj

PING, RAW, URI, OURS, OURS_SHIPPED = "ping", "raw", "uri", "plural", "plural_shipped"

ITEMS = 10
ONCE = ((10, "free", OURS_SHIPPED), (10, "free", URI), (100, "linear", URI))
"""Who runs only once, with so many hosts and this strategy: it takes long, and no goal depends on it."""
FIRST_ACCOUNT = 2_000_001

Setting = tuple[int, int, str, Sequence[str]]
"""Number of hosts, forks, strategy, and who takes part: who would take minutes does not, or in one setting only."""

FULL: tuple[Setting, ...] = (
    (1, 5, "linear", (PING, RAW, OURS, OURS_SHIPPED, URI)),
    (10, 5, "linear", (PING, RAW, OURS, OURS_SHIPPED, URI)),
    (10, 5, "free", (OURS,)),
    (10, 20, "linear", (OURS,)),
    (10, 20, "free", (OURS, OURS_SHIPPED, URI)),
    (100, 5, "linear", (RAW, OURS)),
    (100, 5, "free", (OURS,)),
    (100, 20, "linear", (OURS, OURS_SHIPPED, URI)),
    (100, 20, "free", (OURS,)),
)
QUICK: tuple[Setting, ...] = ((10, 5, "linear", (PING, RAW, OURS, OURS_SHIPPED)),)


def audit(bench: Bench, settings: Sequence[Setting]) -> list[Row]:
    """All settings in turns."""
    return bench.measured(
        [_case(bench, who, hosts, forks, strategy) for hosts, forks, strategy, all_ in settings for who in all_]
    )


def _case(bench: Bench, contender: str, hosts: int, forks: int, strategy: str) -> Case:
    accounts = {str(FIRST_ACCOUNT + number): f"token-{number}" for number in range(hosts)}
    variables = bench.connection(bench_profiles=declared(ITEMS), bench_hosts="all")
    if contender == RAW:
        command = bench.script("audit", {**variables, "bench_accounts": accounts})
    else:
        playbook = {PING: "ping", URI: "audit_uri"}.get(contender, "audit")
        # Variables of the command line would hide those of the hosts.
        of_all = {name: variables[name] for name in ("bench_url", "bench_profiles", "bench_hosts")}
        command = bench.playbook(
            playbook,
            of_all,
            *(("--check",) if playbook == "audit" else ()),
            fast_path=SHIPPED if contender == OURS_SHIPPED else WORKER,
            forks=forks,
            strategy=strategy,
            inventory=_inventory(bench, accounts),
        )

    def prepare(sandbox: Sandbox) -> None:
        sandbox.put_state(phonecom=_accounts(accounts))

    def check(sandbox: Sandbox) -> bool:
        asked = {str(entry["account"]) for entry in sandbox.log() if entry["status"] == 200}
        return not sandbox.unsafe_requests() and asked == (set() if contender == PING else set(accounts))

    setting = {"hosts": hosts, "forks": forks, "strategy": strategy}
    at_most = 1 if (hosts, strategy, contender) in ONCE else None
    return Case(contender, setting, command, prepare, check, at_most)


def _inventory(bench: Bench, accounts: dict[str, str]) -> Path:
    hosts = {
        f"account{number}": {"bench_account": account, "bench_token": token}
        for number, (account, token) in enumerate(accounts.items())
    }
    inventory = {"all": {"vars": {"ansible_connection": "local"}, "hosts": hosts}}
    return bench.write("inventory.json", json.dumps(inventory))


def _accounts(accounts: dict[str, str]) -> Obj:
    made = []
    for number, (account, token) in enumerate(accounts.items()):
        profiles = [
            {**row, "id": row["id"] + (number + 1) * 1000, "voip_id": int(account)} for row in drifted(ITEMS, ITEMS)
        ]
        made.append({"voip_id": int(account), "token": token, "extensions": [], "profiles": profiles})
    return {"accounts": made}
