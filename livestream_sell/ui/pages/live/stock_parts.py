"""The right column of the Live Control Center: what waits for a decision, and the stock."""

import reflex as rx

from livestream_sell.ui.components.fields import search_input
from livestream_sell.ui.components.surfaces import badge, card, empty_state
from livestream_sell.ui.i18n import t
from livestream_sell.ui.pages.live.state import LiveControlState, ReviewRow, StockRow


def stock_column() -> rx.Component:
    """Return both panels, one above the other."""
    return rx.el.div(_reviews(), _stock(), class_name="flex min-h-0 flex-1 flex-col gap-4 lg:h-full")


def _reviews() -> rx.Component:
    return rx.cond(
        LiveControlState.reviews.length() > 0,
        card(
            rx.el.ul(
                rx.foreach(LiveControlState.reviews, _review),
                class_name="scroll-thin divide-y divide-line overflow-y-auto",
            ),
            title=t("live.review"),
            class_name="max-h-80 shrink-0",
        ),
    )


def _review(row: ReviewRow) -> rx.Component:
    return rx.el.li(
        rx.el.p(row["author"], class_name="truncate text-sm text-muted"),
        rx.el.p(row["text"], dir="auto", class_name="text-sm break-words"),
        rx.el.p(row["proposal"], class_name="text-sm font-medium text-warn"),
        key=row["id"],
        class_name="flex flex-col gap-1 px-4 py-3",
    )


def _stock() -> rx.Component:
    return card(
        rx.el.div(
            search_input(t("live.stock_search"), on_change=LiveControlState.search_stock),
            class_name="shrink-0 border-b border-line p-3",
        ),
        rx.cond(
            LiveControlState.stock.length() > 0,
            rx.el.ul(
                rx.foreach(LiveControlState.stock, _stock_row),
                class_name="scroll-thin min-h-0 flex-1 divide-y divide-line overflow-y-auto",
            ),
            empty_state("shirt", t("live.stock_empty")),
        ),
        title=t("live.stock"),
        in_tab=True,
        class_name="flex-1",
    )


def _stock_row(row: StockRow) -> rx.Component:
    low = rx.cond(row["available"] <= 3, "tabular text-base font-semibold text-warn", "tabular text-base font-semibold")
    return rx.el.li(
        rx.el.div(
            rx.el.p(row["name"], class_name="truncate text-sm font-medium"),
            rx.el.p(row["code"], class_name="tabular truncate text-xs text-muted"),
            class_name="min-w-0 flex-1",
        ),
        rx.cond(row["featured"], badge(t("live.featured_tag"), "primary")),
        rx.el.span(row["available"], class_name=low),
        key=row["id"],
        class_name="flex min-h-14 items-center gap-3 px-4 py-2",
    )
