# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RETURN names all keys of real results, with their types, and no key that no result has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sandbox import seeds
from sandbox.client import Sandbox, unused_port
from support.documents import MODULES, documentation, resource
from support.modules import call

#: Keys that Ansible documents for all modules.
COMMON = {"failed", "exception", "warnings", "invocation"}
TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "float": (int, float),
    "list": (list,),
    "dict": (dict,),
    "raw": (object,),
}
#: What a module is given, whether in check mode, and what is done before.
Situation = tuple[dict[str, Any], bool, Callable[[Sandbox], object]]

WEBHOOK = {"title": "New", "anchor": "BOOKING_CREATED", "url": "https://crm.example.org/x"}


def nothing(sandbox: Sandbox) -> None:
    """Nothing is done before."""


def refuse_writes(path_regex: str) -> Callable[[Sandbox], object]:
    return lambda sandbox: sandbox.fault(
        "status", status=403, method=["POST", "PATCH"], path_regex=path_regex, times=None
    )


def unknown_anchor(sandbox: Sandbox) -> None:
    sandbox.set_actions([{**seeds.WEBHOOK, "anchor": "BOOKING_MOVED"}, {**seeds.WEBHOOK, "title": "Twin"}] * 2)


PURGE = {"purge": True, "purge_only": {"everything": True}, "max_deletions": 0}
SITUATIONS: dict[str, list[Situation]] = {
    "phonecom_event_profile": [
        ({"name": "New"}, True, nothing),
        ({"id": seeds.PROFILE_FREE, "name": "New"}, False, nothing),
        ({"name": "Gone", "state": "absent"}, False, nothing),
        ({"id": seeds.PROFILE_IN_USE, "state": "absent"}, True, nothing),
        ({"name": "New"}, False, refuse_writes("profiles")),
    ],
    "phonecom_event_profiles": [
        ({"profiles": [{"name": "New"}, {"name": "Gone", "state": "absent"}]}, False, nothing),
        ({"profiles": [{"id": seeds.PROFILE_FREE, "name": "New"}]}, False, nothing),
        ({"profiles": [], **PURGE}, True, nothing),
        ({"profiles": [{"name": "New"}]}, False, refuse_writes("profiles")),
    ],
    "phonecom_event_profile_info": [
        ({}, False, nothing),
        ({}, False, lambda sandbox: sandbox.add_profiles(2, name="Twin")),
    ],
    "caligraph_webhook_action": [
        ({**WEBHOOK, "profile_id": seeds.PAGE_WEBHOOK}, True, nothing),
        ({"title": seeds.WEBHOOK["title"], "profile_id": seeds.PAGE_WEBHOOK, "method": "PUT"}, False, nothing),
        ({"title": "Gone", "profile_id": seeds.PAGE_EMPTY, "state": "absent"}, False, nothing),
        ({**WEBHOOK, "profile_id": seeds.PAGE_FOREIGN}, True, nothing),
        ({**WEBHOOK, "profile_id": seeds.PAGE_EMPTY}, False, refuse_writes("profiles")),
    ],
    "caligraph_webhook_actions": [
        ({"actions": [WEBHOOK, {"title": "Gone", "state": "absent"}], "profile_id": seeds.PAGE_EMPTY}, False, nothing),
        ({"actions": [WEBHOOK], "profile_ids": [seeds.PAGE_EMPTY, seeds.PAGE_DEFAULT]}, False, nothing),
        ({"actions": [WEBHOOK], "profile_id": seeds.PAGE_WEBHOOK, **PURGE}, True, nothing),
        ({"actions": [WEBHOOK], "profile_id": seeds.PAGE_EMPTY}, False, refuse_writes("profiles")),
        ({"actions": [WEBHOOK], "profile_ids": [seeds.PAGE_EMPTY, "none"]}, False, nothing),
        ({"actions": [WEBHOOK], "profile_ids": ["none", "nothing", "never", "no", "nix", "nil"]}, False, nothing),
    ],
    "caligraph_webhook_action_info": [
        ({"profile_id": seeds.PAGE_WEBHOOK}, False, nothing),
        ({"profile_id": seeds.PAGE_WEBHOOK}, False, unknown_anchor),
        ({"profile_subdomain": "none"}, False, nothing),
    ],
    "caligraph_profile_info": [({}, False, nothing)],
}


def results(module: str, sandbox: Sandbox, folder: Path) -> Iterator[dict[str, Any]]:
    """What a module gives in its situations, and in the failures that any module can meet."""
    target = resource(module)
    connection = sandbox.phonecom_options() if target.service == "phonecom" else sandbox.caligraph_options()
    backup = (
        {"backup_dir": str(folder / "backups")} if "backup_dir" in documentation()[module]["doc"]["options"] else {}
    )
    arguments = SITUATIONS[module][0][0]
    failures: list[Situation] = [
        ({**arguments, target.options.secret: "another-secret"}, True, nothing),
        ({**arguments, "api_url": "http://api.example.org"}, True, nothing),
        ({**arguments, "api_url": f"http://127.0.0.1:{unused_port()}", "max_retries": 0}, True, nothing),
    ]
    for given, check, prepare in [*SITUATIONS[module], *failures]:
        sandbox.reset()
        prepare(sandbox)
        yield call(target, {**connection, **backup, **given}, check=check, sandbox=sandbox).result


def seen(value: Any, documented: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """The documented paths that a result shows; it fails for one that is not documented, or not as it is."""
    assert set(value) - COMMON <= documented.keys(), f"{path}: {sorted(set(value) - COMMON - documented.keys())}"
    always = {name for name, page in documented.items() if page["returned"] == "always"}
    assert always <= set(value), f"{path}: {sorted(always - set(value))}"
    for name in set(value) - COMMON:
        page, item = documented[name], value[name]
        yield path + name
        if item is None:
            continue
        assert isinstance(item, TYPES[page["type"]]), f"{path}{name} is no {page['type']}"
        assert page["type"] == "bool" or not isinstance(item, bool) or page["type"] == "raw", f"{path}{name}"
        for part in (item if isinstance(item, list) else [item]) if "contains" in page else ():
            if part is not None:
                yield from seen(part, page["contains"], f"{path}{name}.")
        if "elements" in page:
            assert all(part is None or isinstance(part, TYPES[page["elements"]]) for part in item), f"{path}{name}"


def paths(documented: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """All documented paths."""
    for name, page in documented.items():
        yield path + name
        yield from paths(page.get("contains", {}), f"{path}{name}.")


@pytest.mark.parametrize("module", MODULES)
def test_results_are_documented_as_they_are(module: str, sandbox: Sandbox, tmp_path: Path) -> None:
    documented = documentation()[module]["return"]
    found = {path for result in results(module, sandbox, tmp_path) for path in seen(result, documented)}
    assert found == set(paths(documented))


@pytest.mark.parametrize("module", MODULES)
def test_results_have_samples_of_their_type(module: str) -> None:
    def check(documented: Mapping[str, Any], path: str) -> None:
        for name, page in documented.items():
            if "contains" in page:
                check(page["contains"], f"{path}{name}.")
            else:
                assert "sample" in page, path + name
                assert page["sample"] is None or isinstance(page["sample"], TYPES[page["type"]]), path + name

    check(documentation()[module]["return"], "")
