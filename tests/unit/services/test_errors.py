# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong before anything works: each is one message that names the option and the remedy; nothing is sent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import (
    WEBHOOK_ACTION,
    WEBHOOK_ACTION_INFO,
    WEBHOOK_ACTIONS,
)
from ansible_collections.commops.events.plugins.module_utils._phonecom import (
    EVENT_PROFILE,
    EVENT_PROFILE_INFO,
    EVENT_PROFILES,
)
from ansible_collections.commops.events.plugins.module_utils._phonecom_profiles import EventProfiles
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from ansible_collections.commops.events.plugins.module_utils._service import Outcome, Wanted
from sandbox import seeds
from sandbox.client import Sandbox
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
INFOS = [
    pytest.param(EVENT_PROFILE_INFO, {}, id="phonecom"),
    pytest.param(WEBHOOK_ACTION_INFO, {"profile_id": seeds.PAGE_WEBHOOK}, id="caligraph"),
]


def options(sandbox: Sandbox, resource: Resource, given: dict[str, Any]) -> dict[str, Any]:
    base = sandbox.phonecom_options() if resource.service == "phonecom" else sandbox.caligraph_options()
    return {**base, **given}


# The library

MISSING = """
import json, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "requests":
            raise ImportError("No module named 'requests'")

sys.meta_path.insert(0, Blocker())
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.commops.events.plugins.module_utils._arguments import argument_spec
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE
from ansible_collections.commops.events.plugins.module_utils._runner import Invocation, run

given = json.loads(sys.argv[1])
params = ArgumentSpecValidator(argument_spec(EVENT_PROFILE)).validate(given).validated_parameters
print(json.dumps(run(EVENT_PROFILE, Invocation(params, set(given)), print)))
"""


@pytest.mark.parametrize(("given", "parts"), [({}, ("requests", "pip install requests")), ({"name": " "}, ("name: ",))])
def test_without_the_library_a_task_says_what_to_install(
    sandbox: Sandbox, given: dict[str, Any], parts: tuple[str, ...]
) -> None:
    arguments = json.dumps(sandbox.phonecom_options(**{"name": "New", **given}))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-c", MISSING, arguments], env=environment, capture_output=True, text=True, check=True
    )
    result = json.loads(ran.stdout)
    assert result["failed"] is True
    assert all(part in result["msg"] for part in parts), result
    assert "exception" not in result
    assert result["changed"] is False
    assert result["api"]["requests"] == 0
    assert sandbox.log() == []


# Credentials


@pytest.mark.parametrize(("resource", "given"), SERVICES)
@pytest.mark.parametrize("missing", ["account_id", "secret"])
def test_half_of_the_credentials_is_refused_and_the_environment_is_no_help(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, resource: Resource, given: dict[str, Any], missing: str
) -> None:
    name = resource.options.secret if missing == "secret" else missing
    monkeypatch.setenv(resource.options.environment["account_id"], seeds.CALIGRAPH_ACCOUNT)
    monkeypatch.setenv(resource.options.environment[resource.options.secret], "from-the-environment")
    arguments = options(sandbox, resource, given)
    del arguments[name]
    live = refused(resource, arguments, sandbox, f"{name}: is missing", "the environment is not asked", "one bundle")
    assert live["error"] == {"kind": "option", "option": name}
    assert sandbox.log() == []


@pytest.mark.parametrize(("resource", "given"), SERVICES)
def test_no_credentials_at_all(sandbox: Sandbox, resource: Resource, given: dict[str, Any]) -> None:
    variable = resource.options.environment["account_id"]
    refused(resource, given, sandbox, "account_id: is missing", "module_defaults", variable)


@pytest.mark.parametrize(("resource", "given"), SERVICES)
@pytest.mark.parametrize("missing", ["account_id", "secret"])
def test_half_of_the_credentials_in_the_environment(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, resource: Resource, given: dict[str, Any], missing: str
) -> None:
    name = resource.options.secret if missing == "secret" else missing
    for option, value in options(sandbox, resource, {}).items():
        if option != name:
            monkeypatch.setenv(resource.options.environment[option], value)
    refused(resource, given, sandbox, f"{name}: is missing", resource.options.environment[name])
    assert sandbox.log() == []


@pytest.mark.parametrize(("resource", "given"), SERVICES)
def test_credentials_from_the_environment(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, resource: Resource, given: dict[str, Any]
) -> None:
    for option, value in options(sandbox, resource, {}).items():
        monkeypatch.setenv(resource.options.environment[option], value)
    assert call(resource, given, sandbox=sandbox)["operation"] == "created"


