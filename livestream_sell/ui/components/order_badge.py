"""The states of orders and payments as coloured tags, the same on every seller's screen."""

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


_PAYMENT_TONES = {
    "reported": "warn",
    "refund_due": "danger",
    "needs_review": "danger",
    "failed": "danger",
    "succeeded": "success",
}


def payment_badge(status: rx.Var[str]) -> rx.Component:
    """Return the tag of a payment's state."""
    return badge_by(t_of("orders.payment", status), status, _PAYMENT_TONES)


def payment_note(state: rx.Var[str], status: rx.Var[str]) -> rx.Component:
    """Return the tag of a payment where it says more than the order's own state."""
    return rx.match(
        status,
        ("reported", payment_badge(status)),
        ("refund_due", payment_badge(status)),
        ("needs_review", payment_badge(status)),
        ("failed", rx.cond(state == "pending", payment_badge(status))),
        rx.fragment(),
    )
