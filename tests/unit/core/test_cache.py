# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder for locks and budgets: where it is, that it is ours alone, and that nothing planted in it is followed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ansible_collections.commops.events.plugins.module_utils._cache import (
    Cache,
    cache_path,
    hashed,
    read_small,
    write_small,
)
from unit.core.processes import full_disk, in_process


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def cache(folder: Path) -> Cache:
    return Cache({"COMMOPS_EVENTS_CACHE_DIR": str(folder)})


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0


def refused(cache: Cache, name: str = "a") -> OSError:
    """The error of a file that must not be opened; no descriptor is left behind."""
    before = descriptors()
    with pytest.raises(OSError) as caught:
        cache.open(name)
    assert descriptors() == before
    return caught.value


# Where it is

HOME = {"HOME": "/home/me"}


@pytest.mark.parametrize(
    ("environment", "path"),
    [
        ({"COMMOPS_EVENTS_CACHE_DIR": "/a", "XDG_RUNTIME_DIR": "/b", "XDG_CACHE_HOME": "/c"}, "/a"),
        ({"COMMOPS_EVENTS_CACHE_DIR": "/a/b//"}, "/a/b"),
        ({"COMMOPS_EVENTS_CACHE_DIR": "/a/./b/."}, "/a/b"),
        ({"COMMOPS_EVENTS_CACHE_DIR": "/"}, "/"),
        ({"COMMOPS_EVENTS_CACHE_DIR": "relative"}, "relative"),
        ({"COMMOPS_EVENTS_CACHE_DIR": "", "XDG_RUNTIME_DIR": "/b", "XDG_CACHE_HOME": "/c"}, "/b/commops.events"),
        ({"XDG_RUNTIME_DIR": "relative", "XDG_CACHE_HOME": "/c"}, "/c/commops.events"),
        ({"XDG_RUNTIME_DIR": "", "XDG_CACHE_HOME": "/c/"}, "/c/commops.events"),
        ({"XDG_CACHE_HOME": "relative"}, "/home/me/.cache/commops.events"),
        ({"XDG_CACHE_HOME": ""}, "/home/me/.cache/commops.events"),
        ({}, "/home/me/.cache/commops.events"),
        ({"TMPDIR": "/tmp"}, "/home/me/.cache/commops.events"),
    ],
)
def test_the_environment_says_where_the_folder_is(
    environment: dict[str, str], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", HOME["HOME"])
    assert cache_path(environment) == path
    assert Cache(environment).path == path


def test_names_of_files_tell_nothing() -> None:
    name = hashed("https://api.example", "account", "ä\ud800")
    assert name.isalnum() and len(name) == 40
    assert name == hashed("https://api.example", "account", "ä\ud800")
    assert hashed("a", "b") != hashed("ab") and hashed("a", "b") != hashed("a", "", "b")


# Whose it is


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "some" / "where" / "cache"
    descriptor = Cache({"COMMOPS_EVENTS_CACHE_DIR": f"{folder}/"}).open("a")
    try:
        assert not os.get_inheritable(descriptor)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "a").stat().st_mode) == 0o600
    finally:
        os.close(descriptor)


def test_a_relative_folder_is_made_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.close(Cache({"COMMOPS_EVENTS_CACHE_DIR": "here"}).open("a"))
    assert (tmp_path / "here" / "a").is_file()


def test_a_folder_that_another_process_just_made_is_taken(
    cache: Cache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = os.mkdir

    def too_late(path: str, mode: int = 0o777, **options: int) -> None:
        make(path, 0o700, **options)
        make(path, mode, **options)

    monkeypatch.setattr(os, "mkdir", too_late)
    os.close(cache.open("a"))
    assert (folder / "a").exists()


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701, 0o710, 0o777])
def test_a_folder_that_others_may_enter_is_refused(cache: Cache, folder: Path, mode: int) -> None:
    folder.mkdir()
    folder.chmod(mode)
    assert "not this user's alone" in str(refused(cache))
    assert list(folder.iterdir()) == []


