#!/usr/bin/python
# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: caligraph_profile_info
short_description: Read the booking pages of a YouCanBook.me account
version_added: 0.1.0
description:
  - Reads which booking pages a YouCanBook.me account has. The service's API calls itself Caligraph, and booking pages
    profiles.
author:
  - The commops.events authors (@commops)
extends_documentation_fragment:
  - commops.events.attributes.info
  - commops.events.caligraph
  - commops.events.transport
options:
  id:
    description:
      - Only the page with this id. Where there is none, the list is empty.
    type: str
  title:
    description:
      - Only pages of this title, to the letter.
    type: str
  title_pattern:
    description:
      - Only pages whose whole title fits this pattern. V(*) is any text, V(?) any character, V([ab]) one of them.
        Upper and lower case are told apart.
    type: str
  subdomain:
    description:
      - Only the page with this subdomain, without the domain.
    type: str
seealso:
  - module: commops.events.caligraph_webhook_action_info
  - module: commops.events.caligraph_webhook_actions
"""

EXAMPLES = r"""
- name: Read all booking pages of an account
  commops.events.caligraph_profile_info:
    account_id: "{{ caligraph_account_id }}"
    api_key: "{{ vault_caligraph_api_key }}"
  register: pages

- name: Show the id of each page
  ansible.builtin.debug:
    msg: "{{ item.title }} ({{ item.subdomain }}) has the id {{ item.id }}"
  loop: "{{ pages.profiles }}"
  loop_control:
    label: "{{ item.id }}"

- name: Read the pages whose title begins with "Work"
  commops.events.caligraph_profile_info:
    account_id: "{{ caligraph_account_id }}"
    api_key: "{{ vault_caligraph_api_key }}"
    title_pattern: Work*
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
      sample: "6b1f0d5e-3a52-4c8e-9d57-0f6c2f1f7a10"
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
      sample: ycbm_api_account_not_found
    sent:
      description: Whether the request may have reached the API.
      returned: when RV(error.kind) is V(connection)
      type: bool
      sample: false
msg:
  description: What is wrong, and what to do about it. It names the option or the resource.
  returned: failure
  type: str
  sample: "GET /ID/profiles was refused by YouCanBook.me with status 404 (ycbm_api_account_not_found: Account not
    found). Check account_id and api_key."
profiles:
  description: The booking pages.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The page's id.
      returned: always
      type: str
      sample: 0b6d4f0a-55a5-4d0c-8f13-6c1e5f0a1001
    title:
      description: The page's title.
      returned: always
      type: str
      sample: Intake call
    subdomain:
      description: The page's subdomain, without the domain.
      returned: always
      type: str
      sample: intake
    description:
      description: The page's description.
      returned: always
      type: str
      sample: Intake call, by appointment
    time_zone:
      description: The page's time zone.
      returned: always
      type: str
      sample: Europe/London
    status:
      description: The page's status.
      returned: always
      type: str
      sample: ACTIVE
    account_id:
      description: The account.
      returned: always
      type: str
      sample: 6b1f0d5e-3a52-4c8e-9d57-0f6c2f1f7a10
"""

from ansible_collections.commops.events.plugins.module_utils._caligraph import BOOKING_PAGE_INFO
from ansible_collections.commops.events.plugins.module_utils._module import run_module


def main() -> None:
    run_module(BOOKING_PAGE_INFO)


if __name__ == "__main__":
    main()
