#!/usr/bin/python
# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: caligraph_webhook_actions
short_description: Keep a list of webhook actions of a YouCanBook.me booking page as declared
version_added: 0.1.0
description:
  - Creates, changes, renames or deletes webhook actions of a YouCanBook.me booking page, as one plan that is made
    from one read of the page and written at once. The service's API calls itself Caligraph, and booking pages
    profiles.
  - The page is given by one of O(profile_id), O(profile_subdomain) and O(profile_title). Or the same actions are kept
    on several pages, given by one of O(profile_ids), O(profile_subdomains), O(profile_title_pattern) and
    O(all_profiles); each page is then planned and written by itself.
  - An action is found by O(actions[].id), else by what O(actions[].match_by) lists, which is O(actions[].title), else
    by one of O(actions[].formerly). What is not declared stays as it is, and so do all actions that are no webhooks;
    with O(purge=true), webhooks that are not declared are deleted.
  - Whatever is to be refused on a page is found before it is written.
  - "For each option the documentation says what it means to omit it, to give it as null and to give it empty. In
    short: what is omitted is kept; null and empty clear O(actions[].body); for all others null is the same as
    omitted, and empty is an error (an empty list or mapping says nothing)."
author:
  - The commops.events authors (@commops)
extends_documentation_fragment:
  - commops.events.attributes
  - commops.events.caligraph
  - commops.events.caligraph.page
  - commops.events.transport
  - commops.events.webhook_action.many
  - commops.events.webhook_action.pages
  - commops.events.webhook_action.purge
  - commops.events.webhook_action.task
options:
  state:
    description:
      - Whether the actions have to be there. An entry's own O(actions[].state) comes first.
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
      - With O(actions[].update_secret=always) a header whose value the API masks is written in each run.
seealso:
  - module: commops.events.caligraph_webhook_action
  - module: commops.events.caligraph_webhook_action_info
"""

EXAMPLES = r"""
- name: Keep two webhooks
  commops.events.caligraph_webhook_actions:
    account_id: "{{ caligraph_account_id }}"
    api_key: "{{ vault_caligraph_api_key }}"
    profile_subdomain: intake
    actions:
      - title: New booking to the CRM
        anchor: BOOKING_CREATED
        url: https://crm.example.org/bookings
        body:
          ref: "{REF}"
          startsAt: "{START-LOCAL-DATE}"
        secret_headers:
          X-Auth-Token: "{{ vault_crm_token }}"
      - title: Cancelled booking to the CRM
        anchor: BOOKING_CANCELLED
        url: https://crm.example.org/cancellations

- name: Delete two webhooks
  commops.events.caligraph_webhook_actions:
    account_id: "{{ caligraph_account_id }}"
    api_key: "{{ vault_caligraph_api_key }}"
    profile_id: "{{ intake_page_id }}"
    state: absent
    actions:
      - title: Old test
      - title: Older test

- name: Keep a webhook for three kinds of events on two pages
  commops.events.caligraph_webhook_actions:
    account_id: "{{ caligraph_account_id }}"
    api_key: "{{ vault_caligraph_api_key }}"
    profile_subdomains:
      - intake
      - follow-up
    actions:
      - title: Calendar of the team
        anchors:
          - BOOKING_CREATED
          - BOOKING_RESCHEDULED
          - BOOKING_CANCELLED
        url: https://calendar.example.org/hooks/bookings
        secret_headers:
          X-Auth-Token: "{{ vault_calendar_token }}"

- name: Keep just this webhook, of those that call the ERP
  commops.events.caligraph_webhook_actions:
    account_id: "{{ caligraph_account_id }}"
    api_key: "{{ vault_caligraph_api_key }}"
    profile_title: Follow-up
    actions:
      - title: New follow-up to the ERP
        anchor: BOOKING_CREATED
        url: https://erp.example.org/hooks/follow-ups
    purge: true
    purge_only:
      url_prefix: https://erp.example.org/hooks
    max_deletions: 2
    backup_dir: "{{ backup_folder }}"

- name: See what a run would change, and which webhooks nobody declared
  commops.events.caligraph_webhook_actions:
    account_id: "{{ caligraph_account_id }}"
    api_key: "{{ vault_caligraph_api_key }}"
    profile_title: Workshop
    actions:
      - title: New workshop to the CRM
        anchor: BOOKING_CREATED
        url: https://crm.example.org/workshops
    purge: true
    purge_only:
      everything: true
    max_deletions: 5
  check_mode: true
  diff: true
  register: workshop_webhooks

- name: Show what differs
  ansible.builtin.debug:
    var: workshop_webhooks.drift
"""

RETURN = r"""
actions:
  description:
    - The declared actions in their order, as they are now, or would be, in terms of options. Null for one that is not
      there.
    - Options that O(actions[].secret_fields) lists are masked as a whole.
  returned: success
  type: list
  elements: dict
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
      description: The headers that O(actions[].headers) lists. Values of names that look like secrets are masked.
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
backup_files:
  description: The files with the actions of each page, where there are several pages.
  returned: after a write with O(backup_dir) to several pages
  type: list
  elements: str
  sample:
    - /var/backups/events/caligraph-8489e33607d5-20260301T101500Z-4711-080704661.json
changed:
  description: Whether something was written, or would be.
  returned: always
  type: bool
  sample: true
diff:
  description: What changed, or would change, one item for each action that is changed.
  returned: in diff mode, on success, and in check mode on failure after something was planned
  type: list
  elements: dict
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
  sample: "actions[1].anchor: BOOKING_CANCELED is no known anchor. Did you mean BOOKING_CANCELLED? If it is new, set
    validate_anchor: false."
failures:
  description: What failed on which page.
  returned: failure on one of several pages
  type: list
  elements: dict
  contains:
    scope:
      description: The id of the booking page.
      returned: always
      type: str
      sample: 0b6d4f0a-55a5-4d0c-8f13-6c1e5f0a1001
    msg:
      description: What is wrong there.
      returned: always
      type: str
      sample: The page does not show the change; run the task again.
    error:
      description: As RV(error), which is that of the first page.
      returned: always
      type: dict
      sample:
        kind: conflict
not_begun:
  description: The ids of the booking pages that were not begun (O(stop_after_failures)).
  returned: failure on one of several pages
  type: list
  elements: str
  sample: []
operations:
  description:
    - What was done to each action, or would be. First the declared ones in their order, then those that are purged.
  returned: success, and failure after something was planned
  type: list
  elements: dict
  contains:
    index:
      description: The entry's place in the list, from 0. Null for actions that are purged.
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

from ansible_collections.commops.events.plugins.module_utils._caligraph import WEBHOOK_ACTIONS
from ansible_collections.commops.events.plugins.module_utils._module import run_module


def main() -> None:
    run_module(WEBHOOK_ACTIONS)


if __name__ == "__main__":
    main()
