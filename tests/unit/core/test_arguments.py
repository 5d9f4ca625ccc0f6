# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole argument spec, and arguments as a result shows them: refused ones too, and never a secret."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._arguments import argument_spec, masked_arguments
from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION, WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from ansible_collections.commops.events.plugins.module_utils._shapes import without_misshapen
from ansible_collections.commops.events.plugins.module_utils._spec import without_nulls

SECRET = "(secret)"
ACCOUNT = "me@example.com"


def shown(resource: Resource, **given_: Any) -> dict[str, Any]:
    """The given arguments as a result shows them, after they were validated, if only in part."""
    spec = argument_spec(resource)
    arguments, _misshapen = without_misshapen(spec, given_)
    validated = ArgumentSpecValidator(spec).validate(without_nulls(spec, arguments))
    return masked_arguments(resource, validated.validated_parameters)


def test_the_spec_of_a_module_has_all_its_options() -> None:
    spec = argument_spec(WEBHOOK_ACTIONS)
    assert {"account_id", "api_key", "api_url", "deadline", "validate_certs", "actions", "purge", "backup_dir"} <= set(
        spec
    )
    assert spec["api_key"]["no_log"] is True


def test_what_is_no_secret_is_shown_as_it_is() -> None:
    found = shown(EVENT_PROFILE, account_id="1000002", name="a", support_email="a@example.com", deadline=5)
    assert (found["account_id"], found["name"], found["support_email"]) == ("1000002", "a", "a@example.com")
    assert (found["deadline"], found["state"], found["api_token"], found["id"]) == (5.0, "present", None, None)


@pytest.mark.parametrize("name", ["url", "to"])
def test_a_secret_is_masked_by_whatever_name_it_was_given(name: str) -> None:
    found = shown(
        WEBHOOK_ACTION, account_id=ACCOUNT, api_key="hunter2", title="a", **{name: "https://u:hunter2@h/?a=hunter2"}
    )
    assert found[name] == f"https://{SECRET}@h/?a={SECRET}"
    assert found["api_key"] == SECRET
    assert "hunter2" not in json.dumps(found)


def test_items_of_a_list_are_masked_too() -> None:
    item = {
        "title": "a",
        "to": "https://h/?a=hunter2",
        "headers": {"Authorization": "hunter2", "X-A": "1"},
        "secret_headers": {"X-B": "hunter2", "X-C": None},
        "body": "hunter2",
        "secret_fields": ["body"],
    }
    (found,) = shown(WEBHOOK_ACTIONS, account_id=ACCOUNT, actions=[item])["actions"]
    assert found["headers"] == {"Authorization": SECRET, "X-A": "1"}
    assert found["secret_headers"] == {"X-B": SECRET, "X-C": None}
    assert "hunter2" not in json.dumps(found)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just("hunter2") | st.just("https://hunter2@h/?hunter2"),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["a", "to", "X-Token", "Authorization: hunter2"]), inner, max_size=2)
    ),
    max_leaves=4,
)
SECRETS = ["api_key", "secret_headers", "url", "to", "unknown", "secret_fields", "profile", "actions", "purge_only"]


@given(st.dictionaries(st.sampled_from(SECRETS), ANY, max_size=4), st.booleans())
def test_arguments_that_were_refused_show_no_secret(arguments: dict[str, Any], validated: bool) -> None:
    for resource in (WEBHOOK_ACTION, WEBHOOK_ACTIONS):
        found = shown(resource, **arguments) if validated else masked_arguments(resource, arguments)
        text = {name: value for name, value in found.items() if name != "secret_fields"}
        assert "hunter2" not in json.dumps(text)


@pytest.mark.parametrize(
    ("url", "account", "expected"),
    [
        ("https://u:hunter2@h/v4", "1000002", ("https://(secret)@h/v4", "1000002")),
        ("https://h/v4", "1000002", ("https://h/v4", "1000002")),
        ("hunter2", "hunter2", (SECRET, SECRET)),
        (None, None, (None, None)),
    ],
)
def test_what_stands_in_place_of_address_or_account_may_be_the_token(url: Any, account: Any, expected: Any) -> None:
    found = shown(EVENT_PROFILE, api_url=url, account_id=account, name="a")
    assert (found["api_url"], found["account_id"]) == expected
