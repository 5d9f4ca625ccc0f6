# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter `twin_accounts`; its documentation stands in the file beside this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.commops.events.plugins.plugin_utils import _twins


def twin_accounts(accounts: Any) -> list[str]:
    """What several accounts of commops_events_accounts declare, in words."""
    if not isinstance(accounts, Mapping):
        raise AnsibleFilterError("commops.events.twin_accounts takes a mapping of accounts.")
    return _twins.twins(accounts)


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"twin_accounts": twin_accounts}
