# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The adapter for a shipped module: AnsibleModule in, `exit_json` or `fail_json` out.

Its twin for Ansible's worker is `plugin_utils/_worker.py`; both only call the runner.
"""

from __future__ import annotations

import gc
import os
from typing import Any

from ansible.module_utils.basic import AnsibleModule, _load_params

# Nearly all that a module makes lives until it ends, which is soon, so looking for garbage is mostly in vain. From here
# on, since what follows is compiled anew in each run.
gc.set_threshold(20_000)

from ._arguments import argument_spec, masked_arguments
from ._errors import InvalidOption
from ._resource import Resource
from ._runner import Invocation, run
from ._shapes import with_absolute_paths, without_misshapen
from ._spec import constraints, provided_paths, without_nulls


class _Module(AnsibleModule):
    params: Any

    def __init__(self, resource: Resource, **options: Any) -> None:
        self._resource = resource
        self._misshapen: InvalidOption | None = None
        super().__init__(**options)

    def _load_params(self) -> None:
        super()._load_params()
        arguments, self._misshapen = without_misshapen(self.argument_spec, self.params)
        self.params = without_nulls(self.argument_spec, arguments)

    def _log_invocation(self) -> None:
        """Not into the target's system log: a URL or a body may hold what is secret although no option says so."""

    def exit_json(self, **kwargs: Any) -> None:
        """End with a result."""
        super().exit_json(invocation=self._invocation(), **kwargs)

    def fail_json(self, msg: str, **kwargs: Any) -> None:
        """End with a failure, also one of AnsibleModule's own, which would show refused arguments as they are."""
        if self._misshapen is not None:
            # It comes first, whatever the validators say of what is left.
            msg = self._misshapen.message
        super().fail_json(msg, invocation=self._invocation(), **kwargs)

    def refuse_misshapen(self) -> None:
        """Fail for an argument that Ansible's validators were spared."""
        if self._misshapen is not None:
            self.fail_json(self._misshapen.message)

    def _invocation(self) -> dict[str, Any]:
        return {"module_args": masked_arguments(self._resource, self.params)}


def run_module(resource: Resource) -> None:
    """Be the module for a resource: read the parameters, run, print the result and exit."""
    spec = argument_spec(resource)
    provided = provided_paths(spec, _load_params())
    module = _Module(resource, argument_spec=spec, supports_check_mode=True, **constraints(resource))
    module.refuse_misshapen()
    params = with_absolute_paths(spec, module.params, os.getcwd())
    invocation = Invocation(params, provided, module.check_mode, bool(module._diff))
    result: dict[str, Any] = run(resource, invocation, module.warn)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
