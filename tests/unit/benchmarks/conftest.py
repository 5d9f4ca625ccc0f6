# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.bench import Bench
from sandbox.client import Sandbox


@pytest.fixture
def bench(sandbox: Sandbox, tmp_path: Path) -> Bench:
    """One run of each contender."""
    told: list[str] = []
    return Bench(sandbox, tmp_path, 1, told.append)
