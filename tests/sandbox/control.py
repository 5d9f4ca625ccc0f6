"""The control endpoints under `/_sandbox/`: how a test sets the stage and looks behind it.

JSON in and out, no authentication, loopback only. A bad request answers 400 `{"error": "..."}` and changes nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from ipaddress import ip_address

from aiohttp import web

from sandbox import quirks, seeds
from sandbox.faults import BadFault
from sandbox.limits import BadLimits
from sandbox.pipeline import Pipeline
from sandbox.quirks import BadQuirk
from sandbox.rivals import BadEdit, check_edit
from sandbox.store import KINDS, BadState, PhonecomAccount, complete_action, new_id, now_text
from sandbox.wire import Json, NotJson, Obj

MOST_ADDED = 200_000
"""Most rows that one request may add."""


class BadRequest(ValueError):
    """A control request that makes no sense."""


class NotFound(LookupError):
    """No such endpoint, account or page."""


Query = dict[str, str]
Endpoint = Callable[[tuple[str, ...], Query, Json], Json]


class Control:
    """All endpoints, by their first part of the path and method."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.store = pipeline.store
        self.endpoints: dict[tuple[str, str], Endpoint] = {
            ("ping", "GET"): lambda rest, query, body: {"pid": os.getpid()},
            ("reset", "POST"): self._reset,
            ("state", "GET"): lambda rest, query, body: self.store.dump(),
            ("state", "PUT"): self._put_state,
            ("log", "GET"): self._log,
            ("log", "DELETE"): self._clear_log,
            ("faults", "GET"): lambda rest, query, body: [rule.show() for rule in pipeline.faults.rules],
            ("faults", "POST"): lambda rest, query, body: pipeline.faults.add(body).show(),
            ("faults", "DELETE"): self._remove_faults,
            ("rival", "POST"): self._rival,
            ("quirks", "GET"): self._get_quirks,
            ("quirks", "PUT"): self._put_quirks,
            ("quirks", "DELETE"): self._reset_quirks,
            ("limits", "GET"): lambda rest, query, body: pipeline.limits.show(),
            ("limits", "PUT"): self._put_limits,
            ("latency", "GET"): lambda rest, query, body: {"seconds": pipeline.latency},
            ("latency", "PUT"): self._put_latency,
            ("phonecom", "GET"): self._get_rows,
            ("phonecom", "PUT"): self._put_rows,
            ("phonecom", "POST"): self._add_rows,
            ("pages", "GET"): self._get_page,
            ("pages", "PUT"): self._put_actions,
            ("pages", "POST"): self._add_pages,
        }

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one control request."""
        if not _loopback(request.remote):
            return _json(403, {"error": "the control endpoints serve this machine only"})
        parts = tuple(request.rel_url.parts[2:])
        raw = await request.read()
        try:
            body = json.loads(raw) if raw else {}
            endpoint = self.endpoints.get((parts[0] if parts else "", request.method))
            if endpoint is None:
                raise NotFound(f"no control endpoint {request.method} {request.path}")
            return _json(200, endpoint(parts[1:], dict(request.query), body))
        except NotFound as error:
            return _json(404, {"error": str(error)})
        except (BadRequest, BadFault, BadLimits, BadQuirk, BadEdit, BadState, NotJson, ValueError) as error:
            return _json(400, {"error": str(error)})

    # --- the whole ---

    def _reset(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        self.pipeline.reset(seeds.first_state())
        return {}

    def _put_state(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        self.store.load(body)
        return {}

    def _log(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        since = _int(query, "since", 0)
        return {"last": self.pipeline.log.last, "entries": self.pipeline.log.since(since)}

    def _clear_log(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        self.pipeline.log.clear()
        return {}

    # --- what goes wrong ---

    def _remove_faults(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        self.pipeline.faults.remove(int(rest[0]) if rest else None)
        return {}

    def _rival(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        return {"touched": self.pipeline.rival.apply(check_edit(body))}

    def _get_quirks(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        return quirks.describe() if rest == ("all",) else self.pipeline.quirks

    def _put_quirks(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        self.pipeline.quirks.change(body)
        return self.pipeline.quirks

    def _reset_quirks(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        self.pipeline.quirks.reset()
        return self.pipeline.quirks

    def _put_limits(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        self.pipeline.limits.change(body)
        return self.pipeline.limits.show()

    def _put_latency(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        seconds = body.get("seconds") if isinstance(body, dict) else None
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= 60:
            raise BadRequest("seconds is a number from 0 to 60")
        self.pipeline.latency = float(seconds)
        return {"seconds": self.pipeline.latency}

    # --- Phone.com's rows: /phonecom/ACCOUNT/KIND?extension=ID ---

    def _scope(self, rest: tuple[str, ...], query: Query) -> tuple[PhonecomAccount, str, int | None]:
        if len(rest) != 2 or rest[1] not in KINDS or not rest[0].isdigit():
            raise NotFound(f"the path is phonecom/ACCOUNT/KIND; KIND is one of {', '.join(KINDS)}")
        account = self.store.phonecom.get(int(rest[0]))
        if account is None:
            raise NotFound(f"no account {rest[0]}")
        extension = int(query["extension"]) if "extension" in query else None
        if extension is not None and extension not in account.extensions:
            raise NotFound(f"account {rest[0]} has no extension {extension}")
        return account, rest[1], extension

    def _get_rows(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        account, kind, extension = self._scope(rest, query)
        return [row for row in account.newest_first(kind) if row["extension_id"] == extension]

    def _put_rows(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        account, kind, extension = self._scope(rest, query)
        if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
            raise BadRequest("rows are a list of objects")
        return self.store.replace_rows(account, kind, extension, body)

    def _add_rows(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        account, kind, extension = self._scope(rest, query)
        if kind != "profiles":
            raise BadRequest("only profiles can be added by number")
        count, template = _count(body), body.get("name", "Profile {n}")
        address = body.get("support_email")
        if not isinstance(template, str) or not (address is None or isinstance(address, str)):
            raise BadRequest("name is a text, support_email a text or null")
        made = [
            self.store.create(
                account,
                kind,
                extension,
                {"name": template.replace("{n}", str(n)), "support_email": address, "created_at": 1600000000 + n},
            )
            for n in range(1, count + 1)
        ]
        return [row["id"] for row in made]

    # --- Caligraph's pages: /pages, /pages/ID, /pages/ID/actions ---

    def _page(self, rest: tuple[str, ...]) -> Obj:
        page = self.store.page(rest[0]) if rest else None
        if page is None:
            raise NotFound("no such page")
        return page

    def _get_page(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        if not rest:
            return [page for account in self.store.caligraph.values() for page in account.pages.values()]
        page = self._page(rest)
        return page["actions"] if rest[1:] == ("actions",) else page

    def _put_actions(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        page = self._page(rest)
        if rest[1:] != ("actions",):
            raise NotFound("the path is pages/ID/actions")
        self.store.set_actions(page, _actions(body, page, query.get("exact") == "true"))
        return page["actions"]

    def _add_pages(self, rest: tuple[str, ...], query: Query, body: Json) -> Json:
        count, title = _count(body), body.get("title", "Page {n}")
        account = self.store.caligraph_account(str(body.get("account", seeds.CALIGRAPH_ACCOUNT)))
        if account is None:
            raise NotFound("no such account")
        if not isinstance(title, str):
            raise BadRequest("title is a text")
        made: list[str] = []
        for number in range(1, count + 1):
            name = title.replace("{n}", str(number))
            page: Obj = {
                "id": new_id(),
                "accountId": account.id,
                "title": name,
                "description": "",
                "subdomain": "-".join(name.lower().split()),
                "timeZone": "Europe/London",
                "status": "ACTIVE",
                "locale": "en_GB",
                "created": now_text(),
                "actions": [],
            }
            page["actions"] = _actions(body.get("actions", []), page, False)
            account.pages[page["id"]] = page
            made.append(page["id"])
        self.store.changed()
        return made


def _actions(actions: Json, page: Obj, exact: bool) -> list[Obj]:
    """Actions to plant: nothing is validated, so that tomorrow's enum values and keys can be there."""
    if not isinstance(actions, list) or not all(isinstance(action, dict) for action in actions):
        raise BadRequest("actions are a list of objects")
    rows = [complete_action(action, page, exact=exact) for action in actions]
    if len({str(row["id"]) for row in rows}) != len(rows) or not all(isinstance(row["id"], str) for row in rows):
        raise BadRequest("ids of actions are different texts")
    return rows


def _count(body: Json) -> int:
    count = body.get("count", 1) if isinstance(body, dict) else None
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MOST_ADDED:
        raise BadRequest(f"count is a number up to {MOST_ADDED}")
    return count


def _int(query: Query, name: str, default: int) -> int:
    try:
        return int(query.get(name, default))
    except ValueError as error:
        raise BadRequest(f"{name} is a number") from error


def _loopback(remote: str | None) -> bool:
    try:
        return remote is not None and ip_address(remote).is_loopback
    except ValueError:
        return False


def _json(status: int, payload: Json) -> web.Response:
    return web.Response(status=status, body=json.dumps(payload).encode("ascii"), content_type="application/json")
