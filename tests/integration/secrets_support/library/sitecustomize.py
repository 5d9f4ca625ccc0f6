# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A standard library that fails as nobody expects, with the request's credentials in the exception's text.

Python imports it at its start where PYTHONPATH names its folder; it spoils requests to one address only.
"""

from __future__ import annotations

import http.client
from typing import Any

SPOILT = "127.0.0.66"

_original = http.client.HTTPConnection.putheader


def putheader(self: Any, header: str, *values: Any) -> None:
    """As in the library, but it raises what no HTTP library expects."""
    if self.host == SPOILT and header.lower() == "authorization":
        try:
            raise KeyError(*values)
        except KeyError as error:
            raise ArithmeticError(f"{header} {values} {vars(self)}") from error
    _original(self, header, *values)


if __name__ == "sitecustomize":
    http.client.HTTPConnection.putheader = putheader  # type: ignore[method-assign]
