# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make demo` as a stranger sees it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sandbox import seeds
from support.playbooks import CHECKOUT


def test_demo(tmp_path: Path) -> None:
    """From another folder, in a terminal without colours and with settings that could get into its way."""
    disturbing = {"PHONECOM_API_TOKEN": "x", "COMMOPS_EVENTS_FAST_PATH": "of", "ANSIBLE_STDOUT_CALLBACK": "minimal"}
    done = subprocess.run(
        [sys.executable, CHECKOUT / "tests" / "demo" / "demo.py"],
        cwd=tmp_path,
        env={**os.environ, **disturbing},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    for heading in ("1. Audit", "2. Apply", "3. Audit again", "What next?"):
        assert heading in done.stdout
    assert done.stdout.count("exit code 0") == 2
    assert done.stdout.count("exit code 2") == 1
    assert seeds.PHONECOM_TOKEN not in done.stdout
    assert "\033" not in done.stdout
    assert len(done.stdout.splitlines()) < 150
