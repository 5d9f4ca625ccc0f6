# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The browser's tests run where there is a browser; elsewhere test_page.py holds the page by reading its source."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support import browser

collect_ignore = [] if browser.executables() else ["test_browser.py"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a headless Chromium, where there is one")


@pytest.fixture(scope="session")
def chromium() -> Iterator[browser.Browser]:
    with browser.running() as started:
        yield started
