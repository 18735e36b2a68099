"""What lives refuse."""

from livestream_sell.core.errors import Conflict, NotFound


class UnknownLive(NotFound):
    """The same words for a live that never was and for another store's."""

    code = "unknown_live"

    def __init__(self) -> None:
        super().__init__("There is no such live.")


class LiveAlreadyThere(Conflict):
    """One post is one live, and only one live at a time may wait for its post."""

    code = "live_already_there"


class LiveIsOver(Conflict):
    """A finished live features nothing."""

    code = "live_is_over"

    def __init__(self) -> None:
        super().__init__("This live is finished.")
