# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: unwritten_reports
author:
  - The commops.events authors (@commops)
version_added: 0.1.0
short_description: Tell which drift reports are asked for and not written
description:
  - Returns the paths of drift reports that the configuration names, where the callback
    P(commops.events.drift_report#callback) that would write them is not enabled; nothing where it is.
  - The playbook C(commops.events.audit) fails where there are any, so that a missing report is not noticed only when it
    is needed.
options:
  _terms:
    description: There are none.
seealso:
  - plugin: commops.events.drift_report
    plugin_type: callback
"""

EXAMPLES = r"""
- name: The report that is asked for is written
  ansible.builtin.assert:
    that: lookup('commops.events.unwritten_reports') | length == 0
"""

RETURN = r"""
_raw:
  description: The paths.
  type: list
  elements: path
"""

from typing import Any

from ansible import constants as C
from ansible.plugins.loader import callback_loader
from ansible.plugins.lookup import LookupBase

CALLBACK = "commops.events.drift_report"


class LookupModule(LookupBase):
    """Asks the callback itself for its options, as only it knows where they may stand."""

    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[str]:
        """The paths that nobody writes."""
        if CALLBACK in C.CALLBACKS_ENABLED:
            return []
        callback = callback_loader.get(CALLBACK)
        callback.set_options()
        return list(callback.paths().values())
