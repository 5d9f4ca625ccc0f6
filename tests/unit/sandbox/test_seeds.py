"""The first data is what the two vendors' own pages show, to the letter."""

from __future__ import annotations

import json
from typing import Any

from sandbox import seeds

LIST = """
{
  "filters": {},
  "sort": {
    "id": "desc"
  },
  "limit": 25,
  "offset": 0,
  "items": [
    {
      "id": 389,
      "voip_id": 1000002,
      "extension_id": null,
      "name": "My special profile",
      "support_email": "support@example.org",
      "created_at": 1591869178
    },
    {
      "id": 383,
      "voip_id": 1000002,
      "extension_id": null,
      "name": "Profile which uses default account's email",
      "support_email": null,
      "created_at": 1588015093
    }
  ]
}
"""
ONE = """
{
  "id": 389,
  "voip_id": 1000002,
  "extension_id": null,
  "name": "My special profile",
  "support_email": "support@example.org",
  "created_at": 1591869178
}
"""
CREATE = """
{
    "name": "My profile",
    "support_email": "test@example.org"
}
"""
# The thread's text with its typographic quotes made plain; \n stands in the thread as it stands here.
ACTION = r"""
{
"type" : "WEBHOOK",
"status" : "TEMPLATE",
"anchor" : "BOOKING_CREATED",
"offsetMinutes" : 0,
"title" : "Booking created API call",
"to" : "https://webhookURL.com",
"subject" : "POST",
"body" : "{ \"startsAt\": \"{START-LOCAL-DATE}\",\n\"id\" : \"{ID}\",\n\"ref\": \"{REF}\",\n\"rescheduleLink\": \"{RESCHEDULE-LINK}\",\n\"cancellationLink\" : \"{CANCEL-LINK}\",\n \"endsAt\": \"{END-LOCAL-TIME}\",\n \"timeZone\": \"{TIMEZONE}\", \n\"firstName\": \"{FNAME}\", \n\"email\": \"{EMAIL}\" \n}",
"attachIcs" : false,
"headers" : {
"test" : "test1234",
"another" : "headerhere"
}
}
"""  # noqa: E501 - the line is the vendor's
ERROR = """
{
    "type": "CaligraphException",
    "code": "caligraph_invalid_payload",
    "message": "Invalid payload",
    "status": "BAD_REQUEST",
    "errors": [],
    "httpStatusCode": 400
}
"""


def test_phonecom_list(phonecom: Any) -> None:
    answer = phonecom.get()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert json.dumps(answer.json()) == json.dumps(json.loads(LIST))  # the order of keys too


def test_phonecom_get(phonecom: Any) -> None:
    assert phonecom.get("profiles/389").json() == json.loads(ONE)


def test_phonecom_create_then_get(phonecom: Any) -> None:
    made = phonecom.post(json.loads(CREATE)).json()
    assert list(made) == list(json.loads(ONE))
    assert made["name"] == "My profile"
    assert made["support_email"] == "test@example.org"
    assert made["voip_id"] == 1000002
    assert made["extension_id"] is None
    assert phonecom.get(f"profiles/{made['id']}").json() == made


def test_phonecom_delete(phonecom: Any) -> None:
    assert phonecom.delete("profiles/389").json() == {"success": True}
    assert phonecom.get("profiles/389").status_code == 404


def test_webhook_as_read(caligraph: Any) -> None:
    action = json.loads(ACTION)
    assert "\n" in action["body"]
    assert json.loads(action["body"])["email"] == "{EMAIL}"
    stored = caligraph.actions()[-1]
    assert {key: stored[key] for key in action} == action
    assert action == seeds.WEBHOOK


def test_webhook_as_sent(caligraph: Any) -> None:
    """The thread's action, sent without an id beside what is there, is stored as it is."""
    action = json.loads(ACTION)
    before = caligraph.actions(seeds.PAGE_DEFAULT)
    assert caligraph.patch([*before, action], seeds.PAGE_DEFAULT).status_code == 200
    after = caligraph.actions(seeds.PAGE_DEFAULT)
    assert after[:-1] == before
    assert {key: after[-1][key] for key in action} == action


def test_thread_of_the_wrong_anchor(caligraph: Any) -> None:
    """CANCELED with one L is refused without a word of explanation, and nothing is applied; with two it works."""
    before = caligraph.actions()
    action = {**json.loads(ACTION), "anchor": "BOOKING_CANCELED"}
    fields = "actions,actions.type,actions.anchor,actions.to,actions.body,actions.headers,actions.headers.x-auth-token"
    answer = caligraph.patch([*before, action], fields=fields)
    assert answer.status_code == 400
    assert answer.json() == json.loads(ERROR)
    assert caligraph.actions() == before
    action["anchor"] = "BOOKING_CANCELLED"
    answer = caligraph.patch([*before, action], fields=fields)
    assert answer.status_code == 200
    assert set(answer.json()["actions"][-1]) == {"type", "anchor", "to", "body", "headers"}
    assert caligraph.actions()[:-1] == before


def test_thread_of_the_first_get(caligraph: Any) -> None:
    """The thread's first GET asks for headers at the top level, where there are none."""
    fields = "id,actions,actions.id,actions.type,actions.anchor,actions.to,actions.body,headers,headers.x-auth-token"
    answer = caligraph.page(fields).json()
    assert set(answer) == {"id", "actions"}
    assert {frozenset(action) for action in answer["actions"]} == {frozenset({"id", "type", "anchor", "to", "body"})}


def test_three_emails_share_type_and_anchor(caligraph: Any) -> None:
    pairs = [(a["type"], a["anchor"]) for a in caligraph.actions(seeds.PAGE_DEFAULT)]
    assert pairs == [("EMAIL", "BOOKING_CREATED")] * 3
    assert caligraph.actions(seeds.PAGE_EMPTY) == []
