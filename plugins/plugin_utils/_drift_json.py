# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as JSON, for programs."""

from __future__ import annotations

import json

from ._drift_document import Document


def render(document: Document) -> str:
    """ASCII only: lone surrogates and terminal escapes stand there as escape sequences of JSON."""
    return json.dumps(document, indent=1, ensure_ascii=True) + "\n"
