"""What is wrong with a field: a stable reason and its limits beside the English sentence, for whoever translates."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from livestream_sell.core.errors import AppError, InvalidInput

# Pydantic's type of an error: the reason we tell.
REASONS = {
    "missing": "needed",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_too_long": "too_long",
    "too_long": "too_many",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "decimal_type": "no_number",
    "decimal_parsing": "no_number",
    "finite_number": "no_number",
    "int_type": "no_whole_number",
    "int_parsing": "no_whole_number",
    "int_parsing_size": "no_whole_number",
    "int_from_float": "no_whole_number",
    "string_pattern_mismatch": "wrong_form",
}
# Whatever is not in the table.
WRONG = "wrong"
_LIMITS = ("min_length", "max_length", "ge", "le")


class WrongValue(ValueError):
    """What a validator of ours raises, for Pydantic to collect."""

    def __init__(self, message: str, /, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class Problem(BaseModel):
    """One field and why it cannot be used; `values` fill the placeholders of the reason's text."""

    model_config = ConfigDict(frozen=True)

    field: str
    reason: str
    values: dict[str, str] = Field(default_factory=dict)


def refused_input(
    error: ValidationError, kind: type[InvalidInput] = InvalidInput, message: str = "", **details: Any
) -> InvalidInput:
    """Return Pydantic's refusal as ours: the sentence names each field, `details["problems"]` holds the reasons."""
    wrong = error.errors(include_url=False, include_input=False)
    sentence = "; ".join(f"{_field(each)}: {each['msg'].removeprefix('Value error, ')}" for each in wrong)
    return kind(message or sentence, problems=[_problem(each) for each in wrong], **details)


def problems_of(error: AppError) -> list[Problem]:
    """Return the fields a refusal is about; none where it is not about fields."""
    told = dict(error.details)
    if "problems" in told:
        return list(told["problems"])
    field, reason = told.pop("field", ""), told.pop("reason", "")
    if not field or not reason:
        return []
    return [Problem(field=field, reason=reason, values={name: str(value) for name, value in told.items()})]


def _problem(error: Any) -> Problem:
    context = error.get("ctx", {})
    if isinstance(ours := context.get("error"), WrongValue):
        return Problem(field=_field(error), reason=ours.reason)
    limits = [str(context[name]) for name in _LIMITS if name in context]
    reason = REASONS.get(error["type"], WRONG)
    if reason == "too_short" and limits == ["1"]:
        reason, limits = "needed", []
    return Problem(field=_field(error), reason=reason, values={"limit": limits[0]} if limits else {})


def _field(error: Any) -> str:
    return str(error["loc"][0]) if error["loc"] else ""
