"""Measures: sizes ("28 cm", "3-6 meses") in one form for all languages, and numbers that only tell of the buyer."""

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
# A number in front of these is money, a length, a time, an age.
MEASURE_AFTER = re.compile(
    r"^\s*(?:[$€£¥฿₱₹₫₩%]|(?:usd|mxn|clp|php|pesos?|soles|dolares|dollars?|bucks|lucas?|luquitas|reais|"
    r"real|euros?|eur|mil|baht|rupees?|rs|rp|rb|ribu|k|d|vnd|won|yen|tl|lira|ringgit|rm|piso|lakh|off|"
    r"cm|mm|kg|kgs|gb|ml|gr|kilos?|quilos?|chili|kiloyum|grados?|gradi|degres?|grad|ky|tuoi|anos|years?|am|pm|h|hs|hrs?|min|mins|minutos?|minutes?|hours?|horas?|"
    r"thang|tuan|tuoi|mesi|mois|ore|giorni|settimane|heures|jours|semaines|aninhos|aninho|monate?n?|wochen|tage|stunden|"
    r"dias|days?|meses|months?|weeks?|semanas?|hari|jam|menit|gun|saat|jahre|anni|ans|st|nd|rd|th|sal|yas\w*|tahun|bulan|yrs?|yo|taon|anyos|umur|edad)\b|"
    r"شهر|شهور|اشهر|سنه|سنين|سنوات|يوم|ايام|ساعه|ساعات|كيلو|دينار|ريال|جنيه|درهم|महीने|साल|दिन|घंटे|रुपये|रुपए|किलो|"
    r"บาท|원|円|元|块|岁|歳|살(?!게|께|래|거)|세\b|분|시간|天|周|分钟|小时|公斤|厘米|公分|公里|ปี|โล|วัน|นาที|ขวบ|年|月|日|か月|ヶ月|년|개월|명|kg|cm)"
)
# Where somebody lives, and on what day. "Lot 5" and "block 3" are left out: shops call pieces so.
_ADDRESS_BEFORE = re.compile(
    r"(?<![^\W\d_])(?:calle|piso|depto|dpto|departamento|manzana|avenida|av|carrera|cra|rua|apto|apartamento|quadra|andar|"
    r"street|apt|apartment|floor|brgy|barangay|purok|district|jalan|jln|jl|rt|rw|quan|phuong|strasse|hausnummer|rue|"
    r"appart|etage|via|piano|sokak|daire|thu|ngay|tgl|tanggal)\.?\s*$|(?:ซอย|หมู่|ถนน|ชั้น)\s*$"
)
_LONGEST_ADDRESS = 16  # letters of the longest of these, and a little
_ADDRESS_AFTER = re.compile(r"\s?(?:号?楼|室|单元|弄|巷|번지|동\s?\d|층|丁目|番地)")
_WEIGHT_AFTER = re.compile(r"\s?(?:kgs?|kilos?|quilos?|lbs?|libras?|pounds?|ky|公斤|キロ|키로|กิโล|โล|กก)(?![^\W\d_])")
_HEAVY = 35  # a person's weight from here on, or goods by the sack
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_RANGE = re.compile(rf"({_NUMBER.pattern})\s?(?:-|–|~|/|a|to|bis|hasta|ate)\s?({_NUMBER.pattern})(?![\d.,])")
_UNIT = re.compile(rf"\s?(?:({_SPELLED})(?!{LETTER}))")


def counts_nothing(folded: str, start: int, end: int) -> bool:
    """Says the number of this span where somebody lives, which day it is, or how heavy a person is?"""
    if _ADDRESS_BEFORE.search(folded[max(0, start - _LONGEST_ADDRESS) : start]) or _ADDRESS_AFTER.match(folded, end):
        return True
    number = folded[start : min(end, start + 4)]
    return number.isdecimal() and int(number) >= _HEAVY and _WEIGHT_AFTER.match(folded, end) is not None


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
