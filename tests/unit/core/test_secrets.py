# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Known secrets are found in foreign text whatever form they have, and credentials are cut out of every result."""

from __future__ import annotations

import base64
import html
import json
import string
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ansible_collections.commops.events.plugins.module_utils._secrets import (
    PLACEHOLDERS,
    SECRET,
    Secrets,
    encodings,
    is_placeholder,
    smells_secret,
)

ANY = st.text(st.characters(exclude_categories=()), min_size=6, max_size=20)  # lone surrogates too
ODD = st.text(st.sampled_from("aB3+/=&%?#@:\"'\\<> \n\täé€😀{}"), min_size=6, max_size=12)
SECRETS = ANY | ODD | st.text(string.ascii_letters + string.digits + "-_.", min_size=6, max_size=40)
NOISE = st.binary(max_size=7)


def knowing(*values: str) -> Secrets:
    secrets = Secrets()
    secrets.add(values)
    return secrets


@given(SECRETS, st.booleans())
@example("ΑΒΓΔΕΣ", True)
def test_a_secret_is_found_in_other_letters(secret: str, upper: bool) -> None:
    # One letter may become two, or another one, and not always back again.
    assume(secret.upper().casefold() == secret.lower().casefold() == secret.casefold())
    assert knowing(secret).holds(f"x{secret.upper() if upper else secret.lower()}x")


@given(SECRETS, NOISE, NOISE, st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]))
@example("abcdef", b"", b"", base64.b64encode)
@example("\ud800a\udfff", b"x", b"yz", base64.b64encode)
def test_a_secret_is_found_in_base64_at_any_alignment(
    secret: str, before: bytes, after: bytes, encode: Callable[[bytes], bytes]
) -> None:
    text = encode(before + secret.encode("utf-8", "surrogatepass") + after).decode()
    secrets = knowing(secret)
    assert secrets.holds(f"Basic {text}.")
    assert secrets.holds(quote(text, safe=""))
    assert secrets.holds(json.dumps({"a": text.rstrip("=")}))


def _lower(text: str) -> str:
    return "".join(char.lower() if at and "%" in text[max(0, at - 2) : at] else char for at, char in enumerate(text))


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda secret: secret,
    "URL": lambda secret: quote(secret, safe="", errors="surrogatepass"),
    "URL with slashes": lambda secret: quote(secret, errors="surrogatepass"),
    "URL as JavaScript writes it": lambda secret: quote(secret, safe="!'()*~"),
    "URL in lower case": lambda secret: _lower(quote(secret, safe="", errors="surrogatepass")),
    "form": lambda secret: quote_plus(secret, errors="surrogatepass"),
    "JSON": json.dumps,
    "JSON as it is": lambda secret: json.dumps(secret, ensure_ascii=False),
    "JSON with slashes": lambda secret: json.dumps(secret).replace("/", "\\/"),
    "JSON in capitals": lambda secret: "".join(
        f"\\u{int.from_bytes(unit, 'big'):04X}" for unit in _units(secret.encode("utf-16-be", "surrogatepass"))
    ),
    "JSON twice": lambda secret: json.dumps(json.dumps(secret)),
    "HTML": html.escape,
    "HTML by numbers": lambda secret: "".join(f"&#{ord(char)};" if char in "<>&\"'" else char for char in secret),
}


def _units(data: bytes) -> list[bytes]:
    return [data[at : at + 2] for at in range(0, len(data), 2)]


@pytest.mark.parametrize("form", FORMS)
@given(secret=SECRETS)
def test_a_secret_is_found_in_any_form(form: str, secret: str) -> None:
    # JavaScript writes no halves of characters either.
    assume("JavaScript" not in form or not any("\ud800" <= char <= "\udfff" for char in secret))
    text = FORMS[form](secret)
    assert knowing(secret).holds(f"before {text} after")


@given(SECRETS)
def test_a_secret_that_was_encoded_is_found_decoded(secret: str) -> None:
    # The query of a URL holds it encoded; who answers may say what it read.
    assume(not any("\ud800" <= char <= "\udfff" for char in secret))
    assert knowing(quote(secret, safe="")).holds(f"the value {secret} is wrong")
    assert knowing(quote_plus(secret)).holds(f"the value {secret} is wrong")


@given(st.text(max_size=60))
def test_a_text_without_a_secret_holds_none(text: str) -> None:
    assert not Secrets().holds(text)
    assert not knowing("").holds(text)
    assert not knowing("Zq7-never-in-a-text").holds(text)


@pytest.mark.parametrize(
    ("secret", "text", "held"),
    [
        ("1", "caligraph_invalid_payload: status 400 at 10:15", False),
        ("1", "value 1 is wrong", True),
        ("a", "caligraph_invalid_payload", False),
        ("en", "the parameter lang=en is wrong", True),
        ("en", "token", False),
        ("a b", "x=a%20b", True),
        ("ab=", "(ab=)", True),
        ("ab=", "cab=", False),
        ("abc12", "xabc12", False),
        ("abc123", "xabc123x", True),
    ],
)
def test_a_short_secret_is_looked_for_as_a_whole_word(secret: str, text: str, held: bool) -> None:
    assert knowing(secret).holds(text) is held


