# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks and tasks that README and guides show run as they stand, in check mode."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox import seeds
from sandbox.client import Sandbox
from support.documents import CHECKOUT, PAGES, module_tasks, resource, yaml_blocks
from support.playbooks import play

VARIABLES = {
    "phonecom_account_id": str(seeds.PHONECOM_ACCOUNT),
    "vault_phonecom_api_token": seeds.PHONECOM_TOKEN,
    "caligraph_account_id": seeds.CALIGRAPH_ACCOUNT,
    "vault_caligraph_api_key": seeds.CALIGRAPH_KEY,
    "vault_crm_token": "crm-receiver-5b1c",
    "receiver_tokens": {"crm": "crm-receiver-5b1c"},
}


@pytest.fixture
def accounts(sandbox: Sandbox) -> Sandbox:
    """What the guides take for there: a profile, a webhook with a header, and pages of teams."""
    sandbox.add_profiles(1, name="Booking desk", support_email="desk@example.org")
    webhook = {**seeds.WEBHOOK, "title": "New booking to the CRM", "headers": {"X-Auth-Token": "crm-receiver-old"}}
    sandbox.set_actions([*sandbox.actions(), webhook])
    sandbox.add_pages(2, title="Team {n}")
    return sandbox


def as_plays(page: Path, sandbox: Sandbox) -> list[dict[str, Any]]:
    """All plays of a page, and its tasks as plays, with the address of the local API."""
    found = []
    for block in yaml_blocks(page):
        modules = [module for module, _arguments in module_tasks(block)]
        if not modules:
            continue
        service = resource(modules[0]).service
        options = sandbox.phonecom_options() if service == "phonecom" else sandbox.caligraph_options()
        for item in block if "hosts" in block[0] else [{"hosts": "localhost", "gather_facts": False, "tasks": block}]:
            defaults = item.setdefault("module_defaults", {})
            defaults.setdefault(f"group/commops.events.{service}", options)["api_url"] = options["api_url"]
            found.append(item)
    return found


def test_all_that_the_guides_show_runs(accounts: Sandbox, tmp_path: Path) -> None:
    plays = [item for page in PAGES for item in as_plays(page, accounts)]
    assert len(plays) >= 10
    played = play(plays, tmp_path, "--check", "--diff", variables=VARIABLES)
    assert played.code == 0, played.output
    assert accounts.unsafe_requests() == []


def test_audit_of_the_readme_runs(accounts: Sandbox, tmp_path: Path) -> None:
    blocks = yaml_blocks(CHECKOUT / "README.md")
    (declared,) = [block for block in blocks if isinstance(block, dict) and "commops_events_accounts" in block]
    for account in declared["commops_events_accounts"].values():
        account["phonecom"]["api_url"] = accounts.phonecom_url
        account["caligraph"]["api_url"] = accounts.caligraph_url
    played = play("commops.events.audit", tmp_path, variables={**VARIABLES, **declared})
    # The booking desk is as declared; the URL and the secret of the webhook are not.
    assert played.code == 2, played.output
    assert "head_office: 2 drifts" in played.output
    assert accounts.unsafe_requests() == []
