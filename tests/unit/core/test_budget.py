# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request budget: no window ever holds more than allowed, and nobody waits longer than that takes."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils import _budget
from ansible_collections.commops.events.plugins.module_utils._budget import (
    HORIZON,
    MARGIN,
    Budget,
    Limit,
    next_free,
    scaled,
)
from ansible_collections.commops.events.plugins.module_utils._errors import InvalidOption
from ansible_collections.commops.events.plugins.module_utils._phonecom import LIMITS
from unit.core.budgets import API, EPSILON, ONE, Clock, Shop, after, crowded, within
from unit.core.processes import full_disk, in_process, in_processes

# One limit


def _fits(times: Sequence[int], time_: int, requests: int, window: int) -> bool:
    """Counted out: no window that holds this time holds more than so many."""
    everything = [*times, time_]
    starts = [start for start in everything if start <= time_ < start + window]
    return all(sum(start <= other < start + window for other in everything) <= requests for start in starts)


TIMES = st.lists(st.integers(0, 30), max_size=12).map(sorted)


@given(TIMES, st.integers(-5, 40), st.integers(1, 4), st.integers(1, 12))
def test_the_next_free_time_is_the_earliest_that_fits(
    times: list[int], wanted: int, requests: int, window: int
) -> None:
    earliest = next(time_ for time_ in range(wanted, wanted + 100) if _fits(times, time_, requests, window))
    assert next_free(times, wanted, requests, window) == earliest


@given(st.lists(st.floats(0, 50), max_size=30), st.integers(1, 4), st.floats(0.1, 12))
def test_no_window_is_ever_crowded(wishes: list[float], requests: int, window: float) -> None:
    times: list[float] = []
    for wanted in wishes:
        due = next_free(times, wanted, requests, window)
        assert due >= wanted
        times = sorted([*times, due])
        assert not crowded(times, requests, window)


# Several limits, several accounts and endpoints, with a clock of our own


SMALL = (
    Limit(2, 3.0, per_endpoint=True, per_account=True),
    Limit(4, 3.0, per_endpoint=True, per_account=False),
    Limit(3, 7.0, per_endpoint=False, per_account=True),
    Limit(7, 8.0, per_endpoint=False, per_account=False),
)
EVENTS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.0, 0.5, 2.9, 11.0]), st.sampled_from("ab"), st.sampled_from("xy")), max_size=25
)


@given(EVENTS, st.sampled_from([1.0, 0.5, 0.1]))
def test_requests_are_reserved_as_early_as_all_limits_allow(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[float, str, str]], share: float
) -> None:
    clock = Clock()
    shop = Shop(tmp_path_factory.mktemp("budget") / "cache", [])
    sent: list[tuple[float, str, str]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_budget, "time", clock)
        for later, account, endpoint in events:
            clock.now += later
            waited = shop.budget(SMALL, account, share).wait(endpoint)
            due = clock.now + waited
            assert clock.slept == ([waited] if waited else [])
            clock.slept.clear()
            rules = [
                (
                    [
                        time_
                        for time_, other_account, other_endpoint in sent
                        if not (limit.per_account and account != other_account)
                        and not (limit.per_endpoint and endpoint != other_endpoint)
                    ],
                    max(1, int(limit.requests * share)),
                    limit.seconds * (1 + MARGIN),
                )
                for limit in SMALL
            ]
            candidates = [clock.now, *(time_ + window for times, _requests, window in rules for time_ in times)]
            earliest = min(
                candidate
                for candidate in candidates
                if candidate >= clock.now - EPSILON
                and not any(crowded([*times, candidate], requests, window) for times, requests, window in rules)
            )
            assert due == pytest.approx(earliest, abs=EPSILON)
            sent.append((due, account, endpoint))
    assert shop.warnings == []


