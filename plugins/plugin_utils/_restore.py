# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of a booking page as entries of `caligraph_webhook_actions`, which plans them on the page as it is now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.commops.events.plugins.module_utils import _caligraph_values as values
from ansible_collections.commops.events.plugins.module_utils._backup import FORMAT
from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._caligraph_api import page_id_problem
from ansible_collections.commops.events.plugins.module_utils._errors import InvalidOption
from ansible_collections.commops.events.plugins.module_utils._headers import compose
from ansible_collections.commops.events.plugins.module_utils._report import declared
from ansible_collections.commops.events.plugins.plugin_utils._entries import telling_apart


def read_backup(text: str) -> dict[str, Any]:
    """A backup as data. Raises ValueError, without any of the text: it may hold secrets."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("this is no backup of webhook actions: it is no JSON.") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"this is no backup of webhook actions of the format {FORMAT}.")
    actions = data.get("actions")
    whole = isinstance(data.get("account_id"), str) and isinstance(data.get("profile_id"), str)
    if not whole or page_id_problem(data["profile_id"]) or not isinstance(actions, list):
        raise ValueError("this backup is damaged: it does not name its account and booking page, or has no actions.")
    if not all(isinstance(action, dict) and isinstance(action.get("id"), (str, int)) for action in actions):
        raise ValueError("this backup is damaged: not all of its actions are whole.")
    return data


def backup_entries(text: str, live_ids: Iterable[Any]) -> dict[str, Any]:
    """The account and the booking page of a backup, and its webhooks as entries.

    live_ids: of the webhooks that the page has now. Those are found by id, the others by what tells them apart.
    """
    data = read_backup(text)
    known = {str(number) for number in live_ids}
    webhooks = [action for action in data["actions"] if WEBHOOK_ACTIONS.candidate(action)]
    entries = [_entry(action, data.get("secrets") is True) for action in webhooks]
    # Those with an id count too: a webhook that is gone must not be taken for one of them that has its title.
    for entry, action, names in zip(entries, webhooks, telling_apart(entries)):
        if str(action["id"]) in known or "title" not in entry:
            entry["id"] = str(action["id"])
        else:
            entry["match_by"] = list(names or ("title",))
    return {
        "account_id": data["account_id"],
        "profile_id": data["profile_id"],
        "secrets": data.get("secrets") is True,
        "actions": entries,
    }


def _entry(action: Mapping[str, Any], whole: bool) -> dict[str, Any]:
    """A webhook as an entry that restores it. whole: whether the backup was made with its secrets."""
    entry = declared(WEBHOOK_ACTIONS, dict(action), False, _encodable)
    entry.pop("id", None)
    if whole and "url" not in entry and _is_url(action.get("to")):
        # Left out of what is shown since it holds a secret, which is what this backup is for.
        entry["url"] = action["to"]
    headers = entry.pop("secret_headers", {})
    if isinstance(action.get("headers"), Mapping):
        entry["secret_headers"] = {
            name: action["headers"][name] if whole and _sendable(name, action["headers"][name]) else None
            for name in headers
        }
        entry["purge_headers"] = True
    return entry


def _encodable(value: Any) -> bool:
    """Whether Ansible takes a value: it refuses halves of characters."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_url(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(values.url(value, {}))
    except ValueError:
        return False


def _sendable(name: str, value: Any) -> bool:
    """Whether the module would send a header's value. What it would not, such as a mask of the API, is kept."""
    try:
        compose({"secret_headers": {name: value}})
    except InvalidOption:
        return False
    return isinstance(value, str)
