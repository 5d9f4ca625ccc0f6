# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks `commops.events.audit` and `commops.events.apply`, called by their names as a user calls them."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.release import __version__ as ansible_version

from sandbox import seeds
from sandbox.client import Sandbox
from support.accounts import APPLY, AUDIT, CLEAN, FAILED, Account, run, told, two_accounts, verdicts
from support.playbooks import Played, play
from support.scenarios import OLD_HEADER, SECRETS

#: Before 2.19, Ansible evaluates a variable as a whole, and one wrong value spoils it for all accounts.
WHOLE_VARIABLES = tuple(map(int, ansible_version.split(".")[:2])) < (2, 19)


@pytest.fixture
def accounts(sandbox: Sandbox) -> dict[str, Account]:
    """Two accounts that drifted."""
    return two_accounts(sandbox)


def diffs(played: Played) -> list[str]:
    """The diffs in the output; which account comes first is left to chance."""
    return sorted(re.findall(r"^--- before.*?(?=^\S*changed: )", played.stdout, re.MULTILINE | re.DOTALL))


def foreign(sandbox: Sandbox) -> list[dict[str, Any]]:
    """What nobody declared."""
    emails = [action for action in sandbox.actions() if action["type"] == "EMAIL"]
    return emails + [row for row in sandbox.profiles() if row["id"] in (seeds.PROFILE_FREE, seeds.PROFILE_IN_USE)]


def test_audit_apply_audit(sandbox: Sandbox, accounts: dict[str, Account], tmp_path: Path) -> None:
    before, untouched = sandbox.state(), foreign(sandbox)

    audit = run(AUDIT, accounts, tmp_path / "1")
    assert audit.code == FAILED
    assert told(audit, "Show what drifted", "first") == [
        "different: event profile 'Front desk': support_email old@example.org -> desk@example.org",
        "missing: event profile 'Night line'",
        f"different: webhook action 'Changed' of page {seeds.PAGE_WEBHOOK}: url"
        " https://old.example.org/?t=(secret, old value) -> https://crm.example.org/?t=(secret, new value)",
        f"different: webhook action 'Changed' of page {seeds.PAGE_WEBHOOK}: secret_headers.X-Auth"
        " (secret, old value) -> (secret, new value)",
        f"missing: webhook action 'New' of page {seeds.PAGE_WEBHOOK}",
        f"missing: webhook action 'New' of page {seeds.PAGE_EMPTY}",
    ]
    assert verdicts(audit) == {"first": "6 drifts", "1-second": "1 drift"}
    assert len(diffs(audit)) == 4

    check = run(APPLY, accounts, tmp_path / "2", "--check", "--diff")
    assert check.code == CLEAN
    assert sandbox.state() == before
    assert sandbox.unsafe_requests() == []

    apply = run(APPLY, accounts, tmp_path / "3", "--diff")
    assert apply.code == CLEAN
    assert diffs(apply) == diffs(check) == diffs(audit)
    assert told(apply, "Show what changes", "first") == [
        "updated: event profile 'Front desk'",
        "created: event profile 'Night line'",
        "updated: webhook action 'Changed'",
        "created: webhook action 'New'",
        "created: webhook action 'New'",
    ]
    assert told(apply, "Show what changes", "first") == told(check, "Show what changes", "first")
    assert foreign(sandbox) == untouched

    applied, mark = sandbox.state(), sandbox.mark()
    again = run(AUDIT, accounts, tmp_path / "4")
    assert again.code == CLEAN
    assert verdicts(again) == {"first": "clean", "1-second": "clean"}
    assert again.result("All accounts are as declared")["msg"] == "Nothing drifted; accounts audited: 2."
    assert sandbox.unsafe_requests(mark) == []
    assert sandbox.state() == applied


