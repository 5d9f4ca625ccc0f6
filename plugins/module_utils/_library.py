# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The library requests: when it is imported, how its sessions behave, what its exceptions mean."""

from __future__ import annotations

import logging
import platform
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ._errors import BadAnswer, ConnectionFailed, MissingLibrary
from ._options import TransportOptions, is_loopback

if TYPE_CHECKING:
    import requests

#: An answer above this many bytes is not read to its end; the largest list page of both APIs is far below.
MAX_BODY = 64 * 1024 * 1024
_CHUNK = 64 * 1024


def requests_library() -> Any:
    """The library, imported for the first request and not before: a run that fails earlier does without."""
    try:
        import requests
    except ImportError:
        raise MissingLibrary(
            f"The Python library requests is missing for {sys.executable} on {platform.node()};"
            " install it there, for example with: python -m pip install requests"
        ) from None
    return requests


def new_session(base_url: str, options: TransportOptions) -> requests.Session:
    """A session that no environment, cookie or redirect can lead astray."""
    # The library loads it too, and not before there is something to send.
    from http.cookiejar import DefaultCookiePolicy

    library = requests_library()
    # It logs what it can't read in an answer's headers, credentials that a server repeats there included.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    session: requests.Session = library.Session()
    # The environment gets no say but in proxies: else netrc would replace the credentials, and
    # REQUESTS_CA_BUNDLE the certificates to trust.
    session.trust_env = False
    # Else the library looks where a redirect leads, though none is followed: it reads the whole answer for that.
    session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    host = urlsplit(base_url).hostname or ""
    if not (base_url.startswith("http://") and is_loopback(host)):
        session.proxies = library.utils.get_environ_proxies(base_url)
    if not options.validate_certs:
        # The user was warned once by the runner; a line for each request would only bury that.
        library.packages.urllib3.disable_warnings()
    return session


def body_text(response: requests.Response, end: float, deadline: float) -> str:
    """The body of an answer, against the deadline (which is over at `end`) and the size cap.

    Raises BadAnswer for one that is too large, ConnectionFailed for one that is late or cut short.
    """
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
            raise ConnectionFailed(f"The answer took longer than the deadline of {deadline:g} s.", sent=True)
    expected = response.headers.get("Content-Length", "")
    if expected.isdigit() and "Content-Encoding" not in response.headers and len(chunks) < int(expected):
        raise ConnectionFailed("The answer was cut short.", sent=True)
    return chunks.decode("utf-8", "replace")


def http_error() -> type[Exception]:
    """What urllib3 raises where requests does not wrap it: while a body is read."""
    error: type[Exception] = requests_library().packages.urllib3.exceptions.HTTPError
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


def classified(error: BaseException, options: TransportOptions) -> tuple[str, bool, bool]:
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
