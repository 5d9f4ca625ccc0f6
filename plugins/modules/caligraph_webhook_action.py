#!/usr/bin/python
# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: caligraph_webhook_action
short_description: Keep one webhook action of a YouCanBook.me booking page as declared
version_added: 0.1.0
description:
  - Creates, changes, renames or deletes one webhook action of a YouCanBook.me booking page. The service's API calls
    itself Caligraph, and booking pages profiles.
  - The page is given by exactly one of O(profile_id), O(profile_subdomain) and O(profile_title).
  - An action is found by O(id), else by what O(match_by) lists, which is O(title), else by one of O(formerly). What
    is not declared stays as it is, and all other actions of the page do.
  - "For each option the documentation says what it means to omit it, to give it as null and to give it empty. In
    short: what is omitted is kept; null and empty clear O(body); for all others null is the same as omitted, and
    empty is an error (an empty list or mapping says nothing)."
author:
  - The commops.events authors (@commops)
extends_documentation_fragment:
  - commops.events.attributes
  - commops.events.caligraph
  - commops.events.caligraph.page
  - commops.events.transport
  - commops.events.webhook_action
  - commops.events.webhook_action.task
options:
  state:
    description:
      - Whether the action has to be there.
    type: str
    choices:
      - present
      - absent
    default: present
attributes:
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
    details:
      - With O(update_secret=always) a header whose value the API masks is written in each run.
seealso:
  - module: commops.events.caligraph_webhook_actions
  - module: commops.events.caligraph_webhook_action_info
"""

EXAMPLES = r"""
- name: Call the CRM for each new booking
  commops.events.caligraph_webhook_action:
    account_id: "{{ caligraph_account_id }}"
    api_key: "{{ vault_caligraph_api_key }}"
    profile_subdomain: intake
    title: New booking to the CRM
    anchor: BOOKING_CREATED
    url: https://crm.example.org/bookings
    body:
      ref: "{REF}"
      startsAt: "{START-LOCAL-DATE}"
      email: "{EMAIL}"
    headers:
      X-Source: bookings
    secret_headers:
      X-Auth-Token: "{{ vault_crm_token }}"

- name: Give options once for several tasks
  module_defaults:
    group/commops.events.caligraph:
      account_id: "{{ caligraph_account_id }}"
      api_key: "{{ vault_caligraph_api_key }}"
    commops.events.caligraph_webhook_action:
      # the other webhooks of these pages have no headers that could be lost
      assume_headers_read: true
  block:
    - name: Keep the body to the letter, and a backup of the page in a folder
      commops.events.caligraph_webhook_action:
        profile_title: Follow-up
        title: Cancelled booking to the CRM
        anchor: BOOKING_CANCELLED
        url: https://crm.example.org/cancellations
        method: PUT
        body: '{"ref": "{REF}", "reason": "{CANCELLATION-REASON}"}'
        backup_dir: "{{ backup_folder }}"

    - name: Remind the door an hour before, with a secret in the URL's path
      commops.events.caligraph_webhook_action:
        profile_title: Workshop
        title: Open the door
        anchor: BOOKING_STARTS
        offset_minutes: -60
        url: "https://door.example.org/hooks/{{ vault_door_hook }}"
        secret_fields:
          - url

    - name: Change one thing of a webhook that is there, and keep a header whose value is not known here
      commops.events.caligraph_webhook_action:
        profile_id: "{{ intake_page_id }}"
        title: Booking created API call
        url: https://crm.example.org/v2/bookings
        secret_headers:
          another: null

    - name: Rename a webhook by its earlier title, or create it
      commops.events.caligraph_webhook_action:
        profile_title: Follow-up
        title: New follow-up to the CRM
        formerly:
          - New follow-up
        anchor: BOOKING_CREATED
        url: https://crm.example.org/follow-ups

    - name: Find a webhook by what it does, whatever its title is
      commops.events.caligraph_webhook_action:
        profile_title: Workshop
        match_by:
          - anchor
          - url
        anchor: BOOKING_CREATED
        url: https://crm.example.org/workshops
        title: New workshop to the CRM

    - name: Delete a webhook
      commops.events.caligraph_webhook_action:
        profile_title: Workshop
        title: Old test
        state: absent

    - name: See whether a webhook is as it should be, without changing it
      commops.events.caligraph_webhook_action:
        profile_title: Follow-up
        title: Moved booking to the CRM
        anchor: BOOKING_RESCHEDULED
        url: https://crm.example.org/moved
      check_mode: true
      diff: true
      register: moved_booking

    - name: Show how it differs
      ansible.builtin.debug:
        var: moved_booking.drift
"""

RETURN = r"""
action:
  description:
    - The action as it is now, or would be, in terms of options. Null where it is not there.
    - Options that O(secret_fields) lists are masked as a whole.
  returned: success
  type: dict
  contains:
    id:
      description: The action's id. Null in check mode where the action would be created.
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
      description: The URL that is called. User info and the values of its query are masked.
      returned: always
      type: str
      sample: https://crm.example.org/bookings?key=(secret)
    method:
      description: The HTTP method of the call.
      returned: always
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
      description: The headers that O(headers) lists. Values of names that look like secrets are masked.
      returned: always
      type: dict
      sample:
        X-Source: bookings
    secret_headers:
      description: All other headers of the action, masked.
      returned: always
      type: dict
      sample:
        X-Auth-Token: (secret)
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
backup_file:
  description: The file with the page's actions as they were before the write.
  returned: after a write with O(backup_dir)
  type: str
  sample: /var/backups/events/caligraph-8489e33607d5-20260301T101500Z-4711-080704661.json
