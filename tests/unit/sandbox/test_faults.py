"""Every kind of fault on the wire, before and after the effect, and which request it hits."""

from __future__ import annotations

import email.utils
import http.client
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from sandbox import seeds
from sandbox.client import Sandbox, SandboxError
from sandbox.faults import KINDS

GOOD = {"name": "New", "support_email": None}
BROKEN = (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)


def wait_for(condition: Callable[[], object], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def names(sandbox: Sandbox) -> list[str]:
    return [profile["name"] for profile in sandbox.profiles()]


def made(sandbox: Sandbox) -> bool:
    return "New" in names(sandbox)


# --- status ---


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 422, 500, 502, 503, 504, 599])
def test_status(sandbox: Sandbox, phonecom: Any, caligraph: Any, status: int) -> None:
    sandbox.fault("status", status=status, times=2)
    answer = phonecom.get()
    assert (answer.status_code, answer.json()["@error"]["@httpStatusCode"]) == (status, status)
    answer = caligraph.page()
    assert (answer.status_code, answer.json()["httpStatusCode"]) == (status, status)
    assert caligraph.page().status_code == 200


@pytest.mark.parametrize("when", ["before", "after"])
def test_status_and_the_effect(sandbox: Sandbox, phonecom: Any, when: str) -> None:
    sandbox.fault("status", status=504, when=when, method="POST")
    assert phonecom.post(GOOD).status_code == 504
    assert made(sandbox) is (when == "after")


