# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one line at the end of a run."""

from __future__ import annotations

from collections.abc import Iterable

from . import _drift_words as words
from ._drift_document import Document
from ._drift_escape import terminal


def render(document: Document, paths: Iterable[str]) -> str:
    """How many resources were audited, how many drifted, the verdict, and where the report is."""
    files = ", ".join(paths)
    where = f" Report: {files}" if files else ""
    return terminal(f"Drift report: {document['verdict']} ({words.summary(document)}).{where}")