def test_an_excerpt_is_short_and_stands_in_one_line() -> None:
    secrets = Secrets()
    assert secrets.excerpt(" a\r\n\tb\x1b[31m \u200b c ") == "a b [31m c"
    assert secrets.excerpt("x" * 200) == "x" * 200
    assert secrets.excerpt("x" * 201) == "x" * 200 + "..."
    assert secrets.excerpt("abcdef", limit=2) == "ab..."
    assert secrets.excerpt("") == ""


@given(st.integers(0, 300), SECRETS)
def test_an_excerpt_with_a_secret_is_withheld_whole(at: int, secret: str) -> None:
    assert knowing(secret).excerpt("-" * at + secret) == "(withheld: it holds a secret)"


@given(st.text())
def test_an_excerpt_is_printable(text: str) -> None:
    assert Secrets().excerpt(text).isprintable()


def test_credentials_are_withheld_too() -> None:
    secrets = Secrets()
    secrets.add_credential("abc")
    secrets.add_credential("credential-1")
    assert secrets.holds("is abc") and secrets.holds("xcredential-1x")


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(NESTED)
def test_a_result_without_a_credential_stays_as_it_is(value: Any) -> None:
    secrets = Secrets()
    assert secrets.scrub(value) is value
    secrets.add_credential("Zq7-never-in-a-text")
    assert secrets.scrub(value) == value


@given(
    NESTED,
    st.text("abcdefgh0123456789+/=&%?-_ ", min_size=6, max_size=20),
    st.sampled_from(["as it is", "URL", "URL in lower case", "form", "JSON", "JSON as it is"]),
    st.text(max_size=5),
)
def test_no_credential_is_left_in_a_result(value: Any, credential: str, form: str, around: str) -> None:
    secrets = Secrets()
    secrets.add_credential(credential)
    text = FORMS[form](credential)
    assume(SECRET.find(credential) < 0)
    result = {"a": [value, f"{around}{text}{around}", (text,)], f"{around}{text}": {text: value}, "n": None}
    found = json.dumps(secrets.scrub(result), ensure_ascii=False)
    assert credential not in found and json.dumps(text, ensure_ascii=False)[1:-1] not in found
    assert secrets.scrub(result)["a"][2] == secrets.scrub([text])


@given(st.text(string.ascii_letters + string.digits, min_size=6, max_size=20), NOISE, NOISE)
def test_no_credential_is_left_in_base64(credential: str, before: bytes, after: bytes) -> None:
    secrets = Secrets()
    secrets.add_credential(credential)
    text = base64.b64encode(before + credential.encode() + after).decode()
    assert not secrets.holds(secrets.scrub(text).replace(SECRET, "*"))


def test_scrubbing_makes_of_tuples_lists_and_keeps_other_types() -> None:
    secrets = Secrets()
    secrets.add_credential("credential")
    assert secrets.scrub({"a": (1, None, True, 1.5, "my credential")}) == {"a": [1, None, True, 1.5, f"my {SECRET}"]}


def test_a_credential_may_be_added_after_the_first_result() -> None:
    secrets = Secrets()
    secrets.add_credential("credential-1")
    assert secrets.scrub("credential-1 credential-2") == f"{SECRET} credential-2"
    secrets.add_credential("credential-2")
    assert secrets.scrub("credential-1 credential-2") == f"{SECRET} {SECRET}"


def test_a_short_credential_is_not_cut_out_of_other_text() -> None:
    secrets = Secrets()
    secrets.add_credential("abc")
    assert secrets.scrub("abcdef abc") == "abcdef abc"


@given(SECRETS)
def test_no_form_of_a_secret_is_empty(secret: str) -> None:
    assert secret in encodings(secret)
    assert all(encodings(secret))
    assert encodings("") == set()


@pytest.mark.parametrize("value", [True, "true", "True", " TRUE ", *sorted(PLACEHOLDERS)])
def test_what_stands_for_a_masked_value_is_known(value: object) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize("value", [False, None, 1, "", "truely", "********x", "secret", ["true"], {"a": True}])
def test_other_values_stand_for_themselves(value: object) -> None:
    assert not is_placeholder(value)


@pytest.mark.parametrize(
    "name",
    ["Authorization", "authorisation", "Proxy-Authorization", "X-Api-Key", "x_api_key", "APIKEY", "Cookie"]
    + ["Set-Cookie", "X-Auth-Token", "My-Secret-Header", "X-Password", "x-passwd", "Credentials"]
    + ["X-Auth", "x_auth_user", "X-Hub-Signature", "x-functions-key", "Ocp-Apim-Subscription-Key", "Access-Key"],
)
def test_names_that_smell_of_secrets(name: str) -> None:
    assert smells_secret(name)


@pytest.mark.parametrize(
    "name", ["Content-Type", "X-Request-Id", "Accept", "X-Key", "test", "X-Author", "Idempotency-Key", ""]
)
def test_names_that_do_not(name: str) -> None:
    assert not smells_secret(name)
