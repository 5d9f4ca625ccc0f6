# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of a booking page's actions, written before a whole list is replaced."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ._cache import hashed
from ._errors import InvalidOption
from ._secrets import GuessingMasker, Masker, UrlMasker
from ._values import Raw

FORMAT = "commops.events.caligraph_actions/1"


def check_folder(folder: str) -> None:
    """Whether a backup could be written there. Raises InvalidOption; it writes nothing."""
    if "\0" in folder:
        raise InvalidOption("backup_dir", "holds a NUL, which no path can.")
    existing = os.path.abspath(folder)
    try:
        os.lstat(os.path.join(existing, _file_name("", "")))
    except (FileNotFoundError, NotADirectoryError):
        # As it should be, or told below by the name of what is in the way.
        pass
    except (OSError, ValueError) as error:
        raise InvalidOption("backup_dir", f"no backup could be written to {folder}: {_reason(error)}.") from None
    while not os.path.lexists(existing) and os.path.dirname(existing) != existing:
        existing = os.path.dirname(existing)
    if not os.path.isdir(existing):
        raise InvalidOption("backup_dir", f"{existing} is no folder.")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise InvalidOption("backup_dir", f"{existing} can't be written to.")


def without_secrets(raw: Raw, maskers: Mapping[str, Masker | None]) -> Raw:
    """An action without header values (null, as `secret_headers` takes them) and whatever else of it is secret.

    maskers: for some of its keys, by what a user said of them.
    """
    guessing = GuessingMasker()
    found = {key: guessing.named(key).mask(value) for key, value in raw.items()}
    headers = raw.get("headers")
    if headers is not None:
        found["headers"] = dict.fromkeys(headers) if isinstance(headers, Mapping) else Masker().mask(headers)
    if raw.get("type") == "WEBHOOK":
        found["to"] = UrlMasker().mask(raw.get("to"))
    found.update((key, masker.mask(raw.get(key))) for key, masker in maskers.items() if masker is not None)
    return found


def write_backup(folder: str, account_id: str, page_id: str, actions: Sequence[Raw], whole: bool) -> str:
    """Write the actions to a new file that only its owner can read, and return its path. Raises InvalidOption.

    whole: whether the actions still hold their secrets; the file says so. Its name holds no text from the API.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "account_id": account_id,
        "profile_id": page_id,
        "secrets": whole,
        "actions": list(actions),
    }
    path = os.path.join(os.path.abspath(folder), _file_name(account_id, page_id))
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(content, file, indent=2)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            # Half a backup would pass for a whole one.
            with contextlib.suppress(OSError):
                os.unlink(path)
            raise
    except (OSError, ValueError) as error:
        raise InvalidOption(
            "backup_dir", f"no backup could be written to {folder}: {_reason(error)}; nothing was changed."
        ) from None
    return path


def _file_name(account_id: str, page_id: str) -> str:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    unique = f"{os.getpid()}-{time.monotonic_ns() % 10**9:09d}"
    return f"caligraph-{hashed(account_id, page_id)[:12]}-{stamp}-{unique}.json"


def _reason(error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number) if number else "no such path can be"
