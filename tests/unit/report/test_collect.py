# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of results: resources and their drift, failures, and what nobody knows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.plugin_utils._drift_collect import READ
from support.reports import ACCOUNT, collected, drift, operation, plural, report, seen, singular

QUICK = settings(max_examples=150, deadline=None, database=None)


def test_each_operation_is_an_audited_resource() -> None:
    found = [drift("different", "Desk", "support_email", "a@example.org", "b@example.org", id=389)]
    collector = collected(seen(plural([operation("Desk", "updated", 389), operation("Night", id=12)], found)))
    desk, night = collector.resources
    assert (desk.key, desk.id, desk.service, desk.account_id, desk.scope) == (
        "Desk",
        389,
        "phonecom",
        ACCOUNT,
        "account",
    )
    assert [(item.kind, item.field, item.live, item.declared) for item in desk.drift.values()] == [
        ("different", "support_email", "a@example.org", "b@example.org")
    ]
    assert (night.key, list(night.drift), night.account_id) == ("Night", [], ACCOUNT)
    assert not collector.failures
    assert not collector.unknown


def test_a_singular_result_is_one_resource_with_all_its_drift() -> None:
    found = [drift("different", "Desk", name, 1, 2, id=389) for name in ("a", "b")]
    (resource,) = collected(seen(singular("updated", found), module="phonecom_event_profile")).resources
    assert (resource.key, [item.field for item in resource.drift.values()]) == ("Desk", ["a", "b"])


def test_unchanged_singular_results_are_told_apart_although_they_have_no_name() -> None:
    results = [seen(singular("unchanged"), module="phonecom_event_profile", item=number) for number in (1, 2, 3)]
    resources = collected(*results).resources
    assert [(resource.key, resource.tasks) for resource in resources] == [
        (None, [f"Audit (item {number})"]) for number in (1, 2, 3)
    ]


def test_a_new_resource_has_no_id_in_its_drift() -> None:
    live = plural([operation("New", "created", 390)], [drift("missing", "New")])
    (resource,) = collected(seen(live)).resources
    assert (resource.id, [item.kind for item in resource.drift.values()]) == (390, ["missing"])


def test_a_resource_is_the_same_before_and_after_it_is_made() -> None:
    predicted = seen(plural([operation("New", "created")], [drift("missing", "New")]))
    made = seen(plural([operation("New", "created", 390)], [drift("missing", "New")]), check=False)
    again = seen(plural([operation("New", id=390)]))
    absent = seen(plural([operation("New")]))
    (resource,) = report(predicted, made, again, absent)["resources"]
    assert (resource["id"], resource["audits"], len(resource["drift"])) == (390, 4, 1)


def test_drift_of_resources_of_one_name_goes_by_scope_and_id() -> None:
    operations = [operation("Hook", "updated", 1, scope="p1"), operation("Hook", id=2, scope="p1")]
    operations += [operation("Hook", "updated", 3, scope="p2")]
    found = [drift("different", "Hook", "url", id=3, scope="p2"), drift("different", "Hook", "url", id=1, scope="p1")]
    resources = collected(seen(plural(operations, found))).resources
    assert {(item.scope, item.id): len(item.drift) for item in resources} == {("p1", 1): 1, ("p1", 2): 0, ("p2", 3): 1}


def test_what_can_not_be_compared_is_listed_and_is_no_drift() -> None:
    found = [drift("unverifiable", "Hook", "secret_headers.X-Auth")]
    made = report(seen(plural([operation("Hook")], found)))
    (resource,) = made["resources"]
    assert (resource["state"], resource["drift"], resource["unverifiable"]) == ("clean", [], ["secret_headers.X-Auth"])
    assert (made["verdict"], made["totals"]["unverifiable"]) == ("clean", 1)


@pytest.mark.parametrize(
    ("status", "result", "reason"),
    [
        ("skipped", {"changed": False}, "skipped"),
        ("unreachable", {"msg": "ssh: connection refused"}, "unreachable"),
        ("ok", {"censored": "the output has been hidden", "changed": True}, "censored"),
        ("ok", {"changed": True}, "no_result"),
        ("ok", {"operation": "unchanged"}, "no_result"),
        ("ok", {"operation": "unchanged", "drift": None}, "no_result"),
        ("ok", {"operation": "exploded", "drift": []}, "no_result"),
        ("ok", {"operations": [{"operation": "unchanged"}], "drift": []}, "no_result"),
        ("ok", {"operations": "all of them", "drift": []}, "no_result"),
        ("ok", {"operation": "updated", "drift": ["something"]}, "no_result"),
        ("ok", {"operation": "updated", "drift": [drift("new kind", "Desk")]}, "no_result"),
    ],
)
def test_a_result_that_does_not_tell_is_unknown(status: str, result: dict[str, Any], reason: str) -> None:
    collector = collected(seen(result, status))
    assert [item.reason for item in collector.unknown] == [reason]
    assert not collector.resources
    assert not collector.failures
    assert report(seen(plural([operation("Desk")])), seen(result, status))["verdict"] == "incomplete"


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("failed", {"msg": "Phone.com refused."}),
        ("ok", {"msg": "Phone.com refused.", "changed": False}),  # failed_when: false
        ("failed", {"msg": "Phone.com refused.\n\nThe offending line appears to be:\n\n  api_token: hunter2"}),
        ("failed", {"msg": "Phone.com refused.", "drift": []}),
    ],
)
def test_a_failure_counts_whatever_the_playbook_makes_of_it(status: str, result: dict[str, Any]) -> None:
    collector = collected(seen(result, status))
    assert [item.message for item in collector.failures] == ["Phone.com refused."]
    assert report(seen(plural([operation("Desk")])), seen(result, status))["verdict"] == "failed"


