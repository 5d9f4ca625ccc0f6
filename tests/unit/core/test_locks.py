# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks between processes: they exclude, are released whatever happens, and tell whether somebody wrote."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.commops.events.plugins.module_utils._cache import Cache
from ansible_collections.commops.events.plugins.module_utils._locks import Locks
from unit.core.processes import FORK, full_disk, in_process, in_processes

KEY = ("https://api.example", "account", "scope")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def new(folder: Path, warnings: list[str]) -> Callable[[], Locks]:
    """Makes the locks of one run."""
    return lambda: Locks(Cache({"COMMOPS_EVENTS_CACHE_DIR": str(folder)}), warnings.append)


def file_of(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def _write(locks: Locks, key: tuple[str, ...] = KEY) -> int:
    """Write once; the count afterwards."""
    with locks.hold(*key, noted=locks.count(*key)) as lock:
        lock.wrote()
    return lock.count


# Counting


def test_a_count_tells_of_each_write(new: Callable[[], Locks], folder: Path) -> None:
    first = new().count(*KEY)
    assert file_of(folder).read_bytes() == b"%d" % first
    assert [_write(new()) - first for _time in range(12)] == list(range(2, 26, 2))
    assert new().count(*KEY) == first + 24
    assert file_of(folder).read_bytes() == b"%d" % (first + 24)
    with new().hold(*KEY, noted=first + 24) as lock:
        assert not lock.moved
    assert new().count(*KEY) == first + 24


def test_who_noted_the_count_learns_whether_somebody_wrote(new: Callable[[], Locks]) -> None:
    noted = new().count(*KEY)
    with new().hold(*KEY, noted=noted) as lock:
        assert not lock.moved
        lock.wrote()
    with new().hold(*KEY, noted=noted) as later:
        assert later.moved
    with new().hold(*KEY, noted=lock.count) as later:
        assert not later.moved


def test_what_was_read_while_somebody_wrote_is_never_current(new: Callable[[], Locks]) -> None:
    with new().hold(*KEY, noted=new().count(*KEY)) as lock:
        lock.wrote()
        during = new().count(*KEY)
        lock.wrote()
        again = new().count(*KEY)
    for noted in (during, again):
        with new().hold(*KEY, noted=noted) as later:
            assert later.moved


def test_who_died_while_writing_leaves_a_count_that_nobody_trusts(new: Callable[[], Locks]) -> None:
    def die() -> None:
        with new().hold(*KEY, noted=0) as lock:
            lock.wrote()
            os.kill(os.getpid(), signal.SIGKILL)

    process = FORK.Process(target=die, daemon=True)
    process.start()
    process.join()
    noted = new().count(*KEY)
    assert noted % 2 == 1
    for _time in range(2):
        with new().hold(*KEY, noted=noted) as lock:
            assert lock.moved
    with new().hold(*KEY, noted=noted) as lock:
        lock.wrote()
    with new().hold(*KEY, noted=lock.count) as later:
        assert not later.moved


def test_keys_have_counts_of_their_own(new: Callable[[], Locks]) -> None:
    others = [(*KEY[:2], "other"), ("a", "b"), ("ab",)]
    noted = [new().count(*key) for key in others]
    _write(new())
    assert [new().count(*key) for key in others] == noted


def test_a_count_survives_its_process(new: Callable[[], Locks]) -> None:
    count = in_process(lambda: _write(new()))
    assert new().count(*KEY) == count
    assert in_process(lambda: _write(new())) == count + 2


POISON = [b"abc", b"-5", b"1.0", b" 1", b"1\n", b"9" * 40, b"1" * 19, b"\0\0\0", "١".encode(), b"\xff", b'{"a": 1}']


@pytest.mark.parametrize("content", POISON)
def test_what_is_no_count_is_never_believed(new: Callable[[], Locks], folder: Path, content: bytes) -> None:
    _write(new())
    file_of(folder).write_bytes(content)
    for noted in (new().count(*KEY), 0, 1, -1):
        with new().hold(*KEY, noted=noted) as lock:
            assert lock.moved
    # The next write ends it, with a count that nobody has noted before.
    assert _write(new()) > 10**12
    noted = new().count(*KEY)
    assert file_of(folder).read_bytes() == b"%d" % noted
    with new().hold(*KEY, noted=noted) as lock:
        assert not lock.moved


def test_an_emptied_file_does_not_bring_old_counts_back(new: Callable[[], Locks], folder: Path) -> None:
    noted = new().count(*KEY)
    with new().hold(*KEY, noted=noted) as lock:
        file_of(folder).write_bytes(b"")
        lock.wrote()
    with new().hold(*KEY, noted=noted) as lock:
        assert lock.moved


def test_on_a_full_disk_nobody_takes_a_list_for_current(
    new: Callable[[], Locks], folder: Path, warnings: list[str]
) -> None:
    def full() -> list[object]:
        locks = new()
        with full_disk(0):
            noted = locks.count(*KEY)
            with locks.hold(*KEY, noted=noted) as lock:
                before = lock.moved
                lock.wrote()
            with locks.hold(*KEY, noted=noted) as lock:
                return [noted, before, lock.moved, file_of(folder).read_bytes(), warnings]

    assert in_process(full) == [-1, True, True, b"", []]
    noted = _write(new())
    # A count of before can still be read, until somebody tries to count on.
    assert in_process(full) == [noted, False, True, b"", []]
    # There is room again, and still nobody can think that nothing happened.
    new().count(*KEY)
    with new().hold(*KEY, noted=noted) as lock:
        assert lock.moved


# Excluding


def _many_times(locks: Locks, path: Path, times: int) -> None:
    """Count in a file in a way that loses counts where two do so at once."""
    for _time in range(times):
        with locks.hold(*KEY, noted=0) as lock:
            count = int(path.read_text())
            time.sleep(0)
            path.write_text(str(count + 1))
            lock.wrote()


def test_processes_exclude_each_other(new: Callable[[], Locks], tmp_path: Path) -> None:
    path = tmp_path / "count"
    path.write_text("0")
    in_processes([lambda: _many_times(new(), path, 50)] * 4)
    assert path.read_text() == "200"
    assert new().count(*KEY) % 2 == 0


@pytest.mark.parametrize("usable", [True, False])
def test_threads_exclude_each_other(
    new: Callable[[], Locks], folder: Path, tmp_path: Path, usable: bool, warnings: list[str]
) -> None:
    if not usable:
        folder.write_text("in the way")
    path = tmp_path / "count"
    path.write_text("0")
    threads = [threading.Thread(target=_many_times, args=(new(), path, 50)) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_text() == "200"
    assert bool(warnings) is not usable


def test_locks_of_two_keys_do_not_wait_for_each_other(new: Callable[[], Locks]) -> None:
    noted = new().count(*KEY)
    with new().hold(*KEY, noted=noted), new().hold("other", noted=0) as lock:
        lock.wrote()
    assert (new().count(*KEY), new().count("other")) == (noted, lock.count)


def test_a_lock_is_released_when_its_holder_fails(new: Callable[[], Locks]) -> None:
    locks = new()
    with pytest.raises(ZeroDivisionError), locks.hold(*KEY, noted=0):
        raise ZeroDivisionError
    assert _write(locks) > 0
    assert in_process(lambda: _write(new())) > 1


def test_a_lock_is_released_when_its_holder_is_killed(new: Callable[[], Locks]) -> None:
    receiver, sender = FORK.Pipe(duplex=False)

    def hold() -> None:
        with new().hold(*KEY, noted=0) as lock:
            lock.wrote()
            sender.send("held")
            signal.pause()

    noted = new().count(*KEY)
    process = FORK.Process(target=hold, daemon=True)
    process.start()
    assert receiver.recv() == "held"
    # While it is held, whoever only notes the count does not wait.
    assert in_process(lambda: new().count(*KEY)) == noted + 1
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    with new().hold(*KEY, noted=noted) as lock:
        assert lock.moved


def test_nobody_waits_to_note_the_count_of_a_lock_that_was_never_taken_before(new: Callable[[], Locks]) -> None:
    with new().hold(*KEY, noted=-1) as lock:
        assert lock.moved
        assert in_process(lambda: new().count(*KEY)) == -1
    assert new().count(*KEY) > 0


# Where there is no folder


def test_an_unusable_folder_earns_one_warning_and_locks_of_this_process(
    new: Callable[[], Locks], folder: Path, warnings: list[str]
) -> None:
    folder.write_text("in the way")
    locks = new()
    key = (str(folder),)
    noted = locks.count(*key)
    assert noted == 0
    with locks.hold(*key, noted=noted) as lock:
        assert not lock.moved
        lock.wrote()
    assert locks.count(*key) == 2
    with new().hold(*key, noted=noted) as lock:
        assert lock.moved
    assert len(warnings) == 2  # of two runs
    assert all("can't be used" in warning and "within this process only" in warning for warning in warnings)


def test_a_folder_that_breaks_between_reading_and_writing_is_no_danger(
    new: Callable[[], Locks], folder: Path, warnings: list[str]
) -> None:
    locks = new()
    _write(locks)
    noted = locks.count(*KEY)
    folder.chmod(0o755)
    with locks.hold(*KEY, noted=noted) as lock:
        lock.wrote()
        assert lock.count > noted
    assert len(warnings) == 1


def test_a_file_system_without_locks_earns_one_warning(
    new: Callable[[], Locks], warnings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", refuse)
    locks = new()
    assert locks.count(*KEY) == -1
    for _time in range(2):
        with locks.hold(*KEY, noted=-1) as lock:
            lock.wrote()
    assert len(warnings) == 1
    assert "No locks available" in warnings[0]
    assert len(os.listdir("/proc/self/fd")) < 100
