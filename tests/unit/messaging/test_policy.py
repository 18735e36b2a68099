"""Meta's messaging rules: every combination that matters, and the words that stop us."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from livestream_sell.messaging.models import MessageKind, MessagePurpose
from livestream_sell.messaging.opt_out_words import START_WORDS, STOP_WORDS, asks_to_start, stop_language
from livestream_sell.messaging.policy import Decision, Route, Situation, decide, is_comment_free, is_window_open

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)


def situation(kind: str = "private_reply", purpose: str = "claim", **facts: bool) -> Situation:
    known = {"has_free_comment": False, "window_open": False, "opted_out": False, **facts}
    return Situation(kind, purpose, **known)


@pytest.mark.parametrize(
    ("given", "route", "reason"),
    [
        (situation("public_reply"), Route.public_reply, ""),
        (situation("public_reply", opted_out=True), Route.nothing, "opted_out"),
        (situation(has_free_comment=True), Route.private_reply, ""),
        (situation(has_free_comment=True, window_open=True), Route.private_reply, ""),
        (situation(window_open=True), Route.direct, ""),
        (situation(), Route.nothing, "window_closed"),
        (situation("direct", "paid", window_open=True), Route.direct, ""),
        (situation("direct", "paid", window_open=True, has_free_comment=True), Route.direct, ""),
        (situation("direct", "paid", has_free_comment=True), Route.private_reply, ""),
        (situation("direct", "paid", has_template=True), Route.utility_template, ""),
        (situation("direct", "freed", has_template=True), Route.nothing, "window_closed"),
        (situation("direct", "manual"), Route.nothing, "window_closed"),
        (situation("direct", "manual", window_open=True, opted_out=True), Route.nothing, "opted_out"),
        (situation("direct", "opted_out", window_open=True, opted_out=True), Route.direct, ""),
        (situation("direct", "opted_out", opted_out=True, has_free_comment=True), Route.nothing, "window_closed"),
    ],
)
def test_rows(given: Situation, route: Route, reason: str) -> None:
    assert decide(given) == Decision(route, reason)


def test_every_situation_is_decided_and_none_breaks_a_rule_of_meta() -> None:
    for kind, purpose, free, opened, out, template in product(MessageKind, MessagePurpose, *[(False, True)] * 4):
        given = Situation(kind, purpose, free, opened, out, template)
        decision = decide(given)
        assert (decision.route is Route.nothing) == bool(decision.reason)
        assert decision.route is not Route.direct or opened
        assert decision.route is not Route.private_reply or free
        assert decision.route is not Route.utility_template or template
        assert not out or purpose == MessagePurpose.opted_out or decision.route is Route.nothing


@pytest.mark.parametrize(
    ("ago", "is_open"),
    [(None, False), (timedelta(0), True), (timedelta(hours=24, seconds=-1), True), (timedelta(hours=24), False)],
)
def test_the_window_lasts_a_day(ago: timedelta | None, is_open: bool) -> None:
    assert is_window_open(NOW - ago if ago is not None else None, NOW) is is_open


@pytest.mark.parametrize(
    ("comment", "ago", "used", "is_free"),
    [
        ("1_1", timedelta(days=7, seconds=-1), False, True),
        ("1_1", timedelta(days=7), False, False),
        ("1_1", timedelta(0), True, False),
        (None, timedelta(0), False, False),
    ],
)
def test_a_comment_is_free_for_a_week_and_once(comment: str | None, ago: timedelta, used: bool, is_free: bool) -> None:
    assert is_comment_free(comment, NOW - ago, NOW, used=used) is is_free


@pytest.mark.parametrize(("language", "word"), [(lang, word) for lang, words in STOP_WORDS.items() for word in words])
def test_every_stop_word_is_understood_however_it_is_written(language: str, word: str) -> None:
    assert stop_language(word) == language
    assert stop_language(f"  ¡{word.upper()}!! ") == language


def test_accents_and_curly_apostrophes_make_no_difference() -> None:
    assert stop_language("No quiero más mensajes.") == "es"
    assert stop_language("Don’t message me") == "en"


def test_no_word_both_stops_and_starts() -> None:
    assert {word for word in START_WORDS if stop_language(word)} == set()
    assert all(asks_to_start(word) for word in START_WORDS)
