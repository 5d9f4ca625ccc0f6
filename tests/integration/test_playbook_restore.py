# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`restore` undoes what a backup was made of, and refuses what belongs elsewhere before anything is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTIONS
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import call
from support.playbooks import Played, play

Obj = dict[str, Any]

SECRETS = ["first-receiver-secret", "second-receiver-secret", seeds.CALIGRAPH_KEY]
WEBHOOKS = [
    {**seeds.WEBHOOK, "title": "First", "headers": {"X-Auth-Token": SECRETS[0]}},
    {**seeds.WEBHOOK, "title": "{{ lookup('pipe', 'false') }}", "headers": {"X-Auth-Token": SECRETS[1]}},
]


class Undo:
    """A page that was changed, and the backup of what it was before."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self._folder = folder
        self.stored = sandbox.set_actions([*seeds.default_emails(1), *WEBHOOKS])
        entries = [{"title": "First", "state": "absent"}, {"title": WEBHOOKS[1]["title"], "anchor": "NO_SHOW"}]
        options = {"profile_id": seeds.PAGE_WEBHOOK, "backup_dir": str(folder / "backups"), "backup_secrets": True}
        changed = call(WEBHOOK_ACTIONS, sandbox.caligraph_options(actions=entries, **options))
        self.backup = Path(changed["backup_file"])
        sandbox.clear_log()

    def restore(self, *arguments: str, fast_path: str = "auto", **variables: Any) -> Played:
        """Run `restore`; no output holds a secret."""
        given = {
            "commops_events_accounts": {"clinic": {"caligraph": self.sandbox.caligraph_options()}},
            "commops_events_restore_file": str(self.backup),
            **variables,
        }
        playbook = "commops.events.restore"
        played = play(playbook, self._folder / "run", *arguments, variables=given, fast_path=fast_path)
        assert [secret for secret in SECRETS if secret in played.output] == []
        return played

    def refused(self, message: str, **variables: Any) -> None:
        """Run `restore`, which fails with a message and writes nothing."""
        state = self.sandbox.state()
        played = self.restore(**variables)
        assert played.code == 2
        assert message in " ".join(played.output.split())
        assert self.sandbox.unsafe_requests() == []
        assert self.sandbox.state() == state

    def now(self) -> list[Obj]:
        return [self.plain(item) for item in self.sandbox.actions()]

    @staticmethod
    def plain(item: Obj) -> Obj:
        return {key: value for key, value in item.items() if key not in (*seeds.SERVER_SET, "id")}


@pytest.fixture
def undo(sandbox: Sandbox, tmp_path: Path) -> Undo:
    return Undo(sandbox, tmp_path)


@pytest.mark.parametrize("fast_path", ["on", "off"])
def test_the_page_is_again_what_it_was(undo: Undo, fast_path: str) -> None:
    undo.sandbox.rival("caligraph", "add", page_id=seeds.PAGE_WEBHOOK, action={**seeds.WEBHOOK, "title": "Since then"})
    if fast_path == "on":
        assert undo.restore("--check", "-vvv", fast_path=fast_path).code == 0
        assert undo.sandbox.unsafe_requests() == []
    played = undo.restore("-vvv", fast_path=fast_path, commops_events_restore_max_deletions=1)
    assert played.code == 0, played.output
    was = [undo.plain(item) for item in undo.stored]
    assert sorted(undo.now(), key=json.dumps) == sorted(was, key=json.dumps)
    # What it was in between was saved too, with its secrets as the first backup.
    (other,) = set(undo.backup.parent.iterdir()) - {undo.backup}
    saved = json.loads(other.read_text())
    assert (saved["secrets"], saved["actions"][-1]["title"]) == (True, "Since then")


def test_more_deletions_than_allowed_are_refused(undo: Undo) -> None:
    undo.sandbox.rival("caligraph", "add", page_id=seeds.PAGE_WEBHOOK, action={**seeds.WEBHOOK, "title": "Since then"})
    undo.refused("max_deletions: 1 webhook actions would be purged", commops_events_restore_max_deletions=0)


def test_a_backup_of_another_account_is_refused(undo: Undo) -> None:
    other = undo.sandbox.caligraph_options(account_id=seeds.CALIGRAPH_OTHER_ACCOUNT, api_key=seeds.CALIGRAPH_OTHER_KEY)
    accounts = {"clinic": {"caligraph": undo.sandbox.caligraph_options()}, "other": {"caligraph": other}}
    undo.refused(
        f"The backup is one of account {seeds.CALIGRAPH_ACCOUNT}, which is not what other.caligraph.account_id says.",
        commops_events_accounts=accounts,
        commops_events_account_name="other",
    )
    # Which one is meant has to be said where there are several.
    undo.refused("Give commops_events_account_name", commops_events_accounts=accounts)
    assert undo.sandbox.log() == []


def test_a_backup_of_a_page_that_the_account_does_not_have_is_refused(undo: Undo) -> None:
    moved = {**json.loads(undo.backup.read_text()), "profile_id": seeds.PAGE_FOREIGN}
    undo.backup.write_text(json.dumps(moved))
    undo.refused(f"the booking page {seeds.PAGE_FOREIGN}, which account clinic doesn't have.")


def test_what_is_no_backup_is_refused(undo: Undo) -> None:
    undo.backup.write_text(undo.backup.read_text()[:-3])
    undo.refused("this is no backup of webhook actions: it is no JSON.")
    undo.refused("Give commops_events_restore_file, the path of a backup.", commops_events_restore_file="nowhere.json")
