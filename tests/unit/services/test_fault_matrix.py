# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every cell of the fault matrix, played: the outcome, what is left on the server, and a second run that converges."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import Called, call
from unit.services.fault_matrix import (
    CONFLICT,
    FAILS,
    FAULTS,
    GIVES_UP,
    LOOKS,
    LOOKS_REPEATS,
    NA,
    REPEATS,
    UNSURE,
    Cell,
    cells,
)
from unit.services.scenario import assert_told

ALL = list(cells())
SUCCESSES = (REPEATS, LOOKS, LOOKS_REPEATS)
#: How often the request that goes wrong is sent.
SENT = {REPEATS: 2, LOOKS: 1, LOOKS_REPEATS: 2, FAILS: 1, GIVES_UP: 2, UNSURE: 2, CONFLICT: 5}
READ_TIMEOUT = 0.2

FREE = seeds.PHONECOM_PROFILES[0]
PROFILE_TASKS: dict[str, dict[str, Any]] = {
    "GET": {"name": "New", "support_email": "new@example.org"},
    "POST": {"name": "New", "support_email": "new@example.org"},
    "PATCH": {"id": FREE["id"], "support_email": "other@example.org"},
    "DELETE": {"id": FREE["id"], "state": "absent"},
}
HOOK_TASK: dict[str, Any] = {
    "profile_id": seeds.PAGE_WEBHOOK,
    "actions": [
        {
            "title": "New",
            "anchor": "BOOKING_ENDS",
            "url": "https://hooks.example/",
            "secret_headers": {"X-A": "s3cr3t"},
        },
        {"title": seeds.WEBHOOK["title"], "offset_minutes": 15},
    ],
}
FOREIGN = {**seeds.WEBHOOK, "title": "Theirs", "headers": {"Authorization": "Bearer theirs"}}


class World:
    """The state of one service as a test sees it: comparable, without ids and times that a write sets."""

    def __init__(self, sandbox: Sandbox, service: str) -> None:
        self.sandbox = sandbox
        self.service = service

    def now(self) -> str:
        if self.service == "phonecom":
            rows = [(row["name"], row["support_email"], row["extension_id"]) for row in self.sandbox.profiles()]
            return json.dumps([sorted(rows, key=str), len(self.sandbox.rows("callbacks"))])
        server_set = ("created", "updated")
        shown = []
        for raw in self.sandbox.actions():
            ours = raw["title"] in ("New", seeds.WEBHOOK["title"])
            gone = (*server_set, "id") if raw["title"] == "New" else server_set if ours else ()
            shown.append({key: value for key, value in raw.items() if key not in gone})
        return json.dumps(shown)


