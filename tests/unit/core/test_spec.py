# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From descriptions to argument specs, and from validated options to declared entries."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import (
    BOOKING_PAGE_INFO,
    WEBHOOK_ACTION,
    WEBHOOK_ACTION_INFO,
    WEBHOOK_ACTIONS,
)
from ansible_collections.commops.events.plugins.module_utils._errors import InvalidOption
from ansible_collections.commops.events.plugins.module_utils._headers import HeaderWish
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE, EVENT_PROFILES
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from ansible_collections.commops.events.plugins.module_utils._spec import (
    constraints,
    entries,
    entry_spec,
    provided_paths,
    resource_spec,
    without_nulls,
)

ALL = [EVENT_PROFILE, EVENT_PROFILES, WEBHOOK_ACTION, WEBHOOK_ACTIONS, WEBHOOK_ACTION_INFO, BOOKING_PAGE_INFO]
NEEDED: dict[str, dict[str, Any]] = {"event_profile": {"name": "n"}, "webhook_action": {"title": "n"}}


def one(resource: Resource, **given: Any) -> dict[str, Any]:
    """The wanted values of a singular task that gives just these options, each of which may be null."""
    (entry,) = entries(resource, {"state": "present", **given}, set(given))
    return dict(entry.values)


def problem(resource: Resource, **given: Any) -> str:
    with pytest.raises(InvalidOption) as caught:
        one(resource, **given)
    return caught.value.message


# Every field, left out, null and empty

LEFT_OUT = object()
FIELDS: list[tuple[Resource, str, Any, Any]] = [
    # resource, option, wanted value for null, wanted value for an empty text (or the error)
    (EVENT_PROFILE, "support_email", None, None),
    (WEBHOOK_ACTION, "anchor", LEFT_OUT, InvalidOption),
    (WEBHOOK_ACTION, "url", LEFT_OUT, InvalidOption),
    (WEBHOOK_ACTION, "method", LEFT_OUT, InvalidOption),
    (WEBHOOK_ACTION, "body", "", ""),
    (WEBHOOK_ACTION, "offset_minutes", LEFT_OUT, InvalidOption),
    (WEBHOOK_ACTION, "attach_ics", LEFT_OUT, InvalidOption),
]


def test_the_table_below_has_every_field() -> None:
    keys = {"name", "title"}  # by which an object is found, and the headers, which are several options
    for resource in (EVENT_PROFILE, WEBHOOK_ACTION):
        fields = {item.name for item in resource.declared_fields()} - keys - {"headers"}
        assert {option for owner, option, _null, _empty in FIELDS if owner is resource} == fields


@pytest.mark.parametrize(("resource", "option", "null", "empty"), FIELDS)
def test_left_out_null_and_empty(resource: Resource, option: str, null: Any, empty: Any) -> None:
    needed = NEEDED[resource.kind]
    assert option not in one(resource, **needed)
    assert one(resource, **needed, **{option: None}).get(option, LEFT_OUT) == null
    if empty is InvalidOption:
        assert problem(resource, **needed, **{option: ""}) == (
            f"{option}: must not be empty; leave it out to keep the value that is there."
        )
    else:
        assert one(resource, **needed, **{option: ""})[option] == empty


def test_null_that_the_task_did_not_give_is_not_given() -> None:
    (entry,) = entries(EVENT_PROFILE, {"state": "present", "name": "n", "support_email": None}, {"name"})
    assert "support_email" not in entry.values
    assert dict(entry.given) == {"name": "n"}


@pytest.mark.parametrize(
    ("given", "wish"),
    [
        ({}, None),
        ({"headers": None}, None),
        ({"headers": None, "secret_headers": None, "purge_headers": None}, None),
        ({"purge_headers": False}, None),
        ({"update_secret": "always"}, None),
        ({"headers": {}}, HeaderWish()),
        ({"secret_headers": {}}, HeaderWish()),
        ({"purge_headers": True}, HeaderWish(purge=True)),
        ({"headers": {"A": "1"}, "secret_headers": {"B": None}}, HeaderWish({"A": "1"}, ("B",))),
    ],
)
def test_headers_left_out_null_and_empty(given: dict[str, Any], wish: HeaderWish | None) -> None:
    assert one(WEBHOOK_ACTION, title="n", **given).get("headers") == wish


