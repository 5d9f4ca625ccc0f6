# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The adapter for Ansible's worker process: a task in, a result out, without starting a Python for it.

A task that would run on the controller's own Python anyway runs in the worker that Ansible forked for it; any other
is shipped as usual. Both ways go through the same argument spec, the same runner and the same masking, and give the
same result. Its twin is `module_utils/_module.py`.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase
from ansible.plugins.action.normal import ActionModule as NormalAction

from ansible_collections.commops.events.plugins.module_utils._arguments import argument_spec, masked_arguments
from ansible_collections.commops.events.plugins.module_utils._compat import MASKS_OUTPUT_ONLY
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from ansible_collections.commops.events.plugins.module_utils._runner import Invocation, run
from ansible_collections.commops.events.plugins.module_utils._shared import Shared
from ansible_collections.commops.events.plugins.module_utils._spec import constraints, provided_paths, without_nulls
from ansible_collections.commops.events.plugins.plugin_utils._core import plain_arguments

try:
    # Imported before Ansible forks its workers, else each task would pay for it.
    importlib.import_module("requests")

    HAS_REQUESTS = True
except ImportError:
    HAS_REQUESTS = False

#: What the items of the loop share that this worker runs; empty in the process that workers are forked from.
_shared: dict[tuple[Any, ...], Shared] = {}

VARIABLE = "commops_events_fast_path"
AUTO, ON, OFF = "auto", "on", "off"


class FastPath(NormalAction):
    """Base of the action plugins; each names its resource."""

    resource: Resource
    _ran = False

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        variables = task_vars or {}
        try:
            mode = self._mode(variables)
        except AnsibleError as error:
            return {"failed": True, "changed": False, "msg": str(error)}
        if not self._in_worker(mode, variables):
            shipped: dict[str, Any] = super().run(tmp, task_vars)
            return shipped
        result: dict[str, Any] = ActionBase.run(self, tmp, task_vars)
        result.update(self._run_in_worker(variables))
        return result

    # Where to run

    def _in_worker(self, mode: str, variables: Mapping[str, Any]) -> bool:
        if mode == OFF or not HAS_REQUESTS:
            return False
        if sys.platform == "darwin" and mode != ON:
            # A forked process that touches the network may be killed by the system there.
            return False
        if self._task.async_val or self._connection.transport != "local" or self._connection.become:
            return False
        environment: dict[str, Any] = {}
        try:
            self._compute_environment_string(environment)
            return not environment and self._same_python(variables)
        except AnsibleError:
            # The usual way fails at the same template, and tells it as for any other module.
            return False

    def _mode(self, variables: Mapping[str, Any]) -> str:
        name, value = VARIABLE, variables.get(VARIABLE)
        if value is None:
            name = "COMMOPS_EVENTS_FAST_PATH"
            value = os.environ.get(name) or AUTO
        value = self._templar.template(value)
        if isinstance(value, bool):
            # YAML reads a bare `on` and `off` as booleans.
            value = ON if value else OFF
        mode = str(value).lower()
        if mode not in (AUTO, ON, OFF):
            raise AnsibleError(f"{name}: {value!r} is none of auto, on and off.")
        return mode

    def _same_python(self, variables: Mapping[str, Any]) -> bool:
        """Whether the module would run on the Python that runs here; a discovered one may stand in for any."""
        delegate = self._task.delegate_to
        if delegate:
            variables = (variables.get("ansible_delegated_vars") or {}).get(delegate) or {}
        value = variables.get("ansible_python_interpreter")
        if value is None:
            value = C.config.get_config_value("INTERPRETER_PYTHON", variables={})
        value = self._templar.template(value)
        if not value or str(value).startswith("auto"):
            return True
        # Not realpath: the Pythons of two virtual environments can be links to one file.
        return os.path.abspath(str(value)) == os.path.abspath(sys.executable)

    # Running

    def _share(self) -> Shared:
        """What this item shares with the ones before it; on another attempt (`until`) everything is read anew."""
        key = (os.getpid(), self._task._uuid, self._task.delegate_to, self._play_context.remote_addr)
        if key not in _shared:
            for other in _shared.values():
                other.close()
            _shared.clear()
            _shared[key] = Shared()
        elif self._ran:
            _shared[key].forget()
        self._ran = True
        return _shared[key]

    def _run_in_worker(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        no_log: set[str] = set()
        warnings: list[str] = []
        try:
            result = self._validated_run(variables, no_log, warnings)
        except (Exception, SystemExit) as error:  # pylint: disable=broad-except
            # Not BaseException: the one by which Ansible ends a task at its `timeout` has to get through.
            result = {"failed": True, "changed": False, "msg": f"Unexpected {type(error).__name__} in the fast path."}
        if warnings:
            result["warnings"] = warnings
        # Through JSON once, as a shipped module's result: nothing of the controller's own types stays in it.
        result = json.loads(json.dumps(result))
        return result if MASKS_OUTPUT_ONLY else _without(result, no_log)

    def _validated_run(self, variables: Mapping[str, Any], no_log: set[str], warnings: list[str]) -> dict[str, Any]:
        spec = argument_spec(self.resource)
        arguments = plain_arguments(dict(self._task.args))
        validated = ArgumentSpecValidator(spec, **constraints(self.resource)).validate(without_nulls(spec, arguments))
        no_log.update(validated._no_log_values)
        for item in validated._warnings:
            warnings.append(f"Both option {item['option']} and its alias {item['alias']} are set.")
        params = validated.validated_parameters
        if validated.error_messages:
            message = str(validated.errors.msg)
            if isinstance(validated.errors[0], UnsupportedError):
                message = f"Unsupported parameters for ({self._task.action}) module: {message}"
            result: dict[str, Any] = {"failed": True, "msg": message}
        else:
            invocation = Invocation(
                params, provided_paths(spec, arguments), bool(self._task.check_mode), bool(self._task.diff)
            )
            result = run(self.resource, invocation, warnings.append, self._share())
        if self._shows_invocation(variables):
            result["invocation"] = {"module_args": masked_arguments(self.resource, params)}
        return result

    @staticmethod
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
