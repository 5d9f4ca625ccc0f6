# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of Phone.com are read to their end, whatever the server says of limit, offset and total; the info module."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._phonecom import (
    EVENT_PROFILE,
    EVENT_PROFILE_INFO,
    EVENT_PROFILES,
)
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call, check_live_again
from unit.services.scenario import assert_told, refused

OLDEST = seeds.PROFILE_IN_USE


@pytest.mark.parametrize("total", [False, True])
@pytest.mark.parametrize("offset_null", [False, True])
@pytest.mark.parametrize(
    ("count", "cap"),
    [(0, 500), (23, 25), (23, 24), (498, 500), (499, 500), (1200, 500), (120, 50), (98, 50), (3, 2), (3, 1), (0, 1)],
)
def test_a_list_is_read_to_its_end(sandbox: Sandbox, count: int, cap: int, total: bool, offset_null: bool) -> None:
    sandbox.quirks(phonecom_total=total, phonecom_offset_null=offset_null, phonecom_limit_cap=cap)
    sandbox.add_profiles(count)
    called = call(EVENT_PROFILE_INFO, sandbox.phonecom_options(), sandbox=sandbox)
    assert [row["id"] for row in called["profiles"]] == [row["id"] for row in sandbox.profiles()]
    assert len(called["profiles"]) == count + 2


def test_a_name_on_the_last_page_is_found(sandbox: Sandbox) -> None:
    sandbox.add_profiles(600)
    called = call(EVENT_PROFILE, sandbox.phonecom_options(name=seeds.PHONECOM_PROFILES[1]["name"]), sandbox=sandbox)
    assert called["profile"]["id"] == OLDEST
    assert [entry["query"]["offset"] for entry in called.log] == ["0", "499"]
    assert {entry["query"]["limit"] for entry in called.log} == {"500"}


def test_a_total_saves_the_overlap(sandbox: Sandbox) -> None:
    sandbox.quirks(phonecom_total=True)
    sandbox.add_profiles(998)
    called = call(EVENT_PROFILE_INFO, sandbox.phonecom_options(), sandbox=sandbox)
    assert [entry["query"]["offset"] for entry in called.log] == ["0", "500"]
    assert len(called["profiles"]) == 1000


def first_page(rows: list[dict[str, Any]], **said: Any) -> dict[str, Any]:
    """A page as a server gives it that caps its pages in silence, or says nothing of its limit."""
    return {"filters": {}, "sort": {"id": "desc"}, "offset": 0, "items": rows, **said}


@pytest.mark.parametrize("said", [{"limit": 500, "total": 4}, {"total": 4}, {}, {"limit": None}, {"limit": "500"}])
def test_a_page_that_is_shorter_than_asked_for_is_not_the_end(sandbox: Sandbox, said: dict[str, Any]) -> None:
    """A total counts more than the limit that the answer echoes, and without either only an empty page is the end."""
    sandbox.quirks(phonecom_total="total" in said)
    sandbox.add_profiles(2)
    rows = sandbox.profiles()
    sandbox.fault("wrong_shape", method="GET", json=first_page(rows[:2], **said))
    called = call(EVENT_PROFILE_INFO, sandbox.phonecom_options(), sandbox=sandbox)
    assert called["profiles"] == rows
    overlap = 0 if "total" in said else 1
    assert [entry["query"]["offset"] for entry in called.log] == ["0", str(2 - overlap)]


def test_without_any_limit_told_a_list_ends_with_an_empty_page(sandbox: Sandbox) -> None:
    rows = sandbox.profiles()
    sandbox.fault("wrong_shape", method="GET", json=first_page(rows))
    sandbox.fault("wrong_shape", method="GET", json=first_page(rows[-1:]))
    called = call(EVENT_PROFILE_INFO, sandbox.phonecom_options(), sandbox=sandbox)
    assert called["profiles"] == rows
    assert [entry["query"]["offset"] for entry in called.log] == ["0", "1"]


def test_a_total_that_no_page_reaches_is_never_taken_for_the_end(sandbox: Sandbox) -> None:
    rows = sandbox.profiles()
    sandbox.fault("wrong_shape", method="GET", json=first_page(rows, total=3), path_regex="profiles$", times=1)
    sandbox.fault("wrong_shape", method="GET", json=first_page([], total=3), times=None)
    called = call(EVENT_PROFILE, sandbox.phonecom_options(name="New"), sandbox=sandbox)
    assert_told(called, "the list changed each of the 5 times")
    assert "POST" not in called.methods


