"""The state of an order as a coloured tag, the same on every seller's screen."""

import reflex as rx

from livestream_sell.ui.components.surfaces import badge_by
from livestream_sell.ui.i18n import t_of

_TONES = {
    "pending": "warn",
    "paid": "success",
    "to_ship": "primary",
    "cancelled": "danger",
    "refunded": "danger",
}


def order_badge(state: rx.Var[str]) -> rx.Component:
    """Return the tag of an order state."""
    return badge_by(t_of("orders.state", state), state, _TONES)
