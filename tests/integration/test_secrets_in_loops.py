# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reliability page says of loops over secrets: Ansible shows each item, whatever a module does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from integration.secrets_support.canaries import HEADER_NEW, SHORT_NEW, found_in

from sandbox import seeds
from sandbox.client import Sandbox
from support.documents import CHECKOUT, yaml_blocks
from support.playbooks import Played, play

TOKENS = {"crm": HEADER_NEW, "desk": SHORT_NEW}


def run(sandbox: Sandbox, folder: Path, task: dict[str, Any], *arguments: str, fast_path: str = "auto") -> Played:
    plays = [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/commops.events.caligraph": sandbox.caligraph_options()},
            "tasks": [task],
        }
    ]
    played = play(plays, folder, *arguments, variables={"receiver_tokens": TOKENS}, fast_path=fast_path)
    assert played.code == 0, played.output
    stored = {raw["title"]: raw["headers"] for raw in sandbox.actions()}
    assert {name: stored[name]["X-Token"] for name in TOKENS} == TOKENS
    return played


def leaked(played: Played) -> set[str]:
    return {canary for canary, _form, _around in found_in(played.output)}


@pytest.mark.parametrize("fast_path", ["on", "off"])
def test_a_loop_over_names_as_the_page_has_it_shows_no_secret(sandbox: Sandbox, tmp_path: Path, fast_path: str) -> None:
    ((task,),) = yaml_blocks(CHECKOUT / "docs" / "reliability.md")
    played = run(sandbox, tmp_path, task, "--diff", "-vvvvv", fast_path=fast_path)
    assert leaked(played) == set()
    assert "(secret)" in played.output


@pytest.mark.parametrize(("arguments", "shown"), [((), False), (("-v",), True)])
def test_a_label_hides_an_item_only_from_who_asks_for_no_more(
    sandbox: Sandbox, tmp_path: Path, arguments: tuple[str, ...], shown: bool
) -> None:
    task = {
        "name": "Loop over secrets",
        "commops.events.caligraph_webhook_action": {
            "profile_id": seeds.PAGE_WEBHOOK,
            "title": "{{ item.key }}",
            "anchor": "NO_SHOW",
            "url": "https://hooks.example/",
            "secret_headers": {"X-Token": "{{ item.value }}"},
        },
        "loop": "{{ receiver_tokens | dict2items }}",
        "loop_control": {"label": "{{ item.key }}"},
    }
    assert bool(leaked(run(sandbox, tmp_path, task, *arguments))) is shown
