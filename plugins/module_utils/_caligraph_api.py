# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The booking pages of an account over HTTP, and the list of them."""

from __future__ import annotations

import re
from typing import Any

from ._errors import BadAnswer
from ._exchange import Answer, Request
from ._service import Connection
from ._shared import Listing
from ._values import Raw, quoted

_PAGE_SIZE = 100
_MAX_PAGES = 1000


def page_id_problem(value: str) -> str | None:
    """What is wrong with the id of a booking page, or None."""
    return None if re.fullmatch(r"[A-Za-z0-9_-]+", value) else f"{quoted(value)} is no id of a booking page."


class Api:
    """The booking pages of an account over HTTP."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        account = connection.account_id
        # The long form wants the account's UUID; who signs in by e-mail address uses the short one.
        self._base: tuple[str, ...] = ("profiles",) if "@" in account else (account, "profiles")
        self.endpoint = "/profiles" if "@" in account else "/ID/profiles"

    def send(self, method: str, *path: str, query: tuple[tuple[str, Any], ...] = (), payload: Any = None) -> Answer:
        endpoint = self.endpoint + "/ID" * len(path)
        return self._connection.transport.send(
            Request(method, (*self._base, *path), endpoint, query, payload, repeatable=method != "PATCH")
        )


class PageList:
    """All booking pages of an account. `rows` have what `fields` asks for."""

    def __init__(self, connection: Connection, fields: str = "id,title,subdomain") -> None:
        self._connection = connection
        self._api = Api(connection)
        self._fields = fields

    def rows(self) -> list[Raw]:
        """The pages, read once for all items of a loop. GET only."""
        connection = self._connection
        key = ("pages", connection.secret, connection.api_url, connection.account_id, self._fields)
        found = connection.shared.listing(key)
        return (found or connection.shared.keep(key, Listing(self._read()))).rows

    def _read(self) -> list[Raw]:
        """All booking pages of the account. The API echoes no limit, so the list ends where a page brings no news."""
        pages: dict[str, Raw] = {}
        for number in range(_MAX_PAGES):
            query = (("fields", self._fields), ("page", number), ("maxResults", _PAGE_SIZE))
            fresh = {str(row["id"]): row for row in self._rows(self._api.send("GET", query=query)) if "id" in row}
            if not fresh.keys() - pages.keys():
                return list(pages.values())
            pages.update(fresh)
        raise BadAnswer(f"GET {self._api.endpoint} has no end after {_MAX_PAGES} pages.")

    def _rows(self, answer: Answer) -> list[Raw]:
        data = answer.data
        if isinstance(data, dict):
            data = data.get("items", [data])
        if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
            raise BadAnswer(f"GET {self._api.endpoint} gave no list of booking pages; check api_url.")
        return data
