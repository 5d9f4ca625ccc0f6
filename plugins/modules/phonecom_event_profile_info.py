#!/usr/bin/python
# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: phonecom_event_profile_info
short_description: Read Phone.com event profiles
version_added: 0.1.0
description:
  - Reads the event profiles of a Phone.com account, or of an extension of it, and tells them as they are and as a
    playbook would declare them.
author:
  - The commops.events authors (@commops)
extends_documentation_fragment:
  - commops.events.attributes.info
  - commops.events.phonecom
  - commops.events.transport
options:
  id:
    description:
      - Only the profile with this id. Where there is none, the list is empty.
    type: int
  name:
    description:
      - Only profiles of this name, to the letter.
    type: str
  name_pattern:
    description:
      - Only profiles whose whole name fits this pattern. V(*) is any text, V(?) any character, V([ab]) one of them.
        Upper and lower case are told apart.
    type: str
seealso:
  - module: commops.events.phonecom_event_profile
  - module: commops.events.phonecom_event_profiles
"""

EXAMPLES = r"""
- name: Read all profiles of an account
  commops.events.phonecom_event_profile_info:
    account_id: "{{ phonecom_account_id }}"
    api_token: "{{ vault_phonecom_api_token }}"
  register: live

- name: Show the id of each profile
  ansible.builtin.debug:
    msg: "{{ item.name }} has the id {{ item.id }}"
  loop: "{{ live.profiles }}"
  loop_control:
    label: "{{ item.id }}"

- name: Apply what was read, which changes nothing
  commops.events.phonecom_event_profiles:
    account_id: "{{ phonecom_account_id }}"
    api_token: "{{ vault_phonecom_api_token }}"
    profiles: "{{ live.declared }}"

- name: Read the profiles of an extension whose name ends with "desk"
  commops.events.phonecom_event_profile_info:
    account_id: "{{ phonecom_account_id }}"
    api_token: "{{ vault_phonecom_api_token }}"
    extension_id: 101
    name_pattern: "*desk"
"""

RETURN = r"""
api:
  description: What was asked, and what it cost.
  returned: always
  type: dict
  contains:
    account_id:
      description: The account that was asked.
      returned: where its credentials are complete
      type: str
      sample: "1000002"
    requests:
      description: The number of requests that were sent.
      returned: always
      type: int
      sample: 2
    retries:
      description: How many of them were sent again after a failure.
      returned: always
      type: int
      sample: 0
    waited:
      description: The seconds that were spent waiting, for the request budget and before retries.
      returned: always
      type: float
      sample: 0.0
changed:
  description: Always V(false).
  returned: always
  type: bool
  sample: false
declared:
  description:
    - The same profiles as entries of O(commops.events.phonecom_event_profiles#module:profiles). Applied there, they
      change nothing.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The profile's name.
      returned: always
      type: str
      sample: Booking desk
    support_email:
      description: The e-mail address for support. Null where the account's own is used.
      returned: always
      type: str
      sample: desk@example.org
    id:
      description: The profile's id.
      returned: when the name alone does not tell which profile it is
      type: int
      sample: 389
error:
  description: What kind of failure it is, for a C(rescue) to test.
  returned: failure, unless Ansible itself refuses an option
  type: dict
  contains:
    kind:
      description:
        - V(option) is a wrong option, found before anything was sent.
        - V(api) is a refusal by the API, V(answer) an answer that can't be used, V(connection) no whole answer at
          all.
        - V(library) is a missing Python library. V(guard) and V(fault) are faults of this collection.
      returned: always
      type: str
      sample: api
    option:
      description: The name of the wrong option.
      returned: when RV(error.kind) is V(option)
      type: str
      sample: name
    status:
      description: The HTTP status.
      returned: when RV(error.kind) is V(api)
      type: int
      sample: 403
    code:
      description: The API's own code. Empty where it gave none.
      returned: when RV(error.kind) is V(api)
      type: str
      sample: ""
    sent:
      description: Whether the request may have reached the API.
      returned: when RV(error.kind) is V(connection)
      type: bool
      sample: false
msg:
  description: What is wrong, and what to do about it. It names the option or the resource.
  returned: failure
  type: str
  sample: "GET /accounts/ID/integrations/events/profiles was refused by Phone.com with status 401: Unauthorized. Check
    api_token."
profiles:
  description: The profiles, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The profile's id.
      returned: always
      type: int
      sample: 389
    name:
      description: The profile's name.
      returned: always
      type: str
      sample: Booking desk
    support_email:
      description: The e-mail address for support. Null where the account's own is used.
      returned: always
      type: str
      sample: desk@example.org
    voip_id:
      description: The account's VoIP id.
      returned: always
      type: int
      sample: 1000002
    extension_id:
      description: The extension that the profile belongs to. Null for a profile of the account.
      returned: always
      type: int
      sample: null
    created_at:
      description: When the profile was created, in Unix seconds.
      returned: always
      type: int
      sample: 1591869178
"""

from ansible_collections.commops.events.plugins.module_utils._module import run_module
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE_INFO


def main() -> None:
    run_module(EVENT_PROFILE_INFO)


if __name__ == "__main__":
    main()
