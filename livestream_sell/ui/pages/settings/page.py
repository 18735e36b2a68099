"""The settings of a store, on one page."""

import reflex as rx

from livestream_sell.ui import topics
from livestream_sell.ui.components.button import button
from livestream_sell.ui.components.fields import INPUT, area_field, row_key, switch, text_field
from livestream_sell.ui.components.script_parts import live_pulse
from livestream_sell.ui.components.surfaces import badge_by, card, empty_state, skeleton_rows
from livestream_sell.ui.i18n import t, t_of
from livestream_sell.ui.layout import seller_shell
from livestream_sell.ui.live_updates import LiveState
from livestream_sell.ui.pages.settings.state import FieldRow, GatewayRow, SettingsState
from livestream_sell.ui.pages.settings.understanding_parts import understanding
from livestream_sell.ui.routes import SETTINGS

_FORM = "flex flex-col gap-4 p-4"


def settings_page() -> rx.Component:
    """Return the page."""
    return seller_shell(
        live_pulse(pulse=LiveState.pulse, topics=topics.PAGE, wait=500, on_pulse=SettingsState.refresh),
        rx.cond(
            SettingsState.loading,
            skeleton_rows(),
            rx.cond(
                SettingsState.may_manage,
                rx.el.div(
                    rx.el.div(_store(), _page(), understanding(), class_name="flex min-w-0 flex-col gap-4"),
                    rx.el.div(
                        rx.foreach(SettingsState.gateways, _gateway),
                        class_name="flex min-w-0 flex-col gap-4",
                    ),
                    class_name="grid gap-4 lg:grid-cols-2 lg:items-start",
                ),
                empty_state("lock", t("settings.owner_only"), t("settings.owner_only_hint")),
            ),
        ),
        here=SETTINGS,
        title=t("nav.settings"),
    )


def _store() -> rx.Component:
    store = SettingsState.store
    return card(
        rx.el.form(
            text_field(t("settings.store.name"), "name", default_value=store["name"], required=True, max_length=200),
            rx.el.div(
                text_field(
                    t("settings.store.country"), "country", default_value=store["country"], required=True, max_length=2
                ),
                text_field(
                    t("settings.store.currency"), "currency", default_value=store["currency"], required=True,
                    max_length=3,
                ),
                text_field(
                    t("settings.store.locale"), "locale", default_value=store["locale"], required=True, max_length=16
                ),
                class_name="grid grid-cols-3 gap-4",
            ),
            text_field(
                t("settings.store.minutes"), "reservation_minutes", type="number", min=1, max=1440,
                default_value=store["reservation_minutes"], hint=t("settings.store.minutes_hint"),
            ),
            area_field(
                t("settings.store.shipping"), "shipping", default_value=store["shipping"],
                hint=t("settings.store.answers_hint"), max_length=1000,
            ),
            area_field(t("settings.store.payment"), "payment", default_value=store["payment"], max_length=1000),
            button(t("common.save"), type="submit", variant="primary"),
            on_submit=SettingsState.save_store,
            class_name=_FORM,
        ),
        title=t("settings.store.title"),
    )  # fmt: skip


def _page() -> rx.Component:
    page = SettingsState.page
    tones = {"active": "success", "reconnect": "danger", "paused": "warn"}
    return card(
        rx.cond(
            page["id"] != "",
            rx.el.p(
                rx.el.strong(page["name"], class_name="font-medium"),
                rx.el.span(" ", page["id"], class_name="tabular text-muted"),
                class_name="px-4 pt-4 text-sm",
            ),
        ),
        rx.cond(
            page["status"] == "reconnect",
            rx.el.p(t("settings.page.reconnect_hint"), role="alert", class_name="px-4 pt-2 text-sm text-danger"),
        ),
        rx.el.form(
            text_field(
                t("settings.page.id"), "page_id", default_value=page["id"], required=True, max_length=64,
                auto_complete="off",
            ),
            text_field(
                t("settings.page.token"), "token", type="password", required=True, max_length=1000,
                auto_complete="off", hint=t("settings.page.token_hint"),
            ),
            button(
                rx.cond(page["status"] == "reconnect", t("settings.page.reconnect"), t("settings.page.link")),
                type="submit", variant="primary",
            ),
            key=page["id"] + page["status"],
            reset_on_submit=True,
            on_submit=SettingsState.link,
            class_name=_FORM,
        ),
        title=t("settings.page.title"),
        action=badge_by(t_of("settings.page.status", page["status"]), page["status"], tones),
    )  # fmt: skip


def _gateway(row: GatewayRow) -> rx.Component:
    return card(
        rx.el.form(
            row_key("gateway", row["gateway"].to(str)),
            rx.foreach(row["fields"].to(list[FieldRow]), lambda field: _field(row, field)),
            rx.cond(
                row["notify_url"] != "",
                rx.el.p(
                    t("settings.gateway.notify"), " ",
                    rx.el.code(row["notify_url"], class_name="break-all text-ink select-all"),
                    class_name="text-xs text-muted",
                ),
            ),
            button(t("common.save"), type="submit", variant="secondary"),
            on_submit=SettingsState.save_gateway,
            class_name=_FORM,
        ),
        title=t_of("gateway", row["gateway"].to(str)),
        action=rx.cond(
            row["is_configured"],
            switch(
                rx.cond(row["enabled"], t("settings.gateway.on"), t("settings.gateway.off")),
                row["enabled"],
                on_click=SettingsState.offer(row["gateway"], ~row["enabled"]),
            ),
            rx.el.span(t("settings.gateway.missing"), class_name="text-xs text-muted"),
        ),
        key=row["gateway"],
    )  # fmt: skip


def _field(row: GatewayRow, field: FieldRow) -> rx.Component:
    place = row["gateway"].to(str) + "-" + field["name"].to(str)
    return rx.el.div(
        rx.el.label(t_of("field", field["name"].to(str)), html_for=place, class_name="text-sm font-medium text-ink"),
        rx.el.input(
            id=place, name=field["name"], type=rx.cond(field["is_secret"], "password", "text"),
            default_value=field["value"], placeholder=field["hint"], required=field["is_required"],
            auto_complete="off", class_name=INPUT,
        ),
        rx.cond(
            field["has_help"],
            rx.el.p(t_of("field_hint", field["name"].to(str)), class_name="text-xs text-muted"),
        ),
        class_name="flex flex-col gap-2",
    )  # fmt: skip
