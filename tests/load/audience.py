"""What a live audience of three languages writes, from a seed: one comment in four buys, and much is said again."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from livestream_sell.sandbox.show_script import LINES, SIZES

SKUS = 500
# So many designs come in four sizes; all others are one piece of their own.
SIZED = 25
BUYERS = 2000
SHARES = {
    "claim_by_code": 13, "claim_with_size": 5, "claim_of_featured": 7,
    "question": 18, "greeting": 12, "chatter": 38, "spam": 4, "cancel": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    buyer: str
    text: str
    buys: bool


def sized_codes() -> list[str]:
    return [f"T{number}" for number in range(1, SIZED + 1)]


def plain_codes() -> list[str]:
    return [f"{'ABCD'[number % 4]}{number // 4 + 1}" for number in range(SKUS - SIZED * len(SIZES))]


def comments(count: int, *, seed: int = 1, known_codes: Sequence[str] = (), each_buys_once: bool = False) -> list[Said]:
    """Return `count` comments; a few codes are wanted by many, as what is held into the camera is."""
    random = Random(seed)
    kinds, weights = list(SHARES), list(SHARES.values())
    plain, sized = known_codes or plain_codes(), known_codes or sized_codes()
    said = []
    for number in range(count):
        kind = random.choices(kinds, weights)[0]
        code = _wanted(random, sized if kind == "claim_with_size" else plain)
        text = random.choice(LINES[kind]).format(code=code, size=random.choice(SIZES), n=random.randint(2, 3))
        buyer = number if each_buys_once else random.randrange(BUYERS)
        said.append(Said(f"77{buyer:07d}", text.lower() if random.random() < 0.15 else text, kind.startswith("claim")))
    return said


def _wanted(random: Random, codes: Sequence[str]) -> str:
    place = int(random.paretovariate(0.6)) - 1
    return codes[place] if place < len(codes) else random.choice(codes)
