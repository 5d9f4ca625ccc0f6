# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run shows: results, diffs and drift, with every secret masked by the path of its field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from ._errors import EventsError, InvalidOption
from ._plan import CREATED, DELETED, UNCHANGED, UNVERIFIABLE, Operation
from ._resource import ONE, Resource
from ._service import Outcome, Service
from ._values import Given, Raw, same

MISSING, UNEXPECTED, DIFFERENT = "missing", "unexpected", "different"


class Report:
    """Makes the result of one run. live: whether the plan was carried out, or only predicted."""

    def __init__(self, resource: Resource, service: Service, account_id: str, live: bool, diff: bool) -> None:
        self._resource = resource
        self._service = service
        self._account_id = account_id
        self._live = live
        self._diff = diff

    def success(self, outcome: Outcome) -> Raw:
        """The result of a plan that was carried out or predicted."""
        operations = outcome.plan.operations
        result: Raw = {"changed": outcome.plan.changed, **self._common(outcome)}
        if self._diff:
            result["diff"] = self._diffs(outcome)
        shown = [
            self._shown(operation, self._after(outcome, position)) for position, operation in enumerate(operations)
        ]
        result["operations"] = [self._item(outcome, position) for position in range(len(operations))]
        if self._resource.form == ONE:
            result["operation"] = operations[0].kind
            result[self._resource.one] = shown[0]
        else:
            result[self._resource.many] = [
                item for item, operation in zip(shown, operations) if operation.entry is not None
            ]
        if outcome.verified is not None:
            result["verified"] = outcome.verified
        result.update(outcome.extra)
        return result

    def failure(self, error: EventsError) -> Raw:
        """What was planned and done before a failure."""
        outcome: Outcome | None = error.outcome
        if outcome is None:
            return {"changed": False}
        result: Raw = {"changed": bool(outcome.done) or outcome.uncertain, **self._common(outcome), **outcome.extra}
        if self._diff and not self._live:
            result["diff"] = self._diffs(outcome)
        items = [self._item(outcome, position) for position in range(len(outcome.plan.operations))]
        result["operations"] = [{**item, "done": position in outcome.done} for position, item in enumerate(items)]
        return result

    def info(self, found: list[Raw], everything: list[Raw], shown_whole: Callable[[Any], bool]) -> Raw:
        """The result of an info module: whole objects, and the same as entries of the plural module.

        everything: the whole list, since a name also has to be told from those that the filters left out. shown_whole:
        whether a value stands in the result as it is.
        """
        names = Counter(repr(self._resource.label(raw)) for raw in everything if self._resource.candidate(raw))
        whole = []
        for raw in found:
            shown, maskers = self._service.described(raw)
            whole.append({name: maskers[name].mask(item) if name in maskers else item for name, item in shown.items()})
        result: Raw = {"changed": False, self._resource.many: whole}
        if self._resource.declared_fields():
            result["declared"] = [
                declared(self._resource, raw, names[repr(self._resource.label(raw))] > 1, shown_whole)
                for raw in found
                if self._resource.candidate(raw)
            ]
        return result

    def _common(self, outcome: Outcome) -> Raw:
        drift = []
        for operation in outcome.plan.operations:
            drift.extend(self._drift(operation))
        return {"drift": drift}

    def _after(self, outcome: Outcome, position: int) -> Raw | None:
        """The object as it is now, or would be."""
        operation = outcome.plan.operations[position]
        if operation.kind == DELETED:
            return None
        return outcome.done.get(position) or operation.after

    def _item(self, outcome: Outcome, position: int) -> Raw:
        operation = outcome.plan.operations[position]
        after = self._after(outcome, position)
        index = operation.entry.index if operation.entry is not None else None
        return {
            "index": index,
            "operation": operation.kind,
            "key": self._key(operation),
            "id": self._id(operation, after),
            "scope": self._service.scope(),
        }

    def _key(self, operation: Operation) -> Any:
        raw = operation.after or operation.before
        if raw is not None:
            return self._resource.label(raw)
        return operation.entry.values.get(self._resource.key) if operation.entry is not None else None

    @staticmethod
    def _id(operation: Operation, after: Raw | None = None) -> Any:
        return (after or operation.live).get("id")

    def _shown(self, operation: Operation, raw: Raw | None) -> Raw | None:
        if raw is None:
            return None
        given = operation.entry.given if operation.entry is not None else {}
        maskers = self._resource.maskers(given, foreign=operation.entry is None)
        shown = self._resource.shown(raw, given, server_set=True)
        return {name: maskers[name].mask(item) if name in maskers else item for name, item in shown.items()}

    def _sides(self, operation: Operation) -> tuple[Raw, Raw, Raw, Raw]:
        """Before and after in terms of options: both masked for the eye, and both as they are for comparing."""
        given: Mapping[str, Any] = operation.entry.given if operation.entry is not None else {}
        maskers = self._resource.maskers(given, foreign=operation.entry is None)
        before = self._resource.shown(operation.before, given, server_set=False) if operation.before else {}
        after = self._resource.shown(operation.after, given, server_set=False) if operation.after else {}
        masked_before, masked_after = dict(before), dict(after)
        for name, masker in maskers.items():
            if name in before and name in after:
                masked_before[name], masked_after[name] = masker.pair(before[name], after[name])
            elif name in before:
                masked_before[name] = masker.mask(before[name])
            elif name in after:
                masked_after[name] = masker.mask(after[name])
        return masked_before, masked_after, before, after

    def _diffs(self, outcome: Outcome) -> Any:
        changed = [operation for operation in outcome.plan.operations if operation.kind != UNCHANGED]
        if self._resource.form == ONE:
            return self._one_diff(outcome.plan.operations[0])
        return [self._one_diff(operation) for operation in changed]

    def _one_diff(self, operation: Operation) -> Raw:
        before, after, _raw_before, _raw_after = self._sides(operation)
        header = self._resource.describe(self._key(operation))
        return {"before": before, "after": after, "before_header": header, "after_header": header}

    def _drift(self, operation: Operation) -> list[Raw]:
        base = {
            "service": self._resource.service,
            "account_id": self._account_id,
            "scope": self._service.scope(),
            "resource": self._resource.kind,
            "key": self._key(operation),
            "id": self._id(operation),
        }

        def item(kind: str, field: str | None = None, live: Any = None, to: Any = None) -> Raw:
            return {**base, "field": field, "from": live, "to": to, "kind": kind}

        if operation.kind == CREATED:
            return [item(MISSING)]
        if operation.kind == DELETED:
            return [item(UNEXPECTED)]
        found = [
            item(UNVERIFIABLE, difference.field)
            for difference in operation.differences
            if difference.kind == UNVERIFIABLE
        ]
        if operation.kind != UNCHANGED:
            masked_before, masked_after, before, after = self._sides(operation)
            for name in after:
                for path, key in _paths(name, before.get(name), after[name]):
                    if not same(_part(before.get(name), key), _part(after[name], key)):
                        live, to = _part(masked_before.get(name), key), _part(masked_after[name], key)
                        found.append(item(DIFFERENT, path, live, to))
        return found


