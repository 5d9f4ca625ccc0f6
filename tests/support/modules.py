# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module's resource in this process, as both adapters do: validate, note what was given, run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.commops.events.plugins.module_utils._arguments import argument_spec
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from ansible_collections.commops.events.plugins.module_utils._runner import Invocation, run
from ansible_collections.commops.events.plugins.module_utils._shared import Shared
from ansible_collections.commops.events.plugins.module_utils._spec import constraints, provided_paths, without_nulls
from ansible_collections.commops.events.plugins.module_utils._transport import Backoff
from sandbox.client import Sandbox

#: Tests need not wait between tries as long as users do.
QUICK = Backoff(base=0.01)


@dataclass
class Called:
    """A result, the warnings, and the requests that it took, from the sandbox's log."""

    result: dict[str, Any]
    warnings: list[str] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)

    def __getitem__(self, key: str) -> Any:
        return self.result[key]

    @property
    def failed(self) -> bool:
        return bool(self.result.get("failed"))

    @property
    def methods(self) -> list[str]:
        """The methods of the requests, in order."""
        return [entry["method"] for entry in self.log]


def call(
    resource: Resource,
    arguments: dict[str, Any],
    *,
    check: bool = False,
    sandbox: Sandbox | None = None,
    shared: Shared | None = None,
) -> Called:
    """Run a module in diff mode. With a sandbox, its log tells what was sent; in check mode only GETs are allowed.

    shared: what the items of a loop share.
    """
    spec = argument_spec(resource)
    validated = ArgumentSpecValidator(spec, **constraints(resource)).validate(without_nulls(spec, arguments))
    if validated.error_messages:
        return Called({"failed": True, "msg": "; ".join(validated.error_messages)})
    seen = sandbox.mark() if sandbox is not None else 0
    warnings: list[str] = []
    invocation = Invocation(
        validated.validated_parameters, provided_paths(spec, arguments), check_mode=check, diff_mode=True
    )
    result = run(resource, invocation, warnings.append, shared=shared, backoff=QUICK)
    log = sandbox.log(seen) if sandbox is not None else []
    if check:
        assert all(entry["method"] == "GET" for entry in log), log
    return Called(result, warnings, log)


def check_live_again(resource: Resource, arguments: dict[str, Any], sandbox: Sandbox) -> tuple[Called, Called, Called]:
    """A scenario as check, live, again: the prediction is what happens, and then there is nothing left to do."""
    predicted = call(resource, arguments, check=True, sandbox=sandbox)
    live = call(resource, arguments, sandbox=sandbox)
    assert not live.failed, live.result
    for key in ("changed", "operation", "operations", "diff", "drift"):
        if key == "operations" and key in live.result:
            strip = [{name: item[name] for name in ("index", "operation", "key")} for item in live[key]]
            assert [{name: item[name] for name in ("index", "operation", "key")} for item in predicted[key]] == strip
        else:
            assert predicted.result.get(key) == live.result.get(key), key
    again = call(resource, arguments, sandbox=sandbox)
    assert again["changed"] is False, again.result
    assert all(entry["method"] == "GET" for entry in again.log)
    return predicted, live, again
