# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries: made-up secrets that no output may hold, and the forms in which each of them could stand there.

The forms are worked out here anew, not by the code under test. Every canary has characters that URL encoding, base64
and JSON change, as far as the place can carry them that it stands for.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote, quote_plus

#: Credentials stand in an HTTP header, so they are ASCII and hold no blank.
TOKEN = "Tk7+q/Z=&?%\"x\\y'<w>~e"
KEY = "ak_K3>~/+?=&%\"v\\'<u>"
#: Values of webhook headers: what the server has, what is declared, and what belongs to somebody else. The first two
#: stand behind the name of a scheme, without which they are as secret.
HEADER_OLD = 'H0ld+/=?"\\& <é€>~'
HEADER_NEW = 'H1new+/=?"\\& <ü€>~'
HEADER_KEPT = "kept+/=%?'K9~"
HEADER_FOREIGN = "F4far+/=%?'&W8~"
#: As short as a secret can be without matching everything; its base64 holds `+` or `/` at each alignment.
SHORT_OLD = "?>~"
SHORT_NEW = "~>?"
#: Values that stand in the plain option `headers` under a name that smells of a secret.
SMELLY_OLD = "S3old+/=%?'&g~"
SMELLY_NEW = "S4new+/=%?'&m~"
#: Parts of URLs, as they are before URL encoding.
QUERY_OLD = "Q5old+/=&? é~"
QUERY_NEW = "Q6new+/=&? ü~"
QUERY_FOREIGN = "Q7far+/=&? ö~"
#: In base64, without the `==` at its end.
BARE_QUERY = "QmFyZXF1ZXJ5dG9rZW4x"
PASSWORD_OLD = "P1old:/@#ä~"
PASSWORD_NEW = "P2new:/@#ß~"
PASSWORD_FOREIGN = "P3far:/@#å~"
PATH_OLD = "T0/B1old/xYz%24q"
PATH_NEW = "T0/B2new/xYz%25q"
PATH_FOREIGN = "T0/B3far/xYz%26q"
#: A text within a body that `secret_fields` names.
BODY_OLD = 'B4old+/=%?"\\ &<ñ>~'
BODY_NEW = 'B5new+/=%?"\\ &<õ>~'
#: Upper case in braces looks like a placeholder of a booking page.
BODY_CODE = "B6CODE-X7Q9Z2"
#: The password of a proxy that the environment names.
PROXY = "X8proxy+=&~w"
#: A secret that came to stand in the wrong place, such as the name of a header.
MISPLACED = "M9wrong+/=%?~k"

CANARIES: Mapping[str, str] = {
    name.lower(): value for name, value in tuple(globals().items()) if name.isupper() and isinstance(value, str)
}


def url(host: str = "", *, path: str = "/", password: str = "", query: str = "", name: str = "key") -> str:
    """A webhook's URL with secret parts, URL-encoded as they have to be there."""
    user = f"hook:{quote(password, safe='')}@" if password else ""
    return f"https://{user}{host or 'receiver.example.org'}{path}" + (
        f"?{name}={quote(query, safe='')}" if query else ""
    )


@cache
def forms(value: str) -> Mapping[str, str]:
    """The forms of a secret, each with its name."""
    found = {value: "raw"}
    data = value.encode()
    for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
        for shift in range(3):
            # Only the characters that do not depend on what stands before and after.
            core = alphabet(bytes(shift) + data).decode()[-(-shift * 8 // 6) : (shift + len(data)) * 8 // 6]
            found.setdefault(core, f"base64, {shift} bytes in")
    encoded = {value: ""} | dict.fromkeys((quote(value, safe=""), quote(value), quote_plus(value)), "URL-encoded ")
    encoded |= {
        re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), form): name
        for form, name in encoded.items()
        if form != value
    }
    if len(value) > 3:
        # Hosts are written in lower case; of a very short value that would be another one.
        encoded |= {form.lower(): f"lower-case {name}" for form, name in encoded.items()}
    encoded |= {html.escape(value): "HTML-escaped ", html.escape(value, quote=False): "HTML-escaped "}
    for form, name in encoded.items():
        found.setdefault(form, name.strip())
        for escaped in (json.dumps(form)[1:-1], json.dumps(form, ensure_ascii=False)[1:-1]):
            found.setdefault(escaped, f"{name}JSON-escaped")
            found.setdefault(escaped.replace("/", "\\/"), f"{name}JSON-escaped")
            # A JSON text inside of a JSON text, as results are printed.
            for twice in (json.dumps(escaped)[1:-1], json.dumps(escaped, ensure_ascii=False)[1:-1]):
                found.setdefault(twice, f"{name}JSON-escaped twice")
    found.setdefault(repr(value)[1:-1], "as Python writes it")
    return found


#: Made up by the local API; of base64 for URLs, three characters with a hyphen may stand in one by chance.
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def found_in(text: str) -> Iterator[tuple[str, str, str]]:
    """The canaries in a text: name, form, and the text around it."""
    text = _ID.sub("(id)", text)
    for name, value in CANARIES.items():
        for form, kind in forms(value).items():
            place = text.find(form)
            if place >= 0:
                around = text[max(0, place - 60) : place + len(form) + 40]
                yield name, kind, around.replace("\n", "\\n").replace("\0", " | ")
                break


def texts(value: Any) -> Iterator[str]:
    """All texts in a result, keys included; what is no text as JSON writes it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)
    else:
        yield json.dumps(value, default=str)
