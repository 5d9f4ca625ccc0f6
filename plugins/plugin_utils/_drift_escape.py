# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One escaper per format. Names and values come from APIs, so anything may stand in them.

What can't be seen or acts on the text around it (control characters, marks that turn the writing direction, lone
surrogates, odd blanks) is shown as `\\u202e` everywhere: it is no valid XML, it drives terminals, and a reader could
not tell such a name from another.
"""

from __future__ import annotations

import html as _html

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def code(char: str) -> str:
    """One character as its escape sequence."""
    number = ord(char)
    return _SHORT.get(char) or (f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}")


def visible(text: str, keep: str = "") -> str:
    """The text with each unprintable character, but those to keep, as its escape sequence."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else code(char) for char in text)


def shortened(text: str, limit: int) -> str:
    """The beginning of a long text, with a note of its length."""
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text):,} characters)"


def terminal(text: str) -> str:
    """For a line on a terminal: nothing in it moves the cursor, changes a colour or breaks the line."""
    return visible(text)


def xml_text(text: str) -> str:
    """For the content of an XML element."""
    return _xml(visible(text, keep="\n\t"))


def xml_attribute(text: str) -> str:
    """For an attribute's value in double quotes; a parser would make blanks of bare line breaks."""
    return _xml(visible(text, keep="\n\t")).replace("\n", "&#10;").replace("\t", "&#9;")


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def markdown(text: str) -> str:
    """As a code span, in which Markdown knows no images, links, mentions or HTML; also for a cell of a table."""
    if not text.strip(" "):
        return "*(empty)*" if not text else "*(blank)*"
    safe = visible(text).replace("`", "\\u0060").replace("|", "\\u007c")
    # A code span loses one blank at both ends where both are there.
    return f"` {safe} `" if safe[0] == " " == safe[-1] else f"`{safe}`"


def html(text: str, lines: bool = False) -> str:
    """For HTML text, with escape sequences marked as such. lines: line breaks and tabs stay."""
    if text.isprintable():
        return _html.escape(text)
    keep = "\n\t" if lines else ""
    return "".join(
        _html.escape(char) if char.isprintable() or char in keep else f'<i class="ch">{code(char)}</i>' for char in text
    )


def html_attribute(text: str) -> str:
    """For an HTML attribute's value in double quotes."""
    return _html.escape(visible(text))
