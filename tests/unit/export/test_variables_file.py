# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables file of an account: the same state gives the same text, and secrets are references only."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.commops.events.plugins.filter.events_yaml import FilterModule

Obj = dict[str, Any]
events_yaml = FilterModule().filters()["events_yaml"]

PAGES = [
    {"id": "p1", "title": "Workshop", "subdomain": "workshop"},
    {"id": "p2", "title": "Intake", "subdomain": "intake"},
    {"id": "p3", "title": "Intake", "subdomain": None},
]


def action(title: str | None, **rest: Any) -> Obj:
    entry = {"anchor": "BOOKING_CREATED", "url": "https://crm.example.org/x", "offset_minutes": 0, **rest}
    return entry if title is None else {"title": title, **entry}


def caligraph(pages: list[Obj], *actions: list[Obj]) -> Obj:
    return {"account_id": "u", "api_url": None, "pages": pages, "actions": [*actions]}


def read(text: str) -> Obj:
    """The accounts of a file; templates are plain texts here."""
    data: Obj = yaml.safe_load(text)
    assert list(data) == ["commops_events_accounts"]
    accounts: Obj = data["commops_events_accounts"]
    return accounts


def test_the_whole_file() -> None:
    profiles = [{"support_email": None, "name": "Desk"}, {"name": "Booking desk", "support_email": "desk@example.org"}]
    entry = action("New", method="POST", secret_headers={"x-b": None, "X-A": None}, body="{REF}", attach_ics=False)
    account = {
        "caligraph": caligraph(PAGES[1:2], [entry]),
        "phonecom": {"profiles": profiles, "extension_id": 101, "api_url": None, "account_id": "1000002"},
    }
    assert (
        events_yaml({"north-1": account})
        == """\
# The live state of these accounts, as commops.events.apply and commops.events.audit take it.
# Secrets are not in it. It needs these variables, for example from a vault:
#   vault_north_1_caligraph_api_key
#   vault_north_1_phonecom_api_token
---
commops_events_accounts:
  north-1:
    phonecom:
      account_id: '1000002'
      api_token: "{{ vault_north_1_phonecom_api_token }}"
      extension_id: 101
      profiles:
        - name: Booking desk
          support_email: desk@example.org
        - name: Desk
          support_email: null
    caligraph:
      account_id: u
      api_key: "{{ vault_north_1_caligraph_api_key }}"
      pages:
        - profile_id: p2
          actions:
            - title: New
              anchor: BOOKING_CREATED
              url: https://crm.example.org/x
              method: POST
              offset_minutes: 0
              body: '{REF}'
              attach_ics: false
              secret_headers:
                X-A: null
                x-b: null
"""
    )


def test_the_order_of_the_answers_does_not_count() -> None:
    profiles = [{"name": name, "id": number} for name, number in (("B", 2), ("A", 12), ("A", 9), ("C", 1))]
    actions = [
        action("b"),
        action("a", anchor="NO_SHOW"),
        action("a"),
        action(None, id="z"),
        action("a", url="https://a"),
    ]
    texts = set()
    for seed in range(10):
        shuffled = random.Random(seed)
        pages = [*zip(PAGES, ([], actions[:3], actions[3:]), strict=True)]
        shuffled.shuffle(pages)
        lists = [shuffled.sample(list(entries), len(entries)) for _page, entries in pages]
        account = {
            "phonecom": {"account_id": "1", "profiles": shuffled.sample(profiles, len(profiles))},
            "caligraph": caligraph([dict(page) for page, _entries in pages], *lists),
        }
        names = shuffled.sample(["m", "n"], 2)
        texts.add(events_yaml(dict.fromkeys(names, account)))
    assert len(texts) == 1
    account = read(texts.pop())["m"]
    assert [(item["name"], item["id"]) for item in account["phonecom"]["profiles"]] == [
        ("A", 9),
        ("A", 12),
        ("B", 2),
        ("C", 1),
    ]
    assert [page["profile_id"] for page in account["caligraph"]["pages"]] == ["p3", "p2", "p1"]


def test_actions_are_found_by_what_lasts() -> None:
    """An API may renew ids with each write, so they only stand where nothing else tells two webhooks apart."""
    entries = [
        action("one title", id="1"),
        action("one title", id="2", anchor="NO_SHOW"),
        action("one title", id="3", url="https://other.example.org"),
        action("twice", id="4"),
        action("twice", id="5"),
        action(None, id="6"),
        action("alone"),
    ]
    (page,) = read(events_yaml({"a": {"caligraph": caligraph(PAGES[:1], entries)}}))["a"]["caligraph"]["pages"]
    found = sorted((entry.get("id") or "", tuple(entry.get("match_by", ()))) for entry in page["actions"])
    by_url = ("title", "anchor", "url")
    assert found == [("", ()), ("", ("title", "anchor")), ("", by_url), ("", by_url), ("4", ()), ("5", ()), ("6", ())]


