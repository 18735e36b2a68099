"""PayPal's error bodies: branch on `details[].issue`, nothing else."""

from uuid import uuid4

from starlette.responses import JSONResponse, Response

from livestream_sell.sandbox.switches import Switches

MESSAGES = {
    400: ("INVALID_REQUEST", "Request is not well-formed, syntactically incorrect, or violates schema."),
    401: ("AUTHENTICATION_FAILURE", "Authentication failed due to missing or invalid authorization header."),
    404: ("RESOURCE_NOT_FOUND", "The specified resource does not exist."),
    422: (
        "UNPROCESSABLE_ENTITY",
        "The requested action could not be performed, semantically incorrect, or failed business validation.",
    ),
    429: ("RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting."),
    500: ("INTERNAL_SERVER_ERROR", "An internal server error has occurred."),
}

DESCRIPTIONS = {
    "MISSING_REQUIRED_PARAMETER": "A required parameter is missing.",
    "INVALID_PARAMETER_SYNTAX": "The value of a field does not conform to the expected format.",
    "INVALID_PARAMETER_VALUE": "A parameter value is not valid.",
    "INVALID_STRING_LENGTH": "The value of a field is either too short or too long",
    "PAYPAL_REQUEST_ID_REQUIRED": (
        "A PayPal-Request-Id is required if you are trying to process payment for an Order. Please specify "
        "a PayPal-Request-Id or Create the Order without a 'payment_source' specified."
    ),
    "INVALID_RESOURCE_ID": ("Specified resource ID does not exist. Please check the resource ID and try again."),
    "INVALID_CURRENCY_CODE": (
        "Currency code is invalid or is not currently supported. Please refer "
        "https://developer.paypal.com/api/rest/reference/currency-codes/ for list of supported currency codes."
    ),
    "DECIMAL_PRECISION": "If the currency supports decimals, only two decimal place precision is supported.",
    "DECIMALS_NOT_SUPPORTED": "Currency does not support decimals.",
    "CANNOT_BE_ZERO_OR_NEGATIVE": (
        "Must be greater than zero. If the currency supports decimals, only two decimal place precision is supported."
    ),
    "AMOUNT_MISMATCH": (
        "Should equal item_total + tax_total + shipping + handling + insurance - shipping_discount - discount."
    ),
    "DUPLICATE_INVOICE_ID": (
        "Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account setting "
        "requires that Invoice Id be unique for each transaction."
    ),
    "ORDER_NOT_APPROVED": (
        "Payer has not yet approved the Order for payment. Please redirect the payer to the 'rel':'approve' "
        "url returned as part of the HATEOAS links within the Create Order call or provide a valid "
        "`payment_source` in the request."
    ),
    "ORDER_ALREADY_CAPTURED": ("Order already captured.If 'intent=CAPTURE' only one capture per order is allowed."),
    "INSTRUMENT_DECLINED": (
        "The instrument presented  was either declined by the processor or bank, or it can't be used for this payment."
    ),
    "CAPTURE_FULLY_REFUNDED": "The capture has already been fully refunded",
    "REFUND_AMOUNT_EXCEEDED": (
        "The refund amount must be less than or equal to the capture amount that has not yet been refunded."
    ),
    "PENDING_CAPTURE": "Cannot initiate a refund as the capture is pending.",
}


class PayPalError(Exception):
    """A refusal with its HTTP status and issue."""

    def __init__(self, status: int, issue: str, field: str = "") -> None:
        super().__init__(issue)
        self.status = status
        self.issue = issue
        self.field = field

    def response(self) -> Response:
        name, message = MESSAGES.get(self.status, MESSAGES[422])
        debug_id = uuid4().hex[:13]
        detail = {"issue": self.issue, "description": DESCRIPTIONS.get(self.issue, self.issue)}
        if self.field:
            detail |= {"field": self.field, "location": "body"}
        body = {"name": name, "message": message, "debug_id": debug_id, "details": [detail], "links": []}
        headers = {"paypal-debug-id": debug_id}
        if self.status == 429:
            headers["retry-after"] = "2"
        return JSONResponse(body, self.status, headers)


def refuse(switches: Switches) -> Response:
    """429, or the issue of the switch (`INSTRUMENT_DECLINED`, `500`, ...)."""
    if switches.rate_limited:
        return PayPalError(429, "RATE_LIMIT_REACHED").response()
    if switches.error.isdecimal():
        return PayPalError(int(switches.error), MESSAGES.get(int(switches.error), MESSAGES[500])[0]).response()
    return PayPalError(422, switches.error).response()
