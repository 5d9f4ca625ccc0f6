# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How YouCanBook.me and its booking pages are reached: what its modules share."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  account_id:
    description:
      - The id of the account (a UUID), or the e-mail address of its owner.
      - Needed, here or as E(CALIGRAPH_ACCOUNT_ID).
    type: str
  api_key:
    description:
      - The API key of the account.
      - Needed, here or as E(CALIGRAPH_API_KEY).
    type: str
  api_url:
    description:
      - The address of the API. Where neither this option nor E(CALIGRAPH_API_URL) gives it, it is
        V(https://api.youcanbook.me/v1).
      - Plain C(http://) is taken for this machine only (C(localhost) and loopback addresses). Redirects are not
        followed.
    type: str
attributes:
  action_group:
    description: Takes options from C(module_defaults) for C(group/commops.events.caligraph).
    support: full
    membership:
      - commops.events.caligraph
      - commops.events.all
notes:
  - Credentials are one bundle. E(CALIGRAPH_ACCOUNT_ID), E(CALIGRAPH_API_KEY) and E(CALIGRAPH_API_URL) count only
    where the task and its C(module_defaults) give none of O(account_id), O(api_key) and O(api_url), so that one
    account's id never meets another account's key.
seealso:
  - name: Guide to YouCanBook.me
    description: From the first playbook to the audit of a booking page.
    link: https://github.com/commops/events/blob/main/docs/caligraph.md
"""

    # the booking page whose actions a module works on
    PAGE = r"""
options:
  profile_id:
    description:
      - The id of the booking page.
    type: str
  profile_subdomain:
    description:
      - The subdomain of the booking page, without the domain. To look it up takes further requests.
    type: str
  profile_title:
    description:
      - The title of the booking page, to the letter. To look it up takes further requests.
      - A title that several pages share fails, and the message lists their ids.
    type: str
"""
