"""What the screens need of HTTP because a websocket cannot set a cookie."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from backend_hooks.dependencies import ActorDep, as_store_id, check_same_origin
from backend_hooks.routes.auth import safe_path
from livestream_sell.core.access import Permission, require
from livestream_sell.core.settings import get_settings

# The same name as `ui.routes.STORE_COOKIE`; the screens check it against the person's stores at each event.
STORE_COOKIE = "ls_store"
A_YEAR = 31_536_000

router = APIRouter(prefix="/api/v1", include_in_schema=False)


@router.post("/auth/store")
async def choose_store(request: Request, actor: ActorDep) -> Response:
    """Form: `store_id`, `next`. From now on the screens show this store of yours."""
    check_same_origin(request)
    async with request.form(max_files=0, max_fields=5) as form:
        raw, path = str(form.get("store_id", "")), safe_path(str(form.get("next", "")))
    store_id: UUID = as_store_id(raw)
    require(actor, Permission.view_store, store_id)
    response = RedirectResponse(path, 303)
    is_https = get_settings().public_url.startswith("https://")
    response.set_cookie(
        STORE_COOKIE, str(store_id), max_age=A_YEAR, path="/", httponly=True, samesite="lax", secure=is_https
    )
    return response
