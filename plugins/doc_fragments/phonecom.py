# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Phone.com is reached: what its modules share."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  account_id:
    description:
      - The VoIP id of the account. It consists of digits.
      - Needed, here or as E(PHONECOM_ACCOUNT_ID).
    type: str
  api_token:
    description:
      - The API token of the account.
      - Needed, here or as E(PHONECOM_API_TOKEN).
    type: str
  api_url:
    description:
      - The address of the API. Where neither this option nor E(PHONECOM_API_URL) gives it, it is
        V(https://api.phone.com/v4).
      - Plain C(http://) is taken for this machine only (C(localhost) and loopback addresses). Redirects are not
        followed.
    type: str
  extension_id:
    description:
      - Works on the event profiles of this extension instead of those of the account.
      - "Omitted or null: the account's own. The two don't see each other's profiles."
    type: int
attributes:
  action_group:
    description: Takes options from C(module_defaults) for C(group/commops.events.phonecom).
    support: full
    membership:
      - commops.events.phonecom
      - commops.events.all
notes:
  - Credentials are one bundle. E(PHONECOM_ACCOUNT_ID), E(PHONECOM_API_TOKEN) and E(PHONECOM_API_URL) count only where
    the task and its C(module_defaults) give none of O(account_id), O(api_token) and O(api_url), so that one account's
    id never meets another account's token.
  - Phone.com limits requests, for example to 30 in 30 seconds for each account and endpoint. All tasks that the same
    user runs on one machine share this budget, and wait for it instead of being refused; see O(request_budget).
seealso:
  - name: Guide to Phone.com
    description: From the first playbook to the audit of an account.
    link: https://github.com/commops/events/blob/main/docs/phonecom.md
"""
