"""Identifiers."""

import time

from livestream_sell.core.ids import checkout_token, order_code, uuid7


def test_ids_of_a_process_are_ordered_and_carry_their_time() -> None:
    before = time.time_ns() // 1_000_000
    ids = [uuid7() for _ in range(10_000)]
    after = time.time_ns() // 1_000_000

    assert ids == sorted(set(ids))
    assert before <= ids[0].int >> 80 <= after
    assert {each.version for each in ids} == {7}
    assert {each.variant for each in ids} == {"specified in RFC 4122"}


def test_codes_are_readable_and_tokens_long() -> None:
    assert len(order_code()) == 7
    assert not set("01ILO") & set("".join(order_code() for _ in range(200)))
    assert len(checkout_token()) == 32
