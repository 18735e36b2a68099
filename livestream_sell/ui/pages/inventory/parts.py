"""The drawers of the product list: one product with its variants, and the import of a file."""

from typing import Any

import reflex as rx

from livestream_sell.ui.components.button import button, button_class
from livestream_sell.ui.components.fields import area_field, text_field
from livestream_sell.ui.components.native import native_link
from livestream_sell.ui.components.script_parts import csv_import, sheet
from livestream_sell.ui.components.surfaces import badge
from livestream_sell.ui.i18n import LocaleState, t
from livestream_sell.ui.pages.inventory.product_form import VariantRow
from livestream_sell.ui.pages.inventory.state import InventoryState
from livestream_sell.ui.routes import EXPORT_LINK, IMPORT_ACTION, TEMPLATE_LINK
from livestream_sell.ui.session import SessionState

_CELL = "h-11 w-full min-w-0 rounded-lg border border-line-strong bg-canvas px-2 text-base text-ink lg:h-9 lg:text-sm"


def product_drawer() -> rx.Component:
    """Return the form of a product."""
    form = InventoryState.form
    return sheet(
        rx.el.form(
            text_field(t("inventory.field.name"), "name", default_value=form["name"], required=True, max_length=200),
            _variants(),
            rx.el.div(
                text_field(
                    t("inventory.field.category"), "category", default_value=form["category"], max_length=100
                ),
                text_field(
                    t("inventory.field.image"), "image_url", default_value=form["image_url"],
                    placeholder="https://", max_length=2000,
                ),
                class_name="grid gap-4 sm:grid-cols-2",
            ),
            text_field(
                t("inventory.field.keywords"), "keywords", default_value=form["keywords"],
                hint=t("inventory.field.keywords_hint"),
            ),
            area_field(
                t("inventory.field.description"), "description", default_value=form["description"], max_length=4000
            ),
            button(t("common.save"), type="submit", variant="primary"),
            key=form["key"],
            on_submit=InventoryState.save,
            class_name="flex flex-col gap-4",
        ),
        open=InventoryState.is_open,
        on_close=InventoryState.close,
        title=rx.cond(form["id"] != "", t("inventory.edit"), t("inventory.add")),
        side="end",
        close_label=t("common.close"),
    )  # fmt: skip


def _variants() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(t("inventory.variants"), class_name="pb-2 text-sm font-medium text-ink"),
        rx.el.div(rx.foreach(InventoryState.variants, _variant), class_name="flex flex-col gap-3"),
        button(
            rx.icon("plus", size=16, aria_hidden="true"), t("inventory.add_variant"), size="sm",
            on_click=InventoryState.add_variant, class_name="mt-3",
        ),
        class_name="min-w-0",
    )  # fmt: skip


def _variant(row: Any, number: rx.Var[int]) -> rx.Component:
    """Draw a `VariantRow`."""

    def cell(label: str, name: str, **props) -> rx.Component:
        return rx.el.label(
            rx.el.span(t(label), class_name="text-xs text-muted"),
            rx.el.input(
                name=name + "_" + number.to_string(), default_value=row[name], class_name=_CELL, auto_complete="off",
                **props,
            ),
            class_name="flex min-w-0 flex-col gap-1",
        )  # fmt: skip

    return rx.el.div(
        cell("inventory.field.code", "sku", max_length=64, required=number == 0),
        cell("inventory.field.size", "size", max_length=60),
        cell("inventory.field.color", "color", max_length=60),
        cell("inventory.field.price", "price", input_mode="decimal", required=number == 0),
        cell("inventory.field.stock", "stock", type="number", min=0),
        rx.cond(row["id"] != "", _row_state(row)),
        class_name="grid grid-cols-3 gap-2 rounded-lg border border-line p-2 sm:grid-cols-5",
    )


def _row_state(row: VariantRow) -> rx.Component:
    return rx.el.div(
        rx.cond(row["reserved"] > 0, rx.el.span(t("live.reserved", count=row["reserved"]), class_name="text-warn")),
        rx.cond(
            row["is_active"],
            rx.el.button(
                t("inventory.deactivate"),
                type="button",
                on_click=InventoryState.deactivate(row["id"]),
                class_name="min-h-6 text-danger hover:underline",
            ),
            badge(t("inventory.inactive")),
        ),
        class_name="col-span-full flex items-center justify-between gap-3 text-xs",
    )


def import_drawer() -> rx.Component:
    """Return the import with its report, the template and the export."""
    words = ("choose", "busy", "done", "wrong", "wrong_list", "line", "refused", "failed")
    store = "?tienda_id=" + SessionState.store_id
    return sheet(
        rx.el.div(
            rx.el.p(t("inventory.csv.hint"), class_name="text-sm text-muted"),
            rx.el.div(
                native_link(
                    t("inventory.csv.template"), href=TEMPLATE_LINK + store, class_name=button_class(size="sm")
                ),
                native_link(t("inventory.csv.export"), href=EXPORT_LINK + store, class_name=button_class(size="sm")),
                class_name="flex flex-wrap gap-2",
            ),
            csv_import(
                action=IMPORT_ACTION,
                store=SessionState.store_id,
                locale=LocaleState.locale,
                labels={word: t(f"inventory.csv.{word}") for word in words},
                on_done=InventoryState.refresh,
            ),
            class_name="flex flex-col gap-4",
        ),
        open=InventoryState.is_importing,
        on_close=InventoryState.show_import(False),
        close_on_link=False,
        title=t("inventory.import"),
        side="end",
        close_label=t("common.close"),
    )
