"""Comments of a live repeat ("precio?", "yo!"): what was understood once is not worked out again."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from livestream_sell.intent import engine
from livestream_sell.intent.schemas import Catalogue, Comment, Understanding

KEPT = 20_000
# A wall of text is seldom said twice, and would fill the memory.
LONGEST = 200

Key = tuple[str, str | None, str | None, str]
_known: OrderedDict[Key, Understanding] = OrderedDict()


def understand(comments: Sequence[Comment], catalogue: Catalogue) -> list[Understanding]:
    """As `engine.understand`; an answer is kept for its text, product on air, locale and version of the catalogue."""
    keys = [(catalogue.version, comment.featured, comment.locale, comment.text) for comment in comments]
    new = {key: comment for key, comment in zip(keys, comments, strict=True) if key not in _known}
    fresh = dict(zip(new, engine.understand(list(new.values()), catalogue), strict=True))
    answers = [
        replace(fresh.get(key) or _known[key], comment_id=comment.id)
        for key, comment in zip(keys, comments, strict=True)
    ]
    _known.update((key, answer) for key, answer in fresh.items() if len(key[3]) <= LONGEST)
    while len(_known) > KEPT:
        _known.popitem(last=False)
    return answers
