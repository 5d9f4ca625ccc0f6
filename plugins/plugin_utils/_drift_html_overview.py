# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The upper part of the HTML page: the verdict, the numbers, what needs attention, totals, and waivers."""

from __future__ import annotations

from collections.abc import Sequence

from . import _drift_words as words
from ._drift_document import Document
from ._drift_html_resources import KINDS
from ._drift_markup import Html, element, isolated, join

_PROBLEMS = 500
_ACCOUNTS = 1_000

#: The sign beside the headline, as paths of a 24 by 24 drawing.
_SIGNS = {
    "clean": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    "drift": '<path d="M5 9h14M5 15h14M15.5 4.5l-7 15"/>',
    "failed": '<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>',
    "incomplete": '<path d="M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18.2v.3"/>',
    "running": '<path d="M12 6.5V12l3.5 2.5"/><circle cx="12" cy="12" r="8.5"/>',
}


def header(document: Document) -> Html:
    """The verdict, first of all."""
    running = document["status"] != "complete"
    verdict = document["verdict"]
    drawing = Html(f'<svg viewBox="0 0 24 24">{_SIGNS["running" if running else verdict]}</svg>')
    word = "not finished" if running else verdict
    return element(
        "header",
        element("p", "Drift report", *_playbooks(document), class_="eyebrow"),
        element(
            "div",
            element("div", drawing, class_="sign", aria_hidden="true"),
            element(
                "div",
                element("h1", element("span", f"Verdict {word}: ", class_="sr"), words.headline(document)),
                element("p", _lead(document)),
            ),
            class_=f"verdict {verdict}",
        ),
        Html("") if running else _tiles(document),
    )


def _playbooks(document: Document) -> list[str]:
    return [join(" · ", isolated(name)) for name in document["playbooks"][:3]]


def _lead(document: Document) -> str:
    totals = document["totals"]
    if document["status"] != "complete":
        return (
            f"Started {_moment(document['started'])}. This page is replaced at the end of the run. If the run is over,"
            " it was interrupted, and nothing is known."
        )
    compared = f"{words.counted(totals['resources'], 'resource')} on {words.counted(totals['hosts'], 'host')} compared"
    parts = [f"{compared} with what is declared, {_moment(document['finished'])}."]
    if document["verdict"] in ("failed", "incomplete"):
        seen = f"{totals['drifted']:,} drifted" if totals["drifted"] else "no drift was seen"
        parts.append(f"Of what could be audited, {seen}; what could not be audited may have drifted too.")
    return " ".join(parts)


def _moment(stamp: str) -> str:
    return f"{stamp[:10]} {stamp[11:16]} UTC"


def _tiles(document: Document) -> Html:
    totals = document["totals"]
    tiles = (
        ("Audited", totals["resources"], ""),
        ("Drifted", totals["drifted"], "warn"),
        ("Waived", totals["waived"], ""),
        ("Not comparable", totals["unverifiable"], ""),
        ("Failed", totals["failures"], "bad"),
        ("Unknown", totals["unknown"], "odd"),
    )
    return element(
        "dl",
        *(
            element("div", element("dt", label), element("dd", f"{number:,}"), class_=tone if number else "zero")
            for label, number, tone in tiles
        ),
        class_="tiles",
    )


def attention(document: Document) -> Html:
    """Failures, unknowns and warnings."""
    items = [_problem("failed", "Failed", problem) for problem in document["failures"][:_PROBLEMS]]
    items.extend(_problem("unknown", "Unknown", problem) for problem in document["unknown"][:_PROBLEMS])
    items.extend(
        element("li", element("span", "Warning", class_="badge"), element("div", isolated(text)))
        for text in document["warnings"][:_PROBLEMS]
    )
    left = sum(max(0, len(document[name]) - _PROBLEMS) for name in ("failures", "unknown", "warnings"))
    if left:
        items.append(element("li", f"and {left:,} more, see the JSON report", class_="soft"))
    if not items:
        return Html("")
    return element("section", element("h2", "Needs attention"), element("ul", *items, class_="notes"))


def _problem(kind: str, label: str, problem: Document) -> Html:
    place = words.place(problem)
    text = [element("strong", isolated(place)), Html("<br>")] if place else []
    changed = " Something was changed before." if problem["changed"] else ""
    return element(
        "li",
        element("span", label, class_=f"badge {kind}"),
        element("div", *text, isolated(problem["message"]), changed),
    )


