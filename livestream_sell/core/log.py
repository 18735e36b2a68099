"""Log lines: JSON with trace_id in production, readable in development, secrets and phone numbers taken out."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import orjson
import structlog
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars
from structlog.typing import EventDict, WrappedLogger

from livestream_sell.core.settings import get_settings

REDACTED = "[redacted]"
# Names of fields whose value is never shown, wherever the word stands in the name.
SECRET_NAMES = re.compile(
    r"token|secret|password|passwd|authorization|cookie|api_?key|access_?key|private_?key|signature|credential|"
    r"\bpsid\b|phone|card_?number|cvv",
    re.IGNORECASE,
)
# In free text: an assignment to such a name, a bearer or Page token, credentials in an address, a phone number.
SECRETS_IN_TEXT = re.compile(
    r"(?P<name>\w*(?:token|secret|password|api_?key|secret_proof|signature)[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;]+"
    r"|(?P<bearer>\bBearer\s+)[\w.~+/=-]+"
    r"|\bEAA[A-Za-z0-9]{20,}"
    r"|(?P<address>\b\w+://[^\s:/@]*:)[^\s@/]+(?=@)"
    r"|(?<![\w.-])\+?\d{1,3}[ -]?\(?\d{1,4}\)?(?:[ -]?\d{3,4}){2}(?![\w-])",
    re.IGNORECASE,
)
# Long numbers with these names are ids, not phone numbers.
ID_NAMES = re.compile(r"(?:^|_)id$|_ids$|trace|timestamp")


def configure(*, level: int = logging.INFO) -> None:
    """Set up structlog and let the standard library's loggers come out the same way; call once at start."""
    production = get_settings().environment != "development"
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = structlog.processors.JSONRenderer(serializer=_dumps) if production else _console
    last = [structlog.processors.format_exc_info, redact, renderer] if production else [redact, renderer]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer)
        if production
        else structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [_ThroughStructlog()]
    root.setLevel(level)
    # They say at INFO what our own lines say better, addresses with tokens included.
    for name in ("httpx", "httpcore", "apscheduler", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)


def bind(**context: Any) -> None:
    """Add to every further line of this task: `trace_id`, `store`, `live`."""
    bind_contextvars(**context)


bound = bound_contextvars
unbind_all = clear_contextvars


def trace_id() -> str:
    """Return the bound trace id, or "" outside of one."""
    return str(structlog.contextvars.get_contextvars().get("trace_id", ""))


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take secrets and phone-like numbers out of a line."""
    for name, value in event.items():
        event[name] = _clean(name, value)
    return event


def _clean(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    # `tokens_used=12` is a figure.
    if SECRET_NAMES.search(name) and not (isinstance(value, int | float) and "token" in name):
        return REDACTED
    if isinstance(value, str):
        return value if ID_NAMES.search(name) else clean_text(value)
    if isinstance(value, bytes):
        return clean_text(value.decode(errors="replace"))
    if isinstance(value, Mapping):
        return {str(key): _clean(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(name, item) for item in value]
    return value


def clean_text(text: str) -> str:
    """Return `text` without what looks like a secret or a phone number."""
    return SECRETS_IN_TEXT.sub(
        lambda found: (found["name"] or found["bearer"] or found["address"] or "") + REDACTED, text
    )


def _dumps(value: Any, **_: Any) -> bytes:
    return orjson.dumps(value, default=repr)


_pretty = structlog.dev.ConsoleRenderer(
    colors=sys.stdout.isatty(),
    # Rich tracebacks print local variables, and those hold tokens.
    exception_formatter=structlog.dev.plain_traceback,
)


def _console(logger: WrappedLogger, method: str, event: MutableMapping[str, Any]) -> str:
    return _pretty(logger, method, event)


class _ThroughStructlog(logging.Handler):
    """Hands a line of the standard library's logging to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        fields: dict[str, Any] = {"logger": record.name}
        if record.exc_info:
            fields["exc_info"] = record.exc_info
        log.log(record.levelno, record.getMessage(), **fields)
