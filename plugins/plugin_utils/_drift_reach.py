# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which audits were never reached: a host that failed, or went on by a `rescue`, leaves out what came after.

Such a task has no result at all, so nobody would miss it. A play's own tasks are known from its start; what files that
are included while it runs would have brought is not, so an include that was not reached counts too. A host that failed
is left out of later plays, and where all hosts of a play or of its batch failed, nothing that comes after is begun.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ._drift_model import Problem

_UNREACHED = "The task was not reached, since the host failed or the play ended before it."
_NOT_BEGUN = "The task was not reached, since the run ended before its play."
_INSIDE = "The host failed inside included tasks; what they would still have audited is not known."


@dataclass
class _Play:
    tasks: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)
    stopped: list[tuple[str, Any]] = field(default_factory=list)
    ended: bool = False
    #: All hosts of the play, and those whose batch began.
    hosts: dict[str, None] = field(default_factory=dict)
    begun: dict[str, None] = field(default_factory=dict)
    #: Whether failures of some hosts may end the play for all.
    fragile: bool = False

    def short_of(self, failed: Collection[str]) -> list[str]:
        """The hosts that may not have come to the end."""
        if self.ended:
            return list(dict.fromkeys([*self.hosts, *self.seen]))
        out = [host for host in self.hosts if host in failed or host not in self.begun]
        return list(dict.fromkeys([*(host for host, _task in self.stopped), *out]))


class Reach:
    """Follows the plays of a run. Tasks are Ansible's own objects.

    is_audit: whether a task is one of this collection's audits; is_include: whether it brings in tasks while it runs.
    """

    def __init__(self, is_audit: Callable[[Any], bool], is_include: Callable[[Any], bool]) -> None:
        self._is_audit = is_audit
        self._is_include = is_include
        self._announced: list[Any] = []
        self._plays: list[_Play] = []
        self._by_id: dict[str, _Play] = {}
        #: The last failure of each host: if the host failed for good, it was this one that no rescue caught.
        self._last: dict[str, Any] = {}

    def announce(self, plays: Iterable[Any]) -> None:
        """A playbook starts, with these plays to come."""
        self._announced.extend(plays)

    def begin(self, play: Any) -> None:
        """A play starts, or its next batch of hosts."""
        if play._uuid not in self._by_id:
            self._by_id[play._uuid] = _Play()
            self._plays.append(self._by_id[play._uuid])
        known = self._by_id[play._uuid]
        known.fragile = getattr(play, "max_fail_percentage", None) is not None
        known.tasks = {task._uuid: task for task in self._chosen(play)}
        known.hosts.update(dict.fromkeys(_hosts(play, whole=True)))
        known.begun.update(dict.fromkeys(_hosts(play, whole=False)))

    def _chosen(self, play: Any) -> Iterator[Any]:
        """The play's audits and includes that the tags of the run select."""
        roles = [role for role in play.roles if not getattr(role, "from_include", False)]
        loaded = [one.get_task_blocks() for role in roles for one in (*role.get_all_dependencies(), role)]
        for blocks in (play.pre_tasks, *loaded, play.tasks, play.post_tasks):
            yield from (task for task in self._within(blocks) if _tagged(task, play))

    def seen(self, host: str, task: Any) -> None:
        """A task had a result on a host, whichever."""
        if self._plays:
            self._plays[-1].seen.setdefault(host, set()).add(task._uuid)

    def stopped(self, host: str, task: Any) -> None:
        """A task failed on a host, or found it unreachable, and that was not ignored."""
        if self._plays:
            play = self._plays[-1]
            play.stopped.append((host, task))
            self._last[host] = task
            # These make the play end for all hosts.
            play.ended = play.ended or bool(
                play.fragile or getattr(task, "any_errors_fatal", False) or getattr(task, "run_once", False)
            )

    def unreached(self, failed: Collection[str]) -> list[Problem]:
        """What was left out. failed: the hosts that failed in the end, without those that a rescue saved."""
        found: dict[tuple[str, str], Problem] = {}
        for play in self._plays:
            for host in play.short_of(failed):
                for task in self._left_out(play, host, play.tasks.values()):
                    found.setdefault((host, task._uuid), Problem("not_reached", _UNREACHED, host, task.get_name()))
            for host, task in play.stopped:
                if task._uuid in play.tasks or not _included(task):
                    continue
                for left in self._left_out(play, host, self._around(task)):
                    found.setdefault((host, left._uuid), Problem("not_reached", _UNREACHED, host, left.get_name()))
                if host in failed and self._last[host] is task and not self._is_audit(task):
                    found.setdefault((host, ""), Problem("not_reached", _INSIDE, host, task.get_name()))
        # A playbook that comes to its end has begun all of its plays.
        for left in (task for play in self._announced if play._uuid not in self._by_id for task in self._chosen(play)):
            found.setdefault(("", left._uuid), Problem("not_reached", _NOT_BEGUN, task=left.get_name()))
        return list(found.values())

    def _left_out(self, play: _Play, host: str, tasks: Any) -> Iterator[Any]:
        for task in tasks:
            if task._uuid in play.seen.get(host, ()):
                continue
            if getattr(task, "run_once", False) and any(task._uuid in seen for seen in play.seen.values()):
                continue
            yield task

    def _within(self, nodes: Any) -> Iterator[Any]:
        """The audits and includes in tasks and blocks; a `rescue` is not meant to be reached."""
        for node in nodes or ():
            if hasattr(node, "block"):
                yield from self._within(node.block)
                yield from self._within(node.always)
            elif self._is_audit(node) or self._is_include(node):
                yield node

    def _around(self, task: Any) -> Iterator[Any]:
        node = task._parent
        while node is not None:
            if hasattr(node, "block"):
                yield from self._within([node])
            node = getattr(node, "_parent", None)


def _included(task: Any) -> bool:
    """Whether a task stands in a file that was included while the play ran."""
    node = task._parent
    while node is not None:
        if not hasattr(node, "block") and not getattr(node, "statically_loaded", False):
            return True
        node = getattr(node, "_parent", None)
    return False


def _hosts(play: Any, whole: bool) -> list[str]:
    """The names of a play's hosts: all that it is meant for, or those of the batch that is under way."""
    try:
        inventory = play.get_variable_manager()._inventory
        return [str(host.get_name()) for host in inventory.get_hosts(play.hosts, ignore_restrictions=whole)]
    except Exception:  # pylint: disable=broad-except
        return []


def _tagged(task: Any, play: Any) -> bool:
    """Whether the tags of the run select a task; one whose tags can't be told yet counts as selected."""
    try:
        return bool(task.evaluate_tags(play.only_tags, play.skip_tags, all_vars={}))
    except Exception:  # pylint: disable=broad-except
        return True
