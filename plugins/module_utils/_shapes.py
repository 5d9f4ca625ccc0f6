# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task's arguments before and after Ansible's validators: what those can't take, and what means the same everywhere.

Both adapters go through it, so that a task tells the same in Ansible's worker and shipped.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.validation import check_type_dict

from ._errors import InvalidOption


def names_of(spec: Mapping[str, Any]) -> dict[str, str]:
    """The options of a spec by each name that they can be given by."""
    return {alias: name for name, option in spec.items() for alias in (name, *option.get("aliases", ()))}


def without_misshapen(spec: Mapping[str, Any], raw: Mapping[str, Any]) -> tuple[dict[str, Any], InvalidOption | None]:
    """The arguments with null for what is no mapping where an option has options of its own, and the first such error.

    Ansible's validators break off at a boolean or a number there, name no option for a text, and show what they refuse.
    """
    names = names_of(spec)
    found: dict[str, Any] = dict(raw)
    first: InvalidOption | None = None
    for key, value in raw.items():
        option = spec[names[key]] if key in names else {}
        if value is None or "options" not in option:
            continue
        error = _list_error(key, value) if option["type"] == "list" else _mapping_error(key, value)
        if error is not None:
            found[key] = None
            first = first or error
    return found, first


def _list_error(name: str, value: Any) -> InvalidOption | None:
    if isinstance(value, (list, tuple)):
        errors = (_mapping_error(f"{name}[{index}]", item) for index, item in enumerate(value))
        return next((error for error in errors if error is not None), None)
    if isinstance(value, str) and all(_mapping_error(name, part) is None for part in value.split(",")):
        return None
    return InvalidOption(name, f"must be a list of mappings, not {_kind(value)}.")


def _mapping_error(name: str, value: Any) -> InvalidOption | None:
    if isinstance(value, Mapping):
        return None
    if isinstance(value, str):
        try:
            check_type_dict(value)
        except TypeError:
            pass
        else:
            return None
    return InvalidOption(name, f"must be a mapping, not {_kind(value)}.")


def _kind(value: Any) -> str:
    """What a value is, in a user's words; the value itself may be a secret."""
    kinds = ((bool, "a boolean"), ((int, float), "a number"), (str, "a text"), ((list, tuple), "a list"))
    if value is None:
        return "null"
    return next((word for kind, word in kinds if isinstance(value, kind)), "a mapping")


def with_absolute_paths(spec: Mapping[str, Any], params: Mapping[str, Any], folder: str) -> dict[str, Any]:
    """Validated parameters with paths that do not depend on where a process runs; relative ones begin in the folder."""
    return {
        name: os.path.abspath(os.path.join(folder, value))
        if value and spec.get(name, {}).get("type") == "path" and not os.path.isabs(value)
        else value
        for name, value in params.items()
    }
