# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long and how often a task tries, what it does about lost answers, and what it says when it gives up."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE, EVENT_PROFILES
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call
from unit.services.scenario import assert_told

SERVICES = [pytest.param(EVENT_PROFILE, id="phonecom"), pytest.param(WEBHOOK_ACTION, id="caligraph")]
WRITE = {"phonecom": "POST", "caligraph": "PATCH"}


def options(sandbox: Sandbox, resource: Resource, **given: Any) -> dict[str, Any]:
    if resource.service == "phonecom":
        return sandbox.phonecom_options(**{"name": "New", "request_budget": "off", **given})
    return sandbox.caligraph_options(
        profile_id=seeds.PAGE_WEBHOOK, **{"title": "New", "anchor": "NO_SHOW", "url": "https://a.example/", **given}
    )


# How often


@pytest.mark.parametrize("resource", SERVICES)
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 429, "retry_after": 1},
        {"kind": "drop"},
        {"kind": "truncate"},
    ],
)
def test_no_retries_is_exactly_one_try(sandbox: Sandbox, resource: Resource, fault: dict[str, Any]) -> None:
    sandbox.fault(method="GET", times=None, **fault)
    called = call(resource, options(sandbox, resource, max_retries=0), sandbox=sandbox)
    assert called.failed
    assert len(called.log) == 1
    assert [called["api"][name] for name in ("requests", "retries", "waited")] == [1, 0, 0]


@pytest.mark.parametrize("resource", SERVICES)
def test_a_lasting_fault_is_given_up_and_the_tries_are_told(sandbox: Sandbox, resource: Resource) -> None:
    sandbox.fault("status", status=503, method="GET", times=None, message="Down for repairs")
    called = call(resource, options(sandbox, resource, max_retries=3), sandbox=sandbox)
    assert_told(called, "GET ", "status 503", "Down for repairs", "Tried 4 times over ", " s.")
    assert called["api"]["requests"] == 4
    assert called["api"]["retries"] == 3
    assert called["api"]["waited"] > 0
    assert called["error"]["status"] == 503


@pytest.mark.parametrize("resource", SERVICES)
def test_no_retries_of_a_write_that_may_have_been_carried_out(sandbox: Sandbox, resource: Resource) -> None:
    sandbox.fault("drop", method=WRITE[resource.service], times=None)
    called = call(resource, options(sandbox, resource, max_retries=0), sandbox=sandbox)
    assert_told(called, "may or may not have been carried out", "Tried once over ", "run the task again")
    assert called.methods.count(WRITE[resource.service]) == 1
    assert called["changed"] is True
    assert called["error"]["kind"] == "ambiguous"


@pytest.mark.parametrize("resource", SERVICES)
def test_more_retries_than_usual_are_made(sandbox: Sandbox, resource: Resource) -> None:
    sandbox.fault("drop", method=WRITE[resource.service], times=6)
    called = call(resource, options(sandbox, resource, max_retries=6), sandbox=sandbox)
    assert called["operation"] == "created"
    assert called.methods.count(WRITE[resource.service]) == 7


def test_a_429_that_names_its_wait_is_no_try(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=429, method="GET", times=2, retry_after=1, retry_after_form="body")
    arguments = options(sandbox, EVENT_PROFILE, max_retries=1)
    called = call(EVENT_PROFILE, arguments, check=True, sandbox=sandbox)
    assert called["operation"] == "created"
    assert called["api"]["requests"] == 3
    assert called["api"]["waited"] >= 2


# How long


@pytest.mark.parametrize("resource", SERVICES)
def test_the_deadline_ends_the_retries(sandbox: Sandbox, resource: Resource) -> None:
    sandbox.fault("status", status=503, method="GET", times=None)
    called = call(resource, options(sandbox, resource, max_retries=100, deadline=0.4), sandbox=sandbox)
    assert_told(called, "after the deadline of 0.4 s", "Tried ")
    assert called["api"]["waited"] < 0.4
    assert called["api"]["requests"] < 50


@pytest.mark.parametrize("resource", SERVICES)
@pytest.mark.parametrize(
    ("value", "due"),
    [
        ("7200", "due in 3600 s"),
        ("99999999999999999999", "due in 3600 s"),
        ("500", "due in 500 s"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "due in 3600 s"),
    ],
)
def test_a_wait_beyond_the_deadline_is_not_waited_for(
    sandbox: Sandbox, resource: Resource, value: str, due: str
) -> None:
    sandbox.fault("status", status=429, method="GET", times=None, headers={"Retry-After": value})
    called = call(resource, options(sandbox, resource), sandbox=sandbox)
    assert_told(called, due, "after the deadline of 120 s", "Tried once over ")
    assert [called["api"][name] for name in ("requests", "retries", "waited")] == [1, 0, 0]


