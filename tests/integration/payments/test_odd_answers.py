"""Answers a gateway should not give, and what else must not take money or lose a notification."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import httpx
import orjson
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from livestream_sell.core.db import transaction
from livestream_sell.core.settings import get_settings
from livestream_sell.core.streams import Entry
from livestream_sell.payments import configs, service
from livestream_sell.payments.errors import GatewayRejected, GatewayUnavailable, NotificationRefused
from livestream_sell.payments.gateways.bank_transfer import BankTransfer
from livestream_sell.payments.gateways.base import FactState, GatewayFact, Lookup
from livestream_sell.payments.gateways.http import ask
from livestream_sell.payments.gateways.mercado_pago import MercadoPago, MercadoPagoSettings
from livestream_sell.payments.gateways.paypal import MAX_CERTIFICATES, PayPal, PayPalSettings
from livestream_sell.payments.gateways.paypal_signature import verify
from livestream_sell.payments.gateways.registry import gateway_named
from livestream_sell.payments.models import PaymentStatus
from livestream_sell.payments.reconciliation import check_payment
from livestream_sell.payments.settling import settle
from livestream_sell.payments.store_keys import notify_url
from tests.support.intents import intent
from tests.support.paying import Shop, always, change_payment, payment

pytestmark = pytest.mark.anyio

MERCADO_PAGO = MercadoPagoSettings(access_token="APP_USR-12345678", webhook_secret="12345678")
PAYPAL = PayPalSettings(client_id="client-id", client_secret="client-secret", webhook_id="WH-ID")


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class Vendor:
    """Gives the same answer to whatever is asked, but for PayPal's token."""

    url: str = ""
    answer: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(status=200, body=b"{}"))

    async def handle(self, request: Request) -> Response:
        if request.url.path == "/v1/oauth2/token":
            return Response(b'{"access_token":"T","expires_in":60}', media_type="application/json")
        return Response(self.answer.body, self.answer.status)

    def says(self, status: int, body: bytes = b"{}") -> None:
        self.answer = SimpleNamespace(status=status, body=body)


@pytest.fixture
async def vendor(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Vendor]:
    made = Vendor()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    made.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = Starlette(routes=[Route("/{path:path}", made.handle, methods=["GET", "POST", "PUT"])])
    server = _Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    for name in ("PAYPAL_API_URL", "MERCADOPAGO_API_URL", "FLOW_API_URL"):
        monkeypatch.setenv(name, made.url)
    get_settings.cache_clear()
    yield made
    server.should_exit = server.force_exit = True
    await serving
    get_settings.cache_clear()


async def asked(vendor: Vendor) -> object:
    return await ask("flow", vendor.url, "GET", "/x", issue_of=lambda body: str(body["code"]))


@pytest.mark.parametrize("status", [408, 409, 423, 424, 425, 429, 500, 502, 503, 504])
async def test_an_answer_that_says_later_may_be_tried_again(vendor: Vendor, status: int) -> None:
    vendor.says(status)
    with pytest.raises(GatewayUnavailable) as refused:
        await asked(vendor)
    assert refused.value.retryable


@pytest.mark.parametrize(
    ("body", "issue"), [(b'{"code":1620}', "1620"), (b"<html>", "HTTP 400"), (b"[]", "HTTP 400"), (b"{}", "HTTP 400")]
)
async def test_a_final_no_names_its_issue_where_there_is_one(vendor: Vendor, body: bytes, issue: str) -> None:
    vendor.says(400, body)
    with pytest.raises(GatewayRejected) as refused:
        await asked(vendor)
    assert (refused.value.issue, refused.value.http_status, refused.value.retryable) == (issue, 400, False)


async def test_an_empty_answer_is_none_a_page_is_no_answer_and_a_flood_is_refused(vendor: Vendor) -> None:
    vendor.says(200, b"")
    assert await asked(vendor) is None
    vendor.says(200, b"<html>")
    with pytest.raises(GatewayUnavailable):
        await asked(vendor)
    vendor.says(200, b"x" * (5 * 1024 * 1024))
    with pytest.raises(GatewayRejected):
        await asked(vendor)


async def test_nobody_listening_is_unavailable() -> None:
    with pytest.raises(GatewayUnavailable):
        await ask("flow", "http://127.0.0.1:9", "GET", "/x", issue_of=str)


async def test_a_payment_mercado_pago_does_not_know_is_none_and_a_refusal_is_not(vendor: Vendor) -> None:
    vendor.says(404, b'{"message":"Payment not found","error":"not_found"}')
    assert await MercadoPago().capture(Lookup(gateway_payment_id="1"), MERCADO_PAGO) is None
    vendor.says(403, b'{"message":"forbidden","error":""}')
    with pytest.raises(GatewayRejected) as refused:
        await MercadoPago().fetch(Lookup(gateway_payment_id="1"), MERCADO_PAGO)
    assert refused.value.issue == "forbidden"
    await MercadoPago().close(Lookup(), MERCADO_PAGO)


async def test_a_paypal_order_without_a_link_to_pay_is_a_refusal(vendor: Vendor) -> None:
    vendor.says(201, b'{"id":"O1","status":"CREATED","links":[]}')
    with pytest.raises(GatewayRejected) as refused:
        await PayPal().create(intent(), PAYPAL)
    assert refused.value.issue == "order CREATED without a link to pay"


async def test_paypal_captures_refused_with_another_status_are_raised(vendor: Vendor) -> None:
    vendor.says(403, b'{"name":"NOT_AUTHORIZED"}')
    with pytest.raises(GatewayRejected):
        await PayPal().fetch(Lookup(gateway_ref="O1"), PAYPAL)


