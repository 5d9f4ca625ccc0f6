# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drift of results with accepted deviations marked: by the rules of the report."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.plugin_utils._accepted import marked
from support.reports import TODAY, drift, plural, report, seen

names = st.sampled_from(["a", "b"])
entries = st.fixed_dictionaries(
    {"resource": st.sampled_from(["event_profile", "webhook_action"]), "key": names},
    optional={
        "field": st.sampled_from(["name", "support_email"]),
        "scope": st.sampled_from(["account", "extension 7"]),
        "account_id": st.sampled_from(["1", "2", 1]),
    },
)
until = st.sampled_from(["2030-06-14", "2030-06-15", date(2030, 6, 16)])
items = st.builds(
    lambda key, field, scope, account: drift("different", key, field, scope=scope, account_id=account),
    names,
    st.sampled_from(["name", "support_email"]),
    st.sampled_from(["account", "extension 7"]),
    st.sampled_from(["1", "2"]),
)


@given(
    found=st.lists(items, min_size=1, max_size=6, unique_by=repr),
    accepted=st.lists(st.builds(lambda entry, day: {**entry, "until": day}, entries, until), max_size=4),
)
def test_marked_is_what_the_report_waives(found: list[dict[str, Any]], accepted: list[dict[str, Any]]) -> None:
    made = report(*(seen(plural([], [item])) for item in found), accepted=accepted)
    reported = {
        (resource["account_id"], resource["scope"], resource["key"], item["field"]): item["waived"]
        for resource in made["resources"]
        for item in resource["drift"]
    }
    for item in marked(found, accepted, TODAY):
        place = (item["account_id"], item["scope"], item["key"], item["field"])
        assert item["accepted"] == reported[place]
        assert {**item, "accepted": None} in [{**plain, "accepted": None} for plain in found]


def test_items_stay_what_they_are() -> None:
    class Text(str):
        """As Ansible marks text that must not become a template."""

    item = drift("different", "a", "name", **{"from": Text("{{ x }}")})
    (made,) = marked([item], [], TODAY)
    assert made["from"] is item["from"]
    assert {**made, "accepted": None} == {**item, "accepted": None}


@pytest.mark.parametrize("item", [None, "text", {}, {"kind": "missing", "key": "a"}])
def test_what_is_no_drift_is_refused(item: Any) -> None:
    with pytest.raises(ValueError, match="each item of drift"):
        marked([item], [], TODAY)
