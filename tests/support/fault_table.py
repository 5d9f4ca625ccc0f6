# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the fault matrix into docs/reliability.md: `python tests/support/fault_table.py`; a test compares them."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs" / "reliability.md"
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"

if __name__ == "__main__":
    sys.path.insert(0, str(TESTS))

from unit.services.fault_matrix import FAULTS, MATRIX, NA, cells  # noqa: E402


def fault_table() -> str:
    """The matrix as Markdown: a row per fault, a column per request, each with what happens once and if it lasts."""
    columns = [key for key, row in MATRIX.items() if row]
    head = " | ".join(
        f"{'Phone.com' if service == 'phonecom' else 'Caligraph'} {method}" for service, method in columns
    )
    lines = [f"| fault | {head} |", "|---" * (len(columns) + 1) + "|"]
    for fault in FAULTS:
        outcomes = []
        for column in columns:
            once, lasting = MATRIX[column][fault]
            outcomes.append(once if once == lasting else f"{once}; lasting: {lasting}")
        lines.append(f"| {fault} | " + " | ".join(outcomes) + " |")
    found = Counter("left out" if cell.outcome == NA else "tested" for cell in cells())
    lines += [
        "",
        f"Cells tested: {found['tested']}, each followed by a clean run that has to converge. Cells that can't be,",
    ]
    lines += [f"such as a POST in check mode: {found['left out']}."]
    return "\n".join(lines)


def with_table(page: str) -> str:
    """The page with the table as it is now."""
    before, rest = page.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{fault_table()}\n{END}{rest.split(END, 1)[1]}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
