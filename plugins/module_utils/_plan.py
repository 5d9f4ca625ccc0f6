# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The planner: from what is there and what is declared to the operations between them. Pure: no I/O, no Ansible.

`plan()` works on lists; a singular module is a list of one. It takes raw objects of the API and declared entries, and
says for each entry what has to be done, what it was and will be, what to send, and which fields drifted.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable

from ._errors import Refused
from ._resource import Entry, Field, Merged, Resource
from ._values import ABSENT, REQUIRED, Raw, listed, quoted

CREATED, UPDATED, DELETED, UNCHANGED = "created", "updated", "deleted", "unchanged"
DIFFERENT, UNVERIFIABLE = "different", "unverifiable"


@dataclass(frozen=True)
class Difference:
    """One field whose live value is not the wanted one, both as the API has them; or one that can't be compared."""

    field: str
    live: Any
    wanted: Any
    kind: str = DIFFERENT


@dataclass(frozen=True)
class Operation:
    """What has to be done for one resource.

    entry: the declared one, None where only `purge` asks for a deletion. position: where the live object stands in the
    list that was read, None if there is none. before, after: raw objects, None where there is none. payload: the keys
    to send, in the API's terms.
    """

    kind: str
    entry: Entry | None
    position: int | None = None
    before: Raw | None = None
    after: Raw | None = None
    payload: Raw = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()

    @property
    def live(self) -> Raw:
        """The live object; empty where there is none."""
        return self.before or {}


def _as_planned(operation: Operation) -> Raw:
    # What needs no change goes back as the very object that was read.
    return (operation.before if operation.kind == UNCHANGED else operation.after) or {}


@dataclass(frozen=True)
class Purge:
    """What may be deleted because nobody declared it. guard: the highest number of deletions."""

    selects: Callable[[Raw], bool]
    guard: int


@dataclass(frozen=True)
class Plan:
    """The operations, one per entry in the order of the entries, then one per object to purge.

    refusal: why the plan must not be carried out, although it could be made; None for a good one.
    """

    resource: Resource
    current: Sequence[Raw]
    operations: tuple[Operation, ...]
    warnings: tuple[str, ...] = ()
    refusal: str | None = None

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return any(operation.kind != UNCHANGED for operation in self.operations)

    def of_kind(self, kind: str) -> list[Operation]:
        """The operations of one kind, in order."""
        return [operation for operation in self.operations if operation.kind == kind]

    def merged(self, finish: Callable[[Operation], Raw] = _as_planned) -> list[Raw]:
        """The whole list as it is to be: what is not ours exactly as read and in its place, new objects at the end.

        finish: makes the object to write of one of our operations.
        """
        ours = {operation.position: operation for operation in self.operations if operation.position is not None}
        kept = []
        for position, raw in enumerate(self.current):
            operation = ours.get(position)
            if operation is None:
                kept.append(raw)
            elif operation.kind != DELETED:
                kept.append(finish(operation))
        return kept + [finish(operation) for operation in self.of_kind(CREATED)]

    def foreign(self) -> list[Raw]:
        """The objects that no operation stands for, in the order they were read."""
        ours = {operation.position for operation in self.operations}
        return [raw for position, raw in enumerate(self.current) if position not in ours]


class _Finder:
    """Finds live objects by the values of fields, with one index per set of fields."""

    def __init__(self, resource: Resource, current: Sequence[Raw]) -> None:
        self._resource = resource
        self.current = current
        self._positions = [position for position, raw in enumerate(current) if resource.candidate(raw)]
        self._indexes: dict[tuple[str, ...], dict[Hashable, list[int]]] = {}
        self._ids: dict[str, list[int]] | None = None

    def by(self, names: tuple[str, ...], values: Sequence[Any]) -> list[int]:
        """The positions of the candidates whose fields have exactly these values."""
        index = self._indexes.get(names)
        if index is None:
            apis = [self._resource.field(name).api for name in names]
            index = self._indexes[names] = {}
            for position in self._positions:
                raw = self.current[position]
                index.setdefault(_exact([raw.get(api) for api in apis]), []).append(position)
        return index.get(_exact(values), [])

    def by_id(self, number: Any) -> list[int]:
        """The positions of the candidates with this id; whether an API writes ids as numbers or texts is its own."""
        if self._ids is None:
            self._ids = {}
            for position in self._positions:
                self._ids.setdefault(str(self.current[position].get("id")), []).append(position)
        return self._ids.get(str(number), [])

    def unclaimed(self, claimed: dict[int, Entry]) -> list[int]:
        """The positions of the candidates that no entry stands for."""
        return [position for position in self._positions if position not in claimed]


