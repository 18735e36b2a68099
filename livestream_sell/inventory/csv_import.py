"""Lists of products as files: read whatever a spreadsheet made of them, written so that no cell is a formula."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from livestream_sell.core.errors import AppError, InvalidInput
from livestream_sell.core.money import digits, parse_price
from livestream_sell.core.problems import problems_of, refused_input
from livestream_sell.inventory.errors import UnusableFile
from livestream_sell.inventory.models import Product
from livestream_sell.inventory.schemas import ProductDraft, RowError

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 10_000
MAX_ERRORS = 500

# Folded heading (no accents, lower case): our field.
HEADINGS = {
    "sku": "sku", "codigo": "sku", "code": "sku", "cod": "sku", "ref": "sku", "referencia": "sku",
    "nombre": "name", "name": "name", "producto": "name", "product": "name", "titulo": "name", "title": "name",
    "precio": "price", "price": "price", "valor": "price", "preco": "price",
    "stock": "stock", "cantidad": "stock", "quantity": "stock", "qty": "stock", "existencias": "stock",
    "inventario": "stock", "estoque": "stock", "unidades": "stock",
    "talla": "size", "size": "size", "talle": "size", "tamano": "size", "tamanho": "size",
    "color": "colour", "colour": "colour", "cor": "colour",
    "categoria": "category", "category": "category",
    "palabras clave": "keywords", "palabras_clave": "keywords", "keywords": "keywords", "etiquetas": "keywords",
    "tags": "keywords",
    "imagen": "image_url", "image": "image_url", "image_url": "image_url", "foto": "image_url", "imagem": "image_url",
    "descripcion": "description", "description": "description", "descricao": "description",
}  # fmt: skip
REQUIRED = ("sku", "name", "price")
SPANISH = {"sku": "sku / código", "name": "nombre / name", "price": "precio / price"}
COLUMNS = ("sku", "nombre", "precio", "stock", "talla", "color", "categoría", "palabras clave", "imagen", "descripción")
EXAMPLE = ("A1", "Vestido Lino", "12990", "8", "M", "rojo", "Vestidos", "lino, verano", "", "Vestido de lino, fresco")
# 12.990, 1,299.50 and the like; 12990, 12.5 and the like.
GROUPED = re.compile(r"(?P<whole>-?\d{1,3}(?P<sep>[.,])\d{3}(?:(?P=sep)\d{3})*)(?:(?!(?P=sep))[.,](?P<tail>\d+))?")
SIMPLE = re.compile(r"(?P<whole>-?\d+)(?:[.,](?P<tail>\d+))?")
# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# The variant's names as the rest of the shop writes them.
SIZE, COLOUR = "size", "color"


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A good line: its number in the file and the columns it has (None: the file does not say)."""

    line: int
    fields: dict[str, Any]


