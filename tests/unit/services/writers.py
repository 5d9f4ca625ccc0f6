# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of several writers share: held locks, requests under way, and workers that start at once."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ansible_collections.commops.events.plugins.module_utils._cache import Cache
from ansible_collections.commops.events.plugins.module_utils._locks import Locks
from ansible_collections.commops.events.plugins.module_utils._resource import Resource
from sandbox import seeds
from sandbox.client import Sandbox
from support.modules import Called, call

EMAILS = [raw["title"] for raw in seeds.default_emails(1)]
TITLE = seeds.WEBHOOK["title"]
FORK = multiprocessing.get_context("fork")


RIVALS_HOOK = {**seeds.WEBHOOK, "title": "Rival {n}"}


def hook(sandbox: Sandbox, title: str = "Ours", **given: Any) -> dict[str, Any]:
    url = f"https://hooks.example/{title.replace(' ', '-')}"
    return sandbox.caligraph_options(profile_id=seeds.PAGE_WEBHOOK, title=title, anchor="NO_SHOW", url=url, **given)


def titles(sandbox: Sandbox) -> list[Any]:
    return [raw["title"] for raw in sandbox.actions()]


@contextmanager
def held(resource: Resource, sandbox: Sandbox) -> Iterator[Any]:
    """The lock that a task of this service would take, held by another process until the event is set."""
    release = FORK.Event()
    taken = FORK.Event()
    key: tuple[str, ...] = (sandbox.phonecom_url, str(seeds.PHONECOM_ACCOUNT), "account")
    if resource.service == "caligraph":
        key = (sandbox.caligraph_url, seeds.CALIGRAPH_ACCOUNT, "page", seeds.PAGE_WEBHOOK)

    def hold() -> None:
        with Locks(Cache(os.environ), print).hold(*key, noted=0):
            taken.set()
            release.wait(30)

    holder = FORK.Process(target=hold)
    holder.start()
    assert taken.wait(10)
    yield release
    release.set()
    holder.join(10)


def in_thread(work: Callable[[], Called]) -> tuple[threading.Thread, list[Called]]:
    found: list[Called] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    return thread, found


def wait_for_reads(sandbox: Sandbox, count: int) -> None:
    end = time.monotonic() + 10
    while len(sandbox.log()) < count:
        assert time.monotonic() < end
        time.sleep(0.01)
    sandbox.settle()


def under_way(sandbox: Sandbox, method: str) -> None:
    """Wait until a request of this method has arrived and is not answered yet."""
    end = time.monotonic() + 10
    while not [entry for entry in sandbox.log() if entry["method"] == method and entry["status"] is None]:
        assert time.monotonic() < end
        time.sleep(0.005)


def workers(resource: Resource, tasks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Run each task in a forked process of its own, all at once; their results, none of which is a failure."""
    start = FORK.Event()
    pipes = []
    processes = []
    for task in tasks:
        ours, theirs = FORK.Pipe(duplex=False)

        def work(arguments: dict[str, Any] = task, pipe: Any = theirs) -> None:
            start.wait(60)
            called = call(resource, arguments)
            pipe.send(json.dumps({**called.result, "told": called.warnings}))
            # An orderly end would write anew, for each worker, the coverage of all tests that ran before.
            os.kill(os.getpid(), signal.SIGKILL)

        process = FORK.Process(target=work)
        process.start()
        theirs.close()
        pipes.append(ours)
        processes.append(process)
    start.set()
    try:
        results = [json.loads(pipe.recv()) for pipe in pipes]
    finally:
        for process in processes:
            process.join(60)
    assert not [result["msg"] for result in results if result.get("failed")]
    return results
