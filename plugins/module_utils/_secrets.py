# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masking: which parts of a value are secret, and how a value is shown without them.

Diffs and results are masked by field path, on both sides, before they leave the runner. Free text that comes from
elsewhere (an API's message, a library's exception) is searched for known secrets in every encoding they may have.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterable, Mapping
from typing import Any, Callable
from urllib.parse import quote, quote_plus, unquote, unquote_plus, urlsplit

SECRET = "(secret)"
OLD_SECRET = "(secret, old value)"
NEW_SECRET = "(secret, new value)"

#: Texts that stand for a hidden value somewhere: ours, ansible-core's, and what the APIs put in place of one.
PLACEHOLDERS = frozenset(
    (SECRET, OLD_SECRET, NEW_SECRET, "********", "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "$REDACTED$", "$encrypted$")
)

_SECRET_NAME = re.compile(
    r"authori[sz]ation|cookie|token|secret|passw|credential|signature|(?:^|[-_])auth(?:[-_]|$)"
    r"|(?:api|access|private|shared|subscription|functions?)[-_]?key",
    re.IGNORECASE,
)

#: The parts of a URL (RFC 3986, appendix B), each with its mark; any text has them.
_URL = re.compile(r"([^:/?#]+:)?(//[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

#: So long is no name of a query's value that is empty.
_LONG = 16
_SEARCHED = 64 * 1024
_IS_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+\Z")
_PLACEHOLDER = re.compile(r"\{[A-Z0-9_-]+\}")

#: Below this length a secret is searched for as a whole word only: anywhere else it would hit other text too.
SHORT = 6


def is_placeholder(value: object) -> bool:
    """Whether a value is what a masked value looks like, and so never a value to send."""
    if value is True:
        return True
    return isinstance(value, str) and (value in PLACEHOLDERS or value.strip().lower() == "true")


def smells_secret(name: str) -> bool:
    """Whether a header of this name most likely carries a secret (Authorization, Cookie, X-Api-Key, *token*...)."""
    return _SECRET_NAME.search(name) is not None


def shown_name(name: Any) -> Any:
    """How a name is shown: what follows a colon is most likely the value, which came to stand in the name."""
    return re.sub("[:=].*", "...", name, flags=re.DOTALL) if isinstance(name, str) else name


class Masker:
    """How values of one option are shown. The base class shows a secret value as one mark."""

    def mask(self, value: Any, mark: str = SECRET) -> Any:
        """The value with each secret part replaced by `mark`; None stays None."""
        return None if value is None else mark

    def secrets(self, value: Any) -> list[str]:
        """The secret texts in a value."""
        if value is None:
            return []
        return [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)]

    def told(self, value: Any) -> list[str]:
        """The secret texts in a value, and those within them that would tell as much."""
        found = self.secrets(value)
        return [*found, *(part for text in found for part in _parts(text) if len(part) >= SHORT)]

    def pair(self, before: Any, after: Any) -> tuple[Any, Any]:
        """Both sides of a change: a secret that changed shows that it did, and neither of its values."""
        shown = self.mask(before), self.mask(after)
        if before is None or after is None:
            return shown
        if self.secrets(before) == self.secrets(after) and (before == after or shown[0] != shown[1]):
            return shown
        return self.mask(before, OLD_SECRET), self.mask(after, NEW_SECRET)


class MapMasker(Masker):
    """For a mapping of names to values, of which those are secret whose name `select` says so."""

    def __init__(self, select: Callable[[str], bool] | None = None) -> None:
        self._select = select

    def _hidden(self, name: str) -> bool:
        return self._select is None or self._select(name)

    def mask(self, value: Any, mark: str = SECRET) -> Any:
        if not isinstance(value, Mapping):
            return super().mask(value, mark)
        return {name: mark if self._hidden(name) and item is not None else item for name, item in value.items()}

    def secrets(self, value: Any) -> list[str]:
        if not isinstance(value, Mapping):
            return super().secrets(value)
        hidden = [item for name, item in value.items() if self._hidden(name)]
        # A boolean is a mask that an API gave, and no secret: each text with "True" in it would be withheld.
        return [text for item in hidden if not isinstance(item, bool) for text in Masker.secrets(self, item)]

    def pair(self, before: Any, after: Any) -> tuple[Any, Any]:
        if not isinstance(before, Mapping) or not isinstance(after, Mapping):
            return super().pair(before, after)
        masked_before, masked_after = self.mask(before), self.mask(after)
        for name in before:
            if name in after and self._hidden(name) and before[name] != after[name]:
                masked_before[name], masked_after[name] = OLD_SECRET, NEW_SECRET
        return masked_before, masked_after


class UrlMasker(Masker):
    """For a URL: its user info and the values of its query are secret, or with `host_only` all after the host."""

    def __init__(self, host_only: bool = False) -> None:
        self._host_only = host_only

    def mask(self, value: Any, mark: str = SECRET) -> Any:
        if not isinstance(value, str):
            return super().mask(value, mark)
        pieces = _pieces(value)
        if pieces is None:
            return mark
        scheme, authority, path, query, fragment = pieces
        userinfo, at, host = authority[2:].rpartition("@")
        start = f"{scheme}{authority[:2]}{mark if userinfo else ''}{at}{host}"
        if self._host_only:
            return start + (f"/{mark}" if path not in ("", "/") or query or fragment else path)
        items = (name + (mark if text else "") for name, text in map(_named, query[1:].split("&")))
        return f"{start}{path}{query[:1]}{'&'.join(items)}{fragment}"

    def secrets(self, value: Any) -> list[str]:
        if not isinstance(value, str):
            return super().secrets(value)
        pieces = _pieces(value)
        if pieces is None:
            return [value]
        _scheme, authority, path, query, fragment = pieces
        userinfo = authority[2:].rpartition("@")[0]
        found = [userinfo]
        if ":" in userinfo:
            found.extend(userinfo.split(":", 1))
        found.extend(text for _name, text in map(_named, query[1:].split("&")))
        if self._host_only:
            found.extend((path.rstrip("/"), fragment[1:]))
        return [text for text in found if text]


def _named(item: str) -> tuple[str, str]:
    """A part of a query as its name with the `=`, and its value."""
    name, equals, value = item.partition("=")
    # `?TOKEN` has no name that could be told from a value, nor has a token in base64 with its padding.
    return ("", item) if not equals or (value in ("", "=") and len(name) >= _LONG) else (name + equals, value)


def _pieces(url: str) -> tuple[str, ...] | None:
    """A URL as scheme, authority, path, query and fragment, each with its mark, which joined are the same text again.

    None for a text of which nobody can say which part of it are user info and query, as it names no host or is broken.
    """
    try:
        port = urlsplit(url).port
    except ValueError:
        return None
    pieces = tuple(_URL.findall(url)[0])
    return None if port is None and len(pieces[1]) <= 2 and url.strip() else pieces


class GuessingMasker(Masker):
    """For a value of which nothing is known: what the names in it say is secret, and secret parts of URLs."""

    def mask(self, value: Any, mark: str = SECRET) -> Any:
        if isinstance(value, Mapping):
            return {name: self.named(str(name)).mask(item, mark) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.mask(item, mark) for item in value]
        return UrlMasker().mask(value, mark) if isinstance(value, str) and _IS_URL.match(value) else value

    def named(self, name: str) -> Masker:
        """The masker for what stands under this name."""
        return Masker() if smells_secret(name) else self


def _parts(secret: str) -> list[str]:
    """Of a header's value what follows the scheme, of a URL what follows the host, of JSON its texts."""
    found = [secret.partition(" ")[2].strip()]
    if _IS_URL.match(secret):
        found.extend(UrlMasker(host_only=True).secrets(secret))
    for text in (secret, _PLACEHOLDER.sub("0", secret)) if secret.lstrip()[:1] in ("{", "[") else ():
        try:
            found.extend(_json_texts(json.loads(text)))
            break
        except (ValueError, RecursionError):
            continue
    return found


def _json_texts(value: Any) -> list[str]:
    if isinstance(value, str):
        # What a booking page fills in is no secret of anybody's.
        return [] if _PLACEHOLDER.fullmatch(value) else [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in items for text in _json_texts(item)]


def encodings(secret: str) -> set[str]:
    """The forms in which a secret may stand in a text: raw, URL-encoded, JSON-escaped, base64 at any alignment."""
    # An API may answer with a lone surrogate, which a plain quote() refuses.
    lone = "surrogatepass"
    forms = {secret, quote(secret, safe="", errors=lone), quote(secret, errors=lone), quote_plus(secret, errors=lone)}
    forms.update((json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]))
    data = secret.encode("utf-8", "surrogatepass")
    forms.add(base64.b64encode(data).decode())
    forms.add(base64.urlsafe_b64encode(data).decode())
    for shift in range(3):
        # The characters that depend on the bytes around the secret are cut off at both ends.
        padded = bytes(shift) + data
        start = -(-shift * 8 // 6)
        end = len(padded) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            core = encode(padded).decode()[start:end]
            if len(core) >= SHORT:
                forms.add(core)
    forms.update([re.sub("%[0-9A-F]{2}", lambda found: found.group().lower(), form) for form in forms])
    forms.update(form for form in (unquote(secret), unquote_plus(secret)) if len(form) >= SHORT)
    forms.discard("")
    return forms


def _readings(text: str) -> set[str]:
    """A text as it is, and without one or two layers of URL, HTML or JSON encoding, whatever characters they hide."""
    # Its table of entities is large, and most runs have no text to search.
    import html

    found = {text}
    for _layer in range(2):
        for reading in tuple(found):
            found.update((unquote(reading), unquote_plus(reading), html.unescape(reading), _unescaped(reading)))
    return found


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _ESCAPED.get(found[2], found[2]), text)
    # Two halves of one character become that character.
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _holds(text: str, form: str) -> bool:
    if len(form) >= SHORT or form not in text:
        return form in text
    return re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text) is not None


