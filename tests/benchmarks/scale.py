# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scale: long lists that have not drifted, how their pages are fetched, and many booking pages."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.bench import Bench, as_declared, drifted
from benchmarks.measure import Case, Row
from benchmarks.reconcile import PLURAL, RAW, command
from sandbox import seeds
from sandbox.client import Sandbox

NOTHING = "nothing"

FULL_LISTS: Sequence[int] = (1000, 2000, 5000, 10000)
QUICK_LISTS: Sequence[int] = (1000, 2000)
AHEAD = "raw_ahead"
THREADS = 4
"""How many pages of a list are fetched at a time where they are fetched ahead."""
FULL_PAGING: Sequence[tuple[int, float]] = ((1000, 0.0), (1000, 0.05), (10000, 0.0), (10000, 0.05))
QUICK_PAGING: Sequence[tuple[int, float]] = ((2000, 0.05),)
"""Length of the list, and the latency in seconds."""

FULL_PAGES: tuple[int, float] = (100, 0.05)
QUICK_PAGES: tuple[int, float] = (20, 0.05)
"""Number of booking pages, and the latency in seconds."""

_TITLE, _TARGET = "Tell the CRM", "https://crm.example.org/bookings"
_FIELDS = (
    "id,actions,actions.id,actions.type,actions.status,actions.anchor,actions.offsetMinutes,actions.title,actions.to,"
    "actions.subject,actions.body,actions.attachIcs,actions.headers,actions.*,actions.headers.*"
)


def lists(bench: Bench, sizes: Sequence[int]) -> list[Row]:
    """Lists that are read and compared, beside a playbook that does nothing."""
    nothing = Case(NOTHING, {"items": 0}, bench.playbook("nothing", {}), lambda sandbox: None)
    return bench.measured([nothing, *(_list_case(bench, items) for items in sizes)])


def _list_case(bench: Bench, items: int) -> Case:
    def prepare(sandbox: Sandbox) -> None:
        sandbox.set_profiles(drifted(items, 0))

    def check(sandbox: Sandbox) -> bool:
        return not sandbox.unsafe_requests() and as_declared(sandbox, items)

    return Case(PLURAL, {"items": items}, command(bench, PLURAL, items), prepare, check)


def paging(bench: Bench, settings: Sequence[tuple[int, float]]) -> list[Row]:
    """A list that is only read: one page after the other, and some pages ahead. It decided what the modules do."""
    return bench.measured(
        [_paging_case(bench, who, items, latency) for items, latency in settings for who in (RAW, AHEAD)]
    )


def _paging_case(bench: Bench, contender: str, items: int, latency: float) -> Case:
    def prepare(sandbox: Sandbox) -> None:
        sandbox.set_profiles(drifted(items, 0))
        sandbox.latency(latency)

    threads = THREADS if contender == AHEAD else 1
    # The script itself looks whether it has read all.
    script = bench.script("read", bench.connection(bench_threads=threads, bench_items=items))
    return Case(contender, {"items": items, "latency": latency, "threads": threads}, script, prepare)


def pages(bench: Bench, setting: tuple[int, float]) -> list[Row]:
    """One webhook on many booking pages: a read, a write and a read of each."""
    count, latency = setting
    titles = {f"Page {number}" for number in range(1, count + 1)}

    def prepare(sandbox: Sandbox) -> None:
        old = {**seeds.WEBHOOK, "title": _TITLE, "to": "https://old.example.org/bookings"}
        # The raw script has no way to find a page; both get the ids of new pages.
        sandbox.put_state(caligraph={"accounts": [_account(count, old)]})
        sandbox.latency(latency)

    def check(sandbox: Sandbox) -> bool:
        live = [page for page in sandbox.pages() if page["title"] in titles]
        return len(live) == count and all([action["to"] for action in page["actions"]] == [_TARGET] for page in live)

    options = bench.sandbox.caligraph_options()
    variables = {
        "bench_url": options["api_url"],
        "bench_account": options["account_id"],
        "bench_key": options["api_key"],
        "bench_title": _TITLE,
        "bench_target": _TARGET,
        "bench_fields": _FIELDS,
    }
    script = bench.script("pages", {**variables, "bench_pages": [_page_id(n) for n in range(1, count + 1)]})
    at = {"pages": count, "latency": latency}
    return bench.measured(
        [
            Case(RAW, at, script, prepare, check),
            Case("pages", at, bench.playbook("pages", variables), prepare, check),
        ]
    )


def _page_id(number: int) -> str:
    return f"0b6d4f0a-55a5-4d0c-8f13-{number:012x}"


def _account(count: int, action: dict[str, object]) -> dict[str, object]:
    made = [
        {
            "id": _page_id(number),
            "title": f"Page {number}",
            "subdomain": f"page-{number}",
            "description": "",
            "timeZone": "UTC",
            "status": "ACTIVE",
            "actions": [{**action, "id": f"a7e1c3b2-0d4f-4e6a-9b8c-{number:012x}"}],
        }
        for number in range(1, count + 1)
    ]
    return {
        "id": seeds.CALIGRAPH_ACCOUNT,
        "email": seeds.CALIGRAPH_EMAIL,
        "api_key": seeds.CALIGRAPH_KEY,
        "profiles": made,
    }
