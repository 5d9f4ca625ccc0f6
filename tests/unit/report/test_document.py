# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as a whole: its verdict, its totals, and its documented schema."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ansible_collections.commops.events.plugins.plugin_utils import _drift_json
from ansible_collections.commops.events.plugins.plugin_utils._drift_document import Run, running
from ansible_collections.commops.events.plugins.plugin_utils._drift_model import Problem, plain
from support.reports import drift, hostile_report, operation, plural, report, seen, singular

DOCS = Path(__file__).resolve().parents[3] / "docs"
SCHEMA = json.loads((DOCS / "drift-report.schema.json").read_text())

CLEAN = seen(plural([operation("Desk", id=1)]))
DRIFTED = seen(plural([operation("Desk", "updated", 1)], [drift("different", "Desk", "support_email", id=1)]))
FAILED = seen({"msg": "refused"}, "failed")
SKIPPED = seen({}, "skipped")


@pytest.mark.parametrize(
    ("observations", "verdict"),
    [
        ([CLEAN], "clean"),
        ([DRIFTED], "drift"),
        ([CLEAN, SKIPPED], "incomplete"),
        ([DRIFTED, SKIPPED], "incomplete"),
        ([DRIFTED, SKIPPED, FAILED], "failed"),
        ([CLEAN, FAILED], "failed"),
        ([], "incomplete"),
        ([seen(plural([]))], "incomplete"),
        ([seen({"profiles": []}, module="phonecom_event_profile_info")], "incomplete"),
    ],
)
def test_verdict(observations: list[Any], verdict: str) -> None:
    made = report(*observations)
    assert made["verdict"] == verdict
    assert made["status"] == "complete"
    assert made["totals"]["unknown"] == len(made["unknown"])
    assert made["totals"]["failures"] == len(made["failures"])


def test_what_was_not_reached_is_unknown() -> None:
    left = Problem("not_reached", "The task was not reached.", "acme", "Audit the webhooks")
    assert report(CLEAN, unreached=[left])["verdict"] == "incomplete"


@pytest.mark.parametrize(("expected", "verdict"), [(None, "clean"), (1, "clean"), (2, "clean"), (3, "incomplete")])
def test_fewer_hosts_than_expected_are_not_enough(expected: int | None, verdict: str) -> None:
    other = seen(plural([operation("Night", id=2)]), host="globex")
    info = seen({"profiles": []}, host="initech", module="phonecom_event_profile_info")
    made = report(CLEAN, other, info, expected_hosts=expected)
    assert made["verdict"] == verdict
    if verdict == "incomplete":
        assert made["unknown"][0]["message"] == "2 of the 3 hosts that were expected had an audit."


def test_totals_by_service_account_and_kind() -> None:
    found = [drift("different", "Desk", name, id=1) for name in ("name", "support_email")]
    found += [drift("missing", "Night"), drift("unexpected", "Old", id=3), drift("unverifiable", "Plain", "x", id=4)]
    operations = [operation("Desk", "updated", 1), operation("Night", "created"), operation("Old", "deleted", 3)]
    first = seen(plural([*operations, operation("Plain", id=4)], found))
    second = seen(singular("unchanged", api={"requests": 3, "retries": 1, "waited": 0.5, "account_id": "u"}), host="b")
    hook = seen(singular("unchanged", api={"account_id": "u"}), host="b", module="caligraph_webhook_action")
    made = report(first, second, hook)
    assert made["totals"] == {
        "resources": 6,
        "clean": 3,
        "drifted": 3,
        "waived": 0,
        "unverifiable": 1,
        "drifts": 4,
        "waived_drifts": 0,
        "hosts": 2,
        "failures": 0,
        "unknown": 0,
        "requests": 4,
        "retries": 1,
        "waited": 0.5,
    }
    assert made["by_kind"] == {"different": 2, "missing": 1, "unexpected": 1}
    services = {item["service"]: (item["resources"], item["drifted"], item["drifts"]) for item in made["by_service"]}
    assert services == {"phonecom": (5, 3, 4), "caligraph": (1, 0, 0)}
    accounts = {(item["service"], item["account_id"]): item["resources"] for item in made["by_account"]}
    assert accounts == {("phonecom", "1000002"): 4, ("phonecom", "u"): 1, ("caligraph", "u"): 1}


def test_resources_stand_in_a_fixed_order() -> None:
    results = [seen(plural([operation(name, id=name)])) for name in ("b", "a", None, "Z")]
    names = [item["key"] for item in report(*results)["resources"]]
    assert names == [item["key"] for item in report(*reversed(results))["resources"]] == [None, "Z", "a", "b"]


def test_a_running_report_says_nothing_good() -> None:
    made = running(Run("0.1.0", "2.19.0"))
    assert (made["status"], made["verdict"], made["finished"]) == ("running", "incomplete", None)
    jsonschema.validate(made, SCHEMA)


@pytest.mark.parametrize("observations", [[CLEAN], [DRIFTED], [FAILED, SKIPPED], []])
def test_reports_follow_the_schema(observations: list[Any]) -> None:
    accepted = [{"resource": "event_profile", "key": "Desk", "until": "2030-12-31"}, "nonsense"]
    jsonschema.validate(report(*observations, accepted=accepted), SCHEMA)


def test_the_schema_leaves_nothing_open() -> None:
    jsonschema.validate(hostile_report(), SCHEMA)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for name in SCHEMA["required"]:
        made = report(DRIFTED)
        del made[name]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(made, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**report(DRIFTED), "surprise": 1}, SCHEMA)


def test_every_key_is_described() -> None:
    text = (DOCS / "drift-report.md").read_text()
    described = set(re.findall(r"`([a-z_]+)`", text))

    def keys(schema: Any) -> set[str]:
        """The names of all properties, at whatever depth."""
        if isinstance(schema, list):
            return set().union(*map(keys, schema))
        if not isinstance(schema, dict):
            return set()
        return set(schema.get("properties", ())).union(*map(keys, schema.values()))

    assert keys(SCHEMA) - described == set()


def test_json_is_ascii_and_reads_back_as_it_was() -> None:
    made = hostile_report()
    text = _drift_json.render(made)
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text) == made


def test_plain_values_are_what_json_can_hold() -> None:
    class Tagged(str):
        def __str__(self) -> str:
            return "not this"

    deep: Any = "end"
    for _level in range(500):
        deep = [deep]
    values = {"text": Tagged("a"), "nan": float("nan"), "inf": float("inf"), 5: {1.5}, "deep": deep, "many": (1, True)}
    made = plain(values)
    assert made["text"].__class__ is str
    assert (made["text"], made["nan"], made["inf"], made["5"], made["many"]) == ("a", "nan", "inf", "{1.5}", [1, True])
    json.dumps(made, allow_nan=False)
    assert "too deeply" in str(made["deep"])
