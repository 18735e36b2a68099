"""The first look: money of today, what waits, the last lives."""

import reflex as rx
from reflex_components_core.react_router import link as router_link  # type: ignore[import-untyped]

from livestream_sell.ui import topics
from livestream_sell.ui.components.button import button_class
from livestream_sell.ui.components.data_table import Column, data_table
from livestream_sell.ui.components.script_parts import live_pulse, moment
from livestream_sell.ui.components.surfaces import badge, card, empty_state, skeleton_rows, stat_card, stat_strip
from livestream_sell.ui.i18n import LocaleState, t
from livestream_sell.ui.layout import seller_shell
from livestream_sell.ui.live_updates import LiveState
from livestream_sell.ui.model_notice import model_notice
from livestream_sell.ui.pages.overview.state import LiveRow, OverviewState
from livestream_sell.ui.routes import DASHBOARD, INVENTORY, LIVE, ORDERS


def overview_page() -> rx.Component:
    """Return the page."""
    figures = OverviewState.figures
    return seller_shell(
        live_pulse(
            pulse=LiveState.pulse,
            inbox=LiveState.inbox,
            topics=[topics.CLAIMS, *topics.ORDERS, *topics.STOCK, *topics.LIVE],
            wait=1000,
            on_pulse=OverviewState.refresh,
        ),
        model_notice(),
        stat_strip(
            stat_card(t("overview.revenue"), figures["revenue"], "text-success"),
            stat_card(t("overview.paid_today"), figures["paid_today"]),
            stat_card(t("overview.pending"), figures["pending"] + " · " + figures["pending_amount"], "text-warn"),
            stat_card(t("overview.conversion"), figures["conversion"]),
        ),
        _todo(),
        card(
            rx.cond(
                OverviewState.loading,
                skeleton_rows(3),
                rx.cond(
                    OverviewState.lives.length() > 0,
                    data_table(OverviewState.lives, _columns(), label=t("overview.lives")),
                    _no_lives(),
                ),
            ),
            title=t("overview.lives"),
        ),
        here=DASHBOARD,
        title=t("nav.overview"),
        actions=router_link(t("overview.go_live"), to=LIVE, class_name=button_class("primary")),
    )


def _todo() -> rx.Component:
    return rx.el.ul(
        rx.cond(OverviewState.attention > 0, _task("attention", OverviewState.attention, ORDERS, "triangle-alert")),
        rx.cond(OverviewState.to_ship > 0, _task("to_ship", OverviewState.to_ship, ORDERS, "package")),
        rx.cond(OverviewState.low_stock > 0, _task("low_stock", OverviewState.low_stock, INVENTORY, "shirt")),
        class_name="grid gap-3 empty:hidden sm:grid-cols-3",
    )


def _task(name: str, count: rx.Var[int], to: str, icon: str) -> rx.Component:
    return rx.el.li(
        router_link(
            rx.icon(icon, size=20, aria_hidden="true", class_name="shrink-0 text-warn"),
            rx.el.span(t(f"overview.todo.{name}", count=count), class_name="min-w-0 flex-1 text-sm"),
            rx.icon("chevron-right", size=16, aria_hidden="true", class_name="shrink-0 text-muted"),
            to=to,
            class_name="flex min-h-14 items-center gap-3 rounded-xl border border-line bg-surface px-4 hover:bg-raised",
        )
    )


def _no_lives() -> rx.Component:
    return rx.cond(
        OverviewState.products > 0,
        empty_state(
            "radio",
            t("overview.no_lives"),
            t("overview.no_lives_hint"),
            router_link(t("overview.go_live"), to=LIVE, class_name=button_class("primary")),
        ),
        empty_state(
            "shirt",
            t("inventory.empty"),
            t("inventory.empty_hint"),
            router_link(t("inventory.add"), to=INVENTORY, class_name=button_class("primary")),
        ),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("overview.column.title"), _title, lead=True),
        Column(
            t("overview.column.started"),
            lambda row: moment(at=row["started"], locale=LocaleState.locale, class_name="text-muted"),
        ),
        Column(t("live.comments"), lambda row: row["comments"], numeric=True),
        Column(t("orders.title"), lambda row: row["orders"], numeric=True),
        Column(t("live.kpi.paid"), lambda row: row["paid"], numeric=True),
        Column(t("overview.conversion"), lambda row: row["conversion"], numeric=True),
    )


def _title(row: LiveRow) -> rx.Component:
    return rx.el.span(
        rx.el.span(row["title"], class_name="truncate font-medium"),
        rx.cond(row["is_on_air"], badge(t("live.status.on_air"), "success")),
        class_name="inline-flex items-center gap-2",
    )
