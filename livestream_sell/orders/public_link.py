"""The buyer's address of an order: short to send, and the page of the buyer's language behind it."""

from urllib.parse import urlencode

from livestream_sell.core.localisation import language_tag
from livestream_sell.core.settings import get_settings

DEFAULT_LANGUAGE = "es"
LANGUAGES = ("es", "en", "pt")
# The page for buyers whose language has none.
FOREIGN_LANGUAGE = "en"


def checkout_link(token: str) -> str:
    """Return what is sent to the buyer; it stays the same for the life of the order."""
    return f"{get_settings().public_url.rstrip('/')}/checkout/{token}"


def checkout_page(token: str, language: str, **more: str) -> str:
    """Return the path of the prerendered page in the buyer's language (the English one where we have none)."""
    short = language_tag(language) or DEFAULT_LANGUAGE
    page = short if short in LANGUAGES else FOREIGN_LANGUAGE
    path = "/checkout" if page == DEFAULT_LANGUAGE else f"/{page}/checkout"
    return f"{path}?{urlencode({'t': token, **more})}"
