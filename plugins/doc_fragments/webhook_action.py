# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of one webhook action: those of a task, and those of an item in a list; and what both kinds share.

In a reference, `@` stands for where the option is: nothing for a task, `actions[].` for an item.
"""

from __future__ import annotations

from textwrap import indent

_ENTRY = r"""
title:
  description:
    - The action's title, and what it is found by unless O(@id) or O(@match_by) says otherwise. It is compared to the
      letter.
    - Only actions of the type WEBHOOK are found. Several that fit fail, and the message lists their ids.
    - "Omitted or null: kept; needed on create. Empty: an error."
  type: str
id:
  description:
    - The id of the action. With it, another O(@title) renames the action.
    - Where no webhook has this id, a task that wants it present fails, and one that wants it absent is done.
    - "Omitted or null: the action is found by what O(@match_by) lists. Empty: an error."
  type: str
match_by:
  description:
    - The options whose values find the action, all together, where O(@id) is not given. Each of them has to be given.
    - "Omitted, null or an empty list: V(title)."
  type: list
  elements: str
  choices:
    - title
    - anchor
    - url
    - offset_minutes
formerly:
  description:
    - Earlier titles. Where nothing fits what O(@match_by) lists, the action that has one of these titles is taken,
      and changed to what is declared.
    - "Omitted, null or an empty list: none."
  type: list
  elements: str
anchor:
  description:
    - What happens to a booking so that the webhook is called. It is checked before anything is sent, since the API
      refuses a whole list for one wrong anchor and does not say why.
    - "Known are V(BOOKING_CREATED), V(BOOKING_RESCHEDULED), V(BOOKING_CANCELLED) (with two Ls),
      V(BOOKING_RESCHEDULED_BY_OWNER), V(BOOKING_RESCHEDULED_BY_BOOKER), V(BOOKING_CANCELLED_BY_OWNER),
      V(BOOKING_CANCELLED_BY_BOOKER), V(BOOKING_ACCEPTED), V(BOOKING_REJECTED), V(BOOKING_STARTS), V(BOOKING_ENDS) and
      V(NO_SHOW), and the older V(booked), V(rescheduled), V(cancelled), V(start) and V(end)."
    - "Omitted or null: kept; needed on create. Empty: an error."
  type: str
validate_anchor:
  description:
    - V(false) lets an anchor through that is not in the list of O(@anchor).
    - "Omitted or null: V(true)."
  type: bool
url:
  description:
    - The URL that is called.
    - Its user info and the values of its query are shown masked. If its path holds a secret too, see
      O(@secret_fields).
    - "Omitted or null: kept; needed on create. Empty: an error."
  type: str
  aliases:
    - to
method:
  description:
    - The HTTP method of the call. The API keeps it in a field that it calls C(subject).
    - "Omitted or null: kept; V(POST) on create. Empty: an error."
  type: str
  choices:
    - GET
    - POST
    - PUT
    - PATCH
    - DELETE
  aliases:
    - subject
offset_minutes:
  description:
    - The minutes between what O(@anchor) names and the call. V(0) is at once, a negative number is before it.
    - "Omitted or null: kept; V(0) on create. Empty: an error."
  type: int
body:
  description:
    - The body of the call. A text is kept to the letter; a mapping or a list is written as JSON text.
    - It is compared as JSON where both sides are JSON, so that blanks and the order of keys don't count.
    - Placeholders such as C({START-LOCAL-DATE}), C({REF}) or C({EMAIL}) are filled in by YouCanBook.me. One that is
      not known earns a warning, since a page's form can define its own. A text that begins like JSON but is broken is
      refused.
    - "Omitted: kept; empty on create. Null or empty: cleared."
  type: raw
attach_ics:
  description:
    - Whether the booking is attached as an ICS file.
    - "Omitted or null: kept; V(false) on create. Empty: an error."
  type: bool
headers:
  description:
    - Headers of the call that may be shown. Their names are compared without regard to case.
    - A header that neither O(@headers) nor O(@secret_headers) lists stays as it is, unless O(@purge_headers=true).
      One that both list is an error.
    - A name that looks like a secret, such as C(Authorization) or C(X-Api-Key), is shown masked and earns a warning.
    - "Omitted, null or an empty mapping: kept; none on create. A null or empty value of a header is an error, and so
      is what stands for a masked value, such as V(********)."
  type: dict
secret_headers:
  description:
    - Headers of the call that must not be shown.
    - A header whose value is null has to be there already; it is kept and not compared. So a header can be declared
      by who doesn't know its value.
    - "Omitted, null or an empty mapping: kept; none on create. An empty value of a header is an error."
  type: dict
purge_headers:
  description:
    - Whether headers that neither O(@headers) nor O(@secret_headers) lists are removed.
    - "Omitted or null: V(false)."
  type: bool
update_secret:
  description:
    - What to do about a declared header whose value the API masks, so that it can't be compared.
    - V(on_create) writes it only where the action doesn't have the header yet. What can't be compared is told in
      RV(drift) as C(unverifiable) and is no change.
    - V(always) writes it in each run, which is a change each time.
    - "Omitted or null: V(on_create)."
  type: str
  choices:
    - on_create
    - always
