"""The settings of a store: profile, Page, ways to pay, texts."""

from typing import Any, TypedDict

import reflex as rx
from pydantic import ValidationError

from livestream_sell.auth.service import SignedIn
from livestream_sell.core.access import Permission
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import AppError
from livestream_sell.core.problems import refused_input
from livestream_sell.facebook import page_sessions
from livestream_sell.facebook.errors import PageNotLinked
from livestream_sell.payments import configs
from livestream_sell.payments.schemas import GatewayConfig
from livestream_sell.sales.page_linking import link_page
from livestream_sell.stores import service as stores
from livestream_sell.stores.schemas import StoreSettings, StoreView
from livestream_sell.ui.feedback import shows_refusals, tell, tell_refusal
from livestream_sell.ui.live_updates import watch_store
from livestream_sell.ui.session import SessionState, require_actor

ANSWERS = ("shipping", "payment")
NO_STORE = dict.fromkeys(("name", "country", "currency", "locale", "reservation_minutes", *ANSWERS), "")  # fmt: skip
NO_PAGE = {"id": "", "name": "", "status": "none"}


class FieldRow(TypedDict):
    """One input of a gateway's form; a secret is never a value, only a masked hint."""

    name: str
    has_help: bool
    value: str
    hint: str
    is_secret: bool
    is_required: bool


class GatewayRow(TypedDict):
    """One way to pay."""

    gateway: str
    is_configured: bool
    enabled: bool
    notify_url: str
    fields: list[FieldRow]


class SettingsState(rx.State):
    """What the settings page shows; secrets arrive masked."""

    loading: bool = True
    may_manage: bool = False
    store: dict[str, str] = NO_STORE
    page: dict[str, str] = NO_PAGE
    gateways: list[GatewayRow] = []

    @rx.event
    async def load(self) -> None:
        """Read the settings."""
        actor = await require_actor(self)
        await (await self.get_state(SessionState)).adopt(actor)
        await watch_store(self, actor.store_id)
        await self._read(actor)
        self.loading = False

    @rx.event
    async def refresh(self) -> None:
        """Read them again."""
        await self._read(await require_actor(self))

    @rx.event
    @shows_refusals
    async def save_store(self, form: dict[str, Any]) -> None:
        """Replace profile, clock and texts."""
        actor = await require_actor(self, Permission.manage_store)
        async with transaction() as session:
            before = await stores.get_store(session, actor.store_id)
            await stores.change_settings(session, actor.store_id, _settings(form, before.answers))
        await self._read(actor)
        await (await self.get_state(SessionState)).adopt(actor)
        await tell(self, "common.saved")

    @rx.event(background=True)
    async def link(self, form: dict[str, Any]) -> None:
        """Link the Page; Meta is asked meanwhile, so the state is not held."""
        async with self:
            actor = await require_actor(self, Permission.manage_page)
        try:
            await link_page(actor.store_id, str(form.get("page_id") or ""), str(form.get("token") or ""))
        except AppError as error:
            async with self:
                await tell_refusal(self, error)
            return
        async with self:
            await self._read(actor)
            await tell(self, "settings.page.linked")

    @rx.event
    @shows_refusals
    async def save_gateway(self, form: dict[str, Any]) -> None:
        """Keep the settings of a way to pay and offer it; an empty secret stays what it was."""
        actor = await require_actor(self, Permission.manage_payments)
        values = {str(name): str(value or "") for name, value in form.items()}
        gateway = values.pop("gateway", "")
        async with transaction() as session:
            await configs.save(session, actor.store_id, gateway, values)
        await self._read(actor)
        await tell(self, "common.saved")

    @rx.event
    @shows_refusals
    async def offer(self, gateway: str, enabled: bool) -> None:
        """Offer a way to pay, or stop offering it."""
        actor = await require_actor(self, Permission.manage_payments)
        async with transaction() as session:
            await configs.set_enabled(session, actor.store_id, gateway, enabled=enabled is True)
        await self._read(actor)

    async def _read(self, actor: SignedIn) -> None:
        may_pay = actor.actor.may(Permission.manage_payments, actor.store_id)
        async with transaction() as session:
            store = stores.view(await stores.get_store(session, actor.store_id), actor.role)
            gateways = await configs.listed(session, actor.store_id) if may_pay else []
            try:
                page = await page_sessions.linked_page(session, actor.store_id)
                self.page = {"id": page.page_id, "name": page.name, "status": str(page.status)}
            except PageNotLinked:
                self.page = NO_PAGE
        self.may_manage = actor.actor.may(Permission.manage_store, actor.store_id)
        self.store = _store_fields(store)
        self.gateways = [_gateway(each) for each in gateways]


def _store_fields(store: StoreView) -> dict[str, str]:
    return {
        "name": store.name,
        "country": store.country,
        "currency": store.currency,
        "locale": store.locale,
        "reservation_minutes": str(store.reservation_minutes or ""),
        **{name: store.answers.get(name, "") for name in ANSWERS},
    }


def _settings(form: dict[str, Any], answers: dict[str, str]) -> StoreSettings:
    told = {name: str(form.get(name) or "").strip() for name in NO_STORE}
    texts = {**answers, **{name: told.pop(name)[:1000] for name in ANSWERS}}
    told["country"] = told["country"].upper()
    try:
        return StoreSettings.model_validate(
            told
            | {
                "reservation_minutes": told["reservation_minutes"] or None,
                "answers": {name: text for name, text in texts.items() if text},
            }
        )
    except ValidationError as error:
        raise refused_input(error) from None


def _gateway(config: GatewayConfig) -> GatewayRow:
    return {
        "gateway": config.gateway,
        "is_configured": config.is_configured,
        "enabled": config.enabled,
        "notify_url": config.notify_url,
        "fields": [
            {
                "name": field.name,
                "has_help": bool(field.help),
                "value": "" if field.is_secret else config.values.get(field.name, ""),
                "hint": config.values.get(field.name, "") if field.is_secret else "",
                "is_secret": field.is_secret,
                "is_required": field.is_required and not (field.is_secret and config.is_configured),
            }
            for field in config.fields
        ],
    }
