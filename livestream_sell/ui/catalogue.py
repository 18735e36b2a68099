"""The texts of the screens, read from the `.po` files. No Reflex here."""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALES = ("es", "en", "pt")
DEFAULT_LOCALE = "es"
# Compiled into the buyer's pages one language at a time; not part of the seller's script.
BUYER_PREFIX = "checkout."
_FOLDER = Path(__file__).parent / "locales"


@cache
def messages(locale: str) -> dict[str, str]:
    """Return key -> text of one language; an untranslated key falls back to the default language."""
    with (_FOLDER / locale / "LC_MESSAGES" / "ui.po").open("rb") as file:
        own = {str(entry.id): str(entry.string) for entry in read_po(file, locale=locale) if entry.id and entry.string}
    return own if locale == DEFAULT_LOCALE else {**messages(DEFAULT_LOCALE), **own}


def seller_messages() -> dict[str, dict[str, str]]:
    """Return language -> key -> text, for the seller's screens."""
    return {
        locale: {key: text for key, text in messages(locale).items() if not key.startswith(BUYER_PREFIX)}
        for locale in LOCALES
    }


def say(locale: str, key: str, /, **values: str) -> str:
    """Return the text of `key` in `locale`, with `{name}` placeholders filled.

    Raises:
        KeyError: no catalogue has the key.
    """
    text = messages(locale if locale in LOCALES else DEFAULT_LOCALE)[key]
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def best_locale(accept_language: str) -> str:
    """Return the first of our languages in an Accept-Language header, in the order the header has them."""
    for part in accept_language.split(","):
        language = part.split(";")[0].strip().lower().split("-")[0]
        if language in LOCALES:
            return language
    return DEFAULT_LOCALE
