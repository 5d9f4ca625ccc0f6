# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody knows about the APIs, played each way and together: changed once, then unchanged, foreign actions intact.

Or a refusal, where a write could lose something unseen; and only there.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION, WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILES
from sandbox import seeds
from sandbox.client import Sandbox
from sandbox.quirks import QUIRKS
from support.modules import Called, call
from unit.services.scenario import assert_told, writes

Setting = dict[str, Any]

#: What an action's readers see of it.
READING = (
    "caligraph_actions_wildcard",
    "caligraph_headers_wildcard",
    "caligraph_named_headers",
    "caligraph_wildcard_includes_headers",
    "caligraph_mask_headers",
    "caligraph_header_names",
)
#: How a server may treat what it is sent, and the rest of what is not known.
WRITING = (
    "caligraph_child_without_parent",
    "caligraph_unknown_paths",
    "caligraph_list_shape",
    "caligraph_list_paging",
    "caligraph_empty_actions",
    "caligraph_ids",
    "caligraph_ids_required",
    "caligraph_unknown_id",
    "caligraph_missing_key",
    "caligraph_incomplete_new_action",
    "caligraph_order",
    "caligraph_normalise_url",
    "caligraph_normalise_body",
    "caligraph_patch_honours_fields",
    "caligraph_patch_writes_only_fields",
    "caligraph_patch_response",
    "caligraph_empty_patch",
    "caligraph_one_bad_action",
    "caligraph_error_keys",
)
SCENES: dict[str, list[dict[str, Any]]] = {
    "no other webhook": [],
    "another with a secret": [
        {**seeds.WEBHOOK, "title": "Theirs", "headers": {"X-Plain": "1", "Authorization": "Bearer theirs"}}
    ],
    "another with a plain header": [{**seeds.WEBHOOK, "title": "Theirs", "headers": {"X-Plain": "1"}}],
    "another without headers": [{**seeds.WEBHOOK, "title": "Theirs", "headers": {}}],
}
PHONECOM = (
    "phonecom_total",
    "phonecom_offset_null",
    "phonecom_account_list_includes_extensions",
    "phonecom_post_answer",
    "phonecom_post_status",
    "phonecom_unique_names",
    "phonecom_normalise_name",
)


def values(name: str) -> tuple[Any, ...]:
    return tuple(SCENES) if name == "scene" else QUIRKS[name].values


def pairs(setting: Setting) -> set[tuple[Any, ...]]:
    return set(itertools.combinations(setting.items(), 2))


def pairwise(names: tuple[str, ...], seed: int) -> Iterator[Setting]:
    """Settings in which every two values of two different switches meet at least once."""
    chance = random.Random(seed)
    left = {
        ((first, one), (second, two))
        for first, second in itertools.combinations(names, 2)
        for one in values(first)
        for two in values(second)
    }
    while left:
        must = dict(min(left, key=repr))
        candidates = [
            {name: must[name] if name in must else chance.choice(values(name)) for name in names} for _try in range(20)
        ]

        best = max(candidates, key=lambda setting: len(pairs(setting) & left))
        left -= pairs(best)
        yield best


def label(setting: Setting) -> str:
    """The values that are not the default."""
    found = [f"{name}={value}" for name, value in setting.items() if name == "scene" or value != QUIRKS[name].default]
    return ",".join(item.replace("caligraph_", "").replace("phonecom_", "") for item in found)


def task(sandbox: Sandbox) -> Setting:
    """One webhook is missing, one is misconfigured; both have secret headers."""
    return sandbox.caligraph_options(
        profile_subdomain="intake",
        actions=[
            {
                "title": "New",
                "anchor": "BOOKING_CANCELLED",
                "url": "https://hooks.example/cancelled?k=1",
                "body": {"ref": "{REF}", "why": "{CANCELLATION-REASON}"},
                "secret_headers": {"X-Auth-Token": "s3cr3t-of-the-receiver"},
            },
            {
                "title": seeds.WEBHOOK["title"],
                "url": "https://hooks.example/created",
                "headers": {"Test": "test1234"},
                "secret_headers": {"another": "headerhere"},
            },
        ],
    )


def foreign(sandbox: Sandbox, ids: bool) -> list[str]:
    """The actions of others, as text; with their ids where the server keeps those."""
    gone = ("updated",) if ids else ("updated", "id")
    return sorted(
        json.dumps({key: value for key, value in raw.items() if key not in gone}, sort_keys=True)
        for raw in sandbox.actions()
        if raw["title"] not in ("New", seeds.WEBHOOK["title"])
    )


def shows_all_headers(setting: Setting) -> bool:
    """Whether the API shows headers that nobody asked for by name."""
    if setting["caligraph_headers_wildcard"] == "work":
        return True
    if setting["caligraph_headers_wildcard"] == "absent" and setting["caligraph_named_headers"] == "ignored":
        return False
    return setting["caligraph_actions_wildcard"] == "work" and setting["caligraph_wildcard_includes_headers"] is True


