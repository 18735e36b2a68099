"""The carts of the live with their clocks, and the waiting list."""

import reflex as rx
from reflex_components_core.react_router import link as router_link  # type: ignore[import-untyped]

from livestream_sell.ui.components.order_badge import order_badge, payment_note
from livestream_sell.ui.components.script_parts import time_left
from livestream_sell.ui.components.surfaces import badge, card, empty_state, skeleton_rows
from livestream_sell.ui.i18n import t
from livestream_sell.ui.pages.live.sales_state import SaleRow, SalesState, WaitingRow
from livestream_sell.ui.pages.live.state import LiveControlState
from livestream_sell.ui.routes import ORDERS

_LIST = "scroll-thin min-h-0 flex-1 divide-y divide-line overflow-y-auto"


def sales_panel() -> rx.Component:
    """Return both lists."""
    return card(
        rx.cond(
            LiveControlState.loading,
            skeleton_rows(),
            rx.cond(
                SalesState.sales.length() > 0,
                rx.el.ul(
                    rx.foreach(SalesState.sales, _sale), aria_label=t("live.sales"), tab_index=0, class_name=_LIST
                ),
                empty_state("shopping-bag", t("common.none_yet"), t("live.sales_empty")),
            ),
        ),
        rx.cond(SalesState.waiting.length() > 0, _waiting_list()),
        title=t("live.sales"),
        in_tab=True,
        action=rx.el.span(SalesState.sales_total, class_name="tabular text-sm text-muted"),
        class_name="flex-1 lg:h-full",
    )


def _sale(row: SaleRow) -> rx.Component:
    return rx.el.li(
        router_link(
            rx.el.div(
                rx.el.span(row["buyer"], class_name="truncate text-sm font-medium"),
                rx.el.span(row["total"], class_name="tabular text-sm font-semibold whitespace-nowrap"),
                class_name="flex justify-between gap-3",
            ),
            rx.el.div(
                rx.el.span(row["items"], class_name="truncate text-sm text-muted"),
                rx.el.span(
                    rx.cond(row["attention"] != "", badge(t("orders.attention"), "danger")),
                    rx.cond(
                        row["until"] != "",
                        time_left(
                            until=row["until"],
                            now=SalesState.now,
                            over=t("orders.over"),
                            urgent_class="text-danger",
                            class_name="text-sm text-warn",
                        ),
                    ),
                    payment_note(row["state"], row["payment"]),
                    order_badge(row["state"]),
                    class_name="flex shrink-0 items-center gap-2",
                ),
                class_name="flex items-center justify-between gap-3",
            ),
            to=ORDERS + "?o=" + row["id"],
            class_name="flex flex-col gap-1 px-4 py-2 hover:bg-raised",
        ),
        key=row["id"],
    )


def _waiting_list() -> rx.Component:
    return rx.el.div(
        rx.el.h3(
            t("live.waiting"),
            class_name="border-y border-line bg-raised px-4 py-2 text-xs font-semibold text-muted",
        ),
        rx.el.ol(
            rx.foreach(SalesState.waiting, _waits),
            aria_label=t("live.waiting"),
            tab_index=0,
            class_name="scroll-thin max-h-48 divide-y divide-line overflow-y-auto",
        ),
        class_name="shrink-0",
    )


def _waits(row: WaitingRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(row["place"], class_name="tabular w-6 shrink-0 text-end text-sm font-semibold text-warn"),
        rx.el.span(row["buyer"], class_name="min-w-0 flex-1 truncate text-sm"),
        rx.el.span(row["product"], class_name="max-w-40 truncate text-sm text-muted"),
        rx.el.span("×", row["pieces"], class_name="tabular text-sm text-muted"),
        key=row["id"],
        class_name="flex items-center gap-3 px-4 py-2",
    )