def totals(document: Document) -> Html:
    """By account, by service and by kind."""
    if not document["by_account"]:
        return Html("")
    accounts = words.worst_first(document["by_account"])
    more = Html("")
    if len(accounts) > _ACCOUNTS:
        more = element("p", f"and {len(accounts) - _ACCOUNTS:,} more accounts, see the JSON report", class_="soft")
    columns = ("Account", "Audited", "Drifted", "Waived", "Different", "Missing", "Unexpected", "")
    rows = [
        (
            join(isolated(f"{words.service(item['service'])} {words.account(item)}"), _hosts(item)),
            *_numbers(item),
            _bar(item),
        )
        for item in accounts[:_ACCOUNTS]
    ]
    services = [(words.service(item["service"]), *_numbers(item)[:3]) for item in document["by_service"]]
    kinds = [(KINDS[kind], _number(number)) for kind, number in document["by_kind"].items()]
    return element(
        "section",
        element("h2", "At a glance"),
        _table("Totals by account", columns, rows, extra=4),
        more,
        element(
            "div",
            _table("Totals by service", ("Service", "Audited", "Drifted", "Waived"), services),
            _table("Deviations by kind", ("Kind", "Deviations"), kinds),
            class_="pair",
        ),
        *(element("p", note, class_="soft") for note in document["notes"]),
    )


def _hosts(item: Document) -> Html:
    if item["account_id"] is None or not item["hosts"]:
        return Html("")
    hosts = ", ".join(item["hosts"][:3]) + ("..." if len(item["hosts"]) > 3 else "")
    return join(" ", element("span", isolated(hosts), class_="soft"))


def _numbers(item: Document) -> list[Html]:
    names = ("resources", "drifted", "waived", "different", "missing", "unexpected")
    return [_number(item[name]) for name in names]


def _number(number: int) -> Html:
    return element("span", f"{number:,}", class_=None if number else "soft")


def _bar(item: Document) -> Html:
    """The shares as a drawing; the numbers beside it say the same."""
    shapes, start = "", 0.0
    for state in ("drifted", "waived", "clean"):
        width = 100 * item[state] / item["resources"]
        if width:
            shapes += f'<rect class="is-{state}" x="{start:.2f}" width="{width:.2f}" height="1"/>'
        start += width
    return Html(f'<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">{shapes}</svg>')


def _table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], extra: int | None = None) -> Html:
    """The first column names the row, the others are numbers. extra: from this column on it can do without."""

    def tone(position: int) -> str | None:
        classes = (["number"] if position else []) + (["extra"] if extra is not None and position >= extra else [])
        return " ".join(classes) or None

    head = (element("th", name, scope="col", class_=tone(position)) for position, name in enumerate(columns))
    body = (
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(element("td", cell, class_=tone(position)) for position, cell in enumerate(row[1:], 1)),
        )
        for row in rows
    )
    table = element(
        "table",
        element("caption", caption, class_="sr"),
        element("thead", element("tr", *head)),
        element("tbody", *body),
    )
    return element("div", element("div", table, class_="scroll"), class_="panel")


def waivers(document: Document) -> Html:
    """The accepted deviations: which of them count, which have ended, and which match nothing."""
    if not document["waivers"]:
        return Html("")
    return element(
        "section",
        element("h2", "Accepted deviations"),
        element("ul", *(_waiver(item) for item in document["waivers"][:_PROBLEMS]), class_="notes"),
    )


def _waiver(item: Document) -> Html:
    state = "Active" if item["state"] == "active" else "Expired"
    tone = "" if item["state"] == "active" else " different"
    where = f", {item['field']}" if item["field"] else ""
    name = isolated(f"{words.kind(item['resource'])} {item['key']}{where}")
    found = f"matches {words.counted(item['matches'], 'deviation')}" if item["matches"] else "matches nothing"
    reason = join(Html("<br>"), isolated(item["reason"])) if item["reason"] else Html("")
    until = f" until {item['until']}, {found}"
    return element(
        "li",
        element("span", state, class_=f"badge{tone}"),
        element("div", element("strong", name), element("span", until, class_="soft"), reason),
    )
