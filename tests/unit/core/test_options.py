# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connection and transport options: one bundle of credentials, limits of each number, and what is no address."""

from __future__ import annotations

import itertools
import math
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils import _caligraph, _phonecom
from ansible_collections.commops.events.plugins.module_utils._errors import InvalidOption
from ansible_collections.commops.events.plugins.module_utils._options import (
    Credentials,
    ServiceOptions,
    TransportOptions,
    connection_spec,
    credentials,
    short_secret_warning,
    transport_options,
    transport_spec,
)

SERVICES = {options.service: options for options in (_phonecom.OPTIONS, _caligraph.OPTIONS)}
ACCOUNTS = {"phonecom": "1000002", "caligraph": "5ba4b9b5-3d3c-4cd3-95e9-3b9d9d7b9e0a"}
OTHERS = {"phonecom": "77", "caligraph": "me@example.com"}
SECRET = "given-secret-1"
SUBSETS = list(itertools.product([True, False], repeat=3))


def values(service: str, *, other: bool = False) -> tuple[str, str, str]:
    """Account, secret and URL of one bundle."""
    account = (OTHERS if other else ACCOUNTS)[service]
    return account, "other-secret" if other else SECRET, f"https://{'other' if other else 'own'}.example/v"


def task(options: ServiceOptions, mask: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(("account_id", options.secret, "api_url"), mask, strict=True))


def environment(options: ServiceOptions, mask: tuple[Any, ...]) -> dict[str, str]:
    names = (options.environment[name] for name in ("account_id", options.secret, "api_url"))
    return {name: value for name, value in zip(names, mask, strict=True) if value is not None}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("from_task", SUBSETS)
@pytest.mark.parametrize("from_environment", SUBSETS)
def test_credentials_are_of_the_task_or_of_the_environment_as_a_whole(
    service: str, from_task: tuple[bool, ...], from_environment: tuple[bool, ...]
) -> None:
    options = SERVICES[service]
    mine = values(service)
    theirs = values(service, other=True)
    params = task(options, tuple(value if there else None for value, there in zip(mine, from_task, strict=True)))
    env = environment(
        options, tuple(value if there else None for value, there in zip(theirs, from_environment, strict=True))
    )
    used, whole = (mine, from_task) if any(from_task) else (theirs, from_environment)
    if whole[0] and whole[1]:
        url = used[2] if whole[2] else options.default_url
        assert credentials(options, params, env) == Credentials(used[0], used[1], url)
        return
    with pytest.raises(InvalidOption) as caught:
        credentials(options, params, env)
    missing = options.secret if whole[0] else "account_id"
    assert caught.value.option == missing
    remedy = "credentials are one bundle" if any(from_task) else f"or set {options.environment[missing]}."
    assert caught.value.message.startswith(f"{missing}: is missing.") and remedy in caught.value.message
    assert SECRET not in caught.value.message and "other-secret" not in caught.value.message


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("empty", [0, 1, 2])
def test_an_empty_value_is_an_error_and_not_a_missing_one(service: str, empty: int) -> None:
    options = SERVICES[service]
    bundle = [*values(service)]
    bundle[empty] = ""
    name = ("account_id", options.secret, "api_url")[empty]
    with pytest.raises(InvalidOption) as caught:
        credentials(options, task(options, tuple(bundle)), environment(options, values(service, other=True)))
    assert caught.value.message == f"{name}: must not be empty."
    with pytest.raises(InvalidOption) as caught:
        credentials(options, {}, environment(options, tuple(bundle)))
    assert caught.value.message == f"{options.environment[name]}: must not be empty."


@pytest.mark.parametrize("service", SERVICES)
def test_an_empty_value_of_the_task_does_not_let_the_environment_in(service: str) -> None:
    options = SERVICES[service]
    with pytest.raises(InvalidOption, match=f"^{options.secret}: must not be empty"):
        credentials(options, {options.secret: ""}, environment(options, values(service)))


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("hush12\n", "begins or ends with a blank or a line break"),
        (" hush12", "begins or ends with a blank or a line break"),
        ("hush12\t", "begins or ends with a blank or a line break"),
        ("\u00a0hush12", "begins or ends with a blank or a line break"),
        (" ", "begins or ends with a blank or a line break"),
        ("to\nken", "holds a character that no HTTP header can carry"),
        ("to\r\nX-Other: 1", "holds a character that no HTTP header can carry"),
        ("to\0ken", "holds a character that no HTTP header can carry"),
        ("to\x7fken", "holds a character that no HTTP header can carry"),
        ("tökèn-12", "holds a character that no HTTP header can carry"),
        ("to\ud800ken", "holds a character that no HTTP header can carry"),
    ],
)
@pytest.mark.parametrize("service", SERVICES)
def test_a_secret_that_no_header_can_carry_is_refused_without_being_shown(
    service: str, secret: str, problem: str
) -> None:
    options = SERVICES[service]
    account, _secret, url = values(service)
    for params, env, name in (
        (task(options, (account, secret, url)), {}, options.secret),
        ({}, environment(options, (account, secret, url)), options.environment[options.secret]),
    ):
        with pytest.raises(InvalidOption) as caught:
            credentials(options, params, env)
        assert caught.value.message.startswith(f"{name}: {problem}")
        assert not secret.strip() or secret.strip() not in caught.value.message


def test_a_blank_within_a_secret_is_its_own() -> None:
    found = credentials(_phonecom.OPTIONS, task(_phonecom.OPTIONS, ("1", "to ken", None)), {})
    assert found == Credentials("1", "to ken", "https://api.phone.com/v4")


