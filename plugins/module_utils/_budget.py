# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request budget of an API, shared by the processes of one machine.

A limit allows so many requests in a sliding window. The shared file holds, per limit, the times at which requests are
reserved to be sent; who wants to send reserves the next free time under a lock and sleeps outside of it. Times are of
the system's monotonic clock, which all processes of one boot share: so each boot has a file of its own.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import platform
import random
import threading
import time
from bisect import bisect_right, insort
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ._cache import Cache, hashed, read_small, write_small
from ._errors import InvalidOption

#: No reservation lies further ahead than this many seconds; a file that says so is not believed.
HORIZON = 3600.0
#: A window is taken as this much longer, since requests do not reach the API exactly as they leave.
MARGIN = 0.02
#: After a pause that the API asked for, requests spread over this part of it, so that not all come at its end. More of
#: it was tried between machines that share a limit: it brought more refusals, not fewer, and took longer.
SPREAD = 0.02
_FILE_LIMIT = 1024 * 1024
WINDOW_SCALE = "COMMOPS_EVENTS_WINDOW_SCALE"
#: Where Linux tells boots, and so machines, apart.
BOOT_ID = "/proc/sys/kernel/random/boot_id"
#: Sums of times are off by less than this.
_ROUNDING = 1e-6

_State = dict[str, list[float]]
_process_lock = threading.Lock()
_process_state: _State = {}


@dataclass(frozen=True)
class Limit:
    """`requests` in any `seconds`; per endpoint and/or per account, else per address of this machine."""

    requests: int
    seconds: float
    per_endpoint: bool
    per_account: bool

    def bucket(self, api: str, account: str, endpoint: str) -> str:
        """The name of the counter that a request falls into."""
        parts = (api, account if self.per_account else "", endpoint if self.per_endpoint else "")
        return f"{self.requests}/{self.seconds:g}/" + hashed(*parts)[:16]


def scaled(limits: Sequence[Limit], environment: Mapping[str, str]) -> tuple[Limit, ...]:
    """The limits with their windows times COMMOPS_EVENTS_WINDOW_SCALE, for tests against a local API that scales too.

    Raises InvalidOption.
    """
    text = environment.get(WINDOW_SCALE)
    if text is None:
        return tuple(limits)
    try:
        scale = float(text)
    except ValueError:
        scale = math.nan
    if not 0 < scale <= 1000:
        raise InvalidOption(WINDOW_SCALE, f"{text} is no factor above 0 and up to 1000.")
    return tuple(replace(limit, seconds=limit.seconds * scale) for limit in limits)


def _boot() -> str:
    """What tells this boot of this machine from others whose clocks it does not share, as far as the system says."""
    try:
        with open(BOOT_ID, encoding="ascii") as file:
            return file.read(100).strip()
    except (OSError, ValueError):
        return platform.node()


def next_free(times: Sequence[float], wanted: float, requests: int, window: float) -> float:
    """The earliest time from `wanted` on at which one more request keeps every window within the limit.

    times: the reserved ones, sorted; some may lie after the time that is found.
    """
    # A time that does not fit is blocked by reservations before it, so the next that may is one window after one; the
    # one after the last reservation always fits.
    candidates = (wanted, *(blocking + window for blocking in times[bisect_right(times, wanted - window) :]))
    return next(candidate for candidate in candidates if _fits(times, candidate, requests, window))


def _fits(times: Sequence[float], candidate: float, requests: int, window: float) -> bool:
    if len(times) < requests:
        return True
    at = bisect_right(times, candidate)
    around = [*times[max(0, at - requests) : at], candidate, *times[at : at + requests]]
    return all(late - early >= window - _ROUNDING for early, late in zip(around, around[requests:]))


class Budget:
    """No budget: requests go out at once. Also the base of the real one."""

    def wait(self, endpoint: str) -> float:
        """Wait until a request to this endpoint may be sent; returns the seconds waited."""
        return 0.0

    def hold(self, endpoint: str, seconds: float) -> None:
        """Tell the others that the API asked for a pause of so many seconds."""

    def estimate(self, requests: int) -> float:
        """The seconds that so many requests to one endpoint take at least, if nobody else sends any."""
        return 0.0


