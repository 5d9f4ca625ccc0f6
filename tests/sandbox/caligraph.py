"""Caligraph v1 (YouCanBook.me): the routes, authentication, lists and errors of booking-page profiles.

Sources: the forum thread on updating a profile via the API, other vendor pages, public clients.
"""

from __future__ import annotations

import base64
import binascii

from sandbox.actions import BadAction, Replacement
from sandbox.projection import Selection, UnknownPath, everything, select, show_page
from sandbox.quirks import Quirks
from sandbox.store import CaligraphAccount, Store
from sandbox.wire import NOTHING, Answer, ApiError, Call, Json, NotJson, Obj, Router, Target, retry_after_headers

STATUS_NAMES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    422: "UNPROCESSABLE_ENTITY",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL_SERVER_ERROR",
    502: "BAD_GATEWAY",
    503: "SERVICE_UNAVAILABLE",
    504: "GATEWAY_TIMEOUT",
}

PAGE_TEXTS = ("title", "description", "subdomain", "timeZone", "status")
"""Keys of a page that PATCH takes besides `actions`."""

Refusal = tuple[int, str, str]
BAD_PAYLOAD: Refusal = (400, "Invalid payload", "caligraph_invalid_payload")
NO_BASIC: Refusal = (401, "Not using basic authentication", "caligraph_not_using_basic_authentication")
NO_ACCOUNT: Refusal = (404, "Account not found", "ycbm_api_account_not_found")
NO_ROUTE: Refusal = (404, "Resource not found", "ycbm_api_http_resource_not_found")
NO_METHOD: Refusal = (405, "Method not allowed", "ycbm_api_http_method_not_allowed")
NO_PERMISSION = "ycbm_api_account_insufficient_permissions"


def _refuse(refusal: Refusal) -> ApiError:
    status, message, code = refusal
    return ApiError(status, message, code=code)


def _credentials(header: str) -> tuple[str, str] | None:
    scheme, _blank, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, key = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, key) if colon else None


