"""What is unknown or inferred about the real APIs, as switches: a client has to be right whichever way they stand."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.wire import Json, Obj


@dataclass(frozen=True)
class Quirk:
    """One switch. `values` are the allowed ones; `(int,)` allows any number from 1."""

    default: Json
    values: tuple[Json, ...]
    doc: str

    def allows(self, value: Json) -> bool:
        """Whether `value` is one of the allowed ones (`True` is no number here)."""
        if self.values == (int,):
            return isinstance(value, int) and not isinstance(value, bool) and value >= 1
        return any(value == v and isinstance(value, type(v)) for v in self.values)


BOOL = (False, True)

QUIRKS: dict[str, Quirk] = {
    # Caligraph: reading
    "caligraph_actions_wildcard": Quirk(
        "work",
        ("work", "ignored"),
        "`actions.*` gives all scalar keys, or is an unknown path (shells remain)",
    ),
    "caligraph_headers_wildcard": Quirk(
        "work",
        ("work", "ignored", "empty", "absent"),
        "`actions.headers.*` gives all headers, is an unknown path, gives `{}`, or leaves the key `headers` out",
    ),
    "caligraph_named_headers": Quirk(
        "work",
        ("work", "ignored"),
        "`actions.headers.NAME` gives that header, or is an unknown path",
    ),
    "caligraph_wildcard_includes_headers": Quirk(False, BOOL, "`actions.*` gives the headers too"),
    "caligraph_child_without_parent": Quirk(
        "works",
        ("works", "ignored"),
        "`actions.id` without `actions` beside it gives ids, or nothing",
    ),
    "caligraph_unknown_paths": Quirk(
        "ignored",
        ("ignored", "refused"),
        "an unknown path in `fields` is ignored, or refused with the opaque 400",
    ),
    "caligraph_mask_headers": Quirk(
        "none",
        ("none", "true"),
        "values of secret-looking headers are shown, or read as `true` (and take `true` back)",
    ),
    "caligraph_empty_actions": Quirk(
        "list",
        ("list", "null", "absent"),
        "what `actions` is on a page without any: `[]`, null, or left out",
    ),
    "caligraph_list_shape": Quirk(
        "array",
        ("array", "items", "lone"),
        "the profile list is an array, `{items: [...]}`, or a lone object if it is one",
    ),
    "caligraph_list_paging": Quirk("honoured", ("honoured", "ignored"), "`page` and `maxResults` count, or all comes"),
    "caligraph_page_size_default": Quirk(100, (int,), "profiles in a list without `maxResults`"),
    "caligraph_max_results_cap": Quirk(1000, (int,), "most profiles in one list, whatever `maxResults` says"),
    # Caligraph: writing
    "caligraph_ids": Quirk("keep", ("keep", "renew"), "actions keep their ids over a PATCH, or all get new ones"),
    "caligraph_ids_required": Quirk(
        False,
        BOOL,
        "an action sent without id although one with its type, anchor, title and `to` exists is refused",
    ),
    "caligraph_unknown_id": Quirk(
        "new",
        ("new", "refused"),
        "an action sent with an id that the page has not becomes a new one, or is refused",
    ),
    "caligraph_missing_key": Quirk(
        "keep",
        ("keep", "reset"),
        "a key left out of an existing action keeps its value, or is reset",
    ),
    "caligraph_incomplete_new_action": Quirk(
        "accepted",
        ("accepted", "refused"),
        "a new action without type or anchor (a shell) is stored, or refused",
    ),
    "caligraph_order": Quirk("keep", ("keep", "by_anchor", "reverse"), "the order in which a PATCHed list is kept"),
    "caligraph_normalise_url": Quirk(False, BOOL, "a changed webhook URL gets a lower-case host and a path"),
    "caligraph_normalise_body": Quirk(False, BOOL, "a changed webhook body that is JSON is re-written in compact form"),
    "caligraph_header_names": Quirk("keep", ("keep", "lower"), "header names are kept, or stored in lower case"),
    "caligraph_patch_honours_fields": Quirk(True, BOOL, "`fields` of a PATCH shape its answer (if that is a profile)"),
    "caligraph_patch_writes_only_fields": Quirk(
        False, BOOL, "keys of actions that `fields` of a PATCH doesn't select count as left out"
    ),
    "caligraph_patch_response": Quirk(
        "profile",
        ("profile", "actions", "empty", "no_content"),
        "a PATCH answers the profile, `{actions: [all]}`, `{}`, or 204",
    ),
    "caligraph_empty_patch": Quirk(
        "deletes_all", ("deletes_all", "ignored", "refused"), "what PATCH `{actions: []}` does"
    ),
    "caligraph_one_bad_action": Quirk(
        "refuse_all",
        ("refuse_all", "apply_rest"),
        "one bad action: 400 and nothing applied, or 400 and the rest applied",
    ),
    # Caligraph: errors
    "caligraph_foreign_profile_status": Quirk(
        401, (401, 403, 404), "status for a profile that is unknown or somebody else's"
    ),
    "caligraph_error_keys": Quirk(
        "all",
        ("all", "minimal", "http_code", "both_codes"),
        "errors have all keys, only code and message, `httpCode` instead of `httpStatusCode`, or both",
    ),
    "caligraph_retry_after": Quirk(
        "none", ("none", "header", "date"), "where a 429 of the limiter says how long to wait"
    ),
    # Phone.com
    "phonecom_total": Quirk(False, BOOL, "lists have `total` (the overview always has)"),
    "phonecom_limit_cap": Quirk(500, (int,), "most items in one list; a larger `limit` is capped and the cap echoed"),
    "phonecom_offset_null": Quirk(False, BOOL, "lists echo `offset` as null"),
    "phonecom_account_list_includes_extensions": Quirk(
        False, BOOL, "the account scope also shows what belongs to extensions"
    ),
    "phonecom_retry_after": Quirk(
        "body",
        ("header", "date", "body", "both", "none"),
        "where a 429 of the limiter says how long to wait",
    ),
    "phonecom_post_answer": Quirk("object", ("object", "empty"), "POST answers the object, or `{}`"),
    "phonecom_post_status": Quirk(200, (200, 201), "status of a successful POST"),
    "phonecom_normalise_name": Quirk(False, BOOL, "names are stored without outer blanks"),
    "phonecom_unique_names": Quirk(False, BOOL, "a second profile of the same name in one scope is refused with 409"),
    "phonecom_mask_headers": Quirk(True, BOOL, "secret-looking config headers of callbacks read as `true`"),
    "phonecom_url_check": Quirk(
        "invalid_refused",
        ("off", "invalid_refused", "all_refused"),
        "a callback's URL is taken, refused if its host ends in `.invalid`, or always refused; nothing is called",
    ),
}


class BadQuirk(ValueError):
    """An unknown switch, or a value that it doesn't take."""


class Quirks(dict[str, Json]):
    """The switches as they stand now."""

    def __init__(self) -> None:
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """All switches to their defaults."""
        self.update({name: quirk.default for name, quirk in QUIRKS.items()})

    def change(self, changes: Json) -> None:
        """Set some switches, all or none."""
        if not isinstance(changes, dict):
            raise BadQuirk("quirks are an object of name and value")
        for name, value in changes.items():
            if name not in QUIRKS:
                raise BadQuirk(f"unknown quirk {name!r}; there are: {', '.join(QUIRKS)}")
            if not QUIRKS[name].allows(value):
                allowed = "a number from 1" if QUIRKS[name].values == (int,) else QUIRKS[name].values
                raise BadQuirk(f"{name} can't be {value!r}; it takes {allowed}")
        self.update(changes)


def describe() -> Obj:
    """All switches with default, values and meaning, as JSON data."""
    return {
        name: {
            "default": quirk.default,
            "values": "int" if quirk.values == (int,) else list(quirk.values),
            "doc": quirk.doc,
        }
        for name, quirk in QUIRKS.items()
    }