def test_a_partial_failure_that_failed_when_turned_into_a_success_is_one() -> None:
    partial = plural([operation("One", "updated", 1, done=False)], msg="Phone.com refused.")
    collector = collected(seen(partial, "ok", broken=True))
    assert [item.message for item in collector.failures] == ["Phone.com refused."]


def test_a_failure_without_a_message_is_told_too() -> None:
    for result in ({}, {"msg": None}, {"msg": ["odd"]}, {"censored": "hidden"}):
        assert len(collected(seen(result, "failed")).failures) == 1


def test_drift_that_was_found_before_a_failure_is_kept() -> None:
    partial = plural(
        [operation("One", "updated", 1, done=True), operation("Two", "updated", 2, done=False)],
        [drift("different", name, "support_email", 1, 2, id=number) for number, name in enumerate(("One", "Two"), 1)],
        msg="Phone.com refused.",
    )
    collector = collected(seen(partial, "failed", check=False, broken=True))
    assert [(item.key, [found.corrected for found in item.drift.values()]) for item in collector.resources] == [
        ("One", [True]),
        ("Two", [False]),
    ]
    assert [item.changed for item in collector.failures] == [True]
    alone = {"msg": "Refused.", "drift": [drift("different", "Desk", "a"), drift("different", "Desk", "b")]}
    (resource,) = collected(seen(alone, "failed", module="phonecom_event_profile", broken=True)).resources
    assert (resource.key, len(resource.drift), resource.audits) == ("Desk", 2, 1)


def test_failed_when_on_drift_is_drift_and_else_a_failure() -> None:
    found = [drift("different", "Desk", "support_email")]
    message = "A 'failed_when' expression evaluated to 'True'."
    on_drift = seen(singular("updated", found, msg=message), "failed")
    assert report(on_drift)["verdict"] == "drift"
    without = report(seen(singular("unchanged", msg=message), "failed"))
    assert (without["verdict"], without["failures"][0]["reason"]) == ("failed", "condition")


def test_drift_is_corrected_only_by_a_run_that_writes() -> None:
    result = singular("updated", [drift("different", "Desk", "support_email", 1, 2, id=3)])
    for check, corrected in ((True, False), (False, True)):
        (resource,) = collected(seen(result, check=check)).resources
        assert [item.corrected for item in resource.drift.values()] == [corrected]
    # Found, put right, and audited again: once drifted, and corrected.
    again = plural([operation("Desk", id=3)])
    made = report(seen(result), seen(result, check=False), seen(again))
    (resource,) = made["resources"]
    assert (resource["audits"], resource["drift"][0]["corrected"], made["verdict"]) == (3, True, "drift")
    # And there again afterwards.
    (resource,) = report(seen(result, check=False), seen(result))["resources"]
    assert [item["corrected"] for item in resource["drift"]] == [False]


def test_a_resource_that_two_hosts_audit_is_counted_once_and_that_is_said() -> None:
    found = [drift("different", "Desk", "support_email", 1, 2, id=3)]
    first = seen(plural([operation("Desk", "updated", 3)], found), host="one")
    made = report(first, seen(plural([operation("Desk", "updated", 3)], found), host="two"))
    (resource,) = made["resources"]
    assert (resource["hosts"], resource["audits"], len(resource["drift"])) == (["one", "two"], 2, 1)
    assert resource["drift"][0]["hosts"] == ["one", "two"]
    assert made["notes"] == ["1 resource was audited for several hosts and counted once."]
    # Hosts that declare different things disagree, and both are told.
    other = [drift("different", "Desk", "support_email", 1, 99, id=3)]
    (resource,) = report(first, seen(plural([operation("Desk", "updated", 3)], other), host="two"))["resources"]
    assert [item["to"] for item in resource["drift"]] == [2, 99]


