# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One webhook action of a booking page, over HTTP: the forum thread's story, and everything that stands beside it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import Called, call, check_live_again
from unit.services.scenario import OTHER_WEBHOOK, assert_told, foreign, options, refused, without, writes

STRANGE: dict[str, Any] = {
    "id": "f0000000-0000-4000-8000-000000000001",
    "type": "CARRIER_PIGEON",
    "status": "HIBERNATING",
    "anchor": "BOOKING_DREAMT_OF",
    "offsetMinutes": -1.5,
    "title": None,
    "to": ["a", {"b": None}],
    "body": 'Ünïcode ☎ \u0000 \ud800 \\u0041 "quoted"',
    "newKey": {"nested": [1, 1.0, True, None, 10**30, "x"]},
    "constructor": "__proto__",
}


def sent(called: Called) -> list[dict[str, Any]]:
    """The list of the only PATCH."""
    payloads = [payload for method, payload in writes(called)]
    assert len(payloads) == 1
    assert list(payloads[0]) == ["actions"]
    actions: list[dict[str, Any]] = payloads[0]["actions"]
    return actions


def test_the_threads_story(sandbox: Sandbox) -> None:
    """A webhook is missing, one is misconfigured, both need a secret header, and e-mail actions stand beside them."""
    before = foreign(sandbox, seeds.WEBHOOK["title"], "Booking cancelled API call")
    secret = {"x-auth-token": "s3cr3t-of-the-receiver"}
    missing = options(
        sandbox,
        title="Booking cancelled API call",
        anchor="BOOKING_CANCELED",
        url="https://receiver.example.org/cancelled",
        body={"ref": "{REF}", "reason": "{CANCELLATION-REASON}"},
        secret_headers=secret,
    )
    refused(WEBHOOK_ACTION, missing, sandbox, "anchor: BOOKING_CANCELED", "Did you mean BOOKING_CANCELLED?")
    assert sandbox.log() == []
    missing["anchor"] = "BOOKING_CANCELLED"
    predicted, live, _again = check_live_again(WEBHOOK_ACTION, missing, sandbox)
    assert live["operation"] == "created"
    assert live.methods == ["GET", "PATCH", "GET"]
    assert "id" not in sent(live)[-1]
    assert predicted["action"]["id"] is None
    assert live["action"]["id"]
    misconfigured = options(
        sandbox, title=seeds.WEBHOOK["title"], url="https://receiver.example.org/created", secret_headers=secret
    )
    _predicted, live, again = check_live_again(WEBHOOK_ACTION, misconfigured, sandbox)
    assert live["operation"] == "updated"
    assert live.methods == ["GET", "PATCH", "GET"]
    assert again.methods == ["GET"]
    assert live["verified"] is True
    assert foreign(sandbox, seeds.WEBHOOK["title"], "Booking cancelled API call") == before
    stored = {raw["title"]: raw for raw in sandbox.actions()}
    assert stored[seeds.WEBHOOK["title"]]["headers"] == {**seeds.WEBHOOK["headers"], **secret}
    assert stored[seeds.WEBHOOK["title"]]["id"] == seeds.WEBHOOK_ID
    assert json.loads(stored["Booking cancelled API call"]["body"]) == missing["body"]
    assert "s3cr3t" not in json.dumps([predicted.result, live.result, again.result])


def test_an_unknown_anchor_that_is_let_through_gets_the_opaque_400_explained(sandbox: Sandbox) -> None:
    arguments = options(
        sandbox, title="New", url="https://receiver.example.org/", anchor="BOOKING_CANCELED", validate_anchor=False
    )
    state = sandbox.state()
    called = call(WEBHOOK_ACTION, arguments, sandbox=sandbox)
    assert_told(
        called,
        "status 400",
        "caligraph_invalid_payload: Invalid payload",
        "one field of one action is wrong",
        'Most likely: anchor of "New" (WEBHOOK): BOOKING_CANCELED is no known anchor. Did you mean BOOKING_CANCELLED?',
    )
    assert called["changed"] is False
    assert called["error"] == {"kind": "api", "status": 400, "code": "caligraph_invalid_payload"}
    assert sandbox.state() == state


def test_a_400_without_a_suspect_names_what_was_sent(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=400, method="PATCH", json={"code": "caligraph_invalid_payload", "message": "No"})
    called = call(WEBHOOK_ACTION, options(sandbox, title=seeds.WEBHOOK["title"], offset_minutes=5), sandbox=sandbox)
    assert_told(called, "This task sent: offset_minutes.")


