"""What buyers are told, in their language: the choice of the language, and texts out of the message catalogues."""

from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

BUYER_LANGUAGES = ("es", "en", "pt")
DEFAULT_LANGUAGE = "es"
DOMAIN = "buyer"


class MissingText(LookupError):
    """No catalogue has this key."""


def buyer_language(detected: str | None, store_locale: str) -> str:
    """Return the language to write to a buyer in: theirs if we have it, else the shop's, else the default one."""
    return next(
        (short for tag in (detected, store_locale) if tag and (short := tag[:2].lower()) in BUYER_LANGUAGES),
        DEFAULT_LANGUAGE,
    )


def number_locale(language: str, store_locale: str) -> str:
    """Return the locale for money and numbers: the shop's country where it speaks the buyer's language."""
    return store_locale if store_locale[:2].lower() == language else language


def say(language: str, key: str, /, **values: Any) -> str:
    """Return the text of `key` with its `{name}` placeholders filled.

    Raises:
        MissingText
    """
    return _translated(language, key).format(**values)


def say_many(language: str, key: str, count: int, /, **values: Any) -> str:
    """Return the form of `key` that this language uses for `count`, which fills `{count}`."""
    text = _translations(language).ngettext(key, f"{key}.many", count)
    if text in (key, f"{key}.many"):
        raise MissingText(f"{language}: {key}")
    return text.format(count=count, **values)


def variants(language: str, key: str) -> int:
    """Return how many wordings (`key.1`, `key.2`, ...) there are."""
    translations = _translations(language)
    number = 0
    while translations.gettext(f"{key}.{number + 1}") != f"{key}.{number + 1}":
        number += 1
    return number


def _translated(language: str, key: str) -> str:
    text = _translations(language).gettext(key)
    if text == key:
        raise MissingText(f"{language}: {key}")
    return text


@cache
def _translations(language: str) -> GNUTranslations:
    """Compile a `.po` in memory: a few milliseconds once, and no built file can be out of step with its source."""
    known = language if language in BUYER_LANGUAGES else DEFAULT_LANGUAGE
    source = files("livestream_sell") / "locales" / known / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=known))
    compiled.seek(0)
    return GNUTranslations(compiled)
