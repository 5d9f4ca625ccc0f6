# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Booking pages: which ones a task means, and the info module that lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._caligraph_actions import WebhookActions
from ._caligraph_api import PageList, page_id_problem
from ._errors import EventsError, InvalidOption, Refused
from ._glob import matches
from ._plan import Purge
from ._resource import Resource
from ._secrets import Masker
from ._service import Connection, Outcome, Wanted
from ._values import Given, Raw, listed, quoted

#: What the info module asks for.
_FIELDS = "id,title,subdomain,description,timeZone,status,accountId"
#: The options that name one page, and those that name a set of pages.
_ONE = ("profile_id", "profile_subdomain", "profile_title")
SETS = ("profile_ids", "profile_subdomains", "profile_title_pattern", "all_profiles")


def connect_actions(resource: Resource, connection: Connection) -> list[WebhookActions]:
    """The actions of the page or of each page that the task names. GET only. Raises Refused for a page that is none."""
    params = connection.params
    _check(params)
    if not any(_given(params.get(name)) for name in SETS):
        return [WebhookActions(resource, connection)]
    if params.get("profile_ids") is not None:
        ids = list(dict.fromkeys(params["profile_ids"]))
        for problem in filter(None, map(page_id_problem, ids)):
            raise InvalidOption("profile_ids", problem)
    else:
        ids = [str(page["id"]) for page in _chosen(params, PageList(connection).rows())]
    return [WebhookActions(resource, connection, page_id) for page_id in ids]


def _check(params: Mapping[str, Any]) -> None:
    """Refuse what would pass for a limit, a backup or work that was done, and is none. Raises InvalidOption."""
    for name in ("profile_ids", "profile_subdomains"):
        if params.get(name) == [] or "" in (params.get(name) or ()):
            raise InvalidOption(name, "must name at least one booking page, and hold no empty text.")
    if params.get("all_profiles") is False and not any(_given(params.get(name)) for name in (*_ONE, *SETS)):
        raise InvalidOption("all_profiles", "is false, and no other option names a booking page.")
    if params.get("stop_after_failures", 1) < 1:
        raise InvalidOption("stop_after_failures", "has to be at least 1.")
    if params.get("backup_dir") == "":
        raise InvalidOption("backup_dir", "must not be empty; leave it out for no backup.")


def _given(value: Any) -> bool:
    return value is not None and value is not False


def _chosen(params: Mapping[str, Any], pages: list[Raw]) -> list[Raw]:
    subdomains = params.get("profile_subdomains")
    if subdomains is not None:
        unknown = sorted(set(subdomains) - {page.get("subdomain") for page in pages})
        if unknown:
            raise Refused(
                f"profile_subdomains: this account has no booking page with the subdomain"
                f" {listed(map(quoted, unknown))}."
            )
        return [page for page in pages if page.get("subdomain") in subdomains]
    found = [page for page in pages if matches(page.get("title"), params.get("profile_title_pattern"))]
    if not found:
        what = "all_profiles" if params.get("profile_title_pattern") is None else "profile_title_pattern"
        raise Refused(f"{what}: this account has no such booking page.")
    return found


def expand(given: Given) -> list[Raw]:
    """One item with `anchors` as one entry per anchor, told apart by title and anchor. Raises InvalidOption."""
    anchors = given.get("anchors")
    if anchors is None:
        return [dict(given)]
    for name in ("anchor", "id", "formerly"):
        if given.get(name) is not None:
            raise InvalidOption("anchors", f"stands for several webhooks, so {name} can't stand beside it.")
    if not anchors or len(set(anchors)) != len(anchors):
        raise InvalidOption("anchors", "must name at least one anchor, and none twice.")
    match_by = given.get("match_by") or ["title", "anchor"]
    if "anchor" not in match_by:
        raise InvalidOption("match_by", "has to hold anchor where anchors stands for several webhooks.")
    rest = {name: value for name, value in given.items() if name != "anchors"}
    return [{**rest, "anchor": anchor, "match_by": match_by} for anchor in anchors]


class BookingPages:
    """The booking pages of one account, only to be read."""

    def __init__(self, resource: Resource, connection: Connection) -> None:
        self._resource = resource
        self._connection = connection

    def scope(self) -> str:
        return "account"

    def read(self) -> list[Raw]:
        return PageList(self._connection, _FIELDS).rows()

    def predict(self, wanted: Wanted) -> Outcome:
        raise EventsError("Booking pages can only be read.")

    apply = predict

    def purge(self, only: Mapping[str, Any], guard: int) -> Purge:
        raise EventsError("Booking pages can only be read.")

    def selected(self, raw: Raw) -> bool:
        params = self._connection.params
        exact = all(params[name] is None or raw.get(name) == params[name] for name in ("id", "title", "subdomain"))
        return exact and matches(raw.get("title"), params["title_pattern"])

    def known_secrets(self, raw: Raw) -> list[str]:
        return []

    def described(self, raw: Raw) -> tuple[Raw, dict[str, Masker]]:
        return self._resource.shown(raw, {}, server_set=True), {}


def connect_pages(resource: Resource, connection: Connection) -> list[BookingPages]:
    """The one list of the account."""
    return [BookingPages(resource, connection)]
