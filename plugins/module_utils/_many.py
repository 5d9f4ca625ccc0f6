# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One declaration for several lists, such as the actions of all booking pages: each is planned and written by itself.

A few lists are worked on at a time, since most of the time goes into waiting for the API; results come in order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

from ._errors import EventsError
from ._resource import Resource
from ._service import UNVERIFIABLE, Outcome, Service
from ._values import Raw

#: How many lists are worked on at the same time.
WORKERS = 6


@dataclass(frozen=True)
class Part:
    """What became of one list: an outcome, or the error that ended it, or neither if it was not begun."""

    service: Service
    outcome: Outcome | None = None
    error: EventsError | None = None


def each(services: Sequence[Service], work: Callable[[Service], Outcome], stop_after: int | None) -> list[Part]:
    """Work on each list; after so many failures none is begun any more. Unexpected exceptions pass through."""
    run = _Run(services, work, stop_after)
    # Daemons, since Ansible ends a task at its `timeout` by an exception here: then nobody waits for them any more.
    threads = [Thread(target=run.lists, daemon=True) for _number in range(min(WORKERS, len(services)))]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        run.stopped = True
    if run.unexpected is not None:
        raise run.unexpected
    return run.parts


class _Run:
    """What the threads share."""

    def __init__(self, services: Sequence[Service], work: Callable[[Service], Outcome], stop_after: int | None) -> None:
        self.parts = [Part(service) for service in services]
        self.stopped = False
        self.unexpected: BaseException | None = None
        self._work = work
        self._stop_after = stop_after
        self._failures = 0
        self._numbers = iter(range(len(services)))
        self._lock = Lock()

    def lists(self) -> None:
        """Work on one list after the other, as long as there are any."""
        while True:
            with self._lock:
                number = None if self.stopped else next(self._numbers, None)
            if number is None:
                return
            part = self.parts[number]
            try:
                self.parts[number] = Part(part.service, outcome=self._work(part.service))
            except EventsError as error:
                self.parts[number] = Part(part.service, error=error)
                with self._lock:
                    self._failures += 1
                    self.stopped = self.stopped or self._failures == self._stop_after
            except BaseException as error:  # pylint: disable=broad-except
                self.unexpected = error
                self.stopped = True


def merged(resource: Resource, parts: Sequence[Part], results: Sequence[Raw]) -> Raw:
    """The results of all lists as one: lists one behind the other, failures by scope, files by name."""
    found: Raw = {"changed": any(result.get("changed") for result in results)}
    for name in ("drift", "diff", "operations", resource.many):
        if any(name in result for result in results):
            found[name] = [item for result in results for item in result.get(name, ())]
    verified = [result["verified"] for result in results if "verified" in result]
    if verified:
        found["verified"] = next((value for value in (False, UNVERIFIABLE) if value in verified), True)
    files = [result["backup_file"] for result in results if "backup_file" in result]
    if files:
        found["backup_files"] = files
    failures = [
        {"scope": part.service.scope(), "msg": part.error.message, "error": part.error.details()}
        for part in parts
        if part.error is not None
    ]
    left = [part.service.scope() for part in parts if part.error is None and part.outcome is None]
    if failures:
        found["failed"] = True
        found["failures"] = failures
        found["not_begun"] = left
        found["msg"] = _message(failures, len(parts), len(left))
        found["error"] = failures[0]["error"]
    return found


def _message(failures: Sequence[dict[str, Any]], total: int, left: int) -> str:
    text = f"{len(failures)} of {total} lists failed"
    if left:
        text += f", {left} were not begun (stop_after_failures)"
    return f"{text}. The first, {failures[0]['scope']}: {failures[0]['msg']}"
