"""Caligraph's PATCH of a booking page's actions: the whole list is checked, then replaced.

What the server says about a bad action is nothing at all (an opaque 400), so this module only says *that* one is bad.
A value that the list already holds is never bad: an action with an enum value of tomorrow can go back as it was read.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit, urlunsplit

from sandbox.projection import Selection
from sandbox.quirks import Quirks
from sandbox.seeds import SERVER_SET
from sandbox.store import complete_action, new_id, now_text
from sandbox.wire import Json, Obj

TYPES = {"WEBHOOK", "EMAIL", "SMS", "ZAP", "SALESFORCE_TASK", "SALESFORCE_UPSERT"}
STATUSES = {"TEMPLATE", "PREDICTION", "OVERRIDEN", "SKIPPED", "SUCCEEDED", "FAILED", "RETRY"}
ANCHORS = {
    "BOOKING_CREATED", "BOOKING_RESCHEDULED", "BOOKING_CANCELLED", "BOOKING_RESCHEDULED_BY_OWNER",
    "BOOKING_RESCHEDULED_BY_BOOKER", "BOOKING_CANCELLED_BY_OWNER", "BOOKING_CANCELLED_BY_BOOKER",
    "BOOKING_ACCEPTED", "BOOKING_REJECTED", "BOOKING_STARTS", "BOOKING_ENDS", "NO_SHOW",
    "booked", "rescheduled", "cancelled", "start", "end",
}  # fmt: skip
VERBS = {"GET", "POST", "PUT", "PATCH", "DELETE"}

TEXTS = ("title", "to", "subject", "body", "fromName", "fromAddress", "timeZone")
RESET: Obj = {
    "type": None, "status": "TEMPLATE", "anchor": None, "offsetMinutes": 0, "title": None, "to": None,
    "subject": None, "body": None, "attachIcs": False, "headers": {},
}  # fmt: skip
"""The keys that a client may write, and what they are if nobody did."""
READ_ONLY = {"id", "accountId", "profileId", *SERVER_SET}


class BadAction(Exception):
    """Something in the payload can't be bound."""


def _text(value: Json) -> bool:
    return value is None or isinstance(value, str)


def _good(key: str, value: Json, action_type: Json, masks: bool) -> bool:
    """Whether `value` is one that the API binds to `key`."""
    if value is None:
        return True
    if key in ("type", "status", "anchor"):
        return isinstance(value, str) and value in {"type": TYPES, "status": STATUSES, "anchor": ANCHORS}[key]
    if key == "offsetMinutes":
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31
    if key == "attachIcs":
        return isinstance(value, bool)
    if key == "headers":
        if not isinstance(value, dict):
            return False
        return all(isinstance(v, str) or (masks and v is True) for v in value.values())
    if key == "subject" and action_type == "WEBHOOK":
        return isinstance(value, str) and value in VERBS
    return _text(value) if key in TEXTS else True


