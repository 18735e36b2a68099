"""The notice that the hosted model is away, used up or dear: on the live page and the first page, while it is true."""

import reflex as rx
from reflex_components_core.react_router import link as router_link  # type: ignore[import-untyped]

from livestream_sell.intent import attention
from livestream_sell.ui import topics
from livestream_sell.ui.changes import put
from livestream_sell.ui.components.script_parts import live_pulse, poll
from livestream_sell.ui.i18n import t, t_of
from livestream_sell.ui.live_updates import LiveState
from livestream_sell.ui.routes import SETTINGS
from livestream_sell.ui.session import SessionState, require_actor

# It may end without an event: an outage that nobody meets any more, a day that is over.
LOOK_AGAIN_SECONDS = 60


class ModelNoticeState(rx.State):
    """What is the matter with the store's second opinion; empty: nothing."""

    trouble: str = ""

    @rx.event
    async def refresh(self) -> None:
        """Ask what is true now."""
        actor = await require_actor(self)
        put(self, trouble=(await attention.current(actor.store_id)) or "")


def model_notice() -> rx.Component:
    """Return the notice, and what makes it come and go."""
    trouble = ModelNoticeState.trouble
    return rx.fragment(
        live_pulse(pulse=LiveState.pulse, topics=topics.MODEL, wait=300, on_pulse=ModelNoticeState.refresh),
        poll(seconds=rx.cond(trouble != "", LOOK_AGAIN_SECONDS, 0), on_tick=ModelNoticeState.refresh),
        rx.el.div(
            rx.cond(
                trouble != "",
                rx.el.div(
                    rx.icon("info", size=20, aria_hidden="true", class_name="mt-0.5 shrink-0 text-warn"),
                    rx.el.div(
                        rx.el.p(t_of("model_notice", trouble), class_name="text-sm font-semibold"),
                        rx.el.p(
                            t_of("model_notice_hint", trouble),
                            " ",
                            rx.cond(SessionState.role == "owner", _details()),
                            class_name="text-sm text-muted",
                        ),
                        class_name="min-w-0 flex-1",
                    ),
                    class_name="flex items-start gap-3 rounded-xl border border-line bg-surface px-4 py-3",
                ),
            ),
            # Always there, so that a reader of the screen is told when it changes.
            role="status",
            class_name="empty:hidden",
        ),
    )


def _details() -> rx.Component:
    return router_link(
        t("model_notice.details"),
        to=f"{SETTINGS}#understanding",
        class_name="inline-block min-h-6 whitespace-nowrap text-link underline underline-offset-2",
    )
