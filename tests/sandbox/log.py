"""The request log: what was asked and what was answered, without any credential."""

from __future__ import annotations

import time
from collections import deque
from itertools import islice
from typing import Any
from weakref import WeakKeyDictionary

from sandbox.wire import NOTHING, Call, NotJson, Obj, Target

KEPT = 100_000
"""Entries that are kept; older ones go."""
TEXT_KEPT = 2_000
"""Characters of a body that is no JSON."""


class Log:
    """Entries in the order of arrival. An entry's `status` is null until it is answered."""

    def __init__(self) -> None:
        self.entries: deque[Obj] = deque(maxlen=KEPT)
        self.last = 0
        self._connections: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
        self._connection_count = 0

    def clear(self) -> None:
        """Forget all entries. Numbers go on, so that `since` keeps its meaning."""
        self.entries.clear()

    def connection(self, transport: Any) -> int:
        """The number of the connection that a request came over, counted from 1 over the server's life."""
        if transport is None:
            return 0
        number = self._connections.get(transport)
        if number is None:
            self._connection_count += 1
            number = self._connections[transport] = self._connection_count
        return number

    def begin(self, call: Call, target: Target, service: str, transport: Any) -> Obj:
        """Write down a request that has arrived. The caller fills in how it ended."""
        self.last += 1
        entry: Obj = {
            "seq": self.last,
            "time": time.time(),
            "monotonic": time.monotonic(),
            "method": call.method,
            "path": call.path,
            "query": call.query,
            "service": service,
            "account": target.account,
            "endpoint": target.template,
            "auth": target.auth,
            "status": None,
            "body": None,
            "connection": self.connection(transport),
            "user_agent": call.headers.get("User-Agent"),
            "fault": None,
            "rivals": 0,
            "limited": False,
            "client_gone": False,
            "seconds": None,
        }
        try:
            body = call.json()
            entry["body"] = None if body is NOTHING else body
        except NotJson:
            entry["body_text"] = call.raw[:TEXT_KEPT].decode("utf-8", "replace")
        self.entries.append(entry)
        return entry

    def since(self, seq: int) -> list[Obj]:
        """The entries whose number is above `seq`."""
        if not self.entries:
            return []
        first: int = self.entries[0]["seq"]
        return list(islice(self.entries, max(0, seq - first + 1), None))
