# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells of the fault matrix as a user meets them: a real playbook, of which each host keeps a list of its own.

Each cell is a host with an extension or a booking page to itself, so that one run plays them all at once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox import seeds
from sandbox.client import Sandbox, unused_port
from support.playbooks import Played, play
from unit.services.fault_matrix import CONFLICT, FAILS, FAULTS, GIVES_UP, LOOKS, LOOKS_REPEATS, MATRIX, REPEATS, UNSURE

FIRST_EXTENSION = 500
SUCCESSES = (REPEATS, LOOKS, LOOKS_REPEATS)
#: How often the request that goes wrong is sent.
SENT = {REPEATS: 2, LOOKS: 1, LOOKS_REPEATS: 2, FAILS: 1, GIVES_UP: 2, UNSURE: 2, CONFLICT: 5}
#: How long an answer is waited for that does not come in time; the others may take longer on a busy machine.
READ_TIMEOUT, SLOW = 1.0, 1.5

PROFILES: dict[str, dict[str, Any]] = {
    "GET": {"name": "New", "support_email": "new@example.org"},
    "POST": {"name": "New", "support_email": "new@example.org"},
    "PATCH": {"name": "Old", "support_email": "new@example.org"},
    "DELETE": {"name": "Old", "state": "absent"},
}
OLD_PROFILES = [{"name": name, "support_email": "old@example.org"} for name in ("Old", "Theirs")]
ACTIONS = [
    {"title": "New", "anchor": "BOOKING_ENDS", "url": "https://hooks.example/", "secret_headers": {"X-A": "s3cr3t"}},
    {"title": seeds.WEBHOOK["title"], "offset_minutes": 15},
]
OLD_ACTIONS = [
    *({key: value for key, value in raw.items() if key != "id"} for raw in seeds.default_emails(1)),
    seeds.WEBHOOK,
    {**seeds.WEBHOOK, "title": "Theirs", "headers": {"Authorization": "Bearer theirs"}},
]


@dataclass(frozen=True)
class Cell:
    """A cell that one host plays. lasting, check: as in the matrix."""

    service: str
    method: str
    fault: str
    lasting: bool = False
    check: bool = False

    @property
    def host(self) -> str:
        words = (self.service, self.method, self.fault, "lasting" if self.lasting else "once", "check" * self.check)
        return "-".join(" ".join(words).lower().replace(",", "").split())

    @property
    def outcome(self) -> str:
        return MATRIX[self.service, self.method][self.fault][self.lasting]

    @property
    def carried_out(self) -> bool:
        """Whether the server is as wanted after the first run."""
        if self.check:
            return False
        return self.outcome in SUCCESSES or (FAULTS[self.fault].carried_out and self.method != "GET")


CELLS = [
    Cell("phonecom", "GET", "refused", lasting=True),
    Cell("phonecom", "GET", "name not resolved", lasting=True, check=True),
    Cell("phonecom", "GET", "dropped before"),
    Cell("phonecom", "GET", "429, seconds", check=True),
    Cell("phonecom", "GET", "502 as HTML", lasting=True, check=True),
    Cell("phonecom", "GET", "half a JSON text"),
    Cell("phonecom", "POST", "dropped before"),
    Cell("phonecom", "POST", "dropped after"),
    Cell("phonecom", "POST", "429, body"),
    Cell("phonecom", "POST", "504 after"),
    Cell("phonecom", "POST", "500", lasting=True),
    Cell("phonecom", "POST", "wrong shape before", lasting=True),
    Cell("phonecom", "PATCH", "503"),
    Cell("phonecom", "PATCH", "slow, carried out", lasting=True),
    Cell("phonecom", "PATCH", "empty after"),
    Cell("phonecom", "DELETE", "dropped after"),
    Cell("phonecom", "DELETE", "429, date"),
    Cell("phonecom", "DELETE", "500", lasting=True),
    Cell("caligraph", "GET", "429, no wait"),
    Cell("caligraph", "GET", "503", lasting=True),
    Cell("caligraph", "GET", "wrong shape before", check=True),
    Cell("caligraph", "PATCH", "dropped before"),
    Cell("caligraph", "PATCH", "dropped after"),
    Cell("caligraph", "PATCH", "truncated"),
    Cell("caligraph", "PATCH", "500", lasting=True),
    Cell("caligraph", "PATCH", "HTML page before"),
    Cell("caligraph", "PATCH", "wrong shape before", lasting=True),
]