def test_audit_goes_on_after_failures(sandbox: Sandbox, accounts: dict[str, Account], tmp_path: Path) -> None:
    second = accounts.pop("1-second")
    refused = copy.deepcopy(accounts["first"])
    refused["phonecom"]["api_token"] = "{{ wrong_token }}"
    unknown_page = {"caligraph": copy.deepcopy(accounts["first"]["caligraph"])}
    unknown_page["caligraph"]["pages"] = [
        {"profile_id": seeds.PAGE_FOREIGN, "actions": []},
        {"profile_title": "Workshop", "actions": accounts["first"]["caligraph"]["pages"][1]["actions"]},
    ]
    guarded = {
        **accounts["first"]["phonecom"],
        "extension_id": seeds.PHONECOM_EXTENSION,
        "profiles": [],
        "purge": True,
        "purge_only": {"everything": True},
        "max_deletions": 0,
    }
    sandbox.set_profiles([{"name": "Unexpected"}], extension=seeds.PHONECOM_EXTENSION)
    sandbox.set_profiles([{"name": "Only one"}], account=seeds.PHONECOM_OTHER_ACCOUNT)
    named = {
        "refused": refused,
        "misspelt": {"phonecom": {**second["phonecom"], "account_id": "1000004", "porfiles": []}},
        "unknown_page": unknown_page,
        "guarded": {"phonecom": guarded},
        "nothing": {"caligraph": {**accounts["first"]["caligraph"], "pages": []}},
        "clean": second,
    }
    audit = run(AUDIT, named, tmp_path)
    assert audit.code == FAILED
    found = verdicts(audit)
    assert found["clean"] == "clean"
    assert re.fullmatch(
        r"not audited: GET .* refused by Phone.com with status 401.*; 4 drifts in the rest", found["refused"]
    )
    assert re.fullmatch(r"not audited: The variables of account misspelt are wrong: .*porfiles.*", found["misspelt"])
    assert re.fullmatch(r"not audited: GET .* with status 401 .*; 1 drift in the rest", found["unknown_page"])
    assert re.fullmatch(r"not audited: max_deletions: .*; 1 drift in the rest", found["guarded"])
    assert found["nothing"] == "not audited: not all that it declares was read"
    assert told(audit, "Show what drifted", "guarded") == [
        f"unexpected: event profile 'Unexpected' of extension {seeds.PHONECOM_EXTENSION}"
    ]
    assert audit.result("All accounts are as declared")["msg"] == (
        "1 of 6 accounts are as declared; these are not, see above: refused, misspelt, unknown_page, guarded, nothing."
    )
    assert sandbox.unsafe_requests() == []


def test_a_secret_that_cannot_be_looked_up(accounts: dict[str, Account], tmp_path: Path) -> None:
    accounts["first"]["phonecom"]["api_token"] = "{{ nobody_defined_this }}"
    audit = run(AUDIT, accounts, tmp_path)
    assert audit.code == FAILED
    if WHOLE_VARIABLES:
        assert "it also counts as undefined where it refers to a variable that is" in audit.output
        return
    found = verdicts(audit)
    assert found["1-second"] == "1 drift"
    assert re.fullmatch(r"not audited: .*nobody_defined_this.*", found["first"])


def test_nothing_is_applied_while_variables_are_wrong(
    sandbox: Sandbox, accounts: dict[str, Account], tmp_path: Path
) -> None:
    accounts["misspelt"] = {"phonecom": {**accounts["1-second"]["phonecom"], "porfiles": []}}
    assert run(APPLY, accounts, tmp_path).code == FAILED
    assert sandbox.log() == []


def test_apply_goes_on_with_other_accounts(sandbox: Sandbox, accounts: dict[str, Account], tmp_path: Path) -> None:
    accounts["first"]["phonecom"]["api_token"] = "{{ wrong_token }}"
    apply = run(APPLY, accounts, tmp_path)
    assert apply.code == FAILED
    assert [row["name"] for row in sandbox.profiles(account=seeds.PHONECOM_OTHER_ACCOUNT)] == ["Only one"]


