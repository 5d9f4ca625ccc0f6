# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drift report of real runs of ansible-playbook."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from sandbox import seeds
from sandbox.client import Sandbox
from support.playbooks import Played, play

FORMATS = {"json": "drift.json", "junit": "drift.xml", "markdown": "drift.md", "html": "drift.html"}
PROFILE = "commops.events.phonecom_event_profile"
PROFILES = "commops.events.phonecom_event_profiles"
ACTIONS = "commops.events.caligraph_webhook_actions"
LINE = "Drift report: "


@dataclass
class Reported:
    """A run and the folder with its reports."""

    played: Played
    folder: Path

    @property
    def json(self) -> Any:
        return json.loads((self.folder / FORMATS["json"]).read_text())

    @property
    def verdict(self) -> str:
        assert self.json["status"] == "complete", self.played.output
        return str(self.json["verdict"])

    @property
    def line(self) -> str:
        (line,) = [line for line in self.played.stdout.splitlines() if line.startswith(LINE)]
        return line

    def reasons(self, name: str = "unknown") -> list[tuple[str, str, str]]:
        return [(item["host"], item["task"], item["reason"]) for item in self.json[name]]


def run(
    playbook: Any,
    folder: Path,
    sandbox: Sandbox,
    *arguments: str,
    variables: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    formats: Sequence[str] = tuple(FORMATS),
    inventory: str | Path | None = "one,two,",
    enabled: str = "record_results,commops.events.drift_report",
) -> Reported:
    """Play it with the report's callback, all formats in one folder, and the sandbox's accounts as defaults."""
    out = folder / "out"
    paths = {f"COMMOPS_EVENTS_REPORT_{name.upper()}": str(out / FORMATS[name]) for name in formats}
    given = {
        "phonecom": sandbox.phonecom_options(),
        "caligraph": sandbox.caligraph_options(),
        **(variables or {}),
    }
    set_up = {"ANSIBLE_CALLBACKS_ENABLED": enabled, **paths, **(environment or {})}
    played = play(playbook, folder, *arguments, variables=given, environment=set_up, inventory=inventory)
    assert "callback" not in played.stderr.lower(), played.stderr
    assert "deprecat" not in played.output.lower(), played.output
    return Reported(played, out)


def a_play(*tasks: Mapping[str, Any], hosts: str = "one", **keys: Any) -> dict[str, Any]:
    defaults = [
        {"group/commops.events.phonecom": "{{ phonecom }}"},
        {"group/commops.events.caligraph": "{{ caligraph }}"},
    ]
    base = {"hosts": hosts, "connection": "local", "gather_facts": False}
    return {**base, "module_defaults": defaults, **keys, "tasks": list(tasks)}


def audit(task: str = "Audit", module: str = PROFILE, /, **options: Any) -> dict[str, Any]:
    """A task that audits: the profile that is there as declared, if nothing else is said."""
    options = options or {"name": "My special profile", "support_email": "support@example.org"}
    return {"name": task, module: options, "check_mode": True}


DRIFTED = {"name": "My special profile", "support_email": "changed@example.org"}


