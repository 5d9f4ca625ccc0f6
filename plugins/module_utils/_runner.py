# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of one module: the only place that knows check mode, diff mode and the shape of a result.

Services raise, `run` makes a failure of it. It imports nothing of AnsibleModule, since it also runs in Ansible's own
worker process, where there is none.
"""

from __future__ import annotations

import functools
import os
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._budget import Budget, SharedBudget, scaled
from ._cache import Cache
from ._compat import register_secret
from ._errors import EventsError, InvalidOption
from ._locks import Locks
from ._many import Part, each, merged
from ._options import credentials, short_secret_warning, transport_options
from ._plan import Purge
from ._report import Report
from ._resource import INFO, MANY, Entry, Resource
from ._secrets import SHORT, Secrets
from ._service import Connection, Outcome, Service, Wanted
from ._shared import Shared
from ._spec import entries
from ._transport import Backoff, Transport, Usage


@dataclass(frozen=True)
class Invocation:
    """How a module was called: its validated parameters, the paths of those that the task gave, and the modes."""

    params: Mapping[str, Any]
    provided: Collection[str]
    check_mode: bool = False
    diff_mode: bool = False


def run(
    resource: Resource,
    invocation: Invocation,
    warn: Callable[[str], None],
    shared: Shared | None = None,
    backoff: Backoff | None = None,
) -> dict[str, Any]:
    """Run a module and return its result, a failure included (`failed: true`). It raises nothing.

    warn: is given each warning once. shared: what the items of a loop share; whoever gives it closes it. backoff: how
    long to wait between tries, where not as usual.
    """
    own = Shared() if shared is None else None
    try:
        return _Run(resource, invocation, warn, own or shared or Shared(), backoff or Backoff()).result()
    finally:
        if own is not None:
            own.close()


def _part_result(report: Report, part: Part) -> dict[str, Any]:
    if part.outcome is not None:
        return report.success(part.outcome)
    return report.failure(part.error) if part.error is not None else {}


class _Run:
    def __init__(
        self,
        resource: Resource,
        invocation: Invocation,
        warn: Callable[[str], None],
        shared: Shared,
        backoff: Backoff,
    ) -> None:
        self._shared = shared
        self._backoff = backoff
        self._resource = resource
        self._invocation = invocation
        self._secrets = Secrets()
        self._usage = Usage()
        self._report: Report | None = None
        self._account_id: str | None = None
        self._warned: set[str] = set()
        self._tell = warn

    def _warn(self, text: str) -> None:
        text = self._secrets.scrub(text)
        if text not in self._warned:
            self._warned.add(text)
            self._tell(text)

    def result(self) -> dict[str, Any]:
        try:
            return self._finished(self._caught())
        except RecursionError as error:
            # What an API gave was nested more deeply than this Python can follow.
            return self._finished(self._unexpected(error))

    def _caught(self) -> dict[str, Any]:
        try:
            return self._run()
        except EventsError as error:
            self._shared.forget()
            return self._failure(error)
        except Exception as error:  # pylint: disable=broad-except
            self._shared.forget()
            return self._unexpected(error)

    def _finished(self, result: dict[str, Any]) -> dict[str, Any]:
        usage = self._usage
        result["api"] = {"requests": usage.requests, "retries": usage.retries, "waited": round(usage.waited, 3)}
        if self._account_id is not None:
            # A report of many accounts needs it also where there is no drift to tell it.
            result["api"]["account_id"] = self._account_id
        scrubbed: dict[str, Any] = self._secrets.scrub(result)
        return scrubbed

    def _run(self) -> dict[str, Any]:
        resource, invocation = self._resource, self._invocation
        connection = self._connect()
        wanted = None if resource.form == INFO else self._wanted()
        services = resource.connect(resource, connection)
        reports = [
            Report(resource, service, connection.account_id, live=not invocation.check_mode, diff=invocation.diff_mode)
            for service in services
        ]
        if wanted is None:
            rows = services[0].read()
            return reports[0].info([raw for raw in rows if services[0].selected(raw)], rows, self._shown_whole)
        work = functools.partial(self._work, entries=wanted)
        if len(services) == 1:
            self._report = reports[0]
            return reports[0].success(work(services[0]))
        # In check mode all lists are planned: that some would not be begun is no reason to know less.
        stop_after = None if invocation.check_mode else invocation.params["stop_after_failures"]
        parts = each(services, work, stop_after)
        results = [_part_result(report, part) for report, part in zip(reports, parts)]
        return merged(resource, parts, results)

    def _work(self, service: Service, entries: Sequence[Entry]) -> Outcome:
        wanted = Wanted(entries, self._purge(service, entries), self._resource.form == MANY)
        outcome = service.predict(wanted) if self._invocation.check_mode else service.apply(wanted)
        for warning in outcome.plan.warnings:
            self._warn(warning)
        return outcome

    def _shown_whole(self, value: Any) -> bool:
        """Whether a value stands in the result as it is, so that what is told there can be declared."""
        return bool(self._secrets.scrub(value) == value)

    def _connect(self) -> Connection:
        params, service = self._invocation.params, self._resource.options
        found = credentials(service, params, os.environ)
        self._secrets.add_credential(found.secret)
        self._account_id = found.account_id
        register_secret(found.secret)
        self._check_length(service.secret, found.secret)
        options = transport_options(params)
        if not options.validate_certs:
            self._warn("validate_certs is false: whoever is on the way to the API can read and change everything.")
        cache = Cache(os.environ)
        budget = Budget()
        if options.request_budget:
            budget = SharedBudget(
                scaled(self._resource.limits, os.environ),
                found.api_url,
                found.account_id,
                options.request_budget_share,
                cache,
                self._warn,
            )
        transport = Transport(
            base_url=found.api_url,
            auth=service.auth(found.account_id, found.secret),
            dialect=self._resource.dialect(self._secrets.excerpt),
            options=options,
            secrets=self._secrets,
            budget=budget,
            read_only=self._invocation.check_mode or self._resource.form == INFO,
            backoff=self._backoff,
            usage=self._usage,
            shared=self._shared,
        )
        return Connection(
            account_id=found.account_id,
            api_url=found.api_url,
            transport=transport,
            locks=Locks(cache, self._warn),
            shared=self._shared,
            secret=found.secret,
            secrets=self._secrets,
            warn=self._warn,
            params=params,
            provided=self._invocation.provided,
        )

    def _wanted(self) -> list[Entry]:
        """The declared entries, checked before anything is sent; their secrets are known from here on."""
        found = entries(self._resource, self._invocation.params, self._invocation.provided)
        no_log = {
            option.name
            for item in self._resource.declared_fields()
            for option in item.options()
            if option.spec.get("no_log")
        }
        for entry in found:
            for name, masker in self._resource.maskers(entry.given).items():
                self._secrets.add(masker.told(entry.given.get(name)))
                for secret in masker.secrets(entry.given.get(name)):
                    # A short part of a URL, such as ?v=1, must not mask each 1 of the output.
                    if name in no_log or len(secret) >= SHORT:
                        register_secret(secret)
                    if name in no_log:
                        self._check_length(name, secret)
        return found

    def _check_length(self, name: str, secret: str) -> None:
        warning = short_secret_warning(name, secret)
        if warning:
            self._warn(warning)

    def _purge(self, service: Service, declared: Collection[Entry]) -> Purge | None:
        """What the plural module may delete beside what it was told to. Raises InvalidOption."""
        params = self._invocation.params
        if not params.get("purge"):
            return None
        if params["state"] == "absent" or any(not entry.present for entry in declared):
            raise InvalidOption("purge", "can't stand together with state: absent; leave out what is to be purged.")
        given = {name: value for name, value in (params.get("purge_only") or {}).items() if value not in (None, False)}
        if "" in given.values():
            raise InvalidOption("purge_only", "holds an empty prefix, which would select everything; say so instead.")
        if not given:
            raise InvalidOption("purge_only", "is needed with purge: a prefix, or everything: true.")
        if "everything" in given and len(given) > 1:
            raise InvalidOption("purge_only", "holds everything: true beside a prefix; give one of them.")
        if params.get("max_deletions") is None:
            raise InvalidOption("max_deletions", "is needed with purge: the highest number of deletions that is right.")
        if params["max_deletions"] < 0:
            raise InvalidOption("max_deletions", f"{params['max_deletions']} is below 0.")
        return service.purge(given, params["max_deletions"])

    def _failure(self, error: EventsError) -> dict[str, Any]:
        result = {"changed": False} if self._report is None else self._report.failure(error)
        return {"failed": True, **result, "msg": error.message, "error": error.details()}

    def _unexpected(self, error: Exception) -> dict[str, Any]:
        """A fault of this collection. An exception's text may hold anything, so only its type and place are told."""
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{os.path.basename(frames[-1].filename)}, line {frames[-1].lineno}" if frames else "unknown place"
        return {
            "failed": True,
            "changed": self._usage.writes > 0,
            "msg": f"Unexpected {type(error).__name__} in {place}: a fault of commops.events; please report it.",
            "error": {"kind": "fault"},
            "exception": "".join(traceback.format_list(frames)) + type(error).__name__,
        }
