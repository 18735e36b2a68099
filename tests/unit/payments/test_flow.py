"""Flow's signature by its vectors, its parameters, and what its words mean."""

from datetime import timedelta
from decimal import Decimal

import pytest

from livestream_sell.core.clock import utc_now
from livestream_sell.payments.errors import CurrencyNotTaken, EmailNeeded, NotificationRefused
from livestream_sell.payments.gateways.base import FactState, GatewayFact, Lookup, Notice
from livestream_sell.payments.gateways.flow import Flow, FlowSettings, sign
from tests.support.intents import intent

SECRET = "my secret"
SETTINGS = FlowSettings(api_key="1F90971E-8276", secret_key="secret-key")
pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (
            {"apiKey": "1F90971E-8276-4715-97FF-2BLG5030EE3B", "token": "AJ089FF5467367"},
            "191947b8253f1b615adeda260fab7d8c8cc0507b22e19d4742baa00b0e464d44",
        ),
        (
            {"currency": "CLP", "amount": "5000", "apiKey": "XXXX-XXXX-XXXX"},
            "dc3f67215dc89404aedc1deed0be7c2b49d810ca1a6e3feab3b799d77c4a9950",
        ),
        (
            {
                "apiKey": "K",
                "commerceOrder": "O-1",
                "subject": "Polera ñandú",
                "currency": "CLP",
                "amount": "19990",
                "email": "a@b.cl",
                "paymentMethod": "9",
                "payment_currency": "CLP",
                "urlConfirmation": "https://x.cl/c",
                "urlReturn": "https://x.cl/r",
                "timeout": "1800",
                "s": "left out",
            },
            "5d4b468a73a7689b13006b88259e9584b96f7e1ce4d6afaaa0077813cbaa75ad",
        ),
    ],
)
def test_parameters_are_signed_in_byte_order_of_their_names(parameters: dict[str, str], expected: str) -> None:
    assert sign(SECRET, parameters) == expected


def test_an_order_says_exactly_what_is_signed_and_ends_with_the_reservation() -> None:
    asked = intent(currency="CLP", amount="19990.00", expires_at=utc_now() + timedelta(minutes=30))

    parameters = Flow().create_parameters(asked)

    assert 1797 <= int(parameters.pop("timeout")) <= 1800
    assert parameters == {
        "commerceOrder": "ABC2345-1",
        "subject": "Vestido",
        "currency": "CLP",
        "amount": "19990",
        "email": "ana@example.com",
        "paymentMethod": "9",
        "urlConfirmation": asked.notify_url,
        "urlReturn": asked.return_url,
    }


def test_soles_keep_their_decimals_and_a_timeout_is_never_too_short_to_type_a_card() -> None:
    parameters = Flow().create_parameters(intent(currency="PEN", amount="12.5"))

    assert (parameters["amount"], parameters["timeout"]) == ("12.50", "60")


def test_without_an_address_or_in_another_currency_nothing_is_asked() -> None:
    with pytest.raises(EmailNeeded):
        Flow().create_parameters(intent(currency="CLP", email=None))
    with pytest.raises(CurrencyNotTaken):
        Flow().create_parameters(intent(currency="EUR"))


async def test_a_confirmation_is_a_token_and_no_fact() -> None:
    notices = await Flow().parse_notification({}, {}, b"token=ABC&x=1", SETTINGS)

    assert notices == [Notice(None, Lookup(gateway_ref="ABC"))]


@pytest.mark.parametrize("body", [b"", b"token=", b"token=A&token=B", b"token=" + b"A" * 129, b"\xff\xfe"])
async def test_a_confirmation_without_one_token_is_refused(body: bytes) -> None:
    with pytest.raises(NotificationRefused):
        await Flow().parse_notification({}, {}, body, SETTINGS)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (1, FactState.pending),
        (2, FactState.succeeded),
        (3, FactState.failed),
        (4, FactState.expired),
        (9, FactState.pending),
    ],
)
def test_status_2_is_paid_and_nothing_else_is(status: int, state: FactState) -> None:
    answer = {
        "flowOrder": 8765456,
        "commerceOrder": "ABC2345-1",
        "status": status,
        "currency": "CLP",
        "amount": "19990",
        "paymentData": {"media": "webpay"},
    }

    fact = Flow()._fact(answer, Lookup(gateway_ref="T"))

    assert fact == GatewayFact(state, "ABC2345-1", Decimal(19990), "CLP", "T", "8765456", "webpay")


async def test_without_token_and_reference_there_is_nothing_to_ask() -> None:
    assert await Flow().fetch(Lookup(), SETTINGS) is None
