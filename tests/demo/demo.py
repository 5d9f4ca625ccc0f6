# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make demo`: audits two drifted accounts, applies what is declared, and audits again, against the local API.

The exit code is 0 only if each step did what it says.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from sandbox import seeds  # noqa: E402
from sandbox.client import Sandbox, running  # noqa: E402

EVENTS = "tests/demo/events.yml"
OLD_CRM_TOKEN, NEW_CRM_TOKEN = "demo-token-of-the-old-crm", "demo-token-of-the-new-crm"

LIVE_PROFILES: list[dict[str, Any]] = [
    {"name": "Front desk", "support_email": "somebody-who-left@harbour.example.org"},
    {"name": "Pharmacy", "support_email": None},
]
LIVE_WEBHOOK = {
    **seeds.WEBHOOK,
    "title": "Tell the CRM of a booking",
    "to": "https://old-crm.harbour.example.org/hook",
    "body": '{"id": "{ID}", "email": "{EMAIL}"}',
    "headers": {"X-Auth-Token": OLD_CRM_TOKEN},
}


class Failed(Exception):
    """A step did not do what it says."""


@dataclass
class Ran:
    """One run of a playbook, and the methods of the requests that it took."""

    code: int
    output: str
    errors: str
    methods: set[str]


class Demo:
    """The steps, and the local API that they work on."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._sandbox = sandbox
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        personal = ("ANSIBLE_", "COMMOPS_EVENTS_", "PHONECOM_", "CALIGRAPH_")
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(personal)},
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
            "ANSIBLE_DIFF_CONTEXT": "1",
            "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "0",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_FORCE_COLOR" if self._colour else "ANSIBLE_NOCOLOR": "1",
            "COMMOPS_EVENTS_CACHE_DIR": str(folder / "cache"),
            **utf8_locale(),
            "DEMO_URL": sandbox.url,
            "DEMO_PHONECOM_TOKEN": seeds.PHONECOM_TOKEN,
            "DEMO_CALIGRAPH_KEY": seeds.CALIGRAPH_KEY,
            "DEMO_CRM_TOKEN": NEW_CRM_TOKEN,
        }

    def prepare(self) -> None:
        """Let the accounts be what they became while people changed them by hand."""
        self._sandbox.set_profiles(LIVE_PROFILES)
        self._sandbox.set_actions([*seeds.default_emails(1), LIVE_WEBHOOK])

    def foreign(self) -> list[dict[str, Any]]:
        """What nobody declares, and so nobody may touch: a profile, and the e-mails of the booking page."""
        profiles = [profile for profile in self._sandbox.profiles() if profile["name"] == "Pharmacy"]
        return profiles + [action for action in self._sandbox.actions() if action["type"] == "EMAIL"]

    def say(self, heading: str, text: str) -> None:
        """Print a heading and a paragraph."""
        heading = f"\033[1m{heading}\033[0m" if self._colour else heading
        print(f"\n{heading}\n{textwrap.fill(' '.join(text.split()), 100)}\n", flush=True)

    def play(self, playbook: str, *arguments: str) -> Ran:
        """Run a playbook; show what it has to tell."""
        command = [playbook, "-e", f"@{EVENTS}", *arguments]
        print(f"$ ansible-playbook {' '.join(command)}", flush=True)
        before = self._sandbox.mark()
        done = subprocess.run(
            [sys.executable, "-m", "ansible", "playbook", *command],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        print("\n".join(f"  {line}" for line in telling(done.stdout)))
        print(f"  exit code {done.returncode}", flush=True)
        methods = {entry["method"] for entry in self._sandbox.log(before)}
        return Ran(done.returncode, done.stdout, done.stderr, methods)

    def expect(self, right: bool, what: str, ran: Ran) -> None:
        """Raise Failed, with what the run said, unless `right`."""
        if not right:
            raise Failed(f"{what} The run said:\n{ran.output}{ran.errors}")
        for secret in (seeds.PHONECOM_TOKEN, seeds.CALIGRAPH_KEY, OLD_CRM_TOKEN, NEW_CRM_TOKEN):
            if secret in ran.output + ran.errors:
                raise Failed("A secret stands in the output.")

    def run(self) -> None:
        """All steps. Raises Failed."""
        self.prepare()
        foreign = self.foreign()
        self.say(
            "1. Audit: what differs from what is declared?",
            f"""{EVENTS} declares two event profiles at Phone.com and two webhooks of a booking page at
            YouCanBook.me; a local API plays both services. There, one support address is outdated and one profile is
            missing; one webhook still calls the old CRM and one is missing. The audit only reads, shows no secret, and
            fails because something drifted.""",
        )
        audit = self.play("commops.events.audit")
        self.expect(audit.code == 2, "The audit should have failed because of the drift.", audit)
        self.expect(audit.methods == {"GET"}, "The audit should only have read.", audit)
        for found in (
            "different: event profile 'Front desk'",
            "missing: event profile 'Night line'",
            "different: webhook action 'Tell the CRM of a booking'",
            "missing: webhook action 'Tell the CRM of a cancellation'",
        ):
            self.expect(found in audit.output, f"The audit should have told: {found}.", audit)

        self.say(
            "2. Apply: make it so",
            """Only what differs is written: one profile is changed, one is created, and the booking page's list of
            actions is replaced once, with the three e-mails that nobody declared exactly as they were.""",
        )
        apply = self.play("commops.events.apply")
        self.expect(apply.code == 0, "The declared state should have been applied.", apply)
        self.expect(self.foreign() == foreign, "What nobody declared should be as it was.", apply)
        self.expect(len(self._sandbox.profiles()) == 3, "There should be three profiles.", apply)

        self.say("3. Audit again: clean", "Nothing differs any more, nothing was written, and the exit code is 0.")
        again = self.play("commops.events.audit")
        self.expect(again.code == 0, "The second audit should have found nothing.", again)
        self.expect(again.methods == {"GET"}, "The second audit should only have read.", again)


def utf8_locale() -> dict[str, str]:
    """The environment that gives Ansible the UTF-8 locale which it wants, where there is none."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if os.environ.get(name)), "")
    return {} if "utf" in named.lower() else {"LC_ALL": "C.UTF-8"}


