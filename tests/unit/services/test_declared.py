# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What info modules declare of values that a result can't show whole: applied, it must not write their masks."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION_INFO, WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE_INFO, EVENT_PROFILES
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call


@pytest.mark.parametrize("hidden", [f"has {seeds.CALIGRAPH_KEY} in it", "half a character: \ud800"])
@pytest.mark.parametrize("field", ["title", "body", "to", "anchor", "header"])
def test_webhooks(sandbox: Sandbox, field: str, hidden: str) -> None:
    hidden = f"https://crm.example.org/{seeds.CALIGRAPH_KEY}" if field == "to" else hidden
    change: dict[str, Any] = {"headers": {seeds.CALIGRAPH_KEY: "value-of-it"}} if field == "header" else {field: hidden}
    sandbox.set_actions([{**seeds.WEBHOOK, "title": "first"}, {**seeds.WEBHOOK, **change}])
    options = sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK)
    found = call(WEBHOOK_ACTION_INFO, options)["declared"]
    assert "(secret)" not in str(found)
    applied = call(WEBHOOK_ACTIONS, {**options, "actions": found}, sandbox=sandbox)
    assert applied["changed"] is False, applied.result
    assert applied["drift"] == []


@pytest.mark.parametrize("hidden", [f"has {seeds.PHONECOM_TOKEN} in it", "half a character: \ud800"])
def test_profiles(sandbox: Sandbox, hidden: str) -> None:
    sandbox.set_profiles([{"name": hidden}, {"name": "Desk", "support_email": f"{seeds.PHONECOM_TOKEN}@example.org"}])
    found = call(EVENT_PROFILE_INFO, sandbox.phonecom_options())["declared"]
    applied = call(EVENT_PROFILES, sandbox.phonecom_options(profiles=found), sandbox=sandbox)
    assert applied["changed"] is False, applied.result
    assert applied["drift"] == []
