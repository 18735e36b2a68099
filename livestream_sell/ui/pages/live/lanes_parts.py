"""The to-do lanes of the show: confirm, answer, send again."""

import reflex as rx

from livestream_sell.ui.components.button import button
from livestream_sell.ui.components.fields import row_key
from livestream_sell.ui.components.script_parts import moment
from livestream_sell.ui.components.surfaces import badge, badge_by, card
from livestream_sell.ui.i18n import t, t_of
from livestream_sell.ui.pages.live.choice_parts import product_choice, quantity_field
from livestream_sell.ui.pages.live.comment_state import CommentState
from livestream_sell.ui.pages.live.lanes_state import FailedRow, LanesState, ProductChoice, QuestionRow, ReviewRow

_HEAD = "flex items-center justify-between border-b border-line bg-raised px-4 py-2 text-xs font-semibold text-muted"


def lanes_panel() -> rx.Component:
    """Return the panel; small when there is nothing to do."""
    count = LanesState.reviews.length() + LanesState.questions.length() + LanesState.failed.length()
    return card(
        rx.cond(
            count > 0,
            rx.el.div(
                _lane(t("live.review"), LanesState.reviews, _review),
                _lane(t("live.questions"), LanesState.questions, _question),
                _lane(t("live.failed"), LanesState.failed, _failed),
                role="region",
                aria_label=t("live.todo"),
                tab_index=0,
                class_name="scroll-thin min-h-0 flex-1 overflow-y-auto",
            ),
            rx.el.p(t("live.todo_empty"), class_name="px-4 py-4 text-sm text-muted"),
        ),
        title=t("live.todo"),
        in_tab=True,
        action=rx.cond(count > 0, badge(count.to_string(), "warn")),
        class_name="max-lg:flex-1 lg:max-h-[45dvh]",
    )


def _lane(title: rx.Var[str], rows: rx.Var[list], draw) -> rx.Component:
    return rx.cond(
        rows.length() > 0,
        rx.el.section(
            rx.el.h3(title, rx.el.span(rows.length(), class_name="tabular"), class_name=_HEAD),
            rx.el.ul(rx.foreach(rows, draw), class_name="divide-y divide-line border-b border-line"),
        ),
    )


def _review(row: ReviewRow) -> rx.Component:
    return rx.el.li(
        rx.el.p(
            rx.el.span(row["author"], class_name="me-2 text-muted"),
            rx.el.span(row["sure"], class_name="tabular text-xs text-faint"),
            class_name="truncate text-sm",
        ),
        rx.el.p(row["text"], dir="auto", class_name="text-sm break-words"),
        rx.cond(row["product_id"] != "", _one_tap(row), _choices(row)),
        _by_hand(row),
        key=row["id"],
        class_name="flex flex-col gap-2 px-4 py-3",
    )


def _one_tap(row: ReviewRow) -> rx.Component:
    return rx.el.div(
        button(
            rx.icon("check", size=16, aria_hidden="true"),
            rx.el.span(row["quantity"].to_string(), " × ", row["proposal"], class_name="truncate"),
            variant="success", size="sm", on_click=LanesState.confirm(row["id"], ""), class_name="min-w-0 flex-1",
        ),
        button(t("live.review_no"), size="sm", on_click=LanesState.reject(row["id"])),
        class_name="flex gap-2",
    )  # fmt: skip


def _choices(row: ReviewRow) -> rx.Component:
    return rx.el.div(
        rx.foreach(
            row["choices"].to(list[ProductChoice]),
            lambda choice: button(
                choice["code"], size="sm", title=choice["label"], aria_label=choice["label"],
                on_click=LanesState.confirm(row["id"], choice["id"]), class_name="max-w-full",
            ),
        ),
        button(t("live.review_no"), size="sm", variant="ghost", on_click=LanesState.reject(row["id"])),
        class_name="flex flex-wrap gap-2",
    )  # fmt: skip


def _by_hand(row: ReviewRow) -> rx.Component:
    return rx.el.details(
        rx.el.summary(t("live.review_other"), class_name="min-h-6 text-xs text-link"),
        rx.el.form(
            row_key("claim", row["id"].to(str)),
            product_choice("product"),
            quantity_field(row["quantity"].to_string()),
            button(t("common.confirm"), type="submit", size="sm", variant="success"),
            on_submit=LanesState.decide,
            class_name="flex gap-2 pt-2",
        ),
    )  # fmt: skip


def _question(row: QuestionRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(
                rx.el.span(row["author"], class_name="me-2 text-muted"),
                moment(at=row["at"], form="time", class_name="text-xs text-faint"),
                class_name="truncate text-sm",
            ),
            rx.el.p(row["text"], dir="auto", class_name="text-sm break-words"),
            class_name="min-w-0 flex-1",
        ),
        rx.el.div(
            badge_by(t_of("intent", row["intent"]), row["intent"], {"question": "primary", "complaint": "danger"}),
            button(t("live.reply"), size="sm", on_click=CommentState.open(row["id"])),
            class_name="flex flex-col items-end gap-1",
        ),
        key=row["id"],
        class_name="flex items-start gap-3 px-4 py-2",
    )


def _failed(row: FailedRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(t_of("message.purpose", row["purpose"]), " · ", row["buyer"], class_name="truncate text-sm"),
            rx.cond(
                row["error"] != "",
                rx.el.p(
                    t_of("message.error", row["error"], code=row["number"]),
                    class_name="text-xs break-words text-danger",
                ),
            ),
            class_name="min-w-0 flex-1",
        ),
        button(t("live.retry"), size="sm", on_click=LanesState.retry(row["id"])),
        key=row["id"],
        class_name="flex items-center gap-3 px-4 py-2",
    )
