# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where requests go: addresses, redirects, TLS, proxies; and that credentials never go anywhere else."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from sandbox import seeds
from sandbox.client import Sandbox, running, unused_port
from support.modules import call
from unit.services.scenario import assert_told, refused

PROFILE: dict[str, Any] = {"name": "New"}
HOOK: dict[str, Any] = {
    "profile_id": seeds.PAGE_WEBHOOK,
    "title": "New",
    "anchor": "NO_SHOW",
    "url": "https://hooks.example/",
}
SERVICES = [
    pytest.param(EVENT_PROFILE, PROFILE, id="phonecom"),
    pytest.param(WEBHOOK_ACTION, HOOK, id="caligraph"),
]


def options(sandbox: Sandbox, resource: Resource, **given: Any) -> dict[str, Any]:
    if resource.service == "phonecom":
        return {**sandbox.phonecom_options(), **PROFILE, **given}
    return {**sandbox.caligraph_options(), **HOOK, **given}


class Listener:
    """A second server, which notes what it is asked and by whom, and answers 200 with an empty object."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                listener.seen.append((self.command, self.path, dict(self.headers)))
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_GET = do_POST = do_PATCH = do_DELETE = do_CONNECT = answer

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


# Addresses that are refused before anything is sent


@pytest.mark.parametrize(("resource", "given"), SERVICES)
@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("http://api.example.org/v4", "plain http would show the credentials on the way to api.example.org; use https"),
        ("http://127.0.0.1.example.org/", "plain http"),
        ("http://0.0.0.0:1/", "plain http"),
        ("http://localhost.example.org/", "plain http"),
        ("http://[::ffff:127.0.0.1]/", "plain http"),
        ("https://user:s3cr3t@api.example.org/v4", "must not hold user info"),
        ("https://api.example.org/v4?x=1", "must not hold a query or a fragment"),
        ("https://api.example.org/v4?", "must not hold a query or a fragment"),
        ("https://api.example.org/v4#x", "must not hold a query or a fragment"),
        ("https://api.example.org\\@evil.example/", "backslash"),
        ("https://api.example.org/ v4", "a blank"),
        ("https://api.example.org/v4\n", "a control character"),
        ("ftp://api.example.org/", "is no URL of the form"),
        ("api.example.org/v4", "is no URL of the form"),
        ("https:///v4", "is no URL of the form"),
        ("https://[::1/v4", "is no valid URL"),
        ("https://api.example.org:99999/", "is no valid URL"),
    ],
)
def test_an_address_that_can_not_be_right_is_refused(
    sandbox: Sandbox, resource: Resource, given: dict[str, Any], url: str, part: str
) -> None:
    live = refused(resource, options(sandbox, resource, api_url=url), sandbox, "api_url: ", part)
    assert "s3cr3t" not in live["msg"]
    assert live["api"]["requests"] == 0


@pytest.mark.parametrize("host", ["{}", "{}.", "{}:443"])
def test_the_other_services_host_is_refused(sandbox: Sandbox, host: str) -> None:
    url = f"https://{host.format('API.YouCanBook.me')}/v1"
    refused(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, api_url=url), sandbox, "api_url: ", "another service's host")
    url = f"https://{host.format('api.Phone.com')}/v4"
    refused(WEBHOOK_ACTION, options(sandbox, WEBHOOK_ACTION, api_url=url), sandbox, "api_url: ", "another service's")


def test_an_address_with_a_slash_at_its_end_is_the_same(sandbox: Sandbox) -> None:
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, api_url=sandbox.phonecom_url + "/"), sandbox=sandbox)
    assert called["operation"] == "created"
    assert "//" not in called.log[0]["path"]


@pytest.mark.parametrize(("resource", "given"), SERVICES)
def test_a_wrong_path_is_a_404(sandbox: Sandbox, resource: Resource, given: dict[str, Any]) -> None:
    arguments = options(sandbox, resource, api_url=sandbox.url + "/v9")
    refused(resource, arguments, sandbox, "status 404", "Check ")


# No connection


@pytest.mark.parametrize(("resource", "given"), SERVICES)
def test_a_refused_connection(sandbox: Sandbox, resource: Resource, given: dict[str, Any]) -> None:
    url = f"http://127.0.0.1:{unused_port()}"
    called = call(resource, options(sandbox, resource, api_url=url, max_retries=2))
    assert_told(called, "the connection was refused", "Check api_url", "Tried 3 times over", url.split("//")[1])
    assert called["error"] == {"kind": "connection", "sent": False}
    assert called["api"]["requests"] == 3


@pytest.mark.parametrize(("resource", "given"), SERVICES)
def test_a_host_name_that_does_not_resolve(sandbox: Sandbox, resource: Resource, given: dict[str, Any]) -> None:
    called = call(resource, options(sandbox, resource, api_url="https://x.invalid", max_retries=1))
    assert_told(called, "the host name can't be resolved", "api_url", "Tried 2 times")


@pytest.mark.parametrize("host", ["a..b", "x" * 64 + ".example", "-", "xn--.example", "%41.example"])
def test_a_host_name_that_is_none(sandbox: Sandbox, host: str) -> None:
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, api_url=f"https://{host}", max_retries=0))
    assert_told(called, "api_url")


def test_a_host_that_does_not_answer(sandbox: Sandbox) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        # Further connections stay in the kernel's queue or are dropped: nobody ever accepts one.
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        arguments = options(sandbox, EVENT_PROFILE, api_url=url, max_retries=0, read_timeout=0.2, connect_timeout=0.2)
        called = call(EVENT_PROFILE, arguments)
    assert_told(called, "_timeout (0.2 s)")


# Redirects


@pytest.mark.parametrize(("resource", "given"), SERVICES)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(
    sandbox: Sandbox, listener: Listener, resource: Resource, given: dict[str, Any], status: int
) -> None:
    for method in ("GET", "POST", "PATCH"):
        sandbox.fault("redirect", method=method, times=None, status=status, location=f"{listener.url}/login?a=s3cr3t")
    live = refused(
        resource, options(sandbox, resource), sandbox,
        f"was redirected ({status}, to 127.0.0.1)", "not followed", "Correct api_url",
    )  # fmt: skip
    assert live["api"]["requests"] == 1
    assert "s3cr3t" not in live["msg"]
    assert listener.seen == []


@pytest.mark.parametrize(("resource", "given"), SERVICES)
@pytest.mark.parametrize(
    "location", ["", "/relative", "https://[::1", "//", "https://sandbox-token-of-1000002.example/"]
)
def test_a_redirect_to_nowhere(sandbox: Sandbox, resource: Resource, given: dict[str, Any], location: str) -> None:
    sandbox.fault("redirect", times=None, location=location)
    refused(resource, options(sandbox, resource), sandbox, "was redirected (302, to ")


def test_the_body_of_a_redirect_is_not_read(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        arguments = options(
            sandbox, EVENT_PROFILE, api_url=f"http://127.0.0.1:{server.getsockname()[1]}", read_timeout=5, max_retries=0
        )

        def answer() -> None:
            connection, _address = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: https://a.example\r\nContent-Length: 99\r\n\r\nx")
                # It ends when the client leaves: nothing more is ever sent.
                connection.recv(1)

        thread = threading.Thread(target=answer)
        thread.start()
        called = call(EVENT_PROFILE, arguments)
        thread.join()
    assert_told(called, "was redirected (302, to a.example)")


@pytest.mark.parametrize(("resource", "given"), SERVICES)
def test_a_redirect_of_a_write_writes_nothing(
    sandbox: Sandbox, listener: Listener, resource: Resource, given: dict[str, Any]
) -> None:
    sandbox.fault("redirect", method=["POST", "PATCH"], status=307, location=f"{listener.url}/")
    state = sandbox.state()
    called = call(resource, options(sandbox, resource), sandbox=sandbox)
    assert_told(called, "was redirected (307")
    assert called["changed"] is False
    assert sandbox.state() == state
    assert listener.seen == []


# The environment of the user


@pytest.mark.parametrize(("resource", "given"), SERVICES)
def test_netrc_does_not_replace_the_credentials(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, resource: Resource, given: dict[str, Any]
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\ndefault login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    assert call(resource, options(sandbox, resource), sandbox=sandbox)["operation"] == "created"


@pytest.mark.parametrize(("resource", "given"), SERVICES)
@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_loopback_never_goes_through_a_proxy(
    sandbox: Sandbox,
    listener: Listener,
    monkeypatch: pytest.MonkeyPatch,
    resource: Resource,
    given: dict[str, Any],
    name: str,
) -> None:
    monkeypatch.setenv(name, listener.url)
    assert call(resource, options(sandbox, resource), sandbox=sandbox)["operation"] == "created"
    assert listener.seen == []


def test_a_proxy_that_is_down_is_named(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{unused_port()}")
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, api_url="https://x.invalid", max_retries=0))
    assert_told(called, "the proxy", "HTTPS_PROXY")


def test_a_proxy_gets_no_credentials_of_the_api(
    sandbox: Sandbox, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", listener.url)
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, api_url="https://x.invalid", max_retries=0))
    assert called.failed
    assert [method for method, _path, _headers in listener.seen] == ["CONNECT"]
    assert seeds.PHONECOM_TOKEN not in json.dumps(listener.seen)


def test_a_proxy_of_the_environment_that_is_none(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://[")
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, api_url="https://x.invalid", max_retries=0))
    assert_told(called, "proxy")


# TLS


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Path]]:
    """The local API over TLS, and the certificate of its authority."""
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", "localhost")
    ca, cert, key = folder / "ca.pem", folder / "cert.pem", folder / "key.pem"
    authority.cert_pem.write_to_path(str(ca))
    issued.private_key_pem.write_to_path(str(key))
    cert.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    with running(limits="off", cert=cert, key=key, ca=ca) as found:
        yield found, ca


@contextmanager
def fresh(tls: tuple[Sandbox, Path]) -> Iterator[Sandbox]:
    tls[0].reset()
    yield tls[0]


@pytest.mark.parametrize(("resource", "given"), SERVICES)
def test_a_certificate_that_nobody_vouches_for(
    tls: tuple[Sandbox, Path], resource: Resource, given: dict[str, Any]
) -> None:
    with fresh(tls) as sandbox:
        live = refused(
            resource, options(sandbox, resource), sandbox, "its TLS certificate can't be verified", "ca_path"
        )
        assert live["api"]["requests"] == 1
        assert sandbox.log() == []


@pytest.mark.parametrize(("resource", "given"), SERVICES)
def test_a_certificate_that_ca_path_vouches_for(
    tls: tuple[Sandbox, Path], monkeypatch: pytest.MonkeyPatch, resource: Resource, given: dict[str, Any]
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file")
    monkeypatch.setenv("CURL_CA_BUNDLE", "/no/such/file")
    with fresh(tls) as sandbox:
        called = call(resource, options(sandbox, resource, ca_path=str(tls[1])), sandbox=sandbox)
        assert called["operation"] == "created"
        assert len({entry["connection"] for entry in called.log}) == 1


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environment_does_not_choose_whom_to_trust(
    tls: tuple[Sandbox, Path], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(tls[1]))
    with fresh(tls) as sandbox:
        refused(EVENT_PROFILE, options(sandbox, EVENT_PROFILE), sandbox, "can't be verified")


@pytest.mark.parametrize(("resource", "given"), SERVICES)
def test_unverified_certificates_earn_a_warning(
    tls: tuple[Sandbox, Path], recwarn: pytest.WarningsRecorder, resource: Resource, given: dict[str, Any]
) -> None:
    with fresh(tls) as sandbox:
        called = call(resource, options(sandbox, resource, validate_certs=False), sandbox=sandbox)
    assert called["operation"] == "created"
    assert len([text for text in called.warnings if "validate_certs is false" in text]) == 1
    assert not [item for item in recwarn if "InsecureRequest" in item.category.__name__]


def test_a_certificate_for_another_host(tls: tuple[Sandbox, Path]) -> None:
    with fresh(tls) as sandbox:
        url = sandbox.phonecom_url.replace("127.0.0.1", "127.0.0.2")
        arguments = options(sandbox, EVENT_PROFILE, api_url=url, ca_path=str(tls[1]), max_retries=0)
        assert_told(call(EVENT_PROFILE, arguments), "api_url")


def test_a_ca_path_that_is_no_certificate(tls: tuple[Sandbox, Path], tmp_path: Path) -> None:
    nonsense = tmp_path / "ca.pem"
    nonsense.write_text("nonsense", encoding="utf-8")
    with fresh(tls) as sandbox:
        arguments = options(sandbox, EVENT_PROFILE, ca_path=str(nonsense), max_retries=0)
        assert_told(call(EVENT_PROFILE, arguments), "ca_path")


def test_https_to_a_port_that_speaks_plain_http(sandbox: Sandbox) -> None:
    url = sandbox.phonecom_url.replace("http://", "https://")
    called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, api_url=url, max_retries=0))
    assert_told(called, "TLS", "api_url")


def test_plain_http_to_a_port_that_speaks_tls(tls: tuple[Sandbox, Path]) -> None:
    with fresh(tls) as sandbox:
        url = sandbox.phonecom_url.replace("https://", "http://")
        called = call(EVENT_PROFILE, options(sandbox, EVENT_PROFILE, api_url=url, max_retries=0))
    assert called.failed
    assert "exception" not in called.result
