# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the recipes of docs/recipes.md as they stand there: their files are written, their commands called in order."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

import yaml

from sandbox.client import Sandbox
from support.playbooks import CHECKOUT, Played, play

PAGE = CHECKOUT / "docs" / "recipes.md"
#: The folder that the recipes name for backups.
BACKUPS = "/var/backups/events"


def titles() -> list[str]:
    """The names of all recipes."""
    return re.findall(r"^## (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


class Recipe:
    """One recipe: `folder` is where its user would be, with the files that it tells to write and `secrets.yml`."""

    def __init__(self, title: str, sandbox: Sandbox, folder: Path, secrets: Mapping[str, str]) -> None:
        text = PAGE.read_text(encoding="utf-8")
        section = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
        assert section is not None, title
        blocks = re.findall(r"^```(\w+)\n(.*?)^```$", section[1], re.DOTALL | re.MULTILINE)
        self.folder = folder / "home"
        self.folder.mkdir()
        self.backups = folder / "backups"
        self._sandbox = sandbox
        #: YAML that says no file: a part of one.
        self.parts: list[str] = []
        self.commands: list[list[str]] = []
        self.played = 0
        for language, block in blocks:
            if language == "yaml":
                self._add_yaml(block)
            else:
                assert language == "sh", language
                self.commands += [shlex.split(line) for line in block.splitlines()]
        assert all(command[0] == "ansible-playbook" for command in self.commands)
        self.secrets(**secrets)

    def _add_yaml(self, block: str) -> None:
        name = re.match(r"# (\S+)\n", block)
        if name is None:
            self.parts.append(block)
            return
        # The local API instead of the real ones; whatever else the recipe says stays.
        urls = {True: self._sandbox.phonecom_url, False: self._sandbox.caligraph_url}
        text = re.sub(
            r"^( +)account_id: (.*)$",
            lambda found: f"{found[0]}\n{found[1]}api_url: {urls[found[2].strip(chr(34)).isdigit()]}",
            block.replace(BACKUPS, str(self.backups)),
            flags=re.MULTILINE,
        )
        assert "api_url" in text or "account_id" not in text
        self.path(name[1]).write_text(text, encoding="utf-8")

    def path(self, name: str) -> Path:
        """A file of the user."""
        return self.folder / name

    def secrets(self, **values: str) -> None:
        """Write `secrets.yml`."""
        self.path("secrets.yml").write_text(yaml.safe_dump(values), encoding="utf-8")

    def backup(self) -> Path:
        """The only backup."""
        (found,) = self.backups.glob("*.json")
        return found

    def next(self) -> Played:
        """Call the next command of the recipe."""
        command = self.commands[self.played]
        self.played += 1
        if any(BACKUPS in argument for argument in command):
            command = [re.sub(rf"{BACKUPS}/[\w-]+\.json", str(self.backup()), argument) for argument in command]
        return play(command[1], self.folder, *command[2:])
