"""Settings that are encrypted and masked, and the bank transfer that a person decides."""

import asyncio

import pytest

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import NotFound
from livestream_sell.payments import configs, repository, service
from livestream_sell.payments.errors import GatewayUnavailable, InvalidGatewaySettings, MethodNotOffered, PaymentNotOpen
from livestream_sell.payments.gateways.base import Created
from livestream_sell.payments.gateways.registry import gateway_named
from livestream_sell.payments.models import PaymentStatus
from livestream_sell.payments.reconciliation import GRACE
from livestream_sell.payments.schemas import StartedPayment
from livestream_sell.stores.models import Store
from tests.support.factories import create_store
from tests.support.paying import BANK, Shop, always, change_payment, events, make_due, payment, payments_of

pytestmark = pytest.mark.anyio

PAYPAL = {"client_id": "the-client-id", "client_secret": "the-client-secret", "webhook_id": "1AB23456CD789"}


@pytest.fixture
async def store(database: None) -> Store:
    return await create_store(currency="USD")


async def test_secrets_are_encrypted_at_rest_and_masked_when_shown(store: Store) -> None:
    async with transaction() as session:
        await configs.save(session, store.id, "paypal", PAYPAL)
        row = await repository.config(session, store.id, "paypal")
        shown = {each.gateway: each for each in await configs.listed(session, store.id)}

    assert row is not None
    assert "the-client" not in row.settings_enc
    assert shown["paypal"].values == PAYPAL | {"client_secret": "••••cret"}
    assert (shown["paypal"].is_configured, shown["paypal"].enabled) == (True, True)
    assert (shown["flow"].is_configured, shown["flow"].enabled, shown["flow"].values) == (False, False, {})
    assert shown["bank_transfer"].notify_url == ""
    assert shown["bank_transfer"].currencies is None
    assert shown["flow"].currencies == ["CLP", "MXN", "PEN"]
    assert shown["flow"].notify_url.startswith("http://localhost:8000/api/v1/webhooks/payments/flow/")
    [secret] = [field for field in shown["paypal"].fields if field.is_secret]
    assert (secret.name, secret.label, secret.is_required) == ("client_secret", "Client secret", True)


@pytest.mark.parametrize("left", ["", "••••cret"])
async def test_a_secret_left_as_it_was_shown_stays(store: Store, left: str) -> None:
    async with transaction() as session:
        await configs.save(session, store.id, "paypal", PAYPAL)
        changed = {**PAYPAL, "client_id": "another-client-id", "client_secret": left}
        await configs.save(session, store.id, "paypal", changed, enabled=False)
        settings = await configs.settings_of(session, store.id, "paypal")
        enabled = await configs.settings_of(session, store.id, "paypal", only_enabled=True)

    assert settings is not None
    assert settings.model_dump() == {**PAYPAL, "client_id": "another-client-id"}
    assert enabled is None


async def test_wrong_settings_name_each_field_show_no_value_and_change_nothing(store: Store) -> None:
    async with transaction() as session:
        await configs.save(session, store.id, "paypal", PAYPAL)
        with pytest.raises(InvalidGatewaySettings) as refused:
            await configs.save(session, store.id, "paypal", {"client_id": "x", "webhook_id": "a b", "other": "1"})
        settings = await configs.settings_of(session, store.id, "paypal")

    assert set(refused.value.details["fields"]) == {"client_id", "webhook_id", "other"}
    assert refused.value.message == "PayPal: check Client ID, Webhook ID, other."
    assert settings is not None
    assert settings.model_dump() == PAYPAL


async def test_only_what_is_configured_enabled_and_takes_the_currency_is_offered(store: Store) -> None:
    async with transaction() as session:
        await configs.save(session, store.id, "bank_transfer", BANK)
        await configs.save(session, store.id, "paypal", PAYPAL)
        await configs.save(session, store.id, "flow", {"api_key": "12345678", "secret_key": "12345678"})
        in_dollars = [each.gateway for each in await configs.offered(session, store.id, "USD")]
        in_pesos = [(each.gateway, each.needs_email) for each in await configs.offered(session, store.id, "CLP")]
        await configs.set_enabled(session, store.id, "paypal", enabled=False)
        without = [each.gateway for each in await configs.offered(session, store.id, "USD")]

    assert in_dollars == ["paypal", "bank_transfer"]
    assert in_pesos == [("flow", True), ("bank_transfer", False)]
    assert without == ["bank_transfer"]


async def test_a_gateway_that_was_never_configured_cannot_be_switched(store: Store) -> None:
    with pytest.raises(MethodNotOffered):
        async with transaction() as session:
            await configs.set_enabled(session, store.id, "paypal", enabled=True)


async def transfer(shop: Shop) -> StartedPayment:
    return await shop.start(await shop.cart("bank_transfer"), "bank_transfer")


