"""Rate limits: the documented budgets, their 429, and the windows' arithmetic."""

from __future__ import annotations

import email.utils
import time
from typing import Any

import pytest

from sandbox import seeds
from sandbox.client import Sandbox, SandboxError
from sandbox.limits import Limits

PATH = "/v4/accounts/{account}/integrations/events/profiles"


def statuses(phonecom: Any, count: int, path: str = "profiles", **options: Any) -> list[int]:
    return [phonecom.get(path, **options).status_code for _number in range(count)]


def spend(limits: Limits, count: int, now: float, path: str = PATH, account: str = "1", address: str = "a") -> int:
    """How many of `count` requests are let through."""
    return sum(limits.spend("phonecom", "GET", path, account, address, now) is None for _number in range(count))


def test_one_endpoint_per_account() -> None:
    limits = Limits()
    assert spend(limits, 40, 0.0) == 30
    assert spend(limits, 5, 29.9) == 0
    assert spend(limits, 40, 30.0) == 30
    assert spend(limits, 40, 30.0, account="2") == 30


def test_sliding_window() -> None:
    limits = Limits()
    for second in range(30):
        assert spend(limits, 1, float(second)) == 1
    assert spend(limits, 2, 30.0) == 1
    refusal = limits.spend("phonecom", "GET", PATH, "1", "a", 30.5)
    assert refusal is not None
    assert refusal.limit == 30
    assert refusal.wait == pytest.approx(0.5)


def test_any_endpoint_per_account() -> None:
    limits = Limits()
    assert sum(spend(limits, 30, 0.0, path=f"{PATH}/{n}") for n in range(6)) == 120
    refusal = limits.spend("phonecom", "GET", "/other", "1", "a", 20.0)
    assert refusal is not None
    assert (refusal.limit, refusal.wait) == (120, 40.0)
    assert spend(limits, 1, 20.0, account="2") == 1


def test_one_endpoint_per_address() -> None:
    limits = Limits()
    assert sum(spend(limits, 30, 0.0, account=str(n)) for n in range(14)) == 360
    assert spend(limits, 1, 0.0, account="99", address="b") == 1


def test_any_endpoint_per_address() -> None:
    limits = Limits()
    assert sum(spend(limits, 30, 0.0, account=str(n), path=f"/{n % 7}") for n in range(70)) == 1440


def test_methods_share_an_endpoint() -> None:
    limits = Limits()
    assert spend(limits, 30, 0.0) == 30
    assert limits.spend("phonecom", "POST", PATH, "1", "a", 0.0) is not None
    limits.change({"per_method": True})
    assert spend(limits, 31, 0.0) == 30
    assert limits.spend("phonecom", "POST", PATH, "1", "a", 0.0) is None


def test_refused_requests_can_count() -> None:
    limits = Limits()
    limits.change({"count_refused": True})
    assert spend(limits, 31, 0.0) == 30
    refusal = limits.spend("phonecom", "GET", PATH, "1", "a", 10.0)
    assert refusal is not None
    assert refusal.wait == 20.0
    assert spend(limits, 100, 30.0) == 29  # the one refused at 10.0 counts
    limits.change({"count_refused": False})
    assert spend(limits, 31, 0.0) == 30
    assert spend(limits, 100, 30.0) == 30


def test_scale() -> None:
    limits = Limits()
    limits.change({"window_scale": 0.1})
    assert spend(limits, 40, 0.0) == 30
    assert spend(limits, 40, 3.0) == 30


def test_off_and_caligraph() -> None:
    limits = Limits("off")
    assert spend(limits, 500, 0.0) == 500
    assert all(limits.spend("caligraph", "GET", "/x", "1", "a", 0.0) is None for _number in range(100))
    limits.change({"caligraph": {"limit": 2, "window": 5}})
    waits = [limits.spend("caligraph", "GET", "/x", "1", "a", 1.0) for _number in range(3)]
    assert waits[:2] == [None, None]
    assert waits[2] is not None
    assert waits[2].wait == 5.0


