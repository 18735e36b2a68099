"""Texts of products: words stay, markup and what misleads goes."""

import pytest

from livestream_sell.core.errors import InvalidInput
from livestream_sell.inventory.sanitising import clean_image_url, clean_sku, line, plain


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<b>Vestido</b> rojo", "Vestido rojo"),
        ("<script>alert(1)</script>Falda", "Falda"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Falda", "Falda"),
        ("<img src=x onerror=alert(1)>Blusa", "Blusa"),
        ("talla < M y > S", "talla < M y > S"),
        ("te <3", "te <3"),
        ("uno\n\n\n\ndos", "uno\n\ndos"),
        ("a\x00b\x07c", "abc"),
        ("abc\u202edef\u200b", "abcdef"),
        ("👩\u200d👧 niña", "👩\u200d👧 niña"),
        ("<p>uno</p><p>dos</p>", "uno\ndos"),
    ],
)
def test_plain(written: str, kept: str) -> None:
    assert plain(written) == kept


def test_a_line_is_one_line() -> None:
    assert line(" Vestido \n largo ") == "Vestido largo"


@pytest.mark.parametrize(
    ("written", "kept"), [(" a1 ", "A1"), ("a 1", "A-1"), ("ａ１２", "A12"), ("C3-36", "C3-36"), ("ñ1", "Ñ1")]
)
def test_a_code_is_kept_upper_case(written: str, kept: str) -> None:
    assert clean_sku(written) == kept


@pytest.mark.parametrize("written", ["", " ", "-A1", "A1;DROP", "A" * 65, "=1+1", "😀"])
def test_what_is_no_code_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput):
        clean_sku(written)


@pytest.mark.parametrize(
    "url", ["", "/demo/a1.svg", "https://cdn.example.com/a.jpg?w=2", "http://localhost:9000/a.png"]
)
def test_pictures_that_are_taken(url: str) -> None:
    assert clean_image_url(url) == url


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "//evil.example/a.png", "data:image/png;base64,AA", "ftp://a/b", "/../etc", "a.png",
     "https://user:pw@a.example/x", "https://a.example/x y", 'https://a.example/"x', "https:///x",
     "/\\evil", "h" * 1001],
)  # fmt: skip
def test_pictures_that_are_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        clean_image_url(url)