def normal_url(url: str) -> str:
    """A URL as a server may store it: lower-case scheme and host, and at least `/` as its path."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if not parts.netloc:
        return url
    userinfo, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=userinfo + at + host.lower(), path=parts.path or "/"))


def normal_body(body: str) -> str:
    """A body as a server may store it: JSON in compact form, anything else as it is."""
    try:
        return json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


class Replacement:
    """One PATCH: the new list of a page's actions, built from what was sent and what is stored."""

    def __init__(self, page: Obj, chosen: Selection, quirks: Quirks) -> None:
        self.page = page
        self.quirks = quirks
        self.stored: dict[str, Obj] = {action["id"]: action for action in page["actions"]}
        self.chosen = chosen if quirks["caligraph_patch_writes_only_fields"] and chosen.page is not None else None
        self.bad = False

    def build(self, sent: Json) -> list[Obj]:
        """The new list. Raises `BadAction`; with the quirk `apply_rest` it sets `bad` instead and leaves those out."""
        if not isinstance(sent, list):
            raise BadAction
        if not sent and self.quirks["caligraph_empty_patch"] != "deletes_all":
            if self.quirks["caligraph_empty_patch"] == "refused":
                raise BadAction
            return list(self.page["actions"])
        listed = {item["id"] for item in sent if isinstance(item, dict) and isinstance(item.get("id"), str)}
        used: set[str] = set()
        rows: list[Obj] = []
        for item in sent:
            try:
                rows.append(self._row(item, listed, used))
            except BadAction:
                if self.quirks["caligraph_one_bad_action"] == "refuse_all":
                    raise
                self.bad = True
        if self.quirks["caligraph_order"] == "by_anchor":
            rows.sort(key=lambda row: str(row.get("anchor")))
        elif self.quirks["caligraph_order"] == "reverse":
            rows.reverse()
        return rows

    def _base(self, item: Obj, listed: set[str], used: set[str]) -> Obj | None:
        """The stored action that `item` means, None for a new one."""
        action_id = item.get("id")
        if action_id is None:
            if self.quirks["caligraph_ids_required"] and self._has_twin(item, listed):
                raise BadAction
            return None
        if not isinstance(action_id, str) or action_id in used:
            raise BadAction
        used.add(action_id)
        base = self.stored.get(action_id)
        if base is None and self.quirks["caligraph_unknown_id"] == "refused":
            raise BadAction
        return base

    def _has_twin(self, item: Obj, listed: set[str]) -> bool:
        keys = ("type", "anchor", "title", "to")
        return any(
            action_id not in listed and all(row.get(key) == item.get(key) for key in keys)
            for action_id, row in self.stored.items()
        )

    def _row(self, item: Json, listed: set[str], used: set[str]) -> Obj:
        if not isinstance(item, dict):
            raise BadAction
        base = self._base(item, listed, used)
        if self.chosen is not None:
            item = {key: value for key, value in item.items() if key == "id" or self.chosen.takes(key)}
        if base is None:
            if self.quirks["caligraph_incomplete_new_action"] == "refused" and not (
                item.get("type") and item.get("anchor")
            ):
                raise BadAction
            values = {**RESET, **self._values(item, {})}
            return complete_action(values, self.page)
        row = {**base, **self._values(item, base)}
        if self.quirks["caligraph_missing_key"] == "reset":
            for key in [k for k in base if k not in item and k not in READ_ONLY]:
                if key in RESET:
                    row[key] = {} if key == "headers" else RESET[key]
                else:
                    del row[key]
        if row != base:
            row["updated"] = now_text()
        if self.quirks["caligraph_ids"] == "renew":
            row["id"] = new_id()
        return row

    def _values(self, item: Obj, base: Obj) -> Obj:
        """The checked values of one action. Keys that neither the API nor the stored action knows are dropped."""
        action_type = item.get("type", base.get("type"))
        masks = self.quirks["caligraph_mask_headers"] == "true"
        values: Obj = {}
        for key, value in item.items():
            if key in READ_ONLY or (key not in RESET and key not in TEXTS and key not in base):
                continue
            if key in base and base[key] == value and isinstance(value, type(base[key])):
                values[key] = value
            elif not _good(key, value, action_type, masks):
                raise BadAction
            else:
                values[key] = self._normal(key, value, action_type)
        return values

    def _normal(self, key: str, value: Json, action_type: Json) -> Json:
        if value is None:
            return {} if key == "headers" else RESET.get(key)
        if key == "headers":
            lower = self.quirks["caligraph_header_names"] == "lower"
            # With masks on, a mask that is sent back binds to the text "true": the secret is lost.
            return {name.lower() if lower else name: "true" if v is True else v for name, v in value.items()}
        if action_type == "WEBHOOK" and key == "to" and self.quirks["caligraph_normalise_url"]:
            return normal_url(value)
        if action_type == "WEBHOOK" and key == "body" and self.quirks["caligraph_normalise_body"]:
            return normal_body(value)
        return value
