# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of several booking pages as one: nothing that one of them says gets lost."""

from __future__ import annotations

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTIONS
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call


def test_what_cannot_be_verified_on_one_page_is_neither_true_nor_false_for_all(sandbox: Sandbox) -> None:
    sandbox.quirks(caligraph_mask_headers="true")
    action = {"title": "New", "anchor": "BOOKING_CREATED", "url": "https://crm.example.org/x"}
    secret = {"secret_headers": {"X-Api-Key": "receiver-1234"}}
    pages = {"profile_ids": [seeds.PAGE_EMPTY, seeds.PAGE_DEFAULT]}

    plain = call(WEBHOOK_ACTIONS, {**sandbox.caligraph_options(), **pages, "actions": [action]}, sandbox=sandbox)
    assert plain["verified"] is True

    masked = call(
        WEBHOOK_ACTIONS, {**sandbox.caligraph_options(), **pages, "actions": [{**action, **secret}]}, sandbox=sandbox
    )
    assert masked["changed"] is True
    assert masked["verified"] == "unverifiable"


def test_a_webhook_for_100_pages_takes_a_read_a_write_and_a_verification_of_each(sandbox: Sandbox) -> None:
    """Beside them, a list tells which pages there are, and its next part that there are no more."""
    pages = {seeds.PAGE_WEBHOOK, seeds.PAGE_DEFAULT, seeds.PAGE_EMPTY, *sandbox.add_pages(97)}
    action = {"title": "To the CRM", "anchor": "BOOKING_CREATED", "url": "https://crm.example.org/x"}
    options = {**sandbox.caligraph_options(), "all_profiles": True, "actions": [action]}

    for check, methods in ((True, ["GET"]), (False, ["GET", "PATCH", "GET"]), (False, ["GET"])):
        mark = sandbox.mark()
        called = call(WEBHOOK_ACTIONS, options, check=check)
        assert not called.failed
        sent: dict[str, list[str]] = {}
        for method, path, _status in sandbox.calls(mark):
            sent.setdefault(path.rpartition("/")[2], []).append(method)
        assert sent.pop("profiles") == ["GET", "GET"]
        assert sent == dict.fromkeys(pages, methods)
        assert called["api"]["requests"] == 2 + 100 * len(methods)
