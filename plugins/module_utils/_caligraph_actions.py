# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The webhook actions of one booking page: planned as a list, written as a whole list, verified by reading again."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping, Sequence
from typing import Any

from . import _caligraph_values as values
from ._backup import check_folder, without_secrets, write_backup
from ._caligraph_page import Page, header_names, sendable
from ._caligraph_verify import Verifier
from ._errors import Ambiguous, ApiError, Conflict, EventsError, InvalidOption, Refused
from ._glob import matches
from ._headers import smelling
from ._plan import CREATED, UNCHANGED, UPDATED, Plan, Purge, plan
from ._resource import Entry, Resource
from ._secrets import GuessingMasker, MapMasker, Masker, UrlMasker
from ._service import Connection, Outcome, Wanted
from ._shared import Listing
from ._transport import tried
from ._url_prefix import prefix_problem, under_prefix
from ._values import Raw, quoted, same

#: How often a write is planned again because another writer came between.
ATTEMPTS = 5
#: A list that was read longer ago than this (seconds) is read again before it is written.
FRESH = 1.0


class WebhookActions:
    """The webhooks of one booking page; all other actions of the page are foreign and go back as they came."""

    def __init__(self, resource: Resource, connection: Connection, page_id: str | None = None) -> None:
        self._resource = resource
        self._connection = connection
        self._page = Page(connection, page_id)
        self._verifier = Verifier(resource, connection.warn)

    def scope(self) -> str:
        return self._page.id

    def read(self, entries: Sequence[Entry] = ()) -> list[Raw]:
        return self._known(self._page.read(header_names(entries)))

    def _known(self, actions: list[Raw]) -> list[Raw]:
        """Actions that were read, whose secrets are known from here on."""
        for action in actions:
            self._connection.secrets.add(self.known_secrets(action))
        return actions

    # Planning

    def predict(self, wanted: Wanted) -> Outcome:
        return self._predict(wanted, self._shared_listing(wanted) or self._fresh_listing(wanted))

    def _predict(self, wanted: Wanted, listing: Listing) -> Outcome:
        self._warn(wanted.entries)
        folder = self._connection.params.get("backup_dir")
        made = plan(listing.rows, wanted.entries, resource=self._resource, purge=wanted.purge, indexed=wanted.indexed)
        self._note_secrets(made)
        outcome = Outcome(made)
        with outcome.told():
            if made.refusal:
                raise Refused(made.refusal)
            self._page.refuse_unseen(made, header_names(wanted.entries))
            if made.changed:
                sendable(made)
                if folder:
                    check_folder(folder)
        return outcome

    def _note_secrets(self, made: Plan) -> None:
        """What is secret of the live actions, now that it is known which are foreign, and what of ours is secret."""
        for operation in made.operations:
            self._note(operation.live, operation.entry)
        for raw in made.foreign():
            self._note(raw, None)

    def _note(self, raw: Raw, entry: Entry | None) -> None:
        given = entry.given if entry is not None else {}
        shown = self._resource.shown(raw, given, server_set=False)
        for name, masker in self._resource.maskers(given, foreign=entry is None).items():
            self._connection.secrets.add(masker.told(shown.get(name)))

    def _lock_key(self) -> tuple[str, ...]:
        return (self._connection.api_url, self._connection.account_id, "page", self._page.id)

    def _shared_key(self, entries: Sequence[Entry]) -> tuple[Any, ...]:
        # What was asked for is part of the key: another entry's headers may only be shown where they are named.
        return ("actions", self._connection.secret, *self._lock_key(), frozenset(header_names(entries)))

    def _shared_listing(self, wanted: Wanted) -> Listing | None:
        listing = self._connection.shared.listing(self._shared_key(wanted.entries))
        if listing is not None:
            self._known(listing.rows)
        return listing

    def _fresh_listing(self, wanted: Wanted, noted: int = -1) -> Listing:
        key = self._shared_key(wanted.entries)
        return self._connection.shared.keep(key, Listing(self.read(wanted.entries), noted))

    def _warn(self, wanted: Sequence[Entry]) -> None:
        for entry in wanted:
            for name in smelling(entry.given.get("headers") or ()):
                self._connection.warn(
                    f"headers: {name} looks like a secret and is shown masked; move it to secret_headers."
                )
            for warning in values.unknown_placeholders(str(entry.values.get("body") or "")):
                if "body" in self._resource.maskers(entry.given):
                    warning = "body: holds a placeholder that not every booking page knows (not named: body is secret)."
                self._connection.warn(warning)

    # Writing

    def apply(self, wanted: Wanted) -> Outcome:
        locks, key = self._connection.locks, self._lock_key()
        listing = self._shared_listing(wanted) or self._fresh_listing(wanted, locks.count(*key))
        outcome = self._predict(wanted, listing)
        if not outcome.plan.changed:
            return outcome
        with locks.hold(*key, noted=listing.noted) as lock:
            if lock.moved or listing.age > FRESH:
                outcome = self._predict(wanted, self._fresh_listing(wanted, lock.count))
            if not outcome.plan.changed:
                return outcome
            lock.wrote()
            outcome = self._write(outcome, wanted, lock.count)
        kept = self._connection.shared.listing(self._shared_key(wanted.entries))
        if kept is not None:
            # It was read under the lock, so it holds after the write.
            kept.noted = lock.count
        return outcome

    def _write(self, outcome: Outcome, wanted: Wanted, noted: int) -> Outcome:
        """Write until what was read afterwards is what was wanted, planning anew from each read."""
        transport = self._connection.transport
        begun = time.monotonic()
        attempt = conflicts = 0
        self._back_up(outcome, wanted)
        while True:
            attempt += 1
            ambiguous = self._send(outcome, wanted, sure=attempt == 1)
            after = self._read_after(outcome, wanted, ambiguous, noted)
            read_again = functools.partial(self._read_after, outcome, wanted, None, noted)
            found = self._verifier.compare(outcome, after, read_again, sure=ambiguous is None)
            if not found:
                return outcome
            written, outcome.done, outcome.uncertain = outcome, {}, True
            if ambiguous is not None:
                if attempt > transport.options.max_retries:
                    ambiguous.outcome = written
                    ambiguous.add(f"{tried(attempt, begun)} The page does not show the change; run the task again.")
                    raise ambiguous
            else:
                conflicts += 1
                if self._connection.params["on_conflict"] == "fail":
                    raise self._conflict(found, written, "on_conflict is fail, so it was not tried again.")
                if conflicts == ATTEMPTS:
                    raise self._conflict(found, written, tried(attempt, begun))
            transport.pause(attempt)
            outcome = self._again(wanted, written, noted)
            if not outcome.plan.changed:
                # The write was carried out late, or the other writer made the same.
                return self._settled(written, outcome)

    def _send(self, outcome: Outcome, wanted: Wanted, sure: bool) -> Ambiguous | None:
        """Send the list; the error of a request that may or may not have been carried out. sure: no write before."""
        try:
            self._page.write(sendable(outcome.plan))
        except Ambiguous as error:
            return error
        except EventsError as error:
            outcome.uncertain = not sure or error.unsure
            error.outcome = outcome
            if isinstance(error, ApiError):
                self._explain(error, outcome)
                self._check_untouched(error, outcome, wanted)
            raise
        return None

    def _check_untouched(self, error: ApiError, outcome: Outcome, wanted: Wanted) -> None:
        """Tell where the API refused the list and changed the page all the same: nothing says that it does not."""
        if error.status not in (400, 409, 422):
            return
        try:
            untouched = same(self.read(wanted.entries), list(outcome.plan.current))
        except EventsError:
            return
        if not untouched:
            outcome.uncertain = True
            error.add("The page changed all the same: the API took a part of the list, or another writer came between.")

    def _again(self, wanted: Wanted, written: Outcome, noted: int) -> Outcome:
        try:
            outcome = self._predict(wanted, self._fresh_listing(wanted, noted))
            if outcome.plan.changed:
                self._back_up(outcome, wanted)
        except EventsError as error:
            error.outcome = written
            raise
        return outcome

    @staticmethod
    def _settled(written: Outcome, now: Outcome) -> Outcome:
        for position, operation in enumerate(written.plan.operations):
            if operation.kind != UNCHANGED:
                later = now.plan.operations[position] if position < len(now.plan.operations) else None
                written.done[position] = later.before if later else None
        written.verified, written.uncertain = True, False
        return written

    def _back_up(self, outcome: Outcome, wanted: Wanted) -> None:
        folder = self._connection.params.get("backup_dir")
        if not folder:
            return
        whole = self._connection.params["backup_secrets"]
        current = outcome.plan.current
        declared = {operation.position: operation.entry for operation in outcome.plan.operations}
        actions = current if whole else [self._without_secrets(raw, declared.get(i)) for i, raw in enumerate(current)]
        outcome.extra["backup_file"] = write_backup(folder, self._connection.account_id, self._page.id, actions, whole)

    def _without_secrets(self, raw: Raw, entry: Entry | None) -> Raw:
        """An action for a backup that is to hold no secret; entry: what declares it, and what of it is secret."""
        maskers = self._resource.maskers(entry.given) if entry is not None else {}
        return without_secrets(raw, {"to": maskers.get("url"), "body": maskers.get("body")})

    def _read_after(self, outcome: Outcome, wanted: Wanted, ambiguous: Ambiguous | None, noted: int) -> list[Raw]:
        try:
            return self._fresh_listing(wanted, noted).rows
        except EventsError as error:
            outcome.uncertain = ambiguous is not None
            error.outcome = outcome
            if ambiguous is None:
                self._all_done(outcome)
                error.add("The list was written, but could not be read again to verify it.")
            else:
                error.add(f"It was to show what became of this: {ambiguous.message}")
            raise

    @staticmethod
    def _all_done(outcome: Outcome) -> None:
        for position, operation in enumerate(outcome.plan.operations):
            if operation.kind != UNCHANGED:
                outcome.done[position] = operation.after

    # Messages

    def _explain(self, error: ApiError, outcome: Outcome) -> None:
        """Say which fields are most likely wrong, since the API does not."""
        if error.status != 400 or error.code != "caligraph_invalid_payload":
            return
        suspects = []
        for raw in sendable(outcome.plan):
            name = f"{quoted(raw.get('title'))} ({raw.get('type')})"
            problem = values.anchor_problem(raw.get("anchor"))
            if problem:
                suspects.append(f"anchor of {name}: {problem}")
            if raw.get("type") == "WEBHOOK" and raw.get("subject") not in values.METHODS:
                suspects.append(
                    f"method of {name}: {quoted(raw.get('subject'))} is none of {', '.join(values.METHODS)}."
                )
        fields = sorted({item.name for item in self._resource.declared_fields() if self._sent(outcome, item.api)})
        error.add(
            "The API refuses the whole list if one field of one action is wrong, and does not say which. "
            + (f"Most likely: {' '.join(suspects)}" if suspects else f"This task sent: {', '.join(fields)}.")
        )

    @staticmethod
    def _sent(outcome: Outcome, api: str) -> bool:
        return any(
            api in operation.payload for operation in outcome.plan.operations if operation.kind in (CREATED, UPDATED)
        )

    def _conflict(self, found: str, outcome: Outcome, end: str) -> Conflict:
        error = Conflict(
            f"Another writer changed booking page {quoted(self._page.id)} at the same time: after our write {found}."
            f" {end}"
        )
        error.outcome = outcome
        return error

    # Lists and info

    def purge(self, only: Mapping[str, Any], guard: int) -> Purge:
        title, url = only.get("title_prefix"), only.get("url_prefix")
        if url is not None:
            try:
                values.url(url, {})
            except ValueError as error:
                raise InvalidOption("purge_only.url_prefix", str(error)) from None
            problem = prefix_problem(url)
            if problem:
                raise InvalidOption("purge_only.url_prefix", problem)

        def selects(raw: Raw) -> bool:
            return bool(only.get("everything")) or (
                (title is None or str(raw.get("title") or "").startswith(title))
                and (url is None or under_prefix(raw.get("to"), url))
            )

        return Purge(selects, guard)

    def selected(self, raw: Raw) -> bool:
        params = self._connection.params
        exact = all(params[name] is None or raw.get(name) == params[name] for name in ("id", "title", "anchor", "type"))
        return exact and matches(raw.get("title"), params["title_pattern"])

    def known_secrets(self, raw: Raw) -> list[str]:
        found = MapMasker().told(raw.get("headers"))
        return found + (UrlMasker().told(raw["to"]) if isinstance(raw.get("to"), str) else [])

    def described(self, raw: Raw) -> tuple[Raw, dict[str, Masker]]:
        """A webhook in terms of options; of any action, whatever else it holds, in snake_case."""
        webhook = self._resource.candidate(raw)
        shown = self._resource.shown(raw, {}, server_set=True) if webhook else {}
        mapped = {item.api for item in self._resource.fields} if webhook else set()
        unmapped = {_snake(key): value for key, value in raw.items() if key not in mapped}
        shown.update(unmapped)
        maskers = {name: GuessingMasker().named(name) for name in unmapped}
        maskers.update(headers=MapMasker(), secret_headers=MapMasker(), url=UrlMasker())
        if raw.get("type") == "WEBHOOK":
            maskers["to"] = UrlMasker()
        return shown, maskers


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")
