# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: drift_report
type: aggregate
short_description: Reports the drift that a run found, as JSON, JUnit XML, Markdown and HTML
version_added: 0.1.0
author:
  - The commops.events authors (@commops)
description:
  - Collects the drift that the modules of this collection found on all hosts and in all loops of a run, and writes it
    as one report in up to four formats. It works with any playbook, in check mode and without.
  - Each file is written with mode 0600 and replaced in one step. At the start of the run it gets the status C(running),
    and at the end C(complete), so that an old or interrupted report can't pass as a new one. If that can't be written
    at the start, the run ends before its first task.
  - The verdict of a report is C(clean), C(drift), C(failed) (an audit failed, even if the playbook ignored or rescued
    it) or C(incomplete) (an audit was skipped, hidden by C(no_log), unreachable or not reached, or there was none).
  - Only results of this collection's modules are read, and of those only C(drift), C(operation), C(operations), C(api),
    C(msg) and C(changed). These hold no secrets; the modules mask them.
  - At the end of the run one line says what was found and where the report is.
options:
  json:
    description: Path of the JSON report. Its schema is described in the collection's C(docs/drift-report.md).
    type: path
    env:
      - name: COMMOPS_EVENTS_REPORT_JSON
    ini:
      - section: callback_drift_report
        key: json
  junit:
    description: Path of the JUnit XML report, with one test case for each resource.
    type: path
    env:
      - name: COMMOPS_EVENTS_REPORT_JUNIT
    ini:
      - section: callback_drift_report
        key: junit
  markdown:
    description: Path of the Markdown summary.
    type: path
    env:
      - name: COMMOPS_EVENTS_REPORT_MARKDOWN
    ini:
      - section: callback_drift_report
        key: markdown
  html:
    description: Path of the HTML page, which is one file and loads nothing.
    type: path
    env:
      - name: COMMOPS_EVENTS_REPORT_HTML
    ini:
      - section: callback_drift_report
        key: html
notes:
  - This callback has to be enabled, see the examples.
  - Deviations that are listed in the variable C(commops_events_accepted) are shown as waived until their date. It may
    be an extra variable, a variable of the play, or a variable or fact of a host, then for what that host audits; where
    a host has none, that of C(localhost) counts. Variables of blocks and tasks are not looked at.
  - If the variable C(commops_events_expect_hosts) is set, a run in which fewer hosts had an audit is C(incomplete).
  - The exit code of C(ansible-playbook) is not touched, but for a report that can't be started.
requirements:
  - enabling in the configuration
"""

EXAMPLES = r"""
ansible.cfg: |
  [defaults]
  callbacks_enabled = commops.events.drift_report

  [callback_drift_report]
  json = reports/drift.json
  html = reports/drift.html

environment: |
  ANSIBLE_CALLBACKS_ENABLED=commops.events.drift_report \
  COMMOPS_EVENTS_REPORT_JUNIT=reports/drift.xml \
  COMMOPS_EVENTS_REPORT_MARKDOWN=reports/drift.md \
  ansible-playbook audit.yml --check

accepted deviations: |
  commops_events_accepted:
    - resource: event_profile
      key: Booking desk
      field: support_email
      until: 2030-12-31
      reason: The desk moves at the end of the year
