"""On air now, and the stock: find as you type, one more, one less, an exact number."""

import reflex as rx

from livestream_sell.ui.components.button import icon_button
from livestream_sell.ui.components.fields import search_input
from livestream_sell.ui.components.surfaces import badge, card, empty_state
from livestream_sell.ui.i18n import t
from livestream_sell.ui.pages.live.state import LiveControlState
from livestream_sell.ui.pages.live.stock_state import StockRow, StockState

_COUNT = (
    "tabular h-9 w-14 rounded-lg border border-line-strong bg-canvas text-center text-sm text-ink "
    "[appearance:textfield] focus:border-link focus:outline-none"
)


def stock_panel() -> rx.Component:
    """Return the panel."""
    return card(
        _on_air(),
        rx.el.div(
            search_input(t("live.stock_search"), on_change=StockState.search),
            class_name="shrink-0 border-b border-line p-3",
        ),
        rx.cond(
            StockState.rows.length() > 0,
            rx.el.ul(
                rx.foreach(StockState.rows, _stock_row),
                aria_label=t("live.stock"),
                tab_index=0,
                class_name="scroll-thin min-h-0 flex-1 divide-y divide-line overflow-y-auto",
            ),
            empty_state("shirt", t("live.stock_empty")),
        ),
        title=t("live.stock"),
        in_tab=True,
        class_name="flex-1 lg:h-full",
    )


def _on_air() -> rx.Component:
    on_air = StockState.featured
    return rx.cond(
        LiveControlState.live_id != "",
        rx.el.div(
            rx.icon("radio", size=18, aria_hidden="true", class_name="shrink-0 text-link"),
            rx.el.div(
                rx.el.p(t("live.featured"), class_name="text-xs text-muted"),
                rx.el.p(
                    rx.cond(
                        on_air["id"] != "",
                        on_air["code"] + " · " + on_air["name"] + " " + on_air["variant"],
                        t("live.featured_none"),
                    ),
                    class_name="truncate text-sm font-semibold",
                ),
                class_name="min-w-0 flex-1",
            ),
            rx.cond(
                on_air["id"] != "",
                rx.fragment(
                    rx.el.span(on_air["price"], class_name="tabular text-sm text-muted"),
                    icon_button("x", t("live.featured_clear"), on_click=StockState.feature("")),
                ),
            ),
            class_name="flex min-h-14 shrink-0 items-center gap-3 border-b border-line bg-primary/10 px-4",
        ),
    )


def _stock_row(row: StockRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(
                rx.el.span(row["code"], class_name="tabular me-2 text-muted"),
                row["name"],
                rx.cond(row["variant"] != "", " · " + row["variant"], ""),
                class_name="truncate text-sm font-medium",
            ),
            rx.el.p(
                rx.el.span(
                    t("live.free", count=row["available"]), class_name=rx.cond(row["low"], "text-warn", "text-muted")
                ),
                rx.cond(row["reserved"] > 0, rx.el.span(" · ", t("live.reserved", count=row["reserved"]))),
                class_name="tabular truncate text-xs text-muted",
            ),
            class_name="min-w-0 flex-1",
        ),
        rx.cond(LiveControlState.live_id != "", _feature_button(row)),
        _count(row),
        key=row["id"],
        class_name="flex min-h-14 items-center gap-2 px-4 py-1",
    )


def _feature_button(row: StockRow) -> rx.Component:
    return rx.cond(
        row["id"] == StockState.featured["id"],
        badge(t("live.featured_tag"), "primary"),
        icon_button(
            "radio",
            t("live.featured_set_of", product=row["code"]),
            title=t("live.featured_set"),
            on_click=StockState.feature(row["id"]),
            class_name="size-9! border border-line",
        ),
    )


def _count(row: StockRow) -> rx.Component:
    return rx.el.div(
        icon_button(
            "minus", t("live.subtract_of", product=row["code"]), on_click=StockState.adjust(row["id"], -1),
            disabled=row["available"] <= 0, class_name="size-9! disabled:opacity-40",
        ),
        rx.el.input(
            key=row["id"] + "-" + row["stock"].to_string() + "-" + StockState.typed.to_string(),
            type="number",
            min=0,
            default_value=row["stock"].to_string(),
            aria_label=t("live.stock_of", product=row["code"]),
            on_blur=StockState.set_stock(row["id"]),
            class_name=_COUNT,
        ),
        icon_button(
            "plus", t("live.add_of", product=row["code"]), on_click=StockState.adjust(row["id"], 1),
            class_name="size-9!",
        ),
        class_name="flex shrink-0 items-center",
    )  # fmt: skip