changed:
  description: Whether something was written, or would be.
  returned: always
  type: bool
  sample: true
diff:
  description: What changed, or would change.
  returned: in diff mode, on success
  type: dict
  contains:
    before:
      description: The action's options before. Empty where it was not there.
      returned: always
      type: dict
      sample:
        title: New booking to the CRM
        url: https://crm.example.org/old
    after:
      description: The action's options afterwards. Empty where it is deleted.
      returned: always
      type: dict
      sample:
        title: New booking to the CRM
        url: https://crm.example.org/bookings
    before_header:
      description: What is compared.
      returned: always
      type: str
      sample: 'webhook action "New booking to the CRM"'
    after_header:
      description: What is compared.
      returned: always
      type: str
      sample: 'webhook action "New booking to the CRM"'
drift:
  description:
    - How the live account differs from what is declared, one item for each field, or for each resource that is not
      there or should not be there. Empty where nothing differs.
    - It tells the state before the task, in check mode and in a live run alike.
  returned: success, and failure after something was planned
  type: list
  elements: dict
  contains:
    service:
      description: The service, V(caligraph).
      returned: always
      type: str
      sample: caligraph
    account_id:
      description: The account.
      returned: always
      type: str
      sample: 6b1f0d5e-3a52-4c8e-9d57-0f6c2f1f7a10
    scope:
      description: The id of the booking page.
      returned: always
      type: str
      sample: 0b6d4f0a-55a5-4d0c-8f13-6c1e5f0a1001
    resource:
      description: The kind of resource, V(webhook_action).
      returned: always
      type: str
      sample: webhook_action
    key:
      description: The action's title.
      returned: always
      type: str
      sample: New booking to the CRM
    id:
      description: The id. Null where the resource is not there yet.
      returned: always
      type: str
      sample: a7e1c3b2-0d4f-4e6a-9b8c-1f2e3d4c5b01
    field:
      description: The option whose value differs, or one header, such as C(headers.X-Source). Null where the whole
        resource is meant.
      returned: always
      type: str
      sample: url
    from:
      description: The live value.
      returned: always
      type: raw
      sample: https://crm.example.org/old
    to:
      description: The declared value.
      returned: always
      type: raw
      sample: https://crm.example.org/bookings
    kind:
      description:
        - V(missing) is declared and not there, V(unexpected) is there and should not be, V(different) has another
          value.
        - V(unverifiable) can't be compared, since the API masks its value; it is no change.
      returned: always
      type: str
      sample: different
error:
  description: What kind of failure it is, for a C(rescue) to test.
  returned: failure, unless Ansible itself refuses an option
  type: dict
  contains:
    kind:
      description:
        - V(option) is a wrong option, found before anything was sent. V(refused) is a plan that can't or must not be
          carried out, found before the first write.
        - V(api) is a refusal by the API, V(answer) an answer that can't be used, V(connection) no whole answer at
          all.
        - V(ambiguous) is a write of which nobody knows whether it was carried out. V(conflict) is another
          writer who came between.
        - V(library) is a missing Python library. V(guard) and V(fault) are faults of this collection.
      returned: always
      type: str
      sample: refused
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
      sample: caligraph_invalid_payload
    sent:
      description: Whether the request may have reached the API.
      returned: when RV(error.kind) is V(connection)
      type: bool
      sample: false
msg:
  description: What is wrong, and what to do about it. It names the option or the resource.
  returned: failure
  type: str
  sample: "anchor: BOOKING_CANCELED is no known anchor. Did you mean BOOKING_CANCELLED? If it is new, set
    validate_anchor: false."
operation:
  description: What was done to the action, or would be. One of V(created), V(updated), V(deleted) and V(unchanged).
  returned: success
  type: str
  sample: updated
operations:
  description:
    - The same as a list of one, as M(commops.events.caligraph_webhook_actions) returns it. It tells which action it
      is, even where nothing changed.
  returned: success, and failure after something was planned
  type: list
  elements: dict
  contains:
    index:
      description: Always 0.
      returned: always
      type: int
      sample: 0
    operation:
      description: V(created), V(updated), V(deleted) or V(unchanged).
      returned: always
      type: str
      sample: updated
    key:
      description: The action's title.
      returned: always
      type: str
      sample: New booking to the CRM
    id:
      description: The action's id. Null where it is not there, or not yet.
      returned: always
      type: str
      sample: a7e1c3b2-0d4f-4e6a-9b8c-1f2e3d4c5b01
    scope:
      description: The id of the booking page.
      returned: always
      type: str
      sample: 0b6d4f0a-55a5-4d0c-8f13-6c1e5f0a1001
    done:
      description: Whether it was carried out before the task failed.
      returned: failure
      type: bool
      sample: true
verified:
  description:
    - Whether the page, read again after the write, shows what was written. V(false) comes with a warning that names
      the value.
    - V(unverifiable) where the API masks a value that was written, so that it can't be compared.
  returned: after a write
  type: raw
  sample: true
"""

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTION
from ansible_collections.commops.events.plugins.module_utils._module import run_module


def main() -> None:
    run_module(WEBHOOK_ACTION)


if __name__ == "__main__":
    main()
