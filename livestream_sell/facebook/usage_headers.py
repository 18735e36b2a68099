"""How much of its allowance Meta says a Page has used."""

from collections.abc import Mapping
from typing import Any

import orjson

MINUTE = 60
# Meta counts in minutes; longer than this it is a mistake or a matter for a person.
LONGEST_WAIT = 24 * 3600
PERCENTAGES = ("call_count", "total_time", "total_cputime")


def read_usage(headers: Mapping[str, str]) -> tuple[int, float]:
    """Return (percent used, seconds to wait) out of X-App-Usage and X-Business-Use-Case-Usage; the worst counts."""
    percent, wait = 0, 0.0
    for row in _rows(headers):
        percent = max([percent, *(int(row[name]) for name in PERCENTAGES if _is_number(row.get(name)))])
        minutes = row.get("estimated_time_to_regain_access")
        if _is_number(minutes):
            wait = max(wait, float(minutes) * MINUTE)  # type: ignore[arg-type]
    return percent, min(wait, LONGEST_WAIT)


def _rows(headers: Mapping[str, str]) -> list[dict[str, Any]]:
    rows: list[Any] = [_object(headers.get("x-app-usage", ""))]
    for uses in _object(headers.get("x-business-use-case-usage", "")).values():
        rows += uses if isinstance(uses, list) else []
    return [row for row in rows if isinstance(row, dict)]


def _object(text: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
