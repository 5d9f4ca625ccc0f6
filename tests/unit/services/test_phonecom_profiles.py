# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of event profiles as one plan: order, purge and its guard, refusals, partial failures."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILES
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import Called, call, check_live_again
from unit.services.scenario import assert_told, refused, writes

FREE = seeds.PHONECOM_PROFILES[0]
IN_USE = seeds.PHONECOM_PROFILES[1]


def kinds(called: Called) -> list[str]:
    return [item["operation"] for item in called["operations"]]


def declare(sandbox: Sandbox, *profiles: dict[str, Any], **options: Any) -> dict[str, Any]:
    return sandbox.phonecom_options(profiles=list(profiles), **options)


def test_one_read_serves_all_and_writes_come_in_order(sandbox: Sandbox) -> None:
    arguments = declare(
        sandbox,
        {"name": "Gone", "state": "absent"},
        {"id": 389, "state": "absent"},
        {"id": 383, "support_email": "crm@example.org"},
        {"name": "Second", "support_email": "b@example.org"},
        {"name": "First"},
    )
    predicted, live, again = check_live_again(EVENT_PROFILES, arguments, sandbox)
    assert kinds(predicted) == ["unchanged", "deleted", "updated", "created", "created"]
    assert live.methods == ["GET", "GET", "POST", "POST", "PATCH", "DELETE"]
    assert [payload["name"] for method, payload in writes(live) if method == "POST"] == ["Second", "First"]
    assert again.methods == ["GET"]
    assert [row["name"] for row in sandbox.profiles()] == ["First", "Second", IN_USE["name"]]
    assert live["verified"] is True
    assert [item["index"] for item in live["operations"]] == [0, 1, 2, 3, 4]
    assert [item["kind"] for item in live["drift"]] == ["unexpected", "different", "missing", "missing"]
    assert len(live["diff"]) == 4
    assert len(live["profiles"]) == 5


def test_an_empty_list_changes_nothing(sandbox: Sandbox) -> None:
    _predicted, live, _again = check_live_again(EVENT_PROFILES, declare(sandbox), sandbox)
    assert live["operations"] == []
    assert live["profiles"] == []
    assert live["diff"] == []


def test_state_absent_is_for_all_that_say_nothing_else(sandbox: Sandbox) -> None:
    sandbox.set_rows("callbacks", [])
    arguments = declare(
        sandbox, {"name": FREE["name"]}, {"id": 383, "state": "present", "name": "Kept"}, {"name": "No"}, state="absent"
    )
    _predicted, live, _again = check_live_again(EVENT_PROFILES, arguments, sandbox)
    assert kinds(live) == ["deleted", "updated", "unchanged"]
    assert [row["name"] for row in sandbox.profiles()] == ["Kept"]


def test_purge_deletes_what_nobody_declares(sandbox: Sandbox) -> None:
    sandbox.add_profiles(3, name="team-{n}")
    arguments = declare(
        sandbox,
        {"name": "team-2"},
        {"name": "team-9"},
        purge=True,
        purge_only={"name_prefix": "team-"},
        max_deletions=2,
    )
    _predicted, live, _again = check_live_again(EVENT_PROFILES, arguments, sandbox)
    assert kinds(live) == ["unchanged", "created", "deleted", "deleted"]
    assert [item["index"] for item in live["operations"]] == [0, 1, None, None]
    assert [item["key"] for item in live["operations"]] == ["team-2", "team-9", "team-3", "team-1"]
    assert sorted(row["name"] for row in sandbox.profiles()) == sorted(
        [FREE["name"], IN_USE["name"], "team-2", "team-9"]
    )


def test_purge_of_everything_stays_in_its_scope(sandbox: Sandbox) -> None:
    sandbox.quirks(phonecom_account_list_includes_extensions=True)
    sandbox.set_rows("callbacks", [])
    sandbox.add_profiles(2, name="Theirs {n}", extension=seeds.PHONECOM_EXTENSION)
    arguments = declare(sandbox, purge=True, purge_only={"everything": True}, max_deletions=10)
    _predicted, live, _again = check_live_again(EVENT_PROFILES, arguments, sandbox)
    assert kinds(live) == ["deleted", "deleted"]
    assert sandbox.profiles() == []
    assert len(sandbox.profiles(extension=seeds.PHONECOM_EXTENSION)) == 2


