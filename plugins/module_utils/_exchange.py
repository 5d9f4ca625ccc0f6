# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request and its answer, as data."""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from ._errors import ApiError

#: An answer that is nested more deeply is none of these APIs'.
MAX_DEPTH = 100


@dataclass(frozen=True)
class Request:
    """One request. path: its parts, not yet encoded, below the base URL. endpoint: the path with its ids replaced.

    repeatable: whether it may be sent again after it may have been carried out.
    """

    method: str
    path: tuple[str, ...]
    endpoint: str
    query: tuple[tuple[str, Any], ...] = ()
    payload: Any | None = None
    repeatable: bool = True

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}"


@dataclass(frozen=True)
class Answer:
    """One whole answer. data: the parsed JSON, or None where the body is no JSON (`text` then has it)."""

    status: int
    headers: Mapping[str, str]
    text: str
    data: Any
    is_json: bool


class Dialect(Protocol):
    """How one service speaks of errors."""

    def error(self, request: Request, answer: Answer) -> ApiError:
        """The error of an answer with a status of 400 or more."""

    def retry_after(self, answer: Answer) -> float | None:
        """The seconds to wait that the body of a 429 names, or None."""


def answered(status: int, headers: Mapping[str, str], text: str) -> Answer:
    """A whole answer, its JSON parsed where it is some that can be used."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return Answer(status, headers, text, None, False)
    # What is deeper would end in an exception somewhere else: in a comparison, in Ansible, in a callback.
    return Answer(status, headers, text, data, True) if _is_flat(data) else Answer(status, headers, text, None, False)


def _is_flat(data: Any) -> bool:
    """Whether a JSON value is nested as little as Python, and who gets the result, can follow."""
    level = [data]
    for _depth in range(MAX_DEPTH):
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return True
    return False


def retry_after_header(value: str | None) -> float | None:
    """The seconds of a Retry-After header, which may be a number or an HTTP date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    try:
        return float(value)
    except ValueError:
        pass
    try:
        return email.utils.parsedate_to_datetime(value).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def redirect_host(location: str) -> str:
    """Where a redirect leads, without the rest of its URL, which may hold anything."""
    try:
        return urlsplit(location).hostname or "no host"
    except ValueError:
        return "no valid URL"
