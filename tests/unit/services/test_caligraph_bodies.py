# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies of webhooks over HTTP: text to the letter, mappings as JSON, and when two of them are the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call, check_live_again
from unit.services.scenario import refused


def options(sandbox: Sandbox, **given: Any) -> dict[str, Any]:
    return sandbox.caligraph_options(**{"profile_id": seeds.PAGE_WEBHOOK, **given})


@pytest.mark.parametrize(
    "same",
    [
        seeds.WEBHOOK_BODY,
        json.loads(seeds.WEBHOOK_BODY),
        json.dumps(json.loads(seeds.WEBHOOK_BODY), indent=2, sort_keys=True),
    ],
)
def test_a_body_is_compared_as_json(sandbox: Sandbox, same: Any) -> None:
    called = call(WEBHOOK_ACTION, options(sandbox, title=seeds.WEBHOOK["title"], body=same), sandbox=sandbox)
    assert called["changed"] is False
    assert called.methods == ["GET"]


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        ('{ "a" : 1.0,\n"b": "{ID}" }', '{ "a" : 1.0,\n"b": "{ID}" }'),
        ({"z": "ü", "a": [1, 1.5, True, None]}, '{"z": "ü", "a": [1, 1.5, true, null]}'),
        (["{REF}"], '["{REF}"]'),
        ("plain text with {FNAME}\n\ttab", "plain text with {FNAME}\n\ttab"),
        ('{"minutes": {DURATION}}', '{"minutes": {DURATION}}'),
        (5, "5"),
        (False, "false"),
        (None, ""),
        ("", ""),
    ],
)
def test_a_body_is_kept_to_the_letter_or_written_as_json(sandbox: Sandbox, body: Any, stored: str) -> None:
    check_live_again(WEBHOOK_ACTION, options(sandbox, title=seeds.WEBHOOK["title"], body=body), sandbox)
    assert sandbox.actions()[-1]["body"] == stored


def test_a_broken_body_is_refused(sandbox: Sandbox) -> None:
    arguments = options(sandbox, title=seeds.WEBHOOK["title"], body='{"a": 1,}')
    refused(WEBHOOK_ACTION, arguments, sandbox, "body: looks like JSON but is broken at line 1")
    assert sandbox.log() == []


def test_an_unknown_placeholder_earns_a_warning(sandbox: Sandbox) -> None:
    arguments = options(sandbox, title=seeds.WEBHOOK["title"], body={"a": "{FNAMES} {REF} {MY-OWN-QUESTION}"})
    called = call(WEBHOOK_ACTION, arguments, check=True, sandbox=sandbox)
    assert len(called.warnings) == 2
    assert "{FNAMES}" in called.warnings[0]
    assert "FNAME?" in called.warnings[0]
    assert called["operation"] == "updated"


def test_the_placeholders_of_a_secret_body_are_not_named(sandbox: Sandbox) -> None:
    arguments = options(sandbox, title=seeds.WEBHOOK["title"], body="{S3CR3T}", secret_fields=["body"])
    called = call(WEBHOOK_ACTION, arguments, check=True, sandbox=sandbox)
    assert called["operation"] == "updated"
    assert len(called.warnings) == 1
    assert "S3CR3T" not in json.dumps([called.result, called.warnings])
