"""What buyers are told, in their language: the choice of the language, and texts out of the message catalogues."""

import re
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DOMAIN = "buyer"
CATALOGUES = files("livestream_sell") / "locales"
# The languages of the catalogues that exist, as tags: `zh_Hant` on disk is `zh-Hant`.
BUYER_LANGUAGES = tuple(
    sorted(
        folder.name.replace("_", "-")
        for folder in CATALOGUES.iterdir()
        if (folder / "LC_MESSAGES" / f"{DOMAIN}.po").is_file()
    )
)
# Without any shop to ask.
DEFAULT_LANGUAGE = "es"
# For shops whose own language has no catalogue.
FOREIGN_LANGUAGE = "en"
# Other names of a language.
ALIASES = {"fil": "tl", "in": "id", "zho": "zh", "cmn": "zh", "yue": "zh"}
TRADITIONAL = "zh-Hant"
TRADITIONAL_PLACES = frozenset({"hant", "tw", "hk", "mo"})
# Where Babel knows a language by another name than the engine.
NUMBER_LOCALES = {"tl": "fil"}
RIGHT_TO_LEFT = frozenset({"ar"})
ISOLATE, ISOLATE_END = "\u2068", "\u2069"


class MissingText(LookupError):
    """No catalogue has this key."""


def language_tag(tag: str, store_locale: str = "") -> str:
    """Return the language of a tag in our names; Chinese is written as in the region of the tag, else of the shop."""
    language, *parts = re.split(r"[-_]", tag.strip().lower())
    language = ALIASES.get(language, language)
    if language != "zh":
        return language
    places = parts or re.split(r"[-_]", store_locale.lower())[1:]
    return TRADITIONAL if TRADITIONAL_PLACES.intersection(places) and "hans" not in places else language


def buyer_language(detected: str | None, store_locale: str, chosen: str | None = None) -> str:
    """Return the language to write to a buyer in: what they chose, what they wrote, what the shop speaks."""
    for tag in (chosen, detected, store_locale):
        if tag and (language := language_tag(tag, store_locale)) in BUYER_LANGUAGES:
            return language
    return FOREIGN_LANGUAGE if store_locale else DEFAULT_LANGUAGE


def number_locale(language: str, store_locale: str) -> str:
    """Return the locale for money and numbers: the shop's country where it speaks the buyer's language."""
    if store_locale and language_tag(store_locale, store_locale) == language:
        return store_locale
    return NUMBER_LOCALES.get(language, language)


def isolate(language: str, text: str) -> str:
    """Return a name or an amount so that its direction disturbs nothing around it in a right-to-left sentence."""
    return f"{ISOLATE}{text}{ISOLATE_END}" if language in RIGHT_TO_LEFT and text else text


def say(language: str, key: str, /, **values: Any) -> str:
    """Return the text of `key` with its `{name}` placeholders filled.

    Raises:
        MissingText
    """
    text = _translated(language, key)
    if language in RIGHT_TO_LEFT:
        values = {name: _isolated(language, value) for name, value in values.items()}
    return text.format(**values)


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


def _isolated(language: str, value: Any) -> Any:
    is_plain = isinstance(value, str) and ISOLATE not in value
    return isolate(language, value) if is_plain else value


def _translated(language: str, key: str) -> str:
    text = _translations(language).gettext(key)
    if text == key:
        raise MissingText(f"{language}: {key}")
    return text


@cache
def _translations(language: str) -> GNUTranslations:
    """Compile a `.po` in memory: a few milliseconds once, and no built file can be out of step with its source."""
    known = language if language in BUYER_LANGUAGES else DEFAULT_LANGUAGE
    folder = known.replace("-", "_")
    source = CATALOGUES / folder / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=NUMBER_LOCALES.get(folder, folder)))
    compiled.seek(0)
    return GNUTranslations(compiled)