def test_processes_share_one_budget(shop: Shop) -> None:
    limits = (
        Limit(7, 30.0, per_endpoint=True, per_account=True),
        Limit(20, 60.0, per_endpoint=False, per_account=True),
    )

    def send() -> None:
        # Nobody sleeps: so all that was reserved still lies ahead in the end.
        _budget.time = SimpleNamespace(monotonic=time.monotonic, sleep=lambda seconds: None)  # type: ignore[assignment,attr-defined]
        for number in range(25):
            shop.budget(limits).wait(f"/{number % 2}")

    in_processes([send] * 4)
    state: dict[str, list[float]] = json.loads(shop.file().read_text())
    assert sorted(len(times) for times in state.values()) == [48, 52, 100]
    for name, times in state.items():
        requests, seconds = (7, 30.0) if name.startswith("7/30/") else (20, 60.0)
        assert not crowded(times, requests, seconds * (1 + MARGIN))


def test_it_really_waits(shop: Shop) -> None:
    limits = (Limit(1, 0.05, per_endpoint=False, per_account=False),)
    begun = time.monotonic()
    assert shop.budget(limits).wait("/x") == 0.0
    waited = shop.budget(limits).wait("/x")
    assert 0 < waited <= 0.051
    assert time.monotonic() - begun >= 0.05


def test_what_is_over_is_forgotten(shop: Shop, clock: Clock) -> None:
    for _request in range(50):
        clock.now += 10
        assert shop.budget(SMALL).wait("/x") == 0.0
    assert shop.file().stat().st_size < 400


def test_apis_and_budgets_without_limits_do_not_meet(shop: Shop, clock: Clock) -> None:
    one = (Limit(1, 10.0, per_endpoint=False, per_account=False),)
    shop.budget(one).wait("/x")
    assert shop.budget(one, api="https://other.example").wait("/x") == 0.0
    assert shop.budget(()).wait("/x") == 0.0
    assert shop.budget(one).wait("/x") == pytest.approx(10.2)


@pytest.mark.parametrize(("share", "allowed"), [(1.0, 10), (0.99, 9), (0.5, 5), (0.1, 1), (0.01, 1)])
def test_a_share_of_a_limit_is_rounded_down_but_never_to_nothing(
    shop: Shop, clock: Clock, share: float, allowed: int
) -> None:
    budget = shop.budget((Limit(10, 30.0, per_endpoint=True, per_account=True),), share=share)
    assert [budget.wait("/x") > 0 for _request in range(allowed + 1)] == [False] * allowed + [True]


# A file that nobody trusts

BUCKET = ONE[0].bucket(API, "1", "/x")


def _with(times: Any) -> bytes:
    return json.dumps({BUCKET: times}).encode()


POISON = {
    "no JSON": b"{",
    "no text": b"\xff\xfe\x00",
    "nothing": b"",
    "a list": b"[1, 2]",
    "a number": b"5",
    "NaN": b"NaN",
    "deep": b"[" * 100_000,
    "a huge number": _with([1]).replace(b"1]", b"9" * 6000 + b"]"),
    "too much": json.dumps({"x": [0] * 600_000}).encode(),
    "texts": _with(["1000", None, True, [1000.0], {"a": 1}]),
    "no list": _with(1000.0),
    "not finite": b'{"%s": [NaN, Infinity, -Infinity, 1e999]}' % BUCKET.encode(),
    "the future": _with([1000.0 + HORIZON, 1e300, 10**30]),
    "the past": _with([1000.0 - HORIZON, -1e300, -5, 0, 969.0]),
}


@pytest.mark.parametrize("content", POISON.values(), ids=POISON)
def test_what_can_not_be_true_is_not_believed(shop: Shop, clock: Clock, content: bytes, warnings: list[str]) -> None:
    shop.folder.mkdir(mode=0o700)
    shop.budget(ONE).hold("/y", 0)
    shop.file().write_bytes(content)
    assert shop.budget(ONE).wait("/x") == 0.0
    assert shop.budget(ONE).wait("/x") == pytest.approx(30.6)
    assert warnings == []
    assert json.loads(shop.file().read_text())[BUCKET]


def test_what_may_be_true_is_believed_in_any_order(shop: Shop, clock: Clock) -> None:
    shop.budget(ONE).hold("/y", 0)
    shop.file().write_bytes(_with([1030.6, 1000, "x", 999.0]))
    assert shop.budget(ONE).wait("/x") == pytest.approx(61.2)


