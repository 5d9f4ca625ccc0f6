# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases of YouCanBook.me's modules that fail: by the API, on the way to it, and by what the user wrote."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from typing import Any

from integration.secrets_support import canaries as c
from integration.secrets_support.caligraph_cases import (
    INFO,
    MANY,
    NEW,
    ONE,
    OURS,
    PAGES,
    SAME,
    THEIRS,
    WHOLE,
    access,
    action,
)
from integration.secrets_support.cases import (
    CALIGRAPH_ACCOUNT,
    EVERYWHERE,
    FAILED,
    MODULE,
    PROCESS,
    WORKER,
    Case,
    Site,
    echo,
    page_of_html,
    too_deep,
)
from integration.secrets_support.library.sitecustomize import SPOILT

_ROWS = (OURS, THEIRS)
_BASIC = "Basic " + base64.b64encode(f"{CALIGRAPH_ACCOUNT}:{c.KEY}".encode()).decode()
#: What a refused PATCH may repeat: all of what was sent, of what was there, and of what is not ours.
ECHOED = {
    "the key": c.KEY,
    "the credentials": _BASIC,
    "a whole new header": f"Bearer {c.HEADER_NEW}",
    "a new header": c.HEADER_NEW,
    "an old header": c.HEADER_OLD,
    "a kept header": c.HEADER_KEPT,
    "a foreign header": c.HEADER_FOREIGN,
    "a short header": f"bad value {c.SHORT_NEW} there",
    "an old short header": f"bad value '{c.SHORT_OLD}'",
    "a new query value": c.QUERY_NEW,
    "an old query value": c.QUERY_OLD,
    "a foreign query value": c.QUERY_FOREIGN,
    "a new password": c.PASSWORD_NEW,
    "an old password": c.PASSWORD_OLD,
    "a foreign password": c.PASSWORD_FOREIGN,
    "a new path": f"https://receiver.example.org/in/{c.PATH_NEW}",
    "an old path": f"/in/{c.PATH_OLD} is no path",
    "a foreign path": f"/{c.PATH_FOREIGN}?",
    "a text of the new body": c.BODY_NEW,
    "a text of the old body": c.BODY_OLD,
    "the new body, anew": json.dumps(NEW["body"], separators=(",", ":")),
    "a new masked header": c.SMELLY_NEW,
    "an old masked header": c.SMELLY_OLD,
}


