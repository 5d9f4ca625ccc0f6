# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What items of a loop share, and one declaration for several lists: nothing is lost, mixed up or kept too long."""

from __future__ import annotations

import os
import signal
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils import _shared
from ansible_collections.commops.events.plugins.module_utils._errors import ApiError, EventsError
from ansible_collections.commops.events.plugins.module_utils._many import WORKERS, each, merged
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILES
from ansible_collections.commops.events.plugins.module_utils._plan import plan
from ansible_collections.commops.events.plugins.module_utils._service import Outcome
from ansible_collections.commops.events.plugins.module_utils._shared import LIFETIME, Listing, Shared


class Session:
    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def test_a_session_is_opened_once_for_each_key() -> None:
    shared = Shared()
    first, second = shared.session("a", Session), shared.session("b", Session)
    assert shared.session("a", Session) is first is not second
    shared.close()
    shared.close()
    assert (first.closed, second.closed) == (1, 1)
    assert shared.session("a", Session) is not first


def test_threads_share_one_session() -> None:
    shared = Shared()
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(shared.session("a", Session))) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(session) for session in found}) == 1


def test_a_list_is_kept_for_its_key_until_it_is_old_or_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(_shared, "time", SimpleNamespace(monotonic=lambda: now[0]))
    shared = Shared()
    assert shared.listing("a") is None
    listing = shared.keep("a", Listing([{"id": 1}], noted=4, read_at=100.0))
    assert shared.listing("a") is listing and shared.listing("b") is None
    now[0] += LIFETIME - 0.5
    assert shared.listing("a") is listing and listing.age == LIFETIME - 0.5
    now[0] += 0.5
    assert shared.listing("a") is None
    shared.keep("a", Listing([], read_at=now[0]))
    assert shared.listing("a") is not None
    shared.forget()
    assert shared.listing("a") is None


class List:
    """A list of resources, as far as its name goes."""

    def __init__(self, number: int) -> None:
        self.number = number

    def scope(self) -> str:
        return f"list {self.number}"


LISTS: list[Any] = [List(number) for number in range(12)]


def _outcome() -> Outcome:
    return Outcome(plan([], [], resource=EVENT_PROFILES))


def test_results_come_in_the_order_of_the_lists_whoever_is_first() -> None:
    begun = threading.Barrier(WORKERS, timeout=20)

    def work(service: Any) -> Outcome:
        # That so many work at the same time is what they wait for here.
        begun.wait()
        return Outcome(plan([], [], resource=EVENT_PROFILES), extra={"number": service.number})

    parts = each(LISTS, work, stop_after=1)
    assert [part.outcome.extra["number"] for part in parts if part.outcome] == list(range(12))


@pytest.mark.parametrize("stop_after", [1, 3, None])
def test_after_so_many_failures_no_list_is_begun(stop_after: int | None) -> None:
    begun: list[int] = []

    def work(service: Any) -> Outcome:
        begun.append(service.number)
        raise EventsError(f"no {service.number}")

    parts = each(LISTS, work, stop_after)
    failed = [part for part in parts if part.error is not None]
    assert len(failed) == len(begun)
    assert len(begun) == 12 if stop_after is None else stop_after <= len(begun) < stop_after + WORKERS
    assert all(part.outcome is None for part in parts)


def test_an_unexpected_exception_passes_through() -> None:
    def work(service: Any) -> Outcome:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        each(LISTS, work, stop_after=1)


class TimeLimit(BaseException):
    """As Ansible ends a task with it: raised by a signal, while the lists are waited for."""


def test_a_time_limit_waits_for_no_list_and_no_other_is_begun() -> None:
    begun: list[int] = []
    go_on = threading.Event()
    threads: list[threading.Thread] = []

    def work(service: Any) -> Outcome:
        begun.append(service.number)
        threads.append(threading.current_thread())
        if len(threads) == WORKERS:
            os.kill(os.getpid(), signal.SIGUSR1)
        assert go_on.wait(20)
        return _outcome()

    def out_of_time(number: int, frame: Any) -> None:
        raise TimeLimit

    before = signal.signal(signal.SIGUSR1, out_of_time)
    try:
        with pytest.raises(TimeLimit):
            each(LISTS, work, stop_after=None)
    finally:
        signal.signal(signal.SIGUSR1, before)
        go_on.set()
    for thread in threads:
        thread.join(20)
    assert len(begun) == WORKERS


def test_the_results_of_all_lists_are_one() -> None:
    parts = each(LISTS[:3], lambda service: _outcome(), stop_after=1)
    results = [
        {"changed": False, "drift": [1], "operations": ["a"], "profiles": ["x"], "verified": True, "backup_file": "/1"},
        {"changed": True, "drift": [], "operations": ["b"], "profiles": ["y"], "verified": "unverifiable"},
        {"changed": False, "drift": [2], "operations": [], "profiles": [], "backup_file": "/3"},
    ]
    assert merged(EVENT_PROFILES, parts, results) == {
        "changed": True,
        "drift": [1, 2],
        "operations": ["a", "b"],
        "profiles": ["x", "y"],
        "verified": "unverifiable",
        "backup_files": ["/1", "/3"],
    }
    assert merged(EVENT_PROFILES, parts[:1], results[:1])["verified"] is True
    results[1]["verified"] = False
    assert merged(EVENT_PROFILES, parts, results)["verified"] is False
    assert "verified" not in merged(EVENT_PROFILES, parts[2:], results[2:])


def test_failures_are_told_by_list_and_the_first_in_the_message() -> None:
    def work(service: Any) -> Outcome:
        if service.number == 0:
            return _outcome()
        raise ApiError("It was refused.", 409)

    parts = each(LISTS[:3], work, stop_after=None)
    results: list[dict[str, Any]] = [{"changed": True, "drift": []}, {"changed": False}, {"changed": False}]
    found = merged(EVENT_PROFILES, parts, results)
    assert found["msg"] == "2 of 3 lists failed. The first, list 1: It was refused."
    assert (found["failed"], found["changed"], found["not_begun"]) == (True, True, [])
    assert [failure["scope"] for failure in found["failures"]] == ["list 1", "list 2"]
    assert found["error"] == {"kind": "api", "status": 409, "code": ""}