def blind(setting: Setting) -> bool:
    """Whether the API shows no headers at all, in whatever way they are asked for."""
    return not shows_all_headers(setting) and setting["caligraph_named_headers"] == "ignored"


def must_refuse(setting: Setting) -> str | None:
    """What a write could lose with this setting, None where nothing is unseen."""
    theirs = SCENES[setting["scene"]]
    if theirs and not shows_all_headers(setting):
        return "may be hidden"
    if setting["scene"] == "another without headers" and setting["caligraph_headers_wildcard"] == "absent":
        # Our own headers show only together with their names, which proves nothing about those of others.
        return "may be hidden"
    if theirs and setting["caligraph_mask_headers"] == "true" and "Authorization" in theirs[0]["headers"]:
        return "masks the headers of"
    return None


def check_then_live(sandbox: Sandbox) -> Called:
    predicted = call(WEBHOOK_ACTIONS, task(sandbox), check=True, sandbox=sandbox)
    live = call(WEBHOOK_ACTIONS, task(sandbox), sandbox=sandbox)
    assert predicted.failed is live.failed, (predicted.result, live.result)
    if live.failed:
        assert predicted["msg"] == live["msg"]
    else:
        for key in ("diff", "drift", "changed"):
            assert predicted[key] == live[key]
    return live


def assert_converges_or_refuses(sandbox: Sandbox, setting: Setting) -> None:
    setting = {**{name: QUIRKS[name].default for name in (*READING, *WRITING)}, **setting}
    sandbox.set_actions([*sandbox.actions(), *SCENES[setting["scene"]]])
    sandbox.quirks(**{name: value for name, value in setting.items() if name != "scene"})
    keeps_ids = setting["caligraph_ids"] == "keep"
    before, state = foreign(sandbox, keeps_ids), sandbox.state()
    live = check_then_live(sandbox)
    why = must_refuse(setting)
    if why is not None:
        assert_told(live, why)
        assert writes(live) == []
        assert sandbox.state() == state
        return
    assert not live.failed, live.result
    assert live["changed"] is True
    assert foreign(sandbox, keeps_ids) == before
    assert len(writes(live)) == 1
    again = call(WEBHOOK_ACTIONS, task(sandbox), sandbox=sandbox)
    if blind(setting):
        assert any("shows no headers" in text for text in live.warnings), live.warnings
        assert {item["field"].partition(".")[0] for item in again["drift"]} <= {"headers", "secret_headers"}
    else:
        assert again["changed"] is False, again["drift"]
        assert writes(again) == []
    assert foreign(sandbox, keeps_ids) == before
    stored = {raw["title"]: raw for raw in sandbox.actions()}
    assert {name.lower() for name in stored["New"]["headers"]} == {"x-auth-token"}
    assert list(stored["New"]["headers"].values()) == ["s3cr3t-of-the-receiver"]
    assert stored[seeds.WEBHOOK["title"]]["to"] == "https://hooks.example/created"
    assert sorted(stored[seeds.WEBHOOK["title"]]["headers"].values()) == ["headerhere", "test1234"]


READINGS = [
    dict(zip((*READING, "scene"), combination, strict=True))
    for combination in itertools.product(*map(values, READING), SCENES)
]
TOGETHER = list(itertools.chain.from_iterable(pairwise((*READING, *WRITING, "scene"), seed) for seed in range(2)))


@pytest.mark.parametrize("setting", READINGS[::3], ids=label)
def test_whatever_a_read_shows(sandbox: Sandbox, setting: Setting) -> None:
    assert_converges_or_refuses(sandbox, setting)


@pytest.mark.parametrize("setting", TOGETHER, ids=label)
def test_every_two_unknowns_together(sandbox: Sandbox, setting: Setting) -> None:
    assert_converges_or_refuses(sandbox, setting)


@pytest.mark.parametrize("name", [*READING, *WRITING])
@pytest.mark.parametrize("scene", SCENES)
def test_every_unknown_alone(sandbox: Sandbox, name: str, scene: str) -> None:
    for value in QUIRKS[name].values:
        sandbox.reset()
        assert_converges_or_refuses(sandbox, {name: value, "scene": scene})


def test_all_quirks_of_both_services_are_played() -> None:
    """A new unknown has to find its place in these tests."""
    elsewhere = {
        "caligraph_page_size_default", "caligraph_max_results_cap", "caligraph_foreign_profile_status",
        "caligraph_retry_after", "phonecom_limit_cap", "phonecom_retry_after", "phonecom_mask_headers",
        "phonecom_url_check",
    }  # fmt: skip
    assert {*READING, *WRITING, *PHONECOM} | elsewhere == set(QUIRKS)


