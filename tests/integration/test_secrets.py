# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret is shown: by any module, whatever happens, on any verbosity, in Ansible's worker and as a module.

And masking, being by the path of a field, hits nothing else; what ansible-core's own masking hits is stated here.
"""

from __future__ import annotations

import base64
import html
import http.client
import json
import logging
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from integration.secrets_support import caligraph_cases, caligraph_failures, canaries
from integration.secrets_support.cases import (
    CALIGRAPH_ACCOUNT,
    EVERYWHERE,
    MODULE,
    VOIP_ID,
    WORKER,
    Case,
    Site,
    echo,
    numbered,
    page_of_html,
    prepare,
)
from integration.secrets_support.hostile import ANSWERS, hostile_server
from integration.secrets_support.library import sitecustomize
from integration.secrets_support.phonecom_cases import phonecom_cases
from integration.secrets_support.runs import (
    environment,
    leaks_in_process,
    leaks_of_run,
    open_files,
    run_playbook,
    surprises,
)

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from ansible_collections.commops.events.plugins.module_utils._compat import MASKS_OUTPUT_ONLY
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE
from sandbox import seeds
from sandbox.client import Sandbox, unused_port
from support.modules import call
from support.playbooks import play


@pytest.fixture(scope="module")
def hostile() -> Iterator[str]:
    with hostile_server() as url:
        yield url


@pytest.fixture
def site(sandbox: Sandbox, hostile: str) -> Site:
    return Site(sandbox, hostile, f"http://127.0.0.1:{unused_port()}")


def all_cases(site: Site) -> list[Case]:
    return [
        *phonecom_cases(site),
        *caligraph_cases.successes(site),
        *caligraph_failures.failures(site),
        *caligraph_failures.invalid(site),
    ]


@pytest.mark.parametrize(
    ("fast_path", "arguments", "reach"),
    [("on", (), WORKER), ("on", ("-vvvvv",), WORKER), ("off", (), EVERYWHERE), ("off", ("-vvvvv",), MODULE)],
    ids=["worker", "worker-verbose", "module", "module-verbose"],
)
def test_a_run_shows_no_secret(
    site: Site, tmp_path: Path, fast_path: str, arguments: tuple[str, ...], reach: int
) -> None:
    cases = [case for case in all_cases(site) if case.reach >= reach]
    folder = tmp_path / "run"
    played = run_playbook(site, folder, cases, fast_path, *arguments)
    assert not (found := surprises(played, cases)), "\n".join(found)
    assert len(list((folder / "reports").iterdir())) == 4, played.output
    assert not (leaks := leaks_of_run(played, folder)), "\n".join(map(str, leaks))
    assert not open_files(folder)


def test_no_result_holds_a_secret_even_where_ansible_core_masks_nothing(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    # Backups are written below it.
    monkeypatch.chdir(tmp_path)
    for name, value in environment(site).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(http.client.HTTPConnection, "putheader", sitecustomize.putheader)
    cases = all_cases(site)
    prepare(site.sandbox, cases)
    for extension, case in numbered(cases):
        with subtests.test(case.name):
            leaks, surprise = leaks_in_process(case, extension)
            assert not leaks, "\n".join(map(str, leaks))
            assert surprise is None


# What an API repeats


def _base64(value: str) -> str:
    return base64.b64encode(f"a:{value}".encode()).decode()


ENCODERS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "within a word": lambda value: f"x{value}y",
    "URL": lambda value: quote(value, safe=""),
    "URL, lower case": lambda value: quote(value, safe="").lower(),
    "URL, twice": lambda value: quote(quote(value)),
    "base64": _base64,
    "base64 in a URL": lambda value: quote(_base64(value), safe=""),
    "base64, 1 byte in": lambda value: base64.b64encode(f"-{value}--".encode()).decode(),
    "base64 in lines": lambda value: "\r\n".join(textwrap.wrap(_base64(value), 16)),
    "URL-safe base64": lambda value: base64.urlsafe_b64encode(value.encode()).decode().rstrip("="),
    "JSON": json.dumps,
    "JSON, all escaped": lambda value: "".join(f"\\u{ord(char):04x}" for char in value),
    "JSON with slashes": lambda value: json.dumps(value, ensure_ascii=False).replace("/", "\\/"),
    "JSON in JSON": lambda value: json.dumps({"sent": json.dumps({"value": value})}),
    "HTML": html.escape,
    "HTML, all escaped": lambda value: "".join(f"&#{ord(char)};" for char in value),
    "behind a scheme": lambda value: f"Authorization: Bearer {value}",
    "a list": lambda value: repr([value]),
}
REPEATED = {"key": canaries.KEY, "new": canaries.HEADER_NEW, "old": canaries.HEADER_OLD, "far": canaries.HEADER_FOREIGN}


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("how", ["JSON", "text", "HTML"])
def test_what_an_api_repeats_in_any_form_is_withheld(site: Site, how: str, encoder: str) -> None:
    case = Case("c", caligraph_cases.ONE, {}, "failed", rows=[caligraph_cases.OURS, caligraph_cases.THEIRS])
    prepare(site.sandbox, [case])
    given = {**caligraph_cases.access(site), **caligraph_cases.NEW, "profile_id": case.key}
    for value in REPEATED.values():
        text = f"This is wrong: {ENCODERS[encoder](value)}, she said."
        fault = {"JSON": echo(text), "text": {**page_of_html("", 400), "body": text}, "HTML": page_of_html(text, 502)}
        site.sandbox.fault(**{**fault[how], "method": "PATCH"})
        called = call(WEBHOOK_ACTION, given)
        assert called.failed
        assert "withheld" in called["msg"]
        assert "This is wrong" not in called["msg"]


@pytest.mark.parametrize("name", ANSWERS)
def test_credentials_that_a_broken_answer_repeats_are_shown_nowhere(
    site: Site, name: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    # Whoever logs at all does not get to see them either, of what is logged as a warning.
    caplog.set_level(logging.INFO)
    common = {"api_url": f"{site.hostile}/{name}", "max_retries": 0, "deadline": 5}
    phonecom = {"account_id": VOIP_ID, "api_token": canaries.TOKEN, "name": "Sales"}
    hook = {"account_id": CALIGRAPH_ACCOUNT, "api_key": canaries.KEY, "profile_id": "p", "title": "Ours"}
    for resource, given in ((EVENT_PROFILE, phonecom), (WEBHOOK_ACTION, hook)):
        called = call(resource, {**common, **given})
        assert called.failed
        out, err = capfd.readouterr()
        shown = "\0".join([*canaries.texts(called.result), *called.warnings, caplog.text, out, err])
        assert not list(canaries.found_in(shown))


@pytest.mark.parametrize("seen", [1, 9, 17])
def test_a_secret_that_the_end_of_what_is_searched_cuts_is_not_told(site: Site, seen: int) -> None:
    case = Case("c", caligraph_cases.ONE, {}, "failed")
    prepare(site.sandbox, [case])
    text = " " * (64 * 1024 - seen) + canaries.KEY
    site.sandbox.fault(**{**page_of_html("", 500), "body": text})
    given = {**caligraph_cases.access(site), **caligraph_cases.NEW, "profile_id": case.key}
    assert canaries.KEY[:seen] not in call(WEBHOOK_ACTION, given)["msg"].partition("status 500")[2]


def test_a_text_without_a_secret_is_told(site: Site) -> None:
    case = Case("c", caligraph_cases.ONE, {}, "failed", rows=[caligraph_cases.OURS])
    prepare(site.sandbox, [case])
    site.sandbox.fault(**echo("The body of Ours is bad: POST to /in is no true URL", method="PATCH"))
    called = call(WEBHOOK_ACTION, {**caligraph_cases.access(site), **caligraph_cases.NEW, "profile_id": case.key})
    assert "The body of Ours is bad: POST to /in is no true URL" in called["msg"]


# The search itself


@pytest.mark.parametrize("name", canaries.CANARIES)
def test_the_search_finds_each_canary_in_each_form(name: str) -> None:
    value = canaries.CANARIES[name]
    escaped = json.dumps({"a": [value]})
    planted = [
        value,
        quote(value, safe=""),
        quote(value, safe="").lower(),
        html.escape(value),
        escaped,
        json.dumps(escaped),
        json.dumps({"a": value}, ensure_ascii=False),
        repr({"a": value}),
        *(base64.b64encode(b"x" * before + value.encode() + b"y" * 3).decode() for before in range(4)),
        *(base64.urlsafe_b64encode(b"x" * before + value.encode()).decode() for before in range(4)),
    ]
    for text in planted:
        assert name in {found for found, _form, _around in canaries.found_in(f"before {text} after")}, text
    assert name not in {found for found, _form, _around in canaries.found_in(f"before {value[:-1]} after")}


# What masking must not hit


def _hook(site: Sandbox, title: str, live: dict[str, Any]) -> str:
    """A booking page with one webhook, and its id."""
    return site.add_pages(1, title, [caligraph_cases.action(title=title, **live)])[0]


#: A title, what the webhook has, what is declared. All titles are the text of something that is masked.
EQUAL: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "an old header": ("Word-of-old", {"headers": {"X": "Word-of-old"}}, {"secret_headers": {"X": "Word-of-new"}}),
    "an unlisted header": ("Word-unlisted", {"headers": {"X": "Word-unlisted"}}, {"offset_minutes": 5}),
    "a part of an old header": ("old", {"headers": {"X": "Word-of-old"}}, {"secret_headers": {"X": "Word-of-new"}}),
    "an old query value": ("Word-asked", {"to": "https://a.example/?k=Word-asked"}, {"url": "https://a.example/?k=1"}),
    "a new query value": ("Word-ask", {}, {"url": "https://a.example/?k=Word-ask"}),
    "a plain header that smells": ("Word-smelly", {}, {"headers": {"X-Token": "Word-smelly"}}),
    "a body": ("Word-body", {"body": "Word-old"}, {"body": "Word-body", "secret_fields": ["body"]}),
}


@pytest.mark.parametrize("name", EQUAL)
def test_a_plain_value_that_equals_a_masked_one_stays_as_it_is(sandbox: Sandbox, name: str) -> None:
    title, live, declared = EQUAL[name]
    page = _hook(sandbox, title, live)
    called = call(WEBHOOK_ACTION, sandbox.caligraph_options(profile_id=page, title=title, **declared))
    assert called["changed"] is True
    assert called["action"]["title"] == called["diff"]["before"]["title"] == called["diff"]["after"]["title"] == title
    assert {item["key"] for item in called["drift"]} == {title}


@pytest.mark.parametrize("fast_path", ["on", "off"])
def test_only_ansible_core_masks_what_equals_a_no_log_value_and_a_short_one_earns_a_warning(
    sandbox: Sandbox, tmp_path: Path, fast_path: str
) -> None:
    """Before 2.22 ansible-core cuts the value of a no_log option out of the whole result, wherever it stands.

    From 2.22 on it does so in what it prints and hands to callbacks; variables that are registered keep true values.
    """
    declared = {
        "old": EQUAL["an old header"],
        "equal": ("Word-of-new", {}, {"secret_headers": {"X": "Word-of-new"}}),
        "part": ("In Word-of-new there", {}, {"secret_headers": {"X": "Word-of-new"}}),
        "short": ("Room 12", {"offsetMinutes": 120}, {"secret_headers": {"X": "12"}, "attach_ics": True}),
    }
    tasks, variables = [], {}
    for name, (title, live, given) in declared.items():
        options = sandbox.caligraph_options(profile_id=_hook(sandbox, title, live), title=title, **given)
        variables[name] = options
        arguments = {option: f"{{{{ {name}['{option}'] }}}}" for option in options}
        tasks.append({"name": name, "commops.events.caligraph_webhook_action": arguments, "diff": True})
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]
    played = play(plays, tmp_path / "run", variables=variables, fast_path=fast_path)
    assert played.code == 0, played.output
    found = {name: played.result(name) for name in declared}
    shown = {name: result["action"]["title"] for name, result in found.items()}
    warned = {name for name, result in found.items() if "shorter than 6" in str(result.get("warnings"))}
    assert warned == {"short"}
    assert shown["old"] == "Word-of-old"
    assert all(result["changed"] is True for result in found.values())
    assert all(result["action"]["secret_headers"] == {"X": "(secret)"} for result in found.values())
    assert found["short"]["action"]["attach_ics"] is True
    whole = part = "$REDACTED$"
    if not MASKS_OUTPUT_ONLY:
        whole, part = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "********"
    assert (shown["equal"], shown["part"], shown["short"]) == (whole, f"In {part} there", f"Room {part}")
    assert found["short"]["action"]["offset_minutes"] == (f"{part}0" if MASKS_OUTPUT_ONLY else whole)


# Values that the API masks


def _masking(sandbox: Sandbox) -> None:
    """Our webhook has a header that the API shows as `true`."""
    sandbox.quirks(caligraph_mask_headers="true")
    ours = {**seeds.WEBHOOK, "headers": {"Authorization": "Bearer H-old", "X-Plain": "1"}}
    sandbox.set_actions([*sandbox.actions()[:3], ours])


MASKED: dict[str, tuple[dict[str, Any], str, int, str]] = {
    # declared beside the title; the outcome; the number of writes of two runs; the header that is there in the end
    "on_create, as it is": ({"secret_headers": {"Authorization": "Bearer H-old"}}, "ok", 0, "Bearer H-old"),
    "on_create, another": ({"secret_headers": {"Authorization": "Bearer H-new"}}, "ok", 0, "Bearer H-old"),
    "on_create, beside a change": (
        {"secret_headers": {"Authorization": "Bearer H-new"}, "offset_minutes": 7},
        "changed",
        1,
        "Bearer H-new",
    ),
    "always": (
        {"secret_headers": {"Authorization": "Bearer H-new"}, "update_secret": "always"},
        "changed",
        2,
        "Bearer H-new",
    ),
    "not declared": ({"offset_minutes": 7}, "failed", 0, "Bearer H-old"),
    "kept": ({"secret_headers": {"Authorization": None}, "offset_minutes": 7}, "failed", 0, "Bearer H-old"),
    "not declared, no change": ({}, "ok", 0, "Bearer H-old"),
    "kept, no change": ({"secret_headers": {"Authorization": None}}, "ok", 0, "Bearer H-old"),
    "the mask itself": ({"secret_headers": {"Authorization": True}}, "failed", 0, "Bearer H-old"),
    "the mask as a text": ({"secret_headers": {"Authorization": "true"}}, "failed", 0, "Bearer H-old"),
}


@pytest.mark.parametrize("name", MASKED)
def test_a_value_that_the_api_masks_is_never_written_back_as_its_mask(sandbox: Sandbox, name: str) -> None:
    declared, outcome, writes, left = MASKED[name]
    _masking(sandbox)
    options = sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK, title=seeds.WEBHOOK["title"], **declared)
    seen = sandbox.mark()
    predicted = call(WEBHOOK_ACTION, options, check=True, sandbox=sandbox)
    first = call(WEBHOOK_ACTION, options)
    again = call(WEBHOOK_ACTION, options)
    assert len(sandbox.unsafe_requests(seen)) == writes
    assert sandbox.actions()[-1]["headers"] == {"Authorization": left, "X-Plain": "1"}
    assert predicted.failed == first.failed == again.failed == (outcome == "failed")
    if outcome == "failed":
        assert predicted["msg"] == first["msg"] == again["msg"]
        return
    assert predicted["changed"] is first["changed"] is (outcome == "changed")
    assert again["changed"] is (writes == 2)
    unverifiable = [item["field"] for item in again["drift"] if item["kind"] == "unverifiable"]
    assert unverifiable == (["headers.Authorization"] if name.startswith("on_create") else [])
    assert (first.result.get("verified") == "unverifiable") is (name == "always")


def test_a_masked_header_of_a_foreign_webhook_is_not_lost_by_a_write(sandbox: Sandbox) -> None:
    _masking(sandbox)
    before = sandbox.actions()
    options = {"title": "New", "anchor": "BOOKING_CREATED", "url": "https://a.example/"}
    called = call(WEBHOOK_ACTION, sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK, **options))
    assert "masks the headers" in called["msg"]
    assert sandbox.actions() == before
