# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The performance page shows what was measured, and the arithmetic behind its figures."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks import cli, page
from benchmarks.goals import GOALS
from benchmarks.limits_model import least_seconds, within_limits
from benchmarks.results import FILE, NotMeasured, Results
from benchmarks.slope import per_task

EXACT = 0.001


def _log(*times: float, method: str = "GET", endpoint: str = "/profiles") -> list[dict[str, Any]]:
    return [
        {"service": "phonecom", "method": method, "endpoint": endpoint, "account": 1, "monotonic": time, "seconds": 0}
        for time in times
    ]


def test_all_pages_and_the_chart_show_the_results_that_are_stored() -> None:
    results = Results.read()
    for file, made in page.marked(results).items():
        text = file.read_text(encoding="utf-8")
        assert text == page.with_sections(text, made), f"{file.name}: run python tests/benchmarks --page"
    assert page.CHART.read_text(encoding="utf-8") == page.drawn(results), "run python tests/benchmarks --page"


def test_the_stored_results_tell_nothing_of_the_machine_but_what_matters() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert set(json.loads(text)["machine"]) == {
        "cpus",
        "system",
        "python",
        "ansible_core",
        "requests",
        "runs",
        "quick",
    }
    assert "/" not in text


def test_who_ran_less_often_says_so() -> None:
    rows = [
        {"contender": "raw", "items": 0, "seconds": [1.0], "requests": [1], "peak_mib": [1.0]},
        {"contender": "plural", "items": 0, "seconds": [1.0, 2.0], "requests": [1, 1], "peak_mib": [1.0, 1.0]},
    ]
    machine = {**Results.read().data["machine"], "runs": 2}
    made = page.sections(Results({"machine": machine, "benchmarks": {"lists": rows}}))
    assert "a Python script with requests (1 run) |" in made["lists"]
    assert "plural module |" in made["lists"]


def test_every_section_of_the_page_is_made_of_the_results() -> None:
    marked = re.findall(r"<!-- ([a-z]+): begin -->", page.PAGE.read_text(encoding="utf-8"))
    assert marked == [*dict.fromkeys(marked)]
    assert set(marked) == set(page.sections(Results.read()))


def test_stored_results_are_those_of_a_full_run_of_all() -> None:
    results = Results.read()
    assert set(results.data["benchmarks"]) == set(cli.BENCHMARKS)
    assert not results.data["machine"]["quick"]
    assert results.data["machine"]["runs"] >= 5
    assert all(goal.outcome(results) is not None for goal in GOALS)


def test_the_chart_is_well_formed() -> None:
    root = ElementTree.fromstring(page.CHART.read_text(encoding="utf-8"))
    assert root.tag.endswith("svg")
    assert any("uri" in (text.text or "") for text in root.iter("{http://www.w3.org/2000/svg}text"))


def test_results_read_back_are_what_was_written(tmp_path: Path) -> None:
    results = Results.read()
    results.write(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text(encoding="utf-8") == FILE.read_text(encoding="utf-8")


def test_a_figure_is_the_median_of_its_runs() -> None:
    rows = [{"contender": "a", "items": 1, "seconds": [9.0, 1.0, 2.0]}]
    results = Results({"benchmarks": {"x": rows}})
    assert results.figure("x", "a", items=1) == 2
    with pytest.raises(NotMeasured):
        results.figure("x", "b", items=1)


def test_a_slope_is_what_each_further_task_costs() -> None:
    rows = [
        {"contender": "a", "tasks": 11, "seconds": [3.0]},
        {"contender": "a", "tasks": 1, "seconds": [1.0]},
        {"contender": "b", "tasks": 1, "seconds": [7.0]},
    ]
    assert per_task(rows, "a") == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("log", "seconds"),
    [
        ([], 0),
        (_log(*range(30)), 0),
        (_log(*range(31)), 30),
        (_log(*range(60)), 30),
        (_log(*range(61)), 60),
        # Two endpoints have limits of their own, and share that of the account: 120 in 60 s.
        (_log(*range(30)) + _log(*range(30), endpoint="/callbacks"), 0),
        ([entry for number in range(5) for entry in _log(*range(30), endpoint=f"/{number}")], 60),
    ],
)
def test_the_least_time_is_that_of_the_fullest_limit(log: list[dict[str, Any]], seconds: float) -> None:
    assert least_seconds(log) == seconds
    assert least_seconds(log, 0.1) == pytest.approx(seconds / 10)


def test_a_run_within_the_limits_takes_as_long_as_it_did() -> None:
    assert within_limits(_log(*range(30)), 31) == 31


def test_a_run_beyond_the_limits_waits_for_room_and_no_longer() -> None:
    # The 31st request would go after 3 s and may go 30 s after the first.
    assert within_limits(_log(*(number / 10 for number in range(31))), 4) == pytest.approx(4 + 27, abs=EXACT)


def test_what_a_client_does_between_requests_counts_while_it_waits() -> None:
    # One request in 2 s needs no waiting, however many they are.
    assert within_limits(_log(*range(0, 200, 2)), 200) == 200


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["--quick", "--write"]], ids=["unknown benchmark", "a page of a quick run"]
)
def test_senseless_arguments_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2
    assert "error:" in capsys.readouterr().err
