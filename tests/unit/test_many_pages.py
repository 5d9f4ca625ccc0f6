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