async def test_certificates_are_kept_but_not_without_end_and_not_if_too_long(vendor: Vendor) -> None:
    gateway = PayPal()
    vendor.says(200, b"pem")
    for number in range(MAX_CERTIFICATES + 1):
        assert await gateway._certificate(f"{vendor.url}/v1/notifications/certs/C{number}") == b"pem"
    assert len(gateway._certificates) == 1
    vendor.says(200, b"x" * 40_000)
    with pytest.raises(NotificationRefused):
        await gateway._certificate(f"{vendor.url}/v1/notifications/certs/LONG")


def test_a_certificate_of_somebody_else_signs_nothing() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "messageverificationcerts.paypal.com.evil.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1)).sign(key, SHA256())
    )  # fmt: skip
    headers = {
        "paypal-auth-algo": "SHA256withRSA", "paypal-transmission-id": "1", "paypal-transmission-time": "2",
        "paypal-transmission-sig": "AAAA",
    }  # fmt: skip
    with pytest.raises(NotificationRefused) as refused:
        verify(headers, "WH", b"{}", certificate.public_bytes(Encoding.PEM), now)
    assert refused.value.reason == "certificate of somebody else"


async def test_a_notification_that_cannot_be_kept_is_not_answered_with_200(shop: Shop) -> None:
    url = notify_url("mercado_pago", shop.by_currency["CLP"].id)
    async with transaction() as session:
        await session.execute(text("UPDATE payment_configs SET settings_enc = 'AAAA'"))
    async with httpx.AsyncClient(trust_env=False) as gateway:
        broken = await gateway.post(url, content=b"{}")
        async with transaction() as session:
            await session.execute(text("DELETE FROM payment_configs"))
        unknown = await gateway.post(url, content=b"{}")

    assert (broken.status_code, broken.json()["error"]["code"]) == (503, "not_stored")
    assert unknown.status_code == 401
    assert await shop.queued() == []


async def test_a_caller_who_hangs_up_leaves_nothing(shop: Shop, product_url: str) -> None:
    url = httpx.URL(notify_url("flow", shop.by_currency["CLP"].id))
    _, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"POST {url.path} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\ntoken=".encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.1)
    assert await shop.queued() == []


def hint(**values: object) -> Entry:
    nothing = {"external_id": None, "reference": None, "gateway_ref": None, "gateway_payment_id": None}
    return Entry(id="1-1", data=orjson.dumps(nothing | values), deliveries=1)


async def test_hints_about_what_is_not_ours_are_dropped(shop: Shop) -> None:
    store_id = shop.by_currency["CLP"].id
    started = await shop.start(await shop.cart("mercado_pago"), "mercado_pago")

    strange = hint(gateway="mercado_pago", store_id=store_id, gateway_payment_id="404404")
    homeless = hint(gateway="mercado_pago", store_id=uuid4(), reference=started.reference)
    gone = Entry(id="1-2", data=orjson.dumps({"payment_id": uuid4()}), deliveries=1)
    await service.process_notices([strange, homeless, gone], always)

    assert (await payment(started.payment_id)).status == PaymentStatus.pending


async def test_without_its_settings_nobody_is_asked(shop: Shop) -> None:
    started = await shop.start(await shop.cart("mercado_pago"), "mercado_pago")
    async with transaction() as session:
        await session.execute(text("DELETE FROM payment_configs"))

    await check_payment(started.payment_id, always)

    assert (await payment(started.payment_id)).status == PaymentStatus.pending


async def test_a_sweep_goes_on_when_one_gateway_is_down(shop: Shop) -> None:
    down = await shop.start(await shop.cart("flow"), "flow")
    up = await shop.start(await shop.cart("mercado_pago"), "mercado_pago")
    await shop.pay(up)
    await change_payment(down.payment_id, next_check_at=datetime(2020, 1, 1, tzinfo=UTC))
    await change_payment(up.payment_id, next_check_at=datetime(2020, 1, 2, tzinfo=UTC))
    shop.switch("flow", down=True)

    assert await service.check_due(always) == 2

    assert (await payment(up.payment_id)).status == PaymentStatus.succeeded
    waiting = await payment(down.payment_id)
    assert waiting.status == PaymentStatus.pending
    assert waiting.next_check_at is not None
    assert waiting.next_check_at > datetime.now(UTC)


async def test_a_fact_about_no_attempt_moves_nothing(shop: Shop) -> None:
    order = await shop.cart("flow")
    async with transaction() as session:
        fact = GatewayFact(FactState.succeeded, "R-1", order.amount, "CLP")
        assert await settle(session, uuid4(), fact) is None


async def test_a_notification_faster_than_the_answer_keeps_its_state(shop: Shop) -> None:
    order = await shop.cart("mercado_pago")
    started = await shop.start(order, "mercado_pago")
    await change_payment(started.payment_id, status=PaymentStatus.creating)
    fact = GatewayFact(FactState.pending, started.reference, order.amount, "CLP")
    async with transaction() as session:
        assert await settle(session, started.payment_id, fact) == PaymentStatus.pending
    flow_settings = None
    async with transaction() as session:
        flow_settings = await configs.settings_of(session, shop.by_currency["CLP"].id, "flow")
    assert await gateway_named("flow").capture(Lookup(reference="NEVER-1"), flow_settings) is None
    await BankTransfer().close(Lookup(), None)
