"""Every slice's tables in one import, for Alembic and for tests that make a schema."""

import importlib

TABLE_MODULES = (
    "livestream_sell.core.idempotency",
    "livestream_sell.core.inbox",
    "livestream_sell.core.intake",
    "livestream_sell.core.outbox",
    "livestream_sell.facebook.models",
    "livestream_sell.intent.models",
    "livestream_sell.inventory.models",
    "livestream_sell.live.models",
    "livestream_sell.messaging.models",
    "livestream_sell.orders.models",
    "livestream_sell.payments.models",
    "livestream_sell.stores.models",
)
for module in TABLE_MODULES:
    importlib.import_module(module)
