# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connection and transport options: their argument spec, and what they mean once validated."""

from __future__ import annotations

import ipaddress
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable
from urllib.parse import urlsplit

from ansible.module_utils.common.parameters import env_fallback

from ._errors import InvalidOption
from ._values import quoted

#: The services' own hosts: the credentials of one are never sent to another.
HOSTS = {"phonecom": "api.phone.com", "caligraph": "api.youcanbook.me"}

#: What ansible-core's own masking could hit in other text when a no_log value is this short.
SHORT_SECRET = 6


@dataclass(frozen=True)
class ServiceOptions:
    """How one service is reached: the names of its options, its address and what its account ids look like.

    account_problem: says what is wrong with an account id, or None. auth: makes the `requests` auth object.
    """

    service: str
    title: str
    secret: str
    environment: Mapping[str, str]
    default_url: str
    account_problem: Callable[[str], str | None]
    auth: Callable[[str, str], Callable[[Any], Any]]


@dataclass(frozen=True)
class Credentials:
    """One bundle: the account, its secret and the address that both are for."""

    account_id: str
    secret: str
    api_url: str


@dataclass(frozen=True)
class TransportOptions:
    """Validated transport options; times in seconds."""

    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    deadline: float = 120.0
    max_retries: int = 4
    request_budget: bool = True
    request_budget_share: float = 1.0
    validate_certs: bool = True
    ca_path: str | None = None


def _transport_option(name: str, kind: str, default: Any = None, choices: list[str] | None = None) -> dict[str, Any]:
    spec: dict[str, Any] = {"type": kind, "fallback": (env_fallback, [f"COMMOPS_EVENTS_{name.upper()}"])}
    if default is not None:
        spec["default"] = default
    if choices:
        spec["choices"] = choices
    return spec


def transport_spec() -> dict[str, Any]:
    """The argument spec of the transport options. `validate_certs` has no environment fallback, on purpose."""
    defaults = TransportOptions()
    return {
        "connect_timeout": _transport_option("connect_timeout", "float", defaults.connect_timeout),
        "read_timeout": _transport_option("read_timeout", "float", defaults.read_timeout),
        "deadline": _transport_option("deadline", "float", defaults.deadline),
        "max_retries": _transport_option("max_retries", "int", defaults.max_retries),
        "request_budget": _transport_option("request_budget", "str", "auto", ["auto", "off"]),
        "request_budget_share": _transport_option("request_budget_share", "float", defaults.request_budget_share),
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": _transport_option("ca_path", "path"),
    }


def connection_spec(options: ServiceOptions) -> dict[str, Any]:
    """The argument spec of a service's connection options.

    They have no environment fallback of their own: the bundle is taken from the environment as a whole or not at all.
    """
    return {
        "account_id": {"type": "str"},
        options.secret: {"type": "str", "no_log": True},
        "api_url": {"type": "str"},
    }


def transport_options(params: Mapping[str, Any]) -> TransportOptions:
    """The transport options of validated parameters. Raises InvalidOption for a value out of range."""
    for name in ("connect_timeout", "read_timeout", "deadline"):
        value = params[name]
        if not math.isfinite(value) or not 0 < value <= 86400:
            raise InvalidOption(name, f"{value} is no time in seconds above 0 and up to 86400.")
    if not 0 <= params["max_retries"] <= 100:
        raise InvalidOption("max_retries", f"{params['max_retries']} is not between 0 and 100.")
    share = params["request_budget_share"]
    if not math.isfinite(share) or not 0 < share <= 1:
        raise InvalidOption("request_budget_share", f"{share} is no share above 0 and up to 1.")
    ca_path = params["ca_path"]
    if ca_path is not None and not os.path.exists(ca_path):
        raise InvalidOption("ca_path", f"there is no file or folder {quoted(ca_path)}.")
    return TransportOptions(
        connect_timeout=params["connect_timeout"],
        read_timeout=params["read_timeout"],
        deadline=params["deadline"],
        max_retries=params["max_retries"],
        request_budget=params["request_budget"] == "auto",
        request_budget_share=share,
        validate_certs=params["validate_certs"],
        ca_path=ca_path,
    )


def credentials(options: ServiceOptions, params: Mapping[str, Any], environment: Mapping[str, str]) -> Credentials:
    """The bundle of the task or else of the environment, checked. Raises InvalidOption.

    The environment counts only where the task gives none of the three, so that one account's id never meets another
    account's token.
    """
    names = ("account_id", options.secret, "api_url")
    given = [name for name in names if params.get(name) is not None]
    if given:
        bundle = {name: params.get(name) for name in names}
        source = {name: name for name in names}
    else:
        bundle = {name: environment.get(options.environment[name]) for name in names}
        source = {name: options.environment[name] for name in names}
    for name in names:
        if bundle[name] == "":
            raise InvalidOption(source[name], "must not be empty.")
    for name in names[:2]:
        if bundle[name] is not None:
            continue
        if given:
            raise InvalidOption(
                name,
                f"is missing. The task gives {' and '.join(given)}, so the environment is not asked for the rest:"
                f" credentials are one bundle.",
            )
        raise InvalidOption(
            name, f"is missing. Give it in the task or in module_defaults, or set {options.environment[name]}."
        )
    account_id, secret = str(bundle["account_id"]), str(bundle[options.secret])
    problem = options.account_problem(account_id)
    if problem:
        raise InvalidOption(source["account_id"], problem)
    problem = _header_problem(secret)
    if problem:
        raise InvalidOption(source[options.secret], problem)
    api_url = str(bundle["api_url"] or options.default_url)
    problem = url_problem(api_url, options)
    if problem:
        raise InvalidOption(source["api_url"], problem)
    return Credentials(account_id, secret, api_url.rstrip("/"))


def _header_problem(secret: str) -> str | None:
    if secret != secret.strip():
        return "begins or ends with a blank or a line break; remove it (a file read with a lookup often ends so)."
    if not secret.isprintable() or not secret.isascii():
        return "holds a character that no HTTP header can carry, such as a line break; copy it again."
    return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its literal address, or `localhost`."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        # A name, or a short form such as 127.1, of which it depends on the system what it means.
        return False


def url_problem(url: str, options: ServiceOptions) -> str | None:
    """What is wrong with an `api_url`, or None."""
    # What may hold a password or a token, or be one that came to stand here, is in no message.
    shown = quoted(url) if "://" in url and "@" not in url and "?" not in url else "the value"
    if "\\" in url or any(not char.isprintable() or char.isspace() for char in url):
        return f"{shown} holds a backslash, a blank or a control character."
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "is no valid URL."
    if parts.username is not None or parts.password is not None:
        return f"must not hold user info; give account_id and {options.secret} instead."
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        return "must not hold a query or a fragment."
    if parts.scheme not in ("https", "http") or not host:
        return f"{shown} is no URL of the form https://HOST/PATH, such as {options.default_url}."
    if not host.isascii():
        return f"{quoted(host)} holds characters that look like others; write the host's name in its ASCII form (xn--)."
    if parts.scheme == "http" and not is_loopback(host):
        return f"plain http would show the credentials on the way to {host}; use https://."
    if host.rstrip(".") in (known for service, known in HOSTS.items() if service != options.service):
        return f"{host} is another service's host; for {options.title} it is {options.default_url}."
    return None


def short_secret_warning(name: str, value: str) -> str | None:
    """A warning about a secret so short that ansible-core's masking may hit other text, or None."""
    if len(value) >= SHORT_SECRET:
        return None
    return (
        f"{name} is shorter than {SHORT_SECRET} characters: ansible-core masks such a value wherever it stands,"
        " so other text of the output may be masked too."
    )
