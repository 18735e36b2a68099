"""Builds the classifier from the project's own templates and the tuning half of the labelled set.

Run as `python -m livestream_sell.intent.training`; needs scikit-learn, which the product does not.
"""

import gzip
import json
import random
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from livestream_sell.intent.classifier import MODEL_FILE
from livestream_sell.intent.features import features
from livestream_sell.intent.grammar import read, spoken_hits
from livestream_sell.intent.language import detect
from livestream_sell.intent.lexicon import load
from livestream_sell.intent.normalise import normalise

_HERE = Path(__file__).parent
_SEED = 20261122
_PER_TEMPLATE = 6
_OWN_WEIGHT = 2.0  # a labelled comment tells more than a template
_FEWEST = 2  # rows a feature must occur in
_KEPT = 40_000  # features in the model
_PENALTY = 0.2
_CITIES = ("lima", "cebu", "hanoi", "austin", "salta", "recife", "delhi", "cairo", "lyon", "puebla")
_SIZES = ("S", "M", "L", "XL", "38", "40", "42")
Row = tuple[str, str, str, float]  # text, language, intent, weight


def template_rows(chance: random.Random) -> Iterator[Row]:
    for path in sorted((_HERE / "training_data").glob("*.toml")):
        language = path.stem.partition("-")[0]
        words = _slots(language)
        for intent, templates in tomllib.loads(path.read_text("utf-8")).items():
            for template in templates:
                for text in _spellings(template, words, chance):
                    yield text, language, intent, 1.0


def labelled_rows() -> Iterator[Row]:
    for path in (_HERE / "labelled" / "dev.jsonl", _HERE / "labelled" / "blind" / "dev.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield row["text"], row["language"], row["intent"], _OWN_WEIGHT


def _slots(language: str) -> dict[str, list[str]]:
    lexicon = tomllib.loads((_HERE / "lexicon" / f"{language}.toml").read_text("utf-8"))

    def words(section: str) -> list[str]:
        return [entries[0].partition("|")[0] for entries in lexicon[section].values() if entries]

    return {
        "p": words("noun"), "c": words("colour"), "s": list(_SIZES), "city": list(_CITIES),
        "n": [str(n) for n in (1, 2, 3, 4, 5, 6, 8, 10, 12, 20)], "pin": ["851133", "0987654321"],
    }  # fmt: skip


def _spellings(template: str, words: dict[str, list[str]], chance: random.Random) -> list[str]:
    choices = [
        word.removesuffix("?").split("|") + ([""] if word.endswith("?") and "|" in word else [])
        for word in template.split()
    ]
    forms = [" ".join(filter(None, form)).replace("_", " ") for form in product(*choices)]
    picked = chance.sample(forms, min(len(forms), _PER_TEMPLATE))
    picked += [chance.choice(picked) for _ in range(2)]
    texts = []
    for at, form in enumerate(picked):
        for slot, fillers in words.items():
            while f"{{{slot}}}" in form:
                form = form.replace(f"{{{slot}}}", chance.choice(fillers), 1)
        texts.append(_mistyped(form, chance) if at >= len(picked) - 2 else form)
    return list(dict.fromkeys(texts))


def _mistyped(text: str, chance: random.Random) -> str:
    if len(text) < 6 or not text.isascii():
        return text
    at = chance.randrange(1, len(text) - 1)
    if chance.random() < 0.5:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def row_features(text: str, language: str) -> set[str]:
    normal = normalise(text)
    found = load().find(normal)
    spoken = detect(normal, found, language)
    return features(normal, read(normal, spoken_hits(found, spoken, language), spoken))


def fit(rows: list[Row]) -> dict[str, Any]:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    seen = [row_features(text, language) for text, language, _, _ in rows]
    counts = Counter(name for names in seen for name in names)
    names = sorted(name for name, count in counts.items() if count >= _FEWEST)
    common = set(names)
    table = DictVectorizer(dtype=np.float32, sort=True)
    matrix = table.fit_transform([dict.fromkeys(found & common, 1.0) for found in seen])
    names = list(table.get_feature_names_out())
    model = LogisticRegression(C=_PENALTY, max_iter=300)
    model.fit(matrix, [row[2] for row in rows], sample_weight=[row[3] for row in rows])
    return _packed(names, model)


def _packed(names: list[str], model: Any) -> dict[str, Any]:
    weights = model.coef_.T
    strongest = np.argsort(-np.abs(weights).max(axis=1))[:_KEPT]
    kept = sorted(strongest.tolist())
    scale = float(np.abs(weights).max()) / 127
    whole = np.rint(weights[kept] / scale).astype(int)
    telling = [at for at in range(len(kept)) if whole[at].any()]
    return {
        "intents": [str(name) for name in model.classes_],
        "features": [names[kept[at]] for at in telling],
        "weights": whole[telling].tolist(),
        "scale": scale,
        "bias": [round(float(value), 4) for value in model.intercept_],
    }


def main() -> int:
    rows = [*template_rows(random.Random(_SEED)), *labelled_rows()]
    content = fit(rows)
    target = _HERE / "model" / MODEL_FILE
    target.parent.mkdir(exist_ok=True)
    packed = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    target.write_bytes(gzip.compress(packed, mtime=0))
    sys.stdout.write(f"{len(rows)} rows, {len(content['features'])} features, {target.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
