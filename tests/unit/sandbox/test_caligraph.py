"""Caligraph's reads: authentication, routes, lists and the `fields` parameter."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests

from sandbox import seeds
from sandbox.client import Sandbox

ACCOUNT = seeds.CALIGRAPH_ACCOUNT
KEY = seeds.CALIGRAPH_KEY
EMAIL = seeds.CALIGRAPH_EMAIL
DEFAULTS = ["id", "accountId", "title", "description", "subdomain", "timeZone", "status"]


class Header(requests.auth.AuthBase):
    """Sends one Authorization header as it is."""

    def __init__(self, value: str) -> None:
        self.value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self.value
        return request


def error_of(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code)
    kind = "CaligraphException" if code.startswith("caligraph_") else "YcbmApiException"
    assert body["type"] == kind
    assert body["httpStatusCode"] == status
    assert body["errors"] == []
    assert body["message"]


@pytest.mark.parametrize("user", [ACCOUNT, EMAIL, EMAIL.upper()])
@pytest.mark.parametrize("scope", ["", f"{ACCOUNT}/", f"{EMAIL}/", EMAIL.replace("@", "%40") + "/"])
def test_good_credentials(caligraph: Any, user: str, scope: str) -> None:
    for path in (f"{scope}profiles", f"{scope}profiles/{seeds.PAGE_EMPTY}"):
        assert caligraph.call("GET", path, auth=(user, KEY)).status_code == 200


@pytest.mark.parametrize("value", ["Bearer ak_x", "Basic", "Basic ***", "Basic bm9jb2xvbg==", "Basic /w=="])
def test_not_basic(caligraph: Any, value: str) -> None:
    answer = caligraph.call("GET", f"{ACCOUNT}/profiles", auth=Header(value))
    error_of(answer, 401, "caligraph_not_using_basic_authentication")


def test_no_credentials(caligraph: Any) -> None:
    error_of(caligraph.call("GET", "profiles", auth=None), 401, "caligraph_not_using_basic_authentication")


@pytest.mark.parametrize("auth", [(ACCOUNT, "ak_wrong"), ("nobody@example.org", KEY), (ACCOUNT, ""), ("", KEY)])
def test_wrong_credentials(caligraph: Any, auth: tuple[str, str]) -> None:
    error_of(caligraph.call("GET", f"{ACCOUNT}/profiles", auth=auth), 404, "ycbm_api_account_not_found")


@pytest.mark.parametrize("account", [seeds.CALIGRAPH_OTHER_ACCOUNT, "nobody"])
def test_path_of_another_account(caligraph: Any, account: str) -> None:
    error_of(caligraph.call("GET", f"{account}/profiles"), 404, "ycbm_api_account_not_found")


@pytest.mark.parametrize("page", [seeds.PAGE_FOREIGN, "unknown", "0b6d4f0a"])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_unseen_profile(caligraph: Any, method: str, page: str) -> None:
    answer = caligraph.call(method, f"{ACCOUNT}/profiles/{page}", json={"actions": []})
    error_of(answer, 401, "ycbm_api_account_insufficient_permissions")


@pytest.mark.parametrize("path", ["", "bookings", f"{ACCOUNT}", f"{ACCOUNT}/bookings", f"{ACCOUNT}/profiles/x/actions"])
def test_unknown_route(caligraph: Any, path: str) -> None:
    error_of(caligraph.call("GET", path), 404, "ycbm_api_http_resource_not_found")


def test_unknown_method(caligraph: Any) -> None:
    answer = caligraph.call("DELETE", f"profiles/{seeds.PAGE_EMPTY}")
    error_of(answer, 405, "ycbm_api_http_method_not_allowed")
    assert answer.headers["Allow"] == "GET, PATCH"


def test_list(caligraph: Any) -> None:
    pages = caligraph.call("GET", f"{ACCOUNT}/profiles").json()
    assert [page["id"] for page in pages] == [seeds.PAGE_WEBHOOK, seeds.PAGE_DEFAULT, seeds.PAGE_EMPTY]
    assert all(list(page) == DEFAULTS for page in pages)
    fields = {"fields": "title,actions,actions.title"}
    titled = caligraph.call("GET", "profiles", params=fields).json()
    assert [set(page) for page in titled] == [{"title", "actions"}] * 3
    assert titled[0]["actions"][-1] == {"title": "Booking created API call"}


def test_list_paging(sandbox: Sandbox, caligraph: Any) -> None:
    ids = [seeds.PAGE_WEBHOOK, seeds.PAGE_DEFAULT, seeds.PAGE_EMPTY, *sandbox.add_pages(120)]

    def listed(**params: object) -> list[str]:
        return [page["id"] for page in caligraph.call("GET", "profiles", params=params).json()]

    assert listed() == ids[:100]
    assert listed(page=1) == ids[100:]
    assert listed(page=2) == []
    assert listed(maxResults=50, page=2) == ids[100:]
    assert listed(maxResults=500) == ids
    for bad in ({"page": -1}, {"page": "x"}, {"maxResults": 0}):
        answer = caligraph.call("GET", "profiles", params=bad)
        error_of(answer, 400, "caligraph_invalid_payload")


def test_without_fields(caligraph: Any) -> None:
    assert list(caligraph.page().json()) == DEFAULTS


def test_a_parent_alone_gives_shells(caligraph: Any) -> None:
    assert caligraph.page("actions").json() == {"actions": [{}, {}, {}, {}]}


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ("actions,actions.id", {"id"}),
        ("actions,actions.id,actions.type", {"id", "type"}),
        (" actions , actions.id ,,", {"id"}),
        ("actions.id", {"id"}),
        ("actions,actions.nonsense,nonsense,nonsense.x", set()),
        ("actions,actions.id.x", set()),
        ("actions,actions.headers", {"headers"}),
        ("actions,actions.ID", set()),
    ],
)
def test_children(caligraph: Any, fields: str, keys: set[str]) -> None:
    answer = caligraph.page(fields).json()
    assert set(answer) == {"actions"}
    assert all(set(action) == keys for action in answer["actions"])


def test_wildcard_gives_all_scalars_but_no_headers(sandbox: Sandbox, caligraph: Any) -> None:
    stored = sandbox.actions()
    shown = caligraph.page("actions,actions.*").json()["actions"]
    assert shown == [{key: value for key, value in action.items() if key != "headers"} for action in stored]
    assert {"id", "created", "ycbmBranded", "firedAt"} <= set(shown[0])


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ("actions.headers", {}),
        ("actions.headers.*", {"test": "test1234", "another": "headerhere"}),
        ("actions.headers.test", {"test": "test1234"}),
        ("actions.headers.TEST", {}),
        ("actions.headers.nope", {}),
        ("actions.headers.nope,actions.headers.another", {"another": "headerhere"}),
        ("actions.headers,actions.headers.*,actions.headers.test", {"test": "test1234", "another": "headerhere"}),
    ],
)
def test_headers(caligraph: Any, fields: str, headers: dict[str, str]) -> None:
    assert caligraph.page(fields).json()["actions"][-1] == {"headers": headers}


def test_header_with_a_dot(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.set_actions([{**seeds.WEBHOOK, "headers": {"a.b": "1", "a": "2"}}])
    assert caligraph.page("actions.headers.a.b").json()["actions"] == [{"headers": {"a.b": "1"}}]


def test_everything(sandbox: Sandbox, caligraph: Any) -> None:
    answer = caligraph.page("*,actions,actions.*,actions.headers,actions.headers.*").json()
    assert answer == sandbox.page()


def test_unknown_keys_and_values_are_shown(sandbox: Sandbox, caligraph: Any) -> None:
    odd = {**seeds.WEBHOOK, "anchor": "BOOKING_TELEPORTED", "type": "FAX", "colour": "red"}
    sandbox.set_actions([odd])
    (shown,) = caligraph.actions()
    assert {key: shown[key] for key in odd} == odd


def test_no_credentials_anywhere(sandbox: Sandbox, caligraph: Any) -> None:
    secret = base64.b64encode(f"{ACCOUNT}:{KEY}".encode()).decode()
    caligraph.page()
    text = str(sandbox.log())
    assert secret not in text
    assert KEY not in text
