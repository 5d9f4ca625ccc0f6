# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbook `audit` accepts, expects and refuses: it is never green by mistake."""

from __future__ import annotations

import copy
import json
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from sandbox import seeds
from sandbox.client import Sandbox
from support.accounts import (
    APPLY,
    AUDIT,
    CLEAN,
    FAILED,
    REPORT,
    REPORTED,
    Account,
    run,
    told,
    two_accounts,
    verdict,
    verdicts,
)
from support.playbooks import CHECKOUT, Played, play
from support.scenarios import SECRETS

#: All that drifted in the two accounts, accepted.
ACCEPTED = (
    {"resource": "event_profile", "key": "Front desk", "field": "support_email"},
    {"resource": "event_profile", "key": "Night line"},
    {"resource": "event_profile", "key": "Only one"},
    {"resource": "webhook_action", "key": "Changed", "field": "url"},
    {"resource": "webhook_action", "key": "Changed", "field": "secret_headers.X-Auth"},
    {"resource": "webhook_action", "key": "New", "scope": seeds.PAGE_WEBHOOK},
    {"resource": "webhook_action", "key": "New", "scope": seeds.PAGE_EMPTY},
)


@pytest.fixture
def accounts(sandbox: Sandbox) -> dict[str, Account]:
    """Two accounts that drifted."""
    return two_accounts(sandbox)


def accepted(*entries: dict[str, str], until: str = "2999-12-31", reason: str = "Moves soon") -> dict[str, Any]:
    return {"commops_events_accepted": [{"until": until, "reason": reason, **entry} for entry in entries]}


def message(played: Played) -> str:
    """What the run failed with."""
    failed = [item["result"] for item in played.tasks if item["status"] == "failed"]
    return str(failed[-1]["msg"])


def test_what_is_accepted_shows_and_does_not_count(
    sandbox: Sandbox, accounts: dict[str, Account], tmp_path: Path
) -> None:
    audit = run(AUDIT, accounts, tmp_path, variables=accepted(*ACCEPTED))
    assert audit.code == CLEAN, audit.output
    assert verdicts(audit) == {"first": "clean, 6 accepted", "1-second": "clean, 1 accepted"}
    assert told(audit, "Show what drifted", "1-second") == [
        "accepted until 2999-12-31 (Moves soon), missing: event profile 'Only one'"
    ]
    totals = json.loads((tmp_path / REPORT).read_text())["totals"]
    assert (totals["drifts"], totals["waived_drifts"]) == (0, 7)
    assert sandbox.unsafe_requests() == []


def test_what_is_not_accepted_counts(accounts: dict[str, Account], tmp_path: Path) -> None:
    audit = run(AUDIT, accounts, tmp_path, variables=accepted(*ACCEPTED[1:]))
    assert audit.code == FAILED
    assert verdicts(audit) == {"first": "1 drift, 5 accepted", "1-second": "clean, 1 accepted"}
    assert verdict(tmp_path) == "drift"


def test_after_its_last_day_it_counts_again(accounts: dict[str, Account], tmp_path: Path) -> None:
    audit = run(AUDIT, accounts, tmp_path, variables=accepted(*ACCEPTED, until="2020-01-01"))
    assert audit.code == FAILED
    assert verdicts(audit) == {"first": "6 drifts", "1-second": "1 drift"}


def test_the_last_day_as_yaml_has_it(accounts: dict[str, Account], tmp_path: Path) -> None:
    """A bare date, as the documentation shows it, is no text."""
    told_so = tmp_path / "accepted.yml"
    told_so.write_text(yaml.safe_dump(accepted(*ACCEPTED)).replace("'2999-12-31'", "2999-12-31"))
    assert "until: 2999-12-31" in told_so.read_text()
    audit = run(AUDIT, accounts, tmp_path, "-e", f"@{told_so}")
    assert audit.code == CLEAN, audit.output


def test_accepted_as_a_variable_of_localhost(accounts: dict[str, Account], tmp_path: Path) -> None:
    """Where accounts may stand, their deviations may."""
    inventory = tmp_path / "hosts.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": {"localhost": accepted(*ACCEPTED)}}}))
    assert run(AUDIT, accounts, tmp_path, inventory=inventory).code == CLEAN


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (accepted({"resource": "event_profile", "key": "x"}, until="soon"), "until must be a date"),
        (accepted({"resource": "event_profile", "key": "x", "feild": "name"}), "there is no feild"),
        ({"commops_events_accepted": "all"}, "is no list"),
        ({"commops_events_accepted": ""}, "is no list"),
        ({"commops_events_expect_hosts": "all"}, "commops_events_expect_hosts has to be a number"),
        ({"commops_events_expect_hosts": ""}, "commops_events_expect_hosts has to be a number"),
    ],
)
def test_what_is_misspelt_is_refused_before_anything_is_read(
    wrong: dict[str, Any], why: str, sandbox: Sandbox, accounts: dict[str, Account], tmp_path: Path
) -> None:
    audit = run(AUDIT, accounts, tmp_path, variables=wrong)
    assert audit.code == FAILED
    assert why in message(audit)
    assert sandbox.log() == []


