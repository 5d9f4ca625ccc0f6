"""Plays faults on the wire: late, cut, endless, wrong or no answers."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.faults import Rule
from sandbox.wire import Answer, Obj, Service

BLOCK = 64 * 1024

Perform = Callable[[], Awaitable[Answer]]


class Dropped(Exception):
    """The connection is to be given up without an answer."""

    def __init__(self, how: str = "reset") -> None:
        super().__init__(how)
        self.how = how


def gone(request: web.Request) -> bool:
    """Whether the client has closed the connection."""
    return request.transport is None or request.transport.is_closing()


def response(answer: Answer) -> web.Response:
    """A complete HTTP answer."""
    body = answer.body()
    headers = dict(answer.headers)
    if body:
        headers.setdefault("Content-Type", "application/json")
    return web.Response(status=answer.status, body=body or None, headers=headers)


def drop(request: web.Request, how: str) -> None:
    """Give up the connection: `reset` is noticed as a reset, `close` as an end without an answer."""
    if request.transport is None:
        return
    if how == "reset":
        raw = request.transport.get_extra_info("socket")
        # Without a linger time of zero the kernel says goodbye politely, which a client sees as an end, not a reset.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    else:
        request.transport.close()


async def play(rule: Rule, service: Service, request: web.Request, perform: Perform, entry: Obj) -> web.StreamResponse:
    """Answer `request` with the fault. `perform` carries the request out; `when` says whether and when that is."""
    return await _PLAYERS[rule.kind](rule.params, service, request, perform, entry)


async def _effect(params: Obj, perform: Perform) -> None:
    if params["when"] == "after":
        await perform()


async def _status(
    params: Obj, service: Service, request: web.Request, perform: Perform, entry: Obj
) -> web.StreamResponse:
    await _effect(params, perform)
    wait = params["retry_after"]
    if params["status"] == 429:
        form = params["retry_after_form"] if wait is not None else "none"
        answer = service.too_many(30, wait or 0, form)
    else:
        answer = service.error(params["status"], params["message"])
        if wait is not None and params["retry_after_form"] != "none":
            answer.headers.update(service.too_many(30, wait, params["retry_after_form"]).headers)
    headers = {**answer.headers, **params["headers"]}
    if params["body"] is not None:
        headers.setdefault("Content-Type", params["content_type"])
        return web.Response(status=params["status"], body=params["body"].encode("utf-8"), headers=headers)
    if params["json"] is not None:
        answer.payload = params["json"]
    return response(Answer(params["status"], answer.payload, headers))


async def _drop(
    params: Obj, service: Service, request: web.Request, perform: Perform, entry: Obj
) -> web.StreamResponse:
    await _effect(params, perform)
    raise Dropped(params["how"])


async def _slow(
    params: Obj, service: Service, request: web.Request, perform: Perform, entry: Obj
) -> web.StreamResponse:
    answer = await perform() if params["when"] == "after" else None
    await asyncio.sleep(params["seconds"])
    if answer is None:
        # By default a request takes effect even if nobody waits for the answer any more, as behind a real gateway.
        if gone(request) and params["if_gone"] == "forget":
            raise Dropped
        answer = await perform()
    if gone(request):
        raise Dropped
    return response(answer)


async def _drip(
    params: Obj, service: Service, request: web.Request, perform: Perform, entry: Obj
) -> web.StreamResponse:
    answer = await perform()
    body = answer.body()
    stream = web.StreamResponse(status=answer.status, headers={"Content-Type": "application/json", **answer.headers})
    stream.content_length = len(body)
    await stream.prepare(request)
    step = params["chunk"]
    end = len(body) if params["limit"] is None else min(len(body), params["limit"])
    for start in range(0, end, step):
        if gone(request):
            raise Dropped
        await stream.write(body[start : min(start + step, end)])
        await asyncio.sleep(params["delay"])
    if end < len(body):
        await stream.write(body[end:])
    return stream


async def _truncate(
    params: Obj, service: Service, request: web.Request, perform: Perform, entry: Obj
) -> web.StreamResponse:
    answer = await perform()
    body = answer.body()
    kept = body[: len(body) // 2 if params["keep"] is None else params["keep"]]
    headers = {"Content-Type": "application/json", **answer.headers}
    if params["length"] == "cut":
        return web.Response(status=answer.status, body=kept, headers=headers)
    stream = web.StreamResponse(status=answer.status, headers=headers)
    if params["length"] == "full":
        stream.content_length = len(body)
    else:
        stream.enable_chunked_encoding()
    await stream.prepare(request)
    await stream.write(kept)
    # close() still sends what is buffered, abort() would not.
    drop(request, "close")
    entry["status"] = answer.status
    return stream


async def _wrong_shape(
    params: Obj, service: Service, request: web.Request, perform: Perform, entry: Obj
) -> web.StreamResponse:
    await _effect(params, perform)
    text = json.dumps(params["json"])
    return web.Response(status=params["status"], body=text.encode("ascii"), content_type="application/json")


async def _empty(
    params: Obj, service: Service, request: web.Request, perform: Perform, entry: Obj
) -> web.StreamResponse:
    await _effect(params, perform)
    headers = {} if params["status"] == 204 else {"Content-Type": "application/json"}
    return web.Response(status=params["status"], headers=headers)


async def _html(
    params: Obj, service: Service, request: web.Request, perform: Perform, entry: Obj
) -> web.StreamResponse:
    await _effect(params, perform)
    return web.Response(status=params["status"], text=params["body"], content_type="text/html")


async def _redirect(
    params: Obj, service: Service, request: web.Request, perform: Perform, entry: Obj
) -> web.StreamResponse:
    return web.Response(status=params["status"], headers={"Location": params["location"]})


async def _huge(
    params: Obj, service: Service, request: web.Request, perform: Perform, entry: Obj
) -> web.StreamResponse:
    await _effect(params, perform)
    stream = web.StreamResponse(headers={"Content-Type": "application/json"})
    if params["declared"]:
        stream.content_length = params["bytes"]
    await stream.prepare(request)
    left = params["bytes"]
    # One JSON text of the announced size: a quoted string of x's.
    opening, block = b'"', b"x" * BLOCK
    while left > 0:
        if gone(request):
            raise Dropped
        part = (opening + block)[: min(left, BLOCK)]
        left -= len(part)
        opening = b""
        await stream.write(part if left else part[:-1] + b'"')
    return stream


_Player = Callable[[Obj, Service, web.Request, Perform, Obj], Awaitable[web.StreamResponse]]

_PLAYERS: dict[str, _Player] = {
    "status": _status,
    "drop": _drop,
    "slow": _slow,
    "drip": _drip,
    "truncate": _truncate,
    "wrong_shape": _wrong_shape,
    "empty": _empty,
    "html": _html,
    "redirect": _redirect,
    "huge": _huge,
}
