"""What a private message says about its writer: the wish to be left alone, and the language to speak with them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from livestream_sell.core.localisation import BUYER_LANGUAGES, language_tag
from livestream_sell.intent.engine import understand
from livestream_sell.intent.schemas import Catalogue, Comment, Intent, Understanding
from livestream_sell.messaging.opt_out_words import is_a_lone_stop_word, is_universal_stop, stop_language

# A language is clear from a few words; "ok" and "M azul" are nobody's.
CLEAR_WORDS = 3
CLEAR_LETTERS = 12
# Letters of a script of its own tell at once.
CLEAR_SCRIPT_LETTERS = 2
READ_LIMIT = 500
# The engine's reason for words that stop only when nothing else is said: "la talla es baja" does not.
WORD_IN_A_SENTENCE = "opt_out_word"
FIRST_OTHER_SCRIPT = 0x0590
LATIN_ADDITIONAL = range(0x1E00, 0x1F00)
# The Philippines' word of respect may stand in the middle of any phrase, and changes none.
_POLITENESS = re.compile(r"\bpo\b\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """`stop_in`: the language of a request to stop ("" if it tells none), None if it is no such request.

    `language`: the writer's, where it is clear and one of ours.
    """

    stop_in: str | None
    language: str | None


def listen(messages: Sequence[tuple[str, str]]) -> list[Heard]:
    """Return what is heard in each (text, store locale). Cancellations and questions are for the seller to answer."""
    texts = [_POLITENESS.sub("", unicodedata.normalize("NFKC", text[:READ_LIMIT])) for text, _ in messages]
    at_home = _understood(texts, [locale for _, locale in messages])
    anywhere = _understood(texts, [""] * len(texts))
    return [
        Heard(_stop(text, here), _clear_language(plain, here, there))
        for (text, _), plain, here, there in zip(messages, texts, at_home, anywhere, strict=True)
    ]


def _stop(text: str, understood: Understanding) -> str | None:
    if is_universal_stop(text):
        return ""
    if (language := stop_language(text)) is not None:
        return language
    asked = understood.intent is Intent.opt_out and not understood.needs_review
    is_alone = understood.reason != WORD_IN_A_SENTENCE or is_a_lone_stop_word(text)
    return understood.language if asked and is_alone else None


def _clear_language(text: str, here: Understanding, there: Understanding) -> str | None:
    """The same reading with and without the shop's country in mind, of a text that is long enough to tell."""
    is_known = language_tag(here.language) in BUYER_LANGUAGES
    return here.language if is_known and here.language == there.language and _is_telling(text) else None


def _is_telling(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    own_script = [c for c in letters if ord(c) >= FIRST_OTHER_SCRIPT and ord(c) not in LATIN_ADDITIONAL]
    words = [word for word in text.split() if any(char.isalpha() for char in word)]
    return len(own_script) >= CLEAR_SCRIPT_LETTERS or (len(words) >= CLEAR_WORDS and len(letters) >= CLEAR_LETTERS)


def _understood(texts: Sequence[str], locales: Sequence[str]) -> list[Understanding]:
    comments = [
        Comment(str(number), text, None, locale)
        for number, (text, locale) in enumerate(zip(texts, locales, strict=True))
    ]
    return understand(comments, _nothing_for_sale())


@cache
def _nothing_for_sale() -> Catalogue:
    return Catalogue.build([])
