"""The seller's language: a cookie, changed at once without a reload."""

import reflex as rx
from reflex.utils.imports import ImportVar
from reflex.vars import FunctionStringVar, VarData

from livestream_sell.ui.catalogue import DEFAULT_LOCALE, LOCALES, messages
from livestream_sell.ui.session import public_state

_SCRIPT = VarData(imports={"$/public/i18n.js": [ImportVar(tag="t")]})
_translate: FunctionStringVar = FunctionStringVar.create("t", _var_data=_SCRIPT)


@public_state
class LocaleState(rx.State):
    """Which language the seller reads."""

    locale: str = rx.Cookie(DEFAULT_LOCALE, name="ls_lang", max_age=31_536_000, same_site="lax")

    @rx.event
    def choose(self, locale: str) -> None:
        """Switch the language; anything unknown is ignored."""
        if locale in LOCALES:
            self.locale = locale


def t(key: str, **values: rx.Var | str | int) -> rx.Var[str]:
    """Return the text of `key` as a var that follows the seller's language.

    Raises:
        KeyError: the key is in no catalogue (at compile time, not in front of the seller).
    """
    messages(DEFAULT_LOCALE)[key]
    arguments = (LocaleState.locale, key, values) if values else (LocaleState.locale, key)
    return _translate.call(*arguments).to(str)


def t_of(prefix: str, key: rx.Var[str], **values: rx.Var | str | int) -> rx.Var[str]:
    """Return the text of `<prefix>.<key>` for a key known only in the browser, such as a state of an order."""
    arguments = (LocaleState.locale, prefix + "." + key)
    return _translate.call(*arguments, *([values] if values else [])).to(str)


def t_by(key: rx.Var[str]) -> rx.Var[str]:
    """Return the text of a whole key that a handler chose."""
    return _translate.call(LocaleState.locale, key).to(str)


async def locale_of(state: rx.State) -> str:
    """Return the language of the seller whose state this is, for handlers."""
    return str((await state.get_state(LocaleState)).locale)
