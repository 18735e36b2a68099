"""Identifiers: time-ordered row ids, order codes people can read out, unguessable tokens."""

import os
import secrets
import time
from uuid import UUID

# No 0/O, 1/I/L: a code is read aloud in a live and typed on a phone.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def uuid7() -> UUID:
    """Return a UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


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
