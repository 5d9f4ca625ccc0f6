# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All contenders of the benchmarks do their work, at a tiny size. No time is looked at."""

from __future__ import annotations

import dataclasses
import sys

import pytest

from benchmarks import audit, limits, reconcile, scale, slope
from benchmarks.bench import Bench, as_declared, drifted
from benchmarks.budget import Setting, budget
from benchmarks.measure import Case, Command, Failed
from sandbox.client import Sandbox


@pytest.mark.parametrize(
    ("contender", "requests"),
    [
        (reconcile.RAW, 2),
        (reconcile.PLURAL, 2),
        (reconcile.LOOP, 2),
        (reconcile.LOOP_ENV, 2),
        # Each item is a module of its own, which can't know what another one read.
        (reconcile.LOOP_SHIPPED, 4),
        (reconcile.URI_EXPERT, 2),
        (reconcile.URI, 4),
    ],
)
def test_profiles_are_reconciled_with_as_many_requests_as_it_takes(bench: Bench, contender: str, requests: int) -> None:
    (row,) = reconcile.reconcile(bench, [(3, 0.0, [contender])])
    assert (row["items"], row["requests"]) == (3, [requests])
    assert len(row["seconds"]) == len(row["peak_mib"]) == 1


@pytest.mark.parametrize("contender", [audit.RAW, audit.PING, audit.OURS_SHIPPED, audit.URI])
def test_each_account_is_audited_with_one_request(bench: Bench, contender: str) -> None:
    (row,) = audit.audit(bench, [(2, 5, "free", [contender])])
    assert row["requests"] == [0 if contender == audit.PING else 2]


def test_a_playbook_of_several_tasks_runs_each(bench: Bench) -> None:
    rows = slope.slope(bench, (2, [slope.OURS]))
    assert [(row["tasks"], row["requests"]) for row in rows] == [(1, [1]), (2, [2])]


def test_profiles_are_changed_within_the_budget(bench: Bench) -> None:
    (row,) = budget(bench, [Setting(3, 1, 0.1, [reconcile.PLURAL])])
    assert (row["requests"], row["least_seconds"]) == ([4], 0)


def test_uri_tries_again_until_it_is_let_through(bench: Bench) -> None:
    def prepare(sandbox: Sandbox) -> None:
        sandbox.set_profiles(drifted(2, 2))
        for method in ("GET", "PATCH"):
            sandbox.fault("status", status=429, method=method)

    command = reconcile.command(bench, reconcile.URI_RETRIES, 2, window_scale=0.01)
    case = Case("x", {}, command, prepare, lambda sandbox: as_declared(sandbox, 2))
    (row,) = bench.measured([case])
    assert (row["requests"], row["refused"]) == ([5], [2])


def test_who_takes_long_runs_less_often(bench: Bench) -> None:
    case = _case(bench, "pass", done=True)
    rows = dataclasses.replace(bench, runs=3).measured([case, dataclasses.replace(case, at_most=1)])
    assert [len(row["seconds"]) for row in rows] == [3, 1]


def test_each_host_of_two_machines_keeps_its_profile(bench: Bench) -> None:
    (row,) = limits.limits(bench, limits.Setting(hosts=3, forks=3, scale=0.01, machines=[limits.TWO]))
    assert (row["requests"], row["refused"]) == ([6], [0])


def test_long_lists_are_only_read(bench: Bench) -> None:
    nothing, few = scale.lists(bench, [3])
    assert (nothing["requests"], few["requests"], few["writes"]) == ([0], [1], [0])


@pytest.mark.parametrize(("contender", "requests"), [(scale.RAW, 2), (scale.AHEAD, 5)])
def test_a_list_is_read_to_its_end_page_by_page_and_ahead(bench: Bench, contender: str, requests: int) -> None:
    rows = {row["contender"]: row for row in scale.paging(bench, [(501, 0.0)])}
    assert rows[contender]["requests"] == [requests]


def test_each_page_is_read_written_and_read(bench: Bench) -> None:
    raw, ours = scale.pages(bench, (3, 0.0))
    assert (raw["requests"], raw["writes"]) == ([9], [3])
    # The module has to find the pages first.
    assert (ours["requests"], ours["writes"]) == ([11], [3])


def _case(bench: Bench, code: str, *, done: bool) -> Case:
    return Case("x", {}, Command((sys.executable, "-c", code)), lambda sandbox: None, lambda sandbox: done)


def test_who_did_not_do_its_work_is_no_contender(bench: Bench) -> None:
    with pytest.raises(Failed, match="did not do its work"):
        bench.measured([_case(bench, "pass", done=False)])


def test_a_command_that_fails_tells_its_output(bench: Bench) -> None:
    with pytest.raises(Failed, match=r"ended with 3:\nwhat went wrong"):
        bench.measured([_case(bench, "print('what went wrong'); raise SystemExit(3)", done=True)])


def test_settings_of_the_person_who_runs_them_are_left_out(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_FORKS", "99")
    monkeypatch.setenv("COMMOPS_EVENTS_MAX_RETRIES", "0")
    code = "import os; raise SystemExit('ANSIBLE_FORKS' in os.environ or 'COMMOPS_EVENTS_MAX_RETRIES' in os.environ)"
    assert bench.measured([_case(bench, code, done=True)])
