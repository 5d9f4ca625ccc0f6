# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of `python tests/benchmarks`."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    # The folder itself must not be on the path, where our files would hide other people's modules of their names.
    sys.path[:] = [str(HERE.parent)] + [path for path in sys.path if not path or Path(path).resolve() != HERE]
    from benchmarks.cli import main

    sys.exit(main())
