# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a case is, and how the local API is made ready for all of them at once.

Each case has an extension or booking pages of its own, and faults that hit only those, so that one playbook can run
them all with nothing in between.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from integration.secrets_support import canaries

from sandbox.client import Sandbox

OK, CHANGED, FAILED = "ok", "changed", "failed"
#: All cases are run in this process; most in Ansible's worker too; those that differ for a module as one, with all that
#: is told at -vvvvv; and a few of each kind in each way, since a shipped module takes half a second.
PROCESS, WORKER, MODULE, EVERYWHERE = range(4)

VOIP_ID = "2000002"
CALIGRAPH_ACCOUNT = "7c2f0d5e-3a52-4c8e-9d57-0f6c2f1f7b21"
EMAIL = "owner@booking.example.org"
FIRST_EXTENSION = 500


@dataclass(frozen=True)
class Site:
    """Where the cases find their servers: the local API, the hostile one, and an address where nobody answers."""

    sandbox: Sandbox
    hostile: str
    dead: str


@dataclass(frozen=True)
class Case:
    """One task.

    says: a regular expression that its message or one of its warnings matches, so that it fails for the right reason.
    rows: what its extension or its booking page has before; pages: further booking pages, by title. faults: of requests
    to those. reach: in how many ways it is run.
    """

    name: str
    module: str
    options: Mapping[str, Any]
    outcome: str
    says: str = ""
    check: bool = False
    rows: Sequence[Mapping[str, Any]] = ()
    pages: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    faults: Sequence[Mapping[str, Any]] = ()
    reach: int = WORKER

    @property
    def phonecom(self) -> bool:
        """Whether it is Phone.com's."""
        return self.module.startswith("phonecom")

    @property
    def key(self) -> str:
        """A name for ids and addresses."""
        return self.name.replace(" ", "-").replace(",", "")

    def task(self, extension: int) -> dict[str, Any]:
        """The task of a play. Its options come from variables, so that no excerpt of the playbook can show them."""
        names = self.placed(extension)
        options = {name: f"{{{{ cases['{self.name}']['{name}'] }}}}" for name in names}
        task: dict[str, Any] = {"name": self.name, f"commops.events.{self.module}": options, "ignore_errors": True}
        return {**task, "diff": True, "check_mode": self.check}

    def placed(self, extension: int) -> dict[str, Any]:
        """The options, with the place that this case has to itself unless it names one."""
        options = dict(self.options)
        if self.phonecom:
            options.setdefault("extension_id", extension)
        elif self.module != "caligraph_profile_info" and not any(name.startswith("profile_") for name in options):
            options["profile_id"] = self.key
        return options


def numbered(cases: Iterable[Case]) -> list[tuple[int, Case]]:
    """The cases with the extensions of those that are Phone.com's."""
    return list(enumerate(cases, start=FIRST_EXTENSION))


def prepare(sandbox: Sandbox, cases: Sequence[Case]) -> None:
    """Make the local API as all cases need it."""
    sandbox.reset()
    profiles: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = []
    for extension, case in numbered(cases):
        if case.phonecom:
            for row in case.rows:
                profiles.append({"id": 1000 + len(profiles), "extension_id": extension, **row})
        else:
            pages.append(_page(case.key, case.name, case.rows))
            pages.extend(_page(f"{case.key}-{i}", *item) for i, item in enumerate(case.pages.items()))
    account = {
        "voip_id": VOIP_ID,
        "token": canaries.TOKEN,
        "extensions": [extension for extension, _case in numbered(cases)],
        "profiles": profiles,
    }
    owner = {"id": CALIGRAPH_ACCOUNT, "email": EMAIL, "api_key": canaries.KEY, "profiles": pages}
    sandbox.put_state(phonecom={"accounts": [account]}, caligraph={"accounts": [owner]})
    for extension, case in numbered(cases):
        place = rf"/extensions/{extension}/" if case.phonecom else rf"/profiles/{case.key}(-\d+)?$"
        for fault in case.faults:
            sandbox.fault(**{"path_regex": place, "times": None, **fault})


def _page(page_id: str, title: str, actions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    rows = [{"id": f"{page_id}-action-{number}", **action} for number, action in enumerate(actions)]
    return {"id": page_id, "title": title, "subdomain": page_id, "status": "ACTIVE", "actions": rows}


def echo(text: str, status: int = 400, **match: Any) -> dict[str, Any]:
    """A refusal whose JSON repeats a text, in the words of both services."""
    body = {"@error": {"@message": text}, "code": "caligraph_invalid_payload", "message": text}
    return {"kind": "status", "status": status, "json": body, **match}


def too_deep(answer: Mapping[str, Any], secret: str) -> dict[str, Any]:
    """An answer to GET in which `"@"` is nested more deeply than Python, Ansible and callbacks can follow."""
    deep = '{"a": ' * 700 + json.dumps(secret) + "}" * 700
    body = json.dumps(answer).replace('"@"', deep)
    return {"kind": "status", "status": 200, "body": body, "content_type": "application/json", "method": "GET"}


def page_of_html(text: str, status: int = 200, **match: Any) -> dict[str, Any]:
    """A proxy's page that repeats a text."""
    body = f"<html><body><h1>Sign in</h1><p>{text}</p></body></html>"
    return {"kind": "status", "status": status, "body": body, "content_type": "text/html", **match}
