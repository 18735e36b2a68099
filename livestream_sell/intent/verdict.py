"""What the rules say of a comment before it becomes an `Understanding`."""

from dataclasses import dataclass

from livestream_sell.intent.schemas import Intent, ItemClaim

SURE, LIKELY, UNSURE = 0.95, 0.8, 0.55


@dataclass(frozen=True, slots=True)
class Verdict:
    intent: Intent
    confidence: float
    reason: str
    items: tuple[ItemClaim, ...] = ()
    candidates: tuple[str, ...] = ()
    needs_review: bool = False
    topic: str | None = None
    grounded: bool = False  # the comment itself named or counted what it claims
