"""What is heard in private messages: who wants to be left alone, and which language they write."""

import pytest

from livestream_sell.messaging.listening import listen

STOPS = {
    "en": "please stop messaging me",
    "es": "no me manden más mensajes por favor",
    "pt": "não me mandem mais mensagens",
    "tl": "wag nyo na po ako i-message",
    "th": "หยุดส่งข้อความได้แล้ว",
    "vi": "đừng nhắn tin cho tôi nữa",
    "id": "jangan kirim pesan lagi",
    "ms": "tolong jangan mesej saya lagi",
    "zh": "不要再发消息了",
    "ja": "もうメッセージを送らないでください",
    "ko": "문자 보내지 마세요",
    "fr": "arrêtez de m'écrire",
    "ar": "لا ترسلوا لي رسائل",
    "hi": "मुझे मैसेज मत भेजो",
    "de": "bitte keine Nachrichten mehr",
    "it": "non scrivetemi più",
    "tr": "bana mesaj atmayın",
}


@pytest.mark.parametrize("language", STOPS)
def test_a_request_to_stop_is_heard_in_every_language(language: str) -> None:
    [heard] = listen([(STOPS[language], "es-CL")])

    assert heard.stop_in is not None
    assert heard.stop_in in ({"id", "ms"} if language in ("id", "ms") else {language})


@pytest.mark.parametrize(
    ("text", "stop_in"),
    [("STOP", ""), ("stop!!", ""), ("¡BAJA!", "es"), ("หยุด", "th"), ("停止", "zh"), ("dừng", "vi"), ("Stopp", "de")],
)
def test_a_word_alone_stops(text: str, stop_in: str) -> None:
    assert listen([(text, "es-CL")])[0].stop_in == stop_in


@pytest.mark.parametrize(
    "text",
    [
        "don't stop the live", "la talla es baja", "parar? no entiendo", "para", "para mi hermana", "T", "x" * 9000,
        "quiero cancelar mi pedido", "ya no lo quiero", "cancel my order please", "ยกเลิกค่ะ", "取消订单",
        "¿cuánto cuesta?", "no me ha llegado nada", "",
    ],
)  # fmt: skip
def test_everything_else_stays_for_the_seller(text: str) -> None:
    assert listen([(text, "es-CL")])[0].stop_in is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hello, do you have it in size M?", "en"),
        ("buenas tardes, quiero saber del vestido", "es"),
        ("kailan po darating ang order ko", "tl"),
        ("chị ơi còn hàng không ạ", "vi"),
        ("siparişim ne zaman gelir?", "tr"),
        ("สวัสดีค่ะ", "th"),
        ("这个有黑色的吗", "zh"),
        ("これをください", "ja"),
        ("هل عندكم مقاس كبير", "ar"),
        ("ok", None),
        ("M azul", None),
        ("gracias", None),
        ("👍👍👍", None),
        ("когда придёт мой заказ", None),
    ],
)
@pytest.mark.parametrize("locale", ["es-CL", "en-PH", "th-TH"])
def test_a_language_is_taken_from_what_leaves_no_doubt(text: str, language: str | None, locale: str) -> None:
    assert listen([(text, locale)])[0].language == language


def test_a_batch_keeps_its_order() -> None:
    heard = listen([("STOP", "es-CL"), ("hola", "es-CL"), ("สวัสดีค่ะ", "th-TH")])

    assert [each.stop_in for each in heard] == ["", None, None]
    assert [each.language for each in heard] == [None, None, "th"]
    assert listen([]) == []
