"""The request log and the control endpoints."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from sandbox import seeds
from sandbox.client import Sandbox, SandboxError

NEW = {**seeds.WEBHOOK, "title": "New"}


def test_log_entry(sandbox: Sandbox, phonecom: Any) -> None:
    phonecom.get(params={"limit": 5})
    body = {"name": "x", "support_email": None}
    phonecom.session.headers["User-Agent"] = "me/1"
    phonecom.patch("profiles/389", body)
    first, second = sandbox.log()
    base = "/v4/accounts/1000002/integrations/events/profiles"
    template = "/v4/accounts/{account}/integrations/events/profiles"
    assert second["seq"] == first["seq"] + 1
    assert abs(first["time"] - time.time()) < 5
    assert first["monotonic"] <= second["monotonic"]
    assert first["seconds"] < 1
    constant = {
        "service": "phonecom",
        "account": "1000002",
        "auth": "ok",
        "status": 200,
        "fault": None,
        "rivals": 0,
        "limited": False,
        "client_gone": False,
    }
    assert {key: first[key] for key in constant} == constant
    assert (first["method"], first["path"], first["query"]) == ("GET", base, {"limit": "5"})
    assert (first["endpoint"], first["body"]) == (template, None)
    assert (second["method"], second["path"], second["endpoint"]) == ("PATCH", f"{base}/389", f"{template}/{{id}}")
    assert (second["body"], second["user_agent"], second["query"]) == (body, "me/1", {})
    assert first["connection"] == second["connection"]
    assert sandbox.connections() == 1


def test_log_of_caligraph(sandbox: Sandbox, caligraph: Any) -> None:
    caligraph.page()
    caligraph.call("GET", "profiles", auth=(seeds.CALIGRAPH_EMAIL, seeds.CALIGRAPH_KEY))
    caligraph.call("GET", f"{seeds.CALIGRAPH_EMAIL}/profiles", auth=None)
    assert {entry["account"] for entry in sandbox.log()} == {seeds.CALIGRAPH_ACCOUNT}
    assert [entry["endpoint"] for entry in sandbox.log()] == [
        "/v1/{account}/profiles/{id}",
        "/v1/profiles",
        "/v1/{account}/profiles",
    ]


def test_auth_in_the_log(sandbox: Sandbox, phonecom: Any, caligraph: Any) -> None:
    phonecom.get(auth=None)
    phonecom.get(auth="Bearer canary-token")
    phonecom.get(auth=f"Bearer {seeds.PHONECOM_OTHER_TOKEN}")
    caligraph.call("GET", "profiles", auth=("canary-user", "canary-key"))
    caligraph.call("GET", "profiles", auth=None)
    caligraph.call("GET", "profiles")
    assert [entry["auth"] for entry in sandbox.log()] == ["missing", "refused", "ok", "refused", "missing", "ok"]
    text = str(sandbox.log())
    assert "canary" not in text
    assert seeds.PHONECOM_OTHER_TOKEN not in text


def test_odd_requests_are_logged(sandbox: Sandbox, phonecom: Any) -> None:
    phonecom.call("POST", "profiles", data=b"no json \xff")
    requests.get(f"{sandbox.url}/v5/x", timeout=5)
    requests.get(f"{sandbox.url}/", timeout=5)
    first, second, third = sandbox.log()
    assert (first["body"], first["body_text"], first["status"]) == (None, "no json \ufffd", 400)
    assert (second["service"], second["status"], third["status"]) == ("unknown", 404, 404)


def test_since_clear_and_unsafe(sandbox: Sandbox, phonecom: Any) -> None:
    phonecom.get()
    mark = sandbox.mark()
    assert mark == sandbox.log()[-1]["seq"]
    phonecom.delete("profiles/389")
    phonecom.get()
    assert len(sandbox.log()) == 3
    assert [entry["method"] for entry in sandbox.log(mark)] == ["DELETE", "GET"]
    assert [entry["method"] for entry in sandbox.unsafe_requests()] == ["DELETE"]
    assert sandbox.unsafe_requests(mark + 1) == []
    assert sandbox.calls()[1] == ("DELETE", "/v4/accounts/1000002/integrations/events/profiles/389", 200)
    sandbox.clear_log()
    assert sandbox.log() == []
    phonecom.get()
    assert sandbox.log()[0]["seq"] == mark + 3
    assert len(sandbox.log(mark + 2)) == 1


def test_connections_are_counted(sandbox: Sandbox, phonecom: Any) -> None:
    for _number in range(3):
        phonecom.get()
    assert sandbox.connections() == 1
    phonecom.session.close()
    phonecom.get()
    assert sandbox.connections() == 2


def test_reset(sandbox: Sandbox, phonecom: Any) -> None:
    first = sandbox.state()
    phonecom.delete("profiles/389")
    sandbox.add_pages(2)
    sandbox.fault("drop")
    sandbox.quirks(phonecom_total=True)
    sandbox.latency(0.01)
    sandbox.reset()
    assert sandbox.state() == first == seeds.first_state()
    assert sandbox.faults() == []
    assert sandbox.log() == []
    assert sandbox.quirks()["phonecom_total"] is False
    assert "total" not in phonecom.get().json()


def test_state_round_trip(sandbox: Sandbox, phonecom: Any) -> None:
    state = sandbox.state()
    sandbox.add_profiles(3)
    sandbox.set_actions([NEW])
    changed = sandbox.state()
    sandbox.put_state(phonecom=state["phonecom"])
    assert sandbox.state() == {"phonecom": state["phonecom"], "caligraph": changed["caligraph"]}
    sandbox.put_state(**state)
    assert sandbox.state() == state
    assert phonecom.post({"name": "x", "support_email": None}).json()["id"] == 390


def test_sparse_state(sandbox: Sandbox, phonecom: Any, caligraph: Any) -> None:
    """A hand-written state needs no more than ids and credentials."""
    sandbox.put_state(
        phonecom={"accounts": [{"voip_id": 5, "token": "t", "profiles": [{"id": 1, "name": "a"}]}]},
        caligraph={"accounts": [{"id": "u", "email": "e", "api_key": "k", "profiles": [{"id": "p"}]}]},
    )
    assert phonecom.get(account=5, auth="Bearer t").json()["items"][0]["support_email"] is None
    answer = caligraph.call("GET", "profiles/p", params={"fields": "actions,id"}, auth=("u", "k"))
    assert answer.json() == {"id": "p", "actions": []}


@pytest.mark.parametrize(
    "parts",
    [
        {"nonsense": {}},
        {"phonecom": []},
        {"phonecom": {"accounts": [{}]}},
        {"phonecom": {"accounts": [{"voip_id": "x", "token": "t"}]}},
        {"phonecom": {"accounts": [{"voip_id": 1, "token": "t", "profiles": [{"name": "no id"}]}]}},
        {"caligraph": {"accounts": [{"id": "a", "email": "e", "api_key": "k", "profiles": [{}]}]}},
        {"phonecom": {"accounts": []}, "caligraph": {"accounts": [5]}},
    ],
)
def test_bad_state_changes_nothing(sandbox: Sandbox, parts: dict[str, Any]) -> None:
    before = sandbox.state()
    with pytest.raises(SandboxError):
        sandbox.put_state(**parts)
    assert sandbox.state() == before


def test_set_profiles(sandbox: Sandbox, phonecom: Any) -> None:
    made = sandbox.set_profiles([{"name": "Twin"}, {"name": "Twin"}, {"id": 7, "name": ""}])
    assert [row["id"] for row in made] == [390, 391, 7]
    assert [row["id"] for row in phonecom.get().json()["items"]] == [391, 390, 7]
    sandbox.set_profiles([{"name": "Desk"}], extension=seeds.PHONECOM_EXTENSION)
    assert len(sandbox.profiles()) == 3
    for bad in ([{"id": "x"}], [{"id": 1}, {"id": 1}], [5]):
        with pytest.raises(SandboxError):
            sandbox.set_profiles(bad)  # type: ignore[arg-type]
    assert len(sandbox.profiles()) == 3
    assert sandbox.set_rows("callbacks", []) == []
    assert phonecom.delete("profiles/7").status_code == 200


def test_add_profiles(sandbox: Sandbox) -> None:
    ids = sandbox.add_profiles(3, name="Branch {n}", support_email="a@example.org")
    assert [(p["id"], p["name"]) for p in sandbox.profiles()[:3]] == [
        (ids[2], "Branch 3"),
        (ids[1], "Branch 2"),
        (ids[0], "Branch 1"),
    ]
    assert sandbox.profiles(account=seeds.PHONECOM_OTHER_ACCOUNT) == []


def test_set_actions(sandbox: Sandbox, caligraph: Any) -> None:
    made = sandbox.set_actions([NEW, {"title": "Odd", "anchor": "FUTURE", "x": 1}])
    assert made == sandbox.actions()
    assert [a["title"] for a in caligraph.actions()] == ["New", "Odd"]
    exact = sandbox.set_actions([{"title": "Bare"}], exact=True)
    assert set(exact[0]) == {"id", "title"}
    assert caligraph.actions() == exact
    for bad in ([{"id": "a"}, {"id": "a"}], [{"id": 5}], [5]):
        with pytest.raises(SandboxError):
            sandbox.set_actions(bad)  # type: ignore[arg-type]
    assert sandbox.actions() == exact


def test_add_pages(sandbox: Sandbox, caligraph: Any) -> None:
    ids = sandbox.add_pages(3, title="Clinic {n}", actions=[NEW])
    assert [page["title"] for page in sandbox.pages()[3:6]] == ["Clinic 1", "Clinic 2", "Clinic 3"]
    assert sandbox.page(ids[0])["subdomain"] == "clinic-1"
    assert len({sandbox.actions(page)[0]["id"] for page in ids}) == 3
    assert caligraph.actions(ids[1])[0]["headers"] == NEW["headers"]


def test_unknown_things(sandbox: Sandbox) -> None:
    for call in (
        lambda: sandbox.profiles(account=5),
        lambda: sandbox.profiles(extension=5),
        lambda: sandbox.rows("widgets"),
        lambda: sandbox.page("unknown"),
        lambda: sandbox.set_actions([], "unknown"),
        lambda: sandbox.add_pages(1, account="unknown"),
        lambda: sandbox.add_profiles(-1),
    ):
        with pytest.raises(SandboxError):
            call()
    for method, path in (("GET", "nonsense"), ("POST", "quirks"), ("GET", "")):
        assert requests.request(method, f"{sandbox.url}/_sandbox/{path}", timeout=5).status_code == 404
    answer = requests.put(f"{sandbox.url}/_sandbox/quirks", data="{", timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_control_requests_are_not_logged(sandbox: Sandbox) -> None:
    assert sandbox.ping() > 1
    assert sandbox.log() == []


def test_options(sandbox: Sandbox) -> None:
    assert sandbox.phonecom_options(name="x") == {
        "api_url": f"{sandbox.url}/v4",
        "account_id": "1000002",
        "api_token": seeds.PHONECOM_TOKEN,
        "name": "x",
    }
    assert sandbox.caligraph_options()["api_url"] == f"{sandbox.url}/v1"
