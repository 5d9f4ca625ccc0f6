# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios of what is refused, and of what a task's keywords change."""

from __future__ import annotations

from sandbox import seeds
from sandbox.client import Sandbox
from support.catalogue import ACTION, ACTIONS, HOOK, PAGE, PROFILE, PROFILE_INFO, PROFILES, live_actions
from support.scenarios import CHECK, LIVE, PHASES, Scenario

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
    Scenario("a boolean in place of a mapping", PROFILES, {"profiles": [], "purge_only": False}, fails=PHASES),
    Scenario("a number among mappings", PROFILES, {"profiles": [{"name": "x"}, 7], "colour": "red"}, fails=PHASES),
    Scenario("a secret in place of a mapping", ACTIONS, {**PAGE, "actions": [["{{ new_header }}"]]}, fails=PHASES),
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
        "a wrong option by environment",
        PROFILE,
        {"name": "x"},
        {"environment": {"COMMOPS_EVENTS_DEADLINE": "0"}},
        ships=True,
        fails=PHASES,
    ),
    Scenario("switched wrongly", PROFILE, {"name": "x"}, {"vars": {"commops_events_fast_path": "of"}}, fails=PHASES),
)


def live_keywords(sandbox: Sandbox) -> None:
    live_actions(sandbox)
    sandbox.fault("status", status=403, method="GET", path_regex=f"extensions/{seeds.PHONECOM_EXTENSION}/")