@pytest.mark.parametrize(("resource", "given"), SERVICES)
@pytest.mark.parametrize("name", ["account_id", "secret", "api_url"])
def test_an_empty_credential_is_refused(sandbox: Sandbox, resource: Resource, given: dict[str, Any], name: str) -> None:
    name = resource.options.secret if name == "secret" else name
    refused(resource, {**options(sandbox, resource, given), name: ""}, sandbox, f"{name}: must not be empty")


@pytest.mark.parametrize(("resource", "given"), SERVICES)
@pytest.mark.parametrize("secret", ["s3cr3t-token\n", " s3cr3t-token", "s3cr3t\r\nX-Evil: 1", "s3cr3t\0", "s3cr3t-☎"])
def test_a_secret_that_no_header_can_carry_is_refused_and_not_shown(
    sandbox: Sandbox, resource: Resource, given: dict[str, Any], secret: str
) -> None:
    arguments = {**options(sandbox, resource, given), resource.options.secret: secret}
    live = refused(resource, arguments, sandbox, f"{resource.options.secret}: ")
    assert "s3cr3t" not in json.dumps(live.result)
    assert sandbox.log() == []


@pytest.mark.parametrize(
    ("resource", "given", "account", "part"),
    [
        (EVENT_PROFILE, PROFILE, "me@example.org", "is no VoIP id"),
        (EVENT_PROFILE, PROFILE, "../1000002", "is no VoIP id"),
        (EVENT_PROFILE, PROFILE, "1000002\n", "is no VoIP id"),
        (EVENT_PROFILE, PROFILE, "١٢٣", "is no VoIP id"),
        (WEBHOOK_ACTION, HOOK, "1000002", "neither the account's id (a UUID) nor its e-mail address"),
        (WEBHOOK_ACTION, HOOK, "me:you@example.org", "neither the account's id"),
        (WEBHOOK_ACTION, HOOK, "a/b@example.org", "neither the account's id"),
    ],
)
def test_an_account_id_of_the_wrong_form_is_refused(
    sandbox: Sandbox, resource: Resource, given: dict[str, Any], account: str, part: str
) -> None:
    arguments = {**options(sandbox, resource, given), "account_id": account}
    refused(resource, arguments, sandbox, "account_id: ", part)
    assert sandbox.log() == []


# Refused by the API


@pytest.mark.parametrize(("resource", "given"), SERVICES)
def test_a_wrong_secret(sandbox: Sandbox, resource: Resource, given: dict[str, Any]) -> None:
    arguments = {**options(sandbox, resource, given), resource.options.secret: "s3cr3t-but-wrong"}
    live = refused(resource, arguments, sandbox, "was refused by", resource.options.title, resource.options.secret)
    assert "s3cr3t" not in json.dumps(live.result)
    assert live.methods == ["GET"]
    assert live["error"]["kind"] == "api"
    assert live["error"]["status"] in (401, 404)


@pytest.mark.parametrize(
    ("account", "parts"),
    [
        (str(seeds.PHONECOM_OTHER_ACCOUNT), ("status 403", "api_token and account_id belong together")),
        ("77", ("status 404", "Check account_id")),
    ],
)
def test_a_wrong_account_of_phonecom(sandbox: Sandbox, account: str, parts: tuple[str, ...]) -> None:
    refused(EVENT_PROFILE, sandbox.phonecom_options(name="New", account_id=account), sandbox, *parts)


def test_an_unknown_extension(sandbox: Sandbox) -> None:
    refused(EVENT_PROFILE, sandbox.phonecom_options(name="New", extension_id=999), sandbox, "404", "extension_id")
    refused(EVENT_PROFILE, sandbox.phonecom_options(name="New", extension_id=0), sandbox, "extension_id: 0 is no id")


def test_a_wrong_account_of_caligraph(sandbox: Sandbox) -> None:
    arguments = sandbox.caligraph_options(**HOOK)
    refused(
        WEBHOOK_ACTION, {**arguments, "account_id": seeds.CALIGRAPH_OTHER_ACCOUNT}, sandbox,
        "status 404", "ycbm_api_account_not_found", "Check account_id and api_key",
    )  # fmt: skip


@pytest.mark.parametrize("keys", ["all", "minimal", "http_code", "both_codes"])
def test_caligraphs_errors_in_all_their_forms(sandbox: Sandbox, keys: str) -> None:
    sandbox.quirks(caligraph_error_keys=keys)
    arguments = sandbox.caligraph_options(**{**HOOK, "profile_id": "no-such-page"})
    refused(WEBHOOK_ACTION, arguments, sandbox, "status 401", "ycbm_api_account_insufficient_permissions")


