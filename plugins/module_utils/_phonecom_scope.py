# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone.com's events integration over HTTP: one scope of one account, its lists read to the end, its objects."""

from __future__ import annotations

from typing import Any

from ._errors import BadAnswer, InvalidOption
from ._exchange import Answer, Request
from ._service import Connection
from ._values import Raw

#: The largest page that the API gives (vendor's events guide).
PAGE = 500
#: How often a list that changes while it is read is read again from its start.
RESTARTS = 5


class Scope:
    """The events integration of an account, or of one extension of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.extension: int | None = connection.params.get("extension_id")
        path: tuple[str, ...] = ("accounts", connection.account_id)
        endpoint = "/accounts/ID"
        if self.extension is not None:
            if self.extension <= 0:
                raise InvalidOption("extension_id", f"{self.extension} is no id of an extension.")
            path += ("extensions", str(self.extension))
            endpoint += "/extensions/ID"
        self._path = (*path, "integrations", "events")
        self.endpoint = endpoint + "/integrations/events"

    def __str__(self) -> str:
        return "account" if self.extension is None else f"extension {self.extension}"

    def read_all(self, name: str, filters: tuple[tuple[str, Any], ...] = ()) -> list[Raw]:
        """A whole list, read to its end with the largest page."""
        for _restart in range(RESTARTS):
            rows = self._list_once(name, filters)
            if rows is not None:
                return rows
        raise BadAnswer(
            f"GET {self.endpoint}/{name}: the list changed each of the {RESTARTS} times it was read; try again later."
        )

    def _list_once(self, name: str, filters: tuple[tuple[str, Any], ...]) -> list[Raw] | None:
        """The list, or None if it changed in between.

        With `total` the pages have to add up to it. Without, each page begins with the last row of the one before, so
        that a row which slipped over the border is noticed, and a page shorter than the limit it echoes is the last.
        """
        rows: list[Raw] = []
        total: int | None = None
        limit: int | None = None
        while True:
            # A page of one row can't repeat one and go on.
            overlap = 1 if rows and total is None and limit != 1 else 0
            query = (*filters, ("limit", PAGE), ("offset", len(rows) - overlap))
            page, page_total, limit = self._page(name, query)
            if rows and page_total != total:
                return None
            if overlap and (not page or page[0].get("id") != rows[-1]["id"]):
                return None
            total = page_total
            rows.extend(page[overlap:])
            if len({row["id"] for row in rows}) != len(rows):
                return None
            if total is not None:
                if len(rows) >= total:
                    return rows if len(rows) == total else None
                if not page:
                    return None
            elif len(page) <= overlap or (limit is not None and len(page) < limit):
                return rows

    def _page(self, name: str, query: tuple[tuple[str, Any], ...]) -> tuple[list[Raw], int | None, int | None]:
        """The rows of one page, the total, and the limit that the answer echoes."""
        answer = self.send("GET", name, query=query).data
        rows = answer.get("items") if isinstance(answer, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) and is_id(row.get("id")) for row in rows):
            raise BadAnswer(f"GET {self.endpoint}/{name} gave no list of objects with ids; check api_url.")
        total, limit = answer.get("total"), answer.get("limit")
        return rows, total if _is_count(total) else None, limit if _is_count(limit) and limit else None

    def send(self, method: str, *path: str, query: tuple[tuple[str, Any], ...] = (), payload: Any = None) -> Answer:
        """Send a request for a collection, or for one object of it by its id."""
        endpoint = "/".join((self.endpoint, path[0], *("ID" for _part in path[1:])))
        return self._connection.transport.send(
            Request(method, (*self._path, *path), endpoint, query, payload, repeatable=method != "POST")
        )


def is_id(value: Any) -> bool:
    """Whether a value can be the id of an object."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return is_id(value) and value >= 0
