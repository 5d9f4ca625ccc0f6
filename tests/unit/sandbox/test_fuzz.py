"""Nothing that is sent makes the server fail: refusals are answers, never tracebacks."""

from __future__ import annotations

from typing import Any

import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import seeds
from sandbox.client import Sandbox
from sandbox.faults import KINDS
from sandbox.projection import ACTION_KEYS
from sandbox.quirks import QUIRKS

QUICK = settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def objects(keys: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(keys), JSON, max_size=6)


ACTION = objects(sorted(ACTION_KEYS | {"colour"}))
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        name: st.sampled_from([1, 3] if quirk.values == (int,) else quirk.values)
        for name, quirk in QUIRKS.items()
        if name.startswith("caligraph_")
    },
)


@QUICK
@given(SETTINGS, st.lists(ACTION, max_size=3), st.lists(ACTION, max_size=3) | JSON)
def test_any_list_of_actions(
    sandbox: Sandbox, caligraph: Any, quirks: dict[str, Any], extra: list[dict[str, Any]], sent: Any
) -> None:
    sandbox.reset_quirks()
    read = caligraph.actions()
    sandbox.quirks(**quirks)
    for payload in (sent, [*read, *extra], [{**old, **new} for old, new in zip(read, extra, strict=False)]):
        assert caligraph.patch(payload).status_code in (200, 204, 400)
    assert caligraph.page("*,actions,actions.*,actions.headers.*,actions.headers.a").status_code in (200, 400)


@QUICK
@given(
    st.lists(st.sampled_from(["actions", "headers", "id", "*", "x", "", "a.b"]), max_size=4).map(".".join), st.text()
)
def test_any_fields(caligraph: Any, path: str, text: str) -> None:
    for fields in (path, text, f"actions,{path}"):
        assert caligraph.page(fields).status_code == 200


@QUICK
@given(
    st.sampled_from(["profiles", "callbacks", "listeners"]),
    objects(["name", "support_email", "profile_id", "mode", "config", "enabled", "callback_id", "version"]),
    objects(["url", "method", "headers", "timeout", "rate-limit", "email", "mode", "application"]),
    st.sampled_from(["HTTPS", "HTTP", "EMAIL", "APPLICATION"]),
)
def test_any_row(phonecom: Any, kind: str, body: dict[str, Any], config: dict[str, Any], mode: str) -> None:
    ids = {"profiles": 389, "callbacks": seeds.CALLBACK, "listeners": seeds.LISTENER}
    for payload in (body, {**body, "mode": mode, "config": config}):
        assert phonecom.post(payload, kind).status_code in (200, 422)
        assert phonecom.patch(f"{kind}/{ids[kind]}", payload).status_code in (200, 422)
    assert phonecom.get(kind).status_code == 200
    assert phonecom.get("overview").status_code == 200


RULE_KEYS = sorted({"match", "times", *(name for params in KINDS.values() for name in params)})


@QUICK
@given(
    st.sampled_from(["faults", "quirks", "limits", "latency", "rival", "state", "phonecom/1000002/profiles", "pages"]),
    st.sampled_from(["POST", "PUT"]),
    JSON
    | objects(["count", "name", "title", "actions", "account", "mode", "window_scale", "caligraph", "phonecom"])
    | objects(["service", "op", "page_id", "account", "kind", "id", "action", "fields"])
    | st.tuples(st.sampled_from(sorted(KINDS)), objects(RULE_KEYS)).map(lambda pair: {**pair[1], "kind": pair[0]}),
)
def test_any_control_request(sandbox: Sandbox, path: str, method: str, body: Any) -> None:
    sandbox.reset()
    answer = requests.request(method, f"{sandbox.url}/_sandbox/{path}", json=body, timeout=5)
    assert answer.status_code in (200, 400, 404), answer.text
    sandbox.reset()
