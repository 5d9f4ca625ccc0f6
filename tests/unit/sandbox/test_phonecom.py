"""Phone.com's profiles: authentication, scopes, paging, validation, errors."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from sandbox import seeds
from sandbox.client import Sandbox

GOOD = {"name": "New", "support_email": None}


def error_of(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    error: dict[str, Any] = answer.json()["@error"]
    assert error["@httpStatusCode"] == status
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", error["@time"])
    return error


@pytest.mark.parametrize(
    "auth", [None, "Bearer", "Bearer ", "Bearer wrong", "Basic eDp5", seeds.PHONECOM_TOKEN, "Bearer \u00e4"]
)
def test_bad_token(phonecom: Any, auth: str | None) -> None:
    raw = auth.encode("utf-8") if auth else auth
    assert error_of(phonecom.get(auth=raw), 401)["@message"]


def test_bearer_is_case_insensitive(phonecom: Any) -> None:
    assert phonecom.get(auth=f"bearer {seeds.PHONECOM_TOKEN}").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_token_of_another_account(phonecom: Any, method: str) -> None:
    error_of(phonecom.call(method, "profiles", auth=f"Bearer {seeds.PHONECOM_OTHER_TOKEN}", json=GOOD), 403)
    error_of(phonecom.call(method, "profiles", account=seeds.PHONECOM_OTHER_ACCOUNT, json=GOOD), 403)


@pytest.mark.parametrize("account", [42, "abc", "0", "1000002x"])
def test_unknown_account(phonecom: Any, account: object) -> None:
    error_of(phonecom.get(account=account), 404)


@pytest.mark.parametrize(
    "path", ["profiles/1", "profiles/abc", "profiles/-1", "profiles/389/x", "nothing", "profiles/"]
)
def test_unknown_resource(phonecom: Any, path: str) -> None:
    error_of(phonecom.get(path), 404)


@pytest.mark.parametrize("extension", [102, "abc"])
def test_unknown_extension(phonecom: Any, extension: object) -> None:
    error_of(phonecom.get(extension=extension), 404)


def test_method_not_allowed(phonecom: Any) -> None:
    answer = phonecom.call("PUT", "profiles/389", json=GOOD)
    error_of(answer, 405)
    assert answer.headers["Allow"] == "GET, PATCH, DELETE"
    error_of(phonecom.call("DELETE", "profiles"), 405)


def test_create_with_an_id_in_the_path_does_not_exist(phonecom: Any) -> None:
    """The vendor's page prints that path; an id can't exist before its creation."""
    error_of(phonecom.call("POST", "profiles/500", json=GOOD), 404)
    error_of(phonecom.call("POST", "profiles/389", json=GOOD), 404)


def test_create(sandbox: Sandbox, phonecom: Any) -> None:
    made = phonecom.post({"name": " Räume ", "support_email": None, "id": 7, "extension_id": 101})
    assert made.status_code == 200
    profile = made.json()
    assert profile["id"] == 390
    assert profile["extension_id"] is None
    assert profile["name"] == " Räume "
    assert abs(profile["created_at"] - time.time()) < 5
    assert sandbox.profiles()[0] == profile


def test_two_profiles_may_share_a_name(phonecom: Any) -> None:
    ids = {phonecom.post(GOOD).json()["id"] for _number in range(2)}
    assert len(ids) == 2


def test_ids_are_not_used_again(phonecom: Any) -> None:
    first = phonecom.post(GOOD).json()["id"]
    phonecom.delete(f"profiles/{first}")
    assert phonecom.post(GOOD).json()["id"] > first


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "name"),
        ({"support_email": None}, "name"),
        ({"name": "", "support_email": None}, "name"),
        ({"name": "  ", "support_email": None}, "name"),
        ({"name": None, "support_email": None}, "name"),
        ({"name": 5, "support_email": None}, "name"),
        ({"name": ["x"], "support_email": None}, "name"),
        ({"name": "x"}, "support_email"),
        ({"name": "x", "support_email": ""}, "support_email"),
        ({"name": "x", "support_email": "nobody"}, "support_email"),
        ({"name": "x", "support_email": "a@b"}, "support_email"),
        ({"name": "x", "support_email": "a b@example.org"}, "support_email"),
        ({"name": "x", "support_email": "a@example..org"}, "support_email"),
        ({"name": "x", "support_email": 5}, "support_email"),
        ([], "object"),
        ("text", "object"),
    ],
)
def test_create_refuses(sandbox: Sandbox, phonecom: Any, body: Any, word: str) -> None:
    before = sandbox.profiles()
    assert word in error_of(phonecom.post(body), 422)["@message"]
    assert sandbox.profiles() == before


def test_all_messages_are_listed(phonecom: Any) -> None:
    error = error_of(phonecom.post({}), 422)
    assert len(error["@messages"]) == 2
    assert error["@messages"][0] == error["@message"]


@pytest.mark.parametrize("raw", [b"", b"{", b"name=x", b"\xff\xfe\xff", b'{"name": NaN}', b"[" * 100_000])
def test_no_json(sandbox: Sandbox, phonecom: Any, raw: bytes) -> None:
    error_of(phonecom.call("POST", "profiles", data=raw), 400)
    assert len(sandbox.profiles()) == 2


@pytest.mark.parametrize(
    "changes",
    [{"name": "Other"}, {"support_email": "a@example.org"}, {"support_email": None}, {}, {"unknown": 1, "id": 2}],
)
def test_patch(sandbox: Sandbox, phonecom: Any, changes: dict[str, Any]) -> None:
    before = phonecom.get("profiles/389").json()
    known = {key: value for key, value in changes.items() if key in ("name", "support_email")}
    answer = phonecom.patch("profiles/389", changes)
    assert answer.status_code == 200
    assert answer.json() == {**before, **known} == phonecom.get("profiles/389").json()


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"name": None}, {"support_email": "x"}, {"name": "x", "support_email": 1}]
)
def test_patch_refuses(phonecom: Any, changes: dict[str, Any]) -> None:
    before = phonecom.get("profiles/389").json()
    error_of(phonecom.patch("profiles/389", changes), 422)
    assert phonecom.get("profiles/389").json() == before


def test_delete_in_use(sandbox: Sandbox, phonecom: Any) -> None:
    error = error_of(phonecom.delete(f"profiles/{seeds.PROFILE_IN_USE}"), 409)
    assert error["@message"] == "Error: Profile is in use. Look for callbacks using it."
    assert len(sandbox.profiles()) == 2
    error_of(phonecom.delete("profiles/1"), 404)


def test_extension_scope(sandbox: Sandbox, phonecom: Any) -> None:
    """A profile of an extension is none of the account's, and the other way round."""
    ext = seeds.PHONECOM_EXTENSION
    assert phonecom.get(extension=ext).json()["items"] == []
    made = phonecom.post({"name": "Desk", "support_email": None}, extension=ext).json()
    assert made["extension_id"] == ext
    path = f"profiles/{made['id']}"
    assert phonecom.get(path, extension=ext).json() == made
    error_of(phonecom.get(path), 404)
    error_of(phonecom.delete(path), 404)
    error_of(phonecom.get("profiles/389", extension=ext), 404)
    assert [p["id"] for p in phonecom.get().json()["items"]] == [389, 383]
    assert sandbox.profiles(extension=ext) == [made]
    assert phonecom.patch(path, {"name": "Desk 2"}, extension=ext).json()["name"] == "Desk 2"
    assert phonecom.delete(path, extension=ext).json() == {"success": True}


