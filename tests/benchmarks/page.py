# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/performance.md: its marked sections are made of the results, so each figure was measured; others show some."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.bench import CHECKOUT
from benchmarks.chart import Bar, Panel, chart
from benchmarks.goals import GOALS
from benchmarks.limits import ONE, TWO
from benchmarks.measure import Row, middle
from benchmarks.results import NotMeasured, Results
from benchmarks.slope import per_task

PAGE = CHECKOUT / "docs" / "performance.md"
CHART = PAGE.with_suffix(".svg")
README = CHECKOUT / "README.md"
RELIABILITY = PAGE.with_name("reliability.md")

LABELS = {
    "ping": "a playbook with one `ping`",
    "raw": "a Python script with requests",
    "plural": "plural module",
    "plural_shipped": "plural module, shipped",
    "loop": "singular module in a loop",
    "loop_env": "loop, credentials in the environment",
    "loop_shipped": "singular module in a loop, shipped",
    "uri_expert": "`uri`, by an expert",
    "uri": "`uri` for each",
    "uri_retries": "`uri` for each, with retries",
    "raw_ahead": "pages ahead",
    "debug": "`debug`",
    "profile": "singular module",
    "profile_shipped": "singular module, shipped",
    "pages": "plural module",
    "nothing": "a playbook with one `debug`",
    ONE: "one machine",
    TWO: "as on two machines",
}

SLOPE_LABELS = {**LABELS, "ping": "`ping`", "uri": "`uri`"}


def write_page(results: Results) -> None:
    """Put the results into the pages that show them, and draw the chart."""
    for file, made in marked(results).items():
        file.write_text(with_sections(file.read_text(encoding="utf-8"), made), encoding="utf-8")
    CHART.write_text(drawn(results), encoding="utf-8")


def marked(results: Results) -> dict[Path, dict[str, str]]:
    """The marked sections of each file."""
    made = sections(results)
    return {PAGE: made, README: {"performance": headline(results)}, RELIABILITY: {"limits": made["limits"]}}


def drawn(results: Results) -> str:
    """The chart: whole playbooks for 100 profiles, and one more task."""
    whole = [row for row in results.rows("reconcile") if (row["items"], row["latency"]) == (100, 0.0)]
    slopes = results.rows("slope")
    return chart(
        [
            Panel(
                "100 profiles, 10 of them drifted: the whole playbook (logarithmic)",
                [_bar(row["contender"], middle(row), LABELS) for row in whole],
            ),
            Panel(
                "One more task (logarithmic)",
                [_bar(who, per_task(slopes, who), SLOPE_LABELS) for who in _contenders(slopes)],
            ),
        ]
    )


def _bar(contender: str, seconds: float, labels: Mapping[str, str]) -> Bar:
    label = labels[contender].replace("`", "").removeprefix("a ")
    return Bar(label, seconds, contender.startswith(("plural", "loop", "profile")))


def headline(results: Results) -> str:
    """The one sentence of README.md."""
    ours, expert, each = (
        results.row("reconcile", who, items=100, latency=0.0) for who in ("plural", "uri_expert", "uri")
    )
    return (
        f"For 100 profiles of which 10 drifted, a whole playbook with `phonecom_event_profiles` is"
        f" {middle(each) / middle(ours):.0f} times as fast as\none with `uri` for each profile, and"
        f" {middle(expert) / middle(ours):.1f} times as fast as an expert's `uri`; it sends"
        f" {middle(ours, 'requests'):.0f} requests instead of {middle(each, 'requests'):.0f}.\n"
        "[All figures](https://github.com/commops/events/blob/main/docs/performance.md), and how they were measured."
    )


def with_sections(page: str, made: Mapping[str, str]) -> str:
    """The page with these marked sections."""
    for name, text in made.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, rest = page.split(begin, 1)
        page = f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}"
    return page


def sections(results: Results) -> dict[str, str]:
    """The Markdown of each section; of a benchmark that did not run, none but its name."""
    made = {"machine": _machine(results), "goals": _goals(results)}
    for name, make in _SECTIONS.items():
        if results.rows(name):
            made[name] = make(results)
    made["parts"] = _parts(results)
    return made


def _machine(results: Results) -> str:
    of = results.data["machine"]
    runs = "one run" if of["runs"] == 1 else f"medians of {of['runs']} runs, but for what says otherwise"
    return (
        f"{of['system']} with {of['cpus']} CPUs, Python {of['python']}, ansible-core {of['ansible_core']}, requests"
        f" {of['requests']}; {runs}."
    )


