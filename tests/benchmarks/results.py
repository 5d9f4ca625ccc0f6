# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was measured, as data: rows of each benchmark, the machine, and how to find one figure."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measure import Row, middle

FILE = Path(__file__).resolve().parent / "results.json"
"""The results that docs/performance.md shows."""


class NotMeasured(KeyError):
    """There is no such figure; a quick run has only some."""


class Results:
    """All rows by benchmark."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = dict(data)

    @classmethod
    def read(cls, path: Path = FILE) -> Results:
        """Results that were written before."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def write(self, path: Path) -> None:
        """One line per row, so that a change of one figure is one changed line."""
        lines = []
        for name, rows in self.data["benchmarks"].items():
            listed = ",\n".join("   " + json.dumps(row) for row in rows)
            lines.append(f"  {json.dumps(name)}: [\n{listed}\n  ]")
        machine = json.dumps(self.data["machine"])
        text = f'{{"machine": {machine},\n "benchmarks": {{\n' + ",\n".join(lines) + "\n }\n}\n"
        path.write_text(text, encoding="utf-8")

    def rows(self, benchmark: str) -> list[Row]:
        """The rows of one benchmark; none if it did not run."""
        rows: list[Row] = self.data["benchmarks"].get(benchmark, [])
        return rows

    def row(self, benchmark: str, contender: str, **setting: Any) -> Row:
        """The row of a contender in a setting. Raises NotMeasured."""
        for row in self.rows(benchmark):
            if row["contender"] == contender and all(row[name] == value for name, value in setting.items()):
                return row
        raise NotMeasured(f"{benchmark}: {contender} {setting}")

    def figure(self, benchmark: str, contender: str, measure: str = "seconds", **setting: Any) -> float:
        """The median of a measure. Raises NotMeasured."""
        return middle(self.row(benchmark, contender, **setting), measure)


def machine(runs: int, quick: bool) -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cpus": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "ansible_core": version("ansible-core"),
        "requests": version("requests"),
        "runs": runs,
        "quick": quick,
    }
