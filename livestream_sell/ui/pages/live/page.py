"""Live Control Center: comments, sales and stock side by side; behind tabs on a phone."""

import reflex as rx

from livestream_sell.ui.components.script_parts import live_pulse, tabs
from livestream_sell.ui.components.surfaces import stat_card, stat_strip
from livestream_sell.ui.i18n import t
from livestream_sell.ui.layout import seller_shell
from livestream_sell.ui.live_updates import LiveState
from livestream_sell.ui.pages.live.parts import comments_panel, live_actions, paused_banner, sales_panel
from livestream_sell.ui.pages.live.state import LiveControlState
from livestream_sell.ui.pages.live.stock_parts import stock_column
from livestream_sell.ui.routes import LIVE

TOPICS = ["sales", "orders", "stock", "reviews", "live"]


def live_page() -> rx.Component:
    """Return the page."""
    return seller_shell(
        live_pulse(pulse=LiveState.pulse, topics=TOPICS, on_pulse=LiveControlState.refresh),
        paused_banner(),
        _figures(),
        tabs(
            comments_panel(),
            sales_panel(),
            stock_column(),
            labels=[t("live.comments"), t("live.sales"), t("live.stock")],
            label=t("live.title"),
            class_name="lg:grid lg:grid-cols-[minmax(0,5fr)_minmax(0,5fr)_minmax(0,4fr)] lg:gap-4",
        ),
        here=LIVE,
        title=rx.cond(LiveControlState.live_title != "", LiveControlState.live_title, t("live.title")),
        actions=live_actions(),
        fills=True,
    )


def _figures() -> rx.Component:
    figures = LiveControlState.figures
    return stat_strip(
        stat_card(t("live.kpi.comments"), figures["comments"]),
        stat_card(t("live.kpi.claims"), figures["claims"]),
        stat_card(t("live.kpi.paid"), figures["paid"], "text-success"),
        stat_card(t("live.kpi.pending"), figures["pending"]),
    )
