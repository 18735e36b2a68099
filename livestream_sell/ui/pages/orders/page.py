"""The list of orders."""

import reflex as rx

from livestream_sell.ui.components.data_table import Column, data_table
from livestream_sell.ui.components.fields import choice, search_input
from livestream_sell.ui.components.order_badge import order_badge
from livestream_sell.ui.components.script_parts import live_pulse
from livestream_sell.ui.components.surfaces import card, empty_state, skeleton_rows
from livestream_sell.ui.i18n import t
from livestream_sell.ui.layout import seller_shell
from livestream_sell.ui.live_updates import LiveState
from livestream_sell.ui.pages.orders.state import OrdersState
from livestream_sell.ui.routes import ORDERS

STATES = ("pending", "paid", "to_ship", "shipped", "delivered", "expired", "cancelled", "refunded")


def orders_page() -> rx.Component:
    """Return the page."""
    return seller_shell(
        live_pulse(pulse=LiveState.pulse, topics=["orders", "sales"], wait=500, on_pulse=OrdersState.refresh),
        _filters(),
        card(
            rx.cond(
                OrdersState.loading,
                skeleton_rows(),
                rx.cond(
                    OrdersState.rows.length() > 0,
                    data_table(OrdersState.rows, _columns(), label=t("orders.title")),
                    empty_state("package", t("orders.empty"), t("orders.empty_hint")),
                ),
            ),
            class_name="min-h-80",
        ),
        here=ORDERS,
        title=t("orders.title"),
    )


def _filters() -> rx.Component:
    options = [(t("common.all"), ""), *[(t(f"orders.state.{state}"), state) for state in STATES]]
    return rx.el.div(
        search_input(t("orders.search"), on_change=OrdersState.search),
        rx.el.div(
            choice(t("orders.column.state"), options, value=OrdersState.state_filter, on_change=OrdersState.filter_by),
            class_name="w-40 shrink-0",
        ),
        class_name="flex gap-3 lg:max-w-2xl",
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("orders.column.number"), lambda row: row["number"], lead=True),
        Column(t("orders.column.buyer"), lambda row: row["buyer"]),
        Column(t("orders.column.items"), lambda row: row["items"]),
        Column(t("orders.column.state"), lambda row: order_badge(row["state"])),
        Column(t("orders.column.created"), lambda row: row["created"]),
        Column(t("orders.column.total"), lambda row: row["total"], numeric=True),
    )
