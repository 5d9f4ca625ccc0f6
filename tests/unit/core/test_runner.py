# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run: whatever happens becomes a result, warnings are told once, and no text leaves it unmasked."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.commops.events.plugins.module_utils._arguments import argument_spec
from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from ansible_collections.commops.events.plugins.module_utils._errors import ApiError, EventsError
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE, EVENT_PROFILES
from ansible_collections.commops.events.plugins.module_utils._plan import Purge, plan
from ansible_collections.commops.events.plugins.module_utils._resource import INFO, Resource
from ansible_collections.commops.events.plugins.module_utils._runner import Invocation, run
from ansible_collections.commops.events.plugins.module_utils._secrets import Masker
from ansible_collections.commops.events.plugins.module_utils._service import Connection, Outcome, Wanted
from ansible_collections.commops.events.plugins.module_utils._shared import Shared
from ansible_collections.commops.events.plugins.module_utils._spec import constraints, provided_paths
from ansible_collections.commops.events.plugins.module_utils._values import Raw
from unit.core.lists import profile, webhook

TOKEN = "hunter2-token"
HIDDEN = "something-secret"


@dataclasses.dataclass
class Service:
    """A list of profiles that is kept here. before: what happens before each step."""

    resource: Resource
    connection: Connection
    rows: list[Raw]
    before: Callable[[Connection], None] = lambda connection: None
    name: str = "account"

    def scope(self) -> str:
        return self.name

    def read(self) -> list[Raw]:
        self.before(self.connection)
        return self.rows

    def predict(self, wanted: Wanted) -> Outcome:
        rows = self.read()
        return Outcome(plan(rows, wanted.entries, resource=self.resource, purge=wanted.purge, indexed=wanted.indexed))

    apply = predict

    def purge(self, only: Mapping[str, Any], guard: int) -> Purge:
        return Purge(lambda raw: bool(only.get("everything")) or raw["name"].startswith(only["name_prefix"]), guard)

    def selected(self, raw: Raw) -> bool:
        return bool(raw["name"] != "hidden")

    def known_secrets(self, raw: Raw) -> list[str]:
        return []

    def described(self, raw: Raw) -> tuple[Raw, dict[str, Masker]]:
        return dict(raw), {"support_email": Masker()}


def with_service(
    resource: Resource, *rows: Raw, before: Callable[[Connection], None] = lambda connection: None, lists: int = 1
) -> Resource:
    """The same resource, on a service of ours."""

    def connect(resource: Resource, connection: Connection) -> list[Service]:
        return [Service(resource, connection, list(rows), before, f"list {number}") for number in range(lists)]

    return dataclasses.replace(resource, connect=connect)


@dataclasses.dataclass
class Ran:
    result: dict[str, Any]
    warnings: list[str]

    def __getitem__(self, name: str) -> Any:
        return self.result[name]


def ran(resource: Resource, shared: Shared | None = None, check: bool = True, **arguments: Any) -> Ran:
    spec = argument_spec(resource)
    usual = {"account_id": "1000002", "api_token": TOKEN} if "api_key" not in arguments else {}
    given = {**usual, **arguments}
    validated = ArgumentSpecValidator(spec, **constraints(resource)).validate(given)
    assert not validated.error_messages, validated.error_messages
    # An option that only the plural module of another service has.
    params = {"stop_after_failures": 1, **validated.validated_parameters}
    warnings: list[str] = []
    invocation = Invocation(params, provided_paths(spec, given), check_mode=check, diff_mode=True)
    result = run(resource, invocation, warnings.append, shared)
    assert TOKEN not in json.dumps(result) + str(warnings)
    return Ran(result, warnings)


# What goes well


def test_a_result_tells_what_the_run_cost_and_whose_account_it_was() -> None:
    result = ran(with_service(EVENT_PROFILE, profile("a", 7)), name="a").result
    assert result["api"] == {"requests": 0, "retries": 0, "waited": 0, "account_id": "1000002"}
    assert (result["changed"], result["operation"], result["profile"]["id"]) == (False, "unchanged", 7)
    assert "failed" not in result


def test_an_info_module_shows_what_its_filters_let_through() -> None:
    resource = with_service(EVENT_PROFILE.as_form(INFO), profile("a", 1), profile("hidden", 2), profile("a", 3))
    result = ran(resource).result
    assert [row["id"] for row in result["profiles"]] == [1, 3]
    assert [entry["id"] for entry in result["declared"]] == [1, 3]


def test_a_credential_in_what_the_api_gave_is_cut_out_everywhere() -> None:
    rows = [profile(f"name {TOKEN}", 1), profile("b", 2, support_email=f"{TOKEN}@example.com")]
    result = ran(with_service(EVENT_PROFILE.as_form(INFO), *rows)).result
    assert result["profiles"][0]["name"] == "name (secret)"
    # What is not shown whole is not declared: it would be written with the mask in it.
    assert result["declared"] == [{"support_email": None, "id": 1}, {"name": "b"}]


