# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole argument spec of a module, and how its arguments are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._options import connection_spec, transport_spec
from ._resource import MANY, Raw, Resource
from ._secrets import SECRET
from ._spec import resource_spec


def argument_spec(resource: Resource) -> dict[str, Any]:
    """Connection, transport and resource options of one module."""
    return {**connection_spec(resource.options), **transport_spec(), **resource_spec(resource)}


def masked_arguments(resource: Resource, params: Mapping[str, Any]) -> Raw:
    """A module's arguments for the result key `invocation`, masked by path like everything else."""
    shown = _masked_entry(resource, params)
    if resource.form == MANY and isinstance(params.get(resource.many), list):
        shown[resource.many] = [
            _masked_entry(resource, item) if isinstance(item, Mapping) else item for item in params[resource.many]
        ]
    for name, option in connection_spec(resource.options).items():
        if option.get("no_log") and params.get(name) is not None:
            shown[name] = SECRET
    return shown


def _masked_entry(resource: Resource, params: Mapping[str, Any]) -> Raw:
    maskers = resource.maskers(params)
    for item in resource.declared_fields():
        for option in item.options():
            # Ansible keeps an alias beside the name that it stands for.
            for alias in option.spec.get("aliases", ()) if option.name in maskers else ():
                maskers[alias] = maskers[option.name]
    return {name: maskers[name].mask(value) if name in maskers else value for name, value in params.items()}
