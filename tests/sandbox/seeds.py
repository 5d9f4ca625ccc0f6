"""The first data: the JSON examples of both APIs' own pages to the letter, and what tests need around them.

Phone.com's two profiles are the example of its page on event profiles. The webhook "Booking created API call" is the
example of the vendor's answer in the forum thread about updating booking pages.
"""

from __future__ import annotations

import copy
from typing import Any

PHONECOM_ACCOUNT = 1000002
PHONECOM_TOKEN = "sandbox-token-of-1000002"
PHONECOM_EXTENSION = 101
PHONECOM_OTHER_ACCOUNT = 1000003
PHONECOM_OTHER_TOKEN = "sandbox-token-of-1000003"

PROFILE_FREE = 389
"""Profile that nothing uses: it can be deleted."""
PROFILE_IN_USE = 383
"""Profile that `CALLBACK` uses: deleting it is refused."""
CALLBACK = 155
"""Callback that `LISTENER` uses."""
LISTENER = 90

CALIGRAPH_ACCOUNT = "6b1f0d5e-3a52-4c8e-9d57-0f6c2f1f7a10"
CALIGRAPH_EMAIL = "owner@booking.example.org"
CALIGRAPH_KEY = "ak_sandbox_4f6e2c"
CALIGRAPH_OTHER_ACCOUNT = "c2a9c1de-77f4-4f0b-8a55-2b6f0f8f9d21"
CALIGRAPH_OTHER_EMAIL = "other@booking.example.org"
CALIGRAPH_OTHER_KEY = "ak_sandbox_9d01ba"

PAGE_WEBHOOK = "0b6d4f0a-55a5-4d0c-8f13-6c1e5f0a1001"
"""Booking page with the three default e-mails and the webhook of the thread."""
PAGE_DEFAULT = "0b6d4f0a-55a5-4d0c-8f13-6c1e5f0a1002"
"""Booking page with the three default e-mails on BOOKING_CREATED only."""
PAGE_EMPTY = "0b6d4f0a-55a5-4d0c-8f13-6c1e5f0a1003"
"""Booking page without any action."""
PAGE_FOREIGN = "0b6d4f0a-55a5-4d0c-8f13-6c1e5f0a2001"
"""Booking page of the other account."""
WEBHOOK_ID = "a7e1c3b2-0d4f-4e6a-9b8c-1f2e3d4c5b01"

PHONECOM_PROFILES: list[dict[str, Any]] = [
    {
        "id": 389,
        "voip_id": 1000002,
        "extension_id": None,
        "name": "My special profile",
        "support_email": "support@example.org",
        "created_at": 1591869178,
    },
    {
        "id": 383,
        "voip_id": 1000002,
        "extension_id": None,
        "name": "Profile which uses default account's email",
        "support_email": None,
        "created_at": 1588015093,
    },
]

WEBHOOK_BODY = (
    '{ "startsAt": "{START-LOCAL-DATE}",\n"id" : "{ID}",\n"ref": "{REF}",\n'
    '"rescheduleLink": "{RESCHEDULE-LINK}",\n"cancellationLink" : "{CANCEL-LINK}",\n'
    ' "endsAt": "{END-LOCAL-TIME}",\n "timeZone": "{TIMEZONE}", \n"firstName": "{FNAME}", \n'
    '"email": "{EMAIL}" \n}'
)

WEBHOOK: dict[str, Any] = {
    "type": "WEBHOOK",
    "status": "TEMPLATE",
    "anchor": "BOOKING_CREATED",
    "offsetMinutes": 0,
    "title": "Booking created API call",
    "to": "https://webhookURL.com",
    "subject": "POST",
    "body": WEBHOOK_BODY,
    "attachIcs": False,
    "headers": {"test": "test1234", "another": "headerhere"},
}
"""The action exactly as the thread shows it, without what the server adds."""

_CREATED = "2024-01-15T09:30:00Z"

SERVER_SET: dict[str, Any] = {
    "bookingId": None,
    "created": _CREATED,
    "updated": _CREATED,
    "firedAt": None,
    "creditsUsed": 0,
    "withinQuota": True,
    "failureCode": None,
    "displayTimeZone": None,
    "ycbmBranded": False,
}
"""Keys of an action that only the server sets, besides id, accountId and profileId."""


