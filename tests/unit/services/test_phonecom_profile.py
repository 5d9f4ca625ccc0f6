# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One event profile of Phone.com, over HTTP: as check, live and again."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call, check_live_again
from unit.services.scenario import assert_told, refused, writes

FREE = seeds.PHONECOM_PROFILES[0]
IN_USE = seeds.PHONECOM_PROFILES[1]


def profile(sandbox: Sandbox, number: int, extension: int | None = None) -> dict[str, Any] | None:
    return next((row for row in sandbox.profiles(extension=extension) if row["id"] == number), None)


def test_a_profile_that_is_missing_is_created(sandbox: Sandbox) -> None:
    arguments = sandbox.phonecom_options(name="New", support_email="new@example.org")
    predicted, live, again = check_live_again(EVENT_PROFILE, arguments, sandbox)
    assert (predicted["operation"], live["operation"], again["operation"]) == ("created", "created", "unchanged")
    assert predicted["profile"]["id"] is None
    assert live["profile"]["id"] == again["profile"]["id"] == 390
    assert live["verified"] is True
    assert live["diff"]["before"] == {}
    assert live["diff"]["after"] == {"name": "New", "support_email": "new@example.org"}
    assert [item["kind"] for item in predicted["drift"]] == ["missing"]
    assert again["drift"] == []
    assert writes(live) == [("POST", {"name": "New", "support_email": "new@example.org"})]
    assert live.methods == ["GET", "POST"]
    assert again.methods == ["GET"]


def test_an_unchanged_profile_costs_one_request(sandbox: Sandbox) -> None:
    called = call(EVENT_PROFILE, sandbox.phonecom_options(name=FREE["name"]), sandbox=sandbox)
    assert called.methods == ["GET"]
    assert called["api"]["requests"] == 1
    assert called["profile"] == FREE
    assert called.log[0]["query"] == {"limit": "500", "offset": "0"}
    assert called.log[0]["user_agent"].startswith("commops.events/")


@pytest.mark.parametrize(
    ("given", "sent"),
    [({}, None), ({"support_email": None}, None), ({"support_email": ""}, None), ({"support_email": "a@b.c"}, "a@b.c")],
)
def test_on_create_a_support_email_that_is_left_out_is_sent_as_null(
    sandbox: Sandbox, given: dict[str, Any], sent: str | None
) -> None:
    _predicted, live, _again = check_live_again(EVENT_PROFILE, sandbox.phonecom_options(name="New", **given), sandbox)
    assert writes(live) == [("POST", {"name": "New", "support_email": sent})]
    assert sandbox.profiles()[0]["support_email"] == sent


@pytest.mark.parametrize("cleared", [None, ""])
def test_null_and_empty_clear_the_support_email(sandbox: Sandbox, cleared: str | None) -> None:
    arguments = sandbox.phonecom_options(name=FREE["name"], support_email=cleared)
    _predicted, live, _again = check_live_again(EVENT_PROFILE, arguments, sandbox)
    assert live["operation"] == "updated"
    assert writes(live) == [("PATCH", {"support_email": None})]
    assert live["drift"][0]["from"] == "support@example.org"
    assert live["drift"][0]["to"] is None
    assert profile(sandbox, 389) == {**FREE, "support_email": None}


def test_a_support_email_that_is_left_out_is_kept(sandbox: Sandbox) -> None:
    called = call(EVENT_PROFILE, sandbox.phonecom_options(name=FREE["name"]), sandbox=sandbox)
    assert called["changed"] is False
    assert called["profile"]["support_email"] == "support@example.org"


def test_only_what_differs_is_sent(sandbox: Sandbox) -> None:
    arguments = sandbox.phonecom_options(id=389, name=FREE["name"], support_email="other@example.org")
    _predicted, live, _again = check_live_again(EVENT_PROFILE, arguments, sandbox)
    assert writes(live) == [("PATCH", {"support_email": "other@example.org"})]
    assert live.methods == ["GET", "PATCH"]


def test_another_name_for_an_id_renames(sandbox: Sandbox) -> None:
    _predicted, live, _again = check_live_again(
        EVENT_PROFILE, sandbox.phonecom_options(id=389, name="Renamed"), sandbox
    )
    assert live["operation"] == "updated"
    assert live["diff"]["before"]["name"] == FREE["name"]
    assert live["diff"]["after"]["name"] == "Renamed"
    assert profile(sandbox, 389) == {**FREE, "name": "Renamed"}