def telling(output: str) -> Iterator[str]:
    """The tasks of a run that have more to tell than `ok`; what failed without the place in the playbook."""
    for task in re.split(r"^(?=\S*(?:TASK|PLAY) )", output, flags=re.MULTILINE):
        task = re.sub(r"^\S*\[ERROR\].*?(?=^\S*fatal)", "", task, flags=re.MULTILINE | re.DOTALL)
        lines = [line for line in task.splitlines() if line.strip()]
        plain = [re.sub(r"\033\[[0-9;]*m", "", line) for line in lines]
        dull = all(re.match(r"(?:ok: .*[])]|included: .*)$", line) for line in plain[1:])
        if plain and plain[0].startswith("TASK") and not dull:
            yield re.sub(r"TASK \[(.*)\] \**$", r"\1:", plain[0])
            yield from (f"  {line}" for line in lines[1:])


def main() -> int:
    """Run the demo against a local API of its own. Returns the exit code."""
    with tempfile.TemporaryDirectory() as folder, running(limits="documented", max_seconds=600) as sandbox:
        demo = Demo(sandbox, Path(folder))
        try:
            demo.run()
        except Failed as error:
            print(f"\nThe demo failed. {error}", file=sys.stderr)
            return 1
    print(
        f"""
What next?
  make test                             lint and all tests
  cat {EVENTS}             what was declared here
  playbooks/README.md                   how to declare your own accounts, in a file events.yml; then:
  .venv/bin/ansible-playbook commops.events.audit -e @events.yml"""
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
