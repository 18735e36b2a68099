"""The OpenAPI document of the REST API as a file, so that a change of the contract is seen in review."""

import json

from livestream_sell.commands.migrations import PROJECT
from livestream_sell.commands.terminal import Refused

SNAPSHOT = PROJECT / "docs" / "openapi.json"


def current_document() -> str:
    from backend_hooks.api import create_api

    return json.dumps(create_api().openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write_snapshot() -> None:
    SNAPSHOT.parent.mkdir(exist_ok=True)
    SNAPSHOT.write_text(current_document(), encoding="utf-8")


def check_snapshot() -> None:
    """Raise Refused when the committed document is not what the routes say."""
    if not SNAPSHOT.exists() or SNAPSHOT.read_text(encoding="utf-8") != current_document():
        raise Refused(f"{SNAPSHOT.relative_to(PROJECT)} is outdated: run `livestream-sell openapi`, read it.")
