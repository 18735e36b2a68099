"""What a live audience writes: the same seed, the same show, comment by comment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

_FIRST = (
    "Ana Camila Javiera Valentina Daniela Carolina Fernanda Paula Rosa Marta Beatriz Juliana Larissa "
    "Emily Grace Sarah Diego Matías Luis Pedro Rafael Tom"
)
_LAST = "Rojas Soto Muñoz Pérez González Silva Souza Oliveira Lima Castro Miller Brown Reyes Flores"
FIRST_NAMES, LAST_NAMES = tuple(_FIRST.split()), tuple(_LAST.split())

KIND_WEIGHTS = {
    "claim_by_code": 16,
    "claim_with_size": 6,
    "claim_of_featured": 8,
    "question": 16,
    "greeting": 10,
    "chatter": 32,
    "spam": 4,
    "cancel": 2,
    "duplicate": 6,
}

# One saying a line would fill three screens: " | " parts them.
_SAYINGS = {
    "claim_by_code": (
        "{code} | {code} x2 | Quiero la {code} | yo {code}!! | {code} +1 | me llevo {n} {code} porfa | "
        "dame la {code} 😍 | mine {code} | {code} please | I want {code} | sold {code} | {n} {code} | "
        "quero {code} | eu quero a {code} 🙏 | {code} pra mim | reserva {code} para mi mami"
    ),
    "claim_with_size": (
        "{code} talla {size} | {code} {size} | quiero {code} en {size} | "
        "{code} talla {size} color negro | {code} size {size} please | mine {code} {size} | "
        "{code} tamanho {size} | quero {code} {size} preto"
    ),
    "claim_of_featured": (
        "yo | YOOO | yo!! 🙋‍♀️ | lo quiero | la quieroooo | mío | mine | mine!! | +1 | eu! | eu quero"
    ),
    "question": (
        "¿precio? | cuánto cuesta la {code}? | ¿tienen talla {size}? | hacen envíos a Concepción? | "
        "¿de qué tela es? | how much is {code}? | do you ship to Texas? | "
        "is {code} available in {size}? | qual o preço? | tem {code} no {size}? | "
        "entregam em Curitiba? | ¿aceptan transferencia?"
    ),
    "greeting": (
        "Hola a todas!! | buenas noches 💕 | saludos desde Temuco | hello from Manila | hi everyone! | "
        "oi gente | boa noite! | Hola Lucía linda"
    ),
    "chatter": (
        "qué lindo!! | me encanta 😍😍😍 | jajaja | se ve hermoso | súbele el volumen | "
        "yo ayer compré uno igual | so pretty | love it ❤️ | lol | can you turn around | que lindo! | "
        "amei 😍 | kkkkk | muestra el rojo | no me llega el audio | @Carolina mira esto | 🔥🔥🔥 | "
        "hoy no puedo, será la próxima | llegué tarde"
    ),
    "spam": (
        "GANA DINERO DESDE CASA http://bit.example/xyz | Préstamos sin aval WhatsApp +00 000 0000 | "
        "follow me for free iPhones www.win.example | Ganhe seguidores grátis >> t.me/example"
    ),
    "cancel": ("ya no la quiero, cancela | cancelen mi {code} porfa | cancel my order | cancela o meu pedido"),
}
LINES = {kind: tuple(text.split(" | ")) for kind, text in _SAYINGS.items()}
SIZES = ("S", "M", "L", "XL")


@dataclass(frozen=True, slots=True)
class Line:
    kind: str
    buyer_id: str
    buyer_name: str
    text: str


def script(seed: int, codes: Sequence[str], buyers: int = 400) -> Iterator[Line]:
    """An endless show. A duplicate repeats what the same buyer said shortly before."""
    random = Random(seed)
    audience = [_person(random, number) for number in range(buyers)]
    kinds, weights = list(KIND_WEIGHTS), list(KIND_WEIGHTS.values())
    recent: list[Line] = []
    while True:
        kind = random.choices(kinds, weights)[0]
        if kind == "duplicate" and recent:
            said = random.choice(recent)
            line = Line(kind, said.buyer_id, said.buyer_name, said.text)
        else:
            buyer_id, name = random.choice(audience)
            line = Line(kind, buyer_id, name, _text(random, kind, codes))
        recent = [*recent[-20:], line]
        yield line


def _person(random: Random, number: int) -> tuple[str, str]:
    name = f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"
    return f"77000000001{number:05d}", name


def _text(random: Random, kind: str, codes: Sequence[str]) -> str:
    template = random.choice(LINES.get(kind, LINES["chatter"]))
    text = template.format(code=random.choice(codes), size=random.choice(SIZES), n=random.randint(2, 3))
    return text.lower() if random.random() < 0.15 else text