def test_a_400_names_a_foreign_action_that_may_be_the_reason(sandbox: Sandbox) -> None:
    sandbox.set_actions([*sandbox.actions(), {**seeds.WEBHOOK, "title": "Theirs", "subject": "HEAD", "anchor": "NEW"}])
    sandbox.fault("status", status=400, method="PATCH", json={"code": "caligraph_invalid_payload", "message": "No"})
    called = call(WEBHOOK_ACTION, options(sandbox, title=seeds.WEBHOOK["title"], offset_minutes=5), sandbox=sandbox)
    assert_told(
        called, 'anchor of "Theirs" (WEBHOOK): NEW is no known', 'method of "Theirs" (WEBHOOK): "HEAD" is none of'
    )


def test_a_400_that_was_carried_out_in_part_is_told(sandbox: Sandbox) -> None:
    """That one bad action refuses the whole list is only inferred."""
    sandbox.quirks(caligraph_one_bad_action="apply_rest")
    arguments = options(sandbox, title=seeds.WEBHOOK["title"], anchor="NO_SUCH", validate_anchor=False)
    called = call(WEBHOOK_ACTION, arguments, sandbox=sandbox)
    assert_told(called, "status 400", "The page changed all the same")
    assert called["changed"] is True


def test_foreign_actions_go_back_exactly_as_read(sandbox: Sandbox) -> None:
    sandbox.set_actions([*sandbox.actions(), STRANGE], exact=True)
    sandbox.set_actions([*sandbox.actions(), {**sandbox.actions()[4], **OTHER_WEBHOOK, "id": "other"}], exact=True)
    before = foreign(sandbox, "New")
    arguments = options(sandbox, title="New", anchor="BOOKING_ENDS", url="https://receiver.example.org/")
    _predicted, live, _again = check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    payload = sent(live)
    assert [json.dumps(raw) for raw in payload[:-1]] == before
    assert foreign(sandbox, "New") == before
    assert payload[-1] == {
        "type": "WEBHOOK",
        "status": "TEMPLATE",
        "title": "New",
        "anchor": "BOOKING_ENDS",
        "to": "https://receiver.example.org/",
        "subject": "POST",
        "offsetMinutes": 0,
        "body": "",
        "attachIcs": False,
        "headers": {},
    }


def test_an_update_sends_the_whole_action_with_what_differs(sandbox: Sandbox) -> None:
    before = sandbox.actions()
    arguments = options(sandbox, title=seeds.WEBHOOK["title"], method="PUT", offset_minutes=-30, attach_ics=True)
    _predicted, live, _again = check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    assert sent(live) == [*before[:-1], {**before[-1], "subject": "PUT", "offsetMinutes": -30, "attachIcs": True}]
    assert {item["field"]: (item["from"], item["to"]) for item in live["drift"]} == {
        "method": ("POST", "PUT"),
        "offset_minutes": (0, -30),
        "attach_ics": (False, True),
    }


def test_unknown_keys_of_our_own_action_are_kept(sandbox: Sandbox) -> None:
    actions = sandbox.actions()
    sandbox.set_actions([*actions[:-1], {**actions[-1], "retries": {"max": 3}}], exact=True)
    check_live_again(WEBHOOK_ACTION, options(sandbox, title=seeds.WEBHOOK["title"], offset_minutes=5), sandbox)
    assert sandbox.actions()[-1]["retries"] == {"max": 3}


def test_a_webhook_is_deleted_and_all_else_stays(sandbox: Sandbox) -> None:
    before = sandbox.actions()
    arguments = options(sandbox, title=seeds.WEBHOOK["title"], state="absent")
    predicted, live, again = check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    assert (live["operation"], again["operation"]) == ("deleted", "unchanged")
    assert predicted["action"] is None
    assert sandbox.actions() == before[:-1]
    assert live["diff"]["after"] == {}


def test_the_last_action_of_a_page_can_be_deleted(sandbox: Sandbox) -> None:
    arguments = options(sandbox, profile_id=seeds.PAGE_EMPTY, title="Only", anchor="NO_SHOW", url="https://a.example/")
    check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    _predicted, live, _again = check_live_again(WEBHOOK_ACTION, {**arguments, "state": "absent"}, sandbox)
    assert writes(live) == [("PATCH", {"actions": []})]
    assert sandbox.actions(seeds.PAGE_EMPTY) == []


def test_a_server_that_ignores_an_empty_list_is_found_out(sandbox: Sandbox) -> None:
    sandbox.quirks(caligraph_empty_patch="ignored")
    sandbox.set_actions([seeds.WEBHOOK])
    called = call(WEBHOOK_ACTION, options(sandbox, title=seeds.WEBHOOK["title"], state="absent"), sandbox=sandbox)
    assert_told(called, "is there again", "Tried 5 times")