@pytest.mark.parametrize("check", [True, False])
def test_more_deletions_than_allowed_are_refused_whole(sandbox: Sandbox, check: bool) -> None:
    sandbox.add_profiles(3, name="team-{n}")
    arguments = declare(sandbox, {"name": "team-new"}, purge=True, purge_only={"name_prefix": "team-"}, max_deletions=2)
    state = sandbox.state()
    called = call(EVENT_PROFILES, arguments, check=check, sandbox=sandbox)
    assert_told(called, "max_deletions", "3 event profiles", "2 allowed", "nothing was changed")
    assert called["changed"] is False
    assert called.methods == ["GET"]
    assert sandbox.state() == state
    assert [item["kind"] for item in called["drift"]] == ["missing", *["unexpected"] * 3]
    assert kinds(called) == ["created", "deleted", "deleted", "deleted"]
    assert ("diff" in called.result) == check
    if check:
        assert len(called["diff"]) == 4


def test_purge_refuses_a_profile_that_callbacks_use(sandbox: Sandbox) -> None:
    arguments = declare(sandbox, purge=True, purge_only={"everything": True}, max_deletions=10)
    refused(EVENT_PROFILES, arguments, sandbox, "can't be deleted", f"ids {seeds.CALLBACK}", IN_USE["name"])


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"purge": True, "max_deletions": 1}, ("purge_only", "is needed")),
        ({"purge": True, "max_deletions": 1, "purge_only": {}}, ("purge_only", "is needed")),
        ({"purge": True, "max_deletions": 1, "purge_only": {"everything": False}}, ("purge_only", "is needed")),
        ({"purge": True, "max_deletions": 1, "purge_only": {"name_prefix": ""}}, ("purge_only", "empty prefix")),
        (
            {"purge": True, "max_deletions": 1, "purge_only": {"everything": True, "name_prefix": "a"}},
            ("purge_only", "beside a prefix"),
        ),
        ({"purge": True, "purge_only": {"everything": True}}, ("max_deletions", "is needed")),
        (
            {"purge": True, "purge_only": {"everything": True}, "max_deletions": 1, "state": "absent"},
            ("purge", "state: absent"),
        ),
    ],
)
def test_a_purge_that_is_not_bounded_is_refused(
    sandbox: Sandbox, options: dict[str, Any], parts: tuple[str, ...]
) -> None:
    refused(EVENT_PROFILES, declare(sandbox, **options), sandbox, *parts)


def test_an_entry_outside_of_purge_only_is_refused(sandbox: Sandbox) -> None:
    arguments = declare(
        sandbox,
        {"name": "team-1"},
        {"name": "Another"},
        purge=True,
        purge_only={"name_prefix": "team-"},
        max_deletions=0,
    )
    refused(EVENT_PROFILES, arguments, sandbox, "profiles[1]", "outside purge_only")


@pytest.mark.parametrize(
    "entries",
    [
        [{"name": "New"}, {"name": "New", "support_email": "a@b.c"}],
        [{"name": FREE["name"]}, {"id": 389}],
        [{"id": 389, "name": "One"}, {"id": 389, "name": "Two"}],
        [{"name": "Renamed", "formerly": [FREE["name"]]}, {"name": FREE["name"]}],
        [{"name": FREE["name"]}, {"name": FREE["name"], "state": "absent"}],
    ],
)
def test_two_entries_for_one_profile_are_refused(sandbox: Sandbox, entries: list[dict[str, Any]]) -> None:
    refused(EVENT_PROFILES, declare(sandbox, *entries), sandbox, "profiles[0] and profiles[1]", "same event profile")


