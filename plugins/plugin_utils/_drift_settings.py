# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook's variables say to the drift report: accepted deviations, and how many hosts there have to be."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from typing import Any

from ansible.template import Templar

from . import _drift_waivers as waivers

EXPECTED = "commops_events_expect_hosts"
#: More hosts than there can be.
UNKNOWN = sys.maxsize


@dataclass(frozen=True)
class Read:
    """What the variables say. warnings: what they fail to say. expected_hosts: None if they say nothing, else a number
    or, where it can't be read, more than there can be."""

    waivers: waivers.Waivers
    warnings: list[str]
    expected_hosts: int | None


class Settings:
    """Notes which hosts of which plays had results, and looks up their variables at the end of the run."""

    def __init__(self) -> None:
        self._play: Any = None
        self._hosts: dict[str, tuple[Any, Any]] = {}
        self._plays: list[Any] = []

    def begin(self, play: Any) -> None:
        """A play starts."""
        self._play = play
        self._plays.append(play)

    def seen(self, host: Any) -> None:
        """A host has a result of this collection. The last play that it had one in counts."""
        self._hosts[str(host.get_name())] = (self._play, host)

    def read(self, today: date) -> Read:
        """Look everything up. What can't be read waives nothing, and is told."""
        warnings: list[str] = []
        by_host: dict[str, list[waivers.Waiver]] = {}
        expected: list[int] = []
        for name, (play, host) in self._hosts.items():
            variables = _variables(play, host, warnings)
            told = variables if waivers.VARIABLE in variables else _of_localhost(variables)
            by_host[name], problems = waivers.parse(_value(play, told, waivers.VARIABLE, warnings))
            warnings.extend(problems)
            expected.extend(_expected(play, variables, warnings))
        for play in self._plays:
            variables = _variables(play, None, warnings)
            expected.extend(_expected(play, variables, warnings))
            expected.extend(_expected(play, _of_localhost(variables), warnings))
        once = list(dict.fromkeys(warnings))
        return Read(waivers.Waivers(by_host, today), once, max(expected, default=None))


def _variables(play: Any, host: Any, warnings: list[str]) -> Any:
    try:
        return play.get_variable_manager().get_vars(play=play, host=host)
    except Exception as error:  # pylint: disable=broad-except
        warnings.append(f"The variables of {host or 'a play'} can't be read ({type(error).__name__}).")
        # Who knows what they would expect.
        return {EXPECTED: UNKNOWN}


def _of_localhost(variables: Any) -> Any:
    """The variables of localhost, where playbooks that make hosts themselves are told what they need."""
    try:
        return variables["hostvars"]["localhost"]
    except Exception:  # pylint: disable=broad-except
        return {}


def _value(play: Any, variables: Any, name: str, warnings: list[str]) -> Any:
    """A variable's value, None if it is not there or can't be read."""
    if name not in variables:
        return None
    try:
        return Templar(loader=play.get_loader(), variables=variables).template(variables[name])
    except Exception as error:  # pylint: disable=broad-except
        # Its text may quote the template or a value.
        warnings.append(f"{name} can't be read: its template failed ({type(error).__name__}).")
        return None


def _expected(play: Any, variables: Any, warnings: list[str]) -> list[int]:
    """The number of hosts that a play or host expects, if it does."""
    if variables.get(EXPECTED) is None:
        return []
    value = _value(play, variables, EXPECTED, warnings)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return [int(value)]
    warnings.append(f"{EXPECTED} is no number, so it can't be told whether all hosts had an audit.")
    return [UNKNOWN]
