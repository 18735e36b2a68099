"""Small costs in words."""

from decimal import Decimal

import pytest

from livestream_sell.sales.model_figures import dollars


@pytest.mark.parametrize(
    ("amount", "locale", "shown"),
    [
        ("0", "es-CL", "US$ 0,00"),
        ("1234.5", "en-US", "US$ 1,234.50"),
        ("0.00004", "pt-BR", "US$ 0,00"),
        ("2", "??", "US$ 2.00"),
    ],
)
def test_dollars_have_the_digits_they_need(amount: str, locale: str, shown: str) -> None:
    assert dollars(Decimal(amount), locale) == shown
