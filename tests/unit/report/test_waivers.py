# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accepted deviations: what they cover, until when, and that a malformed one covers nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from ansible_collections.commops.events.plugins.plugin_utils._drift_waivers import parse
from support.reports import drift, operation, plural, report, seen

DESK = {"resource": "event_profile", "key": "Desk", "field": "support_email", "until": "2030-12-31", "reason": "moves"}


def drifted(*fields: str | None, host: str = "acme", **changes: Any) -> Any:
    found = [drift("different" if name else "missing", "Desk", name, 1, 2, id=3, **changes) for name in fields]
    return seen(plural([operation("Desk", "updated", 3)], found), host=host)


def test_a_waived_field_is_shown_and_does_not_count() -> None:
    made = report(drifted("support_email"), accepted=[DESK])
    (resource,) = made["resources"]
    assert resource["drift"][0]["waived"] == {"until": "2030-12-31", "reason": "moves"}
    assert (resource["state"], made["verdict"]) == ("waived", "clean")
    assert (made["totals"]["drifted"], made["totals"]["waived"], made["totals"]["waived_drifts"]) == (0, 1, 1)
    assert made["by_kind"]["different"] == 0


def test_another_field_of_the_same_resource_counts() -> None:
    made = report(drifted("support_email", "name"), accepted=[DESK])
    (resource,) = made["resources"]
    assert [item["waived"] is None for item in resource["drift"]] == [False, True]
    assert (resource["state"], made["verdict"], made["totals"]["drifts"]) == ("drifted", "drift", 1)


@pytest.mark.parametrize(("until", "active"), [("2030-06-14", False), ("2030-06-15", True), ("2030-06-16", True)])
def test_the_last_day_still_counts_as_accepted(until: str, active: bool) -> None:
    made = report(drifted("support_email"), accepted=[{**DESK, "until": until}])
    assert made["verdict"] == ("clean" if active else "drift")
    assert made["waivers"][0]["state"] == ("active" if active else "expired")
    assert made["waivers"][0]["matches"] == 1


def test_yaml_reads_a_bare_date_as_a_date() -> None:
    assert parse([{**DESK, "until": date(2030, 12, 31)}]) == parse([DESK])


def test_without_a_field_the_whole_resource_is_accepted() -> None:
    whole = {name: value for name, value in DESK.items() if name != "field"}
    for fields in (("support_email", "name"), (None,)):
        assert report(drifted(*fields), accepted=[whole])["verdict"] == "clean"
    assert report(drifted(None), accepted=[DESK])["verdict"] == "drift"


@pytest.mark.parametrize(
    "change", [{"key": "Des"}, {"key": "desk"}, {"resource": "webhook_action"}, {"field": "support"}, {"scope": "x"}]
)
def test_what_it_does_not_name_exactly_is_not_waived(change: dict[str, str]) -> None:
    made = report(drifted("support_email"), accepted=[{**DESK, **change}])
    assert (made["verdict"], made["waivers"][0]["matches"]) == ("drift", 0)


def test_it_can_be_narrowed_to_an_account() -> None:
    for account, verdict in ((1000002, "clean"), ("1000002", "clean"), ("1000003", "drift")):
        assert report(drifted("support_email"), accepted=[{**DESK, "account_id": account}])["verdict"] == verdict


@pytest.mark.parametrize(
    ("accepted", "problem"),
    [
        ("Desk", "is no list"),
        ({"key": "Desk"}, "is no list"),
        ([None], "entry 1: it is no mapping"),
        ([DESK, "Desk"], "entry 2: it is no mapping"),
        ([{}], "resource and key and until must be given"),
        ([{**DESK, "until": None}], "until must be given"),
        ([{**DESK, "until": ""}], "until must be given"),
        ([{**DESK, "until": "31.12.2030"}], "until must be a date"),
        ([{**DESK, "until": "2030-13-01"}], "until must be a date"),
        ([{**DESK, "until": "2030-12-31T10:00:00Z"}], "until must be a date"),
        ([{**DESK, "until": "２０３０-12-31"}], "until must be a date"),
        ([{**DESK, "until": datetime(2030, 12, 31)}], "until must be a date"),
        ([{**DESK, "until": 20301231}], "until must be a date"),
        ([{**DESK, "until": True}], "until must be a date"),
        ([{**DESK, "key": 5}], "key must be a text"),
        ([{**DESK, "key": ["Desk"]}], "key must be a text"),
        ([{**DESK, "field": ""}], "field must not be empty"),
        ([{**DESK, "field": ["support_email"]}], "field must be a text"),
        ([{**DESK, "reason": 5}], "reason must be a text"),
        ([{**DESK, "account_id": True}], "account_id must be a text"),
        ([{**DESK, "fields": "name"}], "there is no fields"),
        ([{**DESK, 5: 5}], "there is no 5"),
    ],
)
def test_a_malformed_one_waives_nothing_and_is_told(accepted: Any, problem: str) -> None:
    waivers, warnings = parse(accepted)
    assert len(waivers) == (1 if isinstance(accepted, list) and DESK in accepted else 0)
    assert [problem in warning and "waives nothing" in warning for warning in warnings] == [True]
    # Whether it is the only one or not, the report says so.
    others = accepted if isinstance(accepted, (str, dict)) else [item for item in accepted if item != DESK]
    made = report(drifted("support_email"), accepted=others)
    assert made["verdict"] == "drift"
    assert len(made["warnings"]) == 1


def test_each_host_that_finds_a_drift_has_to_accept_it() -> None:
    both = [drifted("support_email", host="one"), drifted("support_email", host="two")]
    assert report(*both, accepted=[DESK], hosts=["one"])["verdict"] == "drift"
    made = report(*both, accepted=[DESK], hosts=["one", "two"])
    assert made["verdict"] == "clean"
    assert made["waivers"][0]["hosts"] == ["one", "two"]


def test_of_several_waivers_the_longest_counts() -> None:
    accepted = [{**DESK, "until": "2030-07-01"}, {**DESK, "until": "2031-01-01"}, {**DESK, "until": "2020-01-01"}]
    made = report(drifted("support_email"), accepted=accepted)
    assert made["resources"][0]["drift"][0]["waived"]["until"] == "2031-01-01"
    assert [item["until"] for item in made["waivers"]] == ["2020-01-01", "2030-07-01", "2031-01-01"]


def test_nothing_accepted_is_fine() -> None:
    assert parse(None) == ([], [])
    assert parse([]) == ([], [])