def _paths(name: str, before: Any, after: Any) -> list[tuple[str, str | None]]:
    """The field, or each of its keys where it is a mapping."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return [(f"{name}.{key}", key) for key in dict.fromkeys((*before, *after))]
    return [(name, None)]


def _part(value: Any, key: str | None) -> Any:
    return value if key is None else value.get(key)


def _always(value: Any) -> bool:
    return True


def declared(resource: Resource, raw: Raw, ambiguous: bool, shown_whole: Callable[[Any], bool] = _always) -> Raw:
    """A live object as an entry of the plural module that applies with no change.

    Secret values are left out: as null in `secret_headers`, and a URL that holds one is not declared. So is a value
    that the module would refuse to send, and one that is not shown whole: declared with a mask in it, it would be
    written so. The id is there only where the name does not tell the object from others.
    """
    entry: Raw = {}
    for item in resource.declared_fields():
        value = raw.get(item.api)
        if item.show is not None and item.compose is not None:
            entry.update(_declared_parts(item.compose, item.show(value, {}), shown_whole))
            continue
        if not shown_whole(value):
            continue
        for lenient in ({}, resource.lenient):
            if _declarable(item, value, lenient):
                entry.update({item.name: value, **lenient})
                break
    if ambiguous or resource.key not in entry:
        entry["id"] = raw["id"]
    return entry


def _declarable(item: Any, value: Any, given: Mapping[str, Any]) -> bool:
    if value is None or value == "":
        return bool(item.nullable)
    kinds = {"str": str, "int": int, "bool": bool}
    kind = item.spec.get("type", "str")
    if not isinstance(value, kinds.get(kind, object)) or (kind == "int" and isinstance(value, bool)):
        return False
    if value not in item.spec.get("choices", (value,)) or (item.masker is not None and item.masker.secrets(value)):
        return False
    try:
        return bool(item.equal(item.normalise(value, given), value))
    except ValueError:
        return False


def _declared_parts(compose: Callable[[Given], Any], shown: Raw, shown_whole: Callable[[Any], bool]) -> Raw:
    """The parts of a field without their values, and without names that the module would refuse or that are masked."""
    found: Raw = {}
    for part, values in shown.items():
        names: dict[str, None] = {}
        for name in filter(shown_whole, values):
            try:
                compose({part: {**names, name: None}})
            except InvalidOption:
                continue
            names[name] = None
        if names:
            found[part] = names
    return found
