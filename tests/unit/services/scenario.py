# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scenarios share: refusals that write nothing, what was written, and what somebody else owns."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import Called, call

Obj = dict[str, Any]


def refused(resource: Resource, arguments: Obj, sandbox: Sandbox, *parts: str) -> Called:
    """A task that fails in check mode and live with one message, holding these parts, and writes nothing."""
    state = sandbox.state()
    predicted = call(resource, arguments, check=True, sandbox=sandbox)
    live = call(resource, arguments, sandbox=sandbox)
    for called in (predicted, live):
        assert_told(called, *parts)
        assert called["changed"] is False
    assert predicted["msg"] == live["msg"]
    assert not [entry for entry in live.log if entry["method"] != "GET"]
    assert sandbox.state() == state
    return live


def assert_told(called: Called, *parts: str) -> None:
    """A failure with a message for people: these parts are in it, and it is no traceback."""
    assert called.failed, called.result
    message = called["msg"]
    for part in parts:
        assert part in message, message
    assert "exception" not in called.result, called.result
    assert "Traceback" not in message
    assert "\n" not in message


def writes(called: Called) -> list[tuple[str, Any]]:
    """The requests that change something: method and payload."""
    return [(entry["method"], entry["body"]) for entry in called.log if entry["method"] != "GET"]


def without(raw: Obj, names: Collection[str]) -> Obj:
    """An object without these keys."""
    return {name: value for name, value in raw.items() if name not in names}


OTHER_WEBHOOK: dict[str, Any] = {
    **seeds.WEBHOOK,
    "title": "Somebody else's",
    "to": "https://other.example.org/hook?token=theirs",
    "headers": {"Authorization": "Bearer theirs", "x-lower": " padded "},
}


def options(sandbox: Sandbox, **given: Any) -> dict[str, Any]:
    """Arguments for the page with a webhook, unless another is given."""
    return sandbox.caligraph_options(**{"profile_id": seeds.PAGE_WEBHOOK, **given})


def foreign(sandbox: Sandbox, *ours: str, page: str = seeds.PAGE_WEBHOOK) -> list[str]:
    """The actions of the page that are not ours, as JSON text, so that 1, 1.0 and true differ."""
    return [json.dumps(raw) for raw in sandbox.actions(page) if raw.get("title") not in ours]
