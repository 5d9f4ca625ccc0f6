# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a text holds, Ansible reads it back from our YAML as that text, and takes none for a template."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.plugin_utils._yaml_text import Reference, is_template, write

QUICK = settings(max_examples=300, deadline=None, database=None)

#: What could be a number, a mark of YAML or of Jinja, a line's end or nothing that prints, in any order.
PIECES = st.sampled_from(
    [
        *(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "#jinja2:",
            "{",
            "}",
            ": ",
            " #",
            "- ",
            "? ",
            "!unsafe ",
            "&a ",
            "*a",
            "%",
        ),
        *("|", ">", "'", '"', "\\", "`", "@", ",", "[", "]", "---", "...", "<<", "=", "~", "key", "value", " ", "  "),
        *(
            "\n",
            "\r",
            "\t",
            "\x00",
            "\x1b[31m",
            "\x7f",
            "\x85",
            "\xa0",
            "\u2028",
            "\u2029",
            "\u202e",
            "\ufeff",
            "\uffff",
        ),
        *(
            "yes",
            "No",
            "null",
            "true",
            "1e3",
            "0o7",
            "0x1F",
            "1_000",
            "12:30:00",
            "2026-01-01",
            ".inf",
            "007",
            "\U0001f600",
        ),
    ]
)
TEXT = st.lists(PIECES, max_size=6).map("".join) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)

ALIKE = [
    "",
    " ",
    "y",
    "N",
    "on",
    "NULL",
    "~",
    "1",
    "-1",
    "+.5",
    "1e3",
    "1.0",
    "0o7",
    "0b1",
    "0x1F",
    "1_0",
    "12:30",
    "=",
    "<<",
]
ALIKE += [
    "2026-01-01",
    "2026-01-01 10:00:00",
    ".nan",
    "-.INF",
    "---",
    "...",
    "- a",
    "? a",
    ": ",
    "a: b",
    "a #b",
    "#",
    "!a",
    "*a",
]


def read(text: str) -> Any:
    """What Ansible makes of a file with this text."""
    return DataLoader().load(text)


class Tags(yaml.SafeLoader):
    """Reads tagged texts as a pair of tag and text, and all others as they are."""


def _tagged(loader: Tags, suffix: str, node: yaml.Node) -> tuple[str, Any]:
    return (f"!{suffix}", node.value)


Tags.add_multi_constructor("!", _tagged)


@QUICK
@given(TEXT, TEXT)
@example("a\nb: c", "k\nk: v")
@example("{{ x", "")
def test_text_is_read_back_as_it_was(value: str, key: str) -> None:
    data = {"value": value, "list": [value], "inner": {key: value, f"{key}2": {}}, "end": 1}
    assert read(write(data)) == data


@pytest.mark.parametrize("value", ALIKE)
def test_what_looks_like_something_else_stays_a_text(value: str) -> None:
    found = read(write({"value": value, "inner": {value: value}}))
    assert found == {"value": value, "inner": {value: value}}
    # An editor, a linter or a program in another language may read it by the rules of YAML 1.2.
    assert not value or re.search(r"""^value: ['"]""", write({"value": value}), re.MULTILINE)


@QUICK
@given(TEXT, TEXT)
@example("#jinja2: variable_start_string: '[['\n[[ x ]]", " #jinja2:")
@example("{", "{{")
def test_all_that_could_be_a_template_is_tagged_and_nothing_else(value: str, key: str) -> None:
    marks = ("{{", "{%", "{#")
    found = yaml.load(write({"value": value, "inner": {key: None}}), Loader=Tags)
    for text, loaded in ((value, found["value"]), (key, next(iter(found["inner"])))):
        wanted = text.startswith("#jinja2:") or any(mark in text for mark in marks)
        assert loaded == (("!unsafe", text) if wanted else text)


def test_ansible_agrees_on_what_is_a_template() -> None:
    """Were another mark to come, or the same text to be one in a later version, this says so."""
    jinja = pytest.importorskip("ansible._internal._templating._jinja_bits")
    for text in (
        "{{",
        "a {% b",
        "{#",
        "#jinja2:x",
        "#jinja2",
        " #jinja2: {",
        "{ {",
        "}}",
        "%}",
        "# x",
        "${a}",
        "{x}",
        "{",
    ):
        assert is_template(text) == jinja.is_possibly_template(text), text


@QUICK
@given(TEXT)
@example("\u202eabc")
def test_no_line_and_no_invisible_character_of_a_value_is_one_of_the_file(value: str) -> None:
    text = write({"value": value, "end": None}, ["comment"])
    assert text.startswith("# comment\n---\nvalue: ")
    assert text.endswith("end: null\n")
    assert all(char == "\n" or char.isprintable() for char in text)
    # Lines of a value are indented, so that none can be a key, a comment or the end of the document.
    assert [line for line in text.split("\n")[3:-2] if line and not line.startswith("  ")] == []


def test_a_block_of_lines_is_one_that_editors_leave_alone() -> None:
    assert write({"a": "x\n  y\n\nz"}) == "---\na: |-\n  x\n    y\n\n  z\n"
    assert write({"a": "x\ny\n"}) == "---\na: |\n  x\n  y\n"
    for value in ("x \ny", "x\ny\n\n", " x\ny", "\nx", "x\r\ny"):
        assert write({"a": value}).count("\n") == 2


def test_only_references_are_templates() -> None:
    text = write({"token": Reference("vault_token"), "name": "{{ vault_token }}"})
    assert text == "---\ntoken: \"{{ vault_token }}\"\nname: !unsafe '{{ vault_token }}'\n"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"a": ["x\ud800"]}, '["a"][0] holds half of a character'),
        ({"a": {"\udc00": 1}}, '["a"] holds half of a character'),
        ({"a": {1: 1}}, '["a"] has a key that is no text'),
        ({"a": b"x"}, '["a"] is of the type bytes'),
        ({"a\nb": 1.5}, '["a\\nb"] is of the type float'),
    ],
)
def test_what_can_not_be_written_is_refused(data: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        write(data)
