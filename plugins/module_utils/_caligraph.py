# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YouCanBook.me, whose API calls itself Caligraph: webhook actions of a booking page, as a table.

Facts about the API come from the vendor's forum thread on updating a profile through the API, its help pages, and
public clients that transcribed its Swagger description; the base URL is https://api.youcanbook.me/v1.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable
from typing import Any

from . import _caligraph_values as values
from ._caligraph_pages import SETS, connect_actions, connect_pages, expand
from ._errors import ApiError
from ._exchange import Answer, Request
from ._headers import HEADERS
from ._options import ServiceOptions
from ._resource import INFO, MANY, Field, Option, Resource
from ._secrets import Masker, UrlMasker
from ._values import Raw


def _account_problem(account_id: str) -> str | None:
    if re.fullmatch(r"[^@\s/]+@[^@\s/]+", account_id) and ":" not in account_id:
        return None
    try:
        uuid.UUID(account_id)
    except ValueError:
        # Without the value, which may be the key, if the two were mixed up.
        return "the value is neither the account's id (a UUID) nor its e-mail address."
    return None


def _basic(account_id: str, key: str) -> Callable[[Any], Any]:
    credentials = base64.b64encode(f"{account_id}:{key}".encode()).decode()

    def authorise(request: Any) -> Any:
        request.headers["Authorization"] = f"Basic {credentials}"
        return request

    return authorise


OPTIONS = ServiceOptions(
    service="caligraph",
    title="YouCanBook.me",
    secret="api_key",
    environment={
        "account_id": "CALIGRAPH_ACCOUNT_ID",
        "api_key": "CALIGRAPH_API_KEY",
        "api_url": "CALIGRAPH_API_URL",
    },
    default_url="https://api.youcanbook.me/v1",
    account_problem=_account_problem,
    auth=_basic,
)


class Caligraph:
    """How the API speaks of errors: `{"type", "code", "message", "errors": [...], "httpStatusCode"}`."""

    def __init__(self, excerpt: Callable[[str], str]) -> None:
        self._excerpt = excerpt

    def error(self, request: Request, answer: Answer) -> ApiError:
        """The error of a refusal, with what the server says of single fields and a remedy where there is one."""
        found = answer.data if isinstance(answer.data, dict) else {}
        code = found.get("code") if isinstance(found.get("code"), str) else ""
        parts = [text for text in (code, found.get("message")) if isinstance(text, str) and text]
        errors = found.get("errors")
        if isinstance(errors, list):
            parts.extend(_field_error(item) for item in errors if isinstance(item, dict))
        said = self._excerpt(": ".join(part for part in parts if part)) or "no reason given"
        message = f"{request} was refused by YouCanBook.me with status {answer.status} ({said})."
        remedy = _REMEDIES.get(code or "") or _STATUS_REMEDIES.get(answer.status)
        return ApiError(message + (f" {remedy}" if remedy else ""), answer.status, self._excerpt(code or ""))

    def retry_after(self, answer: Answer) -> float | None:
        """The API names no wait in a body."""
        return None


_REMEDIES = {
    "caligraph_not_using_basic_authentication": "Check account_id and api_key.",
    "ycbm_api_account_insufficient_permissions": "Check profile_id: this account has no such booking page, or the key"
    " may not see it.",
    "ycbm_api_account_not_found": "Check account_id and api_key.",
    "ycbm_api_http_resource_not_found": "Check api_url.",
}
_STATUS_REMEDIES = {
    401: "Check account_id and api_key.",
    403: "The key may not do this; check account_id and api_key.",
    404: "Check api_url, account_id and profile_id.",
    429: "Too many requests; lower the load.",
}


def _field_error(item: dict[str, Any]) -> str:
    name, text = item.get("field"), item.get("message") or item.get("code")
    return " ".join(str(part) for part in (name, text) if part)


_PAGE = ("profile_id", "profile_subdomain", "profile_title")


def _is_webhook(raw: Raw) -> bool:
    return raw.get("type") == "WEBHOOK" and raw.get("status") == "TEMPLATE"


