# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a booking page has what was written to it: another writer may have come between, or the server may differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ._headers import HEADERS, as_shown, same_headers
from ._plan import DELETED, UNCHANGED, Operation
from ._resource import Field, Resource
from ._service import UNVERIFIABLE, Outcome
from ._values import Raw, quoted, same


class Verifier:
    """Compares a page that was read after a write with what was written."""

    def __init__(self, resource: Resource, warn: Callable[[str], None]) -> None:
        self._resource = resource
        self._warn = warn

    def compare(
        self, outcome: Outcome, after: Sequence[Raw], read_again: Callable[[], list[Raw]], sure: bool
    ) -> str | None:
        """Note in the outcome what the page has now; what is not as written, in words, or None.

        read_again: reads the page once more, where that tells a server that changes a value from another writer.
        sure: whether the write was carried out; if nobody knows, what is as it was before was not written.
        """
        written = outcome.plan.merged()
        known = {raw.get("id") for raw in outcome.plan.current}
        normalised: list[tuple[Operation, Raw]] = []
        for position, operation in enumerate(outcome.plan.operations):
            if operation.kind == UNCHANGED:
                continue
            name = self._resource.describe(self._resource.label(operation.after or operation.live))
            if operation.kind == DELETED:
                if self._count(operation.live, after) > self._count(operation.live, written):
                    return f"the {name} is there again"
                outcome.done[position] = None
                continue
            stored = self._stored(operation.after or {}, after, known)
            if stored is None:
                return f"the {name} is not there"
            if not self._equal(operation.after or {}, stored):
                # A server that makes of the new value just what was there before leaves the rest as it was written;
                # another writer who brought the old value back most likely came to change something else.
                if self._equal(operation.live, stored) and not (sure and self._only_ours_differs(outcome, after)):
                    return f"the {name} is as it was before"
                normalised.append((operation, stored))
            outcome.done[position] = stored
        if normalised and not same(list(after), read_again()):
            return "the list changed again"
        blind = not any(isinstance(raw.get(HEADERS.api), Mapping) and raw[HEADERS.api] for raw in after)
        for operation, stored in normalised:
            self._warn_normalised(operation, stored, blind)
        outcome.verified = False if normalised else UNVERIFIABLE if self._masks(outcome) else True
        self._check_foreign(outcome, after)
        return None

    def _only_ours_differs(self, outcome: Outcome, after: Sequence[Raw]) -> bool:
        """Whether all foreign actions are as they were written, and nothing else is there."""
        return len(after) == len(outcome.plan.merged()) and all(
            self._count(raw, after) >= 1 for raw in outcome.plan.foreign()
        )

    @staticmethod
    def _masks(outcome: Outcome) -> bool:
        """Whether the API masks a value that was written, so that nobody can tell whether it is there."""
        for position, stored in outcome.done.items():
            sent = outcome.plan.operations[position].payload.get(HEADERS.api)
            shown = (stored or {}).get(HEADERS.api)
            if sent and not same_headers(as_shown(sent, shown), shown):
                return True
        return False

    def _differing(self, wanted: Raw, raw: Raw) -> list[Field]:
        """The fields in which an action is not as it is wanted, as far as it shows."""
        seen = {**raw, HEADERS.api: as_shown(wanted.get(HEADERS.api), raw.get(HEADERS.api))}
        return [
            item
            for item in self._resource.declared_fields()
            if not item.equal(wanted.get(item.api), seen.get(item.api))
        ]

    def _equal(self, wanted: Raw, raw: Raw) -> bool:
        """Whether an action is of the wanted type and has all that a user can declare as it is wanted."""
        return all(same(wanted.get(key), raw.get(key)) for key in ("type", "status")) and not self._differing(
            wanted, raw
        )

    def _count(self, wanted: Raw, actions: Sequence[Raw]) -> int:
        return sum(self._equal(wanted, raw) for raw in actions)

    def _stored(self, wanted: Raw, after: Sequence[Raw], known: set[Any]) -> Raw | None:
        """What the server made of an action that was written.

        Ids may or may not stay as they are when the list is replaced, so equal content counts before an equal id.
        """
        equal = [raw for raw in after if self._equal(wanted, raw)]
        if equal:
            return next((raw for raw in equal if raw["id"] == wanted.get("id")), equal[-1])
        kept = [raw for raw in after if raw["id"] == wanted.get("id")]
        renewed = [raw for raw in after if raw["id"] not in known and raw.get("title") == wanted.get("title")]
        found = kept or renewed
        return found[0] if len(found) == 1 else None

    def _warn_normalised(self, operation: Operation, stored: Raw, blind: bool) -> None:
        """Tell the value that the server made of ours, which is its doing since a second read agrees."""
        wanted = operation.after or {}
        name = self._resource.describe(wanted.get("title"))
        for item in self._differing(wanted, stored):
            if item is HEADERS and blind:
                self._warn(
                    f"YouCanBook.me shows no headers of any action of the page, so whether {name} has the declared ones"
                    " can't be read; they are written again in each run that declares them."
                )
                continue
            self._warn(
                f"YouCanBook.me stores {item.name} of {name} as {self._masked(operation, item, stored)}; write it so in"
                " the playbook, else it is changed again in each run."
            )

    def _masked(self, operation: Operation, item: Field, stored: Raw) -> str:
        given = operation.entry.given if operation.entry else {}
        maskers = self._resource.maskers(given)
        shown = self._resource.shown(stored, given, server_set=False)
        names = [part.name for part in item.options() if part.name in shown]
        return " and ".join(quoted(maskers[key].mask(shown[key]) if key in maskers else shown[key]) for key in names)

    def _check_foreign(self, outcome: Outcome, after: Sequence[Raw]) -> None:
        """Tell of foreign actions that are gone although they were written back: by another writer, or the server."""
        ids = {raw.get("id") for raw in after}
        for raw in outcome.plan.foreign():
            if raw.get("id") in ids or self._count(raw, after):
                continue
            self._warn(
                f"The action {quoted(raw.get('title'))} (id {raw.get('id')}), which is not ours and was written back as"
                " it was read, is not on the page any more: another writer removed it just now, or the server did."
            )
