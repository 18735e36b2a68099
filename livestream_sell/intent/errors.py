"""Why a hosted model gave no usable second opinion; in each case the local result stands."""

from livestream_sell.core.errors import TooManyRequests, VendorRejected, VendorUnavailable


class ModelUnavailable(VendorUnavailable):
    """Down, slow, out of quota or wrongly configured: counts for the circuit breaker."""

    code = "model_unavailable"


class ModelBusy(VendorUnavailable):
    """Our own queue is too long, or the client is still loading: says nothing about the provider."""

    code = "model_busy"


class ModelRefused(VendorRejected):
    """The provider is up and will not answer this one request."""

    code = "model_refused"


class ModelAnswerInvalid(VendorRejected):
    """An answer that is no claim on the products offered."""

    code = "model_answer_invalid"


class TokenBudgetSpent(TooManyRequests):
    """The tokens of today are used up, of the store or of the platform, or cannot be counted."""

    code = "token_budget_spent"
