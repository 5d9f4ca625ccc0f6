# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The webhook actions of one booking page: planned as a list, written as a whole list, verified by reading again."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from . import _caligraph_values as values
from ._backup import check_folder, write_backup
from ._caligraph_page import Page, header_names, sendable
from ._errors import Ambiguous, ApiError, Conflict, EventsError, InvalidOption, Refused
from ._glob import matches
from ._headers import HEADERS, as_shown, same_headers, smelling
from ._plan import CREATED, DELETED, UNCHANGED, UPDATED, Operation, Purge, plan
from ._resource import Entry, Raw, Resource, quoted, same
from ._secrets import MapMasker, Masker, UrlMasker
from ._service import UNVERIFIABLE, Connection, Outcome, Wanted
from ._shared import Listing
from ._transport import tried
from ._url_prefix import under_prefix

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
        outcome = Outcome(made)
        with outcome.told():
            if made.refusal:
                raise Refused(made.refusal)
            self._page.refuse_unseen(made, header_names(wanted.entries))
            sendable(made)
            if made.changed and folder:
                check_folder(folder)
        return outcome

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
            found = self._compare(outcome, wanted, after, noted)
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
        actions = current if whole else [self._without_secrets(raw, wanted.entries) for raw in current]
        outcome.extra["backup_file"] = write_backup(folder, self._connection.account_id, self._page.id, actions, whole)

    def _without_secrets(self, raw: Raw, wanted: Sequence[Entry]) -> Raw:
        """An action for a backup that is to hold no secret: header values null, as `secret_headers` takes them."""
        found = dict(raw)
        if isinstance(raw.get("headers"), Mapping):
            found["headers"] = dict.fromkeys(raw["headers"])
        if raw.get("type") == "WEBHOOK":
            found["to"] = UrlMasker().mask(raw.get("to"))
        for entry in wanted:
            if self._stands_for(entry, raw):
                for name in entry.given.get("secret_fields") or ():
                    api = self._resource.field(name).api
                    found[api] = Masker().mask(raw.get(api))
        return found

    def _stands_for(self, entry: Entry, raw: Raw) -> bool:
        return raw.get("id") == entry.id or raw.get("title") in (entry.values.get("title"), *entry.formerly)

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

    # Verifying

    def _compare(self, outcome: Outcome, wanted: Wanted, after: Sequence[Raw], noted: int) -> str | None:
        """Note in the outcome what the page has now; what is not as written, in words, or None."""
        written = outcome.plan.merged()
        known = {raw.get("id") for raw in outcome.plan.current}
        normalised: list[tuple[Operation, Raw]] = []
        for position, operation in enumerate(outcome.plan.operations):
            if operation.kind == UNCHANGED:
                continue
            name = self._resource.describe(self._resource.label(operation.after or operation.live))
            if operation.kind == DELETED:
                if self._count(operation.live, after) > self._count(operation.live, written):
                    return f"the {name} is there again"
                outcome.done[position] = None
                continue
            stored = self._stored(operation.after or {}, after, known)
            if stored is None:
                return f"the {name} is not there"
            if not self._equal(operation.after or {}, stored):
                # A server that makes of the new value just what was there before leaves the rest as it was written;
                # another writer who brought the old value back most likely came to change something else.
                if self._equal(operation.live, stored) and not self._only_ours_differs(outcome, after):
                    return f"the {name} is as it was before"
                normalised.append((operation, stored))
            outcome.done[position] = stored
        if normalised and not same(list(after), self._read_after(outcome, wanted, None, noted)):
            return "the list changed again"
        for operation, stored in normalised:
            self._warn_normalised(operation, stored)
        outcome.verified = False if normalised else UNVERIFIABLE if self._masks(outcome) else True
        self._check_foreign(outcome, after)
        return None

    def _only_ours_differs(self, outcome: Outcome, after: Sequence[Raw]) -> bool:
        """Whether all foreign actions are as they were written, and nothing else is there."""
        return len(after) == len(outcome.plan.merged()) and all(
            self._count(raw, after) >= 1 for raw in outcome.plan.foreign()
        )

    def _masks(self, outcome: Outcome) -> bool:
        """Whether the API masks a value that was written, so that nobody can tell whether it is there."""
        for position, stored in outcome.done.items():
            sent = outcome.plan.operations[position].payload.get(HEADERS.api)
            shown = (stored or {}).get(HEADERS.api)
            if sent and not same_headers(as_shown(sent, shown), shown):
                return True
        return False

    def _equal(self, wanted: Raw, raw: Raw) -> bool:
        """Whether an action has all that a user can declare as it is wanted, as far as it shows, and is of its type."""
        seen = {**raw, HEADERS.api: as_shown(wanted.get(HEADERS.api), raw.get(HEADERS.api))}
        return all(same(wanted.get(key), raw.get(key)) for key in ("type", "status")) and all(
            item.equal(wanted.get(item.api), seen.get(item.api)) for item in self._resource.declared_fields()
        )

    def _count(self, wanted: Raw, actions: Sequence[Raw]) -> int:
        return sum(self._equal(wanted, raw) for raw in actions)

    def _stored(self, wanted: Raw, after: Sequence[Raw], known: set[Any]) -> Raw | None:
        """What the server made of an action that was written.

        Ids may or may not stay as they are when the list is replaced, so equal content counts before an equal id.
        """
        equal = [raw for raw in after if self._equal(wanted, raw)]
        if equal:
            return next((raw for raw in equal if raw["id"] == wanted.get("id")), equal[-1])
        kept = [raw for raw in after if raw["id"] == wanted.get("id")]
        renewed = [raw for raw in after if raw["id"] not in known and raw.get("title") == wanted.get("title")]
        return next(iter(kept + renewed), None)

    def _warn_normalised(self, operation: Operation, stored: Raw) -> None:
        """Tell the value that the server made of ours, which is its doing since a second read agrees."""
        wanted = operation.after or {}
        for item in self._resource.declared_fields():
            if not item.equal(wanted.get(item.api), stored.get(item.api)):
                shown = self._masked_field(operation, item.name, stored)
                self._connection.warn(
                    f"YouCanBook.me stores {item.name} of {self._resource.describe(wanted.get('title'))} as {shown};"
                    " write it so in the playbook, else it is changed again in each run."
                )

    def _masked_field(self, operation: Operation, name: str, stored: Raw) -> str:
        given = operation.entry.given if operation.entry else {}
        maskers = self._resource.maskers(given)
        shown = self._resource.shown(stored, given, server_set=False)
        names = ("headers", "secret_headers") if name == HEADERS.name else (name,)
        masked = [maskers[key].mask(shown[key]) if key in maskers else shown[key] for key in names]
        return " and ".join(map(quoted, masked))

    def _check_foreign(self, outcome: Outcome, after: Sequence[Raw]) -> None:
        """Tell of foreign actions that are gone although they were written back: by another writer, or the server."""
        ids = {raw.get("id") for raw in after}
        for raw in outcome.plan.foreign():
            if raw.get("id") in ids or self._count(raw, after):
                continue
            self._connection.warn(
                f"The action {quoted(raw.get('title'))} (id {raw.get('id')}), which is not ours and was written back as"
                " it was read, is not on the page any more: another writer removed it just now, or the server did."
            )

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
        found = MapMasker().secrets(raw.get("headers")) if isinstance(raw.get("headers"), Mapping) else []
        return found + (UrlMasker().secrets(raw["to"]) if isinstance(raw.get("to"), str) else [])

    def described(self, raw: Raw) -> tuple[Raw, dict[str, Masker]]:
        """A webhook in terms of options; of any action, whatever else it holds, in snake_case."""
        webhook = self._resource.candidate(raw)
        shown = self._resource.shown(raw, {}, server_set=True) if webhook else {}
        mapped = {item.api for item in self._resource.fields} if webhook else set()
        shown.update((_snake(key), value) for key, value in raw.items() if key not in mapped)
        maskers: dict[str, Masker] = {"headers": MapMasker(), "secret_headers": MapMasker(), "url": UrlMasker()}
        if raw.get("type") == "WEBHOOK":
            maskers["to"] = UrlMasker()
        return shown, maskers


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")
