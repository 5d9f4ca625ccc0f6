# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of one event profile: those of a task, and those of an item in a list.

In a reference, `@` stands for where the option is: nothing for a task, `profiles[].` for an item.
"""

from __future__ import annotations

from textwrap import indent

_ENTRY = r"""
name:
  description:
    - The profile's name, and what it is found by unless O(@id) is given. It is compared to the letter.
    - A name that several profiles share fails, and the message lists their ids.
    - "Omitted or null: kept; then O(@id) has to be given. Empty: an error."
  type: str
id:
  description:
    - The id of the profile. With it, another O(@name) renames the profile.
    - Where no profile has this id, a task that wants it present fails, and one that wants it absent is done.
    - "Omitted or null: the profile is found by O(@name)."
  type: int
support_email:
  description:
    - The e-mail address for support.
    - "Omitted: kept; on create as null. Null or empty: cleared, so that the account's own address is used."
  type: str
formerly:
  description:
    - Earlier names. Where no profile has O(@name), the one that has one of these is taken, and renamed.
    - "Omitted, null or an empty list: none."
  type: list
  elements: str
"""


class ModuleDocFragment:
    # typed, since what is no plain text is an assignment that ansible-test can't read
    DOCUMENTATION: str = "options:" + indent(_ENTRY.replace("@", ""), "  ")

    MANY: str = r"""
options:
  profiles:
    description:
      - The profiles. Two entries that stand for one profile are refused.
      - "The value RV(commops.events.phonecom_event_profile_info#module:declared) can be given as it is."
    type: list
    elements: dict
    required: true
    suboptions:
      state:
        description:
          - Whether this profile has to be there.
          - "Omitted or null: as O(state) says."
        type: str
        choices:
          - present
          - absent
""" + indent(_ENTRY.replace("@", "profiles[]."), "      ")
