"""Sizes that are measured: "28 cm", "2 anos", "3-6 meses" in one form, whatever language they are written in."""

import re
from collections.abc import Iterator

from livestream_sell.intent.normalise import LETTER

_UNITS = {
    "y": "ano anos year years yr yrs ans an jahr jahre anni anno yas yasi tahun thn tuoi saal sal 岁 歳 才 살 세 ปี ขวบ "
    "سنه سنين سنوات साल",
    "mo": "mes meses month months mos mois monat monate mesi mese bulan bln thang mahine 个月 ヶ月 か月 カ月 개월 เดือน "
    "شهر شهور महीने",
    "cm": "cm cms 公分 厘米 センチ 센치 센티 ซม سم",
    "ml": "ml 毫升 ミリ 미리 มล مل",
    "g": "g gr grs gram grams gramm gramos gramas grammes grammi 克 グラム กรัม 그램 جرام غرام",
    "kg": "kg kgs kilo kilos quilo quilos ky ki 公斤 キロ 키로 กิโล โล كيلو किलो",
    "l": "l lt lts litro litros litri liter litre litres 升 リットル ลิตร 리터 لتر",
    "m": "m mt mts metro metros metri meter meters metre metres 米 メートル เมตร 미터 متر मीटर",
    "w": "w watt watts วัตต์",
    "mah": "mah",
    "gb": "gb giga gigas",
    "in": "in inch inches pulgadas polegadas pouces pollici 寸 インチ 인치 นิ้ว بوصه",
    "cup": "taza tazas tazze tazza xicara xicaras tasse tassen tasses cup cups cangkir fincan bardak 杯 カップ 컵",
}  # fmt: skip
_UNIT_OF = {spelled: unit for unit, spellings in _UNITS.items() for spelled in spellings.split()}
WEIGHTS = frozenset(_UNITS["kg"].split())
_SPELLED = "|".join(sorted(map(re.escape, _UNIT_OF), key=len, reverse=True))
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_RANGE = re.compile(rf"({_NUMBER.pattern})\s?(?:-|–|~|/|a|to|bis|hasta|ate)\s?({_NUMBER.pattern})(?![\d.,])")
_UNIT = re.compile(rf"\s?(?:({_SPELLED})(?!{LETTER}))")


def measured_at(folded: str, start: int) -> Iterator[tuple[str, int]]:
    """What a number in a comment may be as a size, the fullest reading first, each with where it ends."""
    span = _RANGE.match(folded, start)
    if span:
        unit = _UNIT.match(folded, span.end())
        yield f"{_point(span[1])}-{_point(span[2])}", unit.end() if unit else span.end()
        return
    number = _NUMBER.match(folded, start)
    unit = _UNIT.match(folded, number.end()) if number else None
    if number and unit:
        yield f"{_point(number[0])}{_UNIT_OF[unit[1]]}", unit.end()


def sizes_of(value: str) -> set[str]:
    """The ways to call a folded value of a variant that begins with a number; empty for any other value."""
    number = _NUMBER.match(value)
    if not number:
        return set()
    span = _RANGE.match(value)
    if span:
        return {"".join(value.split()), f"{_point(span[1])}-{_point(span[2])}"}
    called = {"".join(value.replace("-", " ").split())}  # "2-layer"
    unit = _UNIT.match(value, number.end())
    if unit:
        called.add(_point(number[0]) + _UNIT_OF[unit[1]])
    return called | {_point(number[0])}


def _point(number: str) -> str:
    return number.replace(",", ".")


def names_a_measure(word: str) -> bool:
    """Is this word of a value no name of the product: "28", "anos", a kind of cup?"""
    return word.isdecimal() or word in _UNIT_OF or word.startswith("noun.")
