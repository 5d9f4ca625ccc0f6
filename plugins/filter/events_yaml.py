# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter `events_yaml`; its documentation stands in the file beside this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.commops.events.plugins.plugin_utils._variables_file import PAGE_KEYS, Names, variables_file


def events_yaml(
    accounts: Any,
    token_variable: str = "vault_{name}_phonecom_api_token",
    key_variable: str = "vault_{name}_caligraph_api_key",
    header_variable: str | None = None,
    page_key: str = "profile_id",
) -> str:
    """The live state of accounts as a variables file."""
    if not isinstance(accounts, Mapping):
        raise AnsibleFilterError("commops.events.events_yaml takes a mapping of accounts by name.")
    if page_key not in PAGE_KEYS:
        raise AnsibleFilterError(f"commops.events.events_yaml: page_key must be one of {', '.join(PAGE_KEYS)}.")
    try:
        return variables_file(accounts, Names(token_variable, key_variable, header_variable or None), page_key)
    except ValueError as error:
        raise AnsibleFilterError(f"commops.events.events_yaml: {error}") from None


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"events_yaml": events_yaml}