def test_several_lists_are_one_result() -> None:
    result = ran(with_service(EVENT_PROFILES, profile("a"), lists=3), profiles=[{"name": "a"}, {"name": "b"}]).result
    assert [item["operation"] for item in result["operations"]] == ["unchanged", "created"] * 3
    assert [entry["scope"] for entry in result["drift"]] == ["list 0", "list 1", "list 2"]
    assert result["changed"] is True


# Warnings


def test_each_warning_is_told_once() -> None:
    def warn(connection: Connection) -> None:
        for _time in range(3):
            connection.warn(f"the token is {TOKEN}")

    called = ran(with_service(EVENT_PROFILE, before=warn), name="a")
    assert called.warnings == ["the token is (secret)"]


def test_the_planner_warns_through_the_run() -> None:
    called = ran(with_service(EVENT_PROFILE, profile("a", 1), profile("b", 2)), name="b", id=1)
    assert called.warnings == ['Another event profile has the name "b" too (id 2); by name both are ambiguous.']


def test_a_short_secret_and_unchecked_certificates_earn_a_warning() -> None:
    called = ran(with_service(EVENT_PROFILE), name="a", api_token="abc", validate_certs=False)
    assert len(called.warnings) == 2
    assert called.warnings[0].startswith("api_token is shorter than 6 characters")
    assert called.warnings[1].startswith("validate_certs is false")


def test_a_short_value_of_a_secret_header_earns_a_warning_and_a_short_part_of_a_url_none() -> None:
    item: dict[str, Any] = {"title": "a", "url": "https://h.example/?v=1"}
    item["secret_headers"] = {"X-A": "abc", "X-B": None}
    live = {**webhook("a"), "headers": {"X-B": "there"}}
    called = ran(with_service(WEBHOOK_ACTION, live), account_id="me@example.com", api_key=TOKEN, profile_id="p", **item)
    assert called.warnings == [
        "secret_headers is shorter than 6 characters: ansible-core masks such a value wherever it stands, so other text"
        " of the output may be masked too."
    ]
    assert called["action"]["url"] == "https://h.example/?v=(secret)"


# Failures


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        ({"account_id": "me"}, "account_id"),
        ({"api_token": f"{TOKEN}\n"}, "api_token"),
        ({"api_url": "http://api.example"}, "api_url"),
        ({"deadline": 0}, "deadline"),
        ({"name": " "}, "name"),
    ],
)
def test_a_refused_option_is_a_failure_with_its_name(arguments: dict[str, Any], option: str) -> None:
    result = ran(with_service(EVENT_PROFILE), **{"name": "a", **arguments}).result
    assert (result["failed"], result["changed"]) == (True, False)
    assert result["error"] == {"kind": "option", "option": option}
    assert result["msg"].startswith(f"{option}: ")


def test_a_wrong_scale_of_windows_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMOPS_EVENTS_WINDOW_SCALE", "fast")
    assert ran(with_service(EVENT_PROFILE), name="a")["error"]["option"] == "COMMOPS_EVENTS_WINDOW_SCALE"
    assert "failed" not in ran(with_service(EVENT_PROFILE), name="a", request_budget="off").result


def test_an_error_of_the_service_is_a_failure_with_its_details() -> None:
    def fail(connection: Connection) -> None:
        raise ApiError(f"refused {TOKEN}", 409, "in_use")

    result = ran(with_service(EVENT_PROFILE, before=fail), name="a").result
    assert (result["failed"], result["changed"], result["msg"]) == (True, False, "refused (secret)")
    assert result["error"] == {"kind": "api", "status": 409, "code": "in_use"}
    assert result["api"]["requests"] == 0


def test_what_was_planned_is_told_with_a_failure() -> None:
    def fail(connection: Connection) -> None:
        error = EventsError("half-way")
        error.outcome = Outcome(plan([], [], resource=EVENT_PROFILES), uncertain=True)
        raise error

    result = ran(with_service(EVENT_PROFILES, before=fail), profiles=[], check=False).result
    assert (result["failed"], result["changed"], result["operations"]) == (True, True, [])


def test_before_there_is_a_service_to_ask_there_is_nothing_to_tell() -> None:
    def connect(resource: Resource, connection: Connection) -> list[Service]:
        raise EventsError("no such list")

    result = ran(dataclasses.replace(EVENT_PROFILES, connect=connect), profiles=[]).result
    assert (result["failed"], result["changed"], result["msg"]) == (True, False, "no such list")
    assert "operations" not in result


def test_failures_of_several_lists_are_told_by_list() -> None:
    def fail(connection: Connection) -> None:
        raise EventsError(f"no {TOKEN}")

    result = ran(with_service(EVENT_PROFILES, before=fail, lists=2), profiles=[]).result
    assert [failure["scope"] for failure in result["failures"]] == ["list 0", "list 1"]
    assert (result["failed"], result["changed"]) == (True, False)


def test_after_so_many_failures_no_further_list_is_begun_except_to_look() -> None:
    begun: list[str] = []

    def fail(connection: Connection) -> None:
        begun.append("one")
        raise EventsError("no")

    resource = with_service(EVENT_PROFILES, before=fail, lists=20)
    result = ran(resource, profiles=[], check=False).result
    assert len(begun) == len(result["failures"]) < 20
    assert len(result["failures"]) + len(result["not_begun"]) == 20
    assert "were not begun (stop_after_failures)" in result["msg"]
    assert len(ran(resource, profiles=[], check=True)["failures"]) == 20


