# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases of YouCanBook.me's modules: besides the key, nearly all of a webhook can be secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from integration.secrets_support import canaries as c
from integration.secrets_support.cases import CALIGRAPH_ACCOUNT, CHANGED, EVERYWHERE, MODULE, OK, Case, Site

ONE, MANY = "caligraph_webhook_action", "caligraph_webhook_actions"
INFO, PAGES = "caligraph_webhook_action_info", "caligraph_profile_info"

#: Where path and body of a webhook are secret, the user says so.
WHOLE = {"secret_fields": ["url", "body"]}
_OLD_URL = c.url(path=f"/in/{c.PATH_OLD}", password=c.PASSWORD_OLD, query=c.QUERY_OLD)
_NEW_URL = c.url(path=f"/in/{c.PATH_NEW}", password=c.PASSWORD_NEW, query=c.QUERY_NEW)
_OLD_BODY = json.dumps({"k": c.BODY_OLD, "start": "{START}"}, ensure_ascii=False)


def action(**changes: Any) -> dict[str, Any]:
    """A webhook as the API has it, without secrets."""
    plain = {"title": "Plain", "to": "https://receiver.example.org/in", "subject": "POST", "body": "", "headers": {}}
    fixed = {"type": "WEBHOOK", "status": "TEMPLATE", "anchor": "BOOKING_CREATED", "offsetMinutes": 0}
    return {**fixed, **plain, "attachIcs": False, **changes}


OURS = action(
    title="Ours",
    to=_OLD_URL,
    body=_OLD_BODY,
    headers={
        "Authorization": f"Bearer {c.HEADER_OLD}",
        "X-Short": c.SHORT_OLD,
        "X-Kept": c.HEADER_KEPT,
        "X-Api-Key": c.SMELLY_OLD,
        "X-Plain": "plain",
        "X-Unlisted": c.HEADER_FOREIGN,
    },
)
THEIRS = action(
    title="Theirs",
    anchor="BOOKING_CANCELLED",
    to=c.url("their.example.org", path=f"/{c.PATH_FOREIGN}", password=c.PASSWORD_FOREIGN, query=c.QUERY_FOREIGN),
    headers={"X-Theirs": c.HEADER_FOREIGN},
)
#: Nothing of an action of another type is known but that it may hold a URL, headers and what its keys tell.
ZAP = {
    **action(title="Zap", to=c.url("zap.example.org", query=c.QUERY_FOREIGN, password=c.PASSWORD_FOREIGN)),
    "type": "ZAP",
    "headers": [{"name": "Authorization", "value": c.HEADER_FOREIGN}],
    "zapToken": c.HEADER_FOREIGN,
    "settings": {"apiKey": c.HEADER_FOREIGN, "colour": "red"},
}
#: What an info module may be shown of: it has no `secret_fields`, so paths and bodies of webhooks are not hidden.
VISIBLE = action(
    title="Visible",
    to=c.url(path="/in", password=c.PASSWORD_OLD, query=c.QUERY_OLD),
    headers={"Authorization": f"Bearer {c.HEADER_OLD}", "X-Short": c.SHORT_OLD},
)
BARE = action(title="Bare", to=f"https://receiver.example.org/in?{c.BARE_QUERY}==")

SAME = {
    "title": "Ours",
    "anchor": "BOOKING_CREATED",
    "url": _OLD_URL,
    "body": _OLD_BODY,
    "secret_headers": {"Authorization": f"Bearer {c.HEADER_OLD}", "X-Short": c.SHORT_OLD, "X-Kept": None},
    "headers": {"X-Plain": "plain", "X-Api-Key": c.SMELLY_OLD},
    **WHOLE,
}
NEW = {
    **SAME,
    "url": _NEW_URL,
    "body": {"k": c.BODY_NEW, "code": f"{{{c.BODY_CODE}}}"},
    "secret_headers": {"Authorization": f"Bearer {c.HEADER_NEW}", "X-Short": c.SHORT_NEW, "X-Kept": None},
    "headers": {"X-Plain": "other", "X-Api-Key": c.SMELLY_NEW},
}


