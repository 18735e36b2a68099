"""Which variant is meant: what it is called elsewhere, what is wanted instead, what only looks like a size or code."""

import pytest

from livestream_sell.intent.schemas import Catalogue, Intent
from tests.unit.intent.shop import bought, heard, piece

SHOP = Catalogue.build(
    (
        piece("BATA-GRIS", "Bata polar", colour="gris"),
        piece("BATA-CRE", "Bata polar", colour="crema"),
        piece("OSO-L", "毛絨小熊", size="大", keywords=("K4",)),
        piece("OSO-S", "毛絨小熊", size="小", keywords=("K4",)),
        piece("NIG-XL", "Cotton nightie", size="XL"),
        piece("NIG-2XL", "Cotton nightie", size="2XL"),
        piece("R7-12M", "Enterito bebé", talla="12 meses", keywords=("R7",)),
        piece("R7-24M", "Enterito bebé", talla="24 meses", keywords=("R7",)),
        piece("M-HNY", "Honey sheet mask"),
        piece("M-TEA", "Tea tree sheet mask"),
        piece("S-VITC", "سيروم فيتامين سي Vitamin C Serum"),
        piece("S-NIA", "سيروم نياسيناميد Niacinamide"),
        piece("GIM", "조미김", keywords=("김",)),
        piece("YUZ", "ゆず茶 1kg"),
        piece("NORI", "韓国のり 12袋", keywords=("のり",)),
        piece("SNAIL", "蜗牛霜"),
        piece("SAB", "Sábana matrimonial"),
        piece("BOX-W-M", "Boxer", colour="white", size="M"),
        piece("BOX-W-L", "Boxer", colour="white", size="L"),
        piece("BOX-B-L", "Boxer", colour="black", size="L"),
        piece("7", "Blusa lino"),
        piece("8", "Blusa seda"),
        piece("9", "Blusa gasa"),
    ),
    "es-CL",
    "CLP",
)


@pytest.mark.parametrize(
    ("text", "featured", "items"),
    [
        # What is cream here is beige there, and the word for the colour is also that of a cream.
        ("mine the beige one", "BATA-GRIS", [("BATA-CRE", 1)]),
        ("米色的給我", "BATA-GRIS", [("BATA-CRE", 1)]),
        ("eu quero a creme", "BATA-GRIS", [("BATA-CRE", 1)]),
        # Sizes of one character, sizes within sizes.
        ("小的我要", "OSO-L", [("OSO-S", 1)]),
        ("K4 큰거 하나 주세요", None, [("OSO-L", 1)]),
        ("mine xl", "NIG-2XL", [("NIG-XL", 1)]),
        ("mine xl and 2xl", "NIG-XL", [("NIG-2XL", 1), ("NIG-XL", 1)]),
        ("R7 24 meses mio", None, [("R7-24M", 1)]),
        # Instead of.
        ("bata crema no gris mio", None, [("BATA-CRE", 1)]),
        ("R7 pero no la de 12 la de 24 mia", None, [("R7-24M", 1)]),
        ("不要大的 小的+1", "OSO-L", [("OSO-S", 1)]),
        ("9 mine, not 8", "8", [("9", 1)]),
        ("no quiero 8, quiero 9", "8", [("9", 1)]),
        ("9不是8 要一件", None, [("9", 1)]),
        ("เอา 9 ไม่เอา 8", None, [("9", 1)]),
        ("9 benim 8 değil", None, [("9", 1)]),
        ("ich nehm die 9 nicht die 8", None, [("9", 1)]),
        ("kola: 7 뺴고 9 주세요".replace("kola: ", "").replace("뺴", "빼"), None, [("9", 1)]),
        # Short names of scripts without spaces, whole names with a colour in them, names that are endearments.
        ("김 3개 주세요", None, [("GIM", 3)]),
        ("のり2つお願いします", None, [("NORI", 2)]),
        ("ゆず茶お願いします", None, [("YUZ", 1)]),
        ("蝸牛霜2個+1", None, [("SNAIL", 2)]),
        ("mine two honey sheet mask", None, [("M-HNY", 2)]),
        ("mine serum niacinamide", None, [("S-NIA", 1)]),
        ("quiero la matri", None, [("SAB", 1)]),
        # What is said once of several.
        ("mine boxer white: M, L", None, [("BOX-W-L", 1), ("BOX-W-M", 1)]),
        # "1 no" of a code is no number.
        ("R7 no, mejor K4 grande", None, [("OSO-L", 1)]),
        # No quantities: "for", the street.
        ("could you put one aside 4 me?", "7", [("7", 1)]),
        ("mine 7, floor 3, tonight", None, [("7", 1)]),
        ("chốt 9 nha, giao về quận 8", None, [("9", 1)]),
        ("del 9 quiero 2", None, [("9", 2)]),
        ("quiero la 7 y la bata crema", None, [("7", 1), ("BATA-CRE", 1)]),
        ("chốt 9 nha, thứ 5 giao", None, [("9", 1)]),
        ("بدي R7 24 شهر وسيروم فيتامين سي", None, [("R7-24M", 1), ("S-VITC", 1)]),
        # The code of what is named beside it; a year.
        ("mine 7 blusa lino", None, [("7", 1)]),
        ("soy clienta desde 2023, quiero la 9", None, [("9", 1)]),
        # Two pieces, not a number with a comma, nor two times one.
        ("K4大、9番 買います", None, [("9", 1), ("OSO-L", 1)]),
        ("7番、2つ", None, [("7", 2)]),
    ],
)
def test_the_variant_meant_is_found(text: str, featured: str | None, items: list[tuple[str, int]]) -> None:
    decided = heard(text, featured, shop=SHOP)
    assert (decided.intent, bought(decided)) == (Intent.purchase, items)


def test_how_tall_somebody_is_takes_nothing() -> None:
    assert heard("5'2 lang ako", "7", shop=SHOP).intent is Intent.other


def test_paying_later_is_no_condition() -> None:
    decided = heard("put me down for 9 if you can hear me, my signal is awful", shop=SHOP)
    assert (decided.intent, bought(decided)) == (Intent.purchase, [("9", 1)])
