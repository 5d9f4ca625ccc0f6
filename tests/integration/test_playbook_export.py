# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `export` writes is the live state, applies with no change, and nothing in it that came from an API is run."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

from sandbox import seeds
from sandbox.client import Sandbox
from support.playbooks import Played, play

Obj = dict[str, Any]

#: What the exported files take from a vault, whatever the accounts are called here.
SECRETS = {
    f"vault_{name}_{variable}": value
    for name in ("north", "south_1")
    for variable, value in (
        ("phonecom_api_token", seeds.PHONECOM_TOKEN if name == "north" else seeds.PHONECOM_OTHER_TOKEN),
        ("caligraph_api_key", seeds.CALIGRAPH_KEY if name == "north" else seeds.CALIGRAPH_OTHER_KEY),
    )
}


class Exports:
    """A folder with exports, and the accounts that they are of."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.run = folder / "run"
        self.folder = self.run / "exported"
        self.accounts: Obj = {
            "north": {"phonecom": sandbox.phonecom_options(), "caligraph": sandbox.caligraph_options()},
            "south-1": {
                "phonecom": sandbox.phonecom_options(
                    account_id=str(seeds.PHONECOM_OTHER_ACCOUNT), api_token=seeds.PHONECOM_OTHER_TOKEN
                ),
                "caligraph": sandbox.caligraph_options(
                    account_id=seeds.CALIGRAPH_OTHER_ACCOUNT, api_key=seeds.CALIGRAPH_OTHER_KEY
                ),
            },
        }

    def export(self, *arguments: str, code: int = 0, fast_path: str = "auto", **variables: Any) -> Played:
        """Run `export`, which sends only GETs; no output and no file holds a secret."""
        before = self.sandbox.mark()
        given = {
            "commops_events_accounts": self.accounts,
            "commops_events_export_dir": "exported",
            **variables,
        }
        played = play("commops.events.export", self.run, *arguments, variables=given, fast_path=fast_path)
        assert played.code == code, played.output
        assert self.sandbox.unsafe_requests(before) == []
        told = played.output + "".join(self.texts().values())
        hidden = [*SECRETS.values(), *seeds.WEBHOOK["headers"].values()]
        assert [secret for secret in hidden if secret in told] == []
        return played

    def texts(self) -> dict[str, str]:
        """All files, by name."""
        return {path.name: path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("*"))}

    def read(self, name: str = "north") -> Obj:
        """One account of a file, as Ansible reads it."""
        found: Obj = DataLoader().load_from_file(str(self.folder / f"{name}.yml"))["commops_events_accounts"][name]
        return found

    def play(self, playbook: str, file: str, *arguments: str, fast_path: str = "auto") -> Played:
        """Run a playbook with one of the files."""
        return play(
            f"commops.events.{playbook}",
            self.run,
            *("-e", f"@exported/{file}.yml", *arguments),
            variables=SECRETS,
            fast_path=fast_path,
        )


@pytest.fixture
def exports(sandbox: Sandbox, tmp_path: Path) -> Exports:
    return Exports(sandbox, tmp_path)


def test_an_export_has_no_drift_and_check_mode_tells_what_another_one_would_change(exports: Exports) -> None:
    exports.export("--check")
    assert not exports.folder.exists()
    exports.export()
    texts = exports.texts()
    assert list(texts) == ["all.yml", "north.yml", "south-1.yml"]
    assert stat.S_IMODE(exports.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in exports.folder.iterdir()} == {0o600}
    blocks = [texts[name].partition("commops_events_accounts:\n")[2] for name in ("north.yml", "south-1.yml")]
    assert texts["all.yml"].endswith("commops_events_accounts:\n" + "".join(blocks))

    before = exports.sandbox.mark()
    audited = exports.play("audit", "all")
    assert audited.code == 0, audited.output
    assert exports.sandbox.unsafe_requests(before) == []
    # all lists were compared: the profiles and the pages of both accounts
    assert len(exports.sandbox.log(before)) == 6

    exports.folder.chmod(0o755)
    edit = {"id": seeds.PROFILE_FREE, "fields": {"support_email": "new@example.org"}}
    exports.sandbox.rival("phonecom", "update", account=seeds.PHONECOM_ACCOUNT, **edit)
    again = exports.export("--check", "--diff")
    changed = [(item["host"], item["task"]) for item in again.tasks if item["result"].get("changed")]
    assert changed == [
        ("north", "Write the variables file of the account"),
        ("localhost", "Write the variables file of all accounts"),
    ]
    assert again.stdout.count("\n+          support_email: new@example.org\n") == 2
    assert exports.texts() == texts
    assert stat.S_IMODE(exports.folder.stat().st_mode) == 0o755


def test_an_account_that_fails_spares_the_others_and_leaves_the_common_file_alone(exports: Exports) -> None:
    exports.folder.mkdir(parents=True)
    (exports.folder / "all.yml").write_text("old\n")
    # A declared set of pages stands for all of them.
    exports.accounts["north"]["caligraph"]["pages"] = [{"profile_title_pattern": "x*", "actions": []}]
    exports.sandbox.fault("status", status=403, service="caligraph", account=seeds.CALIGRAPH_OTHER_ACCOUNT, times=None)
    played = exports.export(code=2)
    assert list(exports.texts()) == ["all.yml", "north.yml"]
    assert exports.texts()["all.yml"] == "old\n"
    assert played.result("All accounts were exported")["msg"].endswith(": south-1")
    assert len(exports.read()["caligraph"]["pages"]) == 3


def test_declared_pages_are_the_ones_to_export_and_variables_are_called_as_the_user_says(exports: Exports) -> None:
    pages = [{"profile_title": "Workshop"}, {"profile_subdomain": "intake", "actions": []}]
    exports.accounts = {"north": {"caligraph": exports.sandbox.caligraph_options(pages=pages)}}
    exports.export(commops_events_export_key="my_key", commops_events_export_header="vault_{name}_{header}")
    found = exports.read()
    assert list(found) == ["caligraph"]
    assert found["caligraph"]["api_key"] == "{{ my_key }}"
    pages = found["caligraph"]["pages"]
    assert [next(iter(page.items())) for page in pages] == [
        ("profile_subdomain", "intake"),
        ("profile_title", "Workshop"),
    ]
    headers = {"another": "{{ vault_north_another }}", "test": "{{ vault_north_test }}"}
    assert pages[0]["actions"][0]["secret_headers"] == headers


@pytest.mark.parametrize(
    ("accounts", "message"),
    [
        ({"a-b": {}, "a.b": {}}, "have to differ in more than dots and hyphens"),
        ({"a": {"phonecom": {"account_id": "1"}}}, "missing required arguments: api_token"),
    ],
)
def test_wrong_variables_are_refused_before_anything_is_sent(exports: Exports, accounts: Obj, message: str) -> None:
    exports.accounts = accounts
    played = exports.export(code=2)
    assert message in " ".join(played.output.split())
    assert exports.sandbox.log() == []
    assert list(exports.run.rglob("*.yml")) == []


# What comes from an API may be anything.


def evil(canary: Path) -> list[str]:
    """Texts that would touch the canary as templates, or be something else than a text in YAML."""
    run = f"lookup('pipe', 'touch {canary}')"
    return [
        f"{{{{ {run} }}}}",
        f"see {{%- if {run} %}}x{{% endif %}}",
        f"#jinja2: variable_start_string: '[['\n[[ {run} ]]",
        f"{{# {run} #}}",
        f'it\'s "{{{{ {run} }}}}"\nname: x',
        "x\ncommops_events_accounts: {}",
        "line\n  - name: injected",
        "# no comment",
        "!unsafe x",
        "yes",
        "2026-01-01",
        "0o7",
        " outer blanks ",
        "\u2028\u2029\x85\x01\x7f\u202e",
        "e\u0301 \U0001f600",
    ]


def poison(exports: Exports, texts: list[str]) -> None:
    """Put such texts wherever the APIs have any."""
    profiles = [{"name": text, "support_email": "desk@example.org"} for text in texts]
    exports.sandbox.set_profiles([*profiles, {"name": texts[0], "support_email": None}])
    bodies = [{**seeds.WEBHOOK, "title": text, "body": f"say {text}"} for text in texts]
    last = {"title": "Door", "to": f"https://door.example.org/{''.join(texts[0].split())}", "anchor": texts[0]}
    headers = {"null": "value-1", "#!*'`|~": "value-2", "yes": "value-3", texts[0]: "value-4"}
    exports.sandbox.set_actions([*seeds.default_emails(1), *bodies, {**seeds.WEBHOOK, **last, "headers": headers}])
    # One page with all that, and one whose title is such a text.
    state = exports.sandbox.state()["caligraph"]
    state["accounts"][0]["profiles"] = state["accounts"][0]["profiles"][:1]
    exports.sandbox.put_state(caligraph=state)
    exports.sandbox.add_pages(1, title=texts[0])
    exports.accounts = {"north": exports.accounts["north"]}


@pytest.mark.parametrize("fast_path", ["on", "off"])
def test_a_hostile_account_comes_back_as_it_is_and_nothing_of_it_is_run(
    exports: Exports, tmp_path: Path, fast_path: str
) -> None:
    canary = tmp_path / "canary"
    texts = evil(canary)
    poison(exports, texts)
    state = exports.sandbox.state()
    exports.export(fast_path=fast_path, commops_events_export_page_key="profile_title")
    found = exports.read()
    profiles = found["phonecom"]["profiles"]
    assert sorted(profile["name"] for profile in profiles) == sorted([*texts, texts[0]])
    pages = {page["profile_title"]: page["actions"] for page in found["caligraph"]["pages"]}
    assert set(pages) == {"Intake call", texts[0]}
    assert sorted(action["title"] for action in pages["Intake call"]) == sorted([*texts, "Door"])

    applied = exports.play("apply", "north", "-v", fast_path=fast_path)
    assert applied.code == 0, applied.output
    assert exports.sandbox.state() == state
    assert not canary.exists()

    # What is told of such an account is not run either.
    edit = {"fields": {"support_email": texts[4]}}
    assert exports.sandbox.rival("phonecom", "update", account=seeds.PHONECOM_ACCOUNT, **edit)
    assert exports.sandbox.rival("caligraph", "replace", page_id=seeds.PAGE_WEBHOOK, action={"body": texts[4]})
    audited = exports.play("audit", "north", "-v", "--diff", fast_path=fast_path)
    assert audited.code == 2
    assert "webhook action '{{ lookup('pipe'" in audited.output
    assert not canary.exists()

    # Without its tag the same text is run: this could not pass because nothing is run anyway.
    (scalar,) = set(re.findall(r"- name: !unsafe ('\{\{.*)", exports.texts()["north.yml"]))
    (exports.run / "untagged.yml").write_text(f"name: {scalar}\n")
    tasks = [{"ansible.builtin.debug": {"var": "name"}}]
    play([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}], exports.run, "-e", "@untagged.yml")
    assert canary.exists()
