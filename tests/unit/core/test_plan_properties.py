# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties of the planner: what it plans is what is wanted, once, and touches nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from ansible_collections.commops.events.plugins.module_utils._errors import EventsError, Refused
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE
from ansible_collections.commops.events.plugins.module_utils._plan import (
    CREATED,
    DELETED,
    UNCHANGED,
    UPDATED,
    Plan,
    Purge,
    plan,
)
from ansible_collections.commops.events.plugins.module_utils._resource import Entry, Resource
from ansible_collections.commops.events.plugins.module_utils._values import Raw
from unit.core.lists import NAMES, action_items, actions, applied, declare, profile, profile_items, profiles, webhook

MANY_EXAMPLES = settings(max_examples=3 * settings().max_examples)


def _planned(resource: Resource, current: list[Raw], items: list[dict[str, Any]]) -> tuple[Plan, list[Entry]]:
    """A plan for what can be planned; what is refused is another test's."""
    try:
        wanted = declare(resource, *items)
        made = plan(current, wanted, resource=resource, indexed=True)
    except EventsError as error:
        event(f"refused: {type(error).__name__}")
        assume(False)
        raise
    event(f"operations: {sorted({operation.kind for operation in made.operations})}")
    return made, wanted


def _holds(resource: Resource, entry: Entry, raw: Raw) -> bool:
    """Whether an object has all that an entry wants."""
    for item in resource.declared_fields():
        if item.name in entry.values:
            live = raw.get(item.api)
            if not item.equal(item.merge(entry.values[item.name], live).value, live):
                return False
    return True


def _check(resource: Resource, made: Plan, wanted: list[Entry]) -> None:
    after = applied(made)
    # Nothing that is not ours is touched, copied or moved.
    ours = {operation.position for operation in made.operations}
    foreign = [raw for position, raw in enumerate(made.current) if position not in ours]
    assert [id(raw) for raw in made.foreign()] == [id(raw) for raw in foreign]
    kept = {id(raw) for raw in foreign}
    assert [id(raw) for raw in after if id(raw) in kept] == [id(raw) for raw in foreign]
    gone = len(made.of_kind(DELETED))
    assert len(after) == len(made.current) - gone + len(made.of_kind(CREATED))
    # One operation for each entry, in order, and none shares its object with another.
    assert [operation.entry for operation in made.operations] == wanted
    positions = [operation.position for operation in made.operations if operation.position is not None]
    assert len(set(positions)) == len(positions)
    # Nothing that was declared is lost, and there is nothing left to do.
    for operation, entry in zip(made.operations, wanted, strict=True):
        if entry.present:
            assert any(_holds(resource, entry, raw) for raw in after)
            assert operation.kind in (CREATED, UPDATED, UNCHANGED)
        else:
            assert operation.kind in (DELETED, UNCHANGED)
            assert operation.kind == UNCHANGED or made.current[operation.position] not in after  # type: ignore[index]
    again = plan(after, wanted, resource=resource)
    assert [operation.kind for operation in again.operations] == [UNCHANGED] * len(wanted)
    assert not again.changed
    assert [id(raw) for raw in again.merged()] == [id(raw) for raw in after]


@MANY_EXAMPLES
@given(profiles(), profile_items())
def test_profiles_are_as_declared_after_one_plan(current: list[Raw], items: list[dict[str, Any]]) -> None:
    _check(EVENT_PROFILE, *_planned(EVENT_PROFILE, current, items))


@MANY_EXAMPLES
@given(actions(), action_items())
def test_webhooks_are_as_declared_after_one_plan(current: list[Raw], items: list[dict[str, Any]]) -> None:
    _check(WEBHOOK_ACTION, *_planned(WEBHOOK_ACTION, current, items))


@given(actions(), action_items())
def test_a_payload_holds_the_changed_keys_and_no_others(current: list[Raw], items: list[dict[str, Any]]) -> None:
    made, _wanted = _planned(WEBHOOK_ACTION, current, items)
    for operation in made.of_kind(UPDATED):
        assert operation.before is current[operation.position]  # type: ignore[index]
        assert operation.after == {**operation.live, **operation.payload}
        assert operation.payload
        assert {difference.field for difference in operation.differences} == {
            item.name for item in WEBHOOK_ACTION.fields if item.api in operation.payload
        }
    for operation in made.of_kind(CREATED):
        assert operation.after == operation.payload
        assert operation.before is None and "id" not in operation.payload
        assert (operation.payload["type"], operation.payload["status"]) == ("WEBHOOK", "TEMPLATE")


@given(profiles(), NAMES, st.sampled_from(["present", "absent"]), st.booleans())
def test_an_ambiguous_name_is_refused_with_all_ids(
    others: list[Raw], name: str, state: str, by_earlier_name: bool
) -> None:
    current = [profile(name, 98), *others, profile(name, 99)]
    same = [raw["id"] for raw in current if raw["name"] == name]
    item = {"name": "nobody", "formerly": [name]} if by_earlier_name else {"name": name}
    with pytest.raises(Refused) as caught:
        plan(current, declare(EVENT_PROFILE, {**item, "state": state}), resource=EVENT_PROFILE)
    assert f"(ids {', '.join(map(str, same))})" in caught.value.message
    assert f'"{name}"' in caught.value.message


@given(actions(), st.sets(NAMES), st.sets(st.integers(0, 5)), st.integers(0, 6))
def test_purge_deletes_what_it_selects_and_nobody_claims(
    current: list[Raw], titles: set[str], declared: set[int], guard: int
) -> None:
    ours = [raw for raw in current if raw["type"] == "WEBHOOK" and raw["status"] == "TEMPLATE"]
    selected = [raw for raw in ours if raw["title"] in titles]
    claimed = [raw for number, raw in enumerate(selected) if number in declared]
    made = plan(
        current,
        declare(WEBHOOK_ACTION, *({"id": raw["id"], "offset_minutes": 7} for raw in claimed)),
        resource=WEBHOOK_ACTION,
        purge=Purge(lambda raw: raw["title"] in titles, guard),
    )
    doomed = [raw for raw in selected if raw not in claimed]
    assert [operation.before for operation in made.operations if operation.entry is None] == doomed
    assert made.of_kind(DELETED) == [operation for operation in made.operations if operation.entry is None]
    assert [raw["id"] for raw in made.merged()] == [raw["id"] for raw in current if raw not in doomed]
    assert (made.refusal is not None) == (len(doomed) > guard)


@given(st.integers(2, 6), st.permutations(range(6)))
def test_the_order_of_what_was_there_stays(count: int, order: list[int]) -> None:
    current = [webhook(f"t{number}", f"{number}") for number in range(count)]
    items = [{"title": f"t{number}", "offset_minutes": 5} for number in order if number < count]
    made = plan(current, declare(WEBHOOK_ACTION, *items), resource=WEBHOOK_ACTION)
    assert [raw["id"] for raw in made.merged()] == [raw["id"] for raw in current]
    assert all(raw["offsetMinutes"] == 5 for raw in made.merged())


@given(profiles())
def test_a_plan_does_not_change_what_it_was_given(current: list[Raw]) -> None:
    before = [dict(raw) for raw in current]
    wanted = declare(EVENT_PROFILE, {"name": "new"}, {"id": 1, "support_email": "new@example.com"})
    assume(current)
    plan(current, wanted, resource=EVENT_PROFILE).merged()
    assert current == before
    assert profile("x") == profile("x")
