"""The app's side of the Graph API: token exchange and inspection, sign-in dialog, app subscription."""

from urllib.parse import urlencode
from uuid import uuid4

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from livestream_sell.sandbox.graph_access import authenticate, page_of, read_params
from livestream_sell.sandbox.graph_errors import GraphError
from livestream_sell.sandbox.state import SandboxState

SCOPES = [
    "pages_show_list",
    "pages_manage_metadata",
    "pages_messaging",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
]
SIXTY_DAYS_SECONDS = 5_183_944


def routes(state: SandboxState) -> list[Route]:
    async def debug_token(request: Request) -> Response:
        call = await authenticate(request, state.config)
        return JSONResponse({"data": _inspected(state, str(call.params.get("input_token", "")))})

    async def access_token(request: Request) -> Response:
        params = await read_params(request)
        if params.get("client_secret") != state.config.fb_app_secret:
            raise GraphError("1", "Error validating client secret.")
        body = {"access_token": state.config.fb_user_token, "token_type": "bearer"}
        return JSONResponse({**body, "expires_in": SIXTY_DAYS_SECONDS})

    async def dialog(request: Request) -> Response:
        query = request.query_params
        answer = urlencode({"code": f"sandbox-code-{uuid4().hex}", "state": query.get("state", "")})
        return RedirectResponse(f"{query['redirect_uri']}?{answer}", 303)

    async def subscriptions(request: Request) -> Response:
        call = await authenticate(request, state.config)
        await _verify_callback(str(call.params.get("callback_url")), str(call.params.get("verify_token")))
        return JSONResponse({"success": True})

    return [
        Route("/debug_token", debug_token),
        Route("/oauth/access_token", access_token, methods=["GET", "POST"]),
        Route("/dialog/oauth", dialog),
        Route("/{id}/subscriptions", subscriptions, methods=["POST"]),
    ]


def _inspected(state: SandboxState, token: str) -> dict[str, object]:
    known: dict[str, object] = {"app_id": state.config.fb_app_id, "application": "LiveStreamSell"}
    try:
        page_id = page_of(token, state.config)
    except GraphError as error:
        problem = {"code": 190, "message": error.message}
        return {**known, "is_valid": False, "scopes": [], "error": problem}
    kind = {"type": "PAGE", "profile_id": page_id} if page_id else {"type": "USER"}
    scopes = [{"scope": scope} for scope in SCOPES]
    lasting = {"expires_at": 0, "data_access_expires_at": int(state.world.now()) + 90 * 86400}
    return {**known, **kind, **lasting, "is_valid": True, "scopes": SCOPES, "granular_scopes": scopes}


async def _verify_callback(url: str, verify_token: str) -> None:
    """Meta asks the callback to give the challenge back before it accepts it."""
    challenge = str(uuid4().int)[:10]
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    try:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            answer = await client.get(url, params=query)
    except httpx.HTTPError as error:
        raise GraphError("2200", f"(#2200) Callback verification failed: {error}") from error
    if answer.status_code != 200 or answer.text != challenge:
        raise GraphError("2200", f"(#2200) Callback verification failed: HTTP {answer.status_code}")
