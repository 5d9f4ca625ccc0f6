# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was read only in part is never written back: shells, hidden and masked headers."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call, check_live_again
from unit.services.scenario import OTHER_WEBHOOK, foreign, options, refused


@pytest.mark.parametrize("shape", ["null", "absent"])
def test_a_page_without_its_list_of_actions_is_never_written(sandbox: Sandbox, shape: str) -> None:
    sandbox.quirks(caligraph_empty_actions=shape)
    arguments = options(
        sandbox, profile_id=seeds.PAGE_EMPTY, title="New", anchor="NO_SHOW", url="https://receiver.example.org/"
    )
    refused(WEBHOOK_ACTION, arguments, sandbox, "without its list of actions")


@pytest.mark.parametrize(
    "shell",
    [
        {},
        {"id": "1"},
        {"id": "1", "type": "EMAIL", "status": "TEMPLATE"},
        {"id": "1", "type": "WEBHOOK", "status": "TEMPLATE", "anchor": "NO_SHOW", "to": "https://a.example/"},
        5,
        None,
        [],
        {"id": None, "type": "EMAIL", "status": "TEMPLATE", "anchor": "NO_SHOW"},
        {"id": {}, "type": "EMAIL", "status": "TEMPLATE", "anchor": "NO_SHOW"},
    ],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_shells_are_never_written(sandbox: Sandbox, shell: Any, state: str) -> None:
    whole = sandbox.actions()
    sandbox.fault("wrong_shape", method="GET", times=None, json={"actions": [*whole, shell]})
    arguments = options(sandbox, title=seeds.WEBHOOK["title"], state=state)
    refused(WEBHOOK_ACTION, arguments, sandbox, "only in part", "would wipe them")


def test_foreign_webhooks_whose_headers_may_be_hidden_are_not_written_back(sandbox: Sandbox) -> None:
    sandbox.set_actions([*sandbox.actions()[:3], OTHER_WEBHOOK])
    sandbox.quirks(caligraph_headers_wildcard="empty")
    arguments = options(sandbox, title="New", anchor="BOOKING_ENDS", url="https://receiver.example.org/")
    refused(WEBHOOK_ACTION, arguments, sandbox, "Somebody else's", "may be hidden", "assume_headers_read: true")
    assert call(WEBHOOK_ACTION, options(sandbox, title="No", state="absent"), sandbox=sandbox)["changed"] is False


def test_a_header_that_is_only_shown_because_it_was_named_proves_nothing(sandbox: Sandbox) -> None:
    """Our own header comes back because the read names it; those of others, which nobody can name, do not."""
    sandbox.quirks(caligraph_headers_wildcard="empty")
    ours = {**seeds.WEBHOOK, "headers": {"X-Auth": "ours"}}
    sandbox.set_actions([*sandbox.actions()[:3], ours, OTHER_WEBHOOK])
    arguments = options(
        sandbox, title=ours["title"], offset_minutes=7, secret_headers={"x-auth": None, "X-Auth": "ours"}
    )
    refused(WEBHOOK_ACTION, arguments, sandbox, "declared twice")
    arguments["secret_headers"] = {"X-Auth": "ours"}
    refused(WEBHOOK_ACTION, arguments, sandbox, "Somebody else's", "may be hidden")


def test_that_named_and_unnamed_headers_are_shown_is_found_out_with_one_more_read(sandbox: Sandbox) -> None:
    ours = {**seeds.WEBHOOK, "headers": {"X-Auth": "ours"}}
    sandbox.set_actions([*sandbox.actions()[:3], ours, {**OTHER_WEBHOOK, "headers": {}}])
    arguments = options(sandbox, title=ours["title"], offset_minutes=7, secret_headers={"X-Auth": "ours"})
    _predicted, live, again = check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    assert live.methods == ["GET", "GET", "PATCH", "GET"]
    assert again.methods == ["GET"]


def test_a_foreign_webhook_without_headers_is_written_back_if_the_task_says_so(sandbox: Sandbox) -> None:
    sandbox.set_actions([*sandbox.actions()[:3], {**OTHER_WEBHOOK, "headers": {}}])
    before = foreign(sandbox)
    arguments = options(sandbox, title="New", anchor="BOOKING_ENDS", url="https://receiver.example.org/")
    refused(WEBHOOK_ACTION, arguments, sandbox, "may be hidden")
    check_live_again(WEBHOOK_ACTION, {**arguments, "assume_headers_read": True}, sandbox)
    assert foreign(sandbox, "New") == before


def test_foreign_headers_that_are_masked_are_never_written_back(sandbox: Sandbox) -> None:
    sandbox.set_actions([*sandbox.actions(), OTHER_WEBHOOK])
    sandbox.quirks(caligraph_mask_headers="true")
    arguments = options(sandbox, title=seeds.WEBHOOK["title"], offset_minutes=7, assume_headers_read=True)
    refused(WEBHOOK_ACTION, arguments, sandbox, "masks the headers of", "Somebody else's")
