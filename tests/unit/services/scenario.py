# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scenarios share: check, live and again with equal after-states, and refusals that write nothing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ansible_collections.commops.events.plugins.module_utils._resource import ONE, Resource
from sandbox.client import Sandbox
from support.modules import Called, call, check_live_again

Obj = dict[str, Any]


def after(resource: Resource, called: Called) -> Any:
    """The after-state that a result tells, without what the server sets."""
    server_set = {item.name for item in resource.fields if item.server_set}

    def plain(shown: Obj | None) -> Obj | None:
        return None if shown is None else {name: value for name, value in shown.items() if name not in server_set}

    if resource.form == ONE:
        return plain(called[resource.one])
    return [plain(shown) for shown in called[resource.many]]


def converge(resource: Resource, arguments: Obj, sandbox: Sandbox) -> tuple[Called, Called, Called]:
    """Check, live, again: equal diffs and drift, nothing left to do, and the predicted state is what is read back."""
    predicted, live, again = check_live_again(resource, arguments, sandbox)
    assert after(resource, predicted) == after(resource, live) == after(resource, again)
    return predicted, live, again


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
