"""Ids that come from a browser: anything may be in them."""

from uuid import UUID

from livestream_sell.core.errors import NotFound


def as_id(raw: str) -> UUID:
    """Return the id. Raises NotFound: what is no id names nothing."""
    try:
        return UUID(str(raw))
    except ValueError:
        raise NotFound("There is no such thing.") from None
