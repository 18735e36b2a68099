"""Every setting of the program, read from the environment once, each with a development default."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

# Public on purpose: they let a fresh checkout run, and `require_production` refuses them.
DEVELOPMENT_SECRET = "development-only-secret-change-me-0000"
DEVELOPMENT_ENCRYPTION_KEY = "ZGV2ZWxvcG1lbnQtb25seS1lbmNyeXB0aW9uLWtleSE="  # 32 bytes, base64
DEVELOPMENT_FB_SECRET = "sandbox-app-secret"
DEVELOPMENT_VERIFY_TOKEN = "sandbox-verify-token"


class SettingsError(RuntimeError):
    """The environment does not allow a start; the message is the one clear sentence to print."""


class Settings(BaseSettings):
    """Names are those of the architecture page, section 7; `*_URL` of a vendor may point anywhere."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore")

    environment: Literal["development", "staging", "production"] = "development"
    database_url: str | None = None
    database_replica_url: str | None = None
    redis_url: str | None = None
    data_dir: Path = Path(".data")
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://localhost:8000"

    secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    encryption_key_aes256: SecretStr = SecretStr(DEVELOPMENT_ENCRYPTION_KEY)

    fb_app_id: str = "1517776481860111"
    fb_app_secret: SecretStr = SecretStr(DEVELOPMENT_FB_SECRET)
    # While a secret is being rotated both are accepted on webhooks.
    fb_app_secret_previous: SecretStr | None = None
    fb_webhook_verify_token: SecretStr = SecretStr(DEVELOPMENT_VERIFY_TOKEN)
    fb_graph_url: str = "https://graph.facebook.com"
    fb_graph_version: str = "v26.0"

    paypal_api_url: str = "https://api-m.paypal.com"
    mercadopago_api_url: str = "https://api.mercadopago.com"
    flow_api_url: str = "https://www.flow.cl/api"

    llm_model: str = ""
    llm_fallback_model: str = ""
    llm_api_base: str = ""
    # Hard stops, of the whole platform and of one store, by UTC day.
    llm_daily_token_budget: int = Field(default=2_000_000, ge=0)
    llm_store_daily_token_budget: int = Field(default=500_000, ge=0)
    # The longest a comment waits for a second opinion.
    llm_timeout_seconds: float = Field(default=2.5, gt=0, le=60)
    # Asked: what the local engine would send to review, or is this sure of. Below `above` it saw nothing to ask about.
    llm_ask_above: float = Field(default=0.3, ge=0, le=1)
    llm_ask_below: float = Field(default=0.75, ge=0, le=1)
    # A model that is less sure than this decides nothing by itself.
    llm_trust_from: float = Field(default=0.8, ge=0, le=1)
    openai_api_key: SecretStr | None = None
    gemini_api_key: SecretStr | None = None

    reservation_minutes: int = Field(default=30, ge=1, le=24 * 60)
    # A bank transfer takes longer than a card: its reservation is stretched to this when the buyer says "sent".
    transfer_hours: int = Field(default=24, ge=1, le=7 * 24)
    # Claims of one buyer that come within this many seconds after a private reply share the next one.
    message_merge_seconds: float = Field(default=20, ge=0)
    # meta.md 2.9: 750 private replies an hour per Page is the conservative ceiling.
    private_replies_per_hour: int = Field(default=750, ge=1)
    page_sends_per_second: int = Field(default=100, ge=1)

    sentry_dsn: SecretStr | None = None
    otel_exporter_otlp_endpoint: str | None = None

    def require_production(self) -> None:
        """Raise SettingsError, naming each variable, if this is production with a default or missing secret."""
        if self.environment != "production":
            return
        defaults = {
            "SECRET_KEY": self.secret_key.get_secret_value() == DEVELOPMENT_SECRET,
            "ENCRYPTION_KEY_AES256": self.encryption_key_aes256.get_secret_value() == DEVELOPMENT_ENCRYPTION_KEY,
            "FB_APP_SECRET": self.fb_app_secret.get_secret_value() == DEVELOPMENT_FB_SECRET,
            "FB_WEBHOOK_VERIFY_TOKEN": self.fb_webhook_verify_token.get_secret_value() == DEVELOPMENT_VERIFY_TOKEN,
            "DATABASE_URL": self.database_url is None,
            "REDIS_URL": self.redis_url is None,
        }
        missing = [name for name, is_default in defaults.items() if is_default]
        if missing:
            raise SettingsError(f"Production needs its own value for: {', '.join(missing)}. Set them and start again.")


@lru_cache
def get_settings() -> Settings:
    """Return the settings of this process; tests clear the cache with `get_settings.cache_clear()`."""
    return Settings()
