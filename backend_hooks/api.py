"""The HTTP interface: every router in one list, every middleware in one place."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

from backend_hooks import health
from backend_hooks.documentation import add_documentation
from backend_hooks.error_handlers import add_api_not_found, add_error_handlers
from backend_hooks.middleware import BodyLimit, FacebookFirst, Trace
from backend_hooks.routes import auth, conversations, corrections, inventory, lives, orders, screens, stores
from backend_hooks.routes.checkout import create_checkout_routes
from backend_hooks.webhooks.facebook import create_facebook_webhook
from backend_hooks.webhooks.payments import create_payment_webhooks
from livestream_sell.core.streams import GroupedAppender

DESCRIPTION = """
Sell from the comments of a live video. Sign in with `POST /api/v1/auth/token`, then send
`Authorization: Bearer <access_token>`. Every refusal is `{"error", "message", "details", "trace_id"}`.
Meta's webhook is `GET|POST /api/v1/webhooks/facebook`.
"""


def create_api() -> FastAPI:
    """Return the application; the composition root mounts the screens below it."""
    app = FastAPI(
        title="LiveStreamSell", version="1.0.0", description=DESCRIPTION, docs_url=None, redoc_url=None,
        openapi_url="/openapi.json", generate_unique_id_function=_operation_id,
    )  # fmt: skip
    # Appends of concurrent requests share a round trip.
    appender = GroupedAppender()
    for router in (
        health.router,
        auth.router,
        screens.router,
        stores.router,
        inventory.router,
        lives.router,
        corrections.router,
        orders.router,
        conversations.router,
        create_checkout_routes(appender),
        create_payment_webhooks(appender),
    ):
        app.include_router(router)
    add_documentation(app)
    add_error_handlers(app)
    add_api_not_found(app)
    # Inner to outer.
    app.add_middleware(BodyLimit)
    app.add_middleware(Trace)
    app.add_middleware(FacebookFirst, webhook=create_facebook_webhook(appender))
    return app


def _operation_id(route: APIRoute) -> str:
    return "_".join([*(str(tag) for tag in route.tags[:1]), route.name])
