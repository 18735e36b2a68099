"""The drawer of one comment: what the bot made of it, what was said, and the seller's reply."""

import reflex as rx

from livestream_sell.ui.components.button import button
from livestream_sell.ui.components.fields import area_field, select_field
from livestream_sell.ui.components.script_parts import moment, sheet
from livestream_sell.ui.components.surfaces import badge, badge_by
from livestream_sell.ui.i18n import LocaleState, t, t_of
from livestream_sell.ui.pages.live.choice_parts import product_choice, quantity_field
from livestream_sell.ui.pages.live.comment_state import ClaimView, CommentState, SaidView

TONES = {"purchase": "success", "question": "primary", "complaint": "danger"}


def comment_drawer() -> rx.Component:
    """Return the drawer."""
    card = CommentState.card
    return sheet(
        rx.el.div(
            rx.el.p(card["text"], dir="auto", class_name="text-base break-words"),
            rx.el.div(
                badge_by(t_of("intent", card["intent"]), card["intent"], TONES),
                badge(t_of("outcome", card["outcome"])),
                rx.el.span(
                    card["language"],
                    " · ",
                    card["sure"],
                    rx.cond(card["engine"] != "", " · ", ""),
                    rx.cond(card["engine"] != "", t_of("engine", card["engine"]), ""),
                    class_name="text-xs text-muted",
                ),
                moment(at=card["at"], locale=LocaleState.locale, class_name="text-xs text-faint"),
                class_name="flex flex-wrap items-center gap-2",
            ),
            _claims(),
            _said(),
            rx.cond(card["can_reply"], _reply(), rx.el.p(t("live.reply_used"), class_name="text-sm text-muted")),
            _correct(),
            class_name="flex flex-col gap-4",
        ),
        open=CommentState.is_open,
        on_close=CommentState.close,
        title=card["author"],
        side="end",
        close_label=t("common.close"),
    )


def _claims() -> rx.Component:
    return rx.cond(
        CommentState.claims.length() > 0,
        rx.el.ul(
            rx.foreach(CommentState.claims, _claim),
            aria_label=t("live.sales"),
            class_name="divide-y divide-line rounded-lg border border-line",
        ),
    )


def _claim(claim: ClaimView) -> rx.Component:
    return rx.el.li(
        rx.el.span(claim["quantity"].to_string(), " × ", claim["sku"], class_name="tabular text-sm font-medium"),
        rx.el.span(t_of("outcome", claim["status"]), class_name="text-sm text-muted"),
        class_name="flex items-center justify-between gap-3 px-3 py-2",
    )


def _said() -> rx.Component:
    return rx.cond(
        CommentState.said.length() > 0,
        rx.el.ul(
            rx.foreach(CommentState.said, _line), aria_label=t("orders.messages"), class_name="flex flex-col gap-2"
        ),
    )


def _line(message: SaidView) -> rx.Component:
    return rx.el.li(
        rx.el.p(
            t_of("message.kind", message["kind"]), " · ", t_of("message.status", message["status"]),
            class_name="text-xs text-muted",
        ),
        rx.el.p(message["text"], dir="auto", class_name="text-sm break-words whitespace-pre-line"),
        class_name="rounded-lg bg-raised px-3 py-2",
    )  # fmt: skip


def _reply() -> rx.Component:
    return rx.el.form(
        area_field(t("live.reply"), "text", hint=t("live.reply_hint"), required=True, max_length=2000, rows=4),
        button(t("live.reply_send"), type="submit", variant="primary"),
        key=CommentState.card["id"],
        on_submit=CommentState.reply,
        class_name="flex flex-col gap-3",
    )


def _correct() -> rx.Component:
    intents = ("purchase", "question", "complaint", "cancel", "opt_out", "greeting", "spam", "other")
    return rx.el.details(
        rx.el.summary(t("live.correct"), class_name="min-h-6 text-sm text-link"),
        rx.el.form(
            select_field(
                t("live.correct_intent"),
                "intent",
                *[rx.el.option(t(f"intent.{intent}"), value=intent) for intent in intents],
            ),
            rx.el.div(product_choice("product"), quantity_field("1"), class_name="flex gap-2"),
            button(t("common.confirm"), type="submit", variant="primary"),
            key=CommentState.card["id"],
            on_submit=CommentState.correct,
            class_name="flex flex-col gap-3 pt-3",
        ),
    )
