"""What people do: comment, change their mind, write to the page, tap its buttons."""

from dataclasses import dataclass
from typing import Any

from livestream_sell.sandbox.webhooks import FacebookWebhooks
from livestream_sell.sandbox.world import Comment, DirectMessage, Live, World


class NothingThere(LookupError):
    """The comment is unknown or was deleted before."""


@dataclass(frozen=True, slots=True)
class Public:
    """Each act changes the world and tells the product by webhook."""

    world: World
    webhooks: FacebookWebhooks

    def comments(self, page_id: str, post_id: str, buyer_id: str, name: str, text: str, parent_id: str = "") -> Comment:
        comment = self.world.add_comment(page_id, post_id, buyer_id, name, text, parent_id)
        self.webhooks.comment(comment, "add")
        return comment

    def edits(self, comment_id: str, text: str) -> Comment:
        comment = self._existing(comment_id)
        comment.text = text
        comment.edited_at = self.world.now()
        self.world.changed(comment)
        self.webhooks.comment(comment, "edited")
        return comment

    def deletes(self, comment_id: str) -> Comment:
        comment = self._existing(comment_id)
        comment.is_removed = True
        self.world.changed(comment)
        self.webhooks.comment(comment, "remove")
        return comment

    def writes(self, page_id: str, psid: str, name: str, message: dict[str, Any]) -> DirectMessage:
        """`message` holds a text (perhaps with a quick reply), a postback or an opt-in."""
        thread = self.world.thread(page_id, psid, name)
        spoke_at = thread.person_spoke_at
        sent = self.world.add_message(thread, by_page=False, via="person", message=message)
        if "optin" in message:
            thread.person_spoke_at = spoke_at
        self.webhooks.from_person(thread, sent)
        return sent

    def goes_live(self, page_id: str, title: str) -> Live:
        live = self.world.start_live(page_id, title)
        self.webhooks.live(live)
        return live

    def ends_live(self, live: Live) -> None:
        live.status = "VOD"
        self.world.tell({"type": "live", "post_id": live.post_id})
        self.webhooks.live(live)

    def _existing(self, comment_id: str) -> Comment:
        comment = self.world.comments.get(comment_id)
        if comment is None or comment.is_removed:
            raise NothingThere(comment_id)
        return comment
