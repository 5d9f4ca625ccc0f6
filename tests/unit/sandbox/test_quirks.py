"""Every quirk, played each way."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import seeds
from sandbox.client import Sandbox, SandboxError
from sandbox.quirks import QUIRKS

NEW: dict[str, Any] = {**seeds.WEBHOOK, "title": "New"}
HEADERS = {"test": "test1234", "another": "headerhere"}
ALL = "actions,actions.*,actions.headers,actions.headers.*"


def test_defaults(sandbox: Sandbox) -> None:
    assert sandbox.quirks() == {name: quirk.default for name, quirk in QUIRKS.items()}
    described = sandbox.quirks_described()
    assert set(described) == set(QUIRKS)
    assert described["caligraph_ids"]["values"] == ["keep", "renew"]
    assert described["phonecom_limit_cap"]["values"] == "int"


def test_every_value_is_accepted(sandbox: Sandbox) -> None:
    for name, quirk in QUIRKS.items():
        for value in (1, 7) if quirk.values == (int,) else quirk.values:
            assert sandbox.quirks(**{name: value})[name] == value
    sandbox.reset_quirks()
    assert sandbox.quirks() == {name: quirk.default for name, quirk in QUIRKS.items()}


@pytest.mark.parametrize(
    "changes",
    [
        {"nonsense": 1},
        {"caligraph_ids": "lose"},
        {"phonecom_total": 1},
        {"phonecom_total": "true"},
        {"phonecom_limit_cap": 0},
        {"phonecom_limit_cap": True},
        {"phonecom_limit_cap": "5"},
        {"phonecom_total": True, "nonsense": 1},
    ],
)
def test_bad_quirks_change_nothing(sandbox: Sandbox, changes: dict[str, Any]) -> None:
    before = sandbox.quirks()
    with pytest.raises(SandboxError, match=next(reversed(changes))):
        sandbox.quirks(**changes)
    assert sandbox.quirks() == before


# --- Caligraph: reading ---


def webhook(caligraph: Any, fields: str) -> dict[str, Any]:
    action: dict[str, Any] = caligraph.page(fields).json()["actions"][-1]
    return action


def test_actions_wildcard_ignored(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.quirks(caligraph_actions_wildcard="ignored")
    assert webhook(caligraph, "actions,actions.*") == {}
    assert webhook(caligraph, "actions,actions.*,actions.id") == {"id": seeds.WEBHOOK_ID}
    assert caligraph.page("title,actions.*").json() == {"title": "Intake call"}


@pytest.mark.parametrize(
    ("mode", "fields", "expected"),
    [
        ("ignored", "actions,actions.id,actions.headers.*", None),
        ("ignored", "actions,actions.headers,actions.headers.*", {}),
        ("ignored", "actions.headers.*,actions.headers.test", {"test": "test1234"}),
        ("empty", "actions,actions.id,actions.headers.*", {}),
        ("empty", "actions.headers.*,actions.headers.test", {"test": "test1234"}),
        ("absent", "actions,actions.headers,actions.headers.*", None),
        ("absent", "actions.headers.*,actions.headers.test", {"test": "test1234"}),
        ("absent", "actions.headers.*,actions.headers.nope", None),
    ],
)
def test_headers_wildcard(
    sandbox: Sandbox, caligraph: Any, mode: str, fields: str, expected: dict[str, str] | None
) -> None:
    sandbox.quirks(caligraph_headers_wildcard=mode)
    assert webhook(caligraph, fields).get("headers") == expected


def test_named_headers_ignored(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.quirks(caligraph_named_headers="ignored")
    assert webhook(caligraph, "actions,actions.headers.test") == {}
    assert webhook(caligraph, "actions,actions.headers,actions.headers.test") == {"headers": {}}
    assert webhook(caligraph, "actions.headers.*") == {"headers": HEADERS}


def test_wildcard_includes_headers(sandbox: Sandbox, caligraph: Any) -> None:
    assert "headers" not in webhook(caligraph, "actions,actions.*")
    sandbox.quirks(caligraph_wildcard_includes_headers=True)
    assert webhook(caligraph, "actions,actions.*")["headers"] == HEADERS


def test_child_without_parent_ignored(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.quirks(caligraph_child_without_parent="ignored")
    assert caligraph.page("id,actions.id").json() == {"id": seeds.PAGE_WEBHOOK}
    assert webhook(caligraph, "actions,actions.id") == {"id": seeds.WEBHOOK_ID}
    assert webhook(caligraph, "actions,actions.headers.*") == {}
    assert webhook(caligraph, "actions,actions.headers,actions.headers.*") == {"headers": HEADERS}


def test_unknown_paths_refused(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.quirks(caligraph_unknown_paths="refused")
    for bad in ("headers", "actions,actions.nonsense", "nonsense.x", "actions.id.x", "headers.x-auth-token"):
        answer = caligraph.page(bad)
        assert (answer.status_code, answer.json()["code"]) == (400, "caligraph_invalid_payload")
    for good in (ALL, "id,actions.headers.anything", "*", "title,actions.fromName"):
        assert caligraph.page(good).status_code == 200


def test_mask_headers(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.set_actions([{**seeds.WEBHOOK, "headers": {"Authorization": "s3cret", "test": "x"}}])
    assert caligraph.actions()[0]["headers"] == {"Authorization": "s3cret", "test": "x"}
    sandbox.quirks(caligraph_mask_headers="true")
    read = caligraph.actions()
    assert read[0]["headers"] == {"Authorization": True, "test": "x"}
    assert caligraph.patch(read).status_code == 200  # accepted, and the secret is lost
    assert sandbox.actions()[0]["headers"] == {"Authorization": "true", "test": "x"}


@pytest.mark.parametrize(("mode", "expected"), [("list", {"actions": []}), ("null", {"actions": None}), ("absent", {})])
def test_empty_actions(sandbox: Sandbox, caligraph: Any, mode: str, expected: dict[str, Any]) -> None:
    sandbox.quirks(caligraph_empty_actions=mode)
    assert caligraph.page(ALL, seeds.PAGE_EMPTY).json() == expected
    assert len(caligraph.page(ALL).json()["actions"]) == 4


def test_list_shape(sandbox: Sandbox, caligraph: Any) -> None:
    def listed(**params: object) -> Any:
        return caligraph.call("GET", "profiles", params=params).json()

    assert isinstance(listed(), list)
    sandbox.quirks(caligraph_list_shape="items")
    assert len(listed()["items"]) == 3
    sandbox.quirks(caligraph_list_shape="lone")
    assert len(listed()) == 3
    assert listed(maxResults=1)["id"] == seeds.PAGE_WEBHOOK
    assert listed(page=5) == []


def test_list_paging_and_sizes(sandbox: Sandbox, caligraph: Any) -> None:
    def size(**params: object) -> int:
        return len(caligraph.call("GET", "profiles", params=params).json())

    sandbox.quirks(caligraph_list_paging="ignored")
    assert [size(page=1), size(maxResults=1)] == [3, 3]
    sandbox.quirks(caligraph_list_paging="honoured", caligraph_page_size_default=2)
    assert [size(), size(page=1), size(maxResults=3)] == [2, 1, 3]
    sandbox.quirks(caligraph_max_results_cap=1)
    assert [size(), size(maxResults=3), size(maxResults=3, page=2)] == [1, 1, 1]


# --- Caligraph: writing ---


def test_ids_renew(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.quirks(caligraph_ids="renew")
    before = caligraph.actions()
    caligraph.patch(before)
    after = caligraph.actions()
    assert not {a["id"] for a in before} & {a["id"] for a in after}
    assert [{**a, "id": 0} for a in before] == [{**a, "id": 0} for a in after]


def test_ids_required(sandbox: Sandbox, caligraph: Any) -> None:
    read = caligraph.actions()
    bare = [{key: value for key, value in action.items() if key != "id"} for action in read]
    sandbox.quirks(caligraph_ids_required=True)
    assert caligraph.patch(bare).status_code == 400
    assert caligraph.patch([*read, NEW]).status_code == 200
    assert caligraph.patch([*read, bare[0]]).status_code == 200  # a double of a listed one is new
    sandbox.quirks(caligraph_ids_required=False)
    assert caligraph.patch(bare).status_code == 200


def test_unknown_id(sandbox: Sandbox, caligraph: Any) -> None:
    gone = {**NEW, "id": "11111111-0000-4000-8000-000000000000"}
    assert caligraph.patch([gone]).status_code == 200
    assert sandbox.actions()[0]["id"] != gone["id"]
    sandbox.quirks(caligraph_unknown_id="refused")
    assert caligraph.patch([gone]).status_code == 400


def test_missing_key(sandbox: Sandbox, caligraph: Any) -> None:
    before = sandbox.set_actions([{**seeds.WEBHOOK, "offsetMinutes": 9, "colour": "red", "fromName": "x"}])[0]
    part = {"id": before["id"], "type": "WEBHOOK", "anchor": "BOOKING_CREATED", "title": "New"}
    caligraph.patch([part])
    kept = sandbox.actions()[0]
    assert {**kept, "updated": 0} == {**before, "title": "New", "updated": 0}
    sandbox.quirks(caligraph_missing_key="reset")
    caligraph.patch([part])
    reset = sandbox.actions()[0]
    assert (reset["headers"], reset["offsetMinutes"], reset["body"], reset["status"]) == ({}, 0, None, "TEMPLATE")
    assert not {"colour", "fromName"} & set(reset)
    assert (reset["id"], reset["created"]) == (before["id"], before["created"])


def test_incomplete_new_action(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.quirks(caligraph_incomplete_new_action="refused")
    assert caligraph.patch([{}]).status_code == 400
    assert caligraph.patch([{"type": "WEBHOOK", "anchor": "BOOKING_CREATED"}]).status_code == 200


def test_order(sandbox: Sandbox, caligraph: Any) -> None:
    anchors = ["NO_SHOW", "BOOKING_CREATED", "BOOKING_ENDS"]
    sent = [{**NEW, "anchor": anchor} for anchor in anchors]

    def stored(order: str) -> list[str]:
        sandbox.quirks(caligraph_order=order)
        caligraph.patch(sent)
        return [action["anchor"] for action in sandbox.actions()]

    assert stored("keep") == anchors
    assert stored("reverse") == anchors[::-1]
    assert stored("by_anchor") == sorted(anchors)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("HTTPS://Me:Pw@WebhookURL.com", "https://Me:Pw@webhookurl.com/"),
        ("https://a.example.org/Path?Q=1#F", "https://a.example.org/Path?Q=1#F"),
        ("https://[::1", "https://[::1"),
        ("no url", "no url"),
    ],
)
def test_normalise_url(sandbox: Sandbox, caligraph: Any, sent: str, stored: str) -> None:
    sandbox.quirks(caligraph_normalise_url=True)
    caligraph.patch([*caligraph.actions(), {**NEW, "to": sent}])
    actions = sandbox.actions()
    assert actions[-1]["to"] == stored
    assert actions[-2]["to"] == "https://webhookURL.com"  # what comes back unchanged stays
    sandbox.quirks(caligraph_normalise_url=False)
    caligraph.patch([{**NEW, "to": sent}])
    assert sandbox.actions()[0]["to"] == sent


def test_normalise_body(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.quirks(caligraph_normalise_body=True)
    bodies = [seeds.WEBHOOK_BODY, "{FNAME} said", '{"é": 1.0}', ""]
    caligraph.patch([{**NEW, "body": body} for body in bodies])
    stored = [action["body"] for action in sandbox.actions()]
    assert stored[0].startswith('{"startsAt":"{START-LOCAL-DATE}","id":"{ID}",')
    assert stored[1:] == ["{FNAME} said", '{"é":1.0}', ""]


def test_header_names_lower(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.quirks(caligraph_header_names="lower")
    caligraph.patch([{**NEW, "headers": {"X-Auth-Token": "Abc"}}])
    assert sandbox.actions()[0]["headers"] == {"x-auth-token": "Abc"}


def test_patch_ignores_fields(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.quirks(caligraph_patch_honours_fields=False)
    assert "actions" not in caligraph.patch([NEW], fields=ALL).json()


def test_patch_writes_only_fields(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.quirks(caligraph_patch_writes_only_fields=True)
    read = caligraph.actions()
    caligraph.patch([{**read[3], "to": "https://new.example.org/", "body": "new"}], fields="actions,actions.to")
    (after,) = sandbox.actions()
    assert (after["to"], after["body"]) == ("https://new.example.org/", seeds.WEBHOOK_BODY)
    caligraph.patch([{**read[3], "body": "new"}])
    assert sandbox.actions()[0]["body"] == "new"


def test_patch_response(sandbox: Sandbox, caligraph: Any) -> None:
    def answer(mode: str) -> Any:
        sandbox.quirks(caligraph_patch_response=mode)
        return caligraph.patch([NEW], fields="actions,actions.title")

    assert answer("profile").json() == {"actions": [{"title": "New"}]}
    assert answer("actions").json() == {"actions": sandbox.actions()}
    assert answer("empty").json() == {}
    nothing = answer("no_content")
    assert (nothing.status_code, nothing.content) == (204, b"")


def test_empty_patch(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.quirks(caligraph_empty_patch="ignored")
    assert caligraph.patch([]).status_code == 200
    assert len(sandbox.actions()) == 4
    sandbox.quirks(caligraph_empty_patch="refused")
    assert caligraph.patch([]).status_code == 400
    sandbox.quirks(caligraph_empty_patch="deletes_all")
    assert caligraph.patch([]).status_code == 200
    assert sandbox.actions() == []


def test_one_bad_action_applies_the_rest(sandbox: Sandbox, caligraph: Any) -> None:
    sandbox.quirks(caligraph_one_bad_action="apply_rest")
    answer = caligraph.patch([NEW, {**NEW, "anchor": "BOOKING_CANCELED"}, {**NEW, "title": "Last"}])
    assert (answer.status_code, answer.json()["code"]) == (400, "caligraph_invalid_payload")
    assert [action["title"] for action in sandbox.actions()] == ["New", "Last"]


# --- Caligraph: errors ---


@pytest.mark.parametrize("status", [401, 403, 404])
def test_foreign_profile_status(sandbox: Sandbox, caligraph: Any, status: int) -> None:
    sandbox.quirks(caligraph_foreign_profile_status=status)
    answer = caligraph.page(page_id=seeds.PAGE_FOREIGN)
    assert (answer.status_code, answer.json()["httpStatusCode"]) == (status, status)


@pytest.mark.parametrize(
    ("mode", "keys"),
    [
        ("all", {"type", "code", "message", "status", "errors", "httpStatusCode"}),
        ("minimal", {"code", "message"}),
        ("http_code", {"type", "code", "message", "status", "errors", "httpCode"}),
        ("both_codes", {"type", "code", "message", "status", "errors", "httpCode", "httpStatusCode"}),
    ],
)
def test_error_keys(sandbox: Sandbox, caligraph: Any, mode: str, keys: set[str]) -> None:
    sandbox.quirks(caligraph_error_keys=mode)
    assert set(caligraph.patch("x").json()) == keys


# --- Phone.com ---


def test_total(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.quirks(phonecom_total=True)
    sandbox.add_profiles(40)
    assert phonecom.get(params={"offset": 30}).json()["total"] == 42
    assert phonecom.get("callbacks", params={"filters[profile_id]": 1}).json()["total"] == 0


def test_limit_cap(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.quirks(phonecom_limit_cap=10)
    sandbox.add_profiles(40)
    answer = phonecom.get(params={"limit": 500}).json()
    assert (answer["limit"], len(answer["items"])) == (10, 10)


def test_offset_null(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.quirks(phonecom_offset_null=True)
    answer = phonecom.get(params={"offset": 1}).json()
    assert answer["offset"] is None
    assert [item["id"] for item in answer["items"]] == [383]


def test_account_list_includes_extensions(sandbox: Sandbox, phonecom: Any) -> None:
    (made,) = sandbox.add_profiles(1, extension=seeds.PHONECOM_EXTENSION)
    sandbox.quirks(phonecom_account_list_includes_extensions=True)
    assert [item["id"] for item in phonecom.get().json()["items"]] == [made, 389, 383]
    assert phonecom.get(f"profiles/{made}").json()["extension_id"] == seeds.PHONECOM_EXTENSION
    assert phonecom.get("profiles/389", extension=seeds.PHONECOM_EXTENSION).status_code == 404


def test_post_answers(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.quirks(phonecom_post_answer="empty", phonecom_post_status=201)
    answer = phonecom.post({"name": "x", "support_email": None})
    assert (answer.status_code, answer.json()) == (201, {})
    assert sandbox.profiles()[0]["name"] == "x"


def test_normalise_name(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.quirks(phonecom_normalise_name=True)
    assert phonecom.post({"name": " x ", "support_email": None}).json()["name"] == "x"
    assert phonecom.patch("profiles/389", {"name": "y "}).json()["name"] == "y"


def test_unique_names(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.quirks(phonecom_unique_names=True)
    name = sandbox.profiles()[0]["name"]
    assert phonecom.post({"name": name, "support_email": None}).status_code == 409
    assert phonecom.patch("profiles/383", {"name": name}).status_code == 409
    assert phonecom.patch("profiles/389", {"name": name}).status_code == 200
    assert phonecom.post({"name": name, "support_email": None}, extension=101).status_code == 200


def test_mask_headers_off(sandbox: Sandbox, phonecom: Any) -> None:
    sandbox.quirks(phonecom_mask_headers=False)
    headers = phonecom.get(f"callbacks/{seeds.CALLBACK}").json()["config"]["headers"]
    assert headers[0] == {"name": "Authorization", "value": "Bearer sandbox-receiver"}


@pytest.mark.parametrize(
    ("mode", "host", "status"),
    [
        ("off", "x.invalid", 200),
        ("invalid_refused", "x.invalid", 422),
        ("invalid_refused", "x.example.org", 200),
        ("all_refused", "x.example.org", 422),
    ],
)
def test_url_check(sandbox: Sandbox, phonecom: Any, mode: str, host: str, status: int) -> None:
    sandbox.quirks(phonecom_url_check=mode)
    answer = phonecom.post({"mode": "HTTPS", "config": {"url": f"https://{host}/"}}, "callbacks")
    assert answer.status_code == status