@pytest.mark.parametrize(
    ("resource", "given", "message"),
    [
        (EVENT_PROFILE, {}, "name: is needed to find the event profile; give it, or id."),
        (EVENT_PROFILE, {"name": None}, "name: is needed to find the event profile; give it, or id."),
        (EVENT_PROFILE, {"name": ""}, "name: must not be empty; leave it out to keep the value that is there."),
        (EVENT_PROFILE, {"name": " "}, "name: must not be blank."),
        (EVENT_PROFILE, {"name": "n", "formerly": ["a", ""]}, "formerly: must not hold an empty name."),
        (WEBHOOK_ACTION, {}, "title: is needed to find the webhook action; give it, or id."),
        (WEBHOOK_ACTION, {"title": "\t"}, "title: must not be blank."),
        (WEBHOOK_ACTION, {"title": "n", "match_by": ["title", "anchor"]}, "anchor: is needed to find the"),
        (WEBHOOK_ACTION, {"title": "n", "match_by": ["offset_minutes"], "offset_minutes": None}, "offset_minutes: is"),
        (WEBHOOK_ACTION, {"id": "", "title": "n"}, "id: must not be empty"),
        (WEBHOOK_ACTION, {"title": "n", "headers": {"": "1"}}, 'headers: "" is no header name'),
    ],
)
def test_what_can_not_be_is_refused_by_the_name_of_its_option(
    resource: Resource, given: dict[str, Any], message: str
) -> None:
    assert problem(resource, **given).startswith(message)


def test_items_of_a_list_are_named_by_their_index() -> None:
    params = {"state": "present", "profiles": [{"name": "a"}, {"name": "b", "support_email": "no address"}]}
    with pytest.raises(InvalidOption) as caught:
        entries(EVENT_PROFILES, params, ())
    assert caught.value.option == "profiles[1].support_email"
    assert caught.value.message.startswith('profiles[1].support_email: "no address" is no e-mail address')


def test_an_item_has_its_own_state_or_that_of_the_task() -> None:
    items: list[dict[str, Any]] = [{"name": "a"}, {"name": "b", "state": "absent"}, {"name": "c", "state": None}]
    params = {"state": "present", "profiles": items}
    assert [entry.present for entry in entries(EVENT_PROFILES, params, ())] == [True, False, True]
    assert not any(entry.present for entry in entries(EVENT_PROFILES, {**params, "state": "absent"}, ()))
    items[0]["state"] = "present"
    assert [entry.present for entry in entries(EVENT_PROFILES, {**params, "state": "absent"}, ())][:2] == [True, False]


def test_an_entry_knows_how_it_is_found() -> None:
    given = {"title": "n", "id": "7", "formerly": ["m", "l"], "match_by": ["anchor"], "anchor": "NO_SHOW"}
    (entry,) = entries(WEBHOOK_ACTION, {"state": "present", **given}, set(given))
    assert (entry.id, entry.formerly, entry.match_by, entry.index) == ("7", ("m", "l"), ("anchor",), 0)
    (entry,) = entries(WEBHOOK_ACTION, {"state": "present", "title": "n", "id": None, "match_by": []}, {"id"})
    assert (entry.id, entry.formerly, entry.match_by) == (None, (), ("title",))
    assert "id" not in entry.given


def test_what_came_as_text_and_was_converted_is_given_too() -> None:
    # No path names the options of an item that was written as "name=a support_email=a@example.com".
    params = {"state": "present", "profiles": [{"name": "a", "support_email": "a@example.com", "formerly": None}]}
    (entry,) = entries(EVENT_PROFILES, params, {"profiles"})
    assert dict(entry.given) == {"name": "a", "support_email": "a@example.com"}


def test_an_item_with_anchors_is_one_entry_for_each() -> None:
    item = {"title": "n", "anchors": ["NO_SHOW", "BOOKING_ENDS"], "url": "https://h"}
    found = entries(WEBHOOK_ACTIONS, {"state": "present", "actions": [item, {"title": "m"}]}, ())
    assert [(entry.index, entry.values.get("anchor"), entry.match_by) for entry in found] == [
        (0, "NO_SHOW", ("title", "anchor")),
        (0, "BOOKING_ENDS", ("title", "anchor")),
        (1, None, ("title",)),
    ]


# Argument specs


@pytest.mark.parametrize("resource", ALL, ids=lambda resource: f"{resource.kind}-{resource.form}")
def test_no_option_of_a_resource_has_a_default_and_all_have_a_type(resource: Resource) -> None:
    for name, option in entry_spec(resource).items():
        assert "default" not in option, name
    for name, option in resource_spec(resource).items():
        assert option["type"] in ("str", "int", "bool", "dict", "list", "raw", "path"), name


