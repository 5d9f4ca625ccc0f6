# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault matrix as one table: which request goes wrong how, and what the task then does.

Each cell has two outcomes: where the fault happens once, and where it lasts (with one retry allowed).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# What a task does

REPEATS = "repeats"
"""It sends the request again and succeeds."""
LOOKS = "looks"
"""It reads, sees that the request was carried out, sends nothing again and succeeds."""
LOOKS_REPEATS = "looks, repeats"
"""It reads, sees that the request was not carried out, sends it again and succeeds."""
FAILS = "fails"
"""It fails at once and says `changed: false`."""
GIVES_UP = "gives up"
"""It fails after its retries, says how often and how long it tried, and `changed: false`."""
UNSURE = "gives up, unsure"
"""The same, but nobody knows whether the request was carried out: `changed: true`."""
CONFLICT = "conflict"
"""It plans and writes anew until that is enough, and names what it found: `changed: true`."""
NA = "n/a"


@dataclass(frozen=True)
class Fault:
    """How a request goes wrong. kind, params: of the local API, where it plays the fault.

    carried_out: whether the request takes effect all the same. names_wait: whether the answer says when to come again.
    """

    kind: str
    params: dict[str, Any] = field(default_factory=dict)
    carried_out: bool = False
    names_wait: bool = False


_PAGE = "<html><head><title>502 Bad Gateway</title></head></html>"

FAULTS = {
    "refused": Fault("gate"),
    "name not resolved": Fault("resolver"),
    "dropped before": Fault("drop", {"when": "before"}),
    "dropped after": Fault("drop", {"when": "after"}, carried_out=True),
    "closed after": Fault("drop", {"when": "after", "how": "close"}, carried_out=True),
    "429, seconds": Fault("status", {"status": 429, "retry_after": 1, "retry_after_form": "header"}, names_wait=True),
    "429, date": Fault("status", {"status": 429, "retry_after": 1, "retry_after_form": "date"}, names_wait=True),
    "429, body": Fault("status", {"status": 429, "retry_after": 1, "retry_after_form": "body"}, names_wait=True),
    "429, no wait": Fault("status", {"status": 429}),
    "500": Fault("status", {"status": 500}),
    "502 as HTML": Fault("status", {"status": 502, "body": _PAGE, "content_type": "text/html"}),
    "503": Fault("status", {"status": 503, "headers": {"Retry-After": "0"}}),
    "504 after": Fault("status", {"status": 504, "when": "after"}, carried_out=True),
    "slow, carried out": Fault("slow", {"seconds": 0.5, "when": "after"}, carried_out=True),
    "slow, forgotten": Fault("slow", {"seconds": 0.5, "if_gone": "forget"}),
    "truncated": Fault("truncate", {"length": "full"}, carried_out=True),
    "truncated, chunked": Fault("truncate", {"length": "chunked"}, carried_out=True),
    "half a JSON text": Fault("truncate", {"length": "cut"}, carried_out=True),
    "wrong shape before": Fault("wrong_shape", {"when": "before"}),
    "wrong shape after": Fault("wrong_shape", {"when": "after"}, carried_out=True),
    "empty before": Fault("empty", {"when": "before"}),
    "empty after": Fault("empty", {"when": "after"}, carried_out=True),
    "204 after": Fault("empty", {"when": "after", "status": 204}, carried_out=True),
    "HTML page before": Fault("html", {"when": "before"}),
}

_NO_CONNECTION = ("refused", "name not resolved")
_LIMITED = ("429, seconds", "429, date", "429, body", "429, no wait")
_LOST_BEFORE = ("dropped before", "500", "502 as HTML", "503", "slow, forgotten")
_LOST_AFTER = ("dropped after", "closed after", "504 after", "slow, carried out", "truncated", "truncated, chunked")
_UNUSABLE_BEFORE = ("wrong shape before", "empty before", "HTML page before")
_UNUSABLE_AFTER = ("wrong shape after", "empty after", "204 after", "half a JSON text")

Outcomes = tuple[str, str]


