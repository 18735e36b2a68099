"""Shapes in and out of the stores slice."""

from uuid import UUID

from babel.core import Locale, UnknownLocaleError
from babel.numbers import list_currencies
from pydantic import BaseModel, ConfigDict, Field, field_validator

from livestream_sell.core.problems import WrongValue


class StoreSettings(BaseModel):
    """What an owner sets of a store."""

    model_config = ConfigDict(str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=200)
    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166 code, e.g. CL")
    currency: str = Field(description="ISO 4217 code, e.g. CLP")
    locale: str = Field(description="How the shop's buyers write, e.g. es-CL")
    reservation_minutes: int | None = Field(default=None, ge=1, le=1440)
    answers: dict[str, str] = Field(default_factory=dict, description="Texts for buyers: shipping, payment")

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        if value.upper() not in list_currencies():
            raise WrongValue("is not an ISO 4217 currency such as CLP, MXN or USD", reason="unknown_currency")
        return value.upper()

    @field_validator("locale")
    @classmethod
    def _known_locale(cls, value: str) -> str:
        try:
            Locale.parse(value.replace("-", "_"))
        except (UnknownLocaleError, ValueError) as error:
            raise WrongValue("is not a locale such as es-CL, pt-BR or en-PH", reason="unknown_locale") from error
        return value.replace("_", "-")


class StoreView(StoreSettings):
    """A store as its people see it."""

    id: UUID
    fb_page_id: str | None
    bot_enabled: bool
    role: str
