# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios of all modules: what they do to profiles, webhooks and lists, and what they find on the server."""

from __future__ import annotations

import datetime

from sandbox import seeds
from sandbox.client import Sandbox
from support.scenarios import AGAIN, CHECK, LIVE, OLD_HEADER, OLD_URL_TOKEN, PHASES, Scenario

PROFILE, PROFILES, PROFILE_INFO = "phonecom_event_profile", "phonecom_event_profiles", "phonecom_event_profile_info"
ACTION, ACTIONS, ACTION_INFO = "caligraph_webhook_action", "caligraph_webhook_actions", "caligraph_webhook_action_info"
PAGE_INFO = "caligraph_profile_info"

PAGE = {"profile_id": "{{ page }}"}
OTHER_ACCOUNT = {"account_id": str(seeds.PHONECOM_OTHER_ACCOUNT), "api_token": seeds.PHONECOM_OTHER_TOKEN}
HOOK = {**PAGE, "anchor": "BOOKING_CREATED", "url": "https://crm.example.org/hook"}


def live_profiles(sandbox: Sandbox) -> None:
    names = ("Renamed before", "Old line", "Twin", "Twin", "Cleared", "Kept", "Guarded 1", "Guarded 2", "Lone \ud800")
    rows = [{"name": name, "support_email": "old@example.org"} for name in names]
    sandbox.set_profiles([*sandbox.profiles(), *rows])


def live_actions(sandbox: Sandbox) -> None:
    hooks = [
        {
            **seeds.WEBHOOK,
            "title": title,
            "to": f"https://old.example.org/hook?token={OLD_URL_TOKEN}",
            "headers": {"X-Auth": OLD_HEADER, "X-Kind": "plain"},
        }
        for title in ("Foreign", "Changed", "Gone", "Twin", "Twin", "Kept", "Purged", "Purge me", "Purge me too")
    ]
    sandbox.set_actions([*seeds.default_emails(1), *hooks])


def live_lists(sandbox: Sandbox) -> None:
    live_profiles(sandbox)
    live_actions(sandbox)
    sandbox.fault("status", status=422, method="POST", account=seeds.PHONECOM_OTHER_ACCOUNT, nth=2, times=None)


ONE_PROFILE = (
    Scenario("a new profile", PROFILE, {"name": "New", "support_email": "new@example.org"}, shipped=(CHECK, LIVE)),
    Scenario("a new profile with null", PROFILE, {"name": "New with null", "support_email": None}),
    Scenario("a cleared address", PROFILE, {"name": "Cleared", "support_email": "{{ none }}"}),
    Scenario("an omitted address", PROFILE, {"name": "Kept", "support_email": "{{ omit }}"}),
    Scenario("templated values", PROFILE, {"name": "{{ 'Line ' ~ (3 + 4) }}", "extension_id": "{{ 101 }}"}),
    Scenario("a number as a name", PROFILE, {"name": 12345}),
    Scenario("a rename by id", PROFILE, {"id": str(seeds.PROFILE_FREE), "name": "Renamed"}),
    Scenario("a rename by formerly", PROFILE, {"name": "Renamed after", "formerly": "Renamed before"}),
    Scenario("a deletion", PROFILE, {"name": "Old line", "state": "absent"}, shipped=(CHECK, LIVE)),
    Scenario("unsafe text", PROFILE, {"name": "{{ '{' ~ '{ 1 }' ~ '}' }} \u2603 \u202e", "support_email": None}),
    Scenario("a refused deletion", PROFILE, {"id": seeds.PROFILE_IN_USE, "state": "absent"}, fails=PHASES),
    Scenario("an ambiguous name", PROFILE, {"name": "Twin"}, fails=PHASES, shipped=()),
    Scenario("an unknown id", PROFILE, {"id": 1}, fails=PHASES, shipped=()),
    Scenario("a bad address", PROFILE, {"name": "Bad", "support_email": "no address"}, fails=PHASES, shipped=()),
    Scenario("an empty name", PROFILE, {"name": ""}, fails=PHASES, shipped=()),
    Scenario("all profiles read", PROFILE_INFO, {}),
    Scenario("some profiles read", PROFILE_INFO, {"name_pattern": "T*"}),
)

