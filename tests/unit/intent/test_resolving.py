"""From words to products where it is not straightforward: measures, second thoughts, all but one, how words sound."""

import pytest

from livestream_sell.intent.atoms import Atom, AtomKind
from livestream_sell.intent.drafts import draft_items
from livestream_sell.intent.measures import measured_at, sizes_of
from livestream_sell.intent.schemas import Catalogue
from tests.unit.intent.shop import bought, heard, piece

SHOP = Catalogue.build(
    (
        piece("P08", "Suculenta mediana"),
        piece("P12", "Helecho colgante"),
        piece("D7", "Vela de vainilla"),
        piece("CHG-65", "65W GaN charger"),
        piece("CBL-1", "Type-C cable", length="1m"),
        piece("CBL-2", "Type-C cable", length="2m"),
        piece("MAC-1", "Macacão ursinho", size="0-3 meses"),
        piece("MAC-2", "Macacão ursinho", size="3-6 meses"),
        piece("VES-1", "Vestido infantil", size="1 ano"),
        piece("VES-3", "Vestido infantil", size="3 anos"),
        piece("CUS-21", "Glow Cushion", shade="21 Ivory"),
        piece("CUS-23", "Glow Cushion", shade="23 Beige"),
        piece("LUN-2", "Lunch box", layers="2 layer"),
        piece("LUN-3", "Lunch box", layers="3 layer"),
        piece("AB-BLK-54", "Abaya", colour="black", size="54"),
        piece("AB-BLK-56", "Abaya", colour="black", size="56"),
        piece("AB-NVY-56", "Abaya", colour="navy", size="56"),
        piece("BOWL-R", "Cereal bowl", colour="red"),
        piece("BOWL-B", "Cereal bowl", colour="blue"),
        piece("BOWL-Y", "Cereal bowl", colour="yellow"),
        piece("SOCK", "Socks"),
        piece("TOM", "Tôm sú gói 1kg"),
        piece("TH1", "Tôm thẻ gói 1kg"),
    ),
    "es-CL",
    "CLP",
)


@pytest.mark.parametrize(
    ("text", "featured", "items"),
    [
        # Measured sizes, in the units of any language.
        ("quero o ursinho 3 a 6", None, [("MAC-2", 1)]),
        ("eu quero 3 anos", "VES-1", [("VES-3", 1)]),
        ("3 yaş ayır", "VES-1", [("VES-3", 1)]),
        ("mine the 65w", None, [("CHG-65", 1)]),
        ("can i get the 2m one", "CBL-1", [("CBL-2", 1)]),
        ("mine yung 3 layer", "LUN-2", [("LUN-3", 1)]),
        ("shade 23 for me", "CUS-21", [("CUS-23", 1)]),
        ("56 pls", "AB-BLK-54", [("AB-BLK-56", 1)]),
        # Who is how tall and heavy is no quantity.
        ("1m55 50kg lấy 56", "AB-BLK-54", [("AB-BLK-56", 1)]),
        ("mine in 56, im 5'3 165lb", "AB-BLK-54", [("AB-BLK-56", 1)]),
        # Second thoughts replace what they resemble, and nothing else.
        ("mine P08 no wait P12", None, [("P12", 1)]),
        ("mine 2 P08 no wait 3", None, [("P08", 3)]),
        ("mine red no wait blue", "BOWL-Y", [("BOWL-B", 1)]),
        ("j2不要".replace("j2", "P08") + " P12要兩個", None, [("P12", 2)]),
        # All but one.
        ("one of each bowl except yellow", "BOWL-R", [("BOWL-B", 1), ("BOWL-R", 1)]),
        ("노랑 빼고 하나씩요", "BOWL-R", [("BOWL-B", 1), ("BOWL-R", 1)]),
        ("quiero el rojo, menos mal", "BOWL-R", [("BOWL-R", 1)]),
        # Codes as they are spoken.
        ("la pe doce y la pe ocho porfa", None, [("P08", 1), ("P12", 1)]),
        ("mine p twelve", None, [("P12", 1)]),
        # Words as they sound, short words only beside another of the name.
        ("quiero el elecho y una zuculenta", None, [("P08", 1), ("P12", 1)]),
        ("cho c tôm sú", None, [("TOM", 1)]),
        # Numbers beside numbers.
        ("7 x2 porfis", "P08", [("D7", 2)]),
        ("2x P12 bitte", None, [("P12", 2)]),
        ("dame dos uno azul y uno rojo", "BOWL-R", [("BOWL-B", 1), ("BOWL-R", 1)]),
        ("seis par de meia pra mim", "SOCK", [("SOCK", 6)]),
        ("来俩 D7也要一个", "P08", [("D7", 1), ("P08", 2)]),
        ("2kg nha shop", "TOM", [("TOM", 2)]),
    ],
)
def test_what_is_meant_is_found(text: str, featured: str | None, items: list[tuple[str, int]]) -> None:
    decided = heard(text, featured, shop=SHOP)
    assert (decided.intent.value, bought(decided)) == ("purchase", items), decided


def test_a_size_is_no_code_though_codes_end_in_it() -> None:
    decided = heard("mine 56", None, shop=SHOP)
    assert not decided.items, decided
    assert sorted(decided.candidates) == ["AB-BLK-56", "AB-NVY-56"]


def test_a_name_said_instead_of_a_code_is_no_code() -> None:
    coded = Atom(AtomKind.product, 0, 3, rows=frozenset((1,)), exact=True)
    corrected = Atom(AtomKind.correction, 4, 11)
    named = Atom(AtomKind.product, 12, 16, rows=frozenset((2, 3)))

    [draft], _ = draft_items([coded, corrected, named])

    assert (draft.rows, draft.exact) == (frozenset((2, 3)), False)


def test_a_cancelled_code_is_named_though_the_word_may_mean_except() -> None:
    decided = heard("e bỏ P08 nha", shop=SHOP, locale="vi-VN")
    assert (decided.intent.value, bought(decided)) == ("cancel", [("P08", 1)]), decided


def test_not_sending_a_product_is_no_opt_out() -> None:
    assert heard("ya no me mande la P12", "P08", shop=SHOP).intent.value == "cancel"
    assert heard("ya no me mande mensajes", "P08", shop=SHOP).intent.value == "opt_out"


@pytest.mark.parametrize(
    ("value", "called"),
    [
        ("28 cm", {"28cm", "28"}),
        ("2 anos", {"2anos", "2", "2y"}),
        ("3-6 meses", {"3-6meses", "3-6"}),
        ("0,5 l", {"0,5l", "0.5", "0.5l"}),
        ("23 beige", {"23beige", "23"}),
        ("xl", set()),
        ("", set()),
        ("፩ x", set()),
    ],
)
def test_sizes_are_called_by_number_and_unit(value: str, called: set[str]) -> None:
    assert sizes_of(value) == called


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("2 años", []),  # not folded: what comes from a comment is
        ("2 anos", [("2y", 6)]),
        ("3 - 6", [("3-6", 5)]),
        ("28公分", [("28cm", 4)]),
        ("30ml", [("30ml", 4)]),
        ("2 mangas", []),
        ("x", []),
    ],
)
def test_measures_are_read_in_any_language(text: str, readings: list[tuple[str, int]]) -> None:
    assert list(measured_at(text, 0)) == readings
