#!/usr/bin/python
# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: caligraph_webhook_action_info
short_description: Read the actions of a YouCanBook.me booking page
version_added: 0.1.0
description:
  - Reads the actions of a YouCanBook.me booking page, e-mails and text messages among them, and tells them as they
    are and its webhooks as a playbook would declare them. The service's API calls itself Caligraph, and booking pages
    profiles.
  - The page is given by exactly one of O(profile_id), O(profile_subdomain) and O(profile_title).
  - Secrets are masked, which is the values of all headers, and the user info and the values of the query of a
    webhook's URL.
author:
  - The commops.events authors (@commops)
extends_documentation_fragment:
  - commops.events.attributes.info
  - commops.events.caligraph
  - commops.events.caligraph.page
  - commops.events.transport
options:
  id:
    description:
      - Only the action with this id. Where there is none, the list is empty.
    type: str
  title:
    description:
      - Only actions of this title, to the letter.
    type: str
  title_pattern:
    description:
      - Only actions whose whole title fits this pattern. V(*) is any text, V(?) any character, V([ab]) one of them.
        Upper and lower case are told apart.
    type: str
  anchor:
    description:
      - Only actions with this anchor.
    type: str
  type:
    description:
      - Only actions of this type, such as V(WEBHOOK) or V(EMAIL).
    type: str
seealso:
  - module: commops.events.caligraph_webhook_action
  - module: commops.events.caligraph_webhook_actions
"""

EXAMPLES = r"""
- name: Read all actions of a booking page
  commops.events.caligraph_webhook_action_info:
    account_id: "{{ caligraph_account_id }}"
    api_key: "{{ vault_caligraph_api_key }}"
    profile_subdomain: intake
  register: live

- name: Show what the page does, and when
  ansible.builtin.debug:
    msg: "{{ item.anchor }}: {{ item.type }} {{ item.title }}"
  loop: "{{ live.actions }}"
  loop_control:
    label: "{{ item.id }}"

- name: Apply what was read, which changes nothing
  commops.events.caligraph_webhook_actions:
    account_id: "{{ caligraph_account_id }}"
    api_key: "{{ vault_caligraph_api_key }}"
    profile_subdomain: intake
    actions: "{{ live.declared }}"

- name: Read the webhooks for new bookings
  commops.events.caligraph_webhook_action_info:
    account_id: "{{ caligraph_account_id }}"
    api_key: "{{ vault_caligraph_api_key }}"
    profile_id: "{{ intake_page_id }}"
    type: WEBHOOK
    anchor: BOOKING_CREATED
