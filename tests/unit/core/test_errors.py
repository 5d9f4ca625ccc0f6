# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors: what they say, what a playbook can test of them, and how they can be added to."""

from __future__ import annotations

import pytest

from ansible_collections.commops.events.plugins.module_utils import _errors
from ansible_collections.commops.events.plugins.module_utils._errors import (
    ApiError,
    ConnectionFailed,
    EventsError,
    InvalidOption,
)

PLAIN = {
    "EventsError": "error",
    "MissingLibrary": "library",
    "WriteInCheckMode": "guard",
    "BadAnswer": "answer",
    "Ambiguous": "ambiguous",
    "Conflict": "conflict",
    "Refused": "refused",
}
OTHERS = {"ConnectionFailed": "connection", "ApiError": "api", "InvalidOption": "option"}


def test_each_class_has_a_kind_of_its_own() -> None:
    classes = {
        name: item.kind
        for name, item in vars(_errors).items()
        if isinstance(item, type) and issubclass(item, EventsError)
    }
    assert classes == PLAIN | OTHERS
    assert len(set(classes.values())) == len(classes)


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_error_is_its_message(name: str) -> None:
    error = getattr(_errors, name)("It failed.")
    assert isinstance(error, EventsError)
    assert str(error) == error.message == "It failed."
    assert error.details() == {"kind": PLAIN[name]}
    assert error.outcome is None and error.unsure is False


def test_an_option_is_told_by_its_name() -> None:
    error = InvalidOption("profiles[1].name", "must not be blank.")
    assert error.message == "profiles[1].name: must not be blank."
    assert error.details() == {"kind": "option", "option": "profiles[1].name"}
    assert (error.option, error.problem) == ("profiles[1].name", "must not be blank.")


def test_a_refusal_of_the_api_tells_status_and_code() -> None:
    assert ApiError("x", 409, "in_use").details() == {"kind": "api", "status": 409, "code": "in_use"}
    assert ApiError("x", 500).details()["code"] == ""


def test_a_lost_connection_tells_whether_the_request_may_have_been_sent() -> None:
    error = ConnectionFailed("x", sent=True)
    assert error.details() == {"kind": "connection", "sent": True}
    assert error.permanent is False
    assert ConnectionFailed("x", sent=False, permanent=True).permanent is True


def test_a_message_can_be_added_to() -> None:
    error = EventsError("It failed.")
    error.add("Tried twice.")
    error.add("Try later.")
    assert str(error) == error.message == "It failed. Tried twice. Try later."