def _row(**groups: Outcomes) -> dict[str, Outcomes]:
    names = {
        "no_connection": _NO_CONNECTION,
        "limited": _LIMITED,
        "lost_before": _LOST_BEFORE,
        "lost_after": _LOST_AFTER,
        "unusable_before": _UNUSABLE_BEFORE,
        "unusable_after": _UNUSABLE_AFTER,
    }
    assert groups.keys() == names.keys()
    return {fault: outcomes for group, outcomes in groups.items() for fault in names[group]}


_GET = _row(
    no_connection=(NA, GIVES_UP),
    limited=(REPEATS, GIVES_UP),
    lost_before=(REPEATS, GIVES_UP),
    lost_after=(REPEATS, GIVES_UP),
    unusable_before=(FAILS, FAILS),
    unusable_after=(FAILS, FAILS),
)
_ONE_RESOURCE = _row(
    no_connection=(NA, GIVES_UP),
    limited=(REPEATS, GIVES_UP),
    lost_before=(REPEATS, UNSURE),
    lost_after=(REPEATS, UNSURE),
    unusable_before=(FAILS, FAILS),
    unusable_after=(LOOKS, LOOKS),
)
_NOT_REPEATABLE = _row(
    no_connection=(NA, GIVES_UP),
    limited=(REPEATS, GIVES_UP),
    lost_before=(LOOKS_REPEATS, UNSURE),
    lost_after=(LOOKS, LOOKS),
    unusable_before=(LOOKS_REPEATS, UNSURE),
    unusable_after=(LOOKS, LOOKS),
)
_WHOLE_LIST = {
    **_NOT_REPEATABLE,
    # An answer that is JSON says that the list was written; that it is not there then is another writer's doing.
    "wrong shape before": (LOOKS_REPEATS, CONFLICT),
    "empty before": (LOOKS_REPEATS, CONFLICT),
}
_NO_BODY_WAIT = {"429, body": (NA, NA)}

MATRIX: dict[tuple[str, str], dict[str, Outcomes]] = {
    ("phonecom", "GET"): _GET,
    ("phonecom", "POST"): _NOT_REPEATABLE,
    ("phonecom", "PATCH"): _ONE_RESOURCE,
    ("phonecom", "DELETE"): _ONE_RESOURCE,
    ("caligraph", "GET"): {**_GET, **_NO_BODY_WAIT},
    ("caligraph", "POST"): {},
    ("caligraph", "PATCH"): {**_WHOLE_LIST, **_NO_BODY_WAIT},
    ("caligraph", "DELETE"): {},
}


@dataclass(frozen=True)
class Cell:
    """One cell: a fault of one method of one service, once or lasting, in check mode or live."""

    service: str
    method: str
    fault: str
    lasting: bool
    check: bool
    outcome: str
    reason: str = ""

    def __str__(self) -> str:
        mode = "check" if self.check else "live"
        return f"{self.service}-{self.method}-{self.fault}-{'lasting' if self.lasting else 'once'}-{mode}"


def _reason(service: str, method: str, fault: str, lasting: bool, check: bool) -> str:
    """Why there is no such cell; empty where there is one."""
    if not MATRIX[service, method]:
        return "actions are created and deleted by a PATCH of the whole list"
    if check and method != "GET":
        return "check mode sends GET only"
    if fault == "429, body" and service == "caligraph":
        return "this API is not known to name a wait in a body"
    if FAULTS[fault].kind in ("gate", "resolver") and not lasting:
        return "nobody can be refused once: what counts tries is never reached"
    return ""


def cells() -> Iterator[Cell]:
    """The whole product, cells without an outcome included."""
    for (service, method), row in MATRIX.items():
        for fault in FAULTS:
            for lasting in (False, True):
                for check in (False, True):
                    reason = _reason(service, method, fault, lasting, check)
                    outcome = NA if reason else row[fault][lasting]
                    assert (outcome == NA) == bool(reason), (service, method, fault, lasting, check)
                    yield Cell(service, method, fault, lasting, check, outcome, reason)
