# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation as data: what ansible-doc makes of the modules, YAML in guides, and tasks held to argument specs."""

from __future__ import annotations

import functools
import importlib
import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.commops.events.plugins.module_utils._arguments import argument_spec
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from ansible_collections.commops.events.plugins.module_utils._spec import constraints, without_nulls

CHECKOUT = Path(__file__).resolve().parents[2]
COLLECTION = "commops.events."
PAGES = sorted(
    [*CHECKOUT.glob("README.md"), *(CHECKOUT / "playbooks").glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")]
)
MODULES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("*.py"))

_TEMPLATE = re.compile(r"\{\{|\{%")
_SAMPLES = {"int": 1, "float": 1.0, "bool": True, "dict": {}}


def resource(module: str) -> Resource:
    """The resource that a module stands for."""
    source = importlib.import_module(f"ansible_collections.{COLLECTION}plugins.modules.{module}")
    found = [value for value in vars(source).values() if isinstance(value, Resource)]
    assert len(found) == 1, module
    return found[0]


@functools.cache
def documentation() -> dict[str, dict[str, Any]]:
    """What ansible-doc knows of each module, its fragments resolved: `doc`, `examples` and `return`."""
    names = [COLLECTION + module for module in MODULES]
    ran = subprocess.run(
        [sys.executable, "-m", "ansible.cli.doc", "--type", "module", "--json", *names],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / ".collections"), "ANSIBLE_NOCOLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(ran.stdout)
    return {module: found[COLLECTION + module] for module in MODULES}


def yaml_blocks(path: Path) -> list[Any]:
    """The YAML blocks of a Markdown page, parsed; also those within a list."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^( *)```yaml\n(.*?)^\1```$", text, re.DOTALL | re.MULTILINE)
    assert len(blocks) == text.count("```yaml"), path
    return [yaml.safe_load(textwrap.dedent(block)) for _indent, block in blocks]


def module_tasks(data: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each task of ours in plays, tasks or variables, at any depth: the module and its arguments."""
    if isinstance(data, list):
        for item in data:
            yield from module_tasks(item)
    elif isinstance(data, Mapping):
        for key, value in data.items():
            if key.startswith(COLLECTION) and isinstance(value, Mapping):
                yield key[len(COLLECTION) :], dict(value)
            elif key != "module_defaults":
                yield from module_tasks(value)


def task_problems(module: str, arguments: Mapping[str, Any]) -> list[str]:
    """What Ansible would refuse of a task's arguments; templates pass for any value of the right type."""
    if module not in MODULES:
        return [f"there is no module {module}"]
    spec = argument_spec(resource(module))
    filled = _filled(spec, arguments)
    return list(ArgumentSpecValidator(spec, **constraints(resource(module))).validate(filled).error_messages)


def _filled(spec: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in without_nulls(spec, arguments).items():
        option = spec.get(name, {})
        if isinstance(value, str) and _TEMPLATE.search(value):
            kind = option.get("type", "str")
            found[name] = (
                option["choices"][0] if "choices" in option else [] if kind == "list" else _SAMPLES.get(kind, value)
            )
        elif "options" in option and isinstance(value, list):
            found[name] = [_filled(option["options"], item) for item in value]
        elif "options" in option and isinstance(value, Mapping):
            found[name] = _filled(option["options"], value)
        else:
            found[name] = value
    return found
