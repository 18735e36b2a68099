"""The texts of the screens."""

import re

import pytest
from babel.messages.pofile import read_po

from livestream_sell.intent.attention import Trouble
from livestream_sell.ui import catalogue
from livestream_sell.ui.catalogue import LOCALES, best_locale, messages, say, seller_messages


def own_keys(locale: str) -> dict[str, str]:
    with (catalogue._FOLDER / locale / "LC_MESSAGES" / "ui.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_every_text_with_its_placeholders(locale: str) -> None:
    reference = own_keys("es")
    texts = own_keys(locale)

    assert texts.keys() == reference.keys()
    assert [key for key, text in texts.items() if not text.strip()] == []
    placeholders = re.compile(r"\{(\w+)\}")
    for key, text in texts.items():
        assert set(placeholders.findall(text)) == set(placeholders.findall(reference[key])), key


def test_values_are_filled_in() -> None:
    assert say("en", "checkout.order_number", number="42") == "Order 42"


def test_an_unknown_language_reads_the_default_and_an_unknown_key_is_an_error() -> None:
    assert say("ja", "auth.submit") == messages("es")["auth.submit"]
    with pytest.raises(KeyError):
        say("es", "no.such.key")


@pytest.mark.parametrize("locale", LOCALES)
def test_whatever_is_the_matter_with_the_model_has_words(locale: str) -> None:
    for trouble in Trouble:
        assert say(locale, f"model_notice.{trouble.value}") != say(locale, f"model_notice_hint.{trouble.value}")


def test_buyers_texts_stay_out_of_the_sellers_script() -> None:
    assert not any(key.startswith("checkout.") for texts in seller_messages().values() for key in texts)


@pytest.mark.parametrize(
    ("header", "locale"),
    [("pt-BR,pt;q=0.9,en;q=0.8", "pt"), ("de-DE, en-US;q=0.7", "en"), ("", "es"), ("*", "es"), ("EN", "en")],
)
def test_best_locale(header: str, locale: str) -> None:
    assert best_locale(header) == locale
