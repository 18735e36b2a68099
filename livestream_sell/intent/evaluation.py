"""How well the local engine understands: three measures, never mixed, as tables and as a picture."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from livestream_sell.core.errors import InvalidInput
from livestream_sell.intent.engine import understand
from livestream_sell.intent.files import comment_from, load_catalogue, read_lines, run_file
from livestream_sell.intent.picture import draw
from livestream_sell.intent.schemas import Catalogue, Comment, Intent, Understanding

__all__ = ["Measure", "measure_labelled", "measure_third_party", "report", "run_file"]

LABELLED = Path(__file__).parent / "labelled"
BLIND = LABELLED / "blind"  # by authors who knew nothing of the engine
_ALL = 3
_NAMES = {LABELLED: "project's own set", BLIND: "set of authors who had not seen the engine"}
THIRD_PARTY = Path("../shared/evaluation")
_THIRD_PARTY_FILE = "third_party_intents.jsonl"
_CHATTER = "chatter"
_SPELLINGS = {"optout": "opt_out"}
_BUY = Intent.purchase.value


@dataclass(slots=True)
class Measure:
    name: str
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)  # wanted, got
    languages: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    items_right: int = 0
    items_all: int = 0
    chatter: int = 0
    chatter_bought: int = 0
    chatter_final: int = 0  # bought and stopped by no review
    unresolved_final: int = 0
    microseconds: float = 0.0

    @property
    def accuracy(self) -> float:
        return _accuracy(self.confusion)

    def scores(self, intent: str, language: str | None = None) -> tuple[float, float, float, int]:
        """Precision, recall, F1 and how many there are, in one language or in all."""
        confusion = self.languages[language] if language else self.confusion
        hit = confusion[intent, intent]
        wanted = sum(n for (gold, _), n in confusion.items() if gold == intent)
        got = sum(n for (_, guess), n in confusion.items() if guess == intent)
        precision, recall = hit / max(1, got), hit / max(1, wanted)
        return precision, recall, 2 * precision * recall / max(1e-9, precision + recall), wanted

    def add(self, wanted: str, language: str, decided: Understanding) -> None:
        got = decided.intent.value
        self.confusion[wanted, got] += 1
        self.languages.setdefault(language, Counter())[wanted, got] += 1
        self.unresolved_final += got == _BUY and not decided.items and not decided.needs_review


def _accuracy(confusion: Counter[tuple[str, str]]) -> float:
    return sum(n for (wanted, got), n in confusion.items() if wanted == got) / max(1, confusion.total())


def measure_labelled(part: str = "report", folder: Path = LABELLED) -> Measure:
    """One half of a labelled set, or `all` of it.

    Raises:
        InvalidInput: the folder is no labelled set.
    """
    name = _NAMES.get(folder, str(folder))
    measure = Measure(f"{name}, {'both halves' if part == 'all' else f'{part} half'}")
    try:
        shops = {path.stem: load_catalogue(path) for path in (folder / "catalogues").glob("*.json")}
        halves = ("dev", "report") if part == "all" else (part,)
        rows = [row for half in halves for row in read_lines(folder / f"{half}.jsonl")]
        missing = {row["catalogue"] for row in rows} - set(shops)
    except OSError as error:
        raise InvalidInput(f"{error.filename} cannot be opened: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{folder} is no labelled set: see livestream_sell/intent/labelled/README.md.") from error
    if missing:
        raise InvalidInput(f"{folder}/catalogues has no {', '.join(sorted(map(str, missing)))}.")
    # The first decision loads the word lists: it would be the speed of a small set.
    understand([Comment("", "")], Catalogue.build([]))
    started = time.process_time()
    decisions = [understand([comment_from(row)], shops[row["catalogue"]])[0] for row in rows]
    measure.microseconds = (time.process_time() - started) / max(1, len(rows)) * 1e6
    for row, decided in zip(rows, decisions, strict=True):
        measure.add(row["intent"], row["language"], decided)
        if row["intent"] == _BUY:
            measure.items_all += 1
            measure.items_right += decided.intent is Intent.purchase and _same_items(row, decided)
    return measure


def _same_items(row: Mapping[str, Any], decided: Understanding) -> bool:
    wanted = Counter({item["sku"]: item["qty"] for item in row["items"]})
    return wanted == Counter({item.sku: item.quantity for item in decided.items})


def measure_third_party(folder: Path = THIRD_PARTY) -> Measure | None:
    """Other people's lines have no catalogue: the intent alone is judged. None where absent."""
    path = folder / _THIRD_PARTY_FILE
    if not path.is_file():
        return None
    measure = Measure("other people's comments, intent only")
    rows = list(read_lines(path))
    nothing = Catalogue.build([])
    comments = [Comment(str(at), row["text"]) for at, row in enumerate(rows)]
    started = time.process_time()
    decisions = understand(comments, nothing)
    measure.microseconds = (time.process_time() - started) / max(1, len(rows)) * 1e6
    for row, decided in zip(rows, decisions, strict=True):
        wanted = _SPELLINGS.get(row["intent"], row["intent"])
        if wanted != _CHATTER:
            measure.add(wanted, row["lang"], decided)
    _measure_chatter(measure, rows)
    return measure


