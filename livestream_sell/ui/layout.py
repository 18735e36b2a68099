"""The frame of the seller's screens: side menu on a desktop, bar and drawer at the bottom of a phone."""

import reflex as rx
from reflex_components_core.react_router import link as router_link  # type: ignore[import-untyped]

from livestream_sell.ui.catalogue import LOCALES
from livestream_sell.ui.components.fields import SELECT, choice
from livestream_sell.ui.components.native import native_form, native_link
from livestream_sell.ui.components.script_parts import hotkeys, sheet, store_switch, toast
from livestream_sell.ui.feedback import FeedbackState
from livestream_sell.ui.i18n import LocaleState, t
from livestream_sell.ui.routes import (
    CHOOSE_STORE_ACTION,
    DASHBOARD,
    INVENTORY,
    LIVE,
    ORDERS,
    SETTINGS,
    SIGN_OUT_ACTION,
)
from livestream_sell.ui.session import SessionState

# (address, key of the name, icon): the whole menu.
MENU = (
    (DASHBOARD, "nav.overview", "layout-dashboard"),
    (LIVE, "nav.live", "radio"),
    (ORDERS, "nav.orders", "package"),
    (INVENTORY, "nav.inventory", "shirt"),
    (SETTINGS, "nav.settings", "settings"),
)
# What fits beside the menu's own button on a phone.
IN_BAR = 4
_HERE = "bg-raised text-ink"
_ELSEWHERE = "text-muted hover:bg-raised hover:text-ink"


def seller_shell(
    *content: rx.Component, here: str, title: rx.Var | str, actions: rx.Component | None = None, fills: bool = False
) -> rx.Component:
    """Wrap a seller's screen. `fills`: the screen keeps to the window's height and scrolls inside itself."""
    height = "lg:h-dvh lg:overflow-hidden" if fills else ""
    inner = "min-h-0 flex-1" if fills else ""
    return rx.el.div(
        native_link(
            t("nav.skip"),
            href="#main",
            class_name="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-primary focus:p-3",
        ),
        _side_menu(here),
        rx.el.main(
            _heading(title, actions),
            rx.el.div(*content, class_name=f"flex flex-col gap-4 p-4 lg:px-6 {inner}"),
            id="main",
            class_name=f"flex min-h-dvh min-w-0 flex-col pb-16 lg:pb-0 {height}",
        ),
        _bottom_bar(here),
        hotkeys(),
        toast(notice=FeedbackState.notice, close_label=t("common.close")),
        class_name="lg:grid lg:grid-cols-[224px_minmax(0,1fr)]",
    )


def _heading(title: rx.Var | str, actions: rx.Component | None) -> rx.Component:
    return rx.el.header(
        rx.el.h1(title, class_name="truncate text-lg font-semibold"),
        rx.el.div(actions or rx.fragment(), class_name="flex shrink-0 items-center gap-2"),
        class_name="flex min-h-14 shrink-0 items-center justify-between gap-3 border-b border-line px-4 lg:px-6",
    )


def _brand() -> rx.Component:
    return rx.el.div(
        rx.el.img(src="/icons/icon.svg", alt="", class_name="size-7"),
        rx.el.span(t("brand.name"), class_name="text-sm font-semibold"),
        class_name="flex h-14 items-center gap-3 px-4",
    )


def _side_menu(here: str) -> rx.Component:
    return rx.el.nav(
        _brand(),
        rx.el.ul(
            *[rx.el.li(_menu_link(*entry, here=here)) for entry in MENU],
            class_name="flex flex-1 flex-col gap-1 px-3 py-2",
        ),
        _account(),
        aria_label=t("nav.label"),
        class_name="sticky top-0 hidden h-dvh flex-col border-e border-line bg-surface lg:flex",
    )


def _menu_link(path: str, name: str, icon: str, *, here: str) -> rx.Component:
    look = _HERE if path == here else _ELSEWHERE
    return router_link(
        rx.icon(icon, size=18, aria_hidden="true"),
        t(name),
        to=path,
        aria_current="page" if path == here else "false",
        class_name=f"flex h-11 items-center gap-3 rounded-lg px-3 text-sm font-medium {look}",
    )


def _account() -> rx.Component:
    return rx.el.div(
        store_switch(
            stores=SessionState.stores,
            current=SessionState.store_id,
            action=CHOOSE_STORE_ACTION,
            label=t("nav.store"),
            class_name=SELECT,
        ),
        rx.el.p(SessionState.name, class_name="truncate text-sm text-muted"),
        choice(
            t("nav.language"),
            [(t(f"common.language.{locale}"), locale) for locale in LOCALES],
            value=LocaleState.locale,
            on_change=LocaleState.choose,
        ),
        native_form(
            rx.el.button(
                rx.icon("log-out", size=18, aria_hidden="true"),
                t("nav.sign_out"),
                type="submit",
                class_name=f"flex h-11 w-full items-center gap-3 rounded-lg px-3 text-sm font-medium {_ELSEWHERE}",
            ),
            action=SIGN_OUT_ACTION,
            method="post",
        ),
        class_name="flex flex-col gap-2 border-t border-line p-3",
    )


def _bottom_bar(here: str) -> rx.Component:
    return rx.el.nav(
        *[_bar_link(*entry, here=here) for entry in MENU[:IN_BAR]],
        sheet(
            rx.el.ul(
                *[rx.el.li(_menu_link(*entry, here=here)) for entry in MENU], class_name="flex flex-col gap-1 pb-3"
            ),
            _account(),
            trigger=rx.el.span(
                rx.icon("menu", size=20, aria_hidden="true"),
                t("nav.menu"),
                class_name="flex flex-col items-center gap-1",
            ),
            trigger_label=t("nav.menu"),
            trigger_class="flex flex-1 flex-col items-center justify-center text-xs text-muted",
            title=t("nav.menu"),
            side="bottom",
            close_label=t("common.close"),
        ),
        aria_label=t("nav.label"),
        class_name=(
            "fixed inset-x-0 bottom-0 z-30 flex h-16 items-stretch border-t border-line bg-surface "
            "pb-[env(safe-area-inset-bottom)] lg:hidden"
        ),
    )


def _bar_link(path: str, name: str, icon: str, *, here: str) -> rx.Component:
    return router_link(
        rx.icon(icon, size=20, aria_hidden="true"),
        t(name),
        to=path,
        aria_current="page" if path == here else "false",
        class_name="flex flex-1 flex-col items-center justify-center gap-1 text-xs "
        + ("text-link" if path == here else "text-muted"),
    )
