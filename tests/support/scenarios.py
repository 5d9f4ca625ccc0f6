# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many tasks in one run of ansible-playbook, each in check mode, live and again; and what of their results compares.

A start of ansible-playbook costs a second, a task in its worker a fraction of that; so scenarios are run in bulk, each
on objects of its own.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from sandbox import seeds
from sandbox.client import Sandbox
from support.playbooks import Played, play

CHECK, LIVE, AGAIN = "check", "live", "again"
PHASES = (CHECK, LIVE, AGAIN)

#: Secrets that no output may show; scenarios take them from these variables, as from a vault.
SECRETS = {
    "phonecom_token": seeds.PHONECOM_TOKEN,
    "caligraph_key": seeds.CALIGRAPH_KEY,
    "new_header": "canary/new?header=1&2 3",
    "other_header": "canary-other-header",
    "url_token": "canary-url-token",
    "body_secret": "canary-body-secret",
    "wrong_token": "canary-wrong-token",
}
#: What the server holds before: nobody who runs a playbook has to know it, and no output may show it either.
OLD_HEADER, OLD_URL_TOKEN = "canary-old-header", "canary-old-url-token"

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIMES = ("created_at", "created", "updated")
_PASSING = {"exception", "waited", "start", "end", "delta", "ansible_job_id", "results_file"}
#: No account has this id.
_END = "9"


@dataclass(frozen=True)
class Scenario:
    """One task. keywords: of the task, beside name and module. ships: whether it can't run in Ansible's worker.

    fails: the phases in which it fails. settles: whether the last phase finds nothing left to do. shipped: the phases
    that show whether it gives the same result when shipped, which takes long; by default one.
    """

    name: str
    module: str
    arguments: Mapping[str, Any]
    keywords: Mapping[str, Any] = field(default_factory=dict)
    ships: bool = False
    fails: tuple[str, ...] = ()
    settles: bool = True
    shipped: tuple[str, ...] | None = None

    @property
    def writes(self) -> bool:
        """Whether it is there to change something."""
        return not self.module.endswith("_info")

    @property
    def phases(self) -> tuple[str, ...]:
        """The phases that can tell anything."""
        return PHASES if self.writes and CHECK not in self.fails else (CHECK, LIVE)

    def phases_shipped(self) -> tuple[str, ...]:
        """The phases in which it is shipped."""
        if self.shipped is not None:
            return self.shipped
        return (CHECK,) if CHECK in self.fails or not self.writes else (LIVE,)

    def task(self, phase: str) -> dict[str, Any]:
        """The task of one phase, which ends no play."""
        return {
            "name": f"{phase} {self.name}",
            f"commops.events.{self.module}": dict(self.arguments),
            "ignore_errors": True,
            **self.keywords,
        }


@dataclass
class Bulk:
    """How scenarios went on one path: what was played, and the requests of each phase."""

    played: Played
    log: dict[str, list[dict[str, Any]]]

    def result(self, phase: str, scenario: Scenario) -> dict[str, Any]:
        """The only result of a scenario in a phase."""
        return self.played.result(f"{phase} {scenario.name}")

    def failed(self, phase: str, scenario: Scenario) -> bool:
        """Whether a scenario failed in a phase."""
        return any(
            item["status"] == "failed" for item in self.played.tasks if item["task"] == f"{phase} {scenario.name}"
        )

    def comparable(self, names: Collection[str]) -> list[Any]:
        """The results of these tasks without what differs from run to run; ids are numbered as they come."""
        seen: dict[str, str] = {}
        return [_comparable(item, seen) for item in self.played.tasks if item["task"] in names]

    def names(self) -> set[str]:
        """The names of all tasks that have a result."""
        return {item["task"] for item in self.played.tasks}

    def shipped(self) -> set[str]:
        """The names of the tasks for which a module was shipped."""
        return tasks_shipped(self.played)


def tasks_shipped(played: Played) -> set[str]:
    """The names of the tasks for which a module was shipped, by what -vvv tells."""
    blocks = re.split(r"^TASK \[(.*?)\] \**$", played.stdout, flags=re.MULTILINE)
    return {name for name, text in zip(blocks[1::2], blocks[2::2], strict=True) if "Using module file" in text}


def run_bulk(
    scenarios: Sequence[Scenario],
    sandbox: Sandbox,
    folder: Path,
    *arguments: str,
    fast_path: str,
    variables: Mapping[str, Any] | None = None,
    keywords: Mapping[str, Any] | None = None,
) -> Bulk:
    """Run scenarios in check mode, then live, then again, with diffs and as much output as there can be.

    keywords: of the plays.
    """
    known = {
        **SECRETS,
        "phonecom": {**sandbox.phonecom_options(), "api_token": "{{ phonecom_token }}"},
        "caligraph": {**sandbox.caligraph_options(), "api_key": "{{ caligraph_key }}"},
        "page": seeds.PAGE_WEBHOOK,
    }
    plays = [
        {
            "name": phase,
            "hosts": "localhost",
            "gather_facts": False,
            "check_mode": phase == CHECK,
            "diff": True,
            "module_defaults": {
                # no waiting for the limits of the real API
                "group/commops.events.all": {"max_retries": 0, "request_budget": "off"},
                "group/commops.events.phonecom": "{{ phonecom }}",
                "group/commops.events.caligraph": "{{ caligraph }}",
            },
            **(keywords or {}),
            "tasks": [
                *(
                    item.task(phase)
                    for item in scenarios
                    if phase in (item.phases_shipped() if fast_path == "off" else item.phases)
                ),
                # its request marks the end of the phase in the log
                Scenario(_END, "phonecom_event_profile_info", {"account_id": _END}).task(phase),
            ],
        }
        for phase in PHASES
    ]
    before = sandbox.mark()
    played = play(plays, folder, "-vvvvv", *arguments, variables={**known, **(variables or {})}, fast_path=fast_path)
    assert played.code == 0, played.output
    log: dict[str, list[dict[str, Any]]] = {phase: [] for phase in PHASES}
    phases = list(PHASES)
    for entry in sandbox.log(before):
        if entry["account"] == _END:
            phases.pop(0)
        else:
            log[phases[0]].append(entry)
    return Bulk(played, log)


def spelled(secret: str) -> set[str]:
    """The forms in which a secret can stand in an output: raw, URL-encoded, and in base64 from any byte on."""
    data = secret.encode()
    cut = {base64.b64encode(bytes(shift) + data).decode()[-(-shift * 8 // 6) :][: len(secret)] for shift in range(3)}
    return {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)} | cut


def leaked(output: str, *more: str) -> list[str]:
    """The secrets of the scenarios that stand in an output, in any form."""
    secrets = [*SECRETS.values(), OLD_HEADER, OLD_URL_TOKEN, *more]
    return [secret for secret in secrets if any(form in output for form in spelled(secret))]


def _comparable(value: Any, seen: dict[str, str], key: str = "", looped: bool = False) -> Any:
    if key in _TIMES and value is not None:
        return "(time)"
    if isinstance(value, Mapping):
        # in a worker, the items of a loop share what they read
        dropped = {*_PASSING, "requests"} if looped else _PASSING
        return {
            name: _comparable(item, seen, name, looped or name == "results")
            for name, item in sorted(value.items())
            if name not in dropped
        }
    if isinstance(value, list):
        return [_comparable(item, seen, looped=looped) for item in value]
    if isinstance(value, str):
        return _UUID.sub(lambda match: seen.setdefault(match[0], f"(id {len(seen) + 1})"), value)
    return value
