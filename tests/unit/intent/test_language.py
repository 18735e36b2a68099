"""The language of short, mixed and romanised comments."""

import pytest

from tests.unit.intent.shop import heard


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("quiero dos porfa", "es"),
        ("quanto custa o frete pra mim?", "pt"),
        ("how much is the shipping", "en"),
        ("magkano po yung black", "tl"),
        ("ราคาเท่าไหร่คะ", "th"),
        ("giá bao nhiêu vậy shop", "vi"),
        ("berapa harganya kak, ongkir dong", "id"),
        ("saiz ni ada lagi tak sis", "ms"),
        ("我要一件", "zh"),
        ("我要兩件紅色的", "zh"),
        ("サイズはありますか", "ja"),
        ("하나 주세요", "ko"),
        ("je prends la robe s'il vous plaît", "fr"),
        ("عايزة واحدة", "ar"),
        ("mujhe do chahiye bhai", "hi"),
        ("मुझे चाहिए", "hi"),
        ("ich nehme die schwarze", "de"),
        ("quanto costa la borsa", "it"),
        ("bunu istiyorum lütfen", "tr"),
    ],
)
def test_language_is_recognised(text: str, language: str) -> None:
    assert heard(text, locale="").language == language


def test_a_bare_code_speaks_the_language_of_the_account() -> None:
    assert heard("A12 x2", locale="pt-BR").language == "pt"
    assert heard("A12 x2").language == "es"
