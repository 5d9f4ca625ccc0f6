# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types that descriptions of resources are made of.

One description of a resource generates its argument spec, its payloads, the comparison and the diff, so that they
cannot disagree. Values are in one of three forms: *options* as a user writes them, *wanted* values as the API takes
them (after `normalise`), and *raw* objects as the API sent them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ._secrets import Masker
from ._values import REQUIRED, Given, Raw, quoted, same

if TYPE_CHECKING:
    from ._budget import Limit
    from ._exchange import Dialect
    from ._options import ServiceOptions
    from ._service import Connection, Service

ONE, MANY, INFO = "one", "many", "info"


def _as_given(value: Any, given: Given) -> Any:
    return value


def _keep(wanted: Any, live: Any) -> Merged:
    return Merged(wanted)


@dataclass(frozen=True)
class Merged:
    """A wanted value in the view of the live one. `unverifiable`: parts that can't be compared, by their names."""

    value: Any
    unverifiable: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """One option of an argument spec; `spec` is what Ansible's argument spec takes beside the name."""

    name: str
    spec: Mapping[str, Any]
    masker: Masker | None = None


@dataclass(frozen=True)
class Field:
    """One property of a resource: its option and its key in the API.

    nullable: null or an empty text clears it, and the API is sent `cleared`. Else null counts as left out.
    default: what the API is sent on create where the option is left out.
    normalise: from option to wanted value; raises ValueError with the problem, which the caller puts behind the name.
    masker, foreign_masker: how it is shown; the latter for objects that nobody declared.
    merge: the wanted value in the view of the live one, for a field that is not replaced as a whole.
    show: from raw value to options, for a field that several options make up (`parts` names them; `compose` makes the
    wanted value of those that were given, or ABSENT).
    """

    name: str
    api: str
    spec: Mapping[str, Any] = field(default_factory=dict)
    server_set: bool = False
    nullable: bool = False
    cleared: Any = None
    default: Any = REQUIRED
    normalise: Callable[[Any, Given], Any] = _as_given
    equal: Callable[[Any, Any], bool] = same
    merge: Callable[[Any, Any], Merged] = _keep
    masker: Masker | None = None
    foreign_masker: Masker | None = None
    parts: tuple[Option, ...] = ()
    compose: Callable[[Given], Any] | None = None
    show: Callable[[Any, Given], Raw] | None = None

    def options(self) -> tuple[Option, ...]:
        """The options that this field adds to the argument spec."""
        if self.server_set:
            return ()
        return self.parts or (Option(self.name, {"type": "str", **self.spec}, self.masker),)


@dataclass(frozen=True)
class Entry:
    """One declared resource: what a singular module declares, or one item of a plural module's list.

    `given` are the options of this entry that were provided, validated; `values` the wanted values of its fields.
    """

    index: int
    given: Given
    values: Mapping[str, Any]
    present: bool = True
    id: Any = None
    formerly: tuple[str, ...] = ()
    match_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resource:
    """What one kind of resource is, as data.

    service, kind, noun: `phonecom`, `event_profile`, `event profile`.
    one, many: the result keys (and the plural module's option), `profile` and `profiles`.
    key: the name of the field that identifies it for people. `identity` are the options beside the fields that find it.
    candidate: whether a raw object can be managed at all. constants: keys that every new object gets.
    `scope_options` say where the list lives.
    form: which module this is: ONE, MANY or INFO.
    options, limits: how the service is reached, and the request limits it documents. dialect: how it speaks of errors.
    connect: opens the lists for one run. expand: makes several entries of one item of a list.
    lenient: options that let values through which are refused otherwise.
    """

    service: str
    kind: str
    noun: str
    one: str
    many: str
    key: str
    fields: tuple[Field, ...]
    options: ServiceOptions
    dialect: Callable[[Callable[[str], str]], Dialect]
    connect: Callable[[Resource, Connection], Sequence[Service]]
    limits: tuple[Limit, ...] = ()
    lenient: Mapping[str, Any] = field(default_factory=dict)
    identity: tuple[Option, ...] = ()
    scope_options: tuple[Option, ...] = ()
    entry_options: tuple[Option, ...] = ()
    expand: Callable[[Given], list[Raw]] | None = None
    task_options: tuple[Option, ...] = ()
    purge_options: tuple[Option, ...] = ()
    filter_options: tuple[Option, ...] = ()
    required_one_of: tuple[tuple[str, ...], ...] = ()
    entry_required_one_of: tuple[tuple[str, ...], ...] = ()
    mutually_exclusive: tuple[tuple[str, ...], ...] = ()
    candidate: Callable[[Raw], bool] = bool
    constants: Mapping[str, Any] = field(default_factory=dict)
    default_match: tuple[str, ...] = ()
    form: str = ONE

    def as_form(self, form: str, **changes: Any) -> Resource:
        """The same resource for the plural or the info module, with what else is different there."""
        return replace(self, form=form, **changes)

    def field(self, name: str) -> Field:
        """The field of an option name; KeyError if there is none."""
        for item in self.fields:
            if item.name == name:
                return item
        raise KeyError(name)

    def label(self, raw: Raw) -> Any:
        """What people call this object: the raw value of its key field."""
        return raw.get(self.field(self.key).api)

    def describe(self, name: Any) -> str:
        """How a message names one resource of this kind."""
        return f"{self.noun} {quoted(name)}"

    def declared_fields(self) -> tuple[Field, ...]:
        """The fields that a user can declare."""
        return tuple(item for item in self.fields if not item.server_set)

    def shown(self, raw: Raw, given: Given, server_set: bool) -> Raw:
        """A raw object in terms of options, unmasked; with or without what the server sets."""
        result: Raw = {}
        for item in self.fields:
            if item.server_set and not server_set:
                continue
            value = raw.get(item.api)
            if item.show is not None:
                result.update(item.show(value, given))
            else:
                result[item.name] = value
        return result

    def maskers(self, given: Given, foreign: bool = False) -> dict[str, Masker]:
        """The maskers of an entry's options, with those that the user asked for by `secret_fields`.

        foreign: for an object that nobody declared.
        """
        found = {
            option.name: option.masker for item in self.fields for option in item.options() if option.masker is not None
        }
        if foreign:
            found.update((item.name, item.foreign_masker) for item in self.fields if item.foreign_masker is not None)
        names = given.get("secret_fields") or ()
        if not isinstance(names, (list, tuple)):
            # Arguments that were refused are shown as they were given.
            names = str(names).split(",")
        found.update((str(name).strip(), Masker()) for name in names)
        return found
