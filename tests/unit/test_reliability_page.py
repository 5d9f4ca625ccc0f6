# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reliability page tells the matrix that is tested."""

from __future__ import annotations

from support.fault_table import PAGE, with_table


def test_the_page_shows_the_matrix_that_is_tested() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_table(page), "run python tests/support/fault_table.py"