WEBHOOK_ACTION = Resource(
    service="caligraph",
    kind="webhook_action",
    noun="webhook action",
    one="action",
    many="actions",
    key="title",
    default_match=("title",),
    fields=(
        Field("id", "id", server_set=True),
        Field("title", "title", normalise=values.title),
        Field("anchor", "anchor", normalise=values.anchor),
        Field(
            "url",
            "to",
            {"aliases": ["to"]},
            normalise=values.url,
            masker=UrlMasker(),
            foreign_masker=UrlMasker(host_only=True),
        ),
        Field("method", "subject", {"choices": list(values.METHODS), "aliases": ["subject"]}, default="POST"),
        Field("offset_minutes", "offsetMinutes", {"type": "int"}, default=0),
        Field(
            "body",
            "body",
            {"type": "raw"},
            nullable=True,
            cleared="",
            default="",
            normalise=values.body,
            equal=values.same_body,
            foreign_masker=Masker(),
        ),
        Field("attach_ics", "attachIcs", {"type": "bool"}, default=False),
        HEADERS,
    ),
    candidate=_is_webhook,
    lenient={"validate_anchor": False},
    constants={"type": "WEBHOOK", "status": "TEMPLATE"},
    identity=(Option("id", {"type": "str"}),),
    scope_options=tuple(Option(name, {"type": "str"}) for name in _PAGE),
    entry_options=(
        Option(
            "match_by", {"type": "list", "elements": "str", "choices": ["title", "anchor", "url", "offset_minutes"]}
        ),
        Option("secret_fields", {"type": "list", "elements": "str", "choices": ["url", "body"], "no_log": False}),
        Option("validate_anchor", {"type": "bool"}),
    ),
    task_options=(
        Option("backup_dir", {"type": "path"}),
        Option("backup_secrets", {"type": "bool", "default": False, "no_log": False}),
        Option("on_conflict", {"type": "str", "choices": ["replan", "fail"], "default": "replan"}),
        Option("assume_headers_read", {"type": "bool", "default": False}),
    ),
    purge_options=(Option("title_prefix", {"type": "str"}), Option("url_prefix", {"type": "str"}, UrlMasker())),
    filter_options=(
        Option("id", {"type": "str"}),
        Option("title", {"type": "str"}),
        Option("title_pattern", {"type": "str"}),
        Option("anchor", {"type": "str"}),
        Option("type", {"type": "str"}),
    ),
    required_one_of=(_PAGE,),
    mutually_exclusive=(_PAGE,),
    options=OPTIONS,
    dialect=Caligraph,
    connect=connect_actions,
)
WEBHOOK_ACTIONS = WEBHOOK_ACTION.as_form(
    MANY,
    scope_options=(
        *WEBHOOK_ACTION.scope_options,
        Option("profile_ids", {"type": "list", "elements": "str"}),
        Option("profile_subdomains", {"type": "list", "elements": "str"}),
        Option("profile_title_pattern", {"type": "str"}),
        Option("all_profiles", {"type": "bool"}),
    ),
    required_one_of=((*_PAGE, *SETS),),
    mutually_exclusive=((*_PAGE, *SETS),),
    entry_options=(*WEBHOOK_ACTION.entry_options, Option("anchors", {"type": "list", "elements": "str"})),
    task_options=(*WEBHOOK_ACTION.task_options, Option("stop_after_failures", {"type": "int", "default": 1})),
    expand=expand,
)
WEBHOOK_ACTION_INFO = WEBHOOK_ACTION.as_form(INFO)

BOOKING_PAGE_INFO = Resource(
    service="caligraph",
    kind="booking_page",
    noun="booking page",
    one="profile",
    many="profiles",
    key="title",
    fields=(
        Field("id", "id", server_set=True),
        Field("title", "title", server_set=True),
        Field("subdomain", "subdomain", server_set=True),
        Field("description", "description", server_set=True),
        Field("time_zone", "timeZone", server_set=True),
        Field("status", "status", server_set=True),
        Field("account_id", "accountId", server_set=True),
    ),
    filter_options=(
        Option("id", {"type": "str"}),
        Option("title", {"type": "str"}),
        Option("title_pattern", {"type": "str"}),
        Option("subdomain", {"type": "str"}),
    ),
    options=OPTIONS,
    dialect=Caligraph,
    connect=connect_pages,
    form=INFO,
)
