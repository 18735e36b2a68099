"""The settings: saved for the owner, secrets never shown."""

from typing import Any

import pytest

from livestream_sell.stores.models import Store
from livestream_sell.ui.i18n import LocaleState
from livestream_sell.ui.pages.overview.state import OverviewState
from livestream_sell.ui.pages.settings.state import SettingsState
from tests.integration.ui.conftest import notice
from tests.support.factories import create_live, create_product

pytestmark = pytest.mark.anyio


async def test_a_store_is_changed_and_wrong_values_are_told(tab: Any, store: Store) -> None:
    settings = await tab(SettingsState)
    good = {"name": "Lucía 2", "country": "cl", "currency": "CLP", "locale": "es-CL", "reservation_minutes": "20"}
    await SettingsState.save_store.fn(settings, good | {"shipping": "En 3 días.", "payment": ""})
    assert (settings.store["name"], settings.store["shipping"]) == ("Lucía 2", "En 3 días.")

    await SettingsState.save_store.fn(settings, good | {"name": "Lucía 3", "currency": "PESOS"})
    await SettingsState.refresh.fn(settings)
    assert settings.store["name"] == "Lucía 2"
    assert (await notice(tab))["text"] == ("Revisa estos datos: Moneda: no es un código de moneda como CLP, MXN o USD")


async def test_secrets_arrive_masked(tab: Any, store: Store) -> None:
    settings = await tab(SettingsState)
    await SettingsState.save_gateway.fn(
        settings, {"gateway": "flow", "api_key": "the-first-key", "secret_key": "the-long-secret"}
    )
    await SettingsState.save_gateway.fn(settings, {"gateway": "flow", "api_key": "another-key", "secret_key": ""})

    flow = next(row for row in settings.gateways if row["gateway"] == "flow")
    assert flow["enabled"]
    assert {field["name"]: (field["value"], field["hint"]) for field in flow["fields"]} == {
        "api_key": ("another-key", ""),
        "secret_key": ("", "••••cret"),
    }
    await SettingsState.offer.fn(settings, "flow", False)
    assert not next(row for row in settings.gateways if row["gateway"] == "flow")["enabled"]


async def test_an_empty_store_and_a_live_are_seen_at_a_glance(tab: Any, store: Store, other_store: Store) -> None:
    await create_product(other_store)
    await create_live(other_store)
    seen = await tab(OverviewState)
    await OverviewState.refresh.fn(seen)
    assert (seen.products, seen.lives, seen.figures["conversion"]) == (0, [], "–")

    await create_product(store, stock=1)
    await create_live(store)
    await OverviewState.refresh.fn(seen)
    assert (seen.products, seen.low_stock, [live["title"] for live in seen.lives]) == (1, 1, ["Noche de vestidos"])


async def test_wrong_gateway_settings_are_told_field_by_field_in_the_sellers_language(tab: Any, store: Store) -> None:
    settings, language = await tab(SettingsState), await tab(LocaleState)
    await SettingsState.save_gateway.fn(
        settings, {"gateway": "bank_transfer", "holder": "L", "bank": "", "account_number": "123"}
    )
    assert (await notice(tab))["text"] == (
        "Revisa estos datos: Titular de la cuenta: al menos 2 caracteres; Banco: al menos 2 caracteres"
    )

    language.locale = "pt"
    await SettingsState.save_gateway.fn(
        settings, {"gateway": "mercado_pago", "access_token": "foo", "webhook_secret": "a-secret"}
    )
    assert (await notice(tab))["text"] == "Verifique estes dados: Token de acesso: não tem a forma esperada"
    assert not any(row["is_configured"] for row in settings.gateways)