def failures(site: Site) -> Iterator[Case]:
    """Refusals and broken connections."""
    new = {**access(site), **NEW}
    for name, text in ECHOED.items():
        fault = echo(text, method="PATCH")
        yield Case(f"c 400 with {name}", ONE, new, FAILED, r"status 400", rows=_ROWS, faults=[fault], reach=PROCESS)
    everything = echo("; ".join(ECHOED.values()), method="PATCH")
    options = {**access(site), "actions": [NEW]}
    yield Case("c 400 with all", MANY, options, FAILED, r"withheld", rows=_ROWS, faults=[everything], reach=EVERYWHERE)
    several = {**options, "profile_title_pattern": "Failing ?", "stop_after_failures": 5}
    pages = {"Failing A": _ROWS, "Failing B": _ROWS}
    yield Case("c several pages fail", MANY, several, FAILED, r"2 of 2", pages=pages, faults=[everything], reach=MODULE)
    get = {"method": "GET"}
    for module, given in ((ONE, new), (MANY, options), (INFO, access(site))):
        refused = echo(f"{_BASIC} is wrong", 401, **get)
        yield Case(
            f"{module} 401", module, given, FAILED, r"status 401.*withheld", rows=_ROWS, faults=[refused], reach=MODULE
        )
        yield Case(f"{module} 401 check", module, given, FAILED, r"withheld", check=True, rows=_ROWS, faults=[refused])
    page = page_of_html(html.escape(f"{c.KEY} {_BASIC}"), 503, **get)
    yield Case("c 503 HTML", ONE, new, FAILED, r"status 503.*withheld", faults=[page], reach=MODULE)
    page = page_of_html(html.escape(json.dumps(NEW["secret_headers"])), 200, method="PATCH")
    yield Case("c 200 HTML to PATCH", ONE, new, FAILED, r"withheld", rows=_ROWS, faults=[page])
    page = page_of_html(html.escape(f"{OURS['to']} {THEIRS['to']}"), 500, method="PATCH")
    yield Case("c 500 HTML to PATCH", ONE, new, FAILED, r"withheld", rows=_ROWS, faults=[page])
    yield from _unexpected(site)
    drop = {"kind": "drop", "method": "PATCH"}
    yield Case("c dropped PATCH", ONE, new, FAILED, r"may or may not", rows=_ROWS, faults=[drop], reach=MODULE)
    yield Case("c refused", ONE, {**new, "api_url": f"{site.dead}/v1"}, FAILED, r"refused")
    yield Case(
        "c pages refused", PAGES, {**access(site), "api_url": f"{site.dead}/v1"}, FAILED, r"refused", reach=MODULE
    )
    for name in ("header-line", "status-line", "gzip", "redirect-user"):
        given = {**new, "api_url": f"{site.hostile}/{name}"}
        yield Case(f"c hostile {name}", ONE, given, FAILED, r"GET", reach=MODULE if name == "header-line" else WORKER)
    rival = {"service": "caligraph", "op": "set", "page_id": "c-conflict", "actions": [OURS, action(title="Another")]}
    fault = {"kind": "rival", "edit": rival, "when": "after", "method": "PATCH"}
    conflict = {**new, "on_conflict": "fail"}
    yield Case("c conflict", ONE, conflict, FAILED, r"Another writer", rows=_ROWS, faults=[fault])
    twice = [THEIRS, {**THEIRS, "title": "Twice"}]
    double = {**access(site), "title": "Other", "url": THEIRS["to"], "match_by": ["url"], **WHOLE}
    yield Case("c several match the URL", ONE, double, FAILED, r"2 webhook actions match", rows=twice, reach=MODULE)
    guarded = {**access(site), "actions": [], "purge": True, "purge_only": {"everything": True}, "max_deletions": 1}
    yield Case("c too many to purge", MANY, guarded, FAILED, r"max_deletions", check=True, rows=_ROWS)


def _unexpected(site: Site) -> Iterator[Case]:
    deep = too_deep({"id": "1", "actions": [{**OURS, "id": "1", "new": "@"}]}, c.KEY)
    yield Case("c deep answer", INFO, access(site), FAILED, r"no JSON.*withheld", faults=[deep])
    base, says = {**access(site), "api_url": f"http://{SPOILT}/v1"}, r"Unexpected Arithmetic"
    for module, given in ((ONE, NEW), (MANY, {"actions": [NEW]}), (INFO, {}), (PAGES, {})):
        yield Case(f"{module} unexpected", module, {**base, **given}, FAILED, says, reach=MODULE)


