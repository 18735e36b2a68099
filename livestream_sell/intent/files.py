"""Catalogues, comments and decisions as files, in the form sellers rehearse with."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from livestream_sell.intent.engine import understand
from livestream_sell.intent.schemas import Catalogue, CatalogueProduct, Comment, Understanding

_BATCH = 256


def load_catalogue(path: Path | str) -> Catalogue:
    return catalogue_from(json.loads(Path(path).read_text("utf-8")))


def catalogue_from(content: Mapping[str, Any]) -> Catalogue:
    products = [
        CatalogueProduct(
            sku=str(row["sku"]),
            name=str(row.get("name") or row["sku"]),
            price=None if row.get("price") is None else Decimal(str(row["price"])),
            stock=int(row.get("stock") or 0),
            category=row.get("category"),
            variant={str(k): str(v) for k, v in (row.get("variant") or {}).items()},
            keywords=tuple(map(str, row.get("keywords") or ())),
            group=row.get("group"),
        )
        for row in content["products"]
    ]
    return Catalogue.build(products, content.get("locale") or "", content.get("currency") or "")


def read_lines(path: Path | str) -> Iterator[dict[str, Any]]:
    with Path(path).open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def comment_from(row: Mapping[str, Any]) -> Comment:
    return Comment(str(row.get("id", "")), str(row["text"]), row.get("featured"), row.get("locale"))


def decision_row(decided: Understanding) -> dict[str, Any]:
    return {
        "id": decided.comment_id,
        "intent": decided.intent.value,
        "language": decided.language,
        "items": [{"sku": item.sku, "qty": item.quantity} for item in decided.items],
        "confidence": round(decided.confidence, 3),
        "engine": decided.engine,
    }


def run_file(catalog_path: Path | str, in_path: Path | str, out_path: Path | str) -> int:
    """Decides every comment of a file with the local engine; returns how many there were."""
    catalogue = load_catalogue(catalog_path)
    comments = [comment_from(row) for row in read_lines(in_path)]
    with Path(out_path).open("w", encoding="utf-8") as out:
        for start in range(0, len(comments), _BATCH):
            _write(understand(comments[start : start + _BATCH], catalogue), out)
    return len(comments)


def _write(decisions: Sequence[Understanding], out: Any) -> None:
    for decided in decisions:
        out.write(json.dumps(decision_row(decided), ensure_ascii=False) + "\n")
