# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone.com's documented limits as arithmetic: the least time requests take, and what a recorded run would take."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.limits import PHONECOM_BUDGETS, Limits

Log = Sequence[Mapping[str, Any]]


def least_seconds(log: Log, scale: float = 1.0) -> float:
    """The seconds between the first and the last request that the limits impose on these, however they are spread.

    With n requests under a limit of k in a window, the first k can go at once, the next k one window later, and so on.
    """
    counts: Counter[tuple[str, int, float, str, str]] = Counter()
    for entry in log:
        for name, limit, window in PHONECOM_BUDGETS:
            endpoint = entry["endpoint"] if "endpoint" in name else ""
            account = str(entry["account"]) if "account" in name else ""
            counts[name, limit, window, endpoint, account] += 1
    waits = [(math.ceil(count / key[1]) - 1) * key[2] * scale for key, count in counts.items()]
    return max(waits, default=0.0)


def within_limits(log: Log, seconds: float) -> float:
    """How long a run of so many seconds without limits would take under the documented ones, in the best case.

    Each request waits exactly until there is room for it, and what the client does between two requests takes as long
    as it did. For clients that send one request after the other.
    """
    limits = Limits("documented")
    phonecom = sorted((entry for entry in log if entry["service"] == "phonecom"), key=lambda entry: entry["monotonic"])
    waited = 0.0
    for entry in phonecom:
        while True:
            now = entry["monotonic"] + waited
            refusal = limits.spend("phonecom", entry["method"], entry["endpoint"], str(entry["account"]), "here", now)
            if refusal is None:
                break
            waited += refusal.wait + 1e-6
    return seconds + waited
