"""Use cases of identity: sign in, refresh, sign out, and who the actor of a request is."""

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.auth import passwords
from livestream_sell.auth.tokens import TokenKind, issue, read, use_once
from livestream_sell.core.access import Actor, Role
from livestream_sell.core.cache import take_token
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import InvalidInput, TooManyRequests, Unauthenticated
from livestream_sell.stores import repository
from livestream_sell.stores.models import Seller

SESSION_COOKIE = "ls_session"
# Ten tries at once, then one every twelve seconds, for each address and each e-mail.
TRIES_PER_SECOND, TRIES_AT_ONCE = 1 / 12, 10

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a REST client gets: `expires_in` in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int = 3600
    token_type: str = "bearer"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person at a screen, in the store they look at."""

    actor: Actor
    seller_id: UUID
    store_id: UUID
    name: str
    role: str
    ui_lang: str


async def check_credentials(session: AsyncSession, email: str, password: str, address: str) -> Seller:
    """Return the person. Raises Unauthenticated, the same for an unknown e-mail and a wrong password."""
    account = email.strip().lower()[:320]
    for key in (f"sign_in:{address}", f"sign_in:{account}"):
        if wait := await take_token(key, TRIES_PER_SECOND, TRIES_AT_ONCE):
            raise TooManyRequests(f"Too many tries. Wait {int(wait) + 1} seconds and try again.")
    seller = await repository.seller_by_email(session, account)
    if not passwords.matches(seller.password_hash if seller else None, password) or seller is None:
        log.warning("sign_in_failed", address=address)
        raise Unauthenticated("E-mail or password is wrong.")
    log.info("signed_in", seller=str(seller.id), address=address)
    return seller


def check_new_password(password: str) -> None:
    """Raise InvalidInput for a password that is too short to keep anybody out."""
    if len(password) < passwords.MIN_LENGTH:
        raise InvalidInput(f"A password has at least {passwords.MIN_LENGTH} characters.", field="password")


def token_pair(seller_id: UUID) -> TokenPair:
    return TokenPair(issue(seller_id, TokenKind.access), issue(seller_id, TokenKind.refresh))


async def refresh(refresh_token: str) -> TokenPair:
    """Exchange a refresh token, once, for a new pair."""
    return token_pair(await use_once(refresh_token))


async def actor_of(session: AsyncSession, seller_id: UUID) -> Actor:
    """Return the actor with the roles this person has now."""
    rows = await repository.stores_of(session, seller_id)
    return Actor(seller_id=seller_id, roles={store.id: Role(role) for store, role in rows})


async def actor_from_bearer(session: AsyncSession, authorization: str | None) -> Actor:
    """Return who calls the REST API. Raises Unauthenticated."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send your access token: Authorization: Bearer <token>.")
    return await actor_of(session, await read(token.strip(), TokenKind.access))


def session_token(cookie_header: str | None) -> str | None:
    """Return the session token out of a raw Cookie header."""
    try:
        morsel = SimpleCookie(cookie_header or "").get(SESSION_COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None


async def actor_from_cookie(cookie_header: str | None) -> SignedIn | None:
    """Return who sits at the screen, in their first store; None when nobody is signed in."""
    token = session_token(cookie_header)
    if not token:
        return None
    try:
        seller_id = await read(token, TokenKind.session)
    except Unauthenticated:
        return None
    async with transaction() as session:
        seller = await session.get(Seller, seller_id)
        actor = await actor_of(session, seller_id)
    if seller is None or not actor.roles:
        return None
    store_id, role = next(iter(actor.roles.items()))
    return SignedIn(actor, seller_id, store_id, seller.full_name, role.value, seller.ui_lang)
