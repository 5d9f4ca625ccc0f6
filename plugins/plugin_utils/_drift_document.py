# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one document, which all formats are made of; docs/drift-report.md describes it."""

from __future__ import annotations

import sys
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

from ._drift_collect import Collector
from ._drift_model import DRIFTS, Audited, Problem, exact
from ._drift_waivers import Waivers

Document = dict[str, Any]

SCHEMA, VERSION = "commops.events.drift_report", 1
RUNNING, COMPLETE = "running", "complete"
CLEAN, DRIFT, FAILED, INCOMPLETE = "clean", "drift", "failed", "incomplete"


@dataclass
class Run:
    """What a report says of its run."""

    generator: str
    ansible: str
    playbooks: list[str] = field(default_factory=list)
    check_mode: bool = False
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    def head(self, status: str, verdict: str, finished: datetime | None) -> Document:
        """The keys that a report always begins with."""
        return {
            "schema": SCHEMA,
            "version": VERSION,
            "status": status,
            "verdict": verdict,
            "run": self.id,
            "started": _stamp(self.started),
            "finished": None if finished is None else _stamp(finished),
            "check_mode": self.check_mode,
            "playbooks": self.playbooks,
            "generator": {"name": "commops.events", "version": self.generator, "ansible": self.ansible},
        }


def _stamp(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def running(run: Run) -> Document:
    """The report while the run lasts: it says nothing yet, and nothing good above all."""
    return {**run.head(RUNNING, INCOMPLETE, None), **_body(Collector(), [], [], None, [])}


def complete(
    run: Run,
    collector: Collector,
    waivers: Waivers,
    unreached: Iterable[Problem] = (),
    warnings: Sequence[str] = (),
    expected_hosts: int | None = None,
) -> Document:
    """The report of a run that came to its end."""
    unknown = [*collector.unknown, *unreached]
    if not collector.resources:
        unknown.append(Problem("nothing_audited", "Nothing was audited at all."))
    if expected_hosts is not None and len(collector.hosts) < expected_hosts:
        number = "an unknown number of" if expected_hosts == sys.maxsize else f"the {expected_hosts}"
        message = f"{len(collector.hosts)} of {number} hosts that were expected had an audit."
        unknown.append(Problem("too_few_hosts", message))
    body = _body(collector, unknown, _resources(collector.resources, waivers), waivers, warnings)
    totals = body["totals"]
    verdict = CLEAN
    if totals["failures"]:
        verdict = FAILED
    elif totals["unknown"]:
        verdict = INCOMPLETE
    elif totals["drifted"]:
        verdict = DRIFT
    return {**run.head(COMPLETE, verdict, datetime.now(timezone.utc)), **body}


def _body(
    collector: Collector,
    unknown: Sequence[Problem],
    resources: list[Document],
    waivers: Waivers | None,
    warnings: Sequence[str],
) -> Document:
    shared = sum(len(resource["hosts"]) > 1 for resource in resources)
    notes = []
    if shared:
        what = "resource was" if shared == 1 else "resources were"
        notes.append(f"{shared} {what} audited for several hosts and counted once.")
    return {
        "totals": {
            **_totals(resources),
            "hosts": len(collector.hosts),
            "failures": len(collector.failures),
            "unknown": len(unknown),
            "requests": int(collector.api["requests"]),
            "retries": int(collector.api["retries"]),
            "waited": round(float(collector.api["waited"]), 3),
        },
        "by_service": _by(resources, "service"),
        "by_account": _by(resources, "service", "account_id"),
        "by_kind": {kind: sum(_counting(resource, kind) for resource in resources) for kind in DRIFTS},
        "resources": resources,
        "failures": [asdict(problem) for problem in collector.failures],
        "unknown": [asdict(problem) for problem in unknown],
        "waivers": [] if waivers is None else waivers.listed(),
        "warnings": list(warnings),
        "notes": notes,
    }


def _resources(audited: Sequence[Audited], waivers: Waivers) -> list[Document]:
    def order(resource: Audited) -> tuple[str, ...]:
        parts = (resource.service, resource.account_id, resource.scope, resource.resource, resource.key, resource.id)
        # Text by its characters, not by its JSON; a number or null among names comes first.
        return tuple("" if part is None else part if isinstance(part, str) else exact(part) for part in parts)

    return [_resource(resource, waivers) for resource in sorted(audited, key=order)]


def _resource(resource: Audited, waivers: Waivers) -> Document:
    drift = []
    for item in resource.drift.values():
        waiver = waivers.waiver(resource, item)
        drift.append(
            {
                "field": item.field,
                "from": item.live,
                "to": item.declared,
                "kind": item.kind,
                "waived": None if waiver is None else {"until": waiver.until.isoformat(), "reason": waiver.reason},
                "corrected": item.corrected,
                "hosts": item.hosts,
            }
        )
    state = CLEAN
    if drift:
        state = "drifted" if any(item["waived"] is None for item in drift) else "waived"
    return {
        "service": resource.service,
        "account_id": resource.account_id,
        "scope": resource.scope,
        "resource": resource.resource,
        "key": resource.key,
        "id": resource.id,
        "state": state,
        "operation": resource.operation,
        "drift": drift,
        "unverifiable": resource.unverifiable,
        "hosts": resource.hosts,
        "tasks": resource.tasks,
        "audits": resource.audits,
    }


def _counting(resource: Document, kind: str) -> int:
    return sum(item["kind"] == kind and item["waived"] is None for item in resource["drift"])


def _totals(resources: Sequence[Document]) -> dict[str, int]:
    states = Counter(resource["state"] for resource in resources)
    waived = sum(item["waived"] is not None for resource in resources for item in resource["drift"])
    return {
        "resources": len(resources),
        "clean": states[CLEAN],
        "drifted": states["drifted"],
        "waived": states["waived"],
        "unverifiable": sum(bool(resource["unverifiable"]) for resource in resources),
        "drifts": sum(_counting(resource, kind) for resource in resources for kind in DRIFTS),
        "waived_drifts": waived,
    }


def _by(resources: Sequence[Document], *names: str) -> list[Document]:
    """Totals of the resources that agree in these keys; where an account is not told, its hosts stand for it."""
    groups: dict[str, list[Document]] = {}
    for resource in resources:
        identity = [resource[name] for name in names]
        if "account_id" in names and resource["account_id"] is None:
            identity.extend(resource["hosts"])
        groups.setdefault(exact(identity), []).append(resource)
    return [
        {
            **{name: group[0][name] for name in names},
            "hosts": list(dict.fromkeys(host for resource in group for host in resource["hosts"])),
            **_totals(group),
            **{kind: sum(_counting(resource, kind) for resource in group) for kind in DRIFTS},
        }
        for group in groups.values()
    ]
