"""Phone.com's rows: what a profile, a callback and a listener may hold, and how secrets in them are masked."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sandbox.store import PhonecomAccount
from sandbox.wire import SECRET_HEADER, ApiError, Json, Obj

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
MODES = ("HTTPS", "HTTP", "EMAIL", "APPLICATION")
VERBS = ("POST", "GET", "PUT", "PATCH", "DELETE")
VERSIONS = ("1.0.0", "1.1.0", "2.0.0")


def is_int(value: Json) -> bool:
    """Whether `value` is a JSON number without fraction (true and false are none)."""
    return isinstance(value, int) and not isinstance(value, bool)


def _refuse(messages: list[str]) -> None:
    if messages:
        raise ApiError(422, messages[0], messages=messages)


def profile_fields(body: Obj, *, create: bool, strip: bool) -> Obj:
    """The checked fields of a profile's POST or PATCH. `name` and `support_email` are mandatory on POST."""
    messages: list[str] = []
    fields: Obj = {}
    if "name" in body or create:
        name = body.get("name")
        if not isinstance(name, str) or not name.strip():
            messages.append("Parameter name is required and must be a non-empty string")
        else:
            fields["name"] = name.strip() if strip else name
    if "support_email" in body:
        address = body["support_email"]
        if address is not None and not (isinstance(address, str) and EMAIL.fullmatch(address)):
            messages.append("Parameter support_email must be a valid email address or null")
        fields["support_email"] = address
    elif create:
        messages.append("Parameter support_email is required")
    _refuse(messages)
    return fields


def masked(callback: Obj) -> Obj:
    """A callback whose secret-looking config headers read `true`."""
    headers = callback["config"].get("headers")
    if not headers:
        return callback
    shown = [{**h, "value": True} if SECRET_HEADER.search(str(h.get("name"))) else h for h in headers]
    return {**callback, "config": {**callback["config"], "headers": shown}}


def _check_rate_limit(value: Json, messages: list[str]) -> None:
    if value is None:
        return
    if not isinstance(value, dict) or not is_int(value.get("number")) or not is_int(value.get("period")):
        messages.append("Parameter config.rate-limit must be null or have number and period")


def _http_config(config: Obj, mode: str, url_check: str, messages: list[str]) -> Obj:
    url = config.get("url")
    parts = urlsplit(url) if isinstance(url, str) and not re.search(r"[\s\[\]]", url) else None
    if parts is None or parts.scheme.lower() != mode.lower() or not parts.hostname:
        messages.append(f"Parameter config.url must be an {mode} URL")
    elif url_check == "all_refused" or (url_check == "invalid_refused" and parts.hostname.endswith(".invalid")):
        # The real API calls the URL with {"test": 1} and wants 200 or 201; nothing is called here.
        messages.append("URL check failed: the URL must answer 200 or 201 to a test request")
    method = config.get("method", "POST")
    if method not in VERBS:
        messages.append(f"Parameter config.method must be one of {', '.join(VERBS)}")
    headers = config.get("headers")
    if headers is not None:
        good = isinstance(headers, list) and all(
            isinstance(h, dict) and isinstance(h.get("name"), str) and isinstance(h.get("value"), str) for h in headers
        )
        if not good:
            messages.append("Parameter config.headers must be null or a list of objects with name and value strings")
    timeout = config.get("timeout")
    if timeout is not None and not is_int(timeout):
        messages.append("Parameter config.timeout must be a number or null")
    _check_rate_limit(config.get("rate-limit"), messages)
    return {
        "url": url,
        "method": method,
        "headers": headers,
        "timeout": timeout,
        "rate-limit": config.get("rate-limit"),
    }


def _config(config: Json, mode: str, url_check: str, messages: list[str]) -> Obj:
    if not isinstance(config, dict):
        messages.append("Parameter config is required and must be an object")
        return {}
    if mode in ("HTTP", "HTTPS"):
        return _http_config(config, mode, url_check, messages)
    if mode == "EMAIL":
        address = config.get("email")
        if not (isinstance(address, str) and EMAIL.fullmatch(address)):
            messages.append("Parameter config.email must be a valid email address")
        if config.get("mode", "json") not in ("json", "text"):
            messages.append("Parameter config.mode must be json or text")
        _check_rate_limit(config.get("rate-limit"), messages)
        return {
            "email": address,
            "mode": config.get("mode", "json"),
            "rate-limit": config.get("rate-limit"),
        }
    if not isinstance(config.get("application"), str) or not config["application"]:
        messages.append("Parameter config.application is required and must be a string")
    # The vendor's guide prints the key as "paramters", so that spelling is taken too.
    return {
        "application": config.get("application"),
        "parameters": config.get("parameters", config.get("paramters")),
    }


def callback_fields(body: Obj, row: Obj | None, account: PhonecomAccount, url_check: str) -> Obj:
    """The checked fields of a callback's POST (`row` None) or PATCH; the config is replaced as a whole."""
    defaults: Obj = {
        "fallback_callback_id": None,
        "name": None,
        "profile_id": None,
        "enabled": True,
        "mode": None,
        "config": None,
    }
    current = {key: row[key] for key in defaults} if row else defaults
    fields = {key: body.get(key, value) for key, value in current.items()}
    messages: list[str] = []
    name = fields["name"]
    if name is not None and not (isinstance(name, str) and 1 <= len(name) <= 128):
        messages.append("Parameter name must be null or a string of 1 to 128 characters")
    for key, kind in (("profile_id", "profiles"), ("fallback_callback_id", "callbacks")):
        value = fields[key]
        if value is not None and not (is_int(value) and value in account.rows[kind]):
            messages.append(f"Parameter {key} must be the id of one of the account's {kind}")
    if row is not None and fields["fallback_callback_id"] == row["id"]:
        messages.append("Parameter fallback_callback_id can't be the callback itself")
    if not isinstance(fields["enabled"], bool):
        messages.append("Parameter enabled must be a boolean")
    if fields["mode"] not in MODES:
        messages.append(f"Parameter mode must be one of {', '.join(MODES)}")
    elif row is None or "config" in body or "mode" in body:
        fields["config"] = _config(fields["config"], fields["mode"], url_check, messages)
    _refuse(messages)
    return fields


def listener_fields(body: Obj, row: Obj | None, account: PhonecomAccount) -> Obj:
    """The checked fields of a listener's POST (`row` None) or PATCH."""
    current: Obj = row or {"version": "2.0.0", "callback_id": None, "expires_at": None}
    fields = {key: body.get(key, current[key]) for key in ("version", "callback_id", "expires_at")}
    messages: list[str] = []
    if fields["version"] not in VERSIONS:
        messages.append(f"Parameter version must be one of {', '.join(VERSIONS)}")
    if not (is_int(fields["callback_id"]) and fields["callback_id"] in account.rows["callbacks"]):
        messages.append("Parameter callback_id must be the id of one of the account's callbacks")
    if fields["expires_at"] is not None and not is_int(fields["expires_at"]):
        messages.append("Parameter expires_at must be Unix seconds or null")
    _refuse(messages)
    return fields