@pytest.mark.parametrize("value", ["soon", "", "nan", "inf", "-inf", "1e999", "Thu, 99 Foo 2026", ";", "\x80", "-5x"])
def test_a_wait_that_makes_no_sense_counts_as_none(sandbox: Sandbox, value: str) -> None:
    sandbox.fault("status", status=429, method="GET", times=None, headers={"Retry-After": value})
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, max_retries=1), sandbox=sandbox)
    assert_told(called, "status 429", "Tried 2 times", "request_budget_share")


@pytest.mark.parametrize("wait", [None, True, "1", -1, 0, 10**400, [1], {"a": 1}])
def test_a_wait_in_the_body_that_makes_no_sense(sandbox: Sandbox, wait: Any) -> None:
    body = {"@error": {"@message": "Too much requests", "@rateLimit": {"Retry-After": wait}}}
    sandbox.fault("status", status=429, method="GET", times=None, json=body)
    arguments = options(sandbox, EVENT_PROFILE, max_retries=1, deadline=0.9)
    assert_told(call(EVENT_PROFILE, arguments, sandbox=sandbox), "status 429", "Tried ")


@pytest.mark.parametrize("value", ["0", "-3", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_server_that_says_at_once_is_not_hammered(sandbox: Sandbox, value: str) -> None:
    sandbox.fault("status", status=429, method="GET", times=None, headers={"Retry-After": value})
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, deadline=0.9), sandbox=sandbox)
    assert_told(called, "due in 1 s, after the deadline")
    assert len(called.log) == 1


@pytest.mark.parametrize("resource", SERVICES)
def test_a_body_that_only_drips_ends_at_the_deadline(sandbox: Sandbox, resource: Resource) -> None:
    sandbox.fault("drip", method="GET", times=None, delay=0.02)
    called = call(resource, options(sandbox, resource, deadline=0.3, read_timeout=5), sandbox=sandbox)
    assert_told(called, "took longer than the deadline of 0.3 s")


@pytest.mark.parametrize("resource", SERVICES)
def test_a_body_that_drips_but_ends_in_time_is_read(sandbox: Sandbox, resource: Resource) -> None:
    sandbox.fault("drip", method="GET", delay=0.001, chunk=64)
    assert call(resource, options(sandbox, resource), check=True, sandbox=sandbox)["operation"] == "created"


@pytest.mark.parametrize("declared", [True, False])
def test_a_huge_body_is_not_read_to_its_end(sandbox: Sandbox, declared: bool) -> None:
    sandbox.fault("huge", method="GET", times=None, bytes=80 * 2**20, declared=declared)
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE), sandbox=sandbox)
    assert_told(called, "larger than 64 MiB")
    assert len(called.log) == 1
    sandbox.settle()


@pytest.mark.parametrize("resource", SERVICES)
def test_a_huge_answer_to_a_write_is_looked_up(sandbox: Sandbox, resource: Resource) -> None:
    sandbox.fault("huge", method=WRITE[resource.service], bytes=66 * 2**20, when="after")
    called = call(resource, options(sandbox, resource), sandbox=sandbox)
    assert called["operation"] == "created"
    assert called.methods.count(WRITE[resource.service]) == 1
    assert call(resource, options(sandbox, resource), sandbox=sandbox)["changed"] is False
    sandbox.settle()


@pytest.mark.parametrize("resource", SERVICES)
def test_one_task_uses_one_connection(sandbox: Sandbox, resource: Resource) -> None:
    called = call(resource, options(sandbox, resource), sandbox=sandbox)
    assert len(called.log) > 1
    assert len({entry["connection"] for entry in called.log}) == 1


# Lost answers


@pytest.mark.parametrize("resource", SERVICES)
@pytest.mark.parametrize("carried_out", [False, True])
def test_where_a_lost_write_can_not_be_looked_up_both_failures_are_told(
    sandbox: Sandbox, resource: Resource, carried_out: bool
) -> None:
    sandbox.fault("drop", method=WRITE[resource.service], when="after" if carried_out else "before")
    sandbox.fault("status", status=503, method="GET", nth=2, times=None)
    called = call(resource, options(sandbox, resource, max_retries=1), sandbox=sandbox)
    assert_told(called, "GET ", "status 503", "Tried 2 times", "what became of this", WRITE[resource.service])
    assert called["changed"] is True
    sandbox.clear_faults()
    again = call(resource, options(sandbox, resource), sandbox=sandbox)
    assert again["changed"] is not carried_out


def test_a_list_that_was_written_but_not_read_again_is_told(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=503, method="GET", nth=2, times=None)
    called = call(WEBHOOK_ACTION, options(sandbox, WEBHOOK_ACTION, max_retries=1), sandbox=sandbox)
    assert_told(called, "was written, but could not be read again")
    assert called["changed"] is True


def test_an_update_whose_answer_says_nothing_is_looked_up(sandbox: Sandbox) -> None:
    sandbox.fault("wrong_shape", method="PATCH", when="after")
    sandbox.fault("status", status=503, path_regex="/389$", method="GET", times=None)
    arguments = options(sandbox, EVENT_PROFILE, id=389, support_email="a@b.c", max_retries=0)
    called = call(EVENT_PROFILE, arguments, sandbox=sandbox)
    assert_told(called, "status 503", "what became of this", "gave no such profile back")
    assert called["changed"] is True


