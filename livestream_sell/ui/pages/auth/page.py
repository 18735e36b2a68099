"""The sign-in: a plain form, posted natively, so that it works before any script has loaded."""

import reflex as rx

from livestream_sell.ui.catalogue import DEFAULT_LOCALE, LOCALES
from livestream_sell.ui.components.button import button
from livestream_sell.ui.components.fields import choice, text_field
from livestream_sell.ui.components.native import native_form
from livestream_sell.ui.i18n import LocaleState, t
from livestream_sell.ui.pages.auth.state import AuthState
from livestream_sell.ui.public_layout import public_shell
from livestream_sell.ui.routes import SIGN_IN_ACTION


def auth_page() -> rx.Component:
    """Return the page."""
    return public_shell(
        rx.el.div(
            rx.el.img(src="/icons/icon.svg", alt="", class_name="size-12"),
            rx.el.h1(t("auth.title"), class_name="text-2xl font-semibold text-balance"),
            rx.el.p(t("auth.subtitle"), class_name="text-sm text-muted"),
            class_name="flex flex-col gap-2 pt-8",
        ),
        _why(),
        _form(),
        rx.el.div(
            choice(
                t("nav.language"),
                [(t(f"common.language.{locale}"), locale) for locale in LOCALES],
                value=LocaleState.locale,
                on_change=LocaleState.choose,
            ),
            class_name="mx-auto mt-auto w-40 pt-8",
        ),
        lang=DEFAULT_LOCALE,
    )


def _why() -> rx.Component:
    look = "rounded-lg border border-danger/60 px-4 py-3 text-sm text-danger"
    return rx.match(
        AuthState.reason,
        ("failed", rx.el.p(t("auth.failed"), role="alert", class_name=look)),
        ("locked", rx.el.p(t("auth.locked"), role="alert", class_name=look)),
        ("expired", rx.el.p(t("auth.expired"), role="status", class_name=look)),
        rx.fragment(),
    )


def _form() -> rx.Component:
    return native_form(
        text_field(t("auth.email"), "email", type="email", auto_complete="username", required=True, auto_focus=True),
        text_field(t("auth.password"), "password", type="password", auto_complete="current-password", required=True),
        rx.el.input(type="hidden", name="next", value=AuthState.next_path, read_only=True),
        button(t("auth.submit"), type="submit", variant="primary", class_name="w-full"),
        action=SIGN_IN_ACTION,
        method="post",
        class_name="flex flex-col gap-4 rounded-2xl border border-line bg-surface p-4",
    )