def test_wrong_variables_show_no_secret(sandbox: Sandbox, accounts: dict[str, Account], tmp_path: Path) -> None:
    secret = "{{ new_header }}"
    page = accounts["first"]["caligraph"]["pages"][0]
    phonecom, caligraph = accounts["first"]["phonecom"], accounts["first"]["caligraph"]
    wrong: dict[str, Any] = {
        "text": secret,
        "list": [secret],
        "none": None,
        "empty": {},
        "service_text": {"phonecom": secret},
        "service_list": {"caligraph": [secret, {secret: secret}]},
        "token_list": {"phonecom": {**phonecom, "api_token": [secret]}},
        "token_mapping": {"phonecom": {**phonecom, "api_token": {"value": secret}}},
        "token_missing": {"phonecom": {name: value for name, value in phonecom.items() if name != "api_token"}},
        "token_empty": {"phonecom": {**phonecom, "api_token": ""}},
        "token_broken": {"phonecom": {**phonecom, "api_token": f"{secret}\n"}},
        "token_as_account": {"phonecom": {**phonecom, "account_id": "{{ wrong_token }}"}},
        "profiles_text": {"phonecom": {**phonecom, "profiles": secret}},
        "profiles_null": {"phonecom": {**phonecom, "profiles": None}},
        "key_list": {"caligraph": {**caligraph, "api_key": [secret]}},
        "pages_text": {"caligraph": {**caligraph, "pages": secret}},
        "pages_texts": {"caligraph": {**caligraph, "pages": [secret]}},
        "actions_text": {"caligraph": {**caligraph, "pages": [{**page, "actions": secret}]}},
        "actions_texts": {"caligraph": {**caligraph, "pages": [{**page, "actions": [secret]}]}},
        "two_pages": {"caligraph": {**caligraph, "pages": [{**page, "profile_title": "x"}]}},
        "unknown": {"phonecom": dict(phonecom), "caligraf": {"api_key": secret}},
    }
    for number, account in enumerate(wrong.values()):
        # Not the same account twice: that would be what is wrong.
        for service in account.values() if isinstance(account, dict) else ():
            if isinstance(service, dict) and service.get("account_id", "{{")[0] != "{":
                service["account_id"] = f"{service['account_id']}{number}"
    audit = run(AUDIT, wrong, tmp_path)
    assert audit.code == FAILED
    found = verdicts(audit)
    assert set(found) == set(wrong)
    assert {name for name, verdict in found.items() if not verdict.startswith("not audited: ")} == set()
    assert found["token_list"].endswith("api_token or api_key is no text.")


