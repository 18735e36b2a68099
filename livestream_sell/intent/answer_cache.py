"""The model's answers by what was asked, so that the hundredth "yo el rojito" of a show costs nothing."""

import hashlib

from livestream_sell.core.cache import REDIS_AWAY, get_redis
from livestream_sell.intent.normalise import normalise
from livestream_sell.intent.prompt import PROMPT_VERSION
from livestream_sell.intent.schemas import Catalogue, Comment

# Longer than a show, shorter than the price list of the next one.
KEPT_SECONDS = 6 * 3600


def key_of(comment: Comment, catalogue: Catalogue, model: str) -> str:
    """Two comments have the same key if they say the same about the same goods."""
    text = normalise(comment.text)
    asked = (text.folded.strip(), sorted(text.signs), catalogue.version, comment.featured, PROMPT_VERSION, model)
    return f"model_answer:{hashlib.blake2b(repr(asked).encode(), digest_size=16).hexdigest()}"


async def recall(key: str) -> str | None:
    try:
        kept = await get_redis().get(key)
    except REDIS_AWAY:
        return None
    return kept.decode() if kept else None


async def keep(key: str, answer: str) -> None:
    """Keep a valid answer; Redis away means that the next one is asked again."""
    try:
        await get_redis().set(key, answer, ex=KEPT_SECONDS)
    except REDIS_AWAY:
        return
