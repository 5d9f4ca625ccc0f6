# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The yardstick: the same HTTP work by a plain Python script, one request after the other over one connection.

`raw.py WHAT VARIABLES`. It checks nothing and handles no error, but for a 429: then it waits as long as it is told.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import requests

PAGE = 500


class Client:
    """One connection to one API."""

    def __init__(self, url: str, auth: Any = None, token: str | None = None) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = auth
        if token is not None:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Send a request, return the JSON that comes back."""
        while True:
            answer = self._session.request(method, f"{self._url}/{path}", json=body, params=query, timeout=60)
            if answer.status_code != 429:
                answer.raise_for_status()
                return answer.json()
            time.sleep(max(answer.json()["@error"]["@rateLimit"]["Retry-After"], 0.01))


def reconcile(variables: dict[str, Any]) -> None:
    """Read the list of one account's profiles, change those that differ."""
    client = Client(variables["bench_url"], token=variables["bench_token"])
    profiles = f"accounts/{variables['bench_account']}/integrations/events/profiles"
    live: dict[str, Any] = {}
    while True:
        items = client.send("GET", profiles, limit=PAGE, offset=len(live))["items"]
        live.update((item["name"], item) for item in items)
        if len(items) < PAGE:
            break
    for wanted in variables["bench_profiles"]:
        row = live[wanted["name"]]
        if row["support_email"] != wanted["support_email"]:
            client.send("PATCH", f"{profiles}/{row['id']}", {"support_email": wanted["support_email"]})


def read(variables: dict[str, Any]) -> None:
    """Read the list of one account's profiles, after the first page so many pages at a time.

    The pages overlap by one row, which tells whether the list changed in between; where it ends is not known before.
    """
    from concurrent.futures import ThreadPoolExecutor

    client = Client(variables["bench_url"], token=variables["bench_token"])
    profiles = f"accounts/{variables['bench_account']}/integrations/events/profiles"

    def page(offset: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = client.send("GET", profiles, limit=PAGE, offset=offset)["items"]
        return found

    rows = page(0)
    ended = len(rows) < PAGE
    with ThreadPoolExecutor(variables["bench_threads"]) as pool:
        while not ended:
            offsets = [len(rows) - 1 + number * (PAGE - 1) for number in range(variables["bench_threads"])]
            for items in list(pool.map(page, offsets)):
                if ended:
                    break
                if items[0]["id"] != rows[-1]["id"]:
                    sys.exit("the list changed while it was read")
                rows += items[1:]
                ended = len(items) < PAGE
    if len({row["id"] for row in rows}) != variables["bench_items"]:
        sys.exit("the list was not read to its end")


def audit(variables: dict[str, Any]) -> None:
    """Read the list of each account's profiles."""
    for account, token in variables["bench_accounts"].items():
        client = Client(variables["bench_url"], token=token)
        client.send("GET", f"accounts/{account}/integrations/events/profiles", limit=PAGE)


def pages(variables: dict[str, Any]) -> None:
    """Change the URL of the one webhook of each booking page: a read, a write and a read."""
    account = variables["bench_account"]
    client = Client(variables["bench_url"], auth=(account, variables["bench_key"]))
    for page in variables["bench_pages"]:
        path = f"{account}/profiles/{page}"
        actions = client.send("GET", path, fields=variables["bench_fields"])["actions"]
        for action in actions:
            if action["title"] == variables["bench_title"]:
                action["to"] = variables["bench_target"]
        client.send("PATCH", path, {"actions": actions})
        client.send("GET", path, fields=variables["bench_fields"])


if __name__ == "__main__":
    with open(sys.argv[2], encoding="utf-8") as given:
        {"reconcile": reconcile, "read": read, "audit": audit, "pages": pages}[sys.argv[1]](json.load(given))
