"""Refusals as JSON: one shape for ours, for validation, and for addresses that are none."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match

from livestream_sell.core.errors import AppError, VendorUnavailable
from livestream_sell.core.log import trace_id

CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "payload_too_large"}


class ErrorBody(BaseModel):
    """What every refusal looks like; `error` is stable, `message` is for people."""

    error: str
    message: str
    details: dict[str, Any]
    trace_id: str


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route for the document."""
    return {status: {"model": ErrorBody} for status in statuses}


def add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(AppError, _ours)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)


def add_api_not_found(app: FastAPI) -> None:
    """Let what is no route under /api be a JSON 404 (or 405), not a page; call it after every route was added."""
    routes = list(app.routes)

    @app.api_route("/api/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    async def no_such_address(request: Request, path: str) -> JSONResponse:
        del path
        if any(route.matches(request.scope)[0] is Match.PARTIAL for route in routes):
            return error_response(405, "method_not_allowed", f"{request.method} is not possible here.")
        return error_response(404, "not_found", "There is nothing at this address; see /docs.")


def error_response(status: int, code: str, message: str, details: dict[str, Any] | None = None) -> JSONResponse:
    body = ErrorBody(error=code, message=message, details=details or {}, trace_id=trace_id())
    return JSONResponse(jsonable_encoder(body), status)


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AppError)
    response = error_response(error.status, error.code, error.message, error.details)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, VendorUnavailable) and error.retry_after:
        response.headers["Retry-After"] = str(int(error.retry_after) + 1)
    return response


async def _validation(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # Without the input: it may hold a password.
    wrong = [
        {"field": ".".join(str(part) for part in each["loc"] if part != "body"), "problem": _problem(each["msg"])}
        for each in error.errors()
    ]
    named = "; ".join(f"{each['field'] or 'body'}: {each['problem']}" for each in wrong[:5])
    return error_response(422, "invalid_input", named, {"fields": wrong[:50]})


def _problem(message: str) -> str:
    return message.removeprefix("Value error, ")


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = CODES.get(error.status_code, "http_error")
    return error_response(error.status_code, code, str(error.detail))