ONE_ACTION = (
    Scenario(
        "a new webhook",
        ACTION,
        {
            **HOOK,
            "title": "New",
            "body": {
                "id": "{ID}",
                "number": 3,
                "day": datetime.date(2026, 3, 1),
                "yes": True,
                "none": None,
                "1": [1.5],
            },
            "headers": {"X-Kind": "plain", "X-Number": 7},
            "secret_headers": {"X-Auth": "{{ new_header }}", "Authorization": "Bearer {{ other_header }}"},
        },
        shipped=(CHECK, LIVE),
    ),
    Scenario(
        "aliases and a changed secret",
        ACTION,
        {
            **PAGE,
            "title": "Changed",
            "to": "https://crm.example.org/hook?token={{ url_token }}",
            "subject": "PUT",
            "secret_headers": {"X-Auth": "{{ new_header }}"},
        },
        shipped=(CHECK, LIVE),
    ),
    Scenario("an option and its alias", ACTION, {**HOOK, "title": "Both", "to": "https://crm.example.org/other"}),
    Scenario("a deletion", ACTION, {**PAGE, "title": "Gone", "state": "absent"}, shipped=(CHECK, LIVE)),
    Scenario("a deletion of nothing", ACTION, {**PAGE, "title": "Never there", "state": "absent"}, shipped=()),
    Scenario(
        "secret fields",
        ACTION,
        {
            **HOOK,
            "profile_id": None,
            "profile_subdomain": "workshop",
            "title": "Secret fields",
            "url": "https://crm.example.org/{{ url_token }}",
            "body": "{{ body_secret }}",
            "secret_fields": ["url", "body"],
            "headers": {"X-Kind": "plain"},
        },
    ),
    Scenario("a kept secret", ACTION, {**PAGE, "title": "Kept", "secret_headers": {"x-auth": None}}),
    Scenario(
        "a lost secret", ACTION, {**PAGE, "title": "Kept", "secret_headers": {"X-Lost": None}}, fails=PHASES, shipped=()
    ),
    Scenario("a short secret", ACTION, {**HOOK, "title": "xyz is short", "secret_headers": {"X-Auth": "xyz"}}),
    Scenario("a smelling header", ACTION, {**HOOK, "title": "Smells", "headers": {"X-Api-Key": "{{ other_header }}"}}),
    Scenario(
        "purged headers", ACTION, {**HOOK, "title": "Purged", "headers": {"X-Kind": "plain"}, "purge_headers": True}
    ),
    Scenario(
        "a body as a list", ACTION, {**HOOK, "title": "List", "body": ["{ID}", 1], "offset_minutes": "{{ '15' }}"}
    ),
    Scenario("an unknown placeholder", ACTION, {**HOOK, "title": "Placeholder", "body": "{FNAMES}"}),
    Scenario(
        "a page by its subdomain",
        ACTION,
        {**HOOK, "title": "There", "profile_subdomain": "workshop", "profile_id": None},
    ),
    Scenario(
        "a page by its title",
        ACTION,
        {**HOOK, "title": "Here", "profile_title": "Follow-up", "profile_id": None},
        shipped=(),
    ),
    Scenario("an unknown page", ACTION, {"title": "x", "profile_subdomain": "nowhere"}, fails=PHASES, shipped=()),
    Scenario("a page named twice", ACTION, {**HOOK, "title": "x", "profile_title": "Workshop"}, fails=PHASES),
    Scenario("no page", ACTION, {"title": "x", "anchor": "BOOKING_CREATED"}, fails=PHASES),
    Scenario("an ambiguous title", ACTION, {**PAGE, "title": "Twin", "state": "absent"}, fails=PHASES, shipped=()),
    Scenario(
        "a misspelt anchor", ACTION, {**HOOK, "title": "x", "anchor": "BOOKING_CANCELED"}, fails=PHASES, shipped=()
    ),
    Scenario("all actions read", ACTION_INFO, PAGE),
    Scenario("some actions read", ACTION_INFO, {**PAGE, "type": "WEBHOOK", "title_pattern": "T*"}),
    Scenario("booking pages read", PAGE_INFO, {}),
)

