"""Files of products: what a spreadsheet may have made of them, and what is said about the bad lines."""

from decimal import Decimal

import pytest

from livestream_sell.core.errors import InvalidInput
from livestream_sell.inventory import csv_import
from livestream_sell.inventory.csv_import import parse_csv, parse_local_price
from livestream_sell.inventory.errors import UnusableFile
from livestream_sell.inventory.models import Product


@pytest.mark.parametrize(
    ("written", "currency", "price"),
    [
        ("12.990", "CLP", "12990"),
        ("12,990", "CLP", "12990"),
        ("12990", "CLP", "12990"),
        ("$12.990", "CLP", "12990"),
        ("$ 1.234.567", "CLP", "1234567"),
        ("CLP 12.990", "CLP", "12990"),
        ("12990.00", "CLP", "12990"),
        ("12.990,00", "CLP", "12990"),
        ("12,50", "USD", "12.50"),
        ("12.5", "USD", "12.50"),
        ("US$ 1,299.50", "USD", "1299.50"),
        ("1.299,50", "MXN", "1299.50"),
        ("1,299", "USD", "1299.00"),
        ("R$ 49,90", "BRL", "49.90"),
        ("12.990", "KWD", "12.990"),
        ("0", "CLP", "0"),
    ],
)
def test_a_price_is_read_as_it_was_meant(written: str, currency: str, price: str) -> None:
    assert parse_local_price(written, currency) == Decimal(price)


@pytest.mark.parametrize(
    ("written", "currency"),
    [("-100", "CLP"), ("12.99", "CLP"), ("12k", "CLP"), ("", "CLP"), ("gratis", "CLP"), ("1e5", "CLP"),
     ("12.999,5.1", "USD"), ("9" * 20, "CLP"), ("NaN", "USD"), ("∞", "USD")],
)  # fmt: skip
def test_what_is_no_price_is_refused(written: str, currency: str) -> None:
    with pytest.raises(InvalidInput):
        parse_local_price(written, currency)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_spanish_headings_in_every_usual_file(delimiter: str, encoding: str) -> None:
    heading = ["Código", "Nombre", "Precio", "Cantidad", "Talla", "Color", "Categoría", "Palabras clave", "Imagen"]
    cells = ["a 1", "Vestido años 20", "12990", "5", "M", "añil", "Vestidos", "fiesta| noche", "/demo/a1.svg"]
    text = "\r\n".join(delimiter.join(line) for line in (heading, cells))

    [row], errors = parse_csv(text.encode(encoding), "CLP")

    assert errors == []
    assert row.line == 2
    assert row.fields == {
        "sku": "A-1",
        "name": "Vestido años 20",
        "price": Decimal(12990),
        "stock": 5,
        "variant": {"size": "M", "color": "añil"},
        "category": "Vestidos",
        "keywords": ["fiesta| noche"],
        "image_url": "/demo/a1.svg",
    }


def test_english_headings_and_only_what_is_there() -> None:
    rows, errors = parse_csv(b"name,price,sku\nDress,12.50,B2\n", "USD")

    assert errors == []
    assert [row.fields for row in rows] == [{"sku": "B2", "name": "Dress", "price": Decimal("12.50")}]


def test_missing_columns_are_named_with_what_was_found() -> None:
    with pytest.raises(UnusableFile) as refused:
        parse_csv("título,costo,notas\nVestido,1,x\n".encode(), "CLP")

    assert refused.value.details == {
        "reason": "missing_columns", "missing": ["sku", "price"], "found": ["título", "costo", "notas"],
    }  # fmt: skip
    assert "sku / código, precio / price" in refused.value.message


def test_bad_lines_are_reported_with_their_number_and_the_good_ones_stay() -> None:
    lines = [
        "sku,nombre,precio,stock,imagen",
        "A1,Vestido,12990,5,",
        "A2,Falda,-1,5,",
        "A3,Blusa,9990,-2,",
        "A4,Polera,9990,2.5,",
        ",Sin código,9990,1,",
        "A5,,9990,1,",
        "a1,Otra vez,9990,1,",
        "A6,Foto,9990,1,javascript:alert(1)",
        "",
        "A7,Bien,7990,,",
    ]

    rows, errors = parse_csv("\n".join(lines).encode(), "CLP")

    assert [(row.line, row.fields["sku"]) for row in rows] == [(2, "A1"), (11, "A7")]
    assert "stock" not in rows[1].fields
    assert [(error.line, error.sku) for error in errors] == [
        (3, "A2"), (4, "A3"), (5, "A4"), (6, ""), (7, "A5"), (8, "A1"), (9, "A6"),
    ]  # fmt: skip
    reasons = [error.reason for error in errors]
    assert reasons[0] == "A price is a number from 0 to 999,999,999,999."
    assert reasons[1] == "stock: Input should be greater than or equal to 0"
    assert reasons[2] == "stock: '2.5' is not a whole number."
    assert reasons[5] == "The code A1 is already in line 2."
    assert [[(each.field, each.reason) for each in error.problems] for error in errors] == [
        [("price", "price_range")], [("stock", "too_small")], [("stock", "no_whole_number")], [("sku", "code_form")],
        [("name", "needed")], [("sku", "repeated")], [("image_url", "image_address")],
    ]  # fmt: skip
    assert errors[5].problems[0].values == {"line": "2"}


def test_too_large_too_long_and_no_text_are_refused() -> None:
    with pytest.raises(UnusableFile, match="at most 5 MB"):
        parse_csv(b"x" * (5 * 1024 * 1024 + 1), "CLP")
    with pytest.raises(UnusableFile, match="at most 10000 products"):
        parse_csv(b"sku,name,price\n" + b"".join(b"A%d,x,1\n" % n for n in range(10_001)), "CLP")
    with pytest.raises(UnusableFile, match="not a text file"):
        parse_csv(b"PK\x03\x04\x00\x00sku,name,price", "CLP")
    with pytest.raises(UnusableFile, match="Found: none"):
        parse_csv(b"", "CLP")


def test_what_goes_out_comes_in_again_and_no_cell_is_a_formula() -> None:
    product = Product(
        sku="A1", name='=HYPERLINK("http://x")', price=Decimal("12990.00"), stock=3, category="@SUM(A1)",
        variant={"size": "M"}, keywords=["+1", "lino"], description="-dos\nlíneas", store_id=None,
    )  # fmt: skip

    text = csv_import.to_csv([product])

    assert "'=HYPERLINK" in text
    assert ",'@SUM(A1)," in text
    assert "'+1, lino" in text
    assert "12990," in text
    [row], errors = parse_csv(text.encode(), "CLP")
    assert errors == []
    assert row.fields["name"] == '=HYPERLINK("http://x")'
    assert row.fields["price"] == Decimal(12990)
    assert row.fields["keywords"] == ["+1", "lino"]


def test_the_template_imports() -> None:
    rows, errors = parse_csv(csv_import.template().encode(), "CLP")

    assert errors == []
    assert [row.fields["sku"] for row in rows] == ["A1"]
