# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between the supported versions of ansible-core."""

from __future__ import annotations

#: Whether results keep no_log values and only output is masked (from 2.22 on); before, they are cut out of results.
MASKS_OUTPUT_ONLY = True

try:
    # ansible-core 2.22 masks registered secrets in all output; before, only no_log values are masked, in results.
    from ansible.module_utils.secrets import register_secret
except ImportError:
    MASKS_OUTPUT_ONLY = False

    def register_secret(value: str) -> str:
        """Nothing to register with: this collection's own masking, by path, has to do."""
        return value


__all__ = ["MASKS_OUTPUT_ONLY", "register_secret"]
