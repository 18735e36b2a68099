"""The drawer of one order: buyer, items, payments, what happened, and what may be done."""

from typing import Any

import reflex as rx

from livestream_sell.ui.components.button import button, button_class
from livestream_sell.ui.components.order_badge import order_badge, payment_badge
from livestream_sell.ui.components.script_parts import moment, sheet
from livestream_sell.ui.i18n import LocaleState, t, t_by, t_of
from livestream_sell.ui.pages.orders.detail_view import ItemView, LineView, PaymentLine
from livestream_sell.ui.pages.orders.state import OrdersState

_BOX = "divide-y divide-line rounded-lg border border-line"


def order_drawer() -> rx.Component:
    """Return the drawer."""
    return sheet(
        rx.el.div(
            _heading(),
            _actions(),
            _section(t("orders.column.items"), rx.foreach(OrdersState.items, _item)),
            rx.cond(
                OrdersState.payments.length() > 0,
                _section(t("orders.payments"), rx.foreach(OrdersState.payments, _payment)),
            ),
            _section(t("orders.timeline"), rx.foreach(OrdersState.timeline, _line)),
            class_name="flex flex-col gap-4",
        ),
        open=OrdersState.is_open,
        on_close=OrdersState.close,
        title=t("orders.number", number=OrdersState.detail["number"]),
        side="end",
        close_label=t("common.close"),
    )


def _heading() -> rx.Component:
    detail = OrdersState.detail
    return rx.el.div(
        rx.el.div(
            rx.el.p(
                rx.el.span(detail["buyer"], class_name="block truncate text-base font-semibold"),
                rx.el.span("PSID ", detail["buyer_id"], class_name="tabular block truncate text-xs text-muted"),
                class_name="min-w-0",
            ),
            rx.el.p(detail["total"], class_name="tabular text-xl font-semibold whitespace-nowrap"),
            class_name="flex items-start justify-between gap-4",
        ),
        rx.el.div(
            order_badge(detail["state"]),
            moment(at=detail["created"], locale=LocaleState.locale, class_name="text-xs text-muted"),
            rx.el.a(
                t("orders.checkout_link"), href=detail["link"], target="_blank", rel="noreferrer",
                class_name="text-sm text-link hover:underline",
            ),
            class_name="flex flex-wrap items-center gap-3",
        ),
        rx.cond(
            detail["attention"] != "",
            rx.el.p(
                t_of("orders.why", detail["attention"]),
                role="alert",
                class_name="rounded-lg border border-danger/60 px-3 py-2 text-sm text-danger",
            ),
        ),
        class_name="flex flex-col gap-3",
    )  # fmt: skip


def _actions() -> rx.Component:
    detail: Any = OrdersState.detail
    steps = (("can_prepare", "to_ship"), ("can_ship", "shipped"), ("can_deliver", "delivered"))
    return rx.el.div(
        *[
            rx.cond(
                detail[may],
                button(t(f"orders.mark.{to}"), size="sm", on_click=OrdersState.move(to)),
            )
            for may, to in steps
        ],
        rx.cond(detail["can_cancel"], _cancel_dialog()),
        class_name="flex flex-wrap gap-2 empty:hidden",
    )


def _cancel_dialog() -> rx.Component:
    return sheet(
        rx.el.form(
            rx.el.p(t("orders.cancel_hint"), class_name="text-sm text-muted"),
            button(
                t("orders.cancel"), type="submit", variant="danger", class_name="w-full", on_click=OrdersState.cancel
            ),
            button(t("orders.keep"), type="submit", class_name="w-full"),
            method="dialog",
            class_name="flex flex-col gap-3",
        ),
        trigger=rx.el.span(t("orders.cancel")),
        trigger_label=t("orders.cancel"),
        trigger_class=button_class("ghost", "sm"),
        title=t("orders.cancel_title"),
        side="center",
        close_label=t("common.close"),
    )


def _section(title: rx.Var[str], rows: rx.Component) -> rx.Component:
    return rx.el.section(
        rx.el.h3(title, class_name="text-xs font-semibold text-muted"),
        rx.el.ul(rows, class_name=_BOX),
        class_name="flex flex-col gap-2",
    )


def _item(item: ItemView) -> rx.Component:
    return rx.el.li(
        rx.cond(
            item["image"] != "",
            rx.el.img(src=item["image"], alt="", loading="lazy", class_name="size-10 shrink-0 rounded object-cover"),
        ),
        rx.el.p(
            rx.el.span(item["quantity"], " × ", item["name"], class_name="block truncate text-sm"),
            rx.el.span(item["code"], " ", item["variant"], class_name="block truncate text-xs text-muted"),
            class_name="min-w-0 flex-1",
        ),
        rx.el.span(item["total"], class_name="tabular text-sm whitespace-nowrap"),
        key=item["id"],
        class_name="flex items-center gap-3 px-3 py-2",
    )


def _payment(payment: PaymentLine) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(
                rx.el.span(t_of("gateway", payment["gateway"]), class_name="block text-sm"),
                rx.el.span(payment["reference"], class_name="tabular block truncate text-xs text-muted"),
                class_name="min-w-0 flex-1",
            ),
            rx.el.span(payment["amount"], class_name="tabular text-sm whitespace-nowrap"),
            payment_badge(payment["status"]),
            class_name="flex items-center gap-3",
        ),
        rx.cond(
            payment["failure"] != "",
            rx.el.p(
                t_of("orders.failure", payment["failure"], asked=payment["asked"], got=payment["got"]),
                class_name="text-xs break-words text-muted",
            ),
        ),
        rx.cond(
            payment["can_decide"],
            rx.el.div(
                button(
                    t("orders.transfer_yes"), size="sm", variant="success",
                    on_click=OrdersState.decide_transfer(payment["id"], True),
                ),
                button(t("orders.transfer_no"), size="sm", on_click=OrdersState.decide_transfer(payment["id"], False)),
                class_name="flex flex-wrap gap-2",
            ),
        ),
        key=payment["id"],
        class_name="flex flex-col gap-2 px-3 py-2",
    )  # fmt: skip


def _line(line: LineView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(
                rx.el.span(
                    rx.cond(
                        line["way"] != "",
                        t_of("message.kind", line["way"]),
                        t_of("timeline.source", line["source"]),
                    ),
                    class_name="me-2 text-muted",
                ),
                rx.match(
                    line["source"],
                    ("message", t_of("message.status", line["kind"])),
                    ("claim", t_of("outcome", line["kind"])),
                    ("payment", t_of("orders.payment", line["kind"])),
                    t_of("timeline.order", line["kind"]),
                ),
                class_name="text-sm",
            ),
            moment(at=line["at"], locale=LocaleState.locale, class_name="text-xs text-faint"),
            class_name="flex items-baseline justify-between gap-3",
        ),
        *_notes(line),
        rx.cond(
            line["text"] != "",
            rx.el.p(line["text"], dir="auto", class_name="text-sm break-words whitespace-pre-line text-ink"),
        ),
        key=line["id"],
        class_name="flex flex-col gap-1 px-3 py-2",
    )


def _notes(line: LineView) -> tuple[rx.Component, rx.Component]:
    look = "tabular text-xs break-words text-muted"
    who = rx.cond(line["who"] != "", rx.el.span(t_by(line["who"]), class_name="me-2"))
    return (
        rx.cond((line["note"] != "") | (line["who"] != ""), rx.el.p(who, line["note"], class_name=look)),
        rx.cond(line["why"] != "", rx.el.p(t_of("message.error", line["why"], code=line["number"]), class_name=look)),
    )
