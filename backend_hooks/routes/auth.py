"""Who is asking: register, tokens for programs, a session cookie for browsers."""

from typing import Annotated
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend_hooks.dependencies import ActorDep, SessionDep, check_same_origin
from backend_hooks.error_handlers import refusals
from livestream_sell.auth import service as auth
from livestream_sell.auth.passwords import hash_password
from livestream_sell.auth.service import TokenPair
from livestream_sell.auth.tokens import LIFETIMES, TokenKind, issue, revoke
from livestream_sell.core.cache import take_token
from livestream_sell.core.errors import AppError, InvalidInput, TooManyRequests, Unauthenticated
from livestream_sell.core.settings import get_settings
from livestream_sell.stores import service as stores
from livestream_sell.stores.schemas import StoreSettings, StoreView

HOME, SIGN_IN = "/dashboard/live", "/auth"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=320, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]

router = APIRouter(prefix="/api/v1", tags=["auth"])


class Credentials(BaseModel):
    """How a person signs in."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "lucia@example.com", "password": "demo-moda-lucia"}]}
    )

    email: str = Field(max_length=320)
    password: str = Field(max_length=1000)


class Registration(BaseModel):
    """A new seller with a first store."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"email": "rosa@example.com", "password": "una-clave-larga", "full_name": "Rosa Díaz",
                 "store": {"name": "Rosa Moda", "country": "CL", "currency": "CLP", "locale": "es-CL"}}
            ]
        }
    )  # fmt: skip

    email: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=320, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    ]
    password: str = Field(max_length=1000)
    full_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    ui_lang: str = Field(default="es", pattern="^[a-z]{2}$")
    store: StoreSettings


class Registered(BaseModel):
    """The new store and tokens to go on with."""

    store_id: str
    tokens: TokenPair


class RefreshRequest(BaseModel):
    """A refresh token is worth one exchange."""

    refresh_token: str = Field(max_length=4000)


class Me(BaseModel):
    """Who you are, and the stores in which you work."""

    email: str
    full_name: str
    ui_lang: str
    stores: list[StoreView]


@router.post("/auth/register", status_code=201, responses=refusals(409, 422, 429), summary="A new seller and store")
async def register(body: Registration, session: SessionDep, request: Request) -> Registered:
    """The seller is the store's owner."""
    if wait := await take_token(f"register:{_address(request)}", 1 / 60, 10):
        raise TooManyRequests(f"Too many new sellers from here. Wait {int(wait) + 1} seconds.")
    auth.check_new_password(body.password)
    seller = await stores.register_seller(
        session, email=body.email, full_name=body.full_name, password_hash=hash_password(body.password),
        ui_lang=body.ui_lang,
    )  # fmt: skip
    store = await stores.open_store(session, seller.id, body.store)
    return Registered(store_id=str(store.id), tokens=auth.token_pair(seller.id))


@router.post("/auth/token", responses=refusals(401, 422, 429), summary="Tokens for e-mail and password")
async def token(body: Credentials, session: SessionDep, request: Request) -> TokenPair:
    """An access token for an hour, a refresh token for 30 days."""
    seller = await auth.check_credentials(session, body.email, body.password, _address(request))
    return auth.token_pair(seller.id)


@router.post("/auth/refresh", responses=refusals(401, 422), summary="A new pair for a refresh token")
async def refresh(body: RefreshRequest) -> TokenPair:
    """The old refresh token is spent."""
    return await auth.refresh(body.refresh_token)


@router.post("/auth/session", responses=refusals(401, 403, 422, 429), summary="Sign a browser in")
async def begin_session(request: Request, session: SessionDep) -> Response:
    """Form or JSON: `email`, `password`, `next`. Sets the session cookie; a form is answered with a redirect (303)."""
    if request.headers.get("origin"):
        check_same_origin(request)
    is_form = request.headers.get("content-type", "").startswith(FORMS)
    fields = await _fields(request, is_form=is_form)
    path = safe_path(fields.get("next", ""))
    try:
        seller = await auth.check_credentials(
            session, fields.get("email", ""), fields.get("password", ""), _address(request)
        )
    except (Unauthenticated, TooManyRequests) as error:
        if not is_form:
            raise
        return RedirectResponse(f"{SIGN_IN}?reason={_reason(error)}&next={quote(path)}", 303)
    response: Response = RedirectResponse(path, 303) if is_form else JSONResponse({"status": "signed_in"})
    _set_cookie(response, issue(seller.id, TokenKind.session), int(LIFETIMES[TokenKind.session].total_seconds()))
    return response


@router.post("/auth/session/end", responses=refusals(403), summary="Sign a browser out")
@router.post("/auth/sign-out", include_in_schema=False)
async def end_session(request: Request) -> Response:
    """The session is worth nothing any more; a form is answered with a redirect (303)."""
    if request.headers.get("origin"):
        check_same_origin(request)
    known = auth.session_token(request.headers.get("cookie"))
    if known is not None:
        await revoke(known, TokenKind.session)
    is_form = request.headers.get("content-type", "").startswith(FORMS)
    response: Response = RedirectResponse(SIGN_IN, 303) if is_form else JSONResponse({"status": "signed_out"})
    _set_cookie(response, "", 0)
    return response


@router.get("/me", responses=refusals(401), summary="Who am I?")
async def me(actor: ActorDep, session: SessionDep) -> Me:
    """Your name and your stores."""
    assert actor.seller_id is not None
    seller = await stores.get_seller(session, actor.seller_id)
    return Me(
        email=seller.email, full_name=seller.full_name, ui_lang=seller.ui_lang,
        stores=await stores.list_stores(session, seller.id),
    )  # fmt: skip


def safe_path(asked: str) -> str:
    """Return `asked` if it is a screen of ours, else the first screen: a sign-in never leads to another site."""
    is_ours = asked.startswith("/dashboard") and "\\" not in asked and asked.isprintable() and len(asked) < 500
    return asked if is_ours else HOME


def _reason(error: AppError) -> str:
    return "locked" if isinstance(error, TooManyRequests) else "failed"


def _set_cookie(response: Response, value: str, seconds: int) -> None:
    is_https = get_settings().public_url.startswith("https://")
    response.set_cookie(
        auth.SESSION_COOKIE, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=is_https
    )


async def _fields(request: Request, *, is_form: bool) -> dict[str, str]:
    if is_form:
        async with request.form(max_files=0, max_fields=10) as form:
            return {name: value for name, value in form.items() if isinstance(value, str)}
    try:
        told = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise InvalidInput("The body is not JSON.") from error
    return {name: value for name, value in told.items() if isinstance(value, str)} if isinstance(told, dict) else {}


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
