# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`decommission` deletes after the account's number was given, and what it was given for; other actions stay."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox import seeds
from sandbox.client import Sandbox
from support.playbooks import CHECKOUT, Played, play

PHONECOM, CALIGRAPH = str(seeds.PHONECOM_ACCOUNT), seeds.CALIGRAPH_ACCOUNT


class Decommission:
    """An account of both services, of which a part is declared."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self._folder = folder
        sandbox.set_rows("callbacks", [])
        actions = [{"title": seeds.WEBHOOK["title"], "secret_headers": {"test": None}}, {"title": "Long gone"}]
        profiles = [{"name": "Renamed", "formerly": ["My special profile"]}]
        self.account: dict[str, Any] = {
            "phonecom": sandbox.phonecom_options(profiles=profiles),
            "caligraph": sandbox.caligraph_options(pages=[{"profile_subdomain": "intake", "actions": actions}]),
        }

    def variables(self, **more: Any) -> dict[str, Any]:
        return {"commops_events_accounts": {"clinic": self.account}, **more}

    def run(self, *arguments: str, fast_path: str = "auto", code: int = 0, **variables: Any) -> Played:
        """Run `decommission`."""
        playbook = "commops.events.decommission"
        played = play(playbook, self._folder, *arguments, variables=self.variables(**variables), fast_path=fast_path)
        assert played.code == code, played.output
        return played

    def left(self) -> tuple[int, int, int]:
        """How many profiles, webhooks and e-mails there are."""
        actions = [action for page in self.sandbox.pages() for action in page["actions"]]
        types = [action["type"] for action in actions]
        return (len(self.sandbox.profiles()), types.count("WEBHOOK"), types.count("EMAIL"))


@pytest.fixture
def decommission(sandbox: Sandbox, tmp_path: Path) -> Decommission:
    return Decommission(sandbox, tmp_path)


@pytest.mark.parametrize("number", [None, f"{PHONECOM},{PHONECOM}4"])
def test_without_the_account_s_number_nothing_is_sent(decommission: Decommission, number: str | None) -> None:
    given = {} if number is None else {"commops_events_confirm": number}
    played = decommission.run("--check", code=2, **given)
    assert "commops_events_confirm has to be the account_id of clinic" in " ".join(played.output.split())
    assert decommission.sandbox.log() == []


def test_the_number_is_asked_for(decommission: Decommission, tmp_path: Path) -> None:
    controller, terminal = pty.openpty()
    variables = tmp_path / "variables.json"
    variables.write_text(json.dumps(decommission.variables()))
    os.write(controller, f"{PHONECOM}\n".encode())
    ran = subprocess.run(
        ["ansible-playbook", "commops.events.decommission", "-e", f"@{variables}"],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / ".collections"), "LC_ALL": "C.UTF-8"},
        stdin=terminal,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    os.close(terminal)
    os.close(controller)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "The account's number" in ran.stdout + ran.stderr
    # Only the service whose number was given is decommissioned.
    assert decommission.left() == (1, 1, 9)


@pytest.mark.parametrize("fast_path", ["on", "off"])
def test_all_that_the_account_has_goes_and_a_backup_stays(
    decommission: Decommission, tmp_path: Path, fast_path: str
) -> None:
    del decommission.account["phonecom"]["profiles"], decommission.account["caligraph"]["pages"]
    number = {"commops_events_confirm": f" {PHONECOM}, {CALIGRAPH.upper()} "}
    everything = {
        **number,
        "commops_events_decommission": "all",
        "commops_events_decommission_backup_dir": "backups",
    }
    if fast_path == "on":
        # Nothing is declared, so there is nothing to delete unless it is said that all is meant.
        decommission.run(code=2, **number)
        assert decommission.sandbox.log() == []
        played = decommission.run("--check", "-v", fast_path=fast_path, **everything)
        (shown,) = [item["result"]["msg"] for item in played.tasks if item["task"] == "Show what changes"]
        assert sorted(line.partition(" ")[0] for line in shown) == ["deleted:"] * 3
        assert decommission.sandbox.unsafe_requests() == []
    decommission.run(fast_path=fast_path, **everything)
    assert decommission.left() == (0, 0, 9)
    (backup,) = (tmp_path / "backups").iterdir()
    assert json.loads(backup.read_text())["secrets"] is False


def test_what_callbacks_use_is_refused_before_anything_is_deleted(decommission: Decommission) -> None:
    decommission.sandbox.reset()
    number = {"commops_events_confirm": f"{PHONECOM},{CALIGRAPH}", "commops_events_decommission": "all"}
    played = decommission.run(code=2, **number)
    assert "callbacks use it (ids 155)" in played.output
    assert decommission.left() == (2, 1, 9)
    assert decommission.sandbox.unsafe_requests() == []


def test_another_word_than_declared_or_all_is_refused(decommission: Decommission) -> None:
    played = decommission.run(code=2, commops_events_confirm=PHONECOM, commops_events_decommission="everything")
    assert "has to be declared or all" in played.output
    assert decommission.sandbox.log() == []
