# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole argument spec of a module, and how its arguments are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._options import connection_spec, transport_spec
from ._resource import Resource
from ._secrets import Masker, UrlMasker, shown_name
from ._shapes import names_of
from ._spec import resource_spec
from ._values import Raw


def argument_spec(resource: Resource) -> dict[str, Any]:
    """Connection, transport and resource options of one module."""
    return {**connection_spec(resource.options), **transport_spec(), **resource_spec(resource)}


def masked_arguments(resource: Resource, params: Mapping[str, Any]) -> Raw:
    """A module's arguments for the result key `invocation`, masked by path like everything else.

    They may be some that were refused: what is not what it should be may be anything, a secret too, and is not shown.
    """
    maskers: dict[str, Masker] = {resource.options.secret: Masker(), "api_url": UrlMasker()}
    if "://" not in str(params.get("api_url")):
        maskers["api_url"] = Masker()
    if resource.options.account_problem(str(params.get("account_id"))):
        maskers["account_id"] = Masker()
    return _masked(resource, argument_spec(resource), params, maskers)


def _masked(resource: Resource, spec: Mapping[str, Any], params: Mapping[str, Any], more: Mapping[str, Masker]) -> Raw:
    # Ansible keeps an alias beside the name that it stands for.
    names = names_of(spec)
    purging = {option.name: option.masker for option in resource.purge_options if option.masker is not None}
    maskers = {**resource.maskers(_hiding(spec, params)), **purging, **more}
    shown: Raw = {}
    for key, value in params.items():
        name = names.get(key)
        if name is None:
            shown[shown_name(key)] = Masker().mask(value)
        elif "options" in spec[name]:
            shown[key] = _masked_options(resource, spec[name], value)
        else:
            found = maskers[name].mask(value) if name in maskers else value
            shown[key] = {shown_name(item): found[item] for item in found} if isinstance(found, Mapping) else found
    return shown


def _masked_options(resource: Resource, option: Mapping[str, Any], value: Any) -> Any:
    if option["type"] == "list" and isinstance(value, list):
        return [_masked_options(resource, {**option, "type": "dict"}, item) for item in value]
    if option["type"] == "dict" and isinstance(value, Mapping):
        return _masked(resource, option["options"], value, {})
    return Masker().mask(value)


def _hiding(spec: Mapping[str, Any], params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments, with all that can be hidden in `secret_fields` where nobody can tell what was meant there."""
    known = spec.get("secret_fields", {}).get("choices", [])
    fields = params.get("secret_fields")
    clear = fields is None or (isinstance(fields, list) and all(name in known for name in fields))
    return params if clear else {**params, "secret_fields": known}