def test_an_earlier_name_renames(sandbox: Sandbox) -> None:
    arguments = sandbox.phonecom_options(name="Renamed", formerly=["Never was", FREE["name"]])
    _predicted, live, again = check_live_again(EVENT_PROFILE, arguments, sandbox)
    assert live["operation"] == "updated"
    assert again["profile"]["id"] == 389
    assert len(sandbox.profiles()) == 2


def test_the_name_of_now_counts_before_an_earlier_one(sandbox: Sandbox) -> None:
    arguments = sandbox.phonecom_options(name=FREE["name"], formerly=[IN_USE["name"]])
    called = call(EVENT_PROFILE, arguments, sandbox=sandbox)
    assert called["changed"] is False
    assert called["profile"]["id"] == 389


def test_a_rename_to_a_name_that_is_taken_warns(sandbox: Sandbox) -> None:
    called = call(EVENT_PROFILE, sandbox.phonecom_options(id=389, name=IN_USE["name"]), check=True, sandbox=sandbox)
    assert called["operation"] == "updated"
    assert any("383" in warning and "ambiguous" in warning for warning in called.warnings)


def test_names_are_compared_to_the_letter(sandbox: Sandbox) -> None:
    called = call(EVENT_PROFILE, sandbox.phonecom_options(name=FREE["name"].upper()), check=True, sandbox=sandbox)
    assert called["operation"] == "created"


def test_a_free_profile_is_deleted(sandbox: Sandbox) -> None:
    predicted, live, again = check_live_again(EVENT_PROFILE, sandbox.phonecom_options(id=389, state="absent"), sandbox)
    assert (live["operation"], again["operation"]) == ("deleted", "unchanged")
    assert predicted["profile"] is None
    assert live["diff"]["after"] == {}
    assert [item["kind"] for item in live["drift"]] == ["unexpected"]
    assert live.methods == ["GET", "GET", "DELETE"]
    assert live.log[1]["query"]["filters[profile_id]"] == "389"
    assert [row["id"] for row in sandbox.profiles()] == [383]


@pytest.mark.parametrize("what", [{"name": "Never was"}, {"id": 12345}])
def test_what_is_not_there_is_absent(sandbox: Sandbox, what: dict[str, Any]) -> None:
    _predicted, live, _again = check_live_again(
        EVENT_PROFILE, sandbox.phonecom_options(state="absent", **what), sandbox
    )
    assert live["operation"] == "unchanged"
    assert live["profile"] is None
    assert live["diff"] == {
        "before": {},
        "after": {},
        "before_header": live["diff"]["before_header"],
        "after_header": live["diff"]["after_header"],
    }


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_name_that_several_share_is_refused_with_their_ids(sandbox: Sandbox, state: str) -> None:
    ids = sandbox.add_profiles(2, name="Twin")
    arguments = sandbox.phonecom_options(name="Twin", state=state)
    refused(EVENT_PROFILE, arguments, sandbox, *map(str, ids), "event profiles match")


def test_one_of_several_of_a_name_is_found_by_its_id(sandbox: Sandbox) -> None:
    first, second = sandbox.add_profiles(2, name="Twin")
    check_live_again(EVENT_PROFILE, sandbox.phonecom_options(id=first, name="Twin", support_email="a@b.c"), sandbox)
    assert {row["id"]: row["support_email"] for row in sandbox.profiles()}[second] is None


def test_earlier_names_that_several_profiles_have_are_refused(sandbox: Sandbox) -> None:
    arguments = sandbox.phonecom_options(name="One", formerly=[FREE["name"], IN_USE["name"]])
    refused(EVENT_PROFILE, arguments, sandbox, "389", "383", "formerly")


def test_an_unknown_id_is_refused(sandbox: Sandbox) -> None:
    arguments = sandbox.phonecom_options(id=12345, name="Whatever")
    refused(EVENT_PROFILE, arguments, sandbox, "12345", "leave id out")


def test_a_profile_that_callbacks_use_is_not_deleted(sandbox: Sandbox) -> None:
    arguments = sandbox.phonecom_options(id=383, state="absent")
    live = refused(EVENT_PROFILE, arguments, sandbox, "callbacks use it", f"ids {seeds.CALLBACK}", IN_USE["name"])
    assert live["error"]["kind"] == "refused"


