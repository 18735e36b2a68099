"""Signed tokens: access for an hour, refresh for 30 days and once, the browser's session for 12 hours."""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID, uuid4

import jwt

from livestream_sell.core.cache import get_redis
from livestream_sell.core.clock import utc_now
from livestream_sell.core.errors import Unauthenticated
from livestream_sell.core.settings import get_settings

ALGORITHM = "HS256"
AUDIENCE = "livestream-sell"


class TokenKind(StrEnum):
    access = "access"
    refresh = "refresh"
    session = "session"


LIFETIMES = {
    TokenKind.access: timedelta(hours=1),
    TokenKind.refresh: timedelta(days=30),
    TokenKind.session: timedelta(hours=12),
}


def issue(seller_id: UUID, kind: TokenKind) -> str:
    """Return a token that proves `seller_id` until its kind's lifetime is over."""
    now = utc_now()
    claims = {
        "sub": str(seller_id), "kind": kind.value, "jti": uuid4().hex, "aud": AUDIENCE, "iat": now,
        "exp": now + LIFETIMES[kind],
    }  # fmt: skip
    return jwt.encode(claims, get_settings().secret_key.get_secret_value(), ALGORITHM)


async def read(token: str, kind: TokenKind) -> UUID:
    """Return whose token this is. Raises Unauthenticated: forged, expired, revoked, or of another kind."""
    claims = _claims(token, kind)
    if await get_redis().exists(_revoked_key(claims["jti"])):
        raise Unauthenticated("This session was ended. Sign in again.")
    return UUID(claims["sub"])


async def use_once(token: str) -> UUID:
    """Return whose refresh token this is and spend it: a second use, by whomever, is refused."""
    claims = _claims(token, TokenKind.refresh)
    if not await _revoke(claims["jti"], TokenKind.refresh):
        raise Unauthenticated("This refresh token was used already. Sign in again.")
    return UUID(claims["sub"])


async def revoke(token: str, kind: TokenKind) -> None:
    """End a token before its time; a token that is no good anyway is no error."""
    try:
        claims = _claims(token, kind)
    except Unauthenticated:
        return
    await _revoke(claims["jti"], kind)


def _claims(token: str, kind: TokenKind) -> dict[str, str]:
    try:
        claims: dict[str, str] = jwt.decode(
            token, get_settings().secret_key.get_secret_value(), [ALGORITHM], audience=AUDIENCE,
            options={"require": ["sub", "exp", "jti", "kind"]},
        )  # fmt: skip
    except jwt.PyJWTError as error:
        raise Unauthenticated("Sign in: the token is missing, wrong or expired.") from error
    if claims["kind"] != kind:
        raise Unauthenticated(f"This is not an {kind.value} token.")
    return claims


async def _revoke(jti: str, kind: TokenKind) -> bool:
    seconds = int(LIFETIMES[kind].total_seconds())
    return bool(await get_redis().set(_revoked_key(jti), b"1", nx=True, ex=seconds))


def _revoked_key(jti: str) -> str:
    return f"auth:revoked:{jti}"