def test_nobody_waits_longer_than_an_hour(shop: Shop, clock: Clock) -> None:
    shop.budget(ONE).hold("/y", 0)
    shop.file().write_bytes(_with([1000.0 + second for second in range(0, 3600, 30)]))
    assert shop.budget(ONE).wait("/x") == HORIZON


# Where there is no folder


def test_an_unusable_folder_leaves_the_budget_of_this_process(
    shop: Shop, clock: Clock, warnings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_budget, "_process_state", {})
    shop.folder.write_text("in the way")
    assert shop.budget(ONE).wait("/x") == 0.0
    assert shop.budget(ONE).wait("/x") == pytest.approx(30.6)
    shop.budget(ONE).hold("/x", 100.0)
    assert within(shop.budget(ONE).wait("/x"), after(100.0))
    assert len(set(warnings)) == 1
    assert "They now hold within this process only" in warnings[0]


def test_a_full_disk_leaves_the_budget_of_this_process(shop: Shop, warnings: list[str]) -> None:
    def full() -> list[Any]:
        clock = Clock()
        _budget.time = clock  # type: ignore[assignment,attr-defined]
        with full_disk(10):
            waits = [shop.budget(ONE).wait("/x") for _request in range(3)]
        return [[round(wait, 3) for wait in waits], len(set(warnings)), "full" in warnings[0] or "large" in warnings[0]]

    assert in_process(full) == [[0.0, 30.6, 61.2], 1, True]


# Beside


def test_no_budget_is_no_wait() -> None:
    budget = Budget()
    budget.hold("/x", 100.0)
    assert budget.wait("/x") == 0.0
    assert budget.estimate(10_000) == 0.0


@given(st.integers(0, 60), st.sampled_from([1.0, 0.5]))
def test_an_estimate_is_what_it_takes_at_least(
    tmp_path_factory: pytest.TempPathFactory, requests: int, share: float
) -> None:
    shop = Shop(tmp_path_factory.mktemp("budget") / "cache", [])
    limits = (
        Limit(10, 3.0, per_endpoint=True, per_account=True),
        Limit(15, 6.0, per_endpoint=False, per_account=False),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_budget, "time", Clock())
        budget = shop.budget(limits, share=share)
        last = [budget.wait("/x") for _request in range(requests)][-1:]
        assert budget.estimate(requests) <= (last[0] if last else 0.0)
        assert not last or last[0] <= budget.estimate(requests) * (1 + MARGIN) + 6.0
    assert shop.budget(()).estimate(requests) == 0.0


@pytest.mark.parametrize(
    ("text", "seconds"), [(None, 30.0), ("1", 30.0), ("0.01", 0.3), (" 2 ", 60.0), ("1e3", 30_000.0)]
)
def test_windows_can_be_scaled(text: str | None, seconds: float) -> None:
    environment = {} if text is None else {"COMMOPS_EVENTS_WINDOW_SCALE": text}
    (limit,) = scaled(ONE, environment)
    assert limit.requests == 1
    assert limit.seconds == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "0", "-1", "1001", "nan", "inf", "fast", "1,5"])
def test_a_scale_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        scaled(ONE, {"COMMOPS_EVENTS_WINDOW_SCALE": text})
    assert caught.value.message == f"COMMOPS_EVENTS_WINDOW_SCALE: {text} is no factor above 0 and up to 1000."


def test_counters_are_told_apart_by_what_their_limit_is_per() -> None:
    both, endpoint, account, address = LIMITS
    assert both.bucket(API, "1", "/x") != both.bucket(API, "1", "/y") != both.bucket(API, "2", "/y")
    assert endpoint.bucket(API, "1", "/x") == endpoint.bucket(API, "2", "/x") != endpoint.bucket(API, "1", "/y")
    assert account.bucket(API, "1", "/x") == account.bucket(API, "1", "/y") != account.bucket(API, "2", "/x")
    assert address.bucket(API, "1", "/x") == address.bucket(API, "2", "/y") != address.bucket("https://o", "1", "/x")
    assert len({limit.bucket(API, "1", "/x") for limit in LIMITS}) == 4
