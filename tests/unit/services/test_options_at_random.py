# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options at random: a message and never a traceback; and whatever check mode says of them is what happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._arguments import argument_spec
from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION, WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._options import TransportOptions
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE, EVENT_PROFILES
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call

RESOURCES = (EVENT_PROFILE, EVENT_PROFILES, WEBHOOK_ACTION, WEBHOOK_ACTIONS)
BOUNDED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    # To make a failing example small takes longer than to read a large one.
    phases=[Phase.explicit, Phase.generate],
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
#: What says where the API is and how to reach it, and which list; those have tests of their own. No files are written.
FIXED = {"api_url", "account_id", "api_token", "api_key", "backup_dir", "extension_id", "all_profiles", "anchors"}
FIXED |= TransportOptions.__annotations__.keys()
#: Without these, hardly anything gets further than Ansible's own validators.
NEEDED = {"profiles", "actions", "title", "name", "anchor", "url"}

texts = st.sampled_from(
    [seeds.PHONECOM_PROFILES[0]["name"], seeds.WEBHOOK["title"], seeds.PAGE_WEBHOOK, "intake", "New", "Older"]
    + ["https://hooks.example/in?k=s3cr3t", "https://[", "BOOKING_CREATED", "no_show", "POST", "desk@example.org"]
    + ['{"a": "{FNAME}"}', "{", "", " ", "\x00", "\ud800", "********", "true", "389", "-1", "x" * 300]
) | st.text(max_size=6)
plain = st.none() | st.booleans() | st.integers(-3, 400) | st.sampled_from([10**25, 0.5]) | texts
anything = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2), max_leaves=5
)


KNOWN = {
    "anchor": st.sampled_from(["BOOKING_CREATED", "NO_SHOW", "BOOKING_ENDS"]) | texts,
    "url": st.sampled_from(["https://hooks.example/in?k=s3cr3t", "https://[", "http://a"]) | texts,
    "support_email": st.sampled_from(["desk@example.org", "@", ""]) | texts,
}


def values(name: str, option: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """What may be given for an option: mostly what it takes, or nearly, and now and then anything."""
    kind, nested = option.get("type", "str"), option.get("options")
    typed: dict[str, st.SearchStrategy[Any]] = {
        "str": KNOWN.get(name, texts),
        "int": st.integers(-1, 400),
        "bool": st.booleans(),
        "dict": options(nested) if nested else st.dictionaries(texts, plain, max_size=3),
        "list": st.lists(options(nested) if nested else texts, max_size=3),
        "raw": anything,
    }
    fitting = st.sampled_from(option["choices"]) if "choices" in option else typed[kind]
    return st.integers(0, 29).flatmap(lambda chance: anything if chance == 7 else fitting)


def fixed(name: str) -> bool:
    return name in FIXED or name.startswith("profile_")


def options(spec: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Some options of a spec."""
    known = {name: values(name, option) for name, option in spec.items() if not fixed(name)}
    needed = {name: known.pop(name) for name in NEEDED & known.keys()}
    return st.fixed_dictionaries(needed, optional=known)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: f"{resource.kind}-{resource.form}")
@BOUNDED
@given(choice=st.data())
def test_any_options(sandbox: Sandbox, resource: Resource, choice: st.DataObject) -> None:
    sandbox.reset()
    found = choice.draw(options(argument_spec(resource)))
    if resource.service == "phonecom":
        arguments = sandbox.phonecom_options(request_budget="off", **found)
    else:
        arguments = sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK, **found)
    state = sandbox.state()
    called = call(resource, arguments, sandbox=sandbox)
    assert "exception" not in called.result, called.result
    if called.failed:
        # What Ansible's own validators say has no end where much is wrong.
        assert 10 < len(called["msg"]) < (2000 if "error" in called.result else 100_000)
        assert called.result.get("error", {}).get("kind") != "fault"
        if not called.result.get("changed"):
            assert sandbox.state() == state
    elif called["changed"] is False:
        assert sandbox.state() == state