def test_absent_needs_no_more_than_the_title_and_is_absent_twice(sandbox: Sandbox) -> None:
    _predicted, live, _again = check_live_again(
        WEBHOOK_ACTION, options(sandbox, title="Never", state="absent"), sandbox
    )
    assert live["operation"] == "unchanged"
    assert live.methods == ["GET"]


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize("page", ["no-such-page", seeds.PAGE_FOREIGN])
@pytest.mark.parametrize("state", ["absent", "present"])
def test_a_page_that_may_not_be_read_fails_whatever_the_state(
    sandbox: Sandbox, state: str, page: str, status: int
) -> None:
    sandbox.quirks(caligraph_foreign_profile_status=status)
    arguments = options(sandbox, profile_id=page, title=seeds.WEBHOOK["title"], state=state)
    refused(WEBHOOK_ACTION, arguments, sandbox, f"status {status}", "insufficient_permissions", "Check profile_id")


def test_a_page_that_is_gone_fails_for_absent(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=404, method="GET", times=None, json={})
    arguments = options(sandbox, title=seeds.WEBHOOK["title"], state="absent")
    refused(WEBHOOK_ACTION, arguments, sandbox, "status 404", "no reason given", "Check api_url")


@pytest.mark.parametrize(
    "page",
    [{"profile_id": seeds.PAGE_WEBHOOK}, {"profile_subdomain": "intake"}, {"profile_title": "Intake call"}],
)
@pytest.mark.parametrize("shape", ["array", "items", "lone"])
@pytest.mark.parametrize("account", [seeds.CALIGRAPH_ACCOUNT, seeds.CALIGRAPH_EMAIL])
def test_a_page_is_found_by_id_subdomain_or_title(
    sandbox: Sandbox, page: dict[str, str], shape: str, account: str
) -> None:
    sandbox.quirks(caligraph_list_shape=shape)
    arguments = sandbox.caligraph_options(account_id=account, title=seeds.WEBHOOK["title"], offset_minutes=1, **page)
    _predicted, live, _again = check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    assert live["drift"][0]["scope"] == seeds.PAGE_WEBHOOK
    assert sandbox.actions()[-1]["offsetMinutes"] == 1


@pytest.mark.parametrize("paging", ["honoured", "ignored"])
def test_a_page_is_looked_for_to_the_end_of_the_list(sandbox: Sandbox, paging: str) -> None:
    sandbox.quirks(caligraph_list_paging=paging, caligraph_max_results_cap=40)
    sandbox.add_pages(203, title="Room {n}")
    arguments = sandbox.caligraph_options(
        profile_title="Room 203", title="New", anchor="NO_SHOW", url="https://a.example"
    )
    assert call(WEBHOOK_ACTION, arguments, check=True, sandbox=sandbox)["operation"] == "created"


def test_a_title_that_several_pages_have_is_refused_with_their_ids(sandbox: Sandbox) -> None:
    ids = sandbox.add_pages(2, title="Twin")
    arguments = sandbox.caligraph_options(profile_title="Twin", title="New", state="absent")
    refused(WEBHOOK_ACTION, arguments, sandbox, "2 booking pages", *ids, "profile_id")


@pytest.mark.parametrize("page", [{"profile_title": "intake call"}, {"profile_subdomain": "Intake"}])
def test_a_page_that_is_not_there_is_refused(sandbox: Sandbox, page: dict[str, str]) -> None:
    arguments = sandbox.caligraph_options(title="New", state="absent", **page)
    refused(WEBHOOK_ACTION, arguments, sandbox, "no booking page with the", *page.values())


@pytest.mark.parametrize("page", [{}, {"profile_id": "a", "profile_title": "b"}])
def test_exactly_one_option_names_the_page(sandbox: Sandbox, page: dict[str, str]) -> None:
    called = call(WEBHOOK_ACTION, sandbox.caligraph_options(title="New", **page), sandbox=sandbox)
    assert_told(called, "profile_id")
    assert sandbox.log() == []


def test_rename_by_id_and_by_an_earlier_title(sandbox: Sandbox) -> None:
    _predicted, live, _again = check_live_again(
        WEBHOOK_ACTION, options(sandbox, id=seeds.WEBHOOK_ID, title="Second name"), sandbox
    )
    assert live["operation"] == "updated"
    assert live["drift"][0]["field"] == "title"
    arguments = options(sandbox, title="Third name", formerly=[seeds.WEBHOOK["title"], "Second name"])
    _predicted, live, again = check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    assert again["action"]["id"] == seeds.WEBHOOK_ID
    assert [raw["title"] for raw in sandbox.actions() if raw["type"] == "WEBHOOK"] == ["Third name"]


