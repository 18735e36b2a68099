"""The shelf of the demo shop: a Chilean fashion shop whose codes are called out in the live."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from livestream_sell.inventory.models import Product

FEATURED_SKU = "B7"


@dataclass(frozen=True)
class Design:
    """One design; each size is a piece of its own with a stock of its own."""

    code: str
    name: str
    price: int
    category: str
    keywords: str
    stock: int
    sizes: tuple[str, ...] = ()

    def pieces(self, store_id: UUID) -> list[Product]:
        if not self.sizes:
            return [self._piece(store_id, self.code, {})]
        return [self._piece(store_id, f"{self.code}-{size}", {"size": size}) for size in self.sizes]

    def _piece(self, store_id: UUID, sku: str, variant: dict[str, str]) -> Product:
        return Product(
            store_id=store_id,
            sku=sku,
            name=self.name,
            price=Decimal(self.price),
            stock=self.stock,
            category=self.category,
            keywords=self.keywords.split(),
            variant=variant,
            image_url=f"/demo/{self.code.lower()}.svg",
        )


SIZES = ("S", "M", "L")
DESIGNS = (
    Design("A1", "Polera oversize blanca", 9990, "Poleras", "polera blanca algodón", 20, SIZES),
    Design("A2", "Polera oversize negra", 9990, "Poleras", "polera negra algodón", 20, SIZES),
    Design("A3", "Blusa satinada roja", 14990, "Blusas", "blusa roja satín", 15),
    Design("A12", "Blusa de lino beige", 15990, "Blusas", "blusa lino beige", 12),
    Design("B1", "Vestido largo floreado", 22990, "Vestidos", "vestido flores largo", 10, SIZES),
    Design("B2", "Vestido corto negro", 17990, "Vestidos", "vestido negro corto fiesta", 10, SIZES),
    Design("B7", "Cartera de cuero café", 19990, "Accesorios", "cartera bolso café cuero", 25),
    Design("C3", "Jeans mom fit azul", 19990, "Jeans", "jeans azul mom", 8, ("36", "38", "40", "42")),
    Design("C4", "Chaqueta de mezclilla", 24990, "Chaquetas", "chaqueta mezclilla denim", 3, SIZES),
    Design("D5", "Pañuelo de seda azul", 6990, "Accesorios", "pañuelo seda azul", 2),
)
# The second shop's shelf, priced in whole dollars.
BOUTIQUE_DESIGNS = (
    Design("A1", "White oversize tee", 18, "Tops", "tee white cotton", 12, SIZES),
    Design("A3", "Red satin blouse", 32, "Tops", "blouse red satin", 8),
    Design("B1", "Long floral dress", 49, "Dresses", "dress floral long", 6, SIZES),
    Design("B7", "Brown leather bag", 65, "Accessories", "bag leather brown", 5),
)


def demo_products(store_id: UUID, designs: tuple[Design, ...] = DESIGNS) -> list[Product]:
    return [piece for design in designs for piece in design.pieces(store_id)]
