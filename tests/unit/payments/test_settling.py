"""The lattice of states: any order of facts, any number of times, ends alike."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livestream_sell.payments.gateways.base import FactState, GatewayFact
from livestream_sell.payments.models import Payment, PaymentStatus
from livestream_sell.payments.settling import MONEY_CAME, UNPAID, decide, disagreement

FACT = GatewayFact(FactState.pending, "R-1", Decimal("10.00"), "USD")
SETTLED = {PaymentStatus.succeeded, PaymentStatus.needs_review, PaymentStatus.refund_due}


def fact(state: FactState) -> GatewayFact:
    return replace(FACT, state=state)


def play(status: PaymentStatus, states: list[FactState], differs: str = "") -> PaymentStatus:
    for state in states:
        status = decide(status, fact(state), differs) or status
    return status


@given(st.lists(st.sampled_from(FactState)), st.sampled_from(PaymentStatus))
def test_success_wins_wherever_it_stands_among_the_facts(states: list[FactState], start: PaymentStatus) -> None:
    ended = play(start, [*states, FactState.succeeded])

    assert ended == (PaymentStatus.succeeded if start in UNPAID else start)
    assert play(ended, states) == ended


@given(st.lists(st.sampled_from(FactState)), st.sampled_from(sorted(SETTLED)))
def test_a_settled_attempt_is_moved_by_nothing(states: list[FactState], start: PaymentStatus) -> None:
    assert play(start, states) == start
    assert play(start, states, "amount differs") == start


@pytest.mark.parametrize("order", list(permutations([FactState.pending, FactState.approved, FactState.succeeded])))
def test_every_order_of_the_happy_path_ends_in_success(order: tuple[FactState, ...]) -> None:
    assert play(PaymentStatus.creating, list(order)) == PaymentStatus.succeeded


@pytest.mark.parametrize(
    ("status", "state", "moved_to"),
    [
        (PaymentStatus.creating, FactState.pending, PaymentStatus.pending),
        (PaymentStatus.creating, FactState.approved, PaymentStatus.pending),
        (PaymentStatus.pending, FactState.pending, None),
        (PaymentStatus.pending, FactState.approved, None),
        (PaymentStatus.pending, FactState.failed, PaymentStatus.failed),
        (PaymentStatus.pending, FactState.refunded, PaymentStatus.failed),
        (PaymentStatus.pending, FactState.expired, PaymentStatus.expired),
        (PaymentStatus.reported, FactState.failed, PaymentStatus.failed),
        (PaymentStatus.reported, FactState.pending, None),
        (PaymentStatus.failed, FactState.expired, None),
        (PaymentStatus.expired, FactState.failed, None),
        (PaymentStatus.failed, FactState.pending, None),
        (PaymentStatus.failed, FactState.succeeded, PaymentStatus.succeeded),
        (PaymentStatus.expired, FactState.succeeded, PaymentStatus.succeeded),
    ],
)
def test_each_step(status: PaymentStatus, state: FactState, moved_to: PaymentStatus | None) -> None:
    assert decide(status, fact(state), "") == moved_to


@pytest.mark.parametrize("status", sorted(UNPAID))
def test_money_that_differs_is_for_a_person_and_other_facts_that_differ_are_of_something_else(
    status: PaymentStatus,
) -> None:
    assert decide(status, fact(FactState.succeeded), "amount") == PaymentStatus.needs_review
    assert decide(status, fact(FactState.approved), "amount") == PaymentStatus.needs_review
    for state in (FactState.pending, FactState.failed, FactState.expired, FactState.refunded):
        assert decide(status, fact(state), "amount") is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"amount": Decimal(10)}, ""),
        ({"amount": Decimal("9.99")}, "amount: asked 10.00, got 9.99"),
        ({"currency": "CLP"}, "currency: asked USD, got CLP"),
        ({"reference": ""}, "reference: asked R-1, got "),
        ({"reference": "R-2", "currency": "EUR"}, "reference: asked R-1, got R-2; currency: asked USD, got EUR"),
    ],
)
def test_reference_currency_and_amount_are_compared_by_value(changes: dict[str, object], said: str) -> None:
    payment = Payment(
        store_id=uuid4(), order_id=uuid4(), gateway="flow", reference="R-1", amount=Decimal("10.00"), currency="USD"
    )

    assert disagreement(payment, replace(FACT, **changes)) == said  # type: ignore[arg-type]


def test_every_status_is_either_unpaid_or_settled() -> None:
    assert set(PaymentStatus) == UNPAID | SETTLED
    assert MONEY_CAME < SETTLED