def test_what_caligraph_says_of_single_fields_is_told(sandbox: Sandbox) -> None:
    errors = [{"code": "x", "field": "to", "message": "is not reachable"}, {"code": "too_long", "field": "title"}, 5]
    message = {"code": "caligraph_invalid_payload", "message": "Invalid payload", "errors": errors}
    sandbox.fault("status", status=400, method="PATCH", json=message)
    called = call(WEBHOOK_ACTION, sandbox.caligraph_options(**HOOK), sandbox=sandbox)
    assert_told(called, "to is not reachable", "title too_long")


@pytest.mark.parametrize("errors", [5, True, "text", {"field": "to"}, None, [None, 5, [], {}]])
def test_errors_of_caligraph_that_are_no_list_are_left_out(sandbox: Sandbox, errors: Any) -> None:
    message = {"code": "caligraph_invalid_payload", "message": "Invalid payload", "errors": errors}
    sandbox.fault("status", status=400, method="PATCH", json=message)
    called = call(WEBHOOK_ACTION, sandbox.caligraph_options(**HOOK), sandbox=sandbox)
    assert_told(called, "status 400 (caligraph_invalid_payload: Invalid payload)")


def test_what_phonecom_says_in_several_messages_is_told(sandbox: Sandbox) -> None:
    error = {"@message": "Invalid", "@messages": ["name is too long", "e-mail is bad"], "@code": "E7", "@proxy": True}
    sandbox.fault("status", status=422, method="POST", json={"@error": error})
    called = call(EVENT_PROFILE, sandbox.phonecom_options(name="New"), sandbox=sandbox)
    assert_told(called, "the proxy in front of Phone.com", "Invalid; name is too long; e-mail is bad")
    assert called["error"] == {"kind": "api", "status": 422, "code": "E7"}


@pytest.mark.parametrize(("resource", "given"), SERVICES)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 422])
def test_a_refusal_is_final(sandbox: Sandbox, resource: Resource, given: dict[str, Any], status: int) -> None:
    sandbox.fault("status", status=status, method="GET", message="Because", times=None)
    live = refused(resource, options(sandbox, resource, given), sandbox, f"status {status}", "Because")
    assert live["api"]["requests"] == 1
    assert live["api"]["retries"] == 0


@pytest.mark.parametrize(("resource", "given"), SERVICES)
@pytest.mark.parametrize("fault", ["html", "text", "html_error"])
def test_a_page_of_a_proxy_is_told_in_short(
    sandbox: Sandbox, resource: Resource, given: dict[str, Any], fault: str
) -> None:
    if fault == "html":
        sandbox.fault("html", method="GET", times=None, body="<h1>Sign\nin</h1>" + "x" * 5000)
    else:
        status = 200 if fault == "text" else 403
        sandbox.fault("status", status=status, method="GET", times=None, body="<h1>Sign\nin</h1>" + "x" * 5000)
    live = refused(resource, options(sandbox, resource, given), sandbox, "<h1>Sign in</h1>", "status ")
    assert len(live["msg"]) < 500
    assert live["api"]["requests"] == 1


@pytest.mark.parametrize(("resource", "given"), SERVICES)
def test_the_secret_in_an_answer_is_withheld(sandbox: Sandbox, resource: Resource, given: dict[str, Any]) -> None:
    arguments = options(sandbox, resource, given)
    secret = arguments[resource.options.secret]
    sandbox.fault("html", method="GET", times=None, body=f"You sent: {secret}")
    live = refused(resource, arguments, sandbox, "withheld")
    assert secret not in json.dumps(live.result)


# Options of a resource


@pytest.mark.parametrize("name", ["", " ", "\t\n"])
def test_an_empty_name_is_refused(sandbox: Sandbox, name: str) -> None:
    refused(EVENT_PROFILE, sandbox.phonecom_options(name=name), sandbox, "name: must not be")
    refused(WEBHOOK_ACTION, sandbox.caligraph_options(**{**HOOK, "title": name}), sandbox, "title: must not be")
    assert sandbox.log() == []


