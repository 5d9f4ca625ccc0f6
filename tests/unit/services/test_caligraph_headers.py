# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers of a webhook over HTTP: plain and secret ones, what is kept, what is purged, what the API masks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call, check_live_again
from unit.services.scenario import refused

TITLE = seeds.WEBHOOK["title"]
THERE = seeds.WEBHOOK["headers"]


def options(sandbox: Sandbox, **given: Any) -> dict[str, Any]:
    return sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK, title=TITLE, **given)


def stored(sandbox: Sandbox) -> dict[str, Any]:
    headers: dict[str, Any] = sandbox.actions()[-1]["headers"]
    return headers


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"headers": {"test": "test1234"}}, THERE),
        ({"headers": {"TEST": "test1234", "Another": "headerhere"}}, THERE),
        ({"secret_headers": {"Test": None}}, THERE),
        ({"headers": {}, "secret_headers": {}}, THERE),
        ({"headers": None, "secret_headers": None, "purge_headers": None}, THERE),
        ({"headers": {"test": "test1234", "another": "headerhere"}, "purge_headers": True}, THERE),
        ({"headers": {"test": "test1234"}, "secret_headers": {"Another": None}, "purge_headers": True}, THERE),
    ],
)
def test_headers_that_are_there_are_no_change(sandbox: Sandbox, given: dict[str, Any], expected: Any) -> None:
    called = call(WEBHOOK_ACTION, options(sandbox, **given), sandbox=sandbox)
    assert called["changed"] is False
    assert called.methods == ["GET"]
    assert stored(sandbox) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"headers": {"TEST": "new"}}, {"test": "new", "another": "headerhere"}),
        ({"headers": {"X-New": "1"}}, {**THERE, "X-New": "1"}),
        ({"headers": {"X-New": 15}}, {**THERE, "X-New": "15"}),
        ({"secret_headers": {"X-New": "s3cr3t-value"}}, {**THERE, "X-New": "s3cr3t-value"}),
        ({"purge_headers": True}, {}),
        ({"headers": {"X-New": "1"}, "purge_headers": True}, {"X-New": "1"}),
        ({"secret_headers": {"Test": None}, "purge_headers": True}, {"test": "test1234"}),
        (
            {"headers": {"a": "b"}, "secret_headers": {"another": None, "c": "dddddd"}, "purge_headers": True},
            {"another": "headerhere", "a": "b", "c": "dddddd"},
        ),
    ],
)
def test_headers_are_merged_into_those_that_are_there(sandbox: Sandbox, given: dict[str, Any], expected: Any) -> None:
    _predicted, live, _again = check_live_again(WEBHOOK_ACTION, options(sandbox, **given), sandbox)
    assert live["operation"] == "updated"
    assert live["verified"] is True
    assert stored(sandbox) == expected


def test_a_secret_header_shows_neither_value(sandbox: Sandbox) -> None:
    sandbox.set_actions([{**seeds.WEBHOOK, "headers": {"X-Auth": "old-s3cr3t"}}])
    arguments = options(sandbox, secret_headers={"X-Auth": "new-s3cr3t"})
    predicted, live, _again = check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    assert live["diff"]["before"]["secret_headers"] == {"X-Auth": "(secret, old value)"}
    assert live["diff"]["after"]["secret_headers"] == {"X-Auth": "(secret, new value)"}
    assert live["action"]["secret_headers"] == {"X-Auth": "(secret)"}
    assert live["drift"][0]["field"] == "secret_headers.X-Auth"
    assert "s3cr3t" not in json.dumps([predicted.result, live.result])


def test_a_header_that_only_the_server_has_is_shown_masked(sandbox: Sandbox) -> None:
    called = call(WEBHOOK_ACTION, options(sandbox, headers={"test": "changed"}), check=True, sandbox=sandbox)
    assert called["diff"]["before"]["headers"] == {"test": "test1234"}
    assert called["diff"]["after"]["headers"] == {"test": "changed"}
    assert called["diff"]["before"]["secret_headers"] == {"another": "(secret)"}
    assert "headerhere" not in json.dumps(called.result)


def test_a_secret_among_the_plain_headers_is_masked_and_earns_a_warning(sandbox: Sandbox) -> None:
    arguments = options(sandbox, headers={"Authorization": "Bearer s3cr3t", "X-Plain": "shown"})
    predicted, live, _again = check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    assert live["action"]["headers"] == {"Authorization": "(secret)", "X-Plain": "shown"}
    assert any("Authorization" in text and "secret_headers" in text for text in live.warnings)
    assert "s3cr3t" not in json.dumps([predicted.result, live.result, live.warnings])
    assert stored(sandbox)["Authorization"] == "Bearer s3cr3t"


