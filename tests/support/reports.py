# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drift reports for tests: results as the modules give them, and documents that the collector makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ansible_collections.commops.events.plugins.plugin_utils._drift_collect import Collector
from ansible_collections.commops.events.plugins.plugin_utils._drift_document import Document, Run, complete
from ansible_collections.commops.events.plugins.plugin_utils._drift_model import Observation
from ansible_collections.commops.events.plugins.plugin_utils._drift_waivers import Waivers, parse

ACCOUNT = "1000002"
TODAY = date(2030, 6, 15)

#: Names and values that are more than they look like.
HOSTILE = (
    "<script>document.title = 'owned'</script>",
    '"><img src=x onerror="document.title=1">',
    "</style></script><!-- <![CDATA[ ]]> &amp; &#60;",
    "\u202egnp.exe\u202c and \u2066isolated\u2069",
    "A" * 10_000,
    "line\r\nbreak\ttab\x1b[31mred\x1b]0;title\x07\x00",
    "`code` | pipe\\| ![i](http://evil.example/y.png) [l](javascript:alert(1)) @admin #1 http://evil.example",
    "# heading\n\n- item\n\n| a |\n|---|\n| b |",
    "عربي نص mixed English",
    "\ud800 lone \udfff surrogates \ufffe\uffff",
    "x\u200by\u00a0z\u2028",
    "{{ lookup('pipe', 'id') }} {% raw %}",
    " ",
    "",
)


def drift(
    kind: str, key: Any, field: str | None = None, old: Any = None, new: Any = None, **changes: Any
) -> dict[str, Any]:
    """One item of a result's `drift`."""
    item = {"service": "phonecom", "account_id": ACCOUNT, "scope": "account", "resource": "event_profile", "key": key}
    return {**item, "id": None, "field": field, "from": old, "to": new, "kind": kind, **changes}


def operation(key: Any, kind: str = "unchanged", id: Any = None, **changes: Any) -> dict[str, Any]:
    """One item of a result's `operations`."""
    return {"index": 0, "operation": kind, "key": key, "id": id, "scope": "account", **changes}


def plural(
    operations: Iterable[Mapping[str, Any]], drifts: Iterable[Mapping[str, Any]] = (), **more: Any
) -> dict[str, Any]:
    """The result of a plural module, with other keys as modules have them."""
    api = {"requests": 1, "retries": 0, "waited": 0.0, "account_id": ACCOUNT}
    return {"changed": bool(list(drifts)), "operations": list(operations), "drift": list(drifts), "api": api, **more}


def singular(kind: str, drifts: Iterable[Mapping[str, Any]] = (), **more: Any) -> dict[str, Any]:
    """The result of a singular module."""
    api = {"requests": 1, "retries": 0, "waited": 0.0, "account_id": ACCOUNT}
    return {"changed": kind != "unchanged", "operation": kind, "drift": list(drifts), "api": api, **more}


def seen(
    result: Mapping[str, Any],
    status: str = "ok",
    host: str = "acme",
    task: str = "Audit",
    module: str = "phonecom_event_profiles",
    **more: Any,
) -> Observation:
    """A result as the collector gets it."""
    return Observation(host, task, module, status, result, **more)


def collected(*observations: Observation) -> Collector:
    """A collector that has seen these."""
    collector = Collector()
    for observation in observations:
        collector.add(observation)
    return collector


def report(*observations: Observation, accepted: Any = None, hosts: Iterable[str] = ("acme",), **more: Any) -> Document:
    """The complete report of these results. accepted: what all hosts accept."""
    waivers, warnings = parse(accepted)
    return complete(
        Run("0.1.0", "2.19.0", ["audit.yml"], True),
        collected(*observations),
        Waivers(dict.fromkeys(hosts, waivers), TODAY),
        warnings=warnings,
        **more,
    )


def hostile_report() -> Document:
    """A report in which every text that comes from elsewhere is hostile."""
    observations = [
        seen(
            plural(
                [operation(text, "updated", text)],
                [drift("different", text, text, text, [text, {text: text}], id=text, account_id=text, scope=text)],
            ),
            host=text or "host",
            task=text,
        )
        for text in HOSTILE
    ]
    observations += [seen({"msg": text, "changed": True}, "failed", host=text, task=text) for text in HOSTILE]
    observations += [
        seen(plural([operation(text, id=number)], [drift("unverifiable", text, text, id=number)]), task="Second")
        for number, text in enumerate(HOSTILE)
    ]
    waived = [
        {"resource": "event_profile", "key": text, "field": text, "until": "2030-12-31", "reason": text}
        for text in HOSTILE
        if text
    ]
    made = report(*observations, accepted=[*waived, dict.fromkeys(HOSTILE, 1)], hosts=HOSTILE[:6])
    made["playbooks"] = list(HOSTILE)
    return made


def many_report(accounts: int = 50, each: int = 100) -> Document:
    """A report of many drifted resources."""
    observations = []
    for account in range(accounts):
        number = f"20{account:05}"
        names = [f"Profile {index} of office {account}" for index in range(each)]
        found = [
            drift(("different", "missing", "unexpected")[index % 3], name, id=index, account_id=number)
            for index, name in enumerate(names)
        ]
        for item in found[::3]:
            item.update({"field": "support_email", "from": "support@example.org", "to": "desk@example.org"})
        result = plural([operation(name, "updated", index) for index, name in enumerate(names)], found)
        observations.append(seen(result, host=f"office{account}"))
    return report(*observations)
