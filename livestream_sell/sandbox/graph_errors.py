"""Meta's error table and envelope, as the Graph API writes them."""

from dataclasses import dataclass
from uuid import uuid4

from starlette.responses import JSONResponse, Response

from livestream_sell.sandbox.switches import Switches

GRAPH_VERSION = "v26.0"


@dataclass(frozen=True, slots=True)
class Row:
    message: str
    status: int = 400
    is_transient: bool = False
    type: str = "OAuthException"


TABLE: dict[str, Row] = {
    "1": Row("An unknown error has occurred.", 500, True),
    "2": Row("Service temporarily unavailable", 500, True),
    "4": Row("(#4) Application request limit reached", 403, True),
    "4-2018354": Row("(#4) Message sent too soon to this person", 403),
    "10": Row("(#10) Application does not have permission for this action", 403),
    "10-1404170": Row("(#10) This Page is restricted from sending opt-in requests", 403),
    "10-1893015": Row("(#10) The person stopped notifications for this topic", 403),
    "10-1893063": Row("(#10) This Page is temporarily restricted from sending messages", 403),
    "10-2018108": Row("(#10) This Person can't receive your messages right now.", 403),
    "10-2018278": Row(
        "(#10) This message is sent outside of allowed window. Learn more about the new policy here: "
        "https://developers.facebook.com/docs/messenger-platform/policy-overview",
        403,
    ),
    "17": Row("(#17) User request limit reached", 403, True),
    "32": Row("(#32) Page request limit reached", 403, True),
    "100": Row("(#100) Invalid parameter"),
    "100-33": Row(
        "Unsupported request. Object does not exist, cannot be loaded due to missing permissions, "
        "or does not support this operation",
        type="GraphMethodException",
    ),
    "100-2018001": Row("(#100) No matching user found"),
    "190": Row("Invalid OAuth access token - Cannot parse access token", 401),
    "190-458": Row("Error validating access token: The user has not authorized application.", 401),
    "190-459": Row("Error validating access token: You cannot access the app till you log in.", 401),
    "190-460": Row(
        "Error validating access token: The session has been invalidated because the user changed "
        "their password or Facebook has changed the session for security reasons.",
        401,
    ),
    "190-463": Row("Error validating access token: Session has expired.", 401),
    "190-464": Row("Error validating access token: Sessions for the user are not allowed.", 401),
    "190-467": Row("Error validating access token: This access token has been invalidated.", 401),
    "190-492": Row("Error validating access token: The user lost their role on the Page.", 401),
    "200": Row("(#200) Requires pages_messaging permission to manage the object", 403),
    "200-1545041": Row("(#200) This person isn't available right now.", 403),
    "200-2018028": Row("(#200) Cannot message users who are not admins, developers or testers", 403),
    "341": Row("(#341) Application limit reached", 403, True),
    "368": Row("(#368) The action attempted has been deemed abusive or is otherwise disallowed", 403),
    "506": Row("(#506) Duplicate status message"),
    "551": Row("(#551) This person isn't available right now."),
    "551-1545041": Row("(#551) This person isn't available right now."),
    "613": Row("(#613) Calls to this api have exceeded the rate limit.", is_transient=True),
    "613-2018338": Row("(#613) Calls to this api have exceeded the rate limit for this person."),
    "2022": Row("(#2022) Commerce messages are disabled after a policy violation", 403),
    "2200": Row("(#2200) Callback verification failed"),
    "10900": Row("(#10900) Activity already replied to"),
    "10903": Row("(#10903) This user can't reply to this activity"),
    "80001": Row(
        "(#80001) There have been too many calls to this Page account. Wait a bit and try again. For "
        "more info, please refer to "
        "https://developers.facebook.com/docs/graph-api/overview/rate-limiting.",
    ),
    "80006": Row("(#80006) There have been too many messenger api calls from this Page account."),
    "2018218": Row("(#2018218) No profile available for this user"),
    "2018247": Row("(#2018247) Insufficient permission to access user profile."),
    "2018300": Row("(#2018300) Message failed to send because another app is controlling this thread"),
}

RATE_LIMITS = frozenset({"4", "17", "32", "341", "613", "80001", "80006"})


class GraphError(Exception):
    """One row of the table, raised by a route and answered in Meta's envelope."""

    def __init__(self, row: str, message: str = "") -> None:
        self.row = row
        self.known = TABLE.get(row, TABLE.get(row.partition("-")[0], TABLE["1"]))
        self.message = message or self.known.message
        super().__init__(self.message)

    def envelope(self) -> dict[str, object]:
        code, _, subcode = self.row.partition("-")
        error: dict[str, object] = {
            "message": self.message,
            "type": self.known.type,
            "code": int(code),
            "fbtrace_id": "A" + uuid4().hex[:22],
        }
        if subcode:
            error["error_subcode"] = int(subcode)
        if self.known.is_transient:
            error["is_transient"] = True
        return {"error": error}


def error_response(error: GraphError) -> Response:
    headers = {"facebook-api-version": GRAPH_VERSION}
    if error.row in RATE_LIMITS:
        headers |= usage_headers(100, minutes=5)
    return JSONResponse(error.envelope(), error.known.status, headers)


def usage_headers(percent: int, minutes: int = 0) -> dict[str, str]:
    """`X-App-Usage` and `X-Business-Use-Case-Usage`; the regain time is in minutes."""
    return {
        "x-app-usage": f'{{"call_count":{percent},"total_time":{percent},"total_cputime":{percent}}}',
        "x-business-use-case-usage": (
            f'{{"900000000000001":[{{"type":"messenger","call_count":{percent},'
            f'"total_cputime":{percent},"total_time":{percent},'
            f'"estimated_time_to_regain_access":{minutes}}}]}}'
        ),
    }


def refuse(switches: Switches) -> Response:
    """What the Graph API says while rate limited, or with the error code of the switch."""
    return error_response(GraphError(switches.error or "4"))
