"""Refusals a seller sees when writing to a buyer."""

from livestream_sell.core.errors import Conflict, InvalidInput


class CannotReachBuyer(Conflict):
    """Meta's rules leave no way to this buyer now."""

    code = "cannot_reach_buyer"

    MESSAGES = {
        "window_closed": "This buyer has not written in the last 24 hours. Reply to one of their comments instead.",
        "opted_out": "This buyer asked not to be written to.",
    }

    def __init__(self, reason: str) -> None:
        super().__init__(self.MESSAGES[reason], reason=reason)


class UnusableText(InvalidInput):
    code = "unusable_text"

    def __init__(self, limit: int) -> None:
        super().__init__(f"A message has 1 to {limit} characters.", field="text", limit=limit)