secret_fields:
  description:
    - Options that are shown masked as a whole, in results, diffs and backups.
    - "Omitted, null or an empty list: none."
  type: list
  elements: str
  choices:
    - url
    - body
"""


class ModuleDocFragment:
    # typed, since what is no plain text is an assignment that ansible-test can't read
    DOCUMENTATION: str = "options:" + indent(_ENTRY.replace("@", ""), "  ")

    MANY: str = r"""
options:
  actions:
    description:
      - The webhook actions. Two entries that stand for one action are refused.
      - For several booking pages, each of them gets these actions.
      - "The value RV(commops.events.caligraph_webhook_action_info#module:declared) can be given as it is."
    type: list
    elements: dict
    required: true
    suboptions:
      state:
        description:
          - Whether this action has to be there.
          - "Omitted or null: as O(state) says."
        type: str
        choices:
          - present
          - absent
      anchors:
        description:
          - Stands for one webhook for each of these anchors, all else being equal; they are told apart by title and
            anchor. O(actions[].anchor), O(actions[].id) and O(actions[].formerly) can't stand beside it.
          - "Omitted or null: the entry is one webhook. An empty list: an error."
        type: list
        elements: str
""" + indent(_ENTRY.replace("@", "actions[]."), "      ")

    # options of the whole task, and what is to be known before a list is written
    TASK = r"""
options:
  backup_dir:
    description:
      - A folder on the host that runs the module. Before the list is written, all actions of the page are saved
        there, in a new file that only its owner can read; RV(backup_file) names it. A folder that isn't there is
        made. With a local connection a relative path begins in the folder of the playbook.
      - In check mode nothing is saved, but a folder that can't be written to fails.
      - "Omitted or null: no backup. Empty: an error."
    type: path
  backup_secrets:
    description:
      - Whether the backup holds secrets too. Without them, the values of headers are null and those in the query of a
        URL are masked.
    type: bool
    default: false
  on_conflict:
    description:
      - What to do when somebody else wrote to the page between the write and the read that verifies it.
      - V(replan) plans again from what is there now and writes again, a few times at most.
      - V(fail) fails.
    type: str
    choices:
      - replan
      - fail
    default: replan
  assume_headers_read:
    description:
      - The API may leave headers out of what it shows. Where nothing on the page proves that it shows them, because no
        action has any, and webhooks are there that the task does not declare, a write could lose theirs, so it is
        refused.
      - V(true) says that they have none.
    type: bool
    default: false
notes:
  - The API replaces the list of actions as a whole. Actions that are not declared, e-mails and text messages among
    them, go back exactly as they were read. A list that was read only in part is never written.
  - The list is read right before it is written, and again after that. Tasks of this user on this machine that write
    to one page take turns. The API has no concurrency token, so what another writer saves between this module's read
    and its write, a few milliseconds, can't be noticed.
  - O(state=absent) fails where the page can't be read, since nobody can tell then that the action is gone.
"""

    # several booking pages at once
    PAGES = r"""
options:
  profile_ids:
    description:
      - The ids of several booking pages. An empty list is an error.
    type: list
    elements: str
  profile_subdomains:
    description:
      - The subdomains of several booking pages, without the domain. One that no page has fails. An empty list is an
        error.
    type: list
    elements: str
  profile_title_pattern:
    description:
      - All booking pages whose whole title fits this pattern. V(*) is any text, V(?) any character, V([ab]) one of
        them. Upper and lower case are told apart. Where there is none, the task fails.
    type: str
  all_profiles:
    description:
      - V(true) stands for all booking pages of the account.
    type: bool
  stop_after_failures:
    description:
      - After how many failed pages no further one is begun, where there are several. At least 1. A few pages are
        worked on at the same time, so those under way are finished.
      - In check mode all pages are planned.
    type: int
    default: 1
"""

    # what a list of all webhooks may delete
    PURGE = r"""
options:
  purge:
    description:
      - Whether webhooks that O(actions) does not list are deleted. Needs O(purge_only) and O(max_deletions).
      - Actions of other types, such as e-mails, are never deleted.
      - Can't stand together with V(absent), of the task or of an entry.
    type: bool
    default: false
  purge_only:
    description:
      - Which webhooks O(purge=true) may delete. Where both prefixes are given, both have to fit. An entry of
        O(actions) that is not among them is refused.
    type: dict
    suboptions:
      title_prefix:
        description: Those whose title begins so.
        type: str
      url_prefix:
        description:
          - Those whose URL lies under this one, by scheme, host, port and whole parts of the path. So
            V(https://example.org/a) takes in C(https://example.org/a/b) and not C(https://example.org/ab).
        type: str
      everything:
        description: All of them. Can't stand beside a prefix.
        type: bool
  max_deletions:
    description:
      - The highest number of webhooks that O(purge=true) may delete, on each page. Where there are more, nothing on
        the page is changed; in check mode the failure still tells RV(diff) and RV(drift).
    type: int
"""
