"""What happens to one API request: log, limits, latency, rivals, fault, effect, answer."""

from __future__ import annotations

import asyncio
import time

from aiohttp import ClientConnectionError, web

from sandbox import effects
from sandbox.caligraph import Caligraph
from sandbox.faults import Faults, Rule
from sandbox.limits import Limits
from sandbox.log import Log
from sandbox.phonecom import Phonecom
from sandbox.quirks import Quirks
from sandbox.rivals import BadEdit, Rival
from sandbox.store import Store
from sandbox.wire import Answer, Call, Obj, Service, Target


class Pipeline:
    """The two services with everything that stands between them and their clients."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self.store = store
        self.limits = limits
        self.quirks = Quirks()
        self.faults = Faults()
        self.log = Log()
        self.rival = Rival(store)
        self.latency = 0.0
        self.generation = 0
        services: tuple[Service, ...] = (Phonecom(store, self.quirks), Caligraph(store, self.quirks))
        self.services = {service.prefix: service for service in services}

    def reset(self, state: Obj) -> None:
        """Back to `state` and to no faults, quirks, latency or log. Requests still under way lose their effect."""
        self.generation += 1
        self.store.load(state)
        self.limits.reset()
        self.quirks.reset()
        self.faults.remove()
        self.rival.reset()
        self.log.clear()
        self.latency = 0.0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one API request."""
        generation = self.generation
        raw = await request.read()
        parts = tuple(request.rel_url.parts[1:])
        service = self.services.get(parts[0] if parts else "")
        call = Call(
            request.method, request.path, parts[1:], dict(request.query), request.headers, raw, request.remote or ""
        )
        if service is None:
            entry = self.log.begin(call, Target("(unknown)", {}, {}), "unknown", request.transport)
            entry["status"] = 404
            return effects.response(Answer(404, {"error": "no such API: /v4 is Phone.com, /v1 is Caligraph"}))
        target = service.target(call)
        entry = self.log.begin(call, target, service.name, request.transport)
        began = time.monotonic()
        try:
            answer = await self._answer(request, call, target, service, entry, generation)
            # A cut answer has its status already; all others get theirs here.
            entry["status"] = answer.status
            return answer
        except effects.Dropped as dropped:
            entry["status"] = "dropped"
            entry["client_gone"] = effects.gone(request)
            effects.drop(request, dropped.how)
            # Nothing can be written any more; the server wants some response object all the same.
            return web.Response(status=500)
        except (ConnectionError, ClientConnectionError):
            # The client left in the middle of a long answer. aiohttp says so in two ways, and would log one of them.
            entry["status"] = "dropped"
            entry["client_gone"] = True
            return web.Response(status=500)
        except Exception:
            entry["status"] = 500
            raise
        finally:
            entry["seconds"] = time.monotonic() - began

    async def _answer(
        self, request: web.Request, call: Call, target: Target, service: Service, entry: Obj, generation: int
    ) -> web.StreamResponse:
        latency = self.latency
        if latency:
            await asyncio.sleep(latency / 2)
            if self.generation != generation:
                raise effects.Dropped
        refusal = self.limits.spend(service.name, call.method, target.template, target.account, call.remote)
        if refusal is not None:
            entry["limited"] = True
            form = self.quirks[f"{service.name}_retry_after"]
            return effects.response(service.too_many(refusal.limit, refusal.wait, form))
        fault, rivals = self.faults.take(call, service.name, target.account)
        entry["fault"] = fault.kind if fault else None

        async def perform() -> Answer:
            if self.generation != generation:
                raise effects.Dropped
            self._rivals(rivals, "before", entry)
            # Looked up again: while the request waited, an account may have come or gone.
            answer = service.answer(call, service.target(call))
            self._rivals(rivals, "after", entry)
            if latency:
                await asyncio.sleep(latency / 2)
            return answer

        if fault is None:
            return effects.response(await perform())
        return await effects.play(fault, service, request, perform, entry)

    def _rivals(self, rules: list[Rule], when: str, entry: Obj) -> None:
        for rule in rules:
            if rule.params["when"] == when:
                try:
                    entry["rivals"] += self.rival.apply(rule.params["edit"])
                except BadEdit:
                    # What the rival edits is gone by now; that is a rival too late, not an error.
                    continue