class Secrets:
    """The secrets that one run knows of: credentials and secret values, the user's and the server's."""

    def __init__(self) -> None:
        self._credentials: set[str] = set()
        self._known: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._lock = threading.Lock()

    def add_credential(self, value: str) -> None:
        """Register a credential: it is cut out of every text of the result, wherever it stands."""
        self.add([value])
        if len(value) >= SHORT:
            self._credentials.update(encodings(value))
            self._pattern = None

    def add(self, values: Iterable[str]) -> None:
        """Register secret values: a foreign text that holds one is withheld."""
        # Without regard to case, as a server may write what it repeats in its own: a host's name at least always is.
        forms = {form.casefold() for value in values if value for form in encodings(value)}
        with self._lock:
            # A new set: another thread may be searching the old one.
            self._known = self._known | forms

    def holds(self, text: str) -> bool:
        """Whether a text holds a known secret in any encoding."""
        known = self._known
        readings = {reading.casefold() for reading in _readings(text)}
        return any(_holds(reading, form) for reading in readings for form in known)

    def excerpt(self, text: str, limit: int = 200) -> str:
        """A short, one-line, printable part of a foreign text, or a note in its place if it holds a secret."""
        # What is told comes from the beginning; a page of megabytes is not searched for what nobody gets to see.
        searched = text[:_SEARCHED]
        # Base64 is often broken into lines.
        if self.holds(searched) or self.holds("".join(searched.split())):
            return "(withheld: it holds a secret)"
        # A secret that the end of what was searched cuts in two was not found.
        told = text if len(text) <= _SEARCHED else text[: _SEARCHED // 2]
        line = "".join(char if char.isprintable() else " " for char in told)
        line = " ".join(line.split())
        return line if len(line) <= limit else line[:limit] + "..."

    def scrub(self, value: Any) -> Any:
        """A copy of a result in which no text holds a credential or a lone surrogate, mapping keys included."""
        if not self._credentials:
            return value
        if self._pattern is None:
            forms = sorted(self._credentials, key=len, reverse=True)
            self._pattern = re.compile("|".join(re.escape(form) for form in forms))
        return self._scrub(value, self._pattern)

    def _scrub(self, value: Any, pattern: re.Pattern[str]) -> Any:
        if isinstance(value, str):
            value = pattern.sub(SECRET, value)
            # An API may answer with a lone surrogate, and Ansible refuses a whole result for one.
            return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
        if isinstance(value, Mapping):
            return {self._scrub(key, pattern): self._scrub(item, pattern) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._scrub(item, pattern) for item in value]
        return value
