"""What holds for every text: no crash, bounded quantities, only SKUs of the catalogue."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livestream_sell.intent.engine import understand
from livestream_sell.intent.schemas import Catalogue, Comment, Intent, Understanding
from tests.unit.intent.shop import SHOP, SKUS, heard

PHRASES = (
    "quiero", "lo quiero", "mine", "A12", "B7", "x", "2", "99", "100", "1000000", "negro", "rojo", "M", "L", "39",
    "no", "y", ",", "+", "?", "talla", "si", "cf", "要", "เอา", "A1", "50", "la", "los dos", "un par", "docena", "🙄",
    "\u200f", "\u202e", "\x00", "cancela", "STOP", "12", "٣", "२", "๒", "1.5", "-1", "0", "todas",
)  # fmt: skip
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
CLAIM_LIKE = st.lists(st.sampled_from(PHRASES), max_size=12).map(" ".join)


def assert_sound(decided: Understanding) -> None:
    assert all(item.sku in SKUS for item in decided.items)
    assert all(1 <= item.quantity <= 99 for item in decided.items)
    assert set(decided.candidates) <= SKUS
    assert len({item.sku for item in decided.items}) == len(decided.items)
    assert 0.0 <= decided.confidence <= 1.0
    if decided.intent is Intent.purchase and not decided.needs_review:
        assert decided.items


@settings(max_examples=300, deadline=None)
@given(text=ANY_TEXT, featured=st.sampled_from((None, "B7", "POL", "unknown")))
def test_any_unicode_is_decided_soundly(text: str, featured: str | None) -> None:
    assert_sound(heard(text, featured))


def test_every_figure_of_unicode_is_decided_soundly() -> None:
    """Some are digits to Python's isdigit() and none to its int()."""
    figures = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isnumeric()]
    assert len(figures) > 1800
    for figure in figures:
        assert_sound(heard(f"mine {figure} CF {figure}{figure}kg A{figure}", "B7"))


@settings(max_examples=400, deadline=None)
@given(text=CLAIM_LIKE, featured=st.sampled_from((None, "B7", "POL", "Z39")))
def test_any_mix_of_claim_words_is_decided_soundly(text: str, featured: str | None) -> None:
    assert_sound(heard(text, featured))


@pytest.mark.parametrize(
    "text",
    [
        "\ud800",
        "\x00" * 100,
        "A12" * 2700,
        "quiero " * 1200,
        "\u202e\u200fA12\u200b",
        "👩‍👩‍👧‍👦" * 500,
        "?" * 8000,
        "1 " * 4000,
    ],
)
def test_hostile_texts_are_decided_soundly(text: str) -> None:
    assert_sound(heard(text, "B7"))


def test_hidden_characters_change_nothing() -> None:
    assert heard("A\u200b12\u200f x\u20602").items == heard("A12 x2").items != ()


@pytest.mark.parametrize(
    "dressed", ["LO QUIERO", "lo quieroooo", "lo quiero 😍😍", "  lo   quiero  ", "lo quiero porfa"]
)
def test_case_stretching_emoji_and_politeness_change_nothing(dressed: str) -> None:
    assert heard(dressed, "B7").items == heard("lo quiero", "B7").items != ()


def test_decisions_come_in_the_order_of_the_comments_also_when_they_repeat() -> None:
    comments = [Comment("a", "A12"), Comment("b", "hola"), Comment("c", "A12")]

    decided = understand(comments, SHOP)

    assert [one.comment_id for one in decided] == ["a", "b", "c"]
    assert decided[0].items == decided[2].items


def test_an_empty_catalogue_never_yields_a_final_claim() -> None:
    decided = understand([Comment("1", "lo quiero"), Comment("2", "A12 x2")], Catalogue.build([]))

    assert all(one.items == () for one in decided)
    assert not any(one.intent is Intent.purchase and not one.needs_review for one in decided)
