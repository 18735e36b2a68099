"""The section on understanding: what it cost today, the corrections to take along."""

import reflex as rx

from livestream_sell.ui import topics
from livestream_sell.ui.components.button import button_class
from livestream_sell.ui.components.native import native_link
from livestream_sell.ui.components.script_parts import live_pulse, moment
from livestream_sell.ui.components.surfaces import card, stat_card
from livestream_sell.ui.i18n import LocaleState, t
from livestream_sell.ui.live_updates import LiveState
from livestream_sell.ui.pages.settings.understanding_state import UnderstandingState
from livestream_sell.ui.routes import CORRECTIONS_LINK
from livestream_sell.ui.session import SessionState


def understanding() -> rx.Component:
    """Return the section."""
    figures = UnderstandingState.figures
    return card(
        live_pulse(pulse=LiveState.pulse, topics=topics.MODEL, wait=1000, on_pulse=UnderstandingState.refresh),
        rx.el.dl(
            stat_card(t("settings.understanding.comments"), figures["comments"]),
            stat_card(t("settings.understanding.asked"), figures["asked"]),
            stat_card(t("settings.understanding.cost"), figures["cost"]),
            stat_card(t("settings.understanding.by_thousand"), figures["by_thousand"]),
            class_name="grid grid-cols-2 gap-y-1 px-1 pt-2 sm:px-0",
        ),
        rx.cond(
            UnderstandingState.has_model,
            _budget(),
            rx.el.p(t("settings.understanding.no_model"), class_name="px-4 pt-2 text-sm text-muted"),
        ),
        _corrections(),
        title=t("settings.understanding.title"),
        id="understanding",
    )


def _budget() -> rx.Component:
    figures = UnderstandingState.figures
    return rx.el.div(
        rx.el.p(
            t("settings.understanding.tokens", used=figures["tokens"], limit=figures["budget"], share=figures["share"]),
            class_name="tabular text-sm",
        ),
        rx.el.div(
            rx.el.div(
                style={"width": UnderstandingState.percent.to_string() + "%"},
                class_name=rx.cond(UnderstandingState.percent < 90, "h-full bg-primary", "h-full bg-warn"),
            ),
            aria_hidden="true",
            class_name="h-2 overflow-hidden rounded-full bg-raised",
        ),
        rx.el.p(
            t("settings.understanding.resets"),
            " ",
            moment(at=figures["ends_at"], form="time", locale=LocaleState.locale),
            class_name="text-xs text-muted",
        ),
        class_name="flex flex-col gap-2 px-4 pt-2",
    )


def _corrections() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.p(
                t("settings.understanding.corrections", count=UnderstandingState.corrections),
                class_name="text-sm font-medium",
            ),
            rx.el.p(t("settings.understanding.corrections_hint"), class_name="text-xs text-muted"),
            class_name="min-w-48 flex-1",
        ),
        rx.cond(
            UnderstandingState.corrections > 0,
            native_link(
                t("settings.understanding.download"),
                href=CORRECTIONS_LINK + "?store_id=" + SessionState.store_id,
                download="",
                class_name=button_class(),
            ),
        ),
        class_name="mt-4 flex flex-wrap items-center gap-3 border-t border-line p-4",
    )