def parse_csv(data: bytes, currency: str) -> tuple[list[CsvRow], list[RowError]]:
    """Return the good lines and why the others are not; of two lines with one code the later is refused.

    Raises:
        UnusableFile: too large, no text, or columns missing (`details`: missing, found).
    """
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise UnusableFile(f"A file has at most {limit} MB.", reason="too_large", limit=limit, bytes=len(data))
    text = _decode(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[CsvRow] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    try:
        columns = _columns(next(reader, []))
        for number, cells in enumerate(reader, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) + len(errors) >= MAX_ROWS:
                raise UnusableFile(
                    f"A file has at most {MAX_ROWS} products: split it.", reason="too_many", limit=MAX_ROWS
                )
            _take(_by_field(columns, cells), reader.line_num or number, currency, rows, errors, seen)
    except csv.Error as error:
        line = reader.line_num
        raise UnusableFile(f"Line {line} cannot be read: {error}.", reason="bad_line", line=line) from error
    return rows, errors[:MAX_ERRORS]


def row_error(line: int, sku: str, error: AppError) -> RowError:
    """Return why a line is refused, as a sentence and as reasons."""
    return RowError(line=line, sku=sku, reason=error.message, problems=problems_of(error))


def _take(
    cells: dict[str, str], number: int, currency: str, rows: list[CsvRow], errors: list[RowError], seen: dict[str, int]
) -> None:
    try:
        fields = _fields(cells, currency)
    except InvalidInput as error:
        errors.append(row_error(number, cells.get("sku", "").strip()[:64], error))
        return
    sku = fields["sku"]
    if first := seen.get(sku):
        repeated = f"The code {sku} is already in line {first}."
        errors.append(row_error(number, sku, InvalidInput(repeated, field="sku", reason="repeated", line=first)))
        return
    seen[sku] = number
    rows.append(CsvRow(number, fields))


def _fields(cells: dict[str, str], currency: str) -> dict[str, Any]:
    given: dict[str, Any] = {
        "sku": cells["sku"], "name": cells["name"], "price": parse_local_price(cells["price"], currency),
    }  # fmt: skip
    for name in ("category", "keywords", "image_url", "description"):
        if name in cells:
            given[name] = cells[name]
    if cells.get("stock"):
        given["stock"] = _whole_number(cells["stock"])
    if cells.keys() & {"size", "colour"}:
        parts = {SIZE: cells.get("size", ""), COLOUR: cells.get("colour", "")}
        given["variant"] = {name: value for name, value in parts.items() if value}
    try:
        draft = ProductDraft.model_validate(given)
    except ValidationError as error:
        raise refused_input(error) from None
    return {name: value for name, value in draft.model_dump().items() if name in given}


def parse_local_price(raw: str, currency: str) -> Decimal:
    """Return a price as people write it: 12.990, 12,990, 12990, $12.990, 1.299,50.

    A separator before exactly three digits groups thousands (unless the currency has three decimals); of two kinds
    of separators the last one is the decimal one.

    Raises:
        InvalidInput
    """
    text = "".join(c for c in unicodedata.normalize("NFKC", raw) if unicodedata.category(c) not in {"Sc", "Zs"})
    bare = re.sub(
        rf"^(?:{re.escape(currency)}|US|R|S/\.?|RD|MX|Bs\.?)|(?:{re.escape(currency)})$", "", text, flags=re.I
    )
    bare = bare.replace("'", "").replace("’", "")
    number = _with_point(bare, digits(currency))
    if number is None:
        given = raw.strip()[:40]
        raise InvalidInput(f"price: {given!r} is not a price.", field="price", reason="no_price", given=given)
    return parse_price(number, currency)


def _with_point(number: str, decimals: int) -> str | None:
    """Return the number with a point for decimals and nothing else, or None if its separators make no sense."""
    grouped = GROUPED.fullmatch(number)
    if grouped and not (decimals == 3 and number.count(".") + number.count(",") == 1):
        return re.sub(r"[.,]", "", grouped["whole"]) + (f".{grouped['tail']}" if grouped["tail"] else "")
    simple = SIMPLE.fullmatch(number)
    return None if simple is None else simple["whole"] + (f".{simple['tail']}" if simple["tail"] else "")


def _whole_number(raw: str) -> int:
    match = re.fullmatch(r"(-?\d{1,9})(?:[.,]0+)?", raw.strip())
    if match is None:
        given = raw.strip()[:40]
        raise InvalidInput(f"stock: {given!r} is not a whole number.", field="stock", reason="no_whole_number")
    return int(match[1])


def _decode(data: bytes) -> str:
    if b"\x00" in data:
        raise UnusableFile("This is not a text file: save it as CSV (UTF-8).", reason="no_text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _delimiter(text: str) -> str:
    heading = text.lstrip().split("\n", 1)[0]
    return max((",", ";", "\t"), key=heading.count)


def _columns(heading: list[str]) -> list[str | None]:
    columns: list[str | None] = []
    for cell in heading:
        field = HEADINGS.get(_fold(cell))
        columns.append(None if field in columns else field)
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        found = [cell.strip()[:60] for cell in heading[:30]]
        wanted = ", ".join(SPANISH[name] for name in missing)
        raise UnusableFile(
            f"Columns are missing: {wanted}. Found: {', '.join(found) or 'none'}.",
            reason="missing_columns", missing=missing, found=found,
        )  # fmt: skip
    return columns


def _by_field(columns: list[str | None], cells: list[str]) -> dict[str, str]:
    padded = cells + [""] * (len(columns) - len(cells))
    return {field: _without_guard(cell.strip()) for field, cell in zip(columns, padded, strict=False) if field}


def _fold(heading: str) -> str:
    bare = unicodedata.normalize("NFD", heading.strip().lower())
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())


def to_csv(products: Iterable[Product]) -> str:
    """Return products as a file with our Spanish headings; cells that a spreadsheet would execute are neutralised."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for p in products:
        cells = (
            p.sku, p.name, f"{p.price.normalize():f}", str(p.stock),
            str(p.variant.get(SIZE, "")), str(p.variant.get(COLOUR, "")), p.category, ", ".join(p.keywords),
            p.image_url, p.description,
        )  # fmt: skip
        writer.writerow([_guarded(cell) for cell in cells])
    return out.getvalue()


def template() -> str:
    """Return a file with our headings and one example."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([COLUMNS, EXAMPLE])
    return out.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _without_guard(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell
