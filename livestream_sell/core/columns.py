"""Column types that every slice's tables share."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Numeric, String, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from livestream_sell.core.clock import utc_now
from livestream_sell.core.ids import uuid7


def id_column() -> Any:
    """Primary key: UUIDv7, so rows sort by the time they were made; also made by the database for set-based inserts."""
    return Field(default_factory=uuid7, primary_key=True, sa_column_kwargs={"server_default": text("uuidv7()")})


def store_column(*, index: bool = False) -> Any:
    """The tenant of a row: every query names it, and the row goes with its store."""
    return Field(foreign_key="stores.id", ondelete="CASCADE", index=index)


def store_mark() -> Any:
    """The tenant of a row of the hot path, without a foreign key: the order or comment it hangs on has one.

    Measured: 15 foreign keys are 45 % of the time of a claim (docs/performance.md); six are kept.
    """
    return Field(sa_type=Uuid)


def status_column(default: StrEnum) -> Any:
    """A state by its word; PostgreSQL enums would need a migration for each new word."""
    return Field(default=default, sa_type=String(32), sa_column_kwargs={"server_default": default.value})


def money_column(default: Any = ...) -> Any:
    """An amount in the currency of its row or store."""
    return Field(default=default, sa_type=Numeric(14, 2))


def json_column(factory: Callable[[], Any] = dict) -> Any:
    """JSON that is always there: an empty object or list, never null."""
    empty = "'[]'" if factory is list else "'{}'"
    return Field(default_factory=factory, sa_type=JSONB, sa_column_kwargs={"server_default": text(empty)})


def created_column() -> Any:
    """When the row was made."""
    return Field(
        default_factory=utc_now, sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": text("now()")}
    )


def moment_column(*, index: bool = False) -> Any:
    """An aware moment that may not have come yet."""
    return Field(default=None, sa_type=DateTime(timezone=True), nullable=True, index=index)