def test_paging(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.add_profiles(58)
    everything = [p["id"] for p in sandbox.profiles()]
    assert everything == sorted(everything, reverse=True)
    assert len(phonecom.get().json()["items"]) == 25
    seen: list[int] = []
    for offset in range(0, 80, 20):
        answer = phonecom.get(params={"limit": 20, "offset": offset}).json()
        assert (answer["limit"], answer["offset"]) == (20, offset)
        assert "total" not in answer
        seen += [p["id"] for p in answer["items"]]
    assert seen == everything


def test_limit_is_capped(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.add_profiles(600)
    answer = phonecom.get(params={"limit": 1000}).json()
    assert answer["limit"] == 500
    assert len(answer["items"]) == 500


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": "x"}, {"limit": -1}, {"offset": -1}, {"offset": "1.5"}])
def test_bad_paging(phonecom: Any, params: dict[str, Any]) -> None:
    error_of(phonecom.get(params=params), 422)


def test_profiles_have_no_filters(phonecom: Any) -> None:
    answer = phonecom.get(params={"filters[name]": "nothing"}).json()
    assert answer["filters"] == {}
    assert len(answer["items"]) == 2


def test_hostile_names_survive(phonecom: Any) -> None:
    for name in ["<script>", "\u202eabc", "{{ lookup('pipe', 'id') }}", "x" * 10_000, "a\nb: c", "\ud83d", "\x00"]:
        made = phonecom.call("POST", "profiles", json={"name": name, "support_email": None}).json()
        assert phonecom.get(f"profiles/{made['id']}").json()["name"] == name


def test_speed_of_10000_profiles(sandbox: Sandbox, phonecom: Any) -> None:
    """20 pages of 500 take a fraction of a second."""
    sandbox.add_profiles(9_998)
    began = time.monotonic()
    items = [
        item for o in range(0, 10_000, 500) for item in phonecom.get(params={"limit": 500, "offset": o}).json()["items"]
    ]
    assert time.monotonic() - began < 2
    assert len({item["id"] for item in items}) == 10_000
