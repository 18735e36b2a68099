"""The list of orders."""

import reflex as rx

from livestream_sell.ui import topics
from livestream_sell.ui.components.button import button
from livestream_sell.ui.components.data_table import Column, data_table
from livestream_sell.ui.components.fields import choice, search_input
from livestream_sell.ui.components.order_badge import order_badge, payment_note
from livestream_sell.ui.components.script_parts import live_pulse, moment
from livestream_sell.ui.components.surfaces import badge, card, empty_state, skeleton_rows
from livestream_sell.ui.i18n import LocaleState, t
from livestream_sell.ui.layout import seller_shell
from livestream_sell.ui.live_updates import LiveState
from livestream_sell.ui.pages.orders.parts import order_drawer
from livestream_sell.ui.pages.orders.state import FILTERS, OrderRow, OrdersState
from livestream_sell.ui.routes import ORDERS

TOPICS = [topics.CLAIMS, *topics.ORDERS, *topics.LIVE, *topics.MESSAGES]


def orders_page() -> rx.Component:
    """Return the page."""
    return seller_shell(
        live_pulse(pulse=LiveState.pulse, inbox=LiveState.inbox, topics=TOPICS, wait=500, on_pulse=OrdersState.refresh),
        _filters(),
        card(
            rx.cond(
                OrdersState.loading,
                skeleton_rows(),
                rx.cond(
                    OrdersState.rows.length() > 0,
                    data_table(OrdersState.rows, _columns(), label=t("orders.title")),
                    _nothing(),
                ),
            ),
            _pages(),
            class_name="min-h-80",
        ),
        order_drawer(),
        here=ORDERS,
        title=t("orders.title"),
    )


def _nothing() -> rx.Component:
    narrowed = (OrdersState.query != "") | (OrdersState.state_filter != "")
    return rx.cond(
        narrowed,
        empty_state("search", t("common.no_match"), t("common.no_match_hint")),
        empty_state("package", t("orders.empty"), t("orders.empty_hint")),
    )


def _filters() -> rx.Component:
    names = {"": t("common.all"), "attention": t("orders.attention")}
    options = [(names[value] if value in names else t(f"orders.state.{value}"), value) for value in FILTERS]
    return rx.el.div(
        rx.el.div(
            search_input(t("orders.search"), on_change=OrdersState.search), class_name="min-w-0 flex-1 lg:max-w-md"
        ),
        rx.el.div(
            choice(t("orders.column.state"), options, value=OrdersState.state_filter, on_change=OrdersState.filter_by),
            class_name="w-40 shrink-0 lg:hidden",
        ),
        rx.el.div(
            *[_filter(text, value) for text, value in options],
            role="group",
            aria_label=t("orders.column.state"),
            class_name="hidden flex-wrap gap-2 lg:flex",
        ),
        class_name="flex items-center gap-3",
    )


def _filter(text: rx.Var | str, value: str) -> rx.Component:
    look = "h-9 rounded-full border px-3 text-sm whitespace-nowrap "
    is_chosen = OrdersState.state_filter == value
    return rx.el.button(
        text,
        type="button",
        aria_pressed=rx.cond(is_chosen, "true", "false"),
        on_click=OrdersState.filter_by(value),
        class_name=rx.cond(
            is_chosen, look + "border-primary bg-primary text-white", look + "border-line text-muted hover:text-ink"
        ),
    )


def _pages() -> rx.Component:
    return rx.cond(
        OrdersState.total > OrdersState.rows.length(),
        rx.el.nav(
            button(t("common.newer"), size="sm", on_click=OrdersState.turn(-1), disabled=OrdersState.offset == 0),
            rx.el.span(
                t("common.shown", last=OrdersState.shown_to, total=OrdersState.total),
                class_name="tabular text-sm text-muted",
            ),
            button(
                t("common.older"), size="sm", on_click=OrdersState.turn(1),
                disabled=OrdersState.shown_to >= OrdersState.total,
            ),
            aria_label=t("common.pages"),
            class_name="flex items-center justify-between gap-3 border-t border-line px-4 py-2",
        ),
    )  # fmt: skip


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("orders.column.number"), _number, lead=True),
        Column(t("orders.column.buyer"), lambda row: row["buyer"]),
        Column(t("orders.column.items"), lambda row: row["items"]),
        Column(t("orders.column.state"), _state),
        Column(
            t("orders.column.created"),
            lambda row: moment(at=row["created"], locale=LocaleState.locale, class_name="text-muted"),
        ),
        Column(t("orders.column.total"), lambda row: row["total"], numeric=True),
    )


def _number(row: OrderRow) -> rx.Component:
    return rx.el.button(
        row["number"],
        type="button",
        on_click=OrdersState.open(row["id"]),
        class_name="tabular min-h-11 font-medium text-link hover:underline",
    )


def _state(row: OrderRow) -> rx.Component:
    return rx.el.span(
        order_badge(row["state"]),
        payment_note(row["state"], row["payment"]),
        rx.cond(row["attention"] != "", badge(t("orders.attention"), "danger")),
        class_name="inline-flex flex-wrap items-center justify-end gap-2 sm:justify-start",
    )
