"""Fault rules: which request goes wrong, and how. Playing a fault is the job of `effects`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.rivals import BadEdit, check_edit
from sandbox.wire import Call, Json, Obj

WHEN = ("before", "after")
NUMBER = (int, float)
TEXT = (str, type(None))

KINDS: dict[str, dict[str, tuple[Json, Any]]] = {
    "status": {
        "status": (500, int),
        "when": ("before", WHEN),
        "message": ("", str),
        "headers": ({}, dict),
        "json": (None, object),
        "body": (None, TEXT),
        "content_type": ("text/plain", str),
        "retry_after": (None, (int, float, type(None))),
        "retry_after_form": ("header", ("header", "date", "body", "both", "none")),
    },
    "drop": {"when": ("before", WHEN), "how": ("reset", ("reset", "close"))},
    "slow": {"seconds": (1.0, NUMBER), "when": ("before", WHEN), "if_gone": ("carry_on", ("carry_on", "forget"))},
    "drip": {"delay": (0.05, NUMBER), "chunk": (1, int), "limit": (None, (int, type(None)))},
    "truncate": {"keep": (None, (int, type(None))), "length": ("full", ("full", "cut", "chunked"))},
    "wrong_shape": {"when": ("before", WHEN), "json": ({"unexpected": True}, object), "status": (200, int)},
    "empty": {"when": ("before", WHEN), "status": (200, int)},
    "html": {
        "when": ("before", WHEN),
        "status": (200, int),
        "body": (
            "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n",
            str,
        ),
    },
    "redirect": {"status": (302, int), "location": ("https://elsewhere.example/login", str)},
    "huge": {"bytes": (64 * 1024 * 1024, int), "declared": (False, bool), "when": ("before", WHEN)},
    "rival": {"when": ("before", WHEN), "edit": (None, object)},
}
"""Parameters of each kind: (default, what it may be: a type, types, or a tuple of texts)."""

MATCH_KEYS = ("service", "method", "path_regex", "account", "nth")


class BadFault(ValueError):
    """A rule that makes no sense."""


def _fits(value: Json, allowed: Any) -> bool:
    if allowed is object:
        return True
    if isinstance(allowed, tuple) and allowed and isinstance(allowed[0], str):
        return value in allowed
    types = allowed if isinstance(allowed, tuple) else (allowed,)
    if isinstance(value, bool):
        return bool in types
    return isinstance(value, types) and not (isinstance(value, NUMBER) and value < 0)


@dataclass
class Rule:
    """One rule. It fires on its matches number `nth` to `nth + times - 1` (`times` None: on all from `nth` on)."""

    number: int
    kind: str
    params: Obj
    service: str | None = None
    methods: tuple[str, ...] = ()
    path: re.Pattern[str] | None = None
    account: str | None = None
    nth: int = 1
    times: int | None = 1
    seen: int = 0
    fired: int = 0

    @property
    def spent(self) -> bool:
        """Whether it will never fire again."""
        return self.times is not None and self.fired >= self.times

    def matches(self, call: Call, service: str, account: str | None) -> bool:
        """Whether the request is one that this rule counts."""
        return (
            self.service in (None, service)
            and (not self.methods or call.method in self.methods)
            and (self.path is None or self.path.search(call.path) is not None)
            and self.account in (None, account)
        )

    def show(self) -> Obj:
        """The rule and its counters as JSON data."""
        match = {
            "service": self.service,
            "method": list(self.methods) or None,
            "path_regex": self.path.pattern if self.path else None,
            "account": self.account,
            "nth": self.nth,
        }
        return {
            "id": self.number,
            "kind": self.kind,
            **self.params,
            "match": match,
            "times": self.times,
            "seen": self.seen,
            "fired": self.fired,
        }


def _match(rule: Rule, match: Json) -> None:
    if not isinstance(match, dict):
        raise BadFault("match is an object")
    for key in match:
        if key not in MATCH_KEYS:
            raise BadFault(f"match can't have {key!r}; it takes {', '.join(MATCH_KEYS)}")
    rule.service = match.get("service")
    if rule.service not in (None, "phonecom", "caligraph"):
        raise BadFault("service is phonecom or caligraph")
    method = match.get("method")
    methods = [method] if isinstance(method, str) else method or []
    if not isinstance(methods, list) or not all(isinstance(m, str) for m in methods):
        raise BadFault("method is a text or a list of texts")
    rule.methods = tuple(m.upper() for m in methods)
    try:
        rule.path = re.compile(match["path_regex"]) if match.get("path_regex") is not None else None
    except (re.error, TypeError) as error:
        raise BadFault(f"path_regex is no regular expression: {error}") from error
    account = match.get("account")
    rule.account = None if account is None else str(account)
    rule.nth = match.get("nth", 1)
    if not isinstance(rule.nth, int) or isinstance(rule.nth, bool) or rule.nth < 1:
        raise BadFault("nth is a number from 1")


def make_rule(number: int, data: Json) -> Rule:
    """A rule from `{kind, match: {...}, times, parameters...}`, checked."""
    if not isinstance(data, dict):
        raise BadFault("a fault is an object")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadFault(f"kind is one of {', '.join(KINDS)}, not {kind!r}")
    params: Obj = {name: default for name, (default, _allowed) in KINDS[kind].items()}
    for name, value in data.items():
        if name in ("kind", "match", "times"):
            continue
        if name not in params:
            raise BadFault(f"a fault of kind {kind} takes {', '.join(params)}, not {name!r}")
        if not _fits(value, KINDS[kind][name][1]):
            raise BadFault(f"{name} of a fault of kind {kind} can't be {value!r}")
        params[name] = value
    if not 200 <= params.get("status", 200) <= 599:
        raise BadFault("status is 200 to 599")
    if params.get("chunk", 1) < 1:
        raise BadFault("chunk is a number from 1")
    if not all(isinstance(v, str) for v in params.get("headers", {}).values()):
        raise BadFault("values of headers are texts")
    if kind == "rival":
        try:
            check_edit(params["edit"])
        except BadEdit as error:
            raise BadFault(str(error)) from error
    times = data.get("times", 1)
    if times is not None and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
        raise BadFault("times is a number from 1, or null for ever")
    rule = Rule(number, kind, params, times=times)
    _match(rule, data.get("match", {}))
    return rule


@dataclass
class Faults:
    """The list of rules. Like a queue: a request that one rule has spoilt isn't counted by the rules after it.

    Rivals are no faults of the wire, so any number of them can go with one fault.
    """

    rules: list[Rule] = field(default_factory=list)
    last: int = 0

    def add(self, data: Json) -> Rule:
        """Add a rule at the end."""
        rule = make_rule(self.last + 1, data)
        self.last += 1
        self.rules.append(rule)
        return rule

    def remove(self, number: int | None = None) -> None:
        """Remove one rule, or all."""
        self.rules = [] if number is None else [rule for rule in self.rules if rule.number != number]

    def take(self, call: Call, service: str, account: str | None) -> tuple[Rule | None, list[Rule]]:
        """What happens to this request: at most one fault, and the rivals beside it."""
        fault: Rule | None = None
        rivals: list[Rule] = []
        for rule in self.rules:
            if rule.spent or (fault and rule.kind != "rival") or not rule.matches(call, service, account):
                continue
            rule.seen += 1
            if rule.seen < rule.nth:
                continue
            rule.fired += 1
            if rule.kind == "rival":
                rivals.append(rule)
            else:
                fault = rule
        return fault, rivals
