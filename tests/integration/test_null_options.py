# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Null counts as left out in Ansible's worker and in a shipped module, where its validators would refuse it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import seeds
from sandbox.client import Sandbox
from support.playbooks import play


@pytest.mark.parametrize("fast_path", ["on", "off"])
def test_null_for_an_option_with_choices_or_a_default(fast_path: str, sandbox: Sandbox, tmp_path: Path) -> None:
    null = {"method": None, "state": None, "match_by": None, "max_retries": None, "assume_headers_read": None}
    task = {
        "name": "Clear the body, and nothing else",
        "commops.events.caligraph_webhook_action": {
            **sandbox.caligraph_options(),
            **null,
            "profile_id": seeds.PAGE_WEBHOOK,
            "title": seeds.WEBHOOK["title"],
            "body": None,
        },
    }
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]
    played = play(plays, tmp_path, fast_path=fast_path)
    assert played.code == 0, played.output
    assert [item["field"] for item in played.result(task["name"])["drift"]] == ["body"]
    assert sandbox.actions()[-1]["subject"] == seeds.WEBHOOK["subject"]
