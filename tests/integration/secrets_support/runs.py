# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs cases, in one playbook or in this process, and searches all that they leave behind."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from integration.secrets_support.canaries import CANARIES, PROXY, TOKEN, found_in, texts
from integration.secrets_support.cases import CHANGED, FAILED, VOIP_ID, Case, Site, numbered, prepare

from ansible_collections.commops.events.plugins.module_utils import _caligraph, _phonecom
from support.modules import call
from support.playbooks import Played, play

RESOURCES = {
    "phonecom_event_profile": _phonecom.EVENT_PROFILE,
    "phonecom_event_profiles": _phonecom.EVENT_PROFILES,
    "phonecom_event_profile_info": _phonecom.EVENT_PROFILE_INFO,
    "caligraph_webhook_action": _caligraph.WEBHOOK_ACTION,
    "caligraph_webhook_actions": _caligraph.WEBHOOK_ACTIONS,
    "caligraph_webhook_action_info": _caligraph.WEBHOOK_ACTION_INFO,
    "caligraph_profile_info": _caligraph.BOOKING_PAGE_INFO,
}
#: What backups may hold, by their folder: paths of foreign URLs always, and all if the task says so.
_BACKUPS = {"masked": frozenset(["path_foreign"]), "whole": frozenset(CANARIES)}
#: What the runs are given, and what the tests themselves write down.
_OURS = ("playbook.yml", "variables.json", "results.jsonl")


@dataclass(frozen=True)
class Leak:
    """A canary where it must not be."""

    place: str
    canary: str
    form: str
    around: str

    def __str__(self) -> str:
        return f"{self.place}: {self.canary}, {self.form}: ...{self.around}..."


def environment(site: Site) -> dict[str, str]:
    """Credentials in the environment, a proxy with a password, and a library that fails."""
    library = str(Path(__file__).resolve().parent / "library")
    proxy = f"http://proxy:{quote(PROXY, safe='')}@{site.dead.partition('//')[2]}"
    return {
        "PHONECOM_ACCOUNT_ID": VOIP_ID,
        "PHONECOM_API_TOKEN": TOKEN,
        "PHONECOM_API_URL": site.sandbox.phonecom_url,
        "HTTPS_PROXY": proxy,
        "PYTHONPATH": os.pathsep.join(filter(None, (library, os.environ.get("PYTHONPATH")))),
    }


def folders(folder: Path) -> dict[str, str]:
    """All places where a run may leave files, below `folder`."""
    (folder / "tmp").mkdir(parents=True)
    return {
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "ansible" / "remote"),
    }


def reports(folder: Path) -> dict[str, str]:
    """The drift report in all its forms, below `folder`."""
    files = {"JSON": "drift.json", "JUNIT": "drift.xml", "MARKDOWN": "drift.md", "HTML": "drift.html"}
    paths = {f"COMMOPS_EVENTS_REPORT_{form}": str(folder / "reports" / name) for form, name in files.items()}
    return {"ANSIBLE_CALLBACKS_ENABLED": "record_results,commops.events.drift_report", **paths}


def run_playbook(site: Site, folder: Path, cases: Sequence[Case], fast_path: str, *arguments: str) -> Played:
    """All cases as tasks of one play."""
    prepare(site.sandbox, cases)
    tasks = [case.task(extension) for extension, case in numbered(cases)]
    variables = {"cases": {case.name: case.placed(extension) for extension, case in numbered(cases)}}
    # A log file gets what libraries log, which goes to stderr otherwise. Pipelining hands a module over without a file.
    told = {"ANSIBLE_LOG_PATH": str(folder / "ansible.log"), "ANSIBLE_DISPLAY_TRACEBACK": "always"}
    other = {**told, "ANSIBLE_PIPELINING": "1"} if arguments else {}
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]
    return play(
        plays,
        folder,
        *arguments,
        variables=variables,
        environment={**environment(site), **folders(folder), **reports(folder), **other},
        fast_path=fast_path,
    )


def surprises(played: Played, cases: Sequence[Case]) -> list[str]:
    """What did not happen as the cases say: a search for leaks of something that did not happen would find none."""
    found = {item["task"]: (item["status"], item["result"]) for item in played.tasks}
    problems = []
    for case in cases:
        status, result = found.get(case.name, ("not run", {}))
        outcome = FAILED if status == "failed" else CHANGED if result.get("changed") else status
        problem = surprise(case, outcome, result, result.get("warnings", ()))
        problems.extend([problem] if problem else [])
    return problems


def surprise(case: Case, outcome: str, result: Mapping[str, Any], warnings: Iterable[Any]) -> str | None:
    """What is not as the case says, or None."""
    said = "\n".join([str(result.get("msg", "")), *map(str, warnings)])
    if outcome == case.outcome and re.search(case.says, said, re.DOTALL):
        return None
    return f"{case.name}: {outcome} instead of {case.outcome} ({case.says}): {said}"


def leaks_of_run(played: Played, folder: Path) -> list[Leak]:
    """All canaries in a run's output, its results and the files that it left."""
    found: list[Leak] = []
    for item in played.tasks:
        found.extend(_leaks(f"{item['task']}, result", texts(item["result"])))
    for place, text in _parts(played.stdout):
        found.extend(_leaks(f"{place}, stdout", [text]))
    found.extend(_leaks("stderr", [played.stderr]))
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if name in _OURS:
            continue
        found.extend(_leaks("a file's name", [name]))
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            found.extend(_leaks(f"the file {name}", [text], _BACKUPS.get(path.parent.name, frozenset())))
    return found


def open_files(folder: Path) -> list[str]:
    """Backups that others than their owner may read."""
    return [path.name for path in folder.rglob("caligraph-*.json") if stat.S_IMODE(path.stat().st_mode) != 0o600]


def _parts(stdout: str) -> Iterator[tuple[str, str]]:
    """The output, cut at the headings of tasks."""
    place = "before the first task"
    for part in re.split(r"(?m)^(?=TASK \[)", stdout):
        heading = re.match(r"TASK \[(.*?)\] \*", part)
        place = heading[1] if heading else place
        yield place, part


def leaks_in_process(case: Case, extension: int) -> tuple[list[Leak], str | None]:
    """Run a case here, without ansible-core's masking: what leaks is our own doing. Also what was not as it says."""
    called = call(RESOURCES[case.module], case.placed(extension), check=case.check)
    outcome = FAILED if called.failed else CHANGED if called["changed"] else "ok"
    place = f"{case.name}, in process"
    found = list(_leaks(place, [*texts(called.result), *called.warnings]))
    return found, surprise(case, outcome, called.result, called.warnings)


def _leaks(place: str, found: Iterable[str], allowed: frozenset[str] = frozenset()) -> Iterator[Leak]:
    # With a character between the texts that stands in no canary.
    for canary, form, around in found_in("\0".join(found)):
        if canary not in allowed:
            yield Leak(place, canary, form, around)
