"""A small shop for the tests of understanding."""

from decimal import Decimal

from livestream_sell.intent.engine import understand
from livestream_sell.intent.schemas import Catalogue, CatalogueProduct, Comment, Understanding


def piece(
    sku: str, name: str, price: str = "10", group: str | None = None, keywords: tuple[str, ...] = (), **variant: str
) -> CatalogueProduct:
    return CatalogueProduct(sku, name, Decimal(price), 5, "ropa", variant, keywords, group)


PIECES = (
    piece("A1", "Vestido floral", "25"),
    piece("A12", "Polera básica", "15", "POL", color="negro", talla="M"),
    piece("A13", "Polera básica", "15", "POL", color="negro", talla="L"),
    piece("A14", "Polera básica", "15", "POL", color="rojo", talla="M"),
    piece("B7", "Bolso de cuero", "499", keywords=("cartera",)),
    piece("Z39", "Zapatillas urbanas", "40", "ZAP", color="negro", talla="39"),
    piece("Z40", "Zapatillas urbanas", "40", "ZAP", color="negro", talla="40"),
    piece("50", "Collar de perlas", "12"),
)
SHOP = Catalogue.build(PIECES, "es-CL", "CLP")
SKUS = frozenset(row.sku for row in PIECES)


def heard(text: str, featured: str | None = None, locale: str | None = None, shop: Catalogue = SHOP) -> Understanding:
    return understand([Comment("1", text, featured, locale)], shop)[0]


def bought(decided: Understanding) -> list[tuple[str, int]]:
    return sorted((item.sku, item.quantity) for item in decided.items)
