"""What never gets into a log line, and what must."""

import io
import logging
from collections.abc import Iterator

import orjson
import pytest
import structlog

from livestream_sell.core import log
from livestream_sell.core.settings import get_settings


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.BytesIO]:
    """The log of a production process."""
    written = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setattr("sys.stdout", written)
    get_settings.cache_clear()
    root = logging.getLogger()
    before = root.handlers, root.level
    log.configure()
    yield written.buffer  # type: ignore[misc]
    root.handlers, root.level = before
    structlog.reset_defaults()
    log.unbind_all()
    monkeypatch.undo()
    get_settings.cache_clear()


def read(lines: io.BytesIO) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in lines.getvalue().splitlines()]


def test_a_line_is_json_with_what_is_bound(lines: io.BytesIO) -> None:
    log.bind(trace_id="t-1", store="s-1")
    assert log.trace_id() == "t-1"

    structlog.get_logger().info("comment_decided", intent="purchase", quantity=2)

    (line,) = read(lines)
    assert line.pop("timestamp")
    assert line == {
        "event": "comment_decided",
        "level": "info",
        "trace_id": "t-1",
        "store": "s-1",
        "intent": "purchase",
        "quantity": 2,
    }


def test_lines_of_the_standard_library_come_the_same_way(lines: io.BytesIO) -> None:
    log.bind(trace_id="t-2")
    try:
        raise ValueError("password=hunter2")
    except ValueError:
        logging.getLogger("some.library").exception("It broke after %d tries.", 3)
    logging.getLogger("httpx").info("GET https://x?access_token=abc")

    (line,) = read(lines)
    assert (line["event"], line["logger"], line["trace_id"]) == ("It broke after 3 tries.", "some.library", "t-2")
    assert "ValueError: password=[redacted]" in str(line["exception"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("access_token", "x"),
        ("page_token", b"x"),
        ("FB_APP_SECRET", "x"),
        ("password", "x"),
        ("Authorization", "Basic eDp5"),
        ("x_hub_signature_256", "sha256=00"),
        ("buyer_phone", "+56 9 1234 5678"),
        ("cookie", {"a": "b"}),
    ],
)
def test_fields_with_secret_names_are_redacted(field: str, value: object) -> None:
    assert log.redact(None, "", {field: value}) == {field: "[redacted]"}
    assert log.redact(None, "", {"nested": [{field: value}]}) == {"nested": [{field: "[redacted]"}]}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("GET /me?access_token=EAAB12&x=1", "GET /me?access_token=[redacted]&x=1"),
        ('{"client_secret": "abc"}', '{"client_secret": "[redacted]"}'),
        ("Authorization: Bearer abc.def-1", "Authorization: Bearer [redacted]"),
        ("token EAABsbCS1iHgBAKZCZCZCZCxyz12 expired", "token [redacted] expired"),
        ("redis://:hunter2@127.0.0.1:6379/0", "redis://:[redacted]@127.0.0.1:6379/0"),
        ("postgresql://user:hunter2@host/db", "postgresql://user:[redacted]@host/db"),
        ("call me: +56 9 1234 5678 please", "call me: [redacted] please"),
        ("mi fono 912345678", "mi fono [redacted]"),
        ("(555) not a phone, 12990 pesos, x2, CF-A1", "(555) not a phone, 12990 pesos, x2, CF-A1"),
        ("at 2026-11-22T23:59:59 on 127.0.0.1", "at 2026-11-22T23:59:59 on 127.0.0.1"),
    ],
)
def test_secrets_in_text_are_redacted_and_the_rest_is_not(text: str, clean: str) -> None:
    assert log.clean_text(text) == clean


def test_ids_stay_readable() -> None:
    event = {
        "tokens_used": 912345678,
        "fb_page_id": "104512345678901",
        "comment_id": "1045123_678901234567",
        "trace_id": "912345678",
    }

    assert log.redact(None, "", dict(event)) == event
