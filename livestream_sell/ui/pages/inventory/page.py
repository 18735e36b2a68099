"""The list of products."""

import reflex as rx

from livestream_sell.ui.components.data_table import Column, data_table
from livestream_sell.ui.components.fields import search_input
from livestream_sell.ui.components.script_parts import live_pulse
from livestream_sell.ui.components.surfaces import badge, card, empty_state, skeleton_rows
from livestream_sell.ui.i18n import t
from livestream_sell.ui.layout import seller_shell
from livestream_sell.ui.live_updates import LiveState
from livestream_sell.ui.pages.inventory.state import InventoryState, ProductRow
from livestream_sell.ui.routes import INVENTORY


def inventory_page() -> rx.Component:
    """Return the page."""
    return seller_shell(
        live_pulse(pulse=LiveState.pulse, topics=["stock"], wait=500, on_pulse=InventoryState.refresh),
        rx.el.div(search_input(t("inventory.search"), on_change=InventoryState.search), class_name="lg:max-w-md"),
        card(
            rx.cond(
                InventoryState.loading,
                skeleton_rows(),
                rx.cond(
                    InventoryState.rows.length() > 0,
                    data_table(InventoryState.rows, _columns(), label=t("inventory.title")),
                    empty_state("shirt", t("inventory.empty"), t("inventory.empty_hint")),
                ),
            ),
            class_name="min-h-80",
        ),
        here=INVENTORY,
        title=t("inventory.title"),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("inventory.column.name"), lambda row: row["name"], lead=True),
        Column(t("inventory.column.code"), lambda row: row["code"]),
        Column(t("inventory.column.price"), lambda row: row["price"], numeric=True),
        Column(t("inventory.column.available"), _available, numeric=True),
        Column(t("inventory.column.reserved"), lambda row: row["reserved"], numeric=True),
    )


def _available(row: ProductRow) -> rx.Component:
    return rx.el.span(
        rx.match(
            row["level"],
            ("low", badge(t("inventory.low"), "warn")),
            ("out", badge(t("inventory.out"), "danger")),
            rx.fragment(),
        ),
        rx.el.span(row["available"]),
        class_name="inline-flex items-center gap-2",
    )
