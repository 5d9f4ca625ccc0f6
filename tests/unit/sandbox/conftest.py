"""One server for all tests of the local API, reset before each; every test speaks HTTP with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox import seeds
from sandbox.client import Sandbox, running

ALL_FIELDS = "id,title,actions,actions.*,actions.headers,actions.headers.*"


class Phonecom:
    """A plain client of Phone.com's part: `call(method, path below .../integrations/events)`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.base = sandbox.phonecom_url
        self.session = requests.Session()
        self.session.trust_env = False

    def call(
        self,
        method: str,
        path: str,
        *,
        account: object = seeds.PHONECOM_ACCOUNT,
        extension: object = None,
        auth: str | None = f"Bearer {seeds.PHONECOM_TOKEN}",
        **options: Any,
    ) -> requests.Response:
        scope = f"/accounts/{account}" + ("" if extension is None else f"/extensions/{extension}")
        headers = {} if auth is None else {"Authorization": auth}
        options.setdefault("timeout", 10)
        url = f"{self.base}{scope}/integrations/events/{path}"
        return self.session.request(method, url, headers=headers, allow_redirects=False, **options)

    def get(self, path: str = "profiles", **options: Any) -> requests.Response:
        return self.call("GET", path, **options)

    def post(self, body: Any, path: str = "profiles", **options: Any) -> requests.Response:
        return self.call("POST", path, json=body, **options)

    def patch(self, path: str, body: Any, **options: Any) -> requests.Response:
        return self.call("PATCH", path, json=body, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.call("DELETE", path, **options)


class Caligraph:
    """A plain client of Caligraph's part: `call(method, path below /v1)`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.base = sandbox.caligraph_url
        self.session = requests.Session()
        self.session.trust_env = False

    def call(
        self,
        method: str,
        path: str,
        *,
        auth: Any = (seeds.CALIGRAPH_ACCOUNT, seeds.CALIGRAPH_KEY),
        **options: Any,
    ) -> requests.Response:
        options.setdefault("timeout", 10)
        return self.session.request(method, f"{self.base}/{path}", auth=auth, allow_redirects=False, **options)

    def page(self, fields: str | None = None, page_id: str = seeds.PAGE_WEBHOOK, **options: Any) -> requests.Response:
        params = None if fields is None else {"fields": fields}
        return self.call("GET", f"{seeds.CALIGRAPH_ACCOUNT}/profiles/{page_id}", params=params, **options)

    def actions(self, page_id: str = seeds.PAGE_WEBHOOK, fields: str = ALL_FIELDS) -> list[dict[str, Any]]:
        actions: list[dict[str, Any]] = self.page(fields, page_id).json()["actions"]
        return actions

    def patch(
        self, actions: Any, page_id: str = seeds.PAGE_WEBHOOK, fields: str | None = None, **options: Any
    ) -> requests.Response:
        params = None if fields is None else {"fields": fields}
        path = f"{seeds.CALIGRAPH_ACCOUNT}/profiles/{page_id}"
        return self.call("PATCH", path, params=params, json={"actions": actions}, **options)


@pytest.fixture(scope="session")
def server() -> Iterator[Sandbox]:
    with running(limits="off") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    server.reset()
    return server


@pytest.fixture
def phonecom(sandbox: Sandbox) -> Phonecom:
    return Phonecom(sandbox)


@pytest.fixture
def caligraph(sandbox: Sandbox) -> Caligraph:
    return Caligraph(sandbox)