def test_a_plural_module_takes_the_same_entries_as_a_singular_one() -> None:
    spec = resource_spec(EVENT_PROFILES)
    assert spec["profiles"]["options"] == {"state": {"type": "str", "choices": ["present", "absent"]}} | entry_spec(
        EVENT_PROFILE
    )
    assert spec["profiles"]["required"] is True
    assert spec["state"]["default"] == "present"
    assert set(spec["purge_only"]["options"]) == {"everything", "name_prefix"}
    assert {"purge", "max_deletions"} <= set(spec)
    assert "purge" not in resource_spec(EVENT_PROFILE)


def test_an_info_module_takes_filters_and_no_fields() -> None:
    spec = resource_spec(WEBHOOK_ACTION_INFO)
    assert {"title_pattern", "profile_id"} <= set(spec)
    assert not {"state", "body", "backup_dir", "actions"} & set(spec)


def test_server_set_fields_are_no_options() -> None:
    assert not {"voip_id", "created_at"} & set(resource_spec(EVENT_PROFILE))


@pytest.mark.parametrize("resource", ALL, ids=lambda resource: f"{resource.kind}-{resource.form}")
def test_constraints_name_options_that_are_there(resource: Resource) -> None:
    spec = resource_spec(resource)
    for groups in constraints(resource).values():
        assert all(group and set(group) <= set(spec) for group in groups)


def test_constraints_of_an_entry_are_those_of_a_singular_module_only() -> None:
    assert constraints(EVENT_PROFILE) == {"required_one_of": [["name", "id"]]}
    assert constraints(EVENT_PROFILES) == {}
    assert set(constraints(WEBHOOK_ACTION)) == {"required_one_of", "mutually_exclusive"}


# What was given

SPEC: dict[str, Any] = {
    "name": {"type": "str", "aliases": ["title", "label"]},
    "one": {"type": "dict", "aliases": ["eins"], "options": {"url": {"type": "str", "aliases": ["to"]}}},
    "many": {
        "type": "list",
        "elements": "dict",
        "aliases": ["viele"],
        "options": {"url": {"aliases": ["to"]}, "deep": {"options": {"x": {"aliases": ["y"]}}}},
    },
    "free": {"type": "raw"},
}


@pytest.mark.parametrize(
    ("raw", "paths"),
    [
        ({}, set()),
        ({"name": None}, {"name"}),
        ({"label": "x"}, {"name"}),
        ({"name": "x", "title": "y"}, {"name"}),
        ({"unknown": 1, "_ansible_check_mode": True}, set()),
        ({"one": {"to": None}}, {"one", "one.url"}),
        ({"eins": {"url": 1, "more": 2}}, {"one", "one.url"}),
        ({"one": None}, {"one"}),
        ({"one": "url=x"}, {"one"}),
        ({"many": None}, {"many"}),
        ({"many": []}, {"many"}),
        ({"viele": [{"to": 1}, {}, {"url": None}]}, {"many", "many.0.url", "many.2.url"}),
        ({"many": ({"to": 1},)}, {"many", "many.0.url"}),
        ({"many": [None, "url=x", {"deep": {"y": None}}]}, {"many", "many.2.deep", "many.2.deep.x"}),
        ({"free": {"name": 1, "one": 2}}, {"free"}),
        (None, set()),
        ("name=x", set()),
        ([{"name": 1}], set()),
    ],
)
def test_provided_paths(raw: Any, paths: set[str]) -> None:
    assert provided_paths(SPEC, raw) == paths


@pytest.mark.parametrize(
    ("raw", "left"),
    [
        ({"name": None}, {}),
        ({"label": None, "name": "x"}, {"name": "x"}),
        ({"unknown": None}, {"unknown": None}),
        ({"one": {"to": None, "url": "x", "unknown": None}}, {"one": {"url": "x", "unknown": None}}),
        ({"viele": [{"to": None}, None, "x"]}, {"viele": [{}, None, "x"]}),
        ({"many": ({"deep": {"y": None}},)}, {"many": [{"deep": {}}]}),
        ({"free": {"name": None, "list": [None]}}, {"free": {"name": None, "list": [None]}}),
        ("name=x", "name=x"),
    ],
)
def test_nulls_are_left_out_for_the_validators(raw: Any, left: Any) -> None:
    assert without_nulls(SPEC, raw) == left