def _email(number: str, title: str, to: str, subject: str, body: str, ics: bool) -> dict[str, Any]:
    return {
        "id": f"e0a11000-0000-4000-8000-00000000{number}",
        "type": "EMAIL",
        "status": "TEMPLATE",
        "anchor": "BOOKING_CREATED",
        "offsetMinutes": 0,
        "title": title,
        "to": to,
        "subject": subject,
        "body": body,
        "attachIcs": ics,
        "headers": {},
        "fromName": "Bookings",
        "fromAddress": "no-reply@booking.example.org",
        "timeZone": "Europe/London",
    }


def default_emails(page: int) -> list[dict[str, Any]]:
    """The three e-mails that every new booking page has, all on BOOKING_CREATED."""
    return [
        _email(
            f"{page}001",
            "Confirmation to the booker",
            "{EMAIL}",
            "Booked: {BOOKING-TITLE}",
            "Hi {FNAME},\nsee you.",
            True,
        ),
        _email(
            f"{page}002",
            "Notification to the owner",
            CALIGRAPH_EMAIL,
            "New booking {REF}",
            "{FNAME} {LNAME}",
            True,
        ),
        _email(
            f"{page}003",
            "Copy to the team",
            "team@booking.example.org",
            "{TEAM-NAME}: new booking",
            "{START} {END}",
            False,
        ),
    ]


def _page(page_id: str, account: str, title: str, subdomain: str, actions: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": page_id,
        "accountId": account,
        "title": title,
        "description": f"{title}, by appointment",
        "subdomain": subdomain,
        "timeZone": "Europe/London",
        "status": "ACTIVE",
        "locale": "en_GB",
        "created": _CREATED,
        "actions": [{**action, "accountId": account, "profileId": page_id, **SERVER_SET} for action in actions],
    }


def first_state() -> dict[str, Any]:
    """A fresh copy of the whole first state, in the shape of `GET /_sandbox/state`."""
    state = {
        "phonecom": {
            "accounts": [
                {
                    "voip_id": PHONECOM_ACCOUNT,
                    "token": PHONECOM_TOKEN,
                    "extensions": [PHONECOM_EXTENSION],
                    "profiles": PHONECOM_PROFILES,
                    "callbacks": [
                        {
                            "id": CALLBACK,
                            "voip_id": PHONECOM_ACCOUNT,
                            "extension_id": None,
                            "fallback_callback_id": None,
                            "name": "Calls to the CRM",
                            "profile_id": PROFILE_IN_USE,
                            "enabled": True,
                            "mode": "HTTPS",
                            "config": {
                                "url": "https://crm.example.org/calls",
                                "method": "POST",
                                "headers": [
                                    {"name": "Authorization", "value": "Bearer sandbox-receiver"},
                                    {"name": "X-Source", "value": "phone"},
                                ],
                                "timeout": None,
                                "rate-limit": None,
                            },
                        }
                    ],
                    "listeners": [
                        {
                            "id": LISTENER,
                            "voip_id": PHONECOM_ACCOUNT,
                            "extension_id": None,
                            "version": "2.0.0",
                            "callback_id": CALLBACK,
                            "created_at": 1588015100,
                            "expires_at": None,
                        }
                    ],
                },
                {
                    "voip_id": PHONECOM_OTHER_ACCOUNT,
                    "token": PHONECOM_OTHER_TOKEN,
                    "extensions": [],
                    "profiles": [],
                    "callbacks": [],
                    "listeners": [],
                },
            ]
        },
        "caligraph": {
            "accounts": [
                {
                    "id": CALIGRAPH_ACCOUNT,
                    "email": CALIGRAPH_EMAIL,
                    "api_key": CALIGRAPH_KEY,
                    "profiles": [
                        _page(
                            PAGE_WEBHOOK,
                            CALIGRAPH_ACCOUNT,
                            "Intake call",
                            "intake",
                            [*default_emails(1), {"id": WEBHOOK_ID, **WEBHOOK}],
                        ),
                        _page(
                            PAGE_DEFAULT,
                            CALIGRAPH_ACCOUNT,
                            "Follow-up",
                            "follow-up",
                            default_emails(2),
                        ),
                        _page(PAGE_EMPTY, CALIGRAPH_ACCOUNT, "Workshop", "workshop", []),
                    ],
                },
                {
                    "id": CALIGRAPH_OTHER_ACCOUNT,
                    "email": CALIGRAPH_OTHER_EMAIL,
                    "api_key": CALIGRAPH_OTHER_KEY,
                    "profiles": [
                        _page(
                            PAGE_FOREIGN,
                            CALIGRAPH_OTHER_ACCOUNT,
                            "Someone else's",
                            "elsewhere",
                            default_emails(3),
                        )
                    ],
                },
            ]
        },
    }
    return copy.deepcopy(state)
