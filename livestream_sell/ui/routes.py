"""The addresses of the screens."""

from livestream_sell.ui.catalogue import DEFAULT_LOCALE

SIGN_IN = "/auth"
DASHBOARD = "/dashboard"
LIVE = "/dashboard/live"
ORDERS = "/dashboard/orders"
INVENTORY = "/dashboard/inventory"
SETTINGS = "/dashboard/settings"
HOME = LIVE
# Which of a person's stores the screens show; set by a route, HttpOnly.
STORE_COOKIE = "ls_store"

# Plain HTML forms post here; FastAPI routes answer with a redirect.
SIGN_IN_ACTION = "/api/v1/auth/session"
SIGN_OUT_ACTION = "/api/v1/auth/sign-out"
CHOOSE_STORE_ACTION = "/api/v1/auth/store"
IMPORT_ACTION = "/api/v1/inventory/import"
EXPORT_LINK = "/api/v1/inventory/export"
TEMPLATE_LINK = "/api/v1/inventory/template"
CORRECTIONS_LINK = "/api/v1/corrections/export"
# What a buyer is sent, followed by the token; `?lang=` chooses a language and keeps it.
CHECKOUT_LINK = "/checkout"
PAY_ACTION = "/api/v1/checkout/pay"
TRANSFER_ACTION = "/api/v1/checkout/transfer-reported"
ASK_AGAIN_ACTION = "/api/v1/checkout/ask-again"


def checkout_path(locale: str) -> str:
    """Return the buyer's page of one language; the default language has the bare address."""
    return "/checkout" if locale == DEFAULT_LOCALE else f"/{locale}/checkout"
