# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an `api_url` may be: where the credentials go must be beyond doubt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils import _caligraph, _phonecom
from ansible_collections.commops.events.plugins.module_utils._options import ServiceOptions, is_loopback, url_problem

PHONECOM, CALIGRAPH = _phonecom.OPTIONS, _caligraph.OPTIONS


@pytest.mark.parametrize(
    "url",
    [
        "https://api.phone.com/v4",
        "https://API.PHONE.COM/v4",
        "https://proxy.example:8443/phone",
        "https://10.0.0.1",
        "https://[2001:db8::1]:8443/v4",
        "https://xn--bcher-kva.example/v4",
        "http://localhost:8080/v4",
        "http://LOCALHOST/v4",
        "http://127.0.0.1:8080",
        "http://127.255.0.3/v4",
        "http://[::1]:8080/v4",
        "http://[0:0:0:0:0:0:0:1]/v4",
        "HTTPS://proxy.example/v4",
    ],
)
def test_an_address_that_is_taken(url: str) -> None:
    assert url_problem(url, PHONECOM) is None


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        # plain http off this machine
        ("http://api.phone.com/v4", "plain http would show the credentials on the way to api.phone.com; use https://."),
        ("http://localhost.evil.example/", "plain http would show"),
        ("http://127.0.0.1.evil.example/", "plain http would show"),
        ("http://localhost./v4", "plain http would show"),
        ("http://127.1/v4", "plain http would show"),
        ("http://127.999.1.1/v4", "plain http would show"),
        ("http://2130706433/v4", "plain http would show"),
        ("http://0x7f.0.0.1/v4", "plain http would show"),
        ("http://0.0.0.0/v4", "plain http would show"),
        ("http://[::]/v4", "plain http would show"),
        ("http://[2001:db8::1]/v4", "plain http would show"),
        ("http://10.0.0.1/v4", "plain http would show"),
        ("http://128.0.0.1/v4", "plain http would show"),
        ("http://xlocalhost/v4", "plain http would show"),
        # what stands beside host and path
        ("https://user:pass@h.example/v4", "must not hold user info; give account_id and api_token instead."),
        ("https://user@h.example/v4", "must not hold user info"),
        ("https://@h.example/v4", "must not hold user info"),
        ("https://:@h.example/v4", "must not hold user info"),
        ("https://api.phone.com@evil.example/v4", "must not hold user info"),
        ("https://h.example/v4?x=1", "must not hold a query or a fragment."),
        ("https://h.example/v4?", "must not hold a query or a fragment."),
        ("https://h.example/v4#x", "must not hold a query or a fragment."),
        ("https://h.example/v4#", "must not hold a query or a fragment."),
        ("https://h.example?/v4#?", "must not hold a query or a fragment."),
        # characters
        ("https://h.example\\@evil.example/", "the value holds a backslash, a blank or a control character."),
        ("https://h.example\\v4", '"https://h.example\\\\v4" holds a backslash'),
        ("https:\\\\h.example/v4", "holds a backslash"),
        (" https://h.example/v4", '" https://h.example/v4" holds a backslash, a blank'),
        ("https://h.example/v4\n", "holds a backslash, a blank"),
        ("https://h.exa\tmple/v4", "holds a backslash, a blank"),
        ("https://h.example/\0", "holds a backslash, a blank"),
        ("https://h.example/\u00a0", "holds a backslash, a blank"),
        ("https://h.example/\u200b", "holds a backslash, a blank"),
        ("https://api。phone.com/v4", '"api。phone.com" holds characters that look like others'),
        ("https://api.phone.ｃom/v4", "holds characters that look like others"),
        ("http://127.٠.٠.١/v4", "holds characters that look like others"),
        # no URL
        ("", "is no URL of the form https://HOST/PATH, such as https://api.phone.com/v4."),
        ("api.phone.com/v4", "is no URL of the form"),
        ("//api.phone.com/v4", "is no URL of the form"),
        ("https:///v4", "is no URL of the form"),
        ("https://:443/v4", "is no URL of the form"),
        ("ftp://h.example/v4", "is no URL of the form"),
        ("file:///etc/passwd", "is no URL of the form"),
        ("https://[::1/v4", "is no valid URL."),
        ("https://h.example:port/v4", "is no valid URL."),
        ("https://h.example:99999/v4", "is no valid URL."),
    ],
)
def test_an_address_that_is_refused(url: str, problem: str) -> None:
    assert problem in str(url_problem(url, PHONECOM))


@pytest.mark.parametrize(
    "url",
    [
        "user:hunter2@h.example/v4",
        "https://user:hunter2@h.example/v4",
        "https://user:hunter2 @h.example/v4",
        "https:/user:hunter2@h.example/v4",
        "h.example/v4?token=hunter2",
        "hunter2",
        "https://h.example\\v4?token=hunter2",
        "https://user:hunter2@[::1/v4",
    ],
)
def test_no_message_shows_what_may_be_a_password(url: str) -> None:
    problem = url_problem(url, PHONECOM)
    assert problem is not None
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    ("options", "url", "own"),
    [
        (PHONECOM, "https://api.youcanbook.me/v1", "https://api.phone.com/v4"),
        (PHONECOM, "https://API.YouCanBook.me/v1", "https://api.phone.com/v4"),
        (PHONECOM, "https://api.youcanbook.me.:443/v1", "https://api.phone.com/v4"),
        (PHONECOM, "https://api.youcanbook.me../v1", "https://api.phone.com/v4"),
        (CALIGRAPH, "https://api.phone.com/v4", "https://api.youcanbook.me/v1"),
        (CALIGRAPH, "https://api.phone.com.", "https://api.youcanbook.me/v1"),
    ],
)
def test_credentials_of_one_service_are_never_sent_to_the_other(options: ServiceOptions, url: str, own: str) -> None:
    problem = str(url_problem(url, options))
    assert "is another service's host" in problem
    assert problem.endswith(f"for {options.title} it is {own}.")


@pytest.mark.parametrize("options", [PHONECOM, CALIGRAPH])
def test_the_default_address_is_taken(options: ServiceOptions) -> None:
    assert url_problem(options.default_url, options) is None


@given(st.ip_addresses())
def test_plain_http_is_for_loopback_addresses_only(address: object) -> None:
    text = str(address)
    host = f"[{text}]" if ":" in text else text
    loopback = text.startswith("127.") or text == "::1"
    assert is_loopback(text) is loopback
    assert (url_problem(f"http://{host}:1/v4", PHONECOM) is None) is loopback


@given(st.text(max_size=30))
def test_any_text_gets_an_answer(text: str) -> None:
    for url in (text, f"https://{text}", f"http://{text}/v4"):
        problem = url_problem(url, PHONECOM)
        assert problem is None or problem.endswith((".", ")."))