class Site:
    """The local API with a list for each cell."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        state = sandbox.state()
        account = next(one for one in state["phonecom"]["accounts"] if one["voip_id"] == seeds.PHONECOM_ACCOUNT)
        account["extensions"] = [self.extension(cell) for cell in CELLS]
        sandbox.put_state(phonecom=state["phonecom"])
        for cell in CELLS:
            if cell.service == "phonecom":
                sandbox.set_profiles(OLD_PROFILES, extension=self.extension(cell))
        theirs = [cell for cell in CELLS if cell.service == "caligraph"]
        self.pages = dict(zip(theirs, sandbox.add_pages(len(theirs), actions=OLD_ACTIONS), strict=True))
        for cell in CELLS:
            self._spoil(cell)

    @staticmethod
    def extension(cell: Cell) -> int:
        return FIRST_EXTENSION + CELLS.index(cell)

    def place(self, cell: Cell) -> str:
        """What the paths of this cell's requests hold, and no other's."""
        return f"/{self.extension(cell)}/" if cell.service == "phonecom" else f"/{self.pages[cell]}"

    def _spoil(self, cell: Cell) -> None:
        fault = FAULTS[cell.fault]
        if fault.kind in ("gate", "resolver"):
            return
        params = {**fault.params, "seconds": SLOW} if fault.kind == "slow" else fault.params
        times = None if cell.lasting else 1
        self.sandbox.fault(fault.kind, path_regex=self.place(cell), method=cell.method, times=times, **params)

    def now(self, cell: Cell) -> str:
        """A cell's list, comparable: without what a write sets."""
        if cell.service == "phonecom":
            rows = self.sandbox.profiles(extension=self.extension(cell))
            return json.dumps(sorted([row["name"], row["support_email"]] for row in rows))
        server_set = ("created", "updated")
        shown = []
        for raw in self.sandbox.actions(self.pages[cell]):
            gone = (*server_set, "id") if raw["title"] == "New" else server_set
            shown.append({key: value for key, value in raw.items() if key not in gone})
        return json.dumps(shown)

    def all_now(self) -> dict[Cell, str]:
        return {cell: self.now(cell) for cell in CELLS}

    def variables(self, cell: Cell) -> dict[str, Any]:
        """What the inventory says of a host."""
        known: dict[str, Any] = {
            "service": cell.service,
            "check": cell.check,
            "patience": READ_TIMEOUT if FAULTS[cell.fault].kind == "slow" else 30.0,
            "ansible_connection": "local",
            # Every second cell as a module that Ansible ships.
            "commops_events_fast_path": ("on", "off")[CELLS.index(cell) % 2],
        }
        if cell.service == "caligraph":
            return {**known, "page": self.pages[cell], "retries": 1 if cell.lasting else 4}
        options = PROFILES[cell.method]
        urls = {"gate": f"http://127.0.0.1:{unused_port()}/v4", "resolver": "https://x.invalid/v4"}
        broken = urls.get(FAULTS[cell.fault].kind)
        return {
            **known,
            "extension": self.extension(cell),
            "retries": 1 if cell.lasting else 4,
            "profile": options,
            **({"broken_url": broken} if broken else {}),
        }

    def sent(self, cell: Cell, log: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The requests of the method that goes wrong, of this cell."""
        return [entry for entry in log if self.place(cell) in f"{entry['path']}/" and entry["method"] == cell.method]


def tasks(phase: str, mended: bool) -> dict[str, Any]:
    """A play in which each host runs the task of its cell; once mended, nothing is broken and nothing only checked."""
    url = "{{ url }}" if mended else "{{ broken_url | default(url) }}"
    common = {"ignore_errors": True, "diff": True, "check_mode": False if mended else "{{ check }}"}
    return {
        "name": phase,
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": {
            "group/commops.events.all": {
                "max_retries": "{{ retries }}",
                "read_timeout": 30.0 if mended else "{{ patience }}",
                "request_budget": "off",
            },
        },
        "tasks": [
            {
                "name": f"{phase} profile",
                "commops.events.phonecom_event_profile": {
                    "api_url": url,
                    "account_id": str(seeds.PHONECOM_ACCOUNT),
                    "api_token": "{{ token }}",
                    "extension_id": "{{ extension }}",
                    "name": "{{ profile.name }}",
                    "support_email": "{{ profile.support_email | default(omit) }}",
                    "state": "{{ profile.state | default(omit) }}",
                },
                "when": "service == 'phonecom'",
                **common,
            },
            {
                "name": f"{phase} actions",
                "commops.events.caligraph_webhook_actions": {
                    "api_url": "{{ caligraph_url }}",
                    "account_id": seeds.CALIGRAPH_ACCOUNT,
                    "api_key": "{{ key }}",
                    "profile_id": "{{ page }}",
                    "actions": "{{ actions }}",
                },
                "when": "service == 'caligraph'",
                **common,
            },
        ],
    }


class Runs:
    """Runs of playbooks on all cells."""

    def __init__(self, site: Site, folder: Path) -> None:
        self._site = site
        self._folder = folder

    def play(self, *plays: dict[str, Any]) -> Played:
        inventory = self._folder / "hosts.yml"
        hosts = {cell.host: self._site.variables(cell) for cell in CELLS}
        inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
        variables = {
            "url": self._site.sandbox.phonecom_url,
            "caligraph_url": self._site.sandbox.caligraph_url,
            "token": seeds.PHONECOM_TOKEN,
            "key": seeds.CALIGRAPH_KEY,
            "actions": ACTIONS,
        }
        return play(
            plays,
            self._folder / "run",
            "--forks",
            str(len(CELLS)),
            variables=variables,
            inventory=inventory,
        )


def result(played: Played, phase: str, cell: Cell) -> dict[str, Any]:
    """What became of a cell's task, with whether it failed."""
    name = f"{phase} {'profile' if cell.service == 'phonecom' else 'actions'}"
    (found,) = (item for item in played.tasks if (item["task"], item["host"]) == (name, cell.host))
    return {**found["result"], "failed": found["status"] == "failed"}


def test_cells_of_the_matrix_as_playbooks(sandbox: Sandbox, tmp_path: Path, subtests: pytest.Subtests) -> None:
    site = Site(sandbox)
    runs = Runs(site, tmp_path)
    before = site.all_now()
    first = runs.play(tasks("first", mended=False))
    assert first.code == 0, first.output
    sandbox.settle()
    log = sandbox.log()
    sandbox.clear_faults()
    left = site.all_now()
    again = runs.play(tasks("second", mended=True), tasks("third", mended=True))
    assert again.code == 0, again.output
    wanted = site.all_now()
    for cell in CELLS:
        with subtests.test(cell.host):
            assert_outcome(cell, result(first, "first", cell))
            assert_sent(cell, site.sent(cell, log))
            assert_as_wanted(cell, before[cell], wanted[cell])
            assert left[cell] == (wanted[cell] if cell.carried_out else before[cell])
            assert result(again, "second", cell)["changed"] is not cell.carried_out
            assert result(again, "third", cell)["changed"] is False
            assert not result(again, "third", cell)["failed"]


def assert_outcome(cell: Cell, found: dict[str, Any]) -> None:
    """It succeeds, or the message says what was tried and `changed` what may have been done."""
    assert found["failed"] is (cell.outcome not in SUCCESSES), found
    if cell.outcome in SUCCESSES:
        assert found["changed"] is True
        return
    assert found["changed"] is (cell.outcome in (UNSURE, CONFLICT))
    assert "Traceback" not in found["msg"]
    parts = {FAILS: (), GIVES_UP: ("Tried 2 times over ",), UNSURE: ("Tried 2 times over ", "may or may not")}
    for part in parts.get(cell.outcome, ("Tried 5 times over ", "Another writer")):
        assert part in found["msg"], found["msg"]


def assert_sent(cell: Cell, sent: list[dict[str, Any]]) -> None:
    """How often the request was sent: never blindly again."""
    if FAULTS[cell.fault].kind in ("gate", "resolver"):
        assert sent == []
    elif cell.method == "GET":
        assert len([entry for entry in sent if entry["fault"]]) == (SENT[cell.outcome] if cell.lasting else 1)
    else:
        assert len(sent) == SENT[cell.outcome]


def assert_as_wanted(cell: Cell, before: str, now: str) -> None:
    """What was wanted is there once, and all else is as it was."""
    rows, found = json.loads(before), json.loads(now)
    if cell.service == "phonecom":
        wanted = PROFILES[cell.method]
        kept = [row for row in rows if row[0] != wanted["name"]]
        assert found == sorted(kept if "state" in wanted else [*kept, [wanted["name"], wanted["support_email"]]])
        return
    new = found.pop()
    for row in rows:
        row["offsetMinutes"] = 15 if row["title"] == seeds.WEBHOOK["title"] else row["offsetMinutes"]
    assert found == rows
    assert (new["title"], new["to"], new["headers"]) == ("New", "https://hooks.example/", {"X-A": "s3cr3t"})
