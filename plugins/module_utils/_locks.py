# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks between the processes of one machine, each with a count of the writes made under it.

A lock is an flock on a file of the shared folder, so the kernel releases it when its holder dies. The count tells who
takes the lock whether somebody wrote since they last read, without asking the API again: a reader notes the count
before it reads; if it is the same once the lock is held, what was read still stands.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator

from ._cache import Cache, hashed, read_small, write_small

_LIMIT = 32
#: No count: nobody can say whether somebody wrote.
_UNKNOWN = -1
_process_locks: dict[str, threading.Lock] = {}
_process_counts: dict[str, int] = {}


class Lock:
    """A held lock. moved: whether somebody else wrote since the count that the holder noted. count: the current one."""

    def __init__(self, name: str, descriptor: int | None, noted: int) -> None:
        self._name = name
        self._descriptor = descriptor
        self.count = self._count()
        # Odd: whoever wrote last did not come to its end.
        self.moved = self.count != noted or self.count == _UNKNOWN or self.count % 2 == 1
        self._writing = False

    def _count(self) -> int:
        if self._descriptor is None:
            return _process_counts.get(self._name, 0)
        return _number(read_small(self._descriptor, _LIMIT))

    def wrote(self) -> None:
        """Count a write, before it is sent: one that fails half-way counts too. The count is odd until it is over.

        So who noted the count and read while the write was under way, and may have seen either state, reads again.
        """
        known = self._count()
        self._writing = True
        self._set((known + 1 if known != _UNKNOWN else _first()) | 1)

    def finish(self) -> None:
        """Count the end of a write, if there was one."""
        if self._writing:
            self._writing = False
            self._set(self.count + 1)

    def _set(self, count: int) -> None:
        self.count = _process_counts[self._name] = count
        if self._descriptor is not None:
            try:
                write_small(self._descriptor, b"%d" % self.count)
            except OSError:
                # An emptied file holds no count, so the next holder reads the API again: safe, only slower.
                with contextlib.suppress(OSError):
                    os.ftruncate(self._descriptor, 0)


def _number(data: bytes) -> int:
    return int(data) if data.isdigit() and len(data) < 19 else _UNKNOWN


def _first() -> int:
    """A count to begin with, even, that nobody can have noted before the file lost its own, on a full disk or else."""
    return time.time_ns() // 2000 * 2


def _begun(descriptor: int) -> int:
    """The count of a file; one that was just made gets its first, unless somebody is about to write under its lock."""
    count = _number(read_small(descriptor, _LIMIT))
    if count == _UNKNOWN:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        count = _number(read_small(descriptor, _LIMIT))
        if count == _UNKNOWN and os.fstat(descriptor).st_size == 0:
            first = _first()
            write_small(descriptor, b"%d" % first)
            count = first
    return count


class Locks:
    """The locks of one run. `warn` is told once if they hold within this process only."""

    def __init__(self, cache: Cache, warn: Callable[[str], None]) -> None:
        self._cache = cache
        self._warn = warn
        self._warned = False

    def count(self, *key: str) -> int:
        """The count of writes under a lock, to be noted before a read. It never waits."""
        name = hashed("lock", *key) + ".lock"
        descriptor = self._open(name)
        if descriptor is None:
            return _process_counts.get(name, 0)
        try:
            return _begun(descriptor)
        except OSError:
            return _UNKNOWN
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def hold(self, *key: str, noted: int) -> Iterator[Lock]:
        """Hold the lock of this key (api, account, scope), waiting for it as long as others hold it."""
        name = hashed("lock", *key) + ".lock"
        with _process_locks.setdefault(name, threading.Lock()):
            descriptor = self._open(name)
            try:
                if descriptor is not None and not self._taken(descriptor):
                    os.close(descriptor)
                    descriptor = None
                lock = Lock(name, descriptor, noted)
                try:
                    yield lock
                finally:
                    lock.finish()
            finally:
                if descriptor is not None:
                    os.close(descriptor)

    def _open(self, name: str) -> int | None:
        try:
            return self._cache.open(name)
        except OSError as error:
            self._complain(error)
            return None

    def _taken(self, descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            # Some network file systems know no locks.
            self._complain(error)
            return False
        return True

    def _complain(self, error: OSError) -> None:
        if not self._warned:
            self._warned = True
            self._warn(self._cache.unusable(error))
