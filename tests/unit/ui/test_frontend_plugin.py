"""Built scripts reach the origin that served them."""

import re

import pytest

from livestream_sell.ui.frontend_plugin import same_origin


@pytest.mark.parametrize("quote", ['"', "'", "`"])
def test_baked_local_addresses_become_expressions(quote: str) -> None:
    script = f"var e={{EVENT:{quote}ws://localhost:8000/_event{quote},PING:{quote}http://0.0.0.0:8000/ping{quote}}}"

    patched = same_origin(script)

    assert not re.search(r":\d{4}", patched)
    assert 'location.origin.replace(/^http/,"ws"))+"/_event")' in patched
    assert '+"/ping")' in patched


def test_other_addresses_stay() -> None:
    script = 'fetch("https://example.org:8000/x");open("ws://localhost/_event")'

    assert same_origin(script) == script
