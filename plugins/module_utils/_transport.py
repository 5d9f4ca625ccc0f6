# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: one session, time limits, a retry policy by method, a read-only guard, and a count of what was sent."""

from __future__ import annotations

import email.utils
import http.cookiejar
import json
import logging
import math
import platform
import random
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

from ._budget import Budget
from ._errors import Ambiguous, ApiError, BadAnswer, ConnectionFailed, EventsError, MissingLibrary, WriteInCheckMode
from ._options import TransportOptions, is_loopback
from ._secrets import Secrets
from ._shared import Shared
from ._version import VERSION

if TYPE_CHECKING:
    import requests

#: An answer above this many bytes is not read to its end; the largest list page of both APIs is far below.
MAX_BODY = 64 * 1024 * 1024
#: An answer that is nested more deeply is none of these APIs'.
MAX_DEPTH = 100
#: A wait that a server asks for is believed between these (seconds): one of 0 would let us hammer it.
MIN_WAIT, MAX_WAIT = 1.0, 3600.0
_CHUNK = 64 * 1024


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
        _requests()
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
            unsure = unsure or (outcome.unsure and request.method != "GET")
            if not outcome.again or (outcome.sent and not request.repeatable):
                raise self._final(request, outcome, unsure, "")
            if outcome.wait is not None:
                # Others need not wait longer for this one answer than a request may take at all.
                self.budget.hold(request.endpoint, min(outcome.wait, self.options.deadline))
            else:
                counted += 1
            if self.options.max_retries == 0 or counted > self.options.max_retries:
                raise self._final(request, outcome, unsure, tried(attempts, begun) if attempts > 1 else "")
            pause = outcome.wait if outcome.wait is not None else self.backoff.pause(counted)
            if time.monotonic() + pause >= end:
                due = f"The next try is due in {pause:.0f} s, after the deadline of {self.options.deadline:g} s."
                raise self._final(request, outcome, unsure, f"{tried(attempts, begun)} {due}")
            self._sleep(pause)

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
        requests = _requests()
        try:
            with self._send(request, end) as response:
                # Nobody needs what stands in a redirect, which may be as long as it likes.
                text = "" if 300 <= response.status_code < 400 else self._read(response, end)
        except requests.exceptions.RequestException as error:
            return self._connection_failure(request, error)
        except (OSError, _http_error()) as error:
            return self._connection_failure(request, error)
        except EventsError as error:
            # What can't be read says nothing of whether the request was carried out, so that has to be looked up.
            return _Failure(error, again=isinstance(error, ConnectionFailed) or not request.repeatable, sent=True)
        return self._judge(request, _answer(response.status_code, response.headers, text))

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
        session: requests.Session = self.shared.session(key, self._new_session)
        return session

    def _new_session(self) -> requests.Session:
        library = _requests()
        # It logs what it can't read in an answer's headers, credentials that a server repeats there included.
        logging.getLogger("urllib3").setLevel(logging.ERROR)
        session: requests.Session = library.Session()
        # The environment gets no say but in proxies: else netrc would replace the credentials, and
        # REQUESTS_CA_BUNDLE the certificates to trust.
        session.trust_env = False
        # Else the library looks where a redirect leads, though none is followed: it reads the whole answer for that.
        session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
        session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=()))
        host = urlsplit(self.base_url).hostname or ""
        if not (self.base_url.startswith("http://") and is_loopback(host)):
            session.proxies = library.utils.get_environ_proxies(self.base_url)
        if not self.options.validate_certs:
            # The user was warned once by the runner; a line for each request would only bury that.
            library.packages.urllib3.disable_warnings()
        return session

    def _url(self, request: Request) -> str:
        for part in request.path:
            if part in ("", ".", ".."):
                raise BadAnswer(f"{request}: an id of {part!r} can't stand in a path.")
        path = "/".join(quote(part, safe="") for part in request.path)
        query = urlencode(request.query, safe=",*[]")
        return f"{self.base_url}/{path}" + (f"?{query}" if query else "")

    def _read(self, response: requests.Response, end: float) -> str:
        """The body as text, against the deadline and the size cap."""
        chunks = bytearray()
        # read1 returns what is there, where read waits for a whole chunk of a body that only drips.
        read = getattr(response.raw, "read1", None)
        while True:
            chunk = read(_CHUNK, decode_content=True) if read else response.raw.read(256, decode_content=True)
            if not chunk:
                break
            chunks += chunk
            if len(chunks) > MAX_BODY:
                raise BadAnswer(f"The answer is larger than {MAX_BODY // 2**20} MiB; it was not read to its end.")
            if time.monotonic() > end:
                raise ConnectionFailed(
                    f"The answer took longer than the deadline of {self.options.deadline:g} s.", sent=True
                )
        expected = response.headers.get("Content-Length", "")
        if expected.isdigit() and "Content-Encoding" not in response.headers and len(chunks) < int(expected):
            raise ConnectionFailed("The answer was cut short.", sent=True)
        return chunks.decode("utf-8", "replace")

    def _judge(self, request: Request, answer: Answer) -> Answer | _Failure:
        if 200 <= answer.status < 300:
            if answer.is_json or not answer.text.strip():
                return answer
            excerpt = self.secrets.excerpt(answer.text)
            error = BadAnswer(f"{request} was answered with status {answer.status} but no JSON: {excerpt}")
            return _Failure(error, again=not request.repeatable, sent=True)
        if 300 <= answer.status < 400:
            target = self.secrets.excerpt(_host(answer.headers.get("Location", "")))
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
        problem, sent, permanent = _classified(error, self.options)
        host = urlsplit(self.base_url).netloc
        failure = ConnectionFailed(f"{request} to {host} failed: {problem}", sent, permanent)
        return _Failure(failure, again=not permanent, sent=sent)


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


