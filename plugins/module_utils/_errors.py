# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, as exception classes. Services raise them; only the runner makes a failure of them.

The text of each is one or two sentences for the user of a playbook: it names the option or the resource, the value and
the remedy, and holds no secret.
"""

from __future__ import annotations

from typing import Any


class EventsError(Exception):
    """Base of all errors that this collection raises on purpose."""

    kind = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        #: What was planned and done before the failure, where there is anything to tell: an `Outcome`.
        self.outcome: Any | None = None
        #: Whether a request that changes something may have been carried out although it failed.
        self.unsure = False

    def add(self, sentence: str) -> None:
        """Say more."""
        self.message = f"{self.message} {sentence}"
        self.args = (self.message,)

    def details(self) -> dict[str, Any]:
        """What a playbook's rescue may want to test, as the result key `error`."""
        return {"kind": self.kind}


class InvalidOption(EventsError):
    """A value that can't be right, found before anything was sent. `option` is its name, as the user wrote it."""

    kind = "option"

    def __init__(self, option: str, problem: str) -> None:
        super().__init__(f"{option}: {problem}")
        self.option = option
        self.problem = problem

    def details(self) -> dict[str, Any]:
        return {"kind": self.kind, "option": self.option}


class MissingLibrary(EventsError):
    """The Python library `requests` is not there."""

    kind = "library"


class WriteInCheckMode(EventsError):
    """The transport was asked for a request other than GET while it is read-only: a fault of this collection."""

    kind = "guard"


class ConnectionFailed(EventsError):
    """No whole answer came. `sent`: the request may have reached the API (False: it certainly did not)."""

    kind = "connection"

    def __init__(self, message: str, sent: bool, permanent: bool = False) -> None:
        super().__init__(message)
        self.sent = sent
        self.permanent = permanent

    def details(self) -> dict[str, Any]:
        return {"kind": self.kind, "sent": self.sent}


class ApiError(EventsError):
    """The API refused. `status` is the HTTP status, `code` the API's own code or an empty string."""

    kind = "api"

    def __init__(self, message: str, status: int, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def details(self) -> dict[str, Any]:
        return {"kind": self.kind, "status": self.status, "code": self.code}


class BadAnswer(EventsError):
    """An answer that can't be used: no JSON, cut short, or of the wrong shape."""

    kind = "answer"


class Ambiguous(EventsError):
    """A request that must not be sent twice may or may not have been carried out."""

    kind = "ambiguous"


class Conflict(EventsError):
    """Another writer came between, and re-planning is not wanted or did not help."""

    kind = "conflict"


class Refused(EventsError):
    """The plan can't or must not be carried out, known before the first write."""

    kind = "refused"