def _exact(values: Sequence[Any]) -> Hashable:
    # As JSON text 1, true and 1.0 differ, which as keys of a dict they would not. Texts, the usual case, are quicker.
    return tuple(value if isinstance(value, str) else (json.dumps(value, sort_keys=True),) for value in values)


def plan(
    current: Sequence[Raw],
    desired: Sequence[Entry],
    *,
    resource: Resource,
    purge: Purge | None = None,
    indexed: bool = False,
) -> Plan:
    """Plan the way from `current` to `desired`.

    current: the raw objects that were read, whole list, foreign ones included. indexed: whether messages name an entry
    by its index, as a plural module's do. Raises Refused for what can't be planned: an ambiguous name, an unknown id,
    two entries for one object, a required field that is missing on create.
    """
    finder = _Finder(resource, current)
    claims = _Claims(resource)
    operations = []
    warnings: list[str] = []
    for entry in desired:
        where = f"{resource.many}[{entry.index}]: " if indexed else ""
        position = _find(finder, entry, resource, where)
        claims.add(entry, position)
        operations.append(_operation(entry, position, current, resource, where))
    later = _Later(operations, current, resource)
    for operation in operations:
        later.refuse_overlap(operation)
        warnings.extend(later.name_taken(operation))
    refusal = None
    if purge is not None:
        _check_purge_scope(operations, purge, resource)
        doomed = [position for position in finder.unclaimed(claims.positions) if purge.selects(current[position])]
        operations.extend(Operation(DELETED, None, position, before=current[position]) for position in doomed)
        if len(doomed) > purge.guard:
            refusal = (
                f"max_deletions: {len(doomed)} {resource.noun}s would be purged, more than the {purge.guard} allowed;"
                f" nothing was changed. Check the list, or raise max_deletions to {len(doomed)}."
            )
    return Plan(resource, current, tuple(operations), tuple(warnings), refusal)


def _find(finder: _Finder, entry: Entry, resource: Resource, where: str) -> int | None:
    """The position of the live object that an entry stands for: by id, else by its fields, else by an earlier name."""
    if entry.id is not None:
        found = finder.by_id(entry.id)
        if not found and entry.present:
            raise Refused(
                f"{where}There is no {resource.noun} with id {entry.id} here; leave id out to find it by"
                f" {' and '.join(resource.default_match)} or to create it."
            )
        return _only(found, finder, f"id {entry.id}", resource, where)
    found, what = _matching(finder, entry, resource)
    return _only(found, finder, what, resource, where)


def _matching(finder: _Finder, entry: Entry, resource: Resource) -> tuple[list[int], str]:
    """The positions of what an entry without an id matches, and by what it matches, in words."""
    values = [entry.values[name] for name in entry.match_by]
    found = finder.by(entry.match_by, values)
    maskers = resource.maskers(entry.given)
    masked = [maskers[name].mask(value) if name in maskers else value for name, value in zip(entry.match_by, values)]
    what = ", ".join(f"{name} {quoted(value)}" for name, value in zip(entry.match_by, masked))
    # What is to be absent has to be so under its earlier names too, else each run would delete one more.
    if entry.formerly and not (found and entry.present):
        earlier = [position for name in entry.formerly for position in finder.by((resource.key,), [name])]
        formerly = f"formerly {listed(map(quoted, entry.formerly))}"
        what = f"{what} or {formerly}" if found else formerly
        found = list(dict.fromkeys(found + earlier))
    return found, what


def _only(found: list[int], finder: _Finder, what: str, resource: Resource, where: str) -> int | None:
    if len(found) > 1:
        ids = listed([finder.current[position].get("id") for position in found])
        raise Refused(
            f"{where}{len(found)} {resource.noun}s match {what} (ids {ids}); nothing was changed. Say which one by id,"
            " or delete the others."
        )
    return found[0] if found else None