async def test_a_transfer_shows_the_account_the_exact_amount_and_a_short_reference(shop: Shop) -> None:
    order = await shop.cart("bank_transfer", quantity=2)

    started = await shop.start(order, "bank_transfer")

    assert started.redirect_url is None
    assert started.transfer_data == BANK | {
        "account_type": "", "email": "", "instructions": "", "amount": "39980", "amount_text": "$39.980",
        "currency": "CLP", "reference": f"{order.code}-1",
    }  # fmt: skip
    assert len(started.reference) == 9
    row = await payment(started.payment_id)
    assert row.next_check_at == order.reservation_expires_at + GRACE


@pytest.mark.parametrize(
    ("is_confirmed", "status", "event"),
    [(True, "succeeded", "PaymentSucceeded"), (False, "failed", "PaymentFailed")],
)
async def test_the_seller_decides_a_reported_transfer_once(
    shop: Shop, is_confirmed: bool, status: str, event: str
) -> None:
    store, started = shop.by_currency["CLP"], await transfer(shop)
    order_id = (await payment(started.payment_id)).order_id
    async with transaction() as session:
        first = await service.report_transfer(session, order_id, " from BCI ")
        assert await service.report_transfer(session, order_id, "again") == first
        [waiting] = await service.awaiting_seller(session, store.id)
        assert (waiting.payment_id, waiting.status) == (started.payment_id, "reported")
        decided = await service.decide_transfer(
            session, store.id, started.payment_id, is_confirmed=is_confirmed, actor="seller:1"
        )

    assert decided.status == status
    assert len(await events(event)) == 1
    row = await payment(started.payment_id)
    assert (row.details["note"], row.details["decided_by"], row.next_check_at) == ("from BCI", "seller:1", None)
    with pytest.raises(PaymentNotOpen):
        async with transaction() as session:
            await service.report_transfer(session, order_id)
    if is_confirmed:
        with pytest.raises(PaymentNotOpen):
            async with transaction() as session:
                await service.decide_transfer(session, store.id, row.id, is_confirmed=False, actor="seller:1")
    assert len(await events(event)) == 1


async def test_another_stores_seller_and_another_gateway_find_no_transfer(shop: Shop) -> None:
    started = await transfer(shop)
    by_card = await shop.start(await shop.cart("mercado_pago"), "mercado_pago")
    own, other = shop.by_currency["CLP"], shop.by_currency["USD"]

    for store, payment_id in ((other, started.payment_id), (own, by_card.payment_id), (own, own.id)):
        with pytest.raises(NotFound):
            async with transaction() as session:
                await service.decide_transfer(session, store.id, payment_id, is_confirmed=True, actor="x")

    assert (await payment(started.payment_id)).status == PaymentStatus.pending


async def test_nothing_can_be_reported_where_no_transfer_was_chosen(shop: Shop) -> None:
    order = await shop.cart("bank_transfer")
    with pytest.raises(NotFound):
        async with transaction() as session:
            await service.report_transfer(session, order.order_id)


async def test_an_unreported_transfer_ends_but_can_be_reported_late_and_a_reported_one_waits(shop: Shop) -> None:
    started = await transfer(shop)
    row = await payment(started.payment_id)
    await change_payment(row.id, expires_at=utc_now() - 2 * GRACE)
    await make_due(row.id)
    await service.check_due(always)
    assert (await payment(row.id)).status == PaymentStatus.expired

    async with transaction() as session:
        await service.report_transfer(session, row.order_id)
    await make_due(row.id)
    await service.check_due(always)

    assert (await payment(row.id)).status == PaymentStatus.reported


async def test_a_reported_transfer_is_handed_out_again_instead_of_a_second_one(shop: Shop) -> None:
    order = await shop.cart("bank_transfer")
    first = await shop.start(order, "bank_transfer")
    async with transaction() as session:
        await service.report_transfer(session, order.order_id)

    assert await shop.start(order, "bank_transfer") == first


async def test_a_new_secret_replaces_the_kept_one(store: Store) -> None:
    async with transaction() as session:
        await configs.save(session, store.id, "paypal", PAYPAL)
        await configs.save(session, store.id, "paypal", {**PAYPAL, "client_secret": "a-new-secret"})
        settings = await configs.settings_of(session, store.id, "paypal")

    assert settings is not None
    assert settings.model_dump()["client_secret"] == "a-new-secret"


async def test_a_second_click_hears_that_the_first_ones_gateway_failed(shop: Shop) -> None:
    order = await shop.cart("mercado_pago")
    started = await shop.start(order, "mercado_pago")
    await change_payment(started.payment_id, status=PaymentStatus.creating)
    second = asyncio.create_task(shop.start(order, "mercado_pago"))
    await asyncio.sleep(0.3)
    assert not second.done()

    await change_payment(started.payment_id, status=PaymentStatus.failed)

    with pytest.raises(GatewayUnavailable):
        await second


async def test_an_answer_nobody_understands_leaves_no_open_attempt(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order = await shop.cart("mercado_pago")
    gateway = gateway_named("mercado_pago")

    async def odd(*_: object) -> Created:
        raise KeyError("init_point")

    monkeypatch.setattr(gateway, "create", odd)
    with pytest.raises(KeyError):
        await shop.start(order, "mercado_pago")

    [row] = await payments_of(order.order_id)
    assert (row.status, row.failure, row.next_check_at) == (PaymentStatus.failed, "unexpected answer", None)
