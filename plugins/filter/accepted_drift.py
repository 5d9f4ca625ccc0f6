# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter `accepted_drift`; its documentation stands in the file beside this one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.commops.events.plugins.plugin_utils import _accepted


def accepted_drift(drift: Any, accepted: Any = ()) -> list[dict[str, Any]]:
    """Drift with the accepted deviations marked."""
    if not isinstance(drift, Sequence) or isinstance(drift, str):
        raise AnsibleFilterError("commops.events.accepted_drift takes a list, such as `drift` of a result.")
    try:
        return _accepted.marked(drift, accepted, datetime.now(timezone.utc).date())
    except ValueError as error:
        raise AnsibleFilterError(f"commops.events.accepted_drift: {error}") from None


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"accepted_drift": accepted_drift}
