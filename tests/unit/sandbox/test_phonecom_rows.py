"""Phone.com's callbacks, listeners and overview."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import seeds
from sandbox.client import Sandbox

HTTPS: dict[str, Any] = {"mode": "HTTPS", "config": {"url": "https://crm.example.org/x"}}
EMAIL: dict[str, Any] = {"mode": "EMAIL", "config": {"email": "a@example.org"}}


def https(**config: Any) -> dict[str, Any]:
    return {"mode": "HTTPS", "config": {"url": "https://crm.example.org/x", **config}}


def test_callback_defaults(sandbox: Sandbox, phonecom: Any) -> None:
    made = phonecom.post({**HTTPS, "profile_id": 389}, "callbacks").json()
    assert made == {
        "id": 156,
        "voip_id": 1000002,
        "extension_id": None,
        "fallback_callback_id": None,
        "name": None,
        "profile_id": 389,
        "enabled": True,
        "mode": "HTTPS",
        "config": {
            "url": "https://crm.example.org/x",
            "method": "POST",
            "headers": None,
            "timeout": None,
            "rate-limit": None,
        },
    }
    assert sandbox.rows("callbacks")[0] == made
    assert phonecom.delete("profiles/389").status_code == 409


def test_secret_headers_are_masked(sandbox: Sandbox, phonecom: Any) -> None:
    shown = phonecom.get(f"callbacks/{seeds.CALLBACK}").json()
    assert shown["config"]["headers"] == [
        {"name": "Authorization", "value": True},
        {"name": "X-Source", "value": "phone"},
    ]
    assert phonecom.get("callbacks").json()["items"] == [shown]
    stored = sandbox.rows("callbacks")[0]["config"]["headers"][0]
    assert stored["value"] == "Bearer sandbox-receiver"
    made = phonecom.post(https(headers=[{"name": "x-api-key", "value": "k"}]), "callbacks").json()
    assert made["config"]["headers"] == [{"name": "x-api-key", "value": True}]


def test_a_mask_written_back_is_refused(sandbox: Sandbox, phonecom: Any) -> None:
    shown = phonecom.get(f"callbacks/{seeds.CALLBACK}").json()
    assert phonecom.patch(f"callbacks/{seeds.CALLBACK}", {"config": shown["config"]}).status_code == 422
    assert sandbox.rows("callbacks")[0]["config"]["headers"][0]["value"] == "Bearer sandbox-receiver"


def test_callback_patch(phonecom: Any) -> None:
    path = f"callbacks/{seeds.CALLBACK}"
    before = phonecom.get(path).json()
    after = phonecom.patch(path, {"enabled": False, "name": "x", "profile_id": None}).json()
    assert after == {**before, "enabled": False, "name": "x", "profile_id": None}
    assert phonecom.delete(f"profiles/{seeds.PROFILE_IN_USE}").status_code == 200
    assert phonecom.patch(path, EMAIL).json()["config"] == {
        "email": "a@example.org",
        "mode": "json",
        "rate-limit": None,
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"mode": "HTTPS"},
        {"mode": "FAX", "config": {}},
        {"mode": "HTTPS", "config": []},
        {"mode": "HTTPS", "config": {}},
        {"mode": "HTTP", "config": {"url": "https://crm.example.org"}},
        https(url="https://"),
        https(url="https://a b/"),
        https(url="https://[::1/"),
        https(url=5),
        https(method="TRACE"),
        https(headers={"a": "b"}),
        https(headers=[{"name": "a"}]),
        https(headers=[{"name": "a", "value": True}]),
        https(timeout="5"),
        https(**{"rate-limit": 5}),
        https(**{"rate-limit": {"number": 1}}),
        {**HTTPS, "name": ""},
        {**HTTPS, "name": "x" * 129},
        {**HTTPS, "name": 5},
        {**HTTPS, "profile_id": 1},
        {**HTTPS, "profile_id": True},
        {**HTTPS, "fallback_callback_id": 1},
        {**HTTPS, "enabled": 1},
        {"mode": "EMAIL", "config": {"email": "x"}},
        {"mode": "EMAIL", "config": {"email": "a@example.org", "mode": "xml"}},
        {"mode": "APPLICATION", "config": {}},
        https(url="https://nowhere.invalid/"),
    ],
)
def test_callback_refused(sandbox: Sandbox, phonecom: Any, body: dict[str, Any]) -> None:
    assert phonecom.post(body, "callbacks").status_code == 422
    assert len(sandbox.rows("callbacks")) == 1


def test_application_callback(phonecom: Any) -> None:
    """The vendor's guide misspells the key; both spellings are taken."""
    for key in ("parameters", "paramters"):
        body = {"mode": "APPLICATION", "config": {"application": "crm", key: {"a": 1}}}
        assert phonecom.post(body, "callbacks").json()["config"] == {"application": "crm", "parameters": {"a": 1}}


