# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter `backup_entries`; its documentation stands in the file beside this one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.commops.events.plugins.plugin_utils import _restore


def backup_entries(backup: Any, live_ids: Any = ()) -> dict[str, Any]:
    """A backup of a booking page as entries of caligraph_webhook_actions."""
    if not isinstance(backup, str):
        raise AnsibleFilterError("commops.events.backup_entries takes the text of a backup.")
    if not isinstance(live_ids, Sequence) or isinstance(live_ids, str):
        raise AnsibleFilterError("commops.events.backup_entries: live_ids has to be a list.")
    try:
        return _restore.backup_entries(backup, live_ids)
    except ValueError as error:
        raise AnsibleFilterError(f"commops.events.backup_entries: {error}") from None


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"backup_entries": backup_entries}
