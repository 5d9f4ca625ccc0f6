# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: one session, time limits, a retry policy by method, a read-only guard, and a count of what was sent."""

from __future__ import annotations

import json
import math
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from ._budget import Budget
from ._errors import Ambiguous, ApiError, BadAnswer, ConnectionFailed, EventsError, WriteInCheckMode
from ._exchange import Answer, Dialect, Request, answered, redirect_host, retry_after_header
from ._library import body_text, classified, http_error, new_session, requests_library
from ._options import TransportOptions
from ._secrets import Secrets
from ._shared import Shared
from ._version import VERSION

if TYPE_CHECKING:
    import requests

#: A wait that a server asks for is believed between these (seconds): one of 0 would let us hammer it.
MIN_WAIT, MAX_WAIT = 1.0, 3600.0
#: Whoever was asked to wait waits up to this part longer, so that not all who were asked come back at once.
JITTER = 0.02


@dataclass
class Usage:
    """What a run cost: requests sent, those of them that write or were retries, and seconds spent waiting."""

    requests: int = 0
    writes: int = 0
    retries: int = 0
    waited: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sent(self, write: bool, again: bool) -> None:
        """Count a request."""
        with self._lock:
            self.requests += 1
            self.writes += write
            self.retries += again

    def slept(self, seconds: float) -> None:
        """Count a wait."""
        with self._lock:
            self.waited += seconds


@dataclass(frozen=True)
class Backoff:
    """Full-jitter exponential backoff in seconds."""

    base: float = 0.5
    cap: float = 30.0

    def pause(self, attempt: int, least: float = 0.0) -> float:
        """The wait after the failed attempt of this number (from 1). least: the part of it that is no chance."""
        most = min(self.cap, self.base * 2 ** min(attempt, 16))
        return random.uniform(least * most, most)


@dataclass
class _Failure:
    """A failed attempt. error: what to raise in the end. again: whether another attempt may help."""

    error: EventsError
    again: bool
    sent: bool
    wait: float | None = None

    @property
    def limited(self) -> bool:
        """Whether it was one request too many."""
        return isinstance(self.error, ApiError) and self.error.status == 429

    @property
    def unsure(self) -> bool:
        """Whether the request may have been carried out: only a plain refusal says that it was not."""
        return self.sent and not (isinstance(self.error, ApiError) and self.error.status < 500)


