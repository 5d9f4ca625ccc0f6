# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments that are no mapping where one is needed, and paths: told and taken alike by both adapters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._arguments import argument_spec
from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION, WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILES
from ansible_collections.commops.events.plugins.module_utils._shapes import with_absolute_paths, without_misshapen
from ansible_collections.commops.events.plugins.module_utils._spec import without_nulls

SPEC = argument_spec(EVENT_PROFILES)
MAPPINGS = "must be a list of mappings, not"


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("purge_only", False, "purge_only: must be a mapping, not a boolean."),
        ("purge_only", 1.5, "purge_only: must be a mapping, not a number."),
        ("purge_only", "hunter2", "purge_only: must be a mapping, not a text."),
        ("purge_only", "", "purge_only: must be a mapping, not a text."),
        ("purge_only", [{"everything": True}], "purge_only: must be a mapping, not a list."),
        ("profiles", True, f"profiles: {MAPPINGS} a boolean."),
        ("profiles", "hunter2", f"profiles: {MAPPINGS} a text."),
        ("profiles", {"name": "hunter2"}, f"profiles: {MAPPINGS} a mapping."),
        ("profiles", [{"name": "a"}, None], "profiles[1]: must be a mapping, not null."),
        ("profiles", [["hunter2"]], "profiles[0]: must be a mapping, not a list."),
        ("profiles", ["hunter2"], "profiles[0]: must be a mapping, not a text."),
    ],
)
def test_what_is_no_mapping_is_told_by_name_and_kind_and_not_passed_on(option: str, value: Any, problem: str) -> None:
    left, error = without_misshapen(SPEC, {"state": "absent", option: value})
    assert error is not None and error.message == problem
    assert left == {"state": "absent", option: None}


@pytest.mark.parametrize(
    "arguments",
    [
        {"purge_only": None, "profiles": None},
        {"purge_only": {"everything": True}, "profiles": [{"name": "a"}]},
        # Ansible makes mappings of such texts.
        {"purge_only": "name_prefix=a", "profiles": ["name=a", '{"name": "b"}']},
        {"profiles": "name=a,name=b"},
        {"profiles": []},
        {"name": False, "api_token": ["no mapping is needed there"]},
    ],
)
def test_what_is_a_mapping_or_can_become_one_stays(arguments: dict[str, Any]) -> None:
    assert without_misshapen(SPEC, arguments) == (arguments, None)


def test_the_first_of_several_problems_is_told() -> None:
    left, error = without_misshapen(SPEC, {"profiles": 1, "purge_only": 2})
    assert error is not None and error.option == "profiles"
    assert left == {"profiles": None, "purge_only": None}


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("a=b"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["title", "to", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["actions", "purge_only", "headers", "title", "x"]), ANY, max_size=4))
def test_ansibles_validators_break_off_at_nothing_that_is_left(arguments: dict[str, Any]) -> None:
    for resource in (WEBHOOK_ACTION, WEBHOOK_ACTIONS):
        spec = argument_spec(resource)
        left, _error = without_misshapen(spec, arguments)
        ArgumentSpecValidator(spec).validate(without_nulls(spec, left))


def test_relative_paths_begin_in_the_folder_and_others_stay(tmp_path: Path) -> None:
    spec = argument_spec(WEBHOOK_ACTIONS)
    params = {"ca_path": "a/../b", "backup_dir": "/c", "api_url": "d", "title": None}
    found = with_absolute_paths(spec, params, str(tmp_path))
    assert found == {**params, "ca_path": str(tmp_path / "b")}


@pytest.mark.parametrize("value", [None, ""])
def test_a_path_that_is_left_out_or_empty_stays_so(value: Any) -> None:
    assert with_absolute_paths(SPEC, {"ca_path": value}, "/a") == {"ca_path": value}