def test_a_message_names_the_entry_by_its_index(sandbox: Sandbox) -> None:
    sandbox.add_profiles(2, name="Twin")
    refused(EVENT_PROFILES, declare(sandbox, {"name": "New"}, {"name": "Twin"}), sandbox, "profiles[1]: ", "391, 390")
    refused(EVENT_PROFILES, declare(sandbox, {"name": "New"}, {"id": 7}), sandbox, "profiles[1]: ", "id 7")
    refused(
        EVENT_PROFILES, declare(sandbox, {"name": "A"}, {"name": "B", "support_email": "no"}), sandbox,
        "profiles[1].support_email: ", '"no"',
    )  # fmt: skip
    refused(EVENT_PROFILES, declare(sandbox, {"name": "New"}, {}), sandbox, "profiles[1].name: ", "needed")


def test_names_that_are_swapped_by_id_are_no_double_claim(sandbox: Sandbox) -> None:
    arguments = declare(sandbox, {"id": 389, "name": IN_USE["name"]}, {"id": 383, "name": FREE["name"]})
    _predicted, live, _again = check_live_again(EVENT_PROFILES, arguments, sandbox)
    assert kinds(live) == ["updated", "updated"]
    assert {row["id"]: row["name"] for row in sandbox.profiles()} == {389: IN_USE["name"], 383: FREE["name"]}


@pytest.mark.parametrize(
    ("method", "nth", "done"),
    [
        ("POST", 1, [False, False, False, False]),
        ("POST", 2, [True, False, False, False]),
        ("PATCH", 1, [True, True, False, False]),
        ("DELETE", 1, [True, True, True, False]),
    ],
)
def test_a_failure_half_way_tells_what_was_done_and_the_next_run_does_the_rest(
    sandbox: Sandbox, method: str, nth: int, done: list[bool]
) -> None:
    arguments = declare(
        sandbox,
        {"name": "One"},
        {"name": "Two"},
        {"id": 383, "support_email": "crm@example.org"},
        {"id": 389, "state": "absent"},
    )
    predicted = call(EVENT_PROFILES, arguments, check=True, sandbox=sandbox)
    sandbox.fault("status", status=422, method=method, nth=nth, message="Not today")
    called = call(EVENT_PROFILES, arguments, sandbox=sandbox)
    assert_told(called, method, "422", "Not today")
    assert called["changed"] is any(done)
    assert [item["done"] for item in called["operations"]] == done
    assert kinds(called) == kinds(predicted)
    assert called["drift"] == predicted["drift"]
    rest = call(EVENT_PROFILES, arguments, sandbox=sandbox)
    assert not rest.failed
    assert [kind == "unchanged" for kind in kinds(rest)] == done
    assert len(rest.methods) == 1 + done.count(False) + (not done[3])
    assert {(row["name"], row["support_email"]) for row in sandbox.profiles()} == {
        ("One", None),
        ("Two", None),
        (IN_USE["name"], "crm@example.org"),
    }
    assert call(EVENT_PROFILES, arguments, sandbox=sandbox)["changed"] is False


def test_deletes_wait_for_all_other_writes(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=403, method="PATCH")
    arguments = declare(sandbox, {"id": 389, "state": "absent"}, {"id": 383, "name": "Other"})
    called = call(EVENT_PROFILES, arguments, sandbox=sandbox)
    assert_told(called, "PATCH", "403")
    assert "DELETE" not in called.methods
    assert called["changed"] is False


def test_callbacks_are_read_once_for_many_deletions(sandbox: Sandbox) -> None:
    ids = sandbox.add_profiles(5, name="Old {n}")
    arguments = declare(sandbox, *({"id": number, "state": "absent"} for number in ids))
    _predicted, live, _again = check_live_again(EVENT_PROFILES, arguments, sandbox)
    assert live.methods == ["GET", "GET", *["DELETE"] * 5]
    assert "filters[profile_id]" not in live.log[1]["query"]


def test_a_single_profile_as_a_text_that_ansible_converts(sandbox: Sandbox) -> None:
    arguments = sandbox.phonecom_options(profiles=[{"name": "One", "id": None, "support_email": None}])
    _predicted, live, _again = check_live_again(EVENT_PROFILES, arguments, sandbox)
    assert kinds(live) == ["created"]
