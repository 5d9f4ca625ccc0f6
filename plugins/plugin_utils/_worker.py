# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The adapter for Ansible's worker process: a task in, a result out. Its twin is `module_utils/_module.py`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError

from ansible_collections.commops.events.plugins.module_utils._arguments import argument_spec, masked_arguments
from ansible_collections.commops.events.plugins.module_utils._compat import MASKS_OUTPUT_ONLY
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from ansible_collections.commops.events.plugins.module_utils._runner import Invocation, run
from ansible_collections.commops.events.plugins.module_utils._shapes import with_absolute_paths, without_misshapen
from ansible_collections.commops.events.plugins.module_utils._shared import Shared
from ansible_collections.commops.events.plugins.module_utils._spec import constraints, provided_paths, without_nulls
from ansible_collections.commops.events.plugins.plugin_utils._core import plain_arguments


@dataclass
class _Loop:
    """What the items of a loop share, and the one that ran last: Ansible copies the task for each."""

    shared: Shared
    item: Any


#: Of the loop that this worker runs; empty in the process that workers are forked from.
_loops: dict[tuple[Any, ...], _Loop] = {}


def run_task(resource: Resource, task: Any, host: str, variables: Mapping[str, Any], folder: str) -> dict[str, Any]:
    """The result of a task. folder: where a shipped module would run."""
    no_log: set[str] = set()
    warnings: list[str] = []
    try:
        result = _validated_run(resource, task, _share(task, host), variables, folder, no_log, warnings)
    except (Exception, SystemExit) as error:  # pylint: disable=broad-except
        # Not BaseException: the one by which Ansible ends a task at its `timeout` has to get through.
        result = {"failed": True, "changed": False, "msg": f"Unexpected {type(error).__name__} in the fast path."}
    if warnings:
        result["warnings"] = warnings
    # Through JSON once, as a shipped module's result: nothing of the controller's own types stays in it.
    result = json.loads(json.dumps(result))
    return result if MASKS_OUTPUT_ONLY else _without(result, no_log)


def _share(task: Any, host: str) -> Shared:
    """What this item shares with the ones before it; on another attempt (`until`) everything is read anew."""
    key = (os.getpid(), task._uuid, task.delegate_to, host)
    loop = _loops.get(key)
    if loop is None:
        for other in _loops.values():
            other.shared.close()
        _loops.clear()
        loop = _loops[key] = _Loop(Shared(), task)
    elif loop.item is task:
        loop.shared.forget()
    loop.item = task
    return loop.shared


def _validated_run(
    resource: Resource,
    task: Any,
    shared: Shared,
    variables: Mapping[str, Any],
    folder: str,
    no_log: set[str],
    warnings: list[str],
) -> dict[str, Any]:
    spec = argument_spec(resource)
    arguments, misshapen = without_misshapen(spec, plain_arguments(dict(task.args)))
    validated = ArgumentSpecValidator(spec, **constraints(resource)).validate(without_nulls(spec, arguments))
    no_log.update(validated._no_log_values)
    for item in validated._warnings:
        warnings.append(f"Both option {item['option']} and its alias {item['alias']} are set.")
    params = validated.validated_parameters
    if misshapen is not None:
        result: dict[str, Any] = {"failed": True, "msg": misshapen.message}
    elif validated.error_messages:
        message = str(validated.errors.msg)
        if isinstance(validated.errors[0], UnsupportedError):
            message = f"Unsupported parameters for ({task.action}) module: {message}"
        result = {"failed": True, "msg": message}
    else:
        invocation = Invocation(
            with_absolute_paths(spec, params, folder),
            provided_paths(spec, arguments),
            bool(task.check_mode),
            bool(task.diff),
        )
        result = run(resource, invocation, warnings.append, shared)
    if _shows_invocation(variables):
        result["invocation"] = {"module_args": masked_arguments(resource, params)}
    return result


def _shows_invocation(variables: Mapping[str, Any]) -> bool:
    try:
        return bool(C.config.get_config_value("INJECT_INVOCATION", variables=variables))
    except AnsibleError:
        # Before 2.21 there was no such setting and every result had it.
        return True


def _without(result: dict[str, Any], no_log: set[str]) -> dict[str, Any]:
    """A result without the no_log values, as AnsibleModule cuts them out: top-level booleans and nulls stay."""
    kept = {name: value for name, value in result.items() if value is None or isinstance(value, bool)}
    cut: dict[str, Any] = remove_values(result, no_log)
    return {**cut, **kept}
