"""The measures of understanding: files in the documented form, thresholds that hold, three kept apart."""

import json
from pathlib import Path

import pytest

from livestream_sell.intent.evaluation import (
    BLIND,
    THIRD_PARTY,
    measure_labelled,
    measure_third_party,
    report,
    run_file,
)


def test_a_file_of_comments_becomes_a_file_of_decisions(tmp_path: Path) -> None:
    catalogue = {
        "locale": "es-CL",
        "currency": "CLP",
        "products": [
            {"sku": "A1", "name": "Bolso", "price": 10, "stock": 1, "category": "x", "variant": {}, "keywords": []}
        ],
    }
    comments = [{"id": "1", "text": "lo quiero", "featured": "A1"}, {"id": "2", "text": "precio?", "featured": None}]
    (tmp_path / "catalogue.json").write_text(json.dumps(catalogue), encoding="utf-8")
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, comments)) + "\n", encoding="utf-8")

    assert run_file(tmp_path / "catalogue.json", tmp_path / "in.jsonl", tmp_path / "out.jsonl") == 2

    first, second = (json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    assert set(first) == {"id", "intent", "language", "items", "confidence", "engine"}
    assert (first["id"], first["intent"], first["engine"]) == ("1", "purchase", "local")
    assert first["items"] == [{"sku": "A1", "qty": 1}]
    assert second["intent"] == "question"


def test_the_reported_half_stays_understood() -> None:
    measure = measure_labelled("report")
    precision, recall, _, _ = measure.scores("purchase")

    assert measure.accuracy >= 0.92
    assert precision >= 0.955
    assert recall >= 0.93
    assert measure.items_right / measure.items_all >= 0.91
    assert measure.unresolved_final == 0


def test_what_strangers_wrote_stays_understood() -> None:
    measure = measure_labelled("report", BLIND)
    precision, recall, _, _ = measure.scores("purchase")

    assert measure.accuracy >= 0.94
    assert precision >= 0.96
    assert recall >= 0.95
    assert measure.items_right / measure.items_all >= 0.88
    assert measure.scores("opt_out")[1] >= 0.95
    assert measure.unresolved_final == 0


def test_other_peoples_comments_stay_understood() -> None:
    measure = measure_third_party(THIRD_PARTY)
    if measure is None:
        pytest.skip(f"no third-party comments in {THIRD_PARTY}")

    assert measure.accuracy >= 0.85
    assert measure.chatter_bought / measure.chatter <= 0.02
    assert measure.unresolved_final == 0


def test_the_report_says_what_it_skips_and_draws_what_it_has(tmp_path: Path) -> None:
    text = report(tmp_path / "absent", tmp_path / "picture.svg")

    assert "skipped" in text
    assert "wanted \\ got" in text
    assert (tmp_path / "picture.svg").read_text("utf-8").startswith("<svg")
