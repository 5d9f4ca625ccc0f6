# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between the supported versions of ansible-core on the controller."""

from __future__ import annotations

import json
from typing import Any

from ansible.module_utils.common import json as ansible_json


def plain_arguments(arguments: dict[str, Any]) -> dict[str, Any]:
    """A task's arguments as a shipped module gets them: through JSON, vaulted values decrypted, tags dropped."""
    if hasattr(ansible_json, "get_module_encoder"):
        encoder = ansible_json.get_module_encoder("legacy", ansible_json.Direction.CONTROLLER_TO_MODULE)
        text = json.dumps(arguments, cls=encoder)
        decoder = ansible_json.get_module_decoder("legacy", ansible_json.Direction.CONTROLLER_TO_MODULE)
        decoded: dict[str, Any] = json.loads(text, cls=decoder)
        return decoded
    text = json.dumps(arguments, cls=ansible_json.AnsibleJSONEncoder, vault_to_text=True)
    plain: dict[str, Any] = json.loads(text)
    return plain
