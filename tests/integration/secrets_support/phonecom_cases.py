# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases of Phone.com's modules. Their only secret is the token; servers know it and repeat it."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from integration.secrets_support.canaries import MISPLACED, PASSWORD_OLD, TOKEN
from integration.secrets_support.cases import (
    CHANGED,
    EVERYWHERE,
    FAILED,
    MODULE,
    OK,
    VOIP_ID,
    WORKER,
    Case,
    Site,
    echo,
    page_of_html,
    too_deep,
)
from integration.secrets_support.library.sitecustomize import SPOILT

_ONE, _MANY, _INFO = "phonecom_event_profile", "phonecom_event_profiles", "phonecom_event_profile_info"
_BEARER = f"Bearer {TOKEN}"
_ROW = {"name": "Sales", "support_email": "sales@example.org"}


def phonecom_cases(site: Site) -> Iterator[Case]:
    """All of them, by the kind of what happens."""
    access = {"account_id": VOIP_ID, "api_token": TOKEN, "api_url": site.sandbox.phonecom_url, "max_retries": 0}
    sales = {**access, "name": "Sales"}
    yield from _successes(access, sales)
    yield from _refusals(access, sales)
    yield from _broken(site, sales)
    yield from _invalid(site, sales)


def _successes(access: dict[str, Any], sales: dict[str, Any]) -> Iterator[Case]:
    several = {**access, "profiles": [{"name": "Sales", "support_email": None}, {"name": "New"}]}
    purge = {"purge": True, "purge_only": {"everything": True}, "max_deletions": 5}
    other = {"name": "Old", "support_email": None}
    yield Case("p unchanged", _ONE, sales, OK, rows=[_ROW])
    yield Case("p changed", _ONE, {**sales, "support_email": "new@example.org"}, CHANGED, rows=[_ROW], reach=EVERYWHERE)
    yield Case("p check", _ONE, sales, CHANGED, check=True)
    yield Case("p many changed", _MANY, {**several, **purge}, CHANGED, rows=[_ROW, other], reach=MODULE)
    yield Case("p many check", _MANY, {**several, **purge}, CHANGED, check=True, rows=[_ROW, other], reach=MODULE)
    yield Case("p info", _INFO, access, OK, rows=[_ROW], reach=MODULE)
    named = {"name": f"of {TOKEN}", "support_email": f"{quote(TOKEN, safe='')}@example.org"}
    yield Case("p token in the data", _INFO, access, OK, rows=[named])
    yield Case("p environment", _ONE, {"name": "Sales", "extension_id": 1}, FAILED, r"status 404", reach=MODULE)


def _refusals(access: dict[str, Any], sales: dict[str, Any]) -> Iterator[Case]:
    raw, coded = echo(f"{_BEARER} is wrong", 403), echo(base64.b64encode(f"x:{TOKEN}".encode()).decode(), 401)
    yield Case("p 403", _ONE, sales, FAILED, r"status 403.*withheld", faults=[raw], reach=EVERYWHERE)
    yield Case("p 403 check", _ONE, sales, FAILED, r"status 403.*withheld", check=True, faults=[raw])
    yield Case(
        "p 401 base64",
        _MANY,
        {**access, "profiles": [{"name": "A"}]},
        FAILED,
        r"withheld",
        faults=[coded],
        reach=MODULE,
    )
    text = {"kind": "status", "status": 404, "body": f"no {quote(TOKEN)} here"}
    yield Case("p 404 text", _INFO, access, FAILED, r"status 404.*withheld", faults=[text])
    lower = {"kind": "status", "status": 409, "body": f"?token={quote(TOKEN, safe='')}".lower()}
    yield Case("p 409 POST", _ONE, sales, FAILED, r"status 409.*withheld", faults=[{**lower, "method": "POST"}])
    page = page_of_html(html.escape(_BEARER), 502)
    yield Case("p 502 HTML", _INFO, access, FAILED, r"status 502.*withheld", faults=[page])
    yield Case("p 200 HTML", _ONE, sales, FAILED, r"no JSON.*withheld", faults=[page_of_html(_BEARER)])
    code = {"kind": "status", "status": 422, "json": {"@error": {"@message": "no", "@code": TOKEN}}}
    yield Case("p 422 code", _ONE, sales, FAILED, r"status 422", faults=[code])


