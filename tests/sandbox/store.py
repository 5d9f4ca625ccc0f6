"""The state of both services: in memory, indexed for speed, with an optional file.

Rows are kept as the APIs' own objects. Phone.com's rows are dicts by id in ascending order, so that "newest first" is
the reverse of a dict and needs no sorting.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox import seeds
from sandbox.wire import Obj

KINDS = ("profiles", "callbacks", "listeners")
"""Collections of a Phone.com account."""


class BadState(ValueError):
    """Data that is no state: the message says where."""


@dataclass
class PhonecomAccount:
    """One Phone.com account: its token, its extensions and its rows by kind and id (ascending)."""

    voip_id: int
    token: str
    extensions: list[int]
    rows: dict[str, dict[int, Obj]] = field(default_factory=lambda: {kind: {} for kind in KINDS})

    def newest_first(self, kind: str) -> Iterator[Obj]:
        """All rows of a kind, the highest id first."""
        return iter(reversed(self.rows[kind].values()))


@dataclass
class CaligraphAccount:
    """One Caligraph account with its booking pages by id."""

    id: str
    email: str
    api_key: str
    pages: dict[str, Obj] = field(default_factory=dict)


def now_text() -> str:
    """The current time as Caligraph objects carry it (UTC, seconds)."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def new_id() -> str:
    """A fresh id of a Caligraph object."""
    return str(uuid.uuid4())


def blank_row(kind: str) -> Obj:
    """What a Phone.com row of this kind holds if nothing is said."""
    if kind == "profiles":
        return {"name": "Profile", "support_email": None, "created_at": int(time.time())}
    if kind == "listeners":
        return {"version": "2.0.0", "callback_id": None, "created_at": int(time.time()), "expires_at": None}
    config = {"url": "https://receiver.example.org/", "method": "POST", "headers": None, "timeout": None}
    return {
        "fallback_callback_id": None,
        "name": None,
        "profile_id": None,
        "enabled": True,
        "mode": "HTTPS",
        "config": {**config, "rate-limit": None},
    }


def complete_action(action: Obj, page: Obj, *, exact: bool = False) -> Obj:
    """`action` with the keys that the server sets; with `exact` only an id is added, and only if there is none."""
    if exact:
        return {"id": new_id(), **action}
    now = now_text()
    defaults: Obj = {
        "id": new_id(),
        "type": "WEBHOOK",
        "status": "TEMPLATE",
        "anchor": "BOOKING_CREATED",
        "offsetMinutes": 0,
        "title": None,
        "to": None,
        "subject": None,
        "body": None,
        "attachIcs": False,
        "headers": {},
        **seeds.SERVER_SET,
        "created": now,
        "updated": now,
    }
    return {**defaults, **action, "accountId": page["accountId"], "profileId": page["id"]}


