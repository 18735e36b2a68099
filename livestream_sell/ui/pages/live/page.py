"""Live Control Center: comments, sales, what waits for somebody, and stock side by side; behind tabs on a phone."""

import reflex as rx

from livestream_sell.ui import topics
from livestream_sell.ui.components.script_parts import live_pulse, tabs
from livestream_sell.ui.components.surfaces import stat_card, stat_strip
from livestream_sell.ui.i18n import t
from livestream_sell.ui.layout import seller_shell
from livestream_sell.ui.live_updates import LiveState
from livestream_sell.ui.model_notice import model_notice
from livestream_sell.ui.pages.live.comment_parts import comment_drawer
from livestream_sell.ui.pages.live.lanes_parts import lanes_panel
from livestream_sell.ui.pages.live.lanes_state import LanesState
from livestream_sell.ui.pages.live.parts import comments_panel, kill_banner, live_actions, start_panel
from livestream_sell.ui.pages.live.sales_parts import sales_panel
from livestream_sell.ui.pages.live.sales_state import SalesState
from livestream_sell.ui.pages.live.state import LiveControlState
from livestream_sell.ui.pages.live.stock_parts import stock_panel
from livestream_sell.ui.pages.live.stock_state import StockState
from livestream_sell.ui.routes import LIVE

# Comments fill the first column, sales the second; in the third what waits stands above the stock.
GRID = (
    "lg:grid lg:grid-cols-[minmax(0,9fr)_minmax(0,8fr)_minmax(0,9fr)] lg:grid-rows-[auto_minmax(0,1fr)] "
    "lg:gap-4 lg:[&>*:nth-child(-n+2)]:row-span-2"
)


def live_page() -> rx.Component:
    """Return the page."""
    return seller_shell(
        *_pulses(),
        kill_banner(),
        model_notice(),
        start_panel(),
        rx.cond(LiveControlState.live_id != "", _figures()),
        tabs(
            comments_panel(),
            sales_panel(),
            lanes_panel(),
            stock_panel(),
            labels=[t("live.comments"), t("live.sales"), t("live.todo"), t("live.stock")],
            label=t("live.title"),
            class_name=GRID,
        ),
        comment_drawer(),
        here=LIVE,
        title=rx.cond(LiveControlState.live_title != "", LiveControlState.live_title, t("live.title")),
        actions=live_actions(),
        fills=True,
    )


def _pulses() -> list[rx.Component]:
    heard = {"pulse": LiveState.pulse, "inbox": LiveState.inbox}
    return [
        live_pulse(
            **heard,
            topics=[topics.FEED, *topics.ORDERS, *topics.LIVE, *topics.MESSAGES],
            wait=400,
            on_pulse=LiveControlState.refresh,
        ),
        live_pulse(
            **heard, topics=[topics.CLAIMS, *topics.ORDERS, *topics.LIVE], wait=300, on_pulse=SalesState.refresh
        ),
        live_pulse(
            **heard,
            topics=[topics.CLAIMS, *topics.ORDERS, *topics.STOCK, *topics.LIVE],
            wait=400,
            on_pulse=StockState.refresh,
        ),
        live_pulse(
            **heard, topics=[topics.FEED, *topics.LIVE, *topics.MESSAGES], wait=600, on_pulse=LanesState.refresh
        ),
    ]


def _figures() -> rx.Component:
    figures = LiveControlState.figures
    return stat_strip(
        stat_card(t("live.kpi.comments"), figures["comments"]),
        stat_card(t("live.kpi.claims"), figures["claims"]),
        stat_card(t("live.kpi.pending"), figures["reserved"], "text-warn"),
        stat_card(t("live.kpi.paid"), figures["paid"], "text-success"),
        stat_card(t("live.kpi.conversion"), figures["conversion"]),
        stat_card(t("live.kpi.speed"), figures["speed"]),
    )