@pytest.mark.parametrize("account", ["0", "1000002", "1" * 18])
def test_a_voip_id_consists_of_digits(account: str) -> None:
    assert _phonecom.OPTIONS.account_problem(account) is None


@pytest.mark.parametrize("account", ["1" * 19, "-1", "1 ", "1\n", "a", "1/2", "٣", "1.0"])
def test_what_is_no_voip_id_is_shown_in_the_message(account: str) -> None:
    params = task(_phonecom.OPTIONS, (account, "secret", None))
    with pytest.raises(InvalidOption, match=r"^account_id: .* is no VoIP id; it consists of digits"):
        credentials(_phonecom.OPTIONS, params, {})


@pytest.mark.parametrize("account", ["me@example.com", ACCOUNTS["caligraph"], ACCOUNTS["caligraph"].upper()])
def test_a_booking_account_is_a_uuid_or_an_address(account: str) -> None:
    assert _caligraph.OPTIONS.account_problem(account) is None


@pytest.mark.parametrize("account", ["me", "@", "a@b@c", "me@example.com:x", "a b@c", "me@x/y", "123", "5ba4b9b5-3d3c"])
def test_what_is_no_booking_account_is_refused(account: str) -> None:
    assert "is neither the account's id (a UUID) nor its e-mail address" in str(
        _caligraph.OPTIONS.account_problem(account)
    )


def test_the_base_url_ends_without_a_slash() -> None:
    params = task(_phonecom.OPTIONS, ("1", "secret", "https://h.example/v4//"))
    assert credentials(_phonecom.OPTIONS, params, {}).api_url == "https://h.example/v4"


@pytest.mark.parametrize("service", SERVICES)
def test_connection_options_have_no_fallback_of_their_own(service: str) -> None:
    options = SERVICES[service]
    spec = connection_spec(options)
    assert set(spec) == {"account_id", options.secret, "api_url"}
    assert all("fallback" not in option for option in spec.values())
    assert [name for name, option in spec.items() if option.get("no_log")] == [options.secret]


# Transport options

DEFAULTS: dict[str, Any] = {name: option.get("default") for name, option in transport_spec().items()}


def test_defaults_are_those_of_the_argument_spec() -> None:
    assert transport_options(DEFAULTS) == TransportOptions()
    assert transport_options({**DEFAULTS, "request_budget": "off"}).request_budget is False


def test_all_but_validate_certs_have_an_environment_variable() -> None:
    with_fallback = {name: option["fallback"][1] for name, option in transport_spec().items() if "fallback" in option}
    assert set(DEFAULTS) - set(with_fallback) == {"validate_certs"}
    assert all(names == [f"COMMOPS_EVENTS_{name.upper()}"] for name, names in with_fallback.items())


@pytest.mark.parametrize("name", ["connect_timeout", "read_timeout", "deadline"])
@pytest.mark.parametrize("value", [0, 0.0, -1, -0.001, math.nan, math.inf, -math.inf, 86400.1, 1e300])
def test_a_time_out_of_range_is_refused(name: str, value: float) -> None:
    with pytest.raises(InvalidOption) as caught:
        transport_options({**DEFAULTS, name: value})
    assert caught.value.message == f"{name}: {value} is no time in seconds above 0 and up to 86400."


@pytest.mark.parametrize("name", ["connect_timeout", "read_timeout", "deadline"])
@given(value=st.floats(0, 86400, exclude_min=True))
def test_a_time_in_range_is_taken(name: str, value: float) -> None:
    assert getattr(transport_options({**DEFAULTS, name: value}), name) == value


@pytest.mark.parametrize("value", [-1, 101])
def test_retries_out_of_range_are_refused(value: int) -> None:
    with pytest.raises(InvalidOption, match=f"^max_retries: {value} is not between 0 and 100"):
        transport_options({**DEFAULTS, "max_retries": value})


@pytest.mark.parametrize("value", [0, 100])
def test_retries_in_range_are_taken(value: int) -> None:
    assert transport_options({**DEFAULTS, "max_retries": value}).max_retries == value


@pytest.mark.parametrize("value", [0, -0.1, 1.01, math.nan, math.inf])
def test_a_share_out_of_range_is_refused(value: float) -> None:
    with pytest.raises(InvalidOption, match="^request_budget_share: .* is no share above 0 and up to 1"):
        transport_options({**DEFAULTS, "request_budget_share": value})


@pytest.mark.parametrize("value", [1, 0.01])
def test_a_share_in_range_is_taken(value: float) -> None:
    assert transport_options({**DEFAULTS, "request_budget_share": value}).request_budget_share == value


def test_certificates_have_to_be_there(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    with pytest.raises(InvalidOption) as caught:
        transport_options({**DEFAULTS, "ca_path": str(path)})
    assert caught.value.message == f'ca_path: there is no file or folder "{path}".'
    path.touch()
    assert transport_options({**DEFAULTS, "ca_path": str(path)}).ca_path == str(path)
    assert transport_options({**DEFAULTS, "ca_path": os.curdir}).ca_path == os.curdir


@pytest.mark.parametrize(("value", "warned"), [("12345", True), ("", True), ("123456", False)])
def test_a_short_secret_earns_a_warning_that_does_not_show_it(value: str, warned: bool) -> None:
    warning = short_secret_warning("api_key", value)
    assert (warning is not None) == warned
    assert warning is None or (warning.startswith("api_key is shorter than 6") and "12345" not in warning)