# A server that stores another value than it was sent


@pytest.mark.parametrize(
    ("quirk", "given", "told"),
    [
        ({"caligraph_normalise_url": True}, {"url": "https://Hooks.Example"}, '"https://hooks.example/"'),
        (
            {"caligraph_normalise_url": True},
            {"url": "https://Hooks.Example?k=s3cr3t"},
            "https://hooks.example/?k=(secret)",
        ),
    ],
)
@pytest.mark.parametrize("page", [seeds.PAGE_WEBHOOK, seeds.PAGE_EMPTY])
def test_a_value_that_the_server_normalises_is_told_and_not_fought_over(
    sandbox: Sandbox, quirk: Setting, given: Setting, told: str, page: str
) -> None:
    sandbox.quirks(**quirk)
    arguments = sandbox.caligraph_options(profile_id=page, title="New", anchor="NO_SHOW", **given)
    live = call(WEBHOOK_ACTION, arguments, sandbox=sandbox)
    assert live["verified"] is False
    assert live.methods == ["GET", "PATCH", "GET", "GET"]
    warning = next(text for text in live.warnings if "stores url" in text)
    assert told in warning
    assert "s3cr3t" not in warning
    fixed = {**arguments, "url": sandbox.actions(page)[-1]["to"]}
    assert call(WEBHOOK_ACTION, fixed, sandbox=sandbox)["changed"] is False


def test_an_update_to_a_value_that_is_normalised_to_the_old_one_is_not_fought_over(sandbox: Sandbox) -> None:
    """Only our own field differs from what was written and two reads agree: the server did it, not another writer."""
    sandbox.quirks(caligraph_normalise_url=True)
    sandbox.set_actions([*sandbox.actions()[:3], {**seeds.WEBHOOK, "to": "https://hooks.example/"}])
    arguments = sandbox.caligraph_options(
        profile_id=seeds.PAGE_WEBHOOK, title=seeds.WEBHOOK["title"], url="https://HOOKS.example/"
    )
    live = call(WEBHOOK_ACTION, arguments, sandbox=sandbox)
    assert live.methods == ["GET", "PATCH", "GET", "GET"]
    assert live["verified"] is False
    assert any("stores url" in text for text in live.warnings)


def test_a_body_that_the_server_rewrites_as_json_is_no_difference(sandbox: Sandbox) -> None:
    sandbox.quirks(caligraph_normalise_body=True)
    arguments = sandbox.caligraph_options(
        profile_id=seeds.PAGE_WEBHOOK, title=seeds.WEBHOOK["title"], body='{ "a":\n 1 }'
    )
    live = call(WEBHOOK_ACTION, arguments, sandbox=sandbox)
    assert live["verified"] is True
    assert sandbox.actions()[-1]["body"] == '{"a":1}'
    assert call(WEBHOOK_ACTION, arguments, sandbox=sandbox)["changed"] is False


def test_header_names_that_the_server_lowers_are_no_difference(sandbox: Sandbox) -> None:
    sandbox.quirks(caligraph_header_names="lower", caligraph_headers_wildcard="ignored")
    arguments = sandbox.caligraph_options(
        profile_id=seeds.PAGE_EMPTY, title="New", anchor="NO_SHOW", url="https://a.example/", headers={"X-Upper": "1"}
    )
    live = call(WEBHOOK_ACTION, arguments, sandbox=sandbox)
    assert live["verified"] is True
    assert live.warnings == []
    assert call(WEBHOOK_ACTION, arguments, sandbox=sandbox)["changed"] is False


# Phone.com


@pytest.mark.parametrize("setting", [*pairwise(PHONECOM, 0)], ids=label)
def test_every_two_unknowns_of_phonecom_together(sandbox: Sandbox, setting: Setting) -> None:
    sandbox.quirks(**setting)
    sandbox.add_profiles(2, name="Theirs {n}", extension=seeds.PHONECOM_EXTENSION)
    arguments = sandbox.phonecom_options(
        profiles=[
            {"name": "New", "support_email": "new@example.org"},
            {"id": 389, "name": "Renamed"},
            {"name": "Never", "state": "absent"},
        ],
    )
    predicted = call(EVENT_PROFILES, arguments, check=True, sandbox=sandbox)
    live = call(EVENT_PROFILES, arguments, sandbox=sandbox)
    assert live["verified"] is True
    for key in ("diff", "drift", "changed"):
        assert predicted[key] == live[key]
    assert call(EVENT_PROFILES, arguments, sandbox=sandbox)["changed"] is False
    assert [row["name"] for row in sandbox.profiles()] == ["New", "Renamed", seeds.PHONECOM_PROFILES[1]["name"]]
    assert len(sandbox.profiles(extension=seeds.PHONECOM_EXTENSION)) == 2
