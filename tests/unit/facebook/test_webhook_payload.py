"""Shapes of Meta's webhooks: what is taken, what is dropped and counted, what can never raise."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livestream_sell.facebook.errors import MalformedPayload
from livestream_sell.facebook.schemas import IncomingComment, IncomingMessage, LiveVideoStatus
from livestream_sell.facebook.webhook_payload import parse_body, parse_webhook

SAMPLES = Path(__file__).parents[4] / "shared" / "contracts" / "meta"

# file -> (verbs of comments, kinds of messages, what is ignored)
SAMPLE_OUTCOMES: dict[str, tuple[list[str], list[str], dict[str, int]]] = {
    "feed-comment-add-211": ([], [], {"own_comment": 1}),
    "feed-comment-add-25": ([], [], {"own_comment": 1}),
    "feed-comment-add-with-photo": ([], [], {"own_comment": 1}),
    "feed-comment-edited-25": ([], [], {"own_comment": 1}),
    "feed-comment-hide": ([], [], {"moderation": 1}),
    "feed-comment-remove-25": (["remove"], [], {}),
    "feed-comment-unhide": ([], [], {"moderation": 1}),
    "feed-like-add-25": ([], [], {"not_comment": 1}),
    "feed-post-add-25": ([], [], {"not_comment": 1}),
    "feed-reaction-add-comment": ([], [], {"not_comment": 1}),
    "feed-reaction-remove": ([], [], {"not_comment": 1}),
    "feed-share-add-25": ([], [], {"not_comment": 1}),
    "feed-status-add-25": ([], [], {"not_comment": 1}),
    "feed-two-entries-25": ([], [], {"change_shape": 2}),
    "feed-video-add": ([], [], {"not_comment": 1}),
    "messaging-delivery-basic": ([], [], {"delivery": 1}),
    "messaging-message-basic-echo": ([], ["echo"], {}),
    "messaging-message-basic": ([], ["message"], {}),
    "messaging-message-edits": ([], [], {"message_edit": 1}),
    "messaging-message-isdeleted": ([], [], {"message_shape": 1}),
    "messaging-message-quickreply": ([], ["message"], {}),
    "messaging-optin-basic": ([], ["optin"], {}),
    "messaging-policy-callback-block": ([], [], {"policy_enforcement": 1}),
    "messaging-postback-basic": ([], ["postback"], {}),
    "messaging-postback-referral": ([], ["postback"], {}),
    "messaging-read-basic": ([], [], {"read": 1}),
    "messaging-referral-basic": ([], ["referral"], {}),
    "standby-message-basic-echo": ([], ["echo"], {}),
    "unknown-change-value": ([], [], {"other_field": 1}),
}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of Meta's webhooks are not beside this checkout")
@pytest.mark.parametrize("name", SAMPLE_OUTCOMES)
def test_every_sample_has_its_outcome(name: str) -> None:
    parsed = parse_webhook(parse_body((SAMPLES / f"{name}.json").read_bytes()))

    verbs, kinds, ignored = SAMPLE_OUTCOMES[name]
    assert [comment.verb for comment in parsed.comments] == verbs
    assert [message.kind for message in parsed.messages] == kinds
    assert dict(parsed.ignored) == ignored


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of Meta's webhooks are not beside this checkout")
def test_no_sample_is_forgotten() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(SAMPLE_OUTCOMES)


def comment(**changed: Any) -> dict[str, Any]:
    value = {
        "item": "comment",
        "verb": "add",
        "from": {"id": "7700000000000001", "name": "Ana Lim"},
        "post": {"id": "1001_5550001", "status_type": "added_video"},
        "post_id": "1001_5550001",
        "parent_id": "1001_5550001",
        "comment_id": "5550001_6660001",
        "created_time": 1795000001,
        "message": "A12 +2",
    }
    value |= changed
    return {name: item for name, item in value.items() if item is not ...}


def webhook(*values: dict[str, Any], page_id: Any = "1001") -> dict[str, Any]:
    changes = [{"field": "feed", "value": value} for value in values]
    return {"object": "page", "entry": [{"id": page_id, "time": 1795000008, "changes": changes}]}


def test_a_comment_is_taken_whole() -> None:
    parsed = parse_webhook(webhook(comment()))

    assert parsed.comments == [
        IncomingComment(
            verb="add",
            comment_id="5550001_6660001",
            parent_id="1001_5550001",
            text="A12 +2",
            from_id="7700000000000001",
            from_name="Ana Lim",
            created_time=1795000001,
            edited_time=None,
            page_id="1001",
            post_id="1001_5550001",
            status_type="added_video",
        )
    ]
    assert not parsed.ignored


def test_the_entry_of_the_queue() -> None:
    [found] = parse_webhook(webhook(comment(verb="edited", edited_time=1795000060))).comments

    assert orjson.loads(found.to_queue(1795000009.25, "trace")) == {
        "schema_version": 1,
        "verb": "edited",
        "comment_id": "5550001_6660001",
        "parent_id": "1001_5550001",
        "text": "A12 +2",
        "from_id": "7700000000000001",
        "from_name": "Ana Lim",
        "created_time": 1795000001,
        "edited_time": 1795000060,
        "received_at": 1795000009.25,
        "trace_id": "trace",
        "context": {"page_id": "1001", "live_id": "1001_5550001", "status_type": "added_video"},
    }


def test_several_pages_and_a_thousand_changes_in_one_post() -> None:
    many = [comment(comment_id=f"5550001_{number}") for number in range(1000)]
    payload = webhook(*many)
    payload["entry"] += webhook(comment(post_id="2002_1", comment_id="1_1"), page_id="2002")["entry"]

    found = parse_webhook(payload).comments

    assert len(found) == 1001
    assert [each.comment_id for each in found[:2]] == ["5550001_0", "5550001_1"]
    assert (found[-1].page_id, found[-1].post_id) == ("2002", "2002_1")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"from": ...}, {"from_id": None, "from_name": ""}),
        ({"message": ..., "photo": "https://example.test/p.jpg"}, {"text": ""}),
        ({"from": {"id": 77}, "comment_id": 66, "post_id": 55}, {"from_id": "77", "comment_id": "66", "post_id": "55"}),
        ({"from": ..., "sender_id": 77, "sender_name": "Bo"}, {"from_id": "77", "from_name": "Bo"}),
        ({"parent_id": "5550001_9"}, {"parent_id": "5550001_9"}),
        ({"parent_id": ...}, {"parent_id": "1001_5550001"}),
        ({"post": ...}, {"status_type": "", "post_id": "1001_5550001"}),
        ({"post_id": ...}, {"post_id": "1001_5550001"}),
        ({"created_time": "2026-11-22T12:00:08+0000"}, {"created_time": 1795348808}),
        ({"created_time": 10**30}, {"created_time": None}),
        ({"created_time": True}, {"created_time": None}),
        ({"message": "quiero\x00 uno"}, {"text": "quiero uno"}),
        ({"message": "x" * 8000}, {"text": "x" * 8000}),
        ({"verb": "remove", "from": {"id": "1001"}}, {"verb": "remove", "from_id": None}),
    ],
)
def test_variants_of_a_comment(changed: dict[str, Any], expected: dict[str, Any]) -> None:
    [found] = parse_webhook(webhook(comment(**changed))).comments

    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"from": {"id": "1001"}}, "own_comment"),
        ({"from": {"id": 1001}}, "own_comment"),
        ({"verb": "edited", "from": {"id": "1001"}}, "own_comment"),
        ({"item": "reaction"}, "not_comment"),
        ({"verb": "hide"}, "moderation"),
        ({"verb": "unhide"}, "moderation"),
        ({"verb": "mute"}, "other_verb"),
        ({"verb": ["add"]}, "other_verb"),
        ({"comment_id": ...}, "no_ids"),
        ({"comment_id": "9" * 129}, "no_ids"),
        ({"comment_id": {"$ne": 1}}, "no_ids"),
    ],
)
def test_what_is_dropped_is_counted(changed: dict[str, Any], reason: str) -> None:
    parsed = parse_webhook(webhook(comment(**changed)))

    assert parsed.comments == []
    assert dict(parsed.ignored) == {reason: 1}


def message_event(**content: Any) -> dict[str, Any]:
    return {"sender": {"id": "7700"}, "recipient": {"id": "1001"}, "timestamp": 1795000299000, **content}


def messages(*events: dict[str, Any], under: str = "messaging") -> dict[str, Any]:
    return {"object": "page", "entry": [{"id": "1001", "time": 1795000300000, under: list(events)}]}


def test_events_of_private_threads() -> None:
    parsed = parse_webhook(
        messages(
            message_event(message={"mid": "m_1", "text": "yes please"}),
            message_event(message={"mid": "m_2", "text": "Pay now", "quick_reply": {"payload": "PAY:1"}}),
            message_event(postback={"mid": "m_3", "title": "Confirm", "payload": "CONFIRM:1"}),
            message_event(postback={"payload": "OLD"}),
            message_event(optin={"type": "notification_messages", "payload": "RESTOCK:A12", "title": "Tell me"}),
            message_event(referral={"ref": "live_1", "source": "SHORTLINK"}),
            message_event(read={"watermark": 1}),
            message_event(message={"mid": "m_4", "text": "ours", "is_echo": True}),
        )
    )

    at = 1795000299000
    assert parsed.messages == [
        IncomingMessage("message", "m_1", "7700", "1001", "yes please", "", at),
        IncomingMessage("message", "m_2", "7700", "1001", "Pay now", "PAY:1", at),
        IncomingMessage("postback", "m_3", "7700", "1001", "Confirm", "CONFIRM:1", at),
        IncomingMessage("postback", f"postback:7700:{at}", "7700", "1001", "", "OLD", at),
        IncomingMessage("optin", f"optin:7700:{at}", "7700", "1001", "Tell me", "RESTOCK:A12", at),
        IncomingMessage("referral", f"referral:7700:{at}", "7700", "1001", "", "live_1", at),
    ]
    assert dict(parsed.ignored) == {"read": 1, "echo": 1}


def test_an_echo_with_our_metadata_names_the_person_it_went_to() -> None:
    echo = {"sender": {"id": "1001"}, "recipient": {"id": "7700"}, "timestamp": 5}
    echo["message"] = {"mid": "m_1", "is_echo": True, "metadata": "out_123"}

    parsed = parse_webhook(messages(echo))

    assert parsed.messages == [IncomingMessage("echo", "m_1", "7700", "1001", "", "out_123", 5)]


def test_what_a_person_says_to_somebody_else_of_the_page_is_standby() -> None:
    parsed = parse_webhook(messages(message_event(message={"mid": "m_5", "text": "hola"}), under="standby"))

    assert [found.kind for found in parsed.messages] == ["standby"]


def test_the_state_of_a_live_video() -> None:
    change = {"field": "live_videos", "value": {"id": 10159659015335730, "status": "VOD"}}

    parsed = parse_webhook({"object": "page", "entry": [{"id": "1", "changes": [change]}]})

    assert parsed.live_videos == [LiveVideoStatus("1", "10159659015335730", "vod")]


@pytest.mark.parametrize(
    ("payload", "ignored"),
    [
        (None, {"not_page": 1}),
        ([], {"not_page": 1}),
        ({"object": "instagram", "entry": []}, {"not_page": 1}),
        ({"object": "page"}, {"entry_shape": 1}),
        ({"object": "page", "entry": [7, {}, {"id": "1"}]}, {"entry_shape": 3}),
        ({"object": "page", "entry": [{"id": "1", "changes": {}}]}, {"change_shape": 1}),
        ({"object": "page", "entry": [{"id": "1", "changes": [None, {"field": "feed"}]}]}, {"change_shape": 2}),
        ({"object": "page", "entry": [{"id": "1", "messaging": ["x", {}]}]}, {"message_shape": 2}),
    ],
)
def test_unknown_shapes_are_counted(payload: Any, ignored: dict[str, int]) -> None:
    assert dict(parse_webhook(payload).ignored) == ignored


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "from",
                    "item",
                    "verb",
                    "post",
                    "post_id",
                    "comment_id",
                    "message",
                    "value",
                    "field",
                    "sender",
                    "mid",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(value=JSON_VALUES, under=st.sampled_from(["changes", "messaging", "standby"]))
def test_nothing_in_the_body_can_raise(value: Any, under: str) -> None:
    inside = [{"field": "feed", "value": comment(**value)}] if isinstance(value, dict) else [value]

    parsed = parse_webhook({"object": "page", "entry": [{"id": "1001", under: inside}]})

    assert len(parsed.comments) + len(parsed.messages) + sum(parsed.ignored.values()) == 1
    for found in parsed.comments:
        orjson.loads(found.to_queue(1.0, "t"))


def test_half_an_emoji_does_not_cost_the_batch() -> None:
    body = json.dumps(webhook(comment(message="lo quiero \ud83d"), comment(comment_id="5550001_2"))).encode()

    found = parse_webhook(parse_body(body)).comments

    assert [each.text for each in found] == ["lo quiero ", "A12 +2"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' + b"9" * 5000 + b"}"])
def test_what_is_not_json_is_said_to_be_so(body: bytes) -> None:
    with pytest.raises(MalformedPayload):
        parse_body(body)
