# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables that can't be read: they accept nothing, and leave open how many hosts there should have been."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ansible.inventory.host import Host
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play import Play
from ansible.vars.manager import VariableManager

from ansible_collections.commops.events.plugins.plugin_utils._drift_settings import Settings
from support.reports import operation, plural, report, seen


def read(variables: dict[str, Any], **keys: Any) -> Any:
    """What one play with one host says."""
    loader = DataLoader()
    manager = VariableManager(loader, InventoryManager(loader, sources=["one,"]))
    data = {"hosts": "all", "tasks": [], "vars": variables, **keys}
    play = Play.load(data, variable_manager=manager, loader=loader)
    settings = Settings()
    settings.begin(play)
    settings.seen(Host("one"))
    return settings.read(date(2030, 6, 15))


def test_variables_of_a_play_are_read() -> None:
    accepted = {"resource": "event_profile", "key": "Desk", "until": "2030-12-31"}
    found = read({"commops_events_accepted": [accepted], "commops_events_expect_hosts": 3})
    assert (found.expected_hosts, found.warnings) == (3, [])
    assert [(item["key"], item["hosts"]) for item in found.waivers.listed()] == [("Desk", ["one"])]
    assert read({}).expected_hosts is None


def test_a_number_that_is_none_expects_more_than_there_can_be() -> None:
    for value in ("many", True, 1.5, [2], "-1"):
        found = read({"commops_events_expect_hosts": value})
        assert len(found.warnings) == 1
        made = report(seen(plural([operation("Desk")])), expected_hosts=found.expected_hosts)
        assert made["verdict"] == "incomplete"
        assert made["unknown"][0]["message"] == "1 of an unknown number of hosts that were expected had an audit."


def test_variables_that_can_not_be_read_leave_it_open(tmp_path: Path) -> None:
    (tmp_path / "vars.yml").write_text("- no\n- mapping\n")
    found = read({}, vars_files=[str(tmp_path / "vars.yml")])
    assert found.warnings
    assert all("can't be read" in warning for warning in found.warnings)
    assert report(seen(plural([operation("Desk")])), expected_hosts=found.expected_hosts)["verdict"] == "incomplete"
