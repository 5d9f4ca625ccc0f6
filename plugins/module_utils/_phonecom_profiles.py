# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone.com's event profiles: one list of a scope, planned as a whole, written one by one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ._errors import Ambiguous, ApiError, BadAnswer, EventsError, Refused
from ._glob import matches
from ._phonecom_scope import Scope, is_id
from ._plan import CREATED, DELETED, UNCHANGED, UPDATED, Operation, Purge, plan
from ._resource import Resource
from ._secrets import Masker
from ._service import Connection, Outcome, Wanted
from ._shared import Listing
from ._transport import tried
from ._values import Raw, listed, quoted, same

#: Where writing takes longer than this (seconds) within the request budget, a warning says so first.
LONG = 600.0


def connect(resource: Resource, connection: Connection) -> list[EventProfiles]:
    """The one list of the scope that the task names."""
    return [EventProfiles(resource, connection)]


class EventProfiles:
    """The event profiles of one account, or of one extension of it."""

    def __init__(self, resource: Resource, connection: Connection) -> None:
        self._resource = resource
        self._connection = connection
        self._scope = Scope(connection)
        self._lock_key = (connection.api_url, connection.account_id, self.scope())
        self._shared_key = ("profiles", connection.secret, *self._lock_key)

    def scope(self) -> str:
        return str(self._scope)

    # Reading

    def read(self) -> list[Raw]:
        rows = self._scope.read_all("profiles")
        for row in rows:
            if not isinstance(row.get("name"), str):
                raise BadAnswer(f"GET {self._scope.endpoint}/profiles gave a profile without a name (id {row['id']}).")
        # Whether the account's list also shows what belongs to extensions is not documented.
        extension = self._scope.extension
        return [row for row in rows if row.get("extension_id", extension) == extension]

    # Planning

    def predict(self, wanted: Wanted) -> Outcome:
        return self._predict(wanted, self._shared_listing() or self._fresh_listing())

    def _predict(self, wanted: Wanted, listing: Listing) -> Outcome:
        made = plan(listing.rows, wanted.entries, resource=self._resource, purge=wanted.purge, indexed=wanted.indexed)
        outcome = Outcome(made)
        with outcome.told():
            if made.refusal:
                raise Refused(made.refusal)
            self._refuse_used(made.of_kind(DELETED))
        self._warn_long(sum(operation.kind != UNCHANGED for operation in made.operations))
        return outcome

    def _warn_long(self, writes: int) -> None:
        seconds = self._connection.transport.budget.estimate(writes)
        if seconds > LONG:
            self._connection.warn(
                f"{writes} profiles have to be written, which takes at least {seconds / 60:.0f} minutes within"
                " Phone.com's request limits. A timeout of the task, or of the job that runs it, may be shorter."
            )

    def _shared_listing(self) -> Listing | None:
        """What the loop's items before this one have left of the list that they read."""
        return self._connection.shared.listing(self._shared_key)

    def _fresh_listing(self, noted: int = -1) -> Listing:
        return self._connection.shared.keep(self._shared_key, Listing(self.read(), noted))

    def _refuse_used(self, deletions: list[Operation]) -> None:
        """Refuse what the API would: the deletion of a profile that callbacks use (vendor's events guide)."""
        if not deletions:
            return
        ids = [operation.live["id"] for operation in deletions]
        filters = (("filters[profile_id]", ids[0]),) if len(ids) == 1 else ()
        users: dict[int, list[int]] = {}
        for callback in self._scope.read_all("callbacks", filters):
            if is_id(callback.get("profile_id")):
                users.setdefault(callback["profile_id"], []).append(callback["id"])
        for operation in deletions:
            if operation.live["id"] in users:
                raise self._used(operation.live, users[operation.live["id"]])

    def _used(self, profile: Raw, callbacks: list[int]) -> Refused:
        return Refused(
            f"The {self._resource.describe(profile.get('name'))} (id {profile['id']}) can't be deleted: callbacks use"
            f" it (ids {listed(sorted(callbacks))}). Delete them or give them another profile first."
        )

    # Writing

    def apply(self, wanted: Wanted) -> Outcome:
        locks = self._connection.locks
        listing = self._shared_listing() or self._fresh_listing(locks.count(*self._lock_key))
        outcome = self._predict(wanted, listing)
        try:
            if outcome.pending(CREATED):
                with locks.hold(*self._lock_key, noted=listing.noted) as lock:
                    if lock.moved:
                        listing = self._fresh_listing(lock.count)
                        outcome = self._predict(wanted, listing)
                    if outcome.pending(CREATED):
                        lock.wrote()
                        self._create_all(outcome)
                listing.noted = lock.count
            for position, operation in outcome.pending(UPDATED):
                outcome.done[position] = self._update(operation)
            for position, operation in outcome.pending(DELETED):
                self._delete(operation)
                outcome.done[position] = None
        except EventsError as error:
            error.outcome = outcome
            outcome.uncertain = error.unsure
            raise
        if outcome.done:
            outcome.verified = self._verify(outcome)
            listing.rows = self._changed(outcome)
        return outcome

    @staticmethod
    def _changed(outcome: Outcome) -> list[Raw]:
        """The list as our own writes left it."""
        rows = {row["id"]: row for row in outcome.plan.current}
        for position, stored in outcome.done.items():
            if stored is None:
                rows.pop(outcome.plan.operations[position].live["id"], None)
            else:
                rows[stored["id"]] = stored
        return list(rows.values())

    def _create_all(self, outcome: Outcome) -> None:
        known = {row["id"] for row in outcome.plan.current}
        for position, operation in outcome.pending(CREATED):
            made = self._create(operation.payload, known)
            known.add(made["id"])
            outcome.done[position] = made

    def _create(self, payload: Raw, known: set[int]) -> Raw:
        """Create a profile exactly once: where a POST may have been carried out, look for what it would have made."""
        transport = self._connection.transport
        made: Raw | None
        begun = time.monotonic()
        tries = 0
        while True:
            tries += 1
            try:
                answer = self._scope.send("POST", "profiles", payload=payload).data
                if _is_profile(answer) and answer["id"] not in known:
                    made = answer
                    break
                problem = Ambiguous(
                    f"POST {self._scope.endpoint}/profiles gave no new profile back. It may or may not have been"
                    " carried out."
                )
                problem.unsure = True
            except Ambiguous as error:
                problem = error
            made = self._made(payload, known, problem)
            if made is None:
                # What was carried out late may show by then; the longer the wait, the less likely a double is.
                transport.pause(tries, least=0.5)
                made = self._made(payload, known, problem)
            if made is not None:
                break
            if tries > transport.options.max_retries:
                problem.add(f"{tried(tries, begun)} The list does not show it; run the task again later.")
                raise problem
        if tries > 1:
            self._name_doubles(payload, known, made)
        return made

    def _made(self, payload: Raw, known: set[int], problem: Ambiguous) -> Raw | None:
        """What the POST with this problem made, None where the list does not show it."""
        self._connection.shared.forget()
        try:
            fresh = self._fresh(payload, known)
        except EventsError as error:
            raise _after(error, problem) from None
        return min(fresh, key=lambda row: int(row["id"])) if fresh else None

    def _fresh(self, payload: Raw, known: set[int]) -> list[Raw]:
        """The profiles that were not there before and have exactly our values."""
        return [
            row
            for row in self.read()
            if row["id"] not in known and all(_alike(row.get(key), value) for key, value in payload.items())
        ]

    def _name_doubles(self, payload: Raw, known: set[int], made: Raw) -> None:
        try:
            doubles = [row["id"] for row in self._fresh(payload, known) if row["id"] != made["id"]]
        except EventsError as error:
            name = self._resource.describe(payload["name"])
            self._connection.warn(f"Whether the {name} was made more than once could not be read: {error.message}")
            return
        if doubles:
            self._connection.warn(
                f"The {self._resource.describe(payload['name'])} was made more than once, since a request was carried"
                f" out of which the answer was lost. Kept: id {made['id']}; delete: ids {listed(sorted(doubles))}."
            )

    def _update(self, operation: Operation) -> Raw:
        number = str(operation.live["id"])
        try:
            answer = self._scope.send("PATCH", "profiles", number, payload=operation.payload).data
            if _is_profile(answer) and answer["id"] == operation.live["id"]:
                updated: Raw = answer
                return updated
            problem = BadAnswer(f"PATCH {self._scope.endpoint}/profiles/ID gave no such profile back.")
        except BadAnswer as error:
            problem = error
        stored = self._profile(number, problem)
        if stored is None or all(same(stored.get(key), operation.live.get(key)) for key in operation.payload):
            problem.add(f"It was not carried out: profile {number} is as it was, or gone.")
            problem.unsure = False
            raise problem
        return stored

    def _delete(self, operation: Operation) -> None:
        number = str(operation.live["id"])
        try:
            answer = self._scope.send("DELETE", "profiles", number).data
            if isinstance(answer, dict) and answer.get("success") is True:
                return
            problem = BadAnswer(f"DELETE {self._scope.endpoint}/profiles/ID was answered without success.")
        except ApiError as error:
            if error.status == 404:
                # Gone already: by an earlier try whose answer was lost, or by somebody else.
                return
            if error.status == 409:
                self._refuse_used([operation])
            raise
        except BadAnswer as error:
            problem = error
        if self._profile(number, problem) is not None:
            problem.add(f"It was not carried out: profile {number} is still there.")
            problem.unsure = False
            raise problem

    def _profile(self, number: str, problem: BadAnswer) -> Raw | None:
        """A profile after a write whose answer can't be used, which is the problem; None if there is none."""
        self._connection.shared.forget()
        try:
            found = self._scope.send("GET", "profiles", number).data
            if not _is_profile(found):
                raise BadAnswer(f"GET {self._scope.endpoint}/profiles/ID gave no profile for id {number}.")
        except ApiError as error:
            if error.status == 404:
                return None
            raise _after(error, problem) from None
        except EventsError as error:
            raise _after(error, problem) from None
        profile: Raw = found
        return profile

    def _verify(self, outcome: Outcome) -> bool:
        """Whether the answers show what was written; a warning names each value that the server made another of."""
        verified = True
        for position, stored in outcome.done.items():
            operation = outcome.plan.operations[position]
            for item in self._resource.declared_fields():
                if stored is None or item.api not in operation.payload:
                    continue
                sent, value = operation.payload[item.api], stored.get(item.api)
                if not item.equal(sent, value):
                    verified = False
                    name = self._resource.describe(operation.payload.get("name", stored.get("name")))
                    self._connection.warn(
                        f"Phone.com stores {item.name} of {name} as {quoted(value)} instead of {quoted(sent)}; write"
                        " it so in the playbook, else it is changed again in each run."
                    )
        return verified

    # Lists and info

    def purge(self, only: Mapping[str, Any], guard: int) -> Purge:
        prefix = only.get("name_prefix")
        if only.get("everything"):
            return Purge(lambda raw: True, guard)
        return Purge(lambda raw: str(raw.get("name")).startswith(str(prefix)), guard)

    def selected(self, raw: Raw) -> bool:
        params = self._connection.params
        return (
            (params["id"] is None or raw["id"] == params["id"])
            and (params["name"] is None or raw["name"] == params["name"])
            and matches(raw["name"], params["name_pattern"])
        )

    def known_secrets(self, raw: Raw) -> list[str]:
        return []

    def described(self, raw: Raw) -> tuple[Raw, dict[str, Masker]]:
        return self._resource.shown(raw, {}, server_set=True), {}


def _after(error: EventsError, problem: EventsError) -> EventsError:
    """The error of a read that was to show whether a write with a problem was carried out."""
    error.add(f"It was to show what became of this: {problem.message}")
    error.unsure = True
    return error


def _alike(stored: Any, sent: Any) -> bool:
    """Whether the server made this of what was sent: it may store a text without its outer blanks."""
    if isinstance(stored, str) and isinstance(sent, str):
        return stored.strip() == sent.strip()
    return same(stored, sent)


def _is_profile(value: Any) -> bool:
    return isinstance(value, dict) and is_id(value.get("id")) and isinstance(value.get("name"), str)
