# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fast path: a task that would run on the controller's own Python anyway runs in the worker that Ansible forked
for it, without starting a Python; any other is shipped as usual.

This file decides, `_worker.py` runs. Both ways go through the same argument spec, the same runner and the same masking,
and give the same result.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.plugins.action.normal import ActionModule as NormalAction

if TYPE_CHECKING:
    from ansible_collections.commops.events.plugins.module_utils._resource import Resource

_COLLECTION = "ansible_collections.commops.events.plugins"

VARIABLE, ENVIRONMENT = "commops_events_fast_path", "COMMOPS_EVENTS_FAST_PATH"
AUTO, ON, OFF = "auto", "on", "off"


def _has_requests() -> bool:
    try:
        importlib.import_module("requests")
    except ImportError:
        return False
    return True


def _worker() -> Any:
    return importlib.import_module(f"{_COLLECTION}.plugin_utils._worker")


class FastPath(NormalAction):
    """Base of the action plugins; each names its resource: the file below module_utils, and the name in it."""

    resource: tuple[str, str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if os.environ.get(ENVIRONMENT, AUTO).lower() != OFF and _has_requests():
            # Imported before Ansible forks its workers, else each task would pay for it.
            _worker()
            cls._resource()
        # As Python's own documentation advises before a fork: what is here by now stays to the end, so neither this
        # process nor its workers look through it for garbage again and again, nor once more when they end.
        gc.freeze()

    @classmethod
    def _resource(cls) -> Resource:
        file, name = cls.resource
        found: Resource = getattr(importlib.import_module(f"{_COLLECTION}.module_utils.{file}"), name)
        return found

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        # What this worker inherited is not looked through either, and what it makes but rarely, as it ends with the
        # task. Building a module to be shipped would spend a quarter of its time on that.
        gc.freeze()
        gc.set_threshold(20_000)
        variables = task_vars or {}
        try:
            mode = self._mode(variables)
        except AnsibleError as error:
            return {"failed": True, "changed": False, "msg": str(error)}
        if not self._in_worker(mode, variables):
            shipped: dict[str, Any] = super().run(tmp, task_vars)
            return shipped
        result: dict[str, Any] = ActionBase.run(self, tmp, task_vars)
        host = str(self._play_context.remote_addr)
        # Ansible starts a module of the local connection there, with links resolved.
        folder = os.path.realpath(self._loader.get_basedir())
        result.update(_worker().run_task(self._resource(), self._task, host, variables, folder))
        return result

    # Where to run

    def _in_worker(self, mode: str, variables: Mapping[str, Any]) -> bool:
        if mode == OFF or not _has_requests():
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
            name = ENVIRONMENT
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