def test_fewer_accounts_than_expected_fail(accounts: dict[str, Account], tmp_path: Path) -> None:
    clean = accepted(*ACCEPTED)
    enough = run(AUDIT, accounts, tmp_path / "1", variables={**clean, "commops_events_expect_hosts": 2})
    assert enough.code == CLEAN, enough.output
    del accounts["first"]
    audit = run(AUDIT, accounts, tmp_path / "2", variables={**clean, "commops_events_expect_hosts": "2"})
    assert audit.code == FAILED
    assert "there are 2 accounts to audit, but only 1 were declared" in message(audit)
    assert verdict(tmp_path / "2") == "incomplete"


def test_accounts_are_expected_where_their_hosts_see_it_too(accounts: dict[str, Account], tmp_path: Path) -> None:
    """The drift report takes it from there as well."""
    inventory = tmp_path / "inventory"
    (inventory / "group_vars").mkdir(parents=True)
    (inventory / "hosts.yml").write_text("web:\n  hosts:\n    web1:\n")
    (inventory / "group_vars" / "commops_events.yml").write_text("commops_events_expect_hosts: 3\n")
    audit = run(AUDIT, accounts, tmp_path / "run", variables=accepted(*ACCEPTED), inventory=inventory)
    assert audit.code == FAILED
    assert "there are 3 accounts to audit, but only 2 were declared" in message(audit)


def test_nothing_to_compare_is_no_audit(accounts: dict[str, Account], tmp_path: Path) -> None:
    """One account may be empty, as an export of such a one is; all of them are a mistake."""
    accounts["first"] = {"caligraph": {**accounts["first"]["caligraph"]}}
    accounts["first"]["caligraph"]["pages"] = [{"profile_subdomain": "intake", "actions": []}]
    clean = accepted(*ACCEPTED)
    one = run(AUDIT, accounts, tmp_path / "1", variables=clean)
    assert one.code == CLEAN, one.output
    assert verdicts(one) == {"first": "clean, nothing to compare", "1-second": "clean, 1 accepted"}
    accounts["1-second"]["phonecom"]["profiles"] = []
    audit = run(AUDIT, accounts, tmp_path / "2", variables=clean)
    assert audit.code == FAILED
    assert message(audit).startswith("Nothing was audited")
    assert verdict(tmp_path / "2") == "incomplete"


@pytest.mark.parametrize("playbook", [AUDIT, APPLY])
@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--limit", "first"), "--limit"),
        (("--limit", "web1"), "--limit"),
        (("--skip-tags", "other,always"), "--skip-tags always"),
        (("--start-at-task", "No such task"), "--start-at-task"),
        (("--start-at-task", "Judge the account", "--limit", "all"), "--limit and --start-at-task"),
    ],
)
def test_options_that_would_leave_accounts_out_are_refused(
    options: tuple[str, ...], named: str, playbook: str, sandbox: Sandbox, accounts: dict[str, Account], tmp_path: Path
) -> None:
    """Ansible itself would leave plays out, and the exit code would be 0."""
    inventory = tmp_path / "hosts.yml"
    inventory.write_text("first:\n  hosts:\n    web1:\n")
    variables = {**SECRETS, "commops_events_accounts": accounts}
    played = play(playbook, tmp_path, *options, variables=variables, environment=REPORTED, inventory=inventory)
    assert played.code not in (0, FAILED)
    assert f"Leave out {named}: accounts would be left out" in played.output
    assert sandbox.log() == []
    report = json.loads((tmp_path / REPORT).read_text())
    assert (report["status"], report["verdict"]) == ("running", "incomplete")


def _same_profiles(accounts: dict[str, Account]) -> None:
    accounts["third"] = {"phonecom": copy.deepcopy(accounts["first"]["phonecom"])}
    accounts["third"]["phonecom"]["account_id"] = int(accounts["first"]["phonecom"]["account_id"])