def test_hosts_loops_and_services_become_one_report(tmp_path: Path, sandbox: Sandbox) -> None:
    secret = "hunter2-in-another-task"
    hook = {
        "title": seeds.WEBHOOK["title"],
        "anchor": seeds.WEBHOOK["anchor"],
        "url": "https://new.example.org/hook?token=hunter2-in-the-url",
        "secret_headers": {"X-Hidden": "hunter2-in-a-header"},
    }
    other = {"api_url": sandbox.phonecom_url, "account_id": seeds.PHONECOM_OTHER_ACCOUNT}
    other["api_token"] = seeds.PHONECOM_OTHER_TOKEN
    reported = run(
        [
            a_play(
                audit("Profiles", PROFILES, profiles=[DRIFTED, {"name": "Missing"}]),
                {**audit("Hooks", ACTIONS, profile_id=seeds.PAGE_WEBHOOK, actions=["{{ item }}"]), "loop": [hook]},
                {"name": "Another", "ansible.builtin.set_fact": {"found": secret}},
                audit("One", name=seeds.PHONECOM_PROFILES[1]["name"]),
                {"name": "Info", f"{PROFILE}_info": {}},
            ),
            a_play({**audit("Other account", PROFILE, name="{{ item }}", **other), "loop": ["A", "B"]}, hosts="two"),
        ],
        tmp_path,
        sandbox,
    )
    assert reported.played.code == 0, reported.played.output
    assert reported.verdict == "drift"
    made = reported.json
    keys = {(item["service"], item["account_id"], item["key"]): item for item in made["resources"]}
    assert set(keys) == {
        ("phonecom", "1000002", "My special profile"),
        ("phonecom", "1000002", "Missing"),
        # One that did not drift, by the module for one resource.
        ("phonecom", "1000002", seeds.PHONECOM_PROFILES[1]["name"]),
        ("phonecom", "1000003", "A"),
        ("phonecom", "1000003", "B"),
        ("caligraph", seeds.CALIGRAPH_ACCOUNT, seeds.WEBHOOK["title"]),
    }
    drifted = keys["phonecom", "1000002", "My special profile"]
    assert drifted["drift"] == [
        {
            "field": "support_email",
            "from": "support@example.org",
            "to": "changed@example.org",
            "kind": "different",
            "waived": None,
            "corrected": False,
            "hosts": ["one"],
        }
    ]
    assert keys["phonecom", "1000003", "B"]["tasks"] == ["Other account (item 2)"]
    fields = {item["field"] for item in keys["caligraph", seeds.CALIGRAPH_ACCOUNT, seeds.WEBHOOK["title"]]["drift"]}
    assert {"url", "secret_headers.X-Hidden"} <= fields
    assert made["totals"]["hosts"] == 2
    assert made["totals"]["requests"] == len(sandbox.log())
    assert reported.line.startswith("Drift report: drift (6 resources audited on 2 hosts, 5 drifted). Report: ")
    for name in FORMATS.values():
        path = reported.folder / name
        text = path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert str(path) in reported.line
        # One that shows nothing of the run would hold no secrets either.
        assert "changed@example.org" in text
        for hidden in (secret, "hunter2", str(seeds.PHONECOM_TOKEN), str(seeds.CALIGRAPH_KEY)):
            assert hidden not in text, name
    assert len(ElementTree.parse(reported.folder / FORMATS["junit"]).findall(".//failure")) == 5


def test_a_clean_audit_is_clean(tmp_path: Path, sandbox: Sandbox) -> None:
    # By the short name that `collections` allows.
    reported = run(
        [a_play(audit("Audit", "phonecom_event_profile"), collections=["commops.events"])],
        tmp_path,
        sandbox,
        "--check",
        formats=["json"],
    )
    assert reported.verdict == "clean"
    assert reported.json["check_mode"] is True
    assert reported.json["playbooks"] == ["playbook.yml"]
    assert reported.json["generator"]["name"] == "commops.events"
    assert [path.name for path in reported.folder.iterdir()] == [FORMATS["json"]]


def test_no_failure_and_no_silence_is_green(tmp_path: Path, sandbox: Sandbox) -> None:
    broken = {"id": 77, "name": "No such id"}
    unreachable = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}
    reported = run(
        [
            a_play(
                audit(),
                {**audit("Ignored", **broken), "ignore_errors": True},
                {**audit("Made a success", **broken), "failed_when": False},
                {"block": [audit("Rescued", **broken)], "rescue": [{"ansible.builtin.debug": {"msg": "went wrong"}}]},
                {**audit("Templated", name="{{ nowhere }}"), "ignore_errors": True},
                {**audit("Condition"), "failed_when": True, "ignore_errors": True},
                {**audit("Condition on drift", **DRIFTED), "failed_when": True, "ignore_errors": True},
                {**audit("Skipped"), "when": False},
                {**audit("Hidden"), "no_log": True},
                {**audit("Hidden in a loop"), "loop": [1], "no_log": True},
                {**audit("Item skipped"), "loop": [1, 2], "when": "item == 1"},
                {**audit("No items"), "loop": []},
                {**audit("Background"), "check_mode": False, "async": 20, "poll": 0},
            ),
            a_play({**audit("Unreachable"), "vars": unreachable}, hosts="two"),
        ],
        tmp_path,
        sandbox,
        formats=["json"],
    )
    assert reported.verdict == "failed"
    names = ["Ignored", "Made a success", "Rescued", "Templated"]
    assert reported.reasons("failures") == [
        *(("one", name, "failed") for name in names),
        ("one", "Condition", "condition"),
    ]
    assert reported.reasons() == [
        ("one", "Skipped", "skipped"),
        ("one", "Hidden", "censored"),
        ("one", "Hidden in a loop (item 1)", "censored"),
        ("one", "Item skipped (item 2)", "skipped"),
        ("one", "No items", "skipped"),
        ("one", "Background", "no_result"),
        ("two", "Unreachable", "unreachable"),
    ]
    messages = [item["message"] for item in reported.json["failures"]]
    assert messages[0].startswith("There is no event profile with id 77 here")
    assert "nowhere" in messages[3]
    assert not any("\n" in message for message in messages)


