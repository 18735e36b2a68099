"""The whole sandbox in one object: what every service shares."""

from dataclasses import dataclass, field
from typing import Any

from livestream_sell.sandbox.config import SandboxConfig
from livestream_sell.sandbox.deliveries import Deliveries
from livestream_sell.sandbox.graph_errors import GraphError
from livestream_sell.sandbox.public import Public
from livestream_sell.sandbox.request_log import RequestLog
from livestream_sell.sandbox.switches import SwitchBoard
from livestream_sell.sandbox.webhooks import FacebookWebhooks
from livestream_sell.sandbox.world import Comment, Live, World

FIRST_LIVE_ID = "8880001"


@dataclass(slots=True)
class SandboxState:
    """Built by `new`; `reset` brings back the world of the demo shop."""

    config: SandboxConfig
    world: World
    log: RequestLog
    switches: SwitchBoard
    deliveries: Deliveries
    webhooks: FacebookWebhooks
    public: Public
    urls: dict[str, str] = field(default_factory=dict)
    stores: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def new(cls, config: SandboxConfig) -> "SandboxState":
        world, log, switches = World(), RequestLog(), SwitchBoard()
        deliveries = Deliveries(log, switches, config.webhook_retry_seconds)
        webhooks = FacebookWebhooks(config, world, deliveries, switches)
        state = cls(config, world, log, switches, deliveries, webhooks, Public(world, webhooks))
        state.seed()
        return state

    def seed(self) -> None:
        page = self.world.page(self.config.page_id)
        page.name = self.config.page_name
        self.world.start_live(page.id, "Noche de vestidos", self.config.post_id, FIRST_LIVE_ID)

    async def reset(self) -> None:
        self.switches.reset()
        self.webhooks.forget_pending()
        await self.deliveries.forget_pending()
        self.log.clear()
        self.world.clear()
        for store in self.stores.values():
            store.clear()
        self.seed()

    def live_of_page(self, target_id: str, page_id: str) -> Live | None:
        """By its own id or its post's; a post of the page that is not known yet exists from now on."""
        live = self.world.find_live(target_id)
        is_own_post = live is None and page_id != "" and target_id.startswith(f"{page_id}_")
        return self.world.live(target_id, page_id) if is_own_post else live

    def comment_of_page(self, comment_id: str, page_id: str) -> Comment:
        """Error 100-33 for a deleted comment, another page's, or (when so switched) an unknown one."""
        comment = self.world.comments.get(comment_id)
        if comment is None and "_" in comment_id and self.switches.of("graph").adopt_unknown_comments:
            comment = self.world.adopt_comment(comment_id, page_id)
        if comment is None or comment.is_removed or comment.page_id != page_id:
            raise GraphError("100-33")
        return comment
