"""Rate limits: Phone.com's documented budgets as sliding windows, and an optional one for Caligraph.

Phone.com (its rate-limit page): 30 requests to one endpoint in 30 s per account, 360 to one endpoint in 30 s per
address, 120 to any endpoint in 60 s per account, 1440 to any endpoint in 60 s per address. An endpoint is taken to be
the path with its ids replaced, all methods together; `per_method` plays the other reading.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

from sandbox.wire import Json, Obj

PHONECOM_BUDGETS: tuple[tuple[str, int, float], ...] = (
    ("endpoint+account", 30, 30.0),
    ("endpoint+address", 360, 30.0),
    ("account", 120, 60.0),
    ("address", 1440, 60.0),
)
"""(what is counted, requests, window in seconds)"""


class BadLimits(ValueError):
    """Limits that make no sense."""


@dataclass(frozen=True)
class Refusal:
    """A budget is used up: its size, and the seconds until there is room."""

    limit: int
    wait: float


def _number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


class Limits:
    """The budgets and what was spent of them."""

    def __init__(self, mode: str = "documented") -> None:
        self._start_mode = mode
        self._spent: dict[tuple[str, ...], deque[float]] = {}
        self.reset()

    def reset(self) -> None:
        """Back to the mode of the start, nothing spent."""
        self.mode = self._start_mode
        self.window_scale = 1.0
        self.count_refused = False
        self.per_method = False
        self.caligraph: tuple[int, float] | None = None
        self._spent.clear()

    def show(self) -> Obj:
        """The setting as JSON data."""
        caligraph = {"limit": self.caligraph[0], "window": self.caligraph[1]} if self.caligraph else None
        return {
            "mode": self.mode,
            "window_scale": self.window_scale,
            "count_refused": self.count_refused,
            "per_method": self.per_method,
            "caligraph": caligraph,
        }

    def change(self, data: Json) -> None:
        """Set what `data` has; everything spent is forgotten."""
        if not isinstance(data, dict):
            raise BadLimits("limits are an object")
        unknown = set(data) - set(self.show())
        if unknown:
            raise BadLimits(f"unknown limit setting {sorted(unknown)[0]!r}; there are: {', '.join(self.show())}")
        new = {**self.show(), **data}
        if new["mode"] not in ("documented", "off"):
            raise BadLimits("mode is documented or off")
        if not _number(new["window_scale"]):
            raise BadLimits("window_scale is a number above 0")
        if not isinstance(new["count_refused"], bool) or not isinstance(new["per_method"], bool):
            raise BadLimits("count_refused and per_method are true or false")
        caligraph = new["caligraph"]
        if caligraph is not None:
            if not isinstance(caligraph, dict) or set(caligraph) != {"limit", "window"}:
                raise BadLimits("caligraph is null or {limit, window}")
            if not isinstance(caligraph["limit"], int) or not all(map(_number, caligraph.values())):
                raise BadLimits("limit and window of caligraph are numbers above 0")
        self.mode = new["mode"]
        self.window_scale = float(new["window_scale"])
        self.count_refused = new["count_refused"]
        self.per_method = new["per_method"]
        self.caligraph = (caligraph["limit"], float(caligraph["window"])) if caligraph else None
        self._spent.clear()

    def _budgets(
        self, service: str, method: str, template: str, account: str, address: str
    ) -> list[tuple[tuple[str, ...], int, float]]:
        if service == "caligraph":
            return [] if self.caligraph is None else [(("caligraph", account), *self.caligraph)]
        if self.mode == "off":
            return []
        endpoint = f"{method} {template}" if self.per_method else template
        keys = {
            "endpoint+account": (endpoint, account),
            "endpoint+address": (endpoint, address),
            "account": (account,),
            "address": (address,),
        }
        return [((what, *keys[what]), limit, window * self.window_scale) for what, limit, window in PHONECOM_BUDGETS]

    def spend(
        self, service: str, method: str, template: str, account: str | None, address: str, now: float | None = None
    ) -> Refusal | None:
        """Count one request, or say why it can't be: of several used-up budgets, the one with the longest wait."""
        now = time.monotonic() if now is None else now
        refusal: Refusal | None = None
        counted: list[deque[float]] = []
        for key, limit, window in self._budgets(service, method, template, account or "", address):
            spent = self._spent.setdefault(key, deque())
            while spent and spent[0] <= now - window:
                spent.popleft()
            if len(spent) >= limit:
                # With refused requests counted there can be more than `limit` in the window.
                wait = spent[len(spent) - limit] + window - now
                if refusal is None or wait > refusal.wait:
                    refusal = Refusal(limit, wait)
            counted.append(spent)
        if refusal is None or self.count_refused:
            for spent in counted:
                spent.append(now)
        return refusal
