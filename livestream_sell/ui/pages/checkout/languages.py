"""The switch of languages on the buyer's page: plain links, each in its own language."""

import reflex as rx

from livestream_sell.ui.catalogue import LOCALES, say
from livestream_sell.ui.components.native import native_link
from livestream_sell.ui.pages.checkout.state import CheckoutState
from livestream_sell.ui.pages.checkout.words import Text
from livestream_sell.ui.routes import CHECKOUT_LINK, checkout_path

_LINK = "inline-flex min-h-11 items-center rounded-lg px-3 text-sm "


def language_switch(text: Text, here: str) -> rx.Component:
    """Return the switch; before the order is known its place is held, since a link without it would lose it."""
    return rx.el.div(
        rx.cond(
            CheckoutState.status != "loading",
            rx.el.nav(
                *[_language(locale, is_here=locale == here) for locale in LOCALES],
                aria_label=text("checkout.language"),
                class_name="flex flex-wrap justify-end gap-1",
            ),
        ),
        class_name="-mt-3 -mb-2 min-h-11",
    )


def _language(locale: str, *, is_here: bool) -> rx.Component:
    look = "bg-raised font-semibold text-ink" if is_here else "text-muted underline underline-offset-4 hover:text-ink"
    return native_link(
        say(locale, f"common.language.{locale}"),
        href=rx.cond(
            CheckoutState.token != "",
            f"{CHECKOUT_LINK}/" + CheckoutState.token + f"?lang={locale}",
            checkout_path(locale),
        ),
        lang=locale,
        custom_attrs={"hrefLang": locale},
        aria_current="page" if is_here else "false",
        class_name=_LINK + look,
    )
