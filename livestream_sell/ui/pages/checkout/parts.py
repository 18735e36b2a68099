"""The open cart: what is held, until when, and the ways to pay; and what is prerendered before it is known."""

import reflex as rx

from livestream_sell.ui.components.buyer_parts import countdown, held_place, panel
from livestream_sell.ui.pages.checkout.paying import transfer_data, ways_to_pay
from livestream_sell.ui.pages.checkout.shown import PROBLEMS, CheckoutItem
from livestream_sell.ui.pages.checkout.state import CheckoutState
from livestream_sell.ui.pages.checkout.words import Text, filled, method_name


def open_order(text: Text) -> rx.Component:
    """Return the cart, the time left and the ways to pay."""
    return rx.el.div(
        _heading(text),
        problem(text),
        _time_left(text),
        cart(text),
        rx.el.h2(text("checkout.pay_with"), class_name="pt-2 text-xl font-semibold"),
        ways_to_pay(text),
        rx.el.p(text("checkout.secure"), class_name="text-center text-sm text-muted"),
        class_name="flex flex-col gap-4",
    )


def transfer_order(text: Text) -> rx.Component:
    """Return the page of a buyer who pays by transfer: what to copy first, other ways after it."""
    return rx.el.div(
        _heading(text),
        problem(text),
        _time_left(text),
        transfer_data(text),
        cart(text),
        rx.el.h2(text("checkout.change_way"), class_name="pt-2 text-lg font-semibold"),
        ways_to_pay(text, without="bank_transfer"),
        class_name="flex flex-col gap-4",
    )


def _heading(text: Text) -> rx.Component:
    return rx.el.header(
        rx.el.p(CheckoutState.store, class_name="text-base font-medium text-muted"),
        rx.el.h1(text("checkout.heading"), class_name="text-2xl font-semibold text-balance"),
    )


def problem(text: Text) -> rx.Component:
    """Return what went wrong and what to do now, or nothing."""
    method = method_name(text, CheckoutState.problem_method)
    words = []
    for code in (*PROBLEMS, "other"):
        template = text(f"checkout.problem.{code}")
        words.append((code, filled(template, "method", method) if "{method}" in template else rx.Var.create(template)))
    return rx.cond(
        CheckoutState.problem != "",
        rx.el.p(
            rx.match(CheckoutState.problem, *words, ""),
            role="alert",
            class_name="rounded-2xl border border-warn bg-warn/10 p-4 text-base font-medium text-warn",
        ),
    )


def _time_left(text: Text) -> rx.Component:
    return panel(
        rx.el.span(text("checkout.time_left"), class_name="text-base"),
        countdown(
            until=CheckoutState.expires_at,
            now=CheckoutState.server_now,
            over=text("checkout.time_over"),
            class_name="text-3xl font-semibold",
            urgent_class="text-warn",
            on_done=CheckoutState.look_again,
        ),
        class_name="flex items-center justify-between gap-4",
    )


def cart(text: Text) -> rx.Component:
    """Return the pieces and their total."""
    return panel(
        rx.el.ul(rx.foreach(CheckoutState.items, lambda item: _item(text, item)), class_name="divide-y divide-line"),
        rx.el.div(
            rx.el.span(text("checkout.total"), class_name="text-base text-muted"),
            rx.el.strong(CheckoutState.total, class_name="tabular text-3xl font-semibold"),
            class_name="flex items-baseline justify-between gap-4 border-t border-line-strong pt-4",
        ),
    )


def _item(text: Text, item: CheckoutItem) -> rx.Component:
    return rx.el.li(
        rx.cond(
            item["image"] != "",
            rx.el.img(
                src=item["image"],
                alt="",
                width="72",
                height="72",
                loading="lazy",
                class_name="size-18 shrink-0 rounded-xl bg-raised object-cover",
            ),
        ),
        rx.el.div(
            rx.el.p(item["name"], class_name="text-base font-medium break-words"),
            rx.cond(item["variant"] != "", rx.el.p(item["variant"], class_name="text-sm text-muted")),
            rx.el.p(item["quantity"], " × ", item["price"], class_name="tabular text-sm text-muted"),
            rx.cond(
                item["held"],
                rx.fragment(),
                rx.el.p(text("checkout.not_held"), class_name="text-sm font-medium text-warn"),
            ),
            class_name="min-w-0 flex-1",
        ),
        rx.el.span(
            item["total"],
            class_name=rx.cond(
                item["held"],
                "tabular text-base font-semibold whitespace-nowrap",
                "tabular text-base whitespace-nowrap text-faint line-through",
            ),
        ),
        class_name="flex items-start gap-3 py-3 first:pt-0",
    )


def loading(text: Text) -> rx.Component:
    """Return what is prerendered: the heading is real, the rest is held open."""
    return rx.el.div(
        rx.el.h1(text("checkout.page_title"), class_name="text-2xl font-semibold"),
        rx.el.p(text("checkout.loading"), role="status", class_name="text-base text-muted"),
        held_place("h-18 w-full rounded-2xl"),
        held_place("h-56 w-full rounded-2xl"),
        held_place("h-18 w-full rounded-2xl"),
        held_place("h-18 w-full rounded-2xl"),
        class_name="flex flex-col gap-4",
    )
