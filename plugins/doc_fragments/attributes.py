# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module of the collection supports."""

from __future__ import annotations


class ModuleDocFragment:
    # modules that change something
    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can predict what a run would do without doing it.
    support: full
    details:
      - Only GET requests are sent. The prediction is what a run then does, refusals included.
  diff_mode:
    description: Can show what changed, or would change.
    support: full
    details:
      - Secrets are masked on both sides. A secret that changed shows that it did, and neither of its values.
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
  platform:
    description: The systems that the module runs on.
    support: full
    platforms: posix
"""

    # modules that only read
    INFO = r"""
attributes:
  check_mode:
    description: Can predict what a run would do without doing it.
    support: full
    details:
      - The module only reads.
  diff_mode:
    description: Can show what changed, or would change.
    support: N/A
    details:
      - The module changes nothing.
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
    details:
      - The module only reads.
  platform:
    description: The systems that the module runs on.
    support: full
    platforms: posix
"""