def test_a_header_to_keep_has_to_be_there(sandbox: Sandbox) -> None:
    refused(WEBHOOK_ACTION, options(sandbox, secret_headers={"X-None": None}), sandbox, "X-None", "give its value")
    new = options(sandbox, anchor="NO_SHOW", url="https://a.example/", secret_headers={"X-None": None})
    refused(WEBHOOK_ACTION, {**new, "title": "New"}, sandbox, "X-None", "give its value")


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ({"headers": {"a": "1"}, "secret_headers": {"A": "222222"}}, ("secret_headers", "declared twice")),
        ({"headers": {"a": "1", "A": "2"}}, ("headers", "declared twice")),
        ({"headers": {"a b": "1"}}, ("headers", '"a b" is no header name')),
        ({"headers": {"": "1"}}, ("headers", '"" is no header name')),
        ({"headers": {"a:b": "1"}}, ("headers", "is no header name")),
        ({"headers": {"a": "1\r\nX-Evil: 2"}}, ("headers", "line break")),
        ({"secret_headers": {"a": "s3cr3t\n"}}, ("secret_headers", "the value of a", "line break")),
        ({"secret_headers": {"a": "s3cr3t\0"}}, ("secret_headers", "NUL")),
        ({"headers": {"a": ""}}, ("headers", "the value of a is empty")),
        ({"headers": {"a": None}}, ("headers", "the value of a")),
        ({"headers": {"a": ["b"]}}, ("headers", "is no text")),
        ({"secret_headers": {"a": "********"}}, ("secret_headers", "stands for a masked value")),
        ({"secret_headers": {"a": "(secret)"}}, ("secret_headers", "stands for a masked value")),
        ({"secret_headers": {"a": "(secret, new value)"}}, ("secret_headers", "stands for a masked value")),
        ({"secret_headers": {"a": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}}, ("secret_headers", "masked value")),
        ({"secret_headers": {"a": "$REDACTED$"}}, ("secret_headers", "masked value")),
        ({"secret_headers": {"a": "$encrypted$"}}, ("secret_headers", "masked value")),
        ({"secret_headers": {"a": True}}, ("secret_headers", "masked value")),
        ({"secret_headers": {"a": "true"}}, ("secret_headers", "masked value")),
    ],
)
def test_values_that_can_not_be_right_are_refused_before_anything_is_sent(
    sandbox: Sandbox, given: dict[str, Any], parts: tuple[str, ...]
) -> None:
    live = refused(WEBHOOK_ACTION, options(sandbox, **given), sandbox, *parts)
    assert sandbox.log() == []
    assert "s3cr3t" not in json.dumps(live.result)


# Masked by the API


def masked(sandbox: Sandbox) -> None:
    sandbox.set_actions(
        [*sandbox.actions()[:3], {**seeds.WEBHOOK, "headers": {"Authorization": "Bearer real", "x-plain": "1"}}]
    )
    sandbox.quirks(caligraph_mask_headers="true")


@pytest.mark.parametrize("update", [{}, {"update_secret": "on_create"}])
def test_a_masked_value_can_not_be_compared_and_is_no_change(sandbox: Sandbox, update: dict[str, Any]) -> None:
    masked(sandbox)
    arguments = options(sandbox, secret_headers={"authorization": "Bearer real"}, **update)
    called = call(WEBHOOK_ACTION, arguments, sandbox=sandbox)
    assert called["changed"] is False
    assert [(item["kind"], item["field"]) for item in called["drift"]] == [("unverifiable", "headers.Authorization")]


def test_a_masked_value_is_written_where_the_task_says_always(sandbox: Sandbox) -> None:
    masked(sandbox)
    arguments = options(sandbox, secret_headers={"Authorization": "Bearer new"}, update_secret="always")
    predicted = call(WEBHOOK_ACTION, arguments, check=True, sandbox=sandbox)
    live = call(WEBHOOK_ACTION, arguments, sandbox=sandbox)
    assert predicted["operation"] == live["operation"] == "updated"
    assert predicted["diff"] == live["diff"]
    assert live["verified"] == "unverifiable"
    assert stored(sandbox) == {"Authorization": "Bearer new", "x-plain": "1"}


def test_a_mask_is_never_written_back(sandbox: Sandbox) -> None:
    masked(sandbox)
    arguments = options(sandbox, offset_minutes=5)
    refused(WEBHOOK_ACTION, arguments, sandbox, "secret_headers", "masks Authorization", "give the value")
    arguments["secret_headers"] = {"Authorization": "Bearer real"}
    _predicted, live, _again = check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    assert live["operation"] == "updated"
    assert stored(sandbox) == {"Authorization": "Bearer real", "x-plain": "1"}


def test_a_masked_header_can_be_purged(sandbox: Sandbox) -> None:
    masked(sandbox)
    arguments = options(sandbox, headers={"x-plain": "1"}, purge_headers=True)
    check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    assert stored(sandbox) == {"x-plain": "1"}