def _measure_chatter(measure: Measure, rows: Sequence[Mapping[str, Any]]) -> None:
    """Once without a shop, and once in the harder place: during a live with a product on air."""
    texts = [row["text"] for row in rows if row["intent"] == _CHATTER]
    comments = [Comment(str(at), text) for at, text in enumerate(texts)]
    measure.chatter = len(texts)
    measure.chatter_bought = _bought(understand(comments, Catalogue.build([])))
    shop = load_catalogue(LABELLED / "catalogues" / "beauty-us.json")
    on_air = [Comment(c.id, c.text, shop.products[0].sku) for c in comments]
    decided = understand(on_air, shop)
    measure.chatter_final = _bought([one for one in decided if not one.needs_review])


def _bought(decisions: Sequence[Understanding]) -> int:
    return sum(one.intent is Intent.purchase for one in decisions)


def report(
    folder: Path | str = THIRD_PARTY, picture: Path | str | None = None, part: str = "report",
    labelled: Path | str | None = None,
) -> str:  # fmt: skip
    """The tables as text; writes the picture where a path is given. Of a `labelled` folder that one alone."""
    if labelled:
        measures = [measure_labelled(part, Path(labelled))]
    else:
        measures = [measure_labelled(part), measure_labelled(part, BLIND)]
        theirs = measure_third_party(Path(folder))
        measures += [theirs] if theirs else []
    blocks = [table(measure) for measure in measures]
    if not labelled and len(measures) < _ALL:
        blocks.append(f"skipped: no {_THIRD_PARTY_FILE} in {folder}")
    if picture:
        Path(picture).write_text(draw(measures), encoding="utf-8")
    return "\n\n".join(blocks)


def table(measure: Measure) -> str:
    if not measure.confusion:
        return f"== {measure.name}: no comments, nothing to measure =="
    lines = [f"== {measure.name}: {measure.confusion.total()} comments ==", _summary(measure), ""]
    lines.append(f"{'intent':<10} {'precision':>9} {'recall':>7} {'F1':>6} {'n':>5}")
    for intent in Intent:
        precision, recall, f1, count = measure.scores(intent.value)
        lines.append(f"{intent.value:<10} {precision:9.3f} {recall:7.3f} {f1:6.3f} {count:5}")
    return "\n".join([*lines, "", *_language_lines(measure), "", *_confusion_lines(measure)])


def _language_lines(measure: Measure) -> list[str]:
    """Precision, recall and F1 of each intent in each language; "-" where a language has no such line."""
    lines = ["language     n  accuracy " + " ".join(f"{intent.value:^14}" for intent in Intent)]
    for language, confusion in sorted(measure.languages.items()):
        cells = [_cell(measure.scores(intent.value, language)) for intent in Intent]
        lines.append(f"{language:<8} {confusion.total():5} {_accuracy(confusion):9.3f} " + " ".join(cells))
    return lines


def _cell(scores: tuple[float, float, float, int]) -> str:
    precision, recall, f1, count = scores
    return f"{precision:.2f} {recall:.2f} {f1:.2f}" if count else f"{'-':^14}"


def _summary(measure: Measure) -> str:
    parts = [f"accuracy {measure.accuracy:.3f}", f"{measure.microseconds:.0f} us a comment"]
    if measure.items_all:
        parts.append(f"items and quantities exact {measure.items_right / measure.items_all:.3f}")
    if measure.chatter:
        parts.append(f"chatter taken for a purchase {measure.chatter_bought / measure.chatter:.2%}")
        parts.append(f"with a product on air and no review {measure.chatter_final / measure.chatter:.2%}")
    parts.append(f"final claims without a product {measure.unresolved_final}")
    return ", ".join(parts)


def _confusion_lines(measure: Measure) -> list[str]:
    names = [intent.value for intent in Intent]
    lines = ["wanted \\ got " + " ".join(f"{name[:8]:>8}" for name in names)]
    for wanted in names:
        counts = " ".join(f"{measure.confusion[wanted, got]:8}" for got in names)
        lines.append(f"{wanted:<12} {counts}")
    return lines