class Unspeakable(Exception):
    """Its text may hold anything."""

    def __str__(self) -> str:
        raise AssertionError("nobody may ask for it")

    __repr__ = __str__


@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"{HIDDEN} in a text"),
        KeyError(HIDDEN),
        Unspeakable(HIDDEN),
        UnicodeEncodeError("ascii", HIDDEN, 0, 1, HIDDEN),
        OSError(5, HIDDEN, f"/{HIDDEN}"),
        RecursionError(HIDDEN),
        MemoryError(HIDDEN),
        AssertionError(HIDDEN),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("wrote", [True, False])
def test_an_unexpected_exception_tells_its_type_and_place_and_no_text(error: Exception, wrote: bool) -> None:
    def fail(connection: Connection) -> None:
        connection.transport.usage.sent(write=wrote, again=False)
        raise error from ValueError(HIDDEN)

    result = ran(with_service(EVENT_PROFILE, before=fail), name="a", check=False).result
    name = type(error).__name__
    assert (result["failed"], result["changed"], result["error"]) == (True, wrote, {"kind": "fault"})
    assert result["msg"].startswith(f"Unexpected {name} in test_runner.py, line ")
    assert result["msg"].endswith(": a fault of commops.events; please report it.")
    assert "in fail\n" in result["exception"] and result["exception"].endswith(f"\n{name}")
    assert HIDDEN not in json.dumps(result)


def test_an_answer_that_is_nested_too_deeply_is_a_failure() -> None:
    deep: Any = "x"
    for _level in range(2_000):
        deep = [deep]
    result = ran(with_service(EVENT_PROFILE.as_form(INFO), profile("a", 1, created_at=deep))).result
    assert (result["failed"], result["error"]) == (True, {"kind": "fault"})
    assert result["msg"].startswith("Unexpected RecursionError in ")


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_process_gets_through(error: type[BaseException]) -> None:
    def end(connection: Connection) -> None:
        raise error

    with pytest.raises(error):
        ran(with_service(EVENT_PROFILE, before=end), name="a")


# Lists and connections that items of a loop share


class Session:
    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def test_a_run_closes_its_own_connections_and_no_others() -> None:
    opened: list[Session] = []

    def use(connection: Connection) -> None:
        opened.append(connection.shared.session("key", Session))

    resource = with_service(EVENT_PROFILE, before=use)
    shared = Shared()
    for _item in range(2):
        ran(resource, shared, name="a")
    ran(resource, name="a")
    assert opened[0] is opened[1] is not opened[2]
    assert [session.closed for session in opened] == [0, 0, 1]
    shared.close()
    assert [session.closed for session in opened] == [1, 1, 1]


# Purge

USUAL: dict[str, Any] = {"profiles": [], "purge": True, "purge_only": {"name_prefix": "x"}, "max_deletions": 5}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"state": "absent"}, "purge: can't stand together with state: absent"),
        ({"profiles": [{"name": "x", "state": "absent"}]}, "purge: can't stand together with state: absent"),
        ({"purge_only": {"name_prefix": ""}}, "purge_only: holds an empty prefix"),
        ({"purge_only": {"name_prefix": "", "everything": True}}, "purge_only: holds an empty prefix"),
        ({"purge_only": {}}, "purge_only: is needed with purge"),
        ({"purge_only": None}, "purge_only: is needed with purge"),
        ({"purge_only": {"everything": False}}, "purge_only: is needed with purge"),
        ({"purge_only": {"everything": True, "name_prefix": "x"}}, "purge_only: holds everything: true beside"),
        ({"max_deletions": None}, "max_deletions: is needed with purge"),
        ({"max_deletions": -1}, "max_deletions: -1 is below 0."),
    ],
)
def test_a_purge_without_bounds_is_refused(arguments: dict[str, Any], message: str) -> None:
    rows = [profile("x", 1), profile("y", 2)]
    result = ran(with_service(EVENT_PROFILES, *rows), **{**USUAL, **arguments}).result
    assert result["failed"] is True
    assert result["msg"].startswith(message)


@pytest.mark.parametrize(
    ("arguments", "deleted"),
    [
        ({}, ["x", "xy"]),
        ({"max_deletions": 2}, ["x", "xy"]),
        ({"purge": False}, []),
        ({"purge": False, "purge_only": None, "max_deletions": -1}, []),
        ({"purge_only": {"everything": True}}, ["x", "xy", "y"]),
        ({"purge_only": {"everything": False, "name_prefix": "y"}}, ["y"]),
        ({"profiles": [{"name": "xy"}]}, ["x"]),
    ],
)
def test_a_purge_within_its_bounds_is_planned(arguments: dict[str, Any], deleted: list[str]) -> None:
    rows = [profile("x", 1), profile("xy", 2), profile("y", 3)]
    result = ran(with_service(EVENT_PROFILES, *rows), **{**USUAL, **arguments}).result
    assert [item["key"] for item in result["operations"] if item["operation"] == "deleted"] == deleted