def test_an_update_that_was_answered_with_another_profile_is_looked_up(sandbox: Sandbox) -> None:
    sandbox.fault("wrong_shape", method="PATCH", when="after", json=seeds.PHONECOM_PROFILES[1])
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, id=389, name="Other"), sandbox=sandbox)
    assert called["profile"]["id"] == 389
    assert called["verified"] is True


def test_a_creation_that_was_answered_with_an_old_profile_is_looked_up(sandbox: Sandbox) -> None:
    sandbox.fault("wrong_shape", method="POST", when="after", json=seeds.PHONECOM_PROFILES[1])
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE), sandbox=sandbox)
    assert called["profile"]["id"] == 390


def test_a_delete_whose_answer_was_lost_succeeds_when_it_finds_nothing(sandbox: Sandbox) -> None:
    sandbox.fault("drop", method="DELETE", when="after")
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, name=None, id=389, state="absent"), sandbox=sandbox)
    assert called["operation"] == "deleted"
    assert [entry["status"] for entry in called.log if entry["method"] == "DELETE"] == ["dropped", 404]


def test_a_double_that_comes_late_is_named(sandbox: Sandbox) -> None:
    """The first request is carried out only while the second one is under way: nothing can prevent that."""
    sandbox.fault("drop", method="POST")
    late = {"name": "New", "support_email": None}
    edit = {"service": "phonecom", "op": "create", "account": seeds.PHONECOM_ACCOUNT, "fields": late}
    sandbox.rival_on(edit, method="POST", nth=2)
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE), sandbox=sandbox)
    assert called["profile"]["id"] == 391
    assert any("made more than once" in text and "delete: ids 390" in text for text in called.warnings)


def test_what_was_lost_is_not_mistaken_for_what_another_one_made(sandbox: Sandbox) -> None:
    sandbox.fault("drop", method="POST")
    fields = {"name": "New", "support_email": "else@example.org"}
    edit = {"service": "phonecom", "op": "create", "account": seeds.PHONECOM_ACCOUNT, "fields": fields}
    sandbox.rival_on(edit, method="GET", nth=2)
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE), sandbox=sandbox)
    assert called["profile"]["support_email"] is None


def test_a_name_that_the_server_trims_is_recognised_after_a_lost_answer(sandbox: Sandbox) -> None:
    sandbox.quirks(phonecom_normalise_name=True)
    sandbox.fault("drop", method="POST", when="after")
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, name=" New "), sandbox=sandbox)
    assert called["profile"]["name"] == "New"
    assert called.methods.count("POST") == 1


def test_two_equal_entries_by_different_names_are_both_made_after_lost_answers(sandbox: Sandbox) -> None:
    sandbox.fault("drop", method="POST", when="after", times=2)
    arguments = sandbox.phonecom_options(profiles=[{"name": "One"}, {"name": "Two"}])
    called = call(EVENT_PROFILES, arguments, sandbox=sandbox)
    assert [item["id"] for item in called["operations"]] == [390, 391]
    assert called.methods.count("POST") == 2


def test_where_doubles_can_not_be_looked_for_a_warning_says_so(sandbox: Sandbox) -> None:
    sandbox.fault("drop", method="POST")
    sandbox.fault("status", status=503, method="GET", nth=4, times=None)
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, max_retries=1), sandbox=sandbox)
    assert called["operation"] == "created"
    assert any("made more than once could not be read" in text and "503" in text for text in called.warnings)


def test_an_update_that_can_not_be_looked_up_for_an_answer_of_the_wrong_shape(sandbox: Sandbox) -> None:
    sandbox.fault("wrong_shape", path_regex="/389$", times=None, when="after")
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, id=389, name="Other"), sandbox=sandbox)
    assert_told(called, "gave no profile for id 389", "what became of this", "gave no such profile back")
    assert called["changed"] is True


def test_an_update_of_a_profile_that_is_gone_fails(sandbox: Sandbox) -> None:
    sandbox.fault("wrong_shape", method="PATCH")
    edit = {"service": "phonecom", "op": "delete", "account": seeds.PHONECOM_ACCOUNT, "id": 389}
    sandbox.rival_on(edit, method="GET", path_regex="/389$")
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, id=389, name="Other"), sandbox=sandbox)
    assert_told(called, "gave no such profile back", "was not carried out", "gone")
    assert called["changed"] is False


def test_a_refused_list_whose_page_can_not_be_read_again_is_just_refused(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=400, method="PATCH", message="No")
    sandbox.fault("status", status=503, method="GET", nth=2, times=None)
    called = call(WEBHOOK_ACTION, options(sandbox, WEBHOOK_ACTION, max_retries=0), sandbox=sandbox)
    assert_told(called, "status 400")
    assert "503" not in called["msg"]
