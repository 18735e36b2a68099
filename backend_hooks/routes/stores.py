"""Stores: settings, the Page, the ways to pay, the kill switch."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend_hooks.dependencies import ActorDep, SessionDep, StoreAccess, store_by_path
from backend_hooks.error_handlers import refusals
from livestream_sell.core.access import Actor, Permission
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import Forbidden, InvalidInput, NotFound
from livestream_sell.facebook import page_sessions
from livestream_sell.facebook.graph_client import GraphClient
from livestream_sell.facebook.schemas import LinkedPage
from livestream_sell.messaging.service import resume
from livestream_sell.payments import configs
from livestream_sell.payments.schemas import GatewayConfig
from livestream_sell.sales import kill_switch
from livestream_sell.sales.model_figures import ModelFigures, model_figures
from livestream_sell.stores import service as stores
from livestream_sell.stores.schemas import StoreSettings, StoreView

router = APIRouter(prefix="/api/v1/stores", tags=["stores"], responses=refusals(401, 403, 404, 422))

Viewed = Annotated[StoreAccess, Depends(store_by_path(Permission.view_store))]
Analysed = Annotated[StoreAccess, Depends(store_by_path(Permission.view_analytics))]
Managed = Annotated[StoreAccess, Depends(store_by_path(Permission.manage_store))]
Paged = Annotated[StoreAccess, Depends(store_by_path(Permission.manage_page))]
Paid = Annotated[StoreAccess, Depends(store_by_path(Permission.manage_payments))]
Switched = Annotated[StoreAccess, Depends(store_by_path(Permission.use_kill_switch))]


class StoreChange(BaseModel):
    """What is to be different; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reservation_minutes": 20}]})

    name: str | None = None
    country: str | None = None
    currency: str | None = None
    locale: str | None = None
    reservation_minutes: int | None = None
    answers: dict[str, str] | None = None


class PageLink(BaseModel):
    """A Page and the token by which we speak for it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"page_id": "1001", "access_token": "sandbox-page-token-1001"}]}
    )

    page_id: str = Field(min_length=1, max_length=64)
    access_token: str = Field(min_length=1, max_length=1000)


class GatewayChange(BaseModel):
    """A gateway's settings; a secret left out stays what it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"settings": {"api_key": "SANDBOX-FLOW-API-KEY", "secret_key": "sandbox-flow-secret"}}]
        }
    )

    settings: dict[str, str] = Field(default_factory=dict, max_length=30)
    enabled: bool = True


class Switch(BaseModel):
    """`on`: the bot is silent."""

    on: bool


@router.get("", summary="Your stores")
async def list_stores(actor: ActorDep, session: SessionDep) -> list[StoreView]:
    """Each with your role in it."""
    return await stores.list_stores(session, _person(actor))


@router.post("", status_code=201, summary="Open another store")
async def open_store(body: StoreSettings, actor: ActorDep, session: SessionDep) -> StoreView:
    """You are its owner."""
    return stores.view(await stores.open_store(session, _person(actor), body), "owner")


@router.get("/{store_id}", summary="A store")
async def read_store(access: Viewed, session: SessionDep) -> StoreView:
    """Its settings."""
    return stores.view(await stores.get_store(session, access.store_id), access.role)


@router.get("/{store_id}/understanding", summary="What understanding comments cost today")
async def read_understanding(access: Analysed, session: SessionDep) -> ModelFigures:
    """Comments, questions to the hosted model, money, the share of the day's tokens, and what is the matter."""
    return await model_figures(session, access.store_id)


@router.patch("/{store_id}", summary="Change a store's settings")
async def change_store(body: StoreChange, access: Managed, session: SessionDep) -> StoreView:
    """Only what is given is changed."""
    before = stores.view(await stores.get_store(session, access.store_id), access.role).model_dump()
    merged = {name: before[name] for name in StoreSettings.model_fields} | body.model_dump(exclude_unset=True)
    store = await stores.change_settings(session, access.store_id, _checked(merged))
    return stores.view(store, access.role)


@router.post("/{store_id}/page", responses=refusals(409, 503), summary="Link a Facebook Page")
async def link_page(body: PageLink, access: Paged) -> LinkedPage:
    """Meta is asked whether the token is good, and to send us the Page's comments."""
    graph = GraphClient()
    try:
        async with transaction() as session:
            page = await page_sessions.link_page(session, access.store_id, body.page_id, body.access_token, graph)
            await resume(session, access.store_id)
        return page
    finally:
        await graph.close()


@router.get("/{store_id}/page", summary="The linked Page")
async def read_page(access: Viewed, session: SessionDep) -> LinkedPage:
    """Never its token."""
    return await page_sessions.linked_page(session, access.store_id)


@router.get("/{store_id}/gateways", summary="Every way to pay, with the store's settings")
async def list_gateways(access: Paid, session: SessionDep) -> list[GatewayConfig]:
    """Secrets are masked."""
    return await configs.listed(session, access.store_id)


@router.get("/{store_id}/gateways/{gateway}", summary="One way to pay")
async def read_gateway(gateway: str, access: Paid, session: SessionDep) -> GatewayConfig:
    """Secrets are masked; `notify_url` is what the gateway has to be told."""
    for shown in await configs.listed(session, access.store_id):
        if shown.gateway == gateway:
            return shown
    raise NotFound("There is no such gateway.")


@router.put("/{store_id}/gateways/{gateway}", summary="Set up a way to pay")
async def save_gateway(gateway: str, body: GatewayChange, access: Paid, session: SessionDep) -> GatewayConfig:
    """The settings are stored encrypted."""
    await configs.save(session, access.store_id, gateway, body.settings, enabled=body.enabled)
    return await read_gateway(gateway, access, session)


@router.post("/{store_id}/kill-switch", summary="Silence the bot of a store, or let it speak")
async def switch_store(body: Switch, access: Switched, session: SessionDep) -> Switch:
    """Intake and recording go on; what waited is sent when it is off again, as far as it still matters."""
    return Switch(on=await kill_switch.switch_store(session, access.store_id, stopped=body.on))


def _person(actor: Actor) -> UUID:
    if actor.seller_id is None:
        raise Forbidden("Only a person opens and has stores.")
    return actor.seller_id


def _checked(merged: dict[str, Any]) -> StoreSettings:
    try:
        return StoreSettings.model_validate(merged)
    except ValidationError as error:
        wrong = "; ".join(f"{each['loc'][0]}: {each['msg']}" for each in error.errors(include_url=False))
        raise InvalidInput(wrong) from None
