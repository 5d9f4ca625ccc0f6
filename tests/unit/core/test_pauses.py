# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses that an API asks one task for: all others wait too, and do not come back at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.commops.events.plugins.module_utils import _budget
from ansible_collections.commops.events.plugins.module_utils._budget import HORIZON, SPREAD, Limit
from ansible_collections.commops.events.plugins.module_utils._phonecom import LIMITS
from unit.core.budgets import ONE, Clock, Shop, after, within


def test_a_pause_holds_for_all_who_call_the_same_endpoint(shop: Shop, clock: Clock) -> None:
    shop.budget(LIMITS).hold("/x", 5.0)
    assert within(shop.budget(LIMITS).wait("/x"), after(5.0))
    assert shop.budget(LIMITS).wait("/y") == 0.0
    assert shop.budget(LIMITS, account="2").wait("/x") == 0.0
    clock.now += 4
    assert within(shop.budget(LIMITS).wait("/x"), (1.0, 1.0 + 5.0 * SPREAD))
    clock.now += 1 + 2.5 * SPREAD
    assert within(shop.budget(LIMITS).wait("/x"), (0.0, 2.5 * SPREAD))
    clock.now += 3 * SPREAD
    assert shop.budget(LIMITS).wait("/x") == 0.0


def test_after_a_pause_not_all_come_back_at_once(shop: Shop, clock: Clock) -> None:
    shop.budget(LIMITS).hold("/x", 10.0)
    waits = [shop.budget(LIMITS).wait("/x") for _request in range(30)]
    assert all(within(waited, after(10.0)) for waited in waits)
    assert len({round(waited, 9) for waited in waits}) == 30


def test_a_pause_holds_without_limits_too(shop: Shop, clock: Clock) -> None:
    assert shop.budget(()).wait("/x") == 0.0
    assert not shop.folder.exists()
    shop.budget(()).hold("/x", 5.0)
    assert within(shop.budget(()).wait("/x"), after(5.0))
    assert shop.budget(()).wait("/y") == 0.0


def test_a_shorter_pause_does_not_end_a_longer_one(shop: Shop, clock: Clock) -> None:
    shop.budget(LIMITS).hold("/x", 60.0)
    shop.budget(LIMITS).hold("/x", 5.0)
    shop.budget(LIMITS).hold("/x", 0.0)
    assert within(shop.budget(LIMITS).wait("/x"), after(60.0))
    shop.budget(LIMITS).hold("/x", 90.0)
    assert within(shop.budget(LIMITS).wait("/x"), after(90.0))


def test_who_already_waits_for_its_turn_waits_out_a_pause_that_comes_meanwhile(
    shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = (Limit(1, 10.0, per_endpoint=True, per_account=True),)
    assert shop.budget(one).wait("/x") == 0.0
    pauses = iter([15.0, 0.0])

    def sleep(seconds: float) -> None:
        clock.now += seconds
        clock.slept.append(seconds)
        shop.budget(one).hold("/x", next(pauses))

    monkeypatch.setattr(clock, "sleep", sleep)
    waited = shop.budget(one).wait("/x")
    assert within(waited, (25.2, 25.2 + 15.0 * SPREAD)) and waited == pytest.approx(sum(clock.slept))
    # The turn that it let go is free again: nobody else waits for it.
    (times,) = (times for name, times in json.loads(shop.file().read_text()).items() if name.startswith("1/10/"))
    assert len(times) == 1


def test_a_pause_that_never_ends_is_waited_for_an_hour(
    shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(seconds: float) -> None:
        clock.now += seconds
        shop.budget(LIMITS).hold("/x", 100.0)

    monkeypatch.setattr(clock, "sleep", sleep)
    shop.budget(LIMITS).hold("/x", 100.0)
    assert within(shop.budget(LIMITS).wait("/x"), (HORIZON, HORIZON + 110.0))


def test_what_an_earlier_boot_left_is_not_waited_for(
    shop: Shop, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    boot = tmp_path / "boot_id"
    monkeypatch.setattr(_budget, "BOOT_ID", str(boot))
    boot.write_text("6c3f6b3e-1f2b-4e0e-9d6e-5f0f3a2b1c4d\n")
    shop.budget(ONE).hold("/x", 3000.0)
    shop.budget(ONE).wait("/y")
    assert shop.budget(ONE).wait("/y") > 0
    boot.write_text("0e1d2c3b-4a59-4687-9706-15243342516f\n")
    clock.now = 500.0
    assert [shop.budget(ONE).wait(endpoint) for endpoint in ("/x", "/y")] == [0.0, 0.0]
    # Where the system does not say, all of a machine still share one file.
    boot.unlink()
    shop.budget(ONE).hold("/x", 50.0)
    assert within(shop.budget(ONE).wait("/x"), after(50.0))


def test_a_pause_is_no_longer_than_an_hour(shop: Shop, clock: Clock) -> None:
    shop.budget(LIMITS).hold("/x", 1e9)
    clock.now += 1
    assert shop.budget(LIMITS).wait("/x") == HORIZON - 1


def test_requests_after_a_pause_keep_the_limits(shop: Shop, clock: Clock) -> None:
    one = (Limit(1, 10.0, per_endpoint=True, per_account=True),)
    shop.budget(one).hold("/x", 5.0)
    waits = [shop.budget(one).wait("/x") for _request in range(3)]
    assert within(waits[0], after(5.0))
    assert [later - waits[0] for later in waits[1:]] == pytest.approx([10.2, 20.4])
