"""When a gateway is asked, and the unguessable part of a webhook's address."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from livestream_sell.payments.errors import MethodNotOffered, NotificationRefused
from livestream_sell.payments.gateways.bank_transfer import BankTransfer
from livestream_sell.payments.gateways.base import Lookup
from livestream_sell.payments.gateways.registry import GATEWAYS, gateway_named
from livestream_sell.payments.models import GatewayName
from livestream_sell.payments.reconciliation import GRACE, first_check, next_check
from livestream_sell.payments.store_keys import notify_url, store_key, store_of

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
END = START + timedelta(minutes=30)
pytestmark = pytest.mark.anyio


def test_an_attempt_is_asked_about_soon_then_less_often_and_once_after_its_end() -> None:
    asked, now = [], START
    for _ in range(7):
        now = next_check(START, END, now)
        asked.append(int((now - START).total_seconds()))

    after_end = int((END + GRACE - START).total_seconds())
    assert asked == [10, 60, 300, 900, after_end, after_end + 3600, after_end + 7200]


def test_of_a_transfer_only_its_end_is_of_interest() -> None:
    assert first_check(START, END, is_manual=True) == END + GRACE
    assert first_check(START, END, is_manual=False) == START + timedelta(seconds=10)


def test_a_key_leads_to_its_store_and_cannot_be_made_by_others() -> None:
    store_id = uuid4()
    key = store_key(store_id)

    assert store_of(key) == store_id
    assert len(key) == 43
    assert notify_url("flow", store_id).endswith(f"/api/v1/webhooks/payments/flow/{key}")
    assert len(notify_url("mercado_pago", store_id)) < 200
    forged = store_key(UUID(int=store_id.int ^ 1))[:22] + key[22:]
    for wrong in ("", "short", "ñ" * 43, key[:-2], key + "A", forged, "*" * 43):
        assert store_of(wrong) is None


def test_every_gateway_has_one_line_in_the_registry() -> None:
    assert set(GATEWAYS) == set(GatewayName)
    assert [GATEWAYS[name].name for name in GATEWAYS] == list(GATEWAYS)
    with pytest.raises(MethodNotOffered):
        gateway_named("stripe")


async def test_nobody_can_be_asked_about_a_transfer() -> None:
    gateway = BankTransfer()

    assert await gateway.fetch(Lookup(reference="R-1"), None) is None
    assert await gateway.capture(Lookup(reference="R-1"), None) is None
    with pytest.raises(NotificationRefused):
        await gateway.parse_notification({}, {}, b"", None)
