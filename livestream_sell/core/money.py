"""Amounts of money: decimals with the digits of their currency, shown the way the buyer's country writes them."""

from copy import copy
from decimal import ROUND_HALF_UP, Decimal

from babel.core import Locale, UnknownLocaleError
from babel.numbers import get_currency_precision

from livestream_sell.core.errors import InvalidInput

# Shops in these countries price in whole units although CLDR allows decimals (payments.md section 0.8).
WHOLE_UNIT_CURRENCIES = frozenset({"CLP", "COP", "JPY", "KRW", "PYG", "VND", "HUF", "TWD", "IDR"})
MAX_AMOUNT = Decimal("999999999999")


def digits(currency: str) -> int:
    """Return how many decimals prices in `currency` carry in this product."""
    return 0 if currency in WHOLE_UNIT_CURRENCIES else get_currency_precision(currency)


def quantise(amount: Decimal, currency: str) -> Decimal:
    """Round half up to the digits of `currency`."""
    return amount.quantize(Decimal(1).scaleb(-digits(currency)), rounding=ROUND_HALF_UP)


def parse_price(raw: object, currency: str) -> Decimal:
    """Return `raw` as a price of `currency`.

    Raises:
        InvalidInput: not a number, negative, too large, or with more decimals than the currency has.
    """
    try:
        amount = Decimal(str(raw).strip())
    except ArithmeticError as error:
        raise InvalidInput(
            f"{raw!r} is not a price: write it as 12990 or 12.50.", field="price", reason="no_price", given=raw
        ) from error
    if not amount.is_finite() or amount < 0 or amount > MAX_AMOUNT:
        raise InvalidInput("A price is a number from 0 to 999,999,999,999.", field="price", reason="price_range")
    if amount != quantise(amount, currency):
        places = digits(currency)
        raise InvalidInput(
            f"A price in {currency} has at most {places} decimals.",
            field="price", reason="price_decimals", currency=currency, limit=places,
        )  # fmt: skip
    return quantise(amount, currency)


def display(amount: Decimal, currency: str, locale: str) -> str:
    """Return `amount` as people of `locale` write it; an unknown locale falls back to English."""
    try:
        parsed = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        parsed = Locale("en")
    places = digits(currency)
    # A copy: the locale's own pattern is shared, and its digits are those of no currency of ours.
    pattern = copy(parsed.currency_formats["standard"])
    pattern.frac_prec = (places, places)
    shown: str = pattern.apply(quantise(amount, currency), parsed, currency=currency, currency_digits=False)
    return shown
