"""Phone.com v4: the routes, authentication, paging and errors of its events integration.

Sources: the vendor's pages on event profiles, callbacks, listeners, rate limits and errors (Mason format).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from itertools import islice

from sandbox.phonecom_rows import callback_fields, listener_fields, masked, profile_fields
from sandbox.quirks import Quirks
from sandbox.store import KINDS, PhonecomAccount, Store
from sandbox.wire import (
    NOTHING,
    Answer,
    ApiError,
    Call,
    Handler,
    Json,
    NotJson,
    Obj,
    Router,
    Target,
    retry_after_headers,
)

DEFAULT_LIMIT = 25
"""Items of a list without `limit` (documented)."""

FILTERS: dict[str, tuple[str, ...]] = {
    "profiles": (),
    "callbacks": ("profile_id", "name", "fallback_callback_id"),
    "listeners": ("callback_id",),
}
"""The documented filters of each list."""

MESSAGES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    422: "Unprocessable entity",
    429: "Too much requests",
    500: "Internal server error",
    502: "Bad gateway",
    503: "Service unavailable",
    504: "Gateway timeout",
}


def mason_time(now: float) -> str:
    """A Mason error's `@time`: UTC with milliseconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


KindHandler = Callable[[Call, Target, str], Answer]


class Phonecom:
    """The service: routes, authentication and what they do to the store."""

    name = "phonecom"
    prefix = "v4"

    def __init__(self, store: Store, quirks: Quirks) -> None:
        self.store = store
        self.quirks = quirks
        self.router = Router(self.prefix)
        for scope in ("/accounts/{account}", "/accounts/{account}/extensions/{extension}"):
            base = scope + "/integrations/events/"
            for kind in KINDS:
                self.router.add(base + kind, GET=self._bound(self._list, kind), POST=self._bound(self._create, kind))
                self.router.add(
                    base + kind + "/{id}",
                    GET=self._bound(self._get, kind),
                    PATCH=self._bound(self._update, kind),
                    DELETE=self._bound(self._delete, kind),
                )
            self.router.add(base + "overview", GET=self._overview)

    # --- the service protocol ---

    def target(self, call: Call) -> Target:
        """Find the route; read the bearer token."""
        target = self.router.find(call.segments) or Target("/v4/(unknown)", {}, {})
        target.account = target.params.get("account")
        scheme, _blank, token = call.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            target.principal = self.store.tokens.get(token.strip())
            target.auth = "ok" if target.principal else "refused"
        elif scheme:
            target.auth = "refused"
        return target

    def answer(self, call: Call, target: Target) -> Answer:
        """Carry out one call."""
        try:
            return self._answer(call, target)
        except ApiError as error:
            answer = self._error(error.status, error.message, error.messages)
            answer.headers.update(error.headers)
            return answer
        except NotJson:
            return self._error(400, "Request body is not a valid JSON")

    def error(self, status: int, message: str = "") -> Answer:
        """A Mason error."""
        return self._error(status, message)

    def too_many(self, limit: int, wait: float, form: str) -> Answer:
        """The documented 429. The wait stands in its body if `form` is `body` or `both`."""
        answer = self._error(429, "")
        if form in ("body", "both"):
            answer.payload["@error"]["@rateLimit"] = {
                "RateLimit-Limit": limit,
                "RateLimit-Remaining": 0,
                "RateLimit-Reset": math.ceil(time.time() + wait),
                "Retry-After": max(1, math.ceil(wait)),
            }
        answer.headers.update(retry_after_headers(wait, form))
        return answer

    # --- plumbing ---

    def _error(self, status: int, message: str, messages: list[str] | None = None) -> Answer:
        error: Obj = {
            "@message": message or MESSAGES.get(status, "Error"),
            "@httpStatusCode": status,
            "@time": mason_time(time.time()),
        }
        if messages:
            error["@messages"] = messages
        return Answer(status, {"@error": error})

    def _bound(self, method: KindHandler, kind: str) -> Handler:
        def handler(call: Call, target: Target) -> Answer:
            return method(call, target, kind)

        return handler

    def _answer(self, call: Call, target: Target) -> Answer:
        if target.principal is None:
            raise ApiError(401, "Unauthorized")
        if not target.handlers:
            raise ApiError(404, "Resource not found")
        account = self.store.phonecom.get(_number(target.params["account"]) or -1)
        if account is None:
            raise ApiError(404, "Account not found")
        if account is not target.principal:
            raise ApiError(403, "Access to this account is forbidden")
        if "extension" in target.params and _number(target.params["extension"]) not in account.extensions:
            raise ApiError(404, "Extension not found")
        handler = target.handlers.get(call.method)
        if handler is None and call.method == "POST":
            # The vendor's page prints POST .../profiles/PROFILE_ID, but an id can't exist before its creation.
            raise ApiError(404, "Resource not found")
        if handler is None:
            error = ApiError(405, "Method not allowed")
            error.headers["Allow"] = ", ".join(target.handlers)
            raise error
        return handler(call, target)

    def _scope(self, target: Target) -> tuple[PhonecomAccount, int | None]:
        account: PhonecomAccount = target.principal
        return account, _number(target.params["extension"]) if "extension" in target.params else None

    def _visible(self, account: PhonecomAccount, extension: int | None, kind: str) -> Iterable[Obj]:
        rows = account.newest_first(kind)
        if extension is None and self.quirks["phonecom_account_list_includes_extensions"]:
            return rows
        return (row for row in rows if row["extension_id"] == extension)

    def _row(self, target: Target, kind: str) -> tuple[PhonecomAccount, Obj]:
        account, extension = self._scope(target)
        row = account.rows[kind].get(_number(target.params["id"]) or -1)
        if row is not None and row["extension_id"] != extension:
            everything = extension is None and self.quirks["phonecom_account_list_includes_extensions"]
            row = row if everything else None
        if row is None:
            raise ApiError(404, f"{kind[:-1].capitalize()} not found")
        return account, row

    def _shown(self, kind: str, row: Obj) -> Obj:
        return masked(row) if kind == "callbacks" and self.quirks["phonecom_mask_headers"] else row

    def _page(self, call: Call, rows: Iterable[Obj], filters: Obj, kind: str, total: bool) -> Obj:
        limit = _paging(call, "limit", DEFAULT_LIMIT, 1)
        offset = _paging(call, "offset", 0, 0)
        limit = min(limit, self.quirks["phonecom_limit_cap"])
        count: Obj = {}
        if total:
            rows = list(rows)
            count = {"total": len(rows)}
        return {
            "filters": filters,
            "sort": {"id": "desc"},
            **count,
            "limit": limit,
            "offset": None if self.quirks["phonecom_offset_null"] else offset,
            "items": [self._shown(kind, row) for row in islice(rows, offset, offset + limit)],
        }

    # --- the calls ---

    def _list(self, call: Call, target: Target, kind: str) -> Answer:
        account, extension = self._scope(target)
        rows = self._visible(account, extension, kind)
        filters: Obj = {}
        for name in FILTERS[kind]:
            wanted = call.query.get(f"filters[{name}]")
            if wanted is not None:
                filters[name] = wanted
                rows = [row for row in rows if row.get(name) is not None and str(row[name]) == wanted]
        return Answer(200, self._page(call, rows, filters, kind, self.quirks["phonecom_total"]))

    def _get(self, call: Call, target: Target, kind: str) -> Answer:
        return Answer(200, self._shown(kind, self._row(target, kind)[1]))

    def _create(self, call: Call, target: Target, kind: str) -> Answer:
        account, extension = self._scope(target)
        fields = self._fields(account, kind, _object(call), None)
        if kind == "profiles":
            self._refuse_double(account, extension, fields["name"], None)
        if kind != "callbacks":
            fields["created_at"] = int(time.time())
        row = self.store.create(account, kind, extension, fields)
        shown = self._shown(kind, row) if self.quirks["phonecom_post_answer"] == "object" else {}
        return Answer(self.quirks["phonecom_post_status"], shown)

    def _update(self, call: Call, target: Target, kind: str) -> Answer:
        account, row = self._row(target, kind)
        changes = self._fields(account, kind, _object(call), row)
        if kind == "profiles" and "name" in changes:
            self._refuse_double(account, row["extension_id"], changes["name"], row["id"])
        self.store.update(row, changes)
        return Answer(200, self._shown(kind, row))

    def _delete(self, call: Call, target: Target, kind: str) -> Answer:
        account, row = self._row(target, kind)
        users = {
            "profiles": [("callbacks", "profile_id", "Profile is in use. Look for callbacks using it.")],
            "callbacks": [
                ("listeners", "callback_id", "Callback is in use. Look for listeners using it."),
                ("callbacks", "fallback_callback_id", "Callback is in use. Look for callbacks using it."),
            ],
        }
        for user_kind, key, message in users.get(kind, []):
            if any(user.get(key) == row["id"] for user in account.rows[user_kind].values()):
                raise ApiError(409, f"Error: {message}")
        self.store.delete(account, kind, row["id"])
        return Answer(200, {"success": True})

    def _overview(self, call: Call, target: Target) -> Answer:
        account, extension = self._scope(target)
        callbacks = account.rows["callbacks"]

        def embedded(listener: Obj) -> Obj:
            callback = callbacks.get(listener["callback_id"])
            if callback is None:
                return {**listener, ":callback": None, ":subscriptions": []}
            fallback = callbacks.get(callback["fallback_callback_id"])
            shown = {
                **self._shown("callbacks", callback),
                ":profile": account.rows["profiles"].get(callback["profile_id"]),
                ":fallback": self._shown("callbacks", fallback) if fallback else None,
            }
            return {**listener, ":callback": shown, ":subscriptions": []}

        page = self._page(call, self._visible(account, extension, "listeners"), {}, "listeners", True)
        page["items"] = [embedded(row) for row in page["items"]]
        return Answer(200, page)

    # --- what a body may hold ---

    def _fields(self, account: PhonecomAccount, kind: str, body: Obj, row: Obj | None) -> Obj:
        if kind == "profiles":
            return profile_fields(body, create=row is None, strip=self.quirks["phonecom_normalise_name"])
        if kind == "callbacks":
            return callback_fields(body, row, account, self.quirks["phonecom_url_check"])
        return listener_fields(body, row, account)

    def _refuse_double(self, account: PhonecomAccount, extension: int | None, name: str, own: int | None) -> None:
        if self.quirks["phonecom_unique_names"]:
            for row in account.rows["profiles"].values():
                if row["name"] == name and row["extension_id"] == extension and row["id"] != own:
                    raise ApiError(409, "Error: Profile with this name already exists.")


def _object(call: Call) -> Obj:
    body: Json = call.json()
    if body is NOTHING:
        raise ApiError(400, "Request body is empty")
    if not isinstance(body, dict):
        raise ApiError(422, "Request body must be an object")
    return body


def _paging(call: Call, name: str, default: int, least: int) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    value = _number(text)
    if value is None or value < least:
        raise ApiError(422, f"Parameter {name} must be a number from {least}")
    return value