def test_what_a_failure_leaves_out_is_unknown(tmp_path: Path, sandbox: Sandbox) -> None:
    fail = {
        "name": "Read the credentials",
        "ansible.builtin.fail": {"msg": "no"},
        "when": "inventory_hostname == 'one'",
    }
    (tmp_path / "included.yml").write_text(json.dumps([fail, audit("Audit in a file")]))
    go_on = {"ansible.builtin.debug": {"msg": "never mind"}}
    include = {"name": "Include", "ansible.builtin.include_tasks": str(tmp_path / "included.yml")}
    reported = run(
        [
            a_play({"block": [fail, audit("Audit in a block")], "rescue": [go_on]}, audit(), hosts="all"),
            a_play({"block": [include], "rescue": [go_on]}, hosts="all"),
            a_play(fail, {**include, "name": "Include later"}, hosts="all"),
        ],
        tmp_path,
        sandbox,
        formats=["json"],
    )
    assert reported.verdict == "incomplete"
    assert reported.reasons() == [
        ("one", name, "not_reached") for name in ("Audit in a block", "Audit in a file", "Include later")
    ]
    (resource,) = reported.json["resources"]
    assert resource["audits"] == 5

    # Nobody knows what else a file would have brought in for a host that failed inside it.
    alone = run([a_play(audit(), include)], tmp_path, sandbox, formats=["json"])
    assert alone.reasons() == [
        ("one", "Audit in a file", "not_reached"),
        ("one", "Read the credentials", "not_reached"),
    ]


def test_hosts_and_plays_that_are_never_begun_are_unknown(tmp_path: Path, sandbox: Sandbox) -> None:
    """They have no result at all. A host that failed in one play is left out of the next."""
    fail = {"name": "Notify", "ansible.builtin.fail": {"msg": "no"}, "when": "inventory_hostname == 'one'"}
    later = a_play(audit("Later"), hosts="all")
    for number, (plays, left) in enumerate(
        [
            ([a_play(fail, hosts="all"), later], ("one", "Later")),
            ([a_play(audit(), fail, hosts="all", serial=1)], ("two", "Audit")),
            ([a_play(audit(), fail), later], (None, "Later")),
        ]
    ):
        reported = run(plays, tmp_path / str(number), sandbox)
        assert reported.verdict == "incomplete"
        assert reported.reasons() == [(*left, "not_reached")]


def test_a_judgement_after_the_audits_takes_nothing_from_them(tmp_path: Path, sandbox: Sandbox) -> None:
    judge = {"name": "Judge", "ansible.builtin.fail": {"msg": "drift"}}
    reported = run([a_play(audit(**DRIFTED), judge)], tmp_path, sandbox, formats=["json"])
    assert reported.played.code == 2
    assert reported.verdict == "drift"


def test_nothing_audited_is_incomplete(tmp_path: Path, sandbox: Sandbox) -> None:
    tasks = [{"ansible.builtin.debug": {"msg": "hello"}}, {"name": "Info", f"{PROFILE}_info": {}}]
    for number, task in enumerate(tasks):
        reported = run([a_play(task)], tmp_path / str(number), sandbox, formats=["json"])
        assert reported.verdict == "incomplete"
        assert [item["reason"] for item in reported.json["unknown"]] == ["nothing_audited"]


def test_fewer_hosts_than_expected_are_incomplete(tmp_path: Path, sandbox: Sandbox) -> None:
    for number, (expected, verdict) in enumerate([(1, "clean"), ("{{ 1 + 1 }}", "incomplete"), ("many", "incomplete")]):
        variables = {"commops_events_expect_hosts": expected}
        reported = run([a_play(audit())], tmp_path / str(number), sandbox, variables=variables, formats=["json"])
        assert reported.verdict == verdict
    assert reported.json["warnings"]


