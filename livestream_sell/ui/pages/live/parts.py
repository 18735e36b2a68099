"""The heading, the kill switch, the start of a live and the stream of comments."""

import reflex as rx

from livestream_sell.ui.components.button import button, button_class
from livestream_sell.ui.components.fields import select_field, text_field
from livestream_sell.ui.components.script_parts import live_feed, sheet
from livestream_sell.ui.components.surfaces import badge, card
from livestream_sell.ui.i18n import t
from livestream_sell.ui.live_updates import LiveState
from livestream_sell.ui.pages.live.comment_state import CommentState
from livestream_sell.ui.pages.live.state import LiveControlState
from livestream_sell.ui.pages.live.stock_state import StockState

INTENTS = ("purchase", "review", "question", "complaint", "cancel", "opt_out", "greeting", "spam", "other")
OUTCOMES = (
    "reserved", "partly_reserved", "waitlisted", "review", "repeat", "rejected", "released", "expired", "refused",
    "answered", "thinking", "no_live", "removed", "cancel",
)  # fmt: skip
FILTERS = ["purchase", "review", "question", "complaint"]


def live_actions() -> rx.Component:
    """Return what stands beside the title: on air or not, the kill switch, the end of the live."""
    return rx.fragment(
        rx.cond(
            LiveControlState.live_id != "",
            rx.fragment(
                rx.el.div(badge(t("live.status.on_air"), "success"), class_name="hidden sm:block"), _finish_dialog()
            ),
            rx.el.div(badge(t("live.status.off_air")), class_name="hidden sm:block"),
        ),
        rx.cond(LiveControlState.store_paused, rx.fragment(), _stop_button()),
    )


def _stop_button() -> rx.Component:
    return button(
        rx.icon("octagon-pause", size=20, aria_hidden="true"),
        t("live.kill"),
        variant="danger",
        on_click=LiveControlState.switch_store(True),
        class_name="font-semibold",
    )


def kill_banner() -> rx.Component:
    """Return the notice that no message goes out, while that is so: red, large, with the way back."""
    return rx.cond(
        LiveControlState.paused,
        rx.el.div(
            rx.icon("octagon-pause", size=32, aria_hidden="true", class_name="shrink-0"),
            rx.el.div(
                rx.el.p(
                    rx.cond(LiveControlState.store_paused, t("live.kill_on"), t("live.kill_on_live")),
                    class_name="text-lg leading-6 font-semibold",
                ),
                rx.el.p(t("live.kill_hint"), class_name="text-sm"),
                rx.cond(
                    LiveControlState.held > 0,
                    rx.el.p(t("live.held", count=LiveControlState.held), class_name="text-sm font-semibold"),
                ),
                class_name="min-w-48 flex-1",
            ),
            rx.cond(
                LiveControlState.store_paused, _resume(LiveControlState.switch_store(False)),
                _resume(LiveControlState.switch_live(False)),
            ),
            role="alert",
            class_name="flex flex-wrap items-center gap-4 rounded-xl bg-danger-fill px-4 py-3 text-white",
        ),
    )  # fmt: skip


def _resume(on_click: rx.event.EventSpec) -> rx.Component:
    return rx.el.button(
        t("live.resume"),
        type="button",
        on_click=on_click,
        class_name=(
            "h-14 w-full rounded-xl bg-white px-6 text-base font-semibold text-canvas hover:opacity-90 sm:w-auto"
        ),
    )


def _finish_dialog() -> rx.Component:
    return sheet(
        rx.el.form(
            rx.el.p(t("live.finish_hint"), class_name="text-sm text-muted"),
            rx.cond(
                ~LiveControlState.live_paused,
                button(
                    t("live.kill_live"), type="submit", variant="secondary", class_name="w-full",
                    on_click=LiveControlState.switch_live(True),
                ),
            ),
            button(
                t("live.finish"), type="submit", variant="danger", class_name="w-full", on_click=LiveControlState.finish
            ),
            method="dialog",
            class_name="flex flex-col gap-3",
        ),
        trigger=rx.fragment(
            rx.icon("circle-stop", size=20, aria_hidden="true"),
            rx.el.span(t("live.manage"), class_name="hidden sm:inline"),
        ),
        trigger_label=t("live.manage"),
        trigger_class=button_class("secondary"),
        title=LiveControlState.live_title,
        side="center",
        close_label=t("common.close"),
    )  # fmt: skip


def start_panel() -> rx.Component:
    """Return what to do when nothing runs, or what the live waits for."""
    return rx.cond(
        LiveControlState.loading,
        rx.fragment(),
        rx.cond(
            LiveControlState.live_id == "",
            _start_form(),
            rx.cond(
                LiveControlState.waits_for_post,
                rx.el.p(
                    t("live.waits_for_post"),
                    role="status",
                    class_name="rounded-xl border border-line bg-surface px-4 py-3 text-sm text-muted",
                ),
            ),
        ),
    )


def _start_form() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            rx.el.h2(t("live.no_live"), class_name="text-base font-semibold"),
            rx.el.p(t("live.no_live_hint"), class_name="text-sm text-muted"),
            class_name="flex flex-col gap-1 sm:col-span-2 lg:col-span-4",
        ),
        text_field(t("live.start_title"), "title", required=True, max_length=200),
        text_field(t("live.start_post"), "fb_live_id", placeholder=t("live.start_post_hint"), max_length=128),
        select_field(
            t("live.start_featured"),
            "featured_product_id",
            rx.el.option(t("live.featured_none"), value=""),
            rx.foreach(StockState.rows, lambda row: rx.el.option(row["code"] + " · " + row["name"], value=row["id"])),
        ),
        button(t("live.start"), type="submit", variant="primary", class_name="self-end"),
        on_submit=LiveControlState.start,
        class_name=(
            "grid gap-4 rounded-xl border border-line bg-surface p-4 sm:grid-cols-2 lg:grid-cols-[1fr_1fr_1fr_auto]"
        ),
    )


def comments_panel() -> rx.Component:
    """Return the stream of comments."""
    names = {intent: t(f"intent.{intent}") for intent in INTENTS}
    outcomes = {f"outcome.{outcome}": t(f"outcome.{outcome}") for outcome in OUTCOMES}
    words = {"all": t("common.all"), "title": t("live.comments"), "empty": t("live.comments_empty")}
    return card(
        live_feed(
            inbox=LiveState.inbox,
            initial=LiveControlState.comments,
            live=LiveControlState.live_id,
            max=200,
            labels={**names, **outcomes, **words},
            intents=FILTERS,
            on_pick=CommentState.open,
            on_gap=LiveControlState.reload_comments,
        ),
        title=t("live.comments"),
        in_tab=True,
        class_name="h-[70dvh] flex-1 lg:h-full",
    )
