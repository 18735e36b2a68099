"""The list of products."""

import reflex as rx

from livestream_sell.ui import topics
from livestream_sell.ui.components.button import button
from livestream_sell.ui.components.data_table import Column, data_table
from livestream_sell.ui.components.fields import SELECT, search_input, switch
from livestream_sell.ui.components.script_parts import live_pulse
from livestream_sell.ui.components.surfaces import badge, card, empty_state, skeleton_rows
from livestream_sell.ui.i18n import t
from livestream_sell.ui.layout import seller_shell
from livestream_sell.ui.live_updates import LiveState
from livestream_sell.ui.pages.inventory.parts import import_drawer, product_drawer
from livestream_sell.ui.pages.inventory.state import InventoryState, ProductRow
from livestream_sell.ui.routes import INVENTORY


def inventory_page() -> rx.Component:
    """Return the page."""
    return seller_shell(
        live_pulse(
            pulse=LiveState.pulse,
            inbox=LiveState.inbox,
            topics=[topics.CLAIMS, *topics.STOCK, *topics.ORDERS],
            wait=600,
            on_pulse=InventoryState.refresh,
        ),
        _filters(),
        card(
            rx.cond(
                InventoryState.loading,
                skeleton_rows(),
                rx.cond(
                    InventoryState.rows.length() > 0,
                    data_table(InventoryState.rows, _columns(), label=t("inventory.title")),
                    _nothing(),
                ),
            ),
            _pages(),
            class_name="min-h-80",
        ),
        product_drawer(),
        import_drawer(),
        here=INVENTORY,
        title=t("inventory.title"),
        actions=rx.fragment(
            button(
                rx.icon("upload", size=18, aria_hidden="true"),
                rx.el.span(t("inventory.import"), class_name="sr-only sm:not-sr-only"),
                on_click=InventoryState.show_import(True),
            ),
            button(t("inventory.add"), variant="primary", on_click=InventoryState.add),
        ),
    )


def _nothing() -> rx.Component:
    narrowed = (InventoryState.query != "") | (InventoryState.category != "") | InventoryState.only_low
    return rx.cond(
        narrowed,
        empty_state("search", t("common.no_match"), t("common.no_match_hint")),
        empty_state(
            "shirt",
            t("inventory.empty"),
            t("inventory.empty_hint"),
            button(t("inventory.add"), variant="primary", on_click=InventoryState.add),
            button(t("inventory.import"), on_click=InventoryState.show_import(True)),
        ),
    )


def _filters() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            search_input(t("inventory.search"), on_change=InventoryState.search),
            class_name="w-full lg:w-auto lg:max-w-md lg:flex-1",
        ),
        rx.el.select(
            rx.el.option(t("inventory.all_categories"), value=""),
            rx.foreach(InventoryState.categories, lambda name: rx.el.option(name, value=name)),
            value=InventoryState.category,
            on_change=InventoryState.choose_category,
            aria_label=t("inventory.field.category"),
            class_name=SELECT.replace("w-full", "w-44"),
        ),
        switch(t("inventory.only_low"), InventoryState.only_low, on_click=InventoryState.toggle_low),
        switch(t("inventory.with_inactive"), InventoryState.with_inactive, on_click=InventoryState.toggle_inactive),
        class_name="flex flex-wrap items-center gap-x-4 gap-y-2",
    )


def _pages() -> rx.Component:
    return rx.cond(
        InventoryState.total > InventoryState.rows.length(),
        rx.el.nav(
            button(
                t("common.previous"), size="sm", on_click=InventoryState.turn(-1), disabled=InventoryState.offset == 0
            ),
            rx.el.span(
                t("common.shown", last=InventoryState.shown_to, total=InventoryState.total),
                class_name="tabular text-sm text-muted",
            ),
            button(
                t("common.next"), size="sm", on_click=InventoryState.turn(1),
                disabled=InventoryState.shown_to >= InventoryState.total,
            ),
            aria_label=t("common.pages"),
            class_name="flex items-center justify-between gap-3 border-t border-line px-4 py-2",
        ),
    )  # fmt: skip


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("inventory.column.name"), _name, lead=True),
        Column(t("inventory.column.code"), lambda row: rx.el.span(row["code"], class_name="tabular")),
        Column(t("inventory.field.category"), lambda row: row["category"]),
        Column(t("inventory.column.price"), lambda row: row["price"], numeric=True),
        Column(t("inventory.column.available"), _available, numeric=True),
        Column(t("inventory.column.reserved"), lambda row: row["reserved"], numeric=True),
    )


def _name(row: ProductRow) -> rx.Component:
    return rx.el.button(
        rx.cond(
            row["image"] != "",
            rx.el.img(src=row["image"], alt="", loading="lazy", class_name="size-9 shrink-0 rounded object-cover"),
        ),
        rx.el.span(
            rx.el.span(row["name"], class_name="text-link group-hover:underline"),
            rx.cond(row["variant"] != "", rx.el.span(" ", row["variant"], class_name="text-muted")),
        ),
        rx.cond(row["is_active"], rx.fragment(), badge(t("inventory.inactive"))),
        type="button",
        on_click=InventoryState.edit(row["id"]),
        class_name="group flex min-h-11 items-center gap-3 text-start font-medium",
    )


def _available(row: ProductRow) -> rx.Component:
    return rx.el.span(
        rx.match(
            row["level"],
            ("low", badge(t("inventory.low"), "warn")),
            ("out", badge(t("inventory.out"), "danger")),
            rx.fragment(),
        ),
        rx.el.span(row["available"]),
        class_name="inline-flex items-center gap-2",
    )