@pytest.mark.parametrize(
    ("accounts", "message"),
    [
        ({}, "commops_events_accounts has to be a mapping"),
        ([{"phonecom": "{{ new_header }}"}], "commops_events_accounts has to be a mapping"),
        ({"localhost": {}}, "must not be those of hosts or groups"),
        ({"web1": {}}, "must not be those of hosts or groups"),
        ({"office": {}}, "must not be those of hosts or groups"),
        ({"a:22": {}}, "must consist of letters, digits"),
        ({"name\n": {}}, "must consist of letters, digits"),
    ],
)
def test_what_is_no_mapping_of_accounts_is_refused(
    accounts: Any, message: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    inventory = tmp_path / "hosts.yml"
    inventory.write_text("office:\n  hosts:\n    web1:\n")
    audit = run(AUDIT, accounts, tmp_path, inventory=inventory)
    assert audit.code == FAILED
    failed = [item for item in audit.tasks if item["status"] == "failed"]
    assert message in failed[-1]["result"]["msg"]
    assert sandbox.log() == []


def test_no_accounts_at_all_is_no_success(tmp_path: Path) -> None:
    audit = play(AUDIT, tmp_path)
    assert audit.code == FAILED
    assert "commops_events_accounts has to be a mapping" in audit.output


def test_from_the_users_inventory(accounts: dict[str, Account], tmp_path: Path) -> None:
    """Variables of the group `all`; what the inventory says of its hosts is nothing to the accounts."""
    inventory = tmp_path / "inventory"
    (inventory / "group_vars").mkdir(parents=True)
    (inventory / "hosts.yml").write_text("web:\n  hosts:\n    web1:\n")
    variables = {
        **SECRETS,
        "commops_events_accounts": accounts,
        "ansible_connection": "ssh",
        "ansible_become": True,
        "ansible_user": "nobody",
        "ansible_python_interpreter": "/nowhere/python",
    }
    (inventory / "group_vars" / "all.yml").write_text(yaml.safe_dump(variables))
    audit = play(AUDIT, tmp_path / "run", "--tags", "other", inventory=inventory)
    assert audit.code == FAILED
    assert verdicts(audit) == {"first": "6 drifts", "1-second": "1 drift"}


def test_from_variables_of_localhost(accounts: dict[str, Account], tmp_path: Path) -> None:
    inventory = tmp_path / "hosts.yml"
    hosts = {"localhost": {**SECRETS, "commops_events_accounts": {"1-second": accounts["1-second"]}}}
    inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
    audit = play(AUDIT, tmp_path / "run", inventory=inventory)
    assert verdicts(audit) == {"1-second": "1 drift"}


def test_imported_twice_with_other_accounts(sandbox: Sandbox, accounts: dict[str, Account], tmp_path: Path) -> None:
    """The hosts of the first import are not taken for accounts of the second."""
    first, second = ({name: account} for name, account in accounts.items())
    played = play(
        [
            {"ansible.builtin.import_playbook": APPLY, "vars": {"commops_events_accounts": first}},
            {"ansible.builtin.import_playbook": AUDIT, "vars": {"commops_events_accounts": second}},
        ],
        tmp_path,
        variables=SECRETS,
    )
    assert verdicts(played) == {"1-second": "1 drift"}
    assert "Night line" in [row["name"] for row in sandbox.profiles()]


def test_an_earlier_success_is_no_success_now(accounts: dict[str, Account], tmp_path: Path) -> None:
    """What `apply` left in the variables of the hosts doesn't count when `audit` fails in the same run."""
    account = accounts["1-second"]
    account["phonecom"]["api_token"] = (
        f"{{{{ {seeds.PHONECOM_OTHER_TOKEN!r} if lookup('file', flag) == '' else nothing }}}}"
    )
    flag = tmp_path / "flag"
    flag.touch()
    played = play(
        [
            {"ansible.builtin.import_playbook": APPLY},
            {
                "hosts": "localhost",
                "gather_facts": False,
                "tasks": [{"ansible.builtin.copy": {"dest": str(flag), "content": "x", "mode": "0600"}}],
            },
            {"ansible.builtin.import_playbook": AUDIT},
        ],
        tmp_path,
        variables={"commops_events_accounts": {"1-second": account}, "flag": str(flag)},
    )
    assert played.code == FAILED
    if not WHOLE_VARIABLES:
        assert "clean" not in verdicts(played)["1-second"]


def test_text_of_the_api_is_only_text(sandbox: Sandbox, accounts: dict[str, Account], tmp_path: Path) -> None:
    """It is no template, and it can't make a line of its own."""
    touched = tmp_path / "touched"
    name = f"{{{{ lookup('pipe', 'touch {touched}') }}}}\n1-second: clean"
    sandbox.set_profiles([{"name": name}], account=seeds.PHONECOM_OTHER_ACCOUNT)
    account = accounts["1-second"]["phonecom"]
    account.update(profiles=[], purge=True, purge_only={"everything": True}, max_deletions=5)
    audit = run(AUDIT, {"1-second": {"phonecom": account}}, tmp_path)
    assert told(audit, "Show what drifted", "1-second") == [f"unexpected: event profile '{name}'".replace("\n", " ")]
    assert verdicts(audit) == {"1-second": "1 drift"}
    assert not touched.exists()


def test_what_the_api_masks_is_no_drift(sandbox: Sandbox, accounts: dict[str, Account], tmp_path: Path) -> None:
    sandbox.quirks(caligraph_mask_headers="true")
    page = accounts["first"]["caligraph"]["pages"][0]
    sandbox.set_actions([{**seeds.WEBHOOK, "title": "Changed", "headers": {"X-Auth-Token": OLD_HEADER}}])
    hook = {"title": "Changed", "secret_headers": {"X-Auth-Token": "{{ new_header }}"}}
    masked = {**accounts["first"]["caligraph"], "pages": [{**page, "actions": [hook]}]}
    audit = run(AUDIT, {"first": {"caligraph": masked}}, tmp_path)
    assert verdicts(audit) == {"first": "clean"}


def test_transport_settings_reach_the_modules(accounts: dict[str, Account], tmp_path: Path) -> None:
    audit = run(AUDIT, accounts, tmp_path / "1", variables={"commops_events_transport": {"max_retries": -1}})
    assert verdicts(audit) == {
        "first": "not audited: max_retries: -1 is not between 0 and 100.",
        "1-second": "not audited: max_retries: -1 is not between 0 and 100.",
    }
    none = run(AUDIT, accounts, tmp_path / "3", variables={"commops_events_transport": None})
    assert verdicts(none) == {"first": "6 drifts", "1-second": "1 drift"}
    wrong = run(AUDIT, accounts, tmp_path / "2", variables={"commops_events_transport": {"max_tries": 1}})
    assert wrong.code == FAILED
    assert "max_tries" in wrong.output


def test_relative_paths_begin_where_the_user_is(sandbox: Sandbox, accounts: dict[str, Account], tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    del accounts["1-second"], accounts["first"]["phonecom"]
    accounts["first"]["caligraph"]["pages"][0]["backup_dir"] = "backups"
    given = {"commops_events_transport": {"ca_path": "ca.pem"}}
    for number, fast_path in enumerate(("on", "off")):
        two_accounts(sandbox)
        apply = run(APPLY, accounts, tmp_path, variables=given, fast_path=fast_path)
        assert apply.code == CLEAN, apply.output
        assert len(list((tmp_path / "backups").iterdir())) == number + 1
    # As in the module: an empty folder is an error, and not the wish for no backup.
    accounts["first"]["caligraph"]["pages"][0]["backup_dir"] = ""
    assert "backup_dir" in verdicts(run(AUDIT, accounts, tmp_path))["first"]
