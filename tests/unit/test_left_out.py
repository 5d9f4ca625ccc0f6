# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left out, null or empty means what the documentation of each option says."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION, WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE, EVENT_PROFILES
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from ansible_collections.commops.events.plugins.module_utils._spec import entry_spec, resource_spec
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call

#: An entry that declares just what is there already.
ENTRIES: dict[str, dict[str, Any]] = {
    "phonecom": {"name": "My special profile", "id": seeds.PROFILE_FREE},
    "caligraph": {"title": seeds.WEBHOOK["title"], "id": seeds.WEBHOOK_ID},
}
CLEARED = {"support_email", "body"}
SINGULAR = {"phonecom": EVENT_PROFILE, "caligraph": WEBHOOK_ACTION}
PLURAL = {"phonecom": EVENT_PROFILES, "caligraph": WEBHOOK_ACTIONS}
FIELDS = [(service, name) for service, resource in SINGULAR.items() for name in entry_spec(resource)]
TASKS = [
    (service, name)
    for service, resource in PLURAL.items()
    for name in resource_spec(resource)
    if not name.startswith("profile")
]


def connection(service: str, sandbox: Sandbox) -> dict[str, Any]:
    if service == "phonecom":
        return sandbox.phonecom_options()
    return {**sandbox.caligraph_options(), "profile_id": seeds.PAGE_WEBHOOK}


def as_list(resource: Resource, entry: dict[str, Any]) -> dict[str, Any]:
    return {resource.many: [entry]}


@pytest.mark.parametrize(("service", "name"), FIELDS)
def test_null_counts_as_left_out_except_where_it_clears(service: str, name: str, sandbox: Sandbox) -> None:
    entry = {**ENTRIES[service], name: None}
    expected = [name] if name in CLEARED else []

    single = call(SINGULAR[service], {**connection(service, sandbox), **entry}, check=True, sandbox=sandbox)
    assert [item["field"] for item in single["drift"]] == expected

    listed = as_list(PLURAL[service], entry)
    several = call(PLURAL[service], {**connection(service, sandbox), **listed}, check=True, sandbox=sandbox)
    assert [item["field"] for item in several["drift"]] == expected


@pytest.mark.parametrize(("service", "name"), FIELDS)
def test_empty_text_is_an_error_except_where_it_clears(service: str, name: str, sandbox: Sandbox) -> None:
    result = call(
        SINGULAR[service], {**connection(service, sandbox), **ENTRIES[service], name: ""}, check=True, sandbox=sandbox
    )
    if name in CLEARED:
        assert [item["field"] for item in result["drift"]] == [name]
    else:
        assert result.failed
        assert name in result["msg"]
    assert result.methods == (["GET"] if name in CLEARED else [])


@pytest.mark.parametrize(("service", "name"), [item for item in TASKS if item[1] not in ("actions", "extension_id")])
def test_null_of_a_task_option_counts_as_left_out(service: str, name: str, sandbox: Sandbox) -> None:
    resource = PLURAL[service]
    arguments = {**connection(service, sandbox), **as_list(resource, ENTRIES[service])}
    without = call(resource, arguments, check=True, sandbox=sandbox)
    with_null = call(resource, {**arguments, name: None}, check=True, sandbox=sandbox)
    assert not without.failed
    assert with_null.result == without.result


def test_state_of_an_entry_can_be_null(sandbox: Sandbox) -> None:
    arguments = {"profiles": [{"name": "My special profile", "state": None}], "state": "absent"}
    result = call(EVENT_PROFILES, {**sandbox.phonecom_options(), **arguments}, check=True, sandbox=sandbox)
    assert [item["operation"] for item in result["operations"]] == ["deleted"]


def test_header_without_value_is_kept_and_not_taken_for_left_out(sandbox: Sandbox) -> None:
    there = {**connection("caligraph", sandbox), **ENTRIES["caligraph"], "purge_headers": True}
    result = call(WEBHOOK_ACTION, {**there, "secret_headers": {"test": None}}, check=True, sandbox=sandbox)
    assert [item["field"] for item in result["drift"]] == ["secret_headers.another"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("profile_ids", []),
        ("profile_ids", [""]),
        ("profile_subdomains", []),
        ("all_profiles", False),
        ("stop_after_failures", 0),
        ("backup_dir", ""),
    ],
)
def test_what_would_pass_for_something_and_is_nothing_is_refused(option: str, value: Any, sandbox: Sandbox) -> None:
    """An empty list of pages once stood for all pages, and no failures allowed for nothing to be begun."""
    page = {} if "profile" in option else {"profile_id": seeds.PAGE_EMPTY}
    entry = {"title": "New", "anchor": "BOOKING_CREATED", "url": "https://crm.example.org/x"}
    result = call(
        WEBHOOK_ACTIONS,
        {**sandbox.caligraph_options(), **page, "actions": [entry], option: value},
        sandbox=sandbox,
    )
    assert result.failed
    assert result["error"] == {"kind": "option", "option": option}
    assert result.log == []