def tried(attempts: int, begun: float) -> str:
    """How often and how long something was tried. begun: when it was, of the monotonic clock."""
    times = "once" if attempts == 1 else f"{attempts} times"
    return f"Tried {times} over {time.monotonic() - begun:.1f} s."


def _host(location: str) -> str:
    try:
        return urlsplit(location).hostname or "no host"
    except ValueError:
        return "no valid URL"


def _answer(status: int, headers: Mapping[str, str], text: str) -> Answer:
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


def _requests() -> Any:
    """The library, imported for the first request and not before: a run that fails earlier does without."""
    try:
        import requests
    except ImportError:
        raise MissingLibrary(
            f"The Python library requests is missing for {sys.executable} on {platform.node()};"
            " install it there, for example with: python -m pip install requests"
        ) from None
    return requests


def _http_error() -> type[Exception]:
    error: type[Exception] = _requests().packages.urllib3.exceptions.HTTPError
    return error


def _causes(error: BaseException) -> Sequence[BaseException]:
    """An exception and what it wraps: requests wraps urllib3, which wraps the standard library."""
    found: list[BaseException] = []
    pending: list[Any] = [error]
    while pending and len(found) < 20:
        item = pending.pop(0)
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            pending.extend((*item.args, getattr(item, "reason", None), item.__cause__, item.__context__))
    return found


def _classified(error: BaseException, options: TransportOptions) -> tuple[str, bool, bool]:
    """What a library's exception means: the problem in words, whether the request may have been sent, and whether
    another try is pointless. No text of an exception is passed on."""
    causes = _causes(error)
    names = {type(item).__name__ for item in causes}
    if any(getattr(item, "library", None) == "X509" for item in causes):
        return "ca_path holds no certificate. Name a file or a folder of certificates in PEM form.", False, True
    if names & {"SSLCertVerificationError", "CertificateError"}:
        return (
            "its TLS certificate can't be verified. Correct api_url, or name the certificate to trust in ca_path.",
            False,
            True,
        )
    if names & {"InvalidURL", "InvalidSchema", "MissingSchema", "LocationParseError", "InvalidProxyURL"}:
        return "the URL can't be used. Correct api_url, or the proxy in the environment.", False, True
    if "ProxyError" in names:
        return (
            "the proxy that the environment names did not let it through. Check HTTPS_PROXY and NO_PROXY.",
            False,
            False,
        )
    if names & {"NameResolutionError", "gaierror"}:
        return "the host name can't be resolved. Check api_url and the name service.", False, False
    if names & {"ConnectTimeout", "ConnectTimeoutError"}:
        return f"no connection within connect_timeout ({options.connect_timeout:g} s).", False, False
    if names & {"NewConnectionError", "ConnectionRefusedError"}:
        return "the connection was refused. Check api_url and that the API is up.", False, False
    if "SSLError" in names:
        return (
            "the TLS connection broke. Check api_url, ca_path and the proxy, and that the port speaks TLS.",
            True,
            False,
        )
    if names & {"ReadTimeout", "ReadTimeoutError"}:
        return f"no answer within read_timeout ({options.read_timeout:g} s).", True, False
    return "the connection was lost before the whole answer came.", True, False
