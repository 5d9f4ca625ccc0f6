# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: leaving_out
author:
  - The commops.events authors (@commops)
version_added: 0.1.0
short_description: Tell which options of the command line leave hosts or tasks out
description:
  - Returns those options of C(ansible-playbook) with which hosts, plays or tasks are left out without an error, so that
    a run can end well that did nothing. C(--skip-tags) is one of them only with C(always).
  - The playbooks of this collection refuse to start with any of them.
options:
  _terms:
    description: There are none.
seealso:
  - plugin: commops.events.unwritten_reports
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Nothing is left out
  ansible.builtin.assert:
    that: query('commops.events.leaving_out') | length == 0
"""

RETURN = r"""
_raw:
  description: The options, as they are written on the command line.
  type: list
  elements: str
"""

from typing import Any

from ansible import context
from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    """Reads what the command line gave. Of variables there are none for all of these options."""

    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[str]:
        """The options in use."""
        given = context.CLIARGS
        used = {
            "--limit": given.get("subset"),
            "--start-at-task": given.get("start_at_task"),
            "--skip-tags always": "always" in (given.get("skip_tags") or ()),
        }
        return [option for option, value in used.items() if value]
