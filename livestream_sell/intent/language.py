"""Which language a short, mixed or romanised comment is in."""

import re
from collections.abc import Sequence
from functools import lru_cache

import eldc

from livestream_sell.intent.normalise import NormalisedText
from livestream_sell.intent.phrases import Hit

LATIN = ("es", "pt", "en", "tl", "vi", "id", "ms", "fr", "de", "it", "tr", "hi")
_SCRIPTS = (
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("ko", re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("lo", re.compile("[\u0e80-\u0eff]")),
    ("km", re.compile("[\u1780-\u17ff]")),
    ("my", re.compile("[\u1000-\u109f]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
)
_VIETNAMESE = re.compile("[\u0103\u0111\u01a1\u01b0\u1ea0-\u1ef9\u0129\u0169]", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_MARKER_WEIGHT, _WORD_WEIGHT, _DETECTOR_WEIGHT, _HOME_PRIOR = 1.0, 0.6, 0.9, 0.25
# "dos", "yo": a word this short belongs to several languages, and nearly always to the one of the shop.
_SHORT, _HOME_PRIOR_SHORT = 4, 0.6

eldc.init()
eldc.set_languages(["es", "pt", "en", "tl", "vi", "ms", "fr", "de", "it", "tr"])


@lru_cache(maxsize=256)
def primary(locale: str | None) -> str:
    language = re.split(r"[-_]", (locale or "").casefold(), maxsplit=1)[0]
    return {"fil": "tl", "in": "id"}.get(language, language)


def detect(text: NormalisedText, hits: Sequence[Hit], locale: str | None) -> str:
    """The script decides where it can; Latin script weighs detector, lexicon and the shop's locale."""
    home = primary(locale)
    if not text.folded.isascii():
        for language, letters in _SCRIPTS:
            if letters.search(text.folded):
                return "ja" if language == "zh" and home == "ja" else language
    if not _LETTERS.search(text.folded):
        return home or "und"
    scores = _detector_scores(text.spoken)
    if home == "hi" and scores:
        scores["hi"] = max(scores.values())  # which the detector does not know in Latin letters; the words will tell
    for language, weight in _lexicon_scores(text, hits).items():
        scores[language] = scores.get(language, 0.0) + weight
    if not text.spoken.isascii() and _VIETNAMESE.search(text.spoken):
        scores["vi"] = scores.get("vi", 0.0) + 0.6
    if home in LATIN:
        short = sum(map(str.isalpha, text.folded)) <= _SHORT
        scores[home] = scores.get(home, 0.0) + (_HOME_PRIOR_SHORT if short else _HOME_PRIOR)
    if not scores:
        return home or "und"
    return max(scores, key=lambda language: (scores[language], language == home))


def _detector_scores(spoken: str) -> dict[str, float]:
    letters = " ".join(_LETTERS.findall(spoken.casefold()))[:300]
    if not letters:
        return {}
    found = eldc.detect_details(letters)
    scores = {code: score * _DETECTOR_WEIGHT for code, score in found.scores.items()}
    if "ms" in scores:  # it knows Malay only; the word lists tell the two apart
        scores["id"] = scores["ms"]
    return scores


def _lexicon_scores(text: NormalisedText, hits: Sequence[Hit]) -> dict[str, float]:
    """The share of the letters that each language's word list knows."""
    words = {token.start: token.end for token in text.tokens if token.text[0].isalpha()}
    length = sum(words.values()) - sum(words) or 1
    known: dict[str, dict[int, float]] = {}
    for concept, language, start, end, gapped, _, _ in hits:
        if language == "*" or gapped:
            continue
        weight = _MARKER_WEIGHT if concept == "social.marker" else _WORD_WEIGHT
        places = known.setdefault(language, {})
        for at in (start,) if words.get(start) == end else words:
            if start <= at < end and places.get(at, 0.0) < weight:
                places[at] = weight
    return {
        language: sum([(words[at] - at) * weight for at, weight in places.items()]) / length
        for language, places in known.items()
    }
