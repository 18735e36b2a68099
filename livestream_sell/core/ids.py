"""Identifiers: time-ordered row ids, order codes people can read out, unguessable tokens."""

import os
import secrets
import time
from datetime import datetime
from uuid import UUID

# No 0/O, 1/I/L: a code is read aloud in a live and typed on a phone.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


# The last moment used by `uuid7`, in 4096ths of a millisecond.
_last_step = 0


def uuid7() -> UUID:
    """Return a UUIDv7 (RFC 9562) greater than every one before it in this process.

    Milliseconds, then 12 bits of their fraction (method 3, as PostgreSQL's own uuidv7()), then random bits.
    """
    global _last_step
    _last_step = max(time.time_ns() * 4096 // 1_000_000, _last_step + 1)
    milliseconds, fraction = divmod(_last_step, 4096)
    random = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | random)


def first_uuid7(at: datetime) -> UUID:
    """Return the least UUIDv7 of a moment: rows made from then on have ids from this one on."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | 0x7 << 76 | 0x2 << 62)


def order_code() -> str:
    """Return a short code of 7 characters (31^7, about 27 billion), unique per store by constraint."""
    number, code = int.from_bytes(os.urandom(8), "big"), ""
    for _ in range(7):
        number, place = divmod(number, len(CODE_ALPHABET))
        code += CODE_ALPHABET[place]
    return code


def checkout_token() -> str:
    """Return 32 URL-safe characters of 192 random bits: whoever has it, has the cart."""
    return secrets.token_urlsafe(24)
