# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of Caligraph's webhook actions: what is right, and when two of them mean the same."""

from __future__ import annotations

import difflib
import json
import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from ._secrets import PLACEHOLDERS as MASKS
from ._values import ABSENT, Given, listed, quoted, same

#: The events that an action can hang on, as the vendor's API lists them; the last five are older names.
ANCHORS = (
    "BOOKING_CREATED",
    "BOOKING_RESCHEDULED",
    "BOOKING_CANCELLED",
    "BOOKING_RESCHEDULED_BY_OWNER",
    "BOOKING_RESCHEDULED_BY_BOOKER",
    "BOOKING_CANCELLED_BY_OWNER",
    "BOOKING_CANCELLED_BY_BOOKER",
    "BOOKING_ACCEPTED",
    "BOOKING_REJECTED",
    "BOOKING_STARTS",
    "BOOKING_ENDS",
    "NO_SHOW",
    "booked",
    "rescheduled",
    "cancelled",
    "start",
    "end",
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

#: Codes that every booking page knows; a page's form can define more.
PLACEHOLDERS = frozenset(
    (
        *("START", "START-ISO", "START-LOCAL-DATE", "START-LOCAL-TIME", "END", "END-ISO", "END-LOCAL-DATE"),
        *("END-LOCAL-TIME", "DURATION", "TIMEZONE", "ID", "REF", "RESCHEDULE-LINK", "CANCEL-LINK"),
        *("CANCELLATION-REASON", "FNAME", "LNAME", "EMAIL", "BOOKING-TITLE", "TEAM-NAME"),
    )
)
_PLACEHOLDER = re.compile(r"\{([A-Z0-9_-]+)\}")
#: How JSON begins. A text can begin with a bracket too, [New] or [{FNAME}].
_JSON = re.compile(r"""\s*(?:\{|\[\s*(?:["\[{\]\d-]|$|(?:true|false|null|NaN|Infinity)\b))""")


def near_miss(value: str, known: Any) -> str:
    """A hint at the known value that was most likely meant, or an empty text."""
    folded = {name.upper().replace("-", "_"): name for name in known}
    found = difflib.get_close_matches(value.upper().replace("-", "_"), folded, n=1, cutoff=0.8)
    return f" Did you mean {folded[found[0]]}?" if found else ""


def anchor_problem(value: Any) -> str | None:
    """What is wrong with an anchor, or None."""
    if value in ANCHORS:
        return None
    text = value if isinstance(value, str) else quoted(value)
    return f"{text} is no known anchor.{near_miss(text, ANCHORS) or f' Known are {listed(ANCHORS[:-5])}.'}"


def anchor(value: str, given: Given) -> str:
    """Normaliser of `anchor`. Raises ValueError."""
    if given.get("validate_anchor") is not False:
        problem = anchor_problem(value)
        if problem:
            raise ValueError(f"{problem} If it is new, set validate_anchor: false.")
    return value


def title(value: str, given: Given) -> str:
    """Normaliser of `title`. Raises ValueError."""
    if not value.strip():
        raise ValueError("must not be blank.")
    return value


def url(value: str, given: Given) -> str:
    """Normaliser of `url`: an absolute http(s) URL. Raises ValueError, without the value, which may hold a secret."""
    problem = "is no URL of the form https://HOST/PATH"
    if any(char.isspace() or not char.isprintable() for char in value):
        raise ValueError("must not hold blanks, line breaks or control characters.")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValueError(f"{problem}.") from None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError(f"{problem}; it needs http:// or https:// and a host.")
    if "(secret" in value or "********" in value or "$REDACTED$" in value:
        raise ValueError("holds what stands for a masked value, not the value itself; leave url out to keep it.")
    return value


def body(value: Any, given: Given) -> str:
    """Normaliser of `body`: a text as it is, anything else as JSON text. Raises ValueError for broken JSON."""
    try:
        if not isinstance(value, str):
            return json.dumps(value, ensure_ascii=False, allow_nan=False)
        _check_text(value)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"looks like JSON but is broken at {place}; write it as a mapping, or correct it.") from None
    except RecursionError:
        raise ValueError("is nested too deeply.") from None
    return value


def _check_text(text: str) -> None:
    if text in MASKS:
        raise ValueError("is what stands for a masked value, not the value itself; leave body out to keep it.")
    # A placeholder without quotes, {"minutes": {DURATION}}, becomes JSON only when the value is filled in.
    if _JSON.match(_PLACEHOLDER.sub("x", text)):
        json.loads(_PLACEHOLDER.sub("1", text), parse_constant=_refuse, parse_int=str, parse_float=str)


def same_body(left: Any, right: Any) -> bool:
    """Whether two bodies mean the same: as JSON where both are JSON, else to the letter. None is an empty body."""
    left, right = left or "", right or ""
    if left == right:
        return True
    parsed_left, parsed_right = _parsed(left), _parsed(right)
    try:
        return parsed_left is not ABSENT and parsed_right is not ABSENT and same(parsed_left, parsed_right)
    except RecursionError:
        return False


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_refuse, parse_float=Decimal)
    except (ValueError, TypeError, RecursionError, ArithmeticError):
        return ABSENT


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key that stands twice has no one meaning")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def unknown_placeholders(text: str) -> list[str]:
    """Warnings about codes that no page is known to have: they may be typos, or the page's own."""
    unknown = sorted(set(_PLACEHOLDER.findall(text)) - PLACEHOLDERS)
    return [
        f"body: {{{code}}} is no placeholder that every booking page knows.{near_miss(code, PLACEHOLDERS)}"
        for code in unknown
    ]
