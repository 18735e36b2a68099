"""The language of a buyer, and catalogues that say the same things."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import livestream_sell
from livestream_sell.core.localisation import (
    BUYER_LANGUAGES,
    MissingText,
    buyer_language,
    number_locale,
    say,
    say_many,
    variants,
)

LOCALES = Path(livestream_sell.__file__).parent / "locales"


def catalogue(language: str) -> dict[str, list[str]]:
    with (LOCALES / language / "LC_MESSAGES" / "buyer.po").open("rb") as file:
        entries = [entry for entry in read_po(file, locale=language) if entry.id]
    texts = {}
    for entry in entries:
        key = entry.id if isinstance(entry.id, str) else entry.id[0]
        texts[key] = [entry.string] if isinstance(entry.string, str) else list(entry.string)
    return texts


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


@pytest.mark.parametrize("language", BUYER_LANGUAGES)
def test_every_catalogue_says_everything_with_the_same_placeholders(language: str) -> None:
    ours, reference = catalogue(language), catalogue("es")

    assert set(ours) == set(reference)
    assert all(text for texts in ours.values() for text in texts)
    differing = {
        key for key, texts in ours.items() if {frozenset(placeholders(text)) for text in texts}
        != {frozenset(placeholders(text)) for text in reference[key]}
    }  # fmt: skip
    assert differing == set()


@pytest.mark.parametrize("language", BUYER_LANGUAGES)
def test_what_is_said_in_public_names_no_price_and_what_is_on_a_button_fits(language: str) -> None:
    texts = catalogue(language)

    public = [text for key, found in texts.items() if key.startswith("public.") for text in found]
    assert {frozenset(placeholders(text)) for text in public} == {frozenset({"name"})}
    assert max(len(text) for text in public) <= 120
    assert max(len(text) for key, found in texts.items() if key.startswith("button.") for text in found) <= 20
    for outcome in ("reserved", "partly_reserved", "waitlisted", "answer"):
        assert 3 <= variants(language, f"public.{outcome}") <= 5


@pytest.mark.parametrize(
    ("detected", "store", "language"),
    [
        ("en", "es-CL", "en"),
        ("pt-BR", "es-CL", "pt"),
        ("EN_us", "es-CL", "en"),
        ("tl", "en-PH", "en"),
        (None, "pt-BR", "pt"),
        ("", "vi-VN", "es"),
    ],
)
def test_the_language_of_a_buyer(detected: str | None, store: str, language: str) -> None:
    assert buyer_language(detected, store) == language


@pytest.mark.parametrize(("language", "locale"), [("es", "es-CL"), ("en", "en")])
def test_numbers_are_written_as_in_the_shops_country_where_it_speaks_the_language(language: str, locale: str) -> None:
    assert number_locale(language, "es-CL") == locale


@pytest.mark.parametrize(
    ("language", "count", "text"),
    [
        ("es", 1, "Te lo guardamos 1 minuto."),
        ("es", 30, "Te lo guardamos 30 minutos."),
        ("en", 1, "We hold it for 1 minute."),
        ("pt", 2, "Guardamos por 2 minutos."),
    ],
)
def test_plurals(language: str, count: int, text: str) -> None:
    assert say_many(language, "private.minutes", count) == text


def test_a_key_nobody_wrote_is_an_error_not_a_message() -> None:
    with pytest.raises(MissingText):
        say("es", "private.nothing")
    with pytest.raises(MissingText):
        say_many("es", "private.nothing", 2)
    assert variants("es", "private.nothing") == 0
