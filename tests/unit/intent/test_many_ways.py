"""Ways of naming, counting and changing one's mind that a stranger to the word lists would use."""

from decimal import Decimal

import pytest

from livestream_sell.intent.schemas import Catalogue, CatalogueProduct, Intent
from tests.unit.intent.shop import bought, heard


def piece(sku: str, name: str, **variant: str) -> CatalogueProduct:
    return CatalogueProduct(sku, name, Decimal("10"), 9, None, variant)


DRESSES = Catalogue.build(
    [
        *(piece(f"V1-RED-{size}", "Váy hoa nhí", colour="đỏ", size=size) for size in "SML"),
        *(piece(f"V1-BLU-{size}", "Váy hoa nhí", colour="xanh navy", size=size) for size in "SML"),
        piece("T-G", "Top básico", size="G"),
        piece("T-P", "Top básico", size="P"),
    ],
    "vi-VN",
)
BEAUTY = Catalogue.build(
    [
        piece("HND", "Hand Cream"), piece("NGT", "Night Repair Cream"), piece("MAS", "Big Lash Mascara"),
        piece("SER-30", "Vitamin C Serum", size="30ml"), piece("SER-50", "Vitamin C Serum", size="50ml"),
        piece("CUSH", "Velvet Cushion"),
    ],
    "en-US",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "featured", "expected"),
    [
        ("the red one please, mine", "V1-BLU-L", "V1-RED-L"),
        ("lấy cho em size S", "V1-BLU-L", "V1-BLU-S"),
        ("I'll take the blue", "V1-RED-M", "V1-BLU-M"),  # what people call blue is navy here
        ("quiero el G", "T-P", "T-G"),
    ],
)
def test_what_is_not_said_stays_as_it_is_shown(text: str, featured: str, expected: str) -> None:
    assert bought(heard(text, featured, shop=DRESSES)) == [(expected, 1)]


def test_what_all_variants_of_a_design_share_is_its_code() -> None:
    open_variant = heard("V1 mine", shop=DRESSES)

    assert bought(heard("V1 red M mine", shop=DRESSES)) == [("V1-RED-M", 1)]
    assert open_variant.items == ()
    assert set(open_variant.candidates) == {row.sku for row in DRESSES.products if row.sku.startswith("V1")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A1 y B7, uno de cada uno", [("A1", 1), ("B7", 1)]),
        ("je prends A1 et B7 les deux", [("A1", 1), ("B7", 1)]),
        ("order A1, B7, 50 masing2 satu kak", [("50", 1), ("A1", 1), ("B7", 1)]),
        ("quiero 2 A1, uno es pa mi mamá", [("A1", 2)]),
        ("A12 dedo bhai", [("A12", 1)]),
        ("A12 de do", [("A12", 1)]),
        ("7agz A12 law sama7ty", [("A12", 1)]),
        ("A12 satu2nya kak fix", [("A12", 1)]),
    ],
)
def test_numbers_count_only_what_they_count(text: str, expected: list[tuple[str, int]]) -> None:
    assert bought(heard(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 mascaras and 1 kettle please", [("MAS", 2)]),
        ("我要护手霜", [("HND", 1)]),
        ("ハンドクリーム3個お願いします", [("HND", 3)]),
        ("a pillow for me please, mine", [("CUSH", 1)]),
        ("el serum de 50ml lo quiero", [("SER-50", 1)]),
        ("night cream and mascara for me, mine", [("MAS", 1), ("NGT", 1)]),
    ],
)
def test_goods_are_known_in_every_language_and_strangers_are_not_counted_as_them(
    text: str, expected: list[tuple[str, int]]
) -> None:
    assert bought(heard(text, shop=BEAUTY)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not the A1, I take B7", [("B7", 1)]),
        ("I'll take the black L not the red", [("A13", 1)]),
        ("no la A1, mejor me llevo B7", [("B7", 1)]),
        ("不是A1 我要B7", [("B7", 1)]),
    ],
)
def test_who_changes_from_one_to_another_buys_the_other(text: str, expected: list[tuple[str, int]]) -> None:
    decided = heard(text, "POL")

    assert decided.intent is Intent.purchase
    assert bought(decided) == expected


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("pedí el vestido rojo y me llegó el negro", Intent.complaint),
        ("I ordered the red one and the blue one came", Intent.complaint),
        ("solo estoy mirando, hoy no compro nada", Intent.other),
        ("yeah right, I'll take fifty 😂", Intent.other),
        ("cảm ơn rất nhiều", Intent.other),
        ("đắt quá", Intent.complaint),
        ("hasta luego", Intent.other),
        ("알려줘 몇시에 끝나는지", Intent.question),
    ],
)
def test_near_words_are_told_apart(text: str, intent: Intent) -> None:
    assert heard(text, "B7").intent is intent


@pytest.mark.parametrize("text", ["C77", "c7 y c9", "36A porfa"])
def test_a_code_that_this_live_does_not_have_waits_for_a_person(text: str) -> None:
    decided = heard(text)

    assert (decided.intent, decided.items, decided.needs_review) == (Intent.purchase, (), True)


def test_vietnamese_accents_tell_words_apart_and_may_be_left_out() -> None:
    assert heard("đặt 2 cái", "B7").intent is Intent.purchase
    assert heard("dat 2 cai", "B7").intent is Intent.purchase
    assert heard("đắt quá", "B7").intent is Intent.complaint
    assert heard("dat qua", "B7").intent is not Intent.purchase
