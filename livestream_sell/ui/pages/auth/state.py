"""What the sign-in shows besides its form."""

import reflex as rx

from livestream_sell.ui.routes import HOME
from livestream_sell.ui.session import public_state

_REASONS = ("failed", "locked", "expired")


@public_state
class AuthState(rx.State):
    """Why the form is shown, and where a sign-in leads."""

    reason: str = ""
    next_path: str = HOME

    @rx.event
    def load(self) -> None:
        """Read the address; only paths of this site are accepted as the way on."""
        query = self.router.url.query_parameters
        reason, path = query.get("reason", ""), query.get("next", "")
        self.reason = reason if reason in _REASONS else ""
        self.next_path = path if path.startswith("/dashboard") else HOME
