"""What understanding comments cost today, and how many corrections are kept."""

import reflex as rx
from babel.numbers import format_decimal, format_percent

from livestream_sell.core.access import Permission
from livestream_sell.core.db import transaction
from livestream_sell.sales.model_figures import ModelFigures, model_figures
from livestream_sell.ui.changes import put
from livestream_sell.ui.i18n import LocaleState
from livestream_sell.ui.session import require_actor

NO_FIGURES = dict.fromkeys(("comments", "asked", "cost", "by_thousand", "tokens", "budget", "share", "ends_at"), "")


class UnderstandingState(rx.State):
    """The figures of today as texts."""

    has_model: bool = False
    figures: dict[str, str] = NO_FIGURES
    percent: int = 0
    corrections: int = 0

    @rx.event
    async def refresh(self) -> None:
        """Count again."""
        actor = await require_actor(self, Permission.view_analytics)
        locale = (await self.get_state(LocaleState)).locale
        async with transaction() as session:
            seen = await model_figures(session, actor.store_id)
        put(
            self,
            has_model=seen.has_model,
            figures=_figures(seen, locale),
            percent=min(round((seen.budget_share or 0) * 100), 100),
            corrections=seen.corrections,
        )


def _figures(seen: ModelFigures, locale: str) -> dict[str, str]:
    known = seen.tokens is not None and seen.budget_share is not None
    return {
        "comments": format_decimal(seen.comments, locale=locale),
        "asked": format_decimal(seen.asked, locale=locale),
        "cost": seen.cost_text,
        "by_thousand": seen.cost_per_1000_text,
        "tokens": format_decimal(seen.tokens, locale=locale) if known else "–",
        "budget": format_decimal(seen.token_budget, locale=locale),
        "share": format_percent(seen.budget_share, "#,##0.#%", locale=locale) if known else "–",
        "ends_at": seen.ends_at.isoformat(),
    }
