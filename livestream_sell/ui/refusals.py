"""Codes of the services become texts of the catalogues: refusals, messages that failed, payments that failed.

A refusal looks for its text under `error.<code>.<reason>`, then `error.<code>`, then the code of the kind of error it
is (`not_found`, `conflict`, ...); one about fields names each with its reason, `field.<name>` and `problem.<reason>`.
`assets/refusals.js` does the same for what the HTTP interface answers. No Reflex here.
"""

import re

from livestream_sell.core.errors import AppError, InvalidInput
from livestream_sell.core.problems import WRONG, Problem, problems_of
from livestream_sell.messaging.outcomes import failure_code
from livestream_sell.ui.catalogue import DEFAULT_LOCALE, messages, say

GENERIC = "common.failed"
# Of these codes of a failed message the seller needs no text of its own.
SAME = {
    "vendor_unavailable": "retry",
    "graph_unavailable": "retry",
    "circuit_open": "retry",
    "rate_limited": "wait",
    "redis_away": "wait",
    "page_paused": "pause_page",
    "vendor_rejected": "final",
    "done": "final",
    "nothing_to_say": "not_needed",
    "nothing_held": "not_needed",
    "order_gone": "not_needed",
}
_ORDER = "order_"
_DIFFERENCE = re.compile(r"\w+: asked (.*?), got (.*?)(?:; |$)")
# What the badge of the payment says already.
_SAID_BY_STATE = frozenset({"", "failed", "expired", "refunded", "needs_review"})


def refusal_text(locale: str, error: AppError) -> str:
    """Return why something was refused, for a seller."""
    problems = problems_of(error) if isinstance(error, InvalidInput) else []
    if problems:
        return say(locale, "error.check_input", what="; ".join(_problem_text(locale, each) for each in problems))
    known = messages(locale)
    key = next((key for key in refusal_keys(error) if key in known), GENERIC)
    return say(locale, key, **{name: str(value) for name, value in error.details.items()})


def refusal_keys(error: AppError) -> list[str]:
    """Return where the text of a refusal may stand, the most exact first."""
    reason = error.details.get("reason", "")
    codes = [kind.code for kind in type(error).__mro__ if issubclass(kind, AppError)]
    return [key for code in codes for key in (f"error.{code}.{reason}", f"error.{code}")]


def message_failure(error: str) -> str:
    """Return the code under `message.error` of what a message's row says went wrong ("": nothing did)."""
    if not error:
        return ""
    code = failure_code(error)
    code = "not_needed" if code.startswith(_ORDER) else SAME.get(code, code)
    return code if f"message.error.{code}" in messages(DEFAULT_LOCALE) else "other"


def failure_number(error: str) -> str:
    """Return what a help desk asks for: Meta's own number, or our word."""
    return error.partition(":")[0]


def payment_failure(failure: str) -> tuple[str, str, str]:
    """Return the code under `orders.failure` of why an attempt to pay failed, and two values for its text."""
    if failure in _SAID_BY_STATE:
        return "", "", ""
    if found := _DIFFERENCE.findall(failure):
        return "differs", " / ".join(asked for asked, _ in found), " / ".join(got for _, got in found)
    head, colon, rest = failure.partition(": ")
    if head == "rejected":
        return ("gateway", rest, "") if colon else ("transfer_rejected", "", "")
    if head == "unavailable" or failure == "unexpected answer":
        return "unavailable", "", ""
    paid, already, other = failure.partition(" already paid ")
    return ("paid_before", paid, other) if already else ("gateway", failure, "")


def _problem_text(locale: str, problem: Problem) -> str:
    known = messages(locale)
    reason = problem.reason if f"problem.{problem.reason}" in known else WRONG
    text = say(locale, f"problem.{reason}", **problem.values)
    return f"{known[label]}: {text}" if (label := f"field.{problem.field}") in known else text