@pytest.mark.parametrize(
    "address", ["me", "me@", "@example.org", "a b@example.org", "a@b@c", "a@b\n", "a\0@example.org"]
)
def test_a_bad_address_is_refused(sandbox: Sandbox, address: str) -> None:
    arguments = sandbox.phonecom_options(name="New", support_email=address)
    refused(EVENT_PROFILE, arguments, sandbox, "support_email: ", "is no e-mail address")
    assert sandbox.log() == []


@pytest.mark.parametrize(
    "url",
    ["hooks.example/", "ftp://hooks.example/", "https://", "https:///path", "https://hooks.example:0/", "https://[::1",
     "https://hooks.example:99999/", "https://hooks.example/a b", "https://hooks.example/\n", "javascript:alert(1)"],
)  # fmt: skip
def test_a_bad_url_is_refused(sandbox: Sandbox, url: str) -> None:
    refused(WEBHOOK_ACTION, sandbox.caligraph_options(**{**HOOK, "url": url}), sandbox, "url: ")
    assert sandbox.log() == []


def test_a_masked_url_is_no_url(sandbox: Sandbox) -> None:
    arguments = sandbox.caligraph_options(**{**HOOK, "url": "https://hooks.example/?t=(secret)"})
    refused(WEBHOOK_ACTION, arguments, sandbox, "url: ", "masked value")


@pytest.mark.parametrize("page", ["", "../accounts", "a/b", "a?b", "a b", "."])
def test_a_bad_page_id_is_refused(sandbox: Sandbox, page: str) -> None:
    refused(WEBHOOK_ACTION, sandbox.caligraph_options(**{**HOOK, "profile_id": page}), sandbox, "profile_id: ")
    assert sandbox.log() == []


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"connect_timeout": 0}, "connect_timeout: "),
        ({"read_timeout": -1}, "read_timeout: "),
        ({"deadline": float("inf")}, "deadline: "),
        ({"deadline": float("nan")}, "deadline: "),
        ({"max_retries": -1}, "max_retries: "),
        ({"max_retries": 101}, "max_retries: "),
        ({"request_budget_share": 0}, "request_budget_share: "),
        ({"request_budget_share": 1.1}, "request_budget_share: "),
        ({"ca_path": "/no/such/file"}, "ca_path: there is no file or folder"),
    ],
)
def test_a_transport_option_out_of_range_is_refused(sandbox: Sandbox, given: dict[str, Any], part: str) -> None:
    refused(EVENT_PROFILE, sandbox.phonecom_options(name="New", **given), sandbox, part)
    assert sandbox.log() == []


@pytest.mark.parametrize(("resource", "given"), INFOS)
def test_an_info_module_fails_with_the_same_words(sandbox: Sandbox, resource: Resource, given: dict[str, Any]) -> None:
    arguments = {**options(sandbox, resource, given), "account_id": "x"}
    refused(resource, arguments, sandbox, "account_id: ")


@pytest.mark.parametrize("resource", [EVENT_PROFILES, WEBHOOK_ACTIONS])
def test_a_plural_module_fails_with_the_same_words(sandbox: Sandbox, resource: Resource, tmp_path: Path) -> None:
    given = {resource.many: [], **({"profile_id": "a"} if resource.service == "caligraph" else {})}
    refused(resource, {**options(sandbox, resource, given), "account_id": "x"}, sandbox, "account_id: ")


@pytest.mark.parametrize("wrote", [False, True])
def test_a_fault_of_this_collection_tells_its_place_and_no_text(sandbox: Sandbox, wrote: bool) -> None:
    text = "s3cr3t"

    class Broken(EventProfiles):
        def apply(self, wanted: Wanted) -> Outcome:
            if wrote:
                super().apply(wanted)
            raise RuntimeError(text)

    resource = replace(EVENT_PROFILE, connect=lambda kind, connection: [Broken(kind, connection)])
    called = call(resource, options(sandbox, EVENT_PROFILE, PROFILE))
    assert called["msg"].startswith("Unexpected RuntimeError in test_errors.py, line ")
    assert called["error"] == {"kind": "fault"}
    assert called["changed"] is wrote
    assert "s3cr3t" not in json.dumps(called.result)


def test_check_mode_can_not_write_whatever_a_service_does(sandbox: Sandbox) -> None:
    class Rash(EventProfiles):
        def predict(self, wanted: Wanted) -> Outcome:
            return self.apply(wanted)

    resource = replace(EVENT_PROFILE, connect=lambda kind, connection: [Rash(kind, connection)])
    called = call(resource, options(sandbox, EVENT_PROFILE, PROFILE), check=True, sandbox=sandbox)
    assert_told(called, "Check mode must not send POST")
    assert called["changed"] is False
