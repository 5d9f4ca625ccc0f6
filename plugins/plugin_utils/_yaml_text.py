# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data as YAML that Ansible reads back as exactly this data, whatever its texts hold: none is run as a template.

Only a `Reference` is written as a template. How a text is written depends on the text alone, so that two files with
the same values are the same to the letter, and no line break, comment or invisible character of a value is one of the
file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

_TEXT = "tag:yaml.org,2002:str"
_UNSAFE = "!unsafe"
#: What makes Ansible take a text for a template; the last one only at its very beginning, where it renames the others.
_MARKS = ("{{", "{%", "{#")
_OVERRIDE = "#jinja2:"
#: Beside letters and digits, what a text without quotes may hold. PyYAML has the last word on each.
_PLAIN = frozenset(" _./@+:=&?%,()-")
#: Words that some reader of YAML takes for something else, and PyYAML's own does not.
_WORDS = frozenset(("y", "n"))


class Reference(str):
    """The name of a variable, whose value is to be looked up when the file is used."""


def is_template(text: str) -> bool:
    """Whether Ansible would take a text for a template."""
    return text.startswith(_OVERRIDE) or any(mark in text for mark in _MARKS)


def write(data: Mapping[str, Any], comment: Iterable[str] = ()) -> str:
    """The data as a YAML document below a comment. Raises ValueError for what no such document can hold."""
    lines = "".join(f"# {line}\n" for line in comment)
    return lines + yaml.dump(
        _plain(data, ()),
        Dumper=_Dumper,
        explicit_start=True,
        default_flow_style=False,
        sort_keys=False,
        allow_unicode=True,
        width=sys.maxsize,
    )


def _plain(value: Any, path: tuple[Any, ...]) -> Any:
    """The same in Python's own types, since those of Ansible are subclasses that differ from version to version."""
    if value is None or isinstance(value, (bool, Reference)):
        return value
    if isinstance(value, str):
        return _checked(str.__str__(value), path)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Mapping):
        return {_key(key, path): _plain(item, (*path, key)) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_plain(item, (*path, index)) for index, item in enumerate(value)]
    raise ValueError(f"{_place(path)} is of the type {type(value).__name__}, which can't be written.")


def _key(key: Any, path: tuple[Any, ...]) -> str:
    if not isinstance(key, str):
        raise ValueError(f"{_place(path)} has a key that is no text.")
    return _checked(str.__str__(key), path)


def _checked(text: str, path: tuple[Any, ...]) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError(f"{_place(path)} holds half of a character, which no YAML file can.") from None
    return text


def _place(path: tuple[Any, ...]) -> str:
    # Keys may come from an API: as JSON text none of their characters does anything.
    return "".join(f"[{part if isinstance(part, int) else json.dumps(part)}]" for part in path) or "The data"


class _Dumper(yaml.SafeDumper):
    """Lists indented below their keys, no aliases, and quoted texts in which nothing is invisible."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        # Between these quotes stand texts with characters that do not print: all but ASCII is escaped there.
        self.allow_unicode = False
        super().write_double_quoted(text, split)
        self.allow_unicode = True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    if is_template(text):
        return dumper.represent_scalar(_UNSAFE, text, style=_style(text) or "'")
    return dumper.represent_scalar(_TEXT, text, style=_style(text))


def _represent_reference(dumper: _Dumper, name: Reference) -> yaml.ScalarNode:
    return dumper.represent_scalar(_TEXT, f"{{{{ {name} }}}}", style='"')


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(Reference, _represent_reference)


def _style(text: str) -> str | None:
    """None for no quotes where PyYAML allows that, `|` for a block of lines, else the kind of quotes."""
    if text.isprintable():
        simple = text[:1].isalpha() and all(char.isalnum() or char in _PLAIN for char in text)
        return None if simple and text.lower() not in _WORDS else "'"
    return "|" if _is_block(text) else '"'


def _is_block(text: str) -> bool:
    """Whether the text's lines can stand as they are, safe from editors that cut blanks at the end of a line."""
    body = text[:-1] if text.endswith("\n") else text
    lines = body.split("\n")
    ends = lines[0][:1] not in ("", " ") and lines[-1] != ""
    return ends and all(line.isprintable() and not line.endswith(" ") for line in lines)
