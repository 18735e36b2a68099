"""The project's own labelled comments hold together: SKUs, ids, splits, balance (rules in their README)."""

import difflib
import json
import re
from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import livestream_sell

FOLDER = Path(livestream_sell.__file__).parent / "intent" / "labelled"
BLIND = FOLDER / "blind"
INTENTS = {"purchase", "question", "greeting", "cancel", "opt_out", "complaint", "spam", "other"}
LANGUAGES = {"es", "pt", "en", "tl", "th", "vi", "id", "ms", "zh", "ja", "ko", "fr", "ar", "hi", "de", "it", "tr"}
FIELDS = {"id", "text", "featured", "locale", "language", "intent", "items", "catalogue", "kind"}
HALVES = ("dev", "report")

Row = dict[str, Any]


@cache
def rows(half: str) -> tuple[Row, ...]:
    lines = (FOLDER / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


@cache
def skus(catalogue: str) -> frozenset[str]:
    found = json.loads((FOLDER / "catalogues" / f"{catalogue}.json").read_text(encoding="utf-8"))
    return frozenset(item["sku"] for item in found["products"])


def everything() -> tuple[Row, ...]:
    return rows("dev") + rows("report")


def bare(text: str) -> str:
    """The text without case, punctuation, emoji and stretched letters."""
    short = re.sub(r"(.)\1{2,}", r"\1", text.casefold())
    return re.sub(r"[\W_]+", " ", short).strip() or text


@pytest.mark.parametrize("path", sorted((FOLDER / "catalogues").glob("*.json")), ids=lambda path: path.stem)
def test_a_catalogue_has_the_form_that_understand_reads(path: Path) -> None:
    catalogue = json.loads(path.read_text(encoding="utf-8"))
    assert set(catalogue) == {"locale", "currency", "products"}
    assert 10 <= len(catalogue["products"]) <= 60
    assert len({item["sku"] for item in catalogue["products"]}) == len(catalogue["products"])
    for item in catalogue["products"]:
        assert set(item) == {"sku", "name", "price", "stock", "category", "variant", "keywords"}
        assert item["price"] > 0
        assert item["stock"] > 0
    variants = Counter((item["name"], str(item["variant"])) for item in catalogue["products"])
    assert max(variants.values()) == 1


def test_every_line_is_well_formed() -> None:
    for row in everything():
        assert set(row) == FIELDS, row
        assert row["text"].strip() == row["text"] != "", row
        assert row["intent"] in INTENTS, row
        assert row["language"] in LANGUAGES, row
        assert row["featured"] is None or row["featured"] in skus(row["catalogue"]), row
        bought = [item["sku"] for item in row["items"]]
        assert len(set(bought)) == len(bought), row
        assert set(bought) <= skus(row["catalogue"]), row
        assert all(0 < item["qty"] < 100 for item in row["items"]), row
        assert not bought or row["intent"] in {"purchase", "cancel"}, row


def test_ids_and_texts_are_unique() -> None:
    ids = Counter(row["id"] for row in everything())
    texts = Counter((row["language"], row["text"].casefold()) for row in everything())
    assert max(ids.values()) == 1
    assert max(texts.values()) == 1


@pytest.mark.parametrize("half", HALVES)
def test_every_language_has_all_intents_and_no_more_purchases_than_other_lines(half: str) -> None:
    for language in LANGUAGES:
        intents = Counter(row["intent"] for row in rows(half) if row["language"] == language)
        assert set(intents) == INTENTS, language
        assert 2 * intents["purchase"] <= sum(intents.values()), language


def test_the_set_is_large_enough() -> None:
    languages = Counter(row["language"] for row in everything())
    assert sum(languages.values()) >= 1_800
    assert min(languages[language] for language in LANGUAGES) >= 60
    assert abs(len(rows("dev")) - len(rows("report"))) < 100


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_is_tuned_on_is_not_what_is_reported(language: str) -> None:
    dev, report = ([(bare(r["text"]), r) for r in rows(half) if r["language"] == language] for half in HALVES)
    for (ours, first), (theirs, second) in product(dev, report):
        assert ours != theirs, (first["id"], second["id"])
        if first["intent"] != second["intent"]:
            continue
        if first["intent"] == "purchase" and first["items"] != second["items"]:
            continue
        likeness = difflib.SequenceMatcher(None, theirs, ours)
        near = likeness.real_quick_ratio() >= 0.85 and likeness.quick_ratio() >= 0.85 and likeness.ratio() >= 0.85
        assert not near, (first["text"], second["text"])


def blind_rows(half: str) -> list[Row]:
    return [json.loads(line) for line in (BLIND / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_set_of_strangers_is_well_formed() -> None:
    shops = {path.stem: json.loads(path.read_text("utf-8")) for path in (BLIND / "catalogues").glob("*.json")}
    sold = {name: {item["sku"] for item in shop["products"]} for name, shop in shops.items()}
    both = [*blind_rows("dev"), *blind_rows("report")]
    assert max(Counter(row["id"] for row in both).values()) == 1
    for row in both:
        assert set(row) == FIELDS - {"kind"}, row
        assert row["intent"] in INTENTS, row
        assert row["language"] in LANGUAGES, row
        assert row["featured"] is None or row["featured"] in sold[row["catalogue"]], row
        assert {item["sku"] for item in row["items"]} <= sold[row["catalogue"]], row
        assert not row["items"] or row["intent"] in {"purchase", "cancel"}, row


def test_what_strangers_wrote_to_be_reported_is_nowhere_tuned_on() -> None:
    tuned = {(row["language"], bare(row["text"])) for row in (*rows("dev"), *blind_rows("dev"))}
    kept = [row for row in blind_rows("report") if len(row["text"]) > 12]  # everybody writes "STOP"

    assert not [row["text"] for row in kept if (row["language"], bare(row["text"])) in tuned]
    assert min(Counter(row["language"] for row in blind_rows("report")).values()) >= 20
