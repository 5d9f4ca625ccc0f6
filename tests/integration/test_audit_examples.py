# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of nightly audits: what runs them can read them, and what they call is there."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox import seeds
from sandbox.client import Sandbox
from support.playbooks import CHECKOUT, play

EXAMPLES = CHECKOUT / "docs" / "examples"
AUDIT = "ansible-playbook commops.events.audit -e @"


def text(name: str) -> str:
    return (EXAMPLES / name).read_text(encoding="utf-8")


def parsed(name: str) -> Any:
    return yaml.safe_load(text(name))


def unit(name: str) -> configparser.ConfigParser:
    """A systemd unit, in which a key may stand several times: the last one is kept."""
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string(text(name))
    return found


def test_each_example_is_named_in_the_recipes_and_each_link_leads_somewhere() -> None:
    page = (CHECKOUT / "docs" / "recipes.md").read_text(encoding="utf-8")
    links = set(re.findall(r"\]\(([^)#]+)\)", page))
    assert {f"examples/{path.name}" for path in EXAMPLES.iterdir()} <= links
    assert [link for link in links if not (CHECKOUT / "docs" / link).exists()] == []


@pytest.mark.parametrize(
    "name", [path.name for path in EXAMPLES.iterdir() if path.name not in ("audit.yml", "awx.yml")]
)
def test_settings_of_the_report_are_those_of_the_callback(name: str) -> None:
    if name.endswith(".timer"):
        return
    source = (CHECKOUT / "plugins" / "callback" / "drift_report.py").read_text(encoding="utf-8")
    used = set(re.findall(r"COMMOPS_EVENTS_\w+", text(name)))
    assert used
    assert [setting for setting in used if f"env:\n      - name: {setting}\n" not in source] == []
    assert re.search(r"ANSIBLE_CALLBACKS_ENABLED\W+commops\.events\.drift_report$", text(name), re.MULTILINE)


def test_cron_takes_the_line() -> None:
    lines = [line for line in text("commops-events-audit.cron").splitlines() if not line.startswith("#")]
    settings = [line for line in lines if re.fullmatch(r"[A-Z_]+=\S+", line)]
    (job,) = [line for line in lines if line not in settings]
    field = r"(?:\*|\d+)(?:/\d+)?"
    assert re.fullmatch(rf"{field} {field} {field} {field} {field} [a-z][a-z0-9_-]* \S.*", job)
    # In a command, cron takes a percent sign for a line break.
    assert "%" not in job
    command = job.split(" ", 6)[6]
    assert AUDIT in command
    assert subprocess.run(["sh", "-n", "-c", command], check=False).returncode == 0


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    service, timer = unit("commops-events-audit.service"), unit("commops-events-audit.timer")
    assert service["Service"]["Type"] == "oneshot"
    assert AUDIT in service["Service"]["ExecStart"]
    assert timer["Timer"]["OnCalendar"] == "*-*-* 03:17:00"
    assert timer["Install"]["WantedBy"] == "timers.target"
    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        pytest.skip("no systemd-analyze")
    for path in EXAMPLES.glob("commops-events-audit.*"):
        if path.suffix in (".service", ".timer"):
            # It looks whether the program is there.
            (tmp_path / path.name).write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/sh", path.read_text()))
    verify = [systemd, "verify", *map(str, tmp_path.iterdir())]
    ran = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_github_takes_the_workflow() -> None:
    workflow = parsed("github-actions.yml")
    # YAML 1.1 reads the key `on` as true.
    assert workflow[True]["schedule"] == [{"cron": "17 3 * * *"}]
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert job["runs-on"]
    for step in job["steps"]:
        assert set(step) <= {"name", "uses", "with", "env", "run", "if"}
        assert ("uses" in step) != ("run" in step)
        assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1"))
        # What is a secret is an environment variable, never a part of a script.
        assert "${{" not in step.get("run", "")
        assert subprocess.run(["sh", "-n", "-c", step.get("run", "")], check=False).returncode == 0
    assert any(AUDIT in step.get("run", "") for step in job["steps"])


def test_gitlab_takes_the_job() -> None:
    ((name, job),) = parsed("gitlab-ci.yml").items()
    assert name == "audit-events"
    assert set(job) <= {"image", "rules", "timeout", "variables", "before_script", "script", "artifacts"}
    for line in (*job["before_script"], *job["script"]):
        assert subprocess.run(["sh", "-n", "-c", line], check=False).returncode == 0
    assert [line for line in job["script"] if AUDIT in line]
    assert job["artifacts"]["reports"]["junit"] == job["variables"]["COMMOPS_EVENTS_REPORT_JUNIT"]


def test_awx_is_told_of_the_playbook_that_is_there() -> None:
    ((job, schedule),) = [play["tasks"] for play in parsed("awx.yml")]
    template = job["awx.awx.job_template"]
    assert (EXAMPLES / template["playbook"]).exists()
    assert schedule["awx.awx.schedule"]["unified_job_template"] == template["name"]
    rule = r"DTSTART;TZID=[A-Za-z_/]+:\d{8}T\d{6} RRULE:FREQ=DAILY;INTERVAL=1"
    assert re.fullmatch(rule, schedule["awx.awx.schedule"]["rrule"])


def test_the_playbook_of_a_project_audits_what_the_file_beside_it_declares(sandbox: Sandbox, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    profiles = [{"name": profile["name"]} for profile in seeds.PHONECOM_PROFILES]
    account = {"phonecom": sandbox.phonecom_options(profiles=profiles)}
    (project / "events.yml").write_text(json.dumps({"commops_events_accounts": {"clinic": account}}))
    (project / "audit.yml").write_text(text("audit.yml"))
    played = play(project / "audit.yml", tmp_path, "-v")
    assert played.code == 0, played.output
    assert "clinic: clean" in played.output
    assert seeds.PHONECOM_TOKEN not in played.output