def test_accepted_deviations_come_from_extra_play_and_host_variables(tmp_path: Path, sandbox: Sandbox) -> None:
    waiver = {"resource": "event_profile", "key": "My special profile", "field": "support_email", "reason": "known"}
    future, past = {**waiver, "until": "{{ '2999-12-31' }}"}, {**waiver, "until": "2001-01-01"}
    inventory = tmp_path / "hosts.yml"
    hosts = {"one": {"commops_events_accepted": [future]}, "two": {}}
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
    audits = a_play(audit(**DRIFTED))

    def verdict(name: str, plays: list[Any], **more: Any) -> Any:
        return run(plays, tmp_path / name, sandbox, formats=["json", "html"], **more).json

    # YAML reads the bare date as a date, which is what a playbook has.
    extra = tmp_path / "accepted.yml"
    extra.write_text(
        "commops_events_accepted: [{resource: event_profile, key: My special profile, until: 2999-12-31}, {oops: 1}]"
    )
    played = run([audits], tmp_path / "extra", sandbox, "-e", f"@{extra}")
    made = played.json
    assert (made["verdict"], made["resources"][0]["state"]) == ("clean", "waived")
    assert made["resources"][0]["drift"][0]["waived"] == {"until": "2999-12-31", "reason": ""}
    assert ["entry 2" in warning for warning in made["warnings"]] == [True]
    assert "entry 2" in (played.folder / FORMATS["html"]).read_text()

    made = verdict("play", [{**audits, "vars": {"commops_events_accepted": [future, past]}}])
    assert (made["verdict"], [item["state"] for item in made["waivers"]]) == ("clean", ["expired", "active"])
    assert verdict("expired", [{**audits, "vars": {"commops_events_accepted": [past]}}])["verdict"] == "drift"
    assert verdict("host", [audits], inventory=inventory)["verdict"] == "clean"
    # The same drift on a host that doesn't accept it.
    both = a_play(audit(**DRIFTED), hosts="all")
    made = verdict("both", [both], inventory=inventory)
    assert (made["verdict"], made["totals"]["resources"]) == ("drift", 1)
    assert made["notes"] == ["1 resource was audited for several hosts and counted once."]
    broken = [{**audits, "vars": {"commops_events_accepted": "{{ nowhere.at_all }}"}}]
    made = verdict("broken", broken)
    assert made["verdict"] == "drift"
    assert ["can't be read" in warning for warning in made["warnings"]] == [True]


def test_a_run_that_writes_shows_what_it_corrected(tmp_path: Path, sandbox: Sandbox) -> None:
    reported = run([a_play({"name": "Apply", PROFILE: DRIFTED}, audit("Again", **DRIFTED))], tmp_path, sandbox)
    (drift,) = [item for resource in reported.json["resources"] for item in resource["drift"]]
    assert drift["corrected"] is True
    assert "Corrected in this run" in (reported.folder / FORMATS["html"]).read_text()


def test_reports_are_running_until_the_end(tmp_path: Path, sandbox: Sandbox) -> None:
    folder = tmp_path / "out"
    slurps = [{"name": name, "ansible.builtin.slurp": {"src": str(folder / file)}} for name, file in FORMATS.items()]
    reported = run([a_play(audit(), *slurps)], tmp_path, sandbox)
    texts = {name: base64.b64decode(reported.played.result(name)["content"]).decode() for name in FORMATS}
    during = json.loads(texts["json"])
    assert (during["status"], during["verdict"], during["resources"]) == ("running", "incomplete", [])
    assert during["run"] == reported.json["run"]
    assert "<error" in texts["junit"]
    assert "has not finished" in texts["markdown"]
    assert "has not finished" in texts["html"]
    assert reported.verdict == "clean"


def test_a_run_that_is_killed_leaves_no_report_of_yesterday(tmp_path: Path, sandbox: Sandbox) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for name in FORMATS.values():
        (folder / name).write_text("clean, yesterday")
    # The lookup's shell is a child of Ansible's worker, which is a child of ansible-playbook.
    parent = "{{ lookup('ansible.builtin.pipe', 'cut -d \" \" -f 4 /proc/$PPID/stat') }}"
    kill = {"name": "Kill", "ansible.builtin.command": {"cmd": f"kill -KILL {parent}"}}
    reported = run([a_play(audit(), kill)], tmp_path, sandbox)
    assert reported.played.code < 0, reported.played.output
    assert reported.json["status"] == "running"
    for name in FORMATS.values():
        assert "yesterday" not in (folder / name).read_text()


