"""The Graph API: what we ask of it, and its refusals as our errors."""

from itertools import cycle
from typing import Any

import httpx
import orjson

from livestream_sell.core.errors import OutcomeUnknown
from livestream_sell.core.http_client import UnavailableAnswer, vendor_client
from livestream_sell.core.settings import get_settings
from livestream_sell.facebook.errors import GraphRejected, GraphUnavailable
from livestream_sell.facebook.graph_errors import Treatment, read_envelope, treatment_of
from livestream_sell.facebook.schemas import GraphAnswer, PageAccess
from livestream_sell.facebook.signature import appsecret_proof
from livestream_sell.facebook.usage_headers import read_usage

# Ours must be over well before a message counts as stuck.
TIMEOUT_SECONDS = 15.0
# A pool looks at each of its connections for each request: eight small ones cost an eighth of one large.
POOLS = 8
# What a Page has to send us; `subscribed_apps` replaces the list each time.
SUBSCRIBED_FIELDS = (
    "feed,live_videos,messages,messaging_postbacks,messaging_optins,message_echoes,messaging_referrals,standby"
)
COMMENT_FIELDS = "id,from{id,name},message,created_time,parent,can_reply_privately"
# A proxy that answers one of these may have passed the request on; 429 and 503 did not.
MAY_BE_DONE = {500, 502, 504}


class GraphClient:
    """Connections to the Graph API; every call names the Page it speaks for."""

    def __init__(self, http: httpx.AsyncClient | None = None) -> None:
        url = get_settings().fb_graph_url
        self._pools = (
            [http] if http else [vendor_client("facebook", url, timeout=TIMEOUT_SECONDS) for _ in range(POOLS)]
        )
        self._next_pool = cycle(self._pools)

    async def close(self) -> None:
        for pool in self._pools:
            await pool.aclose()

    async def public_reply(self, access: PageAccess, comment_id: str, text: str) -> GraphAnswer:
        """Reply below a comment, as the Page; sent twice it stands there twice."""
        return await self._call(access, "POST", f"{comment_id}/comments", body={"message": text})

    async def private_reply(self, access: PageAccess, comment_id: str, message: dict[str, Any]) -> GraphAnswer:
        """Send the one private message that a comment allows; a second one is refused (`Treatment.done`)."""
        body = {"recipient": {"comment_id": comment_id}, "message": message}
        return await self._call(access, "POST", f"{access.page_id}/messages", body=body)

    async def send_message(self, access: PageAccess, psid: str, message: dict[str, Any]) -> GraphAnswer:
        """Send into an open conversation; sent twice it arrives twice."""
        body = {"recipient": {"id": psid}, "messaging_type": "RESPONSE", "message": message}
        return await self._call(access, "POST", f"{access.page_id}/messages", body=body)

    async def page_info(self, access: PageAccess) -> GraphAnswer:
        return await self._call(access, "GET", access.page_id, query={"fields": "id,name"})

    async def subscribe_page(self, access: PageAccess) -> GraphAnswer:
        """Let the Page's webhooks come to our app."""
        fields = {"subscribed_fields": SUBSCRIBED_FIELDS}
        return await self._call(access, "POST", f"{access.page_id}/subscribed_apps", body=fields)

    async def comments_since(self, access: PageAccess, post_id: str, since: int) -> list[dict[str, Any]]:
        """Return the comments of a post since a Unix second, oldest first, unfiltered, to find what webhooks missed."""
        query = {
            "filter": "stream",
            # The default drops short and repeated comments: exactly what buyers write.
            "live_filter": "no_filter",
            "order": "chronological",
            "since": str(since),
            "fields": COMMENT_FIELDS,
            "limit": "100",
        }
        found: list[dict[str, Any]] = []
        for _ in range(100):
            body = (await self._call(access, "GET", f"{post_id}/comments", query=query)).body
            found += [item for item in body.get("data", []) if isinstance(item, dict)]
            paging = body.get("paging") or {}
            if "next" not in paging:
                break
            query["after"] = paging["cursors"]["after"]
        return found

    async def _call(
        self,
        access: PageAccess,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
    ) -> GraphAnswer:
        settings = get_settings()
        proof = {"appsecret_proof": appsecret_proof(settings.fb_app_secret.get_secret_value(), access.token)}
        try:
            response = await next(self._next_pool).request(
                method,
                f"{settings.fb_graph_url.rstrip('/')}/{settings.fb_graph_version}/{path}",
                params={**(query or {}), **proof},
                json=body,
                headers={"Authorization": f"Bearer {access.token}"},
            )
        except UnavailableAnswer as error:
            raise _unavailable(error) from error
        return _answer(response)


def _answer(response: httpx.Response) -> GraphAnswer:
    used_percent, wait_seconds = read_usage(response.headers)
    body = _json(response.content)
    if response.is_success and isinstance(body, dict) and "error" not in body:
        return GraphAnswer(body, used_percent, wait_seconds)
    refusal = _refusal(body, wait_seconds or None)
    if refusal is None:
        raise GraphRejected(
            f"The Graph API answered {response.status_code} without a reason.", Treatment.final, row="?"
        )
    raise refusal


def _refusal(body: Any, retry_after: float | None) -> GraphRejected | GraphUnavailable | None:
    envelope = read_envelope(body)
    if envelope is None:
        return None
    code, subcode, is_transient, message = envelope
    row = str(code) if subcode is None else f"{code}-{subcode}"
    treatment = treatment_of(code, subcode, is_transient=is_transient)
    if treatment in (Treatment.retry, Treatment.wait):
        return GraphUnavailable(message, treatment, retry_after=retry_after, row=row)
    return GraphRejected(message, treatment, row=row)


def _unavailable(error: UnavailableAnswer) -> Exception:
    refusal = _refusal(_json(error.body), error.retry_after)
    if refusal is not None:
        return refusal
    if error.vendor_status in MAY_BE_DONE:
        return OutcomeUnknown(f"The Graph API answered {error.vendor_status}: it may have been executed.")
    treatment = Treatment.wait if error.vendor_status == 429 else Treatment.retry
    return GraphUnavailable(error.message, treatment, retry_after=error.retry_after, row=str(error.vendor_status))


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
