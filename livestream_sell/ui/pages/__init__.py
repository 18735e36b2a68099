"""Every screen, in one table: address, page, title, what runs when it opens."""

import reflex as rx

from livestream_sell.ui.catalogue import DEFAULT_LOCALE, LOCALES, say
from livestream_sell.ui.model_notice import ModelNoticeState
from livestream_sell.ui.pages.auth.page import auth_page
from livestream_sell.ui.pages.auth.state import AuthState
from livestream_sell.ui.pages.checkout.page import checkout_page
from livestream_sell.ui.pages.checkout.state import CheckoutState
from livestream_sell.ui.pages.inventory.page import inventory_page
from livestream_sell.ui.pages.inventory.state import InventoryState
from livestream_sell.ui.pages.live.lanes_state import LanesState
from livestream_sell.ui.pages.live.page import live_page
from livestream_sell.ui.pages.live.sales_state import SalesState
from livestream_sell.ui.pages.live.state import LiveControlState
from livestream_sell.ui.pages.live.stock_state import StockState
from livestream_sell.ui.pages.orders.page import orders_page
from livestream_sell.ui.pages.orders.state import OrdersState
from livestream_sell.ui.pages.overview.page import overview_page
from livestream_sell.ui.pages.overview.state import OverviewState
from livestream_sell.ui.pages.settings.page import settings_page
from livestream_sell.ui.pages.settings.state import SettingsState
from livestream_sell.ui.pages.settings.understanding_state import UnderstandingState
from livestream_sell.ui.routes import DASHBOARD, INVENTORY, LIVE, ORDERS, SETTINGS, SIGN_IN, checkout_path

# Each panel of the live page reads its own rows.
LIVE_LOADS = [
    LiveControlState.load,
    SalesState.refresh,
    StockState.refresh,
    LanesState.refresh,
    ModelNoticeState.refresh,
]

SELLER_PAGES = (
    (SIGN_IN, auth_page, "auth.title", AuthState.load),
    (DASHBOARD, overview_page, "nav.overview", [OverviewState.load, ModelNoticeState.refresh]),
    (LIVE, live_page, "live.title", LIVE_LOADS),
    (ORDERS, orders_page, "orders.title", OrdersState.load),
    (INVENTORY, inventory_page, "inventory.title", InventoryState.load),
    (SETTINGS, settings_page, "nav.settings", [SettingsState.load, UnderstandingState.refresh]),
)


def add_pages(app: rx.App) -> None:
    """Register every screen with the app."""
    for route, page, title, load in SELLER_PAGES:
        app.add_page(page, route=route, title=_title(DEFAULT_LOCALE, title), on_load=load)
    for locale in LOCALES:
        app.add_page(
            checkout_page(locale),
            route=checkout_path(locale),
            title=_title(locale, "checkout.page_title"),
            on_load=CheckoutState.load,
        )


def _title(locale: str, key: str) -> str:
    return f"{say(locale, key)} · {say(locale, 'brand.name')}"