def _broken(site: Site, sales: dict[str, Any]) -> Iterator[Case]:
    drop = {"kind": "drop", "method": "POST"}
    yield Case("p dropped POST", _ONE, sales, FAILED, r"may or may not", faults=[drop], reach=MODULE)
    yield Case("p refused", _ONE, {**sales, "api_url": f"{site.dead}/v4"}, FAILED, r"refused", reach=MODULE)
    yield Case("p proxy", _ONE, {**sales, "api_url": "https://api.invalid/v4"}, FAILED, r"proxy", reach=EVERYWHERE)
    for name, says in (
        ("status-line", r"failed"),
        ("reason", r"status 401"),
        ("header-line", r"no list"),
        ("chunk", r"failed"),
        ("redirect", r"redirected"),
    ):
        options = {**sales, "api_url": f"{site.hostile}/{name}"}
        yield Case(
            f"p hostile {name}", _ONE, options, FAILED, says, reach=EVERYWHERE if name == "header-line" else WORKER
        )
    row = {"id": 5, **_ROW, "created_at": "@"}
    yield Case("p deep answer", _ONE, sales, FAILED, r"no JSON.*withheld", faults=[too_deep({"items": [row]}, TOKEN)])
    base = {name: value for name, value in sales.items() if name != "name"}
    base["api_url"] = f"http://{SPOILT}/v4"
    for module, given in ((_ONE, {"name": "Sales"}), (_MANY, {"profiles": [{"name": "Sales"}]}), (_INFO, {})):
        yield Case(f"{module} unexpected", module, {**base, **given}, FAILED, r"Unexpected Arithmetic", reach=MODULE)


def _invalid(site: Site, sales: dict[str, Any]) -> Iterator[Case]:
    url = site.sandbox.phonecom_url
    userinfo = url.replace("http://", f"http://hook:{PASSWORD_OLD}@")
    yield Case(
        "p token with a line break", _ONE, {**sales, "api_token": f"{TOKEN}\n"}, FAILED, r"line break", reach=MODULE
    )
    yield Case("p token as a list", _ONE, {**sales, "api_token": [TOKEN]}, FAILED, r"status 401", reach=MODULE)
    yield Case(
        "p token as a mapping", _ONE, {**sales, "api_token": {"token": TOKEN}}, FAILED, r"status 401", reach=MODULE
    )
    yield Case("p URL with a blank", _ONE, {**sales, "api_url": f"{userinfo}/ x"}, FAILED, r"api_url", reach=MODULE)
    yield Case("p URL with a user", _ONE, {**sales, "api_url": userinfo}, FAILED, r"api_url")
    yield Case("p URL without scheme", _ONE, {**sales, "api_url": userinfo[7:]}, FAILED, r"api_url")
    yield Case("p URL with a query", _ONE, {**sales, "api_url": f"{url}?key={MISPLACED}"}, FAILED, r"api_url")
    yield Case("p URL is the token", _ONE, {**sales, "api_url": TOKEN}, FAILED, r"api_url")
    swapped = {**sales, "account_id": TOKEN, "api_token": VOIP_ID}
    yield Case("p swapped", _ONE, swapped, FAILED, r"account_id", reach=EVERYWHERE)
    yield Case("p swapped info", _INFO, {**swapped, "name": None}, FAILED, r"account_id")
    yield Case("p unknown option", _ONE, {**sales, "api_tokn": MISPLACED}, FAILED, r"api_tokn", reach=MODULE)
    nested = {**sales, "profiles": [{"name": "A", "api_token": MISPLACED}]}
    del nested["name"]
    yield Case("p unknown suboption", _MANY, nested, FAILED, r"profiles.api_token", reach=MODULE)
    yield Case("p no list", _MANY, {**nested, "profiles": {"api_token": MISPLACED}}, FAILED, r"profiles", reach=MODULE)