@pytest.mark.parametrize(("total", "requests"), [(False, 3), (True, 2)])
def test_an_audit_of_a_thousand_profiles_takes_three_requests(sandbox: Sandbox, total: bool, requests: int) -> None:
    """Two where the API tells how many there are; pages need not overlap then."""
    sandbox.quirks(phonecom_total=total)
    sandbox.add_profiles(998)
    profiles = [{"name": row["name"], "support_email": row["support_email"]} for row in sandbox.profiles()]
    profiles[500]["support_email"] = "somebody.else@example.org"
    audit = call(EVENT_PROFILES, sandbox.phonecom_options(profiles=profiles), sandbox=sandbox, check=True)
    assert [item["key"] for item in audit["drift"]] == [profiles[500]["name"]]
    assert audit.methods == ["GET"] * requests == ["GET"] * audit["api"]["requests"]


EDIT = {"service": "phonecom", "account": seeds.PHONECOM_ACCOUNT}


@pytest.mark.parametrize("total", [False, True])
@pytest.mark.parametrize(
    "edit",
    [
        {**EDIT, "op": "create", "fields": {"name": "In between"}},
        {**EDIT, "op": "delete", "name": "Profile 590"},
        {**EDIT, "op": "delete", "name": "Profile 103"},
        {**EDIT, "op": "delete", "id": OLDEST},
    ],
)
def test_a_list_that_changes_while_it_is_read_is_read_again(
    sandbox: Sandbox, edit: dict[str, Any], total: bool
) -> None:
    sandbox.quirks(phonecom_total=total)
    sandbox.add_profiles(600)
    sandbox.rival_on(edit, method="GET", when="before", nth=2)
    called = call(EVENT_PROFILE_INFO, sandbox.phonecom_options(), sandbox=sandbox)
    assert [row["id"] for row in called["profiles"]] == [row["id"] for row in sandbox.profiles()]


def test_a_list_that_never_stands_still_is_given_up(sandbox: Sandbox) -> None:
    sandbox.add_profiles(600)
    edit = {**EDIT, "op": "create", "fields": {"name": "Restless {n}"}}
    sandbox.rival_on(edit, method="GET", when="after", times=None)
    called = call(EVENT_PROFILE, sandbox.phonecom_options(name="New"), sandbox=sandbox)
    assert_told(called, "the list changed each of the 5 times", "try again later")
    assert "POST" not in called.methods


def test_callbacks_are_read_to_the_end_too(sandbox: Sandbox) -> None:
    sandbox.quirks(phonecom_limit_cap=2)
    rows = [{"name": f"Callback {number}", "profile_id": 389} for number in range(5)]
    made = sandbox.set_rows("callbacks", rows)
    ids = ", ".join(str(row["id"]) for row in made)
    refused(EVENT_PROFILE, sandbox.phonecom_options(id=389, state="absent"), sandbox, f"ids {ids}")


def test_info_shows_whole_profiles_and_their_declaration(sandbox: Sandbox) -> None:
    sandbox.add_profiles(2, name="Twin", support_email="twin@example.org")
    called = call(EVENT_PROFILE_INFO, sandbox.phonecom_options(), sandbox=sandbox)
    assert called["profiles"] == sandbox.profiles()
    assert called["changed"] is False
    assert called["declared"] == [
        {"name": "Twin", "support_email": "twin@example.org", "id": 391},
        {"name": "Twin", "support_email": "twin@example.org", "id": 390},
        {"name": "My special profile", "support_email": "support@example.org"},
        {"name": "Profile which uses default account's email", "support_email": None},
    ]
    _predicted, live, _again = check_live_again(
        EVENT_PROFILES, sandbox.phonecom_options(profiles=called["declared"]), sandbox
    )
    assert live["changed"] is False


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ({"id": 389}, [389]),
        ({"id": 1}, []),
        ({"name": "My special profile"}, [389]),
        ({"name": "my special profile"}, []),
        ({"name_pattern": "*rofile*"}, [389, 383]),
        ({"name_pattern": "My*"}, [389]),
        ({"name_pattern": "P?ofile*", "id": 389}, []),
        ({"extension_id": seeds.PHONECOM_EXTENSION}, []),
    ],
)
def test_info_filters(sandbox: Sandbox, given: dict[str, Any], ids: list[int]) -> None:
    called = call(EVENT_PROFILE_INFO, sandbox.phonecom_options(**given), sandbox=sandbox)
    assert [row["id"] for row in called["profiles"]] == ids
    assert len(called["declared"]) == len(ids)
    assert called.methods == ["GET"]


def test_a_declaration_of_strange_rows_applies_with_no_change(sandbox: Sandbox) -> None:
    rows = [
        {"name": " padded "},
        {"name": "", "support_email": "nameless@example.org"},
        {"name": "bad address", "support_email": "not an address"},
        {"name": "empty address", "support_email": ""},
        {"name": "line\nbreak"},
        {"name": "{{ template }}"},
    ]
    sandbox.set_profiles(rows)
    found = call(EVENT_PROFILE_INFO, sandbox.phonecom_options(), sandbox=sandbox)
    assert len(found["declared"]) == len(rows)
    arguments = sandbox.phonecom_options(profiles=found["declared"])
    _predicted, live, _again = check_live_again(EVENT_PROFILES, arguments, sandbox)
    assert live["changed"] is False
