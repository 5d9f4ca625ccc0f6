# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups: for their owner only, whole or not at all, and refused in check mode where they would be in a live run."""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._backup import (
    FORMAT,
    check_folder,
    without_secrets,
    write_backup,
)
from ansible_collections.commops.events.plugins.module_utils._errors import InvalidOption
from ansible_collections.commops.events.plugins.module_utils._secrets import Masker, UrlMasker
from unit.core.lists import webhook
from unit.core.processes import full_disk, in_process

_NOBODY = 65534
ACTIONS = [webhook("a", odd="\ud800 ä 😀"), webhook("b", type="EMAIL")]


def problem(folder: object) -> str:
    """What both check mode and a live run say of a folder; nothing is written."""
    with pytest.raises(InvalidOption) as checked:
        check_folder(str(folder))
    with pytest.raises(InvalidOption) as written:
        write_backup(str(folder), "account", "page", ACTIONS, whole=True)
    assert checked.value.option == written.value.option == "backup_dir"
    assert written.value.message.endswith("; nothing was changed.")
    return checked.value.message


def test_a_backup_holds_all_actions_and_says_what_it_is(tmp_path: Path) -> None:
    path = write_backup(str(tmp_path), "account", "page", ACTIONS, whole=True)
    text = Path(path).read_text(encoding="ascii")
    assert text.endswith("}\n")
    assert json.loads(text) == {
        "format": FORMAT,
        "account_id": "account",
        "profile_id": "page",
        "secrets": True,
        "actions": ACTIONS,
    }
    assert json.loads(Path(write_backup(str(tmp_path), "a", "p", [], whole=False)).read_text())["secrets"] is False


def test_a_backup_is_for_its_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = Path(write_backup(str(tmp_path / "new" / "er"), "account", "page", ACTIONS, whole=True))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_each_backup_is_a_new_file(tmp_path: Path) -> None:
    paths = {write_backup(str(tmp_path), "account", "page", ACTIONS, whole=True) for _time in range(20)}
    assert {str(path) for path in tmp_path.iterdir()} == paths
    assert len(paths) == 20


@given(st.text(max_size=20), st.text(max_size=20))
def test_the_name_holds_no_text_of_the_api(tmp_path: Path, account: str, page: str) -> None:
    path = write_backup(str(tmp_path), account, page, [], whole=False)
    assert re.fullmatch(r"caligraph-[0-9a-f]{12}-\d{8}T\d{6}Z-\d+-\d{9}\.json", os.path.basename(path))


def test_a_relative_folder_is_told_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    check_folder("backups")
    path = write_backup("backups", "account", "page", ACTIONS, whole=True)
    assert Path(path).parent == tmp_path / "backups"


def test_a_check_writes_nothing(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "a" / "b" / "c", f"{tmp_path}/", f"{tmp_path}/x/../y"):
        check_folder(str(folder))
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    assert problem(file) == problem(file / "a" / "b") == f"backup_dir: {file} is no folder."
    assert file.read_text() == "mine"


def test_a_link_to_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert problem(tmp_path / "link") == f"backup_dir: {tmp_path / 'link'} is no folder."
    assert not (tmp_path / "nowhere").exists()


def test_a_link_to_a_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    check_folder(str(tmp_path / "link"))
    assert Path(write_backup(str(tmp_path / "link"), "a", "p", [], whole=True)).exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("x" * 300, "File name too long"), ("\ud800", "no such path can be"), ("x" * 5000, "File name too long")],
)
def test_a_path_that_can_not_be_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    assert problem(f"{tmp_path}/{name}").endswith(f": {reason}.")


def test_a_nul_in_a_path_is_refused(tmp_path: Path) -> None:
    assert problem(f"{tmp_path}/a\0b") == "backup_dir: holds a NUL, which no path can."


def test_a_loop_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert problem(tmp_path / "loop" / "a").endswith(": Too many levels of symbolic links.")


@pytest.mark.parametrize("below", ["", "new"])
def test_a_folder_that_can_not_be_written_to_is_refused(
    tmp_path: Path, below: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whether a folder can be written to is told for this user; root can everywhere.
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK | os.X_OK)
    with pytest.raises(InvalidOption) as caught:
        check_folder(str(tmp_path / below))
    assert caught.value.message == f"backup_dir: {tmp_path} can't be written to."


@pytest.mark.parametrize("mode", [0o500, 0o600, 0o000])
def test_the_mode_of_a_folder_decides_in_both_modes(mode: int) -> None:
    def told(base: str) -> list[str]:
        os.mkdir(f"{base}/folder", mode)
        return [problem(f"{base}/folder"), problem(f"{base}/folder/new")]

    def as_somebody() -> list[str]:
        with tempfile.TemporaryDirectory() as base:
            if os.geteuid() != 0:
                return told(base)
            # Root may do everything, so it becomes somebody else for a while.
            os.chmod(base, 0o777)
            os.setresuid(_NOBODY, _NOBODY, 0)
            try:
                return told(base)
            finally:
                os.setresuid(0, 0, 0)

    for message in in_process(as_somebody):
        assert re.search("(can't be written to|Permission denied)[.]$", message)


def test_half_a_backup_is_none(tmp_path: Path) -> None:
    def full() -> str:
        with full_disk(100), pytest.raises(InvalidOption) as caught:
            write_backup(str(tmp_path), "account", "page", ACTIONS, whole=True)
        return caught.value.message

    assert in_process(full) == (
        f"backup_dir: no backup could be written to {tmp_path}: File too large; nothing was changed."
    )
    assert list(tmp_path.iterdir()) == []


def test_an_action_is_kept_without_its_secrets() -> None:
    raw = webhook(
        "a",
        to="https://u:p@h.example/x?token=hunter2",
        headers={"X-A": "hunter2", "X-B": True},
        apiKey="hunter2",
        deeper=[{"secretCode": "hunter2", "url": "https://h.example/?a=hunter2", "n": 5}],
        body="hunter2",
    )
    maskers = {"body": Masker(), "title": None}
    assert without_secrets(raw, maskers) == {
        **raw,
        "to": "https://(secret)@h.example/x?token=(secret)",
        "headers": {"X-A": None, "X-B": None},
        "apiKey": "(secret)",
        "deeper": [{"secretCode": "(secret)", "url": "https://h.example/?a=(secret)", "n": 5}],
        "body": "(secret)",
    }
    assert raw["headers"] == {"X-A": "hunter2", "X-B": True}


def test_other_actions_are_kept_without_their_secrets_too() -> None:
    raw = {"type": "EMAIL", "to": "me@example.com", "headers": [{"name": "X-A", "value": "hunter2"}]}
    assert without_secrets(raw, {}) == {"type": "EMAIL", "to": "me@example.com", "headers": "(secret)"}
    assert without_secrets({"type": "WEBHOOK", "to": "u:hunter2@h"}, {})["to"] == "(secret)"
    assert without_secrets({"headers": None}, {"to": UrlMasker()}) == {"headers": None, "to": None}