def _goals(results: Results) -> str:
    lines = [_line("figure", "goal", "measured", "met"), _line("---", "---", "---", "---")]
    for goal in GOALS:
        outcome = goal.outcome(results)
        bound = f"{'at least' if goal.least else 'at most'} {goal.limit:g}{goal.unit}"
        if outcome is None:
            lines.append(_line(goal.text, bound, "not measured", ""))
        else:
            lines.append(_line(goal.text, bound, goal.shown(outcome[0]), "yes" if outcome[1] else "**no**"))
    return "\n".join(lines)


def _reconcile(results: Results) -> str:
    tables = []
    settings = dict.fromkeys((row["items"], row["latency"]) for row in results.rows("reconcile"))
    for items, latency in settings:
        rows = [row for row in results.rows("reconcile") if (row["items"], row["latency"]) == (items, latency)]
        ping, raw = (
            results.figure("reconcile", who, items=items, latency=latency) if who in _contenders(rows) else None
            for who in ("ping", "raw")
        )
        head = f"{items:,} profiles, {items // 10:,} drifted, {latency * 1000:.0f} ms latency"
        tables.append(
            _table(
                (head, "time", "to `ping`", "to the script", "requests", "connections", "peak memory", "within limits"),
                rows,
                lambda row, ping=ping, raw=raw: (  # type: ignore[misc]
                    _label(results, row),
                    _seconds(middle(row)),
                    _ratio(middle(row), ping),
                    _ratio(middle(row), raw),
                    *_traffic(row),
                    f"{middle(row, 'peak_mib'):.0f} MiB",
                    _seconds(middle(row, "limited_seconds")) if row["contender"] != "ping" else "",
                ),
            )
        )
    return "\n\n".join([*tables, *_left_out(results)])


def _left_out(results: Results) -> list[str]:
    """Who would take so long that nobody ran it, and how long that would be."""
    try:
        few, many = (results.figure("reconcile", "uri", items=items, latency=0.0) for items in (10, 100))
        shipped = per_task(results.rows("slope"), "profile_shipped")
    except (NotMeasured, ValueError):
        return []
    each = (many - few) / 90
    return [
        f"Left out, since each run would take so long: `uri` for each of 1,000 profiles, about"
        f" {(many + 900 * each) / 60:.0f} minutes by what 10 and\n100 took; the shipped singular module in a loop of"
        f" 100, about {100 * shipped:.0f} s by what one more task costs (below), and of 1,000, about\n"
        f"{1000 * shipped / 60:.0f} minutes."
    ]


def _audit(results: Results) -> str:
    return _table(
        ("hosts", "forks", "strategy", "", "time", "requests", "connections", "peak memory"),
        results.rows("audit"),
        lambda row: (
            f"{row['hosts']}",
            f"{row['forks']}" if row["contender"] != "raw" else "",
            row["strategy"] if row["contender"] != "raw" else "",
            _label(results, row),
            _seconds(middle(row)),
            *_traffic(row),
            f"{middle(row, 'peak_mib'):.0f} MiB",
        ),
    )


def _slope(results: Results) -> str:
    rows = results.rows("slope")
    lines = [_line("one more task", "time"), _line("---", "---")]
    for contender in _contenders(rows):
        lines.append(_line(SLOPE_LABELS[contender], f"{per_task(rows, contender) * 1000:.0f} ms"))
    return "\n".join(lines)


def _parts(results: Results) -> str:
    """What whole times are made of, as far as it can be told from them."""

    def loop_item() -> float:
        few, many = (results.figure("reconcile", "loop", items=items, latency=0.0) for items in (100, 1000))
        return (many - few) / 900

    def host() -> float:
        setting: dict[str, Any] = {"forks": 5, "strategy": "linear"}
        few, many = (results.figure("audit", "plural", hosts=hosts, **setting) for hosts in (10, 100))
        return (many - few) / 90

    def item() -> float:
        few, many = (results.figure("lists", "plural", items=items) for items in (1000, 10000))
        return (many - few) / 9000

    found: dict[str, Callable[[], float]] = {
        "Ansible itself: a playbook with one `debug`": lambda: results.figure("lists", "nothing"),
        "one more host that is audited, with 5 forks": host,
        "one more item of a loop, one in ten of them drifted": loop_item,
        "one more profile of a plural module": item,
    }
    lines = [_line("part", "time"), _line("---", "---")]
    for text, measure in found.items():
        try:
            lines.append(_line(text, f"{measure() * 1000:.3g} ms"))
        except NotMeasured:
            continue
    return "\n".join(lines)


