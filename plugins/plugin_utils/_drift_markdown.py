# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as Markdown, for the summary of a CI job or a merge request. Foreign text stands in code spans only."""

from __future__ import annotations

from collections.abc import Iterator

from . import _drift_words as words
from ._drift_document import Document
from ._drift_escape import markdown, shortened

#: More than this nobody reads there, and servers cut it off.
_RESOURCES = 100
_FIELDS = 20
_PROBLEMS = 50
_LONG = 160

_SIGNS = {"clean": "✅", "drift": "⚠️", "failed": "❌", "incomplete": "❔"}


def _span(text: str) -> str:
    return markdown(shortened(text, _LONG))


def render(document: Document) -> str:
    """Verdict, totals, what needs attention, and the first of the drifted resources."""
    sign = "⏳" if document["status"] != "complete" else _SIGNS[document["verdict"]]
    parts = [f"## {sign} {words.headline(document)}", _intro(document)]
    if document["status"] == "complete":
        parts.extend(_sections(document))
    return "\n\n".join(part for part in parts if part) + "\n"


def _intro(document: Document) -> str:
    if document["status"] != "complete":
        return f"Started {document['started']}. If the run is over, it was interrupted, and nothing is known."
    return f"Verdict **{document['verdict']}**: {words.summary(document)}. Finished {document['finished']}."


def _sections(document: Document) -> Iterator[str]:
    yield _problems("Failed", document["failures"])
    yield _problems("Unknown", document["unknown"])
    yield "\n".join(f"- {_span(text)}" for text in document["warnings"][:_PROBLEMS])
    yield _accounts(document)
    for state, title in (("drifted", "Drift"), ("waived", "Waived")):
        yield _resources(title, [item for item in document["resources"] if item["state"] == state])
    unverifiable = document["totals"]["unverifiable"]
    if unverifiable:
        yield f"{words.counted(unverifiable, 'resource')} had fields that can't be compared."
    yield "\n".join(document["notes"])


def _problems(title: str, problems: list[Document]) -> str:
    lines = []
    for problem in problems[:_PROBLEMS]:
        place = words.place(problem)
        lines.append(f"- {_span(place) + ': ' if place else ''}{_span(problem['message'])}")
    return _section(title, lines, len(problems))


def _section(title: str, lines: list[str], total: int) -> str:
    if not lines:
        return ""
    more = [f"- and {total - len(lines):,} more"] if total > len(lines) else []
    return "\n".join((f"### {title}", "", *lines, *more))


def _accounts(document: Document) -> str:
    if not document["by_account"]:
        return ""
    head = "| Service | Account | Audited | Drifted | Waived | Different | Missing | Unexpected |"
    rows = [head, "|---|---|--:|--:|--:|--:|--:|--:|"]
    for item in words.worst_first(document["by_account"])[:_RESOURCES]:
        numbers = (item[name] for name in ("resources", "drifted", "waived", "different", "missing", "unexpected"))
        cells = (
            _span(words.service(item["service"])),
            _span(words.account(item)),
            *(f"{number:,}" for number in numbers),
        )
        rows.append(f"| {' | '.join(cells)} |")
    if len(document["by_account"]) > _RESOURCES:
        rows.append(f"\nand {len(document['by_account']) - _RESOURCES:,} more accounts")
    return "\n".join(rows)


def _resources(title: str, resources: list[Document]) -> str:
    lines = []
    for resource in resources[:_RESOURCES]:
        place = words.where(resource)
        of = f"{words.service(resource['service'])} {words.account(resource)}" + (f", {place}" if place else "")
        lines.append(f"- {_span(words.name(resource))}, {_span(words.kind(resource['resource']))} of {_span(of)}")
        fields = resource["drift"][:_FIELDS]
        lines.extend(f"  - {_field(item)}" for item in fields)
        if len(resource["drift"]) > len(fields):
            lines.append(f"  - and {len(resource['drift']) - len(fields):,} more")
    shown = min(len(resources), _RESOURCES)
    if len(resources) > shown:
        lines.append(f"- and {len(resources) - shown:,} more resources")
    return "\n".join((f"### {title}", "", *lines)) if lines else ""


def _field(item: Document) -> str:
    text = f"**{item['kind']}**"
    if item["field"] is not None:
        text += f" {_span(item['field'])}: {_span(words.value(item['from']))} → {_span(words.value(item['to']))}"
    if item["waived"]:
        reason = item["waived"]["reason"]
        text += f", waived until {item['waived']['until']}" + (f": {_span(reason)}" if reason else "")
    return f"{text}, corrected in this run" if item["corrected"] else text
