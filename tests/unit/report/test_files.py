# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Report files: whole or not at all, and only for their owner."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ansible_collections.commops.events.plugins.plugin_utils._drift_files import replace


def test_a_new_file_is_private_and_so_is_the_folder_made_for_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "drift.json"
    before = os.umask(0)
    try:
        replace(str(path), "content\n")
    finally:
        os.umask(before)
    assert path.read_text() == "content\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_was_there_is_replaced_and_made_private(tmp_path: Path) -> None:
    path = tmp_path / "drift.json"
    path.write_text("old")
    path.chmod(0o644)
    with path.open() as reader:
        replace(str(path), "new")
        # Somebody who reads it meanwhile reads the whole old one.
        assert reader.read() == "old"
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [item.name for item in tmp_path.iterdir()] == ["drift.json"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    (tmp_path / "drift.json").symlink_to(target)
    with pytest.raises(OSError, match="no regular file"):
        replace(str(tmp_path / "drift.json"), "report")
    assert target.read_text() == "precious"


@pytest.mark.parametrize("path", ["folder", "/dev/null", "pipe"])
def test_only_a_regular_file_is_replaced(tmp_path: Path, path: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no regular file"):
        replace(str(tmp_path / path), "report")


def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "drift.json"
    path.write_text("old")

    with pytest.raises(TypeError):
        replace(str(path), 5)  # type: ignore[arg-type]
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["drift.json"]
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        replace(str(tmp_path / "file" / "drift.json"), "report")


def test_a_text_that_utf8_can_not_hold_is_written_with_codes(tmp_path: Path) -> None:
    replace(str(tmp_path / "drift.md"), "\ud800 lone")
    assert (tmp_path / "drift.md").read_text() == "\\ud800 lone"