class Caligraph:
    """The service: routes, authentication and what they do to the store."""

    name = "caligraph"
    prefix = "v1"

    def __init__(self, store: Store, quirks: Quirks) -> None:
        self.store = store
        self.quirks = quirks
        self.router = Router(self.prefix)
        # The short forms come first: in /v1/profiles/ID the first part is no account.
        for scope in ("", "/{account}"):
            self.router.add(f"{scope}/profiles", GET=self._list)
            self.router.add(f"{scope}/profiles/{{id}}", GET=self._get, PATCH=self._patch)

    # --- the service protocol ---

    def target(self, call: Call) -> Target:
        """Find the route; read the Basic credentials (account id or e-mail address, and API key)."""
        target = self.router.find(call.segments) or Target("/v1/(unknown)", {}, {})
        header = call.headers.get("Authorization", "")
        credentials = _credentials(header)
        if credentials:
            account = self.store.caligraph_account(credentials[0])
            target.principal = account if account and account.api_key == credentials[1] else None
        if header:
            target.auth = "ok" if target.principal else "refused"
        named = self.store.caligraph_account(target.params["account"]) if "account" in target.params else None
        if named is not None:
            target.account = named.id
        elif "account" in target.params:
            target.account = target.params["account"]
        elif target.principal is not None:
            target.account = target.principal.id
        return target

    def answer(self, call: Call, target: Target) -> Answer:
        """Carry out one call."""
        try:
            return self._answer(call, target)
        except ApiError as error:
            return self._error(error)
        except (BadAction, NotJson, UnknownPath):
            return self._error(_refuse(BAD_PAYLOAD))

    def error(self, status: int, message: str = "") -> Answer:
        """An error without a known cause."""
        name = STATUS_NAMES.get(status, "ERROR")
        text = message or name.replace("_", " ").capitalize()
        return self._error(ApiError(status, text, code=f"ycbm_api_{name.lower()}"))

    def too_many(self, limit: int, wait: float, form: str) -> Answer:
        """A 429: no budget and no body key for the wait are known, so only a header can announce it."""
        answer = self.error(429, "Too many requests")
        answer.headers.update(retry_after_headers(wait, form))
        return answer

    # --- plumbing ---

    def _error(self, error: ApiError) -> Answer:
        body: Obj = {
            "type": "CaligraphException" if error.code.startswith("caligraph_") else "YcbmApiException",
            "code": error.code,
            "message": error.message,
            "status": STATUS_NAMES.get(error.status, "ERROR"),
            "errors": [],
            "httpStatusCode": error.status,
        }
        keys = self.quirks["caligraph_error_keys"]
        if keys == "minimal":
            body = {"code": error.code, "message": error.message}
        elif keys != "all":
            body["httpCode"] = error.status
            if keys == "http_code":
                del body["httpStatusCode"]
        return Answer(error.status, body)

    def _answer(self, call: Call, target: Target) -> Answer:
        if not target.handlers:
            raise _refuse(NO_ROUTE)
        if _credentials(call.headers.get("Authorization", "")) is None:
            raise _refuse(NO_BASIC)
        account: CaligraphAccount | None = target.principal
        if account is None or ("account" in target.params and target.account != account.id):
            raise _refuse(NO_ACCOUNT)
        handler = target.handlers.get(call.method)
        if handler is None:
            answer = self._error(_refuse(NO_METHOD))
            answer.headers["Allow"] = ", ".join(target.handlers)
            return answer
        return handler(call, target)

    def _page(self, target: Target) -> Obj:
        account: CaligraphAccount = target.principal
        page = account.pages.get(target.params["id"])
        if page is None:
            status = self.quirks["caligraph_foreign_profile_status"]
            raise ApiError(status, "Insufficient permissions", code=NO_PERMISSION)
        return page

    def _selection(self, call: Call) -> Selection:
        return select(call.query.get("fields"), self.quirks)

    # --- the calls ---

    def _list(self, call: Call, target: Target) -> Answer:
        account: CaligraphAccount = target.principal
        chosen = self._selection(call)
        page = _number(call, "page", 0, 0)
        size = _number(call, "maxResults", self.quirks["caligraph_page_size_default"], 1)
        size = min(size, self.quirks["caligraph_max_results_cap"])
        pages = list(account.pages.values())
        if self.quirks["caligraph_list_paging"] == "honoured":
            pages = pages[page * size : (page + 1) * size]
        shown: Json = [show_page(item, chosen, self.quirks) for item in pages]
        if self.quirks["caligraph_list_shape"] == "items":
            shown = {"items": shown}
        elif self.quirks["caligraph_list_shape"] == "lone" and len(shown) == 1:
            shown = shown[0]
        return Answer(200, shown)

    def _get(self, call: Call, target: Target) -> Answer:
        return Answer(200, show_page(self._page(target), self._selection(call), self.quirks))

    def _patch(self, call: Call, target: Target) -> Answer:
        page = self._page(target)
        chosen = self._selection(call)
        body = call.json()
        if body is NOTHING or not isinstance(body, dict):
            raise BadAction
        changes = {key: body[key] for key in PAGE_TEXTS if key in body}
        if not all(value is None or isinstance(value, str) for value in changes.values()):
            raise BadAction
        bad = False
        if "actions" in body:
            replacement = Replacement(page, chosen, self.quirks)
            rows = replacement.build(body["actions"])
            bad = replacement.bad
            self.store.set_actions(page, rows)
        if changes:
            self.store.update(page, changes)
        if bad:
            raise _refuse(BAD_PAYLOAD)
        return self._patched(page, chosen)

    def _patched(self, page: Obj, chosen: Selection) -> Answer:
        response = self.quirks["caligraph_patch_response"]
        if response == "no_content":
            return Answer(204)
        if response == "empty":
            return Answer(200, {})
        if response == "actions":
            return Answer(200, show_page(page, everything(), self.quirks))
        shown = chosen if self.quirks["caligraph_patch_honours_fields"] else Selection()
        return Answer(200, show_page(page, shown, self.quirks))


def _number(call: Call, name: str, default: int, least: int) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) < least:
        raise BadAction
    return int(text)
