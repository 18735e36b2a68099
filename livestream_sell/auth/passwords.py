"""Passwords: Argon2id with the library's parameters, and the same time spent on people who do not exist."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

MIN_LENGTH = 10
_hasher = PasswordHasher()
# Checked when nobody has the address, so that the answer's time does not tell who is a customer.
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Return whether `password` is the one behind `password_hash`; None is nobody's hash."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
