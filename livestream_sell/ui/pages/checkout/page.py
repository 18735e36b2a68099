"""The buyer's page, compiled once per language with plain texts: prerendered, no dictionary, no flash."""

from collections.abc import Callable
from functools import partial

import reflex as rx

from livestream_sell.ui.catalogue import say
from livestream_sell.ui.pages.checkout.parts import expired, loading, open_order, paid, processing, unknown
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
        rx.match(
            CheckoutState.status,
            ("open", open_order(text)),
            ("processing", processing(text)),
            ("paid", paid(text)),
            ("expired", expired(text)),
            ("unknown", unknown(text)),
            loading(text),
        ),
        lang=locale,
        wide=True,
    )
