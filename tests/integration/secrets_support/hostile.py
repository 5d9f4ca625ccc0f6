# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that throws the caller's credentials back at it in ways that no HTTP framework allows.

What it answers is chosen by the first part of the path. Libraries put such answers into their exceptions and log lines.
"""

from __future__ import annotations

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

_JSON = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"

#: `{secret}` is what stands behind the scheme in Authorization (for Basic: decoded), `{header}` the whole value,
#: `{quoted}` the secret as it can stand in a URL.
ANSWERS = {
    "status-line": "{secret} {header}\r\n\r\n",
    "reason": "HTTP/1.1 401 {header} {secret}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "header-line": _JSON + "X-Echo: {secret}\r\nthis is {header} no header {secret}\r\n\r\n{{}}",
    "long-header": _JSON + "X-Echo: {secret}" + "x" * 70_000 + "\r\n\r\n{{}}",
    "chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{secret}\r\n{header}\r\n",
    "length": "HTTP/1.1 200 OK\r\nContent-Length: {secret}\r\nConnection: close\r\n\r\n{{}}",
    "gzip": "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n{secret} {header}",
    "redirect": "HTTP/1.1 302 Found\r\nLocation: https://{quoted}.example/?to={quoted}\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n",
    "redirect-user": "HTTP/1.1 302 Found\r\nLocation: https://{quoted}@a.example/\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n",
    "retry-after": "HTTP/1.1 429 Too many\r\nRetry-After: {secret}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "charset": "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset={secret}\r\nConnection: close\r\n\r\n<p>{secret}",
    "cookie": _JSON + "Set-Cookie: session={secret}; Path=/\r\n\r\n{{}}",
}


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        line = self.rfile.readline().decode("latin-1")
        header, length = "", 0
        while True:
            field = self.rfile.readline().decode("latin-1").rstrip("\r\n")
            if not field:
                break
            name, _colon, value = field.partition(":")
            if name.lower() == "authorization":
                header = value.strip()
            if name.lower() == "content-length":
                length = int(value)
        self.rfile.read(length)
        scheme, _blank, secret = header.partition(" ")
        if scheme == "Basic":
            secret = base64.b64decode(secret).decode("latin-1").partition(":")[2]
        answer = ANSWERS[line.split("/")[1]]
        text = answer.format(secret=secret, header=header, quoted=quote(secret, safe=""))
        self.wfile.write(text.encode("latin-1"))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def hostile_server() -> Iterator[str]:
    """Its address, without a path."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
