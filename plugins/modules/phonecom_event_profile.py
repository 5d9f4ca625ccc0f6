#!/usr/bin/python
# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: phonecom_event_profile
short_description: Keep one Phone.com event profile as declared
version_added: 0.1.0
description:
  - Creates, changes, renames or deletes one event profile of a Phone.com account, or of an extension of it.
  - A profile is found by O(id), else by O(name), else by one of O(formerly). What is not declared stays as it is.
  - "For each option the documentation says what it means to omit it, to give it as null and to give it empty. In
    short: what is omitted is kept; null and empty clear O(support_email); for all others null is the same as omitted,
    and empty is an error."
author:
  - The commops.events authors (@commops)
extends_documentation_fragment:
  - commops.events.attributes
  - commops.events.event_profile
  - commops.events.phonecom
  - commops.events.transport
options:
  state:
    description:
      - Whether the profile has to be there.
      - V(absent) fails, in check mode too, where callbacks use the profile; the message lists their ids.
    type: str
    choices:
      - present
      - absent
    default: present
notes:
  - Several tasks of this user on this machine that create profiles in one account take turns, so that the same task
    on many hosts makes one profile.
seealso:
  - module: commops.events.phonecom_event_profiles
  - module: commops.events.phonecom_event_profile_info
"""

EXAMPLES = r"""
- name: Keep an event profile
  commops.events.phonecom_event_profile:
    account_id: "{{ phonecom_account_id }}"
    api_token: "{{ vault_phonecom_api_token }}"
    name: Booking desk
    support_email: desk@example.org

- name: Use the account's own address for support
  commops.events.phonecom_event_profile:
    account_id: "{{ phonecom_account_id }}"
    api_token: "{{ vault_phonecom_api_token }}"
    name: Calls to the CRM
    support_email: null

- name: Give the credentials once for several tasks
  module_defaults:
    group/commops.events.phonecom:
      account_id: "{{ phonecom_account_id }}"
      api_token: "{{ vault_phonecom_api_token }}"
  block:
    - name: Rename a profile by its id
      commops.events.phonecom_event_profile:
        id: 389
        name: Support line

    - name: Rename a profile by its earlier name, or create it
      commops.events.phonecom_event_profile:
        name: Front desk
        formerly:
          - Reception

    - name: Keep a profile of an extension
      commops.events.phonecom_event_profile:
        extension_id: 101
        name: Out of hours

    - name: Delete a profile
      commops.events.phonecom_event_profile:
        name: Trial of last year
        state: absent

    - name: See whether a profile is as it should be, without changing it
      commops.events.phonecom_event_profile:
        name: Night desk
        support_email: night@example.org
      check_mode: true
      diff: true
      register: night_desk

    - name: Show how it differs
      ansible.builtin.debug:
        var: night_desk.drift
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
      description: The profile's options before. Empty where it was not there.
      returned: always
      type: dict
      sample:
        name: Booking desk
        support_email: support@example.org
    after:
      description: The profile's options afterwards. Empty where it is deleted.
      returned: always
      type: dict
      sample:
        name: Booking desk
        support_email: desk@example.org
    before_header:
      description: What is compared.
      returned: always
      type: str
      sample: 'event profile "Booking desk"'
    after_header:
      description: What is compared.
      returned: always
      type: str
      sample: 'event profile "Booking desk"'
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
      description: The service, V(phonecom).
      returned: always
      type: str
      sample: phonecom
    account_id:
      description: The account.
      returned: always
      type: str
      sample: "1000002"
    scope:
      description: Where the profile belongs, V(account) or C(extension ID).
      returned: always
      type: str
      sample: account
    resource:
      description: The kind of resource, V(event_profile).
      returned: always
      type: str
      sample: event_profile
    key:
      description: The profile's name.
      returned: always
      type: str
      sample: Booking desk
    id:
      description: The id. Null where the resource is not there yet.
      returned: always
      type: int
      sample: 389
    field:
      description: The option whose value differs. Null where the whole resource is meant.
      returned: always
      type: str
      sample: support_email
    from:
      description: The live value.
      returned: always
      type: raw
      sample: support@example.org
    to:
      description: The declared value.
      returned: always
      type: raw
      sample: desk@example.org
    kind:
      description:
        - V(missing) is declared and not there, V(unexpected) is there and should not be, V(different) has another
          value.
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
        - V(ambiguous) is a write of which nobody knows whether it was carried out.
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
  sample: "The event profile \"Booking desk\" (id 389) can't be deleted: callbacks use it (ids 155). Delete them or
    give them another profile first."
operation:
  description: What was done to the profile, or would be. One of V(created), V(updated), V(deleted) and V(unchanged).
  returned: success
  type: str
  sample: updated
operations:
  description:
    - The same as a list of one, as M(commops.events.phonecom_event_profiles) returns it. It tells which profile it
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
      description: The profile's name.
      returned: always
      type: str
      sample: Booking desk
    id:
      description: The profile's id. Null where it is not there, or not yet.
      returned: always
      type: int
      sample: 389
    scope:
      description: Where the profile belongs, V(account) or C(extension ID).
      returned: always
      type: str
      sample: account
    done:
      description: Whether it was carried out before the task failed.
      returned: failure
      type: bool
      sample: true
profile:
  description: The profile as it is now, or would be. Null where it is not there.
  returned: success
  type: dict
  contains:
    id:
      description: The profile's id. Null in check mode where the profile would be created.
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
      description: The account's VoIP id. Null in check mode where the profile would be created.
      returned: always
      type: int
      sample: 1000002
    extension_id:
      description: The extension that the profile belongs to. Null for a profile of the account.
      returned: always
      type: int
      sample: null
    created_at:
      description: When the profile was created, in Unix seconds. Null in check mode where the profile would be
        created.
      returned: always
      type: int
      sample: 1591869178
verified:
  description:
    - Whether the answers of the API show what was written. V(false) comes with a warning that names the value.
  returned: after a write
  type: bool
  sample: true
"""

from ansible_collections.commops.events.plugins.module_utils._module import run_module
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILE


def main() -> None:
    run_module(EVENT_PROFILE)


if __name__ == "__main__":
    main()
