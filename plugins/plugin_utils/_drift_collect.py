# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From results of modules to resources and their drift.

Nothing that a result fails to tell is taken for good: what was skipped, hidden or can't be read is noted as unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ._drift_model import (
    DRIFTS,
    FAILED,
    SKIPPED,
    UNREACHABLE,
    UNVERIFIABLE,
    Audited,
    Drift,
    Observation,
    Problem,
    exact,
    plain,
)

#: The keys of a result that are read at all; the rest may hold secrets in clear.
READ = ("drift", "operation", "operations", "api", "msg", "changed")
#: A result that Ansible hides has this key instead of its own.
HIDDEN = "censored"

_OPERATIONS = ("created", "updated", "deleted", "unchanged")


@dataclass(frozen=True)
class _Operation:
    kind: str
    key: Any = None
    id: Any = None
    scope: str | None = None
    account_id: str | None = None
    done: bool | None = None


class _Left:
    """The drift of a result, to be shared out to its operations."""

    def __init__(self, drift: list[Mapping[str, Any]]) -> None:
        self._groups: dict[str, dict[tuple[str | None, str], list[Mapping[str, Any]]]] = {}
        for item in drift:
            place = (_text(item.get("scope")), exact(plain(item.get("id"))))
            self._groups.setdefault(exact(plain(item.get("key"))), {}).setdefault(place, []).append(item)

    def take(self, operation: _Operation) -> list[Mapping[str, Any]]:
        """The drift of an operation's resource. There is no id before a resource is made; a scope may not be told."""
        groups = self._groups.get(exact(operation.key), {})
        if operation.scope is None or operation.id is None:
            places = [place for place in groups if self._fits(operation, *place)]
        else:
            known, unknown = exact(operation.id), exact(None)
            every = ((operation.scope, known), (operation.scope, unknown), (None, known), (None, unknown))
            places = [place for place in every if place in groups]
        return [item for place in places for item in groups.pop(place)]

    @staticmethod
    def _fits(operation: _Operation, scope: str | None, identity: str) -> bool:
        same_scope = None in (operation.scope, scope) or operation.scope == scope
        return same_scope and (operation.id is None or identity in (exact(None), exact(operation.id)))

    def rest(self) -> list[list[Mapping[str, Any]]]:
        """What no operation took, by resource."""
        return [items for groups in self._groups.values() for items in groups.values()]


class Collector:
    """Takes observations one by one; one resource that several of them audited is one resource."""

    def __init__(self) -> None:
        self.failures: list[Problem] = []
        self.unknown: list[Problem] = []
        self.api = {"requests": 0, "retries": 0, "waited": 0.0}
        #: How many results of this collection's modules came at all, of info modules too.
        self.observed = 0
        #: Hosts on which resources were compared, in order.
        self.hosts: dict[str, None] = {}
        #: By what makes a resource the same, then by id.
        self._resources: dict[str, dict[str, Audited]] = {}

    @property
    def resources(self) -> list[Audited]:
        """The resources, in the order they were first audited."""
        return [resource for found in self._resources.values() for resource in found.values()]

    def add(self, seen: Observation) -> None:
        """Take one result."""
        self.observed += 1
        self._count_requests(seen.result.get("api"))
        service, resource, info = _module(seen.module)
        problem = Problem(
            "",
            "",
            seen.host,
            seen.place,
            service,
            resource,
            _account(seen),
            changed=not seen.check and seen.result.get("changed") is True,
        )
        if seen.status == UNREACHABLE:
            self._unknown(problem, "unreachable", "The host could not be reached.")
        elif seen.status == SKIPPED:
            if not info:
                self._unknown(problem, "skipped", "The task was skipped.")
        elif HIDDEN in seen.result:
            if seen.status == FAILED:
                self._failed(problem, "The task failed; no_log hides why.")
            elif not info:
                self._unknown(problem, "censored", "no_log hides the result, so it can't be read.")
        elif info:
            if seen.status == FAILED:
                self._failed(problem, _message(seen.result))
        else:
            self._audit(seen, problem)

    def _audit(self, seen: Observation, problem: Problem) -> None:
        operations = _operations(seen.result)
        drift = _drift(seen.result)
        told = operations is not None and drift is not None
        # A failure that failed_when turned into a success is one all the same.
        failed = seen.broken or (not told and (seen.status == FAILED or isinstance(seen.result.get("msg"), str)))
        if failed:
            self._failed(problem, _message(seen.result))
        elif not told:
            self._unknown(problem, "no_result", "The result does not say what was audited (a background task?).")
            return
        elif seen.status == FAILED and not drift:
            self._failed(problem, "failed_when of the task failed it; the module itself had no failure.", "condition")
        if told or drift:
            self.hosts.setdefault(seen.host)
        self._resources_of(seen, operations or [], drift or [], failed)

    def _resources_of(
        self, seen: Observation, operations: list[_Operation], drift: list[Mapping[str, Any]], failed: bool
    ) -> None:
        left = _Left(drift)
        for number, operation in enumerate(operations):
            if operation.key is None and len(operations) == 1:
                # The result of a singular module: all drift is of its one resource.
                mine, left = drift, _Left([])
            else:
                mine = left.take(operation)
            done = not failed if operation.done is None else operation.done
            self._resource(seen, number, operation, mine, corrected=not seen.check and done)
        # What no operation stands for, as after the failure of a singular module, is drift all the same.
        for number, mine in enumerate(left.rest(), len(operations)):
            self._resource(seen, number, _Operation("", mine[0].get("key"), mine[0].get("id")), mine, corrected=False)

    def _resource(
        self,
        seen: Observation,
        number: int,
        operation: _Operation,
        drift: list[Mapping[str, Any]],
        corrected: bool,
    ) -> None:
        service, resource, _info = _module(seen.module)
        base = drift[0] if drift else {}
        made = Audited(
            _text(base.get("service")) or service,
            _text(base.get("account_id")) or operation.account_id or _account(seen),
            _text(base.get("scope")) or operation.scope,
            _text(base.get("resource")) or resource,
            plain(base.get("key") if operation.key is None else operation.key),
            plain(operation.id if base.get("id") is None else base["id"]),
        )
        found = self._same(made, seen, number)
        found.operation = operation.kind or found.operation
        found.audits += 1
        _note(found.hosts, seen.host)
        _note(found.tasks, seen.place)
        for item in drift:
            kind, name = item["kind"], plain(item.get("field"))
            if kind == UNVERIFIABLE:
                _note(found.unverifiable, str(name))
                continue
            new = Drift(kind, None if name is None else str(name), plain(item.get("from")), plain(item.get("to")))
            known = found.drift.setdefault(new.identity, new)
            # The last audit knows best whether it is still there.
            known.corrected = corrected
            _note(known.hosts, seen.host)

    def _same(self, made: Audited, seen: Observation, number: int) -> Audited:
        """The resource as it is known already, else the new one. Without an account or a key nobody can tell."""
        identity: list[Any] = [made.service, made.account_id, made.scope, made.resource, made.key]
        if made.account_id is None:
            identity.append(seen.host)
        if made.key is None:
            identity.append([self.observed, number])
        known = self._resources.setdefault(exact(identity), {})
        if made.id is None and known:
            # It was not there yet, or its id is not told: one of this name is the one.
            return next(iter(known.values()))
        unnumbered = known.pop(exact(None), None)
        if unnumbered is not None:
            unnumbered.id = made.id
            known[exact(made.id)] = unnumbered
        return known.setdefault(exact(made.id), made)

    def _count_requests(self, api: Any) -> None:
        if not isinstance(api, Mapping):
            return
        for name, total in self.api.items():
            value = api.get(name)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 10**9:
                self.api[name] = total + value

    def _failed(self, problem: Problem, message: str, reason: str = "failed") -> None:
        self.failures.append(replace(problem, reason=reason, message=message))

    def _unknown(self, problem: Problem, reason: str, message: str) -> None:
        self.unknown.append(replace(problem, reason=reason, message=message))


