"""Meta's messaging rules as rows: purpose x window x consent -> the allowed route, or the reason there is none."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from livestream_sell.messaging.models import MessageKind, MessagePurpose

# Opened by what the person does in private; a comment opens nothing (meta.md 2.4).
WINDOW = timedelta(hours=24)
# One private reply to a comment, for seven days (meta.md 2.1).
PRIVATE_REPLY_AGE = timedelta(days=7)


class Route(StrEnum):
    public_reply = "public_reply"
    private_reply = "private_reply"
    direct = "direct"
    utility_template = "utility_template"
    nothing = "nothing"


@dataclass(frozen=True, slots=True)
class Situation:
    """What is true about one message at the moment of sending."""

    kind: str
    purpose: str
    has_free_comment: bool  # a comment that nobody replied to in private, young enough
    window_open: bool
    opted_out: bool
    has_template: bool = False  # an approved utility template for this purpose


@dataclass(frozen=True, slots=True)
class Decision:
    route: Route
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """The first row whose conditions hold decides; None means: whatever it is."""

    route: Route
    reason: str = ""
    kinds: frozenset[str] | None = None
    purposes: frozenset[str] | None = None
    opted_out: bool | None = None
    has_free_comment: bool | None = None
    window_open: bool | None = None
    has_template: bool | None = None

    def holds(self, situation: Situation) -> bool:
        if self.kinds is not None and situation.kind not in self.kinds:
            return False
        if self.purposes is not None and situation.purpose not in self.purposes:
            return False
        return all(
            wanted is None or wanted == getattr(situation, name)
            for name, wanted in (
                ("opted_out", self.opted_out),
                ("has_free_comment", self.has_free_comment),
                ("window_open", self.window_open),
                ("has_template", self.has_template),
            )
        )


P = MessagePurpose
PUBLIC = frozenset({MessageKind.public_reply})
# Facts about an order that exists: what a utility template may say. A freed piece is marketing, not utility.
ORDER_FACTS = frozenset({P.paid, P.payment_problem, P.expired})

RULES: tuple[Rule, ...] = (
    # The confirmation that we stopped is the last word, and only inside the window that "stop" itself opened.
    Rule(Route.direct, purposes=frozenset({P.opted_out}), window_open=True),
    Rule(Route.nothing, "window_closed", purposes=frozenset({P.opted_out})),
    Rule(Route.nothing, "opted_out", opted_out=True),
    Rule(Route.public_reply, kinds=PUBLIC),
    # The reply to the comment comes first even in an open window: it shows the buyer which comment it answers.
    Rule(Route.private_reply, kinds=frozenset({MessageKind.private_reply}), has_free_comment=True),
    Rule(Route.direct, window_open=True),
    Rule(Route.private_reply, has_free_comment=True),
    Rule(Route.utility_template, purposes=ORDER_FACTS, has_template=True),
    Rule(Route.nothing, "window_closed"),
)


def decide(situation: Situation) -> Decision:
    """Return the route Meta's rules allow; pure."""
    rule = next(rule for rule in RULES if rule.holds(situation))
    return Decision(rule.route, rule.reason)


def is_window_open(last_inbound_at: datetime | None, now: datetime) -> bool:
    """Return whether the person spoke to the Page within the last 24 hours."""
    return last_inbound_at is not None and now - last_inbound_at < WINDOW


def is_comment_free(fb_comment_id: str | None, written_at: datetime, now: datetime, *, used: bool) -> bool:
    """Return whether a comment may still be replied to in private."""
    return fb_comment_id is not None and not used and now - written_at < PRIVATE_REPLY_AGE
