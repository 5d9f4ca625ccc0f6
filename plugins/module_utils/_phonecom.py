# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone.com: event profiles, as a table.

Facts about the API are tagged as in the vendor's own pages: the events guide (profiles, callbacks) and the page on
rate limits; the base URL is https://api.phone.com/v4.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ._budget import HORIZON, Limit
from ._errors import ApiError
from ._exchange import Answer, Request
from ._options import ServiceOptions
from ._phonecom_profiles import connect
from ._resource import INFO, MANY, Field, Option, Resource
from ._values import Given, quoted, same

#: The vendor's documented limits; an endpoint is taken as a path with its ids replaced, all methods together.
LIMITS = (
    Limit(30, 30.0, per_endpoint=True, per_account=True),
    Limit(360, 30.0, per_endpoint=True, per_account=False),
    Limit(120, 60.0, per_endpoint=False, per_account=True),
    Limit(1440, 60.0, per_endpoint=False, per_account=False),
)


def _account_problem(account_id: str) -> str | None:
    if re.fullmatch(r"[0-9]{1,18}", account_id):
        return None
    # Without the value, which may be the token, if the two were mixed up.
    return "the value is no VoIP id; it consists of digits, such as 1000002."


def _bearer(account_id: str, token: str) -> Callable[[Any], Any]:
    def authorise(request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return authorise


OPTIONS = ServiceOptions(
    service="phonecom",
    title="Phone.com",
    secret="api_token",
    environment={
        "account_id": "PHONECOM_ACCOUNT_ID",
        "api_token": "PHONECOM_API_TOKEN",
        "api_url": "PHONECOM_API_URL",
    },
    default_url="https://api.phone.com/v4",
    account_problem=_account_problem,
    auth=_bearer,
)


def _name(value: str, given: Given) -> str:
    if not value.strip():
        raise ValueError("must not be blank.")
    return value


def _email(value: str, given: Given) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", value) or not value.isprintable():
        raise ValueError(f"{quoted(value)} is no e-mail address; give one, or null for the account's own address.")
    return value


def _same_email(left: Any, right: Any) -> bool:
    """Whether two addresses are equal; an empty one is none."""
    return same(left or None, right or None)


class Mason:
    """How Phone.com speaks of errors: `{"@error": {"@message", "@httpStatusCode", ...}}`, after the Mason format."""

    def __init__(self, excerpt: Callable[[str], str]) -> None:
        self._excerpt = excerpt

    def error(self, request: Request, answer: Answer) -> ApiError:
        """The error of a refusal, with a remedy where the status tells one."""
        found = _error(answer.data)
        texts = [found.get("@message"), *_texts(found.get("@messages")), found.get("@details")]
        said = self._excerpt("; ".join(text for text in texts if isinstance(text, str) and text)) or "no reason given"
        by = "the proxy in front of Phone.com" if found.get("@proxy") is True else "Phone.com"
        message = f"{request} was refused by {by} with status {answer.status}: {said}."
        remedy = {
            401: "Check api_token.",
            403: "The token may not do this; check that api_token and account_id belong together.",
            404: "Check account_id, extension_id and id.",
            429: "Too many requests; lower the load, or give request_budget_share where several machines run.",
        }.get(answer.status)
        code = found.get("@code")
        return ApiError(
            message.replace("..", ".") + (f" {remedy}" if remedy else ""),
            answer.status,
            self._excerpt(str(code)) if code is not None else "",
        )

    def retry_after(self, answer: Answer) -> float | None:
        """The wait in seconds that the body of a 429 names (vendor's page on rate limits)."""
        limit = _error(answer.data).get("@rateLimit")
        wait = limit.get("Retry-After") if isinstance(limit, dict) else None
        if not isinstance(wait, (int, float)) or isinstance(wait, bool):
            return None
        # No float holds an integer of hundreds of digits, and no wait is that long.
        return float(min(max(wait, 0), HORIZON))


def _error(data: Any) -> dict[str, Any]:
    error = data.get("@error") if isinstance(data, dict) else None
    return error if isinstance(error, dict) else {}


def _texts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


EVENT_PROFILE = Resource(
    service="phonecom",
    kind="event_profile",
    noun="event profile",
    one="profile",
    many="profiles",
    key="name",
    default_match=("name",),
    fields=(
        Field("id", "id", server_set=True),
        Field("name", "name", normalise=_name),
        Field("support_email", "support_email", nullable=True, default=None, normalise=_email, equal=_same_email),
        Field("voip_id", "voip_id", server_set=True),
        Field("extension_id", "extension_id", server_set=True),
        Field("created_at", "created_at", server_set=True),
    ),
    identity=(Option("id", {"type": "int"}),),
    scope_options=(Option("extension_id", {"type": "int"}),),
    purge_options=(Option("name_prefix", {"type": "str"}),),
    filter_options=(
        Option("id", {"type": "int"}),
        Option("name", {"type": "str"}),
        Option("name_pattern", {"type": "str"}),
    ),
    entry_required_one_of=(("name", "id"),),
    options=OPTIONS,
    limits=LIMITS,
    dialect=Mason,
    connect=connect,
)
EVENT_PROFILES = EVENT_PROFILE.as_form(MANY)
EVENT_PROFILE_INFO = EVENT_PROFILE.as_form(INFO)
