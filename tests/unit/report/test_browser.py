# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML page in a real browser: filter, search, keyboard, narrow screens, paper, and hostile texts."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.commops.events.plugins.plugin_utils import _drift_html
from support.browser import ENTER, ESCAPE, TAB, Browser
from support.reports import ACCOUNT, drift, hostile_report, many_report, operation, plural, report, seen

pytestmark = pytest.mark.browser

SHOWN = (
    "return [...document.querySelectorAll('.card')].filter(card => card.offsetParent)"
    ".map(card => card.querySelector('h4').textContent)"
)
COUNT = "return document.getElementById('count').textContent"
OTHER = "6b1f0d5e-3a52-4c8e-9d57-0f6c2f1f7a10"
HOOK: dict[str, Any] = {"service": "caligraph", "resource": "webhook_action", "account_id": OTHER, "scope": "page"}


def small_report() -> Any:
    found = [
        drift("different", "Booking desk", "support_email", "old@example.org", "new@example.org", id=389),
        drift("missing", "Night shift"),
        drift("unexpected", "Old hotline", id=391),
    ]
    hooks = [
        drift("different", "Booking created", "url", "https://old.example.org/", "https://new.example.org/", **HOOK),
        drift("different", "Reminder", "offset_minutes", 0, 15, **HOOK),
        drift("unverifiable", "Reminder", "secret_headers.X-Auth", **HOOK),
    ]
    waived = {
        "resource": "webhook_action",
        "key": "Reminder",
        "until": "2030-12-31",
        "reason": "until the fair is over",
    }
    return report(
        seen(plural([*(operation(item["key"], "updated") for item in found), operation("Plain")], found)),
        seen(plural([], hooks), module="caligraph_webhook_actions"),
        accepted=[waived],
    )


def show(browser: Browser, folder: Path, document: Any, width: int = 1280) -> None:
    path = folder / "drift.html"
    path.write_text(_drift_html.render(document), encoding="utf-8")
    browser.media()
    browser.size(width, 900, mobile=width < 600)
    browser.open(path)


@pytest.fixture
def page(chromium: Browser, tmp_path: Path) -> Browser:
    show(chromium, tmp_path, small_report())
    return chromium


def test_all_is_shown_at_first(page: Browser) -> None:
    assert page.script("return document.querySelector('h1').textContent").endswith("4 of 6 resources have drifted")
    names = ["Booking created", "Reminder", "Booking desk", "Night shift", "Old hotline"]
    assert page.script(SHOWN) == names
    assert page.script(COUNT) == "5 of 5 resources shown"
    assert page.script("return document.getElementById('nothing').offsetParent") is None


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("different", ["Booking created", "Booking desk"]),
        ("missing", ["Night shift"]),
        ("unexpected", ["Old hotline"]),
        ("waived", ["Reminder"]),
        ("unverifiable", ["Reminder"]),
    ],
)
def test_a_button_filters_by_kind(page: Browser, kind: str, names: list[str]) -> None:
    page.click(f"button[data-kind={kind}]")
    assert page.script(SHOWN) == names
    pressed = "return [...document.querySelectorAll('[aria-pressed=true]')].map(button => button.dataset.kind)"
    assert page.script(pressed) == [kind]
    page.click("button[data-kind='']")
    assert len(page.script(SHOWN)) == 5


def test_lists_filter_by_service_and_account(page: Browser) -> None:
    page.click("select[name=service] option[value=phonecom]")
    assert page.script(SHOWN) == ["Booking desk", "Night shift", "Old hotline"]
    visible = "return [...document.querySelectorAll('.account')].filter(part => part.offsetParent).length"
    assert page.script(visible) == 1
    page.click("select[name=account] option[value='0']")
    assert page.script(SHOWN) == []
    assert page.script("return document.getElementById('nothing').offsetParent !== null")
    page.click("#clear")
    assert len(page.script(SHOWN)) == 5


def test_search_finds_names_fields_values_and_accounts(page: Browser) -> None:
    searches = {
        "booking DESK": ["Booking desk"],
        "new.example.org": ["Booking created"],
        "support_email": ["Booking desk"],
        "fair over": ["Reminder"],
        f"{ACCOUNT} night": ["Night shift"],
        "no such thing": [],
    }
    for text, names in searches.items():
        page.click("#search")
        page.keys(text)
        page.until(f"return document.getElementById('count').textContent.startsWith('{len(names)} of')")
        assert page.script(SHOWN) == names, text
        page.keys(ESCAPE)
        assert len(page.script(SHOWN)) == 5


def test_search_and_filter_go_together(page: Browser) -> None:
    page.click("button[data-kind=different]")
    page.click("#search")
    page.keys("booking")
    page.until("return document.getElementById('count').textContent.startsWith('2 of')")
    page.click("select[name=service] option[value=phonecom]")
    assert page.script(SHOWN) == ["Booking desk"]


def test_everything_works_from_the_keyboard(page: Browser) -> None:
    page.keys(TAB)
    assert page.script("return document.activeElement.className") == "skip"
    page.keys("/")
    assert page.script("return document.activeElement.id") == "search"
    page.keys("a/b")
    assert page.script("return document.activeElement.value") == "a/b"
    page.keys(ESCAPE)
    names = []
    for _step in range(4):
        page.keys(TAB)
        names.append(page.script("const at = document.activeElement; return at.name || at.dataset.kind"))
    assert names == ["service", "account", "", "different"]
    page.keys(ENTER)
    assert page.script(SHOWN) == ["Booking created", "Booking desk"]
    outline = "return getComputedStyle(document.activeElement).outlineStyle"
    assert page.script(outline) == "solid"