def _budget(results: Results) -> str:
    return _table(
        ("", "profiles", "changes", "window", "time", "least within the limits", "requests", "of them 429"),
        results.rows("budget"),
        lambda row: (
            _label(results, row),
            f"{row['items']:,}",
            f"{row['writes_wanted']:,}",
            f"{30 * row['scale']:g} s",
            _seconds(middle(row)),
            _seconds(row["least_seconds"]),
            f"{middle(row, 'requests'):.0f}",
            f"{middle(row, 'refused'):.0f}",
        ),
    )


def _limits(results: Results) -> str:
    first = results.rows("limits")[0]
    what = f"{first['hosts']} hosts, {first['forks']} forks"
    return _table(
        (what, "answers 429 (most)", "requests", "first to last", "least within the limits", "ratio", "whole time"),
        results.rows("limits"),
        lambda row: (
            _label(results, row),
            f"{max(row['refused'])}",
            f"{middle(row, 'requests'):.0f}",
            _seconds(middle(row, "span_seconds")),
            _seconds(middle(row, "least_seconds")),
            _ratio(middle(row, "span_seconds"), middle(row, "least_seconds")),
            _seconds(middle(row)),
        ),
    )


def _lists(results: Results) -> str:
    return _table(
        ("", "profiles", "time", "requests", "peak memory"),
        results.rows("lists"),
        lambda row: (
            _label(results, row),
            f"{row['items']:,}" if row["items"] else "",
            _seconds(middle(row)),
            f"{middle(row, 'requests'):.0f}",
            f"{middle(row, 'peak_mib'):.0f} MiB",
        ),
    )


def _paging(results: Results) -> str:
    lines = [_line("profiles", "latency", "page by page", "requests", "pages ahead", "requests")]
    lines.append(_line(*["---"] * 6))
    for one in results.rows("paging"):
        if one["contender"] == "raw":
            ahead = results.row("paging", "raw_ahead", items=one["items"], latency=one["latency"])
            cells = [text for row in (one, ahead) for text in (_seconds(middle(row)), f"{middle(row, 'requests'):.0f}")]
            lines.append(_line(f"{one['items']:,}", f"{one['latency'] * 1000:.0f} ms", *cells))
    return "\n".join(lines)


def _pages(results: Results) -> str:
    rows = results.rows("pages")
    head = f"{rows[0]['pages']} booking pages, {rows[0]['latency'] * 1000:.0f} ms latency"
    return _table(
        (head, "time", "requests", "connections", "peak memory"),
        rows,
        lambda row: (
            _label(results, row),
            _seconds(middle(row)),
            *_traffic(row),
            f"{middle(row, 'peak_mib'):.0f} MiB",
        ),
    )


_SECTIONS: Mapping[str, Callable[[Results], str]] = {
    "reconcile": _reconcile,
    "audit": _audit,
    "slope": _slope,
    "budget": _budget,
    "limits": _limits,
    "lists": _lists,
    "paging": _paging,
    "pages": _pages,
}
"""By the benchmark that they are made of."""


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _table(head: Sequence[str], rows: Sequence[Row], cells: Callable[[Row], Sequence[str]]) -> str:
    return "\n".join([_line(*head), _line(*("---" for cell in head)), *(_line(*cells(row)) for row in rows)])


def _contenders(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(row["contender"] for row in rows))


def _label(results: Results, row: Row) -> str:
    runs = len(row["seconds"])
    fewer = "" if runs >= results.data["machine"]["runs"] else f" ({runs} run{'s' if runs > 1 else ''})"
    return LABELS[row["contender"]] + fewer


def _seconds(value: float) -> str:
    return f"{value:.0f} s" if value >= 99.5 else f"{value:.1f} s" if value >= 9.95 else f"{value:.2f} s"


def _ratio(value: float, other: float | None) -> str:
    return "" if other is None else f"{value / other:.2f} x"


def _traffic(row: Row) -> tuple[str, str]:
    return f"{middle(row, 'requests'):.0f}", f"{middle(row, 'connections'):.0f}"