def _same_page(accounts: dict[str, Account]) -> None:
    caligraph = copy.deepcopy(accounts["first"]["caligraph"])
    caligraph["account_id"] = caligraph["account_id"].upper()
    del caligraph["pages"][0]["profile_id"]
    caligraph["pages"][0]["profile_ids"] = [seeds.PAGE_EMPTY, seeds.PAGE_WEBHOOK]
    caligraph["pages"][1] = {"all_profiles": True, "actions": []}
    accounts["third"] = {"caligraph": caligraph}


@pytest.mark.parametrize("playbook", [AUDIT, APPLY])
@pytest.mark.parametrize(
    ("change", "what"),
    [
        (_same_profiles, r"first and third declare the event profiles of the same Phone\.com account\. Each would"),
        (
            _same_page,
            rf"first and third declare the booking page with profile_id {seeds.PAGE_WEBHOOK} of the same Caligraph",
        ),
    ],
)
def test_two_accounts_that_declare_the_same_are_refused(
    playbook: str,
    change: Callable[[dict[str, Account]], None],
    what: str,
    sandbox: Sandbox,
    accounts: dict[str, Account],
    tmp_path: Path,
) -> None:
    change(accounts)
    ran = run(playbook, accounts, tmp_path)
    assert ran.code == FAILED
    assert re.match(what, message(ran))
    assert sandbox.log() == []


def test_parts_of_one_account_may_be_declared_apart(accounts: dict[str, Account], tmp_path: Path) -> None:
    """Another extension, other pages, another address of the page."""
    third = copy.deepcopy(accounts["first"])
    third["phonecom"].update(extension_id=seeds.PHONECOM_EXTENSION, profiles=[])
    third["caligraph"]["pages"] = [{"profile_subdomain": "follow-up", "actions": []}]
    accounts["third"] = third
    audit = run(AUDIT, accounts, tmp_path)
    assert verdicts(audit) == {"first": "6 drifts", "1-second": "1 drift", "third": "clean, nothing to compare"}


@pytest.mark.parametrize("asked", ["environment", "configuration"])
def test_a_report_that_nobody_would_write_is_missed_at_once(
    asked: str, sandbox: Sandbox, accounts: dict[str, Account], tmp_path: Path
) -> None:
    (tmp_path / "ansible.cfg").write_text("[callback_drift_report]\nhtml = drift.html\n")
    environment = {
        "environment": {"COMMOPS_EVENTS_REPORT_JUNIT": "drift.xml"},
        "configuration": {"ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg")},
    }[asked]
    variables = {**SECRETS, "commops_events_accounts": accounts}
    audit = play(AUDIT, tmp_path, variables=variables, environment=environment)
    assert audit.code == FAILED
    assert "the callback commops.events.drift_report is not enabled" in message(audit)
    assert sandbox.log() == []


def test_a_token_that_no_password_decrypts(accounts: dict[str, Account], tmp_path: Path) -> None:
    """The others are audited all the same, and the message says what is wrong."""
    encrypted = VaultLib().encrypt(SECRETS["phonecom_token"], VaultSecret(b"not given to the run"))
    accounts["first"]["phonecom"]["api_token"] = "{{ locked }}"
    variables = tmp_path / "locked.yml"
    variables.write_text(f"locked: !vault |\n{textwrap.indent(encrypted.decode(), '  ')}")
    audit = run(AUDIT, accounts, tmp_path, "-e", f"@{variables}", variables=accepted(*ACCEPTED))
    assert audit.code == FAILED
    assert verdict(tmp_path) == "incomplete"
    assert "decrypt" in audit.output.lower()
    if "1-second" in {item["host"] for item in audit.tasks}:
        assert re.match("not audited: .*decrypt", verdicts(audit)["first"])
        assert verdicts(audit)["1-second"] == "clean, 1 accepted"


def test_an_account_that_is_wrong_makes_the_report_incomplete(accounts: dict[str, Account], tmp_path: Path) -> None:
    """None of its tasks is reached; what is not known is not clean."""
    accounts["first"] = {"phonecom": {**accounts["first"]["phonecom"], "porfiles": []}}
    audit = run(AUDIT, accounts, tmp_path, variables=accepted(*ACCEPTED))
    assert audit.code == FAILED
    assert verdicts(audit)["1-second"] == "clean, 1 accepted"
    assert verdict(tmp_path) == "incomplete"


def test_the_variables_are_documented() -> None:
    page = (CHECKOUT / "playbooks" / "README.md").read_text(encoding="utf-8")
    assert "`commops_events_expect_hosts`" in page
    assert "`commops_events_accepted`" in page
