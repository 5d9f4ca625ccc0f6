"""A small typed client of the control endpoints, for tests. Needs `requests` only.

with running(limits="off") as sandbox:
    sandbox.fault("status", status=503, method="GET", times=2)
    ...
    assert not sandbox.unsafe_requests()
"""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from sandbox import seeds
from sandbox.process import Running, launch
from sandbox.wire import Json, Obj

TIMEOUT = 30.0
"""Seconds for one control request."""


class SandboxError(Exception):
    """A control endpoint refused: the message is its own."""


class Sandbox:
    """A running local API. `verify` is a CA file if it serves https."""

    def __init__(self, url: str, *, verify: bool | str = True, server: Running | None = None) -> None:
        self.url = url.rstrip("/")
        self.phonecom_url = f"{self.url}/v4"
        self.caligraph_url = f"{self.url}/v1"
        self.server = server
        self._session = requests.Session()
        # A proxy or netrc of the environment has no business on loopback.
        self._session.trust_env = False
        self._verify = verify

    def _call(self, method: str, path: str, body: Json = None, **params: str | int | None) -> Json:
        answer = self._session.request(
            method, f"{self.url}/_sandbox/{path}", json=body, params=params, timeout=TIMEOUT, verify=self._verify
        )
        if answer.status_code != 200:
            is_json = answer.headers.get("Content-Type", "").startswith("application/json")
            raise SandboxError(answer.json()["error"] if is_json else answer.text)
        return answer.json()

    def close(self) -> None:
        """Close the control connection; stop the server if this object started it."""
        self._session.close()
        if self.server is not None:
            self.server.stop()

    # --- options for the modules under test ---

    def phonecom_options(self, **changes: Any) -> Obj:
        """`api_url`, `account_id` and `api_token` of the first account."""
        options = {
            "api_url": self.phonecom_url,
            "account_id": str(seeds.PHONECOM_ACCOUNT),
            "api_token": seeds.PHONECOM_TOKEN,
        }
        return {**options, **changes}

    def caligraph_options(self, **changes: Any) -> Obj:
        """`api_url`, `account_id` and `api_key` of the first account."""
        options = {"api_url": self.caligraph_url, "account_id": seeds.CALIGRAPH_ACCOUNT, "api_key": seeds.CALIGRAPH_KEY}
        return {**options, **changes}

    # --- state ---

    def ping(self) -> int:
        """The server's process id."""
        pid: int = self._call("GET", "ping")["pid"]
        return pid

    def reset(self) -> None:
        """First data, no faults, quirks or latency, an empty log, limits as on the command line."""
        self._call("POST", "reset")

    def state(self) -> Obj:
        """The whole state: `{phonecom: {accounts}, caligraph: {accounts}}`."""
        state: Obj = self._call("GET", "state")
        return state

    def put_state(self, **parts: Json) -> None:
        """Replace the parts `phonecom` and/or `caligraph` of the state."""
        self._call("PUT", "state", parts)

    def rows(self, kind: str, account: int = seeds.PHONECOM_ACCOUNT, extension: int | None = None) -> list[Obj]:
        """Phone.com rows (`profiles`, `callbacks`, `listeners`) of exactly one scope, newest first, nothing masked."""
        rows: list[Obj] = self._call("GET", f"phonecom/{account}/{kind}", extension=extension)
        return rows

    def set_rows(
        self, kind: str, rows: Sequence[Obj], account: int = seeds.PHONECOM_ACCOUNT, extension: int | None = None
    ) -> list[Obj]:
        """Replace all rows of one scope, unvalidated; what a row lacks (id too) is filled in. Returns the rows."""
        made: list[Obj] = self._call("PUT", f"phonecom/{account}/{kind}", list(rows), extension=extension)
        return made

    def profiles(self, account: int = seeds.PHONECOM_ACCOUNT, extension: int | None = None) -> list[Obj]:
        """Phone.com event profiles of exactly one scope, newest first."""
        return self.rows("profiles", account, extension)

    def set_profiles(
        self, rows: Sequence[Obj], account: int = seeds.PHONECOM_ACCOUNT, extension: int | None = None
    ) -> list[Obj]:
        """Replace the event profiles of one scope."""
        return self.set_rows("profiles", rows, account, extension)

    def add_profiles(
        self,
        count: int,
        name: str = "Profile {n}",
        support_email: str | None = None,
        account: int = seeds.PHONECOM_ACCOUNT,
        extension: int | None = None,
    ) -> list[int]:
        """Add many event profiles; `{n}` in the name is 1 to `count`. Returns their ids."""
        body = {"count": count, "name": name, "support_email": support_email}
        ids: list[int] = self._call("POST", f"phonecom/{account}/profiles", body, extension=extension)
        return ids

    def pages(self) -> list[Obj]:
        """All booking pages of all Caligraph accounts, whole."""
        pages: list[Obj] = self._call("GET", "pages")
        return pages

    def page(self, page_id: str = seeds.PAGE_WEBHOOK) -> Obj:
        """One booking page, whole."""
        page: Obj = self._call("GET", f"pages/{page_id}")
        return page

    def actions(self, page_id: str = seeds.PAGE_WEBHOOK) -> list[Obj]:
        """The actions of a booking page as they are stored, nothing left out or masked."""
        actions: list[Obj] = self._call("GET", f"pages/{page_id}/actions")
        return actions

    def set_actions(
        self, actions: Sequence[Obj], page_id: str = seeds.PAGE_WEBHOOK, *, exact: bool = False
    ) -> list[Obj]:
        """Replace a page's actions, unvalidated. Missing keys are filled in; with `exact` only a missing id is."""
        path = f"pages/{page_id}/actions"
        made: list[Obj] = self._call("PUT", path, list(actions), exact="true" if exact else None)
        return made

    def add_pages(
        self, count: int, title: str = "Page {n}", actions: Sequence[Obj] = (), account: str = seeds.CALIGRAPH_ACCOUNT
    ) -> list[str]:
        """Add booking pages with these actions (given without ids). Returns the pages' ids."""
        body = {"count": count, "title": title, "actions": list(actions), "account": account}
        ids: list[str] = self._call("POST", "pages", body)
        return ids

    # --- faults, rivals, quirks, limits ---

    def fault(
        self,
        kind: str,
        *,
        service: str | None = None,
        method: str | Sequence[str] | None = None,
        path_regex: str | None = None,
        account: str | int | None = None,
        nth: int = 1,
        times: int | None = 1,
        **params: Any,
    ) -> int:
        """Add a fault rule. Returns its id."""
        match = {
            "service": service,
            "method": method if method is None or isinstance(method, str) else list(method),
            "path_regex": path_regex,
            "account": account,
            "nth": nth,
        }
        rule: Obj = self._call("POST", "faults", {"kind": kind, "match": match, "times": times, **params})
        number: int = rule["id"]
        return number

    def faults(self) -> list[Obj]:
        """All rules with their counters `seen` (matches) and `fired`."""
        rules: list[Obj] = self._call("GET", "faults")
        return rules

    def clear_faults(self, number: int | None = None) -> None:
        """Remove one rule, or all."""
        self._call("DELETE", "faults" if number is None else f"faults/{number}")

    def rival(self, service: str, op: str, **edit: Any) -> int:
        """Apply an edit as another client would, at once. Returns how many objects it touched."""
        touched: int = self._call("POST", "rival", {"service": service, "op": op, **edit})["touched"]
        return touched

    def rival_on(self, edit: Obj, *, when: str = "before", **match: Any) -> int:
        """Apply `edit` before or after requests that match. Returns the rule's id."""
        return self.fault("rival", edit=edit, when=when, **match)

    def quirks(self, **changes: Json) -> Obj:
        """Set some quirks, the others stay. Returns all values."""
        values: Obj = self._call("PUT", "quirks", changes)
        return values

    def reset_quirks(self) -> None:
        """All quirks to their defaults."""
        self._call("DELETE", "quirks")

    def quirks_described(self) -> dict[str, Obj]:
        """All quirks with `default`, `values` (a list, or `int`) and `doc`."""
        described: dict[str, Obj] = self._call("GET", "quirks/all")
        return described

    def limits(self, mode: str | None = None, **settings: Json) -> Obj:
        """Set rate limits (`mode`, `window_scale`, `count_refused`, `per_method`, `caligraph`). Returns the setting.

        What was spent is forgotten; without arguments nothing is changed.
        """
        body = settings if mode is None else {"mode": mode, **settings}
        setting: Obj = self._call("PUT", "limits", body) if body else self._call("GET", "limits")
        return setting

    def latency(self, seconds: float) -> None:
        """Let every API answer take this much longer, half before the effect and half after."""
        self._call("PUT", "latency", {"seconds": seconds})

    # --- the log ---

    def log(self, since: int = 0) -> list[Obj]:
        """Log entries with a number above `since`."""
        entries: list[Obj] = self._call("GET", "log", since=since)["entries"]
        return entries

    def mark(self) -> int:
        """The number of the last log entry, for `since`."""
        last: int = self._call("GET", "log", since=2**62)["last"]
        return last

    def settle(self, seconds: float = 10) -> None:
        """Wait until every request in the log is done with, also those whose client has gone away."""
        end = time.monotonic() + seconds
        while any(entry["status"] is None for entry in self.log()):
            if time.monotonic() > end:
                raise SandboxError(f"requests are still under way after {seconds:g} s")
            time.sleep(0.02)

    def clear_log(self) -> None:
        """Forget all log entries."""
        self._call("DELETE", "log")

    def unsafe_requests(self, since: int = 0) -> list[Obj]:
        """Log entries of requests that were no GET."""
        return [entry for entry in self.log(since) if entry["method"] != "GET"]

    def calls(self, since: int = 0) -> list[tuple[str, str, int | str | None]]:
        """The log in short: (method, path, status)."""
        return [(entry["method"], entry["path"], entry["status"]) for entry in self.log(since)]

    def connections(self, since: int = 0) -> int:
        """How many different connections API requests came over."""
        return len({entry["connection"] for entry in self.log(since)})


def start(
    *,
    limits: str = "off",
    host: str = "127.0.0.1",
    port: int = 0,
    state: Path | None = None,
    cert: Path | None = None,
    key: Path | None = None,
    ca: Path | None = None,
    log_file: Path | None = None,
    max_seconds: float = 3600,
    python: str = sys.executable,
) -> Sandbox:
    """Start a server as a child process and wait until it listens; `Sandbox.close` stops it.

    It stops by itself after `max_seconds`, so that a killed test run leaves nothing behind.
    """
    arguments = ["--limits", limits, "--host", host, "--port", str(port), "--max-seconds", str(max_seconds)]
    for name, path in (("--state", state), ("--cert", cert), ("--key", key)):
        if path is not None:
            arguments += [name, str(path)]
    server = launch(arguments, python=python, log_file=log_file)
    return Sandbox(server.url, verify=str(ca) if ca else True, server=server)


@contextmanager
def running(**options: Any) -> Iterator[Sandbox]:
    """A server for the length of a `with` block; options as for `start`."""
    sandbox = start(**options)
    try:
        yield sandbox
    finally:
        sandbox.close()


def unused_port() -> int:
    """A port that nothing listens on: a connection to it is refused."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
