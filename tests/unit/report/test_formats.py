# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JUnit XML, Markdown and the line at the end of a run, as their readers see them."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from markdown_it import MarkdownIt

from ansible_collections.commops.events.plugins.plugin_utils import _drift_junit, _drift_markdown, _drift_summary
from ansible_collections.commops.events.plugins.plugin_utils._drift_document import Document, Run, running
from support.reports import ACCOUNT, HOSTILE, drift, hostile_report, many_report, operation, plural, report, seen

RENDERER = MarkdownIt("commonmark", {"html": True}).enable("table")


def mixed_report() -> Document:
    found = [
        drift("different", "Desk", "support_email", "old@example.org", None, id=1),
        drift("different", "Desk", "name", "Desc", "Desk", id=1),
        drift("missing", "Night"),
        drift("different", "Fair", "support_email", "a@example.org", "b@example.org", id=3),
        drift("unverifiable", "Plain", "secret_headers.X-Auth", id=4),
    ]
    operations = [operation("Desk", "updated", 1), operation("Night", "created"), operation("Fair", "updated", 3)]
    return report(
        seen(plural([*operations, operation("Plain", id=4), operation("Hook", id=5, scope="extension 101")], found)),
        seen({"msg": "Phone.com refused."}, "failed", host="globex"),
        seen({}, "skipped", host="globex", task="Audit the webhooks"),
        accepted=[{"resource": "event_profile", "key": "Fair", "until": "2030-12-31", "reason": "fair"}, {}],
    )


def cases(document: Document) -> dict[str, ElementTree.Element]:
    """The test cases by their names; checks that all counts are right."""
    root = ElementTree.fromstring(_drift_junit.render(document).encode())
    assert root.tag == "testsuites"
    found: dict[str, ElementTree.Element] = {}
    tags = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    for part in (root, *root.iter("testsuite")):
        assert int(part.get("tests", "")) == len(list(part.iter("testcase")))
        for name, tag in tags.items():
            assert int(part.get(name, "")) == len(list(part.iter(tag))), name
    for case in root.iter("testcase"):
        assert len(case) <= 2
        found[str(case.get("name"))] = case
    return found


def test_junit_has_a_case_for_each_resource() -> None:
    found = cases(mixed_report())
    assert set(found) == {
        *("Desk", "Night", "Fair", "Plain", "Hook (extension 101)", "globex: Audit", "globex: Audit the webhooks")
    }
    assert found["Desk"].get("classname") == "phonecom.event_profile"
    failure = found["Desk"].find("failure")
    assert failure is not None
    assert failure.get("message") == "2 deviations"
    assert failure.text == "support_email: old@example.org -> null\nname: Desc -> Desk"
    skipped = found["Fair"].find("skipped")
    assert skipped is not None
    assert skipped.text == "support_email: a@example.org -> b@example.org, waived until 2030-12-31 (fair)"
    assert [child.tag for child in found["Plain"]] == ["system-out"]
    assert len(found["Hook (extension 101)"]) == 0


def test_junit_has_no_green_for_what_nobody_knows() -> None:
    found = cases(mixed_report())
    for name, kind in (("globex: Audit", "failed"), ("globex: Audit the webhooks", "skipped")):
        error = found[name].find("error")
        assert error is not None
        assert error.get("type") == kind
    assert [case.find("error") is None for case in cases(report()).values()] == [False]
    assert [case.find("error") is None for case in cases(running(Run("0.1.0", "2.19.0"))).values()] == [False]


def test_junit_suites_are_accounts() -> None:
    root = ElementTree.fromstring(_drift_junit.render(mixed_report()))
    names = [suite.get("name") for suite in root.iter("testsuite")]
    assert names == [f"Phone.com {ACCOUNT}", "audits without a result"]


def test_junit_takes_hostile_texts() -> None:
    root = ElementTree.fromstring(_drift_junit.render(hostile_report()).encode())
    text = "".join(root.itertext())
    assert "<script>document.title = 'owned'</script>" in text
    assert "\\u001b[31m" in text
    assert {element.tag for element in root.iter()} == {
        *("testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out")
    }
    assert all(len(value) < 700 for element in root.iter() for value in element.attrib.values())


