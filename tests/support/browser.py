# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real browser for tests: headless Chromium through its driver, spoken to over HTTP (W3C WebDriver)."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from sandbox.client import unused_port

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

CONTROL, ESCAPE, TAB, ENTER = "\ue009", "\ue00c", "\ue004", "\ue007"


def executables() -> tuple[str, str] | None:
    """Driver and browser, if both are on this machine."""
    driver = shutil.which("chromedriver")
    browser = next(filter(None, map(shutil.which, _NAMES)), None)
    return (driver, browser) if driver and browser else None


class Browser:
    """One window. `script` runs JavaScript as the body of a function."""

    def __init__(self, session: str) -> None:
        self._session = session

    def _post(self, path: str, **body: Any) -> Any:
        answer = requests.post(f"{self._session}{path}", json=body, timeout=60).json()["value"]
        if isinstance(answer, dict) and "error" in answer:
            raise RuntimeError(f"{path}: {answer['message']}")
        return answer

    def open(self, page: Path) -> None:
        self._post("/url", url=page.as_uri())

    def script(self, source: str, *arguments: Any) -> Any:
        return self._post("/execute/sync", script=source, args=list(arguments))

    def devtools(self, command: str, **parameters: Any) -> Any:
        return self._post("/goog/cdp/execute", cmd=command, params=parameters)

    def size(self, width: int, height: int, mobile: bool = False) -> None:
        self.devtools(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile
        )

    def media(self, scheme: str = "light", kind: str = "") -> None:
        """What the page sees: the colour scheme, and `print` for paper."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.devtools("Emulation.setEmulatedMedia", media=kind, features=features)

    def keys(self, text: str) -> None:
        """Press keys, wherever the focus is."""
        presses = [{"type": kind, "value": char} for char in text for kind in ("keyDown", "keyUp")]
        self._post("/actions", actions=[{"type": "key", "id": "keyboard", "actions": presses}])

    def click(self, selector: str) -> None:
        element = self._post("/element", using="css selector", value=selector)
        self._post(f"/element/{next(iter(element.values()))}/click")

    def until(self, source: str, seconds: float = 10) -> Any:
        """Wait until a script returns something true."""
        end = time.monotonic() + seconds
        while not (value := self.script(source)):
            assert time.monotonic() < end, f"never true: {source}"
            time.sleep(0.02)
        return value

    def console(self) -> list[str]:
        """What the browser complained about since the last call."""
        return [entry["message"] for entry in self._post("/se/log", type="browser")]


@contextmanager
def running() -> Iterator[Browser]:
    """Start the browser; close it at the end."""
    found = executables()
    assert found is not None
    port = unused_port()
    address = f"http://127.0.0.1:{port}"
    options = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
    if os.geteuid() == 0:
        # As root Chromium has no sandbox of its own.
        options.append("--no-sandbox")
    quiet = subprocess.DEVNULL
    with subprocess.Popen([found[0], f"--port={port}"], stdout=quiet, stderr=quiet) as driver:
        try:
            _wait(address)
            wanted = {
                "browserName": "chrome",
                "goog:chromeOptions": {"args": options, "binary": found[1]},
                "goog:loggingPrefs": {"browser": "ALL"},
            }
            body = {"capabilities": {"alwaysMatch": wanted}}
            made = requests.post(f"{address}/session", json=body, timeout=60).json()["value"]
            session = f"{address}/session/{made['sessionId']}"
            try:
                yield Browser(session)
            finally:
                requests.delete(session, timeout=60)
        finally:
            driver.terminate()


def _wait(address: str) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            requests.get(f"{address}/status", timeout=5)
            return
        except requests.ConnectionError:
            assert time.monotonic() < end, "the driver of the browser does not answer"
            time.sleep(0.05)
