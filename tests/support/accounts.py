# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts as variables of the playbooks, and the playbooks run with them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox import seeds
from sandbox.client import Sandbox
from support.playbooks import Played, play
from support.scenarios import OLD_HEADER, OLD_URL_TOKEN, SECRETS, leaked

AUDIT, APPLY = "commops.events.audit", "commops.events.apply"
CLEAN, FAILED = 0, 2

Account = dict[str, Any]


def two_accounts(sandbox: Sandbox) -> dict[str, Account]:
    """Two accounts that drifted: everything of the first, and one profile of the second, which has no booking pages."""
    sandbox.set_profiles(
        [
            *sandbox.profiles(),
            {"name": "Front desk", "support_email": "old@example.org"},
            {"name": "Kept", "support_email": None},
        ]
    )
    hook = {
        **seeds.WEBHOOK,
        "title": "Changed",
        "to": f"https://old.example.org/?t={OLD_URL_TOKEN}",
        "headers": {"X-Auth": OLD_HEADER},
    }
    sandbox.set_actions([*seeds.default_emails(1), hook])
    phonecom = {**sandbox.phonecom_options(), "api_token": "{{ phonecom_token }}"}
    other = {"account_id": str(seeds.PHONECOM_OTHER_ACCOUNT), "api_token": seeds.PHONECOM_OTHER_TOKEN}
    return {
        "first": {
            "phonecom": {
                **phonecom,
                "profiles": [
                    {"name": "Front desk", "support_email": "desk@example.org"},
                    {"name": "Night line"},
                    {"name": "Kept"},
                ],
            },
            "caligraph": {
                **sandbox.caligraph_options(),
                "api_key": "{{ caligraph_key }}",
                "pages": [
                    {
                        "profile_id": seeds.PAGE_WEBHOOK,
                        "actions": [
                            {
                                "title": "Changed",
                                "url": "https://crm.example.org/?t={{ url_token }}",
                                "secret_headers": {"X-Auth": "{{ new_header }}"},
                            },
                            {"title": "New", "anchor": "BOOKING_CANCELLED", "url": "https://crm.example.org/cancelled"},
                        ],
                    },
                    {
                        "profile_subdomain": "workshop",
                        "actions": [{"title": "New", "anchor": "NO_SHOW", "url": "https://crm.example.org/no-show"}],
                    },
                ],
            },
        },
        "1-second": {"phonecom": {**phonecom, **other, "profiles": [{"name": "Only one", "support_email": None}]}},
    }


REPORT = "drift.json"
REPORTED = {
    "ANSIBLE_CALLBACKS_ENABLED": "record_results,commops.events.drift_report",
    "COMMOPS_EVENTS_REPORT_JSON": REPORT,
}


def run(
    playbook: str | Sequence[Mapping[str, Any]], accounts: Any, folder: Path, *arguments: str, **more: Any
) -> Played:
    """Run a playbook with as much output as there can be, and with a drift report. No secret may stand in them.

    An audit that ends well is one whose report says so, and the other way round.
    """
    variables = {**SECRETS, "commops_events_accounts": accounts, **more.pop("variables", {})}
    environment = {**REPORTED, **more.pop("environment", {})}
    played = play(playbook, folder, "-vvvvv", *arguments, variables=variables, environment=environment, **more)
    assert leaked(played.output) == []
    report = folder / REPORT
    assert leaked(report.read_text(encoding="utf-8")) == []
    if playbook == AUDIT:
        assert (verdict(folder) == "clean") == (played.code == CLEAN), played.output
    return played


def verdict(folder: Path) -> str:
    """What the drift report of a run says."""
    report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    assert report["status"] == "complete"
    return str(report["verdict"])


def told(played: Played, task: str, host: str) -> list[str]:
    """The lines that a task showed."""
    lines = played.result(task, host)["msg"]
    return [lines] if isinstance(lines, str) else lines


def verdicts(played: Played) -> dict[str, str]:
    """How the audit of each account went."""
    return dict(line.split(": ", 1) for line in told(played, "Show how the audit went", "localhost"))
