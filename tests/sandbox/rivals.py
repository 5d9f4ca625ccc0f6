"""Edits that another client makes, behind the back of the one under test."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from sandbox.store import KINDS, Store, blank_row, complete_action, now_text
from sandbox.wire import Json, Obj

CALIGRAPH_OPS = ("add", "replace", "remove", "set")
PHONECOM_OPS = ("create", "update", "delete")


class BadEdit(ValueError):
    """An edit that makes no sense."""


def check_edit(edit: Json) -> Obj:
    """Check the shape of an edit (what it edits may not exist yet). Returns it."""
    if not isinstance(edit, dict):
        raise BadEdit("an edit is an object")
    allowed: dict[str, type[Any]]
    if edit.get("service") == "caligraph":
        ops: tuple[str, ...] = CALIGRAPH_OPS
        allowed = {"page_id": str, "action": dict, "actions": list, "id": str, "title": str}
        need = {"add": ["action"], "replace": ["action"], "remove": [], "set": ["actions"]}
        required = ["page_id", *need.get(str(edit.get("op")), [])]
    elif edit.get("service") == "phonecom":
        ops = PHONECOM_OPS
        allowed = {"account": int, "extension": int, "kind": str, "fields": dict, "id": int, "name": str}
        need = {"create": ["fields"], "update": ["fields"], "delete": []}
        required = ["account", *need.get(str(edit.get("op")), [])]
    else:
        raise BadEdit("service of an edit is caligraph or phonecom")
    if edit.get("op") not in ops:
        raise BadEdit(f"op of an edit of {edit['service']} is one of {', '.join(ops)}")
    for key in required:
        if key not in edit:
            raise BadEdit(f"an edit with op {edit['op']} needs {key}")
    for key, value in edit.items():
        if key in ("service", "op") or (value is None and key not in required):
            continue
        if key not in allowed or not isinstance(value, allowed[key]) or isinstance(value, bool):
            raise BadEdit(f"an edit of {edit['service']} can't have {key}={value!r}")
    if edit.get("kind", "profiles") not in KINDS:
        raise BadEdit(f"kind is one of {', '.join(KINDS)}")
    return edit


class Rival:
    """Applies edits. `{n}` in a title, URL or name becomes 1, 2, 3 ... so that repeated edits differ."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.reset()

    def reset(self) -> None:
        """Count from 1 again."""
        self._count = itertools.count(1)

    def apply(self, edit: Obj) -> int:
        """Do one edit. Returns how many objects it made, changed or removed (0: nothing fitted)."""
        edit = copy.deepcopy(edit)
        number = str(next(self._count))
        for part in (edit.get("action"), *(edit.get("actions") or ()), edit.get("fields"), edit):
            for key in ("title", "to", "name"):
                if part and isinstance(part.get(key), str):
                    part[key] = part[key].replace("{n}", number)
        return self._caligraph(edit) if edit["service"] == "caligraph" else self._phonecom(edit)

    def _caligraph(self, edit: Obj) -> int:
        page = self.store.page(edit["page_id"])
        if page is None:
            raise BadEdit(f"no page {edit['page_id']}")
        actions: list[Obj] = page["actions"]
        if edit["op"] == "set":
            self.store.set_actions(page, [complete_action(action, page) for action in edit["actions"]])
            return len(edit["actions"])
        if edit["op"] == "add":
            self.store.set_actions(page, [*actions, complete_action(edit["action"], page)])
            return 1

        def fits(action: Obj) -> bool:
            return all(edit.get(key) in (None, action.get(key)) for key in ("id", "title"))

        hits = sum(map(fits, actions))
        if edit["op"] == "remove":
            rest = [action for action in actions if not fits(action)]
        else:
            now = now_text()
            rest = [{**action, **edit["action"], "updated": now} if fits(action) else action for action in actions]
        self.store.set_actions(page, rest)
        return hits

    def _phonecom(self, edit: Obj) -> int:
        account = self.store.phonecom.get(edit["account"])
        if account is None:
            raise BadEdit(f"no account {edit['account']}")
        kind = edit.get("kind") or "profiles"
        extension = edit.get("extension")
        if edit["op"] == "create":
            self.store.create(account, kind, extension, {**blank_row(kind), **edit["fields"]})
            return 1
        hits = [
            row
            for row in account.newest_first(kind)
            if row["extension_id"] == extension and all(edit.get(key) in (None, row.get(key)) for key in ("id", "name"))
        ]
        for row in hits:
            if edit["op"] == "delete":
                self.store.delete(account, kind, row["id"])
            else:
                self.store.update(row, edit["fields"])
        return len(hits)
