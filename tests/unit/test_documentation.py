# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation says what the code does: options, results, examples and guides are held to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.commops.events.plugins.module_utils._arguments import argument_spec
from support.documents import (
    CHECKOUT,
    COLLECTION,
    MODULES,
    PAGES,
    documentation,
    module_tasks,
    resource,
    task_problems,
    yaml_blocks,
)

GROUPS = yaml.safe_load((CHECKOUT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]


def differences(path: str, documented: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[str]:
    """Where documented options and an argument spec don't say the same, in both directions."""
    for name in sorted(documented.keys() ^ spec.keys()):
        yield f"{path}{name} is {'documented only' if name in documented else 'not documented'}"
    for name in documented.keys() & spec.keys():
        page, option = documented[name], spec[name]
        for key, default in (("type", "str"), ("elements", None), ("default", None), ("required", False)):
            if page.get(key, default) != option.get(key, default):
                yield f"{path}{name}: {key} is documented as {page.get(key)!r}, and is {option.get(key)!r}"
        for key in ("choices", "aliases"):
            if page.get(key, []) != list(option.get(key, [])):
                yield f"{path}{name}: {key} is documented as {page.get(key)!r}, and is {option.get(key)!r}"
        yield from differences(f"{path}{name}.", page.get("suboptions", {}), option.get("options", {}))


@pytest.mark.parametrize("module", MODULES)
def test_options_are_documented_as_they_are(module: str) -> None:
    spec = argument_spec(resource(module))
    assert list(differences("", documentation()[module]["doc"]["options"], spec)) == []


@pytest.mark.parametrize("module", MODULES)
def test_environment_variables_are_documented(module: str) -> None:
    page = documentation()[module]["doc"]
    for name, option in argument_spec(resource(module)).items():
        said = " ".join(page["options"][name]["description"])
        named = re.findall(r"E\((COMMOPS_EVENTS_\w+)\)", said)
        assert named == (option["fallback"][1] if "fallback" in option else []), name
    for name, variable in resource(module).options.environment.items():
        assert f"E({variable})" in " ".join(page["options"][name]["description"])


@pytest.mark.parametrize("module", MODULES)
def test_attributes_and_requirements_are_documented(module: str) -> None:
    page = documentation()[module]["doc"]
    attributes = page["attributes"]
    assert {name: attributes[name]["support"] for name in ("check_mode", "idempotent", "platform", "action_group")} == {
        "check_mode": "full",
        "idempotent": "full",
        "platform": "full",
        "action_group": "full",
    }
    assert attributes["diff_mode"]["support"] == ("N/A" if module.endswith("_info") else "full")
    service = resource(module).service
    assert attributes["action_group"]["membership"] == [f"{COLLECTION}{service}", f"{COLLECTION}all"]
    assert module in GROUPS[service]
    assert set(page["requirements"]) == {"python >= 3.9", "requests >= 2.28"}
    assert page["version_added"] == "0.1.0"


@pytest.mark.parametrize("module", MODULES)
def test_each_entry_option_says_what_leaving_it_out_means(module: str) -> None:
    """Omitted, null and empty are three things; who reads the page of an option learns what each of them does."""
    target = resource(module)
    options = documentation()[module]["doc"]["options"]
    entries = options.get(target.many, {}).get("suboptions", options)
    declared = [option.name for item in target.declared_fields() for option in item.options()]
    for name in declared if not module.endswith("_info") else ():
        said = " ".join(entries[name]["description"])
        assert re.search(r"\bOmitted\b", said), name
        assert re.search(r"\bnull\b", said, re.IGNORECASE), name


@pytest.mark.parametrize("module", MODULES)
def test_examples_are_what_the_module_takes(module: str) -> None:
    tasks = list(module_tasks(yaml.safe_load(documentation()[module]["examples"])))
    assert module in [name for name, _arguments in tasks]
    problems = {f"{name} {arguments}": task_problems(name, arguments) for name, arguments in tasks}
    assert {task: found for task, found in problems.items() if found} == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_guides_show_what_the_modules_take(page: Path) -> None:
    problems = {
        f"{name} {arguments}": task_problems(name, arguments)
        for block in yaml_blocks(page)
        for name, arguments in module_tasks(block)
    }
    assert {task: found for task, found in problems.items() if found} == {}


def test_guides_name_the_environment_variables_that_are_read() -> None:
    named = {name for page in PAGES for name in re.findall(r"COMMOPS_EVENTS_[A-Z_]+", page.read_text(encoding="utf-8"))}
    options = argument_spec(resource(MODULES[0])).values()
    read = {name for option in options for name in option.get("fallback", ("", []))[1]}
    reports = {f"COMMOPS_EVENTS_REPORT_{name}" for name in ("HTML", "JSON", "JUNIT", "MARKDOWN")}
    assert named == read | reports | {"COMMOPS_EVENTS_CACHE_DIR", "COMMOPS_EVENTS_FAST_PATH"}


def test_readme_lists_each_module() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert {name for name in MODULES if f"| `{name}` |" not in readme} == set()


def test_guides_show_each_module() -> None:
    shown = {name for page in PAGES for block in yaml_blocks(page) for name, _arguments in module_tasks(block)}
    assert shown >= set(MODULES)


def test_links_of_the_guides_lead_somewhere() -> None:
    repository = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"))["repository"]
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)]+)\)", text):
            own = re.match(rf"{re.escape(repository)}/(?:blob|tree)/main/([^#]+)", target)
            if own or not re.match(r"https://", target):
                path, _hash, anchor = (target if own is None else target[own.start(1) :]).partition("#")
                file = (CHECKOUT if own else page.parent) / path if path else page
                assert file.exists(), (page.name, target)
                assert not anchor or anchor in anchors(file), (page.name, target)
    # Galaxy shows the README without the files around it.
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\((?!https://)([^)]+)\)", readme) == []


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
