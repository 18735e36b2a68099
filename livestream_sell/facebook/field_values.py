"""Single values out of Meta's JSON: whatever their type was, what comes out can be stored."""

import re
from datetime import datetime
from typing import Any

ID_LIMIT = 128
# What UTF-8, and so PostgreSQL and JSON, cannot hold: NUL in a text, halves of surrogate pairs.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# The year 9999 in seconds; beyond it no date can be made.
LAST_SECOND = 253_402_300_799


def as_text(value: Any) -> str:
    """Return a text as it is, without what cannot be stored; anything else is empty."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() and "\x00" not in value else UNSTORABLE.sub("", value)


def as_id(value: Any) -> str:
    """Return an id that came as text or as a number; anything else, and ids nobody could store, are empty."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**40 else ""
    text = as_text(value)
    return text if len(text) <= ID_LIMIT else ""


def first_id(*values: Any) -> str:
    """Return the first of the values that is an id."""
    return next((found for value in values if (found := as_id(value))), "")


def as_dict(value: Any) -> dict[str, Any]:
    """Return an object as it is; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def as_seconds(value: Any) -> int | None:
    """Return a moment as Unix seconds: Meta writes numbers in webhooks and ISO 8601 elsewhere."""
    if isinstance(value, str):
        try:
            value = int(value) if value.isascii() and value.isdecimal() else datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError):
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LAST_SECOND:
        return None
    return int(value)


def as_milliseconds(value: Any) -> int | None:
    """Return Messenger's timestamp, Unix milliseconds, or None."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LAST_SECOND * 1000:
        return None
    return value
