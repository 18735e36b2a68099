"""What the catalogue refuses."""

from livestream_sell.core.errors import Conflict, InvalidInput, NotFound


class UnknownProduct(NotFound):
    """The same words for a product that never was and for another store's."""

    code = "unknown_product"

    def __init__(self) -> None:
        super().__init__("There is no such product.")


class SkuTaken(Conflict):
    """A code names one product of a store."""

    code = "sku_taken"

    def __init__(self, sku: str) -> None:
        super().__init__(f"The code {sku} belongs to another product of this store.", field="sku", sku=sku)


class StockPromised(Conflict):
    """The shelf cannot hold less than what buyers were promised."""

    code = "stock_promised"

    def __init__(self, asked: int, reserved: int) -> None:
        super().__init__(
            f"{reserved} pieces are reserved for buyers: the stock cannot be {asked}.",
            field="stock", reason="stock_promised", reserved=reserved, asked=asked,
        )  # fmt: skip


class UnusableFile(InvalidInput):
    """The file is not a list of products; nothing of it was imported."""

    code = "unusable_file"