class SharedBudget(Budget):
    """The budget of one account at one API. `share`: the part of each limit that this machine may use."""

    def __init__(
        self,
        limits: Sequence[Limit],
        api: str,
        account: str,
        share: float,
        cache: Cache,
        warn: Callable[[str], None],
    ) -> None:
        self._limits = limits
        self._api = api
        self._account = account
        self._share = share
        self._cache = cache
        self._warn = warn
        self._file = hashed("budget", api, _boot()) + ".budget"

    def wait(self, endpoint: str) -> float:
        if not (self._limits or self._cache.has(self._file)):
            # Without limits there is nothing to tell but that somebody was asked for a pause, and nobody was.
            return 0.0
        due = self._change(lambda state, now: self._reserve(state, now, endpoint))
        waited = 0.0
        while True:
            pause = due - time.monotonic()
            if pause <= 0:
                return waited
            time.sleep(pause)
            waited += pause
            confirmed = self._change(partial(self._confirm, endpoint=endpoint, due=due))
            if confirmed <= due or waited >= HORIZON:
                return waited
            due = confirmed

    def hold(self, endpoint: str, seconds: float) -> None:
        self._change(lambda state, now: self._hold(state, now, endpoint, seconds))

    def estimate(self, requests: int) -> float:
        return max(
            (
                max(0, requests - 1) // max(1, int(limit.requests * self._share)) * limit.seconds
                for limit in self._limits
            ),
            default=0.0,
        )

    def _hold_name(self, endpoint: str) -> str:
        return "hold/" + hashed(self._api, self._account, endpoint)[:16]

    def _paused(self, state: _State, endpoint: str) -> tuple[float, float]:
        """From when on, and until when at the latest, requests go on after a pause that the API asked for."""
        times = state.get(self._hold_name(endpoint)) or [-math.inf]
        return times[0], times[-1]

    def _hold(self, state: _State, now: float, endpoint: str, seconds: float) -> float:
        until = now + min(seconds, HORIZON)
        # Who was told to wait longer was so by the same API: a shorter pause does not end a longer one.
        if until > max(now, self._paused(state, endpoint)[0]):
            state[self._hold_name(endpoint)] = [until, min(until + SPREAD * seconds, now + HORIZON)]
        return until

    def _confirm(self, state: _State, now: float, endpoint: str, due: float) -> float:
        """The same time, or a later one where the API has asked somebody for a pause since it was reserved."""
        if self._paused(state, endpoint)[0] <= due:
            return due
        for limit in self._limits:
            times = state.get(limit.bucket(self._api, self._account, endpoint), [])
            if due in times:
                times.remove(due)
        return self._reserve(state, now, endpoint)

    def _reserve(self, state: _State, now: float, endpoint: str) -> float:
        first, last = self._paused(state, endpoint)
        due = random.uniform(max(now, first), last) if last > now else now
        rules = []
        for limit in self._limits:
            window = limit.seconds * (1 + MARGIN)
            times = state.setdefault(limit.bucket(self._api, self._account, endpoint), [])
            del times[: bisect_right(times, now - window)]
            rules.append((times, max(1, int(limit.requests * self._share)), window))
        settled = False
        while not settled:
            earlier = due
            for times, requests, window in rules:
                due = next_free(times, due, requests, window)
            settled = due == earlier
        due = min(due, now + HORIZON)
        for times, _requests, _window in rules:
            insort(times, due)
        return due

    def _change(self, change: Callable[[_State, float], float]) -> float:
        """Apply a change to the shared state under its lock, or to this process's where there is no shared one."""
        try:
            descriptor = self._cache.open(self._file)
        except OSError as error:
            return self._unshared(change, error)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            now = time.monotonic()
            state = _trusted(read_small(descriptor, _FILE_LIMIT), now)
            due = change(state, now)
            write_small(descriptor, json.dumps({name: times for name, times in state.items() if times}).encode())
            return due
        except OSError as error:
            return self._unshared(change, error)
        finally:
            os.close(descriptor)

    def _unshared(self, change: Callable[[_State, float], float], error: OSError) -> float:
        self._warn(self._cache.unusable(error))
        with _process_lock:
            return change(_process_state, time.monotonic())


def _trusted(data: bytes, now: float) -> _State:
    """The state in a file, without whatever can't be true: a file that makes no sense is an empty one."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name: sorted(value for value in times if _is_time(value) and now - HORIZON < value < now + HORIZON)
        for name, times in found.items()
        if isinstance(times, list)
    }


def _is_time(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool))
