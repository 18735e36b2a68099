"""Answers that are kept: the same as fresh ones, for the same question only."""

from decimal import Decimal

import pytest

from livestream_sell.intent import engine, repeated
from livestream_sell.intent.schemas import Catalogue, CatalogueProduct, Comment


def catalogue(*skus: str) -> Catalogue:
    return Catalogue.build([CatalogueProduct(sku, f"Vestido {sku}", Decimal(9990), 3) for sku in skus], "es-CL", "CLP")


def test_a_repeated_comment_gets_the_same_answer_under_its_own_id(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = catalogue("A1", "B2")
    first = repeated.understand([Comment("1", "quiero A1 x2", "B2", "es-CL")], shop)
    monkeypatch.setattr(engine, "understand", lambda comments, _: pytest.fail("asked again") if comments else [])

    [again] = repeated.understand([Comment("2", "quiero A1 x2", "B2", "es-CL")], shop)

    assert again.comment_id == "2"
    assert (again.intent, again.items) == (first[0].intent, first[0].items)


def test_the_product_on_air_and_the_catalogue_belong_to_the_question() -> None:
    shop = catalogue("A1", "B2")
    told = [Comment("1", "lo quiero", "A1", "es-CL"), Comment("2", "lo quiero", "B2", "es-CL")]

    assert [answer.items[0].sku for answer in repeated.understand(told, shop)] == ["A1", "B2"]
    assert repeated.understand([Comment("3", "quiero B2", None, None)], catalogue("A1")) == engine.understand(
        [Comment("3", "quiero B2", None, None)], catalogue("A1")
    )


def test_what_is_kept_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated, "KEPT", 3)
    repeated.understand([Comment(str(n), f"hola {n}") for n in range(9)], catalogue("A1"))

    assert len(repeated._known) == 3
