# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A booking page: how it is found, how its actions are read, and whether what was read may be written back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._caligraph_api import Api, PageList, page_id_problem
from ._errors import BadAnswer, InvalidOption, Refused
from ._headers import HeaderWish, is_masked, with_declared
from ._plan import UNCHANGED, Operation, Plan
from ._resource import Entry
from ._service import Connection
from ._values import Raw, listed, quoted

#: What an action is known to consist of; each is asked for by its name, since wildcards are undocumented.
_KEYS = (
    *("id", "type", "status", "anchor", "offsetMinutes", "title", "to", "subject", "body", "attachIcs", "headers"),
    *("accountId", "profileId", "bookingId", "created", "updated", "firedAt", "creditsUsed", "withinQuota"),
    *("failureCode", "displayTimeZone", "ycbmBranded", "fromName", "fromAddress", "timeZone"),
)
#: Without these an action was not read but only hinted at, and writing it back would wipe it.
_EXPECTED = ("id", "type", "status", "anchor")
_EXPECTED_WEBHOOK = (*_EXPECTED, "to", "subject")


class Page:
    """One booking page of one account."""

    def __init__(self, connection: Connection, page_id: str | None = None) -> None:
        self._connection = connection
        self._api = Api(connection)
        self._id = page_id

    @property
    def id(self) -> str:
        """The page's id, looked up once where the task names the page by subdomain or title. GET only."""
        if self._id is None:
            self._id = self._find()
        return self._id

    def _find(self) -> str:
        params = self._connection.params
        for name in ("profile_id", "profile_subdomain", "profile_title"):
            if params.get(name) == "":
                raise InvalidOption(name, "must not be empty.")
        if params.get("profile_id") is not None:
            number = str(params["profile_id"])
            problem = page_id_problem(number)
            if problem:
                raise InvalidOption("profile_id", problem)
            return number
        key = "subdomain" if params.get("profile_subdomain") is not None else "title"
        wanted = params[f"profile_{key}"]
        found = [page for page in PageList(self._connection).rows() if page.get(key) == wanted]
        if not found:
            raise Refused(f"profile_{key}: this account has no booking page with the {key} {quoted(wanted)}.")
        ids = [str(page["id"]) for page in found]
        if len(ids) > 1:
            raise Refused(
                f"profile_{key}: {len(ids)} booking pages have the {key} {quoted(wanted)} (ids {listed(ids)});"
                " say which one by profile_id."
            )
        return ids[0]

    def read(self, headers: Sequence[str] = ()) -> list[Raw]:
        """All actions, whole; headers: names to ask for. Raises BadAnswer where the answer does not hold them whole."""
        answer = self._api.send("GET", self.id, query=(("fields", _fields(headers)),)).data
        actions = answer.get("actions") if isinstance(answer, dict) else None
        if not isinstance(actions, list):
            raise BadAnswer(
                f"GET {self._api.endpoint}/ID gave the booking page {quoted(self.id)} without its list of actions;"
                " nothing can be planned or written without it."
            )
        for action in actions:
            if not isinstance(action, dict) or not _is_whole(action):
                raise BadAnswer(
                    f"GET {self._api.endpoint}/ID gave actions of booking page {quoted(self.id)} only in part; to write"
                    " them back would wipe them, so nothing is planned or written."
                )
        return actions

    def write(self, actions: Sequence[Raw]) -> None:
        """Replace the whole list. Raises Ambiguous where nobody knows whether it was replaced."""
        # Without `fields`: whether a PATCH heeds it is not documented, and the list is read again anyway.
        self._api.send("PATCH", self.id, payload={"actions": list(actions)})

    def refuse_unseen(self, plan: Plan, asked: Sequence[str]) -> None:
        """Refuse a write that could lose what the read did not show. asked: the headers that it asked for by name.

        GET only. Raises Refused.
        """
        if not plan.changed:
            return
        foreign = plan.foreign()
        masked = [action for action in foreign if any(map(is_masked, _headers(action).values()))]
        if masked:
            raise Refused(
                f"The API masks the headers of {_named(masked)}; to write the list back would replace their values by"
                " the mask, so nothing was written."
            )
        hidden = [action for action in foreign if action.get("type") == "WEBHOOK"]
        if not hidden or self._connection.params.get("assume_headers_read") or self._shows_all(plan.current, asked):
            return
        raise Refused(
            f"No action of booking page {quoted(self.id)} shows a header that was not asked for by its name, so those"
            f" of {_named(hidden)} may be hidden and would be lost; nothing was written. If they have none, set"
            " assume_headers_read: true."
        )

    def _shows_all(self, actions: Sequence[Raw], asked: Sequence[str]) -> bool:
        """Whether the API is seen to show headers that were not asked for by name, and so all of them."""
        names = {name.lower() for name in asked}
        if any(name.lower() not in names for action in actions for name in _headers(action)):
            return True
        # Only headers were seen that were asked for by name. Asked for none, any header will do as a proof.
        return any(map(_headers, actions)) and any(map(_headers, self.read()))


def sendable(plan: Plan) -> list[Raw]:
    """The whole list to write, in which no header of ours is a mask. Raises Refused where a value is not known."""
    return plan.merged(_unmasked)


def _unmasked(operation: Operation) -> Raw:
    action = (operation.before if operation.kind == UNCHANGED else operation.after) or {}
    if not any(map(is_masked, _headers(action).values())):
        return action
    headers = with_declared(_headers(action), operation.entry.values.get("headers") if operation.entry else None)
    lost = [name for name, value in headers.items() if is_masked(value)]
    if lost:
        raise Refused(
            f"secret_headers: the API masks {listed(lost)} of webhook action {quoted(action.get('title'))}; give the"
            " value, since the whole list has to be written."
        )
    return {**action, "headers": headers}


def header_names(entries: Sequence[Entry]) -> list[str]:
    """The names of all headers that the entries declare."""
    names: list[str] = []
    for entry in entries:
        wish = entry.values.get("headers")
        if isinstance(wish, HeaderWish):
            names.extend(wish.names())
    return names


def _fields(headers: Sequence[str]) -> str:
    """The `fields` parameter: parents and children, wildcards beside names, since neither is known to work alone."""
    children = [f"actions.{key}" for key in _KEYS]
    # The server may keep names in lower case, and then know no other spelling.
    named = [f"actions.headers.{name}" for name in dict.fromkeys((*headers, *map(str.lower, headers)))]
    return ",".join(
        ("id", "accountId", "title", "subdomain", "actions", *children, "actions.*", "actions.headers.*", *named)
    )


def _is_whole(action: Raw) -> bool:
    expected = _EXPECTED_WEBHOOK if action.get("type") == "WEBHOOK" else _EXPECTED
    return all(key in action for key in expected) and isinstance(action["id"], (str, int))


def _headers(action: Raw) -> Mapping[str, Any]:
    headers = action.get("headers")
    return headers if isinstance(headers, Mapping) else {}


def _named(actions: Sequence[Raw]) -> str:
    return listed(f"{quoted(action.get('title'))} (id {action.get('id')})" for action in actions)
