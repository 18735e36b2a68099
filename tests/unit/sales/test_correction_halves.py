"""Which half of a labelled set a correction belongs to."""

from livestream_sell.core.ids import uuid7
from livestream_sell.sales.correction_export import half_of


def test_a_comment_is_always_of_the_same_half_and_the_halves_are_about_equal() -> None:
    ids = [uuid7() for _ in range(2000)]

    halves = [half_of(each) for each in ids]

    assert halves == [half_of(each) for each in ids]
    assert 800 < halves.count("dev") < 1200
