"""The ways to pay, each a native form: a tap works even while the connection of the page is gone."""

import reflex as rx

from livestream_sell.ui.components.buyer_parts import big_button, copy_button, panel, way_button
from livestream_sell.ui.components.native import native_form
from livestream_sell.ui.pages.checkout.shown import BANK_FIELDS, BankLine
from livestream_sell.ui.pages.checkout.state import CheckoutState
from livestream_sell.ui.pages.checkout.words import METHODS, Text
from livestream_sell.ui.routes import PAY_ACTION, TRANSFER_ACTION

# Sign and colour of each way, so that buyers find theirs without reading.
SIGNS = {
    "mercado_pago": ("MP", "bg-pay-mercado-pago text-canvas"),
    "flow": ("Fl", "bg-pay-flow text-canvas"),
    "paypal": ("PP", "bg-pay-paypal text-canvas"),
    "bank_transfer": ("⇄", "bg-line-strong text-ink"),
}
NEEDS_EMAIL = frozenset({"flow"})
_EMAIL_INPUT = "h-14 w-full rounded-xl border border-line-strong bg-canvas px-4 text-lg text-ink"


def ways_to_pay(text: Text, without: str = "") -> rx.Component:
    """Return a big button for each way that the store offers."""
    ways = [method for method in METHODS if method != without]
    return rx.el.div(
        *[rx.cond(CheckoutState.methods.contains(method), _way(text, method)) for method in ways],
        class_name="flex flex-col gap-3",
    )


def token_field() -> rx.Component:
    """Return the hidden field that says which order a form is about."""
    return rx.el.input(type="hidden", name="token", value=CheckoutState.token, read_only=True)


def _way(text: Text, method: str) -> rx.Component:
    name = text(f"checkout.method.{method}")
    sign, colour = SIGNS[method]
    email = []
    if method in NEEDS_EMAIL:
        label = text("checkout.email", method=name)
        email = [
            rx.el.label(
                rx.el.span(label, class_name="block pb-1 text-sm text-muted"),
                rx.el.input(
                    type="email", name="email", required=True, auto_complete="email", input_mode="email",
                    max_length=254, placeholder="nombre@correo.com", class_name=_EMAIL_INPUT,
                ),
                class_name="block",
            )
        ]  # fmt: skip
    return native_form(
        token_field(),
        rx.el.input(type="hidden", name="gateway", value=method, read_only=True),
        *email,
        way_button(name, text(f"checkout.method_hint.{method}"), sign=sign, colour=colour, type="submit"),
        action=PAY_ACTION,
        method="post",
        class_name="flex flex-col gap-2 rounded-2xl border border-line bg-surface p-3" if email else "",
    )


def transfer_data(text: Text) -> rx.Component:
    """Return the account to copy, line by line, and the button that says it is done."""
    return panel(
        rx.el.h2(text("checkout.bank.title"), class_name="text-xl font-semibold"),
        rx.el.p(text("checkout.transfer.hint"), class_name="pt-1 text-base text-muted"),
        rx.el.ul(
            rx.foreach(CheckoutState.bank, lambda line: _bank_line(text, line)), class_name="divide-y divide-line py-2"
        ),
        rx.cond(
            CheckoutState.bank_note != "",
            rx.el.p(CheckoutState.bank_note, class_name="pb-4 text-base whitespace-pre-line"),
        ),
        native_form(
            token_field(),
            big_button(text("checkout.transfer.done"), type="submit"),
            action=TRANSFER_ACTION,
            method="post",
        ),
    )


def _bank_line(text: Text, line: BankLine) -> rx.Component:
    names = [(key, text(f"checkout.bank.{key}")) for key in BANK_FIELDS]
    return rx.el.li(
        rx.el.div(
            rx.el.p(rx.match(line["key"], *names, line["key"]), class_name="text-sm text-muted"),
            rx.el.p(line["value"], class_name="tabular text-lg break-words"),
            class_name="min-w-0",
        ),
        copy_button(
            text=line["copied"],
            label=text("checkout.copy"),
            done=text("checkout.copied"),
            class_name=(
                "h-12 min-w-24 shrink-0 rounded-xl border border-line-strong bg-raised px-4 text-base font-medium"
            ),
        ),
        class_name="flex items-center justify-between gap-4 py-2",
    )
