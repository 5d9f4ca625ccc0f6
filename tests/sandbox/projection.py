"""Caligraph's `fields` query parameter: which parts of a booking page an answer shows.

A parent alone (`actions`) gives an empty shell per action; children are named (`actions.id`) or asked for with `*`;
headers are a level of their own (`actions.headers.NAME`). Without `fields` there are no actions at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.quirks import Quirks
from sandbox.wire import SECRET_HEADER, Json, Obj

DEFAULT_KEYS = ("id", "accountId", "title", "description", "subdomain", "timeZone", "status")
"""What a profile shows without `fields`."""

PAGE_KEYS = {*DEFAULT_KEYS, "locale", "created", "actions"}
ACTION_KEYS = {
    "id", "accountId", "profileId", "bookingId", "type", "status", "anchor", "offsetMinutes", "title", "to",
    "subject", "body", "attachIcs", "headers", "created", "updated", "firedAt", "creditsUsed", "withinQuota",
    "failureCode", "displayTimeZone", "ycbmBranded", "fromName", "fromAddress", "timeZone",
}  # fmt: skip


class UnknownPath(Exception):
    """A path in `fields` that the API doesn't know."""


@dataclass
class Selection:
    """What `fields` asks for, quirks already applied. `page` None stands for "no `fields` given"."""

    page: set[str] | None = None
    actions: bool = False
    action_keys: set[str] = field(default_factory=set)
    all_scalars: bool = False
    headers: bool = False
    header_names: set[str] = field(default_factory=set)
    all_headers: bool = False
    headers_absent: bool = False

    def takes(self, key: str) -> bool:
        """Whether this key of an action is selected."""
        return self.headers if key == "headers" else self.all_scalars or key in self.action_keys


def _known(parts: list[str]) -> bool:
    if parts[0] != "actions":
        return len(parts) == 1 and (parts[0] in PAGE_KEYS or parts[0] == "*")
    if len(parts) == 1:
        return True
    return parts[1] in ACTION_KEYS | {"*"} if len(parts) == 2 else parts[1] == "headers"


def select(text: str | None, quirks: Quirks) -> Selection:
    """Read the `fields` parameter. A header's name may hold dots, so the third level is all the rest."""
    if text is None:
        return Selection()
    split = [path.strip().split(".", 2) for path in text.split(",") if path.strip()]
    if quirks["caligraph_unknown_paths"] == "refused" and not all(map(_known, split)):
        raise UnknownPath
    if quirks["caligraph_child_without_parent"] == "ignored":
        split = [parts for parts in split if all(parts[:n] in split for n in range(1, len(parts)))]
    chosen = Selection(page=set())
    assert chosen.page is not None
    for parts in split:
        if parts[0] != "actions":
            if len(parts) == 1:
                chosen.page.add(parts[0])
            continue
        if len(parts) == 1:
            chosen.actions = True
        elif len(parts) == 2:
            _select_key(chosen, parts[1], quirks)
        elif parts[1] == "headers":
            _select_header(chosen, parts[2], quirks)
    chosen.actions = chosen.actions or bool(chosen.action_keys) or chosen.all_scalars or chosen.headers
    if chosen.headers_absent and not chosen.header_names:
        chosen.headers = False
    return chosen


def _select_key(chosen: Selection, key: str, quirks: Quirks) -> None:
    if key == "headers":
        chosen.headers = True
    elif key != "*":
        chosen.action_keys.add(key)
    elif quirks["caligraph_actions_wildcard"] == "work":
        chosen.all_scalars = True
        if quirks["caligraph_wildcard_includes_headers"]:
            chosen.headers = chosen.all_headers = True


def _select_header(chosen: Selection, name: str, quirks: Quirks) -> None:
    if name != "*":
        if quirks["caligraph_named_headers"] == "work":
            chosen.headers = True
            chosen.header_names.add(name)
        return
    mode = quirks["caligraph_headers_wildcard"]
    if mode == "absent":
        chosen.headers_absent = True
        chosen.actions = True
    elif mode != "ignored":
        chosen.headers = True
        chosen.all_headers = chosen.all_headers or mode == "work"


def _shown_headers(stored: Json, chosen: Selection, quirks: Quirks) -> Json:
    if not isinstance(stored, dict):
        return stored
    shown = {name: value for name, value in stored.items() if chosen.all_headers or name in chosen.header_names}
    if quirks["caligraph_mask_headers"] == "true":
        shown = {name: True if SECRET_HEADER.search(name) else value for name, value in shown.items()}
    return shown


def show_action(action: Obj, chosen: Selection, quirks: Quirks) -> Obj:
    """One action as the selection shows it."""
    shown: Obj = {}
    for key, value in action.items():
        if not chosen.takes(key):
            continue
        if key == "headers":
            headers = _shown_headers(value, chosen, quirks)
            if chosen.headers_absent and headers == {}:
                continue
            shown[key] = headers
        else:
            shown[key] = value
    return shown


def show_page(page: Obj, chosen: Selection, quirks: Quirks) -> Obj:
    """One booking page as the selection shows it."""
    if chosen.page is None:
        return {key: page[key] for key in DEFAULT_KEYS if key in page}
    everything = "*" in chosen.page
    shown = {key: value for key, value in page.items() if key != "actions" and (everything or key in chosen.page)}
    if chosen.actions:
        actions = [show_action(action, chosen, quirks) for action in page["actions"]]
        if actions or quirks["caligraph_empty_actions"] == "list":
            shown["actions"] = actions
        elif quirks["caligraph_empty_actions"] == "null":
            shown["actions"] = None
    return shown


def everything() -> Selection:
    """The selection that shows whole actions, headers included."""
    return Selection(page=set(), actions=True, all_scalars=True, headers=True, all_headers=True)