def test_resources_of_other_accounts_or_of_unknown_ones_are_others() -> None:
    elsewhere = {"requests": 1, "account_id": "1000003"}
    unknown: dict[str, Any] = {"requests": 1}
    results = [
        seen(plural([operation("Desk", id=3)]), host="one"),
        seen(plural([operation("Desk", id=3)], api=elsewhere), host="one"),
        seen(plural([operation("Desk", id=3)], api=unknown), host="two"),
        seen(plural([operation("Desk", id=3)], api=unknown), host="three"),
    ]
    made = report(*results)
    assert made["totals"]["resources"] == 4
    accounts = [(item["account_id"], item["hosts"]) for item in made["by_account"]]
    assert sorted(accounts, key=str) == sorted(
        [(ACCOUNT, ["one"]), ("1000003", ["one"]), (None, ["two"]), (None, ["three"])], key=str
    )


def test_info_modules_count_nothing_but_their_failures() -> None:
    module = "phonecom_event_profile_info"
    collector = collected(
        seen({"profiles": [], "api": {"requests": 2}}, module=module),
        seen({}, "skipped", module=module),
        seen({"censored": "hidden"}, module=module),
        seen({"msg": "refused"}, "failed", module=module),
    )
    assert (collector.resources, collector.unknown, len(collector.failures)) == ([], [], 1)
    assert collector.api["requests"] == 2
    assert list(collector.hosts) == []


def test_module_names_stand_in_where_there_is_no_drift_to_tell() -> None:
    names = {
        "caligraph_webhook_actions": ("caligraph", "webhook_action"),
        "phonecom_event_profile": ("phonecom", "event_profile"),
    }
    for module, told in names.items():
        (resource,) = collected(seen(singular("unchanged"), module=module)).resources
        assert (resource.service, resource.resource) == told


def test_requests_are_added_up_and_nonsense_is_not() -> None:
    numbers: list[Any] = [3, 1.5, True, -1, "7", None, 10**12, float("nan")]
    collector = collected(*(seen(singular("unchanged", api={"requests": number})) for number in numbers))
    assert collector.api["requests"] == 4.5
    assert collected(seen(singular("unchanged", api=["odd"]))).api["requests"] == 0


def test_only_the_keys_that_are_safe_are_read() -> None:
    assert set(READ) == {"drift", "operation", "operations", "api", "msg", "changed"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
DRIFT = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("service", "account_id", "scope", "resource", "key", "id", "field", "from", "to"), JSON),
        "kind": st.sampled_from(["missing", "different", "unexpected", "unverifiable"]) | JSON,
    },
)
OPERATION = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("index", "key", "id", "scope", "account_id", "done"), JSON),
        "operation": st.sampled_from(["created", "updated", "deleted", "unchanged"]) | JSON,
    },
)
RESULT = st.fixed_dictionaries(
    {},
    optional={
        "drift": st.lists(DRIFT, max_size=4) | JSON,
        "operation": st.sampled_from(["updated", "unchanged"]) | JSON,
        "operations": st.lists(OPERATION, max_size=4) | JSON,
        "msg": JSON,
        "api": JSON,
        "changed": JSON,
        "censored": JSON,
    },
)


@QUICK
@given(
    st.lists(st.tuples(RESULT, st.sampled_from(["ok", "failed", "skipped", "unreachable"]), st.booleans()), max_size=4)
)
def test_any_result_is_taken_and_never_lost(results: list[tuple[dict[str, Any], str, bool]]) -> None:
    """Whatever a result looks like, it is a resource, a failure or an unknown; and what is not good is never green."""
    observations = [seen(result, status, broken=broken) for result, status, broken in results]
    made = report(*observations)
    for observation in observations:
        collector = collected(observation)
        told = bool(collector.resources or collector.failures or collector.unknown)
        assert told or observation.result.get("operations") == []
    if any(observation.status != "ok" for observation in observations) or not made["resources"]:
        assert made["verdict"] != "clean"
    drifted = sum(len(item["drift"]) for item in made["resources"])
    assert (made["totals"]["drifts"] == drifted) and (bool(drifted) <= (made["verdict"] != "clean"))


def test_large_results_are_no_trouble() -> None:
    """Work that grows with the square of these numbers would take minutes."""
    one = plural(
        [operation("Desk", "updated", 1)],
        [drift("different", "Desk", f"headers.X-{number}", 1, 2, id=1) for number in range(20_000)],
    )
    (resource,) = collected(seen(one)).resources
    assert len(resource.drift) == 20_000
    namesakes = plural(
        [operation("Desk", "updated", number) for number in range(3_000)],
        [drift("different", "Desk", "support_email", 1, 2, id=number) for number in range(3_000)],
    )
    assert len(collected(seen(namesakes)).resources) == 3_000
