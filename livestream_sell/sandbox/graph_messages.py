"""What `/messages` accepts: the formats and limits of the Send API."""

from typing import Any

from livestream_sell.sandbox.graph_errors import GraphError

TEXT_LIMIT = 2000
METADATA_LIMIT = 1000
BUTTON_TEXT_LIMIT = 640
BUTTON_TITLE_LIMIT = 20
PAYLOAD_LIMIT = 1000
CARD_TEXT_LIMIT = 80
BUTTONS_LIMIT = 3
QUICK_REPLIES_LIMIT = 13
CARDS_LIMIT = 10

RECEIPT_REQUIRED = ("recipient_name", "order_number", "currency", "payment_method", "summary")


def check_message(message: object) -> dict[str, Any]:
    """Refuse with error 100 what Messenger would refuse."""
    if not isinstance(message, dict) or not message:
        raise GraphError("100", "(#100) The parameter message is required")
    if "template" in message:
        return message
    text, attachment = message.get("text"), message.get("attachment")
    _require((text is None) != (attachment is None), "message must be a text or an attachment")
    if text is not None:
        _require(isinstance(text, str) and 0 < len(text) <= TEXT_LIMIT, "message[text] length")
    _require(len(str(message.get("metadata", ""))) <= METADATA_LIMIT, "message[metadata] is too long")
    _check_quick_replies(message.get("quick_replies", []))
    if attachment is not None:
        _check_attachment(attachment)
    return message


def _check_attachment(attachment: object) -> None:
    _require(isinstance(attachment, dict), "message[attachment] must be an object")
    assert isinstance(attachment, dict)
    kind, payload = attachment.get("type"), attachment.get("payload")
    if kind in ("image", "video", "audio", "file"):
        return
    _require(kind == "template" and isinstance(payload, dict), "message[attachment][type]")
    assert isinstance(payload, dict)
    check = _TEMPLATES.get(str(payload.get("template_type")))
    if check is None:
        raise GraphError("100", "(#100) Invalid template type")
    check(payload)


def _check_button_template(payload: dict[str, Any]) -> None:
    text, buttons = payload.get("text"), payload.get("buttons")
    _require(isinstance(text, str) and 0 < len(text) <= BUTTON_TEXT_LIMIT, "button template text length")
    _require(isinstance(buttons, list) and 1 <= len(buttons) <= BUTTONS_LIMIT, "1 to 3 buttons")
    _check_buttons(buttons)


def _check_generic_template(payload: dict[str, Any]) -> None:
    cards = payload.get("elements")
    _require(isinstance(cards, list) and 1 <= len(cards) <= CARDS_LIMIT, "1 to 10 elements")
    for card in cards or []:
        _require(0 < len(card.get("title", "")) <= CARD_TEXT_LIMIT, "elements[title] length")
        _require(len(card.get("subtitle", "")) <= CARD_TEXT_LIMIT, "elements[subtitle] length")
        _require(len(card.get("buttons", [])) <= BUTTONS_LIMIT, "at most 3 buttons per element")
        _check_buttons(card.get("buttons", []))


def _check_receipt_template(payload: dict[str, Any]) -> None:
    missing = [name for name in RECEIPT_REQUIRED if not payload.get(name)]
    _require(not missing, f"receipt lacks {', '.join(missing)}")
    _require("total_cost" in payload["summary"], "receipt lacks summary[total_cost]")


def _check_opt_in_template(payload: dict[str, Any]) -> None:
    _require(0 < len(payload.get("title", "")) <= 65, "notification_messages title length")
    _require(bool(payload.get("payload")), "notification_messages payload")


_TEMPLATES = {
    "button": _check_button_template,
    "generic": _check_generic_template,
    "receipt": _check_receipt_template,
    "notification_messages": _check_opt_in_template,
}


def _check_buttons(buttons: Any) -> None:
    for button in buttons:
        _require(0 < len(button.get("title", "")) <= BUTTON_TITLE_LIMIT, "buttons[title] length")
        if button.get("type") == "web_url":
            url = button.get("url", "")
            _require(url.startswith(("http://", "https://")), "buttons[url] should represent a valid URL")
        elif button.get("type") == "postback":
            _require(0 < len(button.get("payload", "")) <= PAYLOAD_LIMIT, "buttons[payload] length")
        elif button.get("type") != "phone_number":
            raise GraphError("100", f"(#100) Invalid button type: {button.get('type')}")


def _check_quick_replies(replies: Any) -> None:
    _require(isinstance(replies, list) and len(replies) <= QUICK_REPLIES_LIMIT, "at most 13 quick replies")
    for reply in replies:
        if reply.get("content_type") == "text":
            _require(0 < len(reply.get("title", "")) <= BUTTON_TITLE_LIMIT, "quick_replies[title] length")
            _require(0 < len(reply.get("payload", "")) <= PAYLOAD_LIMIT, "quick_replies[payload] length")


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise GraphError("100", f"(#100) Invalid parameter: {what}")
