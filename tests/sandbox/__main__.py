"""Entry point of ``python tests/sandbox ...``."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    # Running a folder puts that folder itself first on the path, where our `log`, `client` and `server` would hide
    # other people's modules of these names. The parent belongs there: it makes `sandbox` a package.
    sys.path[:] = [str(HERE.parent)] + [p for p in sys.path if not p or Path(p).resolve() != HERE]
    from sandbox.cli import main

    sys.exit(main())
