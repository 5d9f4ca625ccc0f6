# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.commops.events.plugins.plugin_utils._fast_path import FastPath


class ActionModule(FastPath):
    resource = ("_phonecom", "EVENT_PROFILES")
