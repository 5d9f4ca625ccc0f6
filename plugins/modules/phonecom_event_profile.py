#!/usr/bin/python
# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
"""

EXAMPLES = r"""
"""

RETURN = r"""
"""

from ansible_collections.commops.events.plugins.module_utils._module import run_module
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE


def main() -> None:
    run_module(EVENT_PROFILE)


if __name__ == "__main__":
    main()