def test_a_report_that_can_not_be_started_stops_the_run(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "file").write_text("in the way")
    paths = {"COMMOPS_EVENTS_REPORT_JSON": str(tmp_path / "file" / "drift.json")}
    same = {"COMMOPS_EVENTS_REPORT_JSON": str(tmp_path / "x"), "COMMOPS_EVENTS_REPORT_HTML": str(tmp_path / "x")}
    for number, environment in enumerate((paths, same)):
        reported = run([a_play(audit())], tmp_path / str(number), sandbox, environment=environment, formats=[])
        assert reported.played.code == 1, reported.played.output
        assert "No drift report can be written, so nothing is run" in reported.played.stderr
        assert reported.played.tasks == []
    assert sandbox.log() == []


def test_a_report_that_can_not_be_finished_is_told_and_stays_unfinished(tmp_path: Path, sandbox: Sandbox) -> None:
    spoil = {
        "name": "Spoil",
        "ansible.builtin.shell": f"rm {tmp_path}/out/drift.json && mkdir {tmp_path}/out/drift.json",
    }
    reported = run([a_play(audit(), spoil)], tmp_path, sandbox)
    assert "The drift report is not complete" in reported.played.stderr
    assert "Everything is as declared" in (reported.folder / FORMATS["html"]).read_text()


def test_paths_can_stand_in_the_configuration(tmp_path: Path, sandbox: Sandbox) -> None:
    config = tmp_path / "ansible.cfg"
    lines = [
        "[defaults]",
        "callbacks_enabled = commops.events.drift_report",
        "[callback_drift_report]",
        *(f"{name} = reports/{file}" for name, file in FORMATS.items()),
    ]
    config.write_text("\n".join(lines))
    environment = {"ANSIBLE_CONFIG": str(config)}
    run([a_play(audit())], tmp_path / "run", sandbox, environment=environment, formats=[])
    # Relative to the configuration, wherever it is run.
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == sorted(FORMATS.values())


def test_several_playbooks_of_one_command_are_one_report(tmp_path: Path, sandbox: Sandbox) -> None:
    second = tmp_path / "second.yml"
    second.write_text(json.dumps([a_play(audit("Second", **DRIFTED))]))
    reported = run([a_play(audit("First"))], tmp_path, sandbox, str(second), formats=["json"])
    assert reported.json["playbooks"] == ["playbook.yml", "second.yml"]
    (resource,) = reported.json["resources"]
    assert (reported.verdict, resource["tasks"]) == ("drift", ["First", "Second"])


def test_it_keeps_quiet_where_there_is_nothing_to_say(tmp_path: Path, sandbox: Sandbox) -> None:
    reported = run([a_play({"ansible.builtin.debug": {"msg": "hello"}})], tmp_path / "a", sandbox, formats=[])
    assert LINE not in reported.played.stdout
    reported = run([a_play(audit())], tmp_path / "b", sandbox, formats=[])
    assert reported.line == "Drift report: clean (1 resource audited on 1 host, 0 drifted)."


@pytest.mark.parametrize("fast_path", ["on", "off"])
def test_both_ways_of_running_a_module_are_reported_alike(tmp_path: Path, sandbox: Sandbox, fast_path: str) -> None:
    variables = {"commops_events_fast_path": fast_path}
    action = {"name": "By a variable", "action": "{{ module }}", "args": DRIFTED, "vars": {"module": PROFILE}}
    plays = [a_play(audit("Profiles", PROFILES, profiles=[DRIFTED]), {**action, "check_mode": True, "loop": [1]})]
    reported = run(plays, tmp_path, sandbox, variables={**variables, "module": PROFILE}, formats=["json"])
    failures = [item["message"] for item in reported.json["failures"]]
    # Defaults of a group don't reach an action whose name is not known yet.
    assert all("account_id" in message for message in failures)
    assert [item["key"] for item in reported.json["resources"]] == ["My special profile"]
    assert reported.json["resources"][0]["audits"] + len(failures) == 2
