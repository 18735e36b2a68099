"""Corrections as labelled files: what was said, about which text, with what was on air; nothing of anybody else."""

import asyncio
import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from livestream_sell.core.db import transaction
from livestream_sell.core.errors import NotFound
from livestream_sell.core.ids import uuid7
from livestream_sell.intent.evaluation import measure_labelled
from livestream_sell.intent.schemas import Intent, ItemClaim
from livestream_sell.sales.correction_export import HALVES, LabelledSet, labelled_set
from livestream_sell.sales.pipeline import handle_comments
from livestream_sell.stores.models import Store
from tests.integration.sales.test_corrections import PURCHASE, correct_only, shop
from tests.integration.sales.test_pipeline import comment
from tests.support.factories import create_live, create_product, create_store
from tests.support.http_client import api_client
from tests.support.meta import change

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "redis")]


async def exported(store: Store, *, learned: bool = False) -> LabelledSet:
    async with transaction() as session:
        return await labelled_set(session, store.id, learned=learned)


def lines(found: LabelledSet) -> list[dict[str, Any]]:
    return [line for half in HALVES for line in found.lines[half]]


def write(found: LabelledSet, folder: Path) -> None:
    for path, content in found.files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


async def test_a_correction_is_a_line_as_the_labelled_set_has_them() -> None:
    store, _, _ = await shop()
    await handle_comments([comment("quiero A1 x2")])
    await correct_only(store, PURCHASE, ItemClaim("B2", 3))

    found = await exported(store)

    [line] = lines(found)
    assert line.pop("id")
    assert line == {
        "text": "quiero A1 x2", "featured": None, "locale": "es-CL", "language": "es", "intent": "purchase",
        "items": [{"sku": "B2", "qty": 3}], "catalogue": f"store-{store.id}", "kind": "correction",
    }  # fmt: skip
    catalogue = json.loads(found.files()[f"catalogues/store-{store.id}.json"])
    assert (catalogue["locale"], catalogue["currency"]) == ("es-CL", "CLP")
    assert [(p["sku"], p["name"], p["price"]) for p in catalogue["products"]] == [
        ("A1", "Vestido largo", 12990), ("B2", "Polera corta", 12990),
    ]  # fmt: skip


async def test_what_was_on_air_when_it_was_written_is_kept() -> None:
    store = await create_store()
    first, then = await create_product(store, "A1"), await create_product(store, "B2")
    await create_live(store, featured=first)
    await handle_comments([comment("lo quiero")])
    await change("UPDATE live_events SET featured_product_id = :id", id=then.id)

    await correct_only(store, PURCHASE, ItemClaim("A1", 2))

    assert [line["featured"] for line in lines(await exported(store))] == ["A1"]


async def test_the_last_word_on_a_comment_counts_and_is_about_the_text_it_was_said_of() -> None:
    store, _, _ = await shop()
    await handle_comments([comment("quiero A1")])
    await correct_only(store, PURCHASE, ItemClaim("B2", 1))
    await correct_only(store, Intent.question)
    await handle_comments([comment("quiero A1 ya", verb="edited", edited=1_795_000_900)])

    assert [(line["text"], line["intent"], line["items"]) for line in lines(await exported(store))] == [
        ("quiero A1", "question", [])
    ]


async def test_comments_that_buyers_removed_and_those_of_other_stores_are_left_out() -> None:
    store, _, _ = await shop()
    await handle_comments([comment("hola A1", number=1), comment("quiero A1", number=2, buyer="b2")])
    await correct_only(store, Intent.greeting, number=1)
    await correct_only(store, Intent.other, number=2)
    await handle_comments([comment("", number=2, buyer="b2", verb="remove")])
    other = await create_store(page_id="2002")

    assert [line["text"] for line in lines(await exported(store))] == ["hola A1"]
    assert lines(await exported(other)) == []


