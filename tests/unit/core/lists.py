# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the planner share: entries as a playbook declares them, and a server that is a list in memory."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._caligraph_values import ANCHORS, METHODS
from ansible_collections.commops.events.plugins.module_utils._plan import Plan
from ansible_collections.commops.events.plugins.module_utils._resource import MANY, Entry, Resource
from ansible_collections.commops.events.plugins.module_utils._spec import entries, provided_paths, resource_spec
from ansible_collections.commops.events.plugins.module_utils._values import Raw


def declare(resource: Resource, *items: Mapping[str, Any], state: str = "present") -> list[Entry]:
    """The entries of a plural module's task."""
    plural = resource.as_form(MANY)
    given = {resource.many: list(items)}
    provided = provided_paths(resource_spec(plural), given)
    return entries(plural, {"state": state, **given}, provided)


def applied(plan: Plan) -> list[Raw]:
    """What a server has once a plan was carried out: new objects have ids."""
    taken = {str(raw.get("id")) for raw in plan.current}
    fresh = (number for number in itertools.count(1000) if str(number) not in taken)
    kind = type(plan.current[0]["id"]) if plan.current else int
    return [raw if "id" in raw else {"id": kind(next(fresh)), **raw} for raw in plan.merged()]


def webhook(title: Any, number: Any = "a1", **changes: Any) -> Raw:
    """A webhook action as Caligraph has it."""
    return {
        "id": number,
        "type": "WEBHOOK",
        "status": "TEMPLATE",
        "title": title,
        "anchor": "BOOKING_CREATED",
        "to": "https://hooks.example.com/a",
        "subject": "POST",
        "offsetMinutes": 0,
        "body": "",
        "attachIcs": False,
        "headers": {},
        **changes,
    }


def profile(name: Any, number: int = 1, **changes: Any) -> Raw:
    """An event profile as Phone.com has it."""
    return {"id": number, "voip_id": 1, "extension_id": None, "name": name, "support_email": None, **changes}


#: Few names, so that they meet.
NAMES = st.sampled_from(["a", "b", "c", "d", "e", "A", "a ", "ab", "ä", "0"])
_URLS = st.sampled_from(["https://h.example/a", "https://h.example/b", "http://h.example/a?x=1"])
_OFFSETS = st.integers(-1, 1)
_EMAILS = st.sampled_from(["x@example.com", "y@example.com"])
_HEADER_NAMES = st.sampled_from(["X-A", "x-a", "X-C", "Authorization"])
_HEADERS = st.dictionaries(_HEADER_NAMES, st.sampled_from(["1", "2"]), max_size=3)


def profiles(min_size: int = 0) -> st.SearchStrategy[list[Raw]]:
    """Lists of event profiles, each id once."""
    one = st.builds(lambda name, mail: profile(name, support_email=mail), NAMES, st.none() | _EMAILS)
    return st.lists(one, min_size=min_size, max_size=6).map(
        lambda rows: [{**row, "id": number} for number, row in enumerate(rows, 1)]
    )


def profile_items(ids: Sequence[int] = range(1, 8)) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Items of the plural module."""
    options: dict[str, st.SearchStrategy[Any]] = {
        "support_email": st.none() | st.just("") | _EMAILS,
        "formerly": st.lists(NAMES, max_size=2),
        "state": st.sampled_from(["present", "absent"]),
    }
    by_name = st.fixed_dictionaries({"name": NAMES}, optional=options)
    by_id = st.fixed_dictionaries({"id": st.sampled_from(list(ids))}, optional={**options, "name": NAMES})
    return st.lists(by_name | by_name | by_id, min_size=1, max_size=4)


def actions() -> st.SearchStrategy[list[Raw]]:
    """Actions of a booking page, of which some are no webhooks or no templates."""
    own = st.builds(
        webhook,
        title=NAMES,
        anchor=st.sampled_from(ANCHORS[:2]),
        to=_URLS,
        offsetMinutes=_OFFSETS,
        subject=st.sampled_from(METHODS),
        headers=_HEADERS | st.none(),
        body=st.sampled_from([None, "", '{"a": 1}', "text"]),
    )
    foreign = st.builds(
        lambda kind, **keys: {**webhook(**keys), "type": kind[0], "status": kind[1], "x": [{}]},
        kind=st.sampled_from([("EMAIL", "TEMPLATE"), ("WEBHOOK", "PREDICTION"), ("NEW", None), (None, "TEMPLATE")]),
        title=NAMES,
    )
    return st.lists(own | own | foreign, max_size=6).map(
        lambda rows: [{**row, "id": f"{number}"} for number, row in enumerate(rows, 1)]
    )


def action_items() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Items of the plural module."""
    options: dict[str, st.SearchStrategy[Any]] = {
        "method": st.sampled_from(METHODS),
        "offset_minutes": _OFFSETS,
        "body": st.sampled_from([None, "", {"a": 1}, '{ "a":1}', "text"]),
        "attach_ics": st.booleans(),
        "headers": st.dictionaries(st.sampled_from(["X-A", "X-B"]), st.sampled_from(["1", "2"])),
        "secret_headers": st.dictionaries(st.sampled_from(["x-c", "authorization"]), st.sampled_from(["1", "3", None])),
        "purge_headers": st.booleans(),
        "state": st.sampled_from(["present", "present", "absent"]),
        "match_by": st.sampled_from([["title", "anchor"], ["anchor"], ["url"], ["anchor", "url"]]),
        "formerly": st.lists(NAMES, max_size=2),
    }
    keys = {"title": NAMES, "anchor": st.sampled_from(ANCHORS[:2]), "url": _URLS}
    whole = st.fixed_dictionaries(keys, optional=options)
    by_id = st.fixed_dictionaries({"id": st.sampled_from("1234567")}, optional={**options, **keys})
    return st.lists(whole | whole | by_id, min_size=1, max_size=4)