def test_a_callback_that_comes_between_is_named_too(sandbox: Sandbox) -> None:
    edit = {"service": "phonecom", "op": "create", "account": seeds.PHONECOM_ACCOUNT, "kind": "callbacks"}
    sandbox.rival_on({**edit, "fields": {"profile_id": 389, "name": "Late"}}, method="DELETE")
    called = call(EVENT_PROFILE, sandbox.phonecom_options(id=389, state="absent"), sandbox=sandbox)
    assert_told(called, "can't be deleted", "ids 156")
    assert called["changed"] is False
    assert profile(sandbox, 389)


def test_a_profile_that_somebody_else_just_deleted_is_absent(sandbox: Sandbox) -> None:
    edit = {"service": "phonecom", "op": "delete", "account": seeds.PHONECOM_ACCOUNT, "id": 389}
    sandbox.rival_on(edit, method="DELETE")
    called = call(EVENT_PROFILE, sandbox.phonecom_options(id=389, state="absent"), sandbox=sandbox)
    assert called["operation"] == "deleted"
    assert called.log[-1]["status"] == 404


def test_an_extension_is_a_scope_of_its_own(sandbox: Sandbox) -> None:
    arguments = sandbox.phonecom_options(extension_id=seeds.PHONECOM_EXTENSION, name=FREE["name"])
    _predicted, live, _again = check_live_again(EVENT_PROFILE, arguments, sandbox)
    assert live["operation"] == "created"
    assert live["profile"]["extension_id"] == seeds.PHONECOM_EXTENSION
    assert live["drift"][0]["scope"] == "extension 101"
    assert all("/extensions/101/integrations/events/profiles" in entry["path"] for entry in live.log)
    assert len(sandbox.profiles()) == 2
    check_live_again(EVENT_PROFILE, {**arguments, "state": "absent"}, sandbox)
    assert sandbox.profiles(extension=seeds.PHONECOM_EXTENSION) == []
    assert len(sandbox.profiles()) == 2


@pytest.mark.parametrize("included", [False, True])
def test_an_extensions_profile_is_none_of_the_account(sandbox: Sandbox, included: bool) -> None:
    sandbox.quirks(phonecom_account_list_includes_extensions=included)
    sandbox.add_profiles(1, name="Only there", extension=seeds.PHONECOM_EXTENSION)
    called = call(EVENT_PROFILE, sandbox.phonecom_options(name="Only there"), check=True, sandbox=sandbox)
    assert called["operation"] == "created"
    called = call(EVENT_PROFILE, sandbox.phonecom_options(name="Only there", state="absent"), sandbox=sandbox)
    assert called["operation"] == "unchanged"


def test_the_short_answer_of_a_post_is_looked_up(sandbox: Sandbox) -> None:
    sandbox.quirks(phonecom_post_answer="empty", phonecom_post_status=201)
    _predicted, live, _again = check_live_again(EVENT_PROFILE, sandbox.phonecom_options(name="New"), sandbox)
    assert live["profile"]["id"] == 390
    assert live.methods == ["GET", "POST", "GET"]


def test_a_name_that_the_server_stores_otherwise_is_told(sandbox: Sandbox) -> None:
    sandbox.quirks(phonecom_normalise_name=True)
    called = call(EVENT_PROFILE, sandbox.phonecom_options(name=" New "), sandbox=sandbox)
    assert called["verified"] is False
    assert called["profile"]["name"] == "New"
    assert any('stores name of event profile " New " as "New"' in warning for warning in called.warnings)


def test_a_name_that_must_be_unique_is_refused_with_the_servers_reason(sandbox: Sandbox) -> None:
    sandbox.quirks(phonecom_unique_names=True)
    arguments = sandbox.phonecom_options(id=389, name=IN_USE["name"])
    called = call(EVENT_PROFILE, arguments, sandbox=sandbox)
    assert_told(called, "409", "already exists")
    assert called["changed"] is False


def test_a_name_of_any_script_and_any_sign_goes_through(sandbox: Sandbox) -> None:
    name = 'Ünïcode ☎ "quotes" \\ / ?&#% {{ not a template }} \u2028'
    check_live_again(EVENT_PROFILE, sandbox.phonecom_options(name=name), sandbox)
    assert sandbox.profiles()[0]["name"] == name
