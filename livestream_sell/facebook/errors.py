"""What can go wrong between a store and Meta."""

from livestream_sell.core.errors import Conflict, InvalidInput, NotFound, VendorRejected, VendorUnavailable
from livestream_sell.facebook.graph_errors import Treatment


class MalformedPayload(InvalidInput):
    """A body with the right signature that is not JSON."""

    code = "malformed_payload"
    status = 400


class PageTaken(Conflict):
    code = "page_taken"

    def __init__(self, page_id: str) -> None:
        super().__init__("This Page is linked to another store. Unlink it there first.", page_id=page_id)


class PageNotLinked(NotFound):
    code = "page_not_linked"

    def __init__(self) -> None:
        super().__init__("This store has no Facebook Page. Link one first.")


class GraphUnavailable(VendorUnavailable):
    """Meta asks to try again later; nothing was done."""

    code = "graph_unavailable"

    def __init__(
        self, message: str, treatment: Treatment = Treatment.retry, *, retry_after: float | None = None, row: str = ""
    ) -> None:
        super().__init__(message, retry_after=retry_after, row=row)
        self.treatment = treatment
        self.row = row


class GraphRejected(VendorRejected):
    """Meta understood and said no; `treatment` says what follows from it."""

    code = "graph_rejected"

    def __init__(self, message: str, treatment: Treatment, *, row: str) -> None:
        super().__init__(message, row=row, treatment=treatment.value)
        self.treatment = treatment
        self.row = row