@dataclass
class Transport:
    """Sends requests to one API for one task; several threads may use it.

    Raises ApiError for a refusal, ConnectionFailed where no whole answer came, BadAnswer for an answer that can't be
    used, Ambiguous where a request that is not repeatable may have been carried out.
    """

    base_url: str
    auth: Callable[[Any], Any]
    dialect: Dialect
    options: TransportOptions
    secrets: Secrets
    budget: Budget
    read_only: bool
    backoff: Backoff = field(default_factory=Backoff)
    usage: Usage = field(default_factory=Usage)
    shared: Shared = field(default_factory=Shared)

    def send(self, request: Request) -> Answer:
        """Send a request, again where that is allowed and may help. Returns an answer with a 2xx status and JSON.

        A 2xx answer without JSON raises BadAnswer, except where it has no body at all (its data is None).
        """
        if self.read_only and request.method != "GET":
            raise WriteInCheckMode(f"Check mode must not send {request}; please report this as a fault.")
        requests_library()
        begun = time.monotonic()
        end = begun + self.options.deadline
        attempts = counted = 0
        unsure = False
        while True:
            held_back = self.budget.wait(request.endpoint)
            end += held_back
            self.usage.slept(held_back)
            attempts += 1
            self.usage.sent(write=request.method != "GET", again=attempts > 1)
            outcome = self._attempt(request, end)
            if isinstance(outcome, Answer):
                return outcome
            if outcome.unsure and request.method != "GET":
                unsure = True
                # Whatever becomes of it: no later item of a loop relies on what was read before.
                self.shared.forget()
            if not outcome.again or (outcome.sent and not request.repeatable):
                raise self._final(request, outcome, unsure, "")
            counted += outcome.wait is None
            pause = outcome.wait if outcome.wait is not None else self.backoff.pause(counted)
            if outcome.limited:
                # Others need not wait longer for this one answer than a request may take at all.
                self.budget.hold(request.endpoint, min(pause, self.options.deadline))
            if self.options.max_retries == 0 or counted > self.options.max_retries:
                raise self._final(request, outcome, unsure, tried(attempts, begun) if attempts > 1 else "")
            left = end - time.monotonic()
            if pause >= left:
                due = f"The next try is due in {pause:.0f} s, after the deadline of {self.options.deadline:g} s."
                raise self._final(request, outcome, unsure, f"{tried(attempts, begun)} {due}")
            self._sleep(min(pause * random.uniform(1, 1 + JITTER), left) if outcome.limited else pause)

    def pause(self, attempt: int, least: float = 0.0) -> None:
        """Wait as after the failed attempt of this number (from 1)."""
        self._sleep(self.backoff.pause(attempt, least))

    def _sleep(self, seconds: float) -> None:
        time.sleep(seconds)
        self.usage.slept(seconds)

    @staticmethod
    def _final(request: Request, failure: _Failure, unsure: bool, reason: str) -> EventsError:
        error = failure.error
        if failure.sent and not request.repeatable and failure.again:
            error = Ambiguous(error.message)
        if unsure:
            error.add("It may or may not have been carried out.")
            error.unsure = True
        if reason:
            error.add(reason)
        return error

    def _attempt(self, request: Request, end: float) -> Answer | _Failure:
        requests = requests_library()
        try:
            with self._send(request, end) as response:
                # Nobody needs what stands in a redirect, which may be as long as it likes.
                text = "" if 300 <= response.status_code < 400 else body_text(response, end, self.options.deadline)
        except requests.exceptions.RequestException as error:
            return self._connection_failure(request, error)
        except (OSError, http_error()) as error:
            return self._connection_failure(request, error)
        except EventsError as error:
            # What can't be read says nothing of whether the request was carried out, so that has to be looked up.
            return _Failure(error, again=isinstance(error, ConnectionFailed) or not request.repeatable, sent=True)
        return self._judge(request, answered(response.status_code, response.headers, text))

    def _send(self, request: Request, end: float) -> requests.Response:
        remaining = max(end - time.monotonic(), 0.001)
        headers = {"Accept": "application/json", "User-Agent": f"commops.events/{VERSION}"}
        data = None
        if request.payload is not None:
            headers["Content-Type"] = "application/json"
            # ASCII only: a lone surrogate from an API must not break the encoding of a list that goes back as read.
            data = json.dumps(request.payload).encode("ascii")
        return self._session().request(
            request.method,
            self._url(request),
            data=data,
            headers=headers,
            auth=self.auth,
            timeout=(min(self.options.connect_timeout, remaining), min(self.options.read_timeout, remaining)),
            allow_redirects=False,
            stream=True,
            verify=(self.options.ca_path or True) if self.options.validate_certs else False,
        )

    def _session(self) -> requests.Session:
        # Certificates are part of the key: a connection that was opened without verifying must not serve one with.
        key = (self.base_url, self.options.validate_certs, self.options.ca_path)
        session: requests.Session = self.shared.session(key, partial(new_session, self.base_url, self.options))
        return session

    def _url(self, request: Request) -> str:
        for part in request.path:
            if part in ("", ".", ".."):
                raise BadAnswer(f"{request}: an id of {part!r} can't stand in a path.")
        path = "/".join(quote(part, safe="") for part in request.path)
        query = urlencode(request.query, safe=",*[]")
        return f"{self.base_url}/{path}" + (f"?{query}" if query else "")

    def _judge(self, request: Request, answer: Answer) -> Answer | _Failure:
        if 200 <= answer.status < 300:
            if answer.is_json or not answer.text.strip():
                return answer
            excerpt = self.secrets.excerpt(answer.text)
            error = BadAnswer(f"{request} was answered with status {answer.status} but no JSON: {excerpt}")
            return _Failure(error, again=not request.repeatable, sent=True)
        if 300 <= answer.status < 400:
            target = self.secrets.excerpt(redirect_host(answer.headers.get("Location", "")))
            return _Failure(
                ApiError(
                    f"{request} was redirected ({answer.status}, to {target}); redirects are not followed, since the"
                    " credentials would go with them. Correct api_url.",
                    answer.status,
                ),
                again=False,
                sent=True,
            )
        refusal: ApiError
        if answer.is_json:
            refusal = self.dialect.error(request, answer)
        else:
            excerpt = self.secrets.excerpt(answer.text)
            refusal = ApiError(f"{request} was answered with status {answer.status}: {excerpt}", answer.status)
        if answer.status == 429:
            return _Failure(refusal, again=True, sent=False, wait=self._asked_wait(answer))
        return _Failure(refusal, again=answer.status >= 500, sent=True)

    def _asked_wait(self, answer: Answer) -> float | None:
        """The seconds that a 429 asks to wait, from the header or the body, clamped; None if it names none."""
        wait = retry_after_header(answer.headers.get("Retry-After"))
        if wait is None:
            wait = self.dialect.retry_after(answer)
        if wait is None or not math.isfinite(wait):
            return None
        return min(max(wait, MIN_WAIT), MAX_WAIT)

    def _connection_failure(self, request: Request, error: BaseException) -> _Failure:
        problem, sent, permanent = classified(error, self.options)
        host = urlsplit(self.base_url).netloc
        failure = ConnectionFailed(f"{request} to {host} failed: {problem}", sent, permanent)
        return _Failure(failure, again=not permanent, sent=sent)


def tried(attempts: int, begun: float) -> str:
    """How often and how long something was tried. begun: when it was, of the monotonic clock."""
    times = "once" if attempts == 1 else f"{attempts} times"
    return f"Tried {times} over {time.monotonic() - begun:.1f} s."
