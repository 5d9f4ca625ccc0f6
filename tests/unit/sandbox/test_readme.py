"""The README names everything there is, and the defaults in it are the real ones."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import sandbox as package
from sandbox import seeds
from sandbox.client import Sandbox
from sandbox.faults import KINDS
from sandbox.quirks import QUIRKS

TEXT = (Path(package.__file__).parent / "README.md").read_text(encoding="utf-8")
ROWS = {
    row[0].strip(" `"): [cell.strip() for cell in row[1:]]
    for row in (line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.startswith("| "))
}


def test_quirks() -> None:
    named = [name for name in ROWS if name.startswith(("caligraph_", "phonecom_")) and name in QUIRKS]
    assert named == list(QUIRKS)
    for name, quirk in QUIRKS.items():
        values = ROWS[name][0].split(", ")
        assert values[0] == str(quirk.default)
        expected = {"any number from 1", str(quirk.default)} if quirk.values == (int,) else set(map(str, quirk.values))
        assert set(values) == expected
        assert ROWS[name][1] == quirk.doc


def test_faults() -> None:
    for kind, params in KINDS.items():
        assert kind in ROWS
        for name in params:
            assert f"`{name}`" in " ".join(ROWS[kind]), (kind, name)


def test_client_methods() -> None:
    for name, member in inspect.getmembers(Sandbox, inspect.isfunction):
        if not name.startswith("_"):
            assert re.search(rf"`[^`]*\b{name}\(", TEXT), name
            assert member.__doc__


def test_constants() -> None:
    for name in vars(seeds):
        if name.isupper() and name not in ("SERVER_SET",) and not name.startswith("_"):
            assert f"`{name}`" in TEXT, name
