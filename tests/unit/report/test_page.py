# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML page by its source: what stands in it, its policy, its colours. A browser's view is in test_browser.py."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.plugin_utils import _drift_html
from ansible_collections.commops.events.plugins.plugin_utils._drift_document import Document, Run, running
from ansible_collections.commops.events.plugins.plugin_utils._drift_escape import visible
from ansible_collections.commops.events.plugins.plugin_utils._drift_style import STYLE
from support.reports import HOSTILE, drift, hostile_report, many_report, operation, plural, report, seen

VOID = {"meta", "input", "br", "path", "circle", "rect"}


class Page(HTMLParser):
    """A page as its tags, attributes and text; fails on tags that do not fit together."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.source = _drift_html.render(document)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.inline: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(self.source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("style", "script"):
            assert self._open[-1] not in self.inline
            self.inline[self._open[-1]] = data
        else:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def small_report(**more: Any) -> Document:
    found = [
        drift("different", "Desk", "support_email", "old@example.org", None, id=1),
        drift("missing", "Night"),
        drift("unexpected", "Old hotline", id=3),
        drift("different", "Fair", "support_email", "a@example.org", "(secret, new value)", id=4),
        drift("unverifiable", "Plain", "secret_headers.X-Auth", id=5),
    ]
    operations = [
        *(operation(item["key"], "updated", item["id"]) for item in found[:4]),
        *(operation("Plain", id=5), operation("Fine", id=6)),
    ]
    waiver = {"resource": "event_profile", "key": "Fair", "until": "2030-12-31", "reason": "until the fair is over"}
    return report(seen(plural(operations, found)), accepted=[waiver], **more)


def test_the_page_tells_what_drifted() -> None:
    page = Page(small_report())
    for piece in (
        *("3 of 6 resources have drifted", "support_email", "old@example.org", "nothing", "(secret, new value)"),
        *("Declared, but not there.", "There, but not declared.", "Can't be compared: secret_headers.X-Auth"),
        *("Waived until 2030-12-31: until the fair is over", "Phone.com 1000002", "2 resources without drift", "Fine"),
    ):
        assert piece in page.text, piece
    kinds = [card["data-kinds"] for card in page.all("article")]
    assert kinds == ["different", "missing", "unexpected", "waived", "unverifiable"]


def test_each_verdict_has_its_headline() -> None:
    fine = seen(plural([operation("Desk")]))
    headlines = {
        "Everything is as declared": report(fine),
        "1 audit failed": report(fine, seen({"msg": "Phone.com refused."}, "failed")),
        "The audit is incomplete": report(fine, seen({}, "skipped", host="globex", task="Audit the webhooks")),
        "The audit has not finished": running(Run("0.1.0", "2.19.0")),
    }
    for headline, document in headlines.items():
        page = Page(document)
        assert f"Drift report: {headline}" in page.text
        assert document["status"] == "running" or "Audited" in page.text
    assert "Phone.com refused." in Page(headlines_of(headlines, "failed")).text
    assert "globex: Audit the webhooks" in Page(headlines_of(headlines, "incomplete")).text


def headlines_of(headlines: dict[str, Document], word: str) -> Document:
    return next(document for headline, document in headlines.items() if word in headline)


@pytest.mark.parametrize("document", [small_report(), hostile_report(), report(), running(Run("0.1.0", "2.19.0"))])
def test_the_policy_allows_this_style_and_this_script_only(document: Document) -> None:
    page = Page(document)
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv"))
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules.pop("default-src") == rules.pop("base-uri") == rules.pop("form-action") == "'none'"
    for name in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.inline[name].encode()).digest()).decode()
        assert rules.pop(f"{name}-src") == f"'sha256-{digest}'"
    assert rules == {}
    # The policy comes before anything that it rules.
    assert [tag for tag, _attributes in page.tags[:4]] == ["html", "head", "meta", "meta"]


@pytest.mark.parametrize("document", [small_report(), hostile_report()])
def test_nothing_is_loaded_linked_or_run_from_attributes(document: Document) -> None:
    page = Page(document)
    assert {tag for tag, _attributes in page.tags} <= {
        *(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "a",
            "header",
            "main",
            "footer",
            "section",
            "article",
            "div",
        ),
        *("h1", "h2", "h3", "h4", "p", "ul", "li", "dl", "dt", "dd", "span", "strong", "small", "b", "i", "br", "bdi"),
        *("code", "table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "label", "input"),
        *("select", "option", "button", "svg", "path", "rect", "circle", "script"),
    }
    names = {name for _tag, attributes in page.tags for name in attributes}
    assert not {name for name in names if name.startswith("on")} | ({"style", "src", "action", "srcdoc"} & names)
    assert [attributes["href"] for _tag, attributes in page.tags if "href" in attributes] == ["#resources"]
    assert "url(" not in page.inline["style"]
    assert "@import" not in page.inline["style"]
    assert not re.search(
        r"innerHTML|insertAdjacentHTML|document\.write|eval|fetch|XMLHttp|import\b", page.inline["script"]
    )


def test_hostile_texts_are_texts() -> None:
    page = Page(hostile_report())
    for text in HOSTILE:
        assert visible(text, keep="\n\t")[:100] in page.text or visible(text)[:100] in page.text, text
    assert len(page.all("script")) == len(page.all("style")) == len(page.all("title")) == 1


TEXT = st.text(st.characters() | st.sampled_from("<>&\"'/=`-!"), max_size=30) | st.sampled_from(HOSTILE)


@settings(max_examples=60, deadline=None, database=None)
@given(TEXT, TEXT, TEXT)
def test_any_text_leaves_the_page_as_it_is(first: str, second: str, third: str) -> None:
    found = [drift("different", first, second, third, {second: first}, account_id=third, scope=second)]
    result = plural([operation(first, "updated")], found)
    failed = seen({"msg": third}, "failed", host=second, task=first)
    page = Page(report(seen(result, host=second, task=third), failed, seen({}, "skipped", host=first)))
    plain = Page(report(seen(plural([operation("a", "updated")], [drift("different", "a", "b", "c", {"b": "a"})]))))
    assert {tag for tag, _attributes in page.tags} <= {tag for tag, _attributes in plain.tags} | {
        "i",
        "strong",
        "br",
        "details",
        "summary",
    }
    assert page.inline == plain.inline


def test_long_values_are_folded_and_very_long_ones_cut() -> None:
    long = "x" * 50_000
    found = [drift("different", long, long, "line\n" * 30, long)]
    page = Page(report(seen(plural([operation(long, "updated")], found))))
    assert len(page.source) < 150_000
    assert "(50,000 characters)" in page.text
    assert len(page.all("details")) == 4


def test_a_page_has_an_end() -> None:
    source = _drift_html.render(many_report(101, 100))
    assert source.count("<article") == 10_000
    assert "100 more resources left out of this page" in source
    assert "10,100 of 10,100 resources have drifted" in source


def test_the_page_can_be_read_without_eyes_or_colours() -> None:
    page = Page(small_report())
    (html,) = page.all("html")
    assert html["lang"] == "en"
    assert [len(page.all(tag)) for tag in ("h1", "main", "header", "footer")] == [1, 1, 1, 1]
    assert len(page.all("caption")) == len(page.all("table")) == 3
    assert all(cell.get("scope") in ("col", "row") for cell in page.all("th"))
    assert all(drawing.get("aria-hidden") == "true" or "viewbox" in drawing for drawing in page.all("svg"))
    ids = [attributes["id"] for _tag, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    # A badge says in words what its colour says.
    for word in ("Different", "Missing", "Unexpected", "Waived", "Not comparable"):
        assert word in page.text
    assert "Verdict drift" in page.text
    assert {"prefers-reduced-motion", "prefers-color-scheme", "forced-colors"} <= set(re.findall(r"\(([a-z-]+)", STYLE))


def _luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_have_contrast(scheme: int) -> None:
    """4.5:1, as WCAG AA wants it for text."""
    blocks = re.findall(r":root \{([^}]*--page[^}]*--calm-tint[^}]*)\}", STYLE)
    assert len(blocks) == 2
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[scheme]))
    pairs = [(ink, ground) for ink in ("ink", "soft", "accent") for ground in ("page", "card")]
    pairs += [(tone, f"{tone}-tint") for tone in ("good", "warn", "bad", "odd", "calm")]
    pairs += [("ink", f"{tone}-tint") for tone in ("good", "bad", "calm")]
    pairs += [(tone, "card") for tone in ("warn", "bad", "odd")]
    pairs += [("soft", "calm-tint"), ("accent", "bad-tint"), ("accent", "good-tint"), ("odd", "card")]
    for ink, ground in pairs:
        light, dark = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)
