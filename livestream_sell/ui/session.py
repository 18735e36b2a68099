"""Who is behind a socket. Any socket can call any handler, so every event is refused unless proven otherwise."""

from contextvars import ContextVar
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie
from typing import TypedDict, TypeVar
from urllib.parse import quote
from uuid import UUID

import reflex as rx
from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate

from livestream_sell.auth.service import SignedIn, actor_from_cookie
from livestream_sell.core.access import Permission, require
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import Unauthenticated
from livestream_sell.stores import service as stores
from livestream_sell.ui.routes import SIGN_IN, STORE_COOKIE

# These send the whole of a tab's state to the browser.
_HYDRATING = frozenset({"hydrate", "hydrate_and_load"})
_FRAMEWORK_EVENTS = _HYDRATING | {
    "on_load_internal", "update_vars_internal", "set_is_hydrated", "handle_frontend_exception",
}  # fmt: skip
_public_states: set[str] = set()
# What the guard found for the event that runs now: (cookie header, who), so that the handler need not ask again.
_found: ContextVar[tuple[str, SignedIn] | None] = ContextVar("signed_in", default=None)
S = TypeVar("S", bound=type[rx.State])


def public_state(state: S) -> S:
    """Mark a state whose handlers anybody may call: buyers' pages, language. Its handlers authorise by token."""
    _public_states.add(state.get_full_name())
    return state


def is_public(event_name: str) -> bool:
    """Return whether an event may run without a session; everything not known is not."""
    state, _, handler = event_name.rpartition(".")
    if state in _public_states:
        return True
    return handler in _FRAMEWORK_EVENTS and all(part.startswith("reflex___state____") for part in state.split("."))


async def require_actor(state: BaseState, permission: Permission = Permission.view_store) -> SignedIn:
    """Return who is signed in and may do this in the store they look at, by the cookies of the socket's handshake.

    Raises:
        Unauthenticated: nobody is, or no longer.
        Forbidden: this role may not.
    """
    cookie = state.router.headers.cookie
    found = _found.get()
    actor = found[1] if found is not None and found[0] == cookie else await _who(cookie)
    if actor is None:
        raise Unauthenticated("Sign in first.")
    require(actor.actor, permission, actor.store_id)
    return actor


async def _who(cookie: str) -> SignedIn | None:
    """Return who is signed in, in the store of their choice if it is (still) theirs, else in their first."""
    actor = await actor_from_cookie(cookie)
    chosen = chosen_store(cookie)
    role = actor.actor.roles.get(chosen) if actor is not None and chosen is not None else None
    if actor is None or chosen is None or role is None:
        return actor
    return replace(actor, store_id=chosen, role=role.value)


def chosen_store(cookie_header: str | None) -> UUID | None:
    """Return the store named by the cookie; whether it is the caller's is asked each time."""
    try:
        morsel = SimpleCookie(cookie_header or "").get(STORE_COOKIE)
        return UUID(morsel.value) if morsel else None
    except (CookieError, ValueError):
        return None


class SessionGuard(Middleware):
    """Deny by default: an event of a state that is not public needs a session, else the browser goes to sign in."""

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:  # noqa: ARG002
        """Return a redirect in place of the event when there is no session."""
        _found.set(None)
        hydrating = event.name.rpartition(".")[2] in _HYDRATING
        if is_public(event.name) and not hydrating:
            return None
        cookie = state.router.headers.cookie
        actor = await _who(cookie)
        await _keep_for(state, f"{actor.seller_id}:{actor.store_id}" if actor else "")
        if actor is not None:
            _found.set((cookie, actor))
        if actor is not None or is_public(event.name):
            return None
        target = f"{SIGN_IN}?reason=expired&next={quote(state.router.url.path)}"
        redirect = Event(name="_redirect", payload={"path": target, "external": False, "replace": True})
        return StateUpdate(events=[redirect])


class StoreChoice(TypedDict):
    """A store in which this person works."""

    id: str
    name: str


class SessionState(rx.State):
    """What every seller screen shows of the session. The truth is the cookie, never this."""

    name: str = ""
    role: str = ""
    store_id: str = ""
    stores: list[StoreChoice] = []
    _owner: str = ""

    async def adopt(self, actor: SignedIn) -> None:
        """Show this person and their stores; called from a page's `load`."""
        self.name, self.role, self.store_id = actor.name, actor.role, str(actor.store_id)
        async with transaction() as session:
            mine = await stores.list_stores(session, actor.seller_id)
        self.stores = [{"id": str(store.id), "name": store.name} for store in mine]


async def _keep_for(state: BaseState, owner: str) -> None:
    """Empty the seller's screens of this tab when somebody else, nobody, or another store is looked at now."""
    session = await state.get_state(SessionState)
    if session._owner == owner:
        return
    if session._owner:
        for screen in rx.State.get_substates():
            name = screen.get_full_name()
            if name not in _public_states and not screen.__module__.startswith("reflex"):
                (await state.get_state(screen)).reset()  # type: ignore[no-untyped-call]
    session._owner = owner
