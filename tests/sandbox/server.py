"""The server: one port for both APIs and the control endpoints, from "listening" to a clean stop."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from sandbox.control import Control
from sandbox.limits import Limits
from sandbox.pipeline import Pipeline
from sandbox.process import is_ours
from sandbox.store import Store, read_file, write_file

LARGEST_REQUEST = 64 * 1024 * 1024
SAVE_DELAY = 0.2
"""Seconds from a change to the state file: one write for a burst of changes."""
STOP_WAIT = 0.3
"""Seconds that requests under way are given at the stop."""


@dataclass
class Options:
    """What `serve` takes on the command line; see `cli`."""

    host: str = "127.0.0.1"
    port: int = 0
    state: Path | None = None
    ready_file: Path | None = None
    pid_file: Path | None = None
    limits: str = "documented"
    cert: Path | None = None
    key: Path | None = None
    max_seconds: float | None = None


class CannotServe(Exception):
    """The server can't start: the message says why."""


class StateFile:
    """Keeps a file equal to the store."""

    def __init__(self, store: Store, path: Path) -> None:
        self.store = store
        self.path = path
        self._timer: asyncio.TimerHandle | None = None
        store.changed = self.soon

    def soon(self) -> None:
        """Write the file a moment later."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SAVE_DELAY, self.now)

    def now(self) -> None:
        """Write the file."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        write_file(self.path, json.dumps(self.store.dump(), indent=1) + "\n")


def make_app(pipeline: Pipeline) -> web.Application:
    """The web application. One catch-all route: the services find their own way, so that 404 and 405 are theirs."""
    control = Control(pipeline)

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/_sandbox/"):
            return await control.handle(request)
        return await pipeline.handle(request)

    app = web.Application(client_max_size=LARGEST_REQUEST)
    app.router.add_route("*", "/{path:.*}", handle)
    return app


def _tls(options: Options) -> ssl.SSLContext | None:
    if options.cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.cert, options.key)
    return context


def _refuse_second(pid_file: Path | None) -> None:
    """A second server would take the first one's pid file, and nobody could stop the first."""
    if pid_file is None:
        return
    try:
        pid = int(pid_file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return
    if pid != os.getpid() and is_ours(pid):
        raise CannotServe(f"a local API is running already: {pid_file} names process {pid}")


async def _serve(options: Options) -> None:
    store = Store(read_file(options.state) if options.state else None)
    pipeline = Pipeline(store, Limits(options.limits))
    runner = web.AppRunner(
        make_app(pipeline), access_log=None, handle_signals=False, shutdown_timeout=STOP_WAIT, keepalive_timeout=600
    )
    await runner.setup()
    state_file = StateFile(store, options.state) if options.state else None
    written: list[Path] = []
    try:
        context = _tls(options)
        await web.TCPSite(runner, options.host, options.port, ssl_context=context, backlog=1024).start()
        port = runner.addresses[0][1]
        host = f"[{options.host}]" if ":" in options.host else options.host
        ready = json.dumps({"url": f"{'https' if context else 'http'}://{host}:{port}", "pid": os.getpid()})
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        for path, text in ((options.pid_file, str(os.getpid())), (options.ready_file, ready)):
            if path is not None:
                write_file(path, text + "\n")
                written.append(path)
        print(ready, flush=True)
        try:
            await asyncio.wait_for(stop.wait(), options.max_seconds)
        except TimeoutError:
            print(f"stopped after {options.max_seconds:g} seconds", file=sys.stderr)
    finally:
        await runner.cleanup()
        try:
            if state_file is not None:
                state_file.now()
        finally:
            for path in written:
                path.unlink(missing_ok=True)


def serve(options: Options) -> None:
    """Serve until SIGTERM, SIGINT or `max_seconds`. Raises `CannotServe`."""
    _refuse_second(options.pid_file)
    try:
        asyncio.run(_serve(options))
    except (OSError, ValueError) as error:
        raise CannotServe(str(error)) from error
