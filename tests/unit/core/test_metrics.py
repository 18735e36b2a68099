"""The names that dashboards and alerts are written against, and several processes behind one /metrics."""

import os
import subprocess
import sys
from pathlib import Path

from livestream_sell.core import metrics


def test_names_and_labels_are_there() -> None:
    metrics.COMMENTS_RECEIVED.inc()
    metrics.COMMENTS_DECIDED.labels("purchase", "reserved").inc()
    metrics.COMMENT_TO_GRAPH_SECONDS.observe(0.2)
    metrics.QUEUE_DEPTH.labels("incoming_comments").set(3)
    metrics.RESERVATIONS.labels("active").set(2)
    metrics.SENDS.labels("private_reply", "sent").inc()
    metrics.WEBHOOK_REQUESTS.labels("accepted").inc()

    text = metrics.render().decode()

    for line in (
        "comments_received_total ",
        'comments_decided_total{intent="purchase",outcome="reserved"} ',
        'comment_to_graph_seconds_bucket{le="0.05"} ',
        'comment_to_graph_seconds_bucket{le="30.0"} ',
        'queue_depth{stream="incoming_comments"} 3.0',
        'reservations{state="active"} 2.0',
        'sends_total{kind="private_reply",result="sent"} ',
        'webhook_requests_total{result="accepted"} ',
    ):
        assert line in text


def test_processes_are_added_up(tmp_path: Path) -> None:
    count = "from livestream_sell.core import metrics; metrics.COMMENTS_RECEIVED.inc(2)"
    show = "import sys; from livestream_sell.core import metrics; sys.stdout.buffer.write(metrics.render())"
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", count], env=environment, check=True)

    shown = subprocess.run([sys.executable, "-c", show], env=environment, check=True, capture_output=True)

    assert b"comments_received_total 4.0" in shown.stdout
