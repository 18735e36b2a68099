"""From notes to small deltas."""

from livestream_sell.core.ui_updates import FEED, UiUpdate, decode, publish
from livestream_sell.ui.live_updates import MAX_ROWS, Outbox

STORE = "0192-store"


def feed(number: int) -> UiUpdate:
    return UiUpdate(STORE, FEED, ({"id": str(number)},))


def drain_one(outbox: Outbox) -> dict:
    [(store, delta)] = outbox.drain()
    assert store == STORE
    return delta


def test_each_emission_repeats_the_one_before() -> None:
    outbox = Outbox()
    outbox.add(feed(1))
    first = drain_one(outbox)["inbox_rx_state_"]
    outbox.add(feed(2))
    second = drain_one(outbox)["inbox_rx_state_"]

    assert [row["id"] for row in first["rows"]] == ["1"]
    assert [row["id"] for row in second["rows"]] == ["1", "2"]
    assert second["seq"] == first["seq"] + 1


def test_topics_do_not_move_the_count_of_the_feed() -> None:
    outbox = Outbox()
    outbox.add(feed(1))
    first = drain_one(outbox)["inbox_rx_state_"]["seq"]
    for topic in ("orders", "stock", "orders"):
        outbox.add(UiUpdate(STORE, topic))
    pulse = drain_one(outbox)
    outbox.add(feed(2))

    assert pulse == {"pulse_rx_state_": {"seq": 1, "topics": ["orders", "stock"]}}
    assert drain_one(outbox)["inbox_rx_state_"]["seq"] == first + 1


def test_a_flood_sends_the_newest_and_silence_sends_nothing() -> None:
    outbox = Outbox()
    for number in range(MAX_ROWS * 3):
        outbox.add(feed(number))

    rows = drain_one(outbox)["inbox_rx_state_"]["rows"]
    assert len(rows) == MAX_ROWS
    assert rows[-1]["id"] == str(MAX_ROWS * 3 - 1)
    assert outbox.drain() == []


class Recorder:
    def xadd(self, name: str, fields: dict, *, maxlen: int, approximate: bool) -> dict:
        assert name == "ui_updates"
        assert maxlen
        assert approximate
        return fields


def test_what_is_published_is_decoded() -> None:
    rows = ({"id": "7", "text": "¡mío! 🙋"}, {"id": "8", "text": "yo"})

    assert decode(publish(Recorder(), STORE, FEED, rows)) == UiUpdate(STORE, FEED, rows)
    assert decode(publish(Recorder(), STORE, "orders")) == UiUpdate(STORE, "orders")


def test_a_strange_entry_is_left_out() -> None:
    assert decode({b"x": b"y"}) is None
    assert decode({b"store": b"s", b"topic": b"feed", b"rows": b"{"}) is None
    assert decode({b"store": b"s", b"topic": b"feed", b"rows": b"[1]"}) == UiUpdate("s", "feed")
    assert decode({b"store": b"s", b"topic": b"feed", b"rows": b"7"}) == UiUpdate("s", "feed")
