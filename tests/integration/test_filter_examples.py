# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the filters and lookups run as they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from ansible.parsing.dataloader import DataLoader

from ansible_collections.commops.events.plugins.lookup import leaving_out, unwritten_reports
from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTIONS
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call
from support.playbooks import CHECKOUT, play


def examples(name: str) -> list[dict[str, Any]]:
    """The tasks that a filter's documentation shows."""
    documentation = yaml.safe_load((CHECKOUT / "plugins" / "filter" / f"{name}.yml").read_text(encoding="utf-8"))
    tasks: list[dict[str, Any]] = yaml.safe_load(documentation["EXAMPLES"])
    return tasks


def test_examples_run(sandbox: Sandbox, tmp_path: Path) -> None:
    before = sandbox.actions()[-1]
    change = {"title": seeds.WEBHOOK["title"], "body": "changed"}
    options = {"profile_id": seeds.PAGE_WEBHOOK, "backup_dir": str(tmp_path / "backups"), "backup_secrets": True}
    backup = call(WEBHOOK_ACTIONS, sandbox.caligraph_options(actions=[change], **options))["backup_file"]
    plays = [
        {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "module_defaults": {"group/commops.events.all": {"api_url": url}},
            "tasks": examples(name),
        }
        for name, url in (("events_yaml", sandbox.phonecom_url), ("backup_entries", sandbox.caligraph_url))
    ]
    variables = {
        "vault_main_phonecom_api_token": seeds.PHONECOM_TOKEN,
        "caligraph_account_id": seeds.CALIGRAPH_ACCOUNT,
        "vault_caligraph_api_key": seeds.CALIGRAPH_KEY,
        "backup_file": backup,
    }
    played = play(plays, tmp_path, variables=variables)
    assert played.code == 0, played.output
    written = DataLoader().load_from_file(str(tmp_path / "events.yml"))
    profiles = written["commops_events_accounts"]["main"]["phonecom"]["profiles"]
    assert [profile["name"] for profile in profiles] == [profile["name"] for profile in seeds.PHONECOM_PROFILES]
    assert {**sandbox.actions()[-1], "updated": None} == {**before, "updated": None}


def test_examples_of_audits_run(sandbox: Sandbox, tmp_path: Path) -> None:
    """The deviation of the example is accepted; no account is declared twice; no report is missed."""
    sandbox.set_profiles([{"name": "Booking desk", "support_email": "old@example.org"}])
    lookups = [task for plugin in (leaving_out, unwritten_reports) for task in yaml.safe_load(plugin.EXAMPLES)]
    tasks = [*examples("accepted_drift"), *examples("twin_accounts"), *lookups]
    played = play(
        [
            {
                "hosts": "localhost",
                "connection": "local",
                "gather_facts": False,
                "module_defaults": {"group/commops.events.all": {"api_url": sandbox.phonecom_url}},
                "tasks": tasks,
            }
        ],
        tmp_path,
        variables={
            "phonecom_account_id": str(seeds.PHONECOM_ACCOUNT),
            "vault_phonecom_api_token": seeds.PHONECOM_TOKEN,
            "commops_events_accounts": {"main": {"phonecom": {"account_id": "7"}}},
        },
    )
    assert played.code == 0, played.output
    assert played.result(tasks[0]["name"])["drift"] != []