async def test_what_is_no_longer_sold_stays_in_the_catalogue_and_what_has_another_code_is_left_out() -> None:
    store, _, _ = await shop()
    await handle_comments([comment("A1", number=1), comment("B2", number=2, buyer="b2", at=1)])
    await correct_only(store, PURCHASE, ItemClaim("A1", 2), number=1)
    await correct_only(store, PURCHASE, ItemClaim("B2", 2), number=2)
    await change("UPDATE products SET is_active = false WHERE sku = 'A1'")
    await change("UPDATE products SET sku = 'C9' WHERE sku = 'B2'")

    found = await exported(store)

    assert ([line["text"] for line in lines(found)], found.left_out) == (["A1"], 1)
    assert [product["sku"] for product in found.catalogue["products"]] == ["A1", "C9"]


async def test_the_set_is_measured_and_learned_words_are_in_it_only_when_asked_for(tmp_path: Path) -> None:
    store, _, _ = await shop()
    await handle_comments([comment("quiero el chalequito")])
    await correct_only(store, PURCHASE, ItemClaim("B2", 1))

    write(await exported(store), tmp_path / "without")
    write(await exported(store, learned=True), tmp_path / "with")

    without, learned = (measure_labelled("all", tmp_path / name) for name in ("without", "with"))
    assert (without.items_all, without.items_right) == (1, 0)
    assert (learned.items_all, learned.items_right) == (1, 1)


async def test_a_store_that_never_was_is_not_found() -> None:
    with pytest.raises(NotFound):
        async with transaction() as session:
            await labelled_set(session, uuid7())


async def test_the_rest_interface_gives_the_owner_a_zip_and_nobody_else_anything() -> None:
    store, _, _ = await shop()
    await handle_comments([comment("quiero A1 x2")])
    await correct_only(store, PURCHASE, ItemClaim("B2", 3))
    thief = await create_store(page_id="2002")

    async with api_client(store) as client, api_client(thief) as other, api_client() as nobody:
        answer = await client.get("/api/v1/corrections/export")
        stolen = await other.get("/api/v1/corrections/export", params={"store_id": str(store.id)})
        own = await other.get("/api/v1/corrections/export")
        asked = await nobody.get("/api/v1/corrections/export", params={"store_id": str(store.id)})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert "attachment" in answer.headers["content-disposition"]
    root = f"store-{store.id}"
    with ZipFile(BytesIO(answer.content)) as archive:
        assert sorted(archive.namelist()) == [
            f"{root}/catalogues/{root}.json",
            f"{root}/dev.jsonl",
            f"{root}/report.jsonl",
        ]
        assert b"quiero A1 x2" in archive.read(f"{root}/dev.jsonl") + archive.read(f"{root}/report.jsonl")
    assert (stolen.status_code, asked.status_code) == (404, 401)
    with ZipFile(BytesIO(own.content)) as archive:
        assert [archive.read(name) for name in archive.namelist() if name.endswith(".jsonl")] == [b"", b""]


async def test_the_command_writes_the_folder_that_evaluate_measures(tmp_path: Path) -> None:
    store, _, _ = await shop()
    await handle_comments([comment("quiero A1 x2"), comment("gracias linda", number=2, buyer="b2", at=1)])
    await correct_only(store, PURCHASE, ItemClaim("B2", 3), number=1)
    await correct_only(store, Intent.other, number=2)
    folder = tmp_path / "kept"

    written = await command("corrections", "--store", str(store.id), "--out", str(folder))
    measured = await command("evaluate", "--labelled", str(folder), "--part", "all")
    (folder / "dev.jsonl").write_bytes(b"")
    empty = await command("evaluate", "--labelled", str(folder), "--part", "dev")
    nothing = await command("evaluate", "--labelled", str(tmp_path / "absent"))
    unknown = await command("corrections", "--store", str(uuid7()), "--out", str(tmp_path / "x"))

    assert written.returncode == 0, written.stderr
    assert "2 corrections in" in written.stdout
    assert measured.returncode == 0, measured.stderr
    assert "both halves: 2 comments" in measured.stdout
    assert "items and quantities exact 0.000" in measured.stdout
    assert "dev half: no comments, nothing to measure" in empty.stdout
    assert (nothing.returncode, unknown.returncode) == (1, 1)
    assert "cannot be opened" in nothing.stderr
    assert not (tmp_path / "x").exists()


async def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "livestream_sell.cli", *arguments],
        capture_output=True, text=True, env=os.environ.copy(), check=False,
    )  # fmt: skip
