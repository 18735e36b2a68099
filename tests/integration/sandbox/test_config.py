"""The sandbox reads the product's variables for what both share, and its own for the rest."""

import pytest

from livestream_sell.sandbox.config import SandboxConfig


def test_the_environment_wins_over_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "http://localhost:8123/")
    monkeypatch.setenv("FB_APP_SECRET", "shared")
    monkeypatch.setenv("SANDBOX_GRAPH_PORT", "9301")
    monkeypatch.setenv("SANDBOX_PRODUCT_CODES", "X1, X2")
    monkeypatch.setenv("SANDBOX_WEBHOOK_RETRY_SECONDS", "0.1,2")
    monkeypatch.setenv("SANDBOX_PRIVATE_REPLIES_PER_HOUR", "5")

    config = SandboxConfig.from_env()

    assert config.facebook_webhook_url == "http://localhost:8123/api/v1/webhooks/facebook"
    assert (config.fb_app_secret, config.ports["graph"], config.ports["play"]) == ("shared", 9301, 9100)
    assert (config.product_codes, config.webhook_retry_seconds) == (("X1", "X2"), (0.1, 2.0))
    assert config.private_replies_per_hour == 5


def test_links_name_a_host_that_can_be_opened() -> None:
    assert SandboxConfig(host="0.0.0.0").link_host == "localhost"
    assert SandboxConfig(host="0.0.0.0", public_host="box.local").link_host == "box.local"
    assert SandboxConfig().link_host == "127.0.0.1"
