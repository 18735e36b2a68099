"""`livestream-sell understand`: a file of comments and a catalogue in, decisions out, to rehearse with a past show."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from livestream_sell.core.errors import InvalidInput
from livestream_sell.intent.engine import understand
from livestream_sell.intent.schemas import Catalogue, CatalogueProduct, Comment, Understanding

BATCH = 64
Decide = Callable[[list[Comment], Catalogue], list[Understanding]]


def understand_file(
    catalogue: Path, comments: Path | None, decisions: Path | None, decide: Decide = understand
) -> None:
    """Read `comments` (else standard input) line by line, write a decision for each to `decisions` (else output).

    Raises:
        InvalidInput: a file is missing or a line is not what the help says.
    """
    shop = read_catalogue(catalogue)
    with ExitStack() as files:
        try:
            source = files.enter_context(comments.open("rb")) if comments else sys.stdin.buffer
            target = files.enter_context(decisions.open("wb")) if decisions else sys.stdout.buffer
        except OSError as error:
            raise InvalidInput(f"{error.filename} cannot be opened: {error.strerror}.") from error
        lines = read_comments(source)
        while batch := list(islice(lines, BATCH)):
            for understanding in decide(batch, shop):
                target.write(orjson.dumps(as_line(understanding)) + b"\n")


def read_catalogue(path: Path) -> Catalogue:
    try:
        content = orjson.loads(path.read_bytes())
        products = [_product(row) for row in content["products"]]
    except OSError as error:
        raise InvalidInput(f"{path} cannot be opened: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(
            f'{path} is not a catalogue. It looks like {{"locale": "es-CL", "currency": "CLP", "products": '
            f'[{{"sku": "A1-S", "name": "Polera blanca", "price": 9990, "stock": 3, "variant": {{"size": "S"}}}}]}}.'
        ) from error
    return Catalogue.build(products, content.get("locale", ""), content.get("currency", ""))


def _product(row: dict[str, Any]) -> CatalogueProduct:
    return CatalogueProduct(
        sku=str(row["sku"]),
        name=str(row["name"]),
        price=Decimal(str(row["price"])) if row.get("price") is not None else None,
        stock=int(row.get("stock", 0)),
        category=row.get("category"),
        variant=dict(row.get("variant") or {}),
        keywords=tuple(row.get("keywords") or ()),
        group=row.get("group"),
    )


def read_comments(lines: Iterable[bytes]) -> Iterator[Comment]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
            yield Comment(str(row["id"]), str(row["text"]), row.get("featured"), row.get("locale"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidInput(
                f'Line {number} is not a comment. It looks like {{"id": "1", "text": "quiero 2 A1"}}.'
            ) from error


def as_line(understanding: Understanding) -> dict[str, Any]:
    return {
        "id": understanding.comment_id,
        "intent": understanding.intent,
        "language": understanding.language,
        "items": [{"sku": item.sku, "qty": item.quantity} for item in understanding.items],
        "confidence": round(understanding.confidence, 3),
        "engine": understanding.engine,
        "needs_review": understanding.needs_review,
    }