def test_whatever_can_be_used_has_a_name(page: Browser) -> None:
    nodes = page.devtools("Accessibility.getFullAXTree")["nodes"]
    used = [
        node
        for node in nodes
        if node.get("role", {}).get("value") in ("button", "searchbox", "combobox", "link", "heading")
    ]
    assert len(used) >= 10
    assert [node for node in used if not node.get("name", {}).get("value")] == []
    roles = {node.get("role", {}).get("value") for node in nodes}
    assert {"main", "banner", "contentinfo", "search", "status", "table"} <= roles


def test_the_filter_stays_in_view(chromium: Browser, tmp_path: Path) -> None:
    show(chromium, tmp_path, many_report(3, 40))
    chromium.script("window.scrollTo(0, document.body.scrollHeight / 2)")
    assert chromium.script("return document.getElementById('filter').getBoundingClientRect().top") == 0


def test_dark_and_light_follow_the_system(page: Browser) -> None:
    colours = []
    for scheme in ("light", "dark"):
        page.media(scheme)
        colours.append(page.script("const it = getComputedStyle(document.body); return [it.backgroundColor, it.color]"))
    light, dark = colours
    assert light[0] != dark[0]
    assert light[1] != dark[1]


@pytest.mark.parametrize("width", [320, 390, 768])
@pytest.mark.parametrize("make", [small_report, hostile_report], ids=["small", "hostile"])
def test_nothing_leaves_a_narrow_screen(chromium: Browser, tmp_path: Path, make: Any, width: int) -> None:
    show(chromium, tmp_path, make(), width)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert chromium.script(wide) <= 0
    assert chromium.script("return document.documentElement.clientWidth") == width


def test_paper_gets_the_whole_report_in_light_colours(page: Browser) -> None:
    page.media("dark", "print")
    assert page.script("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.script("return document.querySelector('.kinds').offsetParent") is None
    assert len(page.script(SHOWN)) == 5
    assert page.devtools("Page.printToPDF", printBackground=True)["data"].startswith("JVBERi")


def test_hostile_texts_are_shown_and_do_nothing(chromium: Browser, tmp_path: Path) -> None:
    document = hostile_report()
    show(chromium, tmp_path, document)
    assert chromium.console() == []
    assert chromium.script("return document.title").startswith("Drift report: ")
    assert chromium.script("return document.querySelectorAll('img, iframe, object, embed, link, form').length") == 0
    assert chromium.script("return [...document.scripts].length") == 1
    links = "return [...document.querySelectorAll('[href], [src]')].map(item => item.getAttribute('href'))"
    assert chromium.script(links) == ["#resources"]
    text = chromium.script("return document.body.textContent")
    for piece in ("<script>document.title = 'owned'</script>", "\\u202egnp.exe", "![i](http://evil.example/y.png)"):
        assert piece in text
    assert not set("\u202a\u202b\u202d\u202e\u2066\u2069\u200b\0") & set(text)
    assert chromium.script("return performance.getEntriesByType('resource').length") == 0
    # A name of 10,000 characters leaves the page usable.
    height = "return Math.max(...[...document.querySelectorAll('.card')].map(card => card.offsetHeight))"
    assert chromium.script(height) < 700


def test_the_policy_stops_what_would_get_in(page: Browser) -> None:
    seen_requests: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen_requests.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_port}"
            refused = page.script(f"return fetch('{address}/fetch').then(() => 'sent', () => 'refused')")
            page.script(
                "document.body.insertAdjacentHTML('beforeend',"
                f" `<img src='{address}/img' onerror='document.title=1'><link rel=stylesheet href='{address}/css'>"
                f"<p id=styled style='color: rgb(1, 2, 3)'>x</p>`);"
                "const script = document.createElement('script'); script.textContent = 'document.title = 2';"
                "document.body.append(script);"
            )
            page.until("return document.readyState === 'complete'")
        finally:
            server.shutdown()
            thread.join()
    assert refused == "refused"
    assert seen_requests == []
    assert page.script("return document.title").startswith("Drift report: ")
    assert page.script("return getComputedStyle(document.getElementById('styled')).color") != "rgb(1, 2, 3)"
    assert page.console()


def test_five_thousand_drifts_stay_usable(chromium: Browser, tmp_path: Path) -> None:
    show(chromium, tmp_path, many_report())
    assert chromium.script(COUNT) == "5,000 of 5,000 resources shown"
    chromium.click("button[data-kind=missing]")
    assert chromium.script(COUNT) == "1,650 of 5,000 resources shown"
    chromium.click("#search")
    chromium.keys("2000049")
    chromium.until("return document.getElementById('count').textContent.startsWith('33 of')")
    # What is out of sight is not laid out.
    chromium.click("button[data-kind='']")
    chromium.keys(ESCAPE)
    assert chromium.script("return getComputedStyle(document.querySelector('.card')).contentVisibility") == "auto"
    assert chromium.console() == []


def test_without_scripts_the_page_is_whole(chromium: Browser, tmp_path: Path) -> None:
    chromium.devtools("Emulation.setScriptExecutionDisabled", value=True)
    try:
        show(chromium, tmp_path, small_report())
    finally:
        chromium.devtools("Emulation.setScriptExecutionDisabled", value=False)
    assert len(chromium.script(SHOWN)) == 5
    assert chromium.script("return document.getElementById('filter').hidden") is True
