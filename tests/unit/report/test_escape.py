# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One escaper per format, fuzzed: whatever stands in a text, it stays a text and can be seen."""

from __future__ import annotations

import html
import unicodedata
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ansible_collections.commops.events.plugins.plugin_utils import _drift_escape as escape
from support.reports import HOSTILE

QUICK = settings(max_examples=300, deadline=None, database=None)
#: Text of all kinds, lone surrogates among them, with what the formats know of over-represented.
NASTY = st.text(
    st.characters()
    | st.characters(categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp"])
    | st.sampled_from("<>&\"'`|\\[]()!@#*_~-=+\n\r\t\x1b\x00 :/.{}%$^"),
    max_size=40,
) | st.sampled_from(HOSTILE)


def harmless(text: str) -> bool:
    """Whether a text has no character that acts on a terminal or on the text around it."""
    return all(unicodedata.category(char)[0] != "C" and unicodedata.category(char) not in ("Zl", "Zp") for char in text)


@QUICK
@given(NASTY)
def test_a_terminal_gets_one_harmless_line(text: str) -> None:
    line = escape.terminal(text)
    assert harmless(line)
    assert len(line.splitlines()) <= 1
    line.encode("utf-8")


@QUICK
@given(NASTY)
def test_xml_stays_well_formed_and_holds_the_text(text: str) -> None:
    source = f'<?xml version="1.0"?><a b="{escape.xml_attribute(text)}">{escape.xml_text(text)}</a>'
    element = ElementTree.fromstring(source.encode("utf-8"))
    assert (element.text or "") == element.get("b") == escape.visible(text, keep="\n\t")
    assert len(element) == 0


#: As forges show Markdown: tables, bare links, HTML.
RENDERER = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")


@QUICK
@given(NASTY, NASTY)
@example("`", "``\\")
@example("\\|", "| a |")
@example("$`", "`$")
def test_markdown_shows_code_and_nothing_else(first: str, second: str) -> None:
    one, two = escape.markdown(first), escape.markdown(second)
    source = f"- {one}: {two}\n\n| a | b |\n|---|---|\n| {one} | {two} |\n"
    kinds, texts = [], []
    for token in RENDERER.parse(source):
        kinds.append(token.type)
        for child in token.children or ():
            kinds.append(child.type)
            if child.type == "code_inline":
                texts.append(child.content)
            elif child.type == "text":
                assert child.content in (": ", "", "(empty)", "(blank)", "a", "b"), child.content
    assert not {"image", "link_open", "html_inline", "html_block", "fence", "heading_open", "softbreak"} & set(kinds)
    assert (kinds.count("td_open"), kinds.count("list_item_open")) == (2, 1)
    assert all(map(harmless, texts))
    assert not any("`" in text or "|" in text for text in texts)
    assert len(texts) == 2 * sum(bool(text.strip(" ")) for text in (first, second))


class Parsed(HTMLParser):
    """The text and the tags of a piece of HTML."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@QUICK
@given(NASTY)
def test_html_has_no_tags_but_our_own(text: str) -> None:
    parsed = Parsed(f'<p title="{escape.html_attribute(text)}">{escape.html(text)}</p>')
    assert parsed.tags[0] == ("p", {"title": escape.visible(text)})
    assert all(tag == ("i", {"class": "ch"}) for tag in parsed.tags[1:])
    assert parsed.text == escape.visible(text)
    assert harmless(parsed.text)
    assert Parsed(escape.html(text, lines=True)).text == escape.visible(text, keep="\n\t")


@QUICK
@given(NASTY)
def test_texts_that_differ_look_different(text: str) -> None:
    assert escape.visible(text + "\u200b") != escape.visible(text)
    assert html.unescape(escape.html_attribute(text)) == escape.visible(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain äöü 日本語 🎉", "plain äöü 日本語 🎉"),
        ("\x1b[31m", "\\u001b[31m"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\u202e", "\\u202e"),
        ("\u00a0", "\\u00a0"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_can_not_be_seen_is_shown_as_a_code(text: str, shown: str) -> None:
    assert escape.visible(text) == escape.terminal(text) == shown
    assert escape.markdown(text) == f"`{shown}`"


def test_long_texts_are_cut_with_their_length() -> None:
    assert escape.shortened("x" * 10, 10) == "x" * 10
    assert escape.shortened("x" * 12_345, 10) == "x" * 10 + "... (12,345 characters)"