class _Claims:
    """Who stands for what: two entries for one object, or for one name that only one of them ties to an id."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self.positions: dict[int, Entry] = {}
        self._keys: dict[Hashable, tuple[Entry, bool]] = {}

    def add(self, entry: Entry, position: int | None) -> None:
        """Note what an entry stands for. Raises Refused where another one does already."""
        if position is not None:
            self._refuse(self.positions.setdefault(position, entry), entry)
        values = [entry.values.get(name) for name in entry.match_by]
        if None in values:
            return
        first, by_id = self._keys.setdefault((entry.match_by, _exact(values)), (entry, entry.id is not None))
        if not (by_id and entry.id is not None):
            self._refuse(first, entry)

    def _refuse(self, first: Entry, second: Entry) -> None:
        if first is not second:
            name = self._resource.many
            raise Refused(
                f"{name}[{first.index}] and {name}[{second.index}] both stand for the same {self._resource.noun};"
                " leave one of them out."
            )


def _operation(entry: Entry, position: int | None, current: Sequence[Raw], resource: Resource, where: str) -> Operation:
    if position is None:
        return _creation(entry, resource, where) if entry.present else Operation(UNCHANGED, entry)
    live = current[position]
    if not entry.present:
        return Operation(DELETED, entry, position, before=live)
    payload: Raw = {}
    differences: list[Difference] = []
    for item in resource.declared_fields():
        wanted = entry.values.get(item.name, ABSENT)
        if wanted is ABSENT:
            continue
        value = live.get(item.api)
        merged = _merged(item, wanted, value, where)
        differences.extend(Difference(f"{item.name}.{name}", None, None, UNVERIFIABLE) for name in merged.unverifiable)
        if not item.equal(merged.value, value):
            payload[item.api] = merged.value
            differences.append(Difference(item.name, value, merged.value))
    kind = UPDATED if payload else UNCHANGED
    return Operation(kind, entry, position, live, {**live, **payload}, payload, tuple(differences))


def _creation(entry: Entry, resource: Resource, where: str) -> Operation:
    payload: Raw = dict(resource.constants)
    for item in resource.declared_fields():
        wanted = entry.values.get(item.name, item.default)
        if wanted is REQUIRED:
            name = entry.values.get(resource.key) or entry.id
            raise Refused(f"{where}{item.name}: is needed to create {resource.describe(name)}, which is not there yet.")
        payload[item.api] = _merged(item, wanted, ABSENT, where).value
    return Operation(CREATED, entry, after=payload, payload=payload)


def _merged(item: Field, wanted: Any, live: Any, where: str) -> Merged:
    try:
        return item.merge(wanted, live)
    except ValueError as error:
        raise Refused(f"{where}{error}") from None


class _Later:
    """The list as it is to be: whether the entries that were told apart on the way there still are."""

    def __init__(self, operations: Sequence[Operation], current: Sequence[Raw], resource: Resource) -> None:
        self._resource = resource
        self._operations = operations
        self._current = current

    @functools.cached_property
    def _objects(self) -> tuple[_Finder, list[Operation | None]]:
        """The objects of that list, and whose each is. Not made for one entry that gives nothing another name."""
        ours = {operation.position: operation for operation in self._operations if operation.position is not None}
        objects: list[Raw] = []
        owners: list[Operation | None] = []
        for position, raw in enumerate(self._current):
            owner = ours.get(position)
            if owner is None or owner.kind != DELETED:
                objects.append(raw if owner is None else owner.after or {})
                owners.append(owner)
        for operation in self._operations:
            if operation.kind == CREATED:
                objects.append(operation.payload)
                owners.append(operation)
        return _Finder(self._resource, objects), owners

    def refuse_overlap(self, operation: Operation) -> None:
        """Refuse an entry that would match what another one makes, as the next run could not tell them apart."""
        entry = operation.entry
        if len(self._operations) < 2 or entry is None or entry.id is not None:
            return
        finder, owners = self._objects
        for position in _matching(finder, entry, self._resource)[0]:
            other = owners[position]
            if other is not None and other is not operation and other.entry is not None:
                name = self._resource.many
                raise Refused(
                    f"{name}[{entry.index}] would also match the {self._resource.noun} of {name}[{other.entry.index}]"
                    " once both are applied; let each match its own only, or leave one out."
                )

    def name_taken(self, operation: Operation) -> list[str]:
        """A warning where a rename gives an object the name that another one has, which makes the name ambiguous."""
        key = self._resource.field(self._resource.key)
        if operation.kind != UPDATED or key.api not in operation.payload:
            return []
        name = quoted(operation.payload[key.api])
        finder, owners = self._objects
        same_name = finder.by((key.name,), [operation.payload[key.api]])
        others = [position for position in same_name if owners[position] is not operation]
        if not others:
            return []
        ids = listed(finder.current[position].get("id") for position in others)
        noun = self._resource.noun
        return [f"Another {noun} has the {key.name} {name} too (id {ids}); by name both are ambiguous."]


def _check_purge_scope(operations: Sequence[Operation], purge: Purge, resource: Resource) -> None:
    for operation in operations:
        if operation.entry is None or operation.after is None:
            continue
        if not purge.selects(operation.after):
            raise Refused(
                f"{resource.many}[{operation.entry.index}]: {resource.describe(resource.label(operation.after))} lies"
                " outside purge_only; widen purge_only, or declare it in a task of its own."
            )
