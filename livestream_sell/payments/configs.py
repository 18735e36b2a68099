"""How a store takes money: settings of each gateway, encrypted at rest, masked when shown."""

import base64
from collections.abc import Mapping
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.encryption import decrypt_json, encrypt_json
from livestream_sell.core.problems import refused_input
from livestream_sell.payments import repository
from livestream_sell.payments.errors import InvalidGatewaySettings, MethodNotOffered
from livestream_sell.payments.gateways.base import GatewaySettings, PaymentGateway
from livestream_sell.payments.gateways.registry import GATEWAYS, gateway_named
from livestream_sell.payments.models import PaymentConfig
from livestream_sell.payments.schemas import GatewayConfig, OfferedMethod, SettingsField
from livestream_sell.payments.store_keys import notify_url

MASK = "••••"


async def save(
    session: AsyncSession, store_id: UUID, gateway: str, values: Mapping[str, str], *, enabled: bool = True
) -> None:
    """Keep the settings of a gateway; a secret left empty or as it was shown (masked) stays what it is.

    Raises:
        InvalidGatewaySettings: `details["fields"]` names each wrong field; nothing is changed.
    """
    chosen = gateway_named(gateway)
    kept = await repository.config(session, store_id, gateway)
    given = dict(values)
    if kept is not None:
        before = _decrypt(kept)
        for name in _secret_names(chosen.settings_model):
            if not given.get(name) or given[name].startswith(MASK):
                given[name] = before.get(name, "")
    settings = _validate(chosen, given)
    sealed = base64.b64encode(encrypt_json(settings.model_dump(), _place(store_id, gateway))).decode()
    await repository.save_config(session, store_id, gateway, sealed, enabled=enabled)


async def set_enabled(session: AsyncSession, store_id: UUID, gateway: str, *, enabled: bool) -> None:
    """Offer a gateway or stop offering it; its notifications are still heard."""
    if not await repository.set_enabled(session, store_id, gateway, enabled=enabled):
        raise MethodNotOffered(gateway)


async def listed(session: AsyncSession, store_id: UUID) -> list[GatewayConfig]:
    """Return every gateway with the store's settings of it, for the settings screen."""
    rows = {row.gateway: row for row in await repository.configs_of(session, store_id)}
    return [_shown(gateway, store_id, rows.get(name)) for name, gateway in GATEWAYS.items()]


async def offered(session: AsyncSession, store_id: UUID, currency: str) -> list[OfferedMethod]:
    """Return the ways to pay in `currency`, in the order in which buyers see them."""
    rows = {row.gateway: row for row in await repository.configs_of(session, store_id)}
    return [
        OfferedMethod(gateway=name, label=gateway.label, needs_email=gateway.needs_email, is_manual=gateway.is_manual)
        for name, gateway in GATEWAYS.items()
        if name in rows and rows[name].enabled and takes(gateway, currency)
    ]


def takes(gateway: PaymentGateway, currency: str) -> bool:
    """Return whether the gateway settles in `currency`."""
    return gateway.currencies is None or currency in gateway.currencies


async def settings_of(
    session: AsyncSession, store_id: UUID, gateway: str, *, only_enabled: bool = False
) -> GatewaySettings | None:
    """Return the store's settings in the clear, or None; they never leave the process but to the gateway."""
    row = await repository.config(session, store_id, gateway)
    if row is None or (only_enabled and not row.enabled):
        return None
    return gateway_named(gateway).settings_model.model_validate(_decrypt(row))


def settings_fields(model: type[GatewaySettings]) -> list[SettingsField]:
    """Return the inputs of the settings screen."""
    secrets = _secret_names(model)
    return [
        SettingsField(
            name=name,
            label=field.title or name,
            help=field.description or "",
            is_secret=name in secrets,
            is_required=field.is_required(),
        )
        for name, field in model.model_fields.items()
    ]


def _shown(gateway: PaymentGateway, store_id: UUID, row: PaymentConfig | None) -> GatewayConfig:
    values = {} if row is None else _decrypt(row)
    for name in _secret_names(gateway.settings_model) & values.keys():
        values[name] = MASK + values[name][-4:]
    return GatewayConfig(
        gateway=gateway.name,
        label=gateway.label,
        is_configured=row is not None,
        enabled=row is not None and row.enabled,
        values=values,
        fields=settings_fields(gateway.settings_model),
        notify_url="" if gateway.is_manual else notify_url(gateway.name, store_id),
        currencies=None if gateway.currencies is None else sorted(gateway.currencies),
    )


def _validate(gateway: PaymentGateway, values: Mapping[str, str]) -> GatewaySettings:
    try:
        return gateway.settings_model.model_validate(dict(values))
    except ValidationError as error:
        labels = {field.name: field.label for field in settings_fields(gateway.settings_model)}
        wrong = {str(each["loc"][0]): each["msg"] for each in error.errors(include_input=False, include_url=False)}
        named = ", ".join(labels.get(name, name) for name in wrong)
        sentence = f"{gateway.label}: check {named}."
        raise refused_input(error, InvalidGatewaySettings, sentence, fields=wrong) from None


def _secret_names(model: type[GatewaySettings]) -> set[str]:
    fields = model.model_fields.items()
    return {
        name
        for name, field in fields
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("secret")
    }


def _decrypt(row: PaymentConfig) -> dict[str, str]:
    values: dict[str, str] = decrypt_json(base64.b64decode(row.settings_enc), _place(row.store_id, row.gateway))
    return values


def _place(store_id: UUID, gateway: str) -> str:
    return f"payment_configs|{store_id}|{gateway}"
