# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task gives the same result in Ansible's worker as shipped: field by field, in check mode, live and again.

The runs also show that check mode only reads and predicts what happens, and that no output holds a secret.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILES
from sandbox.client import Sandbox, unused_port
from support.catalogue import LISTS, ONE_ACTION, ONE_PROFILE, OTHER_ACCOUNT, live_actions, live_lists, live_profiles
from support.catalogue_refused import KEYWORDS, REFUSED, live_keywords
from support.scenarios import AGAIN, CHECK, LIVE, SECRETS, Bulk, Scenario, leaked, run_bulk


@dataclass(frozen=True)
class Group:
    """Scenarios that one playbook runs, and what they find on the server."""

    scenarios: Sequence[Scenario]
    prepare: Callable[[Sandbox], None]


SERVER_SET = {
    item.name for resource in (EVENT_PROFILES, WEBHOOK_ACTIONS) for item in resource.fields if item.server_set
}
#: They end before a module would be shipped.
NEVER_SHIPPED = {"a skipped task", "switched wrongly"}

GROUPS = {
    "one profile": Group(ONE_PROFILE, live_profiles),
    "one action": Group(ONE_ACTION, live_actions),
    "lists": Group(LISTS, live_lists),
    "refused": Group(REFUSED, live_actions),
    "keywords": Group(KEYWORDS, live_keywords),
}


def in_all_groups() -> Sequence[Any]:
    return [pytest.param(group, id=name) for name, group in GROUPS.items()]


@pytest.fixture
def variables() -> Mapping[str, Any]:
    """What the scenarios need beside secrets, the same on both paths."""
    return {"closed": f"http://127.0.0.1:{unused_port()}/v4"}


@pytest.fixture
def vault(tmp_path: Path) -> Sequence[str]:
    """Arguments of ansible-playbook that bring variables from a vault."""
    password = tmp_path / "password"
    password.write_text("password of the vault")
    file = tmp_path / "vault.yml"
    lib = VaultLib([("default", VaultSecret(password.read_bytes()))])
    for name, secret in (("vaulted_token", "phonecom_token"), ("vaulted_header", "new_header")):
        with file.open("a") as out:
            out.write(f"{name}: !vault |\n{textwrap.indent(lib.encrypt(SECRETS[secret]).decode(), '  ')}")
    return ["--vault-password-file", str(password), "-e", f"@{file}"]


@pytest.mark.parametrize("group", in_all_groups())
def test_shipped_and_in_the_worker(
    group: Group, sandbox: Sandbox, tmp_path: Path, variables: Mapping[str, Any], vault: Sequence[str]
) -> None:
    runs: dict[str, Bulk] = {}
    for fast_path in ("on", "off"):
        sandbox.reset()
        group.prepare(sandbox)
        runs[fast_path] = run_bulk(
            group.scenarios, sandbox, tmp_path / fast_path, *vault, fast_path=fast_path, variables=variables
        )
        assert leaked(runs[fast_path].played.output) == []
    worker, shipped = runs["on"], runs["off"]

    # each ran where it should
    assert worker.shipped() == {
        f"{phase} {item.name}" for item in group.scenarios for phase in item.phases if item.ships
    }
    assert {name.partition(" ")[2] for name in shipped.names() - shipped.shipped()} <= NEVER_SHIPPED

    for left, right in zip(shipped.comparable(shipped.names()), worker.comparable(shipped.names()), strict=True):
        assert left == right
    for scenario in group.scenarios:
        check_live_again(worker, scenario)
    assert_wire(worker.log)


def check_live_again(bulk: Bulk, scenario: Scenario) -> None:
    """The prediction is what happens, refusals included, and then nothing is left to do."""
    for phase in scenario.phases:
        assert bulk.failed(phase, scenario) is (phase in scenario.fails), (scenario.name, phase)
    if not scenario.writes:
        return
    check, live = bulk.result(CHECK, scenario), bulk.result(LIVE, scenario)
    if not scenario.fails:
        same = ["changed", "operation", "drift", "diff"]
    else:
        same = ["msg"] if CHECK in scenario.fails else []
    for key in same:
        assert check.get(key) == live.get(key), (scenario.name, key)
    if not scenario.fails:
        assert after(check) == after(live), scenario.name
    if not scenario.fails and scenario.settles:
        again = bulk.result(AGAIN, scenario)
        assert again["changed"] is False, scenario.name
        assert again.get("drift", []) == []
        assert after(check) == after(again), scenario.name


def after(result: Mapping[str, Any]) -> Sequence[Any]:
    """The after-state that a result tells, without what the server sets."""
    shown = [result.get(name) for name in ("profile", "action")]
    shown += [item for name in ("profiles", "actions") for item in result.get(name) or ()]
    return [item and {name: value for name, value in item.items() if name not in SERVER_SET} for item in shown]


def assert_wire(log: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Check mode only reads; and so does a second run, where the first one could do all its work."""
    assert {entry["method"] for entry in log[CHECK]} == {"GET"}
    assert {entry["method"] for entry in log[AGAIN] if entry["account"] != OTHER_ACCOUNT["account_id"]} <= {"GET"}
