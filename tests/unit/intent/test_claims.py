"""What buyers write to take something, by language and by shape."""

import pytest

from livestream_sell.intent.schemas import Intent
from tests.unit.intent.shop import SHOP, bought, heard

BAG = "B7"

ON_AIR = {
    "es": ["lo quiero", "me lo llevo", "míoooo", "yo!", "apártamelo", "resérvame ese", "separo", "mía la cartera"],
    "en": ["mine", "sold", "I'll take it", "can I get one?", "put me down for one", "dibs"],
    "pt": ["eu quero", "é minha", "fico com essa", "separa pra mim", "EU QUERO"],
    "tl": ["akin na po", "mine po", "kunin ko na", "order po ako"],
    "th": ["เอาค่ะ", "รับค่ะ", "cf", "จองค่ะ"],
    "vi": ["chốt", "em lấy ạ", "cho em 1 cái", "chốt luôn"],
    "id": ["mau kak", "fix kak", "keep ya", "pesan satu kak"],
    "ms": ["nak satu", "lock please", "cop satu"],
    "zh": ["我要了", "+1", "我買", "要一件"],
    "ja": ["買います", "購入します", "これください"],
    "ko": ["저요", "살게요", "하나 주세요"],
    "fr": ["je prends", "je la veux", "pour moi"],
    "ar": ["عايزاها", "ابغاه", "احجزيلي"],
    "hi": ["mujhe chahiye", "book kar do", "मुझे चाहिए"],
    "de": ["nehme ich", "ich will das", "für mich bitte"],
    "it": ["lo prendo", "presa!", "la voglio"],
    "tr": ["alıyorum", "bana ayırın", "benim olsun"],
}


@pytest.mark.parametrize(("locale", "text"), [(code, text) for code, texts in ON_AIR.items() for text in texts])
def test_a_claim_word_takes_the_product_on_air(locale: str, text: str) -> None:
    decided = heard(text, BAG, locale)

    assert decided.intent is Intent.purchase
    assert bought(decided) == [(BAG, 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A12", [("A12", 1)]),
        ("a-12", [("A12", 1)]),
        ("A1 x2", [("A1", 2)]),
        ("A1 2", [("A1", 2)]),
        ("2 A1", [("A1", 2)]),
        ("A1+1 B7+2", [("A1", 1), ("B7", 2)]),
        ("CF 12", [("A12", 1)]),
        ("cfA12", [("A12", 1)]),
        ("sold 12 M", [("A12", 1)]),
        ("sold123", []),
        ("la 12", [("A12", 1)]),
        ("#13", [("A13", 1)]),
        ("50", [("50", 1)]),
        ("CF a12 3 ตัวค่ะ", [("A12", 3)]),
        ("A12 ๓ ตัว", [("A12", 3)]),
        ("A12 ٣ قطع", [("A12", 3)]),
        ("A12 २ पीस", [("A12", 2)]),
        ("Ａ１２＋２", [("A12", 2)]),
        ("cf 499", [(BAG, 1)]),
        ("a12 y a13 x2", [("A12", 1), ("A13", 2)]),
        ("A12 media docena", [("A12", 6)]),
    ],
)
def test_codes_and_quantities_are_read_in_any_order(text: str, expected: list[tuple[str, int]]) -> None:
    assert bought(heard(text)) == expected


@pytest.mark.parametrize(
    ("text", "featured", "expected"),
    [
        ("quiero 2", BAG, [(BAG, 2)]),
        ("quiero la polera negra en L", None, [("A13", 1)]),
        ("esos negros en 39 pa mi marido, los llevo", "ZAP", [("Z39", 1)]),
        ("uno negro M y dos rojos", "POL", [("A12", 1), ("A14", 2)]),
        ("I'll take two in black size 40", "ZAP", [("Z40", 2)]),
        ("black na polera L akin", None, [("A13", 1)]),
        ("akin na po yung pula, dalawa", "POL", [("A14", 2)]),
        ("me das dos A12 y un bolso", None, [("A12", 2), (BAG, 1)]),
        ("no el rojo, quiero el negro L", "POL", [("A13", 1)]),
        ("no quiero A1 quiero B7", None, [(BAG, 1)]),
        ("不要A1，要A12", None, [("A12", 1)]),
        ("quiero la carteraa", None, [(BAG, 1)]),
        ("quiero un bolzo", None, [(BAG, 1)]),
        ("quiero las dos", BAG, [(BAG, 2)]),
        ("quiero otra más", BAG, [(BAG, 1)]),
        ("quiero la L", "A12", [("A13", 1)]),
    ],
)
def test_names_variants_and_several_items(text: str, featured: str | None, expected: list[tuple[str, int]]) -> None:
    decided = heard(text, featured)

    assert decided.intent is Intent.purchase
    assert bought(decided) == expected


def test_a_pair_of_shoes_is_one_piece_and_a_pair_of_bags_is_two() -> None:
    assert bought(heard("dame un par", "Z39")) == [("Z39", 1)]
    assert bought(heard("dame un par", BAG)) == [(BAG, 2)]


def test_an_open_variant_gives_candidates_and_no_guess() -> None:
    decided = heard("quiero la polera negra")

    assert decided.intent is Intent.purchase
    assert decided.needs_review
    assert decided.items == ()
    assert decided.candidates == ("A12", "A13")


def test_a_variant_that_is_not_there_waits_for_a_person() -> None:
    decided = heard("lo quiero en XL", "POL")

    assert decided.intent is Intent.purchase
    assert decided.needs_review
    assert decided.items == ()


def test_more_than_ninety_nine_waits_for_a_person() -> None:
    decided = heard("quiero 150", BAG)

    assert decided.needs_review
    assert bought(decided) in ([(BAG, 99)], [])


def test_the_variant_on_air_is_meant_where_nothing_else_is_said() -> None:
    assert bought(heard("lo quiero", "A14")) == [("A14", 1)]


def test_a_claim_with_nothing_on_air_and_nothing_named_is_never_final() -> None:
    decided = heard("lo quiero")

    assert decided.intent is Intent.purchase
    assert decided.needs_review
    assert decided.items == ()


def test_the_catalogue_has_a_version_that_follows_its_content() -> None:
    changed = SHOP.build([*SHOP.products[1:]], SHOP.locale, SHOP.currency)

    assert SHOP.version == SHOP.build(SHOP.products, SHOP.locale, SHOP.currency).version
    assert changed.version != SHOP.version


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("yo", 1), ("Yo 🙋", 1), ("yooo", 1), ("x2", 2), ("2x", 2), ("X 3 porfa", 3), ("dos", 2), ("yo x2", 2), ("+2", 2)],
)
def test_the_shortest_claims_of_a_live_are_final_while_a_product_is_on_air(text: str, quantity: int) -> None:
    decided = heard(text, BAG, "es-CL")

    assert (decided.intent, bought(decided), decided.needs_review) == (Intent.purchase, [(BAG, quantity)], False)


@pytest.mark.parametrize("text", ["2", "5 minutos", "llegué 2 veces", "tengo 2 hijos"])
def test_a_lone_figure_is_no_claim(text: str) -> None:
    assert heard(text, BAG, "es-CL").intent is not Intent.purchase
