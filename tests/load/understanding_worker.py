"""A process that does nothing but understand comments: how soon it is ready, how fast it is, what it holds."""

import json
import resource
import time
from decimal import Decimal
from pathlib import Path

BEGAN = time.perf_counter()

from livestream_sell.intent.engine import understand  # noqa: E402 what is clocked begins with this import
from livestream_sell.intent.schemas import Catalogue, CatalogueProduct, Comment  # noqa: E402

LABELLED = Path(__file__).parents[2] / "livestream_sell" / "intent" / "labelled" / "dev.jsonl"
PRODUCTS = 500
ROUNDS = 9
STEPS = 10_000_000  # of the loop beside it
GARMENTS = ("Vestido lino", "Blusa seda", "Pantalón cargo", "Falda plisada", "Chaqueta denim", "Polera básica",
            "Zapatilla urbana", "Cartera cuero", "Gorro lana", "Top crop")  # fmt: skip
COLOURS = ("negro", "blanco", "rojo", "azul", "verde")
SIZES = ("S", "M", "L", "XL")


def shop() -> Catalogue:
    """Return 500 products with codes, names of two words, a colour and a size."""
    return Catalogue.build(
        [
            CatalogueProduct(
                f"{chr(65 + n // 20)}{n % 20 + 1}", f"{GARMENTS[n % 10]} {n // 10}", Decimal(9990), 5, None,
                {"color": COLOURS[n % 5], "talla": SIZES[n % 4]},
            )
            for n in range(PRODUCTS)
        ],
        "es-CL", "CLP",
    )  # fmt: skip


def audience() -> list[Comment]:
    """Return the comments of the project's own set, none like another, every other one with a product on air."""
    rows = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]
    return [Comment(row["id"], row["text"], "A1" if n % 2 else None, row["locale"]) for n, row in enumerate(rows)]


def loop_seconds() -> float:
    """Return what this machine needs, just now, for ten million steps of a plain loop."""
    total, began = 0, time.process_time()
    for step in range(STEPS // 10):
        total += step
    return 10 * (time.process_time() - began)


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    understand([Comment("first", "quiero A1")], Catalogue.build([]))
    ready, loaded = time.perf_counter() - BEGAN, megabytes()
    catalogue, comments = shop(), audience()
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        understand(comments, catalogue)
        rounds.append((len(comments) / (time.process_time() - began), loop_seconds()))
    print(json.dumps({"ready": ready, "loaded": loaded, "peak": megabytes(), "rounds": rounds}))


if __name__ == "__main__":
    main()