"""

RETURN = r"""
actions:
  description:
    - The actions in the page's order. Webhooks are told in terms of options, other actions as the API has them;
      whatever else the API gives stands beside, with its names in snake case.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The action's id.
      returned: always
      type: str
      sample: a7e1c3b2-0d4f-4e6a-9b8c-1f2e3d4c5b01
    title:
      description: The action's title.
      returned: always
      type: str
      sample: New booking to the CRM
    anchor:
      description: What happens to a booking so that the webhook is called.
      returned: always
      type: str
      sample: BOOKING_CREATED
    url:
      description: The URL that is called. Its user info and the values of its query are masked.
      returned: for webhooks
      type: str
      sample: https://crm.example.org/bookings?key=(secret)
    method:
      description: The HTTP method of the call.
      returned: for webhooks
      type: str
      sample: POST
    offset_minutes:
      description: The minutes between what the anchor names and the call.
      returned: always
      type: int
      sample: 0
    body:
      description: The body of the call.
      returned: always
      type: str
      sample: '{"ref": "{REF}", "startsAt": "{START-LOCAL-DATE}"}'
    attach_ics:
      description: Whether the booking is attached as an ICS file.
      returned: always
      type: bool
      sample: false
    headers:
      description: Always empty for webhooks, since nothing is declared here. For other actions their headers, masked.
      returned: always
      type: dict
      sample: {}
    secret_headers:
      description: All headers of the webhook, masked.
      returned: for webhooks
      type: dict
      sample:
        X-Auth-Token: (secret)
    type:
      description: The type of the action, such as V(WEBHOOK), V(EMAIL) or V(SMS).
      returned: always
      type: str
      sample: WEBHOOK
    status:
      description: V(TEMPLATE) for what a page is configured with.
      returned: always
      type: str
      sample: TEMPLATE
    to:
      description: The receiver of an action that is no webhook. Of a webhook that is no template, its URL, masked.
      returned: for actions that are not managed
      type: str
      sample: "{EMAIL}"
    subject:
      description: The subject of an e-mail.
      returned: for actions that are not managed
      type: str
      sample: "Booked: {BOOKING-TITLE}"
    from_name:
      description: The sender's name of an e-mail.
      returned: where the API gives it
      type: str
      sample: Bookings
    from_address:
      description: The sender's address of an e-mail.
      returned: where the API gives it
      type: str
      sample: no-reply@booking.example.org
    time_zone:
      description: The time zone of an e-mail.
      returned: where the API gives it
      type: str
      sample: Europe/London
    account_id:
      description: The account.
      returned: where the API gives it
      type: str
      sample: 6b1f0d5e-3a52-4c8e-9d57-0f6c2f1f7a10
    profile_id:
      description: The booking page.
      returned: where the API gives it
      type: str
      sample: 0b6d4f0a-55a5-4d0c-8f13-6c1e5f0a1001
    booking_id:
      description: The booking. Null for what a page is configured with.
      returned: where the API gives it
      type: str
      sample: null
    created:
      description: When the action was created.
      returned: where the API gives it
      type: str
      sample: "2024-01-15T09:30:00Z"
    updated:
      description: When the action was changed.
      returned: where the API gives it
      type: str
      sample: "2024-01-15T09:30:00Z"
    fired_at:
      description: When the action was carried out.
      returned: where the API gives it
      type: str
      sample: null
    credits_used:
      description: The credits that it cost.
      returned: where the API gives it
      type: int
      sample: 0
    within_quota:
      description: Whether it was within the account's quota.
      returned: where the API gives it
      type: bool
      sample: true
    failure_code:
      description: Why it failed.
      returned: where the API gives it
      type: str
      sample: null
    display_time_zone:
      description: The time zone in which times are written.
      returned: where the API gives it
      type: str
      sample: null
    ycbm_branded:
      description: Whether it shows the service's brand.
      returned: where the API gives it
      type: bool
      sample: false
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
declared:
  description:
    - The webhooks as entries of O(commops.events.caligraph_webhook_actions#module:actions). Applied there, they
      change nothing.
    - Secrets are left out, and so is what the module would refuse to send.
  returned: success
  type: list
  elements: dict
  contains:
    title:
      description: The action's title.
      returned: always
      type: str
      sample: New booking to the CRM
    id:
      description: The action's id.
      returned: when the title alone does not tell which action it is
      type: str
      sample: a7e1c3b2-0d4f-4e6a-9b8c-1f2e3d4c5b01
    anchor:
      description: What happens to a booking so that the webhook is called.
      returned: when it can be declared
      type: str
      sample: BOOKING_CREATED
    validate_anchor:
      description: V(false).
      returned: when the anchor is not a known one
      type: bool
      sample: false
    url:
      description: The URL that is called.
      returned: when it holds no secret
      type: str
      sample: https://crm.example.org/bookings
    method:
      description: The HTTP method of the call.
      returned: when it can be declared
      type: str
      sample: POST
    offset_minutes:
      description: The minutes between what the anchor names and the call.
      returned: when it can be declared
      type: int
      sample: 0
    body:
      description: The body of the call, as text.
      returned: when it can be declared
      type: str
      sample: '{"ref": "{REF}", "startsAt": "{START-LOCAL-DATE}"}'
    attach_ics:
      description: Whether the booking is attached as an ICS file.
      returned: when it can be declared
      type: bool
      sample: false
    secret_headers:
      description: The names of all headers, with null as value.
      returned: when there are headers
      type: dict
      sample:
        X-Auth-Token: null
error:
  description: What kind of failure it is, for a C(rescue) to test.
  returned: failure, unless Ansible itself refuses an option
  type: dict
  contains:
    kind:
      description:
        - V(option) is a wrong option, found before anything was sent. V(refused) is a booking page that is not there.
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
      sample: ycbm_api_account_insufficient_permissions
    sent:
      description: Whether the request may have reached the API.
      returned: when RV(error.kind) is V(connection)
      type: bool
      sample: false
msg:
  description: What is wrong, and what to do about it. It names the option or the resource.
  returned: failure
  type: str
  sample: "profile_subdomain: this account has no booking page with the subdomain \"intak\"."
"""

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION_INFO
from ansible_collections.commops.events.plugins.module_utils._module import run_module


def main() -> None:
    run_module(WEBHOOK_ACTION_INFO)


if __name__ == "__main__":
    main()
