# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all benchmarks share: the local API, a folder, and how playbooks and scripts are called."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import Case, Command, Row, measured
from sandbox import seeds
from sandbox.client import Sandbox
from sandbox.wire import Obj

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
PLAYBOOKS = HERE / "playbooks"

NO_WAIT = 0.0001
"""The factor for windows of the request budget where a benchmark is not about it: it is kept, and never waits."""

WORKER, SHIPPED = "auto", "off"
"""Where our modules run: as they do without any setting, or shipped like other modules."""


@dataclass(frozen=True)
class Bench:
    """Where benchmarks run. tell: shows progress."""

    sandbox: Sandbox
    folder: Path
    runs: int
    tell: Callable[[str], None]

    def measured(self, cases: Sequence[Case]) -> list[Row]:
        """Run the cases in turns, as often as wanted."""
        return measured(cases, self.runs, self.sandbox, self.folder, self.tell)

    def connection(self, **more: Any) -> Obj:
        """The variables that say where the local API is, and others."""
        options = self.sandbox.phonecom_options()
        return {
            "bench_url": options["api_url"],
            "bench_account": options["account_id"],
            "bench_token": options["api_token"],
            **more,
        }

    def write(self, name: str, text: str) -> Path:
        """A new file for the commands to read."""
        path = Path(tempfile.mkdtemp(dir=self.folder)) / name
        path.write_text(text, encoding="utf-8")
        return path

    def playbook(
        self,
        playbook: str | Path,
        variables: Mapping[str, Any],
        *arguments: str,
        fast_path: str = WORKER,
        window_scale: float = NO_WAIT,
        forks: int = 5,
        strategy: str = "linear",
        inventory: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Command:
        """`ansible-playbook` with a playbook of `playbooks/` (by its name) or any other (by its path)."""
        path = PLAYBOOKS / f"{playbook}.yml" if isinstance(playbook, str) else playbook
        given = self.write("variables.json", json.dumps(dict(variables)))
        ansible = Path(sys.executable).parent / "ansible-playbook"
        hosts = ("-i", str(inventory)) if inventory is not None else ()
        of_all = {
            "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / ".collections"),
            "ANSIBLE_FORKS": str(forks),
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_STRATEGY": strategy,
            "COMMOPS_EVENTS_FAST_PATH": fast_path,
            "COMMOPS_EVENTS_WINDOW_SCALE": str(window_scale),
        }
        return Command(
            (str(ansible), str(path), "-e", f"@{given}", *hosts, *arguments), {**of_all, **(environment or {})}
        )

    def script(self, what: str, variables: Mapping[str, Any]) -> Command:
        """The Python script that does the same HTTP work with `requests` and nothing else."""
        given = self.write("variables.json", json.dumps(dict(variables)))
        return Command((sys.executable, "-P", str(HERE / "raw.py"), what, str(given)))


FIRST_ID = 1000
"""The id of the first profile."""


def email(number: int) -> str:
    """The address that profile number n is to have."""
    return f"desk{number}@example.org"


def declared(count: int, first_id: int | None = None) -> list[Obj]:
    """So many profiles as they are to be; with ids for who looks them up by id."""
    profiles: list[Obj] = [
        {"name": f"Profile {number}", "support_email": email(number)} for number in range(1, count + 1)
    ]
    if first_id is not None:
        for number, profile in enumerate(profiles):
            profile["id"] = first_id + number
    return profiles


def drifted(count: int, every: int) -> list[Obj]:
    """The same profiles, one in `every` (0: none) with another address, as rows with ids from FIRST_ID on."""
    rows = declared(count, FIRST_ID)
    for number, row in enumerate(rows):
        if every and number % every == 0:
            row["support_email"] = "old@example.org"
    return rows


def as_declared(sandbox: Sandbox, count: int) -> bool:
    """Whether the first account has exactly these profiles."""
    live = {row["name"]: row["support_email"] for row in sandbox.profiles(seeds.PHONECOM_ACCOUNT)}
    return live == {profile["name"]: profile["support_email"] for profile in declared(count)}