@contextmanager
def gate(sandbox: Sandbox, requests: int) -> Iterator[tuple[str, threading.Event]]:
    """An address that passes on so many requests, each on a connection of its own, and then refuses connections.

    The event says that it does.
    """
    spent = threading.Event()
    target = urlsplit(sandbox.url)

    class Handler(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            upstream = http.client.HTTPConnection(str(target.hostname), int(target.port or 0), timeout=10)
            upstream.request(self.command, self.path, body, dict(self.headers))
            answer = upstream.getresponse()
            data = answer.read()
            upstream.close()
            if left.pop() == 1:
                # Before the answer goes out: the client may be quick to come again.
                server.socket.close()
                spent.set()
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = pass_on

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    left = list(range(1, requests + 1))
    address = f"http://localhost:{server.server_address[1]}"
    if not requests:
        server.server_close()
        spent.set()
        yield address, spent
        return

    def serve() -> None:
        for _number in range(requests):
            server.handle_request()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield address, spent
    server.server_close()
    thread.join(5)


def arguments(sandbox: Sandbox, cell: Cell) -> dict[str, Any]:
    if cell.service == "phonecom":
        return sandbox.phonecom_options(**PROFILE_TASKS[cell.method], request_budget="off")
    return sandbox.caligraph_options(**HOOK_TASK)


def play(cell: Cell, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Called:
    """Run the task of a cell while its fault is there."""
    fault = FAULTS[cell.fault]
    given = arguments(sandbox, cell)
    if cell.lasting:
        given["max_retries"] = 1
    if cell.lasting and fault.names_wait:
        given["deadline"] = 0.5
    if fault.kind == "slow":
        given["read_timeout"] = READ_TIMEOUT
    resource = EVENT_PROFILE if cell.service == "phonecom" else WEBHOOK_ACTIONS
    with ExitStack() as stack:
        if fault.kind in ("gate", "resolver"):
            before = {"GET": 0, "DELETE": 2}.get(cell.method, 1)
            address, spent = stack.enter_context(gate(sandbox, before))
            given["api_url"] = address + urlsplit(given["api_url"]).path
            if fault.kind == "resolver":
                given = unresolved(given, spent, monkeypatch)
        else:
            times = None if cell.lasting else 1
            sandbox.fault(fault.kind, service=cell.service, method=cell.method, times=times, **fault.params)
        return call(resource, given, check=cell.check, sandbox=sandbox, predict=False)


def unresolved(given: dict[str, Any], spent: threading.Event, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Let the name service fail: for the reserved name at once, for the gate's once it is spent."""
    if spent.is_set():
        return {**given, "api_url": "https://x.invalid"}
    resolve = socket.getaddrinfo

    def fail_when_spent(*args: Any, **kwargs: Any) -> Any:
        if spent.is_set():
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", fail_when_spent)
    return given


@pytest.mark.parametrize("cell", [cell for cell in ALL if cell.outcome != NA], ids=str)
def test_cell(cell: Cell, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    if cell.service == "caligraph":
        sandbox.set_actions([*sandbox.actions(), FOREIGN])
    resource = EVENT_PROFILE if cell.service == "phonecom" else WEBHOOK_ACTIONS
    world = World(sandbox, cell.service)
    before = world.now()
    called = play(cell, sandbox, monkeypatch)
    monkeypatch.undo()
    sandbox.settle()
    sandbox.clear_faults()
    left = world.now()
    assert called.failed is (cell.outcome not in SUCCESSES), called.result
    if called.failed:
        assert_failure(cell, called)
    else:
        assert called["changed"] is True
    assert_sent(cell, called)
    # What the second run leaves is what was wanted, and it is what the first one left if that was carried out.
    again = call(resource, arguments(sandbox, cell), sandbox=sandbox)
    assert not again.failed, again.result
    wanted = world.now()
    assert wanted != before
    carried_out = not cell.check and (
        cell.outcome in SUCCESSES or (FAULTS[cell.fault].carried_out and cell.method != "GET")
    )
    assert left == (wanted if carried_out else before)
    assert again["changed"] is not carried_out
    assert call(resource, arguments(sandbox, cell), sandbox=sandbox)["changed"] is False
    if cell.service == "phonecom":
        names = [row["name"] for row in sandbox.profiles()]
        assert len(names) == len(set(names))


def assert_failure(cell: Cell, called: Called) -> None:
    """The message says what was tried, and `changed` is true only where nobody can know."""
    parts = {FAILS: (), GIVES_UP: ("Tried ", " over "), UNSURE: ("Tried 2 times over ", "may or may not")}
    assert_told(called, *parts.get(cell.outcome, ("Tried 5 times over ", "Another writer")))
    assert cell.method in called["msg"] or cell.outcome == CONFLICT
    assert called["changed"] is (cell.outcome in (UNSURE, CONFLICT))
    if FAULTS[cell.fault].names_wait:
        assert "after the deadline of 0.5 s" in called["msg"]


def assert_sent(cell: Cell, called: Called) -> None:
    """How often the request was sent: never blindly again."""
    sent = [entry for entry in called.log if entry["method"] == cell.method]
    fault = FAULTS[cell.fault]
    if fault.kind in ("gate", "resolver"):
        assert cell.method == "GET" or sent == []
        return
    spoilt = [entry for entry in sent if entry["fault"]]
    clean = [entry for entry in sent if not entry["fault"]]
    expected = 1 if cell.outcome == GIVES_UP and fault.names_wait else SENT[cell.outcome]
    if cell.method != "GET":
        assert len(sent) == expected
    assert len(spoilt) == (expected if cell.lasting else 1)
    if cell.outcome in (LOOKS_REPEATS, UNSURE) and cell.method in ("POST", "PATCH") and clean + spoilt:
        assert_looked(cell, called)


def assert_looked(cell: Cell, called: Called) -> None:
    """Between two requests that must not be repeated blindly there is a read."""
    if (cell.service, cell.method) == ("phonecom", "PATCH"):
        return
    methods = called.methods
    places = [place for place, method in enumerate(methods) if method == cell.method]
    for first, second in zip(places, places[1:], strict=False):
        assert "GET" in methods[first:second]


@pytest.mark.parametrize("cell", [cell for cell in ALL if cell.check and cell.method != "GET"][::7], ids=str)
def test_in_check_mode_no_fault_of_a_write_is_ever_met(cell: Cell, sandbox: Sandbox) -> None:
    fault = FAULTS[cell.fault]
    if fault.kind not in ("gate", "resolver"):
        sandbox.fault(fault.kind, service=cell.service, method=cell.method, times=None, **fault.params)
    task = cell if cell.service == "phonecom" else Cell("caligraph", "PATCH", cell.fault, True, True, NA)
    resource = EVENT_PROFILE if cell.service == "phonecom" else WEBHOOK_ACTIONS
    called = call(resource, arguments(sandbox, task), check=True, sandbox=sandbox)
    assert called["changed"] is True
    assert all(rule["fired"] == 0 for rule in sandbox.faults())


def test_the_matrix_is_whole() -> None:
    """Every fault stands in every row, and whatever has no outcome says why."""
    assert len(ALL) == 2 * 4 * len(FAULTS) * 2 * 2
    assert all(bool(cell.reason) == (cell.outcome == NA) for cell in ALL)
    assert {cell.outcome for cell in ALL} == {*SENT, NA}
