# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module's resource in this process, as both adapters do: validate, note what was given, run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.commops.events.plugins.module_utils._arguments import argument_spec
from ansible_collections.commops.events.plugins.module_utils._resource import INFO, ONE, Resource
from ansible_collections.commops.events.plugins.module_utils._runner import Invocation, run
from ansible_collections.commops.events.plugins.module_utils._shapes import without_misshapen
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
    predict: bool = True,
) -> Called:
    """Run a module in diff mode. With a sandbox, its log tells what was sent; in check mode only GETs are allowed.

    A live run on a sandbox where nothing is about to go wrong is predicted first, and has to come as predicted.
    shared: what the items of a loop share. predict: false where something goes wrong that the sandbox knows nothing of.
    """
    if check or sandbox is None or shared is not None or resource.form == INFO or not predict or _spoilt(sandbox):
        return _played(resource, arguments, check, sandbox, shared)
    predicted = _played(resource, arguments, True, sandbox)
    live = _played(resource, arguments, False, sandbox)
    assert_predicted(resource, predicted, live)
    return live


def _played(
    resource: Resource, arguments: dict[str, Any], check: bool, sandbox: Sandbox | None, shared: Shared | None = None
) -> Called:
    spec = argument_spec(resource)
    arguments, misshapen = without_misshapen(spec, arguments)
    if misshapen is not None:
        return Called({"failed": True, "msg": misshapen.message})
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


def _spoilt(sandbox: Sandbox) -> bool:
    """Whether a fault or a rival is still to come, which one run more would meet instead."""
    return any(rule["times"] is None or rule["fired"] < rule["times"] for rule in sandbox.faults())


def after(resource: Resource, called: Called) -> Any:
    """The after-state that a result tells, without what the server sets."""
    server_set = {item.name for item in resource.fields if item.server_set}

    def plain(shown: dict[str, Any] | None) -> dict[str, Any] | None:
        return None if shown is None else {name: value for name, value in shown.items() if name not in server_set}

    if resource.form == ONE:
        return plain(called[resource.one])
    return [plain(shown) for shown in called[resource.many]]


def assert_predicted(resource: Resource, predicted: Called, live: Called) -> None:
    """What check mode said is what happened: the refusal, or the changes and the state after them.

    Only a refusal of the write itself can't be foreseen, and a value that the server stores in another form: then a
    warning names the field.
    """
    if predicted.failed:
        assert live.failed, predicted.result
        if "failures" in predicted.result:
            # A live run ends early where several lists fail.
            assert all(failure in predicted["failures"] for failure in live["failures"])
        else:
            assert live["msg"] == predicted["msg"]
        return
    if live.failed:
        assert set(live.methods) > {"GET"}, (predicted.result, live.result)
        return
    for key in ("changed", "operation", "diff", "drift"):
        assert predicted.result.get(key) == live.result.get(key), key
    if "operations" in live.result:
        # An id is there only after a creation.
        assert _without_ids(predicted) == _without_ids(live)
    differing = _differing(resource, after(resource, predicted), after(resource, live))
    if differing:
        assert live["verified"] is not True, differing
        for name in differing:
            assert any(name.removeprefix("secret_") in text for text in live.warnings), (name, live.warnings)


def _without_ids(called: Called) -> list[dict[str, Any]]:
    return [{name: item[name] for name in ("index", "operation", "key")} for item in called["operations"]]


def _differing(resource: Resource, expected: Any, found: Any) -> set[str]:
    """The fields that two after-states differ in, compared as each field is: a body as JSON, headers in any case."""
    compared = {item.name: item.equal for item in resource.fields}

    def equal(name: str, left: Any, right: Any) -> bool:
        if isinstance(left, dict) and isinstance(right, dict):
            return {key.lower(): value for key, value in left.items()} == {
                key.lower(): value for key, value in right.items()
            }
        return left == right or bool(compared[name](left, right))

    pairs = zip(expected, found, strict=True) if isinstance(expected, list) else [(expected, found)]
    return {name for left, right in pairs if left != right for name in left if not equal(name, left[name], right[name])}


def check_live_again(resource: Resource, arguments: dict[str, Any], sandbox: Sandbox) -> tuple[Called, Called, Called]:
    """A scenario as check, live, again: the prediction is what happens, and then there is nothing left to do.

    The state that the last run reads is the one that was predicted.
    """
    predicted = _played(resource, arguments, True, sandbox)
    live = _played(resource, arguments, False, sandbox)
    assert not live.failed, live.result
    assert_predicted(resource, predicted, live)
    again = _played(resource, arguments, False, sandbox)
    assert again["changed"] is False, again.result
    assert all(entry["method"] == "GET" for entry in again.log)
    assert not _differing(resource, after(resource, predicted), after(resource, again))
    return predicted, live, again