def test_an_unknown_id_is_refused_and_absent_all_the_same(sandbox: Sandbox) -> None:
    arguments = options(sandbox, id="no-such-id", title="New")
    refused(WEBHOOK_ACTION, arguments, sandbox, "no webhook action with id no-such-id")
    check_live_again(WEBHOOK_ACTION, {**arguments, "state": "absent"}, sandbox)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_title_that_several_webhooks_have_is_refused_with_their_ids(sandbox: Sandbox, state: str) -> None:
    made = sandbox.set_actions([*sandbox.actions(), {**seeds.WEBHOOK, "anchor": "BOOKING_ENDS"}])
    arguments = options(sandbox, title=seeds.WEBHOOK["title"], state=state)
    refused(WEBHOOK_ACTION, arguments, sandbox, seeds.WEBHOOK_ID, made[-1]["id"], "2 webhook actions match")


@pytest.mark.parametrize(
    ("match_by", "given"),
    [
        (["title", "anchor"], {"title": seeds.WEBHOOK["title"], "anchor": "BOOKING_ENDS"}),
        (["anchor"], {"anchor": "BOOKING_ENDS"}),
        (["url"], {"url": "https://second.example.org/"}),
        (["offset_minutes", "title"], {"title": seeds.WEBHOOK["title"], "offset_minutes": 60}),
    ],
)
def test_match_by_tells_webhooks_of_one_title_apart(
    sandbox: Sandbox, match_by: list[str], given: dict[str, Any]
) -> None:
    second = {**seeds.WEBHOOK, "anchor": "BOOKING_ENDS", "to": "https://second.example.org/", "offsetMinutes": 60}
    made = sandbox.set_actions([*sandbox.actions(), second])[-1]
    arguments = options(sandbox, match_by=match_by, method="DELETE", **given)
    _predicted, live, _again = check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    assert live["action"]["id"] == made["id"]
    assert [raw["subject"] for raw in sandbox.actions() if raw["type"] == "WEBHOOK"] == ["POST", "DELETE"]


def test_match_by_a_value_that_was_not_given_is_refused(sandbox: Sandbox) -> None:
    arguments = options(sandbox, title="New", match_by=["title", "anchor"])
    refused(WEBHOOK_ACTION, arguments, sandbox, "anchor: is needed to find the webhook action")


@pytest.mark.parametrize(
    "other",
    [{"type": "EMAIL"}, {"type": "ZAP"}, {"status": "SUCCEEDED"}, {"type": "WEBHOOKS"}, {"status": None}],
)
def test_only_templates_of_webhooks_are_ours(sandbox: Sandbox, other: dict[str, Any]) -> None:
    sandbox.set_actions([*sandbox.actions(), {**seeds.WEBHOOK, **other, "title": "Look-alike"}])
    before = foreign(sandbox)
    arguments = options(sandbox, title="Look-alike", anchor="BOOKING_ENDS", url="https://receiver.example.org/")
    assert call(WEBHOOK_ACTION, arguments, check=True, sandbox=sandbox)["operation"] == "created"
    absent = call(WEBHOOK_ACTION, options(sandbox, title="Look-alike", state="absent"), sandbox=sandbox)
    assert absent["operation"] == "unchanged"
    assert foreign(sandbox) == before


@pytest.mark.parametrize(
    ("missing", "given"), [("anchor", {"url": "https://a.example/"}), ("url", {"anchor": "NO_SHOW"})]
)
def test_what_a_new_webhook_needs(sandbox: Sandbox, missing: str, given: dict[str, Any]) -> None:
    arguments = options(sandbox, title="New", **given)
    refused(WEBHOOK_ACTION, arguments, sandbox, f'{missing}: is needed to create webhook action "New"')


def test_aliases_are_the_apis_own_names(sandbox: Sandbox) -> None:
    arguments = options(sandbox, title="New", anchor="NO_SHOW", to="https://a.example/", subject="PUT")
    _predicted, live, _again = check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    assert live["action"]["url"] == "https://a.example/"
    assert live["action"]["method"] == "PUT"


def test_drift_and_results_name_where_they_belong(sandbox: Sandbox) -> None:
    called = call(WEBHOOK_ACTION, options(sandbox, title=seeds.WEBHOOK["title"], method="GET"), check=True)
    assert called["drift"] == [
        {
            "service": "caligraph",
            "account_id": seeds.CALIGRAPH_ACCOUNT,
            "scope": seeds.PAGE_WEBHOOK,
            "resource": "webhook_action",
            "key": seeds.WEBHOOK["title"],
            "id": seeds.WEBHOOK_ID,
            "field": "method",
            "from": "POST",
            "to": "GET",
            "kind": "different",
        }
    ]
    assert without(called["action"], ["secret_headers", "url", "body"]) == {
        "id": seeds.WEBHOOK_ID,
        "title": seeds.WEBHOOK["title"],
        "anchor": "BOOKING_CREATED",
        "method": "GET",
        "offset_minutes": 0,
        "attach_ics": False,
        "headers": {},
    }