LISTS = (
    Scenario(
        "a list of profiles",
        PROFILES,
        {
            "profiles": [
                {"name": "Kept", "support_email": None},
                {"name": "Old line", "state": "absent"},
                {"name": "New"},
            ]
        },
        shipped=(CHECK, LIVE),
    ),
    Scenario(
        "a purge of profiles",
        PROFILES,
        {
            "profiles": [{"name": "Twin desk"}],
            "purge": True,
            "purge_only": {"name_prefix": "Twin"},
            "max_deletions": "{{ 2 }}",
        },
    ),
    Scenario(
        "too many deletions",
        PROFILES,
        {"profiles": [], "purge": True, "purge_only": {"name_prefix": "Guarded"}, "max_deletions": 1},
        fails=PHASES,
    ),
    Scenario("one profile twice", PROFILES, {"profiles": [{"name": "Same"}, {"name": "Same"}]}, fails=PHASES),
    Scenario(
        "an unknown key of an entry", PROFILES, {"profiles": [{"name": "x", "mail": "x@example.org"}]}, fails=PHASES
    ),
    Scenario("entries that are none", PROFILES, {"profiles": ["just a text"]}, fails=PHASES),
    Scenario("no entries", PROFILES, {"profiles": None}, fails=PHASES),
    Scenario(
        "a failure half-way",
        PROFILES,
        {**OTHER_ACCOUNT, "profiles": [{"name": "First"}, {"name": "Second"}]},
        fails=(LIVE, AGAIN),
    ),
    Scenario(
        "a list of webhooks",
        ACTIONS,
        {
            **PAGE,
            "actions": [
                {**HOOK, "title": "New", "secret_headers": {"X-Auth": "{{ new_header }}"}, "profile_id": "{{ omit }}"},
                {"title": "Changed", "to": "https://crm.example.org/{{ url_token }}", "secret_fields": ["url"]},
                {"title": "Gone", "state": "absent"},
                {"title": "Kept", "headers": {"X-Kind": "plain"}},
            ],
        },
        shipped=(CHECK, LIVE),
    ),
    Scenario(
        "a purge of webhooks",
        ACTIONS,
        {
            **PAGE,
            "actions": [{"title": "Purge not", "anchor": "NO_SHOW", "url": "https://crm.example.org"}],
            "purge": True,
            "purge_only": {"title_prefix": "Purge "},
            "max_deletions": 2,
        },
    ),
    Scenario(
        "a webhook on many pages",
        ACTIONS,
        {
            "all_profiles": True,
            "actions": [
                {
                    "title": "Everywhere",
                    "anchors": ["BOOKING_CREATED", "BOOKING_CANCELLED"],
                    "url": "https://crm.example.org/all?key={{ url_token }}",
                    "secret_headers": {"X-Auth": "{{ other_header }}"},
                }
            ],
        },
        shipped=(CHECK, LIVE),
    ),
    Scenario(
        "a wrong entry beside secrets",
        ACTIONS,
        {
            **PAGE,
            "actions": [
                {**HOOK, "title": "x", "url": "https://x.example/?t={{ url_token }}", "profile_id": "{{ omit }}"},
                {"title": "x", "offset_minutes": "soon", "secret_headers": {"X-Auth": "{{ new_header }}"}},
            ],
        },
        fails=PHASES,
    ),
)