@pytest.mark.parametrize(
    ("page_key", "found"),
    [
        ("profile_id", ["p2", "p3", "p1"]),
        ("profile_subdomain", ["intake", "p3", "workshop"]),
        ("profile_title", ["p2", "p3", "Workshop"]),
    ],
)
def test_pages_are_named_as_wanted_where_that_is_one_page(page_key: str, found: list[str]) -> None:
    account = {"caligraph": caligraph(PAGES, [], [], [])}
    pages = read(events_yaml({"a": account}, page_key=page_key))["a"]["caligraph"]["pages"]
    assert sorted(next(iter(page.values())) for page in pages) == sorted(found)
    for page in pages:
        assert list(page) == ["profile_id" if page["actions"] == [] and "profile_id" in page else page_key, "actions"]


def test_pages_that_were_declared_keep_what_names_them() -> None:
    account = {"caligraph": caligraph([{"profile_subdomain": "b"}, {"profile_title": "A"}], [], [])}
    pages = read(events_yaml({"a": account}))["a"]["caligraph"]["pages"]
    assert pages == [{"profile_subdomain": "b", "actions": []}, {"profile_title": "A", "actions": []}]


def test_secrets_are_references_to_the_variables_that_the_user_names() -> None:
    entry = action("New", secret_headers={"X-Auth-Token": None, "x_auth_token": None, "X-Other": None})
    account = {
        "phonecom": {"account_id": "1", "profiles": []},
        "caligraph": caligraph(PAGES[:1], [entry]),
    }
    text = events_yaml(
        {"a.b": account},
        token_variable="phone_token",
        key_variable="key_of_{name}",
        header_variable="vault_{name}_{page}_{header}",
    )
    found = read(text)["a.b"]
    assert found["phonecom"]["api_token"] == "{{ phone_token }}"
    assert found["caligraph"]["api_key"] == "{{ key_of_a_b }}"
    # The first two would share a variable although their values may differ.
    headers = {"X-Auth-Token": None, "x_auth_token": None, "X-Other": "{{ vault_a_b_p1_x_other }}"}
    assert found["caligraph"]["pages"][0]["actions"][0]["secret_headers"] == headers
    assert text.startswith("#")
    assert [line for line in text.split("\n") if line.startswith("#   ")] == [
        "#   key_of_a_b",
        "#   phone_token",
        "#   vault_a_b_p1_x_other",
    ]


@pytest.mark.parametrize(
    "header", ["}} {{ lookup('pipe', 'id') }}", "x\n# y", "-1", "X'Y", "commops_events_variable", "{name}", "{{name}}"]
)
def test_a_name_from_the_api_makes_nothing_but_the_name_of_a_variable(header: str) -> None:
    entry = action("New", secret_headers={header: None})
    text = events_yaml({"a": {"caligraph": caligraph(PAGES[:1], [entry])}}, header_variable="vault_{header}")
    templates = re.findall(r': "(.*)"$', text, re.MULTILINE)
    assert len(templates) == 2
    assert all(re.fullmatch(r"\{\{ [a-z0-9_]+ \}\}", template) for template in templates)
    comments = [line for line in text.split("\n") if line.startswith("#")]
    assert all(line[4:].isidentifier() for line in comments[2:])


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"token_variable": "{{ lookup('env', 'HOME') }}"}, "is no pattern for the name of a variable"),
        ({"token_variable": "1{name}"}, "is no pattern for the name of a variable"),
        ({"token_variable": "a{other}"}, "is no pattern for the name of a variable"),
        ({"page_key": "id"}, "page_key must be one of profile_id"),
    ],
)
def test_wrong_options_are_refused(options: Obj, problem: str) -> None:
    with pytest.raises(AnsibleFilterError, match=problem):
        events_yaml({"a": {"phonecom": {"account_id": "1", "profiles": []}}}, **options)


def test_wrong_accounts_are_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="takes a mapping"):
        events_yaml([])
    with pytest.raises(AnsibleFilterError, match="There are 1 booking pages, and lists of actions of 0"):
        events_yaml({"a": {"caligraph": caligraph(PAGES[:1])}})
