"""Draws the figures of the evaluation as one SVG without any library."""

from collections.abc import Sequence
from html import escape
from typing import Protocol

from livestream_sell.intent.schemas import Intent

_WIDTH, _ROW, _LEFT, _BAR = 760, 22, 150, 480
_COLOURS = {"precision": "#0866ff", "recall": "#34a87a"}
_INK, _PALE = "#18181b", "#e4e4e7"


class Scored(Protocol):
    name: str

    @property
    def accuracy(self) -> float: ...

    def scores(self, intent: str) -> tuple[float, float, float, int]: ...


def draw(measures: Sequence[Scored]) -> str:
    parts: list[str] = []
    top = 16
    for measure in measures:
        top = _panel(parts, measure, top) + 24
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{top}" '
        f'viewBox="0 0 {_WIDTH} {top}" font-family="system-ui, sans-serif" font-size="13">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
    )
    return head + "".join(parts) + "</svg>\n"


def _panel(parts: list[str], measure: Scored, top: int) -> int:
    title = f"{measure.name}: accuracy {measure.accuracy:.3f}"
    parts.append(_text(16, top + 12, title, bold=True))
    for at, (name, colour) in enumerate(_COLOURS.items()):
        parts.append(f'<rect x="{540 + at * 100}" y="{top + 2}" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(557 + at * 100, top + 12, name))
    top += 28
    for intent in Intent:
        precision, recall, _, count = measure.scores(intent.value)
        if not count:
            continue
        parts.append(_text(16, top + 15, f"{intent.value} ({count})"))
        for at, (value, colour) in enumerate(zip((precision, recall), _COLOURS.values(), strict=True)):
            y = top + 2 + at * 9
            parts.append(f'<rect x="{_LEFT}" y="{y}" width="{_BAR}" height="8" fill="{_PALE}"/>')
            parts.append(f'<rect x="{_LEFT}" y="{y}" width="{value * _BAR:.1f}" height="8" fill="{colour}"/>')
        parts.append(_text(_LEFT + _BAR + 10, top + 15, f"{precision:.3f} / {recall:.3f}"))
        top += _ROW
    return top


def _text(x: int, y: int, words: str, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x}" y="{y}" fill="{_INK}"{weight}>{escape(words)}</text>'
