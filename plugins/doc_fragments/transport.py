# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How requests are sent: what all modules share."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  connect_timeout:
    description:
      - The seconds to wait for a connection.
      - Also read from E(COMMOPS_EVENTS_CONNECT_TIMEOUT).
    type: float
    default: 10.0
  read_timeout:
    description:
      - The seconds to wait for an answer, or for its next part.
      - Also read from E(COMMOPS_EVENTS_READ_TIMEOUT).
    type: float
    default: 60.0
  deadline:
    description:
      - The seconds that one request may take, with its whole answer and all its retries. Waiting for the shared
        budget (O(request_budget)) does not count.
      - A task that sends several requests can take longer; Ansible's keyword C(timeout) bounds the task.
      - Also read from E(COMMOPS_EVENTS_DEADLINE).
    type: float
    default: 120.0
  max_retries:
    description:
      - How often a request is sent again after it failed, where that can't do harm. V(0) is exactly one try.
      - A status 429 that says how long to wait does not count.
      - Also read from E(COMMOPS_EVENTS_MAX_RETRIES).
    type: int
    default: 4
  request_budget:
    description:
      - V(auto) keeps to the request limits that the service documents, together with all other tasks of this user on
        this machine. Where the service asks one of them to wait, the others wait too.
      - V(off) sends at once, and waits only where the service asks for it.
      - Also read from E(COMMOPS_EVENTS_REQUEST_BUDGET).
    type: str
    choices:
      - auto
      - 'off'
    default: auto
  request_budget_share:
    description:
      - The part of each limit that this machine may use, above 0 and up to 1. Give it where several machines work on
        one account.
      - Also read from E(COMMOPS_EVENTS_REQUEST_BUDGET_SHARE).
    type: float
    default: 1.0
  validate_certs:
    description:
      - Whether TLS certificates are verified. V(false) earns a warning.
      - Never read from the environment.
    type: bool
    default: true
  ca_path:
    description:
      - A file or folder with the certificates to trust, instead of those that come with the Python library requests.
        With a local connection a relative path begins in the folder of the playbook.
      - Also read from E(COMMOPS_EVENTS_CA_PATH).
    type: path
requirements:
  - python >= 3.9
  - requests >= 2.28
notes:
  - The requirements are those of the host that runs the module. With a local connection that is the controller.
  - Environment variables are those of the process that runs the module, so on a remote host those of that host.
  - E(HTTPS_PROXY) and E(NO_PROXY) are heeded. E(REQUESTS_CA_BUNDLE) and a C(.netrc) file are not.
  - Locks and the request budget are kept in the folder that E(COMMOPS_EVENTS_CACHE_DIR) names, else below
    E(XDG_RUNTIME_DIR), else below the user's cache folder. It holds no secret. Where it can't be used a warning says
    so, and both then hold within one process only.
"""
