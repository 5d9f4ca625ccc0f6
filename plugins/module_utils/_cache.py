# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder for lock and budget files, which the processes of one user on one machine share.

Nothing in it is trusted, and nothing in it is secret: file names are hashes, contents are counters and times. Another
local user can neither plant a link in it nor read it: the folder has to be ours and 0700, files are opened without
following links and have to be ours.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Mapping

_DIRECTORY_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_FILE_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def cache_path(environment: Mapping[str, str]) -> str:
    """Where the folder is: COMMOPS_EVENTS_CACHE_DIR, else below XDG_RUNTIME_DIR, else below the user's cache folder."""
    chosen = environment.get("COMMOPS_EVENTS_CACHE_DIR")
    if chosen:
        # Without a slash at the end, which would make the system follow a link in spite of O_NOFOLLOW.
        return os.path.normpath(chosen)
    runtime = environment.get("XDG_RUNTIME_DIR")
    if runtime and os.path.isabs(runtime):
        return os.path.join(runtime, "commops.events")
    base = environment.get("XDG_CACHE_HOME")
    if not base or not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "commops.events")


def hashed(*parts: str) -> str:
    """A file name that tells nothing of what it stands for."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:40]


class Cache:
    """The folder, opened anew for each file so that nothing is held over a fork. OSError where it can't be used."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.path = cache_path(environment)

    def has(self, name: str) -> bool:
        """Whether there is something of this name in the folder; what it is shows when it is opened."""
        return os.path.lexists(os.path.join(self.path, name))

    def open(self, name: str) -> int:
        """A descriptor of a file in the folder, made if need be; the caller closes it. Raises OSError."""
        folder = self._folder()
        try:
            descriptor = os.open(name, _FILE_FLAGS, 0o600, dir_fd=folder)
        finally:
            os.close(folder)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_nlink != 1:
            os.close(descriptor)
            raise PermissionError("a file there is not a plain file of this user")
        return descriptor

    def _folder(self) -> int:
        try:
            folder = os.open(self.path, _DIRECTORY_FLAGS)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(os.path.abspath(self.path)), exist_ok=True)
            with contextlib.suppress(FileExistsError):
                os.mkdir(self.path, 0o700)
            folder = os.open(self.path, _DIRECTORY_FLAGS)
        status = os.fstat(folder)
        if status.st_uid != os.geteuid() or status.st_mode & 0o077:
            os.close(folder)
            raise PermissionError("the folder is not this user's alone (it has to be 0700)")
        return folder

    def unusable(self, error: OSError) -> str:
        """The warning for when the folder can't be used."""
        reason = os.strerror(error.errno) if error.errno else str(error)
        return (
            f"The folder for locks and request budgets can't be used ({self.path}: {reason}). They now hold within"
            " this process only; set COMMOPS_EVENTS_CACHE_DIR to a folder of yours with mode 0700."
        )


def read_small(descriptor: int, limit: int) -> bytes:
    """What a file holds, nothing where it is longer than `limit` bytes."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    data = os.read(descriptor, limit + 1)
    return b"" if len(data) > limit else data


def write_small(descriptor: int, data: bytes) -> None:
    """Replace what a file holds. Raises OSError, for example on a full disk."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    written = os.write(descriptor, data)
    os.ftruncate(descriptor, written)
    if written != len(data):
        raise OSError("the disk is full")
