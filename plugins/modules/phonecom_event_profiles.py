#!/usr/bin/python
# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: phonecom_event_profiles
short_description: Keep a list of Phone.com event profiles as declared
version_added: 0.1.0
description:
  - Creates, changes, renames or deletes event profiles of a Phone.com account, or of an extension of it, as one plan
    made from one read of the list.
  - A profile is found by O(profiles[].id), else by O(profiles[].name), else by one of O(profiles[].formerly). What is
    not declared stays as it is; with O(purge=true), profiles that are not declared are deleted.
  - Whatever is to be refused is found before the first write. Profiles are deleted only after all others were created
    and changed.
  - "For each option the documentation says what it means to omit it, to give it as null and to give it empty. In
    short: what is omitted is kept; null and empty clear O(profiles[].support_email); for all others null is the same
    as omitted, and empty is an error."
author:
  - The commops.events authors (@commops)
extends_documentation_fragment:
  - commops.events.attributes
  - commops.events.event_profile.many
  - commops.events.phonecom
  - commops.events.transport
options:
  state:
    description:
      - Whether the profiles have to be there. An entry's own O(profiles[].state) comes first.
      - V(absent) fails, in check mode too, where callbacks use one of the profiles; the message lists their ids.
    type: str
    choices:
      - present
      - absent
    default: present
  purge:
    description:
      - Whether profiles that O(profiles) does not list are deleted. Needs O(purge_only) and O(max_deletions).
      - Only profiles of the given account or extension are seen.
      - Can't stand together with V(absent), of the task or of an entry.
    type: bool
    default: false
  purge_only:
    description:
      - Which profiles O(purge=true) may delete; one of the options below. An entry of O(profiles) that is not among
        them is refused.
    type: dict
    suboptions:
      name_prefix:
        description: Those whose name begins so.
        type: str
      everything:
        description: All of them.
        type: bool
  max_deletions:
    description:
      - The highest number of profiles that O(purge=true) may delete. Where there are more, nothing at all is changed;
        in check mode the failure still tells RV(diff) and RV(drift).
    type: int
notes:
  - Several tasks of this user on this machine that create profiles in one account take turns.
  - A failure half-way tells in RV(operations) what was done before, and RV(changed) is then V(true).
seealso:
  - module: commops.events.phonecom_event_profile
  - module: commops.events.phonecom_event_profile_info
"""

EXAMPLES = r"""
- name: Keep two profiles
  commops.events.phonecom_event_profiles:
    account_id: "{{ phonecom_account_id }}"
    api_token: "{{ vault_phonecom_api_token }}"
    profiles:
      - name: Booking desk
        support_email: desk@example.org
      - name: Front desk
        formerly:
          - Reception

- name: Delete two profiles
  commops.events.phonecom_event_profiles:
    account_id: "{{ phonecom_account_id }}"
    api_token: "{{ vault_phonecom_api_token }}"
    state: absent
    profiles:
      - name: Trial of last year
      - name: Trial of this year

- name: Keep just these profiles, of those whose name begins with "Team "
  commops.events.phonecom_event_profiles:
    account_id: "{{ phonecom_account_id }}"
    api_token: "{{ vault_phonecom_api_token }}"
    profiles:
      - name: Team North
        support_email: north@example.org
      - name: Team South
        support_email: south@example.org
    purge: true
    purge_only:
      name_prefix: "Team "
    max_deletions: 3

- name: See what a run would change, and which profiles nobody declared
  commops.events.phonecom_event_profiles:
    account_id: "{{ phonecom_account_id }}"
    api_token: "{{ vault_phonecom_api_token }}"
    extension_id: 101
    profiles:
      - name: Out of hours
    purge: true
    purge_only:
      everything: true
    max_deletions: 0
  check_mode: true
  diff: true
  register: extension_profiles

- name: Show what differs
  ansible.builtin.debug:
    var: extension_profiles.drift
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
  description: What changed, or would change, one item for each profile that is changed.
  returned: in diff mode, on success, and in check mode on failure after something was planned
  type: list
  elements: dict
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
operations:
  description:
    - What was done to each profile, or would be. First the declared ones in their order, then those that are purged.
  returned: success, and failure after something was planned
  type: list
  elements: dict
  contains:
    index:
      description: The entry's place in the list, from 0. Null for profiles that are purged.
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
profiles:
  description: The declared profiles in their order, as they are now, or would be. Null for one that is not there.
  returned: success
  type: list
  elements: dict
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
from ansible_collections.commops.events.plugins.module_utils._phonecom import EVENT_PROFILES


def main() -> None:
    run_module(EVENT_PROFILES)


if __name__ == "__main__":
    main()
