"""What gateways tell us: verified, queued on disk, then only a reason to ask the gateway itself."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson

from livestream_sell.core.db import transaction
from livestream_sell.core.intake import durable_append
from livestream_sell.core.streams import PAYMENT_NOTIFICATIONS, Entry, GroupedAppender
from livestream_sell.payments import configs, repository
from livestream_sell.payments.errors import NotificationRefused
from livestream_sell.payments.gateways.base import Lookup, Notice
from livestream_sell.payments.gateways.registry import GATEWAYS, gateway_named
from livestream_sell.payments.reconciliation import AT_ONCE, MayCapture, check_payment, conclude
from livestream_sell.payments.store_keys import store_of

logger = logging.getLogger(__name__)


async def take_notice(
    appender: GroupedAppender,
    gateway: str,
    store_key: str,
    headers: Mapping[str, str],
    query: Mapping[str, str],
    body: bytes,
) -> int:
    """Return how many hints a notification held, once they are on disk. Names of `headers` are lower case.

    Raises:
        NotificationRefused: not provably from the gateway; nothing was kept.
        GatewayUnavailable: what is needed to verify it is not to be had now.
    """
    store_id = store_of(store_key)
    if store_id is None or gateway not in GATEWAYS:
        raise NotificationRefused("address")
    chosen = gateway_named(gateway)
    async with transaction() as session:
        settings = await configs.settings_of(session, store_id, gateway)
    if settings is None:
        raise NotificationRefused("not configured")
    notices = await chosen.parse_notification(headers, query, body, settings)
    if not chosen.signs_notices and not await _is_known(store_id, gateway, notices):
        raise NotificationRefused("unknown reference")
    if notices:
        await durable_append(appender, PAYMENT_NOTIFICATIONS, [_pack(gateway, store_id, each) for each in notices])
    return len(notices)


async def ask_soon(appender: GroupedAppender, payment_id: UUID) -> None:
    """Queue a question about one attempt (its buyer is back from the gateway)."""
    await durable_append(appender, PAYMENT_NOTIFICATIONS, [orjson.dumps({"payment_id": payment_id})])


async def process_notices(entries: Sequence[Entry], may_capture: MayCapture) -> None:
    """Consume the stream `payment_notifications`: ask about each hint once, outside of transactions, and settle.

    Raises what the first failing question raised; the others are done by then, and doing them again is harmless.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(data: bytes) -> None:
        async with gate:
            await _process(orjson.loads(data), may_capture)

    distinct = dict.fromkeys(entry.data for entry in entries)
    outcomes = await asyncio.gather(*(one(data) for data in distinct), return_exceptions=True)
    for outcome in outcomes:
        if outcome is not None:
            raise outcome


async def _process(hint: Mapping[str, str | None], may_capture: MayCapture) -> None:
    if "payment_id" in hint:
        return await check_payment(UUID(hint["payment_id"]), may_capture)
    chosen = gateway_named(str(hint["gateway"]))
    store_id = UUID(hint["store_id"])
    told = Lookup(hint["reference"], hint["gateway_ref"], hint["gateway_payment_id"])
    async with transaction() as session:
        settings = await configs.settings_of(session, store_id, chosen.name)
        payment = await repository.find(session, store_id, chosen.name, told)
    if settings is None:
        return None
    if payment is not None:
        told = Lookup(payment.reference, payment.gateway_ref, told.gateway_payment_id)
    fact = await chosen.fetch(told, settings)
    if payment is None and fact is not None:
        async with transaction() as session:
            payment = await repository.find(session, store_id, chosen.name, Lookup(fact.reference or None))
    if fact is None or payment is None:
        logger.warning("%s told of something that is not ours: %s", chosen.name, told)
        return None
    await conclude(chosen, payment.id, fact, settings, may_capture=may_capture, notice_id=hint["external_id"])
    return None


async def _is_known(store_id: UUID, gateway: str, notices: Sequence[Notice]) -> bool:
    async with transaction() as session:
        found = [await repository.find(session, store_id, gateway, each.lookup) for each in notices]
    return bool(found) and None not in found


def _pack(gateway: str, store_id: UUID, notice: Notice) -> bytes:
    return orjson.dumps(
        {
            "gateway": gateway,
            "store_id": store_id,
            "external_id": notice.external_id,
            "reference": notice.lookup.reference,
            "gateway_ref": notice.lookup.gateway_ref,
            "gateway_payment_id": notice.lookup.gateway_payment_id,
        }
    )