def invalid(site: Site) -> Iterator[Case]:
    """Secrets in places where they can't be, or beside an option that is wrong."""
    base = access(site)
    same = {**base, **SAME}
    broken = f"{c.HEADER_NEW}\r\nX-More: {c.HEADER_NEW}"

    def headers(value: Any) -> dict[str, Any]:
        return {**same, "secret_headers": value}

    yield Case("c header with a line break", ONE, headers({"A": broken}), FAILED, r"line break", reach=MODULE)
    yield Case(
        "c header is a placeholder", ONE, headers({"A": "********", "B": c.HEADER_NEW}), FAILED, r"masked", reach=MODULE
    )
    yield Case("c header is a list", ONE, headers({"A": [c.HEADER_NEW]}), FAILED, r"no text")
    yield Case("c headers are a list", ONE, headers([c.HEADER_NEW]), FAILED, r"secret_headers", reach=EVERYWHERE)
    yield Case("c headers are no JSON", ONE, headers('{"A": "' + c.HEADER_NEW), FAILED, r"secret_headers")
    name = f"Authorization: Bearer {c.MISPLACED}"
    yield Case("c header in a name", ONE, headers({name: "a value"}), FAILED, r"no header name", reach=MODULE)
    yield Case("c plain header in a name", ONE, {**same, "headers": {name: "a value"}}, FAILED, r"no header name")
    twice = {**headers({"A": c.HEADER_NEW}), "headers": {"a": c.HEADER_NEW}}
    yield Case("c header twice", ONE, twice, FAILED, r"declared twice")
    for name, value in {
        "with a blank": f"{NEW['url']} x",
        "without scheme": f"hook:{c.PASSWORD_NEW}@receiver.example.org/?key={c.QUERY_NEW}",
        "with a raw password": f"https://hook:{c.PASSWORD_NEW}@receiver.example.org/",
        "of a scheme": f"ftp://hook:x@receiver.example.org/?{c.QUERY_NEW}",
        "with a bad port": f"https://hook:{c.PASSWORD_NEW[:5]}@receiver.example.org:{c.MISPLACED}/",
        "that is a mask": f"https://receiver.example.org/{c.PATH_NEW}?key=(secret)",
        "with brackets": f"https://[{c.MISPLACED}]/{c.PATH_NEW}",
    }.items():
        yield Case(
            f"c URL {name}",
            ONE,
            {**same, "url": value},
            FAILED,
            r"^url",
            reach=MODULE if name == "with a blank" else WORKER,
        )
    url = c.url(password=c.PASSWORD_NEW, query=c.QUERY_NEW)
    listed = {**same, "url": [url], "secret_fields": ["body"]}
    yield Case("c URL in a list", ONE, listed, FAILED, r"^url", reach=MODULE)
    no_json = f'{{"k": "{c.BODY_NEW}'
    yield Case("c broken body", ONE, {**same, "body": no_json}, FAILED, r"body")
    offset = {**same, **NEW, "offset_minutes": "soon"}
    yield Case("c beside a wrong number", ONE, offset, FAILED, r"offset_minutes", reach=EVERYWHERE)
    fields = {**same, **NEW, "secret_fields": ["url", "boddy"]}
    yield Case("c beside wrong secret_fields", ONE, fields, FAILED, r"secret_fields", reach=MODULE)
    nested = {**base, "actions": [{**NEW, "offset_minutes": "soon"}]}
    yield Case("c beside a wrong number in a list", MANY, nested, FAILED, r"offset_minutes")
    typo = {**base, "actions": [{**SAME, "secret_header": {"Authorization": c.MISPLACED}}]}
    yield Case("c unknown suboption", MANY, typo, FAILED, r"actions.secret_header\.", reach=EVERYWHERE)
    yield Case(
        "c unknown option", ONE, {**same, "secret_header": {"A": c.MISPLACED}}, FAILED, r"secret_header\.", reach=MODULE
    )
    yield Case("c unknown info option", INFO, {**base, "api_kee": c.MISPLACED}, FAILED, r"api_kee", reach=MODULE)
    texts = {**base, "actions": [f"title=Ours url={url}", {"url": url}]}
    yield Case("c actions are texts", MANY, texts, FAILED, r"title", reach=MODULE)
    yield Case(
        "c actions are no list",
        MANY,
        {**base, "actions": 5, "api_key": [c.KEY]},
        FAILED,
        r"actions|dictionary",
        reach=MODULE,
    )
    purge = {"purge": True, "purge_only": {"url_prefix": url}, "max_deletions": 1}
    yield Case("c prefix with a user", MANY, {**base, "actions": [], **purge}, FAILED, r"url_prefix")
    swapped = {**same, "account_id": c.KEY, "api_key": CALIGRAPH_ACCOUNT}
    yield Case("c swapped", ONE, swapped, FAILED, r"account_id", reach=MODULE)
    yield Case("c swapped info", PAGES, {**base, **{k: swapped[k] for k in ("account_id", "api_key")}}, FAILED, r"_id")
    asked = {**base, "api_url": f"{base['api_url']}?key={c.MISPLACED}"}
    yield Case("c API URL with a query", INFO, asked, FAILED, r"api_url")
    yield Case("c key with a blank", PAGES, {**base, "api_key": f" {c.KEY}"}, FAILED, r"api_key")
    gone = {**SAME, "title": "Gone", "secret_headers": {"X-Kept": None, "Authorization": c.HEADER_NEW}}
    yield Case("c kept header is not there", ONE, {**base, **gone}, FAILED, r"X-Kept", rows=_ROWS)
