# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of any shape, from both services: a message and never a traceback, and nothing foreign ever changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._caligraph import (
    WEBHOOK_ACTION,
    WEBHOOK_ACTION_INFO,
    WEBHOOK_ACTIONS,
)
from ansible_collections.commops.events.plugins.module_utils._phonecom import (
    EVENT_PROFILE,
    EVENT_PROFILE_INFO,
    EVENT_PROFILES,
)
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import Called, call
from unit.services.scenario import writes

BOUNDED = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
OURS = ("New", seeds.WEBHOOK["title"])

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 600)
    | st.sampled_from([10**25, -1, 0, 1, 389])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["", "WEBHOOK", "TEMPLATE", "\ud800", "\u0000", "true", "https://[", "{", "id", "x" * 300])
)
keys = st.sampled_from(
    ["id", "items", "actions", "errors", "code", "message", "@error", "@message", "@messages", "@rateLimit"]
    + ["headers", "total", "limit", "name", "title", "Retry-After", "", "\udfff"]
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=8
)


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all parts of a JSON value, the whole included."""
    yield path
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from places(value, (*path, key))


def mutated(seed: Any, choice: st.DataObject) -> Any:
    """A JSON value with one to three parts replaced, removed or doubled."""
    data = copy.deepcopy(seed)
    for _number in range(choice.draw(st.integers(1, 3))):
        path = choice.draw(st.sampled_from(list(places(data))))
        kind = choice.draw(st.sampled_from(["replace", "remove", "double"]))
        if not path:
            if kind == "replace":
                data = choice.draw(anything)
            continue
        parent = data
        for key in path[:-1]:
            parent = parent[key]
        if kind == "replace":
            parent[path[-1]] = choice.draw(anything)
        elif kind == "remove":
            del parent[path[-1]]
        elif isinstance(parent, list):
            parent.append(copy.deepcopy(parent[path[-1]]))
    return data


def assert_sound(called: Called) -> None:
    """No traceback, no endless message, and a failure says something."""
    assert "exception" not in called.result, called.result
    if called.failed:
        assert 10 < len(called["msg"]) < 2000
        assert called["error"]["kind"] != "fault"


def hooks(sandbox: Sandbox, **options: Any) -> dict[str, Any]:
    return sandbox.caligraph_options(
        actions=[
            {"title": "New", "anchor": "NO_SHOW", "url": "https://hooks.example/", "secret_headers": {"X-A": "s3cr3t"}},
            {"title": seeds.WEBHOOK["title"], "headers": {"Test": "other"}, "offset_minutes": 3},
        ],
        max_retries=0,
        **{"profile_id": seeds.PAGE_WEBHOOK, **options},
    )


def page(sandbox: Sandbox) -> dict[str, Any]:
    others = [{**seeds.WEBHOOK, "id": "theirs", "title": "Theirs", "headers": {"Authorization": "x"}}]
    return {"id": seeds.PAGE_WEBHOOK, "title": "Intake call", "actions": [*sandbox.actions(), *others]}


@BOUNDED
@given(choice=st.data())
def test_any_page_with_actions(sandbox: Sandbox, choice: st.DataObject) -> None:
    sandbox.reset()
    answer = mutated(page(sandbox), choice)
    sandbox.fault("wrong_shape", service="caligraph", method="GET", times=None, json=answer)
    for check in (True, False):
        called = call(WEBHOOK_ACTIONS, hooks(sandbox, on_conflict="fail"), check=check, sandbox=sandbox)
        assert_sound(called)
    sent = writes(called)
    assert len(sent) <= 1
    if sent:
        read = [json.dumps(raw) for raw in answer["actions"] if raw.get("title") not in OURS]
        written = [json.dumps(raw) for raw in sent[0][1]["actions"] if raw.get("title") not in OURS]
        assert written == read
        assert all({"type", "status", "anchor"} <= raw.keys() for raw in sent[0][1]["actions"])
    assert_sound(call(WEBHOOK_ACTION_INFO, sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK)))


@BOUNDED
@given(choice=st.data())
def test_any_page_after_the_write(sandbox: Sandbox, choice: st.DataObject) -> None:
    sandbox.reset()
    answer = mutated(page(sandbox), choice)
    sandbox.fault("wrong_shape", service="caligraph", method="GET", nth=2, times=None, json=answer)
    before = [json.dumps(raw) for raw in sandbox.actions() if raw["title"] not in OURS]
    called = call(WEBHOOK_ACTIONS, hooks(sandbox, on_conflict="fail"), sandbox=sandbox)
    assert_sound(called)
    assert called["changed"] is True
    assert len(writes(called)) == 1
    assert [json.dumps(raw) for raw in sandbox.actions() if raw["title"] not in OURS] == before


@BOUNDED
@given(choice=st.data())
def test_any_answer_to_a_write_of_actions(sandbox: Sandbox, choice: st.DataObject) -> None:
    sandbox.reset()
    answer = mutated(page(sandbox), choice)
    status = choice.draw(st.sampled_from([200, 201, 202]))
    sandbox.fault("wrong_shape", method="PATCH", when="after", json=answer, status=status)
    called = call(WEBHOOK_ACTIONS, hooks(sandbox), sandbox=sandbox)
    assert_sound(called)
    assert called["verified"] is True
    assert call(WEBHOOK_ACTIONS, hooks(sandbox), sandbox=sandbox)["changed"] is False


@BOUNDED
@given(choice=st.data())
def test_any_list_of_pages(sandbox: Sandbox, choice: st.DataObject) -> None:
    sandbox.reset()
    seed = [{"id": found["id"], "title": found["title"], "subdomain": found["subdomain"]} for found in sandbox.pages()]
    answer = mutated({"items": seed} if choice.draw(st.booleans()) else seed, choice)
    sandbox.fault("wrong_shape", path_regex="/profiles$", times=None, json=answer)
    ways: list[dict[str, Any]] = [
        {"profile_title": "Intake call"}, {"profile_subdomain": "intake"}, {"all_profiles": True},
    ]  # fmt: skip
    given_page = choice.draw(st.sampled_from(ways))
    arguments = {**hooks(sandbox, **given_page)}
    del arguments["profile_id"]
    assert_sound(call(WEBHOOK_ACTIONS, arguments, check=True, sandbox=sandbox))


@BOUNDED
@given(choice=st.data())
@pytest.mark.parametrize("total", [False, True])
def test_any_list_of_profiles(sandbox: Sandbox, total: bool, choice: st.DataObject) -> None:
    sandbox.reset()
    seed: dict[str, Any] = {
        "filters": {}, "sort": {"id": "desc"}, "limit": 500, "offset": 0, "items": seeds.PHONECOM_PROFILES,
    }  # fmt: skip
    if total:
        seed["total"] = 2
    answer = mutated(seed, choice)
    sandbox.fault("wrong_shape", path_regex="/profiles$", method="GET", times=None, json=answer)
    arguments = sandbox.phonecom_options(
        profiles=[{"name": "New"}, {"id": 389, "name": "Other"}, {"id": 383, "state": "absent"}],
        max_retries=0,
        request_budget="off",
    )
    predicted = call(EVENT_PROFILES, arguments, check=True, sandbox=sandbox)
    live = call(EVENT_PROFILES, arguments, sandbox=sandbox)
    assert_sound(predicted)
    assert_sound(live)
    if predicted.failed:
        assert writes(live) == []
        assert live["msg"] == predicted["msg"]
    assert_sound(call(EVENT_PROFILE_INFO, sandbox.phonecom_options(request_budget="off")))


@BOUNDED
@given(choice=st.data())
def test_any_list_of_callbacks(sandbox: Sandbox, choice: st.DataObject) -> None:
    sandbox.reset()
    seed = {"limit": 500, "offset": 0, "items": sandbox.rows("callbacks")}
    sandbox.fault("wrong_shape", path_regex="/callbacks$", times=None, json=mutated(seed, choice))
    arguments = sandbox.phonecom_options(id=389, state="absent", max_retries=0, request_budget="off")
    live = call(EVENT_PROFILE, arguments, sandbox=sandbox)
    assert_sound(live)
    assert live.failed is (len(sandbox.profiles()) == 2)


@BOUNDED
@given(choice=st.data())
@pytest.mark.parametrize(
    ("method", "task"),
    [
        ("POST", {"name": "New"}),
        ("PATCH", {"id": 389, "name": "Other"}),
        ("DELETE", {"id": 389, "state": "absent"}),
    ],
)
def test_any_answer_to_a_write_of_a_profile(
    sandbox: Sandbox, method: str, task: dict[str, Any], choice: st.DataObject
) -> None:
    sandbox.reset()
    answer = mutated(seeds.PHONECOM_PROFILES[0] if method != "DELETE" else {"success": True}, choice)
    sandbox.fault("wrong_shape", method=method, when="after", json=answer, times=None)
    arguments = sandbox.phonecom_options(**task, max_retries=0, request_budget="off")
    called = call(EVENT_PROFILE, arguments, sandbox=sandbox)
    assert_sound(called)
    assert called["changed"] is True
    assert len(writes(called)) == 1
    assert call(EVENT_PROFILE, arguments, sandbox=sandbox)["changed"] is False


ERRORS: dict[str, Any] = {
    "phonecom": {
        "@error": {
            "@message": "Too much requests", "@httpStatusCode": 429, "@time": "2020-11-13T13:37:16.903Z", "@code": "a",
            "@messages": ["one", "two"], "@details": "more", "@proxy": True,
            "@rateLimit": {"RateLimit-Limit": 30, "Retry-After": 11},
        }
    },
    "caligraph": {
        "type": "CaligraphException", "code": "caligraph_invalid_payload", "message": "Invalid payload",
        "status": "BAD_REQUEST", "errors": [{"code": "a", "message": "b", "field": "to"}], "httpStatusCode": 400,
    },
}  # fmt: skip


@BOUNDED
@given(choice=st.data())
@pytest.mark.parametrize("resource", [EVENT_PROFILE, WEBHOOK_ACTION])
def test_any_error(sandbox: Sandbox, resource: Resource, choice: st.DataObject) -> None:
    sandbox.reset()
    answer = mutated(ERRORS[resource.service], choice)
    status = choice.draw(st.sampled_from([400, 401, 403, 404, 409, 422, 429, 500, 503, 599, 300, 304]))
    method = choice.draw(st.sampled_from(["GET", "POST" if resource is EVENT_PROFILE else "PATCH"]))
    sandbox.fault("wrong_shape", method=method, times=None, json=answer, status=status)
    if resource is EVENT_PROFILE:
        arguments = sandbox.phonecom_options(name="New", request_budget="off", max_retries=0, deadline=0.5)
    else:
        arguments = {**hooks(sandbox)["actions"][0], **sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK)}
        arguments.update(max_retries=0, deadline=0.5)
    state = sandbox.state()
    called = call(resource, arguments, sandbox=sandbox)
    assert_sound(called)
    assert called.failed
    assert called["changed"] is (status >= 500 and method != "GET")
    assert sandbox.state() == state


@BOUNDED
@given(body=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
@pytest.mark.parametrize("resource", [EVENT_PROFILE, WEBHOOK_ACTION])
def test_any_bytes(sandbox: Sandbox, resource: Resource, body: bytes) -> None:
    sandbox.reset()
    text = body.decode("latin-1")
    sandbox.fault("status", status=200, method="GET", times=None, body=text, content_type="application/json")
    if resource is EVENT_PROFILE:
        arguments = sandbox.phonecom_options(name="New", request_budget="off", max_retries=0)
    else:
        arguments = {**hooks(sandbox)["actions"][0], **sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK)}
    called = call(resource, arguments, sandbox=sandbox)
    assert_sound(called)
    assert called.failed
    assert writes(called) == []


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        "9" * 5000,
        "NaN",
        "Infinity",
        '{"items": NaN}',
        '{"a": 1, "a": 2}',
        "\ufeff{}",
        '"\\ud800"',
        "1e999",
    ],
)
def test_json_that_is_hard_to_take(sandbox: Sandbox, body: str) -> None:
    sandbox.fault("status", status=200, method="GET", times=None, body=body, content_type="application/json")
    called = call(EVENT_PROFILE, sandbox.phonecom_options(name="New", max_retries=0), sandbox=sandbox)
    assert_sound(called)
    assert called.failed
