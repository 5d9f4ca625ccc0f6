# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the property tests run: quickly, without a database, and in CI with the same examples each time; and a budget.

TEST_EXAMPLES=5000 lets each property look longer for an example that it does not hold for.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ansible_collections.commops.events.plugins.module_utils import _budget
from unit.core.budgets import Clock, Shop

# own_environment, which all tests use, does nothing that one example could leave to the next; and random declarations
# are often ones that are refused.
_ALLOWED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
_EXAMPLES = int(os.environ.get("TEST_EXAMPLES", "60"))
settings.register_profile("core", max_examples=_EXAMPLES, deadline=None, database=None, suppress_health_check=_ALLOWED)
settings.register_profile("core-ci", settings.get_profile("core"), derandomize=True)
settings.load_profile("core-ci" if os.environ.get("CI") else "core")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(_budget, "time", made)
    return made


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def shop(tmp_path: Path, warnings: list[str]) -> Shop:
    return Shop(tmp_path / "cache", warnings)
