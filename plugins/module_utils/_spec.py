# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a resource description to an argument spec, and from validated options to declared entries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ._errors import InvalidOption
from ._resource import INFO, ONE, Entry, Field, Option, Resource
from ._shapes import names_of
from ._values import ABSENT

_STATE = {"type": "str", "choices": ["present", "absent"]}
_FORMERLY = Option("formerly", {"type": "list", "elements": "str"})


def _specs(options: Iterable[Option]) -> dict[str, Any]:
    return {option.name: dict(option.spec) for option in options}


def entry_spec(resource: Resource) -> dict[str, Any]:
    """The argument spec of one declared resource."""
    spec = _specs(resource.identity)
    for item in resource.declared_fields():
        spec.update(_specs(item.options()))
    spec.update(_specs((*resource.entry_options, _FORMERLY)))
    return spec


def resource_spec(resource: Resource) -> dict[str, Any]:
    """The argument spec of a module, without the connection and transport options."""
    spec = _specs(resource.scope_options)
    if resource.form == INFO:
        spec.update(_specs(resource.filter_options))
        return spec
    spec.update(_specs(resource.task_options))
    spec["state"] = {**_STATE, "default": "present"}
    if resource.form == ONE:
        spec.update(entry_spec(resource))
    else:
        spec[resource.many] = {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {"state": _STATE, **entry_spec(resource)},
        }
        spec["purge"] = {"type": "bool", "default": False}
        spec["purge_only"] = {
            "type": "dict",
            "options": {"everything": {"type": "bool"}, **_specs(resource.purge_options)},
        }
        spec["max_deletions"] = {"type": "int"}
    return spec


def constraints(resource: Resource) -> dict[str, Any]:
    """The keyword arguments that Ansible's validators take beside the argument spec."""
    one_of = resource.required_one_of + (resource.entry_required_one_of if resource.form == ONE else ())
    kinds = {"mutually_exclusive": resource.mutually_exclusive, "required_one_of": one_of}
    return {kind: [list(group) for group in groups] for kind, groups in kinds.items() if groups}


def provided_paths(spec: Mapping[str, Any], raw: Any, prefix: str = "") -> frozenset[str]:
    """The options that a task gave, explicit nulls included: `name`, `profiles.0.name`. Aliases are resolved."""
    found: set[str] = set()
    if not isinstance(raw, Mapping):
        return frozenset()
    names = names_of(spec)
    for key, value in raw.items():
        name = names.get(key)
        if name is None:
            continue
        path = prefix + name
        found.add(path)
        options = spec[name].get("options")
        if options is None:
            continue
        if isinstance(value, (list, tuple)):
            for index, item in enumerate(value):
                found.update(provided_paths(options, item, f"{path}.{index}."))
        else:
            found.update(provided_paths(options, value, path + "."))
    return frozenset(found)


def without_nulls(spec: Mapping[str, Any], raw: Any) -> Any:
    """A task's arguments without options that are null, which Ansible's validators refuse where there are choices or a
    default. What the task gave stands in `provided_paths`; for the validators, null is the same as left out."""
    if isinstance(raw, (list, tuple)):
        return [without_nulls(spec, item) for item in raw]
    if not isinstance(raw, Mapping):
        return raw
    names = names_of(spec)
    found: dict[str, Any] = {}
    for key, value in raw.items():
        options = spec[names[key]].get("options") if key in names else None
        if value is not None or key not in names:
            found[key] = value if options is None else without_nulls(options, value)
    return found


def entries(resource: Resource, params: Mapping[str, Any], provided: Collection[str]) -> list[Entry]:
    """The declared resources of a task. Raises InvalidOption, naming the option and, in a list, the item."""
    state, names = params["state"], tuple(entry_spec(resource))
    if resource.form == ONE:
        return [_entry(resource, _given(resource, names, params, provided, ""), 0, state)]
    found = []
    for index, item in enumerate(params[resource.many]):
        given = _given(resource, names, item, provided, f"{resource.many}.{index}.")
        try:
            for single in resource.expand(given) if resource.expand is not None else (given,):
                found.append(_entry(resource, single, index, item.get("state") or state))
        except InvalidOption as error:
            raise InvalidOption(f"{resource.many}[{index}].{error.option}", error.problem) from error
    return found


def _given(
    resource: Resource, names: Iterable[str], params: Mapping[str, Any], provided: Collection[str], prefix: str
) -> dict[str, Any]:
    """The options of one entry, of those with these names, that were provided."""
    given = {
        name: params[name]
        for name in names
        # A value that is there although no path names it came as a text that Ansible converted to a mapping.
        if name in params and (prefix + name in provided or params[name] is not None)
    }
    for name in ("formerly", *(option.name for option in resource.identity)):
        if given.get(name) is None:
            given.pop(name, None)
    return given


def _entry(resource: Resource, given: Mapping[str, Any], index: int, state: str) -> Entry:
    values = {}
    for item in resource.declared_fields():
        value = _wanted(item, given)
        if value is not ABSENT:
            values[item.name] = value
    if given.get("id") == "":
        raise InvalidOption("id", f"must not be empty; leave it out to find the {resource.noun} otherwise.")
    formerly = tuple(given.get("formerly") or ())
    if "" in formerly:
        raise InvalidOption("formerly", "must not hold an empty name.")
    match_by = tuple(given.get("match_by") or resource.default_match)
    entry = Entry(index, given, values, state == "present", given.get("id"), formerly, match_by)
    missing = [name for name in match_by if values.get(name) is None]
    if entry.id is None and missing:
        raise InvalidOption(missing[0], f"is needed to find the {resource.noun}; give it, or id.")
    return entry


def _wanted(item: Field, given: Mapping[str, Any]) -> Any:
    """The wanted value of a field, or ABSENT where the options leave it as it is."""
    if item.compose is not None:
        return item.compose(given)
    if item.name not in given:
        return ABSENT
    value = given[item.name]
    if value is None or value == "":
        if item.nullable:
            return item.cleared
        if value is None:
            return ABSENT
        raise InvalidOption(item.name, "must not be empty; leave it out to keep the value that is there.")
    try:
        return item.normalise(value, given)
    except ValueError as error:
        raise InvalidOption(item.name, str(error)) from None
