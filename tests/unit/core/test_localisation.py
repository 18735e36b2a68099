"""The language of a buyer, and catalogues that say the same things."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import livestream_sell
from livestream_sell.core.localisation import (
    BUYER_LANGUAGES,
    MissingText,
    buyer_language,
    isolate,
    number_locale,
    say,
    say_many,
    variants,
)
from livestream_sell.core.money import display
from livestream_sell.messaging.opt_out_words import asks_to_start

LANGUAGES = {
    "es", "en", "pt", "tl", "th", "vi", "id", "ms", "zh", "zh-Hant", "ja", "ko", "fr", "ar", "hi", "de", "it", "tr"
}  # fmt: skip
LOCALES = Path(livestream_sell.__file__).parent / "locales"


def parsed(language: str) -> Catalog:
    with (LOCALES / language.replace("-", "_") / "LC_MESSAGES" / "buyer.po").open("rb") as file:
        return read_po(file)


def catalogue(language: str) -> dict[str, list[str]]:
    entries = [entry for entry in parsed(language) if entry.id]
    texts = {}
    for entry in entries:
        key = entry.id if isinstance(entry.id, str) else entry.id[0]
        texts[key] = [entry.string] if isinstance(entry.string, str) else list(entry.string or ())
    return texts


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"{(\w+)}", text))


def test_every_language_that_the_engine_understands_has_its_catalogue() -> None:
    assert set(BUYER_LANGUAGES) == LANGUAGES


@pytest.mark.parametrize("language", BUYER_LANGUAGES)
def test_every_catalogue_says_everything_with_the_same_placeholders(language: str) -> None:
    ours, reference = catalogue(language), catalogue("es")

    assert set(ours) == set(reference)
    assert all(text for texts in ours.values() for text in texts)
    differing = {
        (key, text)
        for key, texts in ours.items()
        for text in texts
        if placeholders(text) != placeholders(reference[key][0])
    }
    assert differing == set()
    assert [text for texts in ours.values() for text in texts if re.search(r"[{}]", re.sub(r"{\w+}", "", text))] == []


@pytest.mark.parametrize("language", BUYER_LANGUAGES)
def test_every_plural_form_is_written_and_used(language: str) -> None:
    source = parsed(language)
    forms = {key: texts for key, texts in catalogue(language).items() if key in ("private.more", "private.minutes")}

    assert {len(texts) for texts in forms.values()} == {source.num_plurals}
    for count in (0, 1, 2, 3, 5, 11, 30, 99, 100, 101, 103, 111):
        assert str(count) in say_many(language, "private.minutes", count)
        assert str(count) in say_many(language, "private.more", count)


@pytest.mark.parametrize("language", BUYER_LANGUAGES)
def test_the_word_to_begin_again_is_one_that_is_understood(language: str) -> None:
    words = re.findall(r"[A-Z]{4,}", say(language, "private.opted_out"))

    assert len(words) == 1
    assert asks_to_start(words[0])


@pytest.mark.parametrize("language", BUYER_LANGUAGES)
def test_no_two_public_replies_are_the_same(language: str) -> None:
    public = [text for key, texts in catalogue(language).items() if key.startswith("public.") for text in texts]

    assert len(set(public)) == len(public)
    assert not any(sign in text for text in public for sign in ("http", "www.", "$"))


@pytest.mark.parametrize("language", BUYER_LANGUAGES)
def test_what_is_said_in_public_names_no_price_and_what_is_on_a_button_fits(language: str) -> None:
    texts = catalogue(language)

    public = [text for key, found in texts.items() if key.startswith("public.") for text in found]
    assert {tuple(placeholders(text)) for text in public} == {("name",)}
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
        ("tl", "en-PH", "tl"),
        ("fil", "en-PH", "tl"),
        ("in", "en", "id"),
        (None, "pt-BR", "pt"),
        ("", "vi-VN", "vi"),
        ("und", "fil-PH", "tl"),
        ("zh", "zh-TW", "zh-Hant"),
        ("zh", "en-HK", "zh-Hant"),
        ("zh", "zh_Hant_MO", "zh-Hant"),
        ("zh", "ms-MY", "zh"),
        ("zh", "es-CL", "zh"),
        ("zh-CN", "zh-TW", "zh"),
        ("zh-Hans", "zh-TW", "zh"),
        ("zh-Hant", "zh-CN", "zh-Hant"),
        ("ru", "es-CL", "es"),
        ("ru", "ru-RU", "en"),
        ("ja", "pl-PL", "ja"),
        (None, "km-KH", "en"),
        (None, "", "es"),
        ("th", "", "th"),
    ],
)
def test_the_language_of_a_buyer(detected: str | None, store: str, language: str) -> None:
    assert buyer_language(detected, store) == language


@pytest.mark.parametrize(
    ("chosen", "detected", "store", "language"),
    [
        ("th", "en", "en-PH", "th"),
        ("ru", "en", "es-CL", "en"),
        (None, "en", "es-CL", "en"),
        ("", None, "es-CL", "es"),
        ("zh", "en", "zh-TW", "zh-Hant"),
    ],
)
def test_what_the_buyer_chose_goes_first(chosen: str | None, detected: str | None, store: str, language: str) -> None:
    assert buyer_language(detected, store, chosen) == language


@pytest.mark.parametrize(
    ("language", "store", "locale"),
    [
        ("es", "es-CL", "es-CL"),
        ("en", "es-CL", "en"),
        ("tl", "fil-PH", "fil-PH"),
        ("tl", "en-PH", "fil"),
        ("zh-Hant", "zh-TW", "zh-TW"),
        ("zh", "zh-TW", "zh"),
        ("pt", "", "pt"),
    ],
)
def test_numbers_are_written_as_in_the_shops_country_where_it_speaks_the_language(
    language: str, store: str, locale: str
) -> None:
    assert number_locale(language, store) == locale


@pytest.mark.parametrize("language", BUYER_LANGUAGES)
@pytest.mark.parametrize("store", ["es-CL", "ar-EG", "hi-IN", "th-TH"])
def test_amounts_have_latin_digits(language: str, store: str) -> None:
    shown = display(Decimal("1299.5"), "USD", number_locale(language, store))

    assert re.sub("[^0-9]", "", shown) == "129950"
    assert shown.isascii() or not any(char.isdigit() and not char.isascii() for char in shown)


def test_in_arabic_names_and_amounts_keep_their_own_direction() -> None:
    line = say("ar", "private.line", quantity=2, product="Vestido (M)", amount="US$10")

    assert "\u2068Vestido (M)\u2069" in line
    assert "\u2068US$10\u2069" in line
    assert say("ar", "private.total", total=isolate("ar", "x")).count("\u2068") == 1
    assert "\u2068" not in say("es", "private.total", total="x")


@pytest.mark.parametrize(
    ("language", "count", "text"),
    [
        ("es", 1, "Te lo guardamos 1 minuto."),
        ("es", 30, "Te lo guardamos 30 minutos."),
        ("en", 1, "We hold it for 1 minute."),
        ("pt", 2, "Guardamos por 2 minutos."),
        ("fr", 0, "On te le garde 0 minute."),
        ("fr", 2, "On te le garde 2 minutes."),
        ("de", 1, "Wir halten es 1 Minute für dich zurück."),
        ("ar", 5, "نحتفظ به لك لمدة 5 دقائق."),
        ("ar", 30, "نحتفظ به لك لمدة 30 دقيقة."),
        ("ar", 103, "نحتفظ به لك لمدة 103 دقائق."),
        ("ja", 30, "30分間お取り置きします。"),
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
