# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secret URLs and bodies, and backups: what is shown, what a file holds, who can read it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION, WEBHOOK_ACTIONS
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call, check_live_again
from unit.services.scenario import assert_told, refused

TITLE = seeds.WEBHOOK["title"]
CANARIES = ("old-s3cr3t", "new-s3cr3t", "theirs-s3cr3t")


def options(sandbox: Sandbox, **given: Any) -> dict[str, Any]:
    return sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK, title=TITLE, **given)


def with_secrets(sandbox: Sandbox) -> None:
    """Our webhook and a foreign one, each with a secret in its URL, its body and its headers."""
    ours = {
        "to": "https://user:old-s3cr3t@a.example/p?token=old-s3cr3t&b=1",
        "body": '{"key": "old-s3cr3t"}',
        "headers": {"X-Auth": "old-s3cr3t"},
    }
    theirs = {
        "title": "Theirs",
        "to": "https://b.example/hook/theirs-s3cr3t?t=theirs-s3cr3t",
        "body": "theirs-s3cr3t",
        "headers": {"X-Other": "theirs-s3cr3t"},
    }
    sandbox.set_actions([*sandbox.actions()[:3], {**seeds.WEBHOOK, **theirs}, {**seeds.WEBHOOK, **ours}])


def text_of(*found: Any) -> str:
    return json.dumps(found)


def test_secret_parts_of_urls_and_secret_fields_are_never_shown(sandbox: Sandbox) -> None:
    with_secrets(sandbox)
    arguments = options(
        sandbox,
        url="https://user:new-s3cr3t@a.example/p?token=new-s3cr3t&b=2",
        body={"key": "new-s3cr3t"},
        secret_headers={"X-Auth": "new-s3cr3t"},
        secret_fields=["body"],
    )
    predicted, live, again = check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    assert live["action"]["url"] == "https://(secret)@a.example/p?token=(secret)&b=(secret)"
    assert live["action"]["body"] == "(secret)"
    assert live["diff"]["before"]["body"] == "(secret, old value)"
    assert live["diff"]["after"]["body"] == "(secret, new value)"
    assert live["diff"]["before"]["url"] == (
        "https://(secret, old value)@a.example/p?token=(secret, old value)&b=(secret, old value)"
    )
    shown = text_of(predicted.result, live.result, again.result, live.warnings)
    assert not [canary for canary in CANARIES if canary in shown]


def test_a_whole_url_can_be_secret(sandbox: Sandbox) -> None:
    arguments = options(sandbox, url="https://hooks.example/services/new-s3cr3t", secret_fields=["url"])
    predicted, live, again = check_live_again(WEBHOOK_ACTION, arguments, sandbox)
    assert live["action"]["url"] == "(secret)"
    assert "s3cr3t" not in text_of(predicted.result, live.result, again.result)


def test_what_is_purged_shows_no_more_of_its_url_than_the_host(sandbox: Sandbox) -> None:
    with_secrets(sandbox)
    arguments = sandbox.caligraph_options(
        profile_id=seeds.PAGE_WEBHOOK, actions=[], purge=True, purge_only={"everything": True}, max_deletions=2
    )
    predicted, live, _again = check_live_again(WEBHOOK_ACTIONS, arguments, sandbox)
    theirs = next(diff for diff in live["diff"] if diff["before"].get("title") == "Theirs")
    assert theirs["before"]["url"] == "https://b.example/(secret)"
    assert theirs["before"]["secret_headers"] == {"X-Other": "(secret)"}
    shown = text_of(predicted["drift"], live["drift"], live["operations"], live["diff"])
    assert "?t=" not in shown
    for name in ("url", "secret_headers"):
        assert "theirs-s3cr3t" not in text_of([diff["before"][name] for diff in live["diff"]])


@pytest.mark.parametrize("how", ["echo", "encoded"])
def test_an_answer_that_repeats_a_secret_is_withheld(sandbox: Sandbox, how: str) -> None:
    with_secrets(sandbox)
    texts = {"echo": "bad header new-s3cr3t", "encoded": "bad body bmV3LXMzY3IzdA=="}
    message = {"code": "caligraph_invalid_payload", "message": texts[how]}
    sandbox.fault("status", status=400, method="PATCH", json=message)
    called = call(WEBHOOK_ACTION, options(sandbox, secret_headers={"X-Auth": "new-s3cr3t"}), sandbox=sandbox)
    assert_told(called, "status 400", "withheld")
    assert "s3cr3t" not in text_of(called.result)
    assert "bmV3" not in text_of(called.result)