def test_documented_body(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.limits("documented")
    assert statuses(phonecom, 31) == [200] * 30 + [429]
    answer = phonecom.get()
    error = answer.json()["@error"]
    assert set(error) == {"@message", "@httpStatusCode", "@time", "@rateLimit"}
    assert (error["@message"], error["@httpStatusCode"]) == ("Too much requests", 429)
    limit = error["@rateLimit"]
    assert set(limit) == {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After"}
    assert (limit["RateLimit-Limit"], limit["RateLimit-Remaining"]) == (30, 0)
    assert 25 <= limit["Retry-After"] <= 30
    assert 25 <= limit["RateLimit-Reset"] - time.time() <= 31
    assert "Retry-After" not in answer.headers
    assert statuses(phonecom, 1, "profiles/389") == [200]  # another endpoint
    assert statuses(phonecom, 1, extension=seeds.PHONECOM_EXTENSION) == [200]
    limited = [entry["limited"] for entry in sandbox.log()]
    assert limited == [False] * 30 + [True, True, False, False]


@pytest.mark.parametrize("form", ["header", "date", "body", "both", "none"])
def test_where_the_wait_stands(sandbox: Sandbox, phonecom: Any, form: str) -> None:
    sandbox.limits("documented")
    sandbox.quirks(phonecom_retry_after=form)
    assert statuses(phonecom, 30) == [200] * 30
    answer = phonecom.get()
    assert ("@rateLimit" in answer.json()["@error"]) is (form in ("body", "both"))
    header = answer.headers.get("Retry-After")
    if form in ("header", "both"):
        assert 25 <= int(header) <= 30
    elif form == "date":
        assert 20 <= email.utils.parsedate_to_datetime(header).timestamp() - time.time() <= 31
    else:
        assert header is None


def test_scaled_windows_over_http(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.limits("documented", window_scale=0.01)
    assert statuses(phonecom, 31)[-1] in (200, 429)  # 30 requests may well take longer than 0.3 s
    time.sleep(0.35)
    assert statuses(phonecom, 1) == [200]
    sandbox.limits("documented", window_scale=0.02)
    assert 429 in statuses(phonecom, 31)
    time.sleep(0.65)
    assert statuses(phonecom, 1) == [200]


@pytest.mark.parametrize("form", ["none", "header", "date"])
def test_caligraph(sandbox: Sandbox, caligraph: Any, form: str) -> None:
    sandbox.limits(caligraph={"limit": 3, "window": 30})
    sandbox.quirks(caligraph_retry_after=form)
    answers = [caligraph.page() for _number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["code"] == "ycbm_api_too_many_requests"
    assert ("Retry-After" in answers[-1].headers) is (form != "none")


def test_a_refused_request_has_no_effect(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.limits("documented")
    statuses(phonecom, 30)
    assert phonecom.post({"name": "x", "support_email": None}).status_code == 429
    assert len(sandbox.profiles()) == 2


def test_reset_goes_back_to_the_command_line(sandbox: Sandbox) -> None:
    assert sandbox.limits("documented", window_scale=2)["window_scale"] == 2
    sandbox.reset()
    setting = sandbox.limits()
    assert (setting["mode"], setting["window_scale"], setting["caligraph"]) == ("off", 1, None)


@pytest.mark.parametrize(
    "setting",
    [
        {"mode": "strict"},
        {"window_scale": 0},
        {"window_scale": "1"},
        {"nonsense": 1},
        {"count_refused": 1},
        {"per_method": None},
        {"caligraph": 5},
        {"caligraph": {"limit": 5}},
        {"caligraph": {"limit": 0, "window": 1}},
        {"caligraph": {"limit": 1.5, "window": 1}},
    ],
)
def test_bad_limits(sandbox: Sandbox, setting: dict[str, Any]) -> None:
    before = sandbox.limits()
    with pytest.raises(SandboxError):
        sandbox.limits(**setting)
    assert sandbox.limits() == before
