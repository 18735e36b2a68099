"""The pages of an order that is not to be paid now: on its way, paid, expired, cancelled, unknown."""

import reflex as rx

from livestream_sell.ui.components.buyer_parts import big_button, page_message
from livestream_sell.ui.components.native import native_form
from livestream_sell.ui.pages.checkout.parts import cart, problem
from livestream_sell.ui.pages.checkout.paying import token_field
from livestream_sell.ui.pages.checkout.state import CheckoutState
from livestream_sell.ui.pages.checkout.words import Text, filled
from livestream_sell.ui.routes import ASK_AGAIN_ACTION


def paid(text: Text) -> rx.Component:
    """Return the page after the payment: what was bought, and what happens now."""
    return _stacked(
        page_message(
            "✓",
            text("checkout.paid"),
            filled(text("checkout.paid_hint"), "store", CheckoutState.store),
            _number(text),
            tone="text-success",
        ),
        cart(text),
        _what_next(text),
    )


def processing(text: Text) -> rx.Component:
    """Return the page while the gateway is asked; it changes by itself."""
    return _stacked(
        page_message(
            "…", text("checkout.processing"), text("checkout.processing_hint"), _number(text), tone="text-link"
        ),
        cart(text),
    )


def reported(text: Text) -> rx.Component:
    """Return the page while the seller looks for the transfer."""
    return _stacked(
        page_message(
            "…",
            text("checkout.transfer.waiting"),
            filled(text("checkout.transfer.waiting_hint"), "store", CheckoutState.store),
            _number(text),
            tone="text-link",
        ),
        cart(text),
    )


def expired(text: Text) -> rx.Component:
    """Return the page of a reservation that has ended."""
    return _stacked(
        page_message("0:00", text("checkout.expired"), text("checkout.expired_hint"), tone="text-warn"),
        problem(text),
        native_form(
            token_field(),
            big_button(text("checkout.ask_again"), type="submit"),
            action=ASK_AGAIN_ACTION,
            method="post",
        ),
        cart(text),
    )


def cancelled(text: Text) -> rx.Component:
    """Return the page of a cancelled order."""
    return page_message("×", text("checkout.cancelled"), text("checkout.cancelled_hint"), _number(text))


def unknown(text: Text) -> rx.Component:
    """Return the page of a token that leads nowhere; it tells nothing."""
    return page_message("?", text("checkout.not_found"), text("checkout.not_found_hint"))


def _stacked(*parts: rx.Component) -> rx.Component:
    return rx.el.div(*parts, class_name="flex flex-col gap-4")


def _number(text: Text) -> rx.Component:
    return rx.el.p(
        filled(text("checkout.order_number"), "number", CheckoutState.number),
        class_name="tabular rounded-full bg-raised px-4 py-2 text-base font-medium",
    )


def _what_next(text: Text) -> rx.Component:
    steps = (
        text("checkout.next.keep"),
        filled(text("checkout.next.message"), "store", CheckoutState.store),
        text("checkout.next.questions"),
    )
    return rx.el.section(
        rx.el.h2(text("checkout.next.title"), class_name="text-lg font-semibold"),
        rx.el.ol(
            *[rx.el.li(step, class_name="ps-1") for step in steps],
            class_name="list-decimal ps-6 pt-2 text-base text-muted",
        ),
        class_name="px-1",
    )