def test_an_answer_that_repeats_what_the_server_has_is_withheld(sandbox: Sandbox) -> None:
    with_secrets(sandbox)
    message = {"code": "caligraph_invalid_payload", "message": "bad header theirs-s3cr3t"}
    sandbox.fault("status", status=400, method="PATCH", json=message)
    called = call(WEBHOOK_ACTION, options(sandbox, offset_minutes=3), sandbox=sandbox)
    assert_told(called, "status 400", "withheld")
    assert "s3cr3t" not in called["msg"]


def test_a_short_secret_earns_a_warning(sandbox: Sandbox) -> None:
    called = call(WEBHOOK_ACTION, options(sandbox, secret_headers={"X-Pin": "123"}), check=True, sandbox=sandbox)
    assert any("shorter than 6 characters" in text for text in called.warnings)


# Backups


def backup(folder: Path) -> Path:
    found = list(folder.iterdir())
    assert len(found) == 1
    return found[0]


def test_a_backup_is_written_before_the_list_and_holds_no_secret(sandbox: Sandbox, tmp_path: Path) -> None:
    with_secrets(sandbox)
    folder = tmp_path / "deep" / "backups"
    before = sandbox.actions()
    arguments = options(sandbox, offset_minutes=9, secret_fields=["body", "url"], backup_dir=str(folder))
    checked = call(WEBHOOK_ACTION, arguments, check=True, sandbox=sandbox)
    assert not folder.exists()
    assert "backup_file" not in checked.result
    live = call(WEBHOOK_ACTION, arguments, sandbox=sandbox)
    path = backup(folder)
    assert live["backup_file"] == str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["profile_id"] == seeds.PAGE_WEBHOOK
    assert content["secrets"] is False
    assert [raw["id"] for raw in content["actions"]] == [raw["id"] for raw in before]
    assert content["actions"][4]["offsetMinutes"] == 0
    assert content["actions"][4]["headers"] == {"X-Auth": None}
    assert "old-s3cr3t" not in path.read_text(encoding="utf-8")
    assert "s3cr3t" not in path.name
    again = call(WEBHOOK_ACTION, arguments, sandbox=sandbox)
    assert "backup_file" not in again.result
    assert backup(folder) == path


def test_a_backup_holds_secrets_only_where_the_task_says_so(sandbox: Sandbox, tmp_path: Path) -> None:
    with_secrets(sandbox)
    before = sandbox.actions()
    arguments = options(sandbox, offset_minutes=9, backup_dir=str(tmp_path / "b"), backup_secrets=True)
    live = call(WEBHOOK_ACTION, arguments, sandbox=sandbox)
    content = json.loads(Path(live["backup_file"]).read_text(encoding="utf-8"))
    assert content["secrets"] is True
    assert content["actions"] == before
    assert "s3cr3t" not in text_of(live["action"]["secret_headers"], live["action"]["url"])


def test_the_backup_of_a_write_that_failed_is_there_and_named(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.fault("status", status=400, method="PATCH")
    arguments = options(sandbox, offset_minutes=9, backup_dir=str(tmp_path / "b"))
    called = call(WEBHOOK_ACTION, arguments, sandbox=sandbox)
    assert called.failed
    assert called["backup_file"] == str(backup(tmp_path / "b"))


def test_a_folder_that_can_not_be_one_is_refused_in_check_mode_too(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    arguments = options(sandbox, offset_minutes=9, backup_dir=str(tmp_path / "file" / "b"))
    refused(WEBHOOK_ACTION, arguments, sandbox, "backup_dir", "is no folder")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    arguments = options(sandbox, offset_minutes=9, backup_dir=str(tmp_path / "closed"))
    refused(WEBHOOK_ACTION, arguments, sandbox, "backup_dir", "can't be written to")
