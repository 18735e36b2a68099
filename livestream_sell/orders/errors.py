"""What orders and the checkout refuse."""

from livestream_sell.core.errors import Conflict, NotFound


class UnknownLink(NotFound):
    """The same words for a token that never was, one with a typing mistake, and one of a deleted order."""

    code = "unknown_link"

    def __init__(self) -> None:
        super().__init__("Unknown link.")


class TransitionRefused(Conflict):
    """The order cannot go from where it is to there."""

    code = "transition_refused"

    def __init__(self, now: str, to: str) -> None:
        super().__init__(f"An order that is {now} cannot become {to}.", status=now, to=to)


class NothingToPay(Conflict):
    """The order is paid, cancelled, or nothing of it is reserved any more."""

    code = "nothing_to_pay"

    def __init__(self, status: str) -> None:
        super().__init__("There is nothing to pay in this order now.", status=status)


class NothingLeft(Conflict):
    """Every piece of an expired cart went to somebody else."""

    code = "nothing_left"

    def __init__(self) -> None:
        super().__init__("These pieces went to somebody else in the meantime.")


class NewerCart(Conflict):
    """The buyer has claimed again in the same live: that cart is the one to pay; `token` leads to it."""

    code = "newer_cart"

    def __init__(self, token: str) -> None:
        super().__init__("You have a newer cart.", token=token)
        self.token = token


class UnknownOrder(NotFound):
    """The same words for an order that never was and for another store's."""

    code = "unknown_order"

    def __init__(self) -> None:
        super().__init__("There is no such order.")
