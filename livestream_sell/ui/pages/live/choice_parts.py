"""Choosing a product and a number of pieces by hand."""

import reflex as rx

from livestream_sell.ui.i18n import t
from livestream_sell.ui.pages.live.stock_state import StockState

_FIELD = "h-9 rounded-lg border border-line-strong bg-canvas px-2 text-sm text-ink "


def product_choice(name: str) -> rx.Component:
    """A select of the products that the stock panel shows."""
    return rx.el.select(
        rx.foreach(
            StockState.rows,
            lambda row: rx.el.option(row["code"] + " · " + row["name"] + " " + row["variant"], value=row["id"]),
        ),
        name=name,
        aria_label=t("inventory.column.name"),
        class_name=_FIELD + "min-w-0 flex-1",
    )


def quantity_field(pieces: rx.Var[str] | str) -> rx.Component:
    """How many."""
    return rx.el.input(
        type="number",
        name="quantity",
        min=1,
        max=99,
        default_value=pieces,
        aria_label=t("orders.quantity"),
        class_name=_FIELD + "w-16",
    )
