# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The molecule scenarios, as `make molecule` runs them, and really run: molecule also passes where nothing matched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest
import yaml

from support.playbooks import CHECKOUT

pytestmark = pytest.mark.tooling

SCENARIOS = CHECKOUT / "extensions" / "molecule"


@pytest.mark.skipif(shutil.which("make") is None or not (CHECKOUT / ".venv").exists(), reason="needs make and .venv")
def test_scenarios() -> None:
    steps = yaml.safe_load((CHECKOUT / ".config" / "molecule" / "config.yml").read_text())["scenario"]["test_sequence"]
    done = subprocess.run(
        ["make", "--no-print-directory", "molecule"],
        cwd=CHECKOUT,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    output = re.sub(r"\033\[[0-9;]*m", "", done.stdout)
    assert done.returncode == 0, output
    for scenario in SCENARIOS.glob("*/verify.yml"):
        for step in steps:
            assert f"{scenario.parent.name} ➜ {step}: Executed: Successful" in output
        # every task of the verification ran on a host
        for play in yaml.safe_load(scenario.read_text()):
            for task in play["tasks"]:
                if "ansible.builtin.import_tasks" not in task:
                    assert re.search(rf"TASK \[{re.escape(task['name'])}[^[]*?ok: \[controller\]", unboxed(output)), (
                        task
                    )
    assert list(SCENARIOS.glob("*/verify.yml"))


def unboxed(output: str) -> str:
    """Molecule's output without the frame that it draws, and without its line breaks."""
    return re.sub(r"\s+", " ", output.replace("│", " "))
