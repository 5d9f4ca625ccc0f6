# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service is to the runner: it reads, predicts and applies. It knows HTTP and the planner, not check mode."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from ._errors import EventsError
from ._locks import Locks
from ._plan import Operation, Plan, Purge
from ._resource import Entry
from ._secrets import Masker, Secrets
from ._shared import Shared
from ._transport import Transport
from ._values import Raw

UNVERIFIABLE = "unverifiable"


@dataclass(frozen=True)
class Connection:
    """An account that a run works on, and what it needs for that. params, provided: the module's, validated."""

    account_id: str
    api_url: str
    transport: Transport
    locks: Locks
    shared: Shared
    secrets: Secrets
    warn: Callable[[str], None]
    params: Mapping[str, Any]
    provided: Collection[str]
    #: The credential, only to tell lists apart that are shared within one task.
    secret: str = field(repr=False, default="")


@dataclass(frozen=True)
class Wanted:
    """What a task declares. indexed: whether messages name an entry by its index in a list."""

    entries: Sequence[Entry]
    purge: Purge | None = None
    indexed: bool = False


@dataclass
class Outcome:
    """What a run planned and, where it was applied, did.

    done: the operations that were carried out, by their position in the plan, with the raw object that the server then
    had (None after a deletion). uncertain: a write failed of which nobody knows whether it was carried out. verified:
    True, False or `unverifiable` after a write, else None. extra: further result keys.
    """

    plan: Plan
    done: dict[int, Raw | None] = field(default_factory=dict)
    uncertain: bool = False
    verified: Any = None
    extra: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Let an error that is raised within tell what was planned: a refusal is no reason to hide the drift."""
        try:
            yield
        except EventsError as error:
            error.outcome = self
            raise

    def pending(self, kind: str) -> list[tuple[int, Operation]]:
        """The operations of one kind that were not carried out yet, with their positions."""
        return [
            (position, operation)
            for position, operation in enumerate(self.plan.operations)
            if operation.kind == kind and position not in self.done
        ]


class Service(Protocol):
    """One list of resources of one account: the event profiles of a scope, the actions of a booking page."""

    def scope(self) -> str:
        """What the list belongs to, for `drift`: `account`, `extension 101`, the id of a booking page."""

    def read(self) -> list[Raw]:
        """The whole list as the API has it. GET only."""

    def predict(self, wanted: Wanted) -> Outcome:
        """The plan for what is there now, with every refusal that the API would give. GET only."""

    def apply(self, wanted: Wanted) -> Outcome:
        """Plan and carry out. An error that it raises holds, as `outcome`, what was done before."""

    def purge(self, only: Mapping[str, Any], guard: int) -> Purge:
        """What `purge_only` selects. Raises InvalidOption."""

    def selected(self, raw: Raw) -> bool:
        """Whether the filters of an info module let an object through."""

    def known_secrets(self, raw: Raw) -> list[str]:
        """The secret texts in an object that was read."""

    def described(self, raw: Raw) -> tuple[Raw, dict[str, Masker]]:
        """A whole object for an info module, and how to mask its parts."""
