# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as JUnit XML, which CI servers show: a suite for each account, a test case for each resource."""

from __future__ import annotations

from collections.abc import Iterable

from . import _drift_words as words
from ._drift_document import Document
from ._drift_escape import shortened, xml_attribute, xml_text

#: Servers show these texts in lists and small panels; the whole is in the JSON report.
_LONG = 4000
_SHORT = 500


class _Suite:
    """Test cases, counted as the attributes of a suite want them."""

    def __init__(self, name: str, stamp: str) -> None:
        self._name, self._stamp = name, stamp
        self._cases: list[str] = []
        self.counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}

    def case(self, classname: str, name: str, *parts: str, counts: str | None = None) -> None:
        """Add a test case. parts: its elements, made by `_element`."""
        self.counts["tests"] += 1
        if counts:
            self.counts[counts] += 1
        head = f'    <testcase classname="{_attribute(classname)}" name="{_attribute(name)}" time="0"'
        self._cases.append(f"{head}>\n{''.join(parts)}    </testcase>\n" if parts else f"{head}/>\n")

    def render(self) -> str:
        counts = " ".join(f'{name}="{count}"' for name, count in self.counts.items())
        stamp = xml_attribute(self._stamp.rstrip("Z"))
        head = f'  <testsuite name="{_attribute(self._name)}" {counts} timestamp="{stamp}" time="0">\n'
        return f"{head}{''.join(self._cases)}  </testsuite>\n"


def _attribute(text: str) -> str:
    return xml_attribute(shortened(text, _SHORT))


def _element(name: str, text: str, message: str | None = None, kind: str | None = None) -> str:
    attributes = "" if message is None else f' message="{_attribute(message)}"'
    attributes += "" if kind is None else f' type="{_attribute(kind)}"'
    return f"      <{name}{attributes}>{xml_text(shortened(text, _LONG))}</{name}>\n"


def render(document: Document) -> str:
    """A drifted resource is a failure, a waived one is skipped; a failed or unknown audit is an error."""
    suites = list(_suites(document))
    total = {name: sum(suite.counts[name] for suite in suites) for name in ("tests", "failures", "errors", "skipped")}
    counts = " ".join(f'{name}="{count}"' for name, count in total.items())
    body = "".join(suite.render() for suite in suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="drift" {counts}>\n{body}</testsuites>\n'


def _suites(document: Document) -> Iterable[_Suite]:
    stamp = document["started"]
    if document["status"] != "complete":
        suite = _Suite("drift report", stamp)
        message = "The run has not finished, or was interrupted; nothing is known."
        suite.case("drift_report", "the run came to its end", _element("error", message, message), counts="errors")
        yield suite
        return
    found: dict[str, _Suite] = {}
    for resource in document["resources"]:
        name = f"{words.service(resource['service'])} {words.account(resource)}"
        if name not in found:
            found[name] = _Suite(name, stamp)
        _resource(found[name], resource)
    yield from found.values()
    if document["failures"] or document["unknown"]:
        suite = _Suite("audits without a result", stamp)
        for problem in (*document["failures"], *document["unknown"]):
            element = _element("error", problem["message"], problem["message"], problem["reason"])
            suite.case("drift_report", words.place(problem) or "the whole run", element, counts="errors")
        yield suite


def _resource(suite: _Suite, resource: Document) -> None:
    classname = f"{resource['service']}.{resource['resource']}"
    place = words.where(resource)
    name = words.name(resource) + (f" ({place})" if place else "")
    parts, counts = [], None
    lines = [_line(item) for item in resource["drift"]]
    message = words.counted(len(lines), "deviation")
    if resource["state"] == "drifted":
        counts = "failures"
        parts.append(_element("failure", "\n".join(lines), message, "drift"))
    elif resource["state"] == "waived":
        counts = "skipped"
        parts.append(_element("skipped", "\n".join(lines), f"{message}, waived"))
    if resource["unverifiable"]:
        parts.append(_element("system-out", f"Can't be compared: {', '.join(resource['unverifiable'])}"))
    suite.case(classname, name, *parts, counts=counts)


def _line(item: Document) -> str:
    sides = (words.value(item["from"]), words.value(item["to"]))
    live, declared = (shortened(side, _SHORT) for side in sides)
    text = item["kind"] if item["field"] is None else f"{item['field']}: {live} -> {declared}"
    if item["waived"]:
        reason = f" ({item['waived']['reason']})" if item["waived"]["reason"] else ""
        text += f", waived until {item['waived']['until']}{reason}"
    return f"{text}, corrected in this run" if item["corrected"] else text
