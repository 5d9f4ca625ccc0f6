# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making HTML so that no text gets in unescaped: what is not `Html` already is escaped on its way into an element."""

from __future__ import annotations

from . import _drift_escape as escape

#: A longer value is folded, so that one body doesn't fill the page.
_FOLDED = 300
#: A text within a line is cut here.
_LONG = 500
_LONG_NAME = 160
_FOLDED_LINES = 10
#: A value is cut here; the JSON report has the whole of it.
_LONGEST = 20_000


class Html(str):
    """Markup, as opposed to text."""


def join(*parts: str) -> Html:
    """Parts as one; text among them is escaped."""
    return Html("".join(part if isinstance(part, Html) else escape.html(part) for part in parts))


def element(tag: str, *parts: str, **attributes: str | bool | None) -> Html:
    """An element. An attribute that is None or False is left out; `class_` and `for_` lose their underscore."""
    made = []
    for name, value in attributes.items():
        name = name.rstrip("_").replace("_", "-")
        if value is True:
            made.append(f" {name}")
        elif value is not False and value is not None:
            made.append(f' {name}="{escape.html_attribute(value)}"')
    return Html(f"<{tag}{''.join(made)}>{join(*parts)}</{tag}>")


def isolated(text: str) -> Html:
    """A foreign text within a line: its writing direction ends where it ends, and it is cut if it is very long."""
    return element("bdi", escape.shortened(text, _LONG))


def named(tag: str, text: str) -> list[Html]:
    """A name as an element; a very long one is cut, and folded behind it stands the whole."""
    if len(text) <= _LONG_NAME:
        return [element(tag, element("bdi", text))]
    cut = escape.shortened(text, _LONGEST)
    whole = element("details", element("summary", f"all {len(text):,} characters"), element("bdi", cut))
    return [element(tag, element("bdi", text[:_LONG_NAME]), "..."), whole]


def shown(text: str) -> Html:
    """A field's value as a block, lines kept; a long one is folded."""
    cut = escape.shortened(text, _LONGEST)
    if len(cut) <= _FOLDED and cut.count("\n") < _FOLDED_LINES:
        return Html(f'<bdi class="value">{escape.html(cut, lines=True)}</bdi>')
    start = "\n".join(cut[:_FOLDED].split("\n")[:3])[:120].rstrip()
    more = element("span", f"show all {len(text):,} characters")
    summary = Html(f"<summary><bdi>{escape.html(start, lines=True)}</bdi>... {more}</summary>")
    return Html(f'<details class="value">{summary}<bdi>{escape.html(cut, lines=True)}</bdi></details>')
