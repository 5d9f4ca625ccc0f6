# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python tests/benchmarks`: runs the benchmarks, prints goals and tables, and writes them where they are wanted."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import audit, budget, limits, reconcile, scale, slope
from benchmarks.bench import Bench
from benchmarks.measure import Failed, Row
from benchmarks.page import PAGE, sections, write_page
from benchmarks.results import FILE, Results, machine
from sandbox.client import running

BENCHMARKS: dict[str, Callable[[Bench, bool], list[Row]]] = {
    "reconcile": lambda bench, quick: reconcile.reconcile(bench, reconcile.QUICK if quick else reconcile.FULL),
    "audit": lambda bench, quick: audit.audit(bench, audit.QUICK if quick else audit.FULL),
    "slope": lambda bench, quick: slope.slope(bench, slope.QUICK if quick else slope.FULL),
    "budget": lambda bench, quick: budget.budget(bench, budget.QUICK if quick else budget.FULL),
    "limits": lambda bench, quick: limits.limits(bench, limits.QUICK if quick else limits.FULL),
    "lists": lambda bench, quick: scale.lists(bench, scale.QUICK_LISTS if quick else scale.FULL_LISTS),
    "paging": lambda bench, quick: scale.paging(bench, scale.QUICK_PAGING if quick else scale.FULL_PAGING),
    "pages": lambda bench, quick: scale.pages(bench, scale.QUICK_PAGES if quick else scale.FULL_PAGES),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 if all contenders did their work, whatever the figures are."""
    parser = argparse.ArgumentParser(prog="python tests/benchmarks", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="BENCHMARK", help=f"some of: {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="small sizes, one run: about a minute")
    parser.add_argument("--runs", type=int, help="runs of each contender (default: 5, with --quick 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there")
    parser.add_argument("--write", action="store_true", help=f"write them to {FILE.name}, and the page made of them")
    parser.add_argument("--page", action="store_true", help="run nothing, make the page of the results that are there")
    options = parser.parse_args(arguments)
    unknown = set(options.only) - set(BENCHMARKS)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    if options.write and options.quick:
        parser.error("the page shows full runs only; leave out --quick or --write")
    if options.page:
        write_page(Results.read())
        return 0
    try:
        results = _run(options.only or list(BENCHMARKS), options.quick, options.runs or (1 if options.quick else 5))
    except Failed as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    for text in sections(results).values():
        print(f"\n{text}")
    if options.json:
        results.write(options.json)
    if options.write:
        if options.only and FILE.exists():
            # What did not run keeps the figures of its last run.
            results = Results({**results.data, "benchmarks": {**Results.read().data["benchmarks"], **_all(results)}})
        results.write(FILE)
        write_page(results)
        print(f"\nWritten: {FILE}, {PAGE}")
    return 0


def _all(results: Results) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = results.data["benchmarks"]
    return rows


def _run(names: Sequence[str], quick: bool, runs: int) -> Results:
    begun = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {text}", file=sys.stderr, flush=True)

    found: dict[str, list[Row]] = {}
    with running(limits="off") as sandbox, tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        bench = Bench(sandbox, Path(folder), runs, tell)
        for name in names:
            tell(name)
            found[name] = BENCHMARKS[name](bench, quick)
    return Results({"machine": machine(runs, quick), "benchmarks": found})
