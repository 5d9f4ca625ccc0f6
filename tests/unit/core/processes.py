# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions run in processes of their own: what several workers of one machine do, and what may not be done here."""

from __future__ import annotations

import multiprocessing
import resource
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

#: Long enough for a slow machine; a process that needs it hangs.
_PATIENCE = 20.0
FORK = multiprocessing.get_context("fork")


def _tell(function: Callable[[], Any], pipe: Connection) -> None:
    try:
        pipe.send((True, function()))
    except BaseException:
        pipe.send((False, traceback.format_exc()))


def in_processes(functions: Sequence[Callable[[], Any]]) -> list[Any]:
    """What the functions return, each run in a process that was forked from this one, all at the same time."""
    pipes = [FORK.Pipe(duplex=False) for _function in functions]
    processes = [
        FORK.Process(target=_tell, args=(function, sender), daemon=True)
        for function, (_receiver, sender) in zip(functions, pipes, strict=True)
    ]
    for process in processes:
        process.start()
    results = []
    for process, (receiver, _sender) in zip(processes, pipes, strict=True):
        told = receiver.recv() if receiver.poll(_PATIENCE) else (False, "it hangs")
        if told == (False, "it hangs"):
            process.kill()
        process.join(_PATIENCE)
        assert told[0], told[1]
        results.append(told[1])
    return results


def in_process(function: Callable[[], Any]) -> Any:
    """What the function returns, run in a process that was forked from this one."""
    return in_processes([function])[0]


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file can grow beyond so many bytes, as on a disk that is full. For a process of its own only."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