def test_status_in_own_words(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.fault("status", status=502, body="<h1>Bad gateway</h1>", content_type="text/html", headers={"X-A": "b"})
    answer = phonecom.get()
    assert (answer.status_code, answer.text, answer.headers["X-A"]) == (502, "<h1>Bad gateway</h1>", "b")
    assert answer.headers["Content-Type"] == "text/html"
    sandbox.fault("status", status=503, json={"@proxy": True}, headers={"Retry-After": "soon"})
    answer = phonecom.get()
    assert (answer.json(), answer.headers["Retry-After"]) == ({"@proxy": True}, "soon")
    sandbox.fault("status", status=500, message="Out of order")
    assert phonecom.get().json()["@error"]["@message"] == "Out of order"


@pytest.mark.parametrize("form", ["header", "date", "body", "both", "none"])
def test_429(sandbox: Sandbox, phonecom: Any, caligraph: Any, form: str) -> None:
    sandbox.fault("status", status=429, retry_after=7, retry_after_form=form, times=2)
    answer = phonecom.get()
    error = answer.json()["@error"]
    assert (answer.status_code, error["@message"]) == (429, "Too much requests")
    header = answer.headers.get("Retry-After")
    if form in ("header", "both"):
        assert header == "7"
    elif form == "date":
        moment = email.utils.parsedate_to_datetime(header)
        assert 5 <= moment.timestamp() - time.time() <= 7
    else:
        assert header is None
    if form in ("body", "both"):
        limit = error["@rateLimit"]
        assert (limit["RateLimit-Limit"], limit["RateLimit-Remaining"], limit["Retry-After"]) == (30, 0, 7)
        assert 6 <= limit["RateLimit-Reset"] - time.time() <= 8
    else:
        assert "@rateLimit" not in error
    answer = caligraph.page()
    assert (answer.status_code, answer.json()["code"]) == (429, "ycbm_api_too_many_requests")
    assert ("Retry-After" in answer.headers) is (form in ("header", "date", "both"))


def test_429_without_any_wait(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.fault("status", status=429)
    answer = phonecom.get()
    assert "Retry-After" not in answer.headers
    assert "@rateLimit" not in answer.json()["@error"]


def test_503_with_a_wait(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.fault("status", status=503, retry_after=3)
    assert phonecom.get().headers["Retry-After"] == "3"


# --- the wire ---


@pytest.mark.parametrize("when", ["before", "after"])
def test_drop(sandbox: Sandbox, phonecom: Any, when: str) -> None:
    sandbox.fault("drop", when=when, method="POST")
    with pytest.raises(BROKEN, match="reset"):
        phonecom.post(GOOD)
    assert made(sandbox) is (when == "after")
    sandbox.fault("drop", how="close")
    with pytest.raises(BROKEN, match="closed connection without response"):
        phonecom.get()
    assert [entry["status"] for entry in sandbox.log()] == ["dropped", "dropped"]
    assert phonecom.get().status_code == 200


@pytest.mark.parametrize("when", ["before", "after"])
def test_slow(sandbox: Sandbox, phonecom: Any, when: str) -> None:
    sandbox.fault("slow", seconds=0.1, when=when, method="POST")
    began = time.monotonic()
    assert phonecom.post(GOOD).status_code == 200
    assert time.monotonic() - began >= 0.1


@pytest.mark.parametrize(("when", "if_gone"), [("before", "carry_on"), ("before", "forget"), ("after", "carry_on")])
def test_slow_beyond_patience(sandbox: Sandbox, phonecom: Any, when: str, if_gone: str) -> None:
    sandbox.fault("slow", seconds=0.5, when=when, if_gone=if_gone, method="POST")
    with pytest.raises(requests.exceptions.ReadTimeout):
        phonecom.post(GOOD, timeout=0.1)
    assert made(sandbox) is (when == "after")
    assert sandbox.log()[0]["status"] is None
    with pytest.raises(SandboxError):
        sandbox.settle(0.01)
    sandbox.settle()
    assert made(sandbox) is (if_gone == "carry_on")
    entry = sandbox.log()[0]
    assert (entry["status"], entry["client_gone"]) == ("dropped", True)


def test_reset_takes_the_effect_of_a_slow_request(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.fault("slow", seconds=0.2, method="POST")
    with pytest.raises(requests.exceptions.ReadTimeout):
        phonecom.post(GOOD, timeout=0.05)
    sandbox.reset()
    time.sleep(0.25)
    assert not made(sandbox)


def test_drip(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.fault("drip", delay=0.01, limit=20)
    began = time.monotonic()
    assert phonecom.get("profiles/389").json()["id"] == 389
    assert time.monotonic() - began >= 0.2
    sandbox.fault("drip", delay=0.1, chunk=20)
    began = time.monotonic()
    # Each part comes within the read timeout, all of them take longer.
    assert phonecom.get("profiles/389", timeout=0.4).json()["id"] == 389
    assert time.monotonic() - began > 0.5


def test_drip_to_nobody(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.fault("drip", delay=0.02)
    answer = phonecom.get(stream=True)
    answer.raw.read(5)
    answer.close()
    wait_for(lambda: sandbox.log()[0]["status"] == "dropped")
    assert sandbox.log()[0]["client_gone"]


def test_truncate(sandbox: Sandbox, phonecom: Any) -> None:
    whole = phonecom.get("profiles/389").content
    for length in ("full", "chunked"):
        sandbox.fault("truncate", length=length)
        with pytest.raises(BROKEN):
            phonecom.get("profiles/389")
    sandbox.fault("truncate", length="cut", keep=10)
    answer = phonecom.get("profiles/389")
    assert (answer.status_code, answer.content) == (200, whole[:10])
    sandbox.fault("truncate", keep=0, method="PATCH")
    with pytest.raises(BROKEN):
        phonecom.patch("profiles/389", {"name": "New"})
    assert made(sandbox)
    assert {entry["status"] for entry in sandbox.log()} == {200}


@pytest.mark.parametrize("when", ["before", "after"])
def test_wrong_shape_empty_and_html(sandbox: Sandbox, phonecom: Any, when: str) -> None:
    match: dict[str, Any] = {"method": "POST", "when": when}
    sandbox.fault("wrong_shape", **match)
    assert phonecom.post(GOOD).json() == {"unexpected": True}
    assert made(sandbox) is (when == "after")
    sandbox.fault("wrong_shape", json=[1, None], **match)
    assert phonecom.post(GOOD).json() == [1, None]
    for status in (200, 204):
        sandbox.fault("empty", status=status, **match)
        answer = phonecom.post(GOOD)
        assert (answer.status_code, answer.content) == (status, b"")
    sandbox.fault("html", **match)
    answer = phonecom.post(GOOD)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<html>" in answer.text
    assert names(sandbox).count("New") == (5 if when == "after" else 0)


def test_redirect(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.fault("redirect", location="http://evil.example/v4")
    answer = phonecom.post(GOOD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://evil.example/v4")
    sandbox.fault("redirect", status=307)
    assert phonecom.get().headers["Location"] == "https://elsewhere.example/login"
    assert not made(sandbox)


@pytest.mark.parametrize("declared", [False, True])
def test_huge(sandbox: Sandbox, phonecom: Any, declared: bool) -> None:
    sandbox.fault("huge", bytes=3_000_000, declared=declared)
    answer = phonecom.get()
    assert len(answer.content) == 3_000_000
    assert ("Content-Length" in answer.headers) is declared
    assert set(json.loads(answer.content)) == {"x"}


def test_huge_stops_when_the_client_goes(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.fault("huge", bytes=2_000_000_000)
    answer = phonecom.get(stream=True)
    answer.raw.read(100_000)
    answer.close()
    wait_for(lambda: sandbox.log()[0]["status"] == "dropped")


# --- which request ---


def test_nth_and_times(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.fault("status", status=503, nth=2, times=2)
    assert [phonecom.get().status_code for _number in range(4)] == [200, 503, 503, 200]
    (rule,) = sandbox.faults()
    assert (rule["fired"], rule["times"], rule["match"]["nth"]) == (2, 2, 2)


def test_for_ever(sandbox: Sandbox, phonecom: Any) -> None:
    number = sandbox.fault("status", status=500, times=None)
    assert {phonecom.get().status_code for _number in range(5)} == {500}
    sandbox.clear_faults(number)
    assert phonecom.get().status_code == 200


def test_rules_are_a_queue(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.fault("status", status=500)
    sandbox.fault("status", status=501)
    sandbox.fault("status", status=502, nth=2)
    assert [phonecom.get().status_code for _number in range(5)] == [500, 501, 200, 502, 200]


@pytest.mark.parametrize(
    ("match", "hits"),
    [
        ({}, [1, 1, 1, 1]),
        ({"service": "phonecom"}, [1, 1, 1, 0]),
        ({"service": "caligraph"}, [0, 0, 0, 1]),
        ({"method": "POST"}, [0, 1, 0, 0]),
        ({"method": ["post", "GET"]}, [1, 1, 1, 1]),
        ({"method": ["PATCH", "DELETE"]}, [0, 0, 0, 0]),
        ({"path_regex": r"/profiles$"}, [1, 1, 0, 0]),
        ({"path_regex": r"/callbacks"}, [0, 0, 1, 0]),
        ({"account": seeds.PHONECOM_ACCOUNT}, [1, 1, 1, 0]),
        ({"account": seeds.CALIGRAPH_ACCOUNT}, [0, 0, 0, 1]),
    ],
)
def test_match(sandbox: Sandbox, phonecom: Any, caligraph: Any, match: dict[str, Any], hits: list[int]) -> None:
    sandbox.fault("status", status=599, times=None, **match)
    answers = [phonecom.get(), phonecom.post(GOOD), phonecom.get("callbacks"), caligraph.page()]
    assert [int(answer.status_code == 599) for answer in answers] == hits


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "nonsense"},
        {"kind": "status", "nonsense": 1},
        {"kind": "status", "status": 99},
        {"kind": "status", "status": "500"},
        {"kind": "status", "when": "later"},
        {"kind": "status", "headers": {"a": 1}},
        {"kind": "slow", "seconds": -1},
        {"kind": "slow", "seconds": True},
        {"kind": "drip", "chunk": 0},
        {"kind": "drop", "times": 0},
        {"kind": "drop", "times": True},
        {"kind": "drop", "nth": 0},
        {"kind": "drop", "service": "other"},
        {"kind": "drop", "path_regex": "("},
        {"kind": "rival"},
        {"kind": "rival", "edit": {"service": "caligraph"}},
    ],
)
def test_bad_rule(sandbox: Sandbox, rule: dict[str, Any]) -> None:
    with pytest.raises(SandboxError):
        sandbox.fault(**rule)
    assert sandbox.faults() == []


@pytest.mark.parametrize(
    "body", [[], {"kind": "drop", "match": 5}, {"kind": "drop", "match": {"method": 5}}, {"kind": []}]
)
def test_bad_rule_on_the_wire(sandbox: Sandbox, body: Any) -> None:
    assert requests.post(f"{sandbox.url}/_sandbox/faults", json=body, timeout=5).status_code == 400


def test_defaults_are_good_values(sandbox: Sandbox) -> None:
    for kind, params in KINDS.items():
        if kind != "rival":
            sandbox.fault(kind, **{name: default for name, (default, _allowed) in params.items()})
    sandbox.clear_faults()
    assert sandbox.faults() == []


# --- rivals ---


def titles(sandbox: Sandbox) -> list[str]:
    return [action["title"] for action in sandbox.actions(seeds.PAGE_EMPTY)]


def test_rival_before_and_after(sandbox: Sandbox, caligraph: Any) -> None:
    page = seeds.PAGE_EMPTY
    edit = {"service": "caligraph", "op": "add", "page_id": page, "action": {"title": "Rival {n}"}}
    sandbox.rival_on(edit, when="before", method="GET")
    sandbox.rival_on(edit, when="after", method="GET")
    read = caligraph.actions(page)
    assert [action["title"] for action in read] == ["Rival 1"]
    assert titles(sandbox) == ["Rival 1", "Rival 2"]
    assert (read[0]["type"], read[0]["profileId"]) == ("WEBHOOK", page)
    assert sandbox.log()[0]["rivals"] == 2
    caligraph.patch(read, page)
    assert titles(sandbox) == ["Rival 1"]  # the lost update that a client has to notice


def test_rival_again_and_again(sandbox: Sandbox, caligraph: Any) -> None:
    edit = {"service": "caligraph", "op": "add", "page_id": seeds.PAGE_EMPTY, "action": {"title": "R{n}"}}
    sandbox.rival_on(edit, when="after", method="PATCH", nth=2, times=None)
    for _number in range(3):
        caligraph.patch(caligraph.actions(seeds.PAGE_EMPTY), seeds.PAGE_EMPTY)
    assert titles(sandbox) == ["R1", "R2"]


def test_rival_beside_a_fault(sandbox: Sandbox, caligraph: Any) -> None:
    edit = {"service": "caligraph", "op": "remove", "page_id": seeds.PAGE_WEBHOOK, "title": "Copy to the team"}
    sandbox.rival_on(edit, when="after", method="PATCH")
    sandbox.fault("drop", when="after", method="PATCH")
    with pytest.raises(BROKEN):
        caligraph.patch(caligraph.actions())
    assert len(sandbox.actions()) == 3
    entry = sandbox.log()[-1]
    assert (entry["fault"], entry["rivals"], entry["status"]) == ("drop", 1, "dropped")


def test_caligraph_edits(sandbox: Sandbox) -> None:
    page = {"page_id": seeds.PAGE_WEBHOOK}
    assert sandbox.rival("caligraph", "replace", id=seeds.WEBHOOK_ID, action={"to": "x"}, **page) == 1
    assert sandbox.actions()[3]["to"] == "x"
    assert sandbox.rival("caligraph", "remove", title="nothing", **page) == 0
    assert sandbox.rival("caligraph", "remove", title="Booking created API call", **page) == 1
    assert sandbox.rival("caligraph", "set", actions=[{"title": "One"}], **page) == 1
    assert [action["title"] for action in sandbox.actions()] == ["One"]
    assert sandbox.rival("caligraph", "remove", **page) == 1
    with pytest.raises(SandboxError):
        sandbox.rival("caligraph", "remove", page_id="unknown")


def test_phonecom_edits(sandbox: Sandbox, phonecom: Any) -> None:
    account = {"account": seeds.PHONECOM_ACCOUNT}
    assert sandbox.rival("phonecom", "create", fields={"name": "R{n}"}, **account) == 1
    assert names(sandbox)[0] == "R1"
    assert sandbox.rival("phonecom", "create", fields={"name": "E"}, extension=101, **account) == 1
    assert len(sandbox.profiles(extension=101)) == 1
    assert sandbox.rival("phonecom", "update", id=389, fields={"name": "Other"}, **account) == 1
    assert sandbox.rival("phonecom", "delete", name="R1", **account) == 1
    assert names(sandbox) == ["Other", seeds.PHONECOM_PROFILES[1]["name"]]
    edit = {"service": "phonecom", "op": "create", "kind": "callbacks", "fields": {"profile_id": 389}, **account}
    sandbox.rival_on(edit, method="DELETE")
    assert phonecom.delete("profiles/389").status_code == 409


@pytest.mark.parametrize(
    "edit",
    [
        {"service": "other", "op": "add"},
        {"service": "caligraph", "op": "create", "page_id": "x"},
        {"service": "caligraph", "op": "add", "page_id": "x"},
        {"service": "caligraph", "op": "add", "page_id": 5, "action": {}},
        {"service": "caligraph", "op": "remove"},
        {"service": "phonecom", "op": "create", "account": 1000002},
        {"service": "phonecom", "op": "delete", "account": "1000002"},
        {"service": "phonecom", "op": "delete", "account": 1000002, "kind": "widgets"},
        {"service": "phonecom", "op": "delete", "account": 1000002, "nonsense": 1},
        {"service": "phonecom", "op": "delete", "account": 5},
    ],
)
def test_bad_edit(sandbox: Sandbox, edit: dict[str, Any]) -> None:
    before = sandbox.state()
    with pytest.raises(SandboxError):
        sandbox.rival(**edit)
    assert sandbox.state() == before


# --- latency, concurrency ---


def test_latency(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.latency(0.1)
    began = time.monotonic()
    phonecom.get()
    assert 0.1 <= time.monotonic() - began < 2
    for bad in (-1, 61, "x", True, None):
        with pytest.raises(SandboxError):
            sandbox.latency(bad)  # type: ignore[arg-type]


def test_requests_run_side_by_side(sandbox: Sandbox) -> None:
    sandbox.latency(0.2)

    def get() -> None:
        link = http.client.HTTPConnection("127.0.0.1", int(sandbox.url.rsplit(":", 1)[1]), timeout=10)
        link.request("GET", "/v4/accounts/1000002/integrations/events/profiles")
        assert link.getresponse().status == 401
        link.close()

    threads = [threading.Thread(target=get) for _number in range(30)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 2
    assert sandbox.connections() == 30
