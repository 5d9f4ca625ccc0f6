# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests share: the local API, one per test process, as new for each test; and a lock folder of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.client import Sandbox, running


def pytest_configure() -> None:
    """Let ansible-playbook wait for its workers: by default it kills them, even while they write their coverage."""
    os.environ["ANSIBLE_WORKER_SHUTDOWN_POLL_COUNT"] = "500"
    os.environ["ANSIBLE_WORKER_SHUTDOWN_POLL_DELAY"] = "0.02"


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[Sandbox]:
    with running(limits="off") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_server: Sandbox) -> Sandbox:
    """The local API with its first data, no faults, no limits and an empty log."""
    sandbox_server.reset()
    return sandbox_server


@pytest.fixture(autouse=True)
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials or settings of the person who runs the tests, and locks and budgets of the test's own."""
    for name in list(os.environ):
        if name.startswith(("COMMOPS_EVENTS_", "PHONECOM_", "CALIGRAPH_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COMMOPS_EVENTS_CACHE_DIR", str(tmp_path / "cache"))