def visible(source: str) -> str:
    """The text of Markdown, code and all."""
    tokens = [child for token in RENDERER.parse(source) for child in (token.children or [token])]
    return " ".join(token.content for token in tokens if token.content)


def test_markdown_says_what_is_wrong() -> None:
    source = _drift_markdown.render(mixed_report())
    assert source.startswith("## ❌ 1 audit failed\n")
    text = visible(source)
    for piece in (
        *("globex: Audit", "Phone.com refused.", "The task was skipped.", "until must be given", ACCOUNT),
        *("support_email", "old@example.org", "different", "missing", "waived until 2030-12-31", "fair"),
        "1 resource had fields that can't be compared.",
    ):
        assert piece in text, piece
    assert "Hook" not in text


def test_markdown_of_good_and_of_unfinished_runs() -> None:
    good = _drift_markdown.render(report(seen(plural([operation("Desk")]))))
    assert good.startswith(
        "## ✅ Everything is as declared\n\nVerdict **clean**: 1 resource audited on 1 host, 0 drifted."
    )
    unfinished = _drift_markdown.render(running(Run("0.1.0", "2.19.0")))
    assert unfinished.startswith("## ⏳ The audit has not finished\n")
    assert "Verdict" not in unfinished


def test_markdown_stays_short() -> None:
    source = _drift_markdown.render(many_report())
    assert "- and 4,900 more resources" in source
    assert len(source) < 60_000
    fields = [drift("different", "Desk", f"headers.X-{number}", 1, 2) for number in range(50)]
    assert "  - and 30 more" in _drift_markdown.render(report(seen(plural([operation("Desk", "updated")], fields))))
    failed = [seen({"msg": "no"}, "failed", task=f"Task {number}") for number in range(60)]
    assert "- and 10 more" in _drift_markdown.render(report(*failed))


def test_markdown_takes_hostile_texts() -> None:
    source = _drift_markdown.render(hostile_report())
    tokens = [item for token in RENDERER.parse(source) for item in (token, *(token.children or ()))]
    kinds = {token.type for token in tokens}
    assert not {"image", "link_open", "html_inline", "html_block", "fence", "blockquote_open", "hr"} & kinds
    # Headings are ours, and what stands outside of code is our text.
    foreign = [text for text in HOSTILE if len(text) > 1]
    for token in tokens:
        if token.type == "text":
            assert not any(text[:12] in token.content for text in foreign), token.content
    headings = [tokens[index + 1].content for index, token in enumerate(tokens) if token.type == "heading_open"]
    assert headings == ["❌ 14 audits failed", "Failed", "Drift", "Waived"]


def test_the_last_line_says_how_many_and_where() -> None:
    line = _drift_summary.render(mixed_report(), ["out/drift.html", "out/drift.json"])
    assert line == (
        "Drift report: failed (5 resources audited on 1 host, 2 drifted, 1 waived, 1 failed, 1 unknown)."
        " Report: out/drift.html, out/drift.json"
    )
    assert _drift_summary.render(report(seen(plural([operation("Desk")]))), []) == (
        "Drift report: clean (1 resource audited on 1 host, 0 drifted)."
    )


def test_the_last_line_is_one_line_whatever_the_path() -> None:
    for path in HOSTILE:
        line = _drift_summary.render(report(), [path])
        assert line.isprintable()


def test_a_resource_without_a_name_is_called_by_its_task() -> None:
    unnamed: Any = seen({"operation": "unchanged", "drift": []}, module="phonecom_event_profile", item=2)
    assert list(cases(report(unnamed))) == ["Audit (item 2)"]
    number = plural([operation(5, "updated")], [drift("different", 5, "name", 5, {"a": "ä"})])
    assert 'name: 5 -> {"a": "ä"}' in "".join(cases(report(seen(number)))["5"].itertext())


def test_what_this_run_corrected_is_said() -> None:
    live = seen(plural([operation("Desk", "updated", 1)], [drift("missing", "Desk")]), check=False)
    for render in (_drift_junit.render, _drift_markdown.render):
        assert "corrected in this run" in render(report(live))
