# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks between the processes of one machine, each with a count of the writes made under it.

A lock is an flock on a file of the shared folder, so the kernel releases it when its holder dies. The count tells who
takes the lock whether somebody wrote since they last read, without asking the API again: a reader notes the count
before it reads; if it is the same once the lock is held, what was read still stands.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ._cache import Cache, hashed, read_small, write_small

_LIMIT = 32
_process_locks: dict[str, threading.Lock] = {}
_process_counts: dict[str, int] = {}


class Lock:
    """A held lock. moved: whether somebody else wrote since the count that the holder noted. count: the current one."""

    def __init__(self, name: str, descriptor: int | None, noted: int) -> None:
        self._name = name
        self._descriptor = descriptor
        self.count = self._count()
        self.moved = self.count != noted

    def _count(self) -> int:
        if self._descriptor is None:
            return _process_counts.get(self._name, 0)
        return _number(read_small(self._descriptor, _LIMIT))

    def wrote(self) -> None:
        """Count a write, before it is sent: one that fails half-way counts too."""
        self.count = _process_counts[self._name] = self._count() + 1
        if self._descriptor is not None:
            try:
                write_small(self._descriptor, b"%d" % self.count)
            except OSError:
                # An emptied file reads as another count, so the next holder reads the API again: safe, only slower.
                os.ftruncate(self._descriptor, 0)


def _number(data: bytes) -> int:
    return int(data) if data.isdigit() and len(data) < 19 else -1 if data else 0


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
            return _number(read_small(descriptor, _LIMIT))
        finally:
            os.close(descriptor)

    @contextmanager
    def hold(self, *key: str, noted: int) -> Iterator[Lock]:
        """Hold the lock of this key (api, account, scope), waiting for it as long as others hold it."""
        name = hashed("lock", *key) + ".lock"
        with _process_locks.setdefault(name, threading.Lock()):
            descriptor = self._open(name)
            try:
                if descriptor is not None:
                    fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield Lock(name, descriptor, noted)
            finally:
                if descriptor is not None:
                    os.close(descriptor)

    def _open(self, name: str) -> int | None:
        try:
            return self._cache.open(name)
        except OSError as error:
            if not self._warned:
                self._warned = True
                self._warn(self._cache.unusable(error))
            return None
