"""Who is behind a socket. Any socket can call any handler, so every event is refused unless proven otherwise."""

from typing import Protocol, TypeVar
from urllib.parse import quote
from uuid import UUID

import reflex as rx
from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate

from livestream_sell.core.errors import Unauthenticated
from livestream_sell.ui.routes import SIGN_IN

_FRAMEWORK_EVENTS = frozenset({
    "hydrate", "on_load_internal", "update_vars_internal", "set_is_hydrated", "handle_frontend_exception",
})  # fmt: skip
_public_states: set[str] = set()
S = TypeVar("S", bound=type[rx.State])


class SessionActor(Protocol):
    """What the screens need to know of a signed-in person (`auth` has the whole of it)."""

    store_id: UUID
    name: str
    role: str


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


async def read_actor(state: BaseState) -> SessionActor | None:
    """Return who is signed in on this socket, by the HttpOnly cookie of its handshake."""
    from livestream_sell.auth.service import actor_from_cookie

    return await actor_from_cookie(state.router.headers.cookie)


async def require_actor(state: BaseState) -> SessionActor:
    """Return who is signed in.

    Raises:
        Unauthenticated: nobody is, or no longer.
    """
    actor = await read_actor(state)
    if actor is None:
        raise Unauthenticated("Sign in first.")
    return actor


class SessionGuard(Middleware):
    """Deny by default: an event of a state that is not public needs a session, else the browser goes to sign in."""

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        """Return a redirect in place of the event when there is no session."""
        if is_public(event.name) or await read_actor(state) is not None:
            return None
        target = f"{SIGN_IN}?reason=expired&next={quote(state.router.url.path)}"
        return StateUpdate(events=[Event(name="_redirect", payload={"path": target, "external": False, "replace": True})])


class SessionState(rx.State):
    """What every seller screen shows of the session. The truth is the cookie, never this."""

    name: str = ""
    role: str = ""

    async def adopt(self, actor: SessionActor) -> None:
        """Show this person; called from a page's `load`."""
        self.name, self.role = actor.name, actor.role
