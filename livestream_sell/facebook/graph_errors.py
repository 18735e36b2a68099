"""Meta's error codes as one table: what follows from each (meta.md 2.8)."""

from enum import StrEnum
from typing import Any


class Treatment(StrEnum):
    retry = "retry"  # a hiccup: try again, capped
    wait = "wait"  # a limit: try again when the limit allows it
    stop_person = "stop_person"  # this person cannot be reached this way
    pause_page = "pause_page"  # Meta restricts the Page: stop for hours, tell the seller
    reconnect = "reconnect"  # the token is worth nothing: the seller links the Page again
    done = "done"  # it had already happened
    window_closed = "window_closed"  # not by this route any more
    final = "final"  # our request is wrong or its object is gone


T = Treatment

# (code, subcode) -> treatment; a subcode that is not listed takes the row of its code with None.
TABLE: dict[tuple[int, int | None], Treatment] = {
    (1, None): T.retry,
    (2, None): T.retry,
    (4, None): T.wait,
    (4, 2018354): T.wait,  # marketing message too soon
    (10, None): T.final,
    (10, 2018278): T.window_closed,
    (10, 2534022): T.window_closed,
    (10, 2018108): T.stop_person,
    (10, 1893015): T.stop_person,  # the person stopped this topic
    (10, 1893063): T.pause_page,
    (10, 1404170): T.final,  # only opt-in requests are restricted
    (17, None): T.wait,
    (32, None): T.wait,
    (100, None): T.final,
    (100, 33): T.final,  # the comment is gone, or no permission
    (100, 2018001): T.stop_person,
    (100, 2534025): T.final,
    (102, None): T.reconnect,  # session key invalid
    (190, None): T.reconnect,
    (200, None): T.final,
    (200, 2018028): T.final,
    (200, 1545041): T.stop_person,
    (341, None): T.wait,
    (368, None): T.pause_page,
    (506, None): T.final,  # the same text twice: a varied one is made for the next comment, not for this
    (551, None): T.stop_person,
    (551, 1545041): T.stop_person,
    (613, None): T.wait,
    (613, 2018338): T.wait,
    (613, 1893016): T.stop_person,  # asked for the same opt-in again and again
    (2022, None): T.pause_page,
    (10900, None): T.done,
    (10903, None): T.stop_person,
    (80001, None): T.wait,
    (80006, None): T.wait,
    (2018218, None): T.final,
    (2018247, None): T.final,
    (2018300, None): T.wait,  # another app controls the thread for now
}


def treatment_of(code: int, subcode: int | None = None, *, is_transient: bool = False) -> Treatment:
    """Return what follows from an error; an unknown code is final unless Meta calls it transient."""
    found = TABLE.get((code, subcode)) or TABLE.get((code, None))
    return found or (Treatment.retry if is_transient else Treatment.final)


def read_envelope(body: Any) -> tuple[int, int | None, bool, str] | None:
    """Return (code, subcode, is_transient, message) of Meta's error envelope, or None if it is not one."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict) or not isinstance(error.get("code"), int):
        return None
    subcode = error.get("error_subcode")
    return (
        error["code"],
        subcode if isinstance(subcode, int) else None,
        error.get("is_transient") is True,
        str(error.get("message") or "Meta gave no reason.")[:500],
    )
