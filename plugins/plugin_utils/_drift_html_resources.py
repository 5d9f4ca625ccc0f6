# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources of the HTML page: the filter, and a card for each resource that is not simply as declared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from . import _drift_words as words
from ._drift_document import Document
from ._drift_markup import Html, element, isolated, join, named, shown

#: Cards on one page; a browser stays quick with them. Totals always count all.
CARDS = 10_000
_CLEAN = 2_000

KINDS = {
    "different": "Different",
    "missing": "Missing",
    "unexpected": "Unexpected",
    "waived": "Waived",
    "unverifiable": "Not comparable",
}
_WHOLE = {
    "missing": "Declared, but not there.",
    "unexpected": "There, but not declared.",
    "different": "Not as declared.",
}


def kinds_of(resource: Document) -> list[str]:
    """What a resource is filtered by."""
    found = {"waived" if item["waived"] else item["kind"] for item in resource["drift"]}
    if resource["unverifiable"]:
        found.add("unverifiable")
    return [kind for kind in KINDS if kind in found]


def render(document: Document) -> Html:
    """Filter and cards, by account."""
    ordered = words.worst_first(document["resources"])
    found = [(resource, kinds) for resource in ordered if (kinds := kinds_of(resource))]
    if not found:
        return Html("")
    groups: dict[tuple[str, str], list[tuple[Document, list[str]]]] = {}
    for resource, kinds in found[:CARDS]:
        groups.setdefault((resource["service"], words.account(resource)), []).append((resource, kinds))
    parts = [_filter(groups, [kinds for _resource, kinds in found[:CARDS]])]
    parts.extend(_account(number, *names, group) for number, (names, group) in enumerate(groups.items()))
    parts.append(
        element(
            "div",
            element("p", "Nothing matches. "),
            element("button", "Show everything", type="button", id="clear"),
            class_="nothing",
            id="nothing",
            hidden=True,
        )
    )
    if len(found) > CARDS:
        left = words.counted(len(found) - CARDS, "more resource")
        parts.append(element("p", f"{left} left out of this page; the JSON report has all.", class_="soft"))
    return element("section", element("h2", "Resources", id="resources", tabindex="-1"), *parts)


def _filter(groups: dict[tuple[str, str], Any], kinds: Sequence[Sequence[str]]) -> Html:
    buttons = [_button("", "All", len(kinds), pressed=True)]
    for kind, label in KINDS.items():
        number = sum(kind in some for some in kinds)
        if number:
            buttons.append(_button(kind, label, number))
    services = list(dict.fromkeys(service for service, _account_name in groups))
    selects = []
    if len(services) > 1:
        choices = [(service, words.service(service)) for service in services]
        selects.append(_select("service", "All services", choices))
    if len(groups) > 1:
        choices = [(str(number), f"{words.service(names[0])} {names[1]}") for number, names in enumerate(groups)]
        selects.append(_select("account", "All accounts", choices))
    search = element(
        "label",
        element("span", "Search", class_="sr"),
        Html(
            '<input type="search" id="search" placeholder="Search names, fields and values" autocomplete="off"'
            ' spellcheck="false">'
        ),
    )
    return element(
        "div",
        search,
        *selects,
        element("div", *buttons, class_="kinds", role="group", aria_label="Kind of deviation"),
        element("p", class_="count", id="count", role="status"),
        id="filter",
        class_="filter",
        role="search",
        aria_label="Filter the resources",
        hidden=True,
    )


def _button(kind: str, label: str, number: int, pressed: bool = False) -> Html:
    return element(
        "button",
        label,
        element("b", f" {number:,}"),
        type="button",
        data_kind=kind,
        aria_pressed="true" if pressed else "false",
    )


def _select(name: str, first: str, choices: Iterable[tuple[str, str]]) -> Html:
    options = [element("option", first, value="")]
    options.extend(element("option", label, value=value) for value, label in choices)
    return element("select", *options, name=name, aria_label=first.replace("All ", "").rstrip("s").capitalize())


def _account(number: int, service: str, account: str, group: list[tuple[Document, list[str]]]) -> Html:
    hosts = list(dict.fromkeys(host for resource, _kinds in group for host in resource["hosts"]))
    known = group[0][0]["account_id"] is not None
    told = f" · {_some(hosts)}" if hosts and known else ""
    heading = element("h3", f"{words.service(service)} ", isolated(account), element("span", isolated(told)))
    cards = (card(resource, kinds, hosts) for resource, kinds in group)
    return element("section", heading, *cards, class_="account", data_account=str(number), data_service=service)


def _some(names: Sequence[str], limit: int = 6) -> str:
    more = f" and {len(names) - limit:,} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def card(resource: Document, kinds: Sequence[str], hosts: Sequence[str] = ()) -> Html:
    """One resource with its fields. hosts: those of its account, which need not be named again."""
    meta = [words.kind(resource["resource"])]
    if resource["id"] is not None:
        meta.append(f"id {resource['id']}")
    if words.where(resource):
        meta.append(words.where(resource))
    if len(hosts) > 1:
        meta.append(_some(resource["hosts"]))
    badges: list[str] = []
    for kind in kinds:
        badges.extend((element("span", KINDS[kind], class_=f"badge {kind}"), " "))
    head = element(
        "div",
        element("div", *named("h4", words.name(resource)), element("p", isolated(" · ".join(meta)))),
        element("p", *badges),
        class_="head",
    )
    fields = [_field(item) for item in resource["drift"]]
    if resource["unverifiable"]:
        names = ", ".join(resource["unverifiable"])
        fields.append(element("li", element("p", "Can't be compared: ", isolated(names), class_="all")))
    return element("article", head, element("ul", *fields, class_="fields"), class_="card", data_kinds=" ".join(kinds))


def _field(item: Document) -> Html:
    parts: list[str] = []
    if item["field"] is None:
        parts.append(element("p", _WHOLE[item["kind"]], class_="all"))
        place = "all"
    else:
        parts.append(element("div", *named("code", item["field"])))
        parts.append(_side("from", "Live", item["from"]))
        parts.append(element("span", "→", class_="arrow", aria_hidden="true"))
        parts.append(_side("to", "Declared", item["to"]))
        place = "wide"
    if item["waived"]:
        reason = item["waived"]["reason"]
        told = join(": ", isolated(reason)) if reason else Html("")
        parts.append(element("p", f"Waived until {item['waived']['until']}", told, class_=place))
    if item["corrected"]:
        parts.append(element("p", element("span", "Corrected in this run", class_="badge corrected"), class_=place))
    return element("li", *parts, class_="waived" if item["waived"] else None)


def _side(name: str, label: str, value: Any) -> Html:
    if value is None or value == "":
        text = element("span", "nothing" if value is None else "empty text", class_="value none")
    else:
        text = shown(words.value(value))
    return element("div", element("small", label), text, class_=f"side {name}")


def clean(document: Document) -> Html:
    """The names of what is as declared, folded."""
    found = [resource for resource in document["resources"] if resource["state"] == "clean"]
    if not found:
        return Html("")
    items = [element("li", *named("span", words.name(resource))) for resource in found[:_CLEAN]]
    if len(found) > _CLEAN:
        items.append(element("li", f"and {len(found) - _CLEAN:,} more", class_="soft"))
    return element(
        "section",
        element("h2", "As declared"),
        element(
            "details",
            element("summary", f"{words.counted(len(found), 'resource')} without drift"),
            element("ul", *items, class_="clean-list"),
            class_="panel",
        ),
    )