def test_a_folder_of_another_user_is_refused(cache: Cache, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(mode=0o700)
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    assert "not this user's alone" in str(refused(cache))


def test_a_file_of_another_user_is_refused(cache: Cache, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.close(cache.open("a"))
    me = os.geteuid()
    answers = iter([me, me + 1])
    monkeypatch.setattr(os, "geteuid", lambda: next(answers))
    assert "not a plain file of this user" in str(refused(cache))


@pytest.mark.parametrize("end", ["", "/", "/."])
def test_a_link_in_place_of_the_folder_is_not_followed(tmp_path: Path, end: str) -> None:
    target = tmp_path / "target"
    target.mkdir(mode=0o700)
    (tmp_path / "cache").symlink_to(target)
    refused(Cache({"COMMOPS_EVENTS_CACHE_DIR": f"{tmp_path / 'cache'}{end}"}))
    assert list(target.iterdir()) == []


def test_a_link_to_nothing_in_place_of_the_folder_is_not_followed(tmp_path: Path, cache: Cache, folder: Path) -> None:
    folder.symlink_to(tmp_path / "target")
    refused(cache)
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("there", [True, False])
def test_a_link_in_place_of_a_file_is_not_followed(tmp_path: Path, cache: Cache, folder: Path, there: bool) -> None:
    folder.mkdir(mode=0o700)
    target = tmp_path / "target"
    if there:
        target.write_text("mine")
    (folder / "a").symlink_to(target)
    refused(cache)
    assert target.exists() == there


def test_a_second_name_of_a_file_is_refused(tmp_path: Path, cache: Cache, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    target = tmp_path / "target"
    target.write_text("mine")
    os.link(target, folder / "a")
    assert "not a plain file of this user" in str(refused(cache))
    assert target.read_text() == "mine"


def test_a_pipe_in_place_of_a_file_makes_nobody_wait(cache: Cache, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    os.mkfifo(folder / "a", 0o600)
    in_process(lambda: refused(cache).args)


def test_a_folder_in_place_of_a_file_is_refused(cache: Cache, folder: Path) -> None:
    (folder / "a").mkdir(parents=True)
    folder.chmod(0o700)
    refused(cache)


@pytest.mark.parametrize("below", [False, True])
def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path, below: bool) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    refused(Cache({"COMMOPS_EVENTS_CACHE_DIR": str(file / "cache" if below else file)}))
    assert file.read_text() == "mine"


def test_the_warning_tells_the_folder_the_reason_and_the_remedy(cache: Cache, folder: Path) -> None:
    remedy = "set COMMOPS_EVENTS_CACHE_DIR to a folder of yours with mode 0700."
    text = cache.unusable(OSError(28, "text of the system"))
    assert text.startswith(
        f"The folder for locks and request budgets can't be used ({folder}: No space left on device)"
    )
    assert text.endswith(remedy)
    folder.mkdir()
    folder.chmod(0o755)
    assert "(it has to be 0700)). They now hold" in cache.unusable(refused(cache))


# What is in it


def test_what_is_written_is_read(cache: Cache) -> None:
    descriptor = cache.open("a")
    try:
        assert read_small(descriptor, 10) == b""
        for data in (b"0123456789", b"short", b"", b"longer!"):
            write_small(descriptor, data)
            assert read_small(descriptor, 10) == data
            assert os.fstat(descriptor).st_size == len(data)
        write_small(descriptor, b"0123456789x")
        assert read_small(descriptor, 10) == b""
    finally:
        os.close(descriptor)


def test_what_does_not_fit_on_the_disk_is_an_error(cache: Cache) -> None:
    def full() -> tuple[str, bytes]:
        descriptor = cache.open("a")
        write_small(descriptor, b"old")
        with full_disk(5), pytest.raises(OSError) as caught:
            write_small(descriptor, b"0123456789")
        return str(caught.value), read_small(descriptor, 100)

    assert in_process(full) == ("the disk is full", b"01234")
