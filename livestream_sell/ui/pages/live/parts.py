"""The comments, the sales and the heading of the Live Control Center."""

import reflex as rx

from livestream_sell.ui.components.order_badge import order_badge
from livestream_sell.ui.components.script_parts import live_feed
from livestream_sell.ui.components.surfaces import badge, card, empty_state, skeleton_rows
from livestream_sell.ui.i18n import t
from livestream_sell.ui.live_updates import LiveState
from livestream_sell.ui.pages.live.state import LiveControlState, SaleRow

INTENTS = ("purchase", "review", "question", "complaint", "cancel", "opt_out", "greeting", "spam", "other")
FILTERS = ["purchase", "review", "question", "complaint"]
PANEL = "flex-1 lg:h-full"


def live_actions() -> rx.Component:
    """Return what stands beside the title: on air or not."""
    return rx.cond(
        LiveControlState.live_id != "", badge(t("live.status.on_air"), "success"), badge(t("live.status.off_air"))
    )


def paused_banner() -> rx.Component:
    """Return the notice that no message goes out, while that is so."""
    return rx.cond(
        LiveControlState.paused,
        rx.el.div(
            rx.icon("octagon-pause", size=20, aria_hidden="true", class_name="shrink-0"),
            rx.el.p(
                rx.el.strong(t("live.kill_on"), class_name="font-semibold"),
                rx.el.span(t("live.kill_hint"), class_name="block text-sm lg:ms-2 lg:inline"),
            ),
            role="status",
            class_name="flex items-center gap-3 rounded-xl bg-warn px-4 py-3 text-canvas",
        ),
    )


def comments_panel() -> rx.Component:
    """Return the stream of comments."""
    names = {intent: t(f"intent.{intent}") for intent in INTENTS}
    return card(
        live_feed(
            inbox=LiveState.inbox,
            initial=LiveControlState.comments,
            max=200,
            labels={**names, "all": t("common.all"), "title": t("live.comments"), "empty": t("live.comments_empty")},
            intents=FILTERS,
            on_gap=LiveControlState.reload_comments,
        ),
        title=t("live.comments"),
        in_tab=True,
        class_name=f"h-[70dvh] {PANEL}",
    )


def sales_panel() -> rx.Component:
    """Return the carts of this live with their payment."""
    return card(
        rx.cond(
            LiveControlState.loading,
            skeleton_rows(),
            rx.cond(
                LiveControlState.sales.length() > 0,
                rx.el.ul(
                    rx.foreach(LiveControlState.sales, _sale),
                    class_name="scroll-thin min-h-0 flex-1 divide-y divide-line overflow-y-auto",
                ),
                empty_state("shopping-bag", t("common.none_yet"), t("live.sales_empty")),
            ),
        ),
        title=t("live.sales"),
        in_tab=True,
        class_name=PANEL,
    )


def _sale(row: SaleRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(row["buyer"], class_name="truncate text-sm font-medium"),
            rx.el.span(row["total"], class_name="tabular text-sm font-semibold whitespace-nowrap"),
            class_name="flex justify-between gap-3",
        ),
        rx.el.div(
            rx.el.span(row["items"], class_name="truncate text-sm text-muted"),
            order_badge(row["state"]),
            class_name="flex items-center justify-between gap-3",
        ),
        key=row["id"],
        class_name="flex flex-col gap-1 px-4 py-3",
    )
