# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One declaration for several lists, such as the actions of all booking pages: each is planned and written by itself.

A few lists are worked on at a time, since most of the time goes into waiting for the API; results come in order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from ._errors import EventsError
from ._resource import Raw, Resource
from ._service import UNVERIFIABLE, Outcome, Service

#: How many lists are worked on at the same time.
WORKERS = 4


@dataclass(frozen=True)
class Part:
    """What became of one list: an outcome, or the error that ended it, or neither if it was not begun."""

    service: Service
    outcome: Outcome | None = None
    error: EventsError | None = None


def each(services: Sequence[Service], work: Callable[[Service], Outcome], stop_after: int | None) -> list[Part]:
    """Work on each list; after so many failures none is begun any more. Unexpected exceptions pass through."""
    # Not needed for one list, which is the usual case.
    from concurrent.futures import ThreadPoolExecutor

    failures = 0
    counting = Lock()

    def one(service: Service) -> Part:
        nonlocal failures
        if stop_after is not None and failures >= stop_after:
            return Part(service)
        try:
            return Part(service, outcome=work(service))
        except EventsError as error:
            with counting:
                failures += 1
            return Part(service, error=error)

    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        return list(pool.map(one, services))


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
