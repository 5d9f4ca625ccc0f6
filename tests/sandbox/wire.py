"""What passes between the HTTP server and the two services: calls, answers, errors and routes.

The services never see the web framework: they turn a `Call` into an `Answer` in one synchronous step, so that every
effect is atomic and a fault can be put before or after it.
"""

from __future__ import annotations

import email.utils
import json
import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = Any
Obj = dict[str, Any]


SECRET_HEADER = re.compile(r"authorization|api-?key|token|secret|password|cookie", re.IGNORECASE)
"""Header names "like Authorization or X-Api-Key" (Phone.com's page names these two only)."""


class _Nothing:
    """Marks an absent body, which is not the same as JSON null."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = _Nothing()


class NotJson(Exception):
    """The request's body is no JSON text."""


class ApiError(Exception):
    """A refusal. Each service writes it in its own error format."""

    def __init__(self, status: int, message: str, *, code: str = "", messages: list[str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.messages = messages or []
        self.headers: dict[str, str] = {}


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")


@dataclass
class Call:
    """One API request as a service sees it. `segments` are the decoded parts of the path, the version left out."""

    method: str
    path: str
    segments: tuple[str, ...]
    query: dict[str, str]
    headers: Mapping[str, str]
    raw: bytes
    remote: str

    def json(self) -> Json:
        """The parsed body, `NOTHING` if there is none."""
        if not self.raw:
            return NOTHING
        try:
            return json.loads(self.raw, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise NotJson(str(error)) from error


@dataclass
class Answer:
    """What goes back: a status, a JSON payload (or `NOTHING`) and extra headers."""

    status: int
    payload: Json = NOTHING
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """The payload as JSON text; ASCII only, so that a lone surrogate of a hostile name can be sent."""
        if self.payload is NOTHING:
            return b""
        return json.dumps(self.payload).encode("ascii")


def retry_after_headers(wait: float, form: str) -> dict[str, str]:
    """The HTTP header that announces a wait of `wait` seconds, in the wanted form (none for `body` and `none`)."""
    seconds = max(1, math.ceil(wait))
    if form in ("header", "both"):
        return {"Retry-After": str(seconds)}
    if form == "date":
        return {"Retry-After": email.utils.formatdate(time.time() + seconds, usegmt=True)}
    return {}


Handler = Callable[[Call, "Target"], Answer]


@dataclass
class Target:
    """Where a call goes: the path with its ids replaced, what stood in their place, and who asks.

    `auth` is `ok`, `missing` or `refused`; `principal` is the account that the credentials belong to.
    """

    template: str
    params: dict[str, str]
    handlers: dict[str, Handler]
    account: str | None = None
    auth: str = "missing"
    principal: Any = None


class Router:
    """Finds the handlers of a path. Templates are few, so a scan per number of segments is all it takes."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._routes: dict[int, list[tuple[tuple[str, ...], dict[str, Handler]]]] = {}

    def add(self, template: str, **handlers: Handler) -> None:
        """Serve `template` (`/a/{id}`) with one handler per HTTP method."""
        parts = tuple(template.strip("/").split("/"))
        self._routes.setdefault(len(parts), []).append((parts, handlers))

    def find(self, segments: tuple[str, ...]) -> Target | None:
        """The first template that fits, or None."""
        for parts, handlers in self._routes.get(len(segments), ()):
            params: dict[str, str] = {}
            for part, segment in zip(parts, segments, strict=True):
                if part.startswith("{"):
                    if not segment:
                        break
                    params[part[1:-1]] = segment
                elif part != segment:
                    break
            else:
                return Target(f"/{self.prefix}/" + "/".join(parts), params, handlers)
        return None


class Service(Protocol):
    """One of the two APIs."""

    name: str
    prefix: str

    def target(self, call: Call) -> Target:
        """Where `call` goes and who asks; an unknown route has no handlers."""

    def answer(self, call: Call, target: Target) -> Answer:
        """Carry the call out, refusals included."""

    def error(self, status: int, message: str = "") -> Answer:
        """An error of this service's format."""

    def too_many(self, limit: int, wait: float, form: str) -> Answer:
        """HTTP 429 whose wait (seconds) stands where `form` says: header, date, body, both or none."""