def _note(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


def _module(name: str) -> tuple[str, str, bool]:
    """Service and resource that a module's name tells (phonecom_event_profiles), and whether it only informs."""
    bare = name[: -len("_info")] if name.endswith("_info") else name
    service, separator, resource = bare.partition("_")
    resource = resource if separator else bare
    return service, resource[:-1] if resource.endswith("s") else resource, bare != name


def _text(value: Any) -> str | None:
    return None if value is None or isinstance(value, (Mapping, list)) else str(plain(value))


def _account(seen: Observation) -> str | None:
    api = seen.result.get("api")
    return _text(api.get("account_id")) if isinstance(api, Mapping) else None


def _message(result: Mapping[str, Any]) -> str:
    """The first paragraph: Ansible's own messages go on with lines of the playbook, in which secrets may stand."""
    text = result.get("msg")
    first = str(plain(text)).strip().split("\n\n", maxsplit=1)[0] if isinstance(text, str) else ""
    return first[:4000] or "The task failed without a message."


def _operations(result: Mapping[str, Any]) -> list[_Operation] | None:
    """What was done to which resource; None if the result does not say, or in no way that can be read."""
    many, one = result.get("operations"), result.get("operation")
    if many is None and one is not None:
        return [_Operation(one)] if one in _OPERATIONS else None
    if not isinstance(many, (list, tuple)):
        return None
    read = [_operation(item) for item in many]
    return None if None in read else [item for item in read if item is not None]


def _operation(item: Any) -> _Operation | None:
    if not isinstance(item, Mapping) or item.get("operation") not in _OPERATIONS or "key" not in item:
        return None
    done = item.get("done")
    return _Operation(
        str(item["operation"]),
        plain(item["key"]),
        plain(item.get("id")),
        _text(item.get("scope")),
        _text(item.get("account_id")),
        done if isinstance(done, bool) else None,
    )


def _drift(result: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    """The drift; None if it is not there or can't be read, which is not the same as no drift."""
    found = result.get("drift")
    if not isinstance(found, (list, tuple)):
        return None
    read = list(_known(found))
    return read if len(read) == len(found) else None


def _known(found: list[Any] | tuple[Any, ...]) -> Iterator[Mapping[str, Any]]:
    for item in found:
        if isinstance(item, Mapping) and item.get("kind") in (*DRIFTS, UNVERIFIABLE):
            yield item
