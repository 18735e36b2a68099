"""Every metric by name; `render` is what /metrics answers."""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

registry = CollectorRegistry()

COMMENTS_RECEIVED = Counter("comments_received", "Comments that intake accepted.", registry=registry)
COMMENTS_DECIDED = Counter("comments_decided", "Comments with an outcome.", ["intent", "outcome"], registry=registry)
COMMENT_TO_GRAPH_SECONDS = Histogram(
    "comment_to_graph_seconds",
    "From the receipt of a comment to the call of the Graph API that answers it.",
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30),
    registry=registry,
)
QUEUE_DEPTH = Gauge(
    "queue_depth", "Entries that wait, by stream.", ["stream"], multiprocess_mode="mostrecent", registry=registry
)
RESERVATIONS = Gauge(
    "reservations", "Reservations by state.", ["state"], multiprocess_mode="mostrecent", registry=registry
)
SENDS = Counter("sends", "Messages handed to Meta, by kind and result.", ["kind", "result"], registry=registry)
WEBHOOK_REQUESTS = Counter("webhook_requests", "Webhook requests by result.", ["result"], registry=registry)
WEBHOOK_IGNORED = Counter(
    "webhook_ignored", "What Meta sent and nobody needs, by reason.", ["reason"], registry=registry
)
STREAM_ENTRIES = Counter(
    "stream_entries", "Entries consumers settled: done, delayed or dead.", ["stream", "result"], registry=registry
)
JOB_RUNS = Counter("job_runs", "Runs of scheduled jobs.", ["job", "result"], registry=registry)
JOB_SECONDS = Histogram(
    "job_seconds", "How long scheduled jobs take.", ["job"], buckets=(0.01, 0.05, 0.25, 1, 5, 30), registry=registry
)
INVARIANTS_BROKEN = Gauge(
    "stock_invariants_broken",
    "Products whose counter differs from their reservations; anything but 0 is a bug.",
    multiprocess_mode="mostrecent",
    registry=registry,
)
CIRCUIT_OPEN = Gauge(
    "circuit_open",
    "1 while calls to this service are not even tried.",
    ["service"],
    multiprocess_mode="max",
    registry=registry,
)
MODEL_QUESTIONS = Counter(
    "model_questions", "Comments that wanted a second opinion, by what came of it.", ["result"], registry=registry
)
MODEL_TOKENS = Counter("model_tokens", "Tokens of hosted models, in and out.", ["direction"], registry=registry)
MODEL_COST_USD = Counter("model_cost_usd", "Money of hosted models at list price.", registry=registry)
MODEL_SECONDS = Histogram(
    "model_seconds", "How long hosted models take.", buckets=(0.25, 0.5, 1, 1.5, 2.5, 5), registry=registry
)
MODEL_ALERTS = Counter("model_alerts", "Alerts to sellers about their second opinion.", ["kind"], registry=registry)


def render() -> bytes:
    """Return every metric in Prometheus' text format, of all processes when PROMETHEUS_MULTIPROC_DIR is set."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(registry)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