def access(site: Site) -> dict[str, Any]:
    """The connection options."""
    account = {"account_id": CALIGRAPH_ACCOUNT, "api_key": c.KEY}
    return {**account, "api_url": site.sandbox.caligraph_url, "max_retries": 0}


def successes(site: Site) -> Iterator[Case]:
    """Tasks that read, predict and write."""
    base, rows = access(site), [OURS, THEIRS]
    created = {name: value for name, value in NEW.items() if name != "secret_headers"}
    created["secret_headers"] = {"Authorization": f"Bearer {c.HEADER_NEW}", "X-Short": c.SHORT_NEW}
    short = r"shorter than 6"
    yield Case("c unchanged", ONE, {**base, **SAME}, OK, short, rows=rows)
    yield Case("c changed", ONE, {**base, **NEW}, CHANGED, short, rows=rows, reach=EVERYWHERE)
    yield Case("c check", ONE, {**base, **NEW}, CHANGED, short, check=True, rows=rows, reach=MODULE)
    yield Case("c created", ONE, {**base, **created}, CHANGED, short, rows=[THEIRS])
    yield Case("c created check", ONE, {**base, **created}, CHANGED, short, check=True, rows=[THEIRS])
    absent = {"title": "Ours", "state": "absent", **WHOLE}
    yield Case("c absent", ONE, {**base, **absent}, CHANGED, rows=rows, reach=MODULE)
    yield Case("c absent check", ONE, {**base, **absent}, CHANGED, check=True, rows=rows)
    plain_url = {**NEW, "url": c.url(path="/in", password=c.PASSWORD_NEW, query=c.QUERY_NEW), "body": ""}
    visible = {**plain_url, "title": "Visible"}
    del visible["secret_fields"]
    visible["secret_headers"] = {"Authorization": f"Bearer {c.HEADER_NEW}", "X-Short": c.SHORT_NEW}
    yield Case("c query values", ONE, {**base, **visible}, CHANGED, rows=[VISIBLE, THEIRS])
    bare = {"title": "Bare", "url": f"{BARE['to']}&x=1"}
    yield Case("c bare query", ONE, {**base, **bare}, CHANGED, rows=[BARE], check=True)
    text = {**SAME, "secret_headers": json.dumps(NEW["secret_headers"]), "headers": "X-Plain=plain"}
    yield Case("c headers as a text", ONE, {**base, **text}, CHANGED, rows=rows)
    purge = {"purge": True, "purge_only": {"everything": True}, "max_deletions": 5}
    several = {**base, "actions": [NEW, {**NEW, "title": "Second", "secret_headers": None}], **purge}
    yield Case("c many changed", MANY, several, CHANGED, rows=rows, reach=MODULE)
    yield Case("c many check", MANY, several, CHANGED, check=True, rows=rows, reach=MODULE)
    pages = {"Several A": rows, "Several B": rows}
    title = {"profile_title_pattern": "Several ?"}
    yield Case("c several pages", MANY, {**base, "actions": [NEW], **title}, CHANGED, pages=pages, reach=MODULE)
    check = {**base, "actions": [NEW], "profile_title_pattern": "Checked ?"}
    pages = {"Checked A": rows, "Checked B": rows}
    yield Case("c several pages check", MANY, check, CHANGED, check=True, pages=pages)
    yield Case("c info", INFO, base, OK, rows=[VISIBLE, ZAP, {**BARE, "status": "FAILED"}], reach=EVERYWHERE)
    yield Case("c pages", PAGES, {**base, "title": "c pages"}, OK, reach=MODULE)
    anchor = {**NEW, "match_by": ["anchor"], "title": "Renamed"}
    masked = {"backup_dir": "backups/masked"}
    yield Case("c backup", ONE, {**base, **anchor, **masked}, CHANGED, rows=[*rows, ZAP], reach=MODULE)
    whole = {"backup_dir": "backups/whole", "backup_secrets": True}
    yield Case("c whole backup", ONE, {**base, **NEW, **whole}, CHANGED, rows=rows, reach=EVERYWHERE)
