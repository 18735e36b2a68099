"""Who is calling the Graph API: tokens, `appsecret_proof`, and the merged parameters of a request."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from livestream_sell.sandbox.config import PAGE_TOKEN_PREFIX, SandboxConfig
from livestream_sell.sandbox.graph_errors import GraphError
from livestream_sell.sandbox.signing import appsecret_proof, same

JSON_FIELDS = ("recipient", "message", "components", "batch")


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated call. `page_id` is empty for user and app tokens."""

    token: str
    page_id: str
    params: dict[str, Any]

    def acting_as(self, page_id: str) -> str:
        """The page of the path must be the page of the token."""
        if page_id == "me" and self.page_id:
            return self.page_id
        if not self.page_id or page_id != self.page_id:
            raise GraphError("10")
        return page_id

    def fields(self, default: str) -> list[str]:
        """Top-level names of `fields`, without what is asked inside of each."""
        names, depth, name = [], 0, ""
        for letter in str(self.params.get("fields", default)) + ",":
            depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(letter, 0)
            if letter == "," and depth == 0:
                names.append(name.partition("{")[0].partition(".")[0].strip())
                name = ""
            else:
                name += letter
        return names


async def authenticate(request: Request, config: SandboxConfig) -> Call:
    params = await read_params(request)
    bearer = request.headers.get("authorization", "")
    token = str(params.get("access_token") or bearer.removeprefix("Bearer ").strip())
    if not token:
        raise GraphError("190", "An access token is required to request this resource.")
    proof = params.get("appsecret_proof")
    if proof and not same(str(proof), appsecret_proof(config.fb_app_secret, token)):
        raise GraphError("100", "Invalid appsecret_proof provided in the API argument")
    return Call(token, page_of(token, config), params)


def page_of(token: str, config: SandboxConfig) -> str:
    """`sandbox-page-token-<page id>` belongs to that page; error 190 for an unknown token."""
    page_id = token.removeprefix(PAGE_TOKEN_PREFIX)
    if page_id != token and page_id.isalnum():
        return page_id
    if token in (config.fb_user_token, f"{config.fb_app_id}|{config.fb_app_secret}"):
        return ""
    raise GraphError("190")


async def read_params(request: Request) -> dict[str, Any]:
    """Query and body (JSON or form) as one mapping."""
    params: dict[str, Any] = dict(request.query_params)
    if request.method in ("GET", "HEAD"):
        return params
    if "json" in request.headers.get("content-type", ""):
        try:
            body = await request.json()
        except ValueError as error:
            raise GraphError("100", "(#100) The request body is not valid JSON") from error
        return params | body if isinstance(body, dict) else params
    form = {name: str(value) for name, value in (await request.form()).items()}
    return params | {name: _decoded(name, value) for name, value in form.items()}


def _decoded(name: str, value: str) -> object:
    """Forms carry objects as JSON text; the text of a comment is a `message` too, and stays text."""
    if name not in JSON_FIELDS or not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
