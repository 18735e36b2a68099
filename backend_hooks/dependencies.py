"""What routes ask for: one transaction, who is asking, and the store that is touched."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.auth import service as auth
from livestream_sell.auth.tokens import TokenKind, read
from livestream_sell.core.access import Actor, Permission, require
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import Forbidden, InvalidInput, NotFound, Unauthenticated
from livestream_sell.core.settings import get_settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Only for the document: the checks below are ours, so that every refusal has the one shape.
_bearer = HTTPBearer(auto_error=False, description="Access token of POST /api/v1/auth/token")
_cookie = APIKeyCookie(name=auth.SESSION_COOKIE, auto_error=False, description="The browser's session")


async def _session() -> AsyncIterator[AsyncSession]:
    async with transaction() as session:
        yield session


# `function`: committed before the answer leaves.
SessionDep = Annotated[AsyncSession, Depends(_session, scope="function")]


async def _actor(
    request: Request, _b: Annotated[object, Security(_bearer)], _c: Annotated[object, Security(_cookie)]
) -> Actor:
    """Return who asks: by Bearer token, else by the browser's session, which has to come from our own pages."""
    # A transaction of its own: a route that calls a vendor holds no connection meanwhile.
    authorization = request.headers.get("authorization")
    if authorization is not None:
        async with transaction() as session:
            return await auth.actor_from_bearer(session, authorization)
    token = auth.session_token(request.headers.get("cookie"))
    if token is None:
        raise Unauthenticated("Send your access token: Authorization: Bearer <token>.")
    if request.method not in SAFE_METHODS:
        check_same_origin(request)
    seller_id = await read(token, TokenKind.session)
    async with transaction() as session:
        return await auth.actor_of(session, seller_id)


ActorDep = Annotated[Actor, Depends(_actor)]


def check_same_origin(request: Request) -> None:
    """Raise Forbidden unless the browser says that one of our own pages sent this (or, on sign-in, no browser did)."""
    origin = request.headers.get("origin") or request.headers.get("referer")
    site = request.headers.get("sec-fetch-site")
    if origin is None:
        if site in {"same-origin", "none"}:
            return
        raise Forbidden("A request with a session cookie has to come from a page of this site.")
    host = urlsplit(origin).netloc
    ours = {request.headers.get("host"), urlsplit(get_settings().public_url).netloc}
    if not host or host not in ours or site not in {None, "same-origin", "none"}:
        raise Forbidden("A request with a session cookie has to come from a page of this site.")


@dataclass(frozen=True, slots=True)
class StoreAccess:
    """A store, and somebody who may do there what the route does."""

    store_id: UUID
    actor: Actor

    @property
    def actor_name(self) -> str:
        """Who did it, for timelines."""
        return f"seller:{self.actor.seller_id}"

    @property
    def role(self) -> str:
        return str(self.actor.roles.get(self.store_id, self.actor.everywhere or ""))


def authorised(actor: Actor, raw: str | None, permission: Permission) -> StoreAccess:
    if raw is None:
        if len(actor.store_ids) != 1:
            raise InvalidInput("Say which store: you work in several.", field="store_id")
        [store_id] = actor.store_ids
    else:
        store_id = as_store_id(raw)
    require(actor, permission, store_id)
    return StoreAccess(store_id, actor)


def as_store_id(raw: str) -> UUID:
    """Return the id. Raises NotFound: what is no id at all is no store either."""
    try:
        return UUID(raw)
    except ValueError:
        raise NotFound("There is no such store.") from None


def store_by_query(permission: Permission) -> Callable[..., Awaitable[StoreAccess]]:
    """`?store_id=`; somebody with one store may leave it out."""

    async def find(
        actor: ActorDep, store_id: Annotated[str | None, Query(description="Needed if you have several")] = None
    ) -> StoreAccess:
        return authorised(actor, store_id, permission)

    return find


def store_by_tienda_id(permission: Permission) -> Callable[..., Awaitable[StoreAccess]]:
    """`?tienda_id=`, the name of the inventory's contract."""

    async def find(
        actor: ActorDep, tienda_id: Annotated[str | None, Query(description="Needed if you have several")] = None
    ) -> StoreAccess:
        return authorised(actor, tienda_id, permission)

    return find


def store_by_path(permission: Permission) -> Callable[..., Awaitable[StoreAccess]]:
    """`/stores/{store_id}`."""

    async def find(actor: ActorDep, store_id: Annotated[str, Path()]) -> StoreAccess:
        return authorised(actor, store_id, permission)

    return find