"""

import os
from collections.abc import Callable
from typing import Any

from ansible import constants as C
from ansible import context
from ansible.playbook.task_include import TaskInclude
from ansible.plugins.callback import CallbackBase
from ansible.release import __version__ as ansible_version

from ansible_collections.commops.events.plugins.module_utils._version import VERSION
from ansible_collections.commops.events.plugins.plugin_utils import (
    _drift_html,
    _drift_json,
    _drift_junit,
    _drift_markdown,
    _drift_summary,
)
from ansible_collections.commops.events.plugins.plugin_utils._drift_collect import HIDDEN, READ, Collector
from ansible_collections.commops.events.plugins.plugin_utils._drift_document import (
    CLEAN,
    DRIFT,
    Document,
    Run,
    complete,
    running,
)
from ansible_collections.commops.events.plugins.plugin_utils._drift_escape import terminal
from ansible_collections.commops.events.plugins.plugin_utils._drift_files import replace
from ansible_collections.commops.events.plugins.plugin_utils._drift_model import (
    FAILED,
    OK,
    SKIPPED,
    UNREACHABLE,
    Observation,
)
from ansible_collections.commops.events.plugins.plugin_utils._drift_reach import Reach
from ansible_collections.commops.events.plugins.plugin_utils._drift_settings import Settings

PREFIX = "commops.events."

#: In the order of writing: programs that see a complete JSON report may take the others for complete too.
FORMATS: dict[str, Callable[[Document], str]] = {
    "html": _drift_html.render,
    "markdown": _drift_markdown.render,
    "junit": _drift_junit.render,
    "json": _drift_json.render,
}


class CallbackModule(CallbackBase):
    """Follows a run, and writes the report of it."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "commops.events.drift_report"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._run = Run(VERSION, ansible_version)
        self._collector = Collector()
        self._reach = Reach(lambda task: _audits(_action(task)), lambda task: isinstance(task, TaskInclude))
        self._settings = Settings()
        #: Loops that are under way, with the number of their items so far; their end is then no news.
        self._loops: dict[tuple[str, str], int] = {}

    # The run

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """Each playbook of the command line starts; together they are one report."""
        name = os.path.basename(str(getattr(playbook, "_file_name", "") or ""))
        if name:
            self._run.playbooks.append(name)
        self._run.check_mode = bool(context.CLIARGS.get("check"))
        self._reach.announce(playbook.get_plays())
        paths = list(self.paths().values())
        same = len(set(paths)) < len(paths)
        problems = ["two formats have the same path"] if same else self._write(running(self._run))
        if problems:
            self._display.error(f"No drift report can be written, so nothing is run: {terminal('; '.join(problems))}.")
            # The only way that ends a run from here; an exception would be a warning.
            raise SystemExit(1)

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._reach.begin(play)
        self._settings.begin(play)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """The end of a playbook; whether another follows can't be known."""
        paths = self.paths()
        if not self._collector.observed and not paths:
            return
        failed = {host for host in stats.processed if stats.failures.get(host) or stats.dark.get(host)}
        settings = self._settings.read(self._run.started.date())
        document = complete(
            self._run,
            self._collector,
            settings.waivers,
            self._reach.unreached(failed),
            settings.warnings,
            settings.expected_hosts,
        )
        problems = self._write(document)
        colour = {CLEAN: C.COLOR_OK, DRIFT: C.COLOR_CHANGED}.get(document["verdict"], C.COLOR_ERROR)
        self._display.display(_drift_summary.render(document, paths.values()), color=colour)
        for problem in problems:
            self._display.error(f"The drift report is not complete: {terminal(problem)}.")

    # Results: a task's, or each item's of its loop

    def v2_runner_on_ok(self, result: Any) -> None:
        self._task(result, OK)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._task(result, FAILED, stops=not ignore_errors)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._task(result, SKIPPED)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._task(result, UNREACHABLE, stops=True)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._item(result, OK)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        # There is no event of its own for an item whose host is unreachable.
        self._item(result, UNREACHABLE if result.is_unreachable() else FAILED)

    def v2_runner_item_on_skipped(self, result: Any) -> None:
        self._item(result, SKIPPED)

    def _task(self, result: Any, status: str, stops: bool = False) -> None:
        task, host = _task_of(result), _host_of(result)
        self._reach.seen(host, task)
        if stops:
            self._reach.stopped(host, task)
        if not self._loops.pop((host, task._uuid), 0):
            self._observe(result, status, None)

    def _item(self, result: Any, status: str) -> None:
        place = (_host_of(result), _task_of(result)._uuid)
        self._loops[place] = self._loops.get(place, 0) + 1
        self._observe(result, status, self._loops[place])

    def _observe(self, result: Any, status: str, item: int | None) -> None:
        task = _task_of(result)
        action = _action(task)
        if not action.startswith(PREFIX):
            return
        self._settings.seen(result.host if hasattr(result, "host") else result._host)
        found = result.result if hasattr(result, "result") else result._result
        self._collector.add(
            Observation(
                _host_of(result),
                str(task.get_name()),
                action[len(PREFIX) :],
                status,
                {name: found[name] for name in (*READ, HIDDEN) if name in found},
                item,
                # Each failure of a module has this key; only that it is there is of interest.
                broken="error" in found,
                check=task.check_mode is not False,
            )
        )

    # Files

    def paths(self) -> dict[str, str]:
        """The files that were asked for, by their format."""
        return {name: str(path) for name in FORMATS if (path := self.get_option(name))}

    def _write(self, document: Document) -> list[str]:
        """Write all files that were asked for; what went wrong, in words."""
        problems = []
        for name, path in self.paths().items():
            try:
                replace(path, FORMATS[name](document))
            except OSError as error:
                problems.append(f"{path}: {error.strerror or error}")
        return problems


def _task_of(result: Any) -> Any:
    return result.task if hasattr(result, "task") else result._task


def _host_of(result: Any) -> str:
    host = result.host if hasattr(result, "host") else result._host
    return str(host.get_name())


def _action(task: Any) -> str:
    """The full name of a task's module, whatever way the playbook names it."""
    resolved = getattr(task, "_resolved_action", None)
    if resolved is None and "{{" not in str(task.action):
        # Of an action that is still a template, this property would only warn.
        resolved = task.resolved_action
    return str(resolved or task.action)


def _audits(action: str) -> bool:
    return action.startswith(PREFIX) and not action.endswith("_info")
