"""The buyer's page, compiled once per language with plain texts: prerendered, no dictionary, no flash."""

from collections.abc import Callable
from functools import partial

import reflex as rx

from livestream_sell.ui.catalogue import say
from livestream_sell.ui.components.buyer_parts import poll
from livestream_sell.ui.pages.checkout.endings import cancelled, expired, paid, processing, reported, unknown
from livestream_sell.ui.pages.checkout.languages import language_switch
from livestream_sell.ui.pages.checkout.parts import loading, open_order, transfer_order
from livestream_sell.ui.pages.checkout.state import CheckoutState
from livestream_sell.ui.public_layout import public_shell


def checkout_page(locale: str) -> Callable[[], rx.Component]:
    """Return the page of one language."""

    def page() -> rx.Component:
        return _page(locale)

    return page


def _page(locale: str) -> rx.Component:
    text = partial(say, locale)
    return public_shell(
        language_switch(text, locale),
        rx.match(
            CheckoutState.status,
            ("open", open_order(text)),
            ("transfer", transfer_order(text)),
            ("processing", processing(text)),
            ("reported", reported(text)),
            ("paid", paid(text)),
            ("expired", expired(text)),
            ("cancelled", cancelled(text)),
            ("unknown", unknown(text)),
            loading(text),
        ),
        poll(seconds=CheckoutState.ask_every, on_tick=CheckoutState.look_again),
        rx.el.noscript(rx.el.p(text("checkout.needs_script"), class_name="text-base text-warn")),
        lang=locale,
        wide=True,
    )
