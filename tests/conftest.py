# Copyright (c) The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests share."""

from __future__ import annotations

import os


def pytest_configure() -> None:
    """Let ansible-playbook wait for its workers: by default it kills them, even while they write their coverage."""
    os.environ["ANSIBLE_WORKER_SHUTDOWN_POLL_COUNT"] = "500"
    os.environ["ANSIBLE_WORKER_SHUTDOWN_POLL_DELAY"] = "0.02"
