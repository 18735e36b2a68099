"""The Graph API: comments, replies, messages, pages and subscriptions."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from livestream_sell.sandbox import graph_app, graph_reads
from livestream_sell.sandbox.graph_access import Call, authenticate
from livestream_sell.sandbox.graph_errors import GRAPH_VERSION, GraphError, error_response, usage_headers
from livestream_sell.sandbox.graph_send import send
from livestream_sell.sandbox.state import SandboxState

Handler = Callable[[SandboxState, Call, str], dict[str, Any]]

COMMENT_LIMIT = 8000


def reply_publicly(state: SandboxState, call: Call, target_id: str) -> dict[str, Any]:
    """A comment of the page, below a comment or directly below a post."""
    text = call.params.get("message")
    if not isinstance(text, str) or not text.strip():
        raise GraphError("100", "(#100) One of message or attachment is required")
    if len(text) > COMMENT_LIMIT:
        raise GraphError("100", "(#100) message is too long")
    page = state.world.page(call.acting_as(call.page_id or "?"))
    live = state.live_of_page(target_id, page.id)
    if live is not None:
        post_id, parent_id = live.post_id, live.post_id
    else:
        parent = state.comment_of_page(target_id, page.id)
        post_id, parent_id = parent.post_id, parent.id
    reply = state.world.add_comment(page.id, post_id, page.id, page.name, text, parent_id)
    state.webhooks.comment(reply, "add")
    return {"id": reply.id}


def hide(state: SandboxState, call: Call, comment_id: str) -> dict[str, Any]:
    comment = state.comment_of_page(comment_id, call.acting_as(call.page_id or "?"))
    comment.is_hidden = str(call.params.get("is_hidden", "")).lower() == "true"
    state.world.changed(comment)
    state.webhooks.comment(comment, "hide" if comment.is_hidden else "unhide")
    return {"success": True}


def delete(state: SandboxState, call: Call, comment_id: str) -> dict[str, Any]:
    comment = state.comment_of_page(comment_id, call.acting_as(call.page_id or "?"))
    comment.is_removed = True
    state.world.changed(comment)
    state.webhooks.comment(comment, "remove")
    return {"success": True}


def subscribe(state: SandboxState, call: Call, page_id: str) -> dict[str, Any]:
    page = state.world.page(call.acting_as(page_id))
    wanted = call.params.get("subscribed_fields", "")
    names = wanted if isinstance(wanted, list) else str(wanted).split(",")
    page.subscribed_fields = {name.strip() for name in names if name.strip()}
    if not page.subscribed_fields:
        raise GraphError("100", "(#100) The parameter subscribed_fields is required")
    return {"success": True}


def unsubscribe(state: SandboxState, call: Call, page_id: str) -> dict[str, Any]:
    state.world.page(call.acting_as(page_id)).subscribed_fields = set()
    return {"success": True}


def create_template(state: SandboxState, call: Call, page_id: str) -> dict[str, Any]:
    page = state.world.page(call.acting_as(page_id))
    name = call.params.get("name")
    if not name or call.params.get("category") != "UTILITY":
        raise GraphError("100", "(#100) A template needs a name and the category UTILITY")
    template = {"id": state.world.new_id(), "status": "APPROVED", "category": "UTILITY"}
    page.templates[str(name)] = {**template, "name": name, "language": call.params.get("language")}
    return template


def create_graph(state: SandboxState) -> ASGIApp:
    async def messages(request: Request) -> Response:
        call = await authenticate(request, state.config)
        body, headers = send(state, call, call.acting_as(request.path_params["id"]))
        return _answer(body, headers)

    def route(path: str, method: str, handler: Handler) -> Route:
        return Route(path, _endpoint(state, handler), methods=[method])

    routes = [
        *graph_app.routes(state),
        route("/me", "GET", graph_reads.me),
        route("/{id}/accounts", "GET", graph_reads.accounts),
        route("/{id}/comments", "GET", graph_reads.comments),
        route("/{id}/comments", "POST", reply_publicly),
        route("/{id}/live_videos", "GET", graph_reads.live_videos),
        route("/{id}/subscribed_apps", "GET", graph_reads.subscribed_apps),
        route("/{id}/subscribed_apps", "POST", subscribe),
        route("/{id}/subscribed_apps", "DELETE", unsubscribe),
        route("/{id}/message_templates", "GET", graph_reads.templates),
        route("/{id}/message_templates", "POST", create_template),
        Route("/{id}/messages", messages, methods=["POST"]),
        route("/{id}", "GET", graph_reads.node),
        route("/{id}", "POST", hide),
        route("/{id}", "DELETE", delete),
    ]
    return _WithoutVersion(Starlette(routes=routes, exception_handlers={GraphError: _on_graph_error}))


def _endpoint(state: SandboxState, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        call = await authenticate(request, state.config)
        return _answer(handler(state, call, request.path_params.get("id", "me")), usage_headers(1))

    return endpoint


def _answer(body: dict[str, Any], headers: dict[str, str]) -> Response:
    return JSONResponse(body, headers={"facebook-api-version": GRAPH_VERSION, **headers})


async def _on_graph_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, GraphError)
    return error_response(error)


class _WithoutVersion:
    """`/v26.0/me` and `/me` are the same resource."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        first, _, rest = scope["path"].lstrip("/").partition("/")
        if first.startswith("v") and first[1:].replace(".", "", 1).isdecimal():
            scope = {**scope, "path": f"/{rest}"}
        await self.app(scope, receive, send)
