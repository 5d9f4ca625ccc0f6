# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command and writes what it cost as JSON: `child.py REPORT COMMAND...`. Standard library only.

A process of its own and a small one, since Linux counts the memory of who starts a process as the process's peak.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> None:
    report, *command = sys.argv[1:]
    begun = time.perf_counter()
    started = os.posix_spawnp(command[0], command, os.environ)
    usage = os.wait4(started, 0)
    seconds = time.perf_counter() - begun
    cost = {
        "seconds": seconds,
        "cpu": usage[2].ru_utime + usage[2].ru_stime,
        "peak_kib": usage[2].ru_maxrss // (1024 if sys.platform == "darwin" else 1),
        "code": os.waitstatus_to_exitcode(usage[1]),
    }
    with open(report, "w", encoding="utf-8") as file:
        json.dump(cost, file)


if __name__ == "__main__":
    main()
