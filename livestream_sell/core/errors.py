"""The one tree of errors; rendered as JSON, as a toast, or as retry-or-dead-letter.

AppError
├── InvalidInput         422  what came in cannot be used
├── Unauthenticated      401  who are you?
├── Forbidden            403  you may not
├── NotFound             404  it is not there, or not yours
├── Conflict             409  true when you asked, not any more
├── PayloadTooLarge      413
├── TooManyRequests      429  retryable
├── VendorUnavailable    503  retryable: the other side is down, slow or asks to wait
│   ├── OutcomeUnknown        it may have been done: what must not happen twice is not sent again
│   └── QueueUnavailable      Redis is away
└── VendorRejected       502  final: the other side understood and said no

A slice subclasses these with its own code; data goes into attributes, the sentence is built from them.
"""

from typing import Any


class AppError(Exception):
    """A refusal with one voice.

    `code` is stable and machine readable, `message` says what to do, `details` is safe to show to the caller.
    """

    code = "internal_error"
    status = 500
    retryable = False

    def __init__(self, message: str, /, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class InvalidInput(AppError):
    code = "invalid_input"
    status = 422


class Unauthenticated(AppError):
    code = "unauthenticated"
    status = 401


class Forbidden(AppError):
    code = "forbidden"
    status = 403


class NotFound(AppError):
    code = "not_found"
    status = 404


class Conflict(AppError):
    code = "conflict"
    status = 409


class PayloadTooLarge(AppError):
    code = "payload_too_large"
    status = 413


class TooManyRequests(AppError):
    code = "too_many_requests"
    status = 429
    retryable = True


class VendorUnavailable(AppError):
    """The outcome is unknown or the vendor asked to wait; `retry_after` in seconds where the vendor said so."""

    code = "vendor_unavailable"
    status = 503
    retryable = True

    def __init__(self, message: str, /, *, retry_after: float | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after


class OutcomeUnknown(VendorUnavailable):
    """The request left and no answer came: it may have been executed."""

    code = "outcome_unknown"


class QueueUnavailable(VendorUnavailable):
    """Redis did not acknowledge; what was to be queued may or may not be there."""

    code = "queue_unavailable"


class VendorRejected(AppError):
    code = "vendor_rejected"
    status = 502
