"""The states of the buyer's page: open cart, processing, paid, expired, unknown, loading."""

from collections.abc import Callable

import reflex as rx

from livestream_sell.ui.components.buyer_parts import (
    big_button,
    copy_button,
    countdown,
    held_place,
    page_message,
    panel,
)
from livestream_sell.ui.pages.checkout.state import BankLine, CheckoutItem, CheckoutState
from livestream_sell.ui.routes import ASK_AGAIN_ACTION, PAY_ACTION

Text = Callable[..., str]
REDIRECT_METHODS = ("paypal", "mercadopago", "flow")
_BANK_KEYS = ("holder", "bank", "account", "reference", "amount")


def open_order(text: Text) -> rx.Component:
    """Return the cart, the time left and the ways to pay."""
    return rx.el.div(
        rx.el.header(
            rx.el.p(CheckoutState.store, class_name="text-sm text-muted"),
            rx.el.h1(text("checkout.heading"), class_name="text-2xl font-semibold text-balance"),
        ),
        _time_left(text),
        panel(
            rx.el.ul(
                rx.foreach(CheckoutState.items, lambda item: _item(text, item)), class_name="divide-y divide-line"
            ),
            rx.el.div(
                rx.el.span(text("checkout.total"), class_name="text-base text-muted"),
                rx.el.strong(CheckoutState.total, class_name="tabular text-2xl font-semibold"),
                class_name="flex items-baseline justify-between gap-4 border-t border-line-strong pt-4",
            ),
        ),
        rx.el.h2(text("checkout.pay_with"), class_name="pt-2 text-lg font-semibold"),
        *[rx.cond(CheckoutState.methods.contains(method), _method(text, method)) for method in REDIRECT_METHODS],
        rx.cond(CheckoutState.methods.contains("bank_transfer"), _transfer(text)),
        rx.el.p(text("checkout.secure"), class_name="text-center text-sm text-muted"),
        class_name="flex flex-col gap-4",
    )


def _time_left(text: Text) -> rx.Component:
    return panel(
        rx.el.span(text("checkout.time_left"), class_name="text-base"),
        countdown(
            until=CheckoutState.expires_at,
            now=CheckoutState.server_now,
            over=text("checkout.time_over"),
            class_name="text-2xl font-semibold",
            urgent_class="text-warn",
            on_done=CheckoutState.time_over,
        ),
        class_name="flex items-center justify-between gap-4",
    )


def _item(text: Text, item: CheckoutItem) -> rx.Component:
    return rx.el.li(
        rx.cond(
            item["image"] != "",
            rx.el.img(
                src=item["image"],
                alt="",
                width="64",
                height="64",
                loading="lazy",
                class_name="size-16 rounded-lg object-cover",
            ),
            rx.el.div(aria_hidden="true", class_name="size-16 rounded-lg bg-raised"),
        ),
        rx.el.div(
            rx.el.p(item["name"], class_name="text-base font-medium break-words"),
            rx.el.p(item["variant"], class_name="text-sm text-muted"),
            rx.el.p(text("checkout.quantity"), ": ", item["quantity"], class_name="text-sm text-muted"),
            class_name="min-w-0 flex-1",
        ),
        rx.el.span(item["price"], class_name="tabular text-base font-medium whitespace-nowrap"),
        class_name="flex items-start gap-3 py-3 first:pt-0",
    )


def _method(text: Text, method: str) -> rx.Component:
    """A native form: the tap works without any script once the order is shown."""
    return rx.el.form(
        rx.el.input(type="hidden", name="token", value=CheckoutState.token, read_only=True),
        big_button(
            rx.el.span(
                rx.el.span(text(f"checkout.method.{method}"), class_name="block"),
                rx.el.span(text(f"checkout.method_hint.{method}"), class_name="block text-sm font-normal"),
                class_name="py-2",
            ),
            type="submit",
            name="method",
            value=method,
        ),
        action=PAY_ACTION,
        method="post",
    )


def _transfer(text: Text) -> rx.Component:
    return panel(
        rx.el.h3(text("checkout.bank.title"), class_name="text-base font-semibold"),
        rx.el.dl(
            rx.foreach(CheckoutState.bank, lambda line: _bank_line(text, line)), class_name="divide-y divide-line"
        ),
    )


def _bank_line(text: Text, line: BankLine) -> rx.Component:
    names = [(key, text(f"checkout.bank.{key}")) for key in _BANK_KEYS]
    return rx.el.div(
        rx.el.div(
            rx.el.dt(rx.match(line["key"], *names, line["key"]), class_name="text-sm text-muted"),
            rx.el.dd(line["value"], class_name="tabular text-base break-all"),
            class_name="min-w-0",
        ),
        copy_button(
            text=line["value"],
            label=text("checkout.copy"),
            done=text("checkout.copied"),
            class_name="h-11 shrink-0 rounded-lg border border-line-strong bg-raised px-4 text-sm font-medium",
        ),
        class_name="flex items-center justify-between gap-4 py-3",
    )


def paid(text: Text) -> rx.Component:
    """Return the page after the payment."""
    return page_message(
        "✓",
        text("checkout.paid"),
        _with_store(text("checkout.paid_hint", store="{store}")),
        rx.el.p(_with_number(text), class_name="tabular text-base"),
        tone="text-success",
    )


def processing(text: Text) -> rx.Component:
    """Return the page while the gateway is asked."""
    return page_message("⋯", text("checkout.processing"), text("checkout.processing_hint"), tone="text-link")


def expired(text: Text) -> rx.Component:
    """Return the page of a reservation that has ended."""
    return page_message(
        "0:00",
        text("checkout.expired"),
        text("checkout.expired_hint"),
        rx.el.form(
            rx.el.input(type="hidden", name="token", value=CheckoutState.token, read_only=True),
            big_button(text("checkout.ask_again"), type="submit"),
            action=ASK_AGAIN_ACTION,
            method="post",
            class_name="w-full",
        ),
    )


def unknown(text: Text) -> rx.Component:
    """Return the page of a token that leads nowhere; it tells nothing."""
    return page_message("?", text("checkout.not_found"), text("checkout.not_found_hint"))


def loading(text: Text) -> rx.Component:
    """Return what is prerendered: the heading is real, the rest is held open."""
    return rx.el.div(
        rx.el.h1(text("checkout.page_title"), class_name="text-2xl font-semibold"),
        rx.el.p(text("checkout.loading"), role="status", class_name="text-base text-muted"),
        held_place("h-16 w-full rounded-2xl"),
        held_place("h-56 w-full rounded-2xl"),
        held_place("h-14 w-full rounded-xl"),
        held_place("h-14 w-full rounded-xl"),
        class_name="flex flex-col gap-4",
    )


def _with_store(template: str) -> rx.Var[str]:
    before, _, after = template.partition("{store}")
    return rx.Var.create(before) + CheckoutState.store + after


def _with_number(text: Text) -> rx.Var[str]:
    before, _, after = text("checkout.order_number", number="{number}").partition("{number}")
    return rx.Var.create(before) + CheckoutState.number + after