def test_callback_in_use(phonecom: Any) -> None:
    answer = phonecom.delete(f"callbacks/{seeds.CALLBACK}")
    assert answer.status_code == 409
    assert answer.json()["@error"]["@message"] == "Error: Callback is in use. Look for listeners using it."
    spare = phonecom.post(EMAIL, "callbacks").json()["id"]
    phonecom.patch(f"callbacks/{seeds.CALLBACK}", {"fallback_callback_id": spare})
    assert phonecom.delete(f"callbacks/{spare}").status_code == 409
    assert phonecom.delete(f"listeners/{seeds.LISTENER}").json() == {"success": True}
    assert phonecom.delete(f"callbacks/{seeds.CALLBACK}").json() == {"success": True}
    assert phonecom.delete(f"callbacks/{spare}").json() == {"success": True}
    own = phonecom.post(EMAIL, "callbacks").json()["id"]
    assert phonecom.patch(f"callbacks/{own}", {"fallback_callback_id": own}).status_code == 422


@pytest.mark.parametrize(
    ("name", "value", "hits"),
    [
        ("profile_id", seeds.PROFILE_IN_USE, 1),
        ("profile_id", 389, 0),
        ("name", "Calls to the CRM", 1),
        ("name", "calls", 0),
        ("fallback_callback_id", seeds.CALLBACK, 1),
    ],
)
def test_callback_filters(phonecom: Any, name: str, value: object, hits: int) -> None:
    phonecom.post({**HTTPS, "fallback_callback_id": seeds.CALLBACK}, "callbacks")
    answer = phonecom.get("callbacks", params={f"filters[{name}]": value}).json()
    assert answer["filters"] == {name: str(value)}
    assert len(answer["items"]) == hits


def test_listeners(phonecom: Any) -> None:
    made = phonecom.post({"callback_id": seeds.CALLBACK}, "listeners").json()
    assert (made["version"], made["expires_at"]) == ("2.0.0", None)
    assert phonecom.get(f"listeners/{made['id']}").json() == made
    assert len(phonecom.get("listeners", params={"filters[callback_id]": seeds.CALLBACK}).json()["items"]) == 2
    assert phonecom.get("listeners", params={"filters[callback_id]": 1}).json()["items"] == []
    changed = phonecom.patch(f"listeners/{made['id']}", {"version": "1.1.0", "expires_at": 2_000_000_000}).json()
    assert changed == {**made, "version": "1.1.0", "expires_at": 2_000_000_000}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"callback_id": 1},
        {"callback_id": "155"},
        {"callback_id": seeds.CALLBACK, "version": "3.0.0"},
        {"callback_id": seeds.CALLBACK, "expires_at": "soon"},
    ],
)
def test_listener_refused(phonecom: Any, body: dict[str, Any]) -> None:
    assert phonecom.post(body, "listeners").status_code == 422


def test_overview(phonecom: Any) -> None:
    answer = phonecom.get("overview").json()
    assert answer["total"] == 1
    (listener,) = answer["items"]
    assert listener["id"] == seeds.LISTENER
    assert listener[":callback"]["id"] == seeds.CALLBACK
    assert listener[":callback"][":profile"]["id"] == seeds.PROFILE_IN_USE
    assert listener[":callback"][":fallback"] is None
    assert listener[":callback"]["config"]["headers"][0]["value"] is True