class Store:
    """Both services' data. `changed` is called after every change."""

    def __init__(self, state: Obj | None = None, changed: Callable[[], None] | None = None) -> None:
        self.changed = changed or (lambda: None)
        self.phonecom: dict[int, PhonecomAccount] = {}
        self.tokens: dict[str, PhonecomAccount] = {}
        self.caligraph: dict[str, CaligraphAccount] = {}
        self._next: dict[str, int] = {}
        self.load(seeds.first_state() if state is None else state)

    def load(self, state: Obj) -> None:
        """Replace the parts (`phonecom`, `caligraph`) that `state` has; all or nothing."""
        if not isinstance(state, dict) or set(state) - {"phonecom", "caligraph"}:
            raise BadState("the state is an object with the keys phonecom and caligraph")
        try:
            phonecom = [_phonecom_account(a) for a in state.get("phonecom", {}).get("accounts", [])]
            caligraph = [_caligraph_account(a) for a in state.get("caligraph", {}).get("accounts", [])]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadState(f"the state can't be read: {type(error).__name__}: {error}") from error
        if "phonecom" in state:
            self.phonecom = {a.voip_id: a for a in phonecom}
            self.tokens = {a.token: a for a in phonecom}
            self._next = {kind: 1 + max((i for a in phonecom for i in a.rows[kind]), default=0) for kind in KINDS}
        if "caligraph" in state:
            self.caligraph = {a.id: a for a in caligraph}
        self.changed()

    def dump(self) -> Obj:
        """The whole state as plain data, Phone.com's rows newest first. Not a copy: serialise it, don't keep it."""
        return {
            "phonecom": {
                "accounts": [
                    {
                        "voip_id": a.voip_id,
                        "token": a.token,
                        "extensions": a.extensions,
                        **{kind: list(a.newest_first(kind)) for kind in KINDS},
                    }
                    for a in self.phonecom.values()
                ]
            },
            "caligraph": {
                "accounts": [
                    {"id": a.id, "email": a.email, "api_key": a.api_key, "profiles": list(a.pages.values())}
                    for a in self.caligraph.values()
                ]
            },
        }

    # --- Phone.com ---

    def create(self, account: PhonecomAccount, kind: str, extension: int | None, fields: Obj) -> Obj:
        """Add a row. Ids rise over all accounts and are never used twice."""
        row_id = self._next[kind]
        self._next[kind] = row_id + 1
        row: Obj = {"id": row_id, "voip_id": account.voip_id, "extension_id": extension, **fields}
        account.rows[kind][row_id] = row
        self.changed()
        return row

    def update(self, row: Obj, changes: Obj) -> None:
        """Change a row in place."""
        row.update(changes)
        self.changed()

    def delete(self, account: PhonecomAccount, kind: str, row_id: int) -> None:
        """Remove a row."""
        del account.rows[kind][row_id]
        self.changed()

    def replace_rows(self, account: PhonecomAccount, kind: str, extension: int | None, rows: list[Obj]) -> list[Obj]:
        """Replace all rows of one scope; rows without an id get one. Nothing is validated: bad data can be planted."""
        kept = {i: r for i, r in account.rows[kind].items() if r.get("extension_id") != extension}
        made: dict[int, Obj] = {}
        for row in rows:
            row_id = row.get("id")
            if row_id is None:
                row_id = self._next[kind]
            if not isinstance(row_id, int) or row_id in kept or row_id in made:
                raise BadState(f"id {row_id!r} is no free number")
            self._next[kind] = max(self._next[kind], row_id + 1)
            fresh: Obj = {"id": row_id, "voip_id": account.voip_id, "extension_id": extension}
            made[row_id] = {**fresh, **blank_row(kind), **row, "id": row_id}
        account.rows[kind] = dict(sorted({**kept, **made}.items()))
        self.changed()
        return list(made.values())

    # --- Caligraph ---

    def caligraph_account(self, name: str) -> CaligraphAccount | None:
        """The account with this id or e-mail address."""
        found = self.caligraph.get(name)
        if found is None:
            found = next((a for a in self.caligraph.values() if a.email.lower() == name.lower()), None)
        return found

    def page(self, page_id: str) -> Obj | None:
        """The booking page with this id, whoever owns it."""
        return next((a.pages[page_id] for a in self.caligraph.values() if page_id in a.pages), None)

    def set_actions(self, page: Obj, actions: list[Obj]) -> None:
        """Replace a page's actions with complete rows."""
        page["actions"] = actions
        self.changed()


def _phonecom_account(data: Obj) -> PhonecomAccount:
    account = PhonecomAccount(int(data["voip_id"]), str(data["token"]), [int(e) for e in data.get("extensions", [])])
    for kind in KINDS:
        scope = {"voip_id": account.voip_id, "extension_id": None}
        rows = {int(row["id"]): {"id": row["id"], **scope, **blank_row(kind), **row} for row in data.get(kind, [])}
        account.rows[kind] = dict(sorted(rows.items()))
    return account


def _caligraph_account(data: Obj) -> CaligraphAccount:
    pages: dict[str, Any] = {}
    for page in data.get("profiles", []):
        actions = [{"id": new_id(), **action} for action in page.get("actions", [])]
        pages[str(page["id"])] = {"accountId": data["id"], **page, "actions": actions}
    return CaligraphAccount(str(data["id"]), str(data["email"]), str(data["api_key"]), pages)


def read_file(path: Path) -> Obj | None:
    """The state in a file, None if there is no file yet."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        state = json.loads(text)
    except ValueError as error:
        raise BadState(f"{path} is no JSON: {error}") from error
    if not isinstance(state, dict):
        raise BadState(f"{path} holds no object")
    return state


def write_file(path: Path, text: str) -> None:
    """Write a whole file in one step: a reader sees the old text or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
