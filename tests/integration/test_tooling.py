# Copyright (c) The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The repository itself: sanity, documentation, the built artifact. Slow ones: deselect with `-m 'not tooling'`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.tooling

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text())

# Top-level entries that an artifact may have; anything else was left behind by somebody's work.
SHIPPED = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "changelogs",
    "docs",
    "extensions",
    "meta",
    "playbooks",
    "plugins",
    "requirements.txt",
    "roles",
    "tests",
}


def run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment, without measuring its coverage."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "COV_CORE_"))}
    env.update(PATH=f"{TOOLS}{os.pathsep}{env['PATH']}", ANSIBLE_TEST=str(TOOLS / "ansible-test"))
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        check=False,
        stdin=subprocess.DEVNULL,
        text=True,
        capture_output=True,
    )


def checked(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a tool that must succeed, and return what it printed."""
    result = run(*command, cwd=cwd)
    output = result.stdout + result.stderr
    if result.returncode != 0:
        lines = output.splitlines()
        # ansible-test marks its findings; what it says while it installs its tools is of no use here
        told = [line for line in lines if line.startswith(("ERROR:", "FATAL:"))] or lines
        shown = " ".join(str(part) for part in command)
        pytest.fail("\n".join([f"{shown}: exit {result.returncode}", *told]), pytrace=False)
    return output


def known_to_git() -> set[str]:
    """Files that are committed, or would be."""
    listed = checked("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return {name for name in listed.split("\0") if name and (ROOT / name).exists()}


def test_sanity() -> None:
    output = checked("tests/run", "sanity", "--local", "--color", "no", "--python", PYTHON)
    for test in ("import", "compile", "validate-modules", "pylint", "yamllint"):
        assert re.search(rf'Running sanity test "{test}"', output), f"{test} did not run:\n{output}"


def test_sanity_tests_something() -> None:
    """A copy that git ignores would make every sanity test pass: the files must be seen."""
    listed = checked("tests/run", "env", "--list-files").splitlines()
    plugins = {str(path.relative_to(ROOT)) for path in (ROOT / "plugins").rglob("*.py")}
    assert plugins
    assert plugins <= set(listed)


def test_no_sanity_ignores() -> None:
    assert [path.name for path in (ROOT / "tests" / "sanity").glob("ignore-*.txt") if path.read_text().strip()] == []


def test_documentation() -> None:
    checked(
        TOOLS / "antsibull-docs",
        *("lint-collection-docs", "--plugin-docs", "--skip-rstcheck", "--validate-collection-refs", "self", ROOT),
    )


def test_changelog() -> None:
    checked(TOOLS / "antsibull-changelog", "lint")


def test_artifact(tmp_path: Path) -> None:
    checked(TOOLS / "ansible-galaxy", "collection", "build", "--output-path", tmp_path, ROOT)
    artifact = tmp_path / f"commops-events-{GALAXY['version']}.tar.gz"
    with tarfile.open(artifact) as archive:
        files = {member.name for member in archive if not member.isdir()}
    assert {name.split("/")[0] for name in files} <= SHIPPED
    assert files - {"MANIFEST.json", "FILES.json"} <= known_to_git()
    assert {name for name in known_to_git() if name.startswith(("plugins/", "playbooks/", "meta/"))} <= files
    assert not {name for name in files if "/." in name}
    assert artifact.stat().st_size < 2_000_000

    checked(TOOLS / "ansible-galaxy", "collection", "install", "--offline", "--force", "-p", tmp_path, artifact)
    installed = tmp_path / "ansible_collections" / "commops" / "events"
    manifest = json.loads((installed / "MANIFEST.json").read_text())["collection_info"]
    assert (manifest["version"], manifest["dependencies"]) == (GALAXY["version"], {})
    assert {path.name for path in (installed / "plugins" / "modules").glob("*.py")} == {
        path.name for path in (ROOT / "plugins" / "modules").glob("*.py")
    }


def test_version() -> None:
    source = (ROOT / "plugins" / "module_utils" / "_version.py").read_text()
    match = re.search(r'^VERSION\b.*= "([^"]+)"$', source, re.MULTILINE)
    assert match is not None
    assert match[1] == GALAXY["version"]


def test_requirements_agree() -> None:
    needed = (ROOT / "requirements.txt").read_text()
    assert (ROOT / "meta" / "ee-requirements.txt").read_text() == needed
    lock = (ROOT / "requirements" / "dev.txt").read_text()
    assert not re.search(r"://|^-", lock, re.MULTILINE), "the lock must work with any package index"


@pytest.mark.skipif(shutil.which("make") is None, reason="no make")
def test_make_lists_its_targets() -> None:
    listed = checked("make", "--no-print-directory")
    for target in ("setup", "demo", "test", "lint", "sanity", "molecule", "build", "clean"):
        assert f"make {target} " in listed
