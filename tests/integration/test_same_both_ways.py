# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task gives the same result in Ansible's worker as shipped: field by field, in check mode, live and again.

The runs also show that check mode only reads and predicts what happens, and that no output holds a secret.
"""

from __future__ import annotations

import datetime
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret
from support.scenarios import (
    AGAIN,
    CHECK,
    LIVE,
    OLD_HEADER,
    OLD_URL_TOKEN,
    PHASES,
    SECRETS,
    Bulk,
    Scenario,
    leaked,
    run_bulk,
)

from sandbox import seeds
from sandbox.client import Sandbox, unused_port

PROFILE, PROFILES, PROFILE_INFO = "phonecom_event_profile", "phonecom_event_profiles", "phonecom_event_profile_info"
ACTION, ACTIONS, ACTION_INFO = "caligraph_webhook_action", "caligraph_webhook_actions", "caligraph_webhook_action_info"
PAGE_INFO = "caligraph_profile_info"

PAGE = {"profile_id": "{{ page }}"}
OTHER_ACCOUNT = {"account_id": str(seeds.PHONECOM_OTHER_ACCOUNT), "api_token": seeds.PHONECOM_OTHER_TOKEN}
HOOK = {**PAGE, "anchor": "BOOKING_CREATED", "url": "https://crm.example.org/hook"}


@dataclass(frozen=True)
class Group:
    """Scenarios that one playbook runs, and what they find on the server."""

    scenarios: Sequence[Scenario]
    prepare: Callable[[Sandbox], None]


def live_profiles(sandbox: Sandbox) -> None:
    names = ("Renamed before", "Old line", "Twin", "Twin", "Cleared", "Kept", "Guarded 1", "Guarded 2", "Lone \ud800")
    rows = [{"name": name, "support_email": "old@example.org"} for name in names]
    sandbox.set_profiles([*sandbox.profiles(), *rows])


def live_actions(sandbox: Sandbox) -> None:
    hooks = [
        {
            **seeds.WEBHOOK,
            "title": title,
            "to": f"https://old.example.org/hook?token={OLD_URL_TOKEN}",
            "headers": {"X-Auth": OLD_HEADER, "X-Kind": "plain"},
        }
        for title in ("Foreign", "Changed", "Gone", "Twin", "Twin", "Kept", "Purged", "Purge me", "Purge me too")
    ]
    sandbox.set_actions([*seeds.default_emails(1), *hooks])


def live_lists(sandbox: Sandbox) -> None:
    live_profiles(sandbox)
    live_actions(sandbox)
    sandbox.fault("status", status=422, method="POST", account=seeds.PHONECOM_OTHER_ACCOUNT, nth=2, times=None)


def live_keywords(sandbox: Sandbox) -> None:
    live_actions(sandbox)
    sandbox.fault("status", status=403, method="GET", path_regex=f"extensions/{seeds.PHONECOM_EXTENSION}/")


ONE_PROFILE = (
    Scenario("a new profile", PROFILE, {"name": "New", "support_email": "new@example.org"}, shipped=(CHECK, LIVE)),
    Scenario("a new profile with null", PROFILE, {"name": "New with null", "support_email": None}),
    Scenario("a cleared address", PROFILE, {"name": "Cleared", "support_email": "{{ none }}"}),
    Scenario("an omitted address", PROFILE, {"name": "Kept", "support_email": "{{ omit }}"}),
    Scenario("templated values", PROFILE, {"name": "{{ 'Line ' ~ (3 + 4) }}", "extension_id": "{{ 101 }}"}),
    Scenario("a number as a name", PROFILE, {"name": 12345}),
    Scenario("a rename by id", PROFILE, {"id": str(seeds.PROFILE_FREE), "name": "Renamed"}),
    Scenario("a rename by formerly", PROFILE, {"name": "Renamed after", "formerly": "Renamed before"}),
    Scenario("a deletion", PROFILE, {"name": "Old line", "state": "absent"}, shipped=(CHECK, LIVE)),
    Scenario("unsafe text", PROFILE, {"name": "{{ '{' ~ '{ 1 }' ~ '}' }} \u2603 \u202e", "support_email": None}),
    Scenario("a refused deletion", PROFILE, {"id": seeds.PROFILE_IN_USE, "state": "absent"}, fails=PHASES),
    Scenario("an ambiguous name", PROFILE, {"name": "Twin"}, fails=PHASES, shipped=()),
    Scenario("an unknown id", PROFILE, {"id": 1}, fails=PHASES, shipped=()),
    Scenario("a bad address", PROFILE, {"name": "Bad", "support_email": "no address"}, fails=PHASES, shipped=()),
    Scenario("an empty name", PROFILE, {"name": ""}, fails=PHASES, shipped=()),
    Scenario("all profiles read", PROFILE_INFO, {}),
    Scenario("some profiles read", PROFILE_INFO, {"name_pattern": "T*"}),
)

ONE_ACTION = (
    Scenario(
        "a new webhook",
        ACTION,
        {
            **HOOK,
            "title": "New",
            "body": {
                "id": "{ID}",
                "number": 3,
                "day": datetime.date(2026, 3, 1),
                "yes": True,
                "none": None,
                "1": [1.5],
            },
            "headers": {"X-Kind": "plain", "X-Number": 7},
            "secret_headers": {"X-Auth": "{{ new_header }}", "Authorization": "Bearer {{ other_header }}"},
        },
        shipped=(CHECK, LIVE),
    ),
    Scenario(
        "aliases and a changed secret",
        ACTION,
        {
            **PAGE,
            "title": "Changed",
            "to": "https://crm.example.org/hook?token={{ url_token }}",
            "subject": "PUT",
            "secret_headers": {"X-Auth": "{{ new_header }}"},
        },
        shipped=(CHECK, LIVE),
    ),
    Scenario("an option and its alias", ACTION, {**HOOK, "title": "Both", "to": "https://crm.example.org/other"}),
    Scenario("a deletion", ACTION, {**PAGE, "title": "Gone", "state": "absent"}, shipped=(CHECK, LIVE)),
    Scenario("a deletion of nothing", ACTION, {**PAGE, "title": "Never there", "state": "absent"}, shipped=()),
    Scenario(
        "secret fields",
        ACTION,
        {
            **HOOK,
            "profile_id": None,
            "profile_subdomain": "workshop",
            "title": "Secret fields",
            "url": "https://crm.example.org/{{ url_token }}",
            "body": "{{ body_secret }}",
            "secret_fields": ["url", "body"],
            "headers": {"X-Kind": "plain"},
        },
    ),
    Scenario("a kept secret", ACTION, {**PAGE, "title": "Kept", "secret_headers": {"x-auth": None}}),
    Scenario(
        "a lost secret", ACTION, {**PAGE, "title": "Kept", "secret_headers": {"X-Lost": None}}, fails=PHASES, shipped=()
    ),
    Scenario("a short secret", ACTION, {**HOOK, "title": "abc is short", "secret_headers": {"X-Auth": "abc"}}),
    Scenario("a smelling header", ACTION, {**HOOK, "title": "Smells", "headers": {"X-Api-Key": "{{ other_header }}"}}),
    Scenario(
        "purged headers", ACTION, {**HOOK, "title": "Purged", "headers": {"X-Kind": "plain"}, "purge_headers": True}
    ),
    Scenario(
        "a body as a list", ACTION, {**HOOK, "title": "List", "body": ["{ID}", 1], "offset_minutes": "{{ '15' }}"}
    ),
    Scenario("an unknown placeholder", ACTION, {**HOOK, "title": "Placeholder", "body": "{FNAMES}"}),
    Scenario(
        "a page by its subdomain",
        ACTION,
        {**HOOK, "title": "There", "profile_subdomain": "workshop", "profile_id": None},
    ),
    Scenario(
        "a page by its title",
        ACTION,
        {**HOOK, "title": "Here", "profile_title": "Follow-up", "profile_id": None},
        shipped=(),
    ),
    Scenario("an unknown page", ACTION, {"title": "x", "profile_subdomain": "nowhere"}, fails=PHASES, shipped=()),
    Scenario("a page named twice", ACTION, {**HOOK, "title": "x", "profile_title": "Workshop"}, fails=PHASES),
    Scenario("no page", ACTION, {"title": "x", "anchor": "BOOKING_CREATED"}, fails=PHASES),
    Scenario("an ambiguous title", ACTION, {**PAGE, "title": "Twin", "state": "absent"}, fails=PHASES, shipped=()),
    Scenario(
        "a misspelt anchor", ACTION, {**HOOK, "title": "x", "anchor": "BOOKING_CANCELED"}, fails=PHASES, shipped=()
    ),
    Scenario("all actions read", ACTION_INFO, PAGE),
    Scenario("some actions read", ACTION_INFO, {**PAGE, "type": "WEBHOOK", "title_pattern": "T*"}),
    Scenario("booking pages read", PAGE_INFO, {}),
)

LISTS = (
    Scenario(
        "a list of profiles",
        PROFILES,
        {
            "profiles": [
                {"name": "Kept", "support_email": None},
                {"name": "Old line", "state": "absent"},
                {"name": "New"},
            ]
        },
        shipped=(CHECK, LIVE),
    ),
    Scenario(
        "a purge of profiles",
        PROFILES,
        {
            "profiles": [{"name": "Twin desk"}],
            "purge": True,
            "purge_only": {"name_prefix": "Twin"},
            "max_deletions": "{{ 2 }}",
        },
    ),
    Scenario(
        "too many deletions",
        PROFILES,
        {"profiles": [], "purge": True, "purge_only": {"name_prefix": "Guarded"}, "max_deletions": 1},
        fails=PHASES,
    ),
    Scenario("one profile twice", PROFILES, {"profiles": [{"name": "Same"}, {"name": "Same"}]}, fails=PHASES),
    Scenario(
        "an unknown key of an entry", PROFILES, {"profiles": [{"name": "x", "mail": "x@example.org"}]}, fails=PHASES
    ),
    Scenario("entries that are none", PROFILES, {"profiles": ["just a text"]}, fails=PHASES),
    Scenario("no entries", PROFILES, {"profiles": None}, fails=PHASES),
    Scenario(
        "a failure half-way",
        PROFILES,
        {**OTHER_ACCOUNT, "profiles": [{"name": "First"}, {"name": "Second"}]},
        fails=(LIVE, AGAIN),
    ),
    Scenario(
        "a list of webhooks",
        ACTIONS,
        {
            **PAGE,
            "actions": [
                {**HOOK, "title": "New", "secret_headers": {"X-Auth": "{{ new_header }}"}, "profile_id": "{{ omit }}"},
                {"title": "Changed", "to": "https://crm.example.org/{{ url_token }}", "secret_fields": ["url"]},
                {"title": "Gone", "state": "absent"},
                {"title": "Kept", "headers": {"X-Kind": "plain"}},
            ],
        },
        shipped=(CHECK, LIVE),
    ),
    Scenario(
        "a purge of webhooks",
        ACTIONS,
        {
            **PAGE,
            "actions": [{"title": "Purge not", "anchor": "NO_SHOW", "url": "https://crm.example.org"}],
            "purge": True,
            "purge_only": {"title_prefix": "Purge "},
            "max_deletions": 2,
        },
    ),
    Scenario(
        "a webhook on many pages",
        ACTIONS,
        {
            "all_profiles": True,
            "actions": [
                {
                    "title": "Everywhere",
                    "anchors": ["BOOKING_CREATED", "BOOKING_CANCELLED"],
                    "url": "https://crm.example.org/all?key={{ url_token }}",
                    "secret_headers": {"X-Auth": "{{ other_header }}"},
                }
            ],
        },
        shipped=(CHECK, LIVE),
    ),
    Scenario(
        "a wrong entry beside secrets",
        ACTIONS,
        {
            **PAGE,
            "actions": [
                {**HOOK, "title": "x", "url": "https://x.example/?t={{ url_token }}", "profile_id": "{{ omit }}"},
                {"title": "x", "offset_minutes": "soon", "secret_headers": {"X-Auth": "{{ new_header }}"}},
            ],
        },
        fails=PHASES,
    ),
)

SECRET_HOOK = {
    **HOOK,
    "title": "x",
    "url": "https://crm.example.org/hook?token={{ url_token }}",
    "headers": {"X-Api-Key": "{{ other_header }}"},
    "secret_headers": {"X-Auth": "{{ new_header }}"},
    "body": "{{ body_secret }}",
    "secret_fields": ["body"],
}

REFUSED = (
    Scenario("an unsupported parameter", PROFILE, {"name": "x", "mail": "x@example.org"}, fails=PHASES),
    Scenario("an unsupported parameter beside secrets", ACTION, {**SECRET_HOOK, "colour": "red"}, fails=PHASES),
    Scenario("a wrong choice", ACTION, {**SECRET_HOOK, "method": "SEND"}, fails=PHASES),
    Scenario("a wrong type", ACTION, {**SECRET_HOOK, "offset_minutes": "soon"}, fails=PHASES),
    Scenario("a wrong state", PROFILE, {"name": "x", "state": "there"}, fails=PHASES),
    Scenario("headers as a text", ACTION, {**SECRET_HOOK, "secret_headers": "{{ new_header }}"}, fails=PHASES),
    Scenario("headers as a list", ACTION, {**SECRET_HOOK, "headers": ["{{ other_header }}"]}, fails=PHASES),
    Scenario(
        "a header as a list", ACTION, {**SECRET_HOOK, "secret_headers": {"X": ["{{ new_header }}"]}}, fails=PHASES
    ),
    Scenario(
        "a header with a line break",
        ACTION,
        {**SECRET_HOOK, "secret_headers": {"X": "{{ new_header }}\r\nY: 1"}},
        fails=PHASES,
        shipped=(),
    ),
    Scenario("a bad URL", ACTION, {**SECRET_HOOK, "url": "crm?token={{ url_token }}"}, fails=PHASES, shipped=()),
    Scenario("broken JSON", ACTION, {**SECRET_HOOK, "body": '{"a": "{{ body_secret }}"'}, fails=PHASES, shipped=()),
    Scenario("no token", PROFILE, {"name": "x", "api_token": None}, fails=PHASES, shipped=()),
    Scenario(
        "no credentials", PROFILE, {"name": "x", "api_token": None, "account_id": None, "api_url": None}, fails=PHASES
    ),
    Scenario("an empty token", PROFILE, {"name": "x", "api_token": ""}, fails=PHASES, shipped=()),
    Scenario("a token as a list", PROFILE, {"name": "x", "api_token": ["{{ wrong_token }}"]}, fails=PHASES),
    Scenario(
        "a token with a line break",
        PROFILE,
        {"name": "x", "api_token": "{{ wrong_token }}\n"},
        fails=PHASES,
        shipped=(),
    ),
    Scenario("a refused token", PROFILE, {"name": "x", "api_token": "{{ wrong_token }}"}, fails=PHASES),
    Scenario("a refused key", ACTION, {**SECRET_HOOK, "api_key": "{{ wrong_token }}"}, fails=PHASES),
    Scenario("another's account", PROFILE, {"name": "x", "account_id": "1000003"}, fails=PHASES, shipped=()),
    Scenario("no account id", PROFILE, {"name": "x", "account_id": "me@example.org"}, fails=PHASES, shipped=()),
    Scenario("a closed port", PROFILE, {"name": "x", "api_url": "{{ closed }}"}, fails=PHASES, shipped=()),
    Scenario("plain http", PROFILE, {"name": "x", "api_url": "http://api.example.org/v4"}, fails=PHASES, shipped=()),
    Scenario("a wrong transport option", PROFILE, {"name": "x", "max_retries": -1}, fails=PHASES),
    Scenario("no certificate check", PROFILE_INFO, {"validate_certs": False}),
)


KEYWORDS = (
    Scenario("a skipped task", PROFILE, {"name": "x"}, {"when": False}),
    Scenario("a loop", PROFILE, {"name": "{{ item }}"}, {"loop": ["One", "Two", "{{ 'One' }}"]}, shipped=(CHECK, LIVE)),
    Scenario(
        "a loop with a failure",
        PROFILE,
        {"name": "{{ item.name }}", "support_email": "{{ item.mail }}"},
        {
            "loop": [{"name": "Good", "mail": None}, {"name": "Bad", "mail": "bad"}],
            "loop_control": {"label": "{{ item.name }}"},
        },
        fails=PHASES,
        shipped=(CHECK, LIVE),
    ),
    Scenario(
        "until",
        PROFILE_INFO,
        {"extension_id": seeds.PHONECOM_EXTENSION},
        {"until": "tried is succeeded", "retries": 3, "delay": 0, "register": "tried"},
        shipped=(CHECK, LIVE),
    ),
    Scenario("delegation", PROFILE, {"name": "Delegated"}, {"delegate_to": "127.0.0.1"}),
    Scenario("run_once", PROFILE, {"name": "Once"}, {"run_once": True}),
    Scenario("no_log", ACTION, {**SECRET_HOOK, "title": "Hidden"}, {"no_log": True}),
    Scenario("no_log and a failure", ACTION, {**SECRET_HOOK, "method": "SEND"}, {"no_log": True}, fails=PHASES),
    Scenario("no diff", PROFILE, {"name": "Without diff"}, {"diff": False}, shipped=(CHECK, LIVE)),
    Scenario(
        "always in check mode",
        PROFILE,
        {"name": "Never made"},
        {"check_mode": True},
        settles=False,
        shipped=(CHECK, LIVE),
    ),
    Scenario(
        "a condition of its own",
        PROFILE,
        {"name": "Own"},
        {"changed_when": False, "failed_when": "own.api.requests > 9", "register": "own"},
    ),
    Scenario("a time limit", PROFILE, {"name": "In time"}, {"timeout": 30}),
    Scenario("a vaulted token", PROFILE, {"name": "Vaulted", "api_token": "{{ vaulted_token }}"}),
    Scenario(
        "a vaulted header", ACTION, {**HOOK, "title": "Vaulted", "secret_headers": {"X-Auth": "{{ vaulted_header }}"}}
    ),
    Scenario(
        "defaults of the task",
        PROFILE,
        {"name": "Defaults"},
        {"module_defaults": {"group/commops.events.phonecom": "{{ phonecom | combine({'max_retries': 1}) }}"}},
    ),
    Scenario("an empty environment", PROFILE, {"name": "Empty environment"}, {"environment": {}}),
    Scenario(
        "an environment",
        PROFILE,
        {"name": "Environment"},
        {"environment": {"COMMOPS_EVENTS_DEADLINE": "50"}},
        ships=True,
    ),
    Scenario(
        "a wrong option by environment",
        PROFILE,
        {"name": "x"},
        {"environment": {"COMMOPS_EVENTS_DEADLINE": "0"}},
        ships=True,
        fails=PHASES,
    ),
    Scenario(
        "become",
        PROFILE,
        {"name": "Become"},
        {"become": True, "become_user": "{{ lookup('ansible.builtin.pipe', 'id -un') }}"},
        ships=True,
    ),
    Scenario(
        "another interpreter",
        PROFILE,
        {"name": "Other Python"},
        {"vars": {"ansible_python_interpreter": "{{ other_python }}"}},
        ships=True,
    ),
    Scenario("switched off", PROFILE, {"name": "Off"}, {"vars": {"commops_events_fast_path": "off"}}, ships=True),
    Scenario(
        "switched off as YAML does",
        PROFILE,
        {"name": "False"},
        {"vars": {"commops_events_fast_path": False}},
        ships=True,
    ),
    Scenario("switched wrongly", PROFILE, {"name": "x"}, {"vars": {"commops_events_fast_path": "of"}}, fails=PHASES),
)

#: They end before a module would be shipped.
NEVER_SHIPPED = ("a skipped task", "switched wrongly")

GROUPS = {
    "one profile": Group(ONE_PROFILE, live_profiles),
    "one action": Group(ONE_ACTION, live_actions),
    "lists": Group(LISTS, live_lists),
    "refused": Group(REFUSED, live_actions),
    "keywords": Group(KEYWORDS, live_keywords),
}


def in_all_groups() -> Sequence[Any]:
    return [pytest.param(group, id=name) for name, group in GROUPS.items()]


@pytest.fixture
def variables() -> Mapping[str, Any]:
    """What the scenarios need beside secrets, the same on both paths."""
    python = Path(sys.executable)
    other = next(path for path in sorted(python.parent.glob("python*")) if path != python)
    return {"closed": f"http://127.0.0.1:{unused_port()}/v4", "other_python": str(other)}


@pytest.fixture
def vault(tmp_path: Path) -> Sequence[str]:
    """Arguments of ansible-playbook that bring variables from a vault."""
    password = tmp_path / "password"
    password.write_text("password of the vault")
    file = tmp_path / "vault.yml"
    lib = VaultLib([("default", VaultSecret(password.read_bytes()))])
    for name, secret in (("vaulted_token", "phonecom_token"), ("vaulted_header", "new_header")):
        with file.open("a") as out:
            out.write(f"{name}: !vault |\n{textwrap.indent(lib.encrypt(SECRETS[secret]).decode(), '  ')}")
    return ["--vault-password-file", str(password), "-e", f"@{file}"]


@pytest.mark.parametrize("group", in_all_groups())
def test_shipped_and_in_the_worker(
    group: Group, sandbox: Sandbox, tmp_path: Path, variables: Mapping[str, Any], vault: Sequence[str]
) -> None:
    runs: dict[str, Bulk] = {}
    for fast_path in ("on", "off"):
        sandbox.reset()
        group.prepare(sandbox)
        runs[fast_path] = run_bulk(
            group.scenarios, sandbox, tmp_path / fast_path, *vault, fast_path=fast_path, variables=variables
        )
        assert leaked(runs[fast_path].played.output) == []
    worker, shipped = runs["on"], runs["off"]

    # each ran where it should
    unsent = {f"{phase} {item.name}" for item in group.scenarios for phase in PHASES if item.name in NEVER_SHIPPED}
    assert worker.shipped() == {f"{phase} {item.name}" for item in group.scenarios for phase in PHASES if item.ships}
    assert shipped.shipped() == shipped.names() - unsent

    for left, right in zip(shipped.comparable(shipped.names()), worker.comparable(shipped.names()), strict=True):
        assert left == right
    for scenario in group.scenarios:
        check_live_again(worker, scenario)
    assert_wire(worker.log)


def check_live_again(bulk: Bulk, scenario: Scenario) -> None:
    """The prediction is what happens, refusals included, and then nothing is left to do."""
    check, live, again = (bulk.result(phase, scenario) for phase in PHASES)
    for phase in PHASES:
        assert bulk.failed(phase, scenario) is (phase in scenario.fails), (scenario.name, phase)
    if not scenario.writes:
        return
    if not scenario.fails:
        same = ["changed", "operation", "drift", "diff"]
    else:
        same = ["msg"] if CHECK in scenario.fails else []
    for key in same:
        assert check.get(key) == live.get(key), (scenario.name, key)
    if not scenario.fails and scenario.settles:
        assert again["changed"] is False, scenario.name
        assert again.get("drift", []) == []


def assert_wire(log: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Check mode only reads; and so does a second run, where the first one could do all its work."""
    assert {entry["method"] for entry in log[CHECK]} == {"GET"}
    assert {entry["method"] for entry in log[AGAIN] if entry["account"] != OTHER_ACCOUNT["account_id"]} == {"GET"}
