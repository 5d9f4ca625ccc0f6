# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one HTML page that needs nothing else: no server, no request, no link to anywhere."""

from __future__ import annotations

import base64
import hashlib

from . import _drift_html_overview as overview
from . import _drift_html_resources as resources
from . import _drift_words as words
from ._drift_document import Document
from ._drift_markup import Html, element
from ._drift_script import SCRIPT
from ._drift_style import STYLE


def render(document: Document) -> str:
    """The page. Only the style and the script whose hashes its policy names can take effect."""
    policy = (
        f"default-src 'none'; style-src '{_hash(STYLE)}'; script-src '{_hash(SCRIPT)}'; base-uri 'none';"
        " form-action 'none'"
    )
    head = (
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark">'),
        Html('<meta name="referrer" content="no-referrer">'),
        Html('<meta name="robots" content="noindex">'),
        element("title", f"Drift report: {words.headline(document)}"),
        Html(f"<style>{STYLE}</style>"),
    )
    cards = resources.render(document)
    body = (
        Html('<a class="skip" href="#resources">Skip to the resources</a>') if cards else Html(""),
        overview.header(document),
        element(
            "main",
            overview.attention(document),
            overview.totals(document),
            cards,
            overview.waivers(document),
            resources.clean(document),
        ),
        _footer(document),
        Html(f"<script>{SCRIPT}</script>"),
    )
    page = element("html", element("head", *head), element("body", *body), lang="en")
    return f"<!doctype html>\n{page}\n"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _footer(document: Document) -> Html:
    made = document["generator"]
    parts = [
        f"Run {document['run']}, {'check mode' if document['check_mode'] else 'not in check mode'},"
        f" started {document['started']}" + (f", finished {document['finished']}." if document["finished"] else "."),
        f"Made by {made['name']} {made['version']} on ansible-core {made['ansible']}.",
        "Secrets are not in this page: they are shown as (secret). Characters that can't be seen are shown as codes.",
    ]
    return element("footer", *(element("p", part) for part in parts))
